#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/parallel.h"
#include "perception/bilinear.h"
#include "perception/fill_methods.h"
#include "perception/fill_spread.h"
#include "perception/patchmatch.h"

namespace diorama::perception {
namespace {

// The coarsest level is the one on which the hole is about one patch thick.
constexpr double kCoarsestThicknessPx = 5;
constexpr int kSmallestSide = 24;
constexpr int kFewestSources = 200;
// Up to so many patches all of the hole is searched, whatever the band.
constexpr std::size_t kFewTargets = 40'000;

// ---- The pyramid
// ---------------------------------------------------------------------------------

struct Level {
    Features features{};
    cv::Mat_<uchar> hole{};    // 255: unknown
    cv::Mat_<uchar> nearer{};  // 255: known, but not of the background
    cv::Mat_<float> depth{};   // both empty without depth
    cv::Mat_<float> limit{};
};

cv::Mat window(int radius) {
    return cv::Mat::ones(2 * radius + 1, 2 * radius + 1, CV_8U);
}
cv::Mat_<uchar> widen(const cv::Mat_<uchar>& mask, int radius) {
    cv::Mat_<uchar> wide;
    cv::dilate(mask, wide, window(radius));
    return wide;
}

// The mean slope around each pixel, of known pixels alone.
cv::Mat_<uchar> roughness(const cv::Mat_<cv::Vec3b>& colour, const cv::Mat_<uchar>& unknown) {
    constexpr double kGain = 1.5;
    constexpr int kWindow = 5;
    cv::Mat grey, across, down;
    cv::cvtColor(colour, grey, cv::COLOR_RGB2GRAY);
    cv::Sobel(grey, across, CV_32F, 1, 0, 1);
    cv::Sobel(grey, down, CV_32F, 0, 1, 1);
    cv::Mat slope = cv::abs(across) + cv::abs(down), weight;
    const cv::Mat_<uchar> settled = widen(unknown, 1) == 0;
    settled.convertTo(weight, CV_32F, 1.0 / 255);
    slope = slope.mul(weight);
    cv::blur(slope, slope, {kWindow, kWindow});
    cv::blur(weight, weight, {kWindow, kWindow});
    cv::Mat_<uchar> rough;
    cv::Mat(slope / cv::max(weight, 1e-6)).convertTo(rough, CV_8U, kGain);
    return rough;
}

Level finest_level(const HoleCopy& copy) {
    Level level{.hole = copy.hole, .nearer = copy.nearer};
    if (level.nearer.empty()) level.nearer = cv::Mat_<uchar>::zeros(level.hole.size());
    const cv::Mat_<uchar> rough = roughness(copy.colour, level.hole | level.nearer);
    cv::merge(std::vector<cv::Mat>{copy.colour, rough}, level.features);
    if (!copy.depth.empty()) {
        level.depth = copy.depth;
        level.limit = copy.background_depth + copy.tolerance;
    }
    return level;
}

// A pixel is the mean of those known pixels of the background that it stands for.
Level halve(const Level& fine) {
    const cv::Size size((fine.hole.cols + 1) / 2, (fine.hole.rows + 1) / 2);
    Level half{.features = Features(size, cv::Vec4b()),
               .hole = cv::Mat_<uchar>(size, uchar{0}),
               .nearer = cv::Mat_<uchar>(size, uchar{0})};
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            cv::Vec4i sum;
            int known = 0, unknown = 0, near = 0;
            for (int v = 2 * y; v < std::min(2 * y + 2, fine.hole.rows); ++v)
                for (int u = 2 * x; u < std::min(2 * x + 2, fine.hole.cols); ++u)
                    if (fine.hole(v, u))
                        ++unknown;
                    else if (fine.nearer(v, u))
                        ++near;
                    else {
                        ++known;
                        sum += cv::Vec4i(fine.features(v, u));
                    }
            if (known >= unknown + near)
                half.features(y, x) = cv::Vec4b((sum + cv::Vec4i::all(known / 2)) / known);
            else
                (unknown >= near ? half.hole : half.nearer)(y, x) = 255;
        }
    if (!fine.depth.empty()) {
        cv::resize(fine.depth, half.depth, size, 0, 0, cv::INTER_NEAREST);
        cv::resize(fine.limit, half.limit, size, 0, 0, cv::INTER_NEAREST);
    }
    return half;
}

cv::Mat_<float> distance_inside(const cv::Mat_<uchar>& mask) {
    cv::Mat_<float> distance;
    cv::distanceTransform(mask, distance, cv::DIST_L2, cv::DIST_MASK_5);
    return distance;
}

// ---- What is to be done on a level
// ---------------------------------------------------------------

struct Work {
    cv::Mat_<uchar> domain{};  // pixels that are painted
    cv::Mat_<float> inside{};  // how deep in it
    PatchSearch search{};
    Points targets{};  // all patches that touch the domain
};

Work plan(const Level& level, std::uint64_t seed) {
    Work work;
    // What is nearer and would be seen by a patch on the hole is painted over with background, too.
    work.domain = level.hole | (level.nearer & widen(level.hole, 2 * kPatchRadius));
    work.inside = distance_inside(work.domain);
    const cv::Size size = level.hole.size();
    const cv::Rect centres(kPatchRadius, kPatchRadius, size.width - 2 * kPatchRadius,
                           size.height - 2 * kPatchRadius);
    work.search = {.features = level.features,
                   .sources = cv::Mat_<uchar>::zeros(size),
                   .depth = level.depth,
                   .limit = level.limit,
                   .seed = seed};
    if (centres.width < 1 || centres.height < 1) return work;
    const cv::Mat_<uchar> open = widen(work.domain | level.nearer, kPatchRadius) == 0;
    open(centres).copyTo(work.search.sources(centres));
    const cv::Mat_<uchar> touched = widen(work.domain, kPatchRadius);
    cv::findNonZero(touched(centres), work.targets);
    for (cv::Point& target : work.targets) target += centres.tl();
    return work;
}

// ---- Voting
// --------------------------------------------------------------------------------------

// How much a patch counts: the more, the better it fits and the nearer it is to what is known.
cv::Mat_<float> weigh(const PatchField& field, const Work& work, double sharpness) {
    constexpr float kFadeAPixel = 0.25F;
    std::vector<float> costs;
    costs.reserve(work.targets.size());
    for (const cv::Point& target : work.targets)
        if (field.match(target)[0] >= 0) costs.push_back(field.cost(target));
    cv::Mat_<float> weights(field.cost.size(), 0.0F);
    if (costs.empty()) return weights;
    const auto at = costs.begin() + static_cast<std::ptrdiff_t>(costs.size() * 3 / 4);
    std::nth_element(costs.begin(), at, costs.end());
    const double fall = sharpness / std::max(1.0F, 2 * *at);
    for (const cv::Point& target : work.targets)
        if (field.match(target)[0] >= 0)
            weights(target) = static_cast<float>(
                1e-6 + std::exp(-fall * field.cost(target) -
                                kFadeAPixel * std::min(work.inside(target), 40.0F)));
    return weights;
}

// Paints the pixels of the domain with the mean of what the patches around them propose.
void vote(Features& features, const PatchField& field, const cv::Mat_<float>& weights,
          const cv::Mat_<uchar>& domain, const RunContext& run) {
    core::parallel_rows(run, features.rows, [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < features.cols; ++x) {
                if (!domain(y, x)) continue;
                cv::Vec4f sum;
                float total = 0;
                for (int v = std::max(0, y - kPatchRadius);
                     v <= std::min(features.rows - 1, y + kPatchRadius); ++v)
                    for (int u = std::max(0, x - kPatchRadius);
                         u <= std::min(features.cols - 1, x + kPatchRadius); ++u) {
                        const float weight = weights(v, u);
                        if (weight <= 0) continue;
                        const auto& match = field.match(v, u);
                        sum += cv::Vec4f(features(match[1] + y - v, match[0] + x - u)) * weight;
                        total += weight;
                    }
                if (total > 0) features(y, x) = cv::Vec4b(sum * (1 / total));
            }
    });
}

// ---- From coarse to fine
// -------------------------------------------------------------------------

void paint_smoothly(Features& features, const cv::Mat_<uchar>& unknown,
                    const cv::Mat_<uchar>& domain) {
    cv::Mat_<cv::Vec4f> colour(features.size(), cv::Vec4f::all(0)), rough = colour.clone();
    for (int y = 0; y < features.rows; ++y)
        for (int x = 0; x < features.cols; ++x)
            if (!unknown(y, x)) {
                const auto& f = features(y, x);
                colour(y, x) = cv::Vec4f(f[0], f[1], f[2], 1);
                rough(y, x) = cv::Vec4f(f[3], 0, 0, 1);
            }
    colour = spread(colour);
    rough = spread(rough);
    for (int y = 0; y < features.rows; ++y)
        for (int x = 0; x < features.cols; ++x)
            if (domain(y, x)) {
                const auto& c = colour(y, x);
                features(y, x) = cv::Vec4b(cv::Vec4f(c[0], c[1], c[2], rough(y, x)[0]));
            }
}

PatchField enlarge(const PatchField& coarse, cv::Size size) {
    PatchField fine = empty_field(size);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            const auto& match = coarse.match(y / 2, x / 2);
            if (match[0] < 0) continue;
            fine.match(y, x) = cv::Vec2s(static_cast<short>(2 * match[0] + x % 2),
                                         static_cast<short>(2 * match[1] + y % 2));
        }
    return fine;
}

struct Effort {
    int rounds = 0;  // of search and vote
    std::vector<int> steps{};
};

Effort effort_of(std::size_t level, std::size_t levels) {
    if (level + 1 == levels) return {.rounds = 10, .steps = {4, 2, 1}};
    if (level == 0) return {.rounds = 2, .steps = {2, 1}};
    return {.rounds = 4, .steps = {2, 1}};
}

struct Solution {
    PatchField field{};
    Work work{};
};

Solution solve(std::vector<Level>& levels, double band_px, std::uint64_t seed,
               const RunContext& run) {
    Solution solution;
    for (std::size_t n = levels.size(); n-- > 0;) {
        Level& level = levels[n];
        Work work = plan(level, seed + n);
        PatchField& field = solution.field;
        const bool coarsest = n + 1 == levels.size();
        if (coarsest) {
            paint_smoothly(level.features, work.domain | level.nearer, work.domain);
            field = empty_field(level.hole.size());
            work.search.reach_px = std::max(level.hole.cols, level.hole.rows);
        } else {
            cv::Mat coarse;
            cv::resize(levels[n + 1].features, coarse, level.features.size(), 0, 0,
                       cv::INTER_LINEAR);
            coarse.copyTo(level.features, work.domain);
            field = enlarge(field, level.hole.size());
            measure(field, work.search, work.targets, run);
            vote(level.features, field, weigh(field, work, 1), work.domain, run);
            double thickness = 0;
            cv::minMaxLoc(work.inside, nullptr, &thickness);
            work.search.reach_px = 2 * thickness + 16;
        }
        Points searching = work.targets;
        if (searching.size() > kFewTargets)
            std::erase_if(searching, [&](const cv::Point& p) {
                return work.inside(p) > band_px / static_cast<double>(1U << n) + kPatchRadius;
            });
        const Effort effort = effort_of(n, levels.size());
        std::uint64_t pass = 0;
        for (int round = 0; round < effort.rounds; ++round) {
            measure(field, work.search, work.targets, run);
            for (const int step : effort.steps)
                improve(field, work.search, searching, step, pass++, run);
            vote(level.features, field, weigh(field, work, 1), work.domain, run);
        }
        measure(field, work.search, work.targets, run);
        solution.work = std::move(work);
    }
    return solution;
}

std::vector<Level> build_levels(const HoleCopy& copy) {
    std::vector<Level> levels{finest_level(copy)};
    for (;;) {
        const Level& last = levels.back();
        double thickness = 0;
        cv::minMaxLoc(distance_inside(last.hole), nullptr, &thickness);
        if (thickness <= kCoarsestThicknessPx ||
            std::min(last.hole.cols, last.hole.rows) < 2 * kSmallestSide)
            break;
        Level half = halve(last);
        if (cv::countNonZero(plan(half, 0).search.sources) < kFewestSources) break;
        levels.push_back(std::move(half));
    }
    return levels;
}

// ---- The picture itself
// --------------------------------------------------------------------------

template <class T, int kChannels>
void paint_rows(const cv::Mat& view, const PatchField& field, const cv::Mat_<float>& weights,
                const cv::Mat_<uchar>& domain, cv::Mat& filled, const RunContext& run) {
    using Pixel = cv::Vec<T, kChannels>;
    using Sum = cv::Vec<float, kChannels>;
    const double sx = static_cast<double>(view.cols) / field.cost.cols;
    const double sy = static_cast<double>(view.rows) / field.cost.rows;
    core::parallel_rows(run, view.rows, [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            const int py = std::min(static_cast<int>((y + 0.5) / sy), field.cost.rows - 1);
            for (int x = 0; x < view.cols; ++x) {
                const int px = std::min(static_cast<int>((x + 0.5) / sx), field.cost.cols - 1);
                if (!domain(py, px)) continue;
                Sum sum;
                float total = 0;
                for (int v = std::max(0, py - kPatchRadius);
                     v <= std::min(field.cost.rows - 1, py + kPatchRadius); ++v)
                    for (int u = std::max(0, px - kPatchRadius);
                         u <= std::min(field.cost.cols - 1, px + kPatchRadius); ++u) {
                        const float weight = weights(v, u);
                        if (weight <= 0) continue;
                        const auto& match = field.match(v, u);
                        const int fx =
                            std::clamp(x + cvRound((match[0] - u) * sx), 0, view.cols - 1);
                        const int fy =
                            std::clamp(y + cvRound((match[1] - v) * sy), 0, view.rows - 1);
                        sum += Sum(view.at<Pixel>(fy, fx)) * weight;
                        total += weight;
                    }
                if (total > 0) filled.at<Pixel>(y, x) = Pixel(sum * (1 / total));
            }
        }
    });
}

}  // namespace

double g_sharp = 8;
cv::Mat fill_by_patches(const cv::Mat& view, const HoleCopy& copy, std::uint64_t seed,
                        const RunContext& run) {
    std::vector<Level> levels = build_levels(copy);
    const Solution solution = solve(levels, copy.band_px, seed, run);
    if (cv::countNonZero(solution.work.search.sources) == 0) return fill_smoothly(view, copy, run);
    const cv::Mat_<float> weights = weigh(solution.field, solution.work, g_sharp);
    const auto& domain = solution.work.domain;
    cv::Mat filled = view.clone();
    if (view.depth() == CV_8U && view.channels() == 3)
        paint_rows<std::uint8_t, 3>(view, solution.field, weights, domain, filled, run);
    else if (view.depth() == CV_8U)
        paint_rows<std::uint8_t, 4>(view, solution.field, weights, domain, filled, run);
    else if (view.channels() == 3)
        paint_rows<std::uint16_t, 3>(view, solution.field, weights, domain, filled, run);
    else
        paint_rows<std::uint16_t, 4>(view, solution.field, weights, domain, filled, run);
    return filled;
}

}  // namespace diorama::perception
