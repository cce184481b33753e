#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/evaluation/README.md

// How good depth, mattes and views are, in numbers: against the truth, against another network, and
// from frame to frame.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "diorama/export.h"
#include "diorama/image.h"
#include "diorama/run.h"
#include "diorama/stereo.h"

namespace diorama {

// What is known of a picture's depth: larger = nearer, in any unit; NaN where nothing is known.
using DepthTruth = InverseDepth;

// The mean absolute difference of two maps, each less its median and divided by its mean absolute
// deviation from it, so that scale and shift do not count (Ranftl et al., "Towards Robust Monocular
// Depth Estimation", 2020, equations 5 and 6). Known pixels only; 0 is perfect, a map of chance has
// about 1. Nothing where the truth is flat or knows nothing.
// Throws Error: mismatch, for two sizes.
[[nodiscard]] DIORAMA_API std::optional<double> scale_free_error(const InverseDepth& found,
                                                                 const DepthTruth& truth);

struct OrdinalOptions {
    int pairs = 20'000;
    double least_difference = 0.05;  // of the truth's whole range; nearer pairs are not asked
    std::uint64_t seed = 1;
};

// The share of random pairs of pixels of which the map says rightly which is nearer, 0…1; chance
// has 0.5. Nothing where the truth has no such pairs. Throws Error: mismatch.
[[nodiscard]] DIORAMA_API std::optional<double> ordinal_accuracy(
    const InverseDepth& found, const DepthTruth& truth, const OrdinalOptions& options = {});

// Edges of depth against those of the truth, over any number of pictures. Both are looked for at a
// short side of 384 pixels, where they are ridges of the gradient; one that lies within 3 pixels of
// the other's is right. True edges are steps of at least a tenth of the range. How strong a found
// edge must be is chosen once for all pictures, where the score is best, so that a network is not
// judged by its contrast.
class DIORAMA_API EdgeScore {
 public:
    // Throws Error: mismatch.
    void add(const InverseDepth& found, const DepthTruth& truth);

    // The harmonic mean of precision and recall, 0…1; nothing where no truth has edges.
    [[nodiscard]] std::optional<double> best_f1() const;

 private:
    static constexpr int kStrengths = 24;
    struct Counts {
        std::int64_t found = 0;
        std::int64_t right = 0;     // found edges that are true
        std::int64_t recalled = 0;  // true edges that are found
    };
    std::array<Counts, kStrengths> counts_{};
    std::int64_t true_edges_ = 0;
};

struct MatteScore {
    double overlap = 0;  // intersection over union, where a matte is at least one half
    double error = 0;    // mean absolute difference
};

// Throws Error: mismatch.
[[nodiscard]] DIORAMA_API MatteScore compare_mattes(const Matte& found, const Matte& truth);

// Whether a matte that a network made is sure enough to judge others by: it has a subject of at
// least 1 % of the picture, and few pixels that are neither in nor out.
[[nodiscard]] DIORAMA_API bool is_sure(const Matte& matte);

// How much depth changes from frame to frame where the film does not: each frame's depth is brought
// onto the next along optical flow, and the mean absolute difference is taken where the flow can be
// trusted. Depth is normalised, so 0.01 is a hundredth of the whole depth.
class DIORAMA_API Flicker {
 public:
    // Frames of one film in their order, each with its normalised depth.
    // Throws Error: mismatch, cancelled.
    void add(const Image& frame, const InverseDepth& depth, const RunContext& run = {});

    // Nothing before the second frame.
    [[nodiscard]] std::optional<double> mean_change() const;

 private:
    Image frame_{};
    InverseDepth depth_{};
    double sum_ = 0;
    int steps_ = 0;
};

// A view that was made against what a camera saw from there, over the columns that the other view
// can show at all: those beyond the largest disparity at either side are left out.
struct ViewScore {
    double psnr_db = 0;                     // of RGB samples, over all of them
    double psnr_visible_db = 0;             // without holes, where the fill had to guess
    double ssim_visible = 0;                // mean structural similarity of brightness
    std::optional<double> psnr_edges_db{};  // within 3 pixels of holes and of steps of a pixel
    double hole_share = 0;                  // 0…1
};
// `left` is the disparity that the view was made with. Nothing where no pixel is visible.
// Throws Error: mismatch.
[[nodiscard]] DIORAMA_API std::optional<ViewScore> compare_views(const View& made,
                                                                 const Image& truth,
                                                                 const Disparity& left);

}  // namespace diorama
