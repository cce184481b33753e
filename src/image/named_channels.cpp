#include "image/named_channels.h"

#include <OpenImageIO/filesystem.h>
#include <OpenImageIO/imageio.h>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>

#include "core/temporary_file.h"
#include "image/file_bytes.h"
#include "image/file_format.h"
#include "image/stored_picture.h"

namespace diorama::image {

std::map<std::string, NumberMap> read_named_channels(const std::filesystem::path& file,
                                                     const PictureLimits& limits) {
    const FileBytes bytes = read_file_bytes(file, limits);
    if (const Format format = require_known_format(bytes); format != Format::exr)
        throw Error(ErrorCode::unsupported,
                    fmt::format("is {}; passes are read from .exr", name_of(format)),
                    file.string());
    OIIO::Filesystem::IOMemReader memory(bytes.bytes.data(), bytes.bytes.size());
    OIIO::Filesystem::IOProxy* proxy = &memory;
    OIIO::ImageSpec config;
    config.attribute("oiio:ioproxy", OIIO::TypeDesc::PTR, &proxy);
    const auto input = OIIO::ImageInput::create("openexr");
    OIIO::ImageSpec spec;
    if (!input || !input->open(file.string(), spec, config))
        throw_broken(bytes, "exr", input ? input->geterror() : OIIO::geterror());
    require_allowed_size(bytes, spec.width, spec.height, limits);

    std::map<std::string, NumberMap> channels;
    for (int c = 0; c < spec.nchannels; ++c) {
        NumberMap map({spec.width, spec.height});
        if (!input->read_image(0, 0, c, c + 1, OIIO::TypeFloat, map.values().data()))
            throw_broken(bytes, "exr", input->geterror());
        channels.emplace(spec.channelnames[c], std::move(map));
    }
    return channels;
}

namespace {

float linear_of(float encoded) {
    return encoded <= 0.04045F ? encoded / 12.92F : std::pow((encoded + 0.055F) / 1.055F, 2.4F);
}

// Appends a layer's channels to those of each pixel, which begin at `first`.
void interleave(const Image& image, std::vector<float>& samples, int first, int stride) {
    const Image bytes = convert(image, SampleType::u8);
    std::array<float, 256> linear{};
    for (std::size_t v = 0; v < linear.size(); ++v)
        linear[v] = linear_of(static_cast<float>(v) / 255);
    const int channels = bytes.channels();
    const std::uint8_t* pixel = bytes.data();
    float* to = samples.data() + first;
    for (std::int64_t i = 0; i < image.size().area(); ++i, pixel += channels, to += stride) {
        const float alpha = channels == 4 ? static_cast<float>(pixel[3]) / 255 : 1;
        for (int c = 0; c < 3; ++c) to[c] = alpha * linear[pixel[c]];
        if (channels == 4) to[3] = alpha;
    }
}

}  // namespace

void write_named_layers(const std::filesystem::path& file, const std::vector<NamedLayer>& layers) {
    std::vector<std::string> names;
    for (const NamedLayer& layer : layers)
        for (int c = 0; c < layer.image.channels(); ++c)
            names.push_back((layer.name.empty() ? "" : layer.name + ".") + "RGBA"[c]);
    const Size size = layers.front().image.size();
    const int stride = static_cast<int>(names.size());
    std::vector<float> samples(static_cast<std::size_t>(size.area() * stride));
    int first = 0;
    for (const NamedLayer& layer : layers) {
        interleave(layer.image, samples, first, stride);
        first += layer.image.channels();
    }
    OIIO::ImageSpec spec(size.width, size.height, stride, OIIO::TypeHalf);
    spec.channelnames = names;
    spec.attribute("compression", "zip");
    core::TemporaryFile temporary(file);
    const auto output = OIIO::ImageOutput::create("openexr");
    if (!output || !output->open(temporary.path().string(), spec) ||
        !output->write_image(OIIO::TypeFloat, samples.data()) || !output->close())
        throw Error(ErrorCode::unwritable, output ? output->geterror() : OIIO::geterror(),
                    file.string());
    temporary.commit();
}

}  // namespace diorama::image
