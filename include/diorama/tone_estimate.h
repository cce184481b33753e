#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/roto/README.md

// Which tone each pixel of a picture has.

#include <optional>

#include "diorama/export.h"
#include "diorama/image.h"
#include "diorama/model.h"
#include "diorama/options.h"
#include "diorama/run.h"
#include "diorama/tones.h"

namespace diorama {

enum class ToneMethod { network, thresholds, kmeans };
template <>
inline constexpr Choice<ToneMethod> kChoices<ToneMethod>[] = {
    {ToneMethod::network, "network", "as a network sees light and shadow"},
    {ToneMethod::thresholds, "thresholds", "by brightness, at fixed parts of the full light"},
    {ToneMethod::kmeans, "kmeans", "by the five colours that the picture has most of"}};

// The same picture as if it had been exposed so that the 90th percentile of its light, or of its
// subject's, is 60 % of what can be shown; changed by three stops at most. Networks of tones see
// pictures so. RGB of the same samples; a black picture stays as it is.
[[nodiscard]] DIORAMA_API Image normalise_exposure(const Image& picture,
                                                   const Matte* subject = nullptr);

// By a network: at the picture's own size, in parts that overlap where it is large, or at the size
// that its interface asks for.
// Throws Error: mismatch (a model of another task), model, cancelled.
[[nodiscard]] DIORAMA_API ToneProbabilities estimate_tones(const Model& model, const Image& picture,
                                                           const RunContext& run = {});

// By the picture's own brightness and colours, which know nothing of things: what is dark may be
// in shadow or black. With a subject, only that has tones; without one, darkness is background.
// Throws Error: usage (the method is a network), mismatch (sizes).
[[nodiscard]] DIORAMA_API ToneProbabilities estimate_tones(ToneMethod method, const Image& picture,
                                                           const Matte* subject = nullptr,
                                                           const RunContext& run = {});

// How much more a tone is to be seen, -1 … 1: the log of its odds grows by five times that.
struct ToneNudges {
    double background = 0;
    double material = 0;
    double diffuse_shadow = 0;
    double cast_shadow = 0;
    double highlight = 0;

    [[nodiscard]] double of(Tone tone) const;
    friend bool operator==(const ToneNudges&, const ToneNudges&) = default;
    static DIORAMA_API const std::vector<Field<ToneNudges>>& fields();
};
DIORAMA_API void nudge(ToneProbabilities& probabilities, const ToneNudges& nudges,
                       const RunContext& run = {});

// What the matte leaves out is background, and all else is not. Throws Error: mismatch.
DIORAMA_API void keep_to_subject(ToneProbabilities& probabilities, const Matte& subject,
                                 const RunContext& run = {});

}  // namespace diorama
