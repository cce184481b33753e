#include <algorithm>
#include <array>
#include <opencv2/imgproc.hpp>

#include "diorama/error.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "diorama/planes.h"
#include "layers/plane_masks.h"

namespace diorama {
namespace {

using Rgb = std::array<double, 3>;

// Blue for the farthest, green in the middle, red for the nearest.
Rgb plane_colour(int plane, int planes) {
    const double nearness = static_cast<double>(plane) / (planes - 1);
    return {std::clamp(2 * nearness - 1, 0.0, 1.0) * 255, (1 - std::abs(2 * nearness - 1)) * 255,
            std::clamp(1 - 2 * nearness, 0.0, 1.0) * 255};
}

Image eight_bit_rgb(const Image& picture) {
    const Image bytes = convert(picture, SampleType::u8);
    Image rgb(bytes.size(), SampleType::u8, AlphaKind::none);
    for (int y = 0; y < rgb.height(); ++y)
        for (int x = 0; x < rgb.width(); ++x)
            std::copy_n(bytes.row<std::uint8_t>(y) + bytes.channels() * x, 3,
                        rgb.row<std::uint8_t>(y) + 3 * x);
    return rgb;
}

void require_same_size(const Image& picture, const PlaneMap& planes) {
    if (picture.size() != planes.size)
        throw Error(ErrorCode::mismatch, "has another size than the picture", "planes");
}

// Where a support's border runs, wide enough to be seen in a picture of this size.
cv::Mat_<uchar> border_of(const cv::Mat_<uchar>& support) {
    const int width = std::max(3, std::max(support.rows, support.cols) / 400 | 1);
    cv::Mat_<uchar> border;
    cv::morphologyEx(support, border, cv::MORPH_GRADIENT,
                     cv::getStructuringElement(cv::MORPH_RECT, {width, width}));
    return border;
}

}  // namespace

Image draw_planes(const Image& picture, const PlaneMap& planes) {
    require_same_size(picture, planes);
    constexpr double kTint = 0.45;
    Image drawn = eight_bit_rgb(picture);
    for (int y = 0; y < drawn.height(); ++y) {
        std::uint8_t* pixel = drawn.row<std::uint8_t>(y);
        for (int x = 0; x < drawn.width(); ++x, pixel += 3) {
            const Rgb tint = plane_colour(planes.at(x, y), planes.planes);
            for (int c = 0; c < 3; ++c)
                pixel[c] = static_cast<std::uint8_t>(pixel[c] + kTint * (tint[c] - pixel[c]) + 0.5);
        }
    }
    return drawn;
}

Image draw_plane_borders(const Image& picture, const PlaneMap& before, const PlaneMap& after) {
    require_same_size(picture, before);
    require_same_size(picture, after);
    Image drawn = eight_bit_rgb(picture);
    cv::Mat canvas = as_mat(drawn);
    for (const auto& support : layers::support_masks(before))
        canvas.setTo(cv::Scalar(0, 255, 0), border_of(support));
    for (const auto& support : layers::support_masks(after))
        canvas.setTo(cv::Scalar(255, 0, 0), border_of(support));
    return drawn;
}

}  // namespace diorama
