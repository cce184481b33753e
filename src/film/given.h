#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// A film that goes along with the input: its depth or its mattes, made before or elsewhere.

#include <filesystem>
#include <optional>
#include <variant>

#include "diorama/video.h"
#include "film/stage.h"

namespace diorama::film {

// Throws Error: mismatch, where the film that is given has another shape than the input and not the
// one size that fits all the same, or another number of frames, as far as the files tell.
void require_companion(const std::filesystem::path& given, const std::filesystem::path& input,
                       const RunContext& run, Size fits = {});

// The frames of such a film that go with the input's frames, in order: those of a film at their
// times, those of a numbered sequence one by one.
class Companion {
 public:
    Companion(const std::filesystem::path& file, const RunContext& run);
    // Throws Error: mismatch, where it ends before.
    [[nodiscard]] const Image& of(const Travelling& frame);
    [[nodiscard]] const FilmInfo& info() const { return reader_.info(); }

 private:
    [[nodiscard]] double time_of(const Travelling& frame) const;

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
    GivenMatteStage(const std::filesystem::path& file, const RunContext& run)
        : mattes_(file, run) {}
    [[nodiscard]] std::string name() const override { return "mattes"; }

 protected:
    void look_at(Travelling& frame, const RunContext& run) override;

 private:
    Companion mattes_;
};

// The files of a numbered sequence that go with the input's frames, one by one.
class NumberedFiles {
 public:
    // Throws Error: not_found.
    explicit NumberedFiles(std::filesystem::path sequence);
    [[nodiscard]] std::filesystem::path of(const Travelling& frame) const;

 private:
    std::filesystem::path sequence_;
    std::int64_t first_ = 0;
};

// Depth of a film of it, or of a sequence of depth maps, as it is: what made it has made it steady.
class GivenDepthStage : public FrameByFrame {
 public:
    GivenDepthStage(const std::filesystem::path& file, const RunContext& run);
    [[nodiscard]] std::string name() const override { return "depth"; }

 protected:
    void look_at(Travelling& frame, const RunContext& run) override;

 private:
    std::variant<NumberedFiles, Companion> maps_;
};

// Disparity of a film of it, or of a sequence, of whatever size it has.
class GivenDisparityStage : public FrameByFrame {
 public:
    // Throws Error: unreadable, where it is no film of disparity.
    GivenDisparityStage(const std::filesystem::path& file, const RunContext& run);
    [[nodiscard]] std::string name() const override { return "disparity"; }

 protected:
    void look_at(Travelling& frame, const RunContext& run) override;

 private:
    std::variant<NumberedFiles, Companion> maps_;
};

// Disparity as a frame of a film of it: 1/65536 of the width apart, from half a width behind the
// screen to half a width before it.
[[nodiscard]] DepthCoding disparity_coding(Size size);
[[nodiscard]] Image encode_disparity(const Disparity& disparity);

}  // namespace diorama::film
