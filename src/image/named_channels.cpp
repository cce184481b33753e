#include "image/named_channels.h"

#include <OpenImageIO/filesystem.h>
#include <OpenImageIO/imageio.h>
#include <fmt/format.h>

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

}  // namespace diorama::image
