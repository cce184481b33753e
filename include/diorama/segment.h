#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/perception/README.md

// Promptable segmentation: a network cuts out what it is asked for, by words, boxes or points
// (seed 000, II.A.1).

#include <memory>
#include <string>
#include <vector>

#include "diorama/export.h"
#include "diorama/image.h"
#include "diorama/matte.h"
#include "diorama/model.h"
#include "diorama/run.h"

namespace diorama {

enum class SegmentKeep {
    best,  // the surest instance of each prompt
    all,   // every instance
};

// Each text and each of the hints is a prompt of its own.
struct SegmentPrompts {
    std::vector<std::string> texts{};  // "train"
    std::vector<SubjectHints> hints{};
    double min_score = 0.3;
    SegmentKeep keep = SegmentKeep::best;
};

struct Segment {
    std::string prompt{};  // the text, or "box 1", "points 1"
    float score = 0;       // how sure the network is, 0…1
    Rect box{};            // around what is more subject than not
    Matte matte{};         // soft, of the picture's size
};

// A picture as a promptable network has seen it. Asking is cheap; several threads may ask.
class DIORAMA_API Segmenter {
 public:
    // Both must outlive it. Throws Error: mismatch (a model of another task), not_found and
    // unreadable (its vocabulary), model, cancelled.
    Segmenter(const Model& model, const Image& picture, const RunContext& run = {});
    ~Segmenter();
    Segmenter(Segmenter&&) noexcept;
    Segmenter& operator=(Segmenter&&) noexcept;

    // In the order of the prompts, texts first; of each prompt the surest first. A prompt that
    // finds nothing is a warning with the best score seen, and an error where none finds anything.
    // Throws Error: usage (no prompt, a text without a word, hints outside of the picture, more of
    // them than the network takes), mismatch (words for a network that reads none), not_found,
    // model, cancelled.
    [[nodiscard]] std::vector<Segment> segment(const SegmentPrompts& prompts,
                                               const RunContext& run = {}) const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

// The same for a picture that is asked once.
[[nodiscard]] DIORAMA_API std::vector<Segment> segment(const Model& model, const Image& picture,
                                                       const SegmentPrompts& prompts,
                                                       const RunContext& run = {});

}  // namespace diorama
