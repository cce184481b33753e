// Files of depth, mattes and confidence: numbers in the shape of pictures. No profile is applied
// to them.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "core/parallel.h"
#include "core/temporary_file.h"
#include "diorama/carried_depth.h"
#include "diorama/picture.h"
#include "image/carried_depth.h"
#include "image/develop.h"
#include "image/encode.h"
#include "image/number_files.h"
#include "image/orientation.h"
#include "image/samples.h"
#include "image/stored_picture.h"

namespace diorama {
namespace {

using image::Channels;
using image::EncodeOptions;
using image::FileBytes;
using image::Format;
using image::Raster;
using image::SampleFormat;
using image::StoredPicture;

constexpr image::NumberWords kInverseDepth{.message = "inverse depth", .note = "inverse_depth"};
// InverseDepth's own scale and offset.
constexpr const char* kScaleKey = "diorama:inverse_depth_scale";
constexpr const char* kOffsetKey = "diorama:inverse_depth_offset";

// What the codes 0 and 65535 of a PNG of numbers stand for.
std::string low_key(const image::NumberWords& words) {
    return fmt::format("diorama:{}_low", words.note);
}
std::string high_key(const image::NumberWords& words) {
    return fmt::format("diorama:{}_high", words.note);
}

std::optional<float> find_number(const image::Notes& notes, const std::string& key) {
    const auto note = notes.find(key);
    if (note == notes.end()) return std::nullopt;
    const std::string& text = note->second;
    float value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc() || !std::isfinite(value)) return std::nullopt;
    return value;
}

// Rec. 709's weights for encoded colours. Grey comes through exactly.
float brightness(float r, float g, float b) {
    return r == g && g == b ? r : 0.2126F * r + 0.7152F * g + 0.0722F * b;
}

StoredPicture read_stored(const std::filesystem::path& file, Channels channels,
                          const PictureLimits& limits) {
    const FileBytes bytes = image::read_file_bytes(file, limits);
    return image::open_picture(bytes, image::require_known_format(bytes), channels, limits)
        ->decode();
}

template <class T, class Kind>
void fill_from_brightness(const Image& picture, Map<Kind>& map) {
    constexpr float kStep = 1.0F / static_cast<float>(std::numeric_limits<T>::max());
    core::parallel_rows({}, map.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            const T* in = picture.row<T>(y);
            for (int x = 0; x < map.width(); ++x, in += picture.channels())
                map.row(y)[x] = brightness(in[0], in[1], in[2]) * kStep;
        }
    });
}

template <class T, class Kind>
void fill_from_alpha(const Image& picture, Map<Kind>& map) {
    constexpr float kStep = 1.0F / static_cast<float>(std::numeric_limits<T>::max());
    core::parallel_rows({}, map.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < map.width(); ++x)
                map.row(y)[x] = picture.row<T>(y)[4 * x + 3] * kStep;
    });
}

template <class T>
bool is_opaque(const Image& picture) {
    for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x)
            if (picture.row<T>(y)[4 * x + 3] != std::numeric_limits<T>::max()) return false;
    return true;
}

// The brightness of an integer picture in 0…1, or of a float one as it is.
template <class Kind>
Map<Kind> take_brightness(StoredPicture picture) {
    if (picture.format == SampleFormat::f32) {
        Map<Kind> map(picture.size);
        const int channels = picture.channels();
        const bool grey = picture.colour_channels() == 1;
        for (int y = 0; y < map.height(); ++y) {
            const float* in = picture.row<float>(y);
            for (int x = 0; x < map.width(); ++x, in += channels)
                map.row(y)[x] = grey ? in[0] : brightness(in[0], in[1], in[2]);
        }
        return image::apply_orientation(std::move(map), picture.orientation);
    }
    const Image developed = image::develop(std::move(picture), image::ColourHandling::as_stored);
    Map<Kind> map(developed.size());
    if (developed.sample_type() == SampleType::u8)
        fill_from_brightness<std::uint8_t>(developed, map);
    else
        fill_from_brightness<std::uint16_t>(developed, map);
    return map;
}

template <class Kind>
void require_finite(const Map<Kind>& map, const char* what, ErrorCode code,
                    const std::filesystem::path& file) {
    const auto& values = map.values();
    const auto bad = std::find_if(values.begin(), values.end(),
                                  [](float value) { return !std::isfinite(value); });
    if (bad == values.end()) return;
    const auto index = bad - values.begin();
    throw Error(code,
                fmt::format("its {} is {} at pixel ({}, {}); only finite values make sense", what,
                            *bad, index % map.width(), index / map.width()),
                file.string());
}

template <class Kind>
void require_values(const Map<Kind>& map, const char* what, const std::filesystem::path& file) {
    if (map.empty()) throw Error(ErrorCode::usage, "an empty map cannot be written", file.string());
    require_finite(map, what, ErrorCode::unwritable, file);
}

template <class Kind>
Raster float_raster(const Map<Kind>& map) {
    return {.size = map.size(),
            .format = SampleFormat::f32,
            .channels = 1,
            .samples = map.values().data()};
}

// 0…1 as 8-bit grey, in three equal channels where the format has no grey.
template <class Kind>
void write_fraction(const std::filesystem::path& file, const Map<Kind>& map, const char* what) {
    const Format format = image::require_writable_format(file);
    require_values(map, what, file);
    core::require_writable(file);
    if (format == Format::exr) {
        image::write_file_bytes(file, image::encode(format, float_raster(map), {}, file));
        return;
    }
    const int channels = format == Format::webp || format == Format::bmp ? 3 : 1;
    std::vector<std::uint8_t> codes;
    codes.reserve(map.values().size() * channels);
    for (const float value : map.values())
        codes.insert(codes.end(), channels, image::sample_of<std::uint8_t>(value));
    const Raster raster{.size = map.size(), .channels = channels, .samples = codes.data()};
    image::write_file_bytes(file, image::encode(format, raster, {}, file));
}

}  // namespace

namespace image {

void write_numbers(const std::filesystem::path& file, const NumberMap& map,
                   const NumberWords& words, Notes notes) {
    const Format format = require_writable_format(file);
    if (format != Format::png && format != Format::exr)
        throw Error(ErrorCode::unsupported,
                    fmt::format("{} is written as 16-bit .png or float .exr; end the name so",
                                words.message),
                    file.string());
    require_values(map, words.message, file);
    core::require_writable(file);
    EncodeOptions options{.notes = std::move(notes)};
    if (format == Format::exr) {
        write_file_bytes(file, encode(format, float_raster(map), options, file));
        return;
    }
    const auto [lowest, highest] = std::minmax_element(map.values().begin(), map.values().end());
    const double low = *lowest;
    const double span = double{*highest} - low;
    options.notes[low_key(words)] = fmt::format("{}", *lowest);
    options.notes[high_key(words)] = fmt::format("{}", *highest);
    const double codes_per_unit = span > 0 ? 65535.0 / span : 0.0;
    std::vector<std::uint16_t> codes(map.values().size());
    std::transform(map.values().begin(), map.values().end(), codes.begin(), [&](float value) {
        return static_cast<std::uint16_t>(std::lround((value - low) * codes_per_unit));
    });
    const Raster raster{
        .size = map.size(), .format = SampleFormat::u16, .channels = 1, .samples = codes.data()};
    write_file_bytes(file, encode(format, raster, options, file));
}

NumberMap brightness_of(StoredPicture picture) {
    return take_brightness<NumberKind>(std::move(picture));
}

StoredNumbers read_numbers(const std::filesystem::path& file, const NumberWords& words,
                           const PictureLimits& limits) {
    StoredPicture picture = read_stored(file, Channels::depth, limits);
    StoredNumbers numbers{.notes = picture.notes};
    const bool integers = picture.format != SampleFormat::f32;
    const auto low = find_number(numbers.notes, low_key(words));
    const auto high = find_number(numbers.notes, high_key(words));
    numbers.map = take_brightness<NumberKind>(std::move(picture));
    numbers.is_scaled = !integers || (low && high);
    if (integers && numbers.is_scaled)
        for (float& value : numbers.map.values())
            value = static_cast<float>(double{*low} + (double{*high} - *low) * value);
    require_finite(numbers.map, words.message, ErrorCode::unreadable, file);
    return numbers;
}

}  // namespace image

void write_inverse_depth(const std::filesystem::path& file, const InverseDepth& depth) {
    image::NumberMap map(depth.size());
    map.values() = depth.values();
    image::write_numbers(file, map, kInverseDepth,
                         {{kScaleKey, fmt::format("{}", depth.scale)},
                          {kOffsetKey, fmt::format("{}", depth.offset)}});
}

std::optional<InverseDepth> read_carried_depth(const std::filesystem::path& photo,
                                               const PictureLimits& limits) {
    const FileBytes file = image::read_file_bytes(photo, limits);
    switch (image::require_known_format(file)) {
        case Format::jpeg:
            return image::find_gdepth(file, limits);
        case Format::heic:
            return image::find_heif_depth(file, limits);
        default:
            return std::nullopt;
    }
}

InverseDepth read_inverse_depth(const std::filesystem::path& file, const PictureLimits& limits) {
    if (std::optional<InverseDepth> carried = read_carried_depth(file, limits))
        return *std::move(carried);
    image::StoredNumbers numbers = image::read_numbers(file, kInverseDepth, limits);
    InverseDepth depth(numbers.map.size());
    depth.values() = std::move(numbers.map.values());
    depth.scale = find_number(numbers.notes, kScaleKey).value_or(1.0F);
    depth.offset = find_number(numbers.notes, kOffsetKey).value_or(0.0F);
    return depth;
}

Matte read_matte(const std::filesystem::path& file, const PictureLimits& limits) {
    StoredPicture picture = read_stored(file, Channels::colour, limits);
    if (picture.format == SampleFormat::f32 && picture.alpha == AlphaKind::none) {
        Matte matte = take_brightness<MatteKind>(std::move(picture));
        require_finite(matte, "matte", ErrorCode::unreadable, file);
        for (float& value : matte.values()) value = std::clamp(value, 0.0F, 1.0F);
        return matte;
    }
    const Image image = image::develop(std::move(picture), image::ColourHandling::as_stored);
    const bool wide = image.sample_type() == SampleType::u16;
    const bool use_alpha =
        image.alpha() != AlphaKind::none &&
        !(wide ? is_opaque<std::uint16_t>(image) : is_opaque<std::uint8_t>(image));
    Matte matte(image.size());
    if (use_alpha)
        wide ? fill_from_alpha<std::uint16_t>(image, matte)
             : fill_from_alpha<std::uint8_t>(image, matte);
    else
        wide ? fill_from_brightness<std::uint16_t>(image, matte)
             : fill_from_brightness<std::uint8_t>(image, matte);
    return matte;
}

void write_matte(const std::filesystem::path& file, const Matte& matte) {
    write_fraction(file, matte, "matte");
}

void write_confidence(const std::filesystem::path& file, const Confidence& confidence) {
    write_fraction(file, confidence, "confidence");
}

}  // namespace diorama
