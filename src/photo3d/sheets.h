#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <array>
#include <opencv2/core.hpp>
#include <vector>

#include "diorama/image.h"
#include "diorama/photo3d.h"
#include "diorama/run.h"
#include "photo3d/catmull_rom.h"
#include "photo3d/ray.h"

namespace diorama::photo3d {

// A layer, ready to be drawn.
struct Sheet {
    Image colours{};  // RGBA, premultiplied
    Relief relief{};
    // How far in pixels the nearest pixel is that shows anything, by blocks of kBlock².
    cv::Mat_<float> emptiness{};
};
inline constexpr int kBlock = 8;

// `way_px`: how far apart views show its depths 0 and 1 at most.
[[nodiscard]] Sheet make_sheet(const PhotoLayer& layer, double way_px);

// How what covers a part is mixed with what lies behind it: in sRGB as web pages do, or, as a lens
// does, in light.
enum class Mixing { srgb, light };

struct Sheets {
    Size frame{};
    int margin_px = 0;
    std::vector<Sheet> list{};  // the farthest first
    Mixing mixing = Mixing::srgb;
};

// Draws what the view shows into RGBA bytes. Same bytes for any number of threads.
void draw_sheets(const Sheets& sheets, const View& view, Image& frame, const RunContext& run);
// The same, a pixel at a time.
void draw_sheets_reference(const Sheets& sheets, const View& view, Image& frame,
                           const RunContext& run);

// What the rays through a pixel's corners meet.
using Corners = std::array<Hit, 4>;
[[nodiscard]] bool is_one_surface(const Line& line, const Corners& corners);

// What a sheet shows of a pixel, premultiplied. The corners say which parts of it belong to which
// depth; each depth's colour is that of the pixel's middle, so that only the borders between things
// are softened.
[[nodiscard]] Pixel look(const Sampler& colours, const Line& middle, const Corners& corners);

inline constexpr float kHalfPixel = 0.5F;

[[nodiscard]] inline cv::Size size_of(const Image& image) {
    return {image.width(), image.height()};
}

// Of what two premultiplied pixels show, the first before the second.
[[nodiscard]] inline Pixel over(const Pixel& front, const Pixel& behind) {
    const Pixel rest =
        cv::v_setall_f32(1) - cv::v_broadcast_element<3>(front) * cv::v_setall_f32(1.0F / 255);
    return cv::v_muladd(behind, rest, front);
}

[[nodiscard]] Pixel over_in_light(const Pixel& front, const Pixel& behind);

[[nodiscard]] inline Pixel lay_over(Mixing mixing, const Pixel& front, const Pixel& behind) {
    return mixing == Mixing::light ? over_in_light(front, behind) : over(front, behind);
}

}  // namespace diorama::photo3d
