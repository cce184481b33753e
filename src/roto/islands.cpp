#include <algorithm>
#include <array>
#include <numeric>

#include "diorama/tones.h"

namespace diorama {
namespace {

// An island may border on others that are cleaned with it.
constexpr int kRounds = 4;

using Counts = std::array<int, kTones.size()>;

// Islands of one tone, by union and find.
class Islands {
 public:
    explicit Islands(const ToneMap& tones) : tones_(tones), parents_(tones.tones().size()) {
        std::iota(parents_.begin(), parents_.end(), 0);
        for_each_pair([&](int a, int b) {
            if (tone_of(a) == tone_of(b)) unite(a, b);
        });
        areas_.resize(parents_.size());
        for (int i = 0; i < static_cast<int>(parents_.size()); ++i)
            ++areas_[static_cast<std::size_t>(parents_[static_cast<std::size_t>(i)] = find(i))];
    }

    [[nodiscard]] int of(int pixel) const { return parents_[static_cast<std::size_t>(pixel)]; }
    [[nodiscard]] int area_of(int pixel) const {
        return areas_[static_cast<std::size_t>(of(pixel))];
    }

    // All neighbours along rows and columns, once each.
    template <class Visit>
    void for_each_pair(const Visit& visit) const {
        for (int y = 0; y < tones_.height(); ++y)
            for (int x = 0; x < tones_.width(); ++x) {
                const int pixel = y * tones_.width() + x;
                if (x > 0) visit(pixel - 1, pixel);
                if (y > 0) visit(pixel - tones_.width(), pixel);
            }
    }

 private:
    [[nodiscard]] Tone tone_of(int pixel) const {
        return tones_.tones()[static_cast<std::size_t>(pixel)];
    }
    int find(int pixel) {
        auto parent = [&](int of) -> int& { return parents_[static_cast<std::size_t>(of)]; };
        while (parent(pixel) != pixel) pixel = parent(pixel) = parent(parent(pixel));
        return pixel;
    }
    void unite(int a, int b) {
        a = find(a);
        b = find(b);
        parents_[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
    }

    const ToneMap& tones_;
    std::vector<int> parents_;
    std::vector<int> areas_;
};

bool clean_once(ToneMap& tones, int min_area_px) {
    const Islands islands(tones);
    const auto is_small = [&](int pixel) {
        const int area = islands.area_of(pixel);
        return area < min_area_px && area < static_cast<int>(tones.tones().size());
    };
    std::vector<std::pair<int, Tone>> borders;  // an island, and the tone of a neighbour
    islands.for_each_pair([&](int a, int b) {
        if (islands.of(a) == islands.of(b)) return;
        if (is_small(a))
            borders.emplace_back(islands.of(a), tones.tones()[static_cast<std::size_t>(b)]);
        if (is_small(b))
            borders.emplace_back(islands.of(b), tones.tones()[static_cast<std::size_t>(a)]);
    });
    if (borders.empty()) return false;
    std::ranges::sort(borders);

    // The most frequent neighbour of each; of several, the one that is stacked lowest.
    std::vector<std::pair<int, Tone>> chosen;
    for (auto first = borders.begin(); first != borders.end();) {
        Counts counts{};
        auto last = first;
        for (; last != borders.end() && last->first == first->first; ++last)
            ++counts[index_of(last->second)];
        const auto most = std::ranges::max_element(counts) - counts.begin();
        chosen.emplace_back(first->first, kTones[static_cast<std::size_t>(most)]);
        first = last;
    }
    for (int pixel = 0; pixel < static_cast<int>(tones.tones().size()); ++pixel) {
        if (!is_small(pixel)) continue;
        const auto found =
            std::ranges::lower_bound(chosen, islands.of(pixel), {}, &std::pair<int, Tone>::first);
        tones.tones()[static_cast<std::size_t>(pixel)] = found->second;
    }
    return true;
}

}  // namespace

void clean_islands(ToneMap& tones, int min_area_px) {
    for (int round = 0; round < kRounds && clean_once(tones, min_area_px); ++round) {
    }
}

}  // namespace diorama
