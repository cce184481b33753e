// Prints what the whole popout command costs beside its encoder, and the memory that a large photo
// takes.

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <vector>

#include "core/stopwatch.h"
#include "diorama/jobs.h"
#include "diorama/picture.h"

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

PopoutJob example_job(const fs::path& output, const char* size) {
    return {.input = kExamples / "still_life.jpg",
            .output = output,
            .subject = {.matte = {(kExamples / "still_life_matte.png").string()}},
            .depth = {.depth = (kExamples / "still_life_depth.png").string()},
            .film = {.duration = Seconds(5), .size = size}};
}

// The whole job, 5 s of 1920×1080 at 30 frames a second, against encoding the same frames from
// memory; RGB to YUV belongs to the encoder in both.
void compare_with_encoder(const Folder& folder) {
    const fs::path film = folder.path / "film.mp4";
    const PopoutJob job = example_job(film, "1920x1080");
    (void)run_job(job, {}, RunMode::run);
    const auto frame_count = static_cast<int>(std::lround(job.film.duration.count() * 30));

    // The encoder sees what the command drew: a lossless copy of its frames, held in memory.
    std::vector<Image> frames;
    PopoutJob lossless = job;
    lossless.output = folder.path / "frames.mkv";
    lossless.encoder = {.codec = "ffv1"};
    (void)run_job(lossless, {}, RunMode::run);
    FilmReader reader(lossless.output);
    while (auto frame = reader.next()) frames.push_back(std::move(frame->image));
    if (static_cast<int>(frames.size()) != frame_count) {
        fmt::print("expected {} frames, read {}\n", frame_count, frames.size());
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
               "5 s of 1080p30, x264 medium: whole command / encoder", time.first_s / time.second_s,
               "<= 1.3", time.first_s, time.second_s);
}

double peak_gigabytes(const PopoutJob& job) {
    const pid_t child = ::fork();
    if (child == 0) {
        try {
            (void)run_job(job, {}, RunMode::run);
        } catch (const std::exception& error) {
            fmt::print(stderr, "{}\n", error.what());
            ::_exit(1);
        }
        ::_exit(0);
    }
    int status = 0;
    rusage usage{};
    ::wait4(child, &status, 0, &usage);
    return status == 0 ? static_cast<double>(usage.ru_maxrss) / 1e6 : NAN;
}

void measure_memory(const Folder& folder) {
    // The still life at 24 megapixels, with its matte and depth.
    PopoutJob job = example_job(folder.path / "large.mp4", "");
    {
        const Size large{5656, 4242};
        write_picture(folder.path / "large.jpg", resize(read_picture(job.input), large));
        const Image matte = resize(read_picture(job.subject.matte[0]), large);
        write_picture(folder.path / "matte.png", matte);
        job.input = folder.path / "large.jpg";
        job.subject.matte = {(folder.path / "matte.png").string()};
    }
    job.film.duration = Seconds(1);
    const auto print = [](const char* what, double gigabytes) {
        fmt::print("{:<58} {:>7.2f} GB {:<9}\n", what, gigabytes, "<= 1.5");
    };
    print("24-megapixel photo, film: peak memory", peak_gigabytes(job));
    job.extras.preview = Seconds(1);
    job.output = folder.path / "large.png";
    print("24-megapixel photo, preview at full size: peak memory", peak_gigabytes(job));
}

}  // namespace
}  // namespace diorama

int main() {
    const diorama::Folder folder;
    // Memory first, while this process is still small: a forked child starts with its parent's.
    diorama::measure_memory(folder);
    diorama::compare_with_encoder(folder);
    return 0;
}
