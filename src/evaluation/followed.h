#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/flow.h"
#include "diorama/image.h"
#include "diorama/run.h"

namespace diorama::evaluation {

// Where a frame's pixels were in the frame before, and which of them that is known of.
struct Followed {
    Flow back{};
    Confidence trust{};

    [[nodiscard]] bool is_known(int x, int y) const { return trust.at(x, y) >= 0.5F; }
};

[[nodiscard]] inline Followed follow(const Image& before, const Image& frame,
                                     const RunContext& run) {
    Followed followed{.back = estimate_flow(frame, before, FlowPreset::medium, run), .trust = {}};
    followed.trust =
        flow_confidence(followed.back, estimate_flow(before, frame, FlowPreset::medium, run), run);
    return followed;
}

}  // namespace diorama::evaluation
