#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>
#include <span>
#include <vector>

#include "diorama/shapes.h"

namespace diorama::roto {

// Unit vectors in which the curve leaves its first point and arrives at its last.
struct EndDirections {
    cv::Point2f leave{};
    cv::Point2f arrive{};
};

// A chain of cubic Bézier curves without a bend that stays within `tolerance_px` of the points and
// leads from the first to the last of them, which the result begins after (Schneider, "An Algorithm
// for Automatically Fitting Digitized Curves", Graphics Gems, 1990). At least two points.
[[nodiscard]] std::vector<CurveSegment> fit_curve(std::span<const cv::Point2f> points,
                                                  EndDirections ends, float tolerance_px);

// How far the farthest of the points lies from the straight line between the first and the last.
[[nodiscard]] float distance_from_chord(std::span<const cv::Point2f> points);

}  // namespace diorama::roto
