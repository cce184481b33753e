#include <algorithm>
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

// The plane that counts most; of two that count as much, the nearer.
template <class Count>
std::uint8_t most_of(const std::vector<Count>& counts) {
    return static_cast<std::uint8_t>(counts.rend() -
                                     std::max_element(counts.rbegin(), counts.rend()) - 1);
}

// Of each label, how many neighbours its pixels have in each other plane.
std::vector<std::vector<int>> count_neighbours(const cv::Mat_<int>& labels,
                                               const cv::Mat_<uchar>& map, int count, int planes) {
    std::vector<std::vector<int>> beside(count, std::vector<int>(planes));
    const cv::Rect frame({}, map.size());
    for (int y = 0; y < map.rows; ++y)
        for (int x = 0; x < map.cols; ++x) {
            const int label = labels(y, x);
            if (label == 0) continue;
            for (const cv::Point way : {cv::Point(-1, 0), {1, 0}, {0, -1}, {0, 1}}) {
                const cv::Point to = cv::Point(x, y) + way;
                if (frame.contains(to) && labels(to) != label) ++beside[label][map(to)];
            }
        }
    return beside;
}

// Where a subject has changed planes, small remnants of its old plane may lie cut off between it
// and what is nearer. They join what is around them.
PlaneMap drop_remnants(const PlaneMap& before, PlaneMap after) {
    const cv::Mat_<uchar> map(after.size.height, after.size.width, after.plane.data());
    for (int p = 0; p < after.planes; ++p) {
        const perception::Pieces old = perception::find_pieces(pixels_of(before, p));
        perception::Pieces left = perception::find_pieces(pixels_of(after, p));
        std::vector<int> old_px(left.area_px.size());  // of what each piece has been a part of
        auto old_label = old.labels.begin();
        for (const int label : left.labels) old_px[label] = old.area_px[*old_label++];
        for (int& label : left.labels)
            if (left.area_px[label] >= kRemnant * old_px[label]) label = 0;
        const auto beside =
            count_neighbours(left.labels, map, static_cast<int>(old_px.size()), after.planes);
        auto plane = after.plane.begin();
        for (const int label : left.labels) {
            if (label > 0) *plane = most_of(beside[label]);
            ++plane;
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
    for (const auto& in : pixels) home.push_back(most_of(in));
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
