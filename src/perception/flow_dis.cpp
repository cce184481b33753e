#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

#include "diorama/flow.h"
#include "perception/flow_size.h"
#include "perception/working_copy.h"

namespace diorama {
namespace {

constexpr std::int64_t kWorkingPixels = 4'000'000;
// The search compares patches of 8 pixels on a pyramid; smaller pictures are continued to this.
constexpr int kSmallestSide = 64;

cv::Mat_<uchar> brightness(const Image& picture, Size size) {
    cv::Mat_<uchar> grey;
    cv::cvtColor(perception::working_copy(picture, size), grey, cv::COLOR_RGB2GRAY);
    cv::copyMakeBorder(grey, grey, 0, std::max(0, kSmallestSide - grey.rows), 0,
                       std::max(0, kSmallestSide - grey.cols), cv::BORDER_REPLICATE);
    return grey;
}

int opencv_preset(FlowPreset preset) {
    return preset == FlowPreset::fast ? cv::DISOpticalFlow::PRESET_FAST
                                      : cv::DISOpticalFlow::PRESET_MEDIUM;
}

}  // namespace

Flow estimate_flow(const Image& from, const Image& to, FlowPreset preset, const RunContext& run) {
    perception::require_same_size(from.size(), to.size());
    const Size working = perception::limit_pixels(from.size(), kWorkingPixels);
    const auto first = brightness(from, working);
    const auto second = brightness(to, working);
    run.throw_if_stopped();

    cv::Mat_<cv::Vec2f> vectors;
    cv::DISOpticalFlow::create(opencv_preset(preset))->calc(first, second, vectors);
    run.throw_if_stopped();
    cv::Mat_<float> planes[2];
    cv::split(vectors(cv::Rect(0, 0, working.width, working.height)), planes);
    return perception::resize_flow(planes[0], planes[1], from.size());
}

}  // namespace diorama
