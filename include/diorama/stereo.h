#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/stereo/README.md

// What each eye sees of a picture whose disparity is known.

#include <cstdint>
#include <memory>

#include "diorama/disparity.h"
#include "diorama/export.h"
#include "diorama/fill.h"
#include "diorama/image.h"
#include "diorama/options.h"
#include "diorama/run.h"

namespace diorama {

enum class Eyes : std::uint8_t { right, both };
template <>
inline constexpr Choice<Eyes> kChoices<Eyes>[] = {
    {Eyes::right, "right", "the picture is the left eye's, as it is; the right eye's is made"},
    {Eyes::both, "both", "both are made, and the picture lies between them"},
};

// Whether steps in depth are put on colour edges.
enum class DepthEdges : std::uint8_t { automatic, snap, keep };
template <>
inline constexpr Choice<DepthEdges> kChoices<DepthEdges>[] = {
    {DepthEdges::automatic, "auto", "snap where they are smeared, keep where they are sharp"},
    {DepthEdges::snap, "snap", "steps in depth lie where colours change"},
    {DepthEdges::keep, "keep", "as they are"},
};

struct StereoOptions {
    Eyes eyes = Eyes::right;
    double balance = 0.5;
    DepthEdges depth_edges = DepthEdges::automatic;

    static DIORAMA_API const std::vector<Field<StereoOptions>>& fields();
};

// Disparity whose smeared steps lie where the picture's colours change: a pixel near a step takes
// the nearer or the farther surface's disparity, by its colour and its depth. Slopes stay as they
// are. Throws Error: mismatch, cancelled.
[[nodiscard]] DIORAMA_API Disparity snap_edges(const Disparity& disparity, const Image& picture,
                                               const RunContext& run = {});

// The same as an option. `automatic` asks the map as a whole: networks smear every step, while a
// renderer or a careful matcher knows them to the pixel, and snapping could only harm.
[[nodiscard]] DIORAMA_API Disparity place_edges(const Disparity& disparity, const Image& picture,
                                                DepthEdges edges, const RunContext& run = {});

// The same for the frames of a film, in their order: an edge stays where it was put until the
// picture or its disparity changes there. Not for several threads at once.
class DIORAMA_API SteadyEdges {
 public:
    SteadyEdges();
    ~SteadyEdges();
    SteadyEdges(SteadyEdges&&) noexcept;
    SteadyEdges& operator=(SteadyEdges&&) noexcept;

    // The next frame. Throws Error as place_edges.
    [[nodiscard]] Disparity place(const Disparity& disparity, const Image& picture,
                                  DepthEdges edges, const RunContext& run = {});
    // The past means nothing from here on.
    void begin_scene();

 private:
    struct State;
    std::unique_ptr<State> state_;
};

// The picture from another place. Pixels of surfaces without a step in depth stay together, what is
// nearer hides what is farther, and outlines are soft where they are in the picture.
struct View {
    Image picture{};
    Matte hole{};           // 1 where the picture shows nothing of what is seen here: the fill's
    Disparity disparity{};  // the same d, but in this view's geometry; not a number in holes
};

// `share` is where the view stands: each pixel moves by −share·d, so 1 is the right eye of a pair
// whose left eye is the picture, and −1 the left eye of one whose right eye it is. From −1 to 1; 0
// gives the picture back.
// Equal disparity everywhere moves the picture exactly; whole numbers move its samples.
// A picture with straight alpha comes back premultiplied.
// Without a filler holes are filled by the quick way made for them: each row goes on from its
// farther side, softly across rows.
// Throws Error: usage (share, disparity wider than the picture), mismatch, unreadable (disparity
// that is not finite), cancelled, and what the filler throws.
[[nodiscard]] DIORAMA_API View make_view(const Image& picture, const Disparity& disparity,
                                         double share, const Filler* filler,
                                         const RunContext& run = {});

// Its picture alone, in about half the time.
[[nodiscard]] DIORAMA_API Image draw_view(const Image& picture, const Disparity& disparity,
                                          double share, const Filler* filler,
                                          const RunContext& run = {});

struct StereoPair {
    Image left{};
    Image right{};
};

// Both eyes. An eye that has no share of the shift is the picture itself, bit by bit.
// Throws Error as make_view.
[[nodiscard]] DIORAMA_API StereoPair make_stereo_pair(const Image& picture,
                                                      const Disparity& disparity,
                                                      const Filler* filler,
                                                      const StereoOptions& options = {},
                                                      const RunContext& run = {});

// Black bars that bring the window as near as what its edges cut: at the left edge of the left
// eye's view and at the right edge of the right eye's. See EdgeViolation::window.
DIORAMA_API void float_left_edge(Image& left, const EdgeCuts& cuts);
DIORAMA_API void float_right_edge(Image& right, const EdgeCuts& cuts);

}  // namespace diorama
