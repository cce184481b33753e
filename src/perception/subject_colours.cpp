#include <algorithm>
#include <limits>
#include <opencv2/imgproc.hpp>

#include "core/parallel.h"
#include "diorama/matte.h"
#include "diorama/opencv.h"
#include "perception/bilinear.h"
#include "perception/working_copy.h"

namespace diorama {
namespace {

// A soft pixel is I = αF + (1 − α)B. Means of the subject's colours and of the surroundings' near
// it stand for F and B, and what they leave unexplained is given to F by its share α: blur fusion
// (Forte, 2021), once with wide windows on a small copy and once with narrow ones on the picture.
constexpr std::int64_t kWidePixels = 200'000;
constexpr double kWideRadius = 0.04;  // of the copy's mean side
constexpr int kNarrowRadius = 6;
constexpr int kBandRows = 64;
// A weight below this is none.
constexpr float kNothing = 1e-4F;

struct WideMeans {
    cv::Mat_<cv::Vec3f> subject;
    cv::Mat_<cv::Vec3f> around;
};

// Averages colours by their weight; where there is no weight near, by that of the whole picture.
cv::Mat_<cv::Vec3f> weighted_mean(const cv::Mat_<cv::Vec3f>& colours, const cv::Mat_<float>& weight,
                                  int radius_px) {
    cv::Mat_<cv::Vec3f> sum(colours.size());
    cv::Vec3d total;
    double total_weight = 0;
    for (int y = 0; y < colours.rows; ++y)
        for (int x = 0; x < colours.cols; ++x) {
            sum(y, x) = colours(y, x) * weight(y, x);
            total += sum(y, x);
            total_weight += weight(y, x);
        }
    const cv::Vec3f mean = total * (1.0 / std::max(total_weight, 1e-9));
    const cv::Size window(2 * radius_px + 1, 2 * radius_px + 1);
    cv::Mat_<float> near_weight;
    cv::blur(sum, sum, window, {-1, -1}, cv::BORDER_REPLICATE);
    cv::blur(weight, near_weight, window, {-1, -1}, cv::BORDER_REPLICATE);
    for (int y = 0; y < colours.rows; ++y)
        for (int x = 0; x < colours.cols; ++x)
            sum(y, x) = (sum(y, x) + mean * kNothing) * (1.0F / (near_weight(y, x) + kNothing));
    return sum;
}

WideMeans average_widely(const Image& picture, const Matte& matte) {
    const Size size = perception::limit_pixels(picture.size(), kWidePixels);
    cv::Mat_<cv::Vec3f> colours;
    perception::working_copy(picture, size).convertTo(colours, CV_32F, 1.0 / 255);
    const cv::Mat_<float> alpha = perception::resize_map(as_mat(matte), size);
    // Pure pixels must count for far more than mixed ones, which still count where all are mixed.
    cv::Mat_<float> subject_weight, around_weight;
    cv::pow(alpha, 4, subject_weight);
    cv::pow(1.0F - alpha, 4, around_weight);
    const int radius = std::max(1, cvRound(kWideRadius * (size.width + size.height) / 2));
    return {weighted_mean(colours, subject_weight, radius),
            weighted_mean(colours, around_weight, radius)};
}

float clamp_unit(float value) {
    return std::clamp(value, 0.0F, 1.0F);
}

cv::Vec3f fuse(const cv::Vec3f& seen, const cv::Vec3f& subject, const cv::Vec3f& around,
               float alpha) {
    const cv::Vec3f unexplained = seen - subject * alpha - around * (1.0F - alpha);
    cv::Vec3f fused = subject + unexplained * alpha;
    for (int c = 0; c < 3; ++c) fused[c] = clamp_unit(fused[c]);
    return fused;
}

// The columns of a row range that hold soft pixels; empty where none do.
cv::Range soft_columns(const Matte& matte, int begin, int end) {
    cv::Range columns(matte.width(), 0);
    for (int y = begin; y < end; ++y) {
        const float* row = matte.row(y);
        for (int x = 0; x < matte.width(); ++x)
            if (row[x] > 0.0F && row[x] < 1.0F) {
                columns.start = std::min(columns.start, x);
                columns.end = std::max(columns.end, x + 1);
            }
    }
    return columns;
}

template <class T>
class Colours {
 public:
    explicit Colours(const Image& picture) : picture_(picture) {}
    [[nodiscard]] cv::Vec3f at(int x, int y) const {
        const T* p = picture_.row<T>(y) + static_cast<std::ptrdiff_t>(x) * picture_.channels();
        cv::Vec3f colour(p[0], p[1], p[2]);
        if (picture_.alpha() == AlphaKind::premultiplied && p[3] > 0)
            return colour * (1.0F / static_cast<float>(p[3]));
        return colour * (1.0F / kWhite);
    }
    static void put(Image& image, int x, int y, const cv::Vec3f& colour) {
        T* p = image.row<T>(y) + static_cast<std::ptrdiff_t>(x) * 3;
        for (int c = 0; c < 3; ++c) p[c] = cv::saturate_cast<T>(colour[c] * kWhite);
    }

 private:
    static constexpr float kWhite = std::numeric_limits<T>::max();
    const Image& picture_;
};

// The narrow pass on rows begin…end. It works on a frame that is wider than them by the radius, so
// that a band knows what stands beside it.
template <class T>
void fuse_band(const Image& picture, const Matte& matte, const WideMeans& wide, int begin, int end,
               Image& out) {
    const Colours<T> colours(picture);
    for (int y = begin; y < end; ++y)
        for (int x = 0; x < picture.width(); ++x) Colours<T>::put(out, x, y, colours.at(x, y));
    const cv::Range soft = soft_columns(matte, begin, end);
    if (soft.start >= soft.end) return;

    const int top = std::max(0, begin - kNarrowRadius);
    const int bottom = std::min(picture.height(), end + kNarrowRadius);
    const int left = std::max(0, soft.start - kNarrowRadius);
    const int right = std::min(picture.width(), soft.end + kNarrowRadius);
    const cv::Size frame(right - left, bottom - top);
    cv::Mat_<cv::Vec3f> subject(frame), around(frame);
    cv::Mat_<float> alpha(frame), rest(frame);
    for (int y = top; y < bottom; ++y) {
        const perception::EnlargedRow wide_subject(wide.subject, picture.size(), y);
        const perception::EnlargedRow wide_around(wide.around, picture.size(), y);
        for (int x = left; x < right; ++x) {
            const float a = clamp_unit(matte.at(x, y));
            const cv::Point at(x - left, y - top);
            alpha(at) = a;
            rest(at) = 1.0F - a;
            const cv::Vec3f back = a < 1.0F ? wide_around.at(x) : cv::Vec3f();
            subject(at) = a == 0.0F   ? cv::Vec3f()
                          : a == 1.0F ? colours.at(x, y)
                                      : fuse(colours.at(x, y), wide_subject.at(x), back, a) * a;
            around(at) = back * (1.0F - a);
        }
    }
    const cv::Size window(2 * kNarrowRadius + 1, 2 * kNarrowRadius + 1);
    for (const cv::Mat& map : {cv::Mat(subject), cv::Mat(around), cv::Mat(alpha), cv::Mat(rest)})
        cv::blur(map, map, window, {-1, -1}, cv::BORDER_REPLICATE);

    for (int y = begin; y < end; ++y)
        for (int x = soft.start; x < soft.end; ++x) {
            const float a = clamp_unit(matte.at(x, y));
            const cv::Point at(x - left, y - top);
            if (a == 1.0F || alpha(at) < kNothing) continue;
            const cv::Vec3f front = subject(at) * (1.0F / alpha(at));
            const cv::Vec3f back = around(at) * (1.0F / std::max(rest(at), kNothing));
            Colours<T>::put(out, x, y, fuse(colours.at(x, y), front, back, a));
        }
}

}  // namespace

Image subject_colours(const Image& picture, const Matte& matte, const RunContext& run) {
    perception::require_same_size(picture, matte);
    const WideMeans wide = average_widely(picture, matte);
    Image out(picture.size(), picture.sample_type(), AlphaKind::none);
    // The bands are the same for any number of threads, and so are the sums within them.
    const int bands = (picture.height() + kBandRows - 1) / kBandRows;
    core::parallel_rows(run, bands, [&](int first, int last) {
        for (int band = first; band < last; ++band) {
            run.throw_if_stopped();
            const int begin = band * kBandRows;
            const int end = std::min(begin + kBandRows, picture.height());
            if (picture.sample_type() == SampleType::u8)
                fuse_band<std::uint8_t>(picture, matte, wide, begin, end, out);
            else
                fuse_band<std::uint16_t>(picture, matte, wide, begin, end, out);
        }
    });
    return out;
}

}  // namespace diorama
