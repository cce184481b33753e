#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/camera.h"
#include "diorama/photo3d.h"
#include "photo3d/ray.h"
#include "photo3d/sheets.h"

namespace diorama::photo3d {

// What the camera sees at a moment of its loop.
[[nodiscard]] View view_at(const CameraOptions& options, Size photo, double phase);

// How a photo must be parted so that all of the camera's views are complete.
[[nodiscard]] Photo3dOptions layers_for(const CameraOptions& options, Size photo);

// Layers as the camera's lens shows them.
[[nodiscard]] Sheets sheets_of(const LayeredPhoto& photo, const CameraOptions& options,
                               const RunContext& run);

// The same moment by a lens of many pinholes: the mean light of the views from all of them, each
// turned so that what is in focus stays in its place.
void draw_camera_reference(const LayeredPhoto& photo, const CameraOptions& options, double phase,
                           Image& frame, const RunContext& run);

}  // namespace diorama::photo3d
