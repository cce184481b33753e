#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/video/README.md

// Films in and out, through the FFmpeg libraries, in process.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "diorama/export.h"
#include "diorama/film_colour.h"
#include "diorama/film_depth.h"
#include "diorama/image.h"
#include "diorama/options.h"
#include "diorama/run.h"

namespace diorama {

struct Rational {
    std::int64_t num = 0;
    std::int64_t den = 1;
    [[nodiscard]] double value() const {
        return static_cast<double>(num) / static_cast<double>(den);
    }
    friend bool operator==(const Rational&, const Rational&) = default;
};

// 25, 29.97, 23.976, 30000/1001: frame rates as people write them. The NTSC rates become exact
// fractions. Throws Error: usage.
[[nodiscard]] DIORAMA_API Rational parse_frame_rate(std::string_view text);

struct EncoderOptions {
    std::string codec{};  // empty: the ending's own
    std::optional<double> crf{};
    std::string preset{};
    std::vector<std::string> encoder_options{};  // key=value, as FFmpeg's encoder knows them

    static DIORAMA_API const std::vector<Field<EncoderOptions>>& fields();
};

// How the frames of a film hold two views. Side by side and above each other the left view comes
// first, except where crossed; a half one is squeezed to half its width or height. Interleaved, the
// left view has the first row, the first column, or the top left square.
enum class FramePacking : std::uint8_t {
    none,
    side_by_side,
    half_side_by_side,
    crossed,
    top_bottom,
    half_top_bottom,
    rows,
    columns,
    checkerboard
};

// half_sphere: each view is an equirectangular picture of the half sphere before the camera.
enum class Projection : std::uint8_t { flat, half_sphere };

struct SinkFormat {
    Size size{};
    Rational fps{30, 1};
    SampleType sample_type = SampleType::u8;
    // Keep the frames' alpha. Throws from open_sink where the format and codec cannot.
    AlphaKind alpha = AlphaKind::none;
    EncoderOptions encoder{};
    int threads = 0;  // 0: the encoder's own choice
    int loop = 0;     // plays of a GIF, APNG or WebP; 0: endless
    // What the file tells players of its views; see tells_views().
    FramePacking packing = FramePacking::none;
    Projection projection = Projection::flat;
    // What the frames' colours mean; where it says nothing, BT.709 in limited range.
    FilmColour colour{};
    Rational sample_aspect{1, 1};  // width to height of a pixel
    // Times of frames are multiples of it; 0: of 1/fps. See find_clock().
    Rational clock{0, 1};
    // More than 8, with frames of 16 bits: where no codec is named, one that players know with 10.
    int bits = 8;
    // The frames are encode_depth()'s; the film is FFV1 in .mkv.
    std::optional<DepthCoding> depth{};
};

// Takes frames one after another. Nothing is seen at the target path before finish(); a sink that
// is destroyed without it removes what it wrote. Not for several threads at once.
class DIORAMA_API FrameSink {
 public:
    virtual ~FrameSink() = default;
    // `frame` has the size and sample type of the format; RGB, or RGBA of any alpha kind. Without
    // alpha in the format, a frame's alpha is ignored: its colours are taken as opaque.
    // It follows the frame before at the format's rate. Throws Error: unwritable, mismatch.
    virtual void write(const Image& frame) = 0;
    // It is shown from `time` on, which grows from frame to frame; sequences do not heed it.
    virtual void write_at(const Image& frame, Seconds time) = 0;
    virtual void finish() = 0;
};

// Opens by the ending: .mp4 .mkv .mov .webm films, .gif .apng .webp animations, or a sequence
// "name_%04d.png" (also .jpg .tif .exr .webp), counted from 0. "-" is standard output: YUV4MPEG, or
// NUT where a codec is named or alpha kept. Sizes that the pixel format cannot
// hold (odd ones for 4:2:0) are an error: see even_size().
// Throws Error: usage, unsupported, unwritable, device (a hardware encoder without its device).
[[nodiscard]] DIORAMA_API std::unique_ptr<FrameSink> open_sink(const std::filesystem::path& file,
                                                               const SinkFormat& format);

// Whether such a film can tell players its packing and projection: Matroska tells all, other kinds
// less. A film that cannot is written all the same. Throws Error: unsupported, for its codec.
[[nodiscard]] DIORAMA_API bool tells_views(const std::filesystem::path& file,
                                           const SinkFormat& format);

// What kind of output a path names, without opening it.
enum class OutputKind { picture, film, animation, sequence, layered, other };
[[nodiscard]] DIORAMA_API OutputKind output_kind(const std::filesystem::path& file);

// The size with each odd side made one pixel smaller (at least 2×2).
[[nodiscard]] DIORAMA_API Size even_size(Size size);

struct FilmInfo {
    Size size{};  // after rotation
    Rational fps{};
    Seconds duration{0};      // 0 where the container does not say
    std::int64_t frames = 0;  // 0 where the container does not say
    std::string codec{};
    std::string pixel_format{};
    int rotation_deg = 0;  // already applied to the frames
    Rational sample_aspect{1, 1};
    // As the container says it: whole, as it does not tell squeezed views from others.
    FramePacking packing = FramePacking::none;
    FilmColour colour{};
    int bits = 8;                         // of a channel, in the file
    Rational clock{0, 1};                 // frame times are multiples of it
    std::optional<DepthCoding> depth{};   // its frames are inverse depth
    std::vector<std::int64_t> missing{};  // numbers that a sequence leaves out
};

// The clock for a SinkFormat that keeps such times of the film's frames: 0 where they are those of
// its rate, as exactly as the film itself can tell, else its own clock.
[[nodiscard]] DIORAMA_API Rational find_clock(const FilmInfo& film,
                                              const std::vector<Seconds>& times);

// `repeated`: it could not be decoded or is missing, and shows what the frame before it shows, so
// that all that follows stays in step. `resized`: in the middle of the film its size changes, and
// it was brought to that of the first.
enum class FrameOrigin : std::uint8_t { film, repeated, resized };

struct FilmFrame {
    Image image{};
    Seconds time{0};
    Seconds duration{0};  // as the film tells it, else one frame of its rate
    std::int64_t index = 0;
    FrameOrigin origin = FrameOrigin::film;
};

// Reads a film, or a sequence "shot.%04d.exr" from the lowest number that is there, frame by frame;
// decoding runs on FFmpeg's threads. "-" is a film on standard input, which is kept in a nameless
// file, so that it can be read several times. Not for several threads at once.
class DIORAMA_API FilmReader {
 public:
    // Throws Error: not_found, unreadable, unsupported, too_large.
    explicit FilmReader(const std::filesystem::path& file, int threads = 0,
                        Rational sequence_fps = {24, 1});
    ~FilmReader();
    FilmReader(FilmReader&&) noexcept;
    FilmReader& operator=(FilmReader&&) noexcept;

    [[nodiscard]] const FilmInfo& info() const;
    // The next frame, RGB (RGBA where the film has alpha), 8 or 16 bits; nothing at the end.
    [[nodiscard]] std::optional<FilmFrame> next();
    // Goes to the first frame at or after `time`.
    void seek(Seconds time);

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace diorama
