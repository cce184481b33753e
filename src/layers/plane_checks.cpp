#include "layers/plane_checks.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "diorama/opencv.h"
#include "layers/plane_masks.h"

namespace diorama::layers {
namespace {

// What is finer than this, in the paper's pixels, is detail.
constexpr double kDetail = 20;
// Blobs smaller than this part of the picture have too little detail to tell chance from likeness.
constexpr double kSmallest = 0.005;
// Detail weaker than this, in levels of 255, is no picture of anything.
constexpr double kFaint = 1.5;
// A place shows what it hid where their details correlate by more than this.
constexpr double kLikeness = 0.8;

using Map = cv::Mat_<float>;

Map luminance(const Image& image) {
    Map grey;
    cv::Mat colours;
    as_mat(image).convertTo(colours, CV_32F);
    cv::cvtColor(colours, grey, image.channels() == 4 ? cv::COLOR_RGBA2GRAY : cv::COLOR_RGB2GRAY);
    return grey;
}

// Means over what lies inside the mask and near each pixel.
class LocalMean {
 public:
    LocalMean(const Map& mask, double sigma_px)
        : mask_(mask), sigma_px_(sigma_px), weight_(cv::max(blur(mask), 1e-6)) {}

    [[nodiscard]] Map of(const Map& map) const { return blur(map.mul(mask_)) / weight_; }

 private:
    [[nodiscard]] Map blur(const Map& map) const {
        Map blurred;
        cv::GaussianBlur(map, blurred, {}, sigma_px_, sigma_px_, cv::BORDER_CONSTANT);
        return blurred;
    }

    Map mask_;
    double sigma_px_;
    Map weight_;
};

double correlate(const Map& a, const Map& b, const cv::Mat_<uchar>& where) {
    const double covariance = cv::mean(a.mul(b), where)[0];
    const double variances = cv::mean(a.mul(a), where)[0] * cv::mean(b.mul(b), where)[0];
    return variances > std::pow(kFaint, 4) ? covariance / std::sqrt(variances) : 0;
}

int count_alike(const Map& a, const Map& b, const LocalMean& mean, const cv::Mat_<uchar>& where) {
    const Map covariance = mean.of(a.mul(b));
    Map likeness;
    cv::sqrt(mean.of(a.mul(a)).mul(mean.of(b.mul(b))), likeness);
    likeness = covariance / cv::max(likeness, kFaint * kFaint);
    return cv::countNonZero((likeness > kLikeness) & where);
}

// Of a plane: where it is drawn behind a nearer one.
cv::Mat_<uchar> hidden_part(const PlaneMap& planes, int plane, const Image& layer) {
    cv::Mat alpha;
    cv::extractChannel(as_mat(layer), alpha, 3);
    return support_mask(planes, plane + 1) & (alpha == 255);
}

void add_ghosts(const Map& shown, const Map& hid, const cv::Mat_<uchar>& where, Ghosts& ghosts) {
    Map inside;
    where.convertTo(inside, CV_32F, 1.0 / 255);
    const LocalMean mean(inside, scaled_px(kDetail, {where.cols, where.rows}));
    const Map a = shown - mean.of(shown);
    const Map b = hid - mean.of(hid);
    ghosts.hidden_px += cv::countNonZero(where);
    ghosts.seen_px += count_alike(a, b, mean, where);

    cv::Mat_<int> labels;
    cv::Mat_<int> stats;
    cv::Mat centroids;
    const int count = cv::connectedComponentsWithStats(where, labels, stats, centroids);
    for (int n = 1; n < count; ++n)
        if (stats(n, cv::CC_STAT_AREA) >= kSmallest * static_cast<double>(where.total()))
            ghosts.correlations.push_back(correlate(a, b, labels == n));
}

}  // namespace

Ghosts find_ghosts(const Image& photo, const PlaneMap& planes, const std::vector<Image>& layers) {
    Ghosts ghosts;
    const Map hid = luminance(photo);
    for (int p = 0; p + 1 < planes.planes; ++p)
        add_ghosts(luminance(layers[p]), hid, hidden_part(planes, p, layers[p]), ghosts);
    return ghosts;
}

double open_share(const Image& layer, const std::vector<std::uint8_t>& where) {
    int open = 0;
    int all = 0;
    for (int y = 0; y < layer.height(); ++y)
        for (int x = 0; x < layer.width(); ++x) {
            if (!where[static_cast<std::size_t>(y) * layer.width() + x]) continue;
            ++all;
            open += layer.row<std::uint8_t>(y)[4 * x + 3] < 128;
        }
    return static_cast<double>(open) / std::max(1, all);
}

}  // namespace diorama::layers
