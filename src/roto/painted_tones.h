#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Tones for tests and benchmarks.

#include <cmath>
#include <string>
#include <vector>

#include "diorama/tones.h"

namespace diorama {

// '.' background, 'm' material, 'd' diffuse shadow, 'c' cast shadow, 'h' highlight.
inline ToneMap tones_of(const std::vector<std::string>& rows) {
    ToneMap tones({static_cast<int>(rows.front().size()), static_cast<int>(rows.size())});
    for (int y = 0; y < tones.height(); ++y)
        for (int x = 0; x < tones.width(); ++x)
            tones.at(x, y) = kTones[std::string(".mdch").find(
                rows[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)])];
    return tones;
}

// Balls on the ground before a wall, in light from the left: all five tones, round borders, and
// places where three and four of them meet.
inline ToneMap paint_balls(Size size) {
    ToneMap tones(size);
    const double unit = size.height / 100.0;
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            Tone tone = y > 70 * unit ? Tone::material : Tone::background;
            for (int ball = 0; ball * 45 * unit < size.width; ++ball) {
                const double radius = (14 + 5 * (ball % 3)) * unit;
                const double dx = x - (25 + 45 * ball) * unit;
                const double dy = y - 60 * unit;
                const double shadow_x = (dx - radius) / (1.6 * radius);
                const double shadow_y = (dy - 0.9 * radius) / (0.35 * radius);
                if (tone == Tone::material && shadow_x * shadow_x + shadow_y * shadow_y < 1)
                    tone = Tone::cast_shadow;
                if (dx * dx + dy * dy > radius * radius) continue;
                tone = dx + 0.4 * dy > 0.35 * radius ? Tone::diffuse_shadow : Tone::material;
                if (std::hypot(dx + 0.4 * radius, dy + 0.45 * radius) < 0.22 * radius)
                    tone = Tone::highlight;
            }
            tones.at(x, y) = tone;
        }
    return tones;
}

}  // namespace diorama
