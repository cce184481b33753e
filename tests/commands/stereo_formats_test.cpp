#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "diorama/disparity_files.h"
#include "diorama/picture.h"
#include "diorama/video.h"
#include "run_command.h"

namespace fs = std::filesystem;

namespace diorama::tests {
namespace {

constexpr Size kSize{96, 64};

class StereoFormats : public testing::Test {
 protected:
    fs::path folder =
        fs::temp_directory_path() / ("diorama-stereo-formats-" + std::to_string(getpid()));

    // A near square, striped, on a far ground of soft colours.
    void SetUp() override {
        fs::create_directories(folder);
        write_scene("photo.png", "depth.exr", kSize);
        write_scene("odd.png", "odd_depth.exr", {97, 64});
    }
    void TearDown() override { fs::remove_all(folder); }

    void write_scene(const char* photo, const char* depth, Size size) const {
        Image image(size, SampleType::u8, AlphaKind::none);
        InverseDepth map(size);
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x) {
                const bool near = x >= 36 && x < 60 && y >= 20 && y < 44;
                std::uint8_t* pixel = image.row<std::uint8_t>(y) + 3 * x;
                pixel[0] = static_cast<std::uint8_t>(near ? 40 + 100 * (x / 4 % 2) : x);
                pixel[1] = static_cast<std::uint8_t>(near ? 60 : 2 * y);
                pixel[2] = static_cast<std::uint8_t>(near ? 20 : 200);
                map.at(x, y) = near ? 1.0F : 0.0F;
            }
        write_picture(folder / photo, image);
        write_inverse_depth(folder / depth, map);
    }

    [[nodiscard]] CommandResult stereo(const std::vector<std::string>& more,
                                       const std::string& photo = "photo.png",
                                       const std::string& depth = "depth.exr") const {
        std::vector<std::string> arguments{"stereo",         photo, "--depth",      depth,
                                           "--depth-budget", "6",   "--zero-plane", "0"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_command(folder, arguments);
    }
    [[nodiscard]] Image make(const std::string& name, const std::vector<std::string>& more = {}) {
        std::vector<std::string> arguments{"-o", name};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const CommandResult result = stereo(arguments);
        EXPECT_EQ(result.status, 0) << result.err;
        return read_picture(folder / name);
    }
    // Without views there is no disparity to ask for.
    [[nodiscard]] Image make_with_depth(const std::string& name,
                                        const std::vector<std::string>& more = {}) {
        std::vector<std::string> arguments{"stereo",    "photo.png", "--depth",
                                           "depth.exr", "-o",        name};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const CommandResult result = run_command(folder, arguments);
        EXPECT_EQ(result.status, 0) << result.err;
        return read_picture(folder / name);
    }
    void expect_failure(const std::vector<std::string>& arguments, int status,
                        const std::string& words, const std::string& photo = "photo.png",
                        const std::string& depth = "depth.exr") const {
        const CommandResult result = stereo(arguments, photo, depth);
        EXPECT_EQ(result.status, status) << result.err;
        ASSERT_EQ(result.error_lines().size(), 1U) << result.err;
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
        EXPECT_FALSE(fs::exists(folder / arguments.at(1))) << arguments.at(1);
    }
};

Image cut(const Image& image, int x, int y, Size size) {
    Image part(size, image.sample_type(), image.alpha());
    for (int v = 0; v < size.height; ++v)
        std::copy_n(image.row<std::uint8_t>(y + v) + 3 * x, part.row_bytes(),
                    part.row<std::uint8_t>(v));
    return part;
}

bool same(const Image& a, const Image& b) {
    return a.size() == b.size() && std::equal(a.data(), a.data() + a.size_bytes(), b.data());
}

TEST_F(StereoFormats, OnePairInManyForms) {
    const Image photo = read_picture(folder / "photo.png");
    const Image left = make("left.png", {"--format", "left"});
    const Image right = make("right.png", {"--format", "right"});
    EXPECT_TRUE(same(left, photo));
    EXPECT_FALSE(same(right, photo));
    const Image sbs = make("sbs.png");
    EXPECT_TRUE(same(cut(sbs, 0, 0, kSize), left));
    EXPECT_TRUE(same(cut(sbs, 96, 0, kSize), right));
    EXPECT_TRUE(same(cut(make("cross.png", {"--format", "cross"}), 0, 0, kSize), right));
    EXPECT_TRUE(same(cut(make("tb.png", {"--format", "tb"}), 0, 64, kSize), right));
    for (const char* form : {"half-sbs", "half-tb", "rows", "columns", "checkerboard", "dubois",
                             "green-magenta", "amber-blue", "grey"})
        EXPECT_EQ(make("a.png", {"--format", form}).size(), kSize) << form;
    EXPECT_EQ(make_with_depth("a.png", {"--format", "half-rgbd"}).size(), kSize);
    EXPECT_EQ(make_with_depth("a.png", {"--format", "rgbd"}).size(), (Size{192, 64}));
    EXPECT_EQ(make("a.png", {"--format", "vr180", "--vr-size", "100"}).size(), (Size{200, 100}));
}

TEST_F(StereoFormats, PairsAreTwoFilesNamedBeforehand) {
    const auto tried = stereo({"-o", "a.png", "--format", "pair", "--dry-run", "--json"});
    ASSERT_EQ(tried.status, 0) << tried.err;
    const auto outputs = nlohmann::json::parse(tried.out).at("outputs");
    EXPECT_EQ(outputs, (nlohmann::json{"a_left.png", "a_right.png"}));
    EXPECT_FALSE(fs::exists(folder / "a_left.png"));
    ASSERT_EQ(stereo({"-o", "a.png", "--format", "pair"}).status, 0);
    EXPECT_TRUE(same(read_picture(folder / "a_left.png"), read_picture(folder / "photo.png")));
    EXPECT_EQ(read_picture(folder / "a_right.png").size(), kSize);
    EXPECT_FALSE(fs::exists(folder / "a.png"));
}

TEST_F(StereoFormats, PairsLeaveTheUntouchedEyeItsAlpha) {
    Image photo(kSize, SampleType::u8, AlphaKind::straight);
    for (std::size_t n = 0; n < photo.size_bytes(); ++n)
        photo.data()[n] = static_cast<std::uint8_t>(7 * n % 251);
    write_picture(folder / "clear.png", photo);
    ASSERT_EQ(stereo({"-o", "a.png", "--format", "pair"}, "clear.png").status, 0);
    EXPECT_TRUE(same(read_picture(folder / "a_left.png"), photo));
    EXPECT_EQ(read_picture(folder / "a_right.png").alpha(), AlphaKind::straight);
}

TEST_F(StereoFormats, EndingsForTwoViews) {
    EXPECT_EQ(make("a.mpo").size(), kSize);
    EXPECT_EQ(make("a.jps").size(), (Size{192, 64}));
    EXPECT_EQ(make("a.vr.jpg", {"--vr-size", "128"}).size(), (Size{128, 128}));
    EXPECT_EQ(make_with_depth("a.depth.jpg").size(), kSize);
    ASSERT_EQ(stereo({"-o", "a.gif", "--fps", "10"}).status, 0);
    EXPECT_EQ(inspect_picture(folder / "a.gif").frames, 10);
}

TEST_F(StereoFormats, AFloatingWindowMovesWithTheWiggle) {
    Image photo(kSize, SampleType::u8, AlphaKind::none);
    std::fill_n(photo.data(), photo.size_bytes(), std::uint8_t{200});
    write_picture(folder / "light.png", photo);
    write_disparity(folder / "d.exr", Disparity(kSize, 12));
    const auto result = run_command(
        folder, {"stereo", "light.png", "-o", "a.mkv", "--codec", "ffv1", "--format", "wiggle",
                 "--fps", "8", "--disparity", "d.exr", "--edge-violation", "float"});
    ASSERT_EQ(result.status, 0) << result.err;
    FilmReader reader(folder / "a.mkv");
    std::vector<std::ptrdiff_t> bars;
    while (const auto frame = reader.next()) {
        const std::uint8_t* row = frame->image.row<std::uint8_t>(30);
        bars.push_back(std::count_if(row, row + frame->image.row_bytes(),
                                     [](std::uint8_t level) { return level < 100; }) /
                       frame->image.channels());
    }
    ASSERT_EQ(bars.size(), 8U);
    for (const std::ptrdiff_t bar : bars) EXPECT_NEAR(static_cast<double>(bar), 12, 1);
}

TEST_F(StereoFormats, FilmsAreStillAndSayHowTheyArePacked) {
    const auto result =
        stereo({"-o", "a.mp4", "--format", "half-sbs", "--duration", "0.5", "--fps", "8"});
    ASSERT_EQ(result.status, 0) << result.err;
    FilmReader reader(folder / "a.mp4");
    EXPECT_EQ(reader.info().size, kSize);
    int frames = 0;
    while (reader.next()) ++frames;
    EXPECT_EQ(frames, 4);

    const auto untold = stereo({"-o", "a.mov", "--format", "cross"});
    EXPECT_EQ(untold.status, 0) << untold.err;
    EXPECT_NE(untold.err.find("cannot tell players"), std::string::npos) << untold.err;
}

TEST_F(StereoFormats, BadFormsAreOneClearLine) {
    expect_failure({"-o", "a.mpo", "--format", "dubois"}, 1, "take pair");
    expect_failure({"-o", "a.jps", "--format", "rows"}, 1, "take .jpg");
    expect_failure({"-o", "a.png", "--format", "wiggle"}, 1, "take .gif");
    expect_failure({"-o", "a.gif", "--format", "sbs"}, 1, "take .png");
    expect_failure({"-o", "a.txt"}, 1, "no ending for two views");
    expect_failure({"-o", "a.png", "--format", "3d"}, 2, "'3d' is none of");
    expect_failure({"-o", "a.png", "--duration", "3"}, 2, "is for films");
    expect_failure({"-o", "a.png", "--vr-size", "500"}, 2, "is for --format vr180");
    expect_failure({"-o", "a.png", "--format", "vr180", "--vr-fov", "180"}, 2, "vr-fov");
    expect_failure({"-o", "a.png", "--format", "half-sbs"}, 2, "an even width", "odd.png",
                   "odd_depth.exr");
    expect_failure({"-o", "a.mp4", "--codec", "prores"}, 1, "cannot hold");
}

}  // namespace
}  // namespace diorama::tests
