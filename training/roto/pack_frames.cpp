#include "roto/pack_frames.h"

#include <algorithm>
#include <string>
#include <vector>

#include "data/scene_file.h"
#include "diorama/error.h"
#include "diorama/picture.h"
#include "diorama/tone_estimate.h"
#include "diorama/tones.h"

namespace diorama::training {
namespace fs = std::filesystem;
namespace {

constexpr char kEnding[] = "_tones.png";

// Names of frames, relative to the folder and without ending.
std::vector<std::string> list_labelled(const fs::path& folder) {
    if (!fs::is_directory(folder))
        throw Error(ErrorCode::not_found, "no such folder", folder.string());
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        std::string name = fs::relative(entry.path(), folder).generic_string();
        if (!name.ends_with(kEnding)) continue;
        name.resize(name.size() - (sizeof kEnding - 1));
        names.push_back(name);
    }
    if (names.empty())
        throw Error(ErrorCode::not_found,
                    "holds no labelled frame; `diorama-train dataset roto` labels renders",
                    folder.string());
    std::ranges::sort(names);
    return names;
}

Scene read_frame(const fs::path& folder, const std::string& name) {
    const fs::path file = folder / (name + ".png");
    const Image picture = normalise_exposure(convert(read_picture(file), SampleType::u8));
    const ToneMap tones = read_tones(read_picture(folder / (name + kEnding)));
    if (picture.size() != tones.size())
        throw Error(ErrorCode::mismatch, "its labels have another size", file.string());
    Scene scene{.name = name, .width = picture.width(), .height = picture.height()};
    for (int y = 0; y < scene.height; ++y)
        for (int x = 0; x < scene.width; ++x) {
            const auto* pixel = picture.row<std::uint8_t>(y) + x * picture.channels();
            scene.picture.insert(scene.picture.end(), pixel, pixel + 3);
            scene.tones.push_back(static_cast<std::uint8_t>(tones.at(x, y)));
        }
    return scene;
}

}  // namespace

void pack_frames(const fs::path& folder, const fs::path& file, const RunContext& run) {
    const auto names = list_labelled(folder);
    SceneFileWriter writer(file);
    for (std::size_t i = 0; i < names.size(); ++i) {
        run.throw_if_stopped();
        run.progress("packing frames", static_cast<std::int64_t>(i + 1),
                     static_cast<std::int64_t>(names.size()));
        writer.add(read_frame(folder, names[i]));
    }
    writer.finish();
}

}  // namespace diorama::training
