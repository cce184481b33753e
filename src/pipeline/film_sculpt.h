#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <memory>
#include <string>
#include <vector>

#include "diorama/stereo_job.h"
#include "film/controls.h"
#include "pipeline/film_subject.h"
#include "pipeline/sculpt.h"

namespace diorama::pipeline {

// What comes forward in a film. Each thing has mattes of its own, which are found as a subject's
// are; local maps hold for all frames.
class FilmSculpt {
 public:
    // Throws Error: usage, not_found, mismatch, model.
    FilmSculpt(const StereoJob& job, const Fitting& fitting, const RunContext& run);

    [[nodiscard]] film::Cutting cutting() const;
    [[nodiscard]] std::vector<std::string> names() const;
    // What it is made from.
    [[nodiscard]] std::vector<std::filesystem::path> files() const;
    void note(film::Identity& identity) const;
    // Must not outlive this.
    void add_stages(std::vector<std::unique_ptr<film::Stage>>& stages, const RunContext& run) const;

    // For a frame that has passed the stages.
    [[nodiscard]] Brushstrokes strokes(const film::Travelling& frame, const Fitting& fitting,
                                       const film::Controls& controls) const;

 private:
    std::vector<Sculpting> sculptings_{};  // but for the maps
    std::vector<std::unique_ptr<FilmSubject>> things_{};
    std::vector<std::filesystem::path> map_files_{};
    Brushstrokes maps_{};
};

}  // namespace diorama::pipeline
