#include "perception/depth_frame.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "core/parallel.h"
#include "diorama/opencv.h"
#include "perception/edge_aware.h"
#include "perception/subject_rim.h"
#include "perception/working_copy.h"

namespace diorama::perception {
namespace {

// What transparent areas become before the network sees them (seed 000, II.A.3).
constexpr int kNeutralGrey = 128;

Size size_of(const cv::Mat& map) {
    return {map.cols, map.rows};
}

// The matte, times the picture's own alpha where it has any. Nothing where there is neither.
std::optional<cv::Mat_<float>> subject_share(const Image& picture, const Matte* matte, Size size) {
    if (!matte && picture.alpha() == AlphaKind::none) return std::nullopt;
    cv::Mat_<float> share(size.height, size.width, 1.0F);
    if (picture.alpha() != AlphaKind::none) share = working_alpha(picture, size);
    if (matte) share = share.mul(resize_map(as_mat(*matte), size));
    return share;
}

void lay_over_grey(cv::Mat_<cv::Vec3b>& colours, const cv::Mat_<float>& share,
                   const RunContext& run) {
    core::parallel_rows(run, colours.rows, [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < colours.cols; ++x) {
                const int kept = static_cast<int>(std::clamp(share(y, x), 0.0F, 1.0F) * 256.0F);
                for (auto& c : colours(y, x).val)
                    c = static_cast<uchar>(kNeutralGrey + ((c - kNeutralGrey) * kept) / 256);
            }
    });
}

template <class Kind>
Map<Kind> enlarge(const cv::Mat_<float>& map, Size size) {
    Map<Kind> large(size);
    cv::Mat target = as_mat(large);
    cv::resize(map, target, target.size(), 0, 0, cv::INTER_LINEAR);
    return large;
}

}  // namespace

DepthFrame::DepthFrame(const Image& picture, const Matte* matte, std::int64_t pixels)
    : size_(picture.size()) {
    if (matte) require_same_size(picture, *matte);
    const Size working = limit_pixels(size_, pixels);
    colours_ = working_copy(picture, working);
    share_ = subject_share(picture, matte, working);
}

Image DepthFrame::view_for_network(const RunContext& run) const {
    if (!share_) return as_image(colours_);
    cv::Mat_<cv::Vec3b> seen = colours_.clone();
    lay_over_grey(seen, *share_, run);
    return as_image(seen);
}

DepthEstimate DepthFrame::finish(const NetworkDepth& depth, const RunContext& run) const {
    cv::Mat_<float> map = depth.inverse;
    if (share_) {
        map = map.clone();
        continue_depth_from_inside(map, resize_map(*share_, size_of(map)),
                                   kRim * (map.cols + map.rows) / 2);
    }
    run.throw_if_stopped();
    const auto upsampled = upsample_along_edges(map, colours_, run);
    run.throw_if_stopped();

    DepthEstimate estimate;
    const InverseDepth small = normalised(upsampled, depth.beyond);
    static_cast<Map<InverseDepthKind>&>(estimate.inverse_depth) =
        enlarge<InverseDepthKind>(as_mat(small), size_);
    estimate.inverse_depth.scale = small.scale;
    estimate.inverse_depth.offset = small.offset;

    const bool from_model = !depth.confidence.empty();
    estimate.confidence_source = from_model ? "model" : "heuristic";
    estimate.confidence = from_model ? enlarge<ConfidenceKind>(depth.confidence, size_)
                                     : heuristic_confidence(estimate.inverse_depth);
    return estimate;
}

// Only the subject counts, and never the sky, so that its share of the picture changes nothing.
InverseDepth DepthFrame::normalised(const cv::Mat_<float>& map,
                                    const cv::Mat_<uchar>& beyond) const {
    InverseDepth depth(size_of(map));
    map.copyTo(as_mat(depth));

    Matte counted(depth.size(), 1.0F);
    if (share_) share_->copyTo(as_mat(counted));
    cv::Mat sky;
    cv::resize(beyond, sky, map.size(), 0, 0, cv::INTER_NEAREST);
    as_mat(counted).setTo(0.0F, sky);
    normalise(depth, &counted);
    return depth;
}

}  // namespace diorama::perception
