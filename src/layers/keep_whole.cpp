#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

#include "diorama/error.h"
#include "diorama/opencv.h"
#include "diorama/planes.h"
#include "perception/pieces.h"

namespace diorama {
namespace {

constexpr float kSubject = 0.5F;
// What is left of a piece of a plane is a remnant if it is less than this part of it.
constexpr double kRemnant = 0.1;

void require_size(const PlaneMap& planes, const Matte& matte) {
    if (matte.size() != planes.size)
        throw Error(ErrorCode::mismatch, "has another size than the matte", "planes");
}

cv::Mat_<uchar> pixels_of(const PlaneMap& planes, int plane) {
    const cv::Mat_<uchar> map(planes.size.height, planes.size.width,
                              const_cast<uchar*>(planes.plane.data()));
    return map == plane;
}

// The plane to which most of the pixels beside a piece belong; of two that have as many, the
// nearer.
std::uint8_t plane_around(const PlaneMap& planes, const cv::Mat_<uchar>& piece) {
    cv::Mat_<uchar> wider;
    cv::dilate(piece, wider, cv::getStructuringElement(cv::MORPH_CROSS, {3, 3}));
    std::vector<int> beside(planes.planes);
    auto plane = planes.plane.begin();
    cv::Mat_<uchar> rim = wider & ~piece;
    for (const uchar is_beside : rim) beside[*plane++] += is_beside != 0 ? 1 : 0;
    return static_cast<std::uint8_t>(beside.rend() -
                                     std::max_element(beside.rbegin(), beside.rend()) - 1);
}

// Where a subject has changed planes, small remnants of its old plane may lie cut off between it
// and what is nearer. They join what is around them.
PlaneMap drop_remnants(const PlaneMap& before, PlaneMap after) {
    for (int p = 0; p < after.planes; ++p) {
        const perception::Pieces old = perception::find_pieces(pixels_of(before, p));
        const perception::Pieces left = perception::find_pieces(pixels_of(after, p));
        std::vector<int> old_px(left.area_px.size());  // of what each piece has been a part of
        auto old_label = old.labels.begin();
        for (const int label : left.labels) old_px[label] = old.area_px[*old_label++];
        for (std::size_t label = 1; label < old_px.size(); ++label) {
            if (left.area_px[label] >= kRemnant * old_px[label]) continue;
            const cv::Mat_<uchar> piece = left.labels == static_cast<int>(label);
            const std::uint8_t around = plane_around(after, piece);
            cv::Mat_<uchar>(after.size.height, after.size.width, after.plane.data())
                .setTo(around, piece);
        }
    }
    return after;
}

// Of every label but 0: all of its pixels go to the plane that has most of them; of two that have
// as many, to the nearer.
PlaneMap keep_labels_whole(const PlaneMap& planes, const cv::Mat_<int>& labels, int count) {
    std::vector<std::vector<std::int64_t>> pixels(count, std::vector<std::int64_t>(planes.planes));
    auto from = planes.plane.begin();
    for (const int label : labels) ++pixels[label][*from++];
    std::vector<std::uint8_t> home;
    for (const auto& in : pixels)
        home.push_back(
            static_cast<std::uint8_t>(in.rend() - std::max_element(in.rbegin(), in.rend()) - 1));
    PlaneMap whole = planes;
    auto plane = whole.plane.begin();
    for (const int label : labels) {
        if (label > 0) *plane = home[label];
        ++plane;
    }
    return drop_remnants(planes, std::move(whole));
}

}  // namespace

PlaneMap keep_whole(const PlaneMap& planes, const Matte& subject) {
    require_size(planes, subject);
    cv::Mat_<int> labels(planes.size.height, planes.size.width);
    std::ranges::transform(subject.values(), labels.begin(),
                           [](float alpha) { return alpha >= kSubject ? 1 : 0; });
    return keep_labels_whole(planes, labels, 2);
}

PlaneMap keep_pieces_whole(const PlaneMap& planes, const Matte& subjects) {
    require_size(planes, subjects);
    const perception::Pieces pieces = perception::find_pieces(as_mat(subjects) >= kSubject);
    return keep_labels_whole(planes, pieces.labels, static_cast<int>(pieces.area_px.size()));
}

}  // namespace diorama
