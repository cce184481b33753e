// How good planes are, on photos: the still life of examples/ and 20 photos of the development
// material, their depth by its small network.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <opencv2/core.hpp>
#include <vector>

#include "diorama/depth.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "layers/plane_checks.h"
#include "layers/plane_masks.h"

namespace fs = std::filesystem;

namespace diorama::layers {
namespace {

constexpr std::size_t kPhotos = 20;

struct Scene {
    Image picture{};
    PlaneMap planes{};
};

Scene part(const Image& picture, const InverseDepth& depth, const Confidence& confidence) {
    const PlaneMap split = split_planes(depth, confidence);
    return {picture, align_planes(close_planes(extend_background(split, depth, picture)), picture)};
}

std::vector<Image> cut(const Scene& scene, PlaneSupport support, const char* fill) {
    return cut_planes(scene.picture, scene.planes, support, Directions::both,
                      Filler({.fill = fill}));
}

// Every third photo.
std::vector<Scene> photo_scenes() {
    const fs::path shared = DIORAMA_SHARED_DIR;
    std::vector<fs::path> files;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(shared / "data/photos/eval", none))
        files.push_back(entry.path());
    if (files.empty()) return {};
    std::ranges::sort(files);

    ModelInterface interface;
    interface.file = shared / "models/tcmonodepth/tcmonodepth_small_512x512.onnx";
    interface.input.range = {0, 255};
    interface.input.size.fixed = Size{512, 512};
    interface.outputs = {{.name = "", .meaning = OutputMeaning::inverse_depth}};
    const Model network(interface);
    std::vector<Scene> scenes;
    for (std::size_t n = 0; n < files.size() && scenes.size() < kPhotos; n += 3) {
        const Image picture = read_picture(files[n]);
        const DepthEstimate depth = estimate_depth(network, picture);
        scenes.push_back(part(picture, depth.inverse_depth, depth.confidence));
    }
    return scenes;
}

// Half a turn: as much detail, but of other places.
Image turn(const Image& picture) {
    Image turned = picture;
    cv::Mat pixels = as_mat(turned);
    cv::flip(as_mat(picture), pixels, -1);
    return turned;
}

void print_ghosts(const std::string& what, const std::vector<Ghosts>& found) {
    std::vector<double> strengths;
    double hidden_px = 0;
    double seen_px = 0;
    for (const Ghosts& ghosts : found) {
        for (const double correlation : ghosts.correlations)
            strengths.push_back(std::abs(correlation));
        hidden_px += ghosts.hidden_px;
        seen_px += ghosts.seen_px;
    }
    const double sum = std::accumulate(strengths.begin(), strengths.end(), 0.0);
    fmt::print("{:<44} {:>6}  mean {:.3f}  worst {:.3f}  seen {:.2f} %\n", what, strengths.size(),
               sum / static_cast<double>(strengths.size()), std::ranges::max(strengths),
               100 * seen_px / hidden_px);
}

// What shows of hidden things, against the same for things that were never there.
void measure_ghosts(const std::vector<Scene>& scenes) {
    for (const char* fill : {"extend", "patchmatch"}) {
        std::vector<Ghosts> ours;
        std::vector<Ghosts> chance;
        for (const Scene& scene : scenes) {
            const auto layers = cut(scene, PlaneSupport::on, fill);
            ours.push_back(find_ghosts(scene.picture, scene.planes, layers));
            chance.push_back(find_ghosts(turn(scene.picture), scene.planes, layers));
        }
        print_ghosts(fmt::format("{} photos, --fill {}: ghosts", scenes.size(), fill), ours);
        print_ghosts(fmt::format("{} photos, --fill {}: by chance", scenes.size(), fill), chance);
    }
}

Scene still_life() {
    const fs::path examples = fs::path(DIORAMA_SOURCE_DIR) / "examples";
    const Image picture = read_picture(examples / "still_life.jpg");
    InverseDepth depth = read_inverse_depth(examples / "still_life_depth.png");
    normalise(depth);
    return part(picture, depth, heuristic_confidence(depth));
}

void measure_holes(const Scene& scene) {
    const cv::Mat_<uchar> hidden = support_mask(scene.planes, scene.planes.planes - 1);
    const std::vector<std::uint8_t> where(hidden.begin(), hidden.end());
    for (const auto& [support, name, help] : kChoices<PlaneSupport>)
        fmt::print("{:<44} {:>6.1f} %\n",
                   fmt::format("still life, --support {}: midground open", name),
                   100 * open_share(cut(scene, support, "extend")[1], where));
}

}  // namespace
}  // namespace diorama::layers

int main() {
    using namespace diorama::layers;
    measure_holes(still_life());
    if (const auto scenes = photo_scenes(); !scenes.empty()) measure_ghosts(scenes);
    return 0;
}
