#include "photo3d/ray.h"

#include <algorithm>
#include <cmath>

namespace diorama::photo3d {
namespace {

// A ray steps over no more than so much of the relief at once, unless that were too many steps.
constexpr float kPaceTexels = 1.5F;
constexpr int kMostSteps = 48;
constexpr int kHalvings = 5;
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
          most_x_(static_cast<float>(relief.depth.cols - 2)),
          most_y_(static_cast<float>(relief.depth.rows - 2)) {}

    [[nodiscard]] float operator()(float z) const { return depth_at(place(z)); }

    // No nearer than this does the line meet anything.
    [[nodiscard]] float start() const {
        const cv::Point2f middle = place((relief_.near + relief_.far) / 2);
        return relief_.roof(static_cast<int>(middle.y), static_cast<int>(middle.x));
    }
    // The surface, and whether the line passes by a step there.
    [[nodiscard]] float look(float z, bool& rough) const {
        const cv::Point2f at = place(z);
        rough |= z <= relief_.ceiling(static_cast<int>(at.y), static_cast<int>(at.x));
        return depth_at(at);
    }

 private:
    [[nodiscard]] cv::Point2f place(float z) const {
        const cv::Point2f at = line_.at(z);
        return {std::clamp(at.x, 0.0F, most_x_), std::clamp(at.y, 0.0F, most_y_)};
    }
    [[nodiscard]] float depth_at(cv::Point2f at) const {
        const int x = static_cast<int>(at.x);
        const int y = static_cast<int>(at.y);
        const float right = at.x - static_cast<float>(x);
        const float below = at.y - static_cast<float>(y);
        const float* row = relief_.depth[y] + x;
        const float* next = relief_.depth[y + 1] + x;
        const float upper = row[0] + right * (row[1] - row[0]);
        const float lower = next[0] + right * (next[1] - next[0]);
        return upper + below * (lower - upper);
    }

    const Relief& relief_;
    const Line& line_;
    float most_x_;
    float most_y_;
};

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
}

Line Rays::through(cv::Point2f point) const {
    const cv::Point2f near = point * near_.scale + near_.offset;
    const cv::Point2f far = point * far_.scale + far_.offset;
    const cv::Point2f way = (near - far) * (1 / span_);
    return {.start = far - way * far_.depth, .way = way};
}

Hit meet(const Relief& relief, const Line& line) {
    const Profile surface(relief, line);
    const float texels_a_depth = std::sqrt(line.way.dot(line.way));
    const float start = surface.start();
    const float span = start - relief.far;
    const int steps =
        std::min(kMostSteps, 1 + static_cast<int>(span * texels_a_depth / kPaceTexels));
    const float pace = span / static_cast<float>(steps);

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
    for (int i = 0; i < kHalvings && before > hit.z; ++i) {
        const float middle = (before + hit.z) / 2;
        (surface(middle) < middle - kTouch ? before : hit.z) = middle;
    }
    if (texels_a_depth >= 0.5F) look_for_wall(surface, 1 / texels_a_depth, before, hit);
    return hit;
}

}  // namespace diorama::photo3d
