#include "roto/cover.h"

#include <algorithm>

namespace diorama::roto {
namespace {

// Distances of a chamfer (Borgefors, 1986): 3 along rows and columns, 4 along diagonals. They are
// doubled and the last bit says to whom it is that far: 1 to the tone itself, 0 to a lower one,
// which so wins where both are as far.
using Distance = std::uint16_t;
constexpr Distance kSide = 2 * 3;
constexpr Distance kDiagonal = 2 * 4;
constexpr Distance kOwn = 1;
constexpr Distance kLower = 0;
constexpr Distance kUnknown = 0xFFF0;  // of no one; even

Beyond lower(Tone tone) {
    return static_cast<Beyond>(static_cast<std::size_t>(Beyond::lowest) + index_of(tone));
}

class Distances {
 public:
    Distances(const ToneMap& tones, Tone tone)
        : tones_(tones),
          tone_(tone),
          stride_(static_cast<std::size_t>(tones.width()) + 2),
          values_(stride_ * (static_cast<std::size_t>(tones.height()) + 2), kUnknown) {
        for (int y = 0; y < tones.height(); ++y)
            std::transform(tones.row(y), tones.row(y) + tones.width(), row(y), [tone](Tone at) {
                return at == tone ? kOwn : at < tone ? kLower : kUnknown;
            });
        spread_down();
        spread_up();
    }

    // The pixel at x of a row that begins at -1.
    [[nodiscard]] const Distance* row(int y) const {
        return values_.data() + static_cast<std::size_t>(y + 1) * stride_ + 1;
    }
    [[nodiscard]] static bool is_own(Distance distance) {
        return distance < kUnknown && (distance & 1) == kOwn;
    }

 private:
    Distance* row(int y) { return const_cast<Distance*>(std::as_const(*this).row(y)); }

    static Distance step(Distance from, Distance length) {
        return from >= kUnknown - kDiagonal ? kUnknown : static_cast<Distance>(from + length);
    }
    // Towards (dx, dy) lies what has been visited before.
    void visit(int x, int y, int dx, int dy) {
        Distance* here = row(y) + x;
        const Distance* there = row(y + dy) + x;
        *here = std::min({*here, step(here[dx], kSide), step(there[0], kSide),
                          step(there[-1], kDiagonal), step(there[1], kDiagonal)});
    }
    void spread_down() {
        for (int y = 0; y < tones_.height(); ++y)
            for (int x = 0; x < tones_.width(); ++x)
                if (tones_.at(x, y) > tone_) visit(x, y, -1, -1);
    }
    void spread_up() {
        for (int y = tones_.height() - 1; y >= 0; --y)
            for (int x = tones_.width() - 1; x >= 0; --x)
                if (tones_.at(x, y) > tone_) visit(x, y, 1, 1);
    }

    const ToneMap& tones_;
    Tone tone_;
    std::size_t stride_;
    std::vector<Distance> values_;
};

}  // namespace

Cover::Cover(const ToneMap& tones, Tone tone)
    : size_(tones.size()),
      stride_(static_cast<std::size_t>(size_.width) + 2),
      cells_(stride_ * (static_cast<std::size_t>(size_.height) + 2), Beyond::frame) {
    const Distances distances(tones, tone);
    for (int y = 0; y < size_.height; ++y) {
        Beyond* cell = cells_.data() + static_cast<std::size_t>(y + 1) * stride_ + 1;
        const Distance* distance = distances.row(y);
        const Tone* tones_here = tones.row(y);
        for (int x = 0; x < size_.width; ++x)
            cell[x] = Distances::is_own(distance[x]) ? Beyond::inside
                      : tones_here[x] > tone         ? Beyond::higher
                                                     : lower(tones_here[x]);
    }
}

}  // namespace diorama::roto
