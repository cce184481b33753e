#include <OpenImageIO/filesystem.h>
#include <OpenImageIO/imageio.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "image/stored_picture.h"

namespace diorama::image {
namespace {

const char* reader_name(Format format) {
    switch (format) {
        case Format::tiff:
            return "tiff";
        case Format::exr:
            return "openexr";
        case Format::bmp:
            return "bmp";
        default:
            return "gif";
    }
}

std::string_view last_part(std::string_view name) {
    return name.substr(name.rfind('.') + 1);
}

// A channel of the file's own layer bears the bare name; renderers write the layer's and the pass's
// name before it, as in "ViewLayer.Combined.R". -1: none.
int find_channel(const OIIO::ImageSpec& spec, std::string_view name) {
    const auto& names = spec.channelnames;
    auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        found = std::find_if(names.begin(), names.end(),
                             [&](const std::string& n) { return last_part(n) == name; });
    return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

int find_depth_channel(const OIIO::ImageSpec& spec) {
    for (int c = 0; c < spec.nchannels; ++c)
        if (OIIO::Strutil::icontains(spec.channelnames[c], "depth")) return c;
    // Only bare names here: a pass of normals has a Z, too.
    for (const char* name : {"Z", "Y", "R"}) {
        const int c = spec.channelindex(name);
        if (c >= 0) return c;
    }
    return 0;
}

std::vector<int> choose_by_name(const OIIO::ImageSpec& spec, Channels channels) {
    if (channels == Channels::depth) return {find_depth_channel(spec)};
    std::vector<int> chosen{find_channel(spec, "R"), find_channel(spec, "G"),
                            find_channel(spec, "B")};
    if (std::find(chosen.begin(), chosen.end(), -1) != chosen.end())
        chosen = {std::max(find_channel(spec, "Y"), 0)};
    const int alpha = find_channel(spec, "A");
    if (alpha >= 0 && alpha != chosen.front()) chosen.push_back(alpha);
    return chosen;
}

std::vector<int> choose_by_place(const OIIO::ImageSpec& spec, ColourModel model) {
    const int colours = model == ColourModel::cmyk ? 4 : model == ColourModel::rgb ? 3 : 1;
    std::vector<int> chosen;
    for (int c = 0; c < colours; ++c) chosen.push_back(c);
    // OpenImageIO 2.4's reader of GIF names a channel behind the last one.
    const int alpha = std::min(spec.alpha_channel, spec.nchannels - 1);
    if (alpha >= colours) chosen.push_back(alpha);
    return chosen;
}

SampleFormat sample_format_of(OIIO::TypeDesc type) {
    if (type.is_floating_point()) return SampleFormat::f32;
    return type.size() == 1 ? SampleFormat::u8 : SampleFormat::u16;
}

OIIO::TypeDesc type_of(SampleFormat format) {
    switch (format) {
        case SampleFormat::u8:
            return OIIO::TypeUInt8;
        case SampleFormat::u16:
            return OIIO::TypeUInt16;
        case SampleFormat::f32:
            break;
    }
    return OIIO::TypeFloat;
}

class OiioDecoder final : public Decoder {
 public:
    OiioDecoder(const FileBytes& file, Format format, Channels channels,
                const PictureLimits& limits)
        : file_(file),
          format_(format),
          channels_(channels),
          bytes_(file.bytes.data(), file.bytes.size()) {
        // The readers of BMP and GIF decode when they open a file: look at the header before.
        if (const auto size = size_in_header(format, file.bytes))
            require_allowed_size(file, size->width, size->height, limits);
        open(false);
        if (spec().get_string_attribute("tiff:ColorSpace") == "CMYK") open(true);
        require_allowed_size(file, spec().width, spec().height, limits);
        header_ = {.size = {spec().width, spec().height},
                   .orientation = std::clamp(spec().get_int_attribute("Orientation", 1), 1, 8),
                   .frames = count_frames(format, file.bytes)};
    }

    StoredPicture decode() override {
        StoredPicture picture{.size = header_.size,
                              .format = sample_format_of(spec().format),
                              .model = colour_model(),
                              .orientation = header_.orientation};
        const bool named = format_ == Format::exr;
        const std::vector<int> chosen =
            named ? choose_by_name(spec(), channels_) : choose_by_place(spec(), picture.model);
        if (named) picture.model = chosen.size() < 3 ? ColourModel::grey : ColourModel::rgb;
        if (static_cast<int>(chosen.size()) > picture.colour_channels())
            picture.alpha = is_straight() ? AlphaKind::straight : AlphaKind::premultiplied;
        if (const auto* icc = spec().find_attribute("ICCProfile")) {
            const auto* data = static_cast<const std::uint8_t*>(icc->data());
            picture.profile.assign(data, data + icc->datasize());
        }
        for (const auto& attribute : spec().extra_attribs)
            if (OIIO::Strutil::starts_with(attribute.name(), std::string(kNotePrefix)))
                picture.notes[attribute.name().string()] = attribute.get_string();
        picture.allocate();
        read_channels(chosen, picture);
        if (format_ == Format::bmp || format_ == Format::gif) drop_meaningless_alpha(picture);
        return picture;
    }

 private:
    const OIIO::ImageSpec& spec() const { return input_->spec(); }

    void open(bool keep_inks) {
        OIIO::ImageSpec config;
        OIIO::Filesystem::IOProxy* proxy = &bytes_;
        config.attribute("oiio:ioproxy", OIIO::TypeDesc::PTR, &proxy);
        config.attribute("oiio:UnassociatedAlpha", 1);
        if (keep_inks) config.attribute("oiio:RawColor", 1);
        bytes_.seek(0);
        input_ = OIIO::ImageInput::create(reader_name(format_));
        if (!input_)
            throw Error(ErrorCode::unsupported,
                        fmt::format("this build of OpenImageIO reads no {}", name_of(format_)),
                        file_.path.string());
        OIIO::ImageSpec ignored;
        if (!input_->open(file_.path.string(), ignored, config))
            throw_broken(file_, name_of(format_), input_->geterror());
    }

    [[nodiscard]] ColourModel colour_model() const {
        const std::string space = spec().get_string_attribute("tiff:ColorSpace");
        if (space == "CMYK" && spec().nchannels >= 4) return ColourModel::cmyk;
        if (space == "CIELAB" || space == "ICCLAB" || space == "ITULAB" || space == "LOGLUV")
            throw Error(ErrorCode::unsupported,
                        fmt::format("holds {} colours; save it as RGB first", space),
                        file_.path.string());
        return spec().nchannels >= 3 ? ColourModel::rgb : ColourModel::grey;
    }

    // OpenEXR's colours are premultiplied by its specification, TIFF's by a tag; the others' never.
    [[nodiscard]] bool is_straight() const {
        if (format_ == Format::exr) return false;
        return format_ != Format::tiff || spec().get_int_attribute("oiio:UnassociatedAlpha") != 0;
    }

    void read_channels(const std::vector<int>& chosen, StoredPicture& picture) {
        const OIIO::TypeDesc type = type_of(picture.format);
        const auto sample_bytes = static_cast<OIIO::stride_t>(type.size());
        const auto pixel_bytes = sample_bytes * static_cast<OIIO::stride_t>(chosen.size());
        // Neighbours are read together: most files hold what is asked for in one run.
        for (std::size_t first = 0; first < chosen.size();) {
            std::size_t end = first + 1;
            while (end < chosen.size() && chosen[end] == chosen[end - 1] + 1) ++end;
            if (!input_->read_image(0, 0, chosen[first], chosen[end - 1] + 1, type,
                                    picture.samples.data() + first * type.size(), pixel_bytes))
                throw_broken(file_, name_of(format_), input_->geterror());
            first = end;
        }
    }

    // A palette with no transparent colour comes as RGBA all the same, and 32-bit BMPs often hold
    // zeros where alpha would be.
    static void drop_meaningless_alpha(StoredPicture& picture) {
        if (picture.alpha == AlphaKind::none || picture.format != SampleFormat::u8 ||
            picture.model != ColourModel::rgb)
            return;
        const std::size_t pixels = static_cast<std::size_t>(picture.size.area());
        std::uint8_t* samples = picture.samples.data();
        std::uint8_t lowest = 255;
        std::uint8_t highest = 0;
        for (std::size_t i = 0; i < pixels; ++i) {
            lowest = std::min(lowest, samples[4 * i + 3]);
            highest = std::max(highest, samples[4 * i + 3]);
        }
        if (lowest < 255 && highest > 0) return;
        for (std::size_t i = 0; i < pixels; ++i) std::copy_n(samples + 4 * i, 3, samples + 3 * i);
        picture.alpha = AlphaKind::none;
        picture.allocate();
    }

    const FileBytes& file_;
    Format format_;
    Channels channels_;
    OIIO::Filesystem::IOMemReader bytes_;
    std::unique_ptr<OIIO::ImageInput> input_;
};

}  // namespace

std::unique_ptr<Decoder> open_by_openimageio(const FileBytes& file, Format format,
                                             Channels channels, const PictureLimits& limits) {
    return std::make_unique<OiioDecoder>(file, format, channels, limits);
}

}  // namespace diorama::image
