#include <cmath>

#include "diorama/tonal_score.h"
#include "evaluation/followed.h"
#include "evaluation/known.h"

namespace diorama {

void TonalFlicker::add(const Image& frame, const ToneMap& tones, const RunContext& run) {
    evaluation::require_same_size(tones.size(), frame.size());
    if (!frame_.empty()) {
        const auto followed = evaluation::follow(frame_, frame, run);
        std::int64_t known = 0;
        std::int64_t changed = 0;
        for (int y = 0; y < tones.height(); ++y)
            for (int x = 0; x < tones.width(); ++x) {
                const auto before_x =
                    std::lround(static_cast<float>(x) + followed.back.dx.at(x, y));
                const auto before_y =
                    std::lround(static_cast<float>(y) + followed.back.dy.at(x, y));
                if (!followed.is_known(x, y) || before_x < 0 || before_x >= tones.width() ||
                    before_y < 0 || before_y >= tones.height())
                    continue;
                ++known;
                changed += tones.at(x, y) !=
                           tones_.at(static_cast<int>(before_x), static_cast<int>(before_y));
            }
        if (known > 0) {
            sum_ += static_cast<double>(changed) / static_cast<double>(known);
            ++steps_;
        }
    }
    frame_ = frame;
    tones_ = tones;
}

void TonalFlicker::cut() {
    frame_ = {};
    tones_ = {};
}

std::optional<double> TonalFlicker::mean_change() const {
    if (steps_ == 0) return {};
    return sum_ / steps_;
}

}  // namespace diorama
