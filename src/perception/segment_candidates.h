#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>
#include <vector>

#include "diorama/matte.h"
#include "diorama/segment.h"
#include "inference/graph.h"
#include "perception/segment_encoding.h"

namespace diorama::perception {

enum class CandidateKind {
    readings,   // of one prompt, such as a wheel, the car, the car with its driver
    instances,  // each a thing of its own
};

enum class MaskForm {
    logits,         // above 0 lies the subject
    probabilities,  // 0…1, or yes and no
};

// What a decoder answers to one prompt.
struct Candidates {
    CandidateKind kind = CandidateKind::readings;
    MaskForm form = MaskForm::logits;
    std::vector<float> scores{};  // 0…1
    inference::Tensor masks{};    // a plane a score, of the network's size
    cv::Size2d seen{1, 1};        // the share of each plane over which the picture lies

    [[nodiscard]] cv::Mat_<float> logits(std::size_t index) const;
    // Pixels of a plane for one of the picture.
    [[nodiscard]] cv::Size2d scale(Size picture) const;
};

// Throws Error: model, where the decoder made scores and masks that do not belong together.
void check_candidates(const inference::Graph& decoder, const Candidates& candidates);

// Points and boxes for SAM, SAM 2 and their like.
[[nodiscard]] Candidates decode_points(const Model& model, const EncodedPicture& picture,
                                       const SubjectHints& hints, const RunContext& run);

// A text that is encoded, with boxes and points or without, for SAM 3. Throws Error: usage, for
// more of them than the network takes.
[[nodiscard]] Candidates decode_concept(const Model& model, const EncodedPicture& picture,
                                        const std::vector<inference::NamedTensor>& text,
                                        const SubjectHints& hints, const RunContext& run);

// The candidates to keep, the best first: those with at least this score that hold a pixel. Of
// instances, the best for hints is the one that lies where they point, and among all of them those
// that nearly cover a surer one are left out.
[[nodiscard]] std::vector<std::size_t> choose(const Candidates& candidates,
                                              const SubjectHints& hints, Size picture,
                                              double min_score, SegmentKeep keep);

}  // namespace diorama::perception
