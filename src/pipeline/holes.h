#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <vector>

#include "diorama/jobs.h"

namespace diorama::pipeline {

// Whether the hole is the subject, rather than mask files.
[[nodiscard]] bool names_subject(const HoleSource& source);

// What can be checked before anything is read: that there is a hole, that its files are there, and
// that flags of the subject are heard. Throws Error: usage, not_found.
void require_holes(const FillJob& job);

// The masks that are given as files. Throws Error: unreadable (one holds no white), mismatch.
[[nodiscard]] std::vector<Matte> read_holes(const FillJob& job, Size picture);

}  // namespace diorama::pipeline
