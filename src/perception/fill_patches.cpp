#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

#include "perception/fill_levels.h"
#include "perception/fill_methods.h"
#include "perception/fill_spread.h"
#include "perception/fill_votes.h"

// From coarse to fine, patches that touch the hole find others like them in the background, and the
// hole takes the colours of those: the completion of Wexler, Shechtman and Irani (2007) with the
// search of Barnes et al. (2009) and the texture channel of Newson et al. (2014).

namespace diorama::perception {
namespace {

// Up to so many patches all of the hole is searched, whatever the band.
constexpr std::size_t kFewTargets = 40'000;
constexpr double kEverywhere = std::numeric_limits<float>::max();
// On the finest level, which costs most, no more than this of a large hole: deeper in it the
// coarser level has found what fits, and one cannot see that it was not looked for again.
constexpr double kDeepestFinePx = 48;
// What a match costs for each pixel of the copy that it is away.
constexpr float kCostAPixel = 30;
// How far a jump by chance leads on all levels but the coarsest.
constexpr double kReachPx = 16;
// While patches look for each other their votes are mixed; at the end the best one counts.
constexpr double kMixing = 1;
constexpr double kFinal = 40;

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

struct Solution {
    Work work{};
    PatchField field{};
};

void begin_at_coarsest(Level& level, Solution& solution) {
    const Work& work = solution.work;
    paint_smoothly(level.features, work.domain | level.nearer, work.domain);
    solution.field = empty_field(level.hole.size());
    solution.work.search.reach_px = std::max(level.hole.cols, level.hole.rows);
}

void go_on_from(const Level& coarser, Level& level, Solution& solution, const RunContext& run) {
    Work& work = solution.work;
    cv::Mat enlarged;
    cv::resize(coarser.features, enlarged, level.features.size(), 0, 0, cv::INTER_LINEAR);
    enlarged.copyTo(level.features, work.domain);
    solution.field = enlarge(solution.field, level.hole.size());
    measure(solution.field, work.search, work.targets, run);
    vote(level.features, solution.field, weigh(solution.field, work, kMixing), work.domain, run);
    work.search.reach_px = kReachPx;
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

// Deeper than the band, matches and colours stay as the coarser level left them.
void refine(Level& level, Solution& solution, double band_px, const Effort& effort,
            const RunContext& run) {
    const Work& work = solution.work;
    const double deepest_px =
        work.targets.size() > kFewTargets ? band_px + kPatchRadius : kEverywhere;
    const cv::Mat_<uchar> painted = work.domain & (work.inside <= deepest_px + kPatchRadius);
    Points targets = work.targets;
    std::erase_if(targets, [&](const cv::Point& p) { return work.inside(p) > deepest_px; });
    std::uint64_t pass = 0;
    for (int round = 0; round < effort.rounds; ++round) {
        measure(solution.field, work.search, targets, run);
        for (const int step : effort.steps)
            improve(solution.field, work.search, targets, step, pass++, run);
        vote(level.features, solution.field, weigh(solution.field, work, kMixing), painted, run);
    }
    measure(solution.field, work.search, targets, run);
}

Solution solve(std::vector<Level>& levels, double band_px, std::uint64_t seed,
               const RunContext& run) {
    Solution solution;
    for (std::size_t n = levels.size(); n-- > 0;) {
        solution.work = plan(levels[n]);
        solution.work.search.seed = seed + n;
        solution.work.search.cost_a_pixel = kCostAPixel * static_cast<float>(1U << n);
        if (n + 1 == levels.size())
            begin_at_coarsest(levels[n], solution);
        else
            go_on_from(levels[n + 1], levels[n], solution, run);
        const double deepest_px =
            n == 0 ? std::min(band_px, kDeepestFinePx) : std::ldexp(band_px, -static_cast<int>(n));
        refine(levels[n], solution, deepest_px, effort_of(n, levels.size()), run);
    }
    return solution;
}

// What the smooth fill knows better than patches do: light and colour in the large near the rim,
// and holes that are too narrow for texture to be told from chance.
cv::Mat_<cv::Vec3f> low_frequencies(const cv::Mat_<cv::Vec3f>& difference,
                                    const cv::Mat_<uchar>& domain) {
    constexpr double kSigmaPx = 6;
    cv::Mat_<cv::Vec3f> blurred;
    cv::Mat_<float> weight;
    cv::GaussianBlur(difference, blurred, {}, kSigmaPx);
    domain.convertTo(weight, CV_32F, 1.0 / 255);
    cv::GaussianBlur(weight, weight, {}, kSigmaPx);
    for (int y = 0; y < blurred.rows; ++y)
        for (int x = 0; x < blurred.cols; ++x) blurred(y, x) *= 1 / std::max(weight(y, x), 1e-3F);
    return blurred;
}

// A small difference is one of light; a large one is structure and stays.
cv::Vec3f light_of(const cv::Vec3f& difference) {
    constexpr double kStructure = 300;
    const double t = std::min(1.0, cv::norm(difference, cv::NORM_INF) / kStructure);
    return difference * ((1 - t * t) * (1 - t * t));
}

// Where a patch fits its surroundings nearly perfectly there is nothing to correct.
float doubt(float cost) {
    constexpr float kSquaredLevels = 3;
    constexpr float kSamples = 4 * (2 * kPatchRadius + 1) * (2 * kPatchRadius + 1);
    return 1 - kSquaredLevels / (kSquaredLevels + cost / kSamples);
}

Correction correct(const cv::Mat_<cv::Vec4f>& smooth, const Features& patches,
                   const Solution& solution) {
    const Work& work = solution.work;
    constexpr float kMostShare = 0.75F;
    constexpr float kNarrowPx = 5, kWidePx = 9;  // half the hole's width
    // So far from the rim its light holds; deeper, patches know as much as a smooth guess.
    constexpr float kLightPx = 32, kFadePx = 16;
    cv::Mat_<cv::Vec3f> difference(patches.size(), cv::Vec3f());
    for (int y = 0; y < patches.rows; ++y)
        for (int x = 0; x < patches.cols; ++x)
            if (work.domain(y, x))
                for (int c = 0; c < 3; ++c)
                    difference(y, x)[c] = smooth(y, x)[c] - static_cast<float>(patches(y, x)[c]);
    difference = low_frequencies(difference, work.domain);
    cv::Mat_<float> half_width;
    const int reach = 2 * cvRound(kWidePx) + 1;
    cv::dilate(work.inside, half_width, cv::Mat::ones(reach, reach, CV_8U));
    Correction correction{.smooth = smooth,
                          .share = cv::Mat_<float>(patches.size(), 0.0F),
                          .offset = cv::Mat_<cv::Vec3f>(patches.size(), cv::Vec3f())};
    for (int y = 0; y < patches.rows; ++y)
        for (int x = 0; x < patches.cols; ++x) {
            if (!work.domain(y, x)) continue;
            const float narrow =
                std::clamp((kWidePx - half_width(y, x)) / (kWidePx - kNarrowPx), 0.0F, 1.0F);
            const float doubted = doubt(solution.field.cost(y, x));
            correction.share(y, x) = kMostShare * narrow * doubted;
            const float fade = std::exp(-std::max(0.0F, work.inside(y, x) - kLightPx) / kFadePx);
            correction.offset(y, x) = light_of(difference(y, x)) * doubted * fade;
        }
    return correction;
}

}  // namespace

cv::Mat fill_by_patches(const cv::Mat& view, const HoleCopy& copy, std::uint64_t seed,
                        const RunContext& run) {
    std::vector<Level> levels = build_levels(copy);
    const Solution solution = solve(levels, copy.band_px, seed, run);
    const Correction correction =
        correct(fill_copy_smoothly(copy, run), levels.front().features, solution);
    return vote_picture(view, solution.field, weigh(solution.field, solution.work, kFinal),
                        solution.work.domain, correction, run);
}

}  // namespace diorama::perception
