#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "core/parallel.h"
#include "diorama/error.h"
#include "diorama/layers.h"
#include "layers/percentiles.h"
#include "layers/spans.h"

namespace diorama {
namespace layers {
namespace {

// Alpha below this is nothing in 8 bits.
constexpr float kFaintestAlpha = 0.5F / 255.0F;
// A slice may go on only under pixels that hide it: under a soft border it would thicken it.
constexpr float kOpaqueAlpha = 0.99F;

struct FrameBox {
    int left = 0, top = 0, right = 0, bottom = 0;  // right and bottom are one past the end
};

FrameBox subject_box(const Matte& matte) {
    FrameBox box{matte.width(), matte.height(), 0, 0};
    for (int y = 0; y < matte.height(); ++y) {
        const float* row = matte.row(y);
        const auto seen = [](float a) { return a >= kFaintestAlpha; };
        const float* end = row + matte.width();
        const float* first = std::find_if(row, end, seen);
        if (first == end) continue;
        const float* last = end;
        while (!seen(last[-1])) --last;
        box.left = std::min(box.left, static_cast<int>(first - row));
        box.right = std::max(box.right, static_cast<int>(last - row));
        box.top = std::min(box.top, y);
        box.bottom = y + 1;
    }
    if (box.right == 0) throw Error(ErrorCode::unreadable, "is empty: no subject to cut", "matte");
    return box;
}

// The box with a margin on each side where the subject runs into the frame's border.
FrameBox with_margin(FrameBox box, Size frame, int margin_px) {
    if (box.left == 0) box.left -= margin_px;
    if (box.top == 0) box.top -= margin_px;
    if (box.right == frame.width) box.right += margin_px;
    if (box.bottom == frame.height) box.bottom += margin_px;
    return box;
}

// Where to read the pixel at `position` of a row or column with `length` pixels: mirrored at the
// borders.
int mirrored(int position, int length) {
    if (position < 0) position = -position;
    if (position >= length) position = 2 * length - 2 - position;
    return std::clamp(position, 0, length - 1);
}

// What a canvas pixel shows: inside the frame the frame's own pixel. Beyond it the border pixel's
// matte and depth, and the mirrored colours where the subject is there too, else the border's.
struct Source {
    int x = 0, y = 0;                // of matte and depth
    int colour_x = 0, colour_y = 0;  // of the colours
};

Source source_of(int x, int y, const Matte& matte) {
    Source s{std::clamp(x, 0, matte.width() - 1), std::clamp(y, 0, matte.height() - 1)};
    s.colour_x = mirrored(x, matte.width());
    s.colour_y = mirrored(y, matte.height());
    if (matte.at(s.colour_x, s.colour_y) < 0.95F * matte.at(s.x, s.y)) {
        s.colour_x = s.x;
        s.colour_y = s.y;
    }
    return s;
}

template <class T>
void copy_premultiplied(const T* colour, int channels, float alpha, T* out) {
    constexpr float kMax = std::numeric_limits<T>::max();
    if (channels == 4) alpha *= static_cast<float>(colour[3]) / kMax;
    for (int c = 0; c < 3; ++c)
        out[c] = static_cast<T>(std::lround(static_cast<float>(colour[c]) * alpha));
    out[3] = static_cast<T>(std::lround(kMax * alpha));
}

struct Canvas {
    SliceStack stack;
    std::vector<std::uint16_t> slice;  // of each pixel, or kNoSlice
    std::vector<std::uint8_t> opaque;  // 1 where the matte hides what lies below

    [[nodiscard]] int width() const { return stack.image.width(); }
    [[nodiscard]] int height() const { return stack.image.height(); }
    // kNoSlice outside of the canvas, too.
    [[nodiscard]] int slice_at(int x, int y) const {
        if (x < 0 || y < 0 || x >= width() || y >= height()) return kNoSlice;
        return slice[static_cast<std::size_t>(y) * width() + x];
    }
    [[nodiscard]] bool hides(int x, int y) const {
        return opaque[static_cast<std::size_t>(y) * width() + x] != 0;
    }
};

template <class T>
void fill_canvas(Canvas& canvas, const Image& colours, const Matte& matte,
                 const InverseDepth& depth, std::span<const float> edges, const RunContext& run) {
    const int width = canvas.width();
    core::parallel_rows(run, canvas.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            T* out = canvas.stack.image.row<T>(y);
            const std::size_t at = static_cast<std::size_t>(y) * width;
            for (int x = 0; x < width; ++x) {
                const Source s = source_of(x + canvas.stack.x, y + canvas.stack.y, matte);
                const float alpha = std::clamp(matte.at(s.x, s.y), 0.0F, 1.0F);
                if (alpha < kFaintestAlpha) continue;
                const T* colour = colours.row<T>(s.colour_y) +
                                  static_cast<std::size_t>(s.colour_x) * colours.channels();
                copy_premultiplied(colour, colours.channels(), alpha, out + std::size_t{4} * x);
                canvas.slice[at + x] =
                    static_cast<std::uint16_t>(slice_of(depth.at(s.x, s.y), edges));
                canvas.opaque[at + x] = alpha >= kOpaqueAlpha;
            }
        }
    });
}

// Finds the farther slices that go on under a pixel: those of its neighbours along the motion that
// lie on the same surface. The further two slices part, the more pixels one needs under the other.
class Overlap {
 public:
    explicit Overlap(const SliceCut& cut)
        : rows_(cut.directions != Directions::along_columns),
          columns_(cut.directions != Directions::along_rows) {
        // Half a pixel more than the gap: where two soft edges just meet, what lies below shines
        // through.
        for (int d = 0; d < kReach; ++d)
            least_step_[d] =
                d == 0 || cut.way_px <= 0 ? 1 : slices_within(d - 0.5, cut.slices, cut.way_px) + 1;
        if (cut.way_px > 0) surface_ = slices_within(kSurfaceStepPx, cut.slices, cut.way_px);
    }

    template <class Add>
    void visit(const Canvas& canvas, int x, int y, const Add& add) const {
        if (surface_ == 0) return;
        std::array<int, std::size_t{4} * kReach> found{};
        std::size_t count = 0;
        const int own = canvas.slice_at(x, y);
        const auto look = [&](int dx, int dy) {
            for (int d = 0; d < kReach; ++d) {
                const int other = canvas.slice_at(x + dx * (d + 1), y + dy * (d + 1));
                const int step = own - other;
                if (step < least_step_[d] || step > surface_) continue;
                const auto end = found.begin() + count;
                if (std::find(found.begin(), end, other) != end) continue;
                found[count++] = other;
                add(other);
            }
        };
        if (rows_) {
            look(-1, 0);
            look(1, 0);
        }
        if (columns_) {
            look(0, -1);
            look(0, 1);
        }
    }

 private:
    static constexpr int kReach = static_cast<int>(kSurfaceStepPx) + 1;

    bool rows_;
    bool columns_;
    int surface_ = 0;  // slices: neighbours further apart are on different surfaces
    std::array<int, kReach> least_step_{};  // slices, for a neighbour d + 1 pixels away
};

void add_row(const Canvas& canvas, int y, const Overlap& overlap, RowSpans& row) {
    for (int x = 0; x < canvas.width(); ++x) {
        const int own = canvas.slice_at(x, y);
        if (own == kNoSlice) continue;
        row.add(own, x);
        if (canvas.hides(x, y)) overlap.visit(canvas, x, y, [&](int other) { row.add(other, x); });
    }
}

// Rows are cut in parallel by bands and joined in order, so that the result is the same for any
// number of threads.
void collect_spans(Canvas& canvas, const SliceCut& cut, const RunContext& run) {
    constexpr int kBandRows = 32;
    struct Band {
        std::vector<SliceSpan> spans;
        std::vector<std::uint32_t> index;
    };
    const Overlap overlap(cut);
    const int height = canvas.height();
    std::vector<Band> bands((height + kBandRows - 1) / kBandRows);
    core::parallel_rows(run, static_cast<int>(bands.size()), [&](int begin, int end) {
        RowSpans row(canvas.stack.slices);
        for (int b = begin; b < end; ++b)
            for (int y = b * kBandRows; y < std::min(height, (b + 1) * kBandRows); ++y) {
                add_row(canvas, y, overlap, row);
                row.finish(bands[b].spans, bands[b].index);
            }
    });
    for (Band& band : bands) {
        const auto first = static_cast<std::uint32_t>(canvas.stack.spans.size());
        for (const std::uint32_t i : band.index) canvas.stack.index.push_back(first + i);
        canvas.stack.spans.insert(canvas.stack.spans.end(), band.spans.begin(), band.spans.end());
        band = {};
    }
    canvas.stack.spans.shrink_to_fit();
}

void require_same_size(Size size, Size other, const char* what) {
    if (size != other)
        throw Error(ErrorCode::mismatch,
                    "is " + std::to_string(other.width) + "×" + std::to_string(other.height) +
                        " but the picture is " + std::to_string(size.width) + "×" +
                        std::to_string(size.height),
                    what);
}

}  // namespace
}  // namespace layers

std::vector<float> percentile_edges(const InverseDepth& depth, const Matte& matte, int slices,
                                    const RunContext& run) {
    if (slices < 1) throw Error(ErrorCode::usage, "at least one slice is needed", "slices");
    layers::require_same_size(depth.size(), matte.size(), "matte");
    std::vector<float> values;
    values.reserve(depth.values().size() / 2);
    for (std::size_t i = 0; i < depth.values().size(); ++i)
        if (matte.values()[i] >= 0.5F) values.push_back(depth.values()[i]);
    if (values.empty()) throw Error(ErrorCode::unreadable, "holds no subject", "matte");
    std::vector<double> fractions;
    for (int j = 0; j <= slices; ++j) fractions.push_back(static_cast<double>(j) / slices);
    return layers::percentiles(std::move(values), fractions, run);
}

int slice_of(float value, std::span<const float> edges) {
    // The inner edges alone decide, so that values beyond the outer ones fall into the end slices.
    const auto inner = edges.subspan(1, edges.size() - 2);
    return static_cast<int>(std::upper_bound(inner.begin(), inner.end(), value) - inner.begin());
}

std::span<const SliceSpan> SliceStack::row(int image_y) const {
    return row(image_y, 0, slices);
}

std::span<const SliceSpan> SliceStack::row(int image_y, int slice) const {
    return row(image_y, slice, slice + 1);
}

std::span<const SliceSpan> SliceStack::row(int image_y, int first, int last) const {
    const std::size_t at = static_cast<std::size_t>(image_y) * (slices + 1);
    return std::span(spans).subspan(index[at + first], index[at + last] - index[at + first]);
}

Image SliceStack::slice_image(int slice) const {
    Image out(image.size(), image.sample_type(), AlphaKind::premultiplied);
    const std::size_t pixel_bytes = 4 * static_cast<std::size_t>(image.bytes_per_sample());
    for (int image_y = 0; image_y < image.height(); ++image_y)
        for (const SliceSpan& span : row(image_y, slice))
            std::copy_n(image.row<std::uint8_t>(image_y) + span.x * pixel_bytes,
                        span.length * pixel_bytes,
                        out.row<std::uint8_t>(image_y) + span.x * pixel_bytes);
    return out;
}

SliceStack cut_slices(const Image& colours, const Matte& matte, const InverseDepth& depth,
                      const SliceCut& cut, const RunContext& run) {
    layers::require_same_size(colours.size(), matte.size(), "matte");
    layers::require_same_size(colours.size(), depth.size(), "depth");
    if (cut.slices < 1 || cut.slices >= layers::kNoSlice)
        throw Error(ErrorCode::usage, "from 1 to 65534 slices are possible", "slices");

    const std::vector<float> edges = percentile_edges(depth, matte, cut.slices, run);
    const int margin_px = cut.way_px > 0 ? static_cast<int>(cut.way_px) + 2 : 0;
    const layers::FrameBox box =
        layers::with_margin(layers::subject_box(matte), matte.size(), margin_px);

    layers::Canvas canvas;
    const Size size{box.right - box.left, box.bottom - box.top};
    if (size.width > std::numeric_limits<std::uint16_t>::max())
        throw Error(ErrorCode::too_large, "a subject may be at most 65535 pixels wide", "matte");
    canvas.stack.image = Image(size, colours.sample_type(), AlphaKind::premultiplied);
    canvas.stack.x = box.left;
    canvas.stack.y = box.top;
    canvas.stack.slices = cut.slices;
    canvas.slice.assign(static_cast<std::size_t>(size.area()), layers::kNoSlice);
    canvas.opaque.assign(static_cast<std::size_t>(size.area()), 0);
    if (colours.sample_type() == SampleType::u8)
        layers::fill_canvas<std::uint8_t>(canvas, colours, matte, depth, edges, run);
    else
        layers::fill_canvas<std::uint16_t>(canvas, colours, matte, depth, edges, run);
    run.throw_if_stopped();
    layers::collect_spans(canvas, cut, run);
    return std::move(canvas.stack);
}

}  // namespace diorama
