#include <webp/decode.h>
#include <webp/demux.h>

#include <cstring>
#include <string_view>

#include "image/stored_picture.h"

namespace diorama::image {
namespace {

struct DeleteDemuxer {
    void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};
struct DeleteAnimation {
    void operator()(WebPAnimDecoder* decoder) const { WebPAnimDecoderDelete(decoder); }
};

class WebpDecoder final : public Decoder {
 public:
    WebpDecoder(const FileBytes& file, const PictureLimits& limits)
        : file_(file), data_{file.bytes.data(), file.bytes.size()} {
        WebPDemuxState state = WEBP_DEMUX_PARSE_ERROR;
        demuxer_.reset(WebPDemuxPartial(&data_, &state));
        if (!demuxer_ || state == WEBP_DEMUX_PARSE_ERROR || state == WEBP_DEMUX_PARSING_HEADER)
            throw_broken(file_, "WebP", "its header is broken");
        const auto width = WebPDemuxGetI(demuxer_.get(), WEBP_FF_CANVAS_WIDTH);
        const auto height = WebPDemuxGetI(demuxer_.get(), WEBP_FF_CANVAS_HEIGHT);
        require_allowed_size(file_, width, height, limits);
        if (state != WEBP_DEMUX_DONE) throw_broken(file_, "WebP", "its end is missing");
        flags_ = WebPDemuxGetI(demuxer_.get(), WEBP_FF_FORMAT_FLAGS);
        header_ = {.size = {static_cast<int>(width), static_cast<int>(height)},
                   .orientation = find_orientation()};
        if ((flags_ & ANIMATION_FLAG) != 0)
            header_.frames = static_cast<int>(WebPDemuxGetI(demuxer_.get(), WEBP_FF_FRAME_COUNT));
    }

    StoredPicture decode() override {
        StoredPicture picture{
            .size = header_.size,
            .alpha = (flags_ & ALPHA_FLAG) != 0 ? AlphaKind::straight : AlphaKind::none,
            .orientation = header_.orientation,
            .profile = chunk("ICCP")};
        if ((flags_ & ANIMATION_FLAG) != 0)
            decode_first_frame(picture);
        else
            decode_still(picture);
        return picture;
    }

 private:
    void decode_still(StoredPicture& picture) {
        picture.allocate();
        const auto stride = static_cast<int>(picture.row_bytes());
        const auto decode_into =
            picture.alpha == AlphaKind::none ? WebPDecodeRGBInto : WebPDecodeRGBAInto;
        if (decode_into(data_.bytes, data_.size, picture.samples.data(), picture.samples.size(),
                        stride) == nullptr)
            throw_broken(file_, "WebP", "its pixels cannot be decoded");
    }

    // A frame may cover a part of the canvas: libwebp's animation decoder puts it in its place.
    void decode_first_frame(StoredPicture& picture) {
        WebPAnimDecoderOptions options;
        WebPAnimDecoderOptionsInit(&options);
        options.color_mode = MODE_RGBA;
        const std::unique_ptr<WebPAnimDecoder, DeleteAnimation> decoder(
            WebPAnimDecoderNew(&data_, &options));
        std::uint8_t* frame = nullptr;
        int time_ms = 0;
        if (!decoder || WebPAnimDecoderGetNext(decoder.get(), &frame, &time_ms) == 0)
            throw_broken(file_, "WebP", "its first frame cannot be decoded");
        picture.alpha = AlphaKind::straight;
        picture.allocate();
        std::memcpy(picture.samples.data(), frame, picture.samples.size());
    }

    [[nodiscard]] std::vector<std::uint8_t> chunk(const char* name) const {
        std::vector<std::uint8_t> bytes;
        WebPChunkIterator iterator{};
        if (WebPDemuxGetChunk(demuxer_.get(), name, 1, &iterator) != 0)
            bytes.assign(iterator.chunk.bytes, iterator.chunk.bytes + iterator.chunk.size);
        WebPDemuxReleaseChunkIterator(&iterator);
        return bytes;
    }

    // Some programs put JPEG's mark before the EXIF block, against the specification.
    [[nodiscard]] int find_orientation() const {
        constexpr std::string_view kExifMark{"Exif\0\0", 6};
        const std::vector<std::uint8_t> exif = chunk("EXIF");
        std::span<const std::uint8_t> block(exif);
        if (block.size() > kExifMark.size() &&
            std::memcmp(block.data(), kExifMark.data(), kExifMark.size()) == 0)
            block = block.subspan(kExifMark.size());
        return orientation_in_exif(block);
    }

    const FileBytes& file_;
    WebPData data_;
    std::unique_ptr<WebPDemuxer, DeleteDemuxer> demuxer_;
    std::uint32_t flags_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> open_webp(const FileBytes& file, const PictureLimits& limits) {
    return std::make_unique<WebpDecoder>(file, limits);
}

}  // namespace diorama::image
