#include "video/stereo_tags.h"

#include <algorithm>
#include <cstring>
#include <new>

extern "C" {
#include <libavutil/spherical.h>
#include <libavutil/stereo3d.h>
}

namespace diorama::video {
namespace {

struct Arrangement {
    AVStereo3DType type = AV_STEREO3D_2D;
    int flags = 0;
    AVRational pixel_aspect{1, 1};  // of a view that has half its pixels
};

Arrangement arrangement_of(FramePacking packing) {
    switch (packing) {
        case FramePacking::none:
            break;
        case FramePacking::side_by_side:
            return {AV_STEREO3D_SIDEBYSIDE};
        case FramePacking::half_side_by_side:
            return {AV_STEREO3D_SIDEBYSIDE, 0, {2, 1}};
        case FramePacking::crossed:
            return {AV_STEREO3D_SIDEBYSIDE, AV_STEREO3D_FLAG_INVERT};
        case FramePacking::top_bottom:
            return {AV_STEREO3D_TOPBOTTOM};
        case FramePacking::half_top_bottom:
            return {AV_STEREO3D_TOPBOTTOM, 0, {1, 2}};
        case FramePacking::rows:
            return {AV_STEREO3D_LINES};
        case FramePacking::columns:
            return {AV_STEREO3D_COLUMNS};
        case FramePacking::checkerboard:
            return {AV_STEREO3D_CHECKERBOARD};
    }
    return {};
}

bool is_matroska(std::string_view muxer) {
    return muxer == "matroska" || muxer == "webm";
}

bool holds_packing(FramePacking packing, std::string_view muxer) {
    const Arrangement arrangement = arrangement_of(packing);
    const bool halves =
        arrangement.type == AV_STEREO3D_SIDEBYSIDE || arrangement.type == AV_STEREO3D_TOPBOTTOM;
    if (muxer == "matroska") return true;
    if (muxer == "webm") return halves;
    return muxer == "mp4" && halves && arrangement.flags == 0;
}

bool holds_projection(std::string_view muxer) {
    return muxer == "mp4" || is_matroska(muxer);
}

// x264 always says that the left view comes first.
bool encoder_tells(FramePacking packing, const AVCodec& encoder) {
    return std::string_view(encoder.name) == "libx264" && arrangement_of(packing).flags == 0;
}

void attach_packing(FramePacking packing, AVStream& stream) {
    const Arrangement arrangement = arrangement_of(packing);
    AvMemory<AVStereo3D> stereo(av_stereo3d_alloc());
    if (!stereo) throw std::bad_alloc();
    stereo->type = arrangement.type;
    stereo->flags = arrangement.flags;
    attach(stream, AV_PKT_DATA_STEREO3D, std::move(stereo), sizeof(AVStereo3D));
}

// The middle half of a whole turn, from pole to pole.
void attach_half_sphere(AVStream& stream) {
    constexpr std::uint32_t kQuarter = 1U << 30U;  // of 2³²
    std::size_t size = 0;
    AvMemory<AVSphericalMapping> sphere(av_spherical_alloc(&size));
    if (!sphere) throw std::bad_alloc();
    sphere->projection = AV_SPHERICAL_EQUIRECTANGULAR_TILE;
    sphere->bound_left = sphere->bound_right = kQuarter;
    attach(stream, AV_PKT_DATA_SPHERICAL, std::move(sphere), size);
}

}  // namespace

bool is_told(const SinkFormat& format, const AVOutputFormat& muxer, const AVCodec& encoder) {
    const bool packing_is_told = format.packing == FramePacking::none ||
                                 holds_packing(format.packing, muxer.name) ||
                                 encoder_tells(format.packing, encoder);
    return packing_is_told &&
           (format.projection == Projection::flat || holds_projection(muxer.name));
}

void tag_container(const SinkFormat& format, AVFormatContext& muxer, AVStream& stream) {
    const std::string_view name = muxer.oformat->name;
    const bool packs = format.packing != FramePacking::none && holds_packing(format.packing, name);
    const bool projects = format.projection != Projection::flat && holds_projection(name);
    if (packs) attach_packing(format.packing, stream);
    if (projects) attach_half_sphere(stream);
    // To FFmpeg, st3d and sv3d are no part of MP4's own standard.
    if (packs || projects) muxer.strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL;
    // Matroska gives the size of one view as it is shown. MP4 and H.264 give that of the frame,
    // which televisions take as it is.
    if (packs && is_matroska(name))
        stream.sample_aspect_ratio = stream.codecpar->sample_aspect_ratio =
            av_mul_q(to_av(format.sample_aspect), arrangement_of(format.packing).pixel_aspect);
}

void tag_frame(FramePacking packing, AVFrame& frame) {
    const Arrangement arrangement = arrangement_of(packing);
    if (packing == FramePacking::none || arrangement.flags != 0) return;
    if (av_frame_get_side_data(&frame, AV_FRAME_DATA_STEREO3D)) return;
    AVStereo3D* stereo = av_stereo3d_create_side_data(&frame);
    if (!stereo) throw std::bad_alloc();
    stereo->type = arrangement.type;
}

FramePacking read_packing(const AVStream& stream) {
    const std::uint8_t* data = av_stream_get_side_data(&stream, AV_PKT_DATA_STEREO3D, nullptr);
    if (!data) return FramePacking::none;
    const auto& told = *reinterpret_cast<const AVStereo3D*>(data);
    for (const FramePacking packing :
         {FramePacking::side_by_side, FramePacking::crossed, FramePacking::top_bottom,
          FramePacking::rows, FramePacking::columns, FramePacking::checkerboard}) {
        const Arrangement arrangement = arrangement_of(packing);
        if (arrangement.type == told.type && arrangement.flags == told.flags) return packing;
    }
    return FramePacking::none;
}

}  // namespace diorama::video
