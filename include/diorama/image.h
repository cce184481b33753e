#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/image/README.md

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "diorama/export.h"

namespace diorama {

struct Size {
    int width = 0;
    int height = 0;
    [[nodiscard]] std::int64_t area() const { return std::int64_t{width} * height; }
    friend bool operator==(const Size&, const Size&) = default;
};

struct Rect {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    friend bool operator==(const Rect&, const Rect&) = default;
};

struct Point {
    int x = 0;
    int y = 0;
};

enum class SampleType : std::uint8_t { u8, u16 };

// What the fourth channel means. `none` is an image of three channels.
enum class AlphaKind : std::uint8_t { none, straight, premultiplied };

// A picture in memory: interleaved RGB or RGBA, sRGB-encoded, 8 or 16 bits a channel, rows from top
// to bottom without gaps. Pixel (0, 0) is the top left one and its centre lies at (0, 0).
class DIORAMA_API Image {
 public:
    Image() = default;
    // All samples are 0. Throws Error: usage for a size below 1×1.
    Image(Size size, SampleType type, AlphaKind alpha);

    [[nodiscard]] bool empty() const { return bytes_.empty(); }
    [[nodiscard]] Size size() const { return size_; }
    [[nodiscard]] int width() const { return size_.width; }
    [[nodiscard]] int height() const { return size_.height; }
    [[nodiscard]] int channels() const { return alpha_ == AlphaKind::none ? 3 : 4; }
    [[nodiscard]] SampleType sample_type() const { return type_; }
    [[nodiscard]] int bytes_per_sample() const { return type_ == SampleType::u8 ? 1 : 2; }
    [[nodiscard]] AlphaKind alpha() const { return alpha_; }
    // Says what the fourth channel means without touching it; for code that has just converted it.
    void set_alpha(AlphaKind alpha);

    [[nodiscard]] std::size_t row_bytes() const {
        return static_cast<std::size_t>(size_.width) * channels() * bytes_per_sample();
    }
    [[nodiscard]] std::size_t size_bytes() const { return bytes_.size(); }
    [[nodiscard]] std::uint8_t* data() { return bytes_.data(); }
    [[nodiscard]] const std::uint8_t* data() const { return bytes_.data(); }

    // Row y as samples of T, which must be the image's own sample type.
    template <class T>
    [[nodiscard]] T* row(int y) {
        return reinterpret_cast<T*>(bytes_.data() + static_cast<std::size_t>(y) * row_bytes());
    }
    template <class T>
    [[nodiscard]] const T* row(int y) const {
        return reinterpret_cast<const T*>(bytes_.data() +
                                          static_cast<std::size_t>(y) * row_bytes());
    }

 private:
    Size size_;
    SampleType type_ = SampleType::u8;
    AlphaKind alpha_ = AlphaKind::none;
    std::vector<std::uint8_t> bytes_;
};

// One float a pixel. Each kind of map is a type of its own, so that a matte is never taken for a
// depth map.
template <class Kind>
class Map {
 public:
    Map() = default;
    explicit Map(Size size, float value = 0.0F)
        : size_(size), values_(static_cast<std::size_t>(size.area()), value) {}

    [[nodiscard]] bool empty() const { return values_.empty(); }
    [[nodiscard]] Size size() const { return size_; }
    [[nodiscard]] int width() const { return size_.width; }
    [[nodiscard]] int height() const { return size_.height; }
    [[nodiscard]] std::vector<float>& values() { return values_; }
    [[nodiscard]] const std::vector<float>& values() const { return values_; }
    [[nodiscard]] float* row(int y) {
        return values_.data() + static_cast<std::size_t>(y) * size_.width;
    }
    [[nodiscard]] const float* row(int y) const {
        return values_.data() + static_cast<std::size_t>(y) * size_.width;
    }
    [[nodiscard]] float& at(int x, int y) { return row(y)[x]; }
    [[nodiscard]] float at(int x, int y) const { return row(y)[x]; }

 private:
    Size size_;
    std::vector<float> values_;
};

// Soft alpha of the subject, 0…1.
using Matte = Map<struct MatteKind>;

// How far to trust the depth of each pixel, 0…1.
using Confidence = Map<struct ConfidenceKind>;

// Larger = nearer. After normalisation the 2nd percentile is 0 (far) and the 98th is 1 (near), and
// what lies beyond them is kept. The model's own value is `value * scale + offset`.
class InverseDepth : public Map<struct InverseDepthKind> {
 public:
    using Map::Map;
    float scale = 1.0F;
    float offset = 0.0F;
};

}  // namespace diorama
