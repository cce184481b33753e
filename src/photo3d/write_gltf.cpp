#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <numbers>

#include "diorama/photo3d.h"
#include "image/encode.h"
#include "image/file_bytes.h"
#include "photo3d/relief_mesh.h"

// glTF 2.0, its binary form: a header, a chunk of JSON and one of numbers and pictures.

namespace diorama {
namespace photo3d {
namespace {

using Json = nlohmann::ordered_json;

// The numbers that the specification gives.
constexpr int kFloat = 5126;
constexpr int kUnsignedInt = 5125;
constexpr int kArrayBuffer = 34962;
constexpr int kElementArrayBuffer = 34963;
constexpr std::uint32_t kMagic = 0x46546C67;
constexpr std::uint32_t kVersion = 2;
constexpr std::uint32_t kJsonChunk = 0x4E4F534A;
constexpr std::uint32_t kBinaryChunk = 0x004E4942;

class Scene {
 public:
    Scene(const LayeredPhoto& photo, int quality) : photo_(photo), quality_(quality) {
        json_ = {{"asset", {{"version", "2.0"}, {"generator", "Diorama"}}},
                 {"extensionsUsed", {"KHR_materials_unlit"}},
                 {"scene", 0}};
        add_camera();
        for (std::size_t n = 0; n < photo.layers.size(); ++n) add_layer(n);
        Json roots = Json::array();
        for (std::size_t n = 0; n < json_["nodes"].size(); ++n) roots.push_back(n);
        json_["scenes"] = {{{"nodes", roots}}};
        json_["buffers"] = {{{"byteLength", binary_.size()}}};
    }

    [[nodiscard]] std::vector<std::uint8_t> bytes() const {
        std::string text = json_.dump();
        text.resize((text.size() + 3) / 4 * 4, ' ');
        std::vector<std::uint8_t> file;
        const std::size_t size = 12 + 8 + text.size() + 8 + binary_.size();
        append_numbers(file, {kMagic, kVersion, static_cast<std::uint32_t>(size)});
        append_numbers(file, {static_cast<std::uint32_t>(text.size()), kJsonChunk});
        file.insert(file.end(), text.begin(), text.end());
        append_numbers(file, {static_cast<std::uint32_t>(binary_.size()), kBinaryChunk});
        file.insert(file.end(), binary_.begin(), binary_.end());
        return file;
    }

 private:
    static void append_numbers(std::vector<std::uint8_t>& file,
                               std::initializer_list<std::uint32_t> numbers) {
        for (const std::uint32_t number : numbers)
            for (unsigned shift = 0; shift < 32; shift += 8)
                file.push_back(static_cast<std::uint8_t>(number >> shift));
    }

    void add_camera() {
        const double focal_px = camera_.focal_px(photo_.size);
        json_["cameras"] = {
            {{"type", "perspective"},
             {"perspective",
              {{"aspectRatio", static_cast<double>(photo_.size.width) / photo_.size.height},
               {"yfov", 2 * std::atan(photo_.size.height / 2.0 / focal_px)},
               {"znear", camera_.nearest / 10},
               {"zfar", camera_.farthest * 10}}}}};
        json_["nodes"] = {{{"name", "camera"}, {"camera", 0}}};
    }

    void add_layer(std::size_t number) {
        const ReliefMesh mesh = make_relief_mesh(photo_, number, camera_);
        if (mesh.triangles.empty()) return;
        const std::string name = fmt::format("layer {}", number);
        const int places = add_accessor(mesh.places, "VEC3", kFloat, kArrayBuffer);
        add_extent(mesh, json_["accessors"].back());
        const int texture = add_accessor(mesh.texture, "VEC2", kFloat, kArrayBuffer);
        const int triangles =
            add_accessor(mesh.triangles, "SCALAR", kUnsignedInt, kElementArrayBuffer);
        const int material = add_material(photo_.layers[number].colours, name);
        const Json primitive{{"attributes", {{"POSITION", places}, {"TEXCOORD_0", texture}}},
                             {"indices", triangles},
                             {"material", material}};
        json_["nodes"].push_back({{"name", name}, {"mesh", json_["meshes"].size()}});
        json_["meshes"].push_back({{"name", name}, {"primitives", {primitive}}});
    }

    // Unlit, as the light is in the photo already.
    int add_material(const Image& colours, const std::string& name) {
        const bool opaque = colours.alpha() == AlphaKind::none;
        const std::vector<std::uint8_t> picture =
            image::encode(opaque ? image::Format::jpeg : image::Format::png,
                          image::raster_of(colours), {.quality = quality_}, name);
        const auto index = static_cast<int>(json_["images"].size());
        json_["images"].push_back({{"bufferView", add_view(picture.data(), picture.size(), 0)},
                                   {"mimeType", opaque ? "image/jpeg" : "image/png"}});
        json_["textures"].push_back({{"source", index}});
        json_["materials"].push_back(
            {{"name", name},
             {"pbrMetallicRoughness",
              {{"baseColorTexture", {{"index", index}}}, {"metallicFactor", 0}}},
             {"alphaMode", opaque ? "OPAQUE" : "BLEND"},
             {"doubleSided", true},
             {"extensions", {{"KHR_materials_unlit", Json::object()}}}});
        return index;
    }

    template <class T>
    int add_accessor(const std::vector<T>& items, const char* type, int component, int target) {
        const int view = add_view(items.data(), items.size() * sizeof(T), target);
        json_["accessors"].push_back({{"bufferView", view},
                                      {"componentType", component},
                                      {"count", items.size()},
                                      {"type", type}});
        return static_cast<int>(json_["accessors"].size()) - 1;
    }

    static void add_extent(const ReliefMesh& mesh, Json& accessor) {
        std::array<float, 3> low = mesh.places.front();
        std::array<float, 3> high = low;
        for (const auto& place : mesh.places)
            for (int axis = 0; axis < 3; ++axis) {
                low[axis] = std::min(low[axis], place[axis]);
                high[axis] = std::max(high[axis], place[axis]);
            }
        accessor["min"] = low;
        accessor["max"] = high;
    }

    // `target` 0: pictures have none.
    int add_view(const void* data, std::size_t size_bytes, int target) {
        const std::size_t start = binary_.size();
        binary_.resize((start + size_bytes + 3) / 4 * 4);
        std::memcpy(binary_.data() + start, data, size_bytes);
        Json view{{"buffer", 0}, {"byteOffset", start}, {"byteLength", size_bytes}};
        if (target != 0) view["target"] = target;
        json_["bufferViews"].push_back(view);
        return static_cast<int>(json_["bufferViews"].size()) - 1;
    }

    const LayeredPhoto& photo_;
    int quality_;
    PhotoCamera camera_{};
    Json json_{};
    std::vector<std::uint8_t> binary_{};
};

}  // namespace
}  // namespace photo3d

void write_photo_gltf(const std::filesystem::path& file, const LayeredPhoto& photo, int quality) {
    image::write_file_bytes(file, photo3d::Scene(photo, quality).bytes());
}

}  // namespace diorama
