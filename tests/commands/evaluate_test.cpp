#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "diorama/picture.h"
#include "diorama/tones.h"
#include "inference/tiny_onnx.h"
#include "run_command.h"

namespace fs = std::filesystem;

namespace diorama::tests {
namespace {

using inference::testing::TinyGraph;
using inference::testing::write_text;
using ::testing::HasSubstr;

constexpr Size kSize{96, 64};

// Grey pictures whose brightness is their depth, and two networks: one says so, one the opposite.
class EvaluateVerb : public testing::Test {
 protected:
    fs::path folder = fs::temp_directory_path() / ("diorama-evaluate-" + std::to_string(getpid()));

    void SetUp() override {
        fs::create_directories(folder / "photos");
        fs::create_directories(folder / "truth");
        for (const int n : {0, 1}) {
            const Image photo = blocks(n);
            write_picture(folder / "photos" / (name(n) + ".png"), photo);
            write_picture(folder / "truth" / (name(n) + "_depth.png"), photo);
        }
        write_network("right", "Identity");
        write_network("wrong", "Neg");
    }
    void TearDown() override { fs::remove_all(folder); }

    static std::string name(int n) { return n == 0 ? "photo_0" : "photo_1"; }

    static Image blocks(int shift) {
        Image image(kSize, SampleType::u8, AlphaKind::none);
        for (int y = 0; y < kSize.height; ++y)
            for (int x = 0; x < kSize.width; ++x)
                std::fill_n(image.row<std::uint8_t>(y) + 3 * x, 3,
                            static_cast<std::uint8_t>(40 + 60 * ((x / 32 + shift) % 3)));
        return image;
    }

    void write_network(const std::string& file, const std::string& op,
                       const std::string& task = "depth",
                       const std::string& meaning = "inverse_depth") const {
        write_text(folder / (file + ".onnx"),
                   encode(TinyGraph{.inputs = {{"in", {1, 3, 64, 96}}},
                                    .outputs = {{"out", {1, 1, 64, 96}}},
                                    .nodes = {{"Slice", {"in", "begin", "end", "axis"}, {"red"}},
                                              {op, {"red"}, {"out"}}},
                                    .constants = {{"begin", {1}, {0}, int64},
                                                  {"end", {1}, {1}, int64},
                                                  {"axis", {1}, {1}, int64}}}));
        write_text(folder / (file + ".json"),
                   R"({"task": ")" + task + R"(", "file": ")" + file +
                       R"(.onnx", "input": {"layout": "nchw", "size": {"width": 96, "height": 64}},
                       "outputs": [{"meaning": ")" +
                       meaning + R"("}]})");
    }

    [[nodiscard]] CommandResult evaluate(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "evaluate");
        return run_command(folder, arguments);
    }

    void expect_failure(const std::vector<std::string>& arguments, int status,
                        const std::string& words) const {
        const CommandResult result = evaluate(arguments);
        EXPECT_EQ(result.status, status) << result.err;
        ASSERT_EQ(result.error_lines().size(), 1U) << result.err;
        EXPECT_THAT(result.err, HasSubstr(words));
        EXPECT_EQ(result.out, "");
    }

    static constexpr auto int64 = inference::testing::Element::int64;
};

TEST_F(EvaluateVerb, DepthAgainstTheTruth) {
    const auto result = evaluate({"depth", "photos", "--truth", "truth", "--depth-model",
                                  "right.onnx", "--depth-model", "wrong.onnx", "--json"});
    ASSERT_EQ(result.status, 0) << result.err;
    const auto table = nlohmann::json::parse(result.out);
    EXPECT_EQ(table["measured_on"], "2 pictures of photos");
    const auto& right = table["models"][0];
    const auto& wrong = table["models"][1];
    EXPECT_EQ(right["model"], "right");
    EXPECT_LT(right["error"], 0.1);
    EXPECT_GT(right["ordinal"], 0.98);
    EXPECT_GT(right["edge F1"], 0.9);
    EXPECT_GT(wrong["error"], 1);
    EXPECT_LT(wrong["ordinal"], 0.02);
    EXPECT_GT(wrong["edge F1"], 0.9);  // its edges are where they should be
    EXPECT_GT(wrong["ms"], 0);
}

TEST_F(EvaluateVerb, TheFirstNetworkIsTheTruthWhereThereIsNone) {
    const auto result = evaluate({"depth", "photos/photo_0.png", "--depth-model", "wrong.onnx",
                                  "--depth-model", "right.onnx", "-o", "table.md"});
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("| photo_0.png | error ↓ | ordinal ↑ | edge F1 ↑ | ms ↓ |"));
    EXPECT_THAT(result.out, HasSubstr("| wrong | 0.000 | 1.000 | 1.000 |"));
    std::ifstream file(folder / "table.md");
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), result.out);
}

TEST_F(EvaluateVerb, APairOfEyesIsATruth) {
    // Noise whose right half stands 6 px nearer; the network sees nearness as brightness.
    Image left({192, 64}, SampleType::u8, AlphaKind::none);
    Image right = left;
    for (int y = 0; y < 64; ++y)
        for (int x = 0; x < 192; ++x) {
            const auto hash = static_cast<unsigned>(x * 7919 + y * 104729) * 2654435761U;
            const auto value = static_cast<std::uint8_t>((hash >> 24) / 3 + (x >= 96 ? 160 : 0));
            std::fill_n(left.row<std::uint8_t>(y) + 3 * x, 3, value);
            const int partner = x >= 96 ? x - 6 : x;
            if (partner >= 0) std::fill_n(right.row<std::uint8_t>(y) + 3 * partner, 3, value);
        }
    fs::create_directories(folder / "pair");
    write_picture(folder / "pair" / "room_left.png", left);
    write_picture(folder / "pair" / "room_right.png", right);
    const auto result = evaluate({"depth", "pair/room_left.png", "--right", "pair", "--depth-model",
                                  "right.onnx", "--json"});
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_GT(nlohmann::json::parse(result.out)["models"][0]["ordinal"], 0.9);
}

TEST_F(EvaluateVerb, MattesWhereTheSubjectIsClear) {
    write_network("bright", "Identity", "matte", "matte");
    Image subject(kSize, SampleType::u8, AlphaKind::none);
    for (int y = 0; y < kSize.height; ++y)
        std::fill_n(subject.row<std::uint8_t>(y), 3 * 40, std::uint8_t{255});
    write_picture(folder / "photos" / "subject.png", subject);
    write_picture(folder / "truth" / "subject.png", subject);
    const auto result =
        evaluate({"matte", "photos", "--truth", "truth", "--matte-model", "bright.onnx", "--json"});
    ASSERT_EQ(result.status, 0) << result.err;
    const auto table = nlohmann::json::parse(result.out);
    EXPECT_EQ(table["measured_on"], "1 clear subject of photos");  // grey ones are half in
    EXPECT_GT(table["models"][0]["IoU"], 0.95);
    EXPECT_LT(table["models"][0]["error"], 0.05);
}

TEST_F(EvaluateVerb, FilmsByTheirFlicker) {
    const auto made = run_command(
        folder, {"popout", "photos/photo_0.png", "--depth", "truth/photo_0_depth.png", "--box",
                 "32,0,32,64", "-o", "film.mkv", "--duration", "0.2", "--codec", "ffv1"});
    ASSERT_EQ(made.status, 0) << made.err;
    const auto result =
        evaluate({"flicker", "film.mkv", "--depth-model", "right.onnx", "--frames", "4", "--json"});
    ASSERT_EQ(result.status, 0) << result.err;
    const auto change = nlohmann::json::parse(result.out)["models"][0]["change a frame"];
    EXPECT_GE(change, 0);
    EXPECT_LT(change, 0.2);
    EXPECT_LE(nlohmann::json::parse(result.out)["models"][0]["steadied"], change);
    const auto off = evaluate({"flicker", "film.mkv", "--depth-model", "right.onnx", "--frames",
                               "4", "--stability", "0", "--json"});
    EXPECT_EQ(nlohmann::json::parse(off.out)["models"][0]["steadied"], change);
}

// Two frames of a shot, black on the left, with labels, and a network that sees black as
// background.
class EvaluateRoto : public EvaluateVerb {
 protected:
    void SetUp() override {
        EvaluateVerb::SetUp();
        for (const std::string name : {"0001", "0002"}) {
            ToneMap tones(kSize, Tone::background);
            Image picture(kSize, SampleType::u8, AlphaKind::none);
            for (int y = 0; y < kSize.height; ++y)
                for (int x = 48; x < kSize.width; ++x) {
                    tones.at(x, y) = Tone::highlight;
                    std::fill_n(picture.row<std::uint8_t>(y) + 3 * x, 3, std::uint8_t{255});
                }
            fs::create_directories(folder / "frames" / "shot");
            write_picture(folder / "frames" / "shot" / (name + ".png"), picture);
            write_picture(folder / "frames" / "shot" / (name + "_tones.png"), paint_tones(tones));
        }
        write_text(
            folder / "tones.onnx",
            encode(TinyGraph{.inputs = {{"in", {1, 1, 64, 96}}},
                             .outputs = {{"out", {1, 5, 64, 96}}},
                             .nodes = {{"Mul", {"in", "slope"}, {"risen"}},
                                       {"Add", {"risen", "start"}, {"out"}}},
                             .constants = {{"slope", {1, 5, 1, 1}, {-20, 0, 0, 0, 20}},
                                           {"start", {1, 5, 1, 1}, {5, -20, -20, -20, -5}}}}));
        write_text(folder / "tones.json",
                   R"({"task": "tones", "file": "tones.onnx",
                       "input": {"layout": "nchw", "colour": "grey",
                                 "size": {"width": 96, "height": 64}},
                       "outputs": [{"meaning": "tone_logits"}]})");
    }
};

TEST_F(EvaluateRoto, ANetworkAndTheMethodsThatHaveLearntNothing) {
    const auto result = evaluate({"roto", "frames", "--tone-model", "tones.json", "--json"});
    ASSERT_EQ(result.status, 0) << result.err;
    const auto table = nlohmann::json::parse(result.out);
    EXPECT_EQ(table["measured_on"], "2 frames of frames");
    ASSERT_EQ(table["models"].size(), 3U);
    const auto& network = table["models"][0];
    EXPECT_EQ(network["model"], "tones");
    EXPECT_EQ(network["mean IoU"], 1);
    EXPECT_EQ(network["border F1"], 1);
    EXPECT_EQ(network["flicker %"], 0);
    EXPECT_LT(network["cross-entropy"], 0.01);
    EXPECT_LT(network["of the prior's"], 0.02);
    EXPECT_FALSE(network.contains("material IoU"));
    EXPECT_EQ(table["models"][1]["model"], "thresholds");
    EXPECT_EQ(table["models"][2]["model"], "kmeans");
    EXPECT_FALSE(table["models"][2].contains("cross-entropy"));
}

TEST_F(EvaluateRoto, WhatIsDrawnFlickersLessThanWhatIsSeen) {
    // A grey that the network takes for background in one frame and for highlight in the next.
    for (const auto& [name, grey] : {std::pair("0001", 80), std::pair("0002", 85)}) {
        const fs::path file = folder / "frames/shot" / (std::string(name) + ".png");
        Image picture = read_picture(file);
        for (int y = 0; y < kSize.height; ++y)
            std::fill_n(picture.row<std::uint8_t>(y), 3 * 48, static_cast<std::uint8_t>(grey));
        write_picture(file, picture);
    }
    const auto result = evaluate({"roto", "frames", "--tone-model", "tones.json", "--json"});
    ASSERT_EQ(result.status, 0) << result.err;
    const auto network = nlohmann::json::parse(result.out)["models"][0];
    EXPECT_GT(network["flicker %"], 30);
    EXPECT_LT(network["drawn flicker %"], 5);
}

TEST_F(EvaluateRoto, LabelsMayStandElsewhereAndAListChooses) {
    fs::create_directories(folder / "labels" / "shot");
    for (const std::string name : {"0001", "0002", "0003"})
        fs::copy_file(folder / "frames/shot/0001_tones.png",
                      folder / "labels/shot" / (name + "_tones.png"));
    write_text(folder / "one.txt", "shot/0002\n");
    const auto one =
        evaluate({"roto", "frames", "--truth", "labels", "--only", "one.txt", "--json"});
    ASSERT_EQ(one.status, 0) << one.err;
    const auto table = nlohmann::json::parse(one.out);
    EXPECT_EQ(table["measured_on"], "1 frame of frames");
    EXPECT_FALSE(table["models"][0].contains("flicker %"));
    EXPECT_THAT(evaluate({"roto", "frames", "--truth", "labels"}).err,
                HasSubstr("1 labels have no picture"));
}

TEST_F(EvaluateRoto, BadInputIsOneLine) {
    expect_failure({"roto", "nowhere"}, 1, "no such folder");
    expect_failure({"roto", "photos"}, 1, "holds no frame NAME.png with labels NAME_tones.png");
    expect_failure({"roto", "frames", "--only", "none.txt"}, 1, "none.txt: no such file");
    expect_failure({"roto", "frames", "--tone-model", "right.json"}, 1, "right");
    write_picture(folder / "frames/shot/0001.png", Image({8, 8}, SampleType::u8, AlphaKind::none));
    expect_failure({"roto", "frames"}, 1, "its labels have another size");
}

TEST_F(EvaluateVerb, BadInputIsOneLine) {
    expect_failure({}, 2, "say what to judge: depth, matte, flicker");
    expect_failure({"depth", "photos"}, 2, "name two networks or more");
    expect_failure({"depth", "photos", "--truth", "truth"}, 2, "name at least one network");
    expect_failure({"depth", "nowhere", "--truth", "truth", "--depth-model", "right.onnx"}, 1,
                   "nowhere: no such file or folder");
    expect_failure({"depth", "photos", "--truth", "photos", "--depth-model", "right.onnx"}, 1,
                   "has no file by the name of any of the pictures");
    expect_failure({"depth", "photos", "--truth", "a", "--right", "b", "--depth-model", "x"}, 2,
                   "does not go with --truth");
    expect_failure({"matte", "photos", "--truth", "truth", "--matte-model", "right.onnx"}, 1,
                   "is a model for depth");
    expect_failure(
        {"depth", "photos", "--truth", "truth", "--depth-model", "right.onnx", "-o", "no/table.md"},
        1, "no/table.md");
    expect_failure({"flicker", "photos/photo_0.png", "--depth-model", "right.onnx"}, 1,
                   "not a film");
}

}  // namespace
}  // namespace diorama::tests
