#include "stereo/interleave.h"

#include <algorithm>

#include "core/parallel.h"

namespace diorama::stereo {
namespace {

// A row of a view with those above and below.
template <class T>
struct Rows {
    const T* above = nullptr;
    const T* here = nullptr;
    const T* below = nullptr;
};

template <class T>
Rows<T> rows_at(const Image& view, int y) {
    return {view.row<T>(std::max(y - 1, 0)), view.row<T>(y),
            view.row<T>(std::min(y + 1, view.height() - 1))};
}

// One pixel of the result from the samples of its view; `before` and `after` are the places of
// those to its left and right.
template <class T>
T smooth(const Rows<T>& rows, StereoFormat format, int before, int at, int after) {
    const std::uint32_t here = rows.here[at];
    if (format == StereoFormat::rows)
        return static_cast<T>((rows.above[at] + 2 * here + rows.below[at] + 2) / 4);
    const std::uint32_t sides = std::uint32_t{rows.here[before]} + rows.here[after];
    if (format == StereoFormat::columns) return static_cast<T>((sides + 2 * here + 2) / 4);
    return static_cast<T>((sides + rows.above[at] + rows.below[at] + 4 * here + 4) / 8);
}

bool is_left(StereoFormat format, int x, int y) {
    if (format == StereoFormat::rows) return y % 2 == 0;
    if (format == StereoFormat::columns) return x % 2 == 0;
    return (x + y) % 2 == 0;
}

template <class T>
void interleave_row(const Image& left, const Image& right, StereoFormat format, int y, T* out) {
    const int channels = left.channels();
    const int last = left.width() - 1;
    const Rows<T> of_left = rows_at<T>(left, y);
    const Rows<T> of_right = rows_at<T>(right, y);
    for (int x = 0; x <= last; ++x) {
        const Rows<T>& rows = is_left(format, x, y) ? of_left : of_right;
        const int before = std::max(x - 1, 0) * channels;
        const int after = std::min(x + 1, last) * channels;
        for (int c = 0; c < channels; ++c)
            *out++ = smooth(rows, format, before + c, x * channels + c, after + c);
    }
}

}  // namespace

Image interleave(const Image& left, const Image& right, StereoFormat format,
                 const RunContext& run) {
    Image mixed(left.size(), left.sample_type(), left.alpha());
    core::parallel_rows(run, left.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            if (left.sample_type() == SampleType::u8)
                interleave_row(left, right, format, y, mixed.row<std::uint8_t>(y));
            else
                interleave_row(left, right, format, y, mixed.row<std::uint16_t>(y));
        }
    });
    return mixed;
}

}  // namespace diorama::stereo
