#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
// jpeglib.h needs <cstdio> before it.
#include <jerror.h>
#include <jpeglib.h>

#include <algorithm>
#include <string_view>

#include "image/stored_picture.h"

namespace diorama::image {
namespace {

constexpr std::string_view kExifMark{"Exif\0\0", 6};

// libjpeg reports by callbacks that find this struct from the first member's address.
struct Messages {
    jpeg_error_mgr manager{};
    std::jmp_buf failed{};
    char line[JMSG_LENGTH_MAX] = {};
    bool broken = false;
};

Messages& messages_of(j_common_ptr info) {
    return *reinterpret_cast<Messages*>(info->err);
}

extern "C" void leave_on_error(j_common_ptr info) {
    Messages& messages = messages_of(info);
    info->err->format_message(info, messages.line);
    std::longjmp(messages.failed, 1);
}

// libjpeg goes on after damage and leaves the rest of the picture grey. A picture that lacks a part
// is no picture; stray bytes between segments hurt nothing.
extern "C" void note_warning(j_common_ptr info, int level) {
    if (level >= 0) return;
    const int code = info->err->msg_code;
    if (code != JWRN_JPEG_EOF && code != JWRN_HIT_MARKER && code != JWRN_HUFF_BAD_CODE &&
        code != JWRN_MUST_RESYNC)
        return;
    Messages& messages = messages_of(info);
    if (!messages.broken) info->err->format_message(info, messages.line);
    messages.broken = true;
}

extern "C" void stay_silent(j_common_ptr) {}

class JpegDecoder final : public Decoder {
 public:
    JpegDecoder(const FileBytes& file, const PictureLimits& limits) : file_(file) {
        info_.err = jpeg_std_error(&messages_.manager);
        messages_.manager.error_exit = leave_on_error;
        messages_.manager.emit_message = note_warning;
        messages_.manager.output_message = stay_silent;
        try {
            if (!read_header()) throw_broken(file_, "JPEG", messages_.line);
            require_allowed_size(file_, info_.image_width, info_.image_height, limits);
        } catch (...) {
            jpeg_destroy_decompress(&info_);
            throw;
        }
        header_ = {
            .size = {static_cast<int>(info_.image_width), static_cast<int>(info_.image_height)},
            .orientation = find_orientation()};
    }

    ~JpegDecoder() override { jpeg_destroy_decompress(&info_); }

    StoredPicture decode() override {
        StoredPicture picture{.size = header_.size, .orientation = header_.orientation};
        const bool inks = info_.jpeg_color_space == JCS_CMYK || info_.jpeg_color_space == JCS_YCCK;
        if (inks) {
            picture.model = ColourModel::cmyk;
            info_.out_color_space = JCS_CMYK;
        } else if (info_.jpeg_color_space == JCS_GRAYSCALE) {
            picture.model = ColourModel::grey;
            info_.out_color_space = JCS_GRAYSCALE;
        } else {
            info_.out_color_space = JCS_RGB;
        }
        picture.allocate();
        if (!read_profile() || !read_rows(picture)) throw_broken(file_, "JPEG", messages_.line);
        if (profile_ != nullptr) picture.profile.assign(profile_, profile_ + profile_bytes_);
        std::free(profile_);
        profile_ = nullptr;
        // Adobe's programs, and all that write CMYK like them, store paper as 255.
        if (inks && info_.saw_Adobe_marker != 0)
            for (std::uint8_t& sample : picture.samples)
                sample = static_cast<std::uint8_t>(~sample);
        return picture;
    }

 private:
    // Between setjmp and longjmp nothing with a destructor may be made: hence these small
    // functions, which return false where libjpeg gave up.
    bool read_header() {
        if (setjmp(messages_.failed) != 0) return false;
        jpeg_create_decompress(&info_);
        jpeg_save_markers(&info_, JPEG_APP0 + 1, 0xFFFF);
        jpeg_save_markers(&info_, JPEG_APP0 + 2, 0xFFFF);
        jpeg_mem_src(&info_, file_.bytes.data(), file_.bytes.size());
        jpeg_read_header(&info_, TRUE);
        return !messages_.broken;
    }

    bool read_profile() {
        if (setjmp(messages_.failed) != 0) return false;
        jpeg_read_icc_profile(&info_, &profile_, &profile_bytes_);
        return true;
    }

    bool read_rows(StoredPicture& picture) {
        if (setjmp(messages_.failed) != 0) return false;
        jpeg_start_decompress(&info_);
        while (info_.output_scanline < info_.output_height) {
            JSAMPROW row = picture.row<std::uint8_t>(static_cast<int>(info_.output_scanline));
            jpeg_read_scanlines(&info_, &row, 1);
            if (messages_.broken) return false;
        }
        return true;
    }

    [[nodiscard]] int find_orientation() const {
        for (const auto* marker = info_.marker_list; marker != nullptr; marker = marker->next) {
            const std::span<const std::uint8_t> data(marker->data, marker->data_length);
            if (marker->marker == JPEG_APP0 + 1 && data.size() > kExifMark.size() &&
                std::memcmp(data.data(), kExifMark.data(), kExifMark.size()) == 0)
                return orientation_in_exif(data.subspan(kExifMark.size()));
        }
        return 1;
    }

    const FileBytes& file_;
    jpeg_decompress_struct info_{};
    Messages messages_;
    JOCTET* profile_ = nullptr;
    unsigned int profile_bytes_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> open_jpeg(const FileBytes& file, const PictureLimits& limits) {
    return std::make_unique<JpegDecoder>(file, limits);
}

}  // namespace diorama::image
