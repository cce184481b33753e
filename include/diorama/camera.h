#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/photo3d/README.md

// A camera that moves through a photo (seeds 000 and 002): the layers of photo3d.h, seen from a
// place beside that of the photo's own camera, through a lens that need not show all of it sharp.

#include <memory>
#include <vector>

#include "diorama/export.h"
#include "diorama/fill.h"
#include "diorama/image.h"
#include "diorama/motion.h"
#include "diorama/options.h"
#include "diorama/run.h"

namespace diorama {

struct CameraOptions {
    Motion motion = Motion::orbit;
    double amount_percent = 3;
    double focus = 0.5;
    double aperture_percent = 0;
    int layers = 4;

    static DIORAMA_API const std::vector<Field<CameraOptions>>& fields();
};

// A photo before a camera, ready to draw. Drawing is const: several threads may draw at once.
class DIORAMA_API Camera {
 public:
    // `filler` makes up what the motion and the lens bring to light behind nearer things.
    // Throws Error: usage, mismatch, and what filling throws.
    Camera(const Image& photo, const InverseDepth& depth, const CameraOptions& options,
           const Filler& filler, const RunContext& run = {});
    ~Camera();
    Camera(Camera&&) noexcept;
    Camera& operator=(Camera&&) noexcept;

    // Of a frame: the photo's.
    [[nodiscard]] Size size() const;
    // Draws the moment `phase` (0…1, and again beyond) of the loop into `frame`, opaque RGBA of 8
    // bits. Without motion and with a closed aperture it is the photo. Same bytes for any number of
    // threads.
    void draw(double phase, Image& frame, const RunContext& run = {}) const;
    [[nodiscard]] Image make_frame() const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace diorama
