#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "diorama/disparity.h"
#include "diorama/error.h"
#include "film/controls.h"

namespace diorama::film {
namespace {

using nlohmann::json;

constexpr FieldRange kTime{.min = 0, .max = 1e6, .unit = "s"};
constexpr FieldRange kGain{.min = -50, .max = 50, .unit = "% of width"};

// A place in the file, as a person finds it: "keys[2].zero-plane".
[[noreturn]] void refuse(const std::string& place, const std::string& why) {
    throw Error(ErrorCode::unreadable, why, place);
}

FieldRange range_of(const std::string& option) {
    for (const auto& field : DisparityOptions::fields())
        if (field.name == option) return field.range;
    return {};
}

double number_of(const json& value, const std::string& place, const FieldRange& range) {
    if (!value.is_number()) refuse(place, fmt::format("{} is no number", value.dump()));
    const auto number = value.get<double>();
    if (!(number >= range.min && number <= range.max))
        refuse(place, fmt::format("{} is not from {} to {}", number, range.min, range.max));
    return number;
}

// Seconds as they are, or "1:02:03.5".
double time_of(const json& value, const std::string& place) {
    if (!value.is_string()) return number_of(value, place, kTime);
    const auto text = value.get<std::string>();
    double time_s = 0;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (true) {
        double part = 0;
        const auto [next, code] = std::from_chars(at, end, part, std::chars_format::fixed);
        if (code != std::errc() || part < 0) break;
        time_s = 60 * time_s + part;
        if (next == end) return number_of(time_s, place, kTime);
        if (*next != ':') break;
        at = next + 1;
    }
    refuse(place, fmt::format("'{}' is no time; give seconds, or \"1:02:03.5\"", text));
}

class Reader {
 public:
    explicit Reader(const std::vector<std::string>& sculpted) {
        for (const std::string& what : sculpted) controls_.sculpt[what] = {};
    }

    Controls read(const json& file) {
        if (!file.is_object())
            refuse("", "is no JSON object with \"keys\" and \"shots\"; docs/films.md shows one");
        for (const auto& [name, cues] : file.items()) {
            if (name != "keys" && name != "shots")
                refuse(name, "is unknown; a file of controls has \"keys\" and \"shots\"");
            if (!cues.is_array()) refuse(name, "is no list");
            for (std::size_t n = 0; n < cues.size(); ++n)
                take(cues[n], fmt::format("{}[{}]", name, n), name == "shots");
        }
        return std::move(controls_);
    }

 private:
    void take(const json& cue, const std::string& place, bool is_shot) {
        if (!cue.is_object() || !cue.contains("time"))
            refuse(place, "has no \"time\", in seconds of the input");
        is_shot_ = is_shot;
        time_s_ = time_of(cue.at("time"), place + ".time");
        controls_.last_s = std::max(controls_.last_s, time_s_);
        for (const auto& [name, value] : cue.items())
            if (name != "time") take_value(name, value, place + "." + name);
    }

    void take_value(const std::string& name, const json& value, const std::string& place) {
        if (name == "depth-budget")
            return add(controls_.depth_budget_percent, number_of(value, place, range_of(name)),
                       place);
        if (name == "tone")
            return add(controls_.tone, number_of(value, place, range_of(name)), place);
        if (name == "zero-plane") return add_plane(value, place);
        if (name == "sculpt") return take_gains(value, place);
        refuse(place, "is unknown; a cue has depth-budget, zero-plane, tone and sculpt");
    }

    void add_plane(const json& value, const std::string& place) {
        if (value == "auto") return add(controls_.zero_plane, std::nullopt, place);
        if (!value.is_number() || value < 0 || value > 1)
            refuse(place, fmt::format("{} is not \"auto\" or a number from 0 (far) to 1 (near)",
                                      value.dump()));
        add(controls_.zero_plane, value.get<double>(), place);
    }

    void take_gains(const json& gains, const std::string& place) {
        if (!gains.is_object()) refuse(place, "is no object of gains, such as {\"subject\": 1.5}");
        for (const auto& [what, gain] : gains.items()) {
            const std::string here = fmt::format("{}.{}", place, what);
            const auto track = controls_.sculpt.find(what);
            if (track == controls_.sculpt.end())
                refuse(here, fmt::format("is not sculpted; give --sculpt {}:0, too", what));
            add(track->second, number_of(gain, here, kGain), here);
        }
    }

    void add(Track& track, std::optional<double> value, const std::string& place) {
        if (is_shot_) return track.add_shot({time_s_, value});
        if (track.has_key_at(time_s_))
            refuse(place, "is the second of this moment; leave one away");
        track.add_key({time_s_, value});
    }

    Controls controls_{};
    double time_s_ = 0;  // of the cue that is read
    bool is_shot_ = false;
};

}  // namespace

Controls read_controls(const std::filesystem::path& file,
                       const std::vector<std::string>& sculpted) {
    std::ifstream stream(file);
    if (!stream) throw Error(ErrorCode::not_found, "no such file", file.string());
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    try {
        return Reader(sculpted).read(json::parse(text));
    } catch (const json::parse_error& error) {
        const auto end =
            text.begin() + static_cast<std::ptrdiff_t>(std::min(error.byte, text.size()));
        throw Error(ErrorCode::unreadable,
                    fmt::format("is no JSON: something is wrong in line {}",
                                1 + std::count(text.begin(), end, '\n')),
                    file.string());
    } catch (const Error& error) {
        throw Error(error.code(),
                    error.context().empty()
                        ? error.message()
                        : fmt::format("{}: {}", error.context(), error.message()),
                    file.string());
    }
}

}  // namespace diorama::film
