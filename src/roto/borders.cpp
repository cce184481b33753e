#include "roto/borders.h"

#include <array>

namespace diorama::roto {
namespace {

// A direction counts quarters of a turn: to the right, down, left, up; clockwise, as y grows
// downwards.
constexpr int kUp = 3;
const std::array<cv::Point, 4> kSteps{cv::Point{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
// From a corner to the pixel that lies ahead on the left, and on the right, of one who walks so.
const std::array<cv::Point, 4> kAheadLeft{cv::Point{0, -1}, {0, 0}, {-1, 0}, {-1, -1}};
const std::array<cv::Point, 4> kAheadRight{cv::Point{0, 0}, {-1, 0}, {-1, -1}, {0, -1}};

int turn(int direction, int quarters) {
    return (direction + quarters + 4) % 4;
}

class Walker {
 public:
    explicit Walker(const Cover& cover)
        : cover_(cover), walked_up_(static_cast<std::size_t>(cover.size().area()) + 1, 0) {}

    std::vector<Border> walk_all() {
        std::vector<Border> borders;
        for (int y = 0; y < cover_.size().height; ++y)
            for (int x = 0; x < cover_.size().width; ++x)
                // Every way goes up somewhere, and there the pixel on its right begins a run.
                if (cover_.holds(x, y) && !cover_.holds(x - 1, y) && !was_walked({x, y + 1}))
                    borders.push_back(walk({x, y + 1}));
        return borders;
    }

 private:
    // Of the side that leads up from a corner, known by the pixel on its right.
    [[nodiscard]] char& mark(cv::Point corner) {
        return walked_up_[static_cast<std::size_t>(corner.y - 1) *
                              static_cast<std::size_t>(cover_.size().width) +
                          static_cast<std::size_t>(corner.x)];
    }
    [[nodiscard]] bool was_walked(cv::Point corner) { return mark(corner) != 0; }

    Border walk(cv::Point start) {
        Border border;
        std::int64_t doubled_area = 0;
        cv::Point at = start;
        int direction = kUp;
        do {
            if (direction == kUp) mark(at) = 1;
            const cv::Point left = at + kAheadLeft[direction];
            border.corners.push_back(at);
            border.beyond.push_back(cover_.at(left.x, left.y));
            const cv::Point next = at + kSteps[direction];
            doubled_area += std::int64_t{at.x} * next.y - std::int64_t{next.x} * at.y;
            at = next;
            direction = choose(at, direction);
        } while (at != start || direction != kUp);
        border.is_hole = doubled_area < 0;
        return border;
    }

    // The way on: as far left as the covered pixels reach.
    [[nodiscard]] int choose(cv::Point at, int direction) const {
        const cv::Point left = at + kAheadLeft[direction];
        const cv::Point right = at + kAheadRight[direction];
        if (cover_.holds(left.x, left.y)) return turn(direction, -1);
        return cover_.holds(right.x, right.y) ? direction : turn(direction, 1);
    }

    const Cover& cover_;
    std::vector<char> walked_up_;
};

}  // namespace

std::vector<Border> find_borders(const Cover& cover) {
    return Walker(cover).walk_all();
}

}  // namespace diorama::roto
