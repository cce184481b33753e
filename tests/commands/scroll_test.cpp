#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "diorama/picture.h"
#include "run_command.h"

namespace fs = std::filesystem;

namespace diorama::tests {
namespace {

class ScrollVerb : public testing::Test {
 protected:
    fs::path folder =
        fs::temp_directory_path() / ("diorama-scroll-verb-" + std::to_string(getpid()));

    // A sky over ground that comes nearer, with a post in front.
    void SetUp() override {
        fs::create_directories(folder);
        const Size size{160, 100};
        Image picture(size, SampleType::u8, AlphaKind::none);
        InverseDepth depth(size);
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x) {
                const bool post = x >= 60 && x < 76 && y >= 30;
                const bool ground = y >= 50;
                depth.at(x, y) = post ? 1.0F : ground ? 0.2F + 0.008F * (y - 50) : 0.0F;
                auto* pixel = picture.row<std::uint8_t>(y) + 3 * x;
                pixel[0] = static_cast<std::uint8_t>(post ? 200 : 60 + (x * 7 + y * 3) % 20);
                pixel[1] = static_cast<std::uint8_t>(ground && !post ? 150 : 60);
                pixel[2] = static_cast<std::uint8_t>(ground || post ? 40 : 200);
            }
        write_picture(folder / "photo.png", picture);
        write_inverse_depth(folder / "depth.png", depth);
        write_inverse_depth(folder / "flat.exr", InverseDepth(size, 0.5F));
        write_inverse_depth(folder / "wide.png", InverseDepth({320, 100}, 0.5F));
        InverseDepth two_depths(size, 0.0F);
        std::fill_n(two_depths.values().begin(), size.area() / 2, 1.0F);
        write_inverse_depth(folder / "two.png", two_depths);
        fs::create_directory(folder / "taken");
    }
    void TearDown() override { fs::remove_all(folder); }

    CommandResult scroll(std::vector<std::string> arguments) {
        std::vector<std::string> all{"scroll", "photo.png"};
        all.insert(all.end(), arguments.begin(), arguments.end());
        all.insert(all.end(), {"--fill", "smooth"});
        if (std::ranges::find(arguments, "--depth") == arguments.end())
            all.insert(all.end(), {"--depth", "depth.png"});
        return run_command(folder, all);
    }

    void expect_failure(const std::vector<std::string>& arguments, int status,
                        const std::string& words) {
        const CommandResult result = scroll(arguments);
        EXPECT_EQ(result.status, status) << result.err;
        ASSERT_EQ(result.error_lines().size(), 1U) << result.err;
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
        for (const char* file : {"loop.mp4", "loop", "planes.png"})
            EXPECT_FALSE(fs::exists(folder / file)) << file;
    }
};

std::string read_text(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

TEST_F(ScrollVerb, MakesALoopAndEverythingBesideIt) {
    const CommandResult result = scroll(
        {"-o", "loop.mp4", "--duration", "2", "--fps", "10", "--json", "--save-modalities",
         "modalities/", "--save-overlay", "planes.png", "--save-boundaries", "borders.png",
         "--save-overlays", "overlays", "--save-layers", "layers.ora", "--save-world", "world"});
    ASSERT_EQ(result.status, 0) << result.err;
    const auto summary = nlohmann::json::parse(result.out);
    EXPECT_EQ(summary["frames"], 20);
    EXPECT_EQ(summary["size"], (std::vector<int>{160, 100}));
    for (const char* file :
         {"loop.mp4", "modalities/rgb.png", "modalities/depth.png", "modalities/confidence.png",
          "modalities/confidence_heatmap.png", "planes.png", "borders.png", "overlays/plane_0.png",
          "overlays/strip_2.png", "layers.ora", "world/world.tscn"})
        EXPECT_GT(fs::file_size(folder / file), 50U) << file;
    const auto world = nlohmann::json::parse(read_text(folder / "world" / "world.json"));
    ASSERT_EQ(world["planes"].size(), 3U);
    EXPECT_EQ(world["planes"][2]["parallax"], 1.0);
    for (const auto& plane : world["planes"]) {
        const Image strip = read_picture(folder / "world" / plane["image"].get<std::string>());
        EXPECT_EQ(strip.width(), plane["width"]);
        EXPECT_EQ(strip.width(), 320);
    }
}

TEST_F(ScrollVerb, TheFramesOfTwoLoopsAreTheSame) {
    ASSERT_EQ(
        scroll({"-o", "f_%02d.png", "--duration", "0.5", "--fps", "8", "--loops", "2"}).status, 0);
    const auto frame = [&](int index) {
        return read_picture(folder / ("f_0" + std::to_string(index) + ".png"));
    };
    const auto same = [](const Image& a, const Image& b) {
        return std::equal(a.data(), a.data() + a.size_bytes(), b.data());
    };
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(same(frame(i), frame(i + 4))) << i;
    EXPECT_FALSE(same(frame(0), frame(2)));
}

TEST_F(ScrollVerb, TakesSeveralPhotos) {
    fs::copy_file(folder / "photo.png", folder / "other.png");
    const std::vector<std::string> both{"other.png", "--preview",    "1",  "-o",
                                        "*_f.png",   "--output-dir", "out"};
    ASSERT_EQ(scroll(both).status, 0);
    EXPECT_EQ(read_text(folder / "out/photo_f.png"), read_text(folder / "out/other_f.png"));
    // A world of its own for each would need a name of its own.
    std::vector<std::string> one_world = both;
    one_world.insert(one_world.end(), {"--save-world", "world", "--dry-run"});
    const CommandResult result = scroll(one_world);
    EXPECT_EQ(result.status, 2);
    EXPECT_NE(result.err.find("world: would be made of photo.png and of other.png"),
              std::string::npos)
        << result.err;
}

// Tiled itself draws the map: what it shows is the photo.
TEST_F(ScrollVerb, TiledDrawsTheWorld) {
    if (std::system("command -v tmxrasterizer >/dev/null") != 0)
        GTEST_SKIP() << "Tiled is not installed";
    ASSERT_EQ(scroll({"-o", "frame.png", "--preview", "0", "--save-world", "world", "--shake", "0"})
                  .status,
              0);
    const std::string map = (folder / "world" / "world.tmx").string();
    const std::string drawn = (folder / "drawn.png").string();
    ASSERT_EQ(std::system(("QT_QPA_PLATFORM=offscreen tmxrasterizer '" + map + "' '" + drawn +
                           "' >/dev/null 2>&1")
                              .c_str()),
              0);
    const Image photo = read_picture(folder / "photo.png");
    const Image shown = read_picture(drawn);
    ASSERT_GE(shown.width(), photo.width());
    ASSERT_GE(shown.height(), photo.height());
    double difference = 0;
    for (int y = 0; y < photo.height(); ++y)
        for (int x = 0; x < photo.width(); ++x)
            for (int c = 0; c < 3; ++c)
                difference += std::abs(photo.row<std::uint8_t>(y)[3 * x + c] -
                                       shown.row<std::uint8_t>(y)[shown.channels() * x + c]);
    EXPECT_LT(difference / static_cast<double>(3 * photo.size().area()), 4);
}

TEST_F(ScrollVerb, BadInputIsOneLine) {
    expect_failure({"-o", "loop.mp4", "--depth", "flat.exr"}, 1, "flat.exr: is flat");
    expect_failure({"-o", "loop.mp4", "--depth", "two.png", "--planes", "5"}, 1,
                   "two.png: leaves plane 2 of 5");
    expect_failure({"-o", "loop.mp4", "--depth", "wide.png"}, 1, "has not the shape");
    expect_failure({"-o", "loop", "--save-overlay", "planes.png"}, 1, "unknown ending");
    expect_failure({"-o", "taken", "--save-overlay", "planes.png"}, 1, "unknown ending");
    expect_failure({"-o", "loop.mp4", "--speed", "nan"}, 2, "--speed: 'nan'");
    expect_failure({"-o", "loop.mp4", "--lighting", "nan"}, 2, "--lighting: 'nan'");
    expect_failure({"-o", "loop.mp4", "--edges", "nan,0.5"}, 2, "--edges: 'nan,0.5'");
    expect_failure({"-o", "loop.mp4", "--seam", "inf"}, 2, "--seam: 'inf'");
    expect_failure({"-o", "loop.mp4", "--speed", "fast"}, 2, "--speed: 'fast'");
    expect_failure({"-o", "loop.mp4", "--speed", "0"}, 2, "moves nothing");
    expect_failure({"-o", "loop.mp4", "--planes", "9"}, 2, "--planes");
    expect_failure({"-o", "loop.mp4", "--edges", "0.6,0.2"}, 2, "must rise");
    expect_failure({"-o", "loop.mp4", "--seam", "4000"}, 2, "cross-fade");
    expect_failure({"-o", "loop.mp4", "--seam", "9", "--tiling", "none"}, 2, "--tiling none");
    expect_failure({"-o", "loop.mp4", "--planes", "3", "--edges", "0.2,0.6"}, 2, "--planes");
    expect_failure({"-o", "loop.mp4", "--speed", "bg=1,mg=2,fg=3", "--planes", "5", "--dry-run"}, 2,
                   "has 3 speeds for 5 planes");
    expect_failure({"-o", "loop.mp4", "--speed", "1e300"}, 2, "has a speed above");
    expect_failure({"-o", "loop.mp4", "--save-world", "."}, 2, "holds the input photo.png");
    expect_failure({"-o", "loop.mp4", "--no-loop", "--loops", "2"}, 2, "--no-loop");
    expect_failure({"-o", "loop.mp4", "--save-world", "photo.png"}, 1, "is not a folder");
    expect_failure({"-o", "loop.mp4", "--save-layers", "layers.png"}, 1, "end in .ora");
    expect_failure({"-o", "loop.png"}, 2, "--preview");
    expect_failure({"-o", "loop.mp4", "--depth", "none.png"}, 1, "no such file");
}

// Shapes at the edge of what there is.
TEST_F(ScrollVerb, NarrowAndTinyPictures) {
    for (const Size size : {Size{30, 400}, Size{400, 30}, Size{300, 4000}}) {
        Image picture(size, SampleType::u8, AlphaKind::none);
        InverseDepth depth(size);
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x) {
                depth.at(x, y) = static_cast<float>(y) / static_cast<float>(size.height);
                picture.row<std::uint8_t>(y)[3 * x] = static_cast<std::uint8_t>(x * 8 + y);
            }
        write_picture(folder / "photo.png", picture);
        write_inverse_depth(folder / "depth.png", depth);
        for (const char* direction : {"left", "down"})
            EXPECT_EQ(
                scroll({"-o", "frame.png", "--preview", "1", "--direction", direction}).status, 0)
                << size.width << " " << direction;
    }
    const auto shrink = [&](Size size) {
        write_picture(folder / "photo.png", Image(size, SampleType::u8, AlphaKind::none));
        InverseDepth depth(size);
        depth.values().back() = 1;
        write_inverse_depth(folder / "depth.png", depth);
    };
    shrink({1, 1});
    expect_failure({"-o", "loop.mp4"}, 1, "is flat");
    shrink({2, 2});
    EXPECT_EQ(scroll({"-o", "frame.png", "--preview", "0", "--edges", "0.5"}).status, 0);
}

}  // namespace
}  // namespace diorama::tests
