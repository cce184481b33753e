#include "pipeline/prompts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <sstream>
#include <utility>

#include "diorama/error.h"

namespace diorama::pipeline {
namespace {

// "3,4,5" as whole numbers.
std::vector<int> parse_numbers(const std::string& text, std::size_t count, const char* option,
                               const char* form) {
    std::vector<int> numbers;
    const char* at = text.data();
    const char* end = at + text.size();
    while (numbers.size() < count) {
        int number = 0;
        const auto [next, code] = std::from_chars(at, end, number);
        if (code != std::errc()) break;
        // Far outside of any picture, but no sum of two overflows.
        numbers.push_back(std::clamp(number, -1'000'000, 1'000'000));
        at = next;
        if (at == end || *at != ',') break;
        ++at;
    }
    if (numbers.size() != count || at != end)
        throw Error(ErrorCode::usage, fmt::format("'{}' is not {}", text, form), option);
    return numbers;
}

Rect parse_box(const std::string& text) {
    const auto n = parse_numbers(text, 4, "--box", "X,Y,WIDTH,HEIGHT in whole pixels");
    if (n[2] < 1 || n[3] < 1)
        throw Error(ErrorCode::usage, fmt::format("'{}' has no area", text), "--box");
    return {n[0], n[1], n[2], n[3]};
}

Point parse_point(const std::string& text, const char* option) {
    const auto n = parse_numbers(text, 2, option, "X,Y in whole pixels");
    return {n[0], n[1]};
}

void require_inside(const Rect& box, Size picture, const std::string& text, const char* option) {
    if (box.x + box.width <= 0 || box.y + box.height <= 0 || box.x >= picture.width ||
        box.y >= picture.height)
        throw Error(ErrorCode::usage,
                    fmt::format("'{}' lies outside of the picture, which is {}×{}", text,
                                picture.width, picture.height),
                    option);
}

std::vector<Point> map_points(const std::vector<std::string>& texts, const char* option,
                              const Fitting& fitting) {
    std::vector<Point> points;
    for (const std::string& text : texts) {
        const Point point = parse_point(text, option);
        require_inside({point.x, point.y, 1, 1}, fitting.from, text, option);
        points.push_back(fitting.map(point));
    }
    return points;
}

}  // namespace

std::vector<std::string> texts_of(const SubjectSource& source) {
    std::vector<std::string> texts;
    for (const std::string& text : source.text) {
        std::istringstream parts(text);
        for (std::string part; std::getline(parts, part, ',');) {
            const auto first = part.find_first_not_of(" \t");
            if (first == std::string::npos) continue;
            texts.push_back(part.substr(first, part.find_last_not_of(" \t") + 1 - first));
        }
    }
    return texts;
}

void check_hints(const SubjectSource& source) {
    for (const std::string& text : source.box) (void)parse_box(text);
    for (const std::string& text : source.point) (void)parse_point(text, "--point");
    for (const std::string& text : source.not_point) (void)parse_point(text, "--not-point");
    if (!source.not_point.empty() && source.point.empty() && source.box.empty())
        throw Error(ErrorCode::usage, "needs a --point or a --box too", "--not-point");
}

PointsOf points_of(const SubjectSource& source, const Fitting& fitting) {
    return {.subject = map_points(source.point, "--point", fitting),
            .background = map_points(source.not_point, "--not-point", fitting)};
}

std::vector<SubjectHints> hints_of(const SubjectSource& source, const Fitting& fitting) {
    const PointsOf given = points_of(source, fitting);
    const std::vector<Point>& points = given.subject;
    const std::vector<Point>& not_points = given.background;
    std::vector<SubjectHints> hints;
    for (const std::string& text : source.box) {
        const Rect box = parse_box(text);
        require_inside(box, fitting.from, text, "--box");
        const Rect mapped = fitting.map(box);
        const auto inside = [&](const Point& p) {
            return p.x >= mapped.x && p.y >= mapped.y && p.x < mapped.x + mapped.width &&
                   p.y < mapped.y + mapped.height;
        };
        SubjectHints hint{.box = mapped, .background_points = not_points};
        std::copy_if(points.begin(), points.end(), std::back_inserter(hint.subject_points), inside);
        hints.push_back(std::move(hint));
    }
    if (hints.empty() && !points.empty())
        hints.push_back({.subject_points = points, .background_points = not_points});
    return hints;
}

}  // namespace diorama::pipeline
