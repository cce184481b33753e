#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "diorama/picture.h"
#include "run_command.h"

namespace fs = std::filesystem;

namespace diorama::tests {
namespace {

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
        arguments.insert(arguments.begin(), {"photo3d", "photo.png", "--depth", depth});
        return run_command(folder, arguments);
    }

    void expect_failure(const CommandResult& result, int status, const std::string& words) {
        EXPECT_EQ(result.status, status) << result.err;
        ASSERT_EQ(result.error_lines().size(), 1U) << result.err;
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
        EXPECT_FALSE(fs::exists(folder / "photo.html"));
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

}  // namespace
}  // namespace diorama::tests
