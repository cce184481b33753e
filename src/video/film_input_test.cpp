#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>

#include "core/thrown_error.h"
#include "diorama/film_tracks.h"
#include "diorama/picture.h"
#include "video/sinks.h"
#include "video/test_films.h"

namespace diorama {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr Size kSize{128, 96};

// A flat grey that tells which frame it is.
Image paint_number(int number, SampleType type = SampleType::u8, Size size = kSize) {
    Image image(size, type, AlphaKind::none);
    const int level = 20 + 4 * number;
    if (type == SampleType::u8)
        std::fill_n(image.data(), image.size_bytes(), static_cast<std::uint8_t>(level));
    else
        for (int y = 0; y < size.height; ++y)
            std::fill_n(image.row<std::uint16_t>(y), 3 * size.width,
                        static_cast<std::uint16_t>(257 * level));
    return image;
}

int read_number(const Image& image) {
    const double level = image.sample_type() == SampleType::u8
                             ? image.row<std::uint8_t>(40)[60]
                             : image.row<std::uint16_t>(40)[60] / 257.0;
    return static_cast<int>(std::lround((level - 20) / 4));
}

int count(const std::vector<FilmFrame>& frames, FrameOrigin origin) {
    return static_cast<int>(std::ranges::count(frames, origin, &FilmFrame::origin));
}

class FilmInputTest : public testing::Test {
 protected:
    fs::path folder =
        fs::temp_directory_path() / fmt::format("diorama-input-{}", static_cast<int>(::getpid()));
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }

    [[nodiscard]] fs::path write_film(const std::string& name, SinkFormat format,
                                      int frames = 20) const {
        format.size = kSize;
        format.fps = {25, 1};
        const auto sink = open_sink(folder / name, format);
        for (int i = 0; i < frames; ++i) sink->write(paint_number(i, format.sample_type));
        sink->finish();
        return folder / name;
    }
    void ffmpeg(const std::string& arguments) const { run_ffmpeg(folder, arguments); }
    // A film of JPEGs, each a packet of its own.
    [[nodiscard]] fs::path write_jpegs(const std::string& name) const {
        return write_film(name,
                          {.encoder = {.codec = "mjpeg"}, .colour = {.range = LevelRange::full}});
    }
};

// Where each of a film's JPEGs begins.
std::vector<std::size_t> find_jpegs(const std::string& film) {
    std::vector<std::size_t> places;
    const std::string start("\xFF\xD8\xFF", 3);
    for (auto at = film.find(start); at != std::string::npos; at = film.find(start, at + 1))
        places.push_back(at);
    return places;
}

TEST_F(FilmInputTest, FramesThatCannotBeDecodedAreRepeated) {
    const fs::path film = write_jpegs("a.mkv");
    std::string bytes = read_bytes(film);
    const std::vector<std::size_t> places = find_jpegs(bytes);
    ASSERT_EQ(places.size(), 20U);
    for (const int damaged : {4, 5, 11})
        std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(places[damaged]),
                  bytes.begin() + static_cast<std::ptrdiff_t>(places[damaged] + 200), '\0');
    write_bytes(film, bytes);

    const std::vector<FilmFrame> frames = read_all(film);
    ASSERT_EQ(frames.size(), 20U);
    EXPECT_EQ(count(frames, FrameOrigin::repeated), 3);
    for (int i = 0; i < 20; ++i) {
        const bool damaged = i == 4 || i == 5 || i == 11;
        EXPECT_EQ(frames[i].index, i);
        EXPECT_NEAR(frames[i].time.count(), i / 25.0, 0.0011);
        EXPECT_EQ(frames[i].origin == FrameOrigin::repeated, damaged) << i;
        EXPECT_EQ(read_number(frames[i].image), i == 5 ? 3 : damaged ? i - 1 : i);
    }
    // Whoever comes from elsewhere sees the same frames from there on.
    FilmReader reader(film);
    reader.seek(Seconds(8 / 25.0));
    for (int i = 8; i < 20; ++i) EXPECT_EQ(read_number(reader.next()->image), i == 11 ? 10 : i);
}

TEST_F(FilmInputTest, TornH264KeepsItsTimes) {
    if (!have_ffmpeg()) GTEST_SKIP() << "needs the commands ffmpeg and ffprobe";
    ffmpeg("-f lavfi -i testsrc2=size=320x240:rate=25:duration=2 -c:v libx264 -g 10 a.mkv");
    const fs::path film = folder / "a.mkv";
    std::string bytes = read_bytes(film);
    for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 30; ++i) bytes[i] = '\x55';
    write_bytes(film, bytes);
    const std::vector<FilmFrame> frames = read_all(film);
    ASSERT_GT(frames.size(), 40U);
    for (std::size_t i = 1; i < frames.size(); ++i) EXPECT_GT(frames[i].time, frames[i - 1].time);
    EXPECT_NEAR(frames.back().time.count(), 49 / 25.0, 0.0011);
}

TEST_F(FilmInputTest, OddFilmsGetClearAnswers) {
    if (!have_ffmpeg()) GTEST_SKIP() << "needs the commands ffmpeg and ffprobe";
    ffmpeg("-f lavfi -i sine=duration=1 -c:a aac sound.mp4");
    const Error error = error_of([&] { FilmReader reader(folder / "sound.mp4"); });
    EXPECT_EQ(error.code(), ErrorCode::unreadable);
    EXPECT_THAT(error.what(), HasSubstr("no moving pictures"));

    EXPECT_EQ(read_all(write_film("one.mp4", {}, 1)).size(), 1U);

    // Without its index an AVI is read from front to back.
    ffmpeg("-f lavfi -i testsrc2=size=128x96:rate=25:duration=2 -c:v mpeg4 whole.avi");
    const std::string bytes = read_bytes(folder / "whole.avi");
    write_bytes(folder / "cut.avi", bytes.substr(0, bytes.rfind("idx1")));
    EXPECT_EQ(read_all(folder / "cut.avi").size(), read_all(folder / "whole.avi").size());

    // A film whose size changes goes on at its first size, and says from where.
    ffmpeg("-f lavfi -i testsrc2=size=128x96:rate=25:duration=1 -c:v mpeg2video a.ts");
    ffmpeg(
        "-f lavfi -i testsrc2=size=64x48:rate=25:duration=1 -c:v mpeg2video"
        " -output_ts_offset 1 b.ts");
    write_bytes(folder / "c.ts", read_bytes(folder / "a.ts") + read_bytes(folder / "b.ts"));
    const std::vector<FilmFrame> frames = read_all(folder / "c.ts");
    ASSERT_GT(frames.size(), 40U);
    EXPECT_NEAR(count(frames, FrameOrigin::resized), 25, 2);
    for (const FilmFrame& frame : frames) EXPECT_EQ(frame.image.size(), kSize);
}

// -------------------------------------------------------------------------------------- sequences

TEST_F(FilmInputTest, SequencesBeginWhereTheyBeginAndKeepTheirGaps) {
    for (const char* ending : {"png", "tif", "exr"}) {
        const fs::path pattern = folder / fmt::format("shot.%04d.{}", ending);
        for (const int number : {1001, 1002, 1005, 1006})
            write_picture(video::sequence_path(pattern, number), paint_number(number - 1000));
        write_picture(folder / fmt::format("shot.12.{}", ending), paint_number(0));
        write_picture(folder / fmt::format("shot.0001007b.{}", ending), paint_number(0));

        FilmReader reader(pattern, 0, {25, 1});
        EXPECT_EQ(reader.info().frames, 6);
        EXPECT_EQ(reader.info().size, kSize);
        EXPECT_THAT(reader.info().missing, testing::ElementsAre(1003, 1004));
        for (int i = 0; i < 6; ++i) {
            const auto frame = reader.next();
            ASSERT_TRUE(frame);
            const bool missing = i == 2 || i == 3;
            EXPECT_NEAR(frame->time.count(), i / 25.0, 1e-9);
            EXPECT_EQ(frame->origin == FrameOrigin::repeated, missing);
            EXPECT_EQ(read_number(frame->image), missing ? 2 : i + 1) << ending;
        }
        EXPECT_FALSE(reader.next());
        reader.seek(Seconds(3 / 25.0));
        EXPECT_EQ(read_number(reader.next()->image), 2);
        EXPECT_EQ(read_number(reader.next()->image), 5);
    }
}

TEST_F(FilmInputTest, SequencesThatAreNoneAreRefused) {
    const fs::path pattern = folder / "shot.%04d.png";
    EXPECT_EQ(error_of([&] { FilmReader reader(pattern); }).code(), ErrorCode::not_found);
    write_picture(video::sequence_path(pattern, 1), paint_number(1));
    write_picture(video::sequence_path(pattern, 2), paint_number(1, SampleType::u8, {64, 96}));
    const Error error = error_of([&] { (void)read_all(pattern); });
    EXPECT_EQ(error.code(), ErrorCode::mismatch);
    EXPECT_THAT(error.what(), testing::AllOf(HasSubstr("shot.0002.png"), HasSubstr("64×96")));
    write_picture(video::sequence_path(pattern, 20211122), paint_number(1));
    EXPECT_EQ(error_of([&] { FilmReader reader(pattern); }).code(), ErrorCode::unreadable);
}

// ------------------------------------------------------------------------------------------ pipes

// While it lives, a file takes the place of one of the process's standard streams.
class Redirection {
 public:
    Redirection(int stream, const fs::path& file, int flags) : stream_(stream) {
        std::fflush(nullptr);
        before_ = ::dup(stream);
        const int opened = ::open(file.c_str(), flags | O_CLOEXEC, 0600);
        ::dup2(opened, stream);
        ::close(opened);
    }
    ~Redirection() {
        std::fflush(nullptr);
        ::dup2(before_, stream_);
        ::close(before_);
    }
    Redirection(const Redirection&) = delete;
    Redirection& operator=(const Redirection&) = delete;

 private:
    int stream_;
    int before_ = -1;
};

TEST_F(FilmInputTest, StandardOutputGetsPicturesThatFilmsAreMadeOf) {
    struct Case {
        SinkFormat format{};
        const char* codec = nullptr;
    };
    for (const Case& c : {Case{{}, "rawvideo"}, Case{{.sample_type = SampleType::u16}, "rawvideo"},
                          Case{{.encoder = {.codec = "h264"}}, "h264"},
                          Case{{.alpha = AlphaKind::straight}, "ffv1"}}) {
        SinkFormat format = c.format;
        format.size = kSize;
        for (const bool in_parts : {false, true}) {
            const fs::path caught = folder / "caught";
            {
                const Redirection output(STDOUT_FILENO, caught, O_WRONLY | O_CREAT | O_TRUNC);
                const auto sink =
                    in_parts ? open_part(folder / "part", "-", format) : open_sink("-", format);
                for (int i = 0; i < 12; ++i) sink->write(paint_number(i, format.sample_type));
                sink->finish();
                if (in_parts) join_films("-", {.parts = {folder / "part"}, .format = format});
            }
            const std::vector<FilmFrame> frames = read_all(caught);
            EXPECT_EQ(FilmReader(caught).info().codec, c.codec);
            ASSERT_EQ(frames.size(), 12U) << c.codec;
            for (int i = 0; i < 12; ++i) EXPECT_EQ(read_number(frames[i].image), i) << c.codec;
        }
    }
}

TEST_F(FilmInputTest, StandardInputIsReadMoreThanOnce) {
    const fs::path film = write_film("a.mkv", {});
    const Redirection input(STDIN_FILENO, film, O_RDONLY);
    for (int round = 0; round < 2; ++round) {
        FilmReader reader("-");
        for (int i = 0; i < 20; ++i) EXPECT_EQ(read_number(reader.next()->image), i);
        EXPECT_FALSE(reader.next());
        reader.seek(Seconds(7 / 25.0));
        EXPECT_EQ(read_number(reader.next()->image), 7);
    }
}

// ------------------------------------------------------------------------------------------ depth

TEST_F(FilmInputTest, DepthComesBackToTheLastBit) {
    InverseDepth depth({101, 67});
    for (int y = 0; y < depth.height(); ++y)
        for (int x = 0; x < depth.width(); ++x)
            depth.row(y)[x] = static_cast<float>(x * x - 40 * y) / 3600;
    const SinkFormat format{.size = depth.size(),
                            .fps = {24000, 1001},
                            .sample_type = SampleType::u16,
                            .depth = DepthCoding{}};
    const fs::path film = folder / "depth.mkv";
    std::vector<fs::path> parts{folder / "0", folder / "1"};
    for (int part = 0; part < 2; ++part) {
        const auto sink = open_part(parts[part], film, format);
        for (int i = 0; i < 3; ++i)
            sink->write_at(encode_depth(depth), Seconds((3 * part + i) * 1001 / 24000.0));
        sink->finish();
    }
    join_films(film, {.parts = parts, .format = format});

    FilmReader reader(film);
    EXPECT_EQ(reader.info().pixel_format, "gray16le");
    ASSERT_TRUE(reader.info().depth);
    EXPECT_EQ(*reader.info().depth, DepthCoding{});
    int frames = 0;
    for (; const auto frame = reader.next(); ++frames) {
        const InverseDepth read = decode_depth(frame->image, *reader.info().depth);
        ASSERT_EQ(read.size(), depth.size());
        for (int y = 0; y < depth.height(); ++y)
            for (int x = 0; x < depth.width(); ++x)
                ASSERT_NEAR(read.row(y)[x], depth.row(y)[x], 1.0 / 32768 + 1e-7);
        const Image again = encode_depth(read);
        ASSERT_TRUE(
            std::equal(again.data(), again.data() + again.size_bytes(), frame->image.data()));
    }
    EXPECT_EQ(frames, 6);

    EXPECT_EQ(error_of([&] { (void)open_sink(folder / "a.mp4", format); }).code(),
              ErrorCode::unsupported);
    SinkFormat lossy = format;
    lossy.encoder.codec = "h264";
    EXPECT_EQ(error_of([&] { (void)open_sink(film, lossy); }).code(), ErrorCode::unsupported);
}

TEST_F(FilmInputTest, DepthBeyondTheCodingIsItsEnd) {
    InverseDepth depth({3, 1});
    depth.row(0)[0] = -9;
    depth.row(0)[1] = 9;
    depth.row(0)[2] = std::nanf("");
    const InverseDepth kept = decode_depth(encode_depth(depth), {});
    EXPECT_EQ(kept.row(0)[0], -1);
    EXPECT_NEAR(kept.row(0)[1], 3, 1e-3);
    EXPECT_EQ(kept.row(0)[2], -1);
}

}  // namespace
}  // namespace diorama
