#include "diorama/segment.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <utility>

#include "core/parallel.h"
#include "diorama/error.h"
#include "diorama/opencv.h"
#include "inference/model_access.h"
#include "perception/hints.h"
#include "perception/segment_candidates.h"

namespace diorama {
namespace {

using perception::Candidates;
using perception::ClipTokenizer;
using perception::EncodedPicture;

// What SAM 3 was trained to read where a box alone says what is meant.
constexpr const char* kNoWords = "visual";

struct Prompt {
    std::string name{};
    std::optional<std::string> text{};
    SubjectHints hints{};
};

std::vector<Prompt> list_prompts(const SegmentPrompts& prompts, Size picture) {
    std::vector<Prompt> list;
    for (const std::string& text : prompts.texts) list.push_back({.name = text, .text = text});
    int boxes = 0;
    int points = 0;
    for (const SubjectHints& hints : prompts.hints) {
        perception::check_hints(picture, hints);
        list.push_back({.name = hints.box ? fmt::format("box {}", ++boxes)
                                          : fmt::format("points {}", ++points),
                        .hints = hints});
    }
    if (list.empty())
        throw Error(ErrorCode::usage, "a promptable network needs a text, a box or a point");
    return list;
}

// The mask in the picture's size, its border on the picture's edges.
Matte make_matte(const Candidates& candidates, std::size_t index, const Image& picture,
                 const RunContext& run) {
    const cv::Size2d scale = candidates.scale(picture.size());
    const cv::Matx23d to_mask(scale.width, 0, scale.width / 2 - 0.5,  //
                              0, scale.height, scale.height / 2 - 0.5);
    Matte coarse(picture.size());
    cv::Mat target = as_mat(coarse);
    cv::warpAffine(candidates.logits(index), target, to_mask, target.size(),
                   cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
    core::parallel_rows(run, coarse.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < coarse.width(); ++x)
                coarse.at(x, y) = 1.0F / (1.0F + std::exp(-coarse.at(x, y)));
    });
    // A border that the network drew is off by two of its own pixels at most.
    const double pixel = 1 / std::min(scale.width, scale.height);
    return refine_matte(coarse, picture, std::max(2, cvRound(2 * pixel)), run);
}

Rect box_of(const Matte& matte) {
    const cv::Mat_<uchar> subject = as_mat(matte) >= 0.5;
    const cv::Rect box = cv::boundingRect(subject);
    return {box.x, box.y, box.width, box.height};
}

// A prompt that found nothing.
struct Miss {
    Prompt prompt{};
    float best_score = 0;
    bool faint = false;  // the score is the reason

    [[nodiscard]] std::string describe() const {
        if (faint) return fmt::format("'{}' (best score {:.2f})", prompt.name, best_score);
        return fmt::format("'{}' (score {:.2f}, but {})", prompt.name, best_score,
                           prompt.text ? "an empty mask" : "no mask where it points");
    }
};

Miss explain(const Prompt& prompt, const std::vector<float>& scores, double min_score) {
    const float best = scores.empty() ? 0 : *std::ranges::max_element(scores);
    return {.prompt = prompt, .best_score = best, .faint = !(best >= min_score)};
}

// What may help: only what the misses leave to change.
std::string advise(const std::vector<Miss>& misses) {
    const auto is_text = [](const Miss& miss) { return miss.prompt.text.has_value(); };
    std::vector<const char*> ways;
    if (std::ranges::any_of(misses, is_text)) ways.push_back("other words");
    ways.push_back(std::ranges::all_of(misses, is_text) ? "a box" : "another box or point");
    if (std::ranges::any_of(misses, &Miss::faint)) ways.push_back("a lower --min-score");
    return fmt::format("try {}", fmt::join(ways, " or "));
}

}  // namespace

struct Segmenter::State {
    const Model& model;
    const Image& picture;
    std::optional<ClipTokenizer> tokenizer;
    EncodedPicture encoded;

    [[nodiscard]] Candidates ask(const Prompt& prompt, const RunContext& run) const {
        if (prompt.text && !tokenizer)
            throw Error(ErrorCode::mismatch,
                        fmt::format("cannot look for '{}': this network takes boxes and points, no "
                                    "words",
                                    *prompt.text));
        if (model.interface().prompts.family != PromptFamily::sam3)
            return perception::decode_points(model, encoded, prompt.hints, run);
        std::vector<inference::NamedTensor> text;
        if (tokenizer)
            text = perception::encode_text(model, *tokenizer, prompt.text.value_or(kNoWords), run);
        return perception::decode_concept(model, encoded, text, prompt.hints, run);
    }

    [[nodiscard]] std::vector<Segment> cut_out(const Candidates& candidates, const Prompt& prompt,
                                               const SegmentPrompts& prompts,
                                               const RunContext& run) const {
        std::vector<Segment> segments;
        for (const std::size_t i : perception::choose(candidates, prompt.hints, picture.size(),
                                                      prompts.min_score, prompts.keep)) {
            Matte matte = make_matte(candidates, i, picture, run);
            const Rect box = box_of(matte);
            // A mask of a few pixels may be gone when it is refined.
            if (box.width > 0)
                segments.push_back({.prompt = prompt.name,
                                    .score = std::min(candidates.scores[i], 1.0F),
                                    .box = box,
                                    .matte = std::move(matte)});
        }
        return segments;
    }
};

Segmenter::Segmenter(const Model& model, const Image& picture, const RunContext& run) {
    const ModelInterface& interface = model.interface();
    if (interface.task != ModelTask::segment)
        throw Error(ErrorCode::mismatch, "the model takes no prompts", "--matte-model");
    std::optional<ClipTokenizer> tokenizer;
    if (!interface.prompts.vocabulary.empty()) tokenizer.emplace(interface.prompts.vocabulary);
    state_ =
        std::make_unique<State>(State{.model = model,
                                      .picture = picture,
                                      .tokenizer = std::move(tokenizer),
                                      .encoded = perception::encode_picture(model, picture, run)});
}

Segmenter::~Segmenter() = default;
Segmenter::Segmenter(Segmenter&&) noexcept = default;
Segmenter& Segmenter::operator=(Segmenter&&) noexcept = default;

std::vector<Segment> Segmenter::segment(const SegmentPrompts& prompts,
                                        const RunContext& run) const {
    std::vector<Segment> found;
    std::vector<Miss> missed;
    for (const Prompt& prompt : list_prompts(prompts, state_->picture.size())) {
        const Candidates candidates = state_->ask(prompt, run);
        auto segments = state_->cut_out(candidates, prompt, prompts, run);
        if (segments.empty())
            missed.push_back(explain(prompt, candidates.scores, prompts.min_score));
        std::ranges::move(segments, std::back_inserter(found));
    }
    if (found.empty()) {
        std::vector<std::string> reasons;
        std::ranges::transform(missed, std::back_inserter(reasons), &Miss::describe);
        throw Error(ErrorCode::not_found, fmt::format("the network finds nothing for {}; {}",
                                                      fmt::join(reasons, ", "), advise(missed)));
    }
    for (const Miss& miss : missed)
        run.warn(fmt::format("nothing found for {}; it is left out", miss.describe()));
    return found;
}

std::vector<Segment> segment(const Model& model, const Image& picture,
                             const SegmentPrompts& prompts, const RunContext& run) {
    return Segmenter(model, picture, run).segment(prompts, run);
}

}  // namespace diorama
