#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/evaluation/README.md

// How good flat tones are, in numbers: against labels, and from frame to frame.

#include <array>
#include <cstdint>
#include <optional>

#include "diorama/export.h"
#include "diorama/image.h"
#include "diorama/run.h"
#include "diorama/tones.h"

namespace diorama {

// Each is nothing where the frames do not have what it measures.
struct TonalScores {
    // Mean cross-entropy of pixels, in nats, and its share of that of an answer which knows only
    // how frequent each tone is in these frames. Nothing for tones without probabilities.
    std::optional<double> entropy{};
    std::optional<double> entropy_share{};
    // Intersection over union of each tone, and their mean over the tones that labels have.
    std::array<std::optional<double>, kTones.size()> overlap{};
    std::optional<double> mean_overlap{};
    // The harmonic mean of precision and recall of the borders between tones; one that lies within
    // 2 pixels of the other's is right.
    std::optional<double> boundary_f1{};
    // The mean of the shares of shadow and of no shadow that are wrong, both kinds of shadow taken
    // as one (the balanced error rate of shadow detection), 0…1.
    std::optional<double> shadow_error{};
};

// Frames of tones against their labels; pixels of all frames are counted together.
class DIORAMA_API TonalScore {
 public:
    // Throw Error: mismatch, for two sizes.
    void add(const ToneMap& found, const ToneMap& labels);
    void add(const ToneProbabilities& found, const ToneMap& labels);

    [[nodiscard]] TonalScores scores() const;

 private:
    // counts_[label][found]
    std::array<std::array<std::int64_t, kTones.size()>, kTones.size()> counts_{};
    std::int64_t found_borders_ = 0;
    std::int64_t right_borders_ = 0;  // found ones that are true
    std::int64_t true_borders_ = 0;
    std::int64_t recalled_borders_ = 0;  // true ones that are found
    double entropy_ = 0;
    std::int64_t entropy_pixels_ = 0;
};

// The share of pixels whose tone changes from frame to frame, though optical flow says that they
// show the same.
class DIORAMA_API TonalFlicker {
 public:
    // Frames of one shot in their order. Throws Error: mismatch, cancelled.
    void add(const Image& frame, const ToneMap& tones, const RunContext& run = {});
    // What comes next is another shot.
    void cut();

    // Nothing before the second frame of a shot.
    [[nodiscard]] std::optional<double> mean_change() const;

 private:
    Image frame_{};
    ToneMap tones_{};
    double sum_ = 0;
    int steps_ = 0;
};

}  // namespace diorama
