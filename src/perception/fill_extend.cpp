#include <algorithm>
#include <vector>

#include "perception/fill_methods.h"

namespace diorama::perception {
namespace {

// Of inverse depth 0…1: the two ends of a run differ clearly in depth.
constexpr float kStep = 0.05F;
// A run whose end is softer than this is taken for one pixel more.
constexpr float kHard = 0.99F;

// A run of unknown pixels in a row, and what lies at its ends.
struct Run {
    int begin = 0;
    int end = 0;
    bool from_left = false;
    bool from_right = false;
};

Run next_run(const float* hole, int width, int x) {
    while (x < width && !(hole[x] > kHole)) ++x;
    Run run{.begin = x, .end = x};
    while (run.end < width && hole[run.end] > kHole) ++run.end;
    if (run.begin == run.end) return run;
    if (run.begin > 0 && hole[run.begin] < kHard) --run.begin;
    if (run.end < width && hole[run.end - 1] < kHard) ++run.end;
    run.from_left = run.begin > 0;
    run.from_right = run.end < width;
    return run;
}

void choose_far_end(Run& run, const float* depth) {
    if (!run.from_left || !run.from_right) return;
    const float step = depth[run.begin - 1] - depth[run.end];
    if (step > kStep) run.from_left = false;
    if (step < -kStep) run.from_right = false;
}

template <class T>
void extend(T* row, int channels, const Run& run) {
    const T* left = row + (run.begin - 1) * channels;
    const T* right = row + run.end * channels;
    if (run.from_left != run.from_right) {
        const T* from = run.from_left ? left : right;
        for (int x = run.begin; x < run.end; ++x) std::copy_n(from, channels, row + x * channels);
        return;
    }
    const float step = 1.0F / static_cast<float>(run.end - run.begin + 1);
    for (int c = 0; c < channels; ++c) {
        const float slope = (static_cast<float>(right[c]) - static_cast<float>(left[c])) * step;
        float value = static_cast<float>(left[c]) + 0.5F;
        for (int x = run.begin; x < run.end; ++x)
            row[x * channels + c] = static_cast<T>(value += slope);
    }
}

// Rows without any background are those of the nearest row that has some, or grey.
void fill_empty_rows(Image& picture, const std::vector<uchar>& is_empty) {
    const int height = picture.height();
    const auto empty = [&](int y) { return is_empty[static_cast<std::size_t>(y)] != 0; };
    for (int y = 0; y < height; ++y) {
        if (!empty(y)) continue;
        int away = 1;
        const auto known = [&](int row) { return row >= 0 && row < height && !empty(row); };
        while (away < height && !known(y - away) && !known(y + away)) ++away;
        auto* row = picture.row<std::uint8_t>(y);
        if (away < height)
            std::copy_n(picture.row<std::uint8_t>(known(y - away) ? y - away : y + away),
                        picture.row_bytes(), row);
        else
            std::fill_n(row, picture.row_bytes(), picture.channels() == 4 ? 0 : 128);
    }
}

// One thread reads the hole about as fast as memory gives it.
template <class T>
void extend_all(Image& picture, const Matte& hole, const InverseDepth* depth,
                const RunContext& run) {
    std::vector<uchar> is_empty(static_cast<std::size_t>(picture.height()), 0);
    for (int y = 0; y < picture.height(); ++y) {
        run.throw_if_stopped();
        for (Run gap = next_run(hole.row(y), picture.width(), 0); gap.begin < gap.end;
             gap = next_run(hole.row(y), picture.width(), gap.end)) {
            if (depth != nullptr) choose_far_end(gap, depth->row(y));
            if (gap.from_left || gap.from_right)
                extend(picture.row<T>(y), picture.channels(), gap);
            else
                is_empty[static_cast<std::size_t>(y)] = 1;
        }
    }
    fill_empty_rows(picture, is_empty);
}

}  // namespace

void extend_rows(Image& picture, const Matte& hole, const InverseDepth* depth,
                 const RunContext& run) {
    if (picture.sample_type() == SampleType::u8)
        extend_all<std::uint8_t>(picture, hole, depth, run);
    else
        extend_all<std::uint16_t>(picture, hole, depth, run);
}

}  // namespace diorama::perception
