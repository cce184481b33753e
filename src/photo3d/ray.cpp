#include "photo3d/ray.h"

#include <algorithm>
#include <cmath>

namespace diorama::photo3d {
namespace {

// A ray steps over no more than so much of the relief at once, unless that were too many steps.
constexpr float kPaceTexels = 1.5F;
constexpr int kMostSteps = 48;
constexpr int kRefinements = 6;
constexpr float kExactTexels = 0.05F;
constexpr float kTouch = 1e-3F;
// How far from the wall its foot is looked for.
constexpr int kFootTexels = 12;

float smoothstep(float low, float high, float value) {
    const float t = std::clamp((value - low) / (high - low), 0.0F, 1.0F);
    return t * t * (3 - 2 * t);
}

// The relief along a line.
class Profile {
 public:
    Profile(const Relief& relief, const Line& line)
        : relief_(relief),
          line_(line),
          stride_(relief.depth.step1()),
          most_x_(static_cast<float>(relief.depth.cols - 2)),
          most_y_(static_cast<float>(relief.depth.rows - 2)) {}

    [[nodiscard]] float operator()(float z) const { return depth_at(place(z)); }

    // No nearer than this does the line meet anything.
    [[nodiscard]] float start() const {
        return *texel(relief_.roof, place((relief_.near + relief_.far) / 2));
    }
    // The surface, and whether the line passes by a step there.
    [[nodiscard]] float look(float z, bool& rough) const {
        const cv::Point2f at = place(z);
        rough |= z <= *texel(relief_.ceiling, at);
        return depth_at(at);
    }

 private:
    [[nodiscard]] cv::Point2f place(float z) const {
        const cv::Point2f at = line_.at(z);
        return {std::clamp(at.x, 0.0F, most_x_), std::clamp(at.y, 0.0F, most_y_)};
    }
    // All three maps have rows of one length.
    [[nodiscard]] const float* texel(const cv::Mat_<float>& map, cv::Point2f at) const {
        return reinterpret_cast<const float*>(map.data) + static_cast<int>(at.y) * stride_ +
               static_cast<int>(at.x);
    }
    [[nodiscard]] float depth_at(cv::Point2f at) const {
        const float right = at.x - static_cast<float>(static_cast<int>(at.x));
        const float below = at.y - static_cast<float>(static_cast<int>(at.y));
        const float* row = texel(relief_.depth, at);
        const float* next = row + stride_;
        const float upper = row[0] + right * (row[1] - row[0]);
        const float lower = next[0] + right * (next[1] - next[0]);
        return upper + below * (lower - upper);
    }

    const Relief& relief_;
    const Line& line_;
    std::size_t stride_;
    float most_x_;
    float most_y_;
};

// The depth that the line loses with a step; it has `span` to go.
float pace_of(float span, const Line& line) {
    const float texels2_a_depth = line.way.dot(line.way);
    if (span * span * texels2_a_depth < kPaceTexels * kPaceTexels) return span;
    const float texels = span * std::sqrt(texels2_a_depth);
    return span /
           static_cast<float>(std::min(kMostSteps, 1 + static_cast<int>(texels / kPaceTexels)));
}

// A rise so steep that it would be stretched to twice its width is a wall.
void look_for_wall(const Profile& surface, float texel, float before, Hit& hit) {
    const float high = surface(hit.z - texel);
    const float steep = smoothstep(0.1F, 0.3F, (high - hit.z) / texel);
    if (steep <= 0) return;
    hit.foot = before;
    hit.low = surface(before);
    for (int i = 0; i < kFootTexels; ++i) {
        const float next = surface(hit.foot + texel);
        if (next > hit.low - 0.25F * texel) break;
        hit.foot += texel;
        hit.low = next;
    }
    hit.wall = steep * smoothstep(0.7F, 1.3F, (high - hit.low) / (hit.foot - hit.z + texel));
}

}  // namespace

Rays::Rays(const View& view, const Relief& relief, cv::Size colours, int margin_px)
    : span_(std::max(relief.near - relief.far, 1e-6F)),
      texels_(static_cast<float>(relief.depth.cols) / static_cast<float>(colours.width),
              static_cast<float>(relief.depth.rows) / static_cast<float>(colours.height)) {
    const auto end_at = [&](float z) {
        const auto between = [z](double far, double near) {
            return static_cast<float>(far + z * (near - far));
        };
        const float scale = 1 / between(view.farthest.scale, view.nearest.scale);
        const cv::Point2f shift(between(view.farthest.x_px, view.nearest.x_px),
                                between(view.farthest.y_px, view.nearest.y_px));
        const auto margin = static_cast<float>(margin_px);
        return End{
            .depth = z,
            .scale = scale,
            .offset = view.centre - (view.centre + shift) * scale + cv::Point2f(margin, margin)};
    };
    near_ = end_at(relief.near);
    far_ = end_at(relief.far);
    half_way_ = {.depth = (near_.depth + far_.depth) / 2,
                 .scale = (near_.scale + far_.scale) / 2,
                 .offset = (near_.offset + far_.offset) / 2};
}

// The way from near to far is linear in the point, so it is longest at a corner.
float Rays::half_way_px(cv::Size frame) const {
    float most = 0;
    for (const int x : {0, frame.width})
        for (const int y : {0, frame.height}) {
            const cv::Point2f corner(static_cast<float>(x), static_cast<float>(y));
            const cv::Point2f way =
                corner * (near_.scale - far_.scale) + near_.offset - far_.offset;
            most = std::max(most, std::hypot(way.x, way.y) / 2);
        }
    return most;
}

Line Rays::through(cv::Point2f point) const {
    const cv::Point2f near = point * near_.scale + near_.offset;
    const cv::Point2f far = point * far_.scale + far_.offset;
    const cv::Point2f way = (near - far) * (1 / span_);
    return {.start = far - way * far_.depth, .way = way};
}

Hit meet(const Relief& relief, const Line& line) {
    const Profile surface(relief, line);
    const float start = surface.start();
    const float pace = pace_of(start - relief.far, line);

    Hit hit{.z = start};
    float before = start;
    float gap_before = 0;  // by how much the ray was in front of the surface
    float gap = start - surface.look(start, hit.rough);
    while (hit.z > relief.far && gap > kTouch) {
        before = hit.z;
        gap_before = gap;
        hit.z = std::max(relief.far, hit.z - pace);
        gap = hit.z - surface.look(hit.z, hit.rough);
    }
    if (!hit.rough) {
        // Between two depths a smooth surface is a slope.
        if (gap < 0) hit.z -= gap * (before - hit.z) / (gap_before - gap);
        return hit;
    }
    const float texels_a_depth = std::sqrt(line.way.dot(line.way));
    for (int i = 0; i < kRefinements && before > hit.z; ++i) {
        // Mostly the surface is a slope after all, and the first try finds it.
        const float part = i == 0 ? std::min(1.0F, gap_before / (gap_before - gap)) : 0.5F;
        const float middle = before + part * (hit.z - before);
        const float gap_there = middle - surface(middle);
        if (std::abs(gap_there) * texels_a_depth < kExactTexels) {
            before = hit.z = middle;
            break;
        }
        (gap_there > kTouch ? before : hit.z) = middle;
    }
    if (texels_a_depth >= 0.5F) look_for_wall(surface, 1 / texels_a_depth, before, hit);
    return hit;
}

}  // namespace diorama::photo3d
