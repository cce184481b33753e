// A real film, with all that films have besides pictures, through every verb that takes films.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "film_files.h"
#include "run_command.h"
#include "video/test_films.h"

namespace fs = std::filesystem;

namespace diorama::tests {
namespace {

using nlohmann::json;
using Arguments = std::vector<std::string>;

// What OpenCV's documentation brings along; where it is missing, moving test pictures.
std::string pictures() {
    const fs::path clip = "/usr/share/doc/opencv-doc/examples/data/Megamind.avi";
    if (fs::exists(clip)) return fmt::format("-ss 4 -i {}", clip.string());
    return "-f lavfi -i testsrc2=size=720x528:rate=24";
}

class RealFilm : public testing::TestWithParam<Arguments> {
 protected:
    inline static const fs::path folder =
        fs::temp_directory_path() / ("diorama-real-film-" + std::to_string(getpid()));

    void SetUp() override {
        if (!have_ffmpeg()) GTEST_SKIP() << "needs the commands ffmpeg and ffprobe";
        if (!fs::exists(folder / "film.mkv")) make_film();
    }
    static void TearDownTestSuite() { fs::remove_all(folder); }

    // Two seconds with two languages to hear, words to read, and chapters.
    static void make_film() {
        fs::create_directories(folder);
        write_red_network(folder / "red.onnx");
        std::ofstream(folder / "words.srt") << "1\n00:00:00,500 --> 00:00:01,500\nHello\n\n";
        std::ofstream(folder / "chapters.txt")
            << ";FFMETADATA1\ntitle=A Film\n"
               "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=One\n"
               "[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=2000\ntitle=Two\n";
        run_ffmpeg(
            folder,
            pictures() +
                " -f lavfi -i sine=frequency=440 -f lavfi -i sine=frequency=880 -i words.srt "
                "-i chapters.txt -map 0:v -map 1:a -map 2:a -map 3:s "
                "-map_metadata 4 -map_chapters 4 -t 2 -vf scale=180:132 -r 12 "
                "-metadata:s:a:0 language=eng -metadata:s:a:1 language=deu "
                "-metadata:s:s:0 language=eng -c:v ffv1 -c:a:0 aac -c:a:1 flac -c:s srt film.mkv");
    }

    static json probe(const std::string& film) {
        return json::parse(output_of(
            fmt::format("ffprobe -v error -of json -show_format -show_streams -show_chapters "
                        "-count_frames '{}'",
                        (folder / film).string())));
    }
    static std::vector<std::string> picture_times(const std::string& film) {
        const json shown = json::parse(
            output_of(fmt::format("ffprobe -v error -of json -select_streams v:0 -show_entries "
                                  "frame=best_effort_timestamp_time '{}'",
                                  (folder / film).string())));
        std::vector<std::string> times;
        for (const json& frame : shown.at("frames"))
            times.push_back(frame.at("best_effort_timestamp_time"));
        return times;
    }
};

// What somebody who watches it notices of a track.
json essence(const json& stream) {
    return {stream.at("codec_type"), stream.at("codec_name"),
            stream.value("tags", json::object()).value("language", "")};
}

TEST_P(RealFilm, KeepsAllThatItHad) {
    Arguments arguments = GetParam();
    const std::string made = arguments[0] + ".mkv";
    arguments.insert(arguments.end(), {"-o", made});
    const CommandResult result = run_command(folder, arguments);
    ASSERT_EQ(result.status, 0) << result.err;

    const json before = probe("film.mkv");
    const json after = probe(made);
    ASSERT_EQ(after["streams"].size(), before["streams"].size());
    EXPECT_EQ(after["streams"][0]["codec_type"], "video");
    EXPECT_EQ(after["streams"][0]["nb_read_frames"], "24");
    for (std::size_t n = 1; n < before["streams"].size(); ++n)
        EXPECT_EQ(essence(after["streams"][n]), essence(before["streams"][n]));
    for (const char* sound : {"a:0", "a:1", "s:0"})
        EXPECT_EQ(contents(folder / made, sound), contents(folder / "film.mkv", sound)) << sound;
    EXPECT_EQ(picture_times(made), picture_times("film.mkv"));
    ASSERT_EQ(after["chapters"].size(), 2U);
    for (std::size_t n = 0; n < 2; ++n)
        for (const char* of : {"start_time", "end_time", "tags"})
            EXPECT_EQ(after["chapters"][n][of], before["chapters"][n][of]) << of;
    EXPECT_EQ(after["format"]["tags"]["title"], "A Film");
}

const Arguments kBox{"--box", "50,20,80,110"};

Arguments with_box(Arguments arguments) {
    arguments.insert(arguments.end(), kBox.begin(), kBox.end());
    return arguments;
}

INSTANTIATE_TEST_SUITE_P(
    EveryVerb, RealFilm,
    testing::Values(Arguments{"depth", "film.mkv", "--depth-model", "red.onnx"},
                    Arguments{"stereo", "film.mkv", "--depth-model", "red.onnx"},
                    with_box({"matte", "film.mkv"}),
                    with_box({"popout", "film.mkv", "--depth-model", "red.onnx"}),
                    with_box({"fill", "film.mkv", "--hole", "subject"})),
    [](const auto& test) { return test.param.front(); });

}  // namespace
}  // namespace diorama::tests
