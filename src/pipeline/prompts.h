#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <string>
#include <vector>

#include "diorama/jobs.h"
#include "diorama/matte.h"
#include "pipeline/sizes.h"

namespace diorama::pipeline {

// "train, church" is two texts.
std::vector<std::string> texts_of(const SubjectSource& source);

// Throws Error: usage, where a box or a point cannot be read, or background points stand alone.
void check_hints(const SubjectSource& source);

// A subject a box; points without a box are one subject. In pixels of the fitted picture.
// Throws Error: usage, where one lies outside of the picture.
std::vector<SubjectHints> hints_of(const SubjectSource& source, const Fitting& fitting);

// The points alone, on the subject and beside it. Throws Error: usage, as above.
struct PointsOf {
    std::vector<Point> subject{};
    std::vector<Point> background{};
};
PointsOf points_of(const SubjectSource& source, const Fitting& fitting);

}  // namespace diorama::pipeline
