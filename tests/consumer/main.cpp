// A program that uses an installed Diorama: it draws one moment of a ball that turns before a wall.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include "diorama/error.h"
#include "diorama/picture.h"
#include "diorama/popout.h"

namespace {

constexpr diorama::Size kSize{.width = 240, .height = 160};
constexpr double kRadiusPx = 60;

// The ball's matte is soft at its rim; its depth is that of a sphere, nearest in the middle.
diorama::PopoutInput make_ball() {
    diorama::PopoutInput input{
        .picture = diorama::Image(kSize, diorama::SampleType::u8, diorama::AlphaKind::none),
        .subjects = {{.matte = diorama::Matte(kSize), .depth = diorama::InverseDepth(kSize)}}};
    auto& [matte, depth] = input.subjects.front();
    for (int y = 0; y < kSize.height; ++y) {
        auto* pixel = input.picture.row<std::uint8_t>(y);
        for (int x = 0; x < kSize.width; ++x, pixel += 3) {
            const double distance_px = std::hypot(x - kSize.width / 2, y - kSize.height / 2);
            const double cover = std::clamp(kRadiusPx - distance_px + 0.5, 0.0, 1.0);
            const double near =
                std::sqrt(std::max(0.0, 1.0 - std::pow(distance_px / kRadiusPx, 2)));
            matte.at(x, y) = static_cast<float>(cover);
            depth.at(x, y) = static_cast<float>(near);
            const bool stripe = (x / 8) % 2 == 0;
            pixel[0] = static_cast<std::uint8_t>(cover > 0 ? 255 * near : 40);
            pixel[1] = static_cast<std::uint8_t>(stripe ? 90 : 60);
            pixel[2] = 90;
        }
    }
    return input;
}

bool is_error_caught() {
    try {
        (void)diorama::read_picture("missing.jpg");
    } catch (const diorama::Error& error) {
        return error.code() == diorama::ErrorCode::not_found;
    }
    return false;
}

}  // namespace

int main() {
    try {
        const diorama::Popout scene(make_ball(), {.motion = diorama::Motion::orbit});
        diorama::Image frame = scene.make_frame();
        scene.draw(0.25, frame);
        diorama::write_picture("ball.png", frame);
    } catch (const diorama::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return diorama::exit_status(error.code());
    }
    const diorama::Image ball = diorama::read_picture("ball.png");
    std::printf("ball.png: %d x %d\n", ball.width(), ball.height());
    return ball.size() == kSize && is_error_caught() ? 0 : 1;
}
