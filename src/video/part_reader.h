#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>
#include <vector>

#include "diorama/run.h"
#include "video/film_input.h"

namespace diorama::video {

// The encoded pictures of a film's parts as one stream. Each encoder began anew, so decoding times
// are made again for the whole; so are durations, which Matroska does not keep.
class PartReader {
 public:
    // Throws Error: unreadable, mismatch where a part cannot follow the one before.
    PartReader(std::vector<std::filesystem::path> parts, Rational fps, const RunContext& run);

    // Of the first part, which describes all.
    [[nodiscard]] const AVStream& stream() const { return *stream_; }
    // When each picture is shown, in ticks of stream().time_base, sorted.
    [[nodiscard]] const std::vector<std::int64_t>& times() const { return times_; }
    // The last picture ends at `end`, in ticks.
    void set_end(std::int64_t end) { end_ = end; }
    // The next in decoding order, in ticks; null at the end.
    AVPacket* next();

 private:
    void scan(const std::filesystem::path& part, const AVStream& pattern,
              std::vector<std::int64_t>& decoding_order);
    void open(std::size_t part);
    void set_times(AVPacket& packet);

    std::vector<std::filesystem::path> parts_;
    FilmInput first_;
    AVStream* stream_ = nullptr;
    std::vector<std::int64_t> times_;
    std::int64_t frame_ticks_ = 1;
    std::int64_t end_ = 0;
    std::size_t delay_ = 0;  // of decoding before showing, in frames
    FilmInput input_;
    std::size_t part_ = 0;
    std::size_t index_ = 0;
    PacketHandle packet_;
};

}  // namespace diorama::video
