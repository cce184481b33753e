#include "steady/sightings.h"

#include <cmath>

#include "perception/read_between.h"
#include "steady/grid.h"

namespace diorama::steady {
namespace {

cv::Vec2f follow(const Flow& flow, Size frame, int x, int y) {
    const Size grid = flow.size();
    const perception::PlaceBetween at(grid, rescale(static_cast<float>(x), frame.width, grid.width),
                                      rescale(static_cast<float>(y), frame.height, grid.height));
    const float to_x = static_cast<float>(frame.width) / static_cast<float>(grid.width);
    const float to_y = static_cast<float>(frame.height) / static_cast<float>(grid.height);
    return {static_cast<float>(x) + to_x * at.read(flow.dx.row(0)),
            static_cast<float>(y) + to_y * at.read(flow.dy.row(0))};
}

}  // namespace

Sightings no_sightings(const HiddenArea& hidden) {
    const cv::Size size = hidden.area.size();
    return {.area = hidden.area,
            .frame = cv::Mat_<int>(size, -1),
            .place = cv::Mat_<cv::Vec2f>(size, cv::Vec2f(0, 0)),
            .made_up = cv::Mat_<uchar>(size, uchar(0))};
}

Sightings look_from(const HiddenArea& hidden, Size frame, const Neighbour& neighbour, int oldest) {
    Sightings found = no_sightings(hidden);
    for (int row = 0; row < hidden.area.height; ++row)
        for (int column = 0; column < hidden.area.width; ++column) {
            if (!hidden.hidden(row, column)) continue;
            const cv::Vec2f to =
                follow(*neighbour.flow, frame, hidden.area.x + column, hidden.area.y + row);
            const auto x = static_cast<int>(std::lround(to[0]));
            const auto y = static_cast<int>(std::lround(to[1]));
            if (x < 0 || y < 0 || x >= frame.width || y >= frame.height) continue;
            if (!neighbour.hidden->holds(x, y)) {
                found.frame(row, column) = neighbour.index;
                found.place(row, column) = to;
                continue;
            }
            const Sightings& there = *neighbour.sightings;
            const cv::Point at(x - there.area.x, y - there.area.y);
            if (there.frame(at) < 0) continue;
            found.made_up(row, column) = there.made_up(at);
            if (there.frame(at) >= oldest) {
                found.frame(row, column) = there.frame(at);
                const cv::Vec2f beside(to[0] - static_cast<float>(x),
                                       to[1] - static_cast<float>(y));
                found.place(row, column) = there.place(at) + beside;
            } else if (neighbour.is_filled) {
                found.frame(row, column) = neighbour.index;
                found.place(row, column) = to;
            }
        }
    return found;
}

}  // namespace diorama::steady
