#include "roto/label_shots.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "diorama/error.h"
#include "diorama/picture.h"
#include "image/named_channels.h"

namespace diorama::training {
namespace fs = std::filesystem;
namespace {

using Channels = std::map<std::string, image::NumberMap>;

constexpr std::array kTakes{"full", "gloss", "lit", "unshadowed", "shape"};
constexpr std::array<float, 3> kBrightness{0.2126F, 0.7152F, 0.0722F};  // Rec. 709, linear
constexpr float kFirstDrawnIndex = 1.0F;  // the ground; 0 is what stands for nothing

struct Frame {
    fs::path shot{};     // relative to all shots
    std::string name{};  // "0001"
};

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

cv::Mat_<cv::Vec3b> read_rgb(const fs::path& file) {
    const Image picture = convert(read_picture(file), SampleType::u8);
    cv::Mat_<cv::Vec3b> rgb(picture.height(), picture.width());
    for (int y = 0; y < rgb.rows; ++y)
        for (int x = 0; x < rgb.cols; ++x) {
            const auto* pixel = picture.row<std::uint8_t>(y) + x * picture.channels();
            rgb(y, x) = {pixel[0], pixel[1], pixel[2]};
        }
    return rgb;
}

void write_rgb(const fs::path& file, const cv::Mat_<cv::Vec3b>& rgb) {
    Image image({rgb.cols, rgb.rows}, SampleType::u8, AlphaKind::none);
    rgb.copyTo(cv::Mat_<cv::Vec3b>(rgb.rows, rgb.cols, reinterpret_cast<cv::Vec3b*>(image.data())));
    write_picture(file, image);
}

// Every frame of which all takes are there, in order.
std::vector<Frame> list_frames(const fs::path& shots) {
    if (!fs::is_directory(shots))
        throw Error(ErrorCode::not_found, "no such folder; `./dev render shots` makes it",
                    shots.string());
    std::vector<Frame> frames;
    for (const auto& entry : fs::recursive_directory_iterator(shots)) {
        const fs::path& file = entry.path();
        if (file.extension() != ".exr" || file.parent_path().filename() != kTakes.front()) continue;
        const fs::path shot = file.parent_path().parent_path();
        if (std::ranges::all_of(kTakes, [&](const char* take) {
                return fs::exists(shot / take / file.filename());
            }))
            frames.push_back({fs::relative(shot, shots), file.stem().string()});
    }
    if (frames.empty())
        throw Error(ErrorCode::not_found, "holds no frame of which all takes are rendered",
                    shots.string());
    std::ranges::sort(frames, {},
                      [](const Frame& frame) { return std::pair(frame.shot, frame.name); });
    return frames;
}

void label_frame(const Frame& frame, const RotoSetOptions& options) {
    const fs::path shot = options.shots / frame.shot;
    const fs::path folder = options.folder / frame.shot;
    const auto picture = read_rgb(shot / "full" / (frame.name + ".exr"));
    const auto painted =
        paint_tones(label_tones(read_passes(shot, frame.name), options.thresholds));
    if (painted.size() != picture.size())
        throw Error(ErrorCode::mismatch, "its takes differ in size",
                    (shot / "full" / frame.name).string());
    fs::create_directories(folder);
    write_rgb(folder / (frame.name + ".png"), picture);
    if (options.preview) {
        cv::Mat_<cv::Vec3b> sheet;
        cv::hconcat(std::vector<cv::Mat>{picture, 0.5 * picture + 0.5 * painted, painted}, sheet);
        write_rgb(folder / (frame.name + "_preview.png"), sheet);
    }
    write_rgb(folder / (frame.name + "_tones.png"), painted);
}

}  // namespace

void label_shots(const RotoSetOptions& options, const RunContext& run) {
    const auto frames = list_frames(options.shots);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        run.throw_if_stopped();
        run.progress("labelling frames", static_cast<std::int64_t>(i),
                     static_cast<std::int64_t>(frames.size()));
        if (!fs::exists(options.folder / frames[i].shot / (frames[i].name + "_tones.png")))
            label_frame(frames[i], options);
    }
    run.progress("labelling frames", static_cast<std::int64_t>(frames.size()),
                 static_cast<std::int64_t>(frames.size()));
}

}  // namespace diorama::training
