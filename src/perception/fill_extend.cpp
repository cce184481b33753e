#include <algorithm>
#include <vector>

#include "diorama/opencv.h"
#include "perception/fill_methods.h"

namespace diorama::perception {
namespace {

// Of inverse depth 0…1: the two ends of a run differ clearly in depth.
constexpr float kStep = 0.05F;
// A hole with values below this has a soft edge.
constexpr float kHard = 0.99F;

// A run of unknown pixels in a row, and what lies at its ends.
struct Run {
    int y = 0;
    int begin = 0;
    int end = 0;
    bool from_left = false;
    bool from_right = false;
};

// Most pixels are known: whole blocks of them are passed at once.
int find_unknown(const float* hole, int width, int x) {
    constexpr int kBlock = 64;
    for (; x + kBlock <= width; x += kBlock) {
        int unknown = 0;
        for (int i = 0; i < kBlock; ++i) unknown |= static_cast<int>(hole[x + i] > kHole);
        if (unknown != 0) break;
    }
    while (x < width && !(hole[x] > kHole)) ++x;
    return x;
}

std::vector<Run> find_runs(const Matte& hole, const RunContext& run) {
    std::vector<Run> runs;
    const int width = hole.width();
    for (int y = 0; y < hole.height(); ++y) {
        run.throw_if_stopped();
        const float* row = hole.row(y);
        for (int x = find_unknown(row, width, 0); x < width; x = find_unknown(row, width, x)) {
            const int begin = x;
            while (x < width && row[x] > kHole) ++x;
            runs.push_back({y, begin, x, begin > 0, x < width});
        }
    }
    return runs;
}

bool has_soft_edge(const Matte& hole, const std::vector<Run>& runs) {
    return std::ranges::any_of(runs, [&](const Run& run) {
        const float* row = hole.row(run.y);
        return row[run.begin] < kHard || row[run.end - 1] < kHard;
    });
}

Matte grow(const Matte& hole) {
    const Hole found = find_hole(hole);
    Matte grown(hole.size());
    as_mat(grown)(found.crop).setTo(1, found.cover > 0);
    return grown;
}

void choose_far_end(Run& run, const float* depth) {
    if (!run.from_left || !run.from_right) return;
    const float step = depth[run.begin - 1] - depth[run.end];
    if (step > kStep) run.from_left = false;
    if (step < -kStep) run.from_right = false;
}

// From one end to the other. What is transparent has no say in the colour.
template <class T>
void blend_ends(T* row, int channels, bool straight, const Run& run) {
    const T* left = row + (run.begin - 1) * channels;
    const T* right = row + run.end * channels;
    const float left_alpha = straight ? static_cast<float>(left[3]) : 1.0F;
    const float right_alpha = straight ? static_cast<float>(right[3]) : 1.0F;
    const float step = 1.0F / static_cast<float>(run.end - run.begin + 1);
    for (int x = run.begin; x < run.end; ++x) {
        const float share = static_cast<float>(x - run.begin + 1) * step;
        const float of_left = (1 - share) * left_alpha, of_right = share * right_alpha;
        const float scale = 1 / std::max(of_left + of_right, 1e-6F);
        T* out = row + x * channels;
        for (int c = 0; c < 3; ++c)
            out[c] = cv::saturate_cast<T>(scale * (of_left * static_cast<float>(left[c]) +
                                                   of_right * static_cast<float>(right[c])));
        if (channels == 4)
            out[3] = cv::saturate_cast<T>((1 - share) * static_cast<float>(left[3]) +
                                          share * static_cast<float>(right[3]));
    }
}

template <class T>
void extend(T* row, int channels, bool straight, const Run& run) {
    if (run.from_left && run.from_right) return blend_ends(row, channels, straight, run);
    const T* from = row + (run.from_left ? run.begin - 1 : run.end) * channels;
    for (int x = run.begin; x < run.end; ++x) std::copy_n(from, channels, row + x * channels);
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

template <class T>
void extend_all(Image& picture, std::vector<Run>& runs, const InverseDepth* depth) {
    const bool straight = picture.alpha() == AlphaKind::straight;
    std::vector<uchar> is_empty(static_cast<std::size_t>(picture.height()), 0);
    for (Run& run : runs) {
        if (depth != nullptr) choose_far_end(run, depth->row(run.y));
        if (run.from_left || run.from_right)
            extend(picture.row<T>(run.y), picture.channels(), straight, run);
        else
            is_empty[static_cast<std::size_t>(run.y)] = 1;
    }
    fill_empty_rows(picture, is_empty);
}

}  // namespace

// One thread reads the hole about as fast as memory gives it.
void extend_rows(Image& picture, const Matte& hole, const InverseDepth* depth,
                 const RunContext& run) {
    std::vector<Run> runs = find_runs(hole, run);
    if (has_soft_edge(hole, runs)) runs = find_runs(grow(hole), run);
    if (picture.sample_type() == SampleType::u8)
        extend_all<std::uint8_t>(picture, runs, depth);
    else
        extend_all<std::uint16_t>(picture, runs, depth);
}

}  // namespace diorama::perception
