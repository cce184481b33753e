#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/scroll/README.md

// A photo becomes an endless side-scrolling world: its planes, tiled to strips, scroll at their own
// speeds (seed 000, module B, steps 3 and 4).

#include <memory>
#include <string>
#include <vector>

#include "diorama/export.h"
#include "diorama/image.h"
#include "diorama/options.h"
#include "diorama/planes.h"
#include "diorama/run.h"

namespace diorama {

enum class Tiling { mirror, repeat, none };
template <>
inline constexpr Choice<Tiling> kChoices<Tiling>[] = {
    {Tiling::mirror, "mirror", "the picture and its mirror in turn, which meet without a seam"},
    {Tiling::repeat, "repeat", "the picture again and again, cross-faded where it begins anew"},
    {Tiling::none, "none", "the picture again and again with hard seams, as in the paper's test"},
};

enum class ScrollDirection { left, right, up, down };
template <>
inline constexpr Choice<ScrollDirection> kChoices<ScrollDirection>[] = {
    {ScrollDirection::left, "left", "the world goes left, as when one walks to the right"},
    {ScrollDirection::right, "right", "the world goes right"},
    {ScrollDirection::up, "up", "the world goes up"},
    {ScrollDirection::down, "down", "the world goes down"},
};

[[nodiscard]] constexpr bool is_vertical(ScrollDirection direction) {
    return direction == ScrollDirection::up || direction == ScrollDirection::down;
}

struct ScrollOptions {
    std::string speed = "60";
    ScrollDirection direction = ScrollDirection::left;
    Tiling tiling = Tiling::mirror;
    double seam_px = 0;
    bool no_loop = false;
    double shutter_deg = 180;
    double lighting = 1;
    double shake = 1;
    int seed = 0;

    static DIORAMA_API const std::vector<Field<ScrollOptions>>& fields();
};

// How one plane scrolls.
struct PlaneMotion {
    double asked_px = 0;   // a second
    double speed_px = 0;   // a second; a whole number of periods in a loop
    double period_px = 0;  // after which the strip repeats
    int periods = 0;       // in a loop; 0 where nothing loops
};

struct ScrollInput {
    // As cut_planes gives them: RGBA, premultiplied, farthest first. All are larger than a frame by
    // scroll_border().
    std::vector<Image> planes{};
    std::vector<float> nearness{};  // of each plane, for a single speed
    Size frame{};
    Seconds duration{20};  // of a loop, or of the whole where nothing loops
    double fps = 30;       // for the length of the motion blur
};

// A world, ready to draw. Drawing is const: several threads may draw at once.
class DIORAMA_API Scroll {
 public:
    // Warns of speeds that a perfect loop changes by more than a quarter.
    // Throws Error: usage, mismatch (planes of wrong size or kind), cancelled.
    explicit Scroll(ScrollInput input, const ScrollOptions& options = {},
                    const RunContext& run = {});
    ~Scroll();
    Scroll(Scroll&&) noexcept;
    Scroll& operator=(Scroll&&) noexcept;

    // Of a frame.
    [[nodiscard]] Size size() const;
    // Draws the moment `phase` of the duration into `frame`, RGBA of size() and the planes' sample
    // type. Phases 0 and 1 are the same frame, byte for byte, unless nothing loops.
    // Same bytes for any number of threads.
    void draw(double phase, Image& frame, const RunContext& run = {}) const;
    [[nodiscard]] Image make_frame() const;

    // From the farthest plane to the nearest.
    [[nodiscard]] const std::vector<PlaneMotion>& motions() const;
    // One period of each plane, before motion blur: what a game engine repeats.
    [[nodiscard]] const std::vector<Image>& strips() const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

// By how much planes are wider and higher than a frame, so that shaking shows no edge.
[[nodiscard]] DIORAMA_API Size scroll_border(Size frame, const ScrollOptions& options);

}  // namespace diorama
