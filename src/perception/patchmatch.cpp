#include "perception/patchmatch.h"

#include <array>
#include <cmath>
#include <opencv2/core/hal/intrin.hpp>

#include "core/parallel.h"

namespace diorama::perception {
namespace {

// Numbers that follow from their argument alone (SplitMix64).
std::uint64_t hash(std::uint64_t value) {
    value += 0x9E3779B97F4A7C15ULL;
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31U);
}

// A point of the square around `centre`, by the bits of a hash.
cv::Point jump(cv::Point centre, double radius, std::uint64_t bits) {
    const auto shift = [radius](std::uint64_t half) {
        constexpr double kLargest = 0xFFFFFFFFU;
        return cvRound((static_cast<double>(half & 0xFFFFFFFFU) / kLargest * 2 - 1) * radius);
    };
    return centre + cv::Point(shift(bits), shift(bits >> 32U));
}

cv::Point as_point(const cv::Vec2s& match) {
    return {match[0], match[1]};
}

// The best match of one target so far.
class Best {
 public:
    Best(const PatchSearch& search, cv::Point target) : search_(search), target_(target) {}

    void offer(cv::Point source) {
        if (source == match_) return;
        const float cost = match_cost(search_, target_, source, cost_);
        if (cost >= cost_) return;
        match_ = source;
        cost_ = cost;
    }

    [[nodiscard]] cv::Point match() const { return match_; }
    void store(PatchField& field) const {
        field.match(target_) =
            cv::Vec2s(static_cast<short>(match_.x), static_cast<short>(match_.y));
        field.cost(target_) = cost_;
    }

 private:
    const PatchSearch& search_;
    cv::Point target_;
    cv::Point match_{-1, -1};
    float cost_ = kNoMatch;
};

template <class Body>
void for_each(const Points& points, const RunContext& run, const Body& body) {
    run.throw_if_stopped();
    core::parallel_rows(run, static_cast<int>(points.size()), [&](int begin, int end) {
        for (int i = begin; i < end; ++i) body(points[static_cast<std::size_t>(i)]);
    });
}

}  // namespace

float patch_distance(const Features& features, cv::Point a, cv::Point b, float limit) {
    // A row has 28 bytes: sixteen, and sixteen more of which the first four were read already.
    static_assert(kPatchRadius == 3);
    constexpr int kRows = 2 * kPatchRadius + 1;
    constexpr int kLookAfterRow = 2;
    alignas(16) static constexpr std::array<uchar, 16> kFresh{
        0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    const cv::v_uint8x16 fresh = cv::v_load_aligned(kFresh.data());
    cv::v_uint32x4 sum = cv::v_setzero_u32();
    for (int row = 0; row < kRows; ++row) {
        const uchar* in_a = features(a.y - kPatchRadius + row, a.x - kPatchRadius).val;
        const uchar* in_b = features(b.y - kPatchRadius + row, b.x - kPatchRadius).val;
        const cv::v_uint8x16 first = cv::v_absdiff(cv::v_load(in_a), cv::v_load(in_b));
        const cv::v_uint8x16 second =
            cv::v_absdiff(cv::v_load(in_a + 12), cv::v_load(in_b + 12)) & fresh;
        sum += cv::v_dotprod_expand_fast(first, first) + cv::v_dotprod_expand_fast(second, second);
        if (row == kLookAfterRow && static_cast<float>(cv::v_reduce_sum(sum)) > limit) break;
    }
    return static_cast<float>(cv::v_reduce_sum(sum));
}

float match_cost(const PatchSearch& search, cv::Point target, cv::Point source, float limit) {
    const auto& sources = search.sources;
    const bool inside =
        source.x >= 0 && source.y >= 0 && source.x < sources.cols && source.y < sources.rows;
    if (!inside || sources(source) == 0) return kNoMatch;
    if (!search.depth.empty() && search.depth(source) > search.limit(target)) return kNoMatch;
    const auto x = static_cast<float>(source.x - target.x);
    const auto y = static_cast<float>(source.y - target.y);
    const float for_the_way = search.cost_a_pixel * std::sqrt(x * x + y * y);
    return for_the_way + patch_distance(search.features, target, source, limit - for_the_way);
}

PatchField empty_field(cv::Size size) {
    return {.match = cv::Mat_<cv::Vec2s>(size, cv::Vec2s(-1, -1)),
            .cost = cv::Mat_<float>(size, kNoMatch)};
}

void measure(PatchField& field, const PatchSearch& search, const Points& targets,
             const RunContext& run) {
    for_each(targets, run, [&](cv::Point target) {
        Best best(search, target);
        best.offer(as_point(field.match(target)));
        best.store(field);
    });
}

void improve(PatchField& field, const PatchSearch& search, const Points& targets, int step,
             std::uint64_t pass, const RunContext& run) {
    const cv::Rect frame({0, 0}, field.match.size());
    const std::array<cv::Point, 4> ways{{{-step, 0}, {step, 0}, {0, -step}, {0, step}}};
    // Neighbours are read as the pass before left them, so that the order does not matter.
    const cv::Mat_<cv::Vec2s> before = field.match.clone();
    for_each(targets, run, [&](cv::Point target) {
        Best best(search, target);
        best.offer(as_point(before(target)));
        for (const cv::Point& way : ways) {
            const cv::Point neighbour = target + way;
            if (frame.contains(neighbour) && before(neighbour)[0] >= 0)
                best.offer(as_point(before(neighbour)) - way);
        }
        std::uint64_t chance = hash(search.seed ^ hash(pass)) ^
                               static_cast<std::uint64_t>(target.y * frame.width + target.x);
        const cv::Point centre = best.match().x < 0 ? target : best.match();
        for (double radius = search.reach_px; radius >= 1; radius /= 2) {
            chance = hash(chance);
            best.offer(jump(centre, radius, chance));
        }
        best.store(field);
    });
}

}  // namespace diorama::perception
