#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/split.h"
#include "data/tonal_batches.h"
#include "run/ahead.h"
#include "run/course.h"
#include "run/learning.h"
#include "tonal_configuration.h"

namespace diorama::training {

// The network for tonal classes: one stretch, through the frames of a set again and again.
class TonalCourse : public Course {
 public:
    // The set's scene file is looked for in `folder`.
    // Throws Error: not_found, unreadable (also where a split leaves nothing to learn from).
    TonalCourse(TonalConfiguration configuration, const std::filesystem::path& folder);

    // Takes over what another of the same shape has learnt. Throws Error: mismatch.
    void begin_with(const UNet& trained);
    // As UNetImpl::stand_on.
    void stand_on(const SmallNetwork& depth);
    [[nodiscard]] UNet network() const { return learning_.average(); }
    // Steps in which each frame is seen once.
    [[nodiscard]] std::int64_t steps_an_epoch() const;
    // Writes the names of the frames of each part as training.txt, validation.txt and test.txt.
    void list_parts(const std::filesystem::path& folder) const;

    [[nodiscard]] const std::vector<Stretch>& stretches() const override { return stretches_; }
    [[nodiscard]] std::string configuration() const override { return to_json(configuration_); }
    [[nodiscard]] bool continues(const std::string& earlier, std::size_t begun) const override {
        return begun == 1 && earlier == configuration();
    }
    void begin(std::size_t stretch) override;
    void learn(std::int64_t step, double rate, Losses& losses) override;
    void average_weights(std::int64_t step) override { learning_.average_weights(step); }
    // Over all validation frames; nothing where the split has none.
    [[nodiscard]] Losses examine() override;
    void save(torch::serialize::OutputArchive& archive) const override;
    // Throws Error: mismatch, where the set has other training frames than when the run began.
    void load(torch::serialize::InputArchive& archive) override;

 private:
    [[nodiscard]] torch::Tensor predict(UNet& network, const torch::Tensor& pictures) const;
    // Of whole frames, which it sees as large as in use.
    [[nodiscard]] torch::Tensor predict_whole(UNet& network, const torch::Tensor& pictures) const;

    TonalConfiguration configuration_;
    SceneFile scenes_;
    Split split_;
    std::vector<Stretch> stretches_;
    Learning<UNet> learning_;
    TonalBatchMaker batches_;
    TonalBatchMaker unseen_;
    std::optional<Ahead<TonalBatch>> ahead_{};  // last: its thread uses the others
};

}  // namespace diorama::training
