#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/parallel.h"
#include "diorama/matte.h"
#include "diorama/opencv.h"
#include "perception/working_copy.h"

namespace diorama {
namespace {

// Of the surroundings, so much of their brightness is left.
constexpr float kDim = 0.35F;
const cv::Vec3f kBorderColour(255, 196, 0);

}  // namespace

Image draw_matte_overlay(const Image& picture, const Matte& matte) {
    perception::require_same_size(picture, matte);
    const auto colours = perception::working_copy(picture, picture.size());
    const cv::Mat_<uchar> inside = as_mat(matte) >= 0.5F;
    // A line that is seen at any size: three pixels at 1000.
    const int thickness =
        std::max(1, static_cast<int>(std::lround((picture.width() + picture.height()) * 0.0015)));
    cv::Mat_<uchar> grown, shrunk;
    const cv::Mat pen =
        cv::getStructuringElement(cv::MORPH_ELLIPSE, {thickness + 2, thickness + 2});
    cv::dilate(inside, grown, pen);
    cv::erode(inside, shrunk, pen, {-1, -1}, 1, cv::BORDER_REPLICATE);
    cv::Mat_<uchar> border = grown & ~shrunk;
    // One pixel of blur takes the stairs out of the line.
    cv::blur(border, border, {3, 3});

    Image overlay(picture.size(), SampleType::u8, AlphaKind::none);
    core::parallel_rows({}, picture.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            auto* to = overlay.row<std::uint8_t>(y);
            for (int x = 0; x < picture.width(); ++x) {
                const cv::Vec3f colour = colours(y, x);
                const float grey = 0.3F * colour[0] + 0.59F * colour[1] + 0.11F * colour[2];
                const cv::Vec3f dimmed = (colour * 0.5F + cv::Vec3f::all(grey * 0.5F)) * kDim;
                const float alpha = std::clamp(matte.at(x, y), 0.0F, 1.0F);
                const cv::Vec3f shown = dimmed + (colour - dimmed) * alpha;
                const float line = border(y, x) / 255.0F;
                for (int c = 0; c < 3; ++c)
                    to[3 * x + c] =
                        cv::saturate_cast<uchar>(shown[c] + (kBorderColour[c] - shown[c]) * line);
            }
        }
    });
    return overlay;
}

}  // namespace diorama
