#include "roto/group_holes.h"

#include <opencv2/imgproc.hpp>
#include <utility>

namespace diorama::roto {
namespace {

struct Area {
    std::size_t border = 0;
    cv::Rect box{};
    std::size_t shape = 0;
};

// Whether a hole's border, which lies within the area or beside it, lies within it. Both may share
// corners, where areas touch themselves; the middle of a pixel in the hole is on no border.
bool surrounds(const Border& border, const Border& hole) {
    const cv::Point corner = hole.corners.front();
    const cv::Point next = hole.corners[1];
    // On the left of the first side.
    const cv::Point2f within(
        0.5F * static_cast<float>(corner.x + next.x) + 0.5F * static_cast<float>(next.y - corner.y),
        0.5F * static_cast<float>(corner.y + next.y) -
            0.5F * static_cast<float>(next.x - corner.x));
    bool inside = false;
    for (std::ptrdiff_t i = 0; i < border.length(); ++i) {
        const cv::Point2f a = border.corner(i);
        const cv::Point2f b = border.corner(i + 1);
        if (a.x == b.x && (a.y < within.y) != (b.y < within.y) && a.x > within.x) inside = !inside;
    }
    return inside;
}

}  // namespace

std::vector<Shape> group_holes(const std::vector<Border>& borders, std::vector<Outline> outlines) {
    std::vector<Shape> shapes;
    std::vector<Area> areas;
    for (std::size_t i = 0; i < borders.size(); ++i) {
        if (borders[i].is_hole) continue;
        areas.push_back({i, cv::boundingRect(borders[i].corners), shapes.size()});
        shapes.push_back({.outlines = {std::move(outlines[i])}});
    }
    for (std::size_t i = 0; i < borders.size(); ++i) {
        if (!borders[i].is_hole) continue;
        const cv::Rect box = cv::boundingRect(borders[i].corners);
        const Area* innermost = nullptr;
        for (const Area& area : areas)
            if ((area.box & box) == box && surrounds(borders[area.border], borders[i]) &&
                (innermost == nullptr || area.box.area() < innermost->box.area()))
                innermost = &area;
        if (innermost != nullptr)
            shapes[innermost->shape].outlines.push_back(std::move(outlines[i]));
    }
    return shapes;
}

}  // namespace diorama::roto
