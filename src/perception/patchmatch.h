#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// For each of many patches of a picture another one that looks the same: PatchMatch (Barnes et al.,
// 2009), with propagation by jumps instead of scan lines, so that all patches advance at once and
// the result does not depend on threads.

#include <cstdint>
#include <limits>
#include <opencv2/core.hpp>
#include <vector>

#include "diorama/run.h"

namespace diorama::perception {

// A patch is a square of 2·3 + 1 pixels, named by its centre.
inline constexpr int kPatchRadius = 3;

// What is compared, 0…255 each: colour, and how rough the texture is.
using Features = cv::Mat_<cv::Vec4b>;
using Points = std::vector<cv::Point>;

struct PatchSearch {
    Features features{};
    cv::Mat_<uchar> sources{};  // not 0: this patch may be found
    // Where both are given, a patch is found only if it is no nearer than the target's background.
    cv::Mat_<float> depth{};
    cv::Mat_<float> limit{};
    float cost_a_pixel = 0;  // of the way to a match, so that of equals the close one is taken
    double reach_px = 0;     // how far a jump by chance may lead
    std::uint64_t seed = 0;
};

struct PatchField {
    cv::Mat_<cv::Vec2s> match{};  // (x, y) of the patch found; x < 0: none
    cv::Mat_<float> cost{};       // infinite: none
};

inline constexpr float kNoMatch = std::numeric_limits<float>::infinity();

// The sum of squared differences; what is beyond `limit` may be told as anything beyond it.
[[nodiscard]] float patch_distance(const Features& features, cv::Point a, cv::Point b,
                                   float limit = kNoMatch);

// Distance, and a little for being far away; kNoMatch where `source` may not be found.
[[nodiscard]] float match_cost(const PatchSearch& search, cv::Point target, cv::Point source,
                               float limit = kNoMatch);

[[nodiscard]] PatchField empty_field(cv::Size size);

// What the matches cost as the features are now; those that may not be are dropped.
void measure(PatchField& field, const PatchSearch& search, const Points& targets,
             const RunContext& run);

// Each target tries the matches of its neighbours `step` pixels away, moved along, and places by
// chance around the best. `pass` numbers the calls, so that chance differs.
void improve(PatchField& field, const PatchSearch& search, const Points& targets, int step,
             std::uint64_t pass, const RunContext& run);

// The plain reference: the best of all sources for each target.
[[nodiscard]] PatchField find_all_nearest(const PatchSearch& search, const Points& targets);

}  // namespace diorama::perception
