#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/matte.h"

namespace diorama::perception {

// Throws Error: usage, where the hints point at nothing or lie outside of the picture.
void check_hints(Size picture, const SubjectHints& hints);

}  // namespace diorama::perception
