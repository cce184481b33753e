#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// A film that goes along with the input: its depth or its mattes, made before or elsewhere.

#include <filesystem>
#include <functional>
#include <optional>

#include "diorama/video.h"
#include "film/stage.h"

namespace diorama::film {

// Throws Error: mismatch, where the film that is given has another shape than the input, or another
// number of frames, as far as the files tell.
void require_companion(const std::filesystem::path& given, const std::filesystem::path& input,
                       const RunContext& run);

// The frames of such a film at the times of the input's frames, in order.
class Companion {
 public:
    // A numbered sequence has a frame for each of the input's, which has so many a second.
    Companion(const std::filesystem::path& file, Rational input_fps, const RunContext& run);
    // Throws Error: mismatch, where it ends before.
    [[nodiscard]] const Image& at(double time_s);
    [[nodiscard]] const FilmInfo& info() const { return reader_.info(); }

 private:
    std::filesystem::path file_;
    FilmReader reader_;
    std::optional<FilmFrame> now_{};
    std::optional<FilmFrame> ahead_{};
};

// Brightness as a map, black 0 and white 1.
template <class MapType>
[[nodiscard]] MapType brightness_of(const Image& image) {
    MapType map(image.size());
    const bool wide = image.sample_type() == SampleType::u16;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const int at = image.channels() * x + 1;
            map.at(x, y) = wide ? static_cast<float>(image.row<std::uint16_t>(y)[at]) / 65535
                                : static_cast<float>(image.row<std::uint8_t>(y)[at]) / 255;
        }
    return map;
}

// Mattes of a film of them, brought to the frames' size.
class GivenMatteStage : public FrameByFrame {
 public:
    GivenMatteStage(const std::filesystem::path& file, Rational input_fps, const RunContext& run)
        : mattes_(file, input_fps, run) {}
    [[nodiscard]] std::string name() const override { return "mattes"; }

 protected:
    void look_at(Travelling& frame, const RunContext& run) override;

 private:
    Companion mattes_;
};

// Depth of a film of it, or of a sequence of depth maps, as it is: what made it has made it steady.
// A sequence has a map for each frame of the input, which has so many a second.
class GivenDepthStage : public FrameByFrame {
 public:
    GivenDepthStage(const std::filesystem::path& file, Rational input_fps, const RunContext& run);
    [[nodiscard]] std::string name() const override { return "depth"; }

 protected:
    void look_at(Travelling& frame, const RunContext& run) override;

 private:
    [[nodiscard]] InverseDepth read_map(double time_s) const;

    std::filesystem::path file_;
    double input_fps_;
    std::int64_t first_number_ = 0;      // of a sequence
    std::optional<Companion> frames_{};  // of a film
};

}  // namespace diorama::film
