#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "diorama/picture.h"
#include "perception/tiny_segment_models.h"
#include "run_command.h"

namespace fs = std::filesystem;

namespace diorama::tests {
namespace {

using Arguments = std::vector<std::string>;

const std::string kPhoto = (fs::path(DIORAMA_SOURCE_DIR) / "examples/still_life.jpg").string();
const std::string kDepth =
    (fs::path(DIORAMA_SOURCE_DIR) / "examples/still_life_depth.png").string();

// Stand-ins of SAM 3 and SAM 2.1, asked through the command.
class Segments : public testing::Test {
 protected:
    fs::path folder =
        fs::temp_directory_path() / ("diorama-segments-" + std::to_string(::getpid()));

    void SetUp() override {
        fs::create_directories(folder);
        perception::testing::write_tiny_sam3(folder);
        perception::testing::write_tiny_sam2(folder);
    }
    void TearDown() override { fs::remove_all(folder); }

    [[nodiscard]] CommandResult matte(Arguments arguments) const {
        arguments.insert(arguments.begin(), {"matte", kPhoto, "-o", "m.png", "--json"});
        return run_command(folder, arguments);
    }
    [[nodiscard]] std::string failure(const Arguments& arguments, int status = 2) const {
        const CommandResult result = matte(arguments);
        EXPECT_EQ(result.status, status) << result.err;
        EXPECT_EQ(result.error_lines().size(), 1U) << result.err;
        EXPECT_FALSE(fs::exists(folder / "m.png"));
        return result.err;
    }
    // The share of the picture that a matte takes.
    [[nodiscard]] double share(const std::string& name) const {
        const Matte found = read_matte(folder / name);
        EXPECT_EQ(found.size(), read_picture(kPhoto).size());
        const auto subject =
            std::ranges::count_if(found.values(), [](float a) { return a >= 0.5F; });
        return static_cast<double>(subject) / static_cast<double>(found.size().area());
    }
};

TEST_F(Segments, EachTextWritesItsOwnMatte) {
    const auto result = matte({"--matte-model", "sam3.json", "--text", "train, church", "--each"});
    ASSERT_EQ(result.status, 0) << result.err;
    const auto json = nlohmann::json::parse(result.out);
    EXPECT_EQ(json["outputs"], (std::vector<std::string>{"m_1.png", "m_2.png"}));
    ASSERT_EQ(json["subjects"].size(), 2U);
    EXPECT_EQ(json["subjects"][0]["prompt"], "train");
    EXPECT_EQ(json["subjects"][0]["score"], 0.9);
    EXPECT_EQ(json["subjects"][1]["prompt"], "church");
    const Size size = read_picture(kPhoto).size();
    EXPECT_NEAR(json["subjects"][1]["box"][0].get<double>(), 0.5 * size.width, 0.02 * size.width);
    EXPECT_NEAR(share("m_1.png"), 0.3 * 0.4, 0.03);
    EXPECT_NEAR(share("m_2.png"), 0.4 * 0.4, 0.03);
    EXPECT_FALSE(fs::exists(folder / "m.png"));
}

TEST_F(Segments, WithoutEachTheMattesAreOne) {
    const auto result = matte({"--matte-model", "sam3.json", "--text", "train", "--text", "church",
                               "--box", "10,10,300,100"});
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(nlohmann::json::parse(result.out)["subjects"].size(), 3U);
    EXPECT_GT(share("m.png"), 0.25);
}

TEST_F(Segments, ScoresChoose) {
    const Arguments train{"--matte-model", "sam3.json", "--text", "train"};
    const auto count = [&](Arguments more) {
        more.insert(more.begin(), train.begin(), train.end());
        return nlohmann::json::parse(matte(more).out)["subjects"].size();
    };
    EXPECT_EQ(count({}), 1U);
    EXPECT_EQ(count({"--all"}), 2U);
    EXPECT_EQ(count({"--all", "--min-score", "0.6"}), 1U);
    fs::remove(folder / "m.png");
    EXPECT_NE(failure({"--matte-model", "sam3.json", "--text", "bus"}, 1).find("score 0.20"),
              std::string::npos);
}

TEST_F(Segments, ABoxGoesToThePromptableNetwork) {
    for (const char* model : {"sam3.json", "sam2.json"}) {
        ASSERT_EQ(matte({"--matte-model", model, "--box", "100,100,600,500"}).status, 0);
        const auto area = static_cast<double>(read_picture(kPhoto).size().area());
        EXPECT_NEAR(share("m.png"), 600 * 500 / area, 0.03);
    }
}

TEST_F(Segments, WhatMakesNoSenseIsRefused) {
    const auto says = [](const std::string& text, const std::string& words) {
        EXPECT_NE(text.find(words), std::string::npos) << text;
    };
    says(failure({"--text", "train"}), "--matte-model sam3");
    says(failure({"--text", "train", "--matte-model", "sam2.json"}), "no words");
    says(failure({"--text", " , ", "--matte-model", "sam3.json"}), "--text");
    says(failure({"--matte-model", "sam3.json"}), "must be told");
    says(failure({"--box", "1,1,50,50", "--all"}), "--all");
    says(failure({"--box", "1,1,50,50", "--min-score", "0.5"}), "--min-score");
    inference::testing::write_text(folder / "plain.onnx", "");
    inference::testing::write_text(folder / "plain.json", R"({"task": "matte", "file": "plain.onnx",
        "input": {"layout": "nchw", "size": {"width": 6, "height": 4}},
        "outputs": [{"meaning": "matte"}]})");
    for (const std::string hint : {"--box", "--point"})
        says(failure({"--matte-model", "plain.onnx", hint, hint == "--box" ? "1,1,50,50" : "9,9"}),
             hint + ": plain.onnx finds its subject by itself");
    says(failure({"--matte-model", "sam3.json", "--box", "9000,1,50,50"}), "outside");
    fs::copy_file(folder / "vocabulary.txt", folder / "words.png");
    says(failure({"--text", "train", "--matte", "words.png", "--matte-model", "sam3.json"}),
         "--matte");
    fs::remove(folder / "vocabulary.txt");
    says(failure({"--text", "train", "--matte-model", "sam3.json"}, 1), "vocabulary.txt");
}

TEST_F(Segments, FilmsHaveTheSubjectsThatWereFound) {
    const auto result = run_command(
        folder, {"popout", kPhoto, "-o", "f.png", "--preview", "0", "--size", "320", "--depth",
                 kDepth, "--matte-model", "sam3.json", "--text", "train, bus, church", "--each"});
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.error_lines().size(), 3U) << result.err;  // bus is left out; two are made
    EXPECT_TRUE(fs::exists(folder / "f_1.png"));
    EXPECT_TRUE(fs::exists(folder / "f_2.png"));
    EXPECT_FALSE(fs::exists(folder / "f_3.png"));
}

}  // namespace
}  // namespace diorama::tests
