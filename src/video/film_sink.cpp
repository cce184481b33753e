#include "video/conversion.h"
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
                    format.threads) {}

    void write(const Image& frame) override {
        writer_.write(*to_frame_.convert(frame), frames_);
        ++frames_;
    }

    void finish() override {
        if (frames_ == 0) throw_no_frames(file_);
        writer_.finish(frames_);
    }

 private:
    std::filesystem::path file_;
    FilmWriter writer_;
    ToFrame to_frame_;
    std::int64_t frames_ = 0;
};

}  // namespace

std::unique_ptr<FrameSink> open_film_sink(const std::filesystem::path& file,
                                          const SinkFormat& format, const Container& container) {
    return std::make_unique<FilmSink>(file, format, container);
}

}  // namespace diorama::video
