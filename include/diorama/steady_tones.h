#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/roto/README.md

// Drawings of flat tones that hold still: shapes that a hand could have drawn, from frame to frame.

#include <memory>
#include <optional>

#include "diorama/export.h"
#include "diorama/options.h"
#include "diorama/run.h"
#include "diorama/tones.h"

namespace diorama {

// Each drawing is shown for one frame, or for two.
enum class HoldFor { ones, twos };
template <>
inline constexpr Choice<HoldFor> kChoices<HoldFor>[] = {
    {HoldFor::ones, "ones", "a drawing each frame"},
    {HoldFor::twos, "twos", "a drawing each second frame, held for two"}};

struct DrawingOptions {
    std::optional<double> simplify_px{};  // else a 400th of the longer side
    std::optional<int> min_area_px{};     // else a 10,000th of the picture
    double stability = 0.8;               // 0: each frame by itself
    HoldFor on = HoldFor::ones;

    static DIORAMA_API const std::vector<Field<DrawingOptions>>& fields();
};

// Draws the frames of a scene in their order. What is known of each pixel is averaged along optical
// flow before it is decided which tone it has, so that borders move with things and do not boil; a
// frame that shows what the one before it shows has the same drawing.
class DIORAMA_API SteadyTones {
 public:
    // Throws Error: usage.
    explicit SteadyTones(const DrawingOptions& options = {});
    ~SteadyTones();
    SteadyTones(SteadyTones&&) noexcept;
    SteadyTones& operator=(SteadyTones&&) noexcept;

    // Whether the frame gets the drawing of the one before it, so that nothing needs to be known of
    // it. `number` counts the frames of the film.
    [[nodiscard]] bool holds(const Image& frame, std::int64_t number) const;
    [[nodiscard]] const ToneMap& last() const;

    // Throws Error: mismatch, for frames and probabilities of two sizes; cancelled.
    const ToneMap& draw(const Image& frame, ToneProbabilities probabilities,
                        const RunContext& run = {});
    // What comes next has no past.
    void end_scene();

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace diorama
