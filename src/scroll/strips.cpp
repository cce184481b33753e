#include "scroll/strips.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>
#include <vector>

#include "core/parallel.h"
#include "diorama/error.h"
#include "diorama/opencv.h"

namespace diorama::scroll {
namespace {

// One row of a period, made of the row of a plane.
template <class T>
struct RowTiler {
    const T* plane;
    int width;
    T* strip;

    [[nodiscard]] const T* pixel(int x) const { return plane + std::size_t{4} * x; }
    [[nodiscard]] const T* mirrored(int x) const { return pixel(width - 1 - x); }
    void put(int x, const T* from) { std::copy_n(from, 4, strip + std::size_t{4} * x); }
    // From `a` to `b` as `share` goes from 0 to 1.
    void put_mixed(int x, const T* a, const T* b, double share) {
        for (int c = 0; c < 4; ++c)
            strip[std::size_t{4} * x + c] =
                static_cast<T>(std::lround(a[c] + share * (b[c] - a[c])));
    }
};

double share_at(int x, int seam_px) {
    return (x + 0.5) / seam_px;
}

template <class T>
void tile_mirrored(RowTiler<T>& row, int seam_px) {
    const int before_seam = row.width - seam_px;
    for (int x = 0; x < before_seam; ++x) row.put(x, row.pixel(x));
    for (int x = 0; x < seam_px; ++x)
        row.put_mixed(before_seam + x, row.pixel(before_seam + x), row.mirrored(x),
                      share_at(x, seam_px));
    for (int x = seam_px; x < row.width; ++x) row.put(before_seam + x, row.mirrored(x));
}

template <class T>
void tile_repeated(RowTiler<T>& row, int seam_px) {
    const int period = row.width - seam_px;
    for (int x = 0; x < seam_px; ++x)
        row.put_mixed(x, row.pixel(period + x), row.pixel(x), share_at(x, seam_px));
    for (int x = seam_px; x < period; ++x) row.put(x, row.pixel(x));
}

template <class T>
void tile_rows(const Image& plane, Tiling tiling, int seam_px, Image& strip,
               const RunContext& run) {
    core::parallel_rows(run, plane.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            RowTiler<T> row{plane.row<T>(y), plane.width(), strip.row<T>(y)};
            if (tiling == Tiling::mirror)
                tile_mirrored(row, seam_px);
            else
                tile_repeated(row, seam_px);
        }
    });
}

// Running sums of whole pixels; the two ends of the box take a part of one pixel each.
template <class T>
void blur_rows(const Image& strip, double length_px, Image& blurred, const RunContext& run) {
    const int width = strip.width();
    const double half = length_px / 2;
    core::parallel_rows(run, strip.height(), [&](int begin, int end) {
        // sums[x] holds the pixels before x, over three periods, so that no box leaves the row.
        std::vector<std::array<double, 4>> sums(static_cast<std::size_t>(width) + 1);
        for (int y = begin; y < end; ++y) {
            const T* pixels = strip.row<T>(y);
            for (int x = 0; x < width; ++x)
                for (int c = 0; c < 4; ++c)
                    sums[x + 1][c] = sums[x][c] + pixels[std::size_t{4} * x + c];
            // The integral of the endless row from 0 to a position.
            const auto integral = [&](double position, int c) {
                const double turns = std::floor(position / width);
                const double inside = position - turns * width;
                const int whole = std::min(static_cast<int>(inside), width - 1);
                return turns * sums[width][c] + sums[whole][c] +
                       (inside - whole) * pixels[std::size_t{4} * whole + c];
            };
            T* out = blurred.row<T>(y);
            for (int x = 0; x < width; ++x)
                for (int c = 0; c < 4; ++c) {
                    const double mean =
                        (integral(x + 0.5 + half, c) - integral(x + 0.5 - half, c)) / length_px;
                    out[std::size_t{4} * x + c] = static_cast<T>(std::lround(mean));
                }
        }
    });
}

}  // namespace

Image make_strip(const Image& plane, Tiling tiling, int seam_px, const RunContext& run) {
    if (tiling == Tiling::none) return plane;
    if (2 * seam_px > plane.width())
        throw Error(ErrorCode::usage,
                    fmt::format("a cross-fade of {} px needs a picture at least twice as long; "
                                "this one has {} px",
                                seam_px, plane.width()),
                    "--seam");
    const int period =
        tiling == Tiling::mirror ? 2 * plane.width() - seam_px : plane.width() - seam_px;
    Image strip({period, plane.height()}, plane.sample_type(), plane.alpha());
    if (plane.sample_type() == SampleType::u8)
        tile_rows<std::uint8_t>(plane, tiling, seam_px, strip, run);
    else
        tile_rows<std::uint16_t>(plane, tiling, seam_px, strip, run);
    return strip;
}

Image blur_strip(const Image& strip, double length_px, const RunContext& run) {
    // A shorter way than half a pixel does not show.
    if (length_px < 0.5) return strip;
    Image blurred(strip.size(), strip.sample_type(), strip.alpha());
    if (strip.sample_type() == SampleType::u8)
        blur_rows<std::uint8_t>(strip, length_px, blurred, run);
    else
        blur_rows<std::uint16_t>(strip, length_px, blurred, run);
    return blurred;
}

Image transpose(const Image& image) {
    Image turned({image.height(), image.width()}, image.sample_type(), image.alpha());
    cv::Mat out = as_mat(turned);
    cv::transpose(as_mat(image), out);
    return turned;
}

}  // namespace diorama::scroll
