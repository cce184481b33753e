#include "film/matte_stages.h"

#include <algorithm>
#include <utility>

#include "diorama/flow.h"
#include "diorama/matte.h"
#include "diorama/opencv.h"
#include "steady/follow.h"

#include <opencv2/imgproc.hpp>

namespace diorama::film {
namespace {

// Image and matte alone; the rest is of no use to the next frame.
Travelling memory_of(const Travelling& frame) {
    return {.image = frame.image, .number = frame.number, .matte = frame.matte};
}

// The matte of the frame before, brought along with the picture.
Matte carry(const Matte& matte, const Image& before, const Image& image, const RunContext& run) {
    const steady::Past past = steady::find_past(image, before, run);
    const Size grid = past.flow.size();
    cv::Mat small;
    cv::resize(as_mat(matte), small, cv::Size(grid.width, grid.height), 0, 0, cv::INTER_AREA);
    cv::Mat_<float> x(grid.height, grid.width);
    cv::Mat_<float> y(grid.height, grid.width);
    for (int row = 0; row < grid.height; ++row)
        for (int column = 0; column < grid.width; ++column) {
            x(row, column) = static_cast<float>(column) + past.flow.dx.at(column, row);
            y(row, column) = static_cast<float>(row) + past.flow.dy.at(column, row);
        }
    cv::Mat moved;
    cv::remap(small, moved, x, y, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    Matte carried(image.size());
    cv::resize(moved, as_mat(carried), cv::Size(image.width(), image.height()), 0, 0,
               cv::INTER_LINEAR);
    return carried;
}

}  // namespace

void SalientStage::look_at(Travelling& frame, const RunContext& run) {
    // So much of a pixel's matte is its past, where flow, colour and both mattes agree.
    constexpr double kPast = 0.7;
    frame.matte = estimate_matte(model_, frame.image, run);
    if (!before_.matte.empty()) {
        InverseDepth now(frame.matte.size());
        InverseDepth then(before_.matte.size());
        now.values() = std::move(frame.matte.values());
        then.values() = before_.matte.values();
        steady::average_with_past(now, then, steady::find_past(frame.image, before_.image, run),
                                  kPast, run);
        frame.matte = Matte(frame.image.size());
        frame.matte.values() = std::move(now.values());
    }
    before_ = memory_of(frame);
}

void FollowStage::look_at(Travelling& frame, const RunContext& run) {
    if (std::optional<Matte> shown = shown_(frame, run))
        frame.matte = std::move(*shown);
    else if (!before_.matte.empty())
        frame.matte = refine_matte(carry(before_.matte, before_.image, frame.image, run),
                                   frame.image, 0, run);
    before_ = memory_of(frame);
}

void BehindStage::push(Travelling frame, const RunContext& run) {
    fill_.push(frame.image, frame.matte.empty() ? Matte(frame.image.size()) : frame.matte, run);
    waiting_.push_back(std::move(frame));
}

std::optional<Travelling> BehindStage::next(const RunContext& run) {
    std::optional<SteadyFilled> filled = fill_.next(run);
    if (!filled) return std::nullopt;
    Travelling frame = std::move(waiting_.front());
    waiting_.pop_front();
    frame.behind = std::move(filled->picture);
    return frame;
}

}  // namespace diorama::film
