#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "diorama/disparity_files.h"
#include "diorama/picture.h"
#include "run_command.h"

namespace fs = std::filesystem;

namespace diorama::tests {
namespace {

using ::testing::HasSubstr;

constexpr Size kSize{240, 120};
constexpr int kWall = -6;
constexpr int kCard = 9;

bool is_card(int x, int y) {
    return x >= 100 && x < 160 && y >= 30 && y < 90;
}

std::uint8_t blob(int x, int y, unsigned seed) {
    const auto u = static_cast<unsigned>(x + 64) / 2;
    const auto v = static_cast<unsigned>(y) / 2;
    return static_cast<std::uint8_t>((u * 73856093U ^ v * 19349663U ^ seed) * 2654435761U >> 24);
}

// A card of blobs in front of the screen, before a wall of blobs behind it, for either eye.
Image view(int eye) {
    Image image(kSize, SampleType::u8, AlphaKind::none);
    for (int y = 0; y < kSize.height; ++y)
        for (int x = 0; x < kSize.width; ++x) {
            const int on_card = x + eye * kCard;
            const std::uint8_t level =
                is_card(on_card, y) ? blob(on_card, y, 77) : blob(x + eye * kWall, y, 0);
            std::fill_n(image.row<std::uint8_t>(y) + 3 * x, 3, level);
        }
    return image;
}

Disparity true_disparity() {
    Disparity map(kSize, kWall);
    for (int y = 0; y < kSize.height; ++y)
        for (int x = 0; x < kSize.width; ++x)
            if (is_card(x, y)) map.at(x, y) = kCard;
    return map;
}

class MatchVerb : public testing::Test {
 protected:
    fs::path folder =
        fs::temp_directory_path() / ("diorama-match-verb-" + std::to_string(getpid()));

    void SetUp() override {
        fs::create_directories(folder);
        write_picture(folder / "left.png", view(0));
        write_picture(folder / "right.png", view(1));
        write_picture(folder / "small.png", Image({5, 4}, SampleType::u8, AlphaKind::none));
        write_picture(folder / "row.png", Image({64, 1}, SampleType::u8, AlphaKind::none));
        write_disparity(folder / "true.exr", true_disparity());
    }
    void TearDown() override { fs::remove_all(folder); }

    void expect_failure(const std::vector<std::string>& arguments, int status,
                        const std::string& words) {
        const CommandResult result = run_command(folder, arguments);
        EXPECT_EQ(result.status, status) << result.err;
        ASSERT_EQ(result.error_lines().size(), 1U) << result.err;
        EXPECT_THAT(result.err, HasSubstr(words));
        EXPECT_FALSE(fs::exists(folder / "d.exr"));
    }

    nlohmann::json judge(const std::vector<std::string>& arguments) {
        std::vector<std::string> all{"evaluate"};
        all.insert(all.end(), arguments.begin(), arguments.end());
        all.emplace_back("--json");
        const CommandResult result = run_command(folder, all);
        EXPECT_EQ(result.status, 0) << result.err;
        return nlohmann::json::parse(result.out)["models"];
    }
};

TEST_F(MatchVerb, WritesSignedDisparityAndWhereItIsValid) {
    const auto result =
        run_command(folder, {"match", "left.png", "right.png", "-o", "d.exr", "--valid", "v.png",
                             "--save-right", "r.png", "--json"});
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(nlohmann::json::parse(result.out)["outputs"].size(), 3U);
    const Disparity left = read_disparity(folder / "d.exr");
    EXPECT_NEAR(left.at(130, 60), kCard, 0.3);
    EXPECT_NEAR(left.at(50, 60), kWall, 0.3);
    const Matte valid = read_matte(folder / "v.png");
    EXPECT_EQ(valid.at(130, 60), 1);
    EXPECT_EQ(valid.at(97, 60), 0);  // hidden by the card from the right eye
    EXPECT_NEAR(read_disparity(folder / "r.png").at(130 - kCard, 60), kCard, 0.3);
}

TEST_F(MatchVerb, AnswersForARowOfPixels) {
    ASSERT_EQ(run_command(folder, {"match", "row.png", "row.png", "-o", "d.exr"}).status, 0);
    EXPECT_EQ(read_disparity(folder / "d.exr").size(), (Size{64, 1}));
}

TEST_F(MatchVerb, ADryRunWritesNothing) {
    const auto result =
        run_command(folder, {"match", "left.png", "right.png", "-o", "d.exr", "--dry-run"});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_FALSE(fs::exists(folder / "d.exr"));
}

TEST_F(MatchVerb, SaysWhatIsWrong) {
    expect_failure({"match", "left.png", "small.png", "-o", "d.exr"}, 1, "5×4");
    expect_failure({"match", "left.png", "none.png", "-o", "d.exr"}, 1, "none.png");
    expect_failure({"match", "left.png", "right.png", "-o", "d.jpg"}, 1, ".exr");
    expect_failure({"match", "left.png", "right.png", "-o", "left.png"}, 2, "left.png");
    expect_failure({"match", "left.png", "right.png", "-o", "d.exr", "--device", "cuda"}, 2,
                   "device");
    expect_failure({"match", "left.png", "-o", "d.exr"}, 2, "RIGHT");
}

TEST_F(MatchVerb, ViewsAreJudgedAgainstTheCamera) {
    const auto given =
        judge({"stereo", "--left", "left.png", "--right", "right.png", "--disparity", "true.exr"});
    ASSERT_EQ(given.size(), 1U);
    EXPECT_GT(given[0]["visible PSNR"], 30);
    EXPECT_GT(given[0]["holes %"], 1);
    const auto matched = judge({"stereo", "--left", "left.png", "--right", "right.png"});
    EXPECT_GT(matched[0]["visible PSNR"], 20);
}

// Depth that a network guesses from blobs explains nothing, but every number must be there.
TEST_F(MatchVerb, StylesAreJudgedWithTheirPrediction) {
    const auto rows =
        judge({"style", "--left", "left.png", "--right", "right.png", "--disparity", "true.exr"});
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0]["model"], "truth");
    EXPECT_EQ(rows[1]["model"], "prediction");
    for (const char* column : {"s %", "±s", "t %", "±t", "DDC-IoU", "DDC-IoU right"})
        EXPECT_TRUE(rows[1].contains(column)) << column;
    EXPECT_EQ(rows[0]["±s"], 0);
}

TEST_F(MatchVerb, JudgingNeedsPairs) {
    expect_failure({"evaluate", "stereo", "--left", "left.png"}, 2, "--right");
    expect_failure({"evaluate", "style", "--right", "right.png"}, 2, "--left");
    expect_failure({"evaluate", "stereo", "--left", "left.png", "--right", "small.png"}, 1, "5×4");
    expect_failure({"evaluate", "stereo", "--left", "left.png", "--right", "right.png",
                    "--disparity", "left.png"},
                   1, "how many pixels");
}

// ---- Inspecting, and borrowed styles.

InverseDepth ramp() {
    InverseDepth depth(kSize);
    for (int y = 0; y < kSize.height; ++y)
        for (int x = 0; x < kSize.width; ++x)
            depth.at(x, y) = static_cast<float>(x) / static_cast<float>(kSize.width);
    return depth;
}

class InspectVerb : public MatchVerb {
 protected:
    void SetUp() override {
        MatchVerb::SetUp();
        write_inverse_depth(folder / "depth.exr", ramp());
    }

    nlohmann::json inspect(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"inspect", "left.png", "-o", "look.png", "--json"});
        const CommandResult result = run_command(folder, arguments);
        EXPECT_EQ(result.status, 0) << result.err;
        return nlohmann::json::parse(result.out);
    }
};

TEST_F(InspectVerb, SaysInPercentWhatItDraws) {
    const auto found = inspect({"--disparity", "true.exr"});
    EXPECT_NEAR(found["disparity_percent"]["least"], 100.0 * kWall / kSize.width, 1e-3);
    EXPECT_NEAR(found["disparity_percent"]["most"], 100.0 * kCard / kSize.width, 1e-3);
    EXPECT_NEAR(found["share_in_front"], 60.0 * 60 / kSize.area(), 1e-6);
    EXPECT_EQ(found["edge_cuts"]["left"]["rows"], 0);
    const Image sheet = read_picture(folder / "look.png");
    EXPECT_EQ(sheet.width(), 2 * kSize.width);
    EXPECT_GT(sheet.height(), kSize.height);
}

TEST_F(InspectVerb, ASavedStyleComesBack) {
    const std::vector<std::string> plain{"--depth", "depth.exr", "--depth-edges", "keep"};
    auto saving = plain;
    saving.insert(saving.end(),
                  {"--depth-budget", "1.5", "--zero-plane", "0.25", "--save-style", "style.json"});
    const auto first = inspect(saving)["disparity_percent"];
    auto borrowing = plain;
    borrowing.insert(borrowing.end(), {"--style", "style.json"});
    const auto second = inspect(borrowing)["disparity_percent"];
    for (const char* place : {"far", "median", "near"})
        EXPECT_NEAR(first[place], second[place], 0.03) << place;
}

// The whole way round: views made with a known style, matched, measured and fitted again.
TEST_F(InspectVerb, AStyleIsBorrowedFromAPair) {
    const Image photo = read_picture(fs::path(DIORAMA_SOURCE_DIR) / "examples" / "still_life.jpg");
    write_picture(folder / "photo.png", resize(photo, {480, 480 * photo.height() / photo.width()}));
    const std::vector<std::string> making{"stereo",         "photo.png", "-o",           "sbs.png",
                                          "--depth-budget", "2",         "--zero-plane", "0.5"};
    ASSERT_EQ(run_command(folder, making).status, 0);
    const auto borrowed = run_command(folder, {"inspect", "photo.png", "-o", "look.png", "--style",
                                               "sbs.png", "--depth-edges", "keep", "--json"});
    ASSERT_EQ(borrowed.status, 0) << borrowed.err;
    const auto percent = nlohmann::json::parse(borrowed.out)["disparity_percent"];
    EXPECT_NEAR(percent["far"], -1, 0.15);
    EXPECT_NEAR(percent["near"], 1, 0.15);
    // Crossed, it is inside out.
    expect_failure({"inspect", "photo.png", "-o", "crossed.png", "--style", "sbs.png",
                    "--style-layout", "cross"},
                   1, "sbs.png");
}

TEST_F(InspectVerb, AStyleNeedsTwoViewsOfAScene) {
    const auto alone =
        run_command(folder, {"inspect", "left.png", "-o", "look.png", "--style", "row.png"});
    EXPECT_EQ(alone.status, 1) << alone.err;
    EXPECT_THAT(alone.err, HasSubstr("row.png"));
    EXPECT_FALSE(fs::exists(folder / "look.png"));
    const fs::path one = fs::path(DIORAMA_SOURCE_DIR) / "examples" / "still_life.jpg";
    const auto split = run_command(
        folder, {"inspect", "left.png", "-o", "look.png", "--style", one, "--depth", "depth.exr"});
    EXPECT_EQ(split.status, 1);
    EXPECT_EQ(split.error_lines().size(), 1U) << split.err;
    EXPECT_THAT(split.err, HasSubstr("two views of one scene"));
    expect_failure({"inspect", "left.png", "-o", "look.png", "--style", "none.json"}, 1,
                   "none.json");
    expect_failure(
        {"inspect", "left.png", "-o", "look.png", "--style", "row.png", "--depth-budget", "3"}, 2,
        "--style");
    expect_failure({"inspect", "left.png", "-o", "look.png", "--style-layout", "tb"}, 2, "--style");
    expect_failure({"inspect", "left.png", "-o", "look.mp4"}, 1, ".png");
}

}  // namespace
}  // namespace diorama::tests
