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

// What a decoder answers to one prompt.
struct Candidates {
    CandidateKind kind = CandidateKind::readings;
    std::vector<float> scores{};  // 0…1
    inference::Tensor masks{};    // a plane a score, of the network's size
    cv::Size2d seen{};            // the part of each plane over which the picture lies

    // One plane as logits: above 0 lies the subject.
    [[nodiscard]] cv::Mat_<float> logits(std::size_t index) const;
};

// Reads scores and masks that belong together; `seen` is the share of a plane over which the
// picture lies. Throws Error: model, where the decoder made other shapes.
[[nodiscard]] Candidates read_candidates(const inference::Graph& decoder, CandidateKind kind,
                                         std::vector<float> scores, inference::Tensor masks,
                                         cv::Size2d seen);

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
