#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "diorama/picture.h"
#include "inference/tiny_onnx.h"
#include "run_command.h"

namespace fs = std::filesystem;

namespace diorama::tests {
namespace {

class FlowVerb : public testing::Test {
 protected:
    fs::path folder = fs::temp_directory_path() / ("diorama-flow-verb-" + std::to_string(getpid()));

    void SetUp() override {
        fs::create_directories(folder);
        write_picture(folder / "from.png", speckle(0));
        write_picture(folder / "to.png", speckle(6));
        write_picture(folder / "other.png", Image({5, 4}, SampleType::u8, AlphaKind::none));
    }
    void TearDown() override { fs::remove_all(folder); }

    // Blobs on a wide strip, moved to the right.
    static Image speckle(int shift) {
        Image image({160, 96}, SampleType::u8, AlphaKind::none);
        for (int y = 0; y < 96; ++y)
            for (int x = 0; x < 160; ++x) {
                const auto u = static_cast<unsigned>(x - shift + 64) / 5;
                const auto v = static_cast<unsigned>(y) / 5;
                const unsigned hash = (u * 73856093U ^ v * 19349663U) * 2654435761U;
                for (int c = 0; c < 3; ++c)
                    image.row<std::uint8_t>(y)[3 * x + c] = static_cast<std::uint8_t>(hash >> 24);
            }
        return image;
    }

    void expect_failure(const std::vector<std::string>& arguments, int status,
                        const std::string& words) {
        const CommandResult result = run_command(folder, arguments);
        EXPECT_EQ(result.status, status) << result.err;
        ASSERT_EQ(result.error_lines().size(), 1U) << result.err;
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
        EXPECT_FALSE(fs::exists(folder / "flow.flo"));
    }
};

// The vectors of a .flo, two floats a pixel.
std::vector<float> read_flo(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    constexpr std::size_t kHeader = 12;
    if (bytes.size() < kHeader) return {};
    std::vector<float> values((bytes.size() - kHeader) / sizeof(float));
    std::memcpy(values.data(), bytes.data() + kHeader, values.size() * sizeof(float));
    return values;
}

TEST_F(FlowVerb, WritesVectorsAndPictures) {
    const auto result =
        run_command(folder, {"flow", "from.png", "to.png", "-o", "flow.flo", "--occlusion",
                             "hidden.png", "--warp", "back.png", "--json"});
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(nlohmann::json::parse(result.out)["outputs"].size(), 3U);
    const auto values = read_flo(folder / "flow.flo");
    ASSERT_EQ(values.size(), 160U * 96 * 2);
    EXPECT_NEAR(values[2 * (48 * 160 + 80)], 6, 0.3);
    EXPECT_NEAR(values[2 * (48 * 160 + 80) + 1], 0, 0.3);

    const Image back = read_picture(folder / "back.png");
    const Image from = read_picture(folder / "from.png");
    EXPECT_NEAR(back.row<std::uint8_t>(48)[3 * 82], from.row<std::uint8_t>(48)[3 * 82], 12);
    // What moves out at the right is not seen any more.
    const Matte hidden = read_matte(folder / "hidden.png");
    EXPECT_EQ(hidden.at(158, 48), 1.0F);
    EXPECT_LT(hidden.at(82, 48), 0.2F);

    for (const auto* output : {"flow.exr", "look.png", "look.jpg"}) {
        const auto other = run_command(
            folder, {"flow", "from.png", "to.png", "-o", output, "--flow-preset", "fast"});
        EXPECT_EQ(other.status, 0) << other.err;
        EXPECT_EQ(inspect_picture(folder / output).size, (Size{160, 96}));
    }
}

// A stand-in of RAFT by the catalogue's name: each pixel moves by as much as its red grows.
TEST_F(FlowVerb, TakesANetworkByItsName) {
    using namespace inference::testing;
    write_text(folder / "raft.onnx",
               encode(TinyGraph{.inputs = {{"0", {1, 3, 360, 480}}, {"1", {1, 3, 360, 480}}},
                                .outputs = {{"full", {1, 2, 360, 480}}},
                                .nodes = {{"Sub", {"1", "0"}, {"growth"}},
                                          {"Slice", {"growth", "begin", "end", "axis"}, {"full"}}},
                                .constants = {{"begin", {1}, {0}, Element::int64},
                                              {"end", {1}, {2}, Element::int64},
                                              {"axis", {1}, {1}, Element::int64}}}));
    Image dark({96, 72}, SampleType::u8, AlphaKind::none);
    Image bright = dark;
    std::fill_n(bright.data(), bright.size_bytes(), std::uint8_t{10});
    write_picture(folder / "dark.png", dark);
    write_picture(folder / "bright.png", bright);
    const auto result = run_command(folder, {"flow", "dark.png", "bright.png", "-o", "flow.flo",
                                             "--flow-model", "raft=raft.onnx"});
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_NEAR(read_flo(folder / "flow.flo").at(2 * (36 * 96 + 48)), 2, 1e-3);
}

// RAFT gives the flow twice, once at an eighth of its size; exports order the two as they like.
TEST_F(FlowVerb, TheOrderOfANetworksOutputsMeansNothing) {
    using namespace inference::testing;
    const TinyTensor small{"small", {1, 2, 45, 60}};
    const TinyTensor full{"full", {1, 2, 360, 480}};
    write_picture(folder / "dark.png", Image({96, 72}, SampleType::u8, AlphaKind::none));
    Image bright({96, 72}, SampleType::u8, AlphaKind::none);
    for (std::size_t i = 0; i < bright.size_bytes(); i += 3) {
        bright.data()[i] = 10;
        bright.data()[i + 1] = 5;
    }
    write_picture(folder / "bright.png", bright);
    for (const auto& outputs : {std::vector{small, full}, std::vector{full, small}}) {
        write_text(
            folder / "raft.onnx",
            encode(TinyGraph{.inputs = {{"0", {1, 3, 360, 480}}, {"1", {1, 3, 360, 480}}},
                             .outputs = outputs,
                             .nodes = {{"Sub", {"1", "0"}, {"growth"}},
                                       {"Slice", {"growth", "first", "both", "axis"}, {"full"}},
                                       {"Slice", {"0", "firsts", "eighth", "axes"}, {"small"}}},
                             .constants = {{"first", {1}, {0}, Element::int64},
                                           {"both", {1}, {2}, Element::int64},
                                           {"axis", {1}, {1}, Element::int64},
                                           {"firsts", {3}, {0, 0, 0}, Element::int64},
                                           {"eighth", {3}, {2, 45, 60}, Element::int64},
                                           {"axes", {3}, {1, 2, 3}, Element::int64}}}));
        const auto result = run_command(folder, {"flow", "dark.png", "bright.png", "-o", "flow.flo",
                                                 "--flow-model", "raft=raft.onnx"});
        ASSERT_EQ(result.status, 0) << result.err;
        const auto values = read_flo(folder / "flow.flo");
        EXPECT_NEAR(values.at(2 * (36 * 96 + 48)), 2, 1e-3);
        EXPECT_NEAR(values.at(2 * (36 * 96 + 48) + 1), 1, 1e-3);
    }
}

TEST_F(FlowVerb, BadInputIsOneLine) {
    expect_failure({"flow", "from.png", "other.png", "-o", "flow.flo"}, 1, "5×4");
    expect_failure({"flow", "from.png", "none.png", "-o", "flow.flo"}, 1, "none.png");
    expect_failure({"flow", "from.png", "-o", "flow.flo"}, 2, "TO");
    expect_failure({"flow", "from.png", "to.png", "-o", "to.png"}, 2, "overwrite");
    expect_failure({"flow", "from.png", "to.png", "-o", "flow.mp4"}, 1, ".flo");
    expect_failure({"flow", "from.png", "to.png", "-o", "flow.flo", "--warp", "flow.flo"}, 2,
                   "flow.flo");
    expect_failure({"flow", "from.png", "to.png", "-o", "flow.exr", "--warp", "flow.flo"}, 1,
                   "as a picture");
    expect_failure({"flow", "from.png", "to.png", "-o", "flow.flo", "--flow-model", "raff"}, 2,
                   "raft");
    expect_failure({"flow", "from.png", "to.png", "-o", "flow.flo", "--flow-preset", "best"}, 2,
                   "medium");
    expect_failure({"flow", "from.png", "to.png", "-o", "flow.flo", "--device", "cuda"}, 2,
                   "--device: says where networks run");
    inference::testing::write_text(folder / "raft.onnx", "");
    expect_failure({"flow", "from.png", "to.png", "-o", "flow.flo", "--flow-model",
                    "raft=raft.onnx", "--flow-preset", "fast"},
                   2, "--flow-preset: is of the built-in method");
}

TEST_F(FlowVerb, ADryRunWritesNothing) {
    const auto result = run_command(
        folder, {"flow", "from.png", "to.png", "-o", "flow.flo", "--dry-run", "--json"});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_FALSE(fs::exists(folder / "flow.flo"));
}

}  // namespace
}  // namespace diorama::tests
