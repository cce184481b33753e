#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <string>

#include "diorama/error.h"
#include "diorama/picture.h"

namespace diorama {
namespace {

struct ColourWord {
    std::string_view word;
    Colour colour;
};

// The words of CSS for basic colours, in both spellings of grey.
constexpr auto kWords = std::to_array<ColourWord>({
    {"black", {0, 0, 0}},       {"white", {255, 255, 255}},    {"grey", {128, 128, 128}},
    {"gray", {128, 128, 128}},  {"silver", {192, 192, 192}},   {"red", {255, 0, 0}},
    {"maroon", {128, 0, 0}},    {"orange", {255, 165, 0}},     {"yellow", {255, 255, 0}},
    {"olive", {128, 128, 0}},   {"lime", {0, 255, 0}},         {"green", {0, 128, 0}},
    {"aqua", {0, 255, 255}},    {"cyan", {0, 255, 255}},       {"teal", {0, 128, 128}},
    {"blue", {0, 0, 255}},      {"navy", {0, 0, 128}},         {"fuchsia", {255, 0, 255}},
    {"magenta", {255, 0, 255}}, {"purple", {128, 0, 128}},     {"pink", {255, 192, 203}},
    {"brown", {165, 42, 42}},   {"transparent", {0, 0, 0, 0}},
});

std::optional<Colour> parse_hex(std::string_view digits) {
    if (digits.size() != 3 && digits.size() != 6 && digits.size() != 8) return std::nullopt;
    std::uint32_t value = 0;
    const auto [end, code] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (code != std::errc() || end != digits.data() + digits.size()) return std::nullopt;

    const auto digit = [&](int shift) { return static_cast<std::uint8_t>(value >> shift & 0xFU); };
    const auto byte = [&](int shift) { return static_cast<std::uint8_t>(value >> shift & 0xFFU); };
    const auto twice = [](std::uint8_t d) { return static_cast<std::uint8_t>(d * 17); };
    if (digits.size() == 3) return Colour{twice(digit(8)), twice(digit(4)), twice(digit(0))};
    if (digits.size() == 6) return Colour{byte(16), byte(8), byte(0)};
    return Colour{byte(24), byte(16), byte(8), byte(0)};
}

}  // namespace

Colour parse_colour(std::string_view text) {
    if (text.starts_with('#')) {
        if (const auto colour = parse_hex(text.substr(1))) return *colour;
    } else {
        std::string word(text);
        std::transform(word.begin(), word.end(), word.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        const auto* found = std::find_if(kWords.begin(), kWords.end(),
                                         [&](const ColourWord& w) { return w.word == word; });
        if (found != kWords.end()) return found->colour;
    }
    throw Error(ErrorCode::usage,
                fmt::format("'{}' is no colour; give a word such as 'white' or 'teal', or #rgb, "
                            "#rrggbb or #rrggbbaa",
                            text));
}

}  // namespace diorama
