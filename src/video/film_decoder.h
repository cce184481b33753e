#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>
#include <set>

#include "video/conversion.h"
#include "video/film_input.h"
#include "video/frame_source.h"
#include "video/orientation.h"

namespace diorama::video {

// The frames of a film file.
class FilmDecoder final : public FrameSource {
 public:
    // Throws Error: as FilmReader.
    FilmDecoder(std::filesystem::path file, int threads);

    [[nodiscard]] const FilmInfo& info() const override { return info_; }
    std::optional<FilmFrame> next() override;
    void seek(Seconds time) override;

 private:
    void open();
    void describe();
    bool decode();
    void feed(const Reasons& reasons);
    void jump(Seconds time);
    void forget();
    [[nodiscard]] Seconds to_seconds(std::int64_t ticks) const;
    [[nodiscard]] Seconds time_of(std::int64_t timestamp) const;
    [[nodiscard]] Seconds duration_of_frame() const;
    std::optional<std::int64_t> take_missed();
    FilmFrame repeat(Seconds time);
    Image convert(const AVFrame& frame);

    std::filesystem::path file_;
    int threads_ = 0;
    FilmInput input_;
    AVStream* stream_ = nullptr;
    CodecHandle decoder_;
    PacketHandle packet_;
    FrameHandle frame_;
    std::optional<ToImage> to_image_;
    Orientation orientation_;
    Size coded_size_{};
    FilmInfo info_{};
    std::int64_t next_index_ = 0;
    std::set<std::int64_t> expected_;  // times of packets whose frames have not come
    int undecodable_ = 0;              // failures for which no frame was repeated yet
    FrameHandle last_;                 // the frame that was given last, if any
    bool is_draining_ = false;         // the file is at its end, the decoder not yet
    bool is_ready_ = false;            // the next frame lies in frame_
};

}  // namespace diorama::video
