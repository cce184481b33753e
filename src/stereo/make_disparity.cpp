#include <fmt/format.h>

#include <cmath>

#include "core/parallel.h"
#include "diorama/disparity.h"
#include "diorama/opencv.h"
#include "stereo/disparity_options.h"
#include "stereo/map_checks.h"

namespace diorama {
namespace stereo {
namespace {

// From this share of a limit on, disparity bends towards it.
constexpr float kKnee = 0.8F;

// Keeps 0 and 1, rises everywhere, and has 2^tone as its slope at 1 and 2^−tone at 0, with which it
// goes on beyond.
class ToneCurve {
 public:
    explicit ToneCurve(double tone) : slope_(static_cast<float>(std::exp2(tone))) {}

    [[nodiscard]] float operator()(float iz) const {
        if (iz <= 0) return iz / slope_;
        if (iz >= 1) return 1 + (iz - 1) * slope_;
        return iz / (iz + slope_ * (1 - iz));
    }

 private:
    float slope_ = 1;
};

// Equations 2 to 4 for one picture.
struct Line {
    float far = 0;
    float per_depth = 0;  // 0 for constant depth
    ToneCurve tone{0};
    float s_px = 0;
    float t_px = 0;

    [[nodiscard]] float bend(float depth) const { return tone((depth - far) * per_depth); }
};

Line make_line(const DepthAnchors& anchors, const DisparityOptions& options, int width) {
    const double span = anchors.near - anchors.far;
    Line line{.far = static_cast<float>(anchors.far), .tone = ToneCurve(options.tone)};
    if (!(span > 0)) return line;
    line.per_depth = static_cast<float>(1 / span);
    line.s_px = static_cast<float>(options.depth_budget_percent / 100 * width);
    line.t_px = -line.s_px * line.tone(static_cast<float>(anchors.zero_plane));
    return line;
}

void draw_row(const InverseDepth& depth, const Line& line, const Brushstrokes& strokes, int y,
              float* out) {
    const float* iz = depth.row(y);
    const float* v_s = strokes.v_s.empty() ? nullptr : strokes.v_s.row(y);
    const float* v_t = strokes.v_t.empty() ? nullptr : strokes.v_t.row(y);
    const float* lift = strokes.lift_px.empty() ? nullptr : strokes.lift_px.row(y);
    for (int x = 0; x < depth.width(); ++x) {
        float local = line.bend(iz[x]);
        if (v_s != nullptr) local *= v_s[x];
        if (v_t != nullptr) local += v_t[x];
        out[x] = line.s_px * local + line.t_px;
        if (lift != nullptr) out[x] += lift[x];
    }
}

// `limit_px` above 0; the slope is 1 up to the knee and the limit is never reached.
float bend_to(float value, float limit_px) {
    const float knee = kKnee * limit_px;
    const float room = limit_px - knee;
    return value <= knee ? value : knee + room * (1 - std::exp((knee - value) / room));
}

void keep_comfortable(Disparity& disparity, const Comfort& comfort, const RunContext& run) {
    const auto percent = static_cast<float>(disparity.width()) / 100;
    const float before = static_cast<float>(comfort.before_percent) * percent;
    const float behind = static_cast<float>(-comfort.behind_percent) * percent;
    double lowest = 0, highest = 0;
    cv::minMaxIdx(as_mat(disparity), &lowest, &highest);
    const bool bends_before = highest > kKnee * before, bends_behind = -lowest > kKnee * behind;
    const auto warn_of = [&](double value, double bent, double limit_percent) {
        run.warn(
            fmt::format("disparity of {:.2f} % of the width is bent to {:.2f} %, as the limit "
                        "is {} % (--comfort)",
                        value / percent, bent / percent, limit_percent));
    };
    if (bends_before)
        warn_of(highest, bend_to(static_cast<float>(highest), before), comfort.before_percent);
    if (bends_behind)
        warn_of(lowest, -bend_to(static_cast<float>(-lowest), behind), comfort.behind_percent);
    if (!bends_before && !bends_behind) return;
    core::parallel_rows(run, disparity.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (float* d = disparity.row(y); d != disparity.row(y) + disparity.width(); ++d)
                *d = *d > 0 ? bend_to(*d, before) : -bend_to(-*d, behind);
    });
}

void check(const InverseDepth& depth, const Brushstrokes& strokes) {
    if (depth.empty()) throw Error(ErrorCode::usage, "is empty", "depth");
    require_finite(depth, "depth");
    const auto check_stroke = [&](const auto& map, const char* what) {
        if (map.empty()) return;
        require_size(map.size(), depth.size(), what);
        require_finite(map, what);
    };
    check_stroke(strokes.v_s, "vs");
    check_stroke(strokes.v_t, "vt");
    check_stroke(strokes.lift_px, "lift");
}

}  // namespace
}  // namespace stereo

void add_lift(Brushstrokes& strokes, const Matte& matte, double percent) {
    if (strokes.lift_px.empty()) strokes.lift_px = Disparity(matte.size());
    stereo::require_size(matte.size(), strokes.lift_px.size(), "matte");
    const auto full_px = static_cast<float>(percent / 100 * matte.width());
    cv::Mat_<float> lift = as_mat(strokes.lift_px);
    cv::scaleAdd(as_mat(matte), full_px, lift, lift);
}

Disparity make_disparity(const InverseDepth& depth, const DepthAnchors& anchors,
                         const DisparityOptions& options, const Brushstrokes& strokes,
                         const RunContext& run) {
    using namespace stereo;
    validate(options);
    const Comfort comfort = parse_comfort(options.comfort);
    check(depth, strokes);
    const Line line = make_line(anchors, options, depth.width());
    if (line.per_depth == 0)
        run.warn("the depth is the same everywhere, so the picture lies flat on the screen");

    Disparity disparity(depth.size());
    core::parallel_rows(run, depth.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) draw_row(depth, line, strokes, y, disparity.row(y));
    });
    keep_comfortable(disparity, comfort, run);
    answer_edge_cuts(disparity, options.edge_violation, run);
    return disparity;
}

}  // namespace diorama
