#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/roto/README.md

// The shapes of flat tones as closed curves, to draw over (seed 003).

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "diorama/export.h"
#include "diorama/options.h"
#include "diorama/run.h"
#include "diorama/tones.h"

namespace diorama {

// In pixels; (0, 0) is the picture's top left corner, so that the first pixel's centre is (0.5,
// 0.5).
struct CurvePoint {
    float x = 0;
    float y = 0;
    friend bool operator==(const CurvePoint&, const CurvePoint&) = default;
};

enum class SegmentKind : std::uint8_t { line, cubic };

// From where the one before it ends.
struct CurveSegment {
    SegmentKind kind = SegmentKind::line;
    CurvePoint control_1{};  // of a cubic Bézier curve
    CurvePoint control_2{};
    CurvePoint end{};
    friend bool operator==(const CurveSegment&, const CurveSegment&) = default;
};

// Closed: the last segment ends at `start`.
struct Outline {
    CurvePoint start{};
    std::vector<CurveSegment> segments{};
    friend bool operator==(const Outline&, const Outline&) = default;
};

// One connected area: its border, and the borders of its holes, which run the other way round.
struct Shape {
    std::vector<Outline> outlines{};
    friend bool operator==(const Shape&, const Shape&) = default;
};

// Painted tone by tone, in their order, it shows the tones that it was traced from. A shape goes on
// under those that are stacked above it, so that two neighbours have one border between them, which
// is that of the upper one, and nothing can show through.
struct Drawing {
    Size size{};
    std::array<std::vector<Shape>, kTones.size()> shapes{};

    [[nodiscard]] const std::vector<Shape>& of(Tone tone) const { return shapes[index_of(tone)]; }
    [[nodiscard]] DIORAMA_API std::int64_t count_nodes() const;
    friend bool operator==(const Drawing&, const Drawing&) = default;
};

struct TraceOptions {
    double smooth_px = 1;

    static DIORAMA_API const std::vector<Field<TraceOptions>>& fields();
};

// Curves that stay within `smooth_px` of the borders between pixels, through the middles of their
// sides; corners stay corners. With 0 the borders themselves, exactly. The background is the whole
// picture. Throws Error: usage (empty, or an option out of range), cancelled.
[[nodiscard]] DIORAMA_API Drawing trace_tones(const ToneMap& tones,
                                              const TraceOptions& options = {},
                                              const RunContext& run = {});

// An SVG picture: a <g> for each tone, called by its name, of one fill, and in it a path of
// absolute coordinates for each shape.
[[nodiscard]] DIORAMA_API std::string make_svg(const Drawing& drawing,
                                               const Palette& palette = kUsualPalette);

struct TimedDrawing {
    Drawing drawing{};
    Seconds duration{0};
};
// One that shows drawings of one size after another, for ever; equal neighbours are written once.
[[nodiscard]] DIORAMA_API std::string make_animated_svg(const std::vector<TimedDrawing>& drawings,
                                                        const Palette& palette = kUsualPalette);

// The tone that is on top at each pixel's centre.
[[nodiscard]] DIORAMA_API ToneMap draw_shapes(const Drawing& drawing);

}  // namespace diorama
