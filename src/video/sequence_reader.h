#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>
#include <vector>

#include "video/frame_source.h"

namespace diorama::video {

// Numbered pictures as a film of `fps` frames a second, from the lowest number that is there to the
// highest. A picture that is missing is shown as the one before it.
class SequenceReader final : public FrameSource {
 public:
    // Throws Error: not_found, unreadable, mismatch, usage.
    SequenceReader(const std::filesystem::path& pattern, Rational fps);

    [[nodiscard]] const FilmInfo& info() const override { return info_; }
    std::optional<FilmFrame> next() override;
    void seek(Seconds time) override;

 private:
    [[nodiscard]] Image read(std::int64_t number) const;

    std::filesystem::path pattern_;
    std::vector<std::int64_t> numbers_;  // sorted
    FilmInfo info_{};
    Image last_{};
    std::int64_t index_ = 0;
};

}  // namespace diorama::video
