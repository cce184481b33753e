#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <optional>
#include <vector>

#include "diorama/jobs.h"
#include "diorama/model.h"
#include "film/identity.h"
#include "film/stage.h"

namespace diorama::pipeline {

// Where a film's depth comes from: a film or sequence of depth, which counts as it is, or a
// network, whose answers are made steady.
class FilmDepth {
 public:
    // Throws Error: usage, not_found, mismatch, model.
    FilmDepth(const DepthSource& source, const SteadyOptions& steady,
              const std::filesystem::path& input, const RunContext& run);

    void note(film::Identity& identity) const;
    // Must not outlive this.
    void add_stages(std::vector<std::unique_ptr<film::Stage>>& stages, const RunContext& run) const;

 private:
    DepthSource source_;
    SteadyOptions steady_;
    std::optional<Model> model_{};
};

}  // namespace diorama::pipeline
