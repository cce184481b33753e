#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <opencv2/imgproc.hpp>

#include "core/parallel.h"
#include "diorama/error.h"
#include "diorama/opencv.h"
#include "diorama/tone_estimate.h"
#include "roto/light.h"

namespace diorama {
namespace {

// From the darkest on.
constexpr std::array kByBrightness{Tone::background, Tone::cast_shadow, Tone::diffuse_shadow,
                                   Tone::material, Tone::highlight};
// What is below has the tone of the same place above; in stops of the full light.
constexpr std::array kLimits{-6.5F, -3.6F, -2.0F, 0.35F};
constexpr float kSoftness = 0.25F;  // stops

float logistic(float x) {
    return 1 / (1 + std::exp(-x));
}

ToneProbabilities by_thresholds(const Image& picture, const Matte* subject, const RunContext& run) {
    const cv::Mat_<float> light = roto::measure_light(picture);
    const float full = std::max(1e-4F, roto::find_full_light(light, subject));
    ToneProbabilities probabilities(picture.size());
    core::parallel_rows(run, picture.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < picture.width(); ++x) {
                const float stops = std::log2(std::max(light(y, x), 1e-5F) / full);
                float below = 0;  // how likely it is darker than the tone
                for (std::size_t i = 0; i < kByBrightness.size(); ++i) {
                    // A subject has no background.
                    if (i == 0 && subject != nullptr) continue;
                    const float up_to =
                        i == kLimits.size() ? 1 : logistic((kLimits[i] - stops) / kSoftness);
                    probabilities.of(kByBrightness[i]).at(x, y) = std::max(0.0F, up_to - below);
                    below = std::max(below, up_to);
                }
            }
    });
    return probabilities;
}

// Colours in which distances are as the eye sees them, each a row of three numbers.
cv::Mat_<cv::Vec3f> perceived(const Image& picture) {
    cv::Mat lab;
    roto::as_bytes(picture).convertTo(lab, CV_32F, 1 / 255.0);
    cv::cvtColor(lab, lab, cv::COLOR_RGB2Lab);
    return lab;
}

// The centres of so many clusters, from dark to light.
std::vector<cv::Vec3f> find_clusters(const cv::Mat_<cv::Vec3f>& lab, const Matte* subject,
                                     int count) {
    constexpr int kSamplesAlong = 160;
    std::vector<cv::Vec3f> samples;
    const int step = std::max(1, std::max(lab.rows, lab.cols) / kSamplesAlong);
    for (int y = step / 2; y < lab.rows; y += step)
        for (int x = step / 2; x < lab.cols; x += step)
            if (subject == nullptr || subject->at(x, y) >= 0.5F) samples.push_back(lab(y, x));
    if (static_cast<int>(samples.size()) < count)
        return std::vector<cv::Vec3f>(static_cast<std::size_t>(count));
    std::ranges::sort(samples, {}, [](const cv::Vec3f& colour) { return colour[0]; });
    // Begun with as many parts of equal size, it comes out the same each time.
    std::vector<int> labels(samples.size());
    for (std::size_t i = 0; i < labels.size(); ++i)
        labels[i] = static_cast<int>(i * static_cast<std::size_t>(count) / samples.size());
    cv::Mat centres;
    cv::kmeans(cv::Mat(static_cast<int>(samples.size()), 3, CV_32F, samples.data()), count, labels,
               cv::TermCriteria(cv::TermCriteria::MAX_ITER, 20, 0), 1,
               cv::KMEANS_USE_INITIAL_LABELS, centres);
    std::vector<cv::Vec3f> clusters;
    for (int i = 0; i < count; ++i) clusters.emplace_back(centres.ptr<float>(i));
    std::ranges::sort(clusters, {}, [](const cv::Vec3f& colour) { return colour[0]; });
    return clusters;
}

ToneProbabilities by_clusters(const Image& picture, const Matte* subject, const RunContext& run) {
    constexpr float kUnsure = 10;  // a distance of colours, of about 100 from black to white
    const cv::Mat_<cv::Vec3f> lab = perceived(picture);
    const std::size_t first = subject == nullptr ? 0 : 1;  // a subject has no background
    const std::vector<cv::Vec3f> clusters =
        find_clusters(lab, subject, kToneCount - static_cast<int>(first));
    ToneProbabilities probabilities(picture.size());
    core::parallel_rows(run, picture.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < picture.width(); ++x) {
                std::array<float, kTones.size()> squared{};
                for (std::size_t i = 0; i < clusters.size(); ++i) {
                    const cv::Vec3f off = lab(y, x) - clusters[i];
                    squared[i] = off.dot(off);
                }
                const float least =
                    *std::min_element(squared.begin(), squared.begin() + clusters.size());
                float sum = 0;
                for (std::size_t i = 0; i < clusters.size(); ++i) {
                    squared[i] = std::exp((least - squared[i]) / (2 * kUnsure * kUnsure));
                    sum += squared[i];
                }
                for (std::size_t i = 0; i < clusters.size(); ++i)
                    probabilities.of(kByBrightness[first + i]).at(x, y) = squared[i] / sum;
            }
    });
    return probabilities;
}

}  // namespace

ToneProbabilities estimate_tones(ToneMethod method, const Image& picture, const Matte* subject,
                                 const RunContext& run) {
    if (method == ToneMethod::network)
        throw Error(ErrorCode::usage, "a network of tones must be given as a model");
    if (subject != nullptr && subject->size() != picture.size())
        throw Error(ErrorCode::mismatch, "the subject's matte has another size than the picture");
    ToneProbabilities probabilities = method == ToneMethod::thresholds
                                          ? by_thresholds(picture, subject, run)
                                          : by_clusters(picture, subject, run);
    if (subject != nullptr) keep_to_subject(probabilities, *subject, run);
    return probabilities;
}

const std::vector<Field<ToneNudges>>& ToneNudges::fields() {
    static const std::vector<Field<ToneNudges>> list{
        field("background", &ToneNudges::background, {.min = -1, .max = 1},
              "how much more background there is to be"),
        field("material", &ToneNudges::material, {.min = -1, .max = 1},
              "how much more of things in the light"),
        field("diffuse-shadow", &ToneNudges::diffuse_shadow, {.min = -1, .max = 1},
              "how much more shadow where things turn away from the light"),
        field("cast-shadow", &ToneNudges::cast_shadow, {.min = -1, .max = 1},
              "how much more shadow that things cast"),
        field("highlight", &ToneNudges::highlight, {.min = -1, .max = 1},
              "how much more highlight: +0.1, -0.2, ..."),
    };
    return list;
}

double ToneNudges::of(Tone tone) const {
    return std::array{background, material, diffuse_shadow, cast_shadow, highlight}[index_of(tone)];
}

void nudge(ToneProbabilities& probabilities, const ToneNudges& nudges, const RunContext& run) {
    constexpr double kLogOdds = 5;
    if (nudges == ToneNudges{}) return;
    std::array<float, kTones.size()> factors{};
    for (const Tone tone : kTones)
        factors[index_of(tone)] = static_cast<float>(std::exp(kLogOdds * nudges.of(tone)));
    const Size size = probabilities.size();
    core::parallel_rows(run, size.height, [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < size.width; ++x) {
                float sum = 0;
                for (const Tone tone : kTones)
                    sum += probabilities.of(tone).at(x, y) *= factors[index_of(tone)];
                for (auto& map : probabilities.maps) map.at(x, y) /= std::max(sum, 1e-12F);
            }
    });
}

void keep_to_subject(ToneProbabilities& probabilities, const Matte& subject,
                     const RunContext& run) {
    const Size size = probabilities.size();
    if (subject.size() != size)
        throw Error(ErrorCode::mismatch, "the subject's matte has another size than the picture");
    core::parallel_rows(run, size.height, [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < size.width; ++x) {
                const float alpha = subject.at(x, y);
                float& background = probabilities.of(Tone::background).at(x, y);
                const float drawn = 1 - background;
                background = 1 - alpha;
                // Of what is surely background no one knows what else it could be.
                constexpr float kSure = 1e-4F;
                for (const Tone tone : kTones) {
                    if (tone == Tone::background) continue;
                    float& value = probabilities.of(tone).at(x, y);
                    value = drawn > kSure ? alpha * value / drawn
                                          : alpha * (tone == Tone::material ? 1.0F : 0.0F);
                }
            }
    });
}

}  // namespace diorama
