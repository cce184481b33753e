#include <cstdint>
#include <cstring>
#include <vector>

#include "core/temporary_file.h"
#include "diorama/error.h"
#include "diorama/flow.h"
#include "diorama/picture.h"
#include "image/encode.h"
#include "image/file_bytes.h"

namespace diorama {
namespace {

namespace fs = std::filesystem;

// dx, dy of each pixel, row by row.
std::vector<float> interleave(const Flow& flow) {
    std::vector<float> values;
    values.reserve(2 * flow.dx.values().size());
    for (std::size_t i = 0; i < flow.dx.values().size(); ++i) {
        values.push_back(flow.dx.values()[i]);
        values.push_back(flow.dy.values()[i]);
    }
    return values;
}

// Tag, width, height, vectors; little-endian as this machine.
std::vector<std::uint8_t> encode_flo(const Flow& flow) {
    const auto vectors = interleave(flow);
    const std::int32_t sides[]{flow.size().width, flow.size().height};
    constexpr char kTag[]{'P', 'I', 'E', 'H'};
    const std::size_t vector_bytes = vectors.size() * sizeof(float);
    std::vector<std::uint8_t> bytes(sizeof kTag + sizeof sides + vector_bytes);
    std::memcpy(bytes.data(), kTag, sizeof kTag);
    std::memcpy(bytes.data() + sizeof kTag, sides, sizeof sides);
    std::memcpy(bytes.data() + sizeof kTag + sizeof sides, vectors.data(), vector_bytes);
    return bytes;
}

std::vector<std::uint8_t> encode_exr(const Flow& flow, const fs::path& file) {
    const auto vectors = interleave(flow);
    const image::Raster raster{.size = flow.size(),
                               .format = image::SampleFormat::f32,
                               .channels = 2,
                               .samples = vectors.data()};
    return image::encode(image::Format::exr, raster, {}, file);
}

}  // namespace

void write_flow(const fs::path& file, const Flow& flow) {
    if (flow.dx.empty())
        throw Error(ErrorCode::usage, "empty flow cannot be written", file.string());
    const std::string ending = core::ending_of(file);
    if (ending != ".flo" && ending != ".exr") return write_picture(file, draw_flow(flow));
    core::require_writable(file);
    image::write_file_bytes(file, ending == ".flo" ? encode_flo(flow) : encode_exr(flow, file));
}

}  // namespace diorama
