#include <cmath>

#include "core/parallel.h"
#include "diorama/flow.h"
#include "perception/flow_size.h"
#include "perception/read_between.h"

namespace diorama {
namespace {

// Sundaram, Brox and Keutzer's bound on the squared distance by which a seen pixel misses itself.
constexpr float kRelative = 0.01F;
constexpr float kAbsolute = 0.5F;

float trust(float there_x, float there_y, float back_x, float back_y) {
    const float miss =
        (there_x + back_x) * (there_x + back_x) + (there_y + back_y) * (there_y + back_y);
    const float way = there_x * there_x + there_y * there_y + back_x * back_x + back_y * back_y;
    return std::exp2(-miss / (kRelative * way + kAbsolute));
}

}  // namespace

Confidence flow_confidence(const Flow& there, const Flow& back, const RunContext& run) {
    perception::require_same_size(there.size(), back.size());
    const Size size = there.size();
    Confidence confidence(size);
    core::parallel_rows(run, size.height, [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < size.width; ++x) {
                const float dx = there.dx.at(x, y);
                const float dy = there.dy.at(x, y);
                const perception::PlaceBetween place(size, static_cast<float>(x) + dx,
                                                     static_cast<float>(y) + dy);
                if (!place.is_inside()) continue;
                confidence.at(x, y) = trust(dx, dy, place.read(back.dx.values().data()),
                                            place.read(back.dy.values().data()));
            }
    });
    return confidence;
}

}  // namespace diorama
