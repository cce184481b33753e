// Prints what whole commands cost beside their encoder, and the memory that large photos and long
// films take.

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <vector>

#include "core/stopwatch.h"
#include "diorama/jobs.h"
#include "diorama/picture.h"
#include "pipeline/film_bench.h"
#include "pipeline/peak_memory.h"

namespace fs = std::filesystem;

namespace diorama {
namespace {

const fs::path kExamples = fs::path(DIORAMA_SOURCE_DIR) / "examples";

class Folder {
 public:
    Folder() { fs::create_directories(path); }
    ~Folder() { fs::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const fs::path path =
        fs::temp_directory_path() / ("diorama-pipeline-bench-" + std::to_string(::getpid()));
};

PopoutJob popout_job(const fs::path& output) {
    return {.input = kExamples / "still_life.jpg",
            .output = output,
            .subject = {.matte = {(kExamples / "still_life_matte.png").string()}},
            .depth = {.depth = (kExamples / "still_life_depth.png").string()},
            .film = {.duration = Seconds(5)}};
}

// Of the length that it has when nobody says.
ScrollJob scroll_job(const fs::path& output) {
    return {.input = kExamples / "still_life.jpg",
            .output = output,
            .depth = {.depth = (kExamples / "still_life_depth.png").string()}};
}

// The frames that a job draws, as its encoder sees them: read back from a lossless film.
template <class Job>
std::vector<Image> draw_frames(Job job, const Folder& folder) {
    job.output = folder.path / "frames.mkv";
    job.encoder = {.codec = "ffv1"};
    (void)run_job(job, {}, RunMode::run);
    std::vector<Image> frames;
    FilmReader reader(job.output);
    while (auto frame = reader.next()) frames.push_back(std::move(frame->image));
    return frames;
}

// The whole job, 1920×1080 at 30 frames a second, against encoding the same frames from
// memory; RGB to YUV belongs to the encoder in both.
template <class Job>
void compare_with_encoder(const char* what, Job job, const Folder& folder) {
    job.film.size = "1920x1080";
    const std::vector<Image> frames = draw_frames(job, folder);
    if (std::ssize(frames) != std::lround(job.film.loop().count() * 30)) {
        fmt::print("{}: read {} frames\n", what, frames.size());
        return;
    }
    const auto time = core::time_in_turns(
        3, [&] { (void)run_job(job, {}, RunMode::run); },
        [&] {
            const auto sink =
                open_sink(folder.path / "encoded.mp4", {.size = frames[0].size(), .fps = {30, 1}});
            for (const Image& frame : frames) sink->write(frame);
            sink->finish();
        });
    fmt::print("{:<58} {:>7.2f}x  {:<10} {:.2f} s / {:.2f} s\n",
               fmt::format("{}, {:.0f} s of 1080p30, x264 medium: command / encoder", what,
                           job.film.loop().count()),
               time.first_s / time.second_s, "<= 1.3", time.first_s, time.second_s);
}

void measure_memory(const Folder& folder) {
    // The still life at 24 megapixels, with its matte and depth.
    PopoutJob job = popout_job(folder.path / "large.mp4");
    (void)peak_gigabytes_of([&] {
        const Size large{5656, 4242};
        write_picture(folder.path / "large.jpg", resize(read_picture(job.input), large));
        const Image matte = resize(read_picture(job.subject.matte[0]), large);
        write_picture(folder.path / "matte.png", matte);
    });
    job.input = folder.path / "large.jpg";
    job.subject.matte = {(folder.path / "matte.png").string()};
    job.film.duration = Seconds(1);
    const auto print = [](const char* what, double gigabytes) {
        fmt::print("{:<58} {:>7.2f} GB {:<9}\n", what, gigabytes, "<= 1.5");
    };
    print("popout, 24-megapixel photo, film: peak memory", peak_gigabytes(job));
    job.extras.preview = Seconds(1);
    job.output = folder.path / "large.png";
    print("popout, 24-megapixel photo, a frame: peak memory", peak_gigabytes(job));
}

// A small film is short work even where it is long.
void compare_lengths(const Folder& folder) {
    ScrollJob job = scroll_job(folder.path / "long.mp4");
    job.film.duration = Seconds(10);
    job.film.size = "320";
    job.encoder = {.preset = "ultrafast"};
    const double short_gb = peak_gigabytes(job);
    job.film.loops = 60;
    fmt::print("{:<58} {:>7.2f}x  {:<10}\n", "scroll, 10 min / 10 s: peak memory",
               peak_gigabytes(job) / short_gb, "flat");
}

}  // namespace
}  // namespace diorama

// All of it, or one part: memory, encoder or films. Options of Google Benchmark mean nothing here.
int main(int argc, char** argv) {
    const auto wants = [&](std::string_view part) {
        return argc < 2 || argv[1][0] == '-' || argv[1] == part;
    };
    const diorama::Folder folder;
    // Memory first, while this process is still small: a forked child starts with its parent's.
    if (wants("memory")) {
        diorama::measure_memory(folder);
        diorama::compare_lengths(folder);
        diorama::measure_film_memory(folder.path);
    }
    if (wants("encoder")) {
        diorama::compare_with_encoder("popout", diorama::popout_job(folder.path / "film.mp4"),
                                      folder);
        diorama::ScrollJob scroll = diorama::scroll_job(folder.path / "film.mp4");
        diorama::compare_with_encoder("scroll", scroll, folder);
        scroll.film.duration = diorama::Seconds(5);
        diorama::compare_with_encoder("scroll", scroll, folder);
    }
    if (wants("films")) diorama::measure_films(folder.path);
    return 0;
}
