#include <png.h>

#include <bit>
#include <csetjmp>
#include <cstring>
#include <string_view>

#include "image/stored_picture.h"

namespace diorama::image {
namespace {

// What libpng's callbacks find again.
struct Reading {
    std::span<const std::uint8_t> bytes{};
    std::size_t at = 0;
    char message[128] = {};
};

extern "C" {

void leave_on_png_error(png_structp png, png_const_charp message) {
    auto& reading = *static_cast<Reading*>(png_get_error_ptr(png));
    std::strncpy(reading.message, message, sizeof(reading.message) - 1);
    png_longjmp(png, 1);
}

void ignore_png_warning(png_structp, png_const_charp) {}

void read_png_bytes(png_structp png, png_bytep target, std::size_t size) {
    auto& reading = *static_cast<Reading*>(png_get_io_ptr(png));
    if (size > reading.bytes.size() - reading.at) png_error(png, "the end is missing");
    std::memcpy(target, reading.bytes.data() + reading.at, size);
    reading.at += size;
}

}  // extern "C"

class PngDecoder final : public Decoder {
 public:
    PngDecoder(const FileBytes& file, const PictureLimits& limits)
        : file_(file), reading_{.bytes = file.bytes} {
        const auto size = size_in_header(Format::png, file.bytes);
        if (!size) throw_broken(file_, "PNG", "its header is missing");
        require_allowed_size(file, size->width, size->height, limits);
        png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reading_, leave_on_png_error,
                                      ignore_png_warning);
        if (png_ != nullptr) info_ = png_create_info_struct(png_);
        if (info_ == nullptr || !read_header()) {
            png_destroy_read_struct(&png_, &info_, nullptr);
            throw_broken(file_, "PNG", reading_.message);
        }
        header_ = {.size = *size,
                   .orientation = find_orientation(),
                   .frames = count_frames(Format::png, file.bytes)};
    }

    ~PngDecoder() override { png_destroy_read_struct(&png_, &info_, nullptr); }

    StoredPicture decode() override {
        const int channels = png_get_channels(png_, info_);
        StoredPicture picture{
            .size = header_.size,
            .format = png_get_bit_depth(png_, info_) == 16 ? SampleFormat::u16 : SampleFormat::u8,
            .model = channels < 3 ? ColourModel::grey : ColourModel::rgb,
            .alpha = channels % 2 == 0 ? AlphaKind::straight : AlphaKind::none,
            .orientation = header_.orientation,
            .profile = find_profile(),
            .notes = find_notes()};
        picture.allocate();
        std::vector<png_bytep> rows(static_cast<std::size_t>(picture.size.height));
        for (int y = 0; y < picture.size.height; ++y) rows[y] = picture.row<std::uint8_t>(y);
        if (!read_rows(rows.data())) throw_broken(file_, "PNG", reading_.message);
        return picture;
    }

 private:
    // As in decode_jpeg.cpp: nothing with a destructor between setjmp and longjmp.
    bool read_header() {
        if (setjmp(png_jmpbuf(png_)) != 0) return false;
        png_set_read_fn(png_, &reading_, read_png_bytes);
        png_read_info(png_, info_);
        png_set_expand(png_);  // palettes, less than 8 bits, transparent colours
        if constexpr (std::endian::native == std::endian::little) png_set_swap(png_);
        png_set_interlace_handling(png_);
        png_read_update_info(png_, info_);
        return true;
    }

    // What comes after the pixels is not looked at: a lost last chunk costs nothing.
    bool read_rows(png_bytepp rows) {
        if (setjmp(png_jmpbuf(png_)) != 0) return false;
        png_read_image(png_, rows);
        return true;
    }

    [[nodiscard]] int find_orientation() const {
        png_bytep exif = nullptr;
        png_uint_32 size = 0;
        if (png_get_eXIf_1(png_, info_, &size, &exif) == 0) return 1;
        return orientation_in_exif({exif, size});
    }

    [[nodiscard]] std::vector<std::uint8_t> find_profile() const {
        png_charp name = nullptr;
        png_bytep profile = nullptr;
        png_uint_32 size = 0;
        int compression = 0;
        if (png_get_iCCP(png_, info_, &name, &compression, &profile, &size) == 0) return {};
        return {profile, profile + size};
    }

    [[nodiscard]] std::map<std::string, std::string> find_notes() const {
        std::map<std::string, std::string> notes;
        png_textp texts = nullptr;
        const int count = png_get_text(png_, info_, &texts, nullptr);
        for (int i = 0; i < count; ++i)
            if (std::string_view(texts[i].key).starts_with(kNotePrefix) && texts[i].text != nullptr)
                notes[texts[i].key] = texts[i].text;
        return notes;
    }

    const FileBytes& file_;
    Reading reading_;
    png_structp png_ = nullptr;
    png_infop info_ = nullptr;
};

}  // namespace

std::unique_ptr<Decoder> open_png(const FileBytes& file, const PictureLimits& limits) {
    return std::make_unique<PngDecoder>(file, limits);
}

}  // namespace diorama::image
