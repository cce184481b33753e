// Prints what parting, packing and drawing a photo cost, each measured in one run with the same
// threads.

#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <opencv2/core.hpp>

#include "core/parallel.h"
#include "core/stopwatch.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "photo3d/camera_view.h"
#include "photo3d/textures.h"

namespace diorama {
namespace {

const RunContext kRun;

struct Still {
    Image photo{};
    InverseDepth depth{};
};

Still read_still_life(Size size) {
    const std::filesystem::path examples = std::filesystem::path(DIORAMA_SOURCE_DIR) / "examples";
    Still still{.photo = resize(read_picture(examples / "still_life.jpg"), size),
                .depth = InverseDepth(size)};
    const InverseDepth stored = read_inverse_depth(examples / "still_life_depth.png");
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            still.depth.at(x, y) =
                stored.at(x * stored.width() / size.width, y * stored.height() / size.height);
    return still;
}

void print(const std::string& what, double value, const char* unit, const char* must) {
    fmt::print("{:<62} {:>9.2f} {:<3} {}\n", what, value, unit, must);
}

// A 12-megapixel photo at the size that its page has.
void measure_export() {
    const Still large = read_still_life({4000, 3000});
    const Filler filler({.fill = "smooth"});
    Still small;
    LayeredPhoto layers;
    const double shrink = core::seconds_of([&] {
        small.photo = resize(large.photo, {1600, 1200});
    });
    small.depth = read_still_life({1600, 1200}).depth;
    const double part =
        core::seconds_of([&] { layers = split_photo(small.photo, small.depth, {}, filler, kRun); });
    const double pack = core::seconds_of(
        [&] { (void)photo3d::pack_textures(layers, PageOptions{}.quality, kRun); });
    print("page: 12 megapixels made 1600x1200", shrink, "s", "");
    print("page: parted into layers", part, "s", "");
    print("page: packed", pack, "s", "");
    print("page: all of it", shrink + part + pack, "s", "<= 1.5");
}

// The views at the far end of each way.
void measure_camera(const char* name, CameraOptions options, double phase) {
    constexpr Size kFrame{1920, 1080};
    const Still still = read_still_life(kFrame);
    const LayeredPhoto layers =
        split_photo(still.photo, still.depth, photo3d::layers_for(options, kFrame),
                    Filler({.fill = "smooth"}), kRun);
    photo3d::Sheets sheets;
    const double ready =
        core::seconds_of([&] { sheets = photo3d::sheets_of(layers, options, kRun); });
    const photo3d::View view = photo3d::view_at(options, kFrame, phase);
    Image frame(kFrame, SampleType::u8, AlphaKind::premultiplied);
    Image other = frame;
    const auto draw = [&] { photo3d::draw_sheets(sheets, view, frame, kRun); };
    const core::Pair copy = core::time_in_turns(15, draw, [&] {
        core::parallel_rows(kRun, frame.height(), [&](int begin, int end) {
            std::memcpy(other.row<std::uint8_t>(begin), frame.row<std::uint8_t>(begin),
                        (end - begin) * frame.row_bytes());
        });
    });
    const core::Pair plain = core::time_in_turns(
        1, [&] { photo3d::draw_sheets_reference(sheets, view, other, kRun); }, draw);
    const double apart =
        cv::norm(as_mat(frame), as_mat(other), cv::NORM_L1) / (4.0 * kFrame.area());
    print(fmt::format("camera, {}: ready to draw", name), ready, "s", "");
    print(fmt::format("camera, {}: a frame of 1920x1080", name), copy.first_s * 1e3, "ms", "<= 40");
    print(fmt::format("camera, {}: fast / frame copy", name), copy.first_s / copy.second_s, "x",
          "");
    print(fmt::format("camera, {}: reference / fast", name), plain.first_s / plain.second_s, "x",
          "");
    print(fmt::format("camera, {}: mean difference, in 1/255", name), apart, "", "<= 0.1");
}

}  // namespace
}  // namespace diorama

int main() {
    using diorama::Motion;
    cv::setNumThreads(diorama::kRun.thread_count());
    fmt::print("{:<62} {:>9}     {} ({} threads)\n", "photo3d", "measured", "must",
               diorama::kRun.thread_count());
    diorama::measure_export();
    diorama::measure_camera("sway", {.motion = Motion::sway}, 0.25);
    diorama::measure_camera("orbit", {.motion = Motion::orbit}, 0.15);
    diorama::measure_camera("dolly", {.motion = Motion::dolly}, 0.5);
    diorama::measure_camera("circle, open lens",
                            {.motion = Motion::circle, .focus = 0.9, .aperture_percent = 2}, 0.3);
    return 0;
}
