#include <algorithm>

#include "video/conversion.h"
#include "video/frame_clock.h"
#include "video/sinks.h"

namespace diorama::video {
namespace {

class FilmSink final : public FrameSink {
 public:
    FilmSink(const std::filesystem::path& file, const SinkFormat& format,
             const Container& container)
        : file_(file),
          writer_(file, format, container),
          to_frame_(format.size, format.sample_type, writer_.pixel_format(), format.alpha,
                    format.threads, format.colour),
          clock_(format.fps, clock_of(format)) {}

    void write(const Image& frame) override { write_tick(frame, clock_.next()); }
    void write_at(const Image& frame, Seconds time) override { write_tick(frame, clock_.at(time)); }

    void finish() override {
        if (clock_.frames() == 0) throw_no_frames(file_);
        writer_.finish(clock_.next());
    }

 private:
    // Encoders refuse two frames of one tick.
    void write_tick(const Image& frame, std::int64_t tick) {
        last_tick_ = std::max(tick, last_tick_ + 1);
        writer_.write(*to_frame_.convert(frame), last_tick_);
    }

    std::filesystem::path file_;
    FilmWriter writer_;
    ToFrame to_frame_;
    FrameClock clock_;
    std::int64_t last_tick_ = -1;
};

}  // namespace

std::unique_ptr<FrameSink> open_film_sink(const std::filesystem::path& file,
                                          const SinkFormat& format, const Container& container) {
    return std::make_unique<FilmSink>(file, format, container);
}

}  // namespace diorama::video
