#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/popout/README.md

// A photo becomes a pop-out film: the subject, cut into depth slices, turns before its background
// (seed 000, module A, steps 4 and 5).

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "diorama/export.h"
#include "diorama/fill.h"
#include "diorama/image.h"
#include "diorama/layers.h"
#include "diorama/motion.h"
#include "diorama/options.h"
#include "diorama/run.h"

namespace diorama {

enum class SupportShape { trimmed, full, none };
template <>
inline constexpr Choice<SupportShape> kChoices<SupportShape>[] = {
    {SupportShape::trimmed, "trimmed", "only where slices move apart, never outside of them"},
    {SupportShape::full, "full", "the complete subject, as in the paper"},
    {SupportShape::none, "none", "no support layer"},
};

enum class Gaps { closed, open };
template <>
inline constexpr Choice<Gaps> kChoices<Gaps>[] = {
    {Gaps::closed, "closed", "slices go on under each other where they part"},
    {Gaps::open, "open", "slices are disjoint, as in the paper; the support layer shows between"},
};

struct PopoutOptions {
    Motion motion = Motion::sway;
    double amount_percent = 4.0;
    int slices = 100;
    Gaps gaps = Gaps::closed;
    double support_motion = 0.25;
    SupportShape support = SupportShape::trimmed;
    std::string background = "fill";
    double shadow = 0.0;

    static DIORAMA_API const std::vector<Field<PopoutOptions>>& fields();
};

struct PopoutSubject {
    Matte matte{};
    InverseDepth depth{};
};

// What to draw, all of the frame's size.
struct PopoutInput {
    Image picture{};                        // RGB or RGBA, straight
    std::vector<PopoutSubject> subjects{};  // from the farthest to the nearest
    // Stands behind the subjects where the option `background` names a file; the caller reads it.
    std::optional<Image> background{};
    // Fills the background where the subjects stood; none: a Filler of its own.
    const Filler* filler = nullptr;
};

// The words that `background` may be besides a colour; anything else names a picture file.
[[nodiscard]] DIORAMA_API bool is_background_file(const std::string& background);

// A pop-out scene, cut and ready to draw. Drawing is const: several threads may draw at once.
class DIORAMA_API Popout {
 public:
    // Throws Error: usage, mismatch, unreadable (a subject with an empty matte), cancelled.
    Popout(PopoutInput input, const PopoutOptions& options, const RunContext& run = {});
    ~Popout();
    Popout(Popout&&) noexcept;
    Popout& operator=(Popout&&) noexcept;

    [[nodiscard]] Size size() const;
    // premultiplied where the background is transparent, else none.
    [[nodiscard]] AlphaKind alpha() const;

    // Draws the moment `phase` (0…1, and again beyond) of the loop into `frame`, RGBA of the
    // scene's size and sample type; its alpha is 255 everywhere unless the background is
    // transparent. Same bytes for any number of threads.
    void draw(double phase, Image& frame, const RunContext& run = {}) const;
    // The same without any motion: every slice where it was in the photo.
    void draw_still(Image& frame, const RunContext& run = {}) const;

    // A frame to draw into.
    [[nodiscard]] Image make_frame() const;

    [[nodiscard]] const Image& background() const;
    // One subject, ready to move, from below. The images of the support layer
    // and of what is hidden may be empty.
    struct Stack {
        SliceStack support{};
        SliceStack hidden{};
        SliceStack slices{};
    };
    // From the farthest subject to the nearest.
    [[nodiscard]] const std::vector<Stack>& stacks() const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace diorama
