#include "inference/fitting.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <opencv2/imgproc.hpp>

#include "diorama/opencv.h"
#include "inference/interface.h"

namespace diorama::inference {
namespace {

constexpr double kLongestShape = 4.0;
// Shapes whose ratio is within 6 % look alike to a network.
constexpr double kAlikeShapes = 0.06;

int round_to_multiple(double length, int multiple) {
    return std::max(1, static_cast<int>(std::lround(length / multiple))) * multiple;
}

double shape_distance(Size a, Size b) {
    return std::abs(std::log(static_cast<double>(a.width) * b.height /
                             (static_cast<double>(a.height) * b.width)));
}

int planes_of(InputColour colour) {
    return colour == InputColour::grey ? 1 : 3;
}

Shape input_shape(const ModelInput& input, Size size) {
    const int planes = planes_of(input.colour);
    switch (input.layout) {
        case TensorLayout::nchw:
            return {1, planes, size.height, size.width};
        case TensorLayout::nhwc:
            return {1, size.height, size.width, planes};
        case TensorLayout::chw:
            return {planes, size.height, size.width};
        case TensorLayout::hwc:
            return {size.height, size.width, planes};
    }
    return {};
}

cv::Mat grey_of(const cv::Mat& picture) {
    cv::Mat grey;
    cv::cvtColor(picture, grey, picture.channels() == 4 ? cv::COLOR_RGBA2GRAY : cv::COLOR_RGB2GRAY);
    return grey;
}

// At least 1, so that a black picture can be divided by it; alpha does not count.
double brightest_sample(const cv::Mat& picture) {
    double brightest = 1;
    for (int c = 0; c < std::min(3, picture.channels()); ++c) {
        cv::Mat channel;
        cv::extractChannel(picture, channel, c);
        double largest = 0;
        cv::minMaxLoc(channel, nullptr, &largest);
        brightest = std::max(brightest, largest);
    }
    return brightest;
}

}  // namespace

Size apply_size_rule(const SizeRule& rule, Size picture) {
    if (rule.fixed) return *rule.fixed;
    if (rule.short_side == 0 && rule.long_side == 0) {
        const int multiple = rule.multiple_of;
        const auto round_up = [=](int side) { return (side + multiple - 1) / multiple * multiple; };
        return {round_up(picture.width), round_up(picture.height)};
    }
    const double long_side = std::max(picture.width, picture.height);
    const double short_side =
        std::max<double>(std::min(picture.width, picture.height), long_side / kLongestShape);
    const double scale =
        rule.short_side > 0 ? rule.short_side / short_side : rule.long_side / long_side;
    const auto fit = [&](int side) {
        return round_to_multiple(std::max<double>(side, short_side) * scale, rule.multiple_of);
    };
    return {fit(picture.width), fit(picture.height)};
}

std::size_t choose_variant(const std::vector<ModelVariant>& variants, Size picture) {
    double nearest = std::numeric_limits<double>::infinity();
    for (const auto& variant : variants)
        nearest = std::min(nearest, shape_distance(variant.size, picture));

    std::size_t chosen = variants.size();
    for (std::size_t i = 0; i < variants.size(); ++i) {
        const double distance = shape_distance(variants[i].size, picture);
        if (distance > nearest + kAlikeShapes) continue;
        if (chosen == variants.size() || variants[i].size.area() > variants[chosen].size.area() ||
            (variants[i].size.area() == variants[chosen].size.area() &&
             distance < shape_distance(variants[chosen].size, picture)))
            chosen = i;
    }
    return chosen;
}

Tensor picture_tensor(const Image& picture, Size size, const ModelInput& input) {
    cv::Mat small;
    if (picture.size() == size) {
        small = as_mat(picture);
    } else {
        const bool shrinks = size.area() < picture.size().area();
        cv::resize(as_mat(picture), small, {size.width, size.height}, 0, 0,
                   shrinks ? cv::INTER_AREA : cv::INTER_CUBIC);
    }
    const int planes = planes_of(input.colour);
    if (planes == 1) small = grey_of(small);

    const double full = picture.sample_type() == SampleType::u8 ? 255.0 : 65535.0;
    const double white = input.white == White::full ? full : brightest_sample(small);
    const double span = (static_cast<double>(input.range[1]) - input.range[0]) / white;
    const bool planar = input.layout == TensorLayout::nchw || input.layout == TensorLayout::chw;
    const Size whole = input.size.pad ? Size{input.size.long_side, input.size.long_side} : size;
    const cv::Rect seen(0, 0, size.width, size.height);
    std::vector<float> values(static_cast<std::size_t>(whole.area() * planes));
    for (int c = 0; c < planes; ++c) {
        cv::Mat channel;
        cv::extractChannel(small, channel, c);
        const double scale = span / input.std[c];
        const double shift = (static_cast<double>(input.range[0]) - input.mean[c]) / input.std[c];
        channel.convertTo(channel, CV_32F, scale, shift);
        if (planar) {
            cv::Mat plane(whole.height, whole.width, CV_32F, values.data() + c * whole.area());
            channel.copyTo(plane(seen));
        } else {
            cv::Mat interleaved(whole.height, whole.width, CV_32FC(planes), values.data());
            cv::Mat part = interleaved(seen);
            cv::insertChannel(channel, part, c);
        }
    }
    return make_tensor(input_shape(input, whole), std::move(values));
}

void check_picture_input(const Graph& graph, const TensorInfo& tensor, const ModelInput& input,
                         std::optional<Size> size) {
    const auto refuse = [&](const std::string& expected, std::string_view found) {
        graph.fail(fmt::format("input '{}': expected {}, found {}", tensor.name, expected, found));
    };
    if (tensor.element != Element::f32 && tensor.element != Element::f16 &&
        tensor.element != Element::u8)
        refuse("float32, float16 or uint8", name_of(tensor.element));

    const Shape expected = input_shape(input, size.value_or(Size{-1, -1}));
    const bool fits = std::ranges::equal(tensor.shape, expected, [](auto found, auto wanted) {
        return found < 0 || found == wanted || wanted < 0;
    });
    if (!fits)
        refuse(fmt::format("{} ({})", describe(expected), name_of(input.layout)),
               describe(tensor.shape));
}

}  // namespace diorama::inference
