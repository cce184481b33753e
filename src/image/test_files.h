#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// What this folder's tests share: a folder that goes away, and makers of files that
// write_picture() would never make.

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "diorama/error.h"
#include "diorama/picture.h"

namespace diorama::image {

using Bytes = std::vector<std::uint8_t>;

class FolderTest : public testing::Test {
 protected:
    std::filesystem::path folder;
    void SetUp() override;
    void TearDown() override;  // also fails if a hidden temporary file was left behind
};

// The development material, or nothing where it is missing.
std::filesystem::path shared_file(const std::string& name);

Bytes load(const std::filesystem::path& file);
void save(const std::filesystem::path& file, std::span<const std::uint8_t> bytes);
void save(const std::filesystem::path& file, std::string_view text);

// Code of the Error that `call` throws. Also checks that its message is one line that names `file`.
ErrorCode error_of(const std::filesystem::path& file, const std::function<void()>& call);

// The samples of one pixel.
template <class T>
T* pixel_at(Image& image, int x, int y) {
    return image.row<T>(y) + std::ptrdiff_t{x} * image.channels();
}
template <class T>
const T* pixel_at(const Image& image, int x, int y) {
    return image.row<T>(y) + std::ptrdiff_t{x} * image.channels();
}

// A smooth picture, every channel another ramp; alpha runs from 0 to full.
Image make_ramp(Size size, SampleType type, AlphaKind alpha);

double mean_difference(const Image& a, const Image& b);  // in 0…255 steps
int largest_difference(const Image& a, const Image& b);  // in steps of the sample type

// A PNG of any kind. `rows` holds the packed rows without filter bytes; `chunks` come after IHDR.
struct PngChunk {
    std::string name{};
    Bytes data{};
};
Bytes make_png(Size size, int bits, int colour_type, const Bytes& rows,
               const std::vector<PngChunk>& chunks = {});
// Header only, as for a picture of this size.
Bytes make_png_header(Size size);

struct OiioPicture {
    int width = 1;
    int height = 1;
    std::vector<std::string> channels{"R", "G", "B"};
    std::vector<float> values{};  // 0…1
    int bits = 8;                 // 8, 16; 32 for float
    std::map<std::string, int> numbers{};
    std::map<std::string, std::string> texts{};
    Bytes profile{};
};
void write_with_oiio(const std::filesystem::path& file, const OiioPicture& picture);

// A JPEG of one colour in inks, 0…255 as stored.
Bytes make_cmyk_jpeg(Size size, std::array<std::uint8_t, 4> stored, bool adobe,
                     const Bytes& profile = {});

// A WebP with further chunks and the flags that announce them.
Bytes add_webp_chunk(const Bytes& webp, Size size, const std::string& name, const Bytes& data);

Bytes display_p3_profile();
Bytes srgb_profile();
Bytes grey_profile(double gamma);
// Ink i of a 4-ink device: only how much light it leaves matters.
Bytes cmyk_profile();

}  // namespace diorama::image
