#include <algorithm>
#include "core/parallel.h"
#include "diorama/matte.h"

namespace diorama {
namespace {

template <class T>
std::optional<Matte> read_alpha(const Image& picture, T opaque) {
    Matte matte(picture.size());
    bool any_hole = false;
    for (int y = 0; y < picture.height(); ++y) {
        const T* from = picture.row<T>(y);
        float* to = matte.row(y);
        for (int x = 0; x < picture.width(); ++x) {
            const T alpha = from[4 * x + 3];
            any_hole |= alpha != opaque;
            to[x] = static_cast<float>(alpha) / static_cast<float>(opaque);
        }
    }
    return any_hole ? std::optional(std::move(matte)) : std::nullopt;
}

}  // namespace

std::optional<Matte> matte_from_alpha(const Image& picture) {
    if (picture.empty() || picture.alpha() == AlphaKind::none) return std::nullopt;
    return picture.sample_type() == SampleType::u8 ? read_alpha<std::uint8_t>(picture, 0xFF)
                                                   : read_alpha<std::uint16_t>(picture, 0xFFFF);
}

Matte unite(const std::vector<const Matte*>& mattes) {
    Matte all = *mattes.front();
    for (const Matte* matte : mattes)
        std::transform(all.values().begin(), all.values().end(), matte->values().begin(),
                       all.values().begin(), [](float a, float b) { return std::max(a, b); });
    return all;
}

}  // namespace diorama
