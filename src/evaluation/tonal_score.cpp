#include "diorama/tonal_score.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/imgproc.hpp>

#include "evaluation/known.h"

namespace diorama {
namespace evaluation {
namespace {

constexpr float kTolerancePx = 2;
constexpr float kLeastProbability = 1e-7F;

bool is_shadow(Tone tone) {
    return tone == Tone::diffuse_shadow || tone == Tone::cast_shadow;
}

std::int64_t sum_of(const std::array<std::int64_t, kTones.size()>& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

std::optional<double> share(std::int64_t part, std::int64_t whole) {
    if (whole == 0) return {};
    return static_cast<double>(part) / static_cast<double>(whole);
}

// 255 on both sides of every border between two tones.
cv::Mat_<uchar> borders_of(const ToneMap& tones) {
    cv::Mat_<uchar> borders(tones.height(), tones.width(), uchar{0});
    for (int y = 0; y < tones.height(); ++y)
        for (int x = 0; x < tones.width(); ++x) {
            if (x > 0 && tones.at(x, y) != tones.at(x - 1, y))
                borders(y, x) = borders(y, x - 1) = 255;
            if (y > 0 && tones.at(x, y) != tones.at(x, y - 1))
                borders(y, x) = borders(y - 1, x) = 255;
        }
    return borders;
}

int count_near(const cv::Mat_<uchar>& borders, const cv::Mat_<uchar>& others) {
    if (cv::countNonZero(others) == 0) return 0;
    cv::Mat_<float> distance;
    cv::distanceTransform(others == 0, distance, cv::DIST_L2, cv::DIST_MASK_PRECISE);
    return cv::countNonZero(borders & (distance <= kTolerancePx));
}

}  // namespace
}  // namespace evaluation

void TonalScore::add(const ToneMap& found, const ToneMap& labels) {
    evaluation::require_same_size(found.size(), labels.size());
    for (std::size_t i = 0; i < labels.tones().size(); ++i)
        ++counts_[index_of(labels.tones()[i])][index_of(found.tones()[i])];
    const auto found_borders = evaluation::borders_of(found);
    const auto true_borders = evaluation::borders_of(labels);
    found_borders_ += cv::countNonZero(found_borders);
    true_borders_ += cv::countNonZero(true_borders);
    right_borders_ += evaluation::count_near(found_borders, true_borders);
    recalled_borders_ += evaluation::count_near(true_borders, found_borders);
}

void TonalScore::add(const ToneProbabilities& found, const ToneMap& labels) {
    add(decide_tones(found), labels);
    for (int y = 0; y < labels.height(); ++y)
        for (int x = 0; x < labels.width(); ++x)
            entropy_ -= std::log(
                std::max(found.of(labels.at(x, y)).at(x, y), evaluation::kLeastProbability));
    entropy_pixels_ += labels.size().area();
}

TonalScores TonalScore::scores() const {
    using namespace evaluation;
    TonalScores scores;
    std::int64_t all = 0;
    for (const auto& row : counts_) all += sum_of(row);
    double prior_entropy = 0;
    double overlaps = 0;
    int tones = 0;
    std::int64_t shadows = 0;
    std::int64_t missed = 0;  // shadows that were found to be none
    std::int64_t invented = 0;
    for (const Tone label : kTones) {
        const auto& row = counts_[index_of(label)];
        const std::int64_t labelled = sum_of(row);
        std::int64_t united = labelled;
        for (const Tone found : kTones) {
            if (found != label) united += counts_[index_of(found)][index_of(label)];
            if (is_shadow(label) && !is_shadow(found)) missed += row[index_of(found)];
            if (!is_shadow(label) && is_shadow(found)) invented += row[index_of(found)];
        }
        if (is_shadow(label)) shadows += labelled;
        const auto overlap = scores.overlap[index_of(label)] = share(row[index_of(label)], united);
        if (labelled == 0) continue;
        overlaps += *overlap;
        ++tones;
        const double frequency = *share(labelled, all);
        prior_entropy -= frequency * std::log(frequency);
    }
    if (tones > 0) scores.mean_overlap = overlaps / tones;
    if (entropy_pixels_ > 0) {
        scores.entropy = entropy_ / static_cast<double>(entropy_pixels_);
        if (prior_entropy > 0) scores.entropy_share = *scores.entropy / prior_entropy;
    }
    if (found_borders_ + true_borders_ > 0) {
        const double precision = share(right_borders_, found_borders_).value_or(0);
        const double recall = share(recalled_borders_, true_borders_).value_or(0);
        scores.boundary_f1 =
            precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
    }
    const auto missed_share = share(missed, shadows);
    const auto invented_share = share(invented, all - shadows);
    if (missed_share && invented_share) scores.shadow_error = (*missed_share + *invented_share) / 2;
    return scores;
}

}  // namespace diorama
