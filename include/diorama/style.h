#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/stereo/README.md

// The stereoscopic style of a picture or film, as one line from inverse depth to disparity, and how
// well the two agree (seed 001, sections 3.3 to 4.5).

#include <optional>
#include <span>

#include "diorama/disparity.h"
#include "diorama/export.h"
#include "diorama/image.h"
#include "diorama/run.h"

namespace diorama {

// d = s·iz + t (equation 2), in percent of the width and of disparity's own sign, so that it means
// the same at every size. s is the depth budget; the zero plane is at −t/s. The seed's s and t, of
// film parallax, have the opposite signs.
struct StereoStyle {
    double s_percent = 0;
    double t_percent = 0;
    friend bool operator==(const StereoStyle&, const StereoStyle&) = default;
};

// The line that minimises Σ mask·(d − (s·iz + t))² (equation 6). Nothing where the mask is empty or
// inverse depth is the same wherever it counts. Disparities outside the mask are not looked at.
// Throws Error: mismatch.
[[nodiscard]] DIORAMA_API std::optional<StereoStyle> fit_style(const InverseDepth& iz,
                                                               const Disparity& disparity,
                                                               const Matte& mask);

// The disparity that is nothing but the line, in pixels of the map's width.
[[nodiscard]] DIORAMA_API Disparity draw_style(const InverseDepth& iz, const StereoStyle& style);

// Mean μ and standard deviation σ of a set of styles (section 3.5), σ over the set itself. Zeros
// for an empty one.
struct StyleSpread {
    StereoStyle mean{};
    StereoStyle deviation{};
};
[[nodiscard]] DIORAMA_API StyleSpread find_spread(std::span<const StereoStyle> styles);

// The style, narrowed and shifted as little as it takes for all between the anchors, iz from 0 to
// 1, to lie inside the limits of `options.comfort`; warns where it did not. Else they would bend
// nearly all of it, and leave it flat. Throws Error: usage.
[[nodiscard]] DIORAMA_API StereoStyle make_comfortable(const StereoStyle& style,
                                                       const DisparityOptions& options,
                                                       const RunContext& run = {});

// Budget and zero plane as the style has them; the zero plane may lie nearer or farther than all
// that is in the picture. Throws Error: usage, for a style that is flat or turned inside out (s not
// above 0), or beyond what the options allow.
DIORAMA_API void set_style(DisparityOptions& options, DepthAnchors& anchors,
                           const StereoStyle& style);

// DDC-IoU (equation 10): 𝓘(d) is where film parallax grows by more than `least_step_px` from a
// pixel to the next one on the right, that is where disparity falls: the right-hand outline of
// things, which the right eye sees beside. The intersection over the union of 𝓘 of the fitted line
// and of the disparity, over neighbours that are both in the mask. 0 where neither has a step, and
// where no line fits: a blueprint without structure. For the right view (section 4.5) give its
// inverse depth, disparity and mask. Throws Error: mismatch.
[[nodiscard]] DIORAMA_API double find_ddc_iou(const InverseDepth& iz, const Disparity& disparity,
                                              const Matte& mask, double least_step_px = 0.5);

}  // namespace diorama
