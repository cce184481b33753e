#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/in_parallel.h"
#include "core/parallel.h"
#include "diorama/error.h"
#include "diorama/matte.h"
#include "diorama/opencv.h"
#include "diorama/photo3d.h"
#include "diorama/picture.h"
#include "layers/percentiles.h"
#include "photo3d/depth_steps.h"

namespace diorama {
namespace photo3d {
namespace {

// These parts of the pixels are farther than depth 0 and nearer than depth 1.
constexpr double kBeyond = 0.005;
// The slope by which a network's depth goes from one thing to another, in parts of the width.
constexpr double kSlope = 1.0 / 400;
// What a cut parts off must be so much of the picture to become a layer.
constexpr double kSliver = 0.0005;
// A matte below this does not count as covered, one above the other as nothing but the thing.
constexpr float kCovered = 0.02F;
constexpr float kSolid = 0.9F;

// How far a thing's colour reaches beyond its matte, in parts of the width.
constexpr double kFringe = 1.0 / 640;
// Brightness by which a pixel there must be foreign to what lies around, beyond the usual spread.
constexpr float kForeign = 6;
constexpr float kSpreads = 2;

// What is left of the photo once the nearer layers are taken away.
struct Remains {
    Image colours{};
    InverseDepth depth{};
};

Image opaque_bytes(const Image& photo) {
    Image flat = convert(photo, SampleType::u8);
    if (flat.alpha() == AlphaKind::none) return flat;
    Image rgb(flat.size(), SampleType::u8, AlphaKind::none);
    cv::cvtColor(as_mat(premultiply(flat)), as_mat(rgb), cv::COLOR_RGBA2RGB);
    return rgb;
}

template <class MapOrImage>
MapOrImage with_margin(const MapOrImage& inner, MapOrImage outer, int margin_px) {
    cv::Mat target = as_mat(outer);
    cv::copyMakeBorder(as_mat(inner), target, margin_px, margin_px, margin_px, margin_px,
                       cv::BORDER_REFLECT_101);
    return outer;
}

// 0 at the farthest and 1 at the nearest, whatever the depth's own scale.
void spread_over_range(cv::Mat_<float> depth, const RunContext& run) {
    const std::vector<float> ends =
        layers::percentiles({depth.begin(), depth.end()}, {kBeyond, 1 - kBeyond}, run);
    const float span = std::max(ends[1] - ends[0], 1e-6F);
    for (float& value : depth) value = std::clamp((value - ends[0]) / span, 0.0F, 1.0F);
}

int slope_px(Size picture) {
    return std::max(2, static_cast<int>(std::lround(kSlope * picture.width)));
}

int fringe_px(Size picture) {
    return std::max(1, static_cast<int>(std::lround(kFringe * picture.width)));
}

cv::Mat_<uchar> dilated(const cv::Mat_<uchar>& mask, int radius_px) {
    const int side = 2 * radius_px + 1;
    cv::Mat_<uchar> wider;
    cv::dilate(mask, wider, cv::getStructuringElement(cv::MORPH_RECT, {side, side}));
    return wider;
}

Remains whole_photo(const Image& photo, const InverseDepth& depth, int margin_px,
                    const RunContext& run) {
    const Size size{photo.width() + 2 * margin_px, photo.height() + 2 * margin_px};
    Remains all{.colours = with_margin(opaque_bytes(photo),
                                       Image(size, SampleType::u8, AlphaKind::none), margin_px),
                .depth = with_margin(depth, InverseDepth(size), margin_px)};
    cv::Mat_<float> values = as_mat(all.depth);
    spread_over_range(values, run);
    sharpen_steps(values, slope_px(photo.size()), run).copyTo(values);
    return all;
}

Matte matte_beyond(const Remains& remains, float cut, const RunContext& run) {
    Matte coarse(remains.colours.size());
    cv::Mat(as_mat(remains.depth) >= cut).convertTo(as_mat(coarse), CV_32F, 1.0 / 255);
    return refine_matte(coarse, remains.colours, slope_px(remains.colours.size()), run);
}

Image under_matte(const Image& colours, const Matte& matte) {
    Image layer(colours.size(), SampleType::u8, AlphaKind::straight);
    cv::Mat_<uchar> alpha;
    as_mat(matte).convertTo(alpha, CV_8U, 255);
    const cv::Mat from[] = {as_mat(colours), alpha};
    cv::Mat to = as_mat(layer);
    constexpr int kChannels[] = {0, 0, 1, 1, 2, 2, 3, 3};
    cv::mixChannels(from, 2, &to, 1, kChannels, 4);
    return layer;
}

// The depth where it is known, and everywhere else that of the nearest such pixel: so that no ray
// meets a step at the layer's border.
InverseDepth continue_depth(const InverseDepth& depth, const cv::Mat_<uchar>& known) {
    const cv::Mat_<float> from = as_mat(depth);
    const cv::Mat_<uchar> missing = ~known;
    InverseDepth continued = depth;
    if (cv::countNonZero(known) == 0) return continued;
    cv::Mat_<float> distance;
    cv::Mat_<int> label;
    cv::distanceTransform(missing, distance, label, cv::DIST_L2, cv::DIST_MASK_5,
                          cv::DIST_LABEL_PIXEL);
    std::vector<float> of_label(static_cast<std::size_t>(missing.total()) + 1);
    for (int y = 0; y < from.rows; ++y)
        for (int x = 0; x < from.cols; ++x)
            if (!missing(y, x)) of_label[label(y, x)] = from(y, x);
    cv::Mat_<float> to = as_mat(continued);
    for (int y = 0; y < to.rows; ++y)
        for (int x = 0; x < to.cols; ++x)
            if (missing(y, x)) to(y, x) = of_label[label(y, x)];
    return continued;
}

// Where a cut runs over a surface that goes on, it is there only because it must be somewhere: the
// pixels on both sides of it. The nearer layer goes on over all of them, so that the cut is not
// seen.
cv::Mat_<uchar> find_joint(const InverseDepth& depth, const cv::Mat_<uchar>& covered, float cut) {
    const int slope = slope_px(depth.size());
    const cv::Mat_<float> values = as_mat(depth);
    const cv::Mat_<uchar> smooth = ~find_steps(values, 2 * slope);
    const cv::Mat_<uchar> nearer = covered & smooth & (values >= cut);
    const cv::Mat_<uchar> beyond = smooth & ~covered & dilated(nearer, 3 * slope);
    return smooth & dilated(beyond, 4 * slope) & (beyond | covered);
}

// How much brightness varies around each pixel where it is known. As a sample of the pixels tells
// it as well as all of them, the map is smaller by kSampling.
constexpr int kSampling = 4;
cv::Mat_<float> spread_around(const Image& rgb, const cv::Mat_<uchar>& known, int radius_px) {
    const auto sample = [](const cv::Mat& map) {
        cv::Mat few;
        cv::resize(map, few,
                   {(map.cols + kSampling - 1) / kSampling, (map.rows + kSampling - 1) / kSampling},
                   0, 0, cv::INTER_NEAREST);
        return few;
    };
    cv::Mat_<uchar> brightness;
    cv::cvtColor(sample(as_mat(rgb)), brightness, cv::COLOR_RGB2GRAY);
    const cv::Mat_<uchar> counted = sample(known);
    cv::Mat_<float> values;
    brightness.convertTo(values, CV_32F);
    values.setTo(0, ~counted);

    const int side = 2 * (radius_px / kSampling) + 1;
    cv::Mat_<float> count, mean, squares, spread;
    cv::boxFilter(counted / 255, count, CV_32F, {side, side});
    cv::boxFilter(values, mean, CV_32F, {side, side});
    cv::sqrBoxFilter(values, squares, CV_32F, {side, side});
    count = cv::max(count, 1e-6);
    mean /= count;
    cv::sqrt(cv::max(squares / count - mean.mul(mean), 0), spread);
    return spread;
}

float farthest_apart(const cv::Vec3b& one, const cv::Vec3f& other) {
    float most = 0;
    for (int c = 0; c < 3; ++c) most = std::max(most, std::abs(one[c] - other[c]));
    return most;
}

// Makes layer and far side such that the one over the other is the photo. What the two explain but
// for the usual spread goes to both by their shares, the least change. What they do not explain is
// colour of the thing beyond its matte, as it is round thin ones, and goes with the layer: left
// behind it would be a faint line that stands still.
void part_colours(const Image& photo, const cv::Mat_<uchar>& open, const cv::Mat_<float>& spread,
                  Matte& matte, Image& own, Image& behind, const RunContext& run) {
    const cv::Mat_<cv::Vec3b> whole = as_mat(photo);
    cv::Mat_<cv::Vec3b> near = as_mat(own);
    cv::Mat_<cv::Vec3b> far = as_mat(behind);
    const auto part = [&](int x, int y) {
        const float alpha = std::round(matte.at(x, y) * 255) / 255;
        if (alpha >= 1) return;
        const cv::Vec3b& seen = whole(y, x);
        cv::Vec3b& above = near(y, x);
        cv::Vec3b& below = far(y, x);
        const float rest = 1 - alpha;
        const cv::Vec3f mixed = cv::Vec3f(above) * alpha + cv::Vec3f(below) * rest;
        const float usual = spread(y / kSampling, x / kSampling);
        if (farthest_apart(seen, mixed) > kForeign + kSpreads * usual) {
            matte.at(x, y) = 1;
            above = seen;
            return;
        }
        const cv::Vec3f residue = (cv::Vec3f(seen) - mixed) / (alpha * alpha + rest * rest);
        above = cv::Vec3f(above) + residue * alpha;
        below = cv::Vec3f(below) + residue * rest;
    };
    core::parallel_rows(run, whole.rows, [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < whole.cols; ++x)
                if (open(y, x)) part(x, y);
    });
}

// Takes the layer that the matte covers off what remains, and makes up what lies behind it.
PhotoLayer peel(Remains& remains, Matte matte, float cut, const Filler& filler, double band_px,
                const RunContext& run) {
    const cv::Mat_<uchar> covered = as_mat(matte) > kCovered;
    const cv::Mat_<uchar> around = dilated(covered, fringe_px(matte.size()));
    Matte hole(matte.size());
    around.convertTo(as_mat(hole), CV_32F, 1.0 / 255);
    Filled behind;
    Image own;
    cv::Mat_<float> spread;
    PhotoLayer layer;
    core::in_parallel(
        run,
        [&] {
            behind = filler.fill(remains.colours, hole,
                                 {.depth = &remains.depth, .band_px = band_px}, run);
        },
        [&] {
            own = subject_colours(remains.colours, matte, run);
            const cv::Mat_<uchar> joint = find_joint(remains.depth, covered, cut);
            as_mat(remains.colours).copyTo(as_mat(own), joint);
            as_mat(matte).setTo(1, joint);
            layer.depth = continue_depth(remains.depth, joint | ((as_mat(matte) >= kSolid) &
                                                                 (as_mat(remains.depth) >= cut)));
            spread = spread_around(remains.colours, ~around, 4 * slope_px(matte.size()));
        });
    part_colours(remains.colours, around, spread, matte, own, behind.picture, run);
    layer.colours = under_matte(own, matte);
    remains = {.colours = std::move(behind.picture), .depth = std::move(behind.depth)};
    return layer;
}

int margin_for(const Photo3dOptions& options, int width) {
    const double reach = std::max(options.focus, 1 - options.focus);
    return 2 + static_cast<int>(std::ceil(options.shift_percent / 100 * width * reach));
}

cv::Vec3f lay_over(const cv::Vec4b& front, const cv::Vec3f& behind) {
    if (front[3] == 0) return behind;
    const float alpha = static_cast<float>(front[3]) / 255;
    return behind * (1 - alpha) + cv::Vec3f(front[0], front[1], front[2]) * alpha;
}

bool is_sliver(const Matte& matte) {
    return cv::mean(as_mat(matte))[0] < kSliver;
}

}  // namespace
}  // namespace photo3d

const std::vector<Field<Photo3dOptions>>& Photo3dOptions::fields() {
    static const std::vector<Field<Photo3dOptions>> list{
        field("shift", &Photo3dOptions::shift_percent, {.min = 0, .max = 15, .unit = "% of width"},
              "by how much the nearest and the farthest point part at the end of the motion"),
        field("focus", &Photo3dOptions::focus, {.min = 0, .max = 1},
              "the depth that stands still; 0: the farthest, 1: the nearest"),
        field("layers", &Photo3dOptions::layers, {.min = 1, .max = 8},
              "at most so many layers, each with its own way behind the nearer ones"),
    };
    return list;
}

LayeredPhoto split_photo(const Image& photo, const InverseDepth& depth,
                         const Photo3dOptions& options, const Filler& filler,
                         const RunContext& run) {
    validate(options);
    if (photo.size() != depth.size())
        throw Error(ErrorCode::mismatch, "has another size than the photo", "depth");

    LayeredPhoto split{.size = photo.size(),
                       .margin_px = photo3d::margin_for(options, photo.width()),
                       .shift_percent = options.shift_percent,
                       .focus = options.focus};
    photo3d::Remains remains = photo3d::whole_photo(photo, depth, split.margin_px, run);
    std::vector<float> cuts = photo3d::find_cuts(as_mat(remains.depth), options.layers - 1);
    std::ranges::reverse(cuts);
    const double band_px = options.shift_percent / 100 * photo.width();
    for (const float cut : cuts) {
        run.throw_if_stopped();
        run.progress("parting layers", static_cast<std::int64_t>(split.layers.size()),
                     static_cast<std::int64_t>(cuts.size()));
        const Matte matte = photo3d::matte_beyond(remains, cut, run);
        if (photo3d::is_sliver(matte)) continue;
        split.layers.push_back(photo3d::peel(remains, matte, cut, filler, band_px, run));
    }
    split.layers.push_back(
        {.colours = std::move(remains.colours), .depth = std::move(remains.depth)});
    std::ranges::reverse(split.layers);
    return split;
}

Image flatten(const LayeredPhoto& photo) {
    const cv::Rect frame(photo.margin_px, photo.margin_px, photo.size.width, photo.size.height);
    Image flat(photo.size, SampleType::u8, AlphaKind::none);
    cv::Mat to = as_mat(flat);
    core::parallel_rows({}, frame.height, [&](int begin, int end) {
        const cv::Rect rows(frame.x, frame.y + begin, frame.width, end - begin);
        cv::Mat_<cv::Vec3f> sum;
        as_mat(photo.layers.front().colours)(rows).convertTo(sum, CV_32F);
        for (std::size_t n = 1; n < photo.layers.size(); ++n) {
            const cv::Mat_<cv::Vec4b> over = as_mat(photo.layers[n].colours)(rows);
            std::transform(over.begin(), over.end(), sum.begin(), sum.begin(), photo3d::lay_over);
        }
        sum.convertTo(to.rowRange(begin, end), CV_8U);
    });
    return flat;
}

}  // namespace diorama
