#include <tbb/parallel_for.h>

#include <algorithm>
#include <utility>

#include "core/arena.h"
#include "diorama/error.h"
#include "diorama/shapes.h"
#include "roto/fit_curve.h"
#include "roto/group_holes.h"
#include "roto/knots.h"

namespace diorama {
namespace {

using roto::Beyond;
using roto::Border;
using roto::Knot;
using roto::Side;

constexpr float kUnder = 0.6F;  // of the tolerance: what is as straight as that is a line
// A border that nobody sees may be found with less care, but stays under what hides it.
constexpr float kHiddenTolerance = 1.5F;

CurvePoint point_of(cv::Point2f p) {
    return {p.x, p.y};
}

// As the pixels have it.
Outline copy_corners(const Border& border) {
    Outline outline;
    for (std::ptrdiff_t i = 0; i < border.length(); ++i) {
        const cv::Point2f in = border.corner(i) - border.corner(i - 1);
        if (in != border.corner(i + 1) - border.corner(i))
            outline.segments.push_back({.end = point_of(border.corner(i))});
    }
    outline.start = outline.segments.back().end;
    return outline;
}

class Smoother {
 public:
    Smoother(const Border& border, float smooth_px)
        : border_(border),
          smooth_px_(smooth_px),
          reach_(3 + static_cast<int>(3 * std::min(smooth_px, 4.0F))) {}

    Outline smooth() {
        const std::vector<Knot> knots = roto::find_knots(border_, reach_);
        if (knots.empty()) return close_without_knots();
        Outline outline{.start = point_of(border_.corner(knots.front().corner))};
        for (std::size_t k = 0; k < knots.size(); ++k) {
            Knot to = knots[(k + 1) % knots.size()];
            if (k + 1 == knots.size()) to.corner += border_.length();
            append(outline, knots[k], to);
        }
        return outline;
    }

 private:
    // Through the middles of the sides.
    void collect(std::ptrdiff_t first, std::ptrdiff_t last) {
        points_.clear();
        points_.push_back(border_.corner(first));
        for (std::ptrdiff_t side = first; side < last; ++side)
            points_.push_back(border_.middle(side));
        points_.push_back(border_.corner(last));
    }

    void append(Outline& outline, const Knot& from, const Knot& to) {
        collect(from.corner, to.corner);
        const Beyond beyond = border_.beyond_of(from.corner);
        if (beyond == Beyond::frame ||
            roto::distance_from_chord(points_) <= kUnder * std::max(smooth_px_, 0.5F)) {
            outline.segments.push_back({.end = point_of(points_.back())});
            return;
        }
        const int reach = std::min<int>(reach_, static_cast<int>(to.corner - from.corner));
        const roto::EndDirections ends{
            roto::find_direction(border_, from.corner, reach,
                                 from.is_sharp ? Side::after : Side::both),
            roto::find_direction(border_, to.corner, reach,
                                 to.is_sharp ? Side::before : Side::both)};
        const float tolerance =
            beyond == Beyond::higher ? kHiddenTolerance * smooth_px_ : smooth_px_;
        append(outline, roto::fit_curve(points_, ends, tolerance));
    }
    static void append(Outline& outline, std::vector<CurveSegment> segments) {
        outline.segments.insert(outline.segments.end(), segments.begin(), segments.end());
    }

    // A round thing: begun anywhere, it closes without a bend.
    Outline close_without_knots() {
        points_.clear();
        for (std::ptrdiff_t side = 0; side <= border_.length(); ++side)
            points_.push_back(border_.middle(side));
        const int reach = std::min<int>(reach_, static_cast<int>(border_.length() / 4));
        const cv::Point2f along = border_.middle(reach) - border_.middle(-reach);
        const cv::Point2f through = along / std::max(1e-6, cv::norm(along));
        Outline outline{.start = point_of(points_.front())};
        append(outline, roto::fit_curve(points_, {through, through}, smooth_px_));
        return outline;
    }

    const Border& border_;
    float smooth_px_;
    int reach_;
    std::vector<cv::Point2f> points_;
};

std::vector<Shape> trace_tone(const ToneMap& tones, Tone tone, float smooth_px) {
    const std::vector<Border> borders = roto::find_borders(roto::Cover(tones, tone));
    std::vector<Outline> outlines(borders.size());
    tbb::parallel_for(std::size_t{0}, borders.size(), [&](std::size_t i) {
        outlines[i] =
            smooth_px > 0 ? Smoother(borders[i], smooth_px).smooth() : copy_corners(borders[i]);
    });
    return roto::group_holes(borders, std::move(outlines));
}

Shape whole_picture(Size size) {
    const auto w = static_cast<float>(size.width);
    const auto h = static_cast<float>(size.height);
    Outline frame;
    for (const CurvePoint corner : {CurvePoint{w, 0}, {w, h}, {0, h}, {0, 0}})
        frame.segments.push_back({.end = corner});
    return {.outlines = {frame}};
}

}  // namespace

const std::vector<Field<TraceOptions>>& TraceOptions::fields() {
    static const std::vector<Field<TraceOptions>> list{
        field("smooth", &TraceOptions::smooth_px, {.min = 0, .max = 50, .unit = "px"},
              "how far curves may leave the borders of pixels; 0: not at all"),
    };
    return list;
}

std::int64_t Drawing::count_nodes() const {
    std::int64_t nodes = 0;
    for (const auto& of_tone : shapes)
        for (const Shape& shape : of_tone)
            for (const Outline& outline : shape.outlines)
                nodes += static_cast<std::int64_t>(outline.segments.size());
    return nodes;
}

Drawing trace_tones(const ToneMap& tones, const TraceOptions& options, const RunContext& run) {
    validate(options);
    if (tones.empty()) throw Error(ErrorCode::usage, "there are no tones to trace");
    run.throw_if_stopped();
    Drawing drawing{.size = tones.size()};
    drawing.shapes[index_of(Tone::background)] = {whole_picture(tones.size())};
    core::on_threads(run, [&] {
        tbb::parallel_for(std::size_t{1}, kTones.size(), [&](std::size_t i) {
            drawing.shapes[i] = trace_tone(tones, kTones[i], static_cast<float>(options.smooth_px));
        });
    });
    return drawing;
}

}  // namespace diorama
