#include "pipeline/sizes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "diorama/error.h"
#include "diorama/jobs.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"

namespace diorama {
namespace {

constexpr int kMaxSide = 65535;

int parse_side(std::string_view digits, const std::string& text) {
    int side = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), side);
    if (code != std::errc() || end != digits.data() + digits.size() || side < 1 || side > kMaxSide)
        throw Error(ErrorCode::usage,
                    fmt::format("'{}' is neither a number of pixels nor WIDTHxHEIGHT", text),
                    "--size");
    return side;
}

Size scaled_by(Size size, double factor) {
    return {std::max(1, static_cast<int>(std::lround(size.width * factor))),
            std::max(1, static_cast<int>(std::lround(size.height * factor)))};
}

}  // namespace

Size parse_size(const std::string& text, Size picture) {
    if (text.empty()) return picture;
    const std::size_t cross = text.find('x');
    if (cross != std::string::npos)
        return {parse_side(std::string_view(text).substr(0, cross), text),
                parse_side(std::string_view(text).substr(cross + 1), text)};
    const double longer = std::max(picture.width, picture.height);
    return scaled_by(picture, parse_side(text, text) / longer);
}

namespace pipeline {
namespace {

template <class MapType>
MapType resize_map(const MapType& map, Size size) {
    MapType out(size);
    const bool shrinks = size.width < map.width();
    cv::resize(as_mat(map), as_mat(out), cv::Size(size.width, size.height), 0, 0,
               shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
    return out;
}

template <class MapType>
MapType crop_map(const MapType& map, const Rect& crop) {
    MapType out(Size{crop.width, crop.height});
    for (int y = 0; y < crop.height; ++y)
        std::copy_n(map.row(crop.y + y) + crop.x, crop.width, out.row(y));
    return out;
}

Image crop_image(const Image& image, const Rect& crop) {
    Image out({crop.width, crop.height}, image.sample_type(), image.alpha());
    const std::size_t pixel_bytes = image.row_bytes() / image.width();
    for (int y = 0; y < crop.height; ++y)
        std::copy_n(image.row<std::uint8_t>(crop.y + y) + crop.x * pixel_bytes, out.row_bytes(),
                    out.row<std::uint8_t>(y));
    return out;
}

bool is_whole(const Fitting& fitting) {
    return fitting.crop == Rect{0, 0, fitting.scaled.width, fitting.scaled.height};
}

}  // namespace

Point Fitting::map(Point point) const {
    const double x = (point.x + 0.5) * scaled.width / from.width - crop.x;
    const double y = (point.y + 0.5) * scaled.height / from.height - crop.y;
    return {std::clamp(static_cast<int>(x), 0, crop.width - 1),
            std::clamp(static_cast<int>(y), 0, crop.height - 1)};
}

Rect Fitting::map(const Rect& rect) const {
    const Point first = map(Point{rect.x, rect.y});
    const Point last = map(Point{rect.x + rect.width - 1, rect.y + rect.height - 1});
    return {first.x, first.y, last.x - first.x + 1, last.y - first.y + 1};
}

Fitting fit(Size from, Size to) {
    const double scale = std::max(static_cast<double>(to.width) / from.width,
                                  static_cast<double>(to.height) / from.height);
    Size scaled = scaled_by(from, scale);
    scaled = {std::max(scaled.width, to.width), std::max(scaled.height, to.height)};
    // A side that is one pixel too long, as before evening out, is cut and not squeezed.
    const auto one_over = [](int side, int target) { return side - target == (side - target) % 2; };
    if (to.width <= from.width && to.height <= from.height && one_over(from.width, to.width) &&
        one_over(from.height, to.height))
        scaled = from;
    return {from,
            scaled,
            {(scaled.width - to.width) / 2, (scaled.height - to.height) / 2, to.width, to.height}};
}

Image apply(const Fitting& fitting, Image image) {
    if (image.size() != fitting.scaled) image = resize(image, fitting.scaled);
    return is_whole(fitting) ? std::move(image) : crop_image(image, fitting.crop);
}

Matte apply(const Fitting& fitting, Matte map) {
    if (map.size() != fitting.scaled) map = resize_map(map, fitting.scaled);
    return is_whole(fitting) ? std::move(map) : crop_map(map, fitting.crop);
}

InverseDepth apply(const Fitting& fitting, InverseDepth map) {
    const float scale = map.scale;
    const float offset = map.offset;
    if (map.size() != fitting.scaled) map = resize_map(map, fitting.scaled);
    if (!is_whole(fitting)) map = crop_map(map, fitting.crop);
    map.scale = scale;
    map.offset = offset;
    return map;
}

Disparity apply(const Fitting& fitting, Disparity map) {
    const double scale = static_cast<double>(fitting.scaled.width) / map.width();
    if (map.size() != fitting.scaled) map = resize_map(map, fitting.scaled);
    as_mat(map) *= scale;
    return is_whole(fitting) ? std::move(map) : crop_map(map, fitting.crop);
}

bool has_shape_of(Size picture, Size map) {
    constexpr double kTolerance = 0.02;
    const double shape = static_cast<double>(map.width) / map.height;
    const double expected = static_cast<double>(picture.width) / picture.height;
    return std::abs(shape / expected - 1) <= kTolerance;
}

Size playable_size(Size size) {
    constexpr double kMaxPixels = 4096.0 * 2304.0;
    constexpr double kMaxLength = 4096.0;
    const double factor = std::min({1.0, std::sqrt(kMaxPixels / static_cast<double>(size.area())),
                                    kMaxLength / size.width, kMaxLength / size.height});
    if (factor == 1.0) return size;
    return {std::max(1, static_cast<int>(size.width * factor)),
            std::max(1, static_cast<int>(size.height * factor))};
}

}  // namespace pipeline
}  // namespace diorama
