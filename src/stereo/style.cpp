#include "diorama/style.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "diorama/error.h"
#include "stereo/disparity_options.h"
#include "stereo/map_checks.h"

namespace diorama {
namespace {

void check_sizes(const InverseDepth& iz, const Disparity& disparity, const Matte& mask) {
    stereo::require_size(iz.size(), disparity.size(), "inverse depth");
    stereo::require_size(mask.size(), disparity.size(), "mask");
}

// Means of what the mask weighs.
struct Moments {
    double weight = 0;
    double iz = 0;
    double d = 0;
    double iz_iz = 0;  // variance and covariance
    double iz_d = 0;
};

// Twice over the pixels, so that variances are not differences of large numbers.
Moments measure(const InverseDepth& iz, const Disparity& disparity, const Matte& mask) {
    const auto sum_up = [&](const auto& add) {
        for (std::size_t k = 0; k < mask.values().size(); ++k)
            if (const double weight = mask.values()[k]; weight > 0)
                add(weight, iz.values()[k], disparity.values()[k]);
    };
    Moments m;
    sum_up([&](double weight, double x, double y) {
        m.weight += weight;
        m.iz += weight * x;
        m.d += weight * y;
    });
    if (m.weight == 0) return m;
    m.iz /= m.weight;
    m.d /= m.weight;
    sum_up([&](double weight, double x, double y) {
        m.iz_iz += weight * (x - m.iz) * (x - m.iz) / m.weight;
        m.iz_d += weight * (x - m.iz) * (y - m.d) / m.weight;
    });
    return m;
}

}  // namespace

std::optional<StereoStyle> fit_style(const InverseDepth& iz, const Disparity& disparity,
                                     const Matte& mask) {
    constexpr double kFlat = 1e-12;
    check_sizes(iz, disparity, mask);
    const Moments m = measure(iz, disparity, mask);
    if (!(m.iz_iz > kFlat)) return {};
    const double percent_per_px = 100.0 / disparity.width();
    const double s = m.iz_d / m.iz_iz;
    return StereoStyle{.s_percent = s * percent_per_px,
                       .t_percent = (m.d - s * m.iz) * percent_per_px};
}

Disparity draw_style(const InverseDepth& iz, const StereoStyle& style) {
    const double px_per_percent = iz.width() / 100.0;
    Disparity disparity(iz.size());
    for (std::size_t k = 0; k < iz.values().size(); ++k)
        disparity.values()[k] = static_cast<float>(
            (style.s_percent * iz.values()[k] + style.t_percent) * px_per_percent);
    return disparity;
}

StyleSpread find_spread(std::span<const StereoStyle> styles) {
    StyleSpread spread;
    const auto count = static_cast<double>(styles.size());
    for (const StereoStyle& style : styles) {
        spread.mean.s_percent += style.s_percent / count;
        spread.mean.t_percent += style.t_percent / count;
    }
    StereoStyle variance;
    for (const StereoStyle& style : styles) {
        variance.s_percent += std::pow(style.s_percent - spread.mean.s_percent, 2) / count;
        variance.t_percent += std::pow(style.t_percent - spread.mean.t_percent, 2) / count;
    }
    spread.deviation = {.s_percent = std::sqrt(variance.s_percent),
                        .t_percent = std::sqrt(variance.t_percent)};
    return spread;
}

StereoStyle make_comfortable(const StereoStyle& style, const DisparityOptions& options,
                             const RunContext& run) {
    const auto [behind, before] = stereo::parse_comfort(options.comfort);
    const double nearest = style.s_percent + style.t_percent;
    // What is turned inside out is not for comfort to mend.
    if (!(style.s_percent > 0) || (style.t_percent >= behind && nearest <= before)) return style;
    const double s = std::min(style.s_percent, before - behind);
    const double t = std::clamp(style.t_percent, behind, before - s);
    run.warn(
        fmt::format("the style's disparity, from {:.2f} to {:.2f} % of the width, is beyond the "
                    "limits of {} and {} % (--comfort); it is brought to {:.2f} to {:.2f} %",
                    style.t_percent, nearest, behind, before, t, s + t));
    return {.s_percent = s, .t_percent = t};
}

void set_style(DisparityOptions& options, DepthAnchors& anchors, const StereoStyle& style) {
    if (!(style.s_percent > 0))
        throw Error(
            ErrorCode::usage,
            fmt::format("its depth budget is {:.3f} % of the width; it is flat, or left and "
                        "right are swapped",
                        style.s_percent),
            "style");
    DisparityOptions styled = options;
    styled.depth_budget_percent = style.s_percent;
    validate(styled);
    options = styled;
    anchors.zero_plane = -style.t_percent / style.s_percent;
}

double find_ddc_iou(const InverseDepth& iz, const Disparity& disparity, const Matte& mask,
                    double least_step_px) {
    const auto style = fit_style(iz, disparity, mask);
    if (!style) return 0;
    const Disparity line = draw_style(iz, *style);
    const auto falls = [&](const Disparity& map, int x, int y) {
        return map.at(x, y) - map.at(x + 1, y) > least_step_px;
    };
    std::int64_t both = 0;
    std::int64_t either = 0;
    for (int y = 0; y < mask.height(); ++y)
        for (int x = 0; x + 1 < mask.width(); ++x) {
            if (!(mask.at(x, y) > 0 && mask.at(x + 1, y) > 0)) continue;
            const bool in_line = falls(line, x, y);
            const bool in_disparity = falls(disparity, x, y);
            both += in_line && in_disparity;
            either += in_line || in_disparity;
        }
    return either == 0 ? 0 : static_cast<double>(both) / static_cast<double>(either);
}

}  // namespace diorama
