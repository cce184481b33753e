#include "pipeline/palettes.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "core/temporary_file.h"
#include "diorama/error.h"
#include "diorama/picture.h"

namespace diorama::pipeline {
namespace {

namespace fs = std::filesystem;
using Rgb = Palette::value_type;

[[noreturn]] void refuse(const fs::path& file, const std::string& why) {
    throw Error(ErrorCode::unreadable, why, file.string());
}

std::string read_text(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error(ErrorCode::not_found, "no such palette", file.string());
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

// Lines of three numbers and a name, after a head.
Palette read_gpl(const fs::path& file) {
    std::istringstream lines(read_text(file));
    std::string line;
    if (!std::getline(lines, line) || !line.starts_with("GIMP Palette"))
        refuse(file, "is no GIMP palette: it does not begin with 'GIMP Palette'");
    std::vector<Rgb> colours;
    while (std::getline(lines, line)) {
        std::istringstream words(line);
        std::array<int, 3> numbers{};
        if (!(words >> numbers[0] >> numbers[1] >> numbers[2])) continue;  // Name:, Columns:, #
        for (const int number : numbers)
            if (number < 0 || number > 255)
                refuse(file, fmt::format("{} is no part of a colour, 0 to 255", number));
        colours.push_back({static_cast<std::uint8_t>(numbers[0]),
                           static_cast<std::uint8_t>(numbers[1]),
                           static_cast<std::uint8_t>(numbers[2])});
    }
    if (colours.size() != kTones.size())
        refuse(file, fmt::format("has {} colours; five are needed: background, material, diffuse "
                                 "shadow, cast shadow, highlight",
                                 colours.size()));
    Palette palette{};
    std::ranges::copy(colours, palette.begin());
    return palette;
}

Palette read_json(const fs::path& file) {
    const nlohmann::json root = nlohmann::json::parse(read_text(file), nullptr, false);
    if (!root.is_object()) refuse(file, "is no JSON object of five colours");
    if (root.size() != kTones.size())
        refuse(file, fmt::format("has {} colours; five are needed", root.size()));
    Palette palette{};
    for (const Tone tone : kTones) {
        const std::string name(kChoices<Tone>[index_of(tone)].name);
        if (!root.contains(name) || !root[name].is_string())
            refuse(file, fmt::format("gives no colour for {}: \"{}\": \"#rrggbb\"", name, name));
        try {
            const Colour colour = parse_colour(root[name].get<std::string>());
            palette[index_of(tone)] = {colour.r, colour.g, colour.b};
        } catch (const Error& error) {
            refuse(file, fmt::format("{}: {}", name, error.message()));
        }
    }
    return palette;
}

}  // namespace

Palette read_palette(const fs::path& file) {
    const std::string ending = core::ending_of(file);
    if (ending == ".gpl") return read_gpl(file);
    if (ending == ".json") return read_json(file);
    throw Error(ErrorCode::unsupported, "a palette is a .gpl, a .json, or the word auto or usual",
                file.string());
}

void write_palette(const fs::path& gpl, const Palette& palette) {
    core::TemporaryFile file(gpl);
    std::ofstream stream(file.path(), std::ios::binary);
    stream << "GIMP Palette\nName: tones\nColumns: 5\n#\n";
    for (const Tone tone : kTones) {
        const Rgb& colour = palette[index_of(tone)];
        stream << fmt::format("{:3} {:3} {:3}\t{}\n", colour[0], colour[1], colour[2],
                              kChoices<Tone>[index_of(tone)].name);
    }
    stream.close();
    if (!stream) throw Error(ErrorCode::unwritable, "could not be written", gpl.string());
    file.commit();
}

void ToneColours::add(const Image& picture, const ToneMap& tones) {
    const Image bytes = convert(picture, SampleType::u8);
    for (int y = 0; y < tones.height(); ++y) {
        const std::uint8_t* pixel = bytes.row<std::uint8_t>(y);
        for (int x = 0; x < tones.width(); ++x, pixel += bytes.channels()) {
            const std::size_t tone = index_of(tones.at(x, y));
            ++pixels[tone];
            for (std::size_t c = 0; c < 3; ++c) sums[tone][c] += pixel[c];
        }
    }
}

void ToneColours::add(const ToneColours& other) {
    for (std::size_t tone = 0; tone < kTones.size(); ++tone) {
        pixels[tone] += other.pixels[tone];
        for (std::size_t c = 0; c < 3; ++c) sums[tone][c] += other.sums[tone][c];
    }
}

Palette ToneColours::mean() const {
    Palette palette = kUsualPalette;
    for (std::size_t tone = 0; tone < kTones.size(); ++tone)
        if (pixels[tone] > 0)
            for (std::size_t c = 0; c < 3; ++c)
                palette[tone][c] = static_cast<std::uint8_t>(
                    std::lround(sums[tone][c] / static_cast<double>(pixels[tone])));
    return palette;
}

Palette choose_palette(const std::string& option, const ToneColours& colours) {
    if (option == "auto") return colours.mean();
    return option == "usual" ? kUsualPalette : read_palette(option);
}

}  // namespace diorama::pipeline
