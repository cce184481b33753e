#include "popout/background.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>

#include "core/parallel.h"
#include "diorama/error.h"
#include "diorama/fill.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"

namespace diorama {
namespace popout {
namespace {

constexpr std::array<std::string_view, 4> kWords{"fill", "original", "blur", "transparent"};

// Of the frame's width: how soft a blurred background and a shadow are, and where the shadow falls.
constexpr double kBlurSigma = 0.02;
constexpr double kShadowSigma = 0.015;
constexpr double kShadowRight = 0.012;
constexpr double kShadowDown = 0.018;

template <class T>
void fill_rows(Image& image, const Colour& colour) {
    constexpr int kScale = std::numeric_limits<T>::max() / 255;
    const std::array<int, 4> samples{colour.r, colour.g, colour.b, colour.a};
    for (int y = 0; y < image.height(); ++y)
        for (int i = 0; i < 4 * image.width(); ++i)
            image.row<T>(y)[i] = static_cast<T>(samples[i % 4] * kScale);
}

Image plain(Size size, SampleType type, const Colour& colour) {
    Image image(size, type, AlphaKind::premultiplied);
    if (type == SampleType::u8)
        fill_rows<std::uint8_t>(image, colour);
    else
        fill_rows<std::uint16_t>(image, colour);
    return image;
}

// What a picture shows where it is transparent.
constexpr int kPaper = 255;

template <class T>
void copy_over_paper(const Image& from, Image& to, const RunContext& run) {
    constexpr std::uint64_t kMax = std::numeric_limits<T>::max();
    constexpr std::uint64_t kWhite = kMax / 255 * kPaper;
    const bool has_alpha = from.channels() == 4;
    core::parallel_rows(run, to.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            const T* in = from.row<T>(y);
            T* out = to.row<T>(y);
            for (int x = 0; x < to.width(); ++x, in += from.channels(), out += 4) {
                const std::uint64_t alpha = has_alpha ? in[3] : kMax;
                for (int c = 0; c < 3; ++c)
                    out[c] =
                        static_cast<T>((in[c] * alpha + kWhite * (kMax - alpha) + kMax / 2) / kMax);
                out[3] = static_cast<T>(kMax);
            }
        }
    });
}

// The picture as opaque RGBA; straight alpha is laid over white.
Image opaque(const Image& picture, const RunContext& run) {
    Image image(picture.size(), picture.sample_type(), AlphaKind::premultiplied);
    if (picture.sample_type() == SampleType::u8)
        copy_over_paper<std::uint8_t>(picture, image, run);
    else
        copy_over_paper<std::uint16_t>(picture, image, run);
    return image;
}

// Scaled to cover the size, and what stands over cut off evenly.
Image cover(const Image& picture, Size size) {
    const double scale = std::max(static_cast<double>(size.width) / picture.width(),
                                  static_cast<double>(size.height) / picture.height());
    const Size scaled{
        std::max(size.width, static_cast<int>(std::lround(picture.width() * scale))),
        std::max(size.height, static_cast<int>(std::lround(picture.height() * scale)))};
    const Image whole = picture.size() == scaled ? picture : resize(picture, scaled);
    Image image(size, picture.sample_type(), picture.alpha());
    const int left = (scaled.width - size.width) / 2;
    const int top = (scaled.height - size.height) / 2;
    const cv::Mat view = as_mat(whole);
    view(cv::Rect(left, top, size.width, size.height)).copyTo(as_mat(image));
    return image;
}

// A wide blur looks the same at any size: it is made on a copy on which it is this narrow.
constexpr double kWorkingSigmaPx = 4;

cv::Size blur_size(cv::Size size, double sigma_px) {
    const double factor = std::min(1.0, kWorkingSigmaPx / sigma_px);
    return {std::max(1, cvRound(size.width * factor)), std::max(1, cvRound(size.height * factor))};
}

void blur(cv::Mat view, double sigma_px) {
    cv::Mat small;
    cv::resize(view, small, blur_size(view.size(), sigma_px), 0, 0, cv::INTER_AREA);
    const double sigma = sigma_px * small.cols / view.cols;
    cv::GaussianBlur(small, small, cv::Size(), sigma, sigma, cv::BORDER_REFLECT_101);
    cv::resize(small, view, view.size(), 0, 0, cv::INTER_CUBIC);
}

// How dark the subjects' shadow is at each pixel, 0…1.
cv::Mat_<float> soft_shadow(const Matte& subjects) {
    const cv::Mat matte = as_mat(subjects);
    cv::Mat_<float> small;
    cv::resize(matte, small, blur_size(matte.size(), kShadowSigma * matte.cols), 0, 0,
               cv::INTER_AREA);
    const cv::Matx23d shift(1, 0, kShadowRight * small.cols, 0, 1, kShadowDown * small.cols);
    cv::warpAffine(small, small, shift, small.size());
    cv::GaussianBlur(small, small, cv::Size(), kShadowSigma * small.cols);
    cv::Mat_<float> shadow;
    cv::resize(small, shadow, matte.size(), 0, 0, cv::INTER_LINEAR);
    return shadow;
}

template <class T>
void darken(Image& image, const cv::Mat_<float>& shadow, double strength, const RunContext& run) {
    constexpr float kMax = std::numeric_limits<T>::max();
    core::parallel_rows(run, image.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            T* out = image.row<T>(y);
            for (int x = 0; x < image.width(); ++x, out += 4) {
                // Black at this alpha, laid over: colours fade, alpha grows.
                const float alpha =
                    std::clamp(static_cast<float>(strength) * shadow(y, x), 0.0F, 1.0F);
                for (int c = 0; c < 3; ++c)
                    out[c] = static_cast<T>(std::lround(static_cast<float>(out[c]) * (1 - alpha)));
                out[3] = static_cast<T>(
                    std::lround(static_cast<float>(out[3]) * (1 - alpha) + kMax * alpha));
            }
        }
    });
}

// The photo without its subjects.
Image emptied(const PopoutInput& input, const Matte& subjects, double way_px,
              const RunContext& run) {
    const bool cut_out = input.picture.channels() == 4;
    const Image backed = cut_out ? opaque(input.picture, run) : Image();
    const Filler own;
    const Filler& filler = input.filler != nullptr ? *input.filler : own;
    return opaque(
        filler.fill(cut_out ? backed : input.picture, subjects, {.band_px = way_px}, run).picture,
        run);
}

Image without_shadow(const PopoutInput& input, const Matte& subjects, const PopoutOptions& options,
                     double way_px, const RunContext& run) {
    const Image& picture = input.picture;
    if (input.background)
        return opaque(cover(convert(*input.background, picture.sample_type()), picture.size()),
                      run);
    if (options.background == "original") return opaque(picture, run);
    if (options.background == "transparent")
        return plain(picture.size(), picture.sample_type(), {0, 0, 0, 0});
    if (options.background == "fill" || options.background == "blur") {
        Image filled = emptied(input, subjects, way_px, run);
        run.throw_if_stopped();
        if (options.background == "blur") blur(as_mat(filled), kBlurSigma * picture.width());
        return filled;
    }
    const Colour colour = parse_colour(options.background);
    if (colour.a != 255)
        throw Error(ErrorCode::usage,
                    fmt::format("'{}' has alpha; a background colour is opaque, and 'transparent' "
                                "is none at all",
                                options.background),
                    "--background");
    return plain(picture.size(), picture.sample_type(), colour);
}

}  // namespace

Image make_background(const PopoutInput& input, const Matte& subjects, const PopoutOptions& options,
                      double way_px, const RunContext& run) {
    Image background = without_shadow(input, subjects, options, way_px, run);
    run.throw_if_stopped();
    if (options.shadow > 0) {
        const cv::Mat_<float> shadow = soft_shadow(subjects);
        if (background.sample_type() == SampleType::u8)
            darken<std::uint8_t>(background, shadow, options.shadow, run);
        else
            darken<std::uint16_t>(background, shadow, options.shadow, run);
    }
    return background;
}

}  // namespace popout

bool is_background_file(const std::string& background) {
    if (std::find(popout::kWords.begin(), popout::kWords.end(), background) != popout::kWords.end())
        return false;
    try {
        (void)parse_colour(background);
        return false;
    } catch (const Error&) {
        return true;
    }
}

}  // namespace diorama
