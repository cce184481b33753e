#include "diorama/disparity_files.h"

#include "diorama/error.h"
#include "image/number_files.h"

namespace diorama {
namespace {

constexpr image::NumberWords kDisparity{.message = "disparity", .note = "disparity"};

}  // namespace

void write_disparity(const std::filesystem::path& file, const Disparity& disparity) {
    image::NumberMap map(disparity.size());
    map.values() = disparity.values();
    image::write_numbers(file, map, kDisparity);
}

Disparity read_disparity(const std::filesystem::path& file, const PictureLimits& limits) {
    image::StoredNumbers numbers = image::read_numbers(file, kDisparity, limits);
    if (!numbers.is_scaled)
        throw Error(ErrorCode::unreadable,
                    "does not say how many pixels its codes stand for; give disparity as floats in "
                    "an .exr, or as a .png that Diorama wrote",
                    file.string());
    Disparity disparity(numbers.map.size());
    disparity.values() = std::move(numbers.map.values());
    return disparity;
}

}  // namespace diorama
