#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

namespace diorama::core {

// Gives the system back what was freed. Work that begins again and again, as a film's segments do,
// leaves gaps between what lives on, and an allocator that fills few of them grows without end
// although nothing leaks.
void release_free_memory();

}  // namespace diorama::core
