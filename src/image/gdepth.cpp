#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "image/carried_depth.h"
#include "image/number_files.h"
#include "image/orientation.h"
#include "image/stored_picture.h"
#include "image/xmp.h"

namespace diorama::image {
namespace {

// Of GDepth:NAME, which XMP writes as an attribute or as an element.
std::optional<std::string_view> value_of(std::string_view xmp, std::string_view name) {
    const std::string key = "GDepth:" + std::string(name);
    for (std::size_t at = xmp.find(key); at != std::string_view::npos; at = xmp.find(key, at + 1)) {
        std::string_view rest = xmp.substr(at + key.size());
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
        if (rest.starts_with('>')) return rest.substr(1, rest.find('<', 1) - 1);
        if (!rest.starts_with('=')) continue;
        const std::size_t quote = rest.find_first_of("\"'");
        if (quote == std::string_view::npos) continue;
        const std::size_t end = rest.find(rest[quote], quote + 1);
        if (end != std::string_view::npos) return rest.substr(quote + 1, end - quote - 1);
    }
    return std::nullopt;
}

double number_of(std::string_view xmp, std::string_view name) {
    const std::string_view text = value_of(xmp, name).value_or("");
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// 0 at the nearest, 1 at the farthest.
NumberMap read_codes(const FileBytes& file, std::string_view data, const PictureLimits& limits) {
    const FileBytes map{.path = file.path, .bytes = from_base64(data)};
    if (map.bytes.empty()) throw_broken(file, "GDepth", "its depth map is empty");
    const Format format = require_known_format(map);
    if (format != Format::png && format != Format::jpeg)
        throw_broken(file, "GDepth", "its depth map is neither PNG nor JPEG");
    return brightness_of(open_picture(map, format, Channels::colour, limits)->decode());
}

}  // namespace

std::optional<InverseDepth> find_gdepth(const FileBytes& file, const PictureLimits& limits) {
    const std::string xmp = xmp_of(file.bytes);
    const std::optional<std::string_view> data = value_of(xmp, "Data");
    if (!data) return std::nullopt;
    const NumberMap codes = apply_orientation(read_codes(file, *data, limits),
                                              open_jpeg(file, limits)->header().orientation);

    const double near = number_of(xmp, "Near");
    const double far = number_of(xmp, "Far");
    const bool measured = near > 0 && far > near;
    const bool linear = measured && value_of(xmp, "Format") == "RangeLinear";
    InverseDepth depth(codes.size());
    std::ranges::transform(codes.values(), depth.values().begin(), [&](float code) {
        if (!linear) return 1 - code;
        const double distance = near + code * (far - near);
        return static_cast<float>((1 / distance - 1 / far) / (1 / near - 1 / far));
    });
    if (measured) {
        depth.scale = static_cast<float>(1 / near - 1 / far);
        depth.offset = static_cast<float>(1 / far);
    }
    return depth;
}

}  // namespace diorama::image
