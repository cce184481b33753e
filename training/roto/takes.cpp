#include "roto/takes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "data/mix.h"
#include "diorama/error.h"
#include "image/named_channels.h"
#include "roto/preview.h"
#include "roto/repaint.h"

namespace diorama::training {
namespace fs = std::filesystem;
namespace {

using Channels = std::map<std::string, image::NumberMap>;

constexpr std::array kTakes{"full", "gloss", "lit", "unshadowed", "shape"};
constexpr std::array<float, 3> kBrightness{0.2126F, 0.7152F, 0.0722F};  // Rec. 709, linear
constexpr float kFirstDrawnIndex = 1.0F;  // the ground; 0 is what stands for nothing

const image::NumberMap& require_pass(const Channels& channels, const std::string& name,
                                     const fs::path& file) {
    const auto found = channels.find("ViewLayer." + name);
    if (found == channels.end())
        throw Error(ErrorCode::unreadable, fmt::format("has no pass {}; render it anew", name),
                    file.string());
    return found->second;
}

cv::Mat_<float> matrix(const image::NumberMap& map) {
    return {map.height(), map.width(), const_cast<float*>(map.values().data())};
}

// The brightness of a pass of three colours, or of the product of two.
cv::Mat_<float> read_brightness(const fs::path& file, const std::vector<std::string>& factors) {
    const Channels channels = image::read_named_channels(file);
    cv::Mat_<float> sum;
    for (int c = 0; c < 3; ++c) {
        cv::Mat_<float> product;
        for (const auto& factor : factors) {
            const auto values = matrix(require_pass(channels, factor + "." + "RGB"[c], file));
            product = product.empty() ? values.clone() : cv::Mat_<float>(product.mul(values));
        }
        if (sum.empty()) sum = cv::Mat_<float>::zeros(product.size());
        sum += kBrightness[c] * product;
    }
    return sum;
}

TonalPasses read_passes(const fs::path& shot, const std::string& name) {
    const auto file_of = [&](const char* take) { return shot / take / (name + ".exr"); };
    const Channels shape = image::read_named_channels(file_of("shape"));
    return {
        .unshadowed = read_brightness(file_of("unshadowed"), {"DiffDir"}),
        .arriving = read_brightness(file_of("lit"), {"DiffDir"}),
        .gloss = read_brightness(file_of("gloss"), {"GlossDir", "GlossCol"}),
        .is_drawn = matrix(require_pass(shape, "IndexOB.X", file_of("shape"))) >= kFirstDrawnIndex};
}

cv::Mat_<cv::Vec3f> read_colours(const Channels& channels, const std::string& pass,
                                 const fs::path& file) {
    cv::Mat planes[3];
    for (int c = 0; c < 3; ++c)
        planes[c] = matrix(require_pass(channels, pass + "." + "RGB"[c], file));
    cv::Mat_<cv::Vec3f> colours;
    cv::merge(planes, 3, colours);
    return colours;
}

PaintedPasses read_painted_passes(const fs::path& shot, const std::string& name) {
    const fs::path full = shot / "full" / (name + ".exr");
    const fs::path shape = shot / "shape" / (name + ".exr");
    const Channels seen = image::read_named_channels(full);
    const Channels shapes = image::read_named_channels(shape);
    return {.combined = read_colours(seen, "Combined", full),
            .colour = read_colours(seen, "DiffCol", full),
            .light = read_colours(seen, "DiffDir", full) + read_colours(seen, "DiffInd", full),
            .thing = matrix(require_pass(shapes, "IndexOB.X", shape)).clone()};
}

// Another seed for each frame and paint.
std::uint64_t seed_of(const fs::path& name, int paint) {
    std::uint64_t seed = static_cast<std::uint64_t>(paint);
    for (const char letter : name.generic_string())
        seed = mix(seed ^ static_cast<unsigned char>(letter));
    return seed;
}

RenderedFrame painted_frame_of(const fs::path& shots, const RenderedFrame& frame, int paint) {
    const fs::path shot = shots / frame.name.parent_path();
    const std::string number = frame.name.filename().string();
    fs::path name = frame.name.parent_path();
    name += fmt::format("_painted_{}", paint);
    return {.name = name / number,
            .read_picture =
                [=, seed = seed_of(frame.name, paint)] {
                    return repaint(read_painted_passes(shot, number), seed);
                },
            .read_passes = frame.read_passes};
}

RenderedFrame frame_of(const fs::path& shot, const fs::path& name) {
    const std::string number = name.filename().string();
    return {.name = name,
            .read_picture = [=] { return read_rgb(shot / "full" / (number + ".exr")); },
            .read_passes = [=] { return read_passes(shot, number); }};
}

}  // namespace

std::vector<RenderedFrame> list_takes(const fs::path& shots, int paints) {
    if (!fs::is_directory(shots))
        throw Error(ErrorCode::not_found, "no such folder; `./dev render shots` makes it",
                    shots.string());
    std::vector<RenderedFrame> frames;
    for (const auto& entry : fs::recursive_directory_iterator(shots)) {
        const fs::path& file = entry.path();
        if (file.extension() != ".exr" || file.parent_path().filename() != kTakes.front()) continue;
        const fs::path shot = file.parent_path().parent_path();
        if (std::ranges::all_of(kTakes, [&](const char* take) {
                return fs::exists(shot / take / file.filename());
            }))
            frames.push_back(frame_of(shot, fs::relative(shot, shots) / file.stem()));
    }
    if (frames.empty())
        throw Error(ErrorCode::not_found, "holds no frame of which all takes are rendered",
                    shots.string());
    std::ranges::sort(frames, {}, &RenderedFrame::name);
    const std::size_t rendered = frames.size();
    for (int paint = 1; paint <= paints; ++paint)
        for (std::size_t n = 0; n < rendered; ++n)
            frames.push_back(painted_frame_of(shots, frames[n], paint));
    return frames;
}

}  // namespace diorama::training
