#include "image/file_format.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <string>

namespace diorama::image {
namespace {

using Bytes = std::span<const std::uint8_t>;

// Numbers in a file. A place past the end reads as 0.
std::uint32_t byte_at(Bytes bytes, std::size_t at) {
    return at < bytes.size() ? bytes[at] : 0;
}
std::uint32_t little16(Bytes bytes, std::size_t at) {
    return byte_at(bytes, at) | byte_at(bytes, at + 1) << 8;
}
std::uint32_t little32(Bytes bytes, std::size_t at) {
    return little16(bytes, at) | little16(bytes, at + 2) << 16;
}
std::uint32_t big32(Bytes bytes, std::size_t at) {
    return byte_at(bytes, at) << 24 | byte_at(bytes, at + 1) << 16 | byte_at(bytes, at + 2) << 8 |
           byte_at(bytes, at + 3);
}

bool has_text(Bytes bytes, std::size_t at, std::string_view text) {
    return bytes.size() >= at + text.size() &&
           std::equal(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                      [](char c, std::uint8_t b) { return static_cast<std::uint8_t>(c) == b; });
}

// ISO base media files name the kinds of content they hold: a major brand and compatible ones.
std::optional<Format> format_of_brands(Bytes bytes) {
    if (!has_text(bytes, 4, "ftyp")) return std::nullopt;
    const std::size_t end = std::min<std::size_t>({big32(bytes, 0), bytes.size(), 256});
    std::optional<Format> format;
    for (std::size_t at = 8; at + 4 <= end; at += 4) {
        if (has_text(bytes, at, "avif") || has_text(bytes, at, "avis")) return Format::avif;
        for (const char* brand : {"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"})
            if (has_text(bytes, at, brand)) format = Format::heic;
    }
    return format;
}

int count_png_frames(Bytes bytes) {
    // The chunk acTL, which an animation has before its first pixels, gives the number.
    for (std::size_t at = 8; at + 12 <= bytes.size();) {
        if (has_text(bytes, at + 4, "acTL"))
            return static_cast<int>(std::clamp<std::uint32_t>(big32(bytes, at + 8), 1, 1 << 30));
        if (has_text(bytes, at + 4, "IDAT")) break;
        at += 12 + std::size_t{big32(bytes, at)};
    }
    return 1;
}

int count_gif_frames(Bytes bytes) {
    constexpr std::uint32_t kImage = 0x2C;
    constexpr std::uint32_t kExtension = 0x21;
    // A colour table of 2^(n+1) entries follows where the top bit of its flags is set.
    const auto table_bytes = [](std::uint32_t flags) -> std::size_t {
        return (flags & 0x80U) != 0 ? std::size_t{3} << ((flags & 7U) + 1) : 0;
    };
    std::size_t at = 13 + table_bytes(byte_at(bytes, 10));
    const auto skip_blocks = [&] {
        while (byte_at(bytes, at) != 0) at += 1 + byte_at(bytes, at);
        ++at;
    };
    int frames = 0;
    while (at < bytes.size()) {
        if (bytes[at] == kImage) {
            ++frames;
            at += 10 + table_bytes(byte_at(bytes, at + 9)) + 1;
        } else if (bytes[at] == kExtension) {
            at += 2;
        } else {
            break;
        }
        skip_blocks();
    }
    return std::max(frames, 1);
}

}  // namespace

std::string_view name_of(Format format) {
    constexpr auto kNames = std::to_array<std::string_view>(
        {"jpeg", "png", "webp", "tiff", "exr", "heic", "avif", "bmp", "gif"});
    return kNames.at(static_cast<std::size_t>(format));
}

std::optional<Format> format_of_content(Bytes bytes) {
    using namespace std::string_view_literals;
    if (has_text(bytes, 0, "\xFF\xD8\xFF"sv)) return Format::jpeg;
    if (has_text(bytes, 0, "\x89PNG\r\n\x1A\n"sv)) return Format::png;
    if (has_text(bytes, 0, "RIFF"sv) && has_text(bytes, 8, "WEBP"sv)) return Format::webp;
    for (const auto magic : {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv})
        if (has_text(bytes, 0, magic)) return Format::tiff;
    if (has_text(bytes, 0, "\x76\x2F\x31\x01"sv)) return Format::exr;
    // "BM" alone could begin a text; the size of the second header tells.
    if (has_text(bytes, 0, "BM"sv))
        for (const std::uint32_t size : {12U, 40U, 52U, 56U, 64U, 108U, 124U})
            if (little32(bytes, 14) == size) return Format::bmp;
    if (has_text(bytes, 0, "GIF87a"sv) || has_text(bytes, 0, "GIF89a"sv)) return Format::gif;
    return format_of_brands(bytes);
}

std::optional<Format> format_of_ending(const std::filesystem::path& path) {
    struct Ending {
        std::string_view text;
        Format format;
    };
    constexpr auto kEndings = std::to_array<Ending>({{".jpg", Format::jpeg},
                                                     {".jpeg", Format::jpeg},
                                                     {".jpe", Format::jpeg},
                                                     {".jfif", Format::jpeg},
                                                     {".png", Format::png},
                                                     {".apng", Format::png},
                                                     {".webp", Format::webp},
                                                     {".tif", Format::tiff},
                                                     {".tiff", Format::tiff},
                                                     {".exr", Format::exr},
                                                     {".heic", Format::heic},
                                                     {".heif", Format::heic},
                                                     {".hif", Format::heic},
                                                     {".avif", Format::avif},
                                                     {".bmp", Format::bmp},
                                                     {".gif", Format::gif}});
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const auto& [text, format] : kEndings)
        if (text == ending) return format;
    return std::nullopt;
}

std::optional<Size> size_in_header(Format format, Bytes bytes) {
    const auto size_of = [](std::uint32_t width, std::uint32_t height) {
        return Size{static_cast<int>(width), static_cast<int>(height)};
    };
    if (format == Format::png && bytes.size() >= 24 && has_text(bytes, 12, "IHDR"))
        return size_of(big32(bytes, 16), big32(bytes, 20));
    if (format == Format::gif && bytes.size() >= 10)
        return size_of(little16(bytes, 6), little16(bytes, 8));
    if (format == Format::bmp && bytes.size() >= 26) {
        if (little32(bytes, 14) == 12) return size_of(little16(bytes, 18), little16(bytes, 20));
        // A negative height means rows from top to bottom.
        const Size size = size_of(little32(bytes, 18), little32(bytes, 22));
        return Size{size.width,
                    size.height < 0 ? static_cast<int>(0U - little32(bytes, 22)) : size.height};
    }
    return std::nullopt;
}

int count_frames(Format format, Bytes bytes) {
    if (format == Format::png) return count_png_frames(bytes);
    if (format == Format::gif) return count_gif_frames(bytes);
    return 1;
}

}  // namespace diorama::image
