#include "film/follow_matte.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "diorama/flow.h"
#include "diorama/matte.h"
#include "diorama/opencv.h"
#include "steady/follow.h"

namespace diorama::film {
namespace {

// The matte where flow leads it, as large as the frame.
cv::Mat_<float> carry(const Matte& matte, const Image& before, const Image& image,
                      const RunContext& run) {
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
    cv::Mat_<float> carried;
    cv::resize(moved, carried, cv::Size(image.width(), image.height()), 0, 0, cv::INTER_LINEAR);
    return carried;
}

// The part of the picture round what is set; empty where nothing is.
cv::Rect around(const cv::Mat& set) {
    const cv::Rect box = cv::boundingRect(set);
    if (box.empty()) return {};
    const int room = 8 + std::max(box.width, box.height) / 4;
    return cv::Rect(box.x - room, box.y - room, box.width + 2 * room, box.height + 2 * room) &
           cv::Rect(0, 0, set.cols, set.rows);
}

cv::Mat brush_of(int reach) {
    return cv::getStructuringElement(cv::MORPH_ELLIPSE, cv::Size(2 * reach + 1, 2 * reach + 1));
}

// How far about a subject's border what is there is unsure: it grows with the subject.
int reach_of(const cv::Mat_<float>& matte) {
    return 2 + static_cast<int>(std::sqrt(cv::sum(matte)[0]) / 12);
}

// For GrabCut: what is surely the subject, what is surely not, and in a band along the border what
// it seems to be.
cv::Mat_<uchar> label(const cv::Mat_<float>& matte, int reach) {
    cv::Mat_<uchar> labels(matte.size(), cv::GC_BGD);
    const cv::Mat whole = matte >= 0.5F;
    const cv::Rect place = around(whole);
    if (place.empty()) return labels;
    const cv::Mat subject = whole(place);
    cv::Mat wide;
    cv::Mat narrow;
    cv::dilate(subject, wide, brush_of(reach));
    cv::erode(subject, narrow, brush_of(reach), {-1, -1}, 1, cv::BORDER_REPLICATE);
    cv::Mat part = labels(place);
    part.setTo(cv::GC_PR_BGD, wide);
    part.setTo(cv::GC_PR_FGD, subject);
    part.setTo(cv::GC_FGD, narrow);
    return labels;
}

// What is unsure belongs to what its colour is more like: the subject or what surrounds it.
Matte decide(const cv::Mat_<uchar>& labels, const Image& image, const RunContext& run) {
    Matte matte(image.size());
    const cv::Rect place = around(labels != cv::GC_BGD);
    if (place.empty()) return matte;
    cv::Mat colours;
    as_mat(image)(place).convertTo(colours, CV_8U,
                                   image.sample_type() == SampleType::u8 ? 1 : 1.0 / 257);
    if (colours.channels() == 4) cv::cvtColor(colours, colours, cv::COLOR_RGBA2RGB);
    cv::Mat_<uchar> decided = labels(place).clone();
    const int subjects = cv::countNonZero(decided & 1);
    const bool are_two = subjects > 0 && subjects < place.area();
    cv::Mat background;
    cv::Mat foreground;
    // It draws its first clusters by chance, which a fixed seed makes the same each time.
    const auto state = cv::theRNG().state;
    cv::theRNG().state = 0x5EED;
    if (are_two)
        cv::grabCut(colours, decided, {}, background, foreground, 2, cv::GC_INIT_WITH_MASK);
    cv::theRNG().state = state;
    as_mat(matte)(place).setTo(1, (decided & 1) != 0);
    return refine_matte(matte, image, 0, run);
}

}  // namespace

Matte follow_matte(const Matte& matte, const Image& before, const Image& image,
                   const RunContext& run) {
    const cv::Mat_<float> carried = carry(matte, before, image, run);
    return decide(label(carried, reach_of(carried)), image, run);
}

Matte correct_matte(const Matte& matte, const Image& image, const Correction& correction,
                    const RunContext& run) {
    const cv::Mat_<float> known = as_mat(matte);
    cv::Mat_<uchar> labels = label(known, reach_of(known));
    const int about = 12 + static_cast<int>(std::sqrt(cv::sum(known)[0]) / 3);
    const int sure = std::max(2, about / 8);
    const auto mark = [&](const Point& point, int radius, int colour, cv::Mat& on) {
        cv::circle(on, cv::Point(point.x, point.y), radius, cv::Scalar(colour), cv::FILLED);
    };
    cv::Mat unsure = cv::Mat::zeros(labels.size(), CV_8U);
    for (const auto* points : {&correction.subject, &correction.background})
        for (const Point& point : *points) mark(point, about, 255, unsure);
    labels.setTo(cv::GC_PR_FGD, unsure & (labels == cv::GC_FGD));
    labels.setTo(cv::GC_PR_BGD, unsure & (labels == cv::GC_BGD));
    for (const Point& point : correction.subject) mark(point, sure, cv::GC_FGD, labels);
    for (const Point& point : correction.background) mark(point, sure, cv::GC_BGD, labels);
    return decide(labels, image, run);
}

}  // namespace diorama::film
