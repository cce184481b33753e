#include "diorama/film_tracks.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "core/thrown_error.h"
#include "video/test_films.h"

namespace diorama {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

json probe(const fs::path& film) {
    return json::parse(
        output_of(fmt::format("ffprobe -v error -of json -show_format -show_streams "
                              "-show_chapters '{}'",
                              film.string())));
}

std::vector<double> packet_times(const fs::path& film, const std::string& stream) {
    const json packets =
        json::parse(output_of(fmt::format("ffprobe -v error -of json -show_entries packet=pts_time "
                                          "-select_streams {} '{}'",
                                          stream, film.string())))["packets"];
    std::vector<double> times;
    for (const json& packet : packets)
        times.push_back(std::stod(packet["pts_time"].get<std::string>()));
    std::ranges::sort(times);
    return times;
}

std::vector<json> streams_of(const json& film, const std::string& type) {
    std::vector<json> found;
    for (const json& stream : film["streams"])
        if (stream["codec_type"] == type) found.push_back(stream);
    return found;
}

std::string tag(const json& of, const std::string& key) {
    if (!of.contains("tags")) return {};
    for (const auto& [name, value] : of["tags"].items())
        if (name == key) return value;
    return {};
}

class FilmTracksTest : public testing::Test {
 protected:
    inline static const fs::path folder =
        fs::temp_directory_path() / fmt::format("diorama-tracks-{}", static_cast<int>(::getpid()));

    void SetUp() override {
        if (!have_ffmpeg()) GTEST_SKIP() << "needs the commands ffmpeg and ffprobe";
        fs::create_directories(folder);
    }
    static void TearDownTestSuite() { fs::remove_all(folder); }

    static void ffmpeg(const std::string& arguments) { run_ffmpeg(folder, arguments); }
    static void write_text(const std::string& name, const std::string& text) {
        std::ofstream(folder / name) << text;
    }

    // Six seconds with pictures at no steady rate, two languages to hear, two to read, chapters, a
    // font and descriptions; made once.
    static fs::path make_source() {
        const fs::path source = folder / "source.mkv";
        if (fs::exists(source)) return source;
        write_text("eng.srt",
                   "1\n00:00:00,500 --> 00:00:02,000\nHello\n\n"
                   "2\n00:00:03,000 --> 00:00:05,000\nStill here\n\n");
        write_text("deu.srt", "1\n00:00:01,000 --> 00:00:04,500\nGuten Tag\n\n");
        write_text("font.ttf", std::string(2000, 'f'));
        write_text("chapters.txt",
                   ";FFMETADATA1\ntitle=A Film\nartist=Somebody\n"
                   "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2500\ntitle=One\n"
                   "[CHAPTER]\nTIMEBASE=1/1000\nSTART=2500\nEND=6000\ntitle=Two\n");
        ffmpeg(
            "-f lavfi -i testsrc2=size=128x96:rate=25:duration=6"
            " -f lavfi -i sine=frequency=440:sample_rate=48000:duration=6"
            " -f lavfi -i sine=frequency=880:sample_rate=44100:duration=6"
            " -i eng.srt -i deu.srt -i chapters.txt"
            " -map 0:v -map 1:a -map 2:a -map 3:s -map 4:s -map_metadata 5 -map_chapters 5"
            " -vf \"select='not(mod(n,3))+not(mod(n,5))'\" -vsync vfr"
            " -metadata:s:a:0 language=eng -metadata:s:a:1 language=deu"
            " -metadata:s:a:1 title=Kommentar -disposition:a:1 comment"
            " -metadata:s:s:0 language=eng -metadata:s:s:1 language=deu"
            " -c:v libx264 -g 20 -c:a:0 aac -c:a:1 flac -c:s srt"
            " -attach font.ttf -metadata:s:t mimetype=font/ttf source.mkv");
        return source;
    }
};

struct Rendering {
    FilmInfo info{};
    std::vector<FilmFrame> frames{};
};

Rendering read_film(const fs::path& file) {
    return {.info = FilmReader(file).info(), .frames = read_all(file)};
}

SinkFormat format_for(const Rendering& film) {
    return {.size = film.info.size,
            .fps = film.info.fps,
            .encoder = {},
            .threads = 1,
            .clock = {1, 90000}};
}

// The film in so many parts, then joined. `from` and `to` are frames of the source.
fs::path make_in_parts(const Rendering& film, const fs::path& target, int count, FilmParts parts,
                       std::size_t from = 0, std::size_t to = SIZE_MAX) {
    to = std::min(to, film.frames.size());
    parts.format = format_for(film);
    parts.start = film.frames[from].time;
    for (int i = 0; i < count; ++i) {
        parts.parts.push_back(target.parent_path() / fmt::format("part-{}.film", i));
        const auto sink = open_part(parts.parts.back(), target, parts.format);
        const std::size_t begin = from + (to - from) * i / count;
        const std::size_t end = from + (to - from) * (i + 1) / count;
        for (std::size_t k = begin; k < end; ++k)
            sink->write_at(film.frames[k].image, film.frames[k].time - parts.start);
        sink->finish();
    }
    join_films(target, parts);
    return target;
}

void expect_same_times(const std::vector<double>& a, const std::vector<double>& b, double offset) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i] + offset, 0.0011) << i;
}

TEST_F(FilmTracksTest, EverythingGoesAlong) {
    const fs::path source = make_source();
    const Rendering film = read_film(source);
    const json before = probe(source);
    ASSERT_EQ(before["streams"].size(), 6U);

    const fs::path target = folder / "film.mkv";
    EXPECT_THAT(carried_over(source, target).warnings, testing::IsEmpty());
    EXPECT_EQ(carried_over(source, target).tracks.size(), 5U);
    make_in_parts(film, target, 4, {.source = source});

    const json after = probe(target);
    ASSERT_EQ(after["streams"].size(), before["streams"].size());
    for (std::size_t i = 0; i < 6; ++i) {
        const json& a = before["streams"][i];
        const json& b = after["streams"][i];
        EXPECT_EQ(a["codec_type"], b["codec_type"]) << i;
        EXPECT_EQ(a.value("codec_name", ""), b.value("codec_name", "")) << i;
        EXPECT_EQ(a["disposition"], b["disposition"]) << i;
        for (const char* key : {"language", "title", "filename", "mimetype"})
            EXPECT_EQ(tag(a, key), tag(b, key)) << i << key;
    }
    EXPECT_EQ(before["chapters"], after["chapters"]);
    EXPECT_EQ(tag(after["format"], "title"), "A Film");
    EXPECT_EQ(tag(after["format"], "ARTIST"), "Somebody");
    expect_same_times(packet_times(source, "v:0"), packet_times(target, "v:0"), 0);
    for (const char* stream : {"a:0", "a:1", "s:0", "s:1"}) {
        expect_same_times(packet_times(source, stream), packet_times(target, stream), 0);
        EXPECT_EQ(contents(source, stream), contents(target, stream)) << stream;
    }
}

TEST_F(FilmTracksTest, PartsAreTheFilmEncodedOnce) {
    const Rendering film = read_film(make_source());
    for (const char* name : {"film.mkv", "film.mp4", "film.mov", "film.webm"}) {
        const fs::path joined = make_in_parts(film, folder / name, 5, {});
        const std::string once = read_bytes(joined);
        make_in_parts(film, folder / name, 5, {});
        EXPECT_EQ(once, read_bytes(joined)) << name;

        const Rendering again = read_film(joined);
        ASSERT_EQ(again.frames.size(), film.frames.size()) << name;
        for (std::size_t i = 0; i < film.frames.size(); ++i) {
            EXPECT_NEAR(again.frames[i].time.count(), film.frames[i].time.count(), 0.0011)
                << name << i;
            EXPECT_EQ(again.frames[i].index, static_cast<std::int64_t>(i));
        }
        // Whatever reads it must find times that grow.
        const std::string complaints = output_of(fmt::format(
            "ffmpeg -v warning -i '{}' -map 0 -c copy -f null - 2>&1", joined.string()));
        EXPECT_EQ(complaints, "") << name;
    }
}

TEST_F(FilmTracksTest, OtherContainersGetWhatTheyCanHold) {
    const fs::path source = make_source();
    const Rendering film = read_film(source);

    const fs::path mp4 = folder / "film.mp4";
    EXPECT_THAT(
        carried_over(source, mp4).warnings,
        testing::UnorderedElementsAre(HasSubstr("subtitles 1 (subrip, eng) becomes mov_text"),
                                      HasSubstr("subtitles 2 (subrip, deu) becomes mov_text"),
                                      HasSubstr("'font.ttf' is left out")));
    make_in_parts(film, mp4, 3, {.source = source});
    json after = probe(mp4);
    ASSERT_EQ(streams_of(after, "audio").size(), 2U);
    ASSERT_EQ(streams_of(after, "subtitle").size(), 2U);
    EXPECT_EQ(streams_of(after, "audio")[1]["codec_name"], "flac");
    EXPECT_EQ(streams_of(after, "subtitle")[0]["codec_name"], "mov_text");
    EXPECT_EQ(tag(streams_of(after, "subtitle")[1], "language"), "deu");
    EXPECT_EQ(after["chapters"].size(), 2U);
    EXPECT_EQ(tag(after["format"], "title"), "A Film");
    for (const char* stream : {"a:0", "a:1"})
        EXPECT_EQ(contents(source, stream), contents(mp4, stream)) << stream;

    // And back: text becomes what Matroska calls it.
    const fs::path mkv = folder / "again.mkv";
    EXPECT_EQ(carried_over(mp4, mkv).warnings.size(), 2U);
    make_in_parts(film, mkv, 2, {.source = mp4});
    EXPECT_THAT(contents(mkv, "s:0"), testing::AllOf(HasSubstr("Hello"), HasSubstr("Still here")));
    // An encoder's run-up before the sound may shift all of a Matroska film, but all in step.
    const double shift = packet_times(mkv, "v:0").front() - packet_times(source, "v:0").front();
    EXPECT_LT(std::abs(shift), 0.05);
    for (const char* stream : {"v:0", "s:0", "s:1"})
        expect_same_times(packet_times(mkv, stream), packet_times(source, stream), shift);

    const fs::path webm = folder / "film.webm";
    EXPECT_EQ(carried_over(source, webm).warnings.size(), 5U);
    make_in_parts(film, webm, 2, {.source = source});
    after = probe(webm);
    ASSERT_EQ(streams_of(after, "audio").size(), 2U);
    EXPECT_EQ(streams_of(after, "audio")[0]["codec_name"], "opus");
    EXPECT_EQ(streams_of(after, "subtitle")[0]["codec_name"], "webvtt");
    EXPECT_NEAR(std::stod(after["format"]["duration"].get<std::string>()), 6, 0.1);
}

TEST_F(FilmTracksTest, StretchesOfAFilmStayInStep) {
    const fs::path source = make_source();
    const Rendering film = read_film(source);
    const std::size_t from = 30;
    const std::size_t to = 60;
    const double begin = film.frames[from].time.count();
    const double length = film.frames[to].time.count() - begin;
    const fs::path target = folder / "film.mkv";
    make_in_parts(film, target, 2, {.duration = Seconds(length), .source = source, .trimmed = true},
                  from, to);

    for (const char* stream : {"a:0", "a:1"}) {
        const std::vector<double> all = packet_times(source, stream);
        std::vector<double> expected;
        for (const double time : all)
            if (time >= begin - 0.001 && time < begin + length) expected.push_back(time);
        const std::vector<double> got = packet_times(target, stream);
        ASSERT_NEAR(static_cast<double>(got.size()), static_cast<double>(expected.size()), 1);
        EXPECT_LT(got.front(), 0.03);
        EXPECT_NEAR(got.back(), expected.back() - begin, 0.03);
    }
    EXPECT_THAT(contents(target, "s:1"),
                testing::AllOf(HasSubstr("00:00:00,000 -->"), HasSubstr("Guten Tag")));
    const json after = probe(target);
    for (const json& chapter : after["chapters"])
        EXPECT_LE(std::stod(chapter["end_time"].get<std::string>()), length + 0.01);
}

// Sources of other kinds: what is odd about each must not stop it from going along.
TEST_F(FilmTracksTest, OddSourcesStayInStep) {
    struct Case {
        const char* source = nullptr;
        const char* made_by = nullptr;
        const char* target = nullptr;
        const char* audio = nullptr;
    };
    const std::string inputs =
        "-f lavfi -i testsrc2=size=128x96:rate=25:duration=3 "
        "-f lavfi -i sine=frequency=440:sample_rate=48000:duration=3 ";
    for (const Case& c :
         {Case{"a.ts", "-c:v libx264 -c:a aac", "a.mp4", "aac"},
          Case{"b.ts", "-c:v mpeg2video -c:a mp2", "b.mkv", "mp2"},
          Case{"c.avi", "-c:v mpeg4 -c:a mp3", "c.mkv", "mp3"},
          Case{"d.mov", "-c:v libx264 -c:a pcm_s16le -timecode 01:00:00:00", "d.mp4", "aac"},
          Case{"e.mp4", "-c:v libx264 -c:a aac -metadata:s:v rotate=90", "e.mov", "aac"}}) {
        ffmpeg(inputs + c.made_by + " " + c.source);
        const fs::path source = folder / c.source;
        const Rendering film = read_film(source);
        const fs::path target = make_in_parts(film, folder / c.target, 2, {.source = source});
        const std::vector<json> sounds = streams_of(probe(target), "audio");
        ASSERT_EQ(sounds.size(), 1U) << c.source;
        EXPECT_EQ(sounds[0]["codec_name"], c.audio) << c.source;
        EXPECT_EQ(streams_of(probe(target), "video").size(), 1U) << c.source;
        const auto lead = [&](const fs::path& of) {
            return packet_times(of, "v:0").front() - packet_times(of, "a:0").front();
        };
        EXPECT_NEAR(lead(target), lead(source), 0.025) << c.source;
        EXPECT_NEAR(packet_times(target, "a:0").back() - packet_times(target, "v:0").back(),
                    packet_times(source, "a:0").back() - packet_times(source, "v:0").back(), 0.04)
            << c.source;
    }
}

// Sound that begins before the pictures is kept at a film's beginning, and pictures begin later.
TEST_F(FilmTracksTest, SoundBeforeThePicturesIsKept) {
    ffmpeg(
        "-itsoffset 0.6 -f lavfi -i testsrc2=size=128x96:rate=25:duration=2 "
        "-f lavfi -i sine=duration=3 -map 0 -map 1 -c:v libx264 -c:a flac late.mkv");
    const Rendering film = read_film(folder / "late.mkv");
    EXPECT_EQ(film.frames.front().time, Seconds(0));
    for (const char* name : {"early.mkv", "early.mp4"}) {
        const fs::path target =
            make_in_parts(film, folder / name, 2, {.source = folder / "late.mkv"});
        EXPECT_NEAR(packet_times(target, "v:0").front() - packet_times(target, "a:0").front(), 0.6,
                    0.0011);
        EXPECT_EQ(contents(folder / "late.mkv", "a:0"), contents(target, "a:0"));
    }
}

TEST_F(FilmTracksTest, CoversAreKept) {
    ffmpeg("-f lavfi -i color=red:size=64x64 -frames:v 1 cover.png");
    ffmpeg(
        "-f lavfi -i testsrc2=size=128x96:rate=25:duration=1 -i cover.png -map 0 -map 1 "
        "-c:v:0 libx264 -c:v:1 copy -disposition:v:1 attached_pic covered.mp4");
    const fs::path source = folder / "covered.mp4";
    const Rendering film = read_film(source);
    const fs::path mkv = make_in_parts(film, folder / "covered.mkv", 2, {.source = source});
    const auto has_cover = [](const fs::path& of) {
        const json film_of = probe(of);
        for (const json& stream : film_of["streams"])
            if (stream["codec_name"] == "png" && stream["disposition"]["attached_pic"] == 1)
                return true;
        return false;
    };
    EXPECT_TRUE(has_cover(mkv));
    EXPECT_TRUE(has_cover(make_in_parts(film, folder / "again.mp4", 2, {.source = source})));
    EXPECT_TRUE(has_cover(make_in_parts(film, folder / "back.mp4", 2, {.source = mkv})));
    EXPECT_THAT(carried_over(source, folder / "covered.webm").warnings,
                testing::ElementsAre(HasSubstr("holds no covers")));
}

TEST_F(FilmTracksTest, AnimationsAreDrawnOfTheirParts) {
    const Rendering film = read_film(make_source());
    const fs::path joined = make_in_parts(film, folder / "parts.gif", 3, {}, 0, 12);
    const auto sink = open_sink(folder / "whole.gif", format_for(film));
    for (std::size_t i = 0; i < 12; ++i) sink->write_at(film.frames[i].image, film.frames[i].time);
    sink->finish();
    EXPECT_EQ(read_bytes(joined), read_bytes(folder / "whole.gif"));
}

TEST_F(FilmTracksTest, PartsThatDoNotFitAreRefused) {
    const Rendering film = read_film(make_source());
    const fs::path target = folder / "film.mkv";
    FilmParts parts{.format = format_for(film)};
    EXPECT_EQ(error_of([&] { join_films(target, parts); }).code(), ErrorCode::usage);

    make_in_parts(film, target, 2, {});
    fs::remove(target);
    parts.parts = {folder / "part-1.film", folder / "part-0.film"};
    Error error = error_of([&] { join_films(target, parts); });
    EXPECT_EQ(error.code(), ErrorCode::mismatch);
    EXPECT_THAT(error.what(), HasSubstr("part-0.film"));

    SinkFormat other = parts.format;
    other.encoder.preset = "ultrafast";
    const auto sink = open_part(folder / "part-1.film", target, other);
    sink->write_at(film.frames.back().image, film.frames.back().time);
    sink->finish();
    parts.parts = {folder / "part-0.film", folder / "part-1.film"};
    error = error_of([&] { join_films(target, parts); });
    EXPECT_EQ(error.code(), ErrorCode::mismatch);
    EXPECT_THAT(error.what(), HasSubstr("encoded in another way"));

    write_text("part-1.film", "");
    EXPECT_EQ(error_of([&] { join_films(target, parts); }).code(), ErrorCode::unreadable);
    EXPECT_FALSE(fs::exists(target));
}

}  // namespace
}  // namespace diorama
