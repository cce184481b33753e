#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Pixels between our images and FFmpeg's frames, by the matrix, range and siting that the film
// declares; curves of light are left as they are.

#include "video/colour_tags.h"

namespace diorama::video {

// Images of one size and sample type into frames of one pixel format. Where the format keeps alpha
// it is straight; where it does not, or `alpha` is none, an image's alpha is ignored.
class ToFrame {
 public:
    ToFrame(Size size, SampleType type, AVPixelFormat target, AlphaKind alpha, int threads,
            const FilmColour& colour = {});

    // The frame is this object's and stays as it is until the next call, also where an encoder
    // keeps a reference to it. Throws Error: mismatch, for an image of another size or type.
    [[nodiscard]] AVFrame* convert(const Image& image);

 private:
    AVFrame* as_source(const Image& image);
    void set_source_format(AVPixelFormat format);

    Size size_;
    SampleType type_;
    AVPixelFormat target_;
    ColourTags tags_;
    AlphaKind alpha_;
    int threads_;
    AVPixelFormat source_format_ = AV_PIX_FMT_NONE;
    ScalerHandle scaler_;
    FrameHandle borrowed_;  // points at an image's own pixels
    FrameHandle padded_;    // a copy, for images that swscale would read past the end of
    FrameHandle result_;
};

// Frames of a film, whatever their format, into images of one size and kind.
class ToImage {
 public:
    ToImage(Size size, AVPixelFormat source, int threads);

    [[nodiscard]] Image convert(const AVFrame& frame);

 private:
    void set_source(const AVFrame& frame);

    Size size_;
    SampleType type_;
    AlphaKind alpha_;
    int threads_;
    ScalerHandle scaler_;
    FrameHandle result_;
    // What the scaler was made for.
    Size source_size_{};
    int source_format_ = AV_PIX_FMT_NONE;
    AVColorSpace source_matrix_ = AVCOL_SPC_UNSPECIFIED;
    AVColorRange source_range_ = AVCOL_RANGE_UNSPECIFIED;
};

[[nodiscard]] bool has_alpha(AVPixelFormat format);
[[nodiscard]] bool is_rgb(AVPixelFormat format);
[[nodiscard]] int bits_per_sample(AVPixelFormat format);

// The same picture without its fourth channel, colours untouched.
[[nodiscard]] Image drop_alpha(const Image& image);

}  // namespace diorama::video
