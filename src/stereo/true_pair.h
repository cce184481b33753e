#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Middlebury's "cones", two views with true disparities, of the development material: for tests and
// benchmarks, which must not tune on it.

#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "diorama/disparity.h"
#include "diorama/error.h"
#include "diorama/picture.h"

namespace diorama::stereo::testing {

// A grey PGM of quarter pixels; not a number where it is 0, which is unknown.
inline Disparity read_quarter_pixels(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::string magic;
    Size size;
    int most = 0;
    stream >> magic >> size.width >> size.height >> most;
    stream.get();
    std::vector<char> codes(magic == "P5" && most == 255 ? size.area() : 0);
    if (codes.empty() || !stream.read(codes.data(), static_cast<std::streamsize>(codes.size())))
        throw Error(ErrorCode::unreadable, "is no PGM of 8 bits", file.string());
    Disparity disparity(size);
    for (std::size_t n = 0; n < codes.size(); ++n) {
        const auto code = static_cast<unsigned char>(codes[n]);
        disparity.values()[n] =
            code == 0 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(code) / 4;
    }
    return disparity;
}

struct TruePair {
    Image left{};
    Image right{};
    Disparity left_disparity{};
    Disparity right_disparity{};
};

inline bool has_cones() {
    return std::filesystem::exists(std::filesystem::path(DIORAMA_SHARED_DIR) /
                                   "data/stereo/middlebury_cones_left.png");
}

inline TruePair read_cones() {
    const auto name =
        (std::filesystem::path(DIORAMA_SHARED_DIR) / "data/stereo/middlebury_cones_").string();
    return {.left = read_picture(name + "left.png"),
            .right = read_picture(name + "right.png"),
            .left_disparity = read_quarter_pixels(name + "left_disparity_x4.pgm"),
            .right_disparity = read_quarter_pixels(name + "right_disparity_x4.pgm")};
}

}  // namespace diorama::stereo::testing
