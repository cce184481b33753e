#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/perception/README.md

// What was hidden: a hole in a picture, such as the place of a removed subject, is filled from the
// background around it.

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "diorama/export.h"
#include "diorama/image.h"
#include "diorama/model.h"
#include "diorama/options.h"
#include "diorama/run.h"

namespace diorama {

struct FillOptions {
    // "extend": each row goes on from its background side. "smooth": OpenCV's inpainting.
    // "patchmatch": texture and lines go on. Anything else is a network of the task `fill`.
    std::string fill = "patchmatch";
    // How far into the hole, in pixels, the fill must be good; deeper it is carried on cheaply.
    // Not set: as far as the job needs.
    std::optional<double> band_px{};
    int seed = 0;

    static DIORAMA_API const std::vector<Field<FillOptions>>& fields();
};

// What helps to fill a hole well; all of it may be left out.
struct FillGuide {
    // Of the whole picture. Only what is no nearer than the background of the hole is a source.
    // Inside the hole it says how near the thing is that hides the background; not a number: no
    // thing does, as where a moved view uncovers, and the far side of the hole is the background.
    const InverseDepth* depth = nullptr;
    double band_px = std::numeric_limits<double>::infinity();
};

struct Filled {
    Image picture{};
    InverseDepth depth{};  // the background's, continued into the hole; empty without depth
};

// Fills holes in one way; made once and used for any number of pictures, from any thread.
class DIORAMA_API Filler {
 public:
    // Throws Error: usage (an unknown word, options that this way has no use for), and what loading
    // a network throws.
    explicit Filler(const FillOptions& options = {}, Device device = Device::cpu, int threads = 0);
    ~Filler();
    Filler(Filler&&) noexcept;
    Filler& operator=(Filler&&) noexcept;

    [[nodiscard]] bool runs_network() const;

    // The picture, where `hole` has more than one hundredth replaced by what may lie behind. The
    // hole grows by half the width of its soft edge, so that no fringe remains; a hard mask does
    // not grow. Where nothing is known, as with a hole everywhere, the fill is grey (transparent,
    // where the picture has alpha).
    // Same bytes for any number of threads. Throws Error: mismatch, model, cancelled.
    [[nodiscard]] Filled fill(const Image& picture, const Matte& hole, const FillGuide& guide = {},
                              const RunContext& run = {}) const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace diorama
