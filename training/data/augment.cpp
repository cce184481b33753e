#include "data/augment.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace diorama::training {
namespace {

namespace F = torch::nn::functional;
using torch::indexing::Slice;

double draw(double low, double high, torch::Generator& random) {
    return low + (high - low) * torch::rand({1}, random, torch::kDouble).item<double>();
}

// A part of a picture in pixels of the picture.
struct Window {
    std::int64_t x = 0;
    std::int64_t y = 0;
    std::int64_t width = 0;
    std::int64_t height = 0;
};

Window draw_window(const Scene& scene, const Augmentation& how, torch::Generator& random) {
    const int short_px = std::min(scene.width, scene.height);
    const double seen_px = draw(how.short_side[0], how.short_side[1], random);
    const double stretch = std::exp(draw(-how.stretch, how.stretch, random));
    const auto length = [&](int crop_px, double factor, int whole_px) {
        const double px = crop_px * short_px / seen_px * factor;
        return std::clamp<std::int64_t>(std::llround(px), 8, whole_px);
    };
    Window window{.width = length(how.crop[1], std::sqrt(stretch), scene.width),
                  .height = length(how.crop[0], 1 / std::sqrt(stretch), scene.height)};
    window.x = static_cast<std::int64_t>(draw(0, 1, random) * (scene.width - window.width + 1));
    window.y = static_cast<std::int64_t>(draw(0, 1, random) * (scene.height - window.height + 1));
    return window;
}

// `plane` is H×W×C of any type.
torch::Tensor cut(const torch::Tensor& plane, const Window& window, std::array<int, 2> size,
                  bool mirrored) {
    const auto part = plane.index(
        {Slice(window.y, window.y + window.height), Slice(window.x, window.x + window.width)});
    auto scaled = F::interpolate(part.permute({2, 0, 1}).to(torch::kFloat).unsqueeze(0),
                                 F::InterpolateFuncOptions()
                                     .size(std::vector<std::int64_t>{size[0], size[1]})
                                     .mode(torch::kBilinear)
                                     .align_corners(false)
                                     .antialias(true))
                      .squeeze(0);
    return mirrored ? scaled.flip({2}) : scaled;
}

torch::Tensor wrap(const std::vector<std::uint8_t>& plane, const Scene& scene, int channels) {
    return torch::from_blob(const_cast<std::uint8_t*>(plane.data()),
                            {scene.height, scene.width, channels}, torch::kByte);
}

// libtorch has no unsigned shorts.
torch::Tensor wrap(const std::vector<std::uint16_t>& plane, const Scene& scene) {
    auto wide = torch::empty({scene.height, scene.width, 1}, torch::kFloat);
    std::copy(plane.begin(), plane.end(), wide.data_ptr<float>());
    return wide / 65535.0F;
}

// H×W, integers.
torch::Tensor wrap_tones(const Scene& scene) {
    return wrap(scene.tones, scene, 1).squeeze(2).to(torch::kLong);
}

torch::Tensor shift_colours(torch::Tensor picture, double strength, torch::Generator& random) {
    const auto factor = [&](double share) {
        return std::exp(draw(-strength * share, strength * share, random));
    };
    const auto warmth = torch::tensor({factor(0.4), factor(0.2), factor(0.4)}, torch::kFloat);
    picture = picture * warmth.view({3, 1, 1});
    const auto grey = picture.mean(0, true);
    picture = grey + (picture - grey) * factor(1.5);
    const auto level = picture.mean();
    picture = level + (picture - level) * factor(1.0);
    return (picture * factor(1.0)).clamp(0, 1).pow(factor(1.0));
}

torch::Tensor blur(const torch::Tensor& picture, double sigma_px) {
    const int radius = static_cast<int>(std::ceil(2.5 * sigma_px));
    const auto offset = torch::arange(-radius, radius + 1, torch::kFloat);
    auto kernel = torch::exp(-offset.square() / (2 * sigma_px * sigma_px));
    kernel = (kernel / kernel.sum()).view({1, 1, 1, -1}).repeat({3, 1, 1, 1});
    const auto padded =
        F::pad(picture.unsqueeze(0),
               F::PadFuncOptions({radius, radius, radius, radius}).mode(torch::kReplicate));
    const auto apart = F::Conv2dFuncOptions().groups(3);
    return F::conv2d(F::conv2d(padded, kernel, apart), kernel.transpose(2, 3), apart).squeeze(0);
}

// The 64 patterns of an 8×8 cosine transform, 64×1×8×8, orthonormal.
torch::Tensor cosine_patterns() {
    auto rows = torch::empty({8, 8});
    for (int k = 0; k < 8; ++k)
        for (int n = 0; n < 8; ++n)
            rows[k][n] = std::sqrt((k == 0 ? 1.0 : 2.0) / 8) *
                         std::cos(std::numbers::pi * (n + 0.5) * k / 8);
    return torch::einsum("ay,bx->abyx", {rows, rows}).reshape({64, 1, 8, 8});
}

// What JPEG does to brightness and colour: cosine transform by blocks, rounding that is coarser for
// fine patterns, and back.
torch::Tensor round_blocks(const torch::Tensor& picture, double coarseness) {
    static const auto patterns = cosine_patterns();
    static const auto steps = [] {
        const auto order = torch::arange(8, torch::kFloat);
        return ((order.view({8, 1}) + order.view({1, 8})) * 0.012 + 0.016).reshape({1, 64, 1, 1});
    }();
    const auto channels = picture.unsqueeze(1);
    const auto step = steps * coarseness;
    const auto rounded = torch::round(torch::conv2d(channels, patterns, {}, 8) / step) * step;
    return torch::conv_transpose2d(rounded, patterns, {}, 8).squeeze(1);
}

}  // namespace

Crop take_whole(const Scene& scene) {
    const auto planes = [&](const torch::Tensor& plane) {
        return plane.permute({2, 0, 1}).to(torch::kFloat);
    };
    Crop crop;
    crop.picture = planes(wrap(scene.picture, scene, 3)) / 255.0F;
    if (!scene.inverse_depth.empty()) crop.inverse_depth = planes(wrap(scene.inverse_depth, scene));
    if (!scene.matte.empty()) crop.matte = planes(wrap(scene.matte, scene, 1)) / 255.0F;
    if (!scene.tones.empty()) crop.tones = wrap_tones(scene);
    return crop;
}

Crop cut_crop(const Scene& scene, const Augmentation& how, torch::Generator& random) {
    const Window window = draw_window(scene, how, random);
    const bool mirrored = draw(0, 1, random) < 0.5;
    Crop crop;
    crop.picture = cut(wrap(scene.picture, scene, 3), window, how.crop, mirrored) / 255.0F;
    if (!scene.inverse_depth.empty())
        crop.inverse_depth = cut(wrap(scene.inverse_depth, scene), window, how.crop, mirrored);
    if (!scene.matte.empty())
        crop.matte = cut(wrap(scene.matte, scene, 1), window, how.crop, mirrored) / 255.0F;
    // Of the tones in a new pixel that which has most of it.
    if (!scene.tones.empty())
        crop.tones = cut(torch::one_hot(wrap_tones(scene)), window, how.crop, mirrored).argmax(0);
    return crop;
}

torch::Tensor spoil(const torch::Tensor& picture, const Augmentation& how,
                    torch::Generator& random) {
    auto spoilt = shift_colours(picture, how.colour, random);
    const double blur_px = draw(-how.blur_px, how.blur_px, random);
    if (blur_px > 0.3) spoilt = blur(spoilt, blur_px);
    const double noise = draw(-how.noise, how.noise, random);
    if (noise > 0) spoilt = spoilt + noise * torch::randn(spoilt.sizes(), random, torch::kFloat);
    if (draw(0, 1, random) < how.jpeg)
        spoilt = round_blocks(spoilt, std::exp(draw(-1.5, 1.5, random)));
    return spoilt.clamp(0, 1);
}

}  // namespace diorama::training
