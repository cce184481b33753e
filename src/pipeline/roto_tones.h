#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <optional>

#include "diorama/roto_job.h"

namespace diorama::pipeline {

// What knows the tones of a picture, as the options ask.
class ToneFinder {
 public:
    // Throws Error: usage, not_found, mismatch, model.
    ToneFinder(const RotoJob& job, const RunContext& run);

    [[nodiscard]] ToneMethod method() const { return method_; }
    [[nodiscard]] const std::optional<Model>& model() const { return model_; }
    // Without a subject the whole picture is drawn.
    [[nodiscard]] ToneProbabilities find(const Image& picture, const Matte* subject,
                                         const RunContext& run) const;

 private:
    ToneNudges nudges_;
    ToneMethod method_;
    std::optional<Model> model_{};
};

// Says so where a tone is nowhere, which can be as it should be or ask for a nudge.
void warn_of_missing(const std::array<std::int64_t, kTones.size()>& pixels, const RunContext& run);

}  // namespace diorama::pipeline
