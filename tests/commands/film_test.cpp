// Films in, films out: what a person sees of segments, resuming and shares.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>

#include "diorama/disparity_files.h"
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

// How far the nearest and the farthest of a frame lie apart, in pixels.
float spread_of(const fs::path& file) {
    const Disparity disparity = read_disparity(file);
    const auto [least, most] = std::ranges::minmax_element(disparity.values());
    return *most - *least;
}

TEST_F(Film, SavesItsDisparityAndTakesItBack) {
    const Arguments stereo{"stereo", "film.mkv", "--duration", "2", "--codec", "ffv1", "-o"};
    const auto with = [&](const Arguments& more) {
        Arguments arguments = stereo;
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
    };
    for (const char* file : {"d.mkv", "d_%03d.exr"}) {
        expect_success(with({"made.mkv", "--depth-model", "red.onnx", "--save-disparity", file}));
        expect_success(with({"again.mkv", "--disparity", file}));
        const std::vector<Image> made = read_frames(folder / "made.mkv");
        const std::vector<Image> again = read_frames(folder / "again.mkv");
        ASSERT_EQ(made.size(), 10U);
        ASSERT_EQ(again.size(), 10U);
        double difference = 0;
        for (std::size_t n = 0; n < made.size(); ++n)
            for (std::size_t i = 0; i < made[n].size_bytes(); ++i)
                difference += std::abs(made[n].data()[i] - again[n].data()[i]);
        EXPECT_LT(difference / 10 / static_cast<double>(made[0].size_bytes()), 0.1) << file;
        expect_nothing_left();
    }
    EXPECT_EQ(FilmReader(folder / "d.mkv").info().depth->of, DepthKind::disparity);
    expect_failure(with({"x.mkv", "--depth", "d.mkv"}), 1, "give it as --disparity");
    expect_failure(with({"x.mkv", "--disparity", "film.mkv"}), 1, "does not say how many pixels");
    expect_failure(with({"x.mkv", "--disparity", "d.mkv", "--tone", "1"}), 2, "--tone");
    expect_failure(with({"x.mkv", "--save-disparity", "d.mp4"}), 1, "is written as .mkv");
}

TEST_F(Film, MovesAsAnArtistsCuesSay) {
    // Eight seconds a scene: a ramp in the first, one value for all of the third.
    std::ofstream(folder / "cues.json") << R"({
        "keys": [{"time": 1, "depth-budget": 0}, {"time": 7, "depth-budget": 4}],
        "shots": [{"time": 20, "depth-budget": 1}]})";
    const Arguments arguments{"stereo",      "film.mkv",  "--depth-model",    "red.onnx",
                              "--stability", "0",         "--zero-plane",     "0.5",
                              "-o",          "out.mkv",   "--save-disparity", "d_%03d.exr",
                              "--controls",  "cues.json", "--depth-edges",    "keep"};
    expect_success(arguments);
    const auto spread_at = [&](int frame) {
        return spread_of(folder / ("d_" + std::to_string(1000 + frame).substr(1) + ".exr"));
    };
    EXPECT_EQ(spread_at(0), 0);
    EXPECT_NEAR(spread_at(20) / spread_at(39), 0.5, 0.15);  // half way
    EXPECT_NEAR(spread_at(39) / spread_at(60), 1, 0.25);    // held beyond the cut
    EXPECT_NEAR(spread_at(80) / spread_at(60), 0.25, 0.1);
    EXPECT_NEAR(spread_at(119) / spread_at(60), 0.25, 0.1);
    EXPECT_NEAR(spread_at(120) / spread_at(60), 1, 0.25);

    std::ofstream(folder / "wrong.json") << R"({"keys": [{"time": 1, "depth-budget": 99}]})";
    Arguments wrong = arguments;
    std::ranges::replace(wrong, std::string("cues.json"), std::string("wrong.json"));
    expect_failure(wrong, 1, "wrong.json: keys[0].depth-budget: 99 is not from 0 to 50");
}

TEST_F(Film, BringsForwardWhatAFilmOfMattesShows) {
    // The left half.
    Image half(kFilmSize, SampleType::u8, AlphaKind::none);
    for (int y = 0; y < half.height(); ++y)
        std::fill_n(half.row<std::uint8_t>(y), 3 * half.width() / 2, std::uint8_t{255});
    for (int frame = 0; frame < 10; ++frame)
        write_picture(folder / ("m_00" + std::to_string(frame) + ".png"), half);
    const Arguments flat{"stereo",           "film.mkv",       "--duration", "2",  "--depth-model",
                         "red.onnx",         "--depth-budget", "0",          "-o", "out.mkv",
                         "--save-disparity", "d_%03d.exr"};
    Arguments sculpted = flat;
    sculpted.insert(sculpted.end(), {"--sculpt", "m_%03d.png:+1.5"});
    expect_success(sculpted);
    const Disparity disparity = read_disparity(folder / "d_005.exr");
    EXPECT_NEAR(disparity.at(20, 30), 0.015 * kFilmSize.width, 0.05);
    EXPECT_NEAR(disparity.at(76, 30), 0, 0.05);
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

TEST_F(Film, ComesAndGoesThroughPipes) {
    expect_success(depth_to("whole.mkv", {"--duration", "10"}));
    const auto run_in_shell = [&](const std::string& words) {
        return std::system(("cd '" + folder.string() + "' && " + words).c_str());
    };
    const std::string command = DIORAMA_COMMAND;
    const std::string depth = command +
                              " depth - --depth-model red.onnx --colormap turbo "
                              "--codec ffv1 --duration 10 --json -o ";
    ASSERT_EQ(run_in_shell(depth + "- <film.mkv >pipe.nut 2>summary.json"), 0);
    EXPECT_TRUE(have_same_frames(folder / "whole.mkv", folder / "pipe.nut"));
    ASSERT_EQ(run_in_shell(depth + "file.mkv <film.mkv >summary.json"), 0);
    EXPECT_TRUE(have_same_frames(folder / "whole.mkv", folder / "file.mkv"));
    ASSERT_EQ(run_in_shell(command + " stereo film.mkv --depth-model red.onnx --duration 1 "
                                     "-o - >pipe.y4m 2>log"),
              0);
    EXPECT_EQ(read_frames(folder / "pipe.y4m").size(), 5U);
    std::ifstream stream(folder / "pipe.y4m");
    const std::string bytes(std::istreambuf_iterator<char>(stream), {});
    EXPECT_EQ(bytes.find("YUV4MPEG2"), 0U);
    EXPECT_EQ(bytes.find("YUV4MPEG2", 1), std::string::npos);  // one header
    expect_failure(depth_to("-", {"--shares", "2", "--share", "1"}), 2, "has one writer");
    expect_nothing_left();
}

TEST_F(Film, IsOneOfSeveral) {
    fs::copy_file(folder / "film.mkv", folder / "other.mkv");
    std::ofstream(folder / "broken.mkv") << "no film";
    const auto all_to = [](const Arguments& more) {
        Arguments arguments{"depth",         "film.mkv", "broken.mkv", "other.mkv",
                            "--depth-model", "red.onnx", "--duration", "2"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
    };
    const CommandResult result = run(all_to({"--output-dir", "out", "-o", "*_depth.mkv"}));
    EXPECT_EQ(result.status, 1) << result.err;
    EXPECT_THAT(result.err, HasSubstr("broken.mkv: cannot be read as a film"));
    EXPECT_THAT(result.err, HasSubstr("out: 1 of 3 inputs failed"));
    EXPECT_TRUE(have_same_frames(folder / "out/film_depth.mkv", folder / "out/other_depth.mkv"));
    EXPECT_EQ(read_frames(folder / "out/film_depth.mkv").size(), 10U);
    EXPECT_FALSE(fs::exists(folder / "out/broken_depth.mkv"));
    expect_failure(all_to({"-o", "d.mkv"}), 2, "3 inputs need --output-dir");
    expect_failure(all_to({"--output-dir", "out", "-o", "d.mkv"}), 2, "* stands for the name");
    expect_failure({"depth", "film.mkv"}, 2, "--output is required");
    fs::create_directory(folder / "again");
    fs::copy_file(folder / "film.mkv", folder / "again/film.mkv");
    expect_failure({"depth", "film.mkv", "again/film.mkv", "--output-dir", "new"}, 2,
                   "new/film.mkv: would be made of film.mkv and of again/film.mkv");
    EXPECT_FALSE(fs::exists(folder / "new"));
    // Nothing is written by a look at it.
    expect_success({"depth", "film.mkv", "other.mkv", "--depth-model", "red.onnx", "--output-dir",
                    "dry", "--dry-run"});
    EXPECT_FALSE(fs::exists(folder / "dry"));
}

// A bright disc on a dark ground moves to the right, a bright bar stays.
Image disc_at(int x) {
    Image image(kFilmSize, SampleType::u8, AlphaKind::none);
    for (int y = 0; y < image.height(); ++y)
        for (int column = 0; column < image.width(); ++column) {
            const bool is_disc = std::hypot(column - x, y - 32) < 12;
            std::uint8_t* pixel = image.row<std::uint8_t>(y) + 3 * column;
            const int grain = (7 * column + 13 * y + column * y) % 23;
            pixel[0] = static_cast<std::uint8_t>(is_disc ? 200 + grain : 30 + grain);
            pixel[1] = static_cast<std::uint8_t>(is_disc ? 120 : 60 + 2 * grain);
            pixel[2] = static_cast<std::uint8_t>(is_disc ? 40 + grain : 90);
        }
    return image;
}

TEST_F(Film, FollowsWhatIsShownAtAnyMoment) {
    {
        const auto sink = open_sink(
            folder / "disc.mkv",
            {.size = kFilmSize, .fps = {10, 1}, .encoder = {.codec = "ffv1"}, .threads = 1});
        for (int frame = 0; frame < 20; ++frame) sink->write(disc_at(20 + 2 * frame));
        sink->finish();
    }
    const auto inside = [&](int frame) {
        const Matte matte =
            read_matte(folder / ("m_" + std::to_string(100 + frame).substr(1) + ".png"));
        return matte.at(20 + 2 * frame, 32);
    };
    // At 0.5 s the disc is at 30.
    expect_success({"matte", "disc.mkv", "-o", "m_%02d.png", "--box", "16,18,29,29@0.5"});
    EXPECT_EQ(inside(3), 0);
    EXPECT_GT(inside(5), 0.9F);
    EXPECT_GT(inside(19), 0.9F);
    // What was followed is corrected to nothing, but for what is far from the point.
    expect_success(
        {"matte", "disc.mkv", "-o", "m_%02d.png", "--box", "6,18,29,29", "--not-point", "40,32@1"});
    EXPECT_GT(inside(9), 0.9F);
    EXPECT_LT(inside(10), 0.5F);
    expect_failure({"matte", "disc.mkv", "-o", "m_%02d.png", "--box", "6,18,29,29@7"}, 2,
                   "the film has ended by then, at 2.00 s");
    expect_failure({"matte", "disc.mkv", "-o", "m_%02d.png", "--point", "9,9@soon"}, 2, "soon");
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
