// Depth of networks is smeared over its steps, and a surface that is drawn over a smear is rubber.
// Around each step there are two surfaces; a pixel goes to the one whose colour and depth it has.
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "core/parallel.h"
#include "diorama/stereo.h"
#include "stereo/map_checks.h"

namespace diorama {
namespace stereo {
namespace {

// How far from a step pixels are looked at, of the width.
constexpr float kReach = 1 / 320.0F;
// Smaller differences are no steps.
constexpr float kStepPx = 1;
// Around a step few pixels lie between the two surfaces; on a slope half of them do.
constexpr float kBetween = 0.25F;
constexpr float kMostBetween = 0.4F;
// How much more colour says than smeared depth, and colour differences (of 255) that say nothing.
constexpr float kColourSays = 2;
constexpr float kNoise = 12;

using Colour = std::array<float, 3>;

float squared_distance(const Colour& a, const Colour& b) {
    float sum = 0;
    for (std::size_t c = 0; c < a.size(); ++c) sum += (a[c] - b[c]) * (a[c] - b[c]);
    return sum;
}

struct Surface {
    float disparity = 0;
    Colour colour{};
    int pixels = 0;

    void add(float d, const Colour& c) {
        disparity += d;
        for (std::size_t i = 0; i < c.size(); ++i) colour[i] += c[i];
        ++pixels;
    }
    void finish() {
        const float scale = 1.0F / static_cast<float>(pixels);
        disparity *= scale;
        for (float& value : colour) value *= scale;
    }
};

// A pixel beside a step: what it would be on either side, and for which one more speaks.
struct Candidate {
    int x = 0;
    float near = 0;
    float far = 0;
};

template <class T>
class Snapper {
 public:
    Snapper(const Image& picture, const Disparity& disparity)
        : picture_(picture),
          disparity_(disparity),
          reach_(std::max(2, static_cast<int>(std::lround(kReach * picture.width())))),
          stride_(std::max(2, reach_ / 2)),
          votes_(picture.size()),
          rows_(static_cast<std::size_t>(picture.height())) {}

    Disparity snap(const RunContext& run) {
        find_ranges(run);
        core::parallel_rows(run, picture_.height(), [&](int begin, int end) {
            run.throw_if_stopped();
            for (int y = begin; y < end; ++y) find_candidates(y);
        });
        Disparity snapped = disparity_;
        core::parallel_rows(run, picture_.height(), [&](int begin, int end) {
            for (int y = begin; y < end; ++y)
                for (const Candidate& candidate : rows_[static_cast<std::size_t>(y)])
                    snapped.at(candidate.x, y) =
                        count_votes(candidate.x, y) > 0 ? candidate.near : candidate.far;
        });
        return snapped;
    }

 private:
    [[nodiscard]] Colour read(int x, int y) const {
        constexpr float kScale = 255.0F / std::numeric_limits<T>::max();
        const T* pixel = picture_.row<T>(y) + x * picture_.channels();
        return {kScale * static_cast<float>(pixel[0]), kScale * static_cast<float>(pixel[1]),
                kScale * static_cast<float>(pixel[2])};
    }

    // Some pixels around (x, y): enough to tell both surfaces.
    template <class Body>
    void visit(int x, int y, const Body& body) const {
        for (int to_y = std::max(0, y - reach_);
             to_y <= std::min(picture_.height() - 1, y + reach_); to_y += stride_)
            for (int to_x = std::max(0, x - reach_);
                 to_x <= std::min(picture_.width() - 1, x + reach_); to_x += stride_)
                body(to_x, to_y, disparity_.at(to_x, to_y));
    }

    // Blocks of the reach's size, so that a block and its neighbours hold all that a pixel looks
    // at.
    void find_ranges(const RunContext& run) {
        const int across = (picture_.width() + reach_ - 1) / reach_;
        const int down = (picture_.height() + reach_ - 1) / reach_;
        low_ = Matte({across, down}, std::numeric_limits<float>::infinity());
        high_ = Matte({across, down}, -std::numeric_limits<float>::infinity());
        core::parallel_rows(run, down, [&](int begin, int end) {
            for (int y = begin * reach_; y < std::min(end * reach_, picture_.height()); ++y)
                for (int x = 0; x < picture_.width(); ++x) {
                    float& low = low_.at(x / reach_, y / reach_);
                    float& high = high_.at(x / reach_, y / reach_);
                    low = std::min(low, disparity_.at(x, y));
                    high = std::max(high, disparity_.at(x, y));
                }
        });
    }

    [[nodiscard]] bool may_hold_step(int block_x, int block_y) const {
        float low = low_.at(block_x, block_y), high = high_.at(block_x, block_y);
        for (int y = std::max(0, block_y - 1); y <= std::min(low_.height() - 1, block_y + 1); ++y)
            for (int x = std::max(0, block_x - 1); x <= std::min(low_.width() - 1, block_x + 1);
                 ++x) {
                low = std::min(low, low_.at(x, y));
                high = std::max(high, high_.at(x, y));
            }
        return high - low >= kStepPx;
    }

    void find_candidates(int y) {
        for (int block = 0; block < low_.width(); ++block) {
            if (!may_hold_step(block, y / reach_)) continue;
            for (int x = block * reach_; x < std::min((block + 1) * reach_, picture_.width()); ++x)
                judge(x, y);
        }
    }

    void judge(int x, int y) {
        float low = disparity_.at(x, y), high = low;
        visit(x, y, [&](int, int, float d) {
            low = std::min(low, d);
            high = std::max(high, d);
        });
        const float step = high - low;
        if (step < kStepPx) return;
        Surface near, far;
        int between = 0;
        visit(x, y, [&](int to_x, int to_y, float d) {
            if (d > high - kBetween * step)
                near.add(d, read(to_x, to_y));
            else if (d < low + kBetween * step)
                far.add(d, read(to_x, to_y));
            else
                ++between;
        });
        const int all = near.pixels + far.pixels + between;
        if (near.pixels == 0 || far.pixels == 0 ||
            static_cast<float>(between) > kMostBetween * static_cast<float>(all))
            return;
        near.finish();
        far.finish();
        const Colour own = read(x, y);
        const float to_near = squared_distance(own, near.colour);
        const float to_far = squared_distance(own, far.colour);
        const float by_colour = (to_far - to_near) / (to_far + to_near + 3 * kNoise * kNoise);
        const float by_depth = 2 * (disparity_.at(x, y) - low) / step - 1;
        votes_.at(x, y) = kColourSays * by_colour + by_depth;
        rows_[static_cast<std::size_t>(y)].push_back({x, near.disparity, far.disparity});
    }

    // A pixel and its neighbours decide together, so that outlines are not ragged.
    [[nodiscard]] float count_votes(int x, int y) const {
        float sum = votes_.at(x, y);
        for (int to_y = std::max(0, y - 1); to_y <= std::min(picture_.height() - 1, y + 1); ++to_y)
            for (int to_x = std::max(0, x - 1); to_x <= std::min(picture_.width() - 1, x + 1);
                 ++to_x)
                sum += votes_.at(to_x, to_y);
        return sum;
    }

    const Image& picture_;
    const Disparity& disparity_;
    int reach_ = 0;
    int stride_ = 2;
    Matte low_{}, high_{};  // of disparity, a block a value
    Matte votes_;
    std::vector<std::vector<Candidate>> rows_;
};

}  // namespace
}  // namespace stereo

Disparity snap_edges(const Disparity& disparity, const Image& picture, const RunContext& run) {
    stereo::require_size(disparity.size(), picture.size(), "disparity");
    if (picture.sample_type() == SampleType::u8)
        return stereo::Snapper<std::uint8_t>(picture, disparity).snap(run);
    return stereo::Snapper<std::uint16_t>(picture, disparity).snap(run);
}

}  // namespace diorama
