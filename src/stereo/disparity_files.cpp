#include "diorama/disparity_files.h"

#include <map>
#include <string>
#include <utility>

#include "diorama/error.h"
#include "image/named_channels.h"
#include "image/number_files.h"

namespace diorama {
namespace {

constexpr image::NumberWords kDisparity{.message = "disparity", .note = "disparity"};

template <class MapType>
void take(std::map<std::string, image::NumberMap>& channels, const std::string& name,
          MapType& map) {
    for (auto& [channel, numbers] : channels) {
        if (channel != name && !channel.ends_with("." + name)) continue;
        map = MapType(numbers.size());
        map.values() = std::move(numbers.values());
        return;
    }
}

}  // namespace

void write_disparity(const std::filesystem::path& file, const Disparity& disparity) {
    image::NumberMap map(disparity.size());
    map.values() = disparity.values();
    image::write_numbers(file, map, kDisparity);
}

Disparity read_disparity(const std::filesystem::path& file, const PictureLimits& limits) {
    image::StoredNumbers numbers = image::read_numbers(file, kDisparity, limits);
    if (!numbers.is_scaled)
        throw Error(ErrorCode::unreadable,
                    "does not say how many pixels its codes stand for; give disparity as floats in "
                    "an .exr, or as a .png that Diorama wrote",
                    file.string());
    Disparity disparity(numbers.map.size());
    disparity.values() = std::move(numbers.map.values());
    return disparity;
}

Brushstrokes read_brushstrokes(const std::filesystem::path& file, const PictureLimits& limits) {
    auto channels = image::read_named_channels(file, limits);
    Brushstrokes strokes;
    take(channels, "vs", strokes.v_s);
    take(channels, "vt", strokes.v_t);
    if (strokes.v_s.empty() && strokes.v_t.empty())
        throw Error(ErrorCode::unreadable, "has neither a channel vs nor a channel vt",
                    file.string());
    return strokes;
}

}  // namespace diorama
