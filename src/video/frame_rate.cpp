#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <numeric>
#include <string_view>

#include "diorama/error.h"
#include "diorama/video.h"

namespace diorama {
namespace {

constexpr std::int64_t kMaxFrameRate = 1000;

std::optional<std::int64_t> parse_whole(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc() || end != text.data() + text.size() || value <= 0 ||
        value > 1'000'000'000)
        return std::nullopt;
    return value;
}

Rational reduce(std::int64_t num, std::int64_t den) {
    const std::int64_t divisor = std::gcd(num, den);
    return {num / divisor, den / divisor};
}

std::optional<Rational> parse_decimal(std::string_view text) {
    double value = 0;
    const auto [end, code] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (code != std::errc() || end != text.data() + text.size() || !(value > 0) ||
        value > kMaxFrameRate)
        return std::nullopt;
    // 23.976, 29.97, 59.94, 119.88 are how people write n·1000/1001.
    const std::int64_t whole = std::llround(std::ceil(value));
    const bool ntsc = whole % 24 == 0 || whole % 15 == 0;
    if (ntsc && value != static_cast<double>(whole) &&
        std::abs(value - static_cast<double>(whole) * 1000 / 1001) < 0.005)
        return reduce(whole * 1000, 1001);
    const Rational exact = reduce(std::llround(value * 1000), 1000);
    if (exact.num == 0) return std::nullopt;
    return exact;
}

}  // namespace

Rational parse_frame_rate(std::string_view text) {
    std::optional<Rational> rate;
    if (const auto slash = text.find('/'); slash != std::string_view::npos) {
        const auto num = parse_whole(text.substr(0, slash));
        const auto den = parse_whole(text.substr(slash + 1));
        if (num && den && *num <= kMaxFrameRate * *den) rate = reduce(*num, *den);
    } else {
        rate = parse_decimal(text);
    }
    if (!rate)
        throw Error(ErrorCode::usage,
                    fmt::format("'{}' is no frame rate; write it as 25, 29.97 or 30000/1001", text),
                    "--fps");
    return *rate;
}

}  // namespace diorama
