#include "video/colour_tags.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <new>

extern "C" {
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/pixdesc.h>
}

#include "video/conversion.h"

namespace diorama {

bool is_hdr(const FilmColour& colour) {
    return colour.transfer == AVCOL_TRC_SMPTE2084 || colour.transfer == AVCOL_TRC_ARIB_STD_B67;
}

namespace video {
namespace {

constexpr int kNotSaid = 2;  // in each of H.273's tables
// How finely HEVC, and after it every container, counts chromaticity and luminance.
constexpr int kChromaticitySteps = 50'000;
constexpr int kLuminanceSteps = 10'000;

Chromaticity to_chromaticity(const AVRational (&point)[2]) {
    return {av_q2d(point[0]), av_q2d(point[1])};
}

void set_chromaticity(AVRational (&point)[2], const Chromaticity& value) {
    point[0] = {static_cast<int>(std::lround(value.x * kChromaticitySteps)), kChromaticitySteps};
    point[1] = {static_cast<int>(std::lround(value.y * kChromaticitySteps)), kChromaticitySteps};
}

AVRational to_luminance(double value) {
    return {static_cast<int>(std::lround(value * kLuminanceSteps)), kLuminanceSteps};
}

std::optional<MasteringDisplay> to_mastering(const void* data) {
    if (!data) return std::nullopt;
    const auto& told = *static_cast<const AVMasteringDisplayMetadata*>(data);
    if (!told.has_primaries || !told.has_luminance) return std::nullopt;
    return MasteringDisplay{.red = to_chromaticity(told.display_primaries[0]),
                            .green = to_chromaticity(told.display_primaries[1]),
                            .blue = to_chromaticity(told.display_primaries[2]),
                            .white = to_chromaticity(told.white_point),
                            .darkest = av_q2d(told.min_luminance),
                            .brightest = av_q2d(told.max_luminance)};
}

std::optional<LightLevel> to_light_level(const void* data) {
    if (!data) return std::nullopt;
    const auto& told = *static_cast<const AVContentLightMetadata*>(data);
    return LightLevel{static_cast<int>(told.MaxCLL), static_cast<int>(told.MaxFALL)};
}

const void* data_of(const AVFrame& frame, AVFrameSideDataType type) {
    const AVFrameSideData* data = av_frame_get_side_data(&frame, type);
    return data ? data->data : nullptr;
}

const void* data_of(const AVStream& stream, AVPacketSideDataType type) {
    return av_stream_get_side_data(&stream, type, nullptr);
}

template <class T>
std::optional<T> first_of(std::optional<T> one, std::optional<T> other) {
    return one ? one : other;
}

int said(int one, int other) {
    return one != kNotSaid ? one : other;
}

}  // namespace

ColourTags colour_tags(AVPixelFormat format, const FilmColour& colour) {
    ColourTags tags;
    if (is_rgb(format)) tags.transfer = AVCOL_TRC_IEC61966_2_1;
    if (colour.primaries != kNotSaid)
        tags.primaries = static_cast<AVColorPrimaries>(colour.primaries);
    if (colour.transfer != kNotSaid)
        tags.transfer = static_cast<AVColorTransferCharacteristic>(colour.transfer);
    if (is_rgb(format)) {
        tags.matrix = AVCOL_SPC_RGB;
        tags.range = AVCOL_RANGE_JPEG;
        return tags;
    }
    const auto matrix = static_cast<AVColorSpace>(colour.matrix);
    if (find_coefficients(matrix)) tags.matrix = matrix;
    const bool is_depth = format == AV_PIX_FMT_GRAY16;
    if (colour.range == LevelRange::full || is_depth) tags.range = AVCOL_RANGE_JPEG;
    if (av_pix_fmt_desc_get(format)->log2_chroma_w > 0) tags.chroma = AVCHROMA_LOC_LEFT;
    return tags;
}

const int* find_coefficients(AVColorSpace matrix) {
    switch (matrix) {
        case AVCOL_SPC_BT709:
            return sws_getCoefficients(SWS_CS_ITU709);
        case AVCOL_SPC_BT470BG:
        case AVCOL_SPC_SMPTE170M:
            return sws_getCoefficients(SWS_CS_ITU601);
        case AVCOL_SPC_FCC:
            return sws_getCoefficients(SWS_CS_FCC);
        case AVCOL_SPC_SMPTE240M:
            return sws_getCoefficients(SWS_CS_SMPTE240M);
        case AVCOL_SPC_BT2020_NCL:
        case AVCOL_SPC_BT2020_CL:
            return sws_getCoefficients(SWS_CS_BT2020);
        default:
            return nullptr;
    }
}

FilmColour read_colour(const AVStream& stream, const AVFrame& first) {
    const AVCodecParameters& told = *stream.codecpar;
    const AVColorRange range =
        told.color_range != AVCOL_RANGE_UNSPECIFIED ? told.color_range : first.color_range;
    return {
        .primaries = said(told.color_primaries, first.color_primaries),
        .transfer = said(told.color_trc, first.color_trc),
        .matrix = said(told.color_space, first.colorspace),
        .range = range == AVCOL_RANGE_JPEG   ? LevelRange::full
                 : range == AVCOL_RANGE_MPEG ? LevelRange::limited
                                             : LevelRange::unknown,
        .mastering =
            first_of(to_mastering(data_of(stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA)),
                     to_mastering(data_of(first, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA))),
        .light_level = first_of(to_light_level(data_of(stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL)),
                                to_light_level(data_of(first, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL)))};
}

void tag_light(const FilmColour& colour, AVStream& stream) {
    if (colour.mastering) {
        const MasteringDisplay& display = *colour.mastering;
        AvMemory<AVMasteringDisplayMetadata> told(av_mastering_display_metadata_alloc());
        if (!told) throw std::bad_alloc();
        set_chromaticity(told->display_primaries[0], display.red);
        set_chromaticity(told->display_primaries[1], display.green);
        set_chromaticity(told->display_primaries[2], display.blue);
        set_chromaticity(told->white_point, display.white);
        told->min_luminance = to_luminance(display.darkest);
        told->max_luminance = to_luminance(display.brightest);
        told->has_primaries = told->has_luminance = 1;
        attach(stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA, std::move(told), sizeof *told);
    }
    if (colour.light_level) {
        std::size_t size = 0;
        AvMemory<AVContentLightMetadata> told(av_content_light_metadata_alloc(&size));
        if (!told) throw std::bad_alloc();
        told->MaxCLL = static_cast<unsigned>(colour.light_level->brightest_pixel);
        told->MaxFALL = static_cast<unsigned>(colour.light_level->brightest_frame);
        attach(stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, std::move(told), size);
    }
}

std::string light_for_x265(const FilmColour& colour) {
    std::string words;
    if (colour.mastering) {
        const MasteringDisplay& display = *colour.mastering;
        const auto point = [](const Chromaticity& value) {
            return fmt::format("({},{})", std::lround(value.x * kChromaticitySteps),
                               std::lround(value.y * kChromaticitySteps));
        };
        words = fmt::format(":master-display=G{}B{}R{}WP{}L({},{})", point(display.green),
                            point(display.blue), point(display.red), point(display.white),
                            std::lround(display.brightest * kLuminanceSteps),
                            std::lround(display.darkest * kLuminanceSteps));
    }
    if (colour.light_level)
        words += fmt::format(":max-cll={},{}", colour.light_level->brightest_pixel,
                             colour.light_level->brightest_frame);
    return words;
}

}  // namespace video
}  // namespace diorama
