#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/image.h"
#include "diorama/match.h"
#include "diorama/run.h"
#include "diorama/stereo_format.h"

namespace diorama::stereo {

// The side of a VR180 view that keeps the picture's sharpness where it faces the viewer.
[[nodiscard]] int half_sphere_side(Size view, const StereoFormatOptions& options);

// A flat view on the half sphere before a headset: a square from −90° to 90° across and from 90°
// up to −90° down, equirectangular, black (or clear) beside the view. Without straight alpha.
// A headset has no screen: disparity 0 would lie at infinity and what is behind the screen beyond
// it. So both views hang on a screen `vr_screen_m` away, which either eye sees from its own place.
[[nodiscard]] Image project_to_half_sphere(const Image& given, Eye eye,
                                           const StereoFormatOptions& options,
                                           const RunContext& run);

}  // namespace diorama::stereo
