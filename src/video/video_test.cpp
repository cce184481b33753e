#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <functional>
#include <set>

#include "core/thrown_error.h"
#include "diorama/picture.h"
#include "diorama/video.h"
#include "video/conversion.h"
#include "video/sinks.h"
#include "video/test_films.h"

namespace fs = std::filesystem;

// x265 3.5 never frees one block of each of its two builds. The leak checker calls this by name.
extern "C" __attribute__((visibility("default"))) const char*
__lsan_default_suppressions() {  // NOLINT
    return "leak:x265_malloc";
}

namespace diorama {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr Size kSize{128, 96};

// ---------------------------------------------------------------------------------- test pictures

// Colour bars of 75 % over a slow ramp of grey, with a white block that moves with `step`.
Image paint_bars(Size size, int step, SampleType type = SampleType::u8) {
    constexpr int kBars[8][3] = {{191, 191, 191}, {191, 191, 0}, {0, 191, 191}, {0, 191, 0},
                                 {191, 0, 191},   {191, 0, 0},   {0, 0, 191},   {16, 16, 16}};
    Image image(size, type, AlphaKind::none);
    const auto put = [&](int x, int y, int c, int value) {
        if (type == SampleType::u8)
            image.row<std::uint8_t>(y)[3 * x + c] = static_cast<std::uint8_t>(value);
        else
            image.row<std::uint16_t>(y)[3 * x + c] = static_cast<std::uint16_t>(value * 257);
    };
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            for (int c = 0; c < 3; ++c) {
                int value = kBars[x * 8 / size.width][c];
                if (y > size.height * 3 / 4) value = x * 255 / size.width;
                if (y < 16 && x >= 4 * step && x < 4 * step + 16) value = 255;
                put(x, y, c, value);
            }
    return image;
}

// A flat grey that tells which frame it is.
Image paint_number(Size size, int number) {
    Image image(size, SampleType::u8, AlphaKind::none);
    std::fill_n(image.data(), image.size_bytes(), static_cast<std::uint8_t>(20 + 4 * number));
    return image;
}

// A disc of orange with a soft edge on nothing.
Image paint_disc(Size size, AlphaKind kind) {
    Image image(size, SampleType::u8, AlphaKind::straight);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            const double distance = std::hypot(x - size.width / 2, y - size.height / 2);
            const double alpha = std::clamp((size.height / 3.0 - distance) / 8 + 0.5, 0.0, 1.0);
            std::uint8_t* pixel = image.row<std::uint8_t>(y) + 4 * x;
            pixel[0] = 240, pixel[1] = 140, pixel[2] = 30;
            pixel[3] = static_cast<std::uint8_t>(std::lround(255 * alpha));
        }
    return kind == AlphaKind::premultiplied ? premultiply(image) : image;
}

double value_at(const Image& image, int x, int y, int c) {
    const int i = image.channels() * x + c;
    return image.sample_type() == SampleType::u8 ? image.row<std::uint8_t>(y)[i]
                                                 : image.row<std::uint16_t>(y)[i] / 257.0;
}

// Which number paint_number was given.
int read_number(const Image& image) {
    const double value = value_at(image, image.width() / 2, image.height() / 2, 1);
    return static_cast<int>(std::lround((value - 20) / 4));
}

// Mean absolute difference of the colours, in 1/255.
double mean_difference(const Image& a, const Image& b) {
    EXPECT_EQ(a.size(), b.size());
    if (a.size() != b.size()) return 255;
    double sum = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x)
            for (int c = 0; c < 3; ++c)
                sum += std::abs(value_at(a, x, y, c) - value_at(b, x, y, c));
    return sum / (3.0 * static_cast<double>(a.size().area()));
}

// The same, leaving out where the bars meet: half the chroma cannot follow such edges.
double bar_difference(const Image& a, const Image& b) {
    EXPECT_EQ(a.size(), b.size());
    if (a.size() != b.size()) return 255;
    const int bar = a.width() / 8;
    double sum = 0;
    int count = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x) {
            if (x % bar < 4 || x % bar >= bar - 4) continue;
            for (int c = 0; c < 3; ++c)
                sum += std::abs(value_at(a, x, y, c) - value_at(b, x, y, c));
            count += 3;
        }
    return sum / count;
}

// The same for alpha, and for the colours where alpha is whole.
struct AlphaDifference {
    double alpha = 0;
    double colour = 0;
};
AlphaDifference alpha_difference(const Image& a, const Image& b) {
    AlphaDifference result;
    EXPECT_EQ(a.size(), b.size());
    EXPECT_EQ(b.channels(), 4);
    if (a.size() != b.size() || b.channels() != 4) return {255, 255};
    int solid = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x) {
            result.alpha += std::abs(value_at(a, x, y, 3) - value_at(b, x, y, 3));
            if (value_at(a, x, y, 3) < 255) continue;
            ++solid;
            for (int c = 0; c < 3; ++c)
                result.colour += std::abs(value_at(a, x, y, c) - value_at(b, x, y, c));
        }
    result.alpha /= static_cast<double>(a.size().area());
    result.colour /= 3.0 * solid;
    return result;
}

// ----------------------------------------------------------------------------------------- files

bool has_encoder(const std::string& name) {
    try {
        (void)video::find_encoder(name);
        return true;
    } catch (const Error&) {
        return false;
    }
}

class VideoTest : public testing::Test {
 protected:
    fs::path folder =
        fs::temp_directory_path() / fmt::format("diorama-video-{}", static_cast<int>(::getpid()));
    void SetUp() override {
        fs::remove_all(folder);
        fs::create_directories(folder);
    }
    void TearDown() override { fs::remove_all(folder); }

    [[nodiscard]] int count_files() const {
        return static_cast<int>(
            std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
    }

    fs::path write_film(const std::string& name, const SinkFormat& format, int frames,
                        const std::function<Image(int)>& paint) const {
        const auto sink = open_sink(folder / name, format);
        for (int i = 0; i < frames; ++i) sink->write(paint(i));
        sink->finish();
        return folder / name;
    }
};

// ------------------------------------------------------------------------------------ small parts

TEST(FrameRate, ReadsWhatPeopleWrite) {
    EXPECT_EQ(parse_frame_rate("25"), (Rational{25, 1}));
    EXPECT_EQ(parse_frame_rate("29.97"), (Rational{30000, 1001}));
    EXPECT_EQ(parse_frame_rate("23.976"), (Rational{24000, 1001}));
    EXPECT_EQ(parse_frame_rate("23.98"), (Rational{24000, 1001}));
    EXPECT_EQ(parse_frame_rate("59.94"), (Rational{60000, 1001}));
    EXPECT_EQ(parse_frame_rate("30000/1001"), (Rational{30000, 1001}));
    EXPECT_EQ(parse_frame_rate("50/2"), (Rational{25, 1}));
    EXPECT_EQ(parse_frame_rate("12.5"), (Rational{25, 2}));
    for (const char* wrong : {"", "0", "-25", "abc", "25fps", "1/0", "0/1", "1e9", "nan", "30/"})
        EXPECT_EQ(error_of([&] { (void)parse_frame_rate(wrong); }).code(), ErrorCode::usage)
            << wrong;
}

TEST(Output, KindGoesByTheEnding) {
    EXPECT_EQ(output_kind("a.mp4"), OutputKind::film);
    EXPECT_EQ(output_kind("a.WEBM"), OutputKind::film);
    EXPECT_EQ(output_kind("a.gif"), OutputKind::animation);
    EXPECT_EQ(output_kind("a.webp"), OutputKind::animation);
    EXPECT_EQ(output_kind("a_%04d.webp"), OutputKind::sequence);
    EXPECT_EQ(output_kind("a_%d.png"), OutputKind::sequence);
    EXPECT_EQ(output_kind("100%.png"), OutputKind::picture);
    EXPECT_EQ(output_kind("a.ora"), OutputKind::layered);
    EXPECT_EQ(output_kind("a.html"), OutputKind::other);
    EXPECT_EQ(even_size({641, 480}), (Size{640, 480}));
    EXPECT_EQ(even_size({1, 1}), (Size{2, 2}));
    EXPECT_EQ(video::sequence_path("x/a_%03d.png", 7), fs::path("x/a_007.png"));
}

TEST(Output, EncoderOptionsAreFields) {
    EncoderOptions options;
    for (const auto& f : EncoderOptions::fields()) {
        if (f.name == "crf") f.set(options, "20.5");
        if (f.name == "encoder-option") f.set(options, "bf=0");
    }
    EXPECT_EQ(options.crf, 20.5);
    EXPECT_EQ(options.encoder_options, std::vector<std::string>{"bf=0"});
    EXPECT_EQ(EncoderOptions::fields().size(), 4U);
}

// ----------------------------------------------------------------------------------------- colour

// Red as three studio levels, from the standards' own formulas.
struct YuvRed {
    AVColorSpace matrix;
    AVColorRange range;
    int y, u, v;
};

TEST(Conversion, ReadsTheMatrixAndRangeThatAFilmDeclares) {
    for (const YuvRed& red : {YuvRed{AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, 63, 102, 240},
                              YuvRed{AVCOL_SPC_SMPTE170M, AVCOL_RANGE_MPEG, 81, 90, 240},
                              YuvRed{AVCOL_SPC_BT2020_NCL, AVCOL_RANGE_MPEG, 74, 97, 240},
                              YuvRed{AVCOL_SPC_BT709, AVCOL_RANGE_JPEG, 54, 99, 255},
                              YuvRed{AVCOL_SPC_BT470BG, AVCOL_RANGE_JPEG, 76, 85, 255}}) {
        const video::FrameHandle frame = video::make_frame(kSize, AV_PIX_FMT_YUV420P);
        const int levels[3] = {red.y, red.u, red.v};
        for (int plane = 0; plane < 3; ++plane)
            std::memset(frame->data[plane], levels[plane],
                        static_cast<std::size_t>(frame->linesize[plane]) *
                            (plane == 0 ? kSize.height : kSize.height / 2));
        frame->colorspace = red.matrix;
        frame->color_range = red.range;
        video::ToImage to_image(kSize, AV_PIX_FMT_YUV420P, 1);
        const Image image = to_image.convert(*frame);
        EXPECT_NEAR(image.row<std::uint8_t>(40)[3 * 60], 255, 3) << red.matrix << " " << red.range;
        EXPECT_NEAR(image.row<std::uint8_t>(40)[3 * 60 + 1], 0, 3)
            << red.matrix << " " << red.range;
        EXPECT_NEAR(image.row<std::uint8_t>(40)[3 * 60 + 2], 0, 3)
            << red.matrix << " " << red.range;
    }
}

TEST(Conversion, WritesBt709InLimitedRange) {
    struct Case {
        std::uint8_t rgb[3];
        int yuv[3];
    };
    for (const Case& c : {Case{{255, 255, 255}, {235, 128, 128}}, Case{{0, 0, 0}, {16, 128, 128}},
                          Case{{255, 0, 0}, {63, 102, 240}}, Case{{0, 255, 0}, {173, 42, 26}},
                          Case{{0, 0, 255}, {32, 240, 118}}}) {
        Image image(kSize, SampleType::u8, AlphaKind::none);
        for (std::size_t i = 0; i < image.size_bytes(); ++i) image.data()[i] = c.rgb[i % 3];
        video::ToFrame to_frame(kSize, SampleType::u8, AV_PIX_FMT_YUV420P, AlphaKind::none, 1);
        const AVFrame* frame = to_frame.convert(image);
        for (int plane = 0; plane < 3; ++plane)
            EXPECT_NEAR(frame->data[plane][frame->linesize[plane] * 20 + 20], c.yuv[plane], 1)
                << plane;
    }
}

// The scaler averages what it reads, so that a wrong siting shows as a shift of the chroma edge.
TEST(Conversion, ChromaSitsLeft) {
    Image image(kSize, SampleType::u8, AlphaKind::none);
    for (int y = 0; y < kSize.height; ++y)
        for (int x = 0; x < kSize.width; ++x)
            image.row<std::uint8_t>(y)[3 * x + 2] = static_cast<std::uint8_t>(2 * x);
    video::ToFrame to_frame(kSize, SampleType::u8, AV_PIX_FMT_YUV444P, AlphaKind::none, 1);
    const video::FrameHandle full(av_frame_clone(to_frame.convert(image)));
    video::ToFrame halved(kSize, SampleType::u8, AV_PIX_FMT_YUV420P, AlphaKind::none, 1);
    const AVFrame* half = halved.convert(image);
    double left = 0;
    double centre = 0;
    for (int x = 8; x < 56; ++x) {
        const int full_row = full->linesize[1] * 40;
        const int value = half->data[1][half->linesize[1] * 20 + x];
        left += value - full->data[1][full_row + 2 * x];
        centre +=
            value - (full->data[1][full_row + 2 * x] + full->data[1][full_row + 2 * x + 1]) / 2.0;
    }
    EXPECT_LT(std::abs(left), std::abs(centre));
}

TEST(Conversion, DependsNeitherOnThreadsNorOnAlignment) {
    for (const Size size : {Size{128, 96}, Size{130, 98}, Size{1026, 514}}) {
        const Image rgb = paint_bars(size, 3);
        Image rgba(size, SampleType::u8, AlphaKind::straight);
        for (std::size_t i = 0; i < rgb.size_bytes() / 3; ++i) {
            std::memcpy(rgba.data() + 4 * i, rgb.data() + 3 * i, 3);
            rgba.data()[4 * i + 3] = static_cast<std::uint8_t>(i);
        }
        video::ToFrame one(size, SampleType::u8, AV_PIX_FMT_YUV420P, AlphaKind::none, 1);
        video::ToFrame two(size, SampleType::u8, AV_PIX_FMT_YUV420P, AlphaKind::none, 2);
        const AVFrame* a = one.convert(rgb);
        const AVFrame* b = two.convert(rgba);
        for (int plane = 0; plane < 3; ++plane)
            for (int y = 0; y < (plane == 0 ? size.height : size.height / 2); ++y)
                ASSERT_EQ(
                    std::memcmp(a->data[plane] + y * a->linesize[plane],
                                b->data[plane] + y * b->linesize[plane],
                                static_cast<std::size_t>(plane == 0 ? size.width : size.width / 2)),
                    0)
                    << size.width << " plane " << plane << " row " << y;
    }
}

// ------------------------------------------------------------------------------- write, read back

struct FilmCase {
    const char* file;
    const char* codec;
    const char* reads_as;
    const char* pixels;
    double tolerance;  // mean difference of the colours, in 1/255
    SampleType type = SampleType::u8;
};

void PrintTo(const FilmCase& c, std::ostream* out) {  // NOLINT: GoogleTest's name
    *out << c.codec << " in " << c.file;
}

class FilmTest : public VideoTest, public testing::WithParamInterface<FilmCase> {};

TEST_P(FilmTest, ComesBackAsItWas) {
    const FilmCase& c = GetParam();
    if (*c.codec && !has_encoder(c.codec)) GTEST_SKIP() << "FFmpeg was built without " << c.codec;
    constexpr int kFrames = 15;
    const SinkFormat format{
        .size = kSize, .fps = {24000, 1001}, .sample_type = c.type, .encoder = {.codec = c.codec}};
    const fs::path file =
        write_film(c.file, format, kFrames, [&](int i) { return paint_bars(kSize, i, c.type); });
    EXPECT_EQ(count_files(), 1);

    FilmReader reader(file);
    const FilmInfo& info = reader.info();
    EXPECT_EQ(info.size, kSize);
    EXPECT_NEAR(info.fps.value(), 24000.0 / 1001, 0.001);
    if (info.codec != "apng") {  // whose file does not say
        EXPECT_NEAR(info.duration.count(), kFrames * 1001 / 24000.0, 0.003);
    }
    EXPECT_EQ(info.codec, c.reads_as);
    EXPECT_EQ(info.pixel_format, c.pixels);
    EXPECT_EQ(info.rotation_deg, 0);
    EXPECT_EQ(info.sample_aspect, (Rational{1, 1}));
    for (int i = 0; i < kFrames; ++i) {
        const auto frame = reader.next();
        ASSERT_TRUE(frame) << i;
        EXPECT_EQ(frame->index, i);
        EXPECT_NEAR(frame->time.count(), i * 1001 / 24000.0, 0.001);
        EXPECT_LE(bar_difference(paint_bars(kSize, i, c.type), frame->image), c.tolerance) << i;
    }
    EXPECT_FALSE(reader.next());
    EXPECT_FALSE(reader.next());
}

INSTANTIATE_TEST_SUITE_P(
    Codecs, FilmTest,
    testing::Values(FilmCase{"a.mp4", "", "h264", "yuv420p", 2.5},
                    FilmCase{"a.mkv", "", "h264", "yuv420p", 2.5},
                    FilmCase{"a.mov", "", "h264", "yuv420p", 2.5},
                    FilmCase{"a.webm", "", "vp9", "yuv420p", 3.0},
                    FilmCase{"a.mp4", "h265", "hevc", "yuv420p", 3.0},
                    FilmCase{"a.mp4", "av1", "av1", "yuv420p", 3.5},
                    FilmCase{"a.webm", "libaom-av1", "av1", "yuv420p", 3.5},
                    FilmCase{"a.mov", "prores", "prores", "yuv444p12le", 1.0},
                    FilmCase{"a.mkv", "ffv1", "ffv1", "bgr0", 0.0},
                    FilmCase{"a.mkv", "mpeg4", "mpeg4", "yuv420p", 6.0},
                    FilmCase{"a.apng", "", "apng", "rgb24", 0.0},
                    FilmCase{"a.mkv", "h264", "h264", "yuv420p", 2.5, SampleType::u16},
                    FilmCase{"a.mkv", "hevc", "hevc", "yuv420p10le", 3.0, SampleType::u16},
                    FilmCase{"a.webm", "vp9", "vp9", "yuv420p10le", 3.0, SampleType::u16},
                    FilmCase{"a.mov", "prores", "prores", "yuv444p12le", 1.0, SampleType::u16},
                    FilmCase{"a.mkv", "ffv1", "ffv1", "gbrp16le", 0.0, SampleType::u16},
                    FilmCase{"a.apng", "", "apng", "rgb48be", 0.0, SampleType::u16}));

TEST_F(VideoTest, OddSizesAreForFormatsThatHoldThem) {
    for (const char* name : {"a.apng", "a.gif"}) {
        const fs::path file = write_film(name, {.size = {33, 21}}, 3, [](int i) {
            return paint_bars({33, 21}, i);
        });
        EXPECT_EQ(FilmReader(file).info().size, (Size{33, 21}));
    }
    const Error error = error_of([&] { (void)open_sink(folder / "b.mp4", {.size = {33, 21}}); });
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("33×21"), HasSubstr("make it 32×20")));
}

TEST_F(VideoTest, DeepFramesStayDeep) {
    Image ramp({256, 64}, SampleType::u16, AlphaKind::none);
    for (int y = 0; y < 64; ++y)
        for (int x = 0; x < 256; ++x)
            for (int c = 0; c < 3; ++c)
                ramp.row<std::uint16_t>(y)[3 * x + c] = static_cast<std::uint16_t>(20000 + 17 * x);
    const auto paint = [&](int) { return ramp; };
    const SinkFormat format{
        .size = ramp.size(), .sample_type = SampleType::u16, .encoder = {.codec = "prores"}};
    const auto frames = read_all(write_film("a.mov", format, 2, paint));
    ASSERT_EQ(frames.size(), 2U);
    ASSERT_EQ(frames[0].image.sample_type(), SampleType::u16);
    // 17 steps of 8 bits lie in this ramp, and about 60 of 10.
    std::set<int> levels;
    for (int x = 0; x < 256; ++x) levels.insert(frames[0].image.row<std::uint16_t>(32)[3 * x]);
    EXPECT_GT(levels.size(), 30U);
}

TEST_F(VideoTest, FramesAreTaggedAsBt709) {
    for (const char* name : {"a.mp4", "a.mov", "a.mkv", "a.webm"}) {
        const fs::path file =
            write_film(name, {.size = kSize}, 2, [](int i) { return paint_bars(kSize, i); });
        AVFormatContext* opened = nullptr;
        ASSERT_GE(avformat_open_input(&opened, file.c_str(), nullptr, nullptr), 0);
        const video::InputHandle input(opened);
        // The container's own tags: nothing is decoded to find them.
        const AVCodecParameters& tags = *input->streams[0]->codecpar;
        EXPECT_EQ(tags.color_space, AVCOL_SPC_BT709) << name;
        EXPECT_EQ(tags.color_primaries, AVCOL_PRI_BT709) << name;
        EXPECT_EQ(tags.color_trc, AVCOL_TRC_BT709) << name;
        EXPECT_GE(avformat_find_stream_info(input.get(), nullptr), 0);
        EXPECT_EQ(tags.color_range, AVCOL_RANGE_MPEG) << name;
    }
}

TEST_F(VideoTest, IndexStandsBeforeTheFrames) {
    for (const char* name : {"a.mp4", "a.mov"}) {
        const std::string bytes = read_bytes(
            write_film(name, {.size = kSize}, 5, [](int i) { return paint_bars(kSize, i); }));
        ASSERT_NE(bytes.find("moov"), std::string::npos);
        EXPECT_LT(bytes.find("moov"), bytes.find("mdat")) << name;
    }
}

TEST_F(VideoTest, SameFramesGiveSameBytes) {
    for (const char* name : {"a.mp4", "a.mkv", "a.webm", "a.gif", "a.apng", "a.webp"}) {
        const SinkFormat format{.size = kSize, .threads = 2};
        const auto paint = [](int i) { return paint_bars(kSize, i); };
        const std::string first = read_bytes(write_film(name, format, 5, paint));
        EXPECT_FALSE(first.empty());
        EXPECT_EQ(first, read_bytes(write_film(name, format, 5, paint))) << name;
    }
}

TEST_F(VideoTest, QualityAndEncoderOptionsAreHeeded) {
    const auto bytes_with = [&](const EncoderOptions& encoder) {
        return fs::file_size(write_film("a.mkv", {.size = kSize, .encoder = encoder}, 10,
                                        [](int i) { return paint_bars(kSize, i); }));
    };
    EXPECT_GT(bytes_with({.crf = 5}), bytes_with({.crf = 40}));
    EXPECT_NE(bytes_with({.preset = "ultrafast"}), bytes_with({.preset = "slow"}));
    EXPECT_GT(bytes_with({.encoder_options = {"g=1"}}), bytes_with({.encoder_options = {"g=30"}}));
    const fs::path file =
        write_film("b.mkv", {.size = {33, 21}, .encoder = {.encoder_options = {"pix_fmt=yuv444p"}}},
                   2, [](int i) {
                       return paint_bars({33, 21}, i);
                   });
    EXPECT_EQ(FilmReader(file).info().pixel_format, "yuv444p");
}

// ------------------------------------------------------------------------------------------ alpha

struct AlphaCase {
    const char* file;
    const char* codec;
    double alpha_tolerance;
    double colour_tolerance;
};

TEST_F(VideoTest, AlphaIsKeptStraight) {
    for (const AlphaCase& c : {AlphaCase{"a.webm", "", 1.5, 4}, AlphaCase{"b.mkv", "vp9", 1.5, 4},
                               AlphaCase{"a.mov", "prores", 1, 2}, AlphaCase{"a.mkv", "ffv1", 0, 1},
                               AlphaCase{"a.apng", "", 0, 1}, AlphaCase{"a.gif", "", 9, 8}}) {
        for (const AlphaKind kind : {AlphaKind::straight, AlphaKind::premultiplied}) {
            const SinkFormat format{
                .size = kSize, .alpha = AlphaKind::straight, .encoder = {.codec = c.codec}};
            const auto frames = read_all(
                write_film(c.file, format, 4, [&](int) { return paint_disc(kSize, kind); }));
            ASSERT_EQ(frames.size(), 4U) << c.file;
            for (const FilmFrame& frame : frames) {
                const auto difference =
                    alpha_difference(paint_disc(kSize, AlphaKind::straight), frame.image);
                EXPECT_LE(difference.alpha, c.alpha_tolerance) << c.file;
                EXPECT_LE(difference.colour, c.colour_tolerance) << c.file;
            }
        }
    }
}

TEST_F(VideoTest, AlphaIsIgnoredUnlessAskedFor) {
    for (const char* name : {"a.mkv", "a.apng", "a.gif", "a.webm"}) {
        const auto frames = read_all(write_film(
            name, {.size = kSize}, 2, [](int) { return paint_disc(kSize, AlphaKind::straight); }));
        ASSERT_EQ(frames.size(), 2U) << name;
        const Image& image = frames[1].image;
        EXPECT_NEAR(value_at(image, 2, 2, 0), 240, 12) << name;  // where the disc is not
        if (image.channels() == 4) {
            EXPECT_EQ(value_at(image, 2, 2, 3), 255) << name;
        }
    }
}

TEST_F(VideoTest, CodecsWithoutAlphaSayWhichHaveIt) {
    for (const auto& [name, codec] : std::vector<std::pair<const char*, const char*>>{
             {"a.mp4", ""}, {"a.mkv", "hevc"}, {"a.mp4", "vp9"}}) {
        const SinkFormat format{
            .size = kSize, .alpha = AlphaKind::straight, .encoder = {.codec = codec}};
        const fs::path file = folder / name;
        const Error error = error_of([&] { (void)open_sink(file, format); });
        EXPECT_EQ(error.code(), ErrorCode::unsupported);
        EXPECT_THAT(error.what(), HasSubstr(".webm")) << name;
    }
    EXPECT_EQ(error_of([&] {
                  (void)open_sink(folder / "a_%d.jpg",
                                  {.size = kSize, .alpha = AlphaKind::straight});
              }).code(),
              ErrorCode::unsupported);
    EXPECT_EQ(count_files(), 0);
}

// ------------------------------------------------------------------------------------- animations

// The delays of a GIF, in hundredths of a second.
std::vector<int> gif_delays(const std::string& bytes) {
    std::vector<int> delays;
    const std::string control("\x21\xF9\x04", 3);
    for (auto at = bytes.find(control); at != std::string::npos; at = bytes.find(control, at + 1))
        if (bytes[at + 7] == 0)
            delays.push_back(static_cast<unsigned char>(bytes[at + 4]) |
                             static_cast<unsigned char>(bytes[at + 5]) << 8);
    return delays;
}

TEST_F(VideoTest, GifKeepsTheRateOnAverage) {
    struct Case {
        Rational fps{};
        int frames = 0;
        int length = 0;  // hundredths of a second
    };
    for (const Case& c : {Case{{30, 1}, 30, 100}, Case{{24, 1}, 12, 50}, Case{{60, 1}, 30, 50},
                          Case{{100, 1}, 50, 50}, Case{{2, 1}, 1, 50}}) {
        const auto delays =
            gif_delays(read_bytes(write_film("a.gif", {.size = kSize, .fps = c.fps}, c.frames,
                                             [](int i) { return paint_bars(kSize, i % 28); })));
        int sum = 0;
        for (const int delay : delays) {
            EXPECT_GE(delay, 2);
            sum += delay;
        }
        EXPECT_NEAR(sum, c.length, 1) << c.fps.num;
    }
}

TEST_F(VideoTest, GifColoursAreCloseAndStill) {
    const auto photo_like = [](int step) {
        Image image({160, 120}, SampleType::u8, AlphaKind::none);
        for (int y = 0; y < 120; ++y)
            for (int x = 0; x < 160; ++x) {
                std::uint8_t* pixel = image.row<std::uint8_t>(y) + 3 * x;
                pixel[0] = static_cast<std::uint8_t>(x * 255 / 160);
                pixel[1] = static_cast<std::uint8_t>(y * 255 / 120);
                pixel[2] = static_cast<std::uint8_t>(128 + 100 * std::sin(x * y / 900.0));
                if (std::hypot(x - 20 - 8 * step, y - 60) < 15) pixel[0] = pixel[1] = 250;
            }
        return image;
    };
    const auto frames =
        read_all(write_film("a.gif", {.size = {160, 120}, .fps = {20, 1}}, 10, photo_like));
    ASSERT_EQ(frames.size(), 10U);
    for (const FilmFrame& frame : frames) {
        EXPECT_LT(mean_difference(photo_like(static_cast<int>(frame.index)), frame.image), 9);
        // Far from the moving disc nothing may change.
        for (int x = 0; x < 160; ++x)
            for (int c = 0; c < 3; ++c)
                ASSERT_EQ(value_at(frame.image, x, 5, c), value_at(frames[0].image, x, 5, c));
    }
}

TEST_F(VideoTest, AnimationsPlayAsOftenAsAsked) {
    const auto bytes_with = [&](const char* name, int loop) {
        return read_bytes(write_film(name, {.size = kSize, .loop = loop}, 3,
                                     [](int i) { return paint_bars(kSize, i); }));
    };
    // GIF counts the repeats after the first time, and has no loop block for one.
    const auto gif_loop = [&](int loop) {
        const std::string bytes = bytes_with("a.gif", loop);
        const auto at = bytes.find("NETSCAPE2.0");
        return at == std::string::npos ? -1 : static_cast<unsigned char>(bytes[at + 13]);
    };
    EXPECT_EQ(gif_loop(0), 0);
    EXPECT_EQ(gif_loop(1), -1);
    EXPECT_EQ(gif_loop(3), 2);
    for (const int loop : {0, 1, 3}) {
        const std::string apng = bytes_with("a.apng", loop);
        EXPECT_EQ(apng[apng.find("acTL") + 11], loop);
        const std::string webp = bytes_with("a.webp", loop);
        EXPECT_EQ(webp[webp.find("ANIM") + 12], loop);
    }
}

unsigned little_endian(const std::string& bytes, std::size_t at, int count) {
    unsigned value = 0;
    for (int i = 0; i < count; ++i)
        value |= static_cast<unsigned>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    return value;
}

// FFmpeg 5.1 writes animated WebP but does not read it: the chunks are looked at one by one.
TEST_F(VideoTest, WebpHoldsEveryFrameAndItsTime) {
    for (const AlphaKind alpha : {AlphaKind::none, AlphaKind::straight}) {
        const SinkFormat format{.size = kSize, .fps = {25, 1}, .alpha = alpha};
        const std::string bytes = read_bytes(write_film("a.webp", format, 10, [&](int i) {
            return alpha == AlphaKind::none
                       ? paint_number(kSize, i)
                       : paint_disc(kSize,
                                    i % 2 == 0 ? AlphaKind::straight : AlphaKind::premultiplied);
        }));
        ASSERT_EQ(bytes.substr(8, 4), "WEBP");
        unsigned length_ms = 0;
        int frames = 0;
        for (std::size_t at = 12; at + 8 <= bytes.size();) {
            const unsigned size = little_endian(bytes, at + 4, 4);
            if (bytes.substr(at, 4) == "ANMF") {
                ++frames;
                length_ms += little_endian(bytes, at + 8 + 12, 3);
            }
            at += 8 + size + size % 2;
        }
        EXPECT_EQ(length_ms, 400U);
        if (alpha == AlphaKind::none) {
            EXPECT_EQ(frames, 10);
        }
        const PictureInfo info = inspect_picture(folder / "a.webp");
        EXPECT_EQ(info.size, kSize);
        EXPECT_EQ(info.frames, frames);
        const Image first = read_picture(folder / "a.webp");
        if (alpha == AlphaKind::none) {
            EXPECT_LT(mean_difference(paint_number(kSize, 0), first), 2);
        } else {
            const auto difference = alpha_difference(paint_disc(kSize, AlphaKind::straight), first);
            EXPECT_LE(difference.alpha, 1);
            EXPECT_LE(difference.colour, 5);
        }
    }
}

// -------------------------------------------------------------------------------------- sequences

TEST_F(VideoTest, SequencesCountFromZero) {
    for (const char* pattern : {"a_%03d.png", "a_%03d.tif", "a_%03d.webp", "a_%03d.jpg"}) {
        write_film(pattern, {.size = kSize}, 3, [](int i) { return paint_number(kSize, i); });
        EXPECT_EQ(count_files(), 3) << pattern;
        for (int i = 0; i < 3; ++i) {
            const Image image = read_picture(video::sequence_path(folder / pattern, i));
            EXPECT_EQ(read_number(image), i) << pattern;
            fs::remove(video::sequence_path(folder / pattern, i));
        }
    }
    write_film("b_%d.png", {.size = kSize, .alpha = AlphaKind::premultiplied}, 1,
               [](int) { return paint_disc(kSize, AlphaKind::premultiplied); });
    const auto difference =
        alpha_difference(paint_disc(kSize, AlphaKind::straight), read_picture(folder / "b_0.png"));
    EXPECT_EQ(difference.alpha, 0);
    EXPECT_LE(difference.colour, 1);
}

TEST_F(VideoTest, SequencesIgnoreAlphaUnlessAskedFor) {
    write_film("a_%d.png", {.size = kSize}, 1,
               [](int) { return paint_disc(kSize, AlphaKind::straight); });
    const Image image = read_picture(folder / "a_0.png");
    EXPECT_EQ(image.channels(), 3);
    EXPECT_EQ(value_at(image, 2, 2, 0), 240);
}

// ----------------------------------------------------------------------------------------- safety

TEST_F(VideoTest, UnfinishedSinksLeaveNothing) {
    for (const char* name :
         {"a.mp4", "a.mkv", "a.mov", "a.webm", "a.gif", "a.apng", "a.webp", "a_%04d.png"}) {
        write_bytes(folder / "a.mp4", "what was here before");
        {
            const auto sink = open_sink(folder / name, {.size = kSize});
            for (int i = 0; i < 3; ++i) sink->write(paint_bars(kSize, i));
        }
        EXPECT_EQ(count_files(), 1) << name;
        EXPECT_EQ(read_bytes(folder / "a.mp4"), "what was here before");
    }
}

TEST_F(VideoTest, FilmsWithoutFramesAreNone) {
    for (const char* name : {"a.mp4", "a.gif", "a_%d.png"}) {
        const Error error = error_of([&] { open_sink(folder / name, {.size = kSize})->finish(); });
        EXPECT_EQ(error.code(), ErrorCode::usage) << name;
        EXPECT_EQ(count_files(), 0) << name;
    }
}

TEST_F(VideoTest, FramesMustFitTheFormat) {
    for (const char* name : {"a.mp4", "a.gif", "a_%d.png"}) {
        const auto sink = open_sink(folder / name, {.size = kSize});
        EXPECT_EQ(error_of([&] {
                      sink->write(paint_bars({64, 64}, 0));
                  }).code(),
                  ErrorCode::mismatch);
        EXPECT_EQ(error_of([&] { sink->write(paint_bars(kSize, 0, SampleType::u16)); }).code(),
                  ErrorCode::mismatch);
    }
}

// A limit on the size of files stands in for a full disk: both refuse the write.
TEST_F(VideoTest, FullDiskIsOneClearError) {
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    for (const char* name : {"a.mp4", "a.mkv", "a.webm", "a.gif", "a.apng", "a.webp", "a_%d.png"}) {
        rlimit small = before;
        small.rlim_cur = 2048;
        ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
        const Error error = error_of([&] {
            write_film(name, {.size = kSize, .encoder = {}}, 20, [](int i) {
                Image noise = paint_bars(kSize, i);
                for (std::size_t k = 0; k < noise.size_bytes(); ++k)
                    noise.data()[k] =
                        static_cast<std::uint8_t>((k * 2654435761U + i * 40503U) >> 13);
                return noise;
            });
        });
        ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
        EXPECT_EQ(error.code(), ErrorCode::unwritable) << name << ": " << error.what();
        EXPECT_THAT(error.what(), HasSubstr("a")) << name;
        EXPECT_EQ(count_files(), 0) << name;
    }
    std::signal(SIGXFSZ, handler);
}

struct WrongCase {
    const char* file;
    EncoderOptions encoder;
    ErrorCode code;
    const char* says;
};

TEST_F(VideoTest, WrongWordsAreNamed) {
    const std::vector<WrongCase> cases{
        {"a.mp4", {.codec = "h263x"}, ErrorCode::unsupported, "'h263x' is no film encoder"},
        {"a.mp4", {.codec = "aac"}, ErrorCode::unsupported, "'aac' is no film encoder"},
        {"a.webm", {.codec = "h264"}, ErrorCode::unsupported, "cannot hold h264"},
        {"a.mp4", {.codec = "ffv1"}, ErrorCode::unsupported, "cannot hold ffv1"},
        {"a.gif", {.codec = "h264"}, ErrorCode::unsupported, "cannot hold h264"},
        {"a.mp4", {.crf = 52}, ErrorCode::usage, "--crf: '52' is not a number from 0 to 51"},
        {"a.mp4", {.crf = -1}, ErrorCode::usage, "--crf"},
        {"a.mov", {.codec = "prores", .crf = 20}, ErrorCode::usage, "no constant rate factor"},
        {"a.gif", {.crf = 20}, ErrorCode::usage, "no constant rate factor"},
        {"a.mp4", {.preset = "quick"}, ErrorCode::usage, "veryfast"},
        {"a.webm", {.preset = "fast"}, ErrorCode::usage, "cpu-used"},
        {"a.mp4", {.encoder_options = {"colour=7"}}, ErrorCode::usage, "no option 'colour'"},
        {"a.mp4", {.encoder_options = {"g"}}, ErrorCode::usage, "key=value"},
        {"a.mp4", {.encoder_options = {"g=many"}}, ErrorCode::usage, "g=many"},
        {"a.webm", {.encoder_options = {"cpu-used=99"}}, ErrorCode::usage, "cpu-used=99"},
        {"a.mp4", {.encoder_options = {"pix_fmt=rgb24"}}, ErrorCode::usage, "yuv420p"},
        {"a.avi", {}, ErrorCode::unsupported, "name_%04d.png"},
        {"a.png", {}, ErrorCode::usage, "a_%04d.png"},
        {"a", {}, ErrorCode::unsupported, "ending"},
        {"none/a.mp4", {}, ErrorCode::unwritable, "folder"},
    };
    for (const WrongCase& c : cases) {
        const Error error = error_of(
            [&] { (void)open_sink(folder / c.file, {.size = kSize, .encoder = c.encoder}); });
        EXPECT_EQ(error.code(), c.code) << c.file << ": " << error.what();
        EXPECT_THAT(error.what(), HasSubstr(c.says)) << c.file;
        EXPECT_EQ(count_files(), 0) << c.file;
    }
}

TEST_F(VideoTest, HardwareEncodersNeedTheirDevice) {
    for (const char* codec : {"h264_nvenc", "h264_vaapi"}) {
        if (!has_encoder(codec)) continue;
        const Error error = error_of([&] {
            const auto sink =
                open_sink(folder / "a.mp4", {.size = {256, 256}, .encoder = {.codec = codec}});
            sink->write(paint_bars({256, 256}, 0));
            sink->finish();
        });
        // With the device there is nothing to complain about.
        if (error.code() == ErrorCode::cancelled) continue;
        EXPECT_EQ(error.code(), ErrorCode::device) << error.what();
        EXPECT_THAT(error.what(), HasSubstr(codec));
    }
}

// ---------------------------------------------------------------------------------------- reading

TEST_F(VideoTest, SeekFindsTheFirstFrameAtOrAfterATime) {
    struct Case {
        const char* file = nullptr;
        EncoderOptions encoder{};
    };
    constexpr int kFrames = 48;
    for (const Case& c :
         {Case{"a.mp4", {.encoder_options = {"g=12", "bf=3"}}},
          Case{"a.mkv", {.encoder_options = {"g=250", "bf=3"}}},
          Case{"b.mkv", {.encoder_options = {"g=12", "bf=3", "x264-params=open-gop=1"}}},
          Case{"a.mov", {.codec = "prores"}}, Case{"a.webm", {.encoder_options = {"g=20"}}},
          Case{"a.gif", {}}, Case{"a.apng", {}}}) {
        const SinkFormat format{.size = kSize, .fps = {25, 1}, .encoder = c.encoder};
        FilmReader reader(
            write_film(c.file, format, kFrames, [](int i) { return paint_number(kSize, i); }));
        for (const int i : {30, 0, 47, 12, 11, 13, 24, 3, 46, 1}) {
            reader.seek(Seconds(i / 25.0));
            for (int k = i; k < std::min(i + 3, kFrames); ++k) {
                const auto frame = reader.next();
                ASSERT_TRUE(frame) << c.file << " " << k;
                EXPECT_NEAR(frame->time.count(), k / 25.0, 0.0011) << c.file;
                EXPECT_EQ(frame->index, k) << c.file;
                EXPECT_EQ(read_number(frame->image), k) << c.file;
            }
        }
        reader.seek(Seconds(10.5 / 25));
        EXPECT_EQ(reader.next()->index, 11) << c.file;
        reader.seek(Seconds(100));
        EXPECT_FALSE(reader.next()) << c.file;
        reader.seek(Seconds(-1));
        EXPECT_EQ(reader.next()->index, 0) << c.file;
    }
}

// The turn that a phone writes into a film's track header.
void set_display_matrix(const fs::path& file, const std::array<int, 4>& turn) {
    std::string bytes = read_bytes(file);
    const std::size_t matrix = bytes.find("tkhd") + 4 + 40;
    const int places[4] = {0, 4, 12, 16};
    for (int i = 0; i < 4; ++i)
        for (int byte = 0; byte < 4; ++byte)
            bytes[matrix + places[i] + byte] =
                static_cast<char>((turn[i] * 0x10000) >> (8 * (3 - byte)));
    write_bytes(file, bytes);
}

TEST_F(VideoTest, RotationIsApplied) {
    struct Case {
        std::array<int, 4> turn{};  // a b c d of x' = a·x + c·y, y' = b·x + d·y
        int degrees = 0;
        Point corner{};  // where the top left quarter comes to lie, in halves
    };
    // White in the top left quarter.
    const auto paint = [](int) {
        Image image(kSize, SampleType::u8, AlphaKind::none);
        for (int y = 0; y < kSize.height / 2; ++y)
            std::memset(image.row<std::uint8_t>(y), 255, 3 * kSize.width / 2);
        return image;
    };
    for (const Case& c : {Case{{1, 0, 0, 1}, 0, {0, 0}}, Case{{0, 1, -1, 0}, 90, {1, 0}},
                          Case{{-1, 0, 0, -1}, 180, {1, 1}}, Case{{0, -1, 1, 0}, 270, {0, 1}},
                          Case{{-1, 0, 0, 1}, 180, {1, 0}}}) {
        const fs::path file = write_film("a.mp4", {.size = kSize}, 2, paint);
        set_display_matrix(file, c.turn);
        FilmReader reader(file);
        const bool upright = c.turn[0] != 0;
        const Size size = upright ? kSize : Size{kSize.height, kSize.width};
        EXPECT_EQ(reader.info().size, size);
        EXPECT_EQ(reader.info().rotation_deg, c.degrees);
        const Image image = reader.next()->image;
        ASSERT_EQ(image.size(), size);
        for (int y = 0; y < 2; ++y)
            for (int x = 0; x < 2; ++x) {
                const bool white = x == c.corner.x && y == c.corner.y;
                EXPECT_NEAR(
                    value_at(image, size.width * (2 * x + 1) / 4, size.height * (2 * y + 1) / 4, 1),
                    white ? 255 : 0, 6)
                    << c.degrees << " at " << x << "," << y;
            }
    }
}

TEST_F(VideoTest, WhatIsNoFilmIsRefused) {
    write_bytes(folder / "text.mp4", "This is a letter, not a film.\n");
    write_bytes(folder / "text.txt", std::string(5000, 'a'));
    write_bytes(folder / "list.m3u8", "#EXTM3U\n#EXTINF:10,\nother.ts\n");
    write_bytes(folder / "empty.mp4", "");
    write_film("still_%d.png", {.size = kSize}, 1, [](int i) { return paint_bars(kSize, i); });
    write_film("still_%d.jpg", {.size = kSize}, 1, [](int i) { return paint_bars(kSize, i); });
    const std::string whole = read_bytes(
        write_film("whole.mp4", {.size = kSize}, 10, [](int i) { return paint_bars(kSize, i); }));
    write_bytes(folder / "head.mp4", whole.substr(0, 300));
    const auto code_of = [&](const char* name) {
        return error_of([&] { FilmReader reader(folder / name); }).code();
    };
    EXPECT_EQ(code_of("missing.mp4"), ErrorCode::not_found);
    for (const char* name : {"text.mp4", "text.txt", "list.m3u8", "empty.mp4", ".", "head.mp4"})
        EXPECT_EQ(code_of(name), ErrorCode::unreadable) << name;
    EXPECT_EQ(code_of("still_0.png"), ErrorCode::unsupported);
    EXPECT_EQ(code_of("still_0.jpg"), ErrorCode::unsupported);
}

TEST_F(VideoTest, DamagedFilmsAreReadAsFarAsTheyGo) {
    const SinkFormat format{.size = kSize, .encoder = {.encoder_options = {"g=5"}}};
    const fs::path file =
        write_film("a.mkv", format, 40, [](int i) { return paint_bars(kSize, i % 28); });
    const std::string whole = read_bytes(file);

    write_bytes(file, whole.substr(0, whole.size() * 6 / 10));
    const std::size_t cut = read_all(file).size();
    EXPECT_GT(cut, 10U);
    EXPECT_LT(cut, 40U);

    std::string torn = whole;
    for (std::size_t i = torn.size() / 2; i < torn.size() / 2 + 400; ++i) torn[i] = '\x55';
    write_bytes(file, torn);
    EXPECT_GT(read_all(file).size(), 20U);
}

TEST_F(VideoTest, NamesAreNoAddresses) {
    const fs::path file =
        write_film("a:b%20c.mp4", {.size = kSize}, 2, [](int i) { return paint_bars(kSize, i); });
    EXPECT_EQ(read_all(file).size(), 2U);
}

}  // namespace
}  // namespace diorama
