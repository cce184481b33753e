#include <algorithm>

#include "core/temporary_file.h"
#include "diorama/photo3d.h"
#include "diorama/picture.h"

namespace diorama {

std::filesystem::path depth_file_of_pair(const std::filesystem::path& photo) {
    return photo.parent_path() / (photo.stem().string() + "_depth.png");
}

void write_photo_pair(const std::filesystem::path& file, const Image& photo,
                      const InverseDepth& depth, int quality) {
    const std::filesystem::path depth_file = depth_file_of_pair(file);
    core::require_writable(file);
    core::require_writable(depth_file);
    const auto [low, high] = std::ranges::minmax(depth.values());
    const float span = std::max(high - low, 1e-6F);
    Matte grey(depth.size());
    std::ranges::transform(depth.values(), grey.values().begin(),
                           [low = low, span](float value) { return (value - low) / span; });
    write_matte(depth_file, grey);
    write_picture(file, photo, quality);
}

}  // namespace diorama
