#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>
#include <map>
#include <memory>
#include <vector>

#include "video/film_file.h"
#include "video/film_input.h"
#include "video/track_converter.h"
#include "video/track_plan.h"

namespace diorama::video {

// Which stretch of the source the new film shows, in the source's own time in microseconds.
struct Stretch {
    std::int64_t begin = 0;
    std::int64_t end = INT64_MAX;
};

// What goes along from a source into a film beside its pictures.
class SourceTracks {
 public:
    // Throws Error: as FilmReader.
    SourceTracks(const std::filesystem::path& source, const AVOutputFormat& muxer);

    [[nodiscard]] const AVFormatContext& input() const { return *input_.film; }
    [[nodiscard]] const AVStream& pictures() const { return *pictures_; }
    // In the source's own time: the first picture, and the first of all that goes along.
    [[nodiscard]] std::int64_t pictures_begin() const;
    [[nodiscard]] std::int64_t begin() const;

    // Adds all streams, chapters and descriptions; `pictures` gets those of the source's.
    void add_to(FilmFile& film, AVStream& pictures, const Stretch& stretch);
    // Writes what comes before `time`, in microseconds of the film.
    void write_until(FilmFile& film, std::int64_t time);
    void write_rest(FilmFile& film);

 private:
    struct Track {
        AVStream* target = nullptr;
        std::unique_ptr<TrackConverter> converter{};
        AVRational clock{1, 1};  // of the packets that go into the film
        bool is_subtitle = false;
    };

    void add_track(FilmFile& film, const TrackPlan& plan);
    bool read();
    bool place(AVPacket& packet, const Track& track) const;
    void write(FilmFile& film, AVPacket& packet, Track& track);

    const AVOutputFormat& muxer_;
    FilmInput input_;
    AVStream* pictures_ = nullptr;
    std::map<int, Track> tracks_;  // by the source's stream
    Stretch stretch_;
    PacketHandle packet_;
    bool waiting_ = false;  // packet_ comes later than what was asked for
};

}  // namespace diorama::video
