#include "scroll/composite.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/core/hal/intrin.hpp>

#include "core/parallel.h"

namespace diorama::scroll {
namespace {

// ---- Rows of a strip

// Two rows of two pixels each decide a sample between them.
template <class T>
Strip::Kind kind_at(const T* upper, const T* lower, std::size_t x) {
    constexpr T kMax = std::numeric_limits<T>::max();
    const T alphas[] = {upper[4 * x + 3], upper[4 * x + 7], lower[4 * x + 3], lower[4 * x + 7]};
    if (std::ranges::all_of(alphas, [](T a) { return a == kMax; })) return Strip::Kind::opaque;
    if (std::ranges::all_of(alphas, [](T a) { return a == 0; })) return Strip::Kind::clear;
    return Strip::Kind::mixed;
}

template <class T>
void find_runs(const Image& pixels, int y, std::vector<Strip::Run>& runs) {
    // Shorter runs of one kind cost more to part than to blend.
    constexpr int kShortest = 8;
    const T* upper = pixels.row<T>(y);
    const T* lower = pixels.row<T>(std::min(y + 1, pixels.height() - 1));
    const int period = pixels.width() - 1;
    const std::size_t first = runs.size();
    for (int x = 0; x < period;) {
        const Strip::Kind kind = kind_at(upper, lower, x);
        int end = x + 1;
        while (end < period && kind_at(upper, lower, end) == kind) ++end;
        const bool is_short = end - x < kShortest && end - x < period;
        const Strip::Kind drawn = is_short ? Strip::Kind::mixed : kind;
        if (runs.size() > first && runs.back().kind == drawn)
            runs.back().end = end;
        else
            runs.push_back({x, end, drawn});
        x = end;
    }
}

// ---- Sampling

// A position between pixels, in 256ths.
struct Position {
    int whole = 0;
    unsigned part = 0;
};

Position position_of(double value) {
    const auto fixed = static_cast<std::int64_t>(std::llround(value * 256));
    return {static_cast<int>(fixed >> 8), static_cast<unsigned>(fixed & 255)};
}

// Between two samples, `part` 256ths from a to b.
template <class T>
unsigned mix(T a, T b, unsigned part) {
    return (a * (256 - part) + b * part + 128) >> 8;
}

// Pixels of a strip between two rows: what `part_y` and `part_x` say of the four around each.
template <class T>
struct Samples {
    const T* upper;
    const T* lower;
    unsigned part_x;
    unsigned part_y;

    [[nodiscard]] unsigned at(std::size_t i) const {
        return mix(mix(upper[i], upper[i + 4], part_x), mix(lower[i], lower[i + 4], part_x),
                   part_y);
    }
};

#if CV_SIMD128

using Bytes = cv::v_uint8x16;
using Words = cv::v_uint16x8;

inline Words mix(const Words& a, const Words& b, const Words& share_a, const Words& share_b) {
    // No sum is above 255·256 + 128; v_mul_wrap is the multiplication that does not saturate.
    return cv::v_shr<8>(cv::v_mul_wrap(a, share_a) + cv::v_mul_wrap(b, share_b) +
                        cv::v_setall_u16(128));
}

// Four RGBA pixels at a time.
class ByteSampler {
 public:
    explicit ByteSampler(const Samples<std::uint8_t>& samples)
        : samples_(samples),
          left_(cv::v_setall_u16(static_cast<ushort>(256 - samples.part_x))),
          right_(cv::v_setall_u16(static_cast<ushort>(samples.part_x))),
          top_(cv::v_setall_u16(static_cast<ushort>(256 - samples.part_y))),
          bottom_(cv::v_setall_u16(static_cast<ushort>(samples.part_y))) {}

    [[nodiscard]] Bytes at(std::size_t i) const {
        Words low;
        Words high;
        mix_row(samples_.upper + i, low, high);
        if (samples_.part_y != 0) {
            Words low_below;
            Words high_below;
            mix_row(samples_.lower + i, low_below, high_below);
            low = mix(low, low_below, top_, bottom_);
            high = mix(high, high_below, top_, bottom_);
        }
        return cv::v_pack(low, high);
    }

 private:
    void mix_row(const std::uint8_t* row, Words& low, Words& high) const {
        cv::v_expand(cv::v_load(row), low, high);
        if (samples_.part_x == 0) return;
        Words low_next;
        Words high_next;
        cv::v_expand(cv::v_load(row + 4), low_next, high_next);
        low = mix(low, low_next, left_, right_);
        high = mix(high, high_next, left_, right_);
    }

    Samples<std::uint8_t> samples_;
    Words left_, right_, top_, bottom_;
};

// Every byte of a pixel becomes its alpha.
inline Bytes spread_alpha(const Bytes& pixels) {
    cv::v_uint32x4 alpha = cv::v_shr<24>(cv::v_reinterpret_as_u32(pixels));
    alpha = alpha | cv::v_shl<8>(alpha);
    return cv::v_reinterpret_as_u8(alpha | cv::v_shl<16>(alpha));
}

// value / 255, rounded, for values up to 255·255.
inline Words divide_by_255(const Words& value) {
    const Words rounded = value + cv::v_setall_u16(128);
    return cv::v_shr<8>(rounded + cv::v_shr<8>(rounded));
}

inline Bytes blend_over(const Bytes& source, const Bytes& behind) {
    Words rest_low, rest_high, low, high;
    cv::v_expand(cv::v_setall_u8(255) - spread_alpha(source), rest_low, rest_high);
    cv::v_expand(behind, low, high);
    return source + cv::v_pack(divide_by_255(cv::v_mul_wrap(low, rest_low)),
                               divide_by_255(cv::v_mul_wrap(high, rest_high)));
}

#endif

// Draws pixels [0, count) to `out`, from the samples' first pixel on.
template <class T>
void copy_pixels(const Samples<T>& samples, T* out, int count) {
    std::size_t i = 0;
    const std::size_t end = std::size_t{4} * count;
#if CV_SIMD128
    if constexpr (sizeof(T) == 1) {
        const ByteSampler sampler(samples);
        for (; i + 16 <= end; i += 16) cv::v_store(out + i, sampler.at(i));
    }
#endif
    for (; i < end; ++i) out[i] = static_cast<T>(samples.at(i));
}

template <class T>
void blend_pixels(const Samples<T>& samples, T* out, int count) {
    constexpr unsigned kMax = std::numeric_limits<T>::max();
    std::size_t i = 0;
    const std::size_t end = std::size_t{4} * count;
#if CV_SIMD128
    if constexpr (sizeof(T) == 1) {
        const ByteSampler sampler(samples);
        for (; i + 16 <= end; i += 16)
            cv::v_store(out + i, blend_over(sampler.at(i), cv::v_load(out + i)));
    }
#endif
    for (; i < end; i += 4) {
        const unsigned rest = kMax - samples.at(i + 3);
        for (std::size_t c = i; c < i + 4; ++c)
            out[c] =
                static_cast<T>(std::min(kMax, samples.at(c) + (out[c] * rest + kMax / 2) / kMax));
    }
}

// Colours times the gain; alpha stays.
template <class T>
void brighten(T* pixels, int count, double gain) {
    constexpr std::uint64_t kMax = std::numeric_limits<T>::max();
    constexpr unsigned kBits = 15;
    const auto fixed = static_cast<std::uint64_t>(std::llround(gain * (1U << kBits)));
    std::size_t i = 0;
    const std::size_t end = std::size_t{4} * count;
#if CV_SIMD128
    if constexpr (sizeof(T) == 1) {
        const Words factor = cv::v_setall_u16(static_cast<ushort>(fixed));
        const Words half = cv::v_setall_u16(64);
        const cv::v_uint32x4 alpha = cv::v_setall_u32(0xFF000000U);
        for (; i + 16 <= end; i += 16) {
            const Bytes before = cv::v_load(pixels + i);
            Words low, high;
            cv::v_expand(before, low, high);
            low = cv::v_shr<7>(cv::v_mul_hi(cv::v_shl<8>(low), factor) + half);
            high = cv::v_shr<7>(cv::v_mul_hi(cv::v_shl<8>(high), factor) + half);
            const auto colours = cv::v_reinterpret_as_u32(cv::v_pack(low, high));
            cv::v_store(pixels + i, cv::v_reinterpret_as_u8(cv::v_select(
                                        alpha, cv::v_reinterpret_as_u32(before), colours)));
        }
    }
#endif
    for (; i < end; ++i)
        if (i % 4 != 3)
            pixels[i] =
                static_cast<T>(std::min(kMax, (pixels[i] * fixed + (1U << (kBits - 1))) >> kBits));
}

// ---- A row of the frame

struct Segment {
    int begin = 0;
    int end = 0;
};

// A part of a plane that is seen in a row.
struct Draw {
    std::size_t plane = 0;
    Segment frame{};
    int strip_x = 0;  // of the frame segment's first pixel
    Strip::Kind kind = Strip::Kind::clear;
};

// Lists what is seen of each plane, from near to far.
class RowPlanner {
 public:
    void plan(const std::vector<Strip>& strips, const std::vector<Position>& x, int strip_y,
              int width) {
        draws_.clear();
        open_.assign(1, {0, width});
        for (std::size_t n = strips.size(); n-- > 0 && !open_.empty();) {
            still_open_.clear();
            for (const Segment& segment : open_) walk(strips[n], n, x[n].whole, strip_y, segment);
            std::swap(open_, still_open_);
        }
    }
    [[nodiscard]] const std::vector<Draw>& draws() const { return draws_; }

 private:
    // The runs of an endless strip under a segment of the frame.
    void walk(const Strip& strip, std::size_t plane, int offset, int strip_y, Segment segment) {
        const int period = strip.period();
        const std::span<const Strip::Run> runs = strip.runs(strip_y);
        int strip_x = (segment.begin + offset) % period;
        if (strip_x < 0) strip_x += period;
        auto run = std::ranges::upper_bound(runs, strip_x, {}, &Strip::Run::end);
        for (int x = segment.begin; x < segment.end;) {
            const int end = std::min(segment.end, x + run->end - strip_x);
            if (run->kind != Strip::Kind::clear)
                draws_.push_back({plane, {x, end}, strip_x, run->kind});
            if (run->kind != Strip::Kind::opaque) keep_open({x, end});
            x = end;
            strip_x = run->end;
            if (++run == runs.end()) {
                run = runs.begin();
                strip_x = 0;
            }
        }
    }
    void keep_open(Segment segment) {
        if (!still_open_.empty() && still_open_.back().end == segment.begin)
            still_open_.back().end = segment.end;
        else
            still_open_.push_back(segment);
    }

    std::vector<Draw> draws_{};
    std::vector<Segment> open_{};
    std::vector<Segment> still_open_{};
};

template <class T>
void composite_rows(const std::vector<Strip>& strips, const View& view, Image& frame,
                    const RunContext& run) {
    std::vector<Position> x;
    for (std::size_t n = 0; n < strips.size(); ++n) {
        const int period = strips[n].period();
        Position position = position_of(view.x_px[n] - std::floor(view.x_px[n] / period) * period);
        position.whole %= period;
        x.push_back(position);
    }
    const Position y = position_of(view.y_px);
    core::parallel_rows(run, frame.height(), [&](int begin, int end) {
        RowPlanner planner;
        for (int row = begin; row < end; ++row) {
            T* out = frame.row<T>(row);
            const int last = strips.front().height() - 1;
            const int upper = std::clamp(row + y.whole, 0, last);
            const int lower = std::min(upper + 1, last);
            planner.plan(strips, x, upper, frame.width());
            for (auto draw = planner.draws().rbegin(); draw != planner.draws().rend(); ++draw) {
                const Image& pixels = strips[draw->plane].pixels();
                const std::size_t first = std::size_t{4} * draw->strip_x;
                const Samples<T> samples{pixels.row<T>(upper) + first, pixels.row<T>(lower) + first,
                                         x[draw->plane].part, y.part};
                T* to = out + std::size_t{4} * draw->frame.begin;
                const int count = draw->frame.end - draw->frame.begin;
                if (draw->kind == Strip::Kind::opaque)
                    copy_pixels(samples, to, count);
                else
                    blend_pixels(samples, to, count);
            }
            if (view.gain != 1) brighten(out, frame.width(), view.gain);
        }
    });
}

}  // namespace

Strip::Strip(const Image& period)
    : pixels_({period.width() + 1, period.height()}, period.sample_type(), period.alpha()) {
    const std::size_t pixel_bytes = std::size_t{4} * period.bytes_per_sample();
    for (int y = 0; y < period.height(); ++y) {
        const std::uint8_t* from = period.row<std::uint8_t>(y);
        std::uint8_t* to = pixels_.row<std::uint8_t>(y);
        std::copy_n(from, period.row_bytes(), to);
        std::copy_n(from, pixel_bytes, to + period.row_bytes());
    }
    for (int y = 0; y < period.height(); ++y) {
        first_run_.push_back(runs_.size());
        if (period.sample_type() == SampleType::u8)
            find_runs<std::uint8_t>(pixels_, y, runs_);
        else
            find_runs<std::uint16_t>(pixels_, y, runs_);
    }
    first_run_.push_back(runs_.size());
}

std::span<const Strip::Run> Strip::runs(int y) const {
    return {runs_.data() + first_run_[y], runs_.data() + first_run_[y + 1]};
}

void composite(const std::vector<Strip>& strips, const View& view, Image& frame,
               const RunContext& run) {
    if (frame.sample_type() == SampleType::u8)
        composite_rows<std::uint8_t>(strips, view, frame, run);
    else
        composite_rows<std::uint16_t>(strips, view, frame, run);
}

}  // namespace diorama::scroll
