// Films in, films out: what a person sees of segments, resuming and shares.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <random>

#include "diorama/picture.h"
#include "diorama/video.h"
#include "film_files.h"
#include "run_command.h"

namespace fs = std::filesystem;

namespace diorama::tests {
namespace {

using testing::HasSubstr;
using Arguments = std::vector<std::string>;

class Film : public testing::Test {
 protected:
    fs::path folder = fs::temp_directory_path() / ("diorama-films-" + std::to_string(getpid()));

    void SetUp() override {
        fs::create_directories(folder);
        write_film(folder / "film.mkv");
        write_red_network(folder / "red.onnx");
    }
    void TearDown() override { fs::remove_all(folder); }

    // A film of depth in colours, which is quick to make.
    [[nodiscard]] static Arguments depth_to(const std::string& output, const Arguments& more = {}) {
        Arguments arguments{"depth", "film.mkv", "--depth-model", "red.onnx", "--colormap",
                            "turbo", "--codec",  "ffv1",          "-o",       output};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
    }
    [[nodiscard]] CommandResult run(const Arguments& arguments) const {
        return run_command(folder, arguments);
    }
    void expect_success(const Arguments& arguments) const {
        const CommandResult result = run(arguments);
        EXPECT_EQ(result.status, 0) << result.err;
    }
    void expect_failure(const Arguments& arguments, int status, const std::string& words) const {
        const CommandResult result = run(arguments);
        EXPECT_EQ(result.status, status) << result.err;
        EXPECT_EQ(result.error_lines().size(), 1U) << result.err;
        EXPECT_THAT(result.err, HasSubstr(words));
    }
    // Nothing hidden stays beside the outputs.
    void expect_nothing_left() const {
        for (const auto& entry : fs::directory_iterator(folder))
            EXPECT_FALSE(entry.path().filename().string().starts_with(".")) << entry.path();
    }
    [[nodiscard]] fs::path parts_of(const std::string& film) const {
        return folder / ("." + film + ".parts");
    }
    [[nodiscard]] std::size_t finished_segments(const std::string& film) const {
        std::ifstream journal(parts_of(film) / "journal.jsonl");
        std::size_t lines = 0;
        for (std::string line; std::getline(journal, line);) lines += line.ends_with("}");
        return lines;
    }
};

TEST_F(Film, BecomesAFilmOfItsDepthFrameByFrame) {
    expect_success(depth_to("depth.mkv"));
    EXPECT_EQ(read_frames(folder / "depth.mkv").size(), kFilmScenes * kSceneFrames * 1U);
    expect_nothing_left();
}

TEST_F(Film, BecomesNumberedMapsThatLeadBackToTheNetworksValues) {
    expect_success({"depth", "film.mkv", "--depth-model", "red.onnx", "-o", "d_%03d.exr", "--start",
                    "1", "--duration", "2", "--every", "2"});
    for (const char* name : {"d_000.exr", "d_004.exr"}) {
        const InverseDepth depth = read_inverse_depth(folder / name);
        EXPECT_EQ(depth.size(), kFilmSize);
        const float value = depth.at(40, 30) * depth.scale + depth.offset;
        EXPECT_GT(value, 0);
        EXPECT_LT(value, 1);
    }
    EXPECT_FALSE(fs::exists(folder / "d_005.exr"));
    expect_nothing_left();
}

TEST_F(Film, BecomesTwoViews) {
    expect_success({"stereo", "film.mkv", "--depth-model", "red.onnx", "-o", "sbs.mkv", "--codec",
                    "ffv1", "--duration", "2"});
    FilmReader reader(folder / "sbs.mkv");
    EXPECT_EQ(reader.info().packing, FramePacking::side_by_side);
    const std::vector<Image> both = read_frames(folder / "sbs.mkv");
    const std::vector<Image> left = read_frames(folder / "film.mkv");
    ASSERT_EQ(both.size(), 10U);
    for (std::size_t n = 0; n < both.size(); ++n)
        for (int y = 0; y < kFilmSize.height; ++y)
            ASSERT_TRUE(std::equal(left[n].row<std::uint8_t>(y),
                                   left[n].row<std::uint8_t>(y) + left[n].row_bytes(),
                                   both[n].row<std::uint8_t>(y)));
}

TEST_F(Film, ShowsOneFrameOfItself) {
    expect_success(depth_to("depth.mkv"));
    expect_success({"depth", "film.mkv", "--depth-model", "red.onnx", "--colormap", "turbo", "-o",
                    "look.png", "--preview", "3"});
    const Image look = read_picture(folder / "look.png");
    const Image frame = read_frames(folder / "depth.mkv").at(15);
    int most = 0;
    for (std::size_t i = 0; i < look.size_bytes(); ++i)
        most = std::max(most, std::abs(look.data()[i] - frame.data()[i]));
    EXPECT_LE(most, 40);  // its past is shorter
}

TEST_F(Film, GoesOnAfterBeingKilledAtAnyMoment) {
    expect_success(depth_to("whole.mkv"));
    std::mt19937 random(7);
    int resumed = 0;
    for (int round = 0; round < 20; ++round) {
        const std::size_t enough = random() % kFilmScenes;
        const auto wait = std::chrono::milliseconds(random() % 150);
        // A number of segments, and a random moment after them.
        std::function<bool()> later;
        const CommandResult killed = run_command(
            folder, depth_to("depth.mkv"),
            [&] {
                if (!later && finished_segments("depth.mkv") >= enough) later = after(wait);
                return later && later();
            },
            SIGKILL);
        if (fs::exists(folder / "depth.mkv")) {  // it was quicker, or died tidying up
            ASSERT_TRUE(have_same_frames(folder / "whole.mkv", folder / "depth.mkv"));
            fs::remove_all(folder / ".depth.mkv.parts");
            fs::remove(folder / "depth.mkv");
            continue;
        }
        const std::size_t kept = finished_segments("depth.mkv");
        const CommandResult again = run(depth_to("depth.mkv"));
        ASSERT_EQ(again.status, 0) << again.err;
        if (kept > 0) {
            ++resumed;
            EXPECT_THAT(again.err, HasSubstr("goes on after " + std::to_string(kept)));
        }
        ASSERT_TRUE(have_same_frames(folder / "whole.mkv", folder / "depth.mkv")) << round;
        fs::remove(folder / "depth.mkv");
        expect_nothing_left();
    }
    EXPECT_GT(resumed, 4);
}

TEST_F(Film, KeepsFinishedSegmentsWhenStoppedAndBeginsAnewWhenChanged) {
    const CommandResult stopped = run_command(folder, depth_to("depth.mkv"),
                                              [&] { return finished_segments("depth.mkv") >= 1; });
    ASSERT_EQ(stopped.status, 130) << stopped.err;
    EXPECT_THAT(stopped.err, HasSubstr("segments are kept"));
    EXPECT_FALSE(fs::exists(folder / "depth.mkv"));

    const CommandResult changed = run(depth_to("depth.mkv", {"--stability", "0.5"}));
    EXPECT_EQ(changed.status, 0) << changed.err;
    EXPECT_THAT(changed.err, HasSubstr("begun anew, since something has changed: --stability"));
    expect_success(depth_to("whole.mkv", {"--stability", "0.5"}));
    EXPECT_TRUE(have_same_frames(folder / "whole.mkv", folder / "depth.mkv"));
    expect_nothing_left();
}

TEST_F(Film, IsTheSameWhenSharesMakeIt) {
    expect_success(depth_to("whole.mkv"));
    expect_success(depth_to("shared.mkv", {"--shares", "3", "--share", "2"}));
    EXPECT_FALSE(fs::exists(folder / "shared.mkv"));
    expect_failure({"merge", "shared.mkv"}, 1, "3 of 4 segments are missing");
    expect_success(depth_to("shared.mkv", {"--shares", "3", "--share", "1"}));
    expect_success({"merge", "shared.mkv", "--partial"});
    EXPECT_EQ(read_frames(folder / "shared.mkv").size(), 2U * kSceneFrames);
    expect_success(depth_to("shared.mkv", {"--shares", "3", "--share", "3"}));
    expect_success({"merge", "shared.mkv"});
    EXPECT_TRUE(have_same_frames(folder / "whole.mkv", folder / "shared.mkv"));
    expect_nothing_left();
}

TEST_F(Film, AnswersBadInputWithOneLine) {
    std::ofstream(folder / "text.mkv") << "no film";
    std::ofstream(folder / "empty.mkv");
    expect_failure(depth_to("film.mkv"), 2, "film.mkv: is an input");
    expect_failure(depth_to("still.png"), 2, "is a still picture, but film.mkv is a film");
    expect_failure(depth_to("look.mp4", {"--preview", "1"}), 2, "--preview makes a picture");
    expect_failure(depth_to("depth.mkv", {"--start", "1000"}), 2, "holds no frame from 1000 s on");
    expect_failure(depth_to("depth.mkv", {"--shares", "3"}), 2, "give --share 1 to 3");
    expect_failure(depth_to("depth.mkv", {"--shares", "3", "--share", "4"}), 2, "4 is none of 1");
    expect_failure(depth_to("depth.mkv", {"--box", "1,2,3,4"}), 2, "--box");
    expect_failure({"depth", "text.mkv", "-o", "d_%d.exr"}, 1,
                   "text.mkv: cannot be read as a film");
    expect_failure({"depth", "empty.mkv", "-o", "d_%d.exr"}, 1, "empty.mkv: is empty");
    expect_failure({"depth", "none.mkv", "-o", "d_%d.exr"}, 1, "none.mkv: no such file");
    expect_failure({"merge", "none.mkv"}, 1, "none.mkv: no finished segments");
    expect_nothing_left();
}

}  // namespace
}  // namespace diorama::tests
