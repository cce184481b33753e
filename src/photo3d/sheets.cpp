#include "photo3d/sheets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>

#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "photo3d/light.h"

namespace diorama::photo3d {
namespace {

// A relief is smooth where a texel's neighbours part by less than this of the way of a view, and
// where it lies so near to the line between them, in pixels of that way.
constexpr double kSteep = 0.5;
constexpr double kBentPx = 1;
// A ray that passes within so many texels of what is not smooth may have missed it.
constexpr int kNearbyTexels = 1;
// Depths that a view shows so near one another are one surface.
constexpr float kSamePx = 0.25F;
// A relief has some height, so that a ray has a way through it.
constexpr float kLeastHeight = 1e-3F;

Image with_alpha(const Image& colours) {
    if (colours.alpha() != AlphaKind::none) return premultiply(colours);
    Image opaque(colours.size(), SampleType::u8, AlphaKind::premultiplied);
    cv::cvtColor(as_mat(colours), as_mat(opaque), cv::COLOR_RGB2RGBA);
    return opaque;
}

// 255 where what lies between two rays cannot be told from them.
cv::Mat_<uchar> find_rough(const cv::Mat_<float>& depth, double way_px) {
    const double way_texels = way_px / 2;
    cv::Mat_<uchar> rough(depth.size(), 0);
    std::array<float, 3> slope_weights{-0.5F, 0, 0.5F};
    std::array<float, 3> bend_weights{-1, 2, -1};
    for (const cv::Size three : {cv::Size(3, 1), cv::Size(1, 3)}) {
        cv::Mat_<float> slope;
        cv::Mat_<float> bend;
        cv::filter2D(depth, slope, CV_32F, cv::Mat(three, CV_32F, slope_weights.data()));
        cv::filter2D(depth, bend, CV_32F, cv::Mat(three, CV_32F, bend_weights.data()));
        rough |= (cv::abs(slope) * way_texels > kSteep) | (cv::abs(bend) * way_px > kBentPx);
    }
    return rough;
}

cv::Mat_<float> roof_of(const Relief& relief, double way_px) {
    // A ray goes half of its way to each side, and looks at the texels around it.
    const double half_texels = (relief.near - relief.far) * way_px / 2 / 2;
    const int side = 2 * (static_cast<int>(std::ceil(half_texels)) + 2) + 1;
    cv::Mat_<float> roof;
    cv::dilate(relief.depth, roof, cv::getStructuringElement(cv::MORPH_RECT, {side, side}));
    return roof;
}

Relief relief_of(const InverseDepth& depth, double way_px) {
    Relief relief;
    // As coarse as the textures of a page.
    cv::resize(as_mat(depth), relief.depth,
               {std::max(2, depth.width() / 2), std::max(2, depth.height() / 2)}, 0, 0,
               cv::INTER_AREA);
    double low = 0;
    double high = 0;
    cv::minMaxLoc(relief.depth, &low, &high);
    relief.far = static_cast<float>(low);
    relief.near = std::max(static_cast<float>(high), relief.far + kLeastHeight);

    const int side = 2 * kNearbyTexels + 1;
    const cv::Mat window = cv::getStructuringElement(cv::MORPH_RECT, {side, side});
    cv::dilate(relief.depth, relief.ceiling, window);
    cv::Mat_<uchar> rough;
    cv::dilate(find_rough(relief.depth, way_px), rough, window);
    relief.ceiling.setTo(-1, ~rough);
    relief.roof = roof_of(relief, way_px);
    return relief;
}

cv::Mat_<float> emptiness_of(const Image& colours) {
    cv::Mat alpha;
    cv::extractChannel(as_mat(colours), alpha, 3);
    const cv::Size blocks((colours.width() + kBlock - 1) / kBlock,
                          (colours.height() + kBlock - 1) / kBlock);
    cv::Mat_<uchar> empty(blocks, 255);
    for (int y = 0; y < colours.height(); ++y)
        for (int x = 0; x < colours.width(); ++x)
            if (alpha.at<uchar>(y, x) > 0) empty(y / kBlock, x / kBlock) = 0;
    cv::Mat_<float> distance;
    if (cv::countNonZero(empty) == empty.rows * empty.cols)
        return {blocks, std::numeric_limits<float>::max()};
    cv::distanceTransform(empty, distance, cv::DIST_C, 3);
    // Two pixels in blocks that touch may be neighbours.
    return cv::max(distance - 1, 0) * kBlock;
}

// How much of a pixel is covered, 0…1.
float cover_of(const Pixel& pixel) {
    return cv::v_extract_n<3>(pixel) / 255;
}

Pixel colour_at(const Sampler& colours, const Line& line, const Hit& hit) {
    const cv::Point2f at = line.at(hit.z);
    const Pixel seen = colours.at(at.x, at.y);
    if (hit.wall <= 0) return seen;
    const cv::Point2f mirrored = 2 * line.at(hit.foot) - line.at(hit.low);
    const Pixel beside = colours.at(mirrored.x, mirrored.y);
    return cv::v_muladd(beside - seen, cv::v_setall_f32(hit.wall), seen);
}

}  // namespace

Sheet make_sheet(const PhotoLayer& layer, double way_px) {
    Sheet sheet{.colours = with_alpha(layer.colours), .relief = relief_of(layer.depth, way_px)};
    sheet.emptiness = emptiness_of(sheet.colours);
    return sheet;
}

bool is_one_surface(const Line& line, const Corners& corners) {
    const auto [nearest, farthest] = std::ranges::minmax(corners, {}, &Hit::z);
    const float apart = nearest.z - farthest.z;
    const bool walls = std::ranges::any_of(corners, [](const Hit& hit) { return hit.wall > 0; });
    return !walls && apart * apart * line.way.dot(line.way) < kSamePx * kSamePx;
}

Pixel look(const Sampler& colours, const Line& middle, const Corners& corners) {
    if (is_one_surface(middle, corners)) {
        const auto [nearest, farthest] = std::ranges::minmax(corners, {}, &Hit::z);
        return colour_at(colours, middle, {.z = (nearest.z + farthest.z) / 2});
    }
    Pixel sum = cv::v_setzero_f32();
    for (const Hit& hit : corners) sum += colour_at(colours, middle, hit);
    return sum * cv::v_setall_f32(0.25F);
}

Pixel over_in_light(const Pixel& front, const Pixel& behind) {
    const float alpha = cover_of(front);
    const float rest = (1 - alpha) * cover_of(behind);
    // Nothing is mixed where one of them is not there.
    if (alpha <= 0 || rest <= 0) return over(front, behind);
    alignas(16) float near[4];
    alignas(16) float far[4];
    cv::v_store(near, front * cv::v_setall_f32(1 / alpha));
    cv::v_store(far, behind * cv::v_setall_f32(1 / cover_of(behind)));
    const float whole = alpha + rest;
    const auto mixed = [&](int c) {
        const float light = alpha * to_light(std::clamp(near[c], 0.0F, 255.0F)) +
                            rest * to_light(std::clamp(far[c], 0.0F, 255.0F));
        return whole * to_srgb(std::min(1.0F, light / whole));
    };
    return {mixed(0), mixed(1), mixed(2), 255 * whole};
}

}  // namespace diorama::photo3d
