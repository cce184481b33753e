#include "data/split.h"

#include <algorithm>

#include "data/mix.h"

namespace diorama::training {
namespace {

bool names(const std::vector<std::string>& list, const std::string& name) {
    return std::ranges::any_of(list, [&](const std::string& begin) {
        return name.starts_with(begin) &&
               (name.size() == begin.size() || name[begin.size()] == '/');
    });
}

// 0…1, and the same for a name wherever it stands.
double draw_for(const std::string& name, std::uint64_t seed) {
    std::uint64_t bits = mix(seed);
    for (const char letter : name) bits = mix(bits ^ static_cast<unsigned char>(letter));
    return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

}  // namespace

Split split_scenes(const SceneFile& scenes, const SplitRule& rule, int side_px,
                   std::uint64_t seed) {
    Split split;
    for (std::size_t i = 0; i < scenes.size(); ++i) {
        const std::string& name = scenes.name(i);
        if (!scenes.has_tones(i) || (side_px > 0 && scenes.width(i) != side_px)) continue;
        const bool painted = name.find("_painted_") != std::string::npos;
        if (names(rule.test, name)) {
            if (!painted) split.test.push_back(i);
        } else if (names(rule.validation, name)) {
            if (!painted) split.validation.push_back(i);
        } else if (names(rule.training, name)) {
            const bool validates = !painted && draw_for(name, seed) < rule.validation_share;
            (validates ? split.validation : split.training).push_back(i);
        }
    }
    return split;
}

}  // namespace diorama::training
