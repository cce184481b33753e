#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "diorama/tones.h"

namespace diorama {
namespace {

// An island may border on others that are cleaned with it.
constexpr int kRounds = 4;

using Counts = std::array<int, kTones.size()>;

// Pixels of one tone that follow each other in a row.
struct Run {
    Tone tone = Tone::background;
    int y = 0;
    int begin = 0;
    int end = 0;
    std::size_t island = 0;  // the number of a run of it, the same for all
    [[nodiscard]] int length() const { return end - begin; }
};

class Islands {
 public:
    explicit Islands(const ToneMap& tones) {
        for (int y = 0; y < tones.height(); ++y) divide(tones.row(y), tones.width(), y);
        rows_.push_back(runs_.size());
        visit_touching([&](std::size_t a, std::size_t b, int) {
            if (runs_[a].tone == runs_[b].tone) unite(a, b);
        });
        areas_.resize(runs_.size());
        for (std::size_t i = 0; i < runs_.size(); ++i) {
            runs_[i].island = find(i);
            areas_[runs_[i].island] += runs_[i].length();
        }
    }

    [[nodiscard]] const std::vector<Run>& runs() const { return runs_; }
    [[nodiscard]] int area_of(const Run& run) const { return areas_[run.island]; }

    // Each two runs that touch along sides of pixels, and along how many.
    template <class Visit>
    void visit_touching(const Visit& visit) const {
        for (std::size_t y = 0; y + 1 < rows_.size(); ++y) {
            for (std::size_t i = rows_[y]; i + 1 < rows_[y + 1]; ++i) visit(i, i + 1, 1);
            if (y == 0) continue;
            for (std::size_t above = rows_[y - 1], here = rows_[y];
                 above < rows_[y] && here < rows_[y + 1];) {
                const Run& a = runs_[above];
                const Run& b = runs_[here];
                const int sides = std::min(a.end, b.end) - std::max(a.begin, b.begin);
                if (sides > 0) visit(above, here, sides);
                if (a.end < b.end)
                    ++above;
                else
                    ++here;
            }
        }
    }

 private:
    void divide(const Tone* row, int width, int y) {
        rows_.push_back(runs_.size());
        for (int begin = 0; begin < width;) {
            const auto* end = std::find_if(row + begin, row + width,
                                           [&](Tone tone) { return tone != row[begin]; });
            const int next = static_cast<int>(end - row);
            runs_.push_back({row[begin], y, begin, next, runs_.size()});
            begin = next;
        }
    }
    std::size_t find(std::size_t run) {
        while (runs_[run].island != run) run = runs_[run].island = runs_[runs_[run].island].island;
        return run;
    }
    void unite(std::size_t a, std::size_t b) {
        a = find(a);
        b = find(b);
        runs_[std::max(a, b)].island = std::min(a, b);
    }

    std::vector<Run> runs_;
    std::vector<std::size_t> rows_;  // the first run of each row, and the end
    std::vector<int> areas_;         // by island
};

bool clean_once(ToneMap& tones, int min_area_px) {
    const Islands islands(tones);
    const auto is_small = [&](const Run& run) {
        const int area = islands.area_of(run);
        return area < min_area_px && area < static_cast<int>(tones.tones().size());
    };
    const std::vector<Run>& runs = islands.runs();
    std::vector<Counts> around(runs.size());  // how many sides of an island each tone has
    islands.visit_touching([&](std::size_t a, std::size_t b, int sides) {
        if (runs[a].tone == runs[b].tone) return;
        around[runs[a].island][index_of(runs[b].tone)] += sides;
        around[runs[b].island][index_of(runs[a].tone)] += sides;
    });
    bool has_changed = false;
    for (const Run& run : runs) {
        if (!is_small(run)) continue;
        const Counts& counts = around[run.island];
        const Tone most =
            kTones[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
        std::fill(tones.row(run.y) + run.begin, tones.row(run.y) + run.end, most);
        has_changed = true;
    }
    return has_changed;
}

}  // namespace

void clean_islands(ToneMap& tones, int min_area_px) {
    for (int round = 0; round < kRounds && clean_once(tones, min_area_px); ++round) {
    }
}

}  // namespace diorama
