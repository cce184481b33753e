#include "popout/composite.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/core/hal/intrin.hpp>

#include "core/parallel.h"

namespace diorama::popout {
namespace {

// One RGBA pixel as four floats.
using Pixel = cv::v_float32x4;

Pixel load(const std::uint8_t* samples) {
    return cv::v_cvt_f32(cv::v_reinterpret_as_s32(cv::v_load_expand_q(samples)));
}
Pixel load(const std::uint16_t* samples) {
    return cv::v_cvt_f32(cv::v_reinterpret_as_s32(cv::v_load_expand(samples)));
}
Pixel load(const float* samples) {
    return cv::v_load(samples);
}

// Four pixels as samples, rounded.
void store_four(const float* pixels, std::uint8_t* samples) {
    const auto round = [pixels](int n) { return cv::v_round(cv::v_load(pixels + 4 * n)); };
    cv::v_store(samples,
                cv::v_pack_u(cv::v_pack(round(0), round(1)), cv::v_pack(round(2), round(3))));
}
void store_four(const float* pixels, std::uint16_t* samples) {
    const auto round = [pixels](int n) { return cv::v_round(cv::v_load(pixels + 4 * n)); };
    cv::v_store(samples, cv::v_pack_u(round(0), round(1)));
    cv::v_store(samples + 8, cv::v_pack_u(round(2), round(3)));
}

// A row of the frame while slices are blended into it, as floats on the scale of the samples.
template <class T>
class RowAccumulator {
 public:
    explicit RowAccumulator(int width) : width_(width), pixels_(std::size_t{4} * width) {}

    [[nodiscard]] int width() const { return width_; }

    void load_from(const T* row, int begin, int end) {
        for (int x = begin; x < end; ++x) cv::v_store(at(x), load(row + std::size_t{4} * x));
    }
    void store_to(T* row, int begin, int end) {
        int x = begin;
        for (; x + 4 <= end; x += 4) store_four(at(x), row + std::size_t{4} * x);
        for (int i = 4 * x; i < 4 * end; ++i) row[i] = cv::saturate_cast<T>(pixels_[i]);
    }
    // Premultiplied "over".
    void blend(int x, const Pixel& source) {
        const Pixel rest = one_ - cv::v_broadcast_element<3>(source) * opacity_;
        cv::v_store(at(x), cv::v_muladd(load(at(x)), rest, source));
    }

 private:
    [[nodiscard]] float* at(int x) { return pixels_.data() + std::size_t{4} * x; }

    int width_;
    std::vector<float> pixels_;
    Pixel one_ = cv::v_setall_f32(1.0F);
    Pixel opacity_ = cv::v_setall_f32(1.0F / std::numeric_limits<T>::max());
};

// How a pixel is shared between the column it falls right of and the next one.
struct Shares {
    explicit Shares(float fraction)
        : own(cv::v_setall_f32(1.0F - fraction)), next(cv::v_setall_f32(fraction)) {}
    Pixel own;
    Pixel next;
};

// Blends `length` pixels, the first of them into frame column `x` and, by its share, the next.
template <class T, class Sample>
void blend_shifted(RowAccumulator<T>& row, const Sample* pixels, int length, int x,
                   const Shares& shares) {
    int first = 0;
    int last = length;  // one past the end
    Pixel before = cv::v_setzero_f32();
    if (x < 0 || x + length >= row.width()) {
        first = std::clamp(-x, 0, length);
        last = std::clamp(row.width() - x, first, length);
        if (first > 0) before = load(pixels + std::size_t{4} * (first - 1));
    }
    for (int i = first; i < last; ++i) {
        const Pixel here = load(pixels + std::size_t{4} * i);
        row.blend(x + i, cv::v_muladd(here, shares.own, before * shares.next));
        before = here;
    }
    if (last == length && x + length >= 0 && x + length < row.width())
        row.blend(x + length, before * shares.next);
}

// A stretch of one slice in two neighbouring rows, mixed to one row of floats with a pixel of
// nothing at each end.
class MixedRow {
 public:
    void reset(int begin, int end) {
        begin_ = begin;
        end_ = end;
        const std::size_t floats = std::size_t{4} * (end - begin + 2);
        if (floats > pixels_.size()) pixels_.resize(2 * floats);
    }
    // The first row: its spans, and nothing between them.
    template <class T>
    void set(const T* image_row, std::span<const SliceSpan> spans, float weight) {
        const Pixel gain = cv::v_setall_f32(weight);
        int done = begin_ - 1;
        for (const SliceSpan& span : spans) {
            clear(done, span.x);
            done = span.x + span.length;
            for (int x = span.x; x < done; ++x)
                cv::v_store(at(x), load(image_row + std::size_t{4} * x) * gain);
        }
        clear(done, end_ + 1);
    }
    template <class T>
    void add(const T* image_row, std::span<const SliceSpan> spans, float weight) {
        const Pixel gain = cv::v_setall_f32(weight);
        for (const SliceSpan& span : spans)
            for (int x = span.x; x < span.x + span.length; ++x) {
                float* out = at(x);
                cv::v_store(out,
                            cv::v_muladd(load(image_row + std::size_t{4} * x), gain, load(out)));
            }
    }
    [[nodiscard]] int begin() const { return begin_; }
    [[nodiscard]] int end() const { return end_; }
    // Valid from begin() − 1 to end().
    [[nodiscard]] float* at(int x) { return pixels_.data() + std::size_t{4} * (x - begin_ + 1); }

 private:
    void clear(int begin, int end) {
        for (int x = begin; x < end; ++x) cv::v_store(at(x), cv::v_setzero_f32());
    }

    int begin_ = 0;
    int end_ = 0;
    std::vector<float> pixels_;
};

// std::floor for the positions of pixels, without a call.
int floor_to_int(double value) {
    constexpr int kOffset = 1 << 20;
    return static_cast<int>(value + kOffset) - kOffset;
}

// A slice's placement, split into the whole and the fractional pixels that the loops need.
struct Step {
    explicit Step(const Placement& placement)
        : place(placement),
          scaled(placement.scale != 1),
          inverse_scale(1 / placement.scale),
          whole_x(floor_to_int(placement.x_px)),
          whole_y(floor_to_int(placement.y_px)),
          shares_x(static_cast<float>(placement.x_px - whole_x)),
          fraction_y(static_cast<float>(placement.y_px - whole_y)) {}

    Placement place;
    bool scaled;
    double inverse_scale;
    int whole_x;
    int whole_y;
    Shares shares_x;
    float fraction_y;
};

// Blends a mixed row whose pixel x falls at scale·x + x_px.
template <class T>
void blend_scaled(RowAccumulator<T>& row, MixedRow& mixed, const Step& step) {
    const Placement& place = step.place;
    const int first = std::max(0, floor_to_int(place.scale * (mixed.begin() - 1) + place.x_px) + 1);
    const int last =
        std::min(row.width() - 1, floor_to_int(place.scale * mixed.end() + place.x_px));
    // The position in the mixed row as a whole pixel and 2^-32 parts of it, stepped without
    // converting back and forth.
    constexpr double kOne = 4294967296.0;
    const auto step_by = static_cast<std::int64_t>(std::llround(step.inverse_scale * kOne));
    const double start = (first - place.x_px) * step.inverse_scale - (mixed.begin() - 1);
    const std::int64_t end = static_cast<std::int64_t>(mixed.end() - mixed.begin() + 1) << 32;
    std::int64_t position = std::max<std::int64_t>(0, std::llround(start * kOne));
    const float* pixels = mixed.at(mixed.begin() - 1);
    for (int x = first; x <= last && position < end; ++x, position += step_by) {
        const float* left = pixels + 4 * (position >> 32);
        const auto part =
            static_cast<float>(static_cast<std::int32_t>((position >> 1) & INT32_MAX));
        const Pixel right_share = cv::v_setall_f32(part * (1.0F / 2147483648.0F));
        const Pixel a = load(left);
        row.blend(x, cv::v_muladd(load(left + 4) - a, right_share, a));
    }
}

// The image rows that a frame row shows: `upper` and the one below it, mixed.
struct RowPair {
    int upper = 0;
    float lower_weight = 0;
};

RowPair source_rows(const Step& step, int frame_y) {
    if (!step.scaled) {
        // A fraction moves the picture down, so that the row above has a share.
        if (step.fraction_y == 0) return {frame_y - step.whole_y, 0};
        return {frame_y - step.whole_y - 1, 1 - step.fraction_y};
    }
    const double y = (frame_y - step.place.y_px) * step.inverse_scale;
    const int upper = floor_to_int(y);
    return {upper, static_cast<float>(y - upper)};
}

// Columns or rows, without the end.
struct Range {
    int begin = 0;
    int end = 0;
    [[nodiscard]] bool contains(int i) const { return i >= begin && i < end; }
    [[nodiscard]] bool empty() const { return begin >= end; }
};

// Blends a span of the upper row and one of the lower that touch (or one of them alone) without a
// mixed row between. The frame holds all columns that they fall into.
template <class T>
void blend_pair(RowAccumulator<T>& row, const T* upper_pixels, std::span<const SliceSpan> upper,
                const T* lower_pixels, std::span<const SliceSpan> lower, float lower_weight,
                const Step& step) {
    const Pixel upper_share = cv::v_setall_f32(1 - lower_weight);
    const Pixel lower_share = cv::v_setall_f32(lower_weight);
    const auto upper_at = [&](int x) {
        return load(upper_pixels + std::size_t{4} * x) * upper_share;
    };
    const auto lower_at = [&](int x) {
        return load(lower_pixels + std::size_t{4} * x) * lower_share;
    };
    Pixel before = cv::v_setzero_f32();
    const auto pass = [&](int begin, int end, const auto& pixel_at) {
        for (int x = begin; x < end; ++x) {
            const Pixel here = pixel_at(x);
            row.blend(x + step.whole_x,
                      cv::v_muladd(here, step.shares_x.own, before * step.shares_x.next));
            before = here;
        }
        return end;
    };
    int end = 0;
    if (lower.empty()) {
        end = pass(upper[0].x, upper[0].x + upper[0].length, upper_at);
    } else if (upper.empty()) {
        end = pass(lower[0].x, lower[0].x + lower[0].length, lower_at);
    } else {
        const Range u{upper[0].x, upper[0].x + upper[0].length};
        const Range l{lower[0].x, lower[0].x + lower[0].length};
        const int both = std::max(u.begin, l.begin);
        const int both_end = std::min(u.end, l.end);
        if (u.begin < l.begin)
            pass(u.begin, both, upper_at);
        else
            pass(l.begin, both, lower_at);
        pass(both, both_end, [&](int x) { return upper_at(x) + lower_at(x); });
        end = u.end > l.end ? pass(both_end, u.end, upper_at) : pass(both_end, l.end, lower_at);
    }
    row.blend(end + step.whole_x, before * step.shares_x.next);
}

// Blends one slice's share of a frame row that lies between two rows of the image: its spans in
// both.
template <class T>
void blend_mixed(RowAccumulator<T>& row, MixedRow& mixed, const Image& image, RowPair rows,
                 std::span<const SliceSpan> upper, std::span<const SliceSpan> lower,
                 const Step& step) {
    const T* upper_pixels = upper.empty() ? nullptr : image.row<T>(rows.upper);
    const T* lower_pixels = lower.empty() ? nullptr : image.row<T>(rows.upper + 1);

    while (!upper.empty() || !lower.empty()) {
        // A group: spans of both rows that touch. Groups share no pixel of the frame.
        constexpr int kNone = std::numeric_limits<int>::max();
        const int begin = std::min(upper.empty() ? kNone : upper.front().x,
                                   lower.empty() ? kNone : lower.front().x);
        int end = begin;
        std::size_t uppers = 0;
        std::size_t lowers = 0;
        for (bool grown = true; grown;) {
            grown = false;
            for (; uppers < upper.size() && upper[uppers].x <= end; ++uppers, grown = true)
                end = std::max(end, upper[uppers].x + upper[uppers].length);
            for (; lowers < lower.size() && lower[lowers].x <= end; ++lowers, grown = true)
                end = std::max(end, lower[lowers].x + lower[lowers].length);
        }
        const auto group_upper = upper.first(uppers);
        const auto group_lower = lower.first(lowers);
        upper = upper.subspan(uppers);
        lower = lower.subspan(lowers);
        if (!step.scaled && uppers <= 1 && lowers <= 1 && begin + step.whole_x >= 0 &&
            end + step.whole_x < row.width()) {
            blend_pair(row, upper_pixels, group_upper, lower_pixels, group_lower, rows.lower_weight,
                       step);
            continue;
        }
        mixed.reset(begin, end);
        mixed.set(upper_pixels, group_upper, 1 - rows.lower_weight);
        mixed.add(lower_pixels, group_lower, rows.lower_weight);
        if (step.scaled)
            blend_scaled(row, mixed, step);
        else
            blend_shifted(row, mixed.at(begin), end - begin, begin + step.whole_x, step.shares_x);
    }
}

// A stack with the steps of its slices.
struct MovingStack {
    explicit MovingStack(const PlacedStack& placed) : stack(*placed.stack) {
        steps.reserve(placed.slices.size());
        for (const Placement& place : placed.slices) steps.emplace_back(place);
        keeps_rows = std::all_of(steps.begin(), steps.end(), [&](const Step& step) {
            return !step.scaled && step.fraction_y == 0 && step.whole_y == steps.front().whole_y;
        });
    }

    const SliceStack& stack;
    std::vector<Step> steps;
    // Every slice moves along the rows only: a frame row shows a single row of the image.
    bool keeps_rows = false;
};

// Takes the spans of a slice off the front.
std::span<const SliceSpan> take_slice(std::span<const SliceSpan>& spans, int slice) {
    std::size_t count = 0;
    while (count < spans.size() && spans[count].slice == slice) ++count;
    const auto taken = spans.first(count);
    spans = spans.subspan(count);
    return taken;
}

template <class T>
void blend_stack(RowAccumulator<T>& row, MixedRow& mixed, const MovingStack& moving, int frame_y) {
    const SliceStack& stack = moving.stack;
    if (moving.keeps_rows) {
        const int y = frame_y - moving.steps.front().whole_y;
        if (y < 0 || y >= stack.image.height()) return;
        const T* pixels = stack.image.row<T>(y);
        for (const SliceSpan& span : stack.row(y)) {
            const Step& step = moving.steps[span.slice];
            blend_shifted(row, pixels + std::size_t{4} * span.x, span.length, span.x + step.whole_x,
                          step.shares_x);
        }
        return;
    }
    // Slices that show the same two rows of the image come in runs, and the spans of a run lie side
    // by side, so that the work follows the spans and not the slices.
    const auto spans_of = [&](int y, int first, int last) -> std::span<const SliceSpan> {
        if (y < 0 || y >= stack.image.height()) return {};
        return stack.row(y, first, last);
    };
    for (int first = 0, last = 0; first < stack.slices; first = last) {
        const int upper_row = source_rows(moving.steps[first], frame_y).upper;
        for (last = first + 1; last < stack.slices; ++last)
            if (source_rows(moving.steps[last], frame_y).upper != upper_row) break;
        auto upper = spans_of(upper_row, first, last);
        auto lower = spans_of(upper_row + 1, first, last);
        while (!upper.empty() || !lower.empty()) {
            const int slice = std::min(upper.empty() ? stack.slices : int{upper.front().slice},
                                       lower.empty() ? stack.slices : int{lower.front().slice});
            const Step& step = moving.steps[slice];
            const RowPair rows = source_rows(step, frame_y);
            const auto own_upper = take_slice(upper, slice);
            const auto own_lower = take_slice(lower, slice);
            blend_mixed(row, mixed, stack.image, rows, own_upper,
                        rows.lower_weight > 0 ? own_lower : std::span<const SliceSpan>(), step);
        }
    }
}

// Copies the pixels of a row that no stack touches.
template <class T>
void copy_outside(const T* from, T* to, int width, Range touched) {
    if (touched.empty()) touched = {width, width};
    std::copy_n(from, std::size_t{4} * touched.begin, to);
    std::copy_n(from + std::size_t{4} * touched.end, std::size_t{4} * (width - touched.end),
                to + std::size_t{4} * touched.end);
}

// The columns (or rows) of the frame that a stack may touch.
Range covered(const PlacedStack& placed, int length, double Placement::*offset, int limit) {
    double low = limit;
    double high = 0;
    for (const Placement& place : placed.slices) {
        low = std::min(low, place.*offset - place.scale);
        high = std::max(high, place.scale * length + place.*offset);
    }
    return {std::clamp(static_cast<int>(std::floor(low)), 0, limit),
            std::clamp(static_cast<int>(std::ceil(high)) + 1, 0, limit)};
}

template <class T>
void composite_rows(const Image& background, const std::vector<PlacedStack>& stacks, Image& frame,
                    const RunContext& run) {
    std::vector<MovingStack> moving;
    std::vector<Range> columns;
    std::vector<Range> rows;
    for (const PlacedStack& placed : stacks) {
        const Size size = placed.stack->image.size();
        moving.emplace_back(placed);
        columns.push_back(covered(placed, size.width, &Placement::x_px, frame.width()));
        rows.push_back(covered(placed, size.height, &Placement::y_px, frame.height()));
    }
    core::parallel_rows(run, frame.height(), [&](int begin, int end) {
        RowAccumulator<T> row(frame.width());
        MixedRow mixed;
        for (int y = begin; y < end; ++y) {
            Range touched{frame.width(), 0};
            for (std::size_t n = 0; n < stacks.size(); ++n)
                if (rows[n].contains(y))
                    touched = {std::min(touched.begin, columns[n].begin),
                               std::max(touched.end, columns[n].end)};
            copy_outside(background.row<T>(y), frame.row<T>(y), frame.width(), touched);
            if (touched.empty()) continue;
            row.load_from(background.row<T>(y), touched.begin, touched.end);
            for (std::size_t n = 0; n < stacks.size(); ++n)
                if (rows[n].contains(y)) blend_stack(row, mixed, moving[n], y);
            row.store_to(frame.row<T>(y), touched.begin, touched.end);
        }
    });
}

}  // namespace

void composite(const Image& background, const std::vector<PlacedStack>& stacks, Image& frame,
               const RunContext& run) {
    if (frame.sample_type() == SampleType::u8)
        composite_rows<std::uint8_t>(background, stacks, frame, run);
    else
        composite_rows<std::uint16_t>(background, stacks, frame, run);
}

}  // namespace diorama::popout
