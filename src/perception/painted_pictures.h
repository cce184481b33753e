#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Pictures for tests, painted and looked at by colours of 0…1.

#include <algorithm>
#include <cmath>
#include <functional>
#include <opencv2/core.hpp>

#include "diorama/image.h"

namespace diorama::perception {

inline Image paint(Size size, const std::function<cv::Vec3f(int, int)>& colour,
                   SampleType type = SampleType::u8) {
    Image image(size, type, AlphaKind::none);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            for (int c = 0; c < 3; ++c) {
                const float value = std::clamp(colour(x, y)[c], 0.0F, 1.0F);
                if (type == SampleType::u8)
                    image.row<std::uint8_t>(y)[3 * x + c] = cv::saturate_cast<uchar>(value * 255);
                else
                    image.row<std::uint16_t>(y)[3 * x + c] =
                        cv::saturate_cast<ushort>(value * 65535);
            }
    return image;
}

inline cv::Vec3f colour_at(const Image& image, int x, int y) {
    cv::Vec3f colour;
    for (int c = 0; c < 3; ++c)
        colour[c] = image.sample_type() == SampleType::u8
                        ? image.row<std::uint8_t>(y)[image.channels() * x + c] / 255.0F
                        : image.row<std::uint16_t>(y)[image.channels() * x + c] / 65535.0F;
    return colour;
}

template <class Kind>
Kind make_map(Size size, const std::function<float(int, int)>& value) {
    Kind map(size);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) map.at(x, y) = value(x, y);
    return map;
}

// A disc in the middle, of a quarter of the width, with a border `soft_px` wide.
inline Matte disc(Size size, float soft_px) {
    return make_map<Matte>(size, [&](int x, int y) {
        const float inside =
            size.width / 4.0F - std::hypot(x - size.width / 2.0F, y - size.height / 2.0F);
        return std::clamp(inside / soft_px + 0.5F, 0.0F, 1.0F);
    });
}

}  // namespace diorama::perception
