#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/parallel.h"
#include "diorama/error.h"
#include "diorama/picture.h"
#include "diorama/stereo_format.h"
#include "image/samples.h"
#include "stereo/anaglyph.h"
#include "stereo/half_sphere.h"
#include "stereo/interleave.h"
#include "stereo/map_checks.h"

namespace diorama {
namespace stereo {
namespace {

std::string_view name_of(StereoFormat format) {
    for (const auto& choice : kChoices<StereoFormat>)
        if (choice.value == format) return choice.name;
    return {};
}

[[noreturn]] void refuse_size(StereoFormat format, Size view, const char* wanted) {
    throw Error(ErrorCode::usage,
                fmt::format("{} needs {}; the picture is {}×{}", name_of(format), wanted,
                            view.width, view.height),
                "--format");
}

void require_form(StereoFormat format, Size view) {
    using enum StereoFormat;
    if ((format == half_sbs || format == half_rgbd) && view.width % 2 != 0)
        refuse_size(format, view, "an even width");
    if (format == half_tb && view.height % 2 != 0) refuse_size(format, view, "an even height");
    if ((format == rows || format == checkerboard) && view.height < 2)
        refuse_size(format, view, "two rows or more");
    if ((format == columns || format == checkerboard) && view.width < 2)
        refuse_size(format, view, "two columns or more");
}

Image half_width(const Image& view) {
    return resize(view, {view.width() / 2, view.height()});
}

Image half_height(const Image& view) {
    return resize(view, {view.width(), view.height() / 2});
}

Image beside(const Image& one, const Image& two) {
    Image both({one.width() + two.width(), one.height()}, one.sample_type(), one.alpha());
    for (int y = 0; y < one.height(); ++y) {
        std::uint8_t* row = both.row<std::uint8_t>(y);
        std::memcpy(row, one.row<std::uint8_t>(y), one.row_bytes());
        std::memcpy(row + one.row_bytes(), two.row<std::uint8_t>(y), two.row_bytes());
    }
    return both;
}

Image above(const Image& one, const Image& two) {
    Image both({one.width(), one.height() + two.height()}, one.sample_type(), one.alpha());
    std::memcpy(both.data(), one.data(), one.size_bytes());
    std::memcpy(both.data() + one.size_bytes(), two.data(), two.size_bytes());
    return both;
}

// Colours over black.
Image without_alpha(const Image& view) {
    if (view.alpha() == AlphaKind::none) return view;
    const Image over_black = premultiply(view);
    Image opaque(view.size(), view.sample_type(), AlphaKind::none);
    const std::size_t colours = std::size_t{3} * view.bytes_per_sample();
    const std::size_t all = std::size_t{4} * view.bytes_per_sample();
    for (std::size_t i = 0; i < static_cast<std::size_t>(view.size().area()); ++i)
        std::memcpy(opaque.data() + i * colours, over_black.data() + i * all, colours);
    return opaque;
}

// Both views on half spheres, side by side.
Image project(const Image& left, const Image& right, const StereoFormatOptions& options,
              const RunContext& run) {
    return beside(project_to_half_sphere(left, Eye::left, options, run),
                  project_to_half_sphere(right, Eye::right, options, run));
}

// Formats that mix neighbouring pixels, which straight colours do not stand.
Image mix(const Image& left, const Image& right, StereoFormat format,
          const StereoFormatOptions& options, const RunContext& run) {
    if (left.alpha() == AlphaKind::straight)
        return unpremultiply(mix(premultiply(left), premultiply(right), format, options, run));
    if (format == StereoFormat::vr180) return project(left, right, options, run);
    return interleave(left, right, format, run);
}

// The inverse depths that become black and white: what lies beyond the percentiles is the nearest
// thing, too, and must not come out flat.
struct GreyRange {
    float black = 0;
    float white = 1;
};

GreyRange grey_range(const InverseDepth& depth) {
    const auto [low, high] = std::ranges::minmax(depth.values());
    return {std::min(low, 0.0F), std::max(high, 1.0F)};
}

template <class T>
void draw_depth_row(const float* depth, const GreyRange& range, T* out, int width, int channels) {
    for (int x = 0; x < width; ++x, out += channels) {
        const float share = (depth[x] - range.black) / (range.white - range.black);
        std::fill_n(out, 3, image::sample_of<T>(share));
        if (channels == 4) out[3] = image::kFull<T>;
    }
}

Image draw_depth(const InverseDepth& depth, SampleType type, AlphaKind alpha) {
    const GreyRange range = grey_range(depth);
    Image grey(depth.size(), type, alpha);
    for (int y = 0; y < depth.height(); ++y) {
        if (type == SampleType::u8)
            draw_depth_row(depth.row(y), range, grey.row<std::uint8_t>(y), grey.width(),
                           grey.channels());
        else
            draw_depth_row(depth.row(y), range, grey.row<std::uint16_t>(y), grey.width(),
                           grey.channels());
    }
    return grey;
}

void require_equal(const Image& left, const Image& right) {
    if (left.empty() || right.empty()) throw Error(ErrorCode::usage, "an empty picture is no view");
    require_size(right.size(), left.size(), "the right view");
    if (left.sample_type() != right.sample_type() || left.alpha() != right.alpha())
        throw Error(ErrorCode::mismatch, "has other samples than the left one", "the right view");
}

}  // namespace
}  // namespace stereo

Size packed_size(StereoFormat format, Size view, const StereoFormatOptions& options) {
    stereo::require_form(format, view);
    switch (format) {
        case StereoFormat::sbs:
        case StereoFormat::cross:
        case StereoFormat::rgbd:
            return {2 * view.width, view.height};
        case StereoFormat::tb:
            return {view.width, 2 * view.height};
        case StereoFormat::vr180: {
            const int side = stereo::half_sphere_side(view, options);
            return {2 * side, side};
        }
        default:
            return view;
    }
}

Image pack_views(const Image& left, const Image& right, StereoFormat format,
                 const StereoFormatOptions& options, const RunContext& run) {
    using F = StereoFormat;
    stereo::require_equal(left, right);
    stereo::require_form(format, left.size());
    validate(options);
    run.throw_if_stopped();
    if (stereo::is_anaglyph(format))
        return stereo::make_anaglyph(stereo::without_alpha(left), stereo::without_alpha(right),
                                     stereo::matrices_of(format), run);
    switch (format) {
        case F::sbs:
            return stereo::beside(left, right);
        case F::half_sbs:
            return stereo::beside(stereo::half_width(left), stereo::half_width(right));
        case F::cross:
            return stereo::beside(right, left);
        case F::tb:
            return stereo::above(left, right);
        case F::half_tb:
            return stereo::above(stereo::half_height(left), stereo::half_height(right));
        case F::rows:
        case F::columns:
        case F::checkerboard:
        case F::vr180:
            return stereo::mix(left, right, format, options, run);
        case F::left:
            return left;
        case F::right:
            return right;
        default:
            throw Error(ErrorCode::usage,
                        fmt::format("'{}' is no picture of two views", stereo::name_of(format)));
    }
}

Image pack_depth(const Image& picture, const InverseDepth& depth, StereoFormat format) {
    stereo::require_size(depth.size(), picture.size(), "the depth");
    stereo::require_finite(depth, "the depth");
    stereo::require_form(format, picture.size());
    const Image grey = stereo::draw_depth(depth, picture.sample_type(), picture.alpha());
    if (format == StereoFormat::rgbd) return stereo::beside(picture, grey);
    if (format == StereoFormat::half_rgbd)
        return stereo::beside(stereo::half_width(picture), stereo::half_width(grey));
    throw Error(ErrorCode::usage, fmt::format("'{}' holds no depth", stereo::name_of(format)));
}

const std::vector<Field<StereoFormatOptions>>& StereoFormatOptions::fields() {
    static const std::vector<Field<StereoFormatOptions>> list{
        field("format", &StereoFormatOptions::format,
              "how both views share the output; as its ending asks if not given"),
        field("vr-fov", &StereoFormatOptions::vr_fov_deg, {.min = 10, .max = 160, .unit = "°"},
              "vr180: how wide the picture is seen"),
        field("vr-screen", &StereoFormatOptions::vr_screen_m, {.min = 0.2, .max = 100, .unit = "m"},
              "vr180: how far away the zero plane is seen"),
        field("vr-size", &StereoFormatOptions::vr_size_px, {.min = 0, .max = 8192, .unit = "px"},
              "vr180: the side of each eye's half; 0: as sharp as the picture, at most 4096"),
    };
    return list;
}

}  // namespace diorama
