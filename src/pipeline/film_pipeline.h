#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <functional>

#include "diorama/image.h"
#include "diorama/run.h"
#include "diorama/video.h"

namespace diorama::pipeline {

// Draws frames 0…count−1 and writes them in order, several at once: a frame is drawn by one thread
// while others are drawn and encoded. Memory holds a few frames whatever the count. Finishes the
// sink. Throws Error: cancelled, and what drawing and writing throw.
void make_film(int count, const std::function<Image()>& make_frame,
               const std::function<void(int index, Image& frame)>& draw, FrameSink& sink,
               const RunContext& run);

}  // namespace diorama::pipeline
