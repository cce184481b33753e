#include "perception/pieces.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace diorama::perception {

Pieces find_pieces(const cv::Mat_<uchar>& mask) {
    Pieces pieces;
    const int count = cv::connectedComponents(mask, pieces.labels, 4, CV_32S);
    pieces.area_px.assign(count, 0);
    for (const int label : pieces.labels) ++pieces.area_px[label];
    pieces.area_px[0] = 0;
    return pieces;
}

int Pieces::largest_px() const {
    return *std::ranges::max_element(area_px);
}

cv::Mat_<uchar> Pieces::mask_of(const std::vector<uchar>& chosen) const {
    cv::Mat_<uchar> mask(labels.size());
    std::transform(labels.begin(), labels.end(), mask.begin(),
                   [&](int label) { return label > 0 && chosen[label] ? 255 : 0; });
    return mask;
}

cv::Mat_<uchar> Pieces::mask_of_larger(double least_px) const {
    std::vector<uchar> chosen(area_px.size());
    std::ranges::transform(area_px, chosen.begin(), [&](int area) { return area >= least_px; });
    return mask_of(chosen);
}

}  // namespace diorama::perception
