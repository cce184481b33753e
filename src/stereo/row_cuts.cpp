#include "stereo/row_cuts.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace diorama::stereo {
namespace {

// Neighbours whose disparities differ by more lie on two surfaces. A slope, and so no other in a
// larger picture.
constexpr float kSteepest = 0.75F;
// Outlines are as soft as lenses draw them: a share of the width.
constexpr float kSoftOutline = 0.001F;
// Sides whose colours differ by less than this share of the range tell nothing of the mixture.
constexpr float kContrast = 0.12F;
// A pixel of the farther side with less of the nearer one in it owes that to its own texture.
constexpr float kLeastMixture = 0.15F;

int rim_px(int width) {
    return std::clamp(static_cast<int>(std::lround(kSoftOutline * static_cast<float>(width))), 1,
                      kWidestRim);
}

int find_step(const float* d, int x, int width) {
    constexpr int kBlock = 32;
    const auto is_step = [&](int at) { return std::abs(d[at + 1] - d[at]) > kSteepest; };
    for (; x + kBlock < width; x += kBlock) {
        int steps = 0;
        for (int i = 0; i < kBlock; ++i) steps |= static_cast<int>(is_step(x + i));
        if (steps != 0) break;
    }
    while (x + 1 < width && !is_step(x)) ++x;
    return x + 1;
}

void find_spans(const float* d, int width, std::vector<Span>& spans) {
    spans.clear();
    for (int x = 0; x < width;) {
        const int end = find_step(d, x, width);
        spans.push_back({x, end});
        x = end;
    }
}

template <class T>
std::array<float, 4> read(const T* pixels, int channels, int x) {
    std::array<float, 4> colour{};
    for (int c = 0; c < channels; ++c) colour[c] = static_cast<float>(pixels[x * channels + c]);
    return colour;
}

float dot(const std::array<float, 4>& a, const std::array<float, 4>& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
}

std::array<float, 4> minus(const std::array<float, 4>& a, const std::array<float, 4>& b) {
    return {a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3]};
}

// A step between two surfaces, seen from the nearer one.
struct Step {
    Span near{};
    Span far{};
    int outwards = 1;  // −1 where the nearer side is the right one
    int outside = 1;   // so many pixels of the farther side may be mixtures

    // The nearer side's last pixel; the others are counted from it, outwards.
    [[nodiscard]] int edge() const { return outwards > 0 ? near.end - 1 : near.begin; }
};

Step step_after(const std::vector<Span>& spans, std::size_t i, const float* disparity,
                int widest_rim) {
    const Span left = spans[i], right = spans[i + 1];
    Step step = disparity[left.end - 1] > disparity[right.begin] ? Step{left, right, 1}
                                                                 : Step{right, left, -1};
    step.outside = std::min(widest_rim, (step.far.length() - 1) / 2);
    return step;
}

template <class T>
Rim make_rim(const T* pixels, int channels, const float* disparity, const Step& step) {
    const auto at = [&](int steps) { return step.edge() + step.outwards * steps; };
    const int outside = step.outside;
    // Colours of both sides, from beyond the mixtures.
    const auto near = read(pixels, channels, at(-std::min(1, step.near.length() - 1)));
    const auto far = read(pixels, channels, at(std::min(outside + 2, step.far.length())));
    const auto across = minus(near, far);
    const float contrast = dot(across, across);
    const float least = kContrast * static_cast<float>(std::numeric_limits<T>::max());
    const auto alpha_of = [&](int i, const std::array<float, 4>& colour) {
        if (i == 0) return 1.0F;
        if (i > outside) return 0.0F;
        if (contrast < least * least) return 0.0F;
        const float share = dot(minus(colour, far), across) / contrast;
        return (share - kLeastMixture) / (1 - kLeastMixture);
    };

    Rim rim;
    float alpha = 1;
    for (int i = 0; i <= outside + 1; ++i) {
        const auto colour = read(pixels, channels, at(i));
        alpha = std::clamp(alpha_of(i, colour), 0.0F, alpha);
        RimSample& sample = rim.samples[static_cast<std::size_t>(rim.count++)];
        sample.x = static_cast<float>(at(i));
        sample.disparity = disparity[step.edge()];
        sample.alpha = alpha;
        // What the mixture of both sides does not explain belongs to both alike.
        for (std::size_t c = 0; c < colour.size(); ++c)
            sample.colour[c] = alpha * (near[c] + colour[c] - (far[c] + alpha * across[c]));
    }
    return rim;
}

// How many pixels of the farther side, counted from the step, show the nearer one.
int count_mixed(const Rim& rim) {
    int mixed = 0;
    for (int i = 1; i < rim.count && rim.samples[static_cast<std::size_t>(i)].alpha > 0; ++i)
        ++mixed;
    return mixed;
}

}  // namespace

template <class T>
void cut_row(const T* pixels, int channels, const float* disparity, int width, RowCuts& cuts) {
    find_spans(disparity, width, cuts.opaque);
    cuts.rims.clear();
    if (cuts.opaque.size() == 1) return;
    const std::vector<Span> whole = cuts.opaque;
    const int widest_rim = rim_px(width);
    for (std::size_t i = 0; i + 1 < whole.size(); ++i) {
        const Step step = step_after(whole, i, disparity, widest_rim);
        const Rim& rim = cuts.rims.emplace_back(make_rim(pixels, channels, disparity, step));
        const int mixed = count_mixed(rim);
        if (step.outwards > 0)
            cuts.opaque[i + 1].begin += mixed;
        else
            cuts.opaque[i].end -= mixed;
    }
}

template void cut_row(const std::uint8_t*, int, const float*, int, RowCuts&);
template void cut_row(const std::uint16_t*, int, const float*, int, RowCuts&);

}  // namespace diorama::stereo
