#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <string>
#include <vector>

#include "diorama/disparity.h"
#include "diorama/jobs.h"
#include "pipeline/sizes.h"

namespace diorama::pipeline {

// "matte.png:+1.5", "subject:+1.5" or "text:bird:+2": what comes forward, and by how much of the
// width. Or "local.exr", the local maps of equation 3.
struct Sculpting {
    std::string text{};  // as it was given
    std::string name{};  // its first half
    SubjectSource what{};
    double percent = 0;
    std::string maps{};  // the file of local maps; the two above are then empty
};

// `subject` is what "subject" means, and says which network reads texts.
// Throws Error: usage, not_found (local maps).
[[nodiscard]] std::vector<Sculpting> parse_sculptings(const std::vector<std::string>& texts,
                                                      const SubjectSource& subject);

// The local maps of those that are such, of which one picture has one pair, brought to the views'
// size. Throws Error: usage, unreadable, mismatch.
[[nodiscard]] Brushstrokes read_maps(const std::vector<Sculpting>& sculptings,
                                     const Fitting& fitting);

}  // namespace diorama::pipeline
