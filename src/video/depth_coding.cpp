#include "video/depth_coding.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

namespace diorama {
namespace video {
namespace {

struct Words {
    const char* scale = nullptr;
    const char* offset = nullptr;
};

Words words_of(DepthKind kind) {
    if (kind == DepthKind::disparity) return {"DISPARITY_SCALE", "DISPARITY_OFFSET"};
    return {"DEPTH_SCALE", "DEPTH_OFFSET"};
}

std::optional<float> read_number(const AVStream& stream, const char* key) {
    const AVDictionaryEntry* entry = av_dict_get(stream.metadata, key, nullptr, 0);
    if (!entry) return std::nullopt;
    const std::string_view text = entry->value;
    float number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc() || end != text.data() + text.size() || !std::isfinite(number))
        return std::nullopt;
    return number;
}

}  // namespace

void tag_depth_coding(const DepthCoding& coding, AVStream& stream) {
    const auto [scale, offset] = words_of(coding.of);
    av_dict_set(&stream.metadata, scale, fmt::format("{}", coding.scale).c_str(), 0);
    av_dict_set(&stream.metadata, offset, fmt::format("{}", coding.offset).c_str(), 0);
}

std::optional<DepthCoding> read_depth_coding(const AVStream& stream) {
    for (const DepthKind kind : {DepthKind::inverse_depth, DepthKind::disparity}) {
        const std::optional<float> scale = read_number(stream, words_of(kind).scale);
        const std::optional<float> offset = read_number(stream, words_of(kind).offset);
        if (scale && offset && *scale != 0) return DepthCoding{*scale, *offset, kind};
    }
    return std::nullopt;
}

}  // namespace video

Image encode_depth(const InverseDepth& depth, const DepthCoding& coding) {
    Image frame(depth.size(), SampleType::u16, AlphaKind::none);
    for (int y = 0; y < depth.height(); ++y) {
        const float* from = depth.row(y);
        auto* to = frame.row<std::uint16_t>(y);
        for (int x = 0; x < depth.width(); ++x) {
            const float code = std::round((from[x] - coding.offset) / coding.scale);
            // A value that is no number is as far as can be.
            const float kept = code > 0 ? std::min(code, 65535.0F) : 0.0F;
            std::fill_n(to + 3 * x, 3, static_cast<std::uint16_t>(kept));
        }
    }
    return frame;
}

InverseDepth decode_depth(const Image& frame, const DepthCoding& coding) {
    InverseDepth depth(frame.size());
    const bool deep = frame.sample_type() == SampleType::u16;
    for (int y = 0; y < frame.height(); ++y)
        for (int x = 0; x < frame.width(); ++x) {
            const int i = frame.channels() * x;
            const int code =
                deep ? frame.row<std::uint16_t>(y)[i] : 257 * frame.row<std::uint8_t>(y)[i];
            depth.row(y)[x] = coding.offset + coding.scale * static_cast<float>(code);
        }
    return depth;
}

}  // namespace diorama
