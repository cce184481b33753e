#include "image/xmp.h"

#include <OpenImageIO/hash.h>
#include <OpenImageIO/strutil.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "image/jpeg_segments.h"

namespace diorama::image {
namespace {

// Identifiers end with a zero byte.
constexpr std::string_view kXmp{"http://ns.adobe.com/xap/1.0/\0", 29};
constexpr std::string_view kExtendedXmp{"http://ns.adobe.com/xmp/extension/\0", 35};

// Google's readers look into the first Description alone, and for attributes alone.
std::string packet(const std::string& attributes) {
    return fmt::format(R"(<x:xmpmeta xmlns:x="adobe:ns:meta/">)"
                       R"(<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">)"
                       R"(<rdf:Description rdf:about="" {}/></rdf:RDF></x:xmpmeta>)",
                       attributes);
}

// Names the extension, so that its parts are known to belong to it.
std::string id_of(const std::string& extension) {
    std::string digest = OIIO::SHA1(extension.data(), extension.size()).digest();
    digest.resize(32, '0');
    return OIIO::Strutil::upper(digest);
}

// A part of the extension, and where it belongs.
struct Part {
    std::uint32_t start = 0;
    std::string_view text{};
};

std::uint32_t big_endian(std::string_view four) {
    std::uint32_t number = 0;
    for (const char byte : four) number = number << 8U | static_cast<std::uint8_t>(byte);
    return number;
}

// `text` is what follows the identifier: the extension's name, its length, this part's place.
Part part_of(std::string_view text) {
    constexpr std::size_t kNameAndLength = 32 + 4;
    if (text.size() < kNameAndLength + 4) return {};
    return {big_endian(text.substr(kNameAndLength, 4)), text.substr(kNameAndLength + 4)};
}

}  // namespace

std::string xmp_of(const std::vector<std::uint8_t>& jpeg) {
    const std::string_view bytes(reinterpret_cast<const char*>(jpeg.data()), jpeg.size());
    std::string xmp;
    std::vector<Part> parts;
    for (const std::string_view content : app_segments(bytes, 1)) {
        if (content.starts_with(kXmp)) xmp += content.substr(kXmp.size());
        if (content.starts_with(kExtendedXmp))
            parts.push_back(part_of(content.substr(kExtendedXmp.size())));
    }
    std::ranges::stable_sort(parts, {}, &Part::start);
    for (const Part& part : parts) xmp += part.text;
    return xmp;
}

std::vector<std::uint8_t> xmp_segments(const std::string& attributes,
                                       const std::string& extension_attributes) {
    const std::string extension = packet(extension_attributes);
    const std::string id = id_of(extension);
    const std::string note = fmt::format(
        R"( xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="{}")", id);
    std::vector<std::uint8_t> all =
        app_segment(1, ByteWriter().text(kXmp).text(packet(attributes + note)));
    constexpr std::size_t kPart = 65000;
    for (std::size_t at = 0; at < extension.size(); at += kPart) {
        ByteWriter part;
        part.text(kExtendedXmp).text(id);
        part.u32(static_cast<std::uint32_t>(extension.size())).u32(static_cast<std::uint32_t>(at));
        part.text(std::string_view(extension).substr(at, kPart));
        const std::vector<std::uint8_t> segment = app_segment(1, part);
        all.insert(all.end(), segment.begin(), segment.end());
    }
    return all;
}

std::string base64(const std::vector<std::uint8_t>& bytes) {
    return OIIO::Strutil::base64_encode(
        OIIO::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

std::vector<std::uint8_t> from_base64(std::string_view text) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::vector<std::uint8_t> bytes;
    bytes.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char letter : text) {
        const std::size_t digit = kDigits.find(letter);
        if (digit == std::string_view::npos) continue;
        bits = bits << 6U | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes.push_back(static_cast<std::uint8_t>(bits >> static_cast<unsigned>(count)));
    }
    return bytes;
}

}  // namespace diorama::image
