// Flat tones of pictures and films, as a person asks for them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "diorama/picture.h"
#include "diorama/tones.h"
#include "diorama/video.h"
#include "film_files.h"
#include "run_command.h"

namespace fs = std::filesystem;

namespace diorama::tests {
namespace {

using testing::HasSubstr;
using Arguments = std::vector<std::string>;

class Roto : public testing::Test {
 protected:
    fs::path folder = fs::temp_directory_path() / ("diorama-roto-" + std::to_string(getpid()));

    void SetUp() override {
        fs::create_directories(folder);
        write_film(folder / "film.mkv");
        write_picture(folder / "photo.png", read_frames(folder / "film.mkv").front());
    }
    void TearDown() override { fs::remove_all(folder); }

    void expect_success(const Arguments& arguments) const {
        const CommandResult result = run_command(folder, arguments);
        EXPECT_EQ(result.status, 0) << result.err;
    }
    void expect_failure(const Arguments& arguments, int status, const std::string& words) const {
        const CommandResult result = run_command(folder, arguments);
        EXPECT_EQ(result.status, status) << result.err;
        EXPECT_EQ(result.error_lines().size(), 1U) << result.err;
        EXPECT_THAT(result.err, HasSubstr(words));
    }
    [[nodiscard]] bool has(const std::string& file) const { return fs::exists(folder / file); }
    [[nodiscard]] std::string text_of(const std::string& file) const {
        std::ifstream stream(folder / file, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    void expect_nothing_hidden() const {
        for (const auto& entry : fs::directory_iterator(folder))
            EXPECT_FALSE(entry.path().filename().string().starts_with('.')) << entry.path();
    }
};

TEST_F(Roto, AFilmBecomesAFolderOfDrawings) {
    expect_success({"roto",           "film.mkv", "-o",        "out/",     "--duration", "1",
                    "--start-number", "1001",     "--palette", "usual",    "--make",     "flat",
                    "--make",         "tones",    "--make",    "svg",      "--make",     "exr",
                    "--make",         "ora",      "--make",    "animation"});
    for (const char* file : {"out/flat/film_1001.png", "out/flat/film_1005.png",
                             "out/tones/highlight/film_1003.png", "out/svg/film_1002.svg",
                             "out/exr/film_1004.exr", "out/ora/film_1005.ora", "out/film.svg"})
        EXPECT_TRUE(has(file)) << file;
    EXPECT_FALSE(has("out/flat/film_1006.png")) << "five frames a second";
    const ToneMap tones = read_tones(read_picture(folder / "out/flat/film_1001.png"));
    EXPECT_EQ(tones.size(), kFilmSize);
    for (const char* name :
         {"background", "material", "diffuse_shadow", "cast_shadow", "highlight"})
        EXPECT_THAT(text_of("out/svg/film_1001.svg"), HasSubstr("<g id=\"" + std::string(name)));
    EXPECT_THAT(text_of("out/palette.gpl"), HasSubstr("32  36  44"));
    expect_nothing_hidden();
}

TEST_F(Roto, AFilmBecomesAFilmOnTwosBesideItsSource) {
    expect_success({"roto", "film.mkv", "-o", "flat.mkv", "--codec", "ffv1", "--on", "twos",
                    "--compare", "side.mkv", "--duration", "2"});
    const auto frames = read_frames(folder / "flat.mkv");
    ASSERT_EQ(frames.size(), 10U);
    EXPECT_EQ(read_frames(folder / "side.mkv").front().width(), 2 * kFilmSize.width);
    expect_nothing_hidden();
}

TEST_F(Roto, APictureBecomesWhatItsOutputIsCalled) {
    for (const char* output : {"flat.png", "shapes.svg", "layers.ora", "layers.exr", "folder"})
        expect_success({"roto", "photo.png", "-o", output});
    EXPECT_TRUE(has("folder/flat/photo.png"));
    EXPECT_TRUE(has("folder/tones/material/photo.png"));
    EXPECT_TRUE(has("folder/svg/photo.svg"));
    expect_success({"roto", "film.mkv", "-o", "one.svg", "--preview", "3"});
    expect_nothing_hidden();
}

TEST_F(Roto, TheNetworkThatIsBuiltInIsTheDefault) {
    expect_success({"roto", "photo.png", "-o", "default.png"});
    expect_success({"roto", "photo.png", "-o", "named.png", "--tone-model", "diorama-tones"});
    expect_success({"roto", "photo.png", "-o", "other.png", "--tones", "thresholds"});
    EXPECT_EQ(text_of("default.png"), text_of("named.png"));
    EXPECT_NE(text_of("default.png"), text_of("other.png"));
}

TEST_F(Roto, SeveralInputsBecomeAFolderEach) {
    fs::copy_file(folder / "photo.png", folder / "other.png");
    expect_success({"roto", "photo.png", "other.png", "--output-dir", "out", "-o", "*_roto/"});
    EXPECT_EQ(text_of("out/photo_roto/flat/photo.png"), text_of("out/other_roto/flat/other.png"));
    EXPECT_TRUE(has("out/other_roto/svg/other.svg"));
}

TEST_F(Roto, APaletteIsTakenFromAFile) {
    std::ofstream(folder / "red.json")
        << R"({"background": "#010000", "material": "#020000", "diffuse_shadow": "#030000",)"
        << R"( "cast_shadow": "#040000", "highlight": "#050000"})";
    expect_success({"roto", "photo.png", "-o", "red.png", "--palette", "red.json"});
    const Image red = read_picture(folder / "red.png");
    for (std::size_t i = 0; i < red.size_bytes(); i += 3) {
        EXPECT_LE(red.data()[i], 5);
        EXPECT_EQ(red.data()[i + 1], 0);
    }
    std::ofstream(folder / "four.gpl") << "GIMP Palette\n1 2 3\n4 5 6\n7 8 9\n1 1 1\n";
    expect_failure({"roto", "photo.png", "-o", "a.png", "--palette", "four.gpl"}, 1,
                   "has 4 colours; five are needed");
    std::ofstream(folder / "odd.json") << R"({"a": 1, "b": 2, "c": 3, "d": 4, "e": 5})";
    expect_failure({"roto", "photo.png", "-o", "a.png", "--palette", "odd.json"}, 1,
                   "gives no colour for background");
}

TEST_F(Roto, WhatIsWrongIsSaidBeforeWorkBegins) {
    expect_failure({"roto", "photo.png", "-o", "a.mp4"}, 2, "the input is a picture");
    expect_failure({"roto", "film.mkv", "-o", "a.png"}, 2, "the input is a film");
    expect_failure({"roto", "photo.png", "-o", "a.txt"}, 1, "tones are written as");
    expect_failure({"roto", "photo.png", "-o", "a.png", "--make", "svg"}, 2, "says what a folder");
    expect_failure({"roto", "photo.png", "-o", "a", "--make", "oil"}, 2, "'oil' is none of");
    expect_failure({"roto", "photo.png", "-o", "a.png", "--on", "twos"}, 2, "is for films");
    expect_failure({"roto", "photo.png", "-o", "a.png", "--tone-model", "no.onnx"}, 1, "no.onnx");
    expect_failure({"roto", "film.mkv", "-o", "a", "--highlight", "3"}, 2, "--highlight");
    EXPECT_FALSE(has("a"));
    expect_nothing_hidden();
}

TEST_F(Roto, PicturesWithoutLightAreSaidToBeSo) {
    // Grain and all: nothing is seen into it, by whatever method.
    for (const auto& [name, grey, tone] :
         {std::tuple("black", 2, Tone::background), std::tuple("white", 250, Tone::material)})
        for (const char* method : {"network", "thresholds", "kmeans"}) {
            Image picture({40, 30}, SampleType::u8, AlphaKind::none);
            for (std::size_t i = 0; i < picture.size_bytes(); ++i)
                picture.data()[i] = static_cast<std::uint8_t>(grey + i * i % 5);
            write_picture(folder / "plain.png", picture);
            const CommandResult result = run_command(
                folder,
                {"roto", "plain.png", "-o", "drawn.png", "--palette", "usual", "--tones", method});
            EXPECT_EQ(result.status, 0) << name << method;
            EXPECT_THAT(result.err, HasSubstr("one tone alone")) << name << method;
            const ToneMap tones = read_tones(read_picture(folder / "drawn.png"));
            EXPECT_EQ(tones.at(20, 15), tone) << name << method;
        }
}

}  // namespace
}  // namespace diorama::tests
