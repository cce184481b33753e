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

// "desk/200_painted_1/0001" was rendered as "desk/200/0001".
std::string name_before_paint(std::string name) {
    const auto mark = name.find("_painted_");
    if (mark != std::string::npos) name.erase(mark, name.find('/', mark) - mark);
    return name;
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
        const std::string rendered = name_before_paint(name);
        const bool painted = rendered != name;
        if (names(rule.test, name)) {
            if (!painted) split.test.push_back(i);
        } else if (names(rule.validation, name)) {
            if (!painted) split.validation.push_back(i);
        } else if (names(rule.training, name)) {
            const bool validates = draw_for(rendered, seed) < rule.validation_share;
            if (!validates)
                split.training.push_back(i);
            else if (!painted)
                split.validation.push_back(i);
        }
    }
    return split;
}

}  // namespace diorama::training
