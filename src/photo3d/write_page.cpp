#include <fmt/format.h>

#include <string>
#include <string_view>

#include "diorama/photo3d.h"
#include "image/file_bytes.h"
#include "inference/digest.h"
#include "photo3d/base64.h"
#include "photo3d/textures.h"
#include "photo3d/viewer.h"

namespace diorama {
namespace photo3d {
namespace {

// The photo as large as the window lets it be.
constexpr std::string_view kStyle =
    "body{margin:0;min-height:100vh;display:grid;place-items:center;background:#181818}"
    "photo-3d{width:min(100vw,100vh*var(--aspect))}";

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        switch (c) {
            case '&':
                safe += "&amp;";
                break;
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            case '"':
                safe += "&quot;";
                break;
            default:
                safe += c;
        }
    }
    return safe;
}

std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string data_address(const Texture& texture) {
    return fmt::format("data:{};base64,{}", texture.type, base64(texture.bytes));
}

// What a Content-Security-Policy calls a script or style that stands in the page.
std::string source_of(std::string_view text) {
    inference::Sha256 digest;
    digest.add(text);
    std::vector<std::uint8_t> bytes;
    const std::string hex = digest.hex();
    for (std::size_t at = 0; at < hex.size(); at += 2)
        bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(at, 2), nullptr, 16)));
    return fmt::format("'sha256-{}'", base64(bytes));
}

struct PageParts {
    std::string policy{};
    std::string style{};
    std::string script{};    // an element
    std::string manifest{};  // the attribute's value
    std::string data{};      // an element, or nothing
    std::string poster{};    // an address
};

std::string page_of(const LayeredPhoto& photo, const PageOptions& options, const PageParts& parts) {
    return fmt::format(R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{style}</style>
<main>
<photo-3d manifest="{manifest}" shift="{shift:.6g}" alt="{alt}">
<img src="{poster}" width="{width}" height="{height}" alt="{alt}">
</photo-3d>
</main>
{data}{script}
</html>
)",
                       fmt::arg("policy", parts.policy), fmt::arg("title", escaped(options.title)),
                       fmt::arg("style", parts.style), fmt::arg("manifest", parts.manifest),
                       fmt::arg("shift", photo.shift_percent),
                       fmt::arg("alt", escaped(options.alt)), fmt::arg("poster", parts.poster),
                       fmt::arg("width", photo.size.width), fmt::arg("height", photo.size.height),
                       fmt::arg("data", parts.data), fmt::arg("script", parts.script));
}

std::string style_for(Size photo) {
    return fmt::format(":root{{--aspect:{:.6g}}}{}",
                       static_cast<double>(photo.width) / photo.height, kStyle);
}

}  // namespace
}  // namespace photo3d

const std::vector<Field<PageOptions>>& PageOptions::fields() {
    static const std::vector<Field<PageOptions>> list{
        field("title", &PageOptions::title, {.placeholder = "TEXT"},
              "the page's title; default: the photo's name"),
        field("alt", &PageOptions::alt, {.placeholder = "TEXT"},
              "what the photo shows, for those who do not see it"),
        field("quality", &PageOptions::quality, {.min = 1, .max = 100},
              "of the colours; a higher one makes a larger file"),
    };
    return list;
}

void write_photo_page(const std::filesystem::path& file, const LayeredPhoto& photo,
                      const PageOptions& options, const RunContext& run) {
    validate(options);
    const photo3d::Textures textures = photo3d::pack_textures(photo, options.quality, run);
    const std::string style = photo3d::style_for(photo.size);
    const std::string_view script = photo3d::viewer_script();
    const std::string page = photo3d::page_of(
        photo, options,
        {.policy = fmt::format("default-src 'none'; img-src data:; style-src {}; script-src {}",
                               photo3d::source_of(style), photo3d::source_of(script)),
         .style = style,
         .script = fmt::format("<script>{}</script>", script),
         .manifest = "#layers",
         .data = fmt::format("<script type=\"application/json\" id=\"layers\">{}</script>\n",
                             photo3d::manifest_of(photo, textures, photo3d::data_address)),
         .poster = photo3d::data_address(textures.poster)});
    image::write_file_bytes(file, photo3d::bytes_of(page));
}

void write_photo_bundle(const std::filesystem::path& folder, const LayeredPhoto& photo,
                        const PageOptions& options, const RunContext& run) {
    validate(options);
    const photo3d::Textures textures = photo3d::pack_textures(photo, options.quality, run);
    const auto write = [&](const photo3d::Texture& texture) {
        image::write_file_bytes(folder / texture.name, texture.bytes);
    };
    write(textures.poster);
    for (const photo3d::LayerTextures& layer : textures.layers) {
        write(layer.color);
        write(layer.depth);
    }
    const std::string manifest = photo3d::manifest_of(
        photo, textures, [](const photo3d::Texture& texture) { return texture.name; });
    image::write_file_bytes(folder / "photo.json", photo3d::bytes_of(manifest));
    image::write_file_bytes(folder / "photo-3d.js", photo3d::bytes_of(photo3d::viewer_script()));

    const std::string style = photo3d::style_for(photo.size);
    const std::string page = photo3d::page_of(
        photo, options,
        {.policy = fmt::format("default-src 'none'; img-src 'self'; connect-src 'self'; "
                               "style-src {}; script-src 'self'",
                               photo3d::source_of(style)),
         .style = style,
         .script = "<script src=\"photo-3d.js\"></script>",
         .manifest = "photo.json",
         .poster = textures.poster.name});
    image::write_file_bytes(folder / "index.html", photo3d::bytes_of(page));
}

}  // namespace diorama
