#include "film/matte_stages.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "diorama/flow.h"
#include "diorama/matte.h"
#include "diorama/opencv.h"
#include "steady/follow.h"

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

// The part of the picture round the subject; empty where there is none.
cv::Rect around(const cv::Mat_<float>& matte) {
    std::vector<cv::Point> subject;
    cv::findNonZero(matte >= 0.5F, subject);
    if (subject.empty()) return {};
    const cv::Rect box = cv::boundingRect(subject);
    const int room = 8 + std::max(box.width, box.height) / 4;
    return cv::Rect(box.x - room, box.y - room, box.width + 2 * room, box.height + 2 * room) &
           cv::Rect(0, 0, matte.cols, matte.rows);
}

// What is unsure of a subject: a band along its border, which grows with it.
cv::Mat_<uchar> label(const cv::Mat_<float>& matte) {
    const int reach = 2 + static_cast<int>(std::sqrt(cv::sum(matte)[0]) / 12);
    const cv::Mat brush =
        cv::getStructuringElement(cv::MORPH_ELLIPSE, cv::Size(2 * reach + 1, 2 * reach + 1));
    const cv::Mat_<uchar> subject = matte >= 0.5F;
    cv::Mat wide, narrow;
    cv::dilate(subject, wide, brush);
    cv::erode(subject, narrow, brush, {-1, -1}, 1, cv::BORDER_REPLICATE);
    cv::Mat_<uchar> labels(matte.size(), cv::GC_BGD);
    labels.setTo(cv::GC_PR_BGD, wide);
    labels.setTo(cv::GC_PR_FGD, subject);
    labels.setTo(cv::GC_FGD, narrow);
    return labels;
}

// A matte that was carried along leaves traces and loses edges. Within a band along its border each
// pixel belongs anew to what its colour is more like: the subject or what surrounds it.
Matte settle(Matte matte, const Image& image) {
    cv::Mat_<float> whole = as_mat(matte);
    const cv::Rect place = around(whole);
    if (place.empty()) return Matte(matte.size());
    cv::Mat colours;
    as_mat(image)(place).convertTo(colours, CV_8U,
                                   image.sample_type() == SampleType::u8 ? 1 : 1.0 / 257);
    if (colours.channels() == 4) cv::cvtColor(colours, colours, cv::COLOR_RGBA2RGB);
    cv::Mat_<uchar> labels = label(whole(place));
    cv::Mat background, foreground;
    // It draws its first clusters by chance, which a fixed seed makes the same each time.
    const auto state = cv::theRNG().state;
    cv::theRNG().state = 0x5EED;
    cv::grabCut(colours, labels, {}, background, foreground, 2, cv::GC_INIT_WITH_MASK);
    cv::theRNG().state = state;
    whole.setTo(0);
    whole(place).setTo(1, (labels & 1) != 0);
    return matte;
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
        frame.matte =
            refine_matte(settle(carry(before_.matte, before_.image, frame.image, run), frame.image),
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
