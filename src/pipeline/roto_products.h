#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// What becomes of drawings in flat tones: pictures, layers, curves, films.

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "diorama/roto_job.h"

namespace diorama::pipeline {

struct TonedFrame {
    const ToneMap& tones;
    const Drawing& drawing;
    const Palette& palette;
    const Image* source = nullptr;  // where something is compared with it
    std::int64_t number = 0;        // in the names of files
    Seconds time{0};                // from the first frame on
    Seconds duration{0};
};

class Product {
 public:
    Product() = default;
    virtual ~Product() = default;
    Product(const Product&) = delete;
    Product& operator=(const Product&) = delete;
    // Frames come in order, each once.
    virtual void add(const TonedFrame& frame) = 0;
    virtual void finish(const RunContext&) {}
};

// The films among the products.
struct RotoFilm {
    Rational fps{};
    EncoderOptions encoder{};
    std::filesystem::path source{};  // whose sound goes along; empty: none
    Seconds start{0};
    bool trimmed = false;
    std::filesystem::path work{};  // a folder for what is on its way
};

struct ProductPlan {
    std::filesystem::path output{};
    std::vector<std::string> make{};
    std::string name{};              // of the files in a folder
    std::optional<RotoFilm> film{};  // nothing: the input is a picture
};

// Whether the output's name means a folder: it has no ending, or is one.
[[nodiscard]] bool is_folder_output(const std::filesystem::path& output);

// Throws Error: usage, unsupported, unwritable, where such an input cannot become such an output.
void check_products(const ProductPlan& plan);

[[nodiscard]] std::vector<std::unique_ptr<Product>> open_products(const ProductPlan& plan,
                                                                  Size size);
// Source and drawing side by side.
[[nodiscard]] std::unique_ptr<Product> open_comparison(const std::filesystem::path& file,
                                                       const ProductPlan& plan, Size size);

}  // namespace diorama::pipeline
