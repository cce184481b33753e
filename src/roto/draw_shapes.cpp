#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

#include "diorama/shapes.h"

namespace diorama {
namespace {

struct Crossing {
    float x = 0;
    int winding = 0;
};

// The crossings of closed ways with the rows through pixels' centres.
class Rows {
 public:
    explicit Rows(int height) : rows_(static_cast<std::size_t>(height)) {}

    void add(const Outline& outline) {
        CurvePoint at = outline.start;
        for (const CurveSegment& segment : outline.segments) {
            add(at, segment);
            at = segment.end;
        }
    }
    // Paints what has a winding number other than 0, and forgets the crossings.
    void paint(ToneMap& tones, Tone tone) {
        for (int y = 0; y < tones.height(); ++y) {
            auto& row = rows_[static_cast<std::size_t>(y)];
            std::ranges::sort(row, {}, &Crossing::x);
            int winding = 0;
            for (std::size_t i = 0; i + 1 < row.size(); ++i) {
                winding += row[i].winding;
                if (winding != 0) paint(tones, tone, y, row[i].x, row[i + 1].x);
            }
            row.clear();
        }
    }

 private:
    static void paint(ToneMap& tones, Tone tone, int y, float from, float to) {
        const auto first_centre_after = [&](float x) {
            return std::clamp(static_cast<int>(std::ceil(x - 0.5F)), 0, tones.width());
        };
        std::fill(tones.row(y) + first_centre_after(from), tones.row(y) + first_centre_after(to),
                  tone);
    }

    void add(CurvePoint from, const CurveSegment& segment) {
        if (segment.kind == SegmentKind::line) return add_line(from, segment.end);
        const cv::Point2f a(from.x, from.y);
        const cv::Point2f b(segment.control_1.x, segment.control_1.y);
        const cv::Point2f c(segment.control_2.x, segment.control_2.y);
        const cv::Point2f d(segment.end.x, segment.end.y);
        const double length = cv::norm(b - a) + cv::norm(c - b) + cv::norm(d - c);
        const int steps = 2 + static_cast<int>(length / 2);
        CurvePoint at = from;
        for (int i = 1; i <= steps; ++i) {
            const float t = static_cast<float>(i) / static_cast<float>(steps);
            const float s = 1 - t;
            const cv::Point2f p =
                s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
            const CurvePoint next = i == steps ? segment.end : CurvePoint{p.x, p.y};
            add_line(at, next);
            at = next;
        }
    }
    void add_line(CurvePoint from, CurvePoint to) {
        const int winding = from.y < to.y ? 1 : -1;
        if (from.y > to.y) std::swap(from, to);
        const int first = std::max(0, static_cast<int>(std::ceil(from.y - 0.5F)));
        for (int y = first; y < static_cast<int>(rows_.size()); ++y) {
            const float centre = static_cast<float>(y) + 0.5F;
            if (centre >= to.y) break;
            const float part = (centre - from.y) / (to.y - from.y);
            rows_[static_cast<std::size_t>(y)].push_back(
                {from.x + part * (to.x - from.x), winding});
        }
    }

    std::vector<std::vector<Crossing>> rows_;
};

}  // namespace

ToneMap draw_shapes(const Drawing& drawing) {
    ToneMap tones(drawing.size);
    Rows rows(drawing.size.height);
    for (const Tone tone : kTones) {
        for (const Shape& shape : drawing.of(tone))
            for (const Outline& outline : shape.outlines) rows.add(outline);
        rows.paint(tones, tone);
    }
    return tones;
}

}  // namespace diorama
