#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/temporary_file.h"
#include "video/ffmpeg.h"

namespace diorama::video {

// One kind of file that holds moving pictures.
struct Container {
    const char* muxer;
    const char* default_codec;
    std::vector<std::pair<const char*, std::string>> muxer_options{};
    const char* whole = muxer;  // the kind of the film that such a file is a part of
};

// Throws Error: unsupported, where this build of FFmpeg lacks it.
[[nodiscard]] const AVOutputFormat& find_muxer(const char* name, const std::string& file);

// A container being filled with packets, which takes its place only in finish(), unless it goes to
// standard output. Streams are added
// first, then comes begin(), then the packets.
class FilmFile {
 public:
    FilmFile(const std::filesystem::path& file, const Container& container);
    ~FilmFile();
    FilmFile(const FilmFile&) = delete;
    FilmFile& operator=(const FilmFile&) = delete;

    [[nodiscard]] AVFormatContext& muxer() { return *muxer_; }
    AVStream& add_stream();
    // On standard output the header waits for the first packet, so that trying a film writes
    // nothing. Throws Error: unsupported, unwritable.
    void begin();
    // Takes the packet's content; its times are in `clock`. Throws Error: unwritable.
    void write(AVPacket& packet, const AVStream& stream, AVRational clock);
    // Throws Error: unwritable.
    void finish();

 private:
    void write_header();
    void throw_if_io_failed(int av_result, std::string_view what, const Reasons& reasons) const;

    std::string name_;
    std::optional<core::TemporaryFile> file_;  // none for standard output
    Container container_;
    std::unique_ptr<AVFormatContext, FreeBy<avformat_free_context>> muxer_;
};

}  // namespace diorama::video
