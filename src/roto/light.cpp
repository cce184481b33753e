#include "roto/light.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/quantile.h"
#include "diorama/error.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "diorama/tone_estimate.h"

namespace diorama {
namespace roto {
namespace {

constexpr double kFullLight = 0.9;  // the quantile
constexpr std::array<float, 3> kBrightness{0.2126F, 0.7152F, 0.0722F};

float linear_of(float encoded) {
    return encoded <= 0.04045F ? encoded / 12.92F : std::pow((encoded + 0.055F) / 1.055F, 2.4F);
}

float encoded_of(float linear) {
    return linear <= 0.0031308F ? 12.92F * linear : 1.055F * std::pow(linear, 1 / 2.4F) - 0.055F;
}

}  // namespace

cv::Mat_<cv::Vec3b> as_bytes(const Image& picture) {
    const Image bytes =
        picture.sample_type() == SampleType::u8 ? picture : convert(picture, SampleType::u8);
    cv::Mat colours = as_mat(bytes).clone();
    if (colours.channels() == 4) cv::cvtColor(colours, colours, cv::COLOR_RGBA2RGB);
    return colours;
}

cv::Mat_<float> measure_light(const Image& picture) {
    std::array<std::array<float, 256>, 3> table{};
    for (std::size_t c = 0; c < 3; ++c)
        for (std::size_t v = 0; v < 256; ++v)
            table[c][v] = kBrightness[c] * linear_of(static_cast<float>(v) / 255);
    const cv::Mat_<cv::Vec3b> colours = as_bytes(picture);
    cv::Mat_<float> light(colours.size());
    std::transform(colours.begin(), colours.end(), light.begin(), [&](const cv::Vec3b& p) {
        return table[0][p[0]] + table[1][p[1]] + table[2][p[2]];
    });
    return light;
}

float find_full_light(const cv::Mat_<float>& light, const Matte* subject) {
    if (subject != nullptr && subject->size() != Size{light.cols, light.rows})
        throw Error(ErrorCode::mismatch, "the subject's matte has another size than the picture");
    std::vector<float> values;
    const int step = std::max(1, std::min(light.rows, light.cols) / 256);
    for (int y = 0; y < light.rows; y += step)
        for (int x = 0; x < light.cols; x += step)
            if (subject == nullptr || subject->at(x, y) >= 0.5F) values.push_back(light(y, x));
    if (values.empty()) return 0;
    return core::quantile(values, kFullLight);
}

}  // namespace roto

Image normalise_exposure(const Image& picture, const Matte* subject) {
    constexpr float kAim = 0.6F;
    constexpr float kMost = 8;
    const float full = roto::find_full_light(roto::measure_light(picture), subject);
    if (full <= 0) return picture;
    const float gain = std::clamp(kAim / full, 1 / kMost, kMost);
    Image changed(picture.size(), picture.sample_type(), picture.alpha());
    const double white = picture.sample_type() == SampleType::u8 ? 255 : 65535;
    std::vector<std::uint16_t> table(static_cast<std::size_t>(white) + 1);
    for (std::size_t v = 0; v < table.size(); ++v) {
        const float linear = gain * roto::linear_of(static_cast<float>(v / white));
        table[v] = static_cast<std::uint16_t>(
            std::lround(white * std::min(1.0F, roto::encoded_of(linear))));
    }
    const auto apply = [&]<class Sample>(Sample) {
        const int channels = picture.channels();
        for (int y = 0; y < picture.height(); ++y) {
            const Sample* from = picture.row<Sample>(y);
            Sample* to = changed.row<Sample>(y);
            for (int i = 0; i < picture.width() * channels; ++i)
                to[i] = i % channels == 3 ? from[i] : static_cast<Sample>(table[from[i]]);
        }
    };
    if (picture.sample_type() == SampleType::u8)
        apply(std::uint8_t{});
    else
        apply(std::uint16_t{});
    return changed;
}

}  // namespace diorama
