#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "diorama/disparity_files.h"
#include "diorama/picture.h"
#include "run_command.h"

namespace fs = std::filesystem;

namespace diorama::tests {
namespace {

constexpr Size kSize{200, 60};

class Stereo : public testing::Test {
 protected:
    fs::path folder = fs::temp_directory_path() / ("diorama-stereo-" + std::to_string(getpid()));

    // A near square on a far ground of soft colours.
    void SetUp() override {
        fs::create_directories(folder);
        Image photo(kSize, SampleType::u8, AlphaKind::none);
        InverseDepth depth(kSize);
        Matte square(kSize);
        for (int y = 0; y < kSize.height; ++y)
            for (int x = 0; x < kSize.width; ++x) {
                const bool near = x >= 80 && x < 120 && y >= 15 && y < 45;
                std::uint8_t* pixel = photo.row<std::uint8_t>(y) + 3 * x;
                pixel[0] = static_cast<std::uint8_t>(near ? 200 : x);
                pixel[1] = static_cast<std::uint8_t>(near ? 40 : 2 * y);
                pixel[2] = 90;
                depth.at(x, y) = near ? 1.0F : 0.0F;
                square.at(x, y) = near ? 1.0F : 0.0F;
            }
        write_picture(folder / "photo.png", photo);
        write_inverse_depth(folder / "depth.exr", depth);
        write_matte(folder / "square.png", square);
    }
    void TearDown() override { fs::remove_all(folder); }

    [[nodiscard]] CommandResult stereo(const std::vector<std::string>& more) const {
        std::vector<std::string> arguments{"stereo", "photo.png"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_command(folder, arguments);
    }
    [[nodiscard]] Image make(const std::vector<std::string>& more) const {
        std::vector<std::string> arguments{"-o", "out.png"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const CommandResult result = stereo(arguments);
        EXPECT_EQ(result.status, 0) << result.err;
        return read_picture(folder / "out.png");
    }
    [[nodiscard]] Disparity disparity_of(std::vector<std::string> more) const {
        more.insert(more.end(), {"--depth", "depth.exr", "--save-disparity", "d.exr"});
        (void)make(more);
        return read_disparity(folder / "d.exr");
    }
    void expect_failure(std::vector<std::string> more, int status, const std::string& words) const {
        more.insert(more.end(), {"-o", "bad.png"});
        const CommandResult result = stereo(more);
        EXPECT_EQ(result.status, status) << result.err;
        EXPECT_EQ(result.error_lines().size(), 1U) << result.err;
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
        EXPECT_FALSE(fs::exists(folder / "bad.png"));
    }
};

TEST_F(Stereo, KeepsThePhotoAsTheLeftView) {
    const Image photo = read_picture(folder / "photo.png");
    const Image both = make({"--depth", "depth.exr"});
    ASSERT_EQ(both.width(), 2 * kSize.width);
    for (int y = 0; y < kSize.height; ++y)
        EXPECT_TRUE(std::equal(photo.row<std::uint8_t>(y),
                               photo.row<std::uint8_t>(y) + photo.row_bytes(),
                               both.row<std::uint8_t>(y)));
}

TEST_F(Stereo, GivesTheBudgetAndPutsTheZeroPlaneOnTheScreen) {
    const Disparity d = disparity_of({"--depth-budget", "2", "--zero-plane", "0.75"});
    EXPECT_NEAR(d.at(100, 30), 1, 1e-4);
    EXPECT_NEAR(d.at(10, 30), -3, 1e-4);
    EXPECT_NEAR(disparity_of({"--matte", "square.png"}).at(100, 30), 0, 1e-4);
}

TEST_F(Stereo, SculptsWhatAMatteOrTheSubjectIs) {
    const std::vector<std::string> plain{"--depth-budget", "1", "--zero-plane", "1"};
    std::vector<std::string> by_file = plain, by_subject = plain;
    by_file.insert(by_file.end(), {"--sculpt", "square.png:+1", "--sculpt", "square.png:-0.5"});
    by_subject.insert(by_subject.end(), {"--matte", "square.png", "--sculpt", "subject:+0.5"});
    for (const auto& arguments : {by_file, by_subject}) {
        const Disparity d = disparity_of(arguments);
        EXPECT_NEAR(d.at(100, 30), 1, 1e-3);
        EXPECT_NEAR(d.at(10, 30), -2, 1e-3);
    }
}

TEST_F(Stereo, ComesBackFromSavedDisparity) {
    const Image first = make({"--depth", "depth.exr", "--save-disparity", "d.exr"});
    const Image again = make({"--disparity", "d.exr"});
    EXPECT_TRUE(std::equal(first.data(), first.data() + first.size_bytes(), again.data()));
}

TEST_F(Stereo, BringsGivenDisparityToTheSizeOfTheViews) {
    write_disparity(folder / "d.exr", Disparity(kSize, 4));
    const Image half = make({"--disparity", "d.exr", "--size", "100x30", "--edge-violation",
                             "float", "--save-disparity", "half.exr"});
    EXPECT_EQ(half.size(), (Size{200, 30}));
    const Disparity scaled = read_disparity(folder / "half.exr");
    ASSERT_EQ(scaled.size(), (Size{100, 30}));
    EXPECT_EQ(scaled.at(50, 15), 2);
    write_picture(folder / "odd.png", resize(read_picture(folder / "photo.png"), {201, 61}));
    write_disparity(folder / "odd.exr", Disparity({201, 61}, 3));
    const CommandResult film =
        run_command(folder, {"stereo", "odd.png", "-o", "odd.mp4", "--disparity", "odd.exr"});
    EXPECT_EQ(film.status, 0) << film.err;
}

TEST_F(Stereo, DrawsBackWhatAnEdgeCutsAlsoOfGivenDisparity) {
    write_disparity(folder / "near_d.exr", Disparity(kSize, 3));
    const auto saved = [&](const char* answer) {
        (void)make(
            {"--disparity", "near_d.exr", "--edge-violation", answer, "--save-disparity", "d.exr"});
        return read_disparity(folder / "d.exr");
    };
    EXPECT_EQ(saved("float").at(0, 30), 3);
    const Disparity pulled = saved("pull");
    EXPECT_EQ(pulled.at(0, 30), 0);
    EXPECT_EQ(pulled.at(kSize.width - 1, 30), 0);
    EXPECT_EQ(pulled.at(kSize.width / 2, 30), 3);
}

TEST_F(Stereo, SaysTheSizeOfTheViewsAlone) {
    const CommandResult result =
        stereo({"-o", "out.png", "--depth", "depth.exr", "--save-disparity", "d.exr",
                "--save-style", "style.json"});
    EXPECT_EQ(result.status, 0);
    EXPECT_NE(result.err.find("out.png: 400×60\nd.exr\nstyle.json\n"), std::string::npos)
        << result.err;
}

TEST_F(Stereo, SavesNoStyleOfFlatDepth) {
    write_inverse_depth(folder / "flat.exr", InverseDepth(kSize, 0.5F));
    const CommandResult result = stereo({"-o", "bad.png", "--depth", "flat.exr", "--save-disparity",
                                         "d.exr", "--save-style", "style.json"});
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.err.find("--save-style style.json: the depth is the same everywhere"),
              std::string::npos)
        << result.err;
    for (const char* file : {"bad.png", "d.exr", "style.json"})
        EXPECT_FALSE(fs::exists(folder / file)) << file;
}

TEST_F(Stereo, FloatsTheWindow) {
    write_disparity(folder / "near_d.exr", Disparity(kSize, 3));
    const Image both = make({"--disparity", "near_d.exr", "--edge-violation", "float"});
    const std::uint8_t* row = both.row<std::uint8_t>(20);
    EXPECT_EQ(row[3 * 2 + 2], 0);
    EXPECT_EQ(row[3 * 3 + 2], 90);
    EXPECT_EQ(row[3 * (2 * kSize.width - 3) + 2], 0);
    EXPECT_EQ(row[3 * (2 * kSize.width - 4) + 2], 90);
}

TEST_F(Stereo, AnswersBadInputWithOneLine) {
    write_inverse_depth(folder / "other.exr", InverseDepth({20, 10}));
    write_disparity(folder / "other_d.exr", Disparity({20, 10}));
    write_disparity(folder / "wide_d.exr", Disparity(kSize, -500));
    write_matte(folder / "other.png", Matte({20, 10}, 1));
    write_matte(folder / "nothing.png", Matte(kSize));
    const std::vector<std::string> depth{"--depth", "depth.exr"};
    const auto with_depth = [&](std::vector<std::string> more) {
        more.insert(more.end(), depth.begin(), depth.end());
        return more;
    };
    expect_failure({"--depth", "other.exr"}, 1, "20×10");
    expect_failure({"--disparity", "other_d.exr"}, 1, "20×10");
    expect_failure({"--disparity", "wide_d.exr"}, 2, "wider than the picture");
    expect_failure({"--disparity", "square.png"}, 1, "square.png");
    expect_failure({"--disparity", "wide_d.exr", "--tone", "1"}, 2, "--tone");
    expect_failure({"--disparity", "wide_d.exr", "--depth-edges", "keep"}, 2, "--depth-edges");
    expect_failure(with_depth({"--balance", "0.3"}), 2, "--balance");
    expect_failure({"--disparity", "wide_d.exr", "--format", "rgbd"}, 2, "give --depth");
    const CommandResult beside = stereo({"-o", "bad.depth.jpg", "--disparity", "wide_d.exr"});
    EXPECT_EQ(beside.status, 2) << beside.err;
    EXPECT_NE(beside.err.find("give --depth"), std::string::npos) << beside.err;
    expect_failure(with_depth({"--zero-plane", "2"}), 2, "--zero-plane");
    expect_failure(with_depth({"--comfort", "3"}), 2, "--comfort");
    expect_failure(with_depth({"--sculpt", "other.png:+1"}), 1, "other.png");
    expect_failure(with_depth({"--sculpt", "nothing.png:+1"}), 1,
                   "nothing.png: the matte is black");
    expect_failure(with_depth({"--sculpt", "square.png"}), 2, "--sculpt");
    expect_failure(with_depth({"--sculpt", "text:bird:+1"}), 2, "--matte-model");
}

}  // namespace
}  // namespace diorama::tests
