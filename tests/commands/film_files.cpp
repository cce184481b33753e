#include "film_files.h"

#include <algorithm>
#include <cmath>

#include "diorama/video.h"
#include "inference/tiny_onnx.h"

namespace diorama::tests {
namespace {

using namespace diorama::inference::testing;

// Soft blocks whose places and colours belong to the scene; the camera moves a pixel a frame.
Image draw(int scene, int frame) {
    Image image(kFilmSize, SampleType::u8, AlphaKind::none);
    for (int y = 0; y < kFilmSize.height; ++y)
        for (int x = 0; x < kFilmSize.width; ++x)
            for (int c = 0; c < 3; ++c) {
                const double u = 0.11 * (x + frame) * (1 + 0.4 * scene) + 2.1 * c;
                const double v = 0.17 * y * (1 + 0.3 * ((scene + 1) % 3)) + scene;
                image.row<std::uint8_t>(y)[3 * x + c] = static_cast<std::uint8_t>(
                    128 + 60 * std::sin(u) + 55 * std::cos(v + 0.5 * c * scene));
            }
    return image;
}

}  // namespace

void write_film(const std::filesystem::path& file) {
    const auto sink = open_sink(
        file, {.size = kFilmSize, .fps = {5, 1}, .encoder = {.codec = "ffv1"}, .threads = 1});
    for (int scene = 0; scene < kFilmScenes; ++scene)
        for (int frame = 0; frame < kSceneFrames; ++frame) sink->write(draw(scene, frame));
    sink->finish();
}

void write_red_network(const std::filesystem::path& file) {
    write_text(file, encode(TinyGraph{.inputs = {{"in", {1, 3, 64, 96}}},
                                      .outputs = {{"out", {1, 1, 64, 96}}},
                                      .nodes = {{"Slice", {"in", "begin", "end", "axis"}, {"out"}}},
                                      .constants = {{"begin", {1}, {0}, Element::int64},
                                                    {"end", {1}, {1}, Element::int64},
                                                    {"axis", {1}, {1}, Element::int64}}}));
    std::filesystem::path block = file;
    write_text(block.replace_extension(".json"),
               R"({"task": "depth", "file": ")" + file.filename().string() +
                   R"(", "input": {"layout": "nchw", "size": {"width": 96, "height": 64}},
                   "outputs": [{"meaning": "inverse_depth"}]})");
}

std::vector<Image> read_frames(const std::filesystem::path& film) {
    FilmReader reader(film);
    std::vector<Image> frames;
    while (auto frame = reader.next()) frames.push_back(std::move(frame->image));
    return frames;
}

bool have_same_frames(const std::filesystem::path& one, const std::filesystem::path& other) {
    const std::vector<Image> a = read_frames(one);
    const std::vector<Image> b = read_frames(other);
    return std::ranges::equal(a, b, [](const Image& x, const Image& y) {
        return x.size() == y.size() &&
               std::equal(x.data(), x.data() + x.size_bytes(), y.data(), y.data() + y.size_bytes());
    });
}

}  // namespace diorama::tests
