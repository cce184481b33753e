#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "diorama/video.h"
#include "video/ffmpeg.h"

extern "C" {
#include <libavutil/spherical.h>
#include <libavutil/stereo3d.h>
}

namespace fs = std::filesystem;

namespace diorama {
namespace {

constexpr Size kSize{128, 64};

class StereoTagsTest : public testing::Test {
 protected:
    void SetUp() override { fs::create_directories(folder_); }
    void TearDown() override { fs::remove_all(folder_); }

    fs::path write_film(const std::string& name, const SinkFormat& format) {
        const fs::path file = folder_ / name;
        const auto sink = open_sink(file, format);
        const Image frame(format.size, SampleType::u8, AlphaKind::none);
        for (int i = 0; i < 3; ++i) sink->write(frame);
        sink->finish();
        return file;
    }

 private:
    fs::path folder_ =
        fs::temp_directory_path() / ("diorama-stereo-tags-" + std::to_string(::getpid()));
};

// A film as a player opens it: its first stream and first picture.
class OpenFilm {
 public:
    explicit OpenFilm(const fs::path& file) {
        AVFormatContext* opened = nullptr;
        video::check(avformat_open_input(&opened, file.c_str(), nullptr, nullptr),
                     ErrorCode::unreadable, "does not open", file.string());
        input_.reset(opened);
    }

    const AVStream& stream() const { return *input_->streams[0]; }

    template <class T>
    const T* described(AVPacketSideDataType type) const {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
        const AVCodecParameters& parameters = *stream().codecpar;
        const AVPacketSideData* data = av_packet_side_data_get(parameters.coded_side_data,
                                                               parameters.nb_coded_side_data, type);
        return data ? reinterpret_cast<const T*>(data->data) : nullptr;
#else
        return reinterpret_cast<const T*>(av_stream_get_side_data(&stream(), type, nullptr));
#endif
    }
    const AVStereo3D* stereo() const {
        return described<AVStereo3D>(AV_PKT_DATA_STEREO3D);
    }

    // What the pictures themselves tell, decoded without the container's word.
    const AVStereo3D* stereo_of_first_picture() {
        const AVCodec* codec = avcodec_find_decoder(stream().codecpar->codec_id);
        decoder_.reset(avcodec_alloc_context3(codec));
        avcodec_parameters_to_context(decoder_.get(), stream().codecpar);
        avcodec_open2(decoder_.get(), codec, nullptr);
        const video::PacketHandle packet = video::make_packet();
        while (av_read_frame(input_.get(), packet.get()) >= 0) {
            avcodec_send_packet(decoder_.get(), packet.get());
            av_packet_unref(packet.get());
        }
        avcodec_send_packet(decoder_.get(), nullptr);
        picture_ = video::make_frame();
        if (avcodec_receive_frame(decoder_.get(), picture_.get()) < 0) return nullptr;
        const AVFrameSideData* data =
            av_frame_get_side_data(picture_.get(), AV_FRAME_DATA_STEREO3D);
        return data ? reinterpret_cast<const AVStereo3D*>(data->data) : nullptr;
    }

 private:
    video::InputHandle input_;
    video::CodecHandle decoder_;
    video::FrameHandle picture_;
};

struct Expected {
    FramePacking packing;
    AVStereo3DType type;
    int flags = 0;
};
constexpr Expected kPackings[] = {
    {FramePacking::side_by_side, AV_STEREO3D_SIDEBYSIDE},
    {FramePacking::half_side_by_side, AV_STEREO3D_SIDEBYSIDE},
    {FramePacking::crossed, AV_STEREO3D_SIDEBYSIDE, AV_STEREO3D_FLAG_INVERT},
    {FramePacking::top_bottom, AV_STEREO3D_TOPBOTTOM},
    {FramePacking::half_top_bottom, AV_STEREO3D_TOPBOTTOM},
    {FramePacking::rows, AV_STEREO3D_LINES},
    {FramePacking::columns, AV_STEREO3D_COLUMNS},
    {FramePacking::checkerboard, AV_STEREO3D_CHECKERBOARD},
};

// Written with a codec that says nothing itself, so that the container's word is what is read.
TEST_F(StereoTagsTest, ContainersTellThePackingOrTheCallerKnowsTheyDoNot) {
    for (const char* name : {"a.mkv", "a.mp4", "a.webm", "a.mov"})
        for (const Expected& expected : kPackings) {
            const bool webm = std::string(name) == "a.webm";
            const SinkFormat format{.size = kSize,
                                    .encoder = {.codec = webm ? "vp9" : "mpeg4"},
                                    .packing = expected.packing};
            const fs::path file = write_film(name, format);
            const OpenFilm film(file);
            const int packing = static_cast<int>(expected.packing);
            EXPECT_EQ(film.stereo() != nullptr, tells_views(file, format))
                << name << ", packing " << packing;
            if (!film.stereo()) continue;
            EXPECT_EQ(film.stereo()->type, expected.type) << name << ", packing " << packing;
            EXPECT_EQ(film.stereo()->flags, expected.flags) << name << ", packing " << packing;
        }
}

TEST_F(StereoTagsTest, AReaderLearnsWhichViewComesFirst) {
    const auto read = [&](FramePacking packing) {
        return FilmReader(write_film("a.mkv", {.size = kSize, .packing = packing})).info().packing;
    };
    for (const FramePacking packing : {FramePacking::none, FramePacking::side_by_side,
                                       FramePacking::crossed, FramePacking::top_bottom})
        EXPECT_EQ(read(packing), packing) << static_cast<int>(packing);
    EXPECT_EQ(read(FramePacking::half_side_by_side), FramePacking::side_by_side);
    EXPECT_EQ(read(FramePacking::half_top_bottom), FramePacking::top_bottom);
}

TEST_F(StereoTagsTest, MatroskaTellsEveryPackingAndFlatFilmsSayNothing) {
    for (const Expected& expected : kPackings)
        EXPECT_TRUE(tells_views("a.mkv", {.size = kSize, .packing = expected.packing}));
    EXPECT_EQ(OpenFilm(write_film("a.mkv", {.size = kSize})).stereo(), nullptr);
    EXPECT_EQ(OpenFilm(write_film("a.mp4", {.size = kSize})).stereo_of_first_picture(), nullptr);
}

TEST_F(StereoTagsTest, H264TellsThePackingInItsOwnStream) {
    for (const Expected& expected : kPackings) {
        const SinkFormat format{.size = kSize, .packing = expected.packing};
        OpenFilm film(write_film("a.mov", format));
        const AVStereo3D* told = film.stereo_of_first_picture();
        EXPECT_EQ(told != nullptr, tells_views("a.mov", format));
        EXPECT_EQ(told != nullptr, expected.flags == 0);
        if (!told) continue;
        EXPECT_EQ(told->type, expected.type);
        EXPECT_EQ(told->flags, 0);
    }
}

// Players that know the packing show each view in its own shape.
TEST_F(StereoTagsTest, HalvedViewsKeepTheirShapeInMatroska) {
    const auto aspect_of = [&](FramePacking packing) {
        return FilmReader(write_film("a.mkv", {.size = kSize, .packing = packing}))
            .info()
            .sample_aspect;
    };
    EXPECT_EQ(aspect_of(FramePacking::side_by_side), (Rational{1, 1}));
    EXPECT_EQ(aspect_of(FramePacking::half_side_by_side), (Rational{2, 1}));
    EXPECT_EQ(aspect_of(FramePacking::half_top_bottom), (Rational{1, 2}));
}

TEST_F(StereoTagsTest, HalfSpheresAreTold) {
    for (const char* name : {"a.mp4", "a.mkv", "a.webm", "a.mov"}) {
        const SinkFormat format{.size = kSize,
                                .packing = FramePacking::side_by_side,
                                .projection = Projection::half_sphere};
        const fs::path file = write_film(name, format);
        const OpenFilm film(file);
        const auto* sphere = film.described<AVSphericalMapping>(AV_PKT_DATA_SPHERICAL);
        EXPECT_EQ(sphere != nullptr, tells_views(file, format)) << name;
        EXPECT_EQ(sphere != nullptr, std::string(name) != "a.mov") << name;
        if (!sphere) continue;
        EXPECT_EQ(sphere->projection, AV_SPHERICAL_EQUIRECTANGULAR_TILE) << name;
        EXPECT_EQ(sphere->bound_left, 1U << 30U) << name;
        EXPECT_EQ(sphere->bound_right, 1U << 30U) << name;
        EXPECT_EQ(sphere->bound_top, 0U) << name;
        EXPECT_EQ(sphere->bound_bottom, 0U) << name;
    }
}

TEST_F(StereoTagsTest, AnimationsAndSequencesTellNothing) {
    for (const char* name : {"a.gif", "a.apng", "a.webp", "a_%02d.png"})
        EXPECT_FALSE(tells_views(name, {.size = kSize, .packing = FramePacking::side_by_side}));
}

}  // namespace
}  // namespace diorama
