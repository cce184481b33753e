#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// What a film's numbers mean: told by us, read from others, and kept from one to the other.

#include <optional>
#include <string>

#include "video/ffmpeg.h"

namespace diorama::video {

// The pixels of the frames we write, in FFmpeg's words.
struct ColourTags {
    AVColorPrimaries primaries = AVCOL_PRI_BT709;
    AVColorTransferCharacteristic transfer = AVCOL_TRC_BT709;
    AVColorSpace matrix = AVCOL_SPC_BT709;
    AVColorRange range = AVCOL_RANGE_MPEG;
    AVChromaLocation chroma = AVCHROMA_LOC_UNSPECIFIED;
};
// BT.709 in limited range with chroma sited left, but for what `colour` says and `format` can hold.
[[nodiscard]] ColourTags colour_tags(AVPixelFormat format, const FilmColour& colour);

// swscale's numbers for a matrix that it knows, else null.
[[nodiscard]] const int* find_coefficients(AVColorSpace matrix);

// What the stream says, and where it is silent what its first frame says.
[[nodiscard]] FilmColour read_colour(const AVStream& stream, const AVFrame& first);

// Tells the container of the display and the light of an HDR film.
void tag_light(const FilmColour& colour, AVStream& stream);
// The same as more settings of x265, which writes it into the pictures; empty where there is none.
[[nodiscard]] std::string light_for_x265(const FilmColour& colour);

}  // namespace diorama::video
