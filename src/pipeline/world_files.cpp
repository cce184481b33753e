#include "pipeline/world_files.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "core/temporary_file.h"
#include "diorama/error.h"
#include "diorama/picture.h"
#include "pipeline/subjects.h"

namespace diorama::pipeline {
namespace {

namespace fs = std::filesystem;

std::string strip_name(std::size_t plane) {
    return fmt::format("strip_{}.png", plane);
}

// How fast a plane goes, the nearest being 1.
double parallax_of(const Scroll& world, std::size_t plane) {
    return world.motions()[plane].speed_px / world.motions().back().speed_px;
}

void write_text(const fs::path& file, const std::string& text) {
    core::TemporaryFile temporary(file);
    std::ofstream stream(temporary.path(), std::ios::binary);
    stream << text;
    stream.close();
    if (!stream) throw Error(ErrorCode::unwritable, "cannot be written", file.string());
    temporary.commit();
}

// Strips are larger than the frame by what shaking takes; this brings their middle to the frame's.
Point offset_of(const Scroll& world, const ScrollOptions& options) {
    const Size border = scroll_border(world.size(), options);
    return {-border.width / 2, -border.height / 2};
}

std::string world_json(const Scroll& world, const ScrollOptions& options) {
    nlohmann::ordered_json json;
    json["frame"] = {{"width", world.size().width}, {"height", world.size().height}};
    for (const auto& choice : kChoices<ScrollDirection>)
        if (choice.value == options.direction) json["direction"] = choice.name;
    const Point offset = offset_of(world, options);
    json["offset"] = {{"x", offset.x}, {"y", offset.y}};
    for (std::size_t n = 0; n < world.strips().size(); ++n) {
        const Image& strip = world.strips()[n];
        json["planes"].push_back({{"image", strip_name(n)},
                                  {"width", strip.width()},
                                  {"height", strip.height()},
                                  {"pixels_per_second", world.motions()[n].speed_px},
                                  {"parallax", parallax_of(world, n)}});
    }
    return json.dump(2) + "\n";
}

// Image layers that repeat along the motion; Tiled multiplies the camera's way by the factors.
std::string tiled_map(const Scroll& world, const ScrollOptions& options) {
    constexpr int kTile = 16;
    const auto tiles = [](int length_px) { return (length_px + kTile - 1) / kTile; };
    const bool vertical = is_vertical(options.direction);
    const Point offset = offset_of(world, options);
    std::string layers;
    for (std::size_t n = 0; n < world.strips().size(); ++n) {
        const Image& strip = world.strips()[n];
        const double factor = parallax_of(world, n);
        layers += fmt::format(
            " <imagelayer id=\"{0}\" name=\"plane {1}\" parallaxx=\"{2:.6g}\" "
            "parallaxy=\"{3:.6g}\" {4}=\"1\" offsetx=\"{8}\" offsety=\"{9}\">\n"
            "  <image source=\"{5}\" width=\"{6}\" height=\"{7}\"/>\n"
            " </imagelayer>\n",
            n + 1, n, vertical ? 1.0 : factor, vertical ? factor : 1.0,
            vertical ? "repeaty" : "repeatx", strip_name(n), strip.width(), strip.height(),
            offset.x, offset.y);
    }
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<map version=\"1.8\" orientation=\"orthogonal\" renderorder=\"right-down\" "
        "width=\"{}\" height=\"{}\" tilewidth=\"{}\" tileheight=\"{}\" infinite=\"0\" "
        "nextlayerid=\"{}\" nextobjectid=\"1\">\n{}</map>\n",
        tiles(world.size().width), tiles(world.size().height), kTile, kTile,
        world.strips().size() + 1, layers);
}

// Parallax2D nodes that scroll by themselves.
std::string godot_scene(const Scroll& world, const ScrollOptions& options) {
    const bool vertical = is_vertical(options.direction);
    const bool backwards =
        options.direction == ScrollDirection::right || options.direction == ScrollDirection::down;
    const Point offset = offset_of(world, options);
    std::string resources;
    std::string nodes;
    for (std::size_t n = 0; n < world.strips().size(); ++n) {
        const Image& strip = world.strips()[n];
        resources += fmt::format("[ext_resource type=\"Texture2D\" path=\"{}\" id=\"{}\"]\n",
                                 strip_name(n), n + 1);
        const double speed = (backwards ? 1 : -1) * world.motions()[n].speed_px;
        const auto along = [&](double value) {
            return vertical ? fmt::format("Vector2(0, {:.6g})", value)
                            : fmt::format("Vector2({:.6g}, 0)", value);
        };
        const double factor = parallax_of(world, n);
        nodes += fmt::format(
            "\n[node name=\"Plane{0}\" type=\"Parallax2D\" parent=\".\"]\n"
            "scroll_scale = Vector2({1:.6g}, {2:.6g})\n"
            "repeat_size = {3}\n"
            "autoscroll = {4}\n"
            "repeat_times = 3\n"
            "\n[node name=\"Strip\" type=\"Sprite2D\" parent=\"Plane{0}\"]\n"
            "texture = ExtResource(\"{5}\")\n"
            "centered = false\n"
            "position = Vector2({6}, {7})\n",
            n, vertical ? 1.0 : factor, vertical ? factor : 1.0,
            along(vertical ? strip.height() : strip.width()), along(speed), n + 1, offset.x,
            offset.y);
    }
    return fmt::format(
        "[gd_scene load_steps={} format=3]\n\n{}\n[node name=\"World\" type=\"Node2D\"]\n{}",
        world.strips().size() + 1, resources, nodes);
}

}  // namespace

void write_world(const Scroll& world, const ScrollOptions& options, const fs::path& folder,
                 const RunContext& run) {
    make_folder(folder);
    for (std::size_t n = 0; n < world.strips().size(); ++n) {
        run.throw_if_stopped();
        write_picture(folder / strip_name(n), world.strips()[n]);
    }
    write_text(folder / "world.json", world_json(world, options));
    write_text(folder / "world.tmx", tiled_map(world, options));
    write_text(folder / "world.tscn", godot_scene(world, options));
}

}  // namespace diorama::pipeline
