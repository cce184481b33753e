#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/image.h"

namespace diorama::scroll {

// Scans and framed photos end in a few lines that are darker or brighter than the picture; a mirror
// would double them into a bar. Such lines are replaced by the mirror of what lies inside of them;
// a picture without them stays as it is.
[[nodiscard]] Image mend_edges(Image picture);

}  // namespace diorama::scroll
