#include "video/film_file.h"

#include <fmt/format.h>

#include <new>

extern "C" {
#include <libavutil/opt.h>
}

namespace diorama::video {

const AVOutputFormat& find_muxer(const char* name, const std::string& file) {
    const AVOutputFormat* muxer = av_guess_format(name, nullptr, nullptr);
    if (!muxer)
        throw Error(ErrorCode::unsupported, fmt::format("this build of FFmpeg writes no {}", name),
                    file);
    return *muxer;
}

FilmFile::FilmFile(const std::filesystem::path& file, const Container& container)
    : name_(file.string()), container_(container) {
    if (file != kStandardStream) file_.emplace(file);
    AVFormatContext* muxer = nullptr;
    // The address serves the second pass of "faststart", which reads the file again.
    if (avformat_alloc_output_context2(&muxer, &find_muxer(container.muxer, name_), nullptr,
                                       (file_ ? url_of(file_->path()) : "pipe:1").c_str()) < 0)
        throw std::bad_alloc();
    muxer_.reset(muxer);
    muxer_->flags |= AVFMT_FLAG_BITEXACT;  // no random ids: the same frames give the same bytes
}

FilmFile::~FilmFile() {
    if (muxer_->pb) avio_closep(&muxer_->pb);
}

AVStream& FilmFile::add_stream() {
    AVStream* stream = avformat_new_stream(muxer_.get(), nullptr);
    if (!stream) throw std::bad_alloc();
    return *stream;
}

void FilmFile::begin() {
    const Reasons reasons;
    for (const auto& [key, value] : container_.muxer_options)
        check(av_opt_set(muxer_.get(), key, value.c_str(), AV_OPT_SEARCH_CHILDREN),
              ErrorCode::unsupported, fmt::format("cannot set {} to {}", key, value), name_,
              &reasons);
    if (file_) write_header();
}

void FilmFile::write_header() {
    const Reasons reasons;
    check(avio_open(&muxer_->pb, muxer_->url, AVIO_FLAG_WRITE), ErrorCode::unwritable,
          "cannot be made", name_, &reasons);
    throw_if_io_failed(avformat_write_header(muxer_.get(), nullptr), "cannot be begun", reasons);
}

void FilmFile::write(AVPacket& packet, const AVStream& stream, AVRational clock) {
    const Reasons reasons;
    if (!muxer_->pb) write_header();
    av_packet_rescale_ts(&packet, clock, stream.time_base);
    packet.stream_index = stream.index;
    packet.pos = -1;
    throw_if_io_failed(av_interleaved_write_frame(muxer_.get(), &packet), "cannot be written",
                       reasons);
}

void FilmFile::finish() {
    const Reasons reasons;
    throw_if_io_failed(av_write_trailer(muxer_.get()), "cannot be ended", reasons);
    check(avio_closep(&muxer_->pb), ErrorCode::unwritable, "cannot be ended", name_, &reasons);
    if (file_) file_->commit();
}

// Writing is buffered, so that a full disk may show in a later call than the one that filled it.
void FilmFile::throw_if_io_failed(int av_result, std::string_view what,
                                  const Reasons& reasons) const {
    const int io_error = muxer_->pb ? muxer_->pb->error : 0;
    if (io_error < 0) check(io_error, ErrorCode::unwritable, what, name_);
    check(av_result, ErrorCode::unwritable, what, name_, &reasons);
}

}  // namespace diorama::video
