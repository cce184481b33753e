#include "photo3d/textures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>

#include "core/parallel.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "image/encode.h"

namespace diorama::photo3d {
namespace {

constexpr int kPosterWidth = 640;
constexpr int kPosterQuality = 70;
// Depth is smooth within a layer, so that a smaller map of it is as good.
constexpr int kDepthShrink = 2;
constexpr int kDepthQuality = 92;
// A third less time than with the library's own choice, for files that are 3 % larger.
constexpr int kWebpEffort = 2;

Texture texture_of(const std::string& name, const char* ending, const image::Raster& raster,
                   int quality) {
    const bool webp = ending == std::string_view("webp");
    return {.name = fmt::format("{}.{}", name, ending),
            .type = fmt::format("image/{}", webp ? "webp" : "jpeg"),
            .bytes = image::encode(webp ? image::Format::webp : image::Format::jpeg, raster,
                                   {.quality = quality, .webp_effort = kWebpEffort}, name)};
}

Texture pack_poster(const LayeredPhoto& photo) {
    const Size full = photo.size;
    const double scale = std::min(1.0, static_cast<double>(kPosterWidth) / full.width);
    const Size size{std::max(1, static_cast<int>(std::lround(full.width * scale))),
                    std::max(1, static_cast<int>(std::lround(full.height * scale)))};
    const Image poster = resize(flatten(photo), size);
    return texture_of("poster", "jpg", image::raster_of(poster), kPosterQuality);
}

LayerTextures pack_layer(const PhotoLayer& layer, std::size_t number, int quality) {
    double low = 0;
    double high = 0;
    cv::minMaxLoc(as_mat(layer.depth), &low, &high);
    cv::Mat small;
    cv::resize(as_mat(layer.depth), small, {}, 1.0 / kDepthShrink, 1.0 / kDepthShrink,
               cv::INTER_AREA);
    cv::Mat_<uchar> grey;
    const double scale = high > low ? 255 / (high - low) : 0;
    small.convertTo(grey, CV_8U, scale, -low * scale);
    const image::Raster depth{.size = {grey.cols, grey.rows}, .channels = 1, .samples = grey.data};
    return {.color = texture_of(fmt::format("color_{}", number), "webp",
                                image::raster_of(layer.colours), quality),
            .depth = texture_of(fmt::format("depth_{}", number), "jpg", depth, kDepthQuality),
            .near = static_cast<float>(high),
            .far = static_cast<float>(low)};
}

}  // namespace

Textures pack_textures(const LayeredPhoto& photo, int quality, const RunContext& run) {
    Textures textures{.poster = pack_poster(photo),
                      .layers = std::vector<LayerTextures>(photo.layers.size())};
    core::parallel_rows(run, static_cast<int>(photo.layers.size()), [&](int begin, int end) {
        for (int n = begin; n < end; ++n) {
            run.throw_if_stopped();
            textures.layers[n] = pack_layer(photo.layers[n], n, quality);
        }
    });
    return textures;
}

std::string manifest_of(const LayeredPhoto& photo, const Textures& textures,
                        const std::function<std::string(const Texture&)>& address) {
    nlohmann::ordered_json json{{"version", 1},
                                {"width", photo.size.width},
                                {"height", photo.size.height},
                                {"margin", photo.margin_px},
                                {"shift", photo.shift_percent},
                                {"focus", photo.focus}};
    for (const LayerTextures& layer : textures.layers)
        json["layers"].push_back({{"color", address(layer.color)},
                                  {"depth", address(layer.depth)},
                                  {"near", layer.near},
                                  {"far", layer.far}});
    return json.dump();
}

}  // namespace diorama::photo3d
