#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>
#include <map>
#include <string>

#include "diorama/image.h"
#include "diorama/picture.h"
#include "image/stored_picture.h"

namespace diorama::image {

// A map of any numbers.
using NumberMap = Map<struct NumberKind>;

// What its numbers are called: in messages, and in the names of a file's notes.
struct NumberWords {
    const char* message = "";
    const char* note = "";
};

using Notes = std::map<std::string, std::string>;

struct StoredNumbers {
    NumberMap map{};
    bool is_scaled = true;  // false: codes in 0…1, as the file does not say what they stand for
    Notes notes{};
};

// 16-bit grey .png, whose notes say what its codes stand for, or float .exr (exact).
// Throws Error: usage for an empty map, unsupported, unwritable (also for values that are not
// finite).
void write_numbers(const std::filesystem::path& file, const NumberMap& map,
                   const NumberWords& words, Notes notes = {});

// Any picture that read_picture accepts; of an EXR the channel whose name says depth, else Z, Y, R
// or the first. No colour profile is applied.
// Throws Error as read_picture, and unreadable for NaN or infinite values.
[[nodiscard]] StoredNumbers read_numbers(const std::filesystem::path& file,
                                         const NumberWords& words, const PictureLimits& limits);

// The brightness of an integer picture in 0…1, or of a float one as it is.
[[nodiscard]] NumberMap brightness_of(StoredPicture picture);

}  // namespace diorama::image
