#include "data/scene_file.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "diorama/error.h"

namespace diorama::training {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;

fs::path planes_of(fs::path file) {
    return file.replace_extension(".bin");
}

fs::path partial(const fs::path& file) {
    return fs::path(file) += ".partial";
}

template <class Sample>
void append(std::ofstream& stream, const std::vector<Sample>& plane) {
    stream.write(reinterpret_cast<const char*>(plane.data()),
                 static_cast<std::streamsize>(plane.size() * sizeof(Sample)));
}

template <class Sample>
std::vector<Sample> take(std::ifstream& stream, std::size_t count) {
    std::vector<Sample> plane(count);
    stream.read(reinterpret_cast<char*>(plane.data()),
                static_cast<std::streamsize>(count * sizeof(Sample)));
    return plane;
}

}  // namespace

SceneFileWriter::SceneFileWriter(fs::path file)
    : file_(std::move(file)), planes_(partial(planes_of(file_)), std::ios::binary) {}

SceneFileWriter::~SceneFileWriter() {
    std::error_code ignored;
    fs::remove(partial(file_), ignored);
    fs::remove(partial(planes_of(file_)), ignored);
}

void SceneFileWriter::add(const Scene& scene) {
    const auto area = static_cast<std::size_t>(scene.width) * scene.height;
    const auto fits = [area](const auto& plane) { return plane.empty() || plane.size() == area; };
    if (scene.picture.size() != 3 * area || !fits(scene.inverse_depth) || !fits(scene.matte) ||
        !fits(scene.tones))
        throw Error(ErrorCode::mismatch, "its planes differ in size", scene.name);
    append(planes_, scene.picture);
    append(planes_, scene.inverse_depth);
    append(planes_, scene.matte);
    append(planes_, scene.tones);
    const Json entry{{"name", scene.name},
                     {"width", scene.width},
                     {"height", scene.height},
                     {"depth", !scene.inverse_depth.empty()},
                     {"matte", !scene.matte.empty()},
                     {"tones", !scene.tones.empty()}};
    index_ += (index_.empty() ? "" : ",\n") + entry.dump();
}

void SceneFileWriter::finish() {
    planes_.close();
    std::ofstream index(partial(file_));
    index << "[\n" << index_ << "\n]\n";
    index.close();
    if (!planes_ || !index) throw Error(ErrorCode::unwritable, "cannot be written", file_.string());
    fs::rename(partial(planes_of(file_)), planes_of(file_));
    fs::rename(partial(file_), file_);
}

SceneFile::SceneFile(const fs::path& file) : planes_(planes_of(file)) {
    std::ifstream stream(file);
    if (!stream) throw Error(ErrorCode::not_found, "no such file", file.string());
    std::int64_t offset_bytes = 0;
    try {
        for (const auto& scene : Json::parse(stream)) {
            Entry entry{.name = scene.at("name"),
                        .width = scene.at("width"),
                        .height = scene.at("height"),
                        .has_depth = scene.at("depth"),
                        .has_matte = scene.at("matte"),
                        .has_tones = scene.value("tones", false),
                        .offset_bytes = offset_bytes};
            const int bytes = 3 + (entry.has_depth ? 2 : 0) + (entry.has_matte ? 1 : 0) +
                              (entry.has_tones ? 1 : 0);
            offset_bytes += std::int64_t{entry.width} * entry.height * bytes;
            entries_.push_back(std::move(entry));
        }
    } catch (const Json::exception& e) {
        throw Error(ErrorCode::unreadable, std::string("is no list of scenes: ") + e.what(),
                    file.string());
    }
    std::error_code missing;
    if (static_cast<std::int64_t>(fs::file_size(planes_, missing)) != offset_bytes || missing)
        throw Error(ErrorCode::unreadable, "does not hold what its list says; make it anew",
                    planes_.string());
}

Scene SceneFile::read(std::size_t index) const {
    const auto& entry = entries_.at(index);
    const auto area = static_cast<std::size_t>(entry.width) * entry.height;
    std::ifstream stream(planes_, std::ios::binary);
    stream.seekg(entry.offset_bytes);
    Scene scene{.name = entry.name, .width = entry.width, .height = entry.height};
    scene.picture = take<std::uint8_t>(stream, 3 * area);
    if (entry.has_depth) scene.inverse_depth = take<std::uint16_t>(stream, area);
    if (entry.has_matte) scene.matte = take<std::uint8_t>(stream, area);
    if (entry.has_tones) scene.tones = take<std::uint8_t>(stream, area);
    if (!stream) throw Error(ErrorCode::unreadable, "cannot be read", planes_.string());
    return scene;
}

}  // namespace diorama::training
