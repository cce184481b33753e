#include <fmt/format.h>

#include <cmath>

#include "core/temporary_file.h"
#include "video/conversion.h"
#include "video/frame_clock.h"
#include "video/sinks.h"

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
}

namespace diorama::video {
namespace fs = std::filesystem;
namespace {

constexpr AVPixelFormat kWorkFormat = AV_PIX_FMT_BGRA;  // what the palette filters work on
constexpr std::int64_t kTicks = 100;                    // a GIF counts hundredths of a second
// Viewers take a delay of less than two ticks for a mistake and play it as ten.
constexpr std::int64_t kShortestDelay = 2;

// A chain of FFmpeg's filters with one or two inputs and one output.
class Filter {
 public:
    Filter(std::vector<Size> inputs, const std::string& description) {
        std::string chain;
        for (std::size_t i = 0; i < inputs.size(); ++i)
            chain +=
                fmt::format("buffer@in{0}=video_size={1}x{2}:pix_fmt=bgra:time_base=1/{3}[in{0}];",
                            i, inputs[i].width, inputs[i].height, kTicks);
        for (std::size_t i = 0; i < inputs.size(); ++i) chain += fmt::format("[in{}]", i);
        graph_ = make_filters(chain + description + ",buffersink@out",
                              "FFmpeg lacks the filters for a GIF");
    }

    // No frame: the input ends.
    void push(int input, AVFrame* frame) {
        AVFilterContext* source =
            avfilter_graph_get_filter(graph_.get(), fmt::format("buffer@in{}", input).c_str());
        check(av_buffersrc_add_frame_flags(source, frame, AV_BUFFERSRC_FLAG_KEEP_REF),
              ErrorCode::unwritable, "a GIF's colours cannot be chosen", {});
    }

    // The next frame that is ready, if any.
    FrameHandle pull() {
        AVFilterContext* sink = avfilter_graph_get_filter(graph_.get(), "buffersink@out");
        FrameHandle frame = make_frame();
        const int result = av_buffersink_get_frame(sink, frame.get());
        if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return nullptr;
        check(result, ErrorCode::unwritable, "a GIF's colours cannot be chosen", {});
        return frame;
    }

 private:
    FilterGraphHandle graph_;
};

SinkFormat spool_format(SinkFormat format) {
    format.encoder = {.codec = "ffv1"};
    format.clock = {};
    return format;
}

SinkFormat gif_format(SinkFormat format) {
    format.fps = {kTicks, 1};
    format.clock = {};
    format.sample_type = SampleType::u8;
    return format;
}

// FFmpeg's muxer counts how often the film is repeated after the first time, −1 being never.
std::string loop_option(int plays) {
    return std::to_string(plays == 0 ? 0 : plays == 1 ? -1 : plays - 1);
}

// One palette for all frames keeps still parts still: a palette a frame would make them flicker.
// It needs all frames before the first can be written, so they wait in a lossless film beside the
// target, and memory stays at a few frames whatever the length.
class GifSink final : public FrameSink {
 public:
    GifSink(const fs::path& file, const SinkFormat& format)
        : file_(file),
          format_(format),
          clock_(format.fps, {1, kTicks}),
          spool_(fs::path(file).replace_extension(".gif.mkv")),
          spool_writer_(spool_.path(), spool_format(format), {"matroska", "ffv1"}),
          to_spool_(format.size, format.sample_type, spool_writer_.pixel_format(), format.alpha,
                    format.threads),
          to_work_(format.size, format.sample_type, kWorkFormat, format.alpha, format.threads),
          palette_maker_({format.size},
                         fmt::format("palettegen=reserve_transparent={}:stats_mode=full",
                                     format.alpha == AlphaKind::none ? 0 : 1)),
          writer_(file, gif_format(format), {"gif", "gif", {{"loop", loop_option(format.loop)}}}) {}

    void write(const Image& frame) override { write_tick(frame, clock_.next()); }
    void write_at(const Image& frame, Seconds time) override { write_tick(frame, clock_.at(time)); }

    void finish() override {
        if (clock_.frames() == 0) throw_no_frames(file_);
        spool_writer_.finish(static_cast<std::int64_t>(times_.size()));
        palette_maker_.push(0, nullptr);
        const FrameHandle palette = palette_maker_.pull();
        Filter painter({format_.size, {palette->width, palette->height}},
                       "paletteuse=dither=sierra2_4a:diff_mode=rectangle");
        painter.push(1, palette.get());
        painter.push(1, nullptr);

        FilmReader spool(spool_.path(), format_.threads);
        for (const std::int64_t time : times_) {
            const std::optional<FilmFrame> frame = spool.next();
            if (!frame)
                throw Error(ErrorCode::unwritable, "its frames were lost on disk", file_.string());
            AVFrame* work = to_work_.convert(frame->image);
            work->pts = time;
            painter.push(0, work);
            while (const FrameHandle painted = painter.pull())
                writer_.write(*painted, painted->pts);
        }
        painter.push(0, nullptr);
        while (const FrameHandle painted = painter.pull()) writer_.write(*painted, painted->pts);
        writer_.finish(std::max(clock_.next(), times_.back() + kShortestDelay));
    }

 private:
    void write_tick(const Image& frame, std::int64_t tick) {
        if (!times_.empty() && tick - times_.back() < kShortestDelay) return;
        spool_writer_.write(*to_spool_.convert(frame), static_cast<std::int64_t>(times_.size()));
        palette_maker_.push(0, to_work_.convert(frame));
        palette_maker_.pull();
        times_.push_back(tick);
    }

    fs::path file_;
    SinkFormat format_;
    FrameClock clock_;
    core::TemporaryFile spool_;
    FilmWriter spool_writer_;
    ToFrame to_spool_;
    ToFrame to_work_;
    Filter palette_maker_;
    FilmWriter writer_;
    std::vector<std::int64_t> times_;  // of the frames that are kept, in ticks
};

}  // namespace

std::unique_ptr<FrameSink> open_gif_sink(const fs::path& file, const SinkFormat& format) {
    return std::make_unique<GifSink>(file, format);
}

}  // namespace diorama::video
