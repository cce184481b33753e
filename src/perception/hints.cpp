#include "perception/hints.h"

#include <fmt/format.h>

#include "diorama/error.h"

namespace diorama::perception {
namespace {

[[noreturn]] void refuse(const std::string& message, const std::string& context) {
    throw Error(ErrorCode::usage, message, context);
}

}  // namespace

void check_hints(Size size, const SubjectHints& hints) {
    const auto picture = fmt::format("the picture, which is {}x{}", size.width, size.height);
    if (!hints.box && hints.subject_points.empty())
        refuse("needs a box or a point on the subject", "matte");
    if (hints.box) {
        const Rect& box = *hints.box;
        if (box.width < 1 || box.height < 1) refuse("the box is empty", "--box");
        if (box.x >= size.width || box.y >= size.height || std::int64_t{box.x} + box.width <= 0 ||
            std::int64_t{box.y} + box.height <= 0)
            refuse(fmt::format("the box {},{},{},{} lies outside {}", box.x, box.y, box.width,
                               box.height, picture),
                   "--box");
    }
    const auto check_points = [&](const std::vector<Point>& points, const std::string& context) {
        for (const auto& point : points)
            if (point.x < 0 || point.y < 0 || point.x >= size.width || point.y >= size.height)
                refuse(fmt::format("the point {},{} lies outside {}", point.x, point.y, picture),
                       context);
    };
    check_points(hints.subject_points, "--point");
    check_points(hints.background_points, "--not-point");
}

}  // namespace diorama::perception
