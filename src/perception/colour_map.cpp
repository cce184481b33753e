#include <fmt/format.h>

#include <array>
#include <opencv2/imgproc.hpp>

#include "core/parallel.h"
#include "diorama/depth.h"
#include "diorama/error.h"
#include "diorama/opencv.h"

namespace diorama {
namespace {

struct NamedMap {
    std::string_view name;
    int opencv;  // a cv::ColormapTypes, or kGrey
};
constexpr int kGrey = -1;
constexpr NamedMap kMaps[] = {{"turbo", cv::COLORMAP_TURBO},
                              {"inferno", cv::COLORMAP_INFERNO},
                              {"viridis", cv::COLORMAP_VIRIDIS},
                              {"magma", cv::COLORMAP_MAGMA},
                              {"grey", kGrey}};

// 256 RGB colours, from far to near.
std::array<cv::Vec3b, 256> read_palette(std::string_view name) {
    for (const auto& map : kMaps) {
        if (map.name != name) continue;
        std::array<cv::Vec3b, 256> palette;
        cv::Mat_<cv::Vec3b> colours(256, 1, palette.data());
        cv::Mat_<uchar> ramp(256, 1);
        for (int i = 0; i < 256; ++i) ramp(i) = static_cast<uchar>(i);
        if (map.opencv == kGrey) {
            cv::cvtColor(ramp, colours, cv::COLOR_GRAY2RGB);
        } else {
            cv::applyColorMap(ramp, colours, map.opencv);
            cv::cvtColor(colours, colours, cv::COLOR_BGR2RGB);
        }
        return palette;
    }
    throw Error(ErrorCode::usage,
                fmt::format("'{}' is none of: turbo, inferno, viridis, magma, grey", name),
                "--colormap");
}

}  // namespace

Image colour_map(const InverseDepth& depth, std::string_view name) {
    const auto palette = read_palette(name);
    Image image(depth.size(), SampleType::u8, AlphaKind::none);
    core::parallel_rows({}, depth.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            const float* from = depth.row(y);
            auto* to = image.row<std::uint8_t>(y);
            for (int x = 0; x < depth.width(); ++x) {
                const auto& colour = palette[cv::saturate_cast<uchar>(from[x] * 255.0F)];
                for (int c = 0; c < 3; ++c) to[3 * x + c] = colour[c];
            }
        }
    });
    return image;
}

}  // namespace diorama
