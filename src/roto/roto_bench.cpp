// Prints what drawing in flat tones costs, each ratio measured in one run.

#include <fmt/format.h>

#include <filesystem>
#include <opencv2/core.hpp>
#include <string>

#include "core/stopwatch.h"
#include "diorama/catalogue.h"
#include "diorama/picture.h"
#include "diorama/shapes.h"
#include "diorama/steady_tones.h"
#include "diorama/tone_estimate.h"
#include "roto/painted_tones.h"

namespace diorama {
namespace {

double median_s(int rounds, const auto& call) {
    return core::time_in_turns(rounds, call, [] {}).first_s;
}

void print_tracing(const char* what, const ToneMap& tones) {
    const auto time = core::time_in_turns(
        11, [&] { (void)trace_tones(tones); }, [&] { (void)trace_tones(tones, {.smooth_px = 0}); });
    fmt::print("{:<48} {:7.1f} ms  {:4.1f} times the exact borders, {} nodes\n", what,
               1e3 * time.first_s, time.first_s / time.second_s, trace_tones(tones).count_nodes());
}

void print_drawing(const char* name, const auto& estimate) {
    const Image picture =
        resize(read_picture(std::filesystem::path(DIORAMA_SOURCE_DIR) / "examples/still_life.jpg"),
               {512, 512});
    Image moved = picture;  // by three pixels
    for (int y = 0; y < 512; ++y)
        std::copy_n(picture.row<std::uint8_t>(y), 3 * 509, moved.row<std::uint8_t>(y) + 9);
    SteadyTones drawer;
    bool turn = false;
    const double frame_s = median_s(15, [&] {
        const Image& frame = (turn = !turn) ? picture : moved;
        (void)trace_tones(drawer.draw(frame, estimate(frame)));
    });
    fmt::print("512x512, {:<38} {:7.1f} frames a second\n", name, 1 / frame_s);
}

ToneMap tones_of_photo(Size size) {
    const Image picture = resize(
        read_picture(std::filesystem::path(DIORAMA_SOURCE_DIR) / "examples/still_life.jpg"), size);
    SteadyTones drawer;
    return drawer.draw(picture, estimate_tones(ToneMethod::thresholds, picture));
}

}  // namespace
}  // namespace diorama

int main() {
    using namespace diorama;
    cv::setNumThreads(RunContext{}.thread_count());
    print_tracing("1920x1080, balls, tracing (must <= 60 ms)", paint_balls({1920, 1080}));
    print_tracing("1920x1080, a photo, tracing (must <= 60 ms)", tones_of_photo({1920, 1080}));
    const auto by = [](ToneMethod method) {
        return [method](const Image& frame) { return estimate_tones(method, frame); };
    };
    print_drawing("thresholds, steadied and traced", by(ToneMethod::thresholds));
    print_drawing("k-means, steadied and traced", by(ToneMethod::kmeans));
    const Model network(find_model(std::string(kBuiltInTones), {ModelTask::tones}));
    print_drawing("network, steadied and traced (must >= 8)", [&](const Image& frame) {
        return estimate_tones(network, normalise_exposure(frame));
    });
    return 0;
}
