#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string_view>
#include <utility>

#include "core/parallel.h"
#include "core/temporary_file.h"
#include "diorama/picture.h"
#include "image/encode.h"

namespace diorama {
namespace {

using Bytes = std::vector<std::uint8_t>;

struct DiscardZip {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};

// A zip file whose entries are written when it is closed; what they are made of must live until
// then.
class ZipFile {
 public:
    ZipFile(const std::filesystem::path& path, const std::filesystem::path& target)
        : target_(target) {
        int code = 0;
        archive_.reset(zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code));
        if (archive_) return;
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        const std::string reason = zip_error_strerror(&error);
        zip_error_fini(&error);
        fail(reason);
    }

    void add(const std::string& name, const void* bytes, std::size_t size, int compression) {
        zip_source_t* source = zip_source_buffer(archive_.get(), bytes, size, 0);
        if (source == nullptr) fail(zip_strerror(archive_.get()));
        const zip_int64_t index =
            zip_file_add(archive_.get(), name.c_str(), source, ZIP_FL_ENC_UTF_8);
        if (index < 0) {
            zip_source_free(source);
            fail(zip_strerror(archive_.get()));
        }
        if (zip_set_file_compression(archive_.get(), static_cast<zip_uint64_t>(index), compression,
                                     0) != 0)
            fail(zip_strerror(archive_.get()));
    }
    void add(const std::string& name, const Bytes& bytes) {
        add(name, bytes.data(), bytes.size(), ZIP_CM_STORE);  // PNG is compressed already
    }

    void close() {
        if (zip_close(archive_.get()) != 0) fail(zip_strerror(archive_.get()));
        (void)archive_.release();
    }

 private:
    [[noreturn]] void fail(const std::string& reason) const {
        throw Error(ErrorCode::unwritable, "cannot be written: " + image::flattened(reason),
                    target_.string());
    }

    std::filesystem::path target_;
    std::unique_ptr<zip_t, DiscardZip> archive_;
};

// As the value of an XML attribute. Control characters, which XML cannot hold, become spaces.
std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            default:
                result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
    }
    return result;
}

std::string layer_path(std::size_t index) {
    return fmt::format("data/layer{:03}.png", index);
}

// The file lists what is on top first.
std::string describe_stack(const std::vector<PictureLayer>& layers, Size canvas) {
    std::string xml = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<image version=\"0.0.3\" w=\"{}\" h=\"{}\" xres=\"72\" yres=\"72\">\n  <stack>\n",
        canvas.width, canvas.height);
    for (std::size_t i = layers.size(); i-- > 0;) {
        const PictureLayer& layer = layers[i];
        xml += fmt::format(
            "    <layer name=\"{}\" src=\"{}\" x=\"{}\" y=\"{}\" opacity=\"{:.6g}\" "
            "visibility=\"visible\" composite-op=\"svg:src-over\"/>\n",
            escaped(layer.name), layer_path(i), layer.x, layer.y,
            std::clamp(layer.opacity, 0.0, 1.0));
    }
    return xml + "  </stack>\n</image>\n";
}

// 8 bits a channel, at most 256 pixels wide and high, never enlarged.
Image make_thumbnail(const Image& merged) {
    constexpr int kLongest = 256;
    const double factor =
        std::min(1.0, double{kLongest} / std::max(merged.width(), merged.height()));
    const auto scaled = [&](int length) {
        return std::max(1, static_cast<int>(std::lround(length * factor)));
    };
    return convert(resize(merged, {scaled(merged.width()), scaled(merged.height())}),
                   SampleType::u8);
}

}  // namespace

void write_openraster(const std::filesystem::path& file, const std::vector<PictureLayer>& layers,
                      const Image& merged) {
    if (merged.empty()) throw Error(ErrorCode::usage, "an empty picture cannot be written");
    for (const PictureLayer& layer : layers)
        if (layer.image.empty())
            throw Error(ErrorCode::usage, fmt::format("layer '{}' is empty", layer.name));
    core::TemporaryFile target(file);

    const auto encode_png = [&](const Image& image) {
        return image::encode_image(image::Format::png, image, {}, file);
    };
    std::vector<Bytes> pngs(layers.size());
    core::parallel_rows({}, static_cast<int>(layers.size()), [&](int begin, int end) {
        for (int i = begin; i < end; ++i) pngs[i] = encode_png(layers[i].image);
    });
    const Bytes merged_png = encode_png(merged);
    const Bytes thumbnail_png = encode_png(make_thumbnail(merged));
    const std::string stack = describe_stack(layers, merged.size());
    constexpr std::string_view kMimeType = "image/openraster";

    // Programs know the file by its first bytes: the type must come first, and uncompressed.
    ZipFile zip(target.path(), file);
    zip.add("mimetype", kMimeType.data(), kMimeType.size(), ZIP_CM_STORE);
    zip.add("stack.xml", stack.data(), stack.size(), ZIP_CM_DEFLATE);
    for (std::size_t i = 0; i < layers.size(); ++i) zip.add(layer_path(i), pngs[i]);
    zip.add("mergedimage.png", merged_png);
    zip.add("Thumbnails/thumbnail.png", thumbnail_png);
    zip.close();
    target.commit();
}

}  // namespace diorama
