#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "diorama/picture.h"
#include "run_command.h"

namespace fs = std::filesystem;

namespace diorama::tests {
namespace {

// Where the middle of what is red lies.
double red_middle(const Image& picture) {
    double sum = 0;
    double count = 0;
    for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x) {
            const double red = picture.row<std::uint8_t>(y)[picture.channels() * x] / 160.0;
            sum += red * x;
            count += red;
        }
    return sum / count;
}

class Photo3dVerb : public testing::Test {
 protected:
    fs::path folder =
        fs::temp_directory_path() / ("diorama-photo3d-verb-" + std::to_string(getpid()));

    // A red square before a green wall.
    void SetUp() override {
        fs::create_directories(folder);
        const Size size{160, 120};
        Image picture(size, SampleType::u8, AlphaKind::none);
        InverseDepth depth(size);
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x) {
                const bool near = x >= 60 && x < 100 && y >= 40 && y < 80;
                depth.at(x, y) = near ? 1.0F : 0.0F;
                auto* pixel = picture.row<std::uint8_t>(y) + 3 * x;
                pixel[near ? 0 : 1] = static_cast<std::uint8_t>(150 + (x * 7 + y * 3) % 20);
            }
        write_picture(folder / "photo.png", picture);
        write_inverse_depth(folder / "depth.png", depth);
        write_inverse_depth(folder / "wide.png", InverseDepth({320, 100}, 0.5F));
    }
    void TearDown() override { fs::remove_all(folder); }

    CommandResult photo3d(std::vector<std::string> arguments,
                          const std::string& depth = "depth.png") {
        arguments.insert(arguments.begin(), {"photo3d", "--depth", depth, "photo.png"});
        return run_command(folder, arguments);
    }
    CommandResult camera(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"camera", "--depth", "depth.png", "photo.png"});
        return run_command(folder, arguments);
    }

    void expect_failure(const CommandResult& result, int status, const std::string& words) {
        EXPECT_EQ(result.status, status) << result.err;
        ASSERT_EQ(result.error_lines().size(), 1U) << result.err;
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
        for (const char* output : {"photo.html", "move.mp4", "frame.png"})
            EXPECT_FALSE(fs::exists(folder / output)) << output;
    }

    [[nodiscard]] std::string text_of(const std::string& name) const {
        std::ifstream stream(folder / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    // Layers that the page's manifest names.
    [[nodiscard]] static std::size_t count_layers(const std::string& page) {
        std::size_t count = 0;
        for (std::size_t at = page.find("\"depth\":\"data:"); at != std::string::npos;
             at = page.find("\"depth\":\"data:", at + 1))
            ++count;
        return count;
    }
};

TEST_F(Photo3dVerb, WritesAPageNamedAfterThePhoto) {
    const CommandResult result = photo3d({"-o", "photo.html", "--alt", "A <square>"});
    ASSERT_EQ(result.status, 0) << result.err;
    const std::string page = text_of("photo.html");
    EXPECT_NE(page.find("<title>photo</title>"), std::string::npos);
    EXPECT_NE(page.find("alt=\"A &lt;square&gt;\""), std::string::npos);
    EXPECT_EQ(count_layers(page), 2U);
}

TEST_F(Photo3dVerb, WritesAFolderForAServerToo) {
    const CommandResult result = photo3d({"-o", "photo.html", "--bundle", "site/"});
    ASSERT_EQ(result.status, 0) << result.err;
    for (const char* name : {"index.html", "photo.json", "photo-3d.js", "poster.jpg"})
        EXPECT_TRUE(fs::exists(folder / "site" / name)) << name;
}

TEST_F(Photo3dVerb, TakesSeveralPhotos) {
    fs::copy_file(folder / "photo.png", folder / "other.png");
    CommandResult result = photo3d({"other.png", "--output-dir", "out", "-o", "*.html"});
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_NE(text_of("out/other.html").find("<title>other</title>"), std::string::npos);
    EXPECT_EQ(count_layers(text_of("out/photo.html")), 2U);
    result = photo3d({"other.png", "--output-dir", "out", "-o", "*.glb", "--bundle", "site"});
    EXPECT_EQ(result.status, 2);
    EXPECT_NE(result.err.find("site: would be made of photo.png and of other.png"),
              std::string::npos)
        << result.err;
    result = camera({"other.png", "--output-dir", "out", "-o", "*_move.png", "--preview", "1"});
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(text_of("out/photo_move.png"), text_of("out/other_move.png"));
}

TEST_F(Photo3dVerb, PreparesDepthAsTheSeedDoes) {
    // Turned round, the wall is what stands in front, with a hole for the square.
    ASSERT_EQ(photo3d({"-o", "photo.html", "--invert-depth", "--contrast", "5"}).status, 0);
    EXPECT_EQ(count_layers(text_of("photo.html")), 2U);
    ASSERT_EQ(photo3d({"-o", "photo.html", "--contrast", "0"}).status, 0);
    EXPECT_EQ(count_layers(text_of("photo.html")), 1U);
}

TEST_F(Photo3dVerb, ADryRunWritesNothing) {
    const CommandResult result = photo3d({"-o", "photo.html", "--bundle", "site", "--dry-run"});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_FALSE(fs::exists(folder / "photo.html"));
    EXPECT_FALSE(fs::exists(folder / "site"));
}

TEST_F(Photo3dVerb, RefusesWhatItCannotDoInOneLine) {
    expect_failure(photo3d({"-o", "photo.png2"}), 1, ".html");
    expect_failure(photo3d({"-o", "none/photo.html"}), 1, "none");
    expect_failure(photo3d({"-o", "photo.html", "--shift", "90"}), 2, "--shift");
    expect_failure(photo3d({"-o", "photo.html", "--bundle", "."}), 2, "photo.png");
    expect_failure(photo3d({"-o", "photo.html"}, "missing.png"), 1, "missing.png");
    expect_failure(photo3d({"-o", "photo.html"}, "wide.png"), 1, "wide.png");
}

TEST_F(Photo3dVerb, TheOutputsEndingChoosesItsForm) {
    ASSERT_EQ(photo3d({"-o", "photo.glb", "--shift", "5"}).status, 0);
    EXPECT_EQ(text_of("photo.glb").substr(0, 4), "glTF");
    ASSERT_EQ(photo3d({"-o", "pair.jpg", "--json"}).status, 0);
    EXPECT_EQ(read_picture(folder / "pair_depth.png").size(), (Size{160, 120}));
    ASSERT_EQ(photo3d({"-o", "photo.depth.jpg"}).status, 0);
    expect_failure(photo3d({"-o", "photo.depth.jpg", "--shift", "5"}), 2, "--shift");
    expect_failure(photo3d({"-o", "photo.glb", "--alt", "A"}), 2, "--alt");
}

TEST_F(Photo3dVerb, DepthThatThePhotoCarriesIsUsed) {
    ASSERT_EQ(photo3d({"-o", "photo.depth.jpg"}).status, 0);
    const auto shown = [&](const std::vector<std::string>& more) {
        std::vector<std::string> arguments{
            "camera", "photo.depth.jpg", "-o", "frame.png", "--preview", "1", "--motion",
            "sway",   "--amount",        "10", "--focus",   "0"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        EXPECT_EQ(run_command(folder, arguments).status, 0);
        return read_picture(folder / "frame.png");
    };
    const Image by_itself = shown({});
    const Image by_name = shown({"--depth", "photo.depth.jpg"});
    EXPECT_TRUE(
        std::equal(by_itself.data(), by_itself.data() + by_itself.size_bytes(), by_name.data()));
    EXPECT_NEAR(red_middle(by_itself) - 79.5, 16, 3);
}

TEST_F(Photo3dVerb, EveryVerbTakesTheDepthThatThePhotoCarries) {
    ASSERT_EQ(photo3d({"-o", "photo.depth.jpg"}).status, 0);
    const std::vector<std::vector<std::string>> jobs{
        {"depth", "map.png"},
        {"popout", "frame.png", "--preview", "1", "--box", "60,40,40,40"},
        {"scroll", "frame.png", "--preview", "1", "--planes", "2"},
        {"stereo", "pair.png"},
        {"camera", "frame.png", "--preview", "1"},
        {"photo3d", "photo.html"},
    };
    for (const std::vector<std::string>& job : jobs) {
        const auto made = [&](const std::vector<std::string>& more) {
            std::vector<std::string> arguments{job[0], "photo.depth.jpg", "-o", job[1]};
            arguments.insert(arguments.end(), job.begin() + 2, job.end());
            arguments.insert(arguments.end(), more.begin(), more.end());
            const CommandResult result = run_command(folder, arguments);
            EXPECT_EQ(result.status, 0) << job[0] << ": " << result.err;
            const std::string bytes = text_of(job[1]);
            fs::remove(folder / job[1]);
            return bytes;
        };
        const std::string by_itself = made({});
        EXPECT_FALSE(by_itself.empty()) << job[0];
        EXPECT_TRUE(by_itself == made({"--depth", "photo.depth.jpg"})) << job[0];
        // The built-in network sees something else.
        EXPECT_FALSE(by_itself == made({"--depth-model", "diorama-depth"})) << job[0];
    }
}

// ---- The same layers, filmed
// --------------------------------------------------------------------------

TEST_F(Photo3dVerb, ACameraFilmsTheLayers) {
    const CommandResult result =
        camera({"-o", "move.mp4", "--duration", "0.5", "--fps", "10", "--loops", "2", "--json"});
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_NE(result.out.find("\"frames\": 10"), std::string::npos) << result.out;
    EXPECT_GT(fs::file_size(folder / "move.mp4"), 500U);
}

TEST_F(Photo3dVerb, TheCameraMovesWhatIsNearAsFarAsItIsAsked) {
    const auto middle_at = [&](const char* seconds) {
        EXPECT_EQ(camera({"-o", "frame.png", "--preview", seconds, "--motion", "sway", "--amount",
                          "10", "--focus", "0", "--duration", "4"})
                      .status,
                  0);
        return red_middle(read_picture(folder / "frame.png"));
    };
    const double rest = middle_at("0");
    EXPECT_NEAR(rest, 79.5, 0.5);
    EXPECT_NEAR(middle_at("1") - rest, 16, 1);
    EXPECT_NEAR(middle_at("3") - rest, -16, 1);
    EXPECT_NEAR(middle_at("5") - rest, 16, 1);
}

TEST_F(Photo3dVerb, TheCameraRefusesWhatItCannotDo) {
    expect_failure(camera({"-o", "move.mp4", "--aperture", "50"}), 2, "--aperture");
    expect_failure(camera({"-o", "move.mp4", "--motion", "spin"}), 2, "spin");
    expect_failure(camera({"-o", "frame.png"}), 2, "--preview");
    expect_failure(camera({"-o", "move.mp4", "--preview", "1"}), 2, "move.mp4");
    expect_failure(camera({"-o", "none/move.mp4"}), 1, "none");
}

}  // namespace
}  // namespace diorama::tests
