#include "video/colour_tags.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <set>

#include "diorama/film_tracks.h"

namespace diorama {
namespace {

namespace fs = std::filesystem;

constexpr Size kSize{256, 64};

// Every level of ten bits and what lies between.
Image paint_ramp() {
    Image ramp(kSize, SampleType::u16, AlphaKind::none);
    for (int y = 0; y < kSize.height; ++y)
        for (int x = 0; x < kSize.width; ++x)
            for (int c = 0; c < 3; ++c)
                ramp.row<std::uint16_t>(y)[3 * x + c] =
                    static_cast<std::uint16_t>(20000 + 40 * x + 3000 * c);
    return ramp;
}

FilmColour hdr10() {
    return {.primaries = 9,
            .transfer = 16,
            .matrix = 9,
            .range = LevelRange::limited,
            .mastering = MasteringDisplay{.red = {0.68, 0.32},
                                          .green = {0.265, 0.69},
                                          .blue = {0.15, 0.06},
                                          .white = {0.3127, 0.329},
                                          .darkest = 0.005,
                                          .brightest = 1000},
            .light_level = LightLevel{1200, 340}};
}

class ColourTagsTest : public testing::Test {
 protected:
    fs::path folder =
        fs::temp_directory_path() / fmt::format("diorama-colour-{}", static_cast<int>(::getpid()));
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }

    [[nodiscard]] fs::path write_film(const char* name, const SinkFormat& format) const {
        const auto sink = open_sink(folder / name, format);
        for (int i = 0; i < 5; ++i) sink->write(paint_ramp());
        sink->finish();
        return folder / name;
    }
    [[nodiscard]] fs::path join_film(const char* name, const SinkFormat& format) const {
        const fs::path film = folder / name;
        const fs::path part = folder / "0.part";
        const auto sink = open_part(part, film, format);
        for (int i = 0; i < 5; ++i) sink->write(paint_ramp());
        sink->finish();
        join_films(film, {.parts = {part}, .format = format});
        return film;
    }
};

void expect_near(const Chromaticity& a, const Chromaticity& b) {
    EXPECT_NEAR(a.x, b.x, 1e-4);
    EXPECT_NEAR(a.y, b.y, 1e-4);
}

void expect_same(const FilmColour& a, const FilmColour& b, const std::string& where) {
    EXPECT_EQ(a.primaries, b.primaries) << where;
    EXPECT_EQ(a.transfer, b.transfer) << where;
    EXPECT_EQ(a.matrix, b.matrix) << where;
    EXPECT_EQ(a.range, b.range) << where;
    EXPECT_EQ(a.light_level, b.light_level) << where;
    ASSERT_EQ(a.mastering.has_value(), b.mastering.has_value()) << where;
    if (!a.mastering) return;
    expect_near(a.mastering->red, b.mastering->red);
    expect_near(a.mastering->green, b.mastering->green);
    expect_near(a.mastering->blue, b.mastering->blue);
    expect_near(a.mastering->white, b.mastering->white);
    EXPECT_NEAR(a.mastering->darkest, b.mastering->darkest, 1e-4) << where;
    EXPECT_NEAR(a.mastering->brightest, b.mastering->brightest, 0.1) << where;
}

TEST_F(ColourTagsTest, ColoursAndLightOfHdrSurvive) {
    FilmColour hlg{.primaries = 9, .transfer = 18, .matrix = 9, .range = LevelRange::limited};
    FilmColour old{.primaries = 6, .transfer = 6, .matrix = 6, .range = LevelRange::full};
    for (const FilmColour& colour : {hdr10(), hlg, old}) {
        const SinkFormat format{
            .size = kSize, .sample_type = SampleType::u16, .colour = colour, .bits = 10};
        for (const char* name : {"a.mp4", "a.mkv", "a.mov", "a.webm"}) {
            for (const fs::path& film : {write_film(name, format), join_film(name, format)}) {
                FilmReader reader(film);
                EXPECT_EQ(reader.info().bits, 10) << name;
                expect_same(reader.info().colour, colour, name);
                // The matrix and range that the film declares are the ones it was made with.
                const Image image = reader.next()->image;
                const Image ramp = paint_ramp();
                for (int x = 8; x < kSize.width - 8; x += 8)
                    for (int c = 0; c < 3; ++c)
                        EXPECT_NEAR(image.row<std::uint16_t>(32)[3 * x + c],
                                    ramp.row<std::uint16_t>(32)[3 * x + c], 600)
                            << name << x;
            }
        }
    }
    EXPECT_TRUE(is_hdr(hdr10()));
    EXPECT_TRUE(is_hdr(hlg));
    EXPECT_FALSE(is_hdr(old));
}

// Players that look at the pictures alone find the display and the light there as well.
TEST_F(ColourTagsTest, HevcTellsOfLightItself) {
    const fs::path film =
        write_film("a.mp4", {.size = kSize,
                             .sample_type = SampleType::u16,
                             .encoder = {.encoder_options = {"x265-params=bframes=2"}},
                             .colour = hdr10(),
                             .bits = 10});
    EXPECT_EQ(FilmReader(film).info().codec, "hevc");
    AVFormatContext* opened = nullptr;
    ASSERT_GE(avformat_open_input(&opened, film.c_str(), nullptr, nullptr), 0);
    const video::InputHandle input(opened);
    const video::CodecHandle decoder(
        avcodec_alloc_context3(avcodec_find_decoder(AV_CODEC_ID_HEVC)));
    ASSERT_GE(avcodec_parameters_to_context(decoder.get(), input->streams[0]->codecpar), 0);
    ASSERT_GE(avcodec_open2(decoder.get(), nullptr, nullptr), 0);
    const video::PacketHandle packet = video::make_packet();
    const video::FrameHandle frame = video::make_frame();
    while (av_read_frame(input.get(), packet.get()) >= 0) {
        avcodec_send_packet(decoder.get(), packet.get());
        av_packet_unref(packet.get());
    }
    avcodec_send_packet(decoder.get(), nullptr);
    ASSERT_GE(avcodec_receive_frame(decoder.get(), frame.get()), 0);
    EXPECT_TRUE(av_frame_get_side_data(frame.get(), AV_FRAME_DATA_MASTERING_DISPLAY_METADATA));
    EXPECT_TRUE(av_frame_get_side_data(frame.get(), AV_FRAME_DATA_CONTENT_LIGHT_LEVEL));
}

TEST_F(ColourTagsTest, TenBitsStayTen) {
    for (const char* name : {"a.mp4", "a.mkv", "a.mov", "a.webm"}) {
        const fs::path film =
            write_film(name, {.size = kSize, .sample_type = SampleType::u16, .bits = 10});
        FilmReader reader(film);
        EXPECT_EQ(reader.info().bits, 10) << name;
        const Image image = reader.next()->image;
        std::set<int> levels;
        for (int x = 0; x < kSize.width; ++x)
            levels.insert(image.row<std::uint16_t>(32)[3 * x + 1]);
        // The ramp passes 40 levels of 8 bits and 160 of 10.
        EXPECT_GT(levels.size(), 60U) << name;
    }
}

TEST_F(ColourTagsTest, PixelsKeepTheirShape) {
    for (const char* name : {"a.mp4", "a.mkv", "a.mov"}) {
        const SinkFormat format{
            .size = kSize, .sample_type = SampleType::u16, .sample_aspect = {4, 3}};
        EXPECT_EQ(FilmReader(write_film(name, format)).info().sample_aspect, (Rational{4, 3}));
        EXPECT_EQ(FilmReader(join_film(name, format)).info().sample_aspect, (Rational{4, 3}));
    }
}

TEST_F(ColourTagsTest, ClocksKeepWhatAFilmCanTell) {
    const FilmInfo film{.fps = {24000, 1001}, .clock = {1, 1000}};
    std::vector<Seconds> times;
    for (int i = 0; i < 500; ++i) times.emplace_back(std::round(i * 1001 / 24.0) / 1000);
    EXPECT_EQ(find_clock(film, times), (Rational{0, 1}));
    times[300] += Seconds(0.004);
    EXPECT_EQ(find_clock(film, times), (Rational{1, 1000}));
    EXPECT_EQ(find_clock({.fps = {25, 1}, .clock = {1, 10'000'000}}, times), (Rational{1, 90'000}));
}

}  // namespace
}  // namespace diorama
