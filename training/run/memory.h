#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace diorama::training {

// Each step asks for the same large tensors and gives them back. glibc would return them to the
// system and fetch them anew, page by page, which takes a good part of a step.
inline void use_memory_again() {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 2'000'000'000);
#endif
}

}  // namespace diorama::training
