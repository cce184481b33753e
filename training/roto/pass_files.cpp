#include "roto/pass_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "diorama/error.h"
#include "diorama/picture.h"
#include "image/named_channels.h"
#include "roto/preview.h"

namespace diorama::training {
namespace fs = std::filesystem;
namespace {

using Channels = std::map<std::string, image::NumberMap>;

constexpr std::string_view kPass = "{pass}";
constexpr float kBrightness[] = {0.2126F, 0.7152F, 0.0722F};  // Rec. 709, linear

std::string replace_all(std::string text, std::string_view what, const std::string& by) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
        text.replace(at, what.size(), by);
    return text;
}

float to_linear(float encoded) {
    return encoded <= 0.04045F ? encoded / 12.92F : std::pow((encoded + 0.055F) / 1.055F, 2.4F);
}

// The brightness of a picture file, linear.
cv::Mat_<float> read_picture_pass(const fs::path& file) {
    const Image picture = convert(read_picture(file), SampleType::u16);
    cv::Mat_<float> pass(picture.height(), picture.width());
    for (int y = 0; y < pass.rows; ++y)
        for (int x = 0; x < pass.cols; ++x) {
            const auto* pixel = picture.row<std::uint16_t>(y) + x * picture.channels();
            pass(y, x) = 0;
            for (int c = 0; c < 3; ++c)
                pass(y, x) += kBrightness[c] * to_linear(static_cast<float>(pixel[c]) / 65535.0F);
        }
    return pass;
}

const image::NumberMap* find_channel(const Channels& channels, const std::string& name) {
    for (const auto& [full_name, map] : channels)
        if (full_name == name || full_name.ends_with("." + name)) return &map;
    return nullptr;
}

// The brightness of a pass of an .exr, or the pass itself where it is one channel.
std::optional<cv::Mat_<float>> read_layer(const Channels& channels, const std::string& name) {
    const auto matrix = [](const image::NumberMap& map) {
        return cv::Mat_<float>(map.height(), map.width(), const_cast<float*>(map.values().data()));
    };
    for (const char* ending : {"", ".X", ".Y", ".V", ".A"})
        if (const auto* map = find_channel(channels, name + ending)) return matrix(*map).clone();
    cv::Mat_<float> sum;
    for (int c = 0; c < 3; ++c) {
        const auto* map = find_channel(channels, name + "." + "RGB"[c]);
        if (map == nullptr) return {};
        const cv::Mat_<float> part = kBrightness[c] * matrix(*map);
        sum = sum.empty() ? part : cv::Mat_<float>(sum + part);
    }
    return sum;
}

// The files of one frame.
class PassFiles {
 public:
    PassFiles(std::string pattern, PassNames names)
        : pattern_(std::move(pattern)), names_(std::move(names)) {}

    [[nodiscard]] Image read_picture() const { return read_rgb(file_of(names_.picture)); }

    [[nodiscard]] TonalPasses read_passes(const TonalThresholds& thresholds) const {
        const cv::Mat_<float> light = read("illumination", names_.illumination);
        const cv::Mat_<float> shadow = read("shadow", names_.shadow);
        TonalPasses passes{.unshadowed = light,
                           .arriving = light.clone(),
                           .gloss = read("specular", names_.specular),
                           .is_drawn = cv::Mat_<std::uint8_t>(light.size(), 255)};
        if (!names_.object.empty()) passes.is_drawn = read("object", names_.object) > 0;
        if (shadow.size() != light.size())
            throw Error(ErrorCode::mismatch, "has another size than the other passes",
                        file_of(names_.shadow).string());
        // What the shadow pass darkens would be lit.
        const float full = find_full_strength(passes);
        for (int y = 0; y < light.rows; ++y)
            for (int x = 0; x < light.cols; ++x) {
                if (shadow(y, x) >= thresholds.cast_shadow) continue;
                passes.unshadowed(y, x) = full;
                passes.arriving(y, x) = full * shadow(y, x);
            }
        return passes;
    }

 private:
    [[nodiscard]] fs::path file_of(const std::string& pass) const {
        return replace_all(pattern_, kPass, pass);
    }
    [[nodiscard]] cv::Mat_<float> read(const char* role, const std::string& name) const {
        const fs::path file = file_of(name);
        const std::string mend = fmt::format("say with --pass {}=NAME what it is called", role);
        if (!fs::exists(file))
            throw Error(ErrorCode::not_found, fmt::format("no such pass; {}", mend), file.string());
        if (file.extension() != ".exr") return read_picture_pass(file);
        const Channels channels = image::read_named_channels(file);
        const bool is_alone = pattern_.find(kPass) != std::string::npos;
        if (auto layer = read_layer(channels, name)) return *layer;
        if (is_alone && channels.contains("R")) return read_plain(channels);
        std::set<std::string> passes;
        for (const auto& [channel, map] : channels)
            passes.insert(channel.substr(0, channel.rfind('.')));
        throw Error(
            ErrorCode::unreadable,
            fmt::format("has no pass {}; {}. It has {}", name, mend, fmt::join(passes, ", ")),
            file.string());
    }
    static cv::Mat_<float> read_plain(const Channels& channels) {
        cv::Mat_<float> sum;
        for (int c = 0; c < 3; ++c) {
            const auto found = channels.find(std::string(1, "RGB"[c]));
            if (found == channels.end()) continue;
            const image::NumberMap& map = found->second;
            const cv::Mat_<float> part =
                kBrightness[c] *
                cv::Mat_<float>(map.height(), map.width(), const_cast<float*>(map.values().data()));
            sum = sum.empty() ? part : cv::Mat_<float>(sum + part);
        }
        return sum;
    }

    std::string pattern_;
    PassNames names_;
};

}  // namespace

std::vector<RenderedFrame> list_passes(const fs::path& shots, const PassNames& names,
                                       const TonalThresholds& thresholds) {
    const std::string pattern = (shots / names.pattern).string();
    const fs::path pictures = replace_all(pattern, kPass, names.picture);
    const std::string name = pictures.filename().string();
    const std::size_t star = name.find('*');
    if (star == std::string::npos || pictures.parent_path().string().find('*') != std::string::npos)
        throw Error(ErrorCode::usage, "needs one '*', in the file's name, where the frame's stands",
                    "--passes " + names.pattern);
    if (!fs::is_directory(pictures.parent_path()))
        throw Error(ErrorCode::not_found, "no such folder", pictures.parent_path().string());
    const std::string begin = name.substr(0, star);
    const std::string end = name.substr(star + 1);
    std::vector<RenderedFrame> frames;
    for (const auto& entry : fs::directory_iterator(pictures.parent_path())) {
        const std::string file = entry.path().filename().string();
        if (file.size() <= begin.size() + end.size() || !file.starts_with(begin) ||
            !file.ends_with(end))
            continue;
        const std::string frame =
            file.substr(begin.size(), file.size() - begin.size() - end.size());
        const PassFiles files(replace_all(pattern, "*", frame), names);
        frames.push_back({.name = frame,
                          .read_picture = [=] { return files.read_picture(); },
                          .read_passes = [=] { return files.read_passes(thresholds); }});
    }
    if (frames.empty())
        throw Error(ErrorCode::not_found, "no file fits this pattern", pictures.string());
    std::ranges::sort(frames, {}, &RenderedFrame::name);
    return frames;
}

}  // namespace diorama::training
