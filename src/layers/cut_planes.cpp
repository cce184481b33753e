#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>

#include "core/parallel.h"
#include "diorama/error.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "diorama/planes.h"
#include "layers/plane_masks.h"
#include "perception/fill_spread.h"
#include "perception/working_copy.h"

namespace diorama {
namespace layers {
namespace {

// The paper's soft rim: dilated by a square of 5 px and blurred by a Gaussian of 9 px.
constexpr double kDilation = 5;
constexpr double kFeather = 9;

// Where two things meet, so many pixels in all show a mixture, however small the picture.
constexpr int kMixed = 7;
// A plane that owns less of the picture than this has too little to make up what it hides.
constexpr double kSliver = 0.005;
// How a plane goes on behind others is found on a copy of at most so many pixels.
constexpr std::int64_t kContinuedPixels = 250'000;

int odd(double length_px) {
    return 2 * std::max(0, static_cast<int>(std::lround((length_px - 1) / 2))) + 1;
}

cv::Mat_<float> soft_matte(const cv::Mat_<uchar>& mask, Size picture) {
    const int dilation = odd(scaled_px(kDilation, picture));
    const int feather = odd(scaled_px(kFeather, picture));
    cv::Mat_<uchar> wide;
    cv::dilate(mask, wide, cv::getStructuringElement(cv::MORPH_RECT, {dilation, dilation}));
    cv::Mat_<float> matte;
    wide.convertTo(matte, CV_32F, 1.0 / 255);
    cv::GaussianBlur(matte, matte, {feather, feather}, 0, 0, cv::BORDER_REPLICATE);
    return matte;
}

// What the plane does not own, with a little of its own border, where colours of both sides mix.
Matte foreign(const PlaneMap& planes, int plane) {
    const cv::Mat_<uchar> map(planes.size.height, planes.size.width,
                              const_cast<uchar*>(planes.plane.data()));
    cv::Mat_<uchar> mask = map != plane;
    const int mixed = std::max(kMixed, odd(scaled_px(kDilation, planes.size)));
    cv::dilate(mask, mask, cv::getStructuringElement(cv::MORPH_ELLIPSE, {mixed, mixed}));
    Matte hole(planes.size);
    mask.convertTo(as_mat(hole), CV_32F, 1.0 / 255);
    return hole;
}

template <class T>
void set_alpha(const cv::Mat_<float>& matte, Image& image) {
    constexpr float kMax = std::numeric_limits<T>::max();
    for (int y = 0; y < image.height(); ++y) {
        T* pixel = image.row<T>(y);
        for (int x = 0; x < image.width(); ++x, pixel += 4)
            pixel[3] = static_cast<T>(std::lround(matte(y, x) * kMax));
    }
}

// The picture's colours under a matte, premultiplied.
Image lay_under(const Image& picture, const cv::Mat_<float>& matte) {
    Image layer(picture.size(), picture.sample_type(), AlphaKind::straight);
    const cv::Mat from = as_mat(picture);
    cv::Mat to = as_mat(layer);
    constexpr int kColours[] = {0, 0, 1, 1, 2, 2};
    cv::mixChannels(&from, 1, &to, 1, kColours, 3);
    if (layer.sample_type() == SampleType::u8)
        set_alpha<std::uint8_t>(matte, layer);
    else
        set_alpha<std::uint16_t>(matte, layer);
    return premultiply(layer);
}

// Where a plane is likely to go on behind nearer ones: what is plane and what lies behind it is
// continued smoothly from all around into the hidden part, and where plane prevails, it goes on. A
// wall goes on behind a person as high as it stands beside them; behind a bird in the sky is sky.
cv::Mat_<uchar> continue_behind(const cv::Mat_<uchar>& own, const cv::Mat_<uchar>& hidden) {
    const Size size = perception::limit_pixels({own.cols, own.rows}, kContinuedPixels);
    cv::Mat small_own;
    cv::Mat small_hidden;
    cv::resize(own, small_own, {size.width, size.height}, 0, 0, cv::INTER_AREA);
    cv::resize(hidden, small_hidden, {size.width, size.height}, 0, 0, cv::INTER_AREA);
    cv::Mat_<cv::Vec4f> known(size.height, size.width);
    for (int y = 0; y < known.rows; ++y)
        for (int x = 0; x < known.cols; ++x)
            known(y, x) = {static_cast<float>(small_own.at<uchar>(y, x)) / 255, 0, 0,
                           1 - static_cast<float>(small_hidden.at<uchar>(y, x)) / 255};
    cv::Mat_<float> plane;
    cv::extractChannel(perception::spread(known), plane, 0);
    cv::resize(plane, plane, own.size(), 0, 0, cv::INTER_LINEAR);
    return hidden & (plane >= 0.5F);
}

cv::Mat_<float> matte_of(const PlaneMap& planes, int plane, PlaneSupport support) {
    if (plane == 0) return cv::Mat_<float>(planes.size.height, planes.size.width, 1.0F);
    cv::Mat_<uchar> mask = support_mask(planes, plane);
    if (plane + 1 < planes.planes) {
        const cv::Mat_<uchar> hidden = support_mask(planes, plane + 1);
        const cv::Mat_<uchar> own = mask & ~hidden;
        const double share = static_cast<double>(cv::countNonZero(own)) / own.total();
        if (support == PlaneSupport::off || share < kSliver)
            mask = own;
        else if (support == PlaneSupport::on)
            mask = own | continue_behind(own, hidden);
    }
    return soft_matte(mask, planes.size);
}

// The part of a plane that can ever be seen: where planes move along rows, a row that nearer planes
// hide from end to end stays hidden, and one that the plane itself does not reach shows nothing.
cv::Rect seen_part(const PlaneMap& planes, int plane, const cv::Mat_<float>& matte,
                   Directions motion) {
    const cv::Rect whole(0, 0, planes.size.width, planes.size.height);
    if (motion == Directions::both) return whole;
    cv::Mat_<uchar> seen = matte > 0;
    if (plane + 1 < planes.planes) {
        // A little less than the nearer support, whose rim is soft.
        cv::Mat_<uchar> hidden = support_mask(planes, plane + 1);
        const int rim = odd(scaled_px(kFeather, planes.size));
        cv::erode(hidden, hidden, cv::getStructuringElement(cv::MORPH_RECT, {rim, rim}));
        seen &= ~hidden;
    }
    cv::Mat lines;
    cv::reduce(seen, lines, motion == Directions::along_rows ? 1 : 0, cv::REDUCE_MAX);
    const cv::Rect found = cv::boundingRect(lines);
    return motion == Directions::along_rows ? cv::Rect(0, found.y, whole.width, found.height)
                                            : cv::Rect(found.x, 0, found.width, whole.height);
}

template <class MapOrImage>
MapOrImage cut_out(const MapOrImage& whole, MapOrImage part, const cv::Rect& where) {
    as_mat(whole)(where).copyTo(as_mat(part));
    return part;
}

// How deep in the hole the plane still shows.
double deepest_px(const cv::Mat_<float>& hole, const cv::Mat_<float>& matte) {
    cv::Mat_<float> depth_px;
    cv::distanceTransform(cv::Mat_<uchar>(hole > 0), depth_px, cv::DIST_L2, cv::DIST_MASK_5);
    double deepest = 0;
    cv::minMaxLoc(depth_px, nullptr, &deepest, nullptr, nullptr, matte > 0);
    return deepest;
}

// The picture with everything that is not the plane's own made up from what is, in the part that
// can be seen.
Image fill_plane(const Image& picture, const PlaneMap& planes, int plane,
                 const cv::Mat_<float>& matte, const cv::Rect& where, const Filler& filler,
                 const RunContext& run) {
    if (where.empty()) return picture;
    const Size size{where.width, where.height};
    const Image part = cut_out(picture, Image(size, picture.sample_type(), picture.alpha()), where);
    const Matte hole = cut_out(foreign(planes, plane), Matte(size), where);
    const FillGuide guide{.band_px = deepest_px(as_mat(hole), matte(where))};
    const Image filled = filler.fill(part, hole, guide, run).picture;
    Image own = picture;
    as_mat(filled).copyTo(as_mat(own)(where));
    return own;
}

}  // namespace
}  // namespace layers

std::vector<Image> cut_planes(const Image& picture, const PlaneMap& planes, PlaneSupport support,
                              Directions motion, const Filler& filler, const RunContext& run) {
    if (picture.size() != planes.size)
        throw Error(ErrorCode::mismatch, "has another size than the picture", "planes");
    run.progress("filling planes", 0, planes.planes);
    std::vector<Image> layers(static_cast<std::size_t>(planes.planes));
    const auto cut = [&](int p) {
        const cv::Mat_<float> matte = layers::matte_of(planes, p, support);
        const cv::Rect where = layers::seen_part(planes, p, matte, motion);
        layers[static_cast<std::size_t>(p)] = layers::lay_under(
            layers::fill_plane(picture, planes, p, matte, where, filler, run), matte);
    };
    // Much of a fill waits for itself, so planes are filled side by side.
    core::parallel_rows(run, planes.planes, [&](int begin, int end) {
        for (int p = begin; p < end; ++p) {
            run.throw_if_stopped();
            cut(p);
        }
    });
    return layers;
}

}  // namespace diorama
