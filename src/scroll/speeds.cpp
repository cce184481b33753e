#include "scroll/speeds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "diorama/error.h"

namespace diorama::scroll {
namespace {

constexpr double kPaperFramesASecond = 30;
constexpr double kPaperWidth = 1840;
constexpr std::array<std::string_view, 3> kNames{"bg", "mg", "fg"};
// With one speed for all, the farthest plane has this part of it.
constexpr double kFarthest = 0.1;
// More than fifty widths a frame; nothing of it would be seen.
constexpr double kFastest = 100'000;

[[noreturn]] void refuse(const std::string& text, const std::string& reason) {
    throw Error(ErrorCode::usage, fmt::format("'{}' {}", text, reason), "--speed");
}

struct NamedSpeed {
    std::string_view name{};
    double speed = 0;
};

NamedSpeed parse_item(std::string_view item, const std::string& text) {
    NamedSpeed found;
    if (const auto equals = item.find('='); equals != std::string_view::npos) {
        found.name = item.substr(0, equals);
        item.remove_prefix(equals + 1);
        if (std::ranges::find(kNames, found.name) == kNames.end())
            refuse(text, fmt::format("names '{}'; the planes are bg, mg and fg", found.name));
    }
    const auto [end, code] = std::from_chars(item.data(), item.data() + item.size(), found.speed);
    if (code != std::errc() || end != item.data() + item.size() || !std::isfinite(found.speed))
        refuse(text, "is neither a speed nor a list such as bg=1.5,mg=9,fg=180");
    if (found.speed < 0) refuse(text, "has a speed below 0; --direction turns the world round");
    if (found.speed > kFastest) refuse(text, fmt::format("has a speed above {}", kFastest));
    return found;
}

std::vector<NamedSpeed> parse_items(const std::string& text) {
    std::vector<NamedSpeed> items;
    std::string_view rest = text;
    while (true) {
        const auto comma = rest.find(',');
        items.push_back(parse_item(rest.substr(0, comma), text));
        if (comma == std::string_view::npos) return items;
        rest.remove_prefix(comma + 1);
    }
}

std::vector<double> spread_by_depth(double nearest, const std::vector<float>& nearness) {
    const double far = nearness.front();
    const double range = nearness.back() - far;
    std::vector<double> speeds;
    for (const float near : nearness) {
        const double fraction = range > 0 ? std::clamp((near - far) / range, 0.0, 1.0) : 1.0;
        speeds.push_back(nearest * (kFarthest + (1 - kFarthest) * fraction));
    }
    return speeds;
}

}  // namespace

std::vector<double> parse_speeds(const std::string& text, const std::vector<float>& nearness) {
    const std::vector<NamedSpeed> items = parse_items(text);
    const std::size_t planes = nearness.size();
    const bool named = !items.front().name.empty();
    std::vector<double> speeds(planes);
    if (items.size() == 1 && !named) {
        speeds = spread_by_depth(items.front().speed, nearness);
    } else {
        if (items.size() != planes || (named && planes != kNames.size()))
            refuse(text, fmt::format("has {} speeds for {} planes", items.size(), planes));
        for (std::size_t n = 0; n < planes; ++n) {
            const auto item = named ? std::ranges::find(items, kNames[n], &NamedSpeed::name)
                                    : items.begin() + static_cast<std::ptrdiff_t>(n);
            if (item == items.end() || (!named && !item->name.empty()))
                refuse(text, "must name every plane once, or none");
            speeds[n] = item->speed;
        }
    }
    if (!std::ranges::is_sorted(speeds))
        refuse(text, "falls from far to near; nearer planes must not be slower");
    if (speeds.back() == 0) refuse(text, "moves nothing; the nearest plane needs a speed");
    return speeds;
}

double pixels_a_second(double speed, int length_px) {
    return speed * kPaperFramesASecond * length_px / kPaperWidth;
}

std::vector<PlaneMotion> close_loop(const std::vector<double>& asked_px, double period_px,
                                    double duration_s) {
    std::vector<PlaneMotion> motions;
    for (const double asked : asked_px) {
        PlaneMotion motion{.asked_px = asked, .period_px = period_px};
        if (asked > 0) {
            const auto nearest = std::lround(asked * duration_s / period_px);
            motion.periods = static_cast<int>(std::clamp(nearest, 1L, 1'000'000L));
            if (!motions.empty() && asked > motions.back().asked_px)
                motion.periods = std::max(motion.periods, motions.back().periods + 1);
            else if (!motions.empty())
                motion.periods = motions.back().periods;
        }
        motion.speed_px = motion.periods * period_px / duration_s;
        motions.push_back(motion);
    }
    return motions;
}

}  // namespace diorama::scroll
