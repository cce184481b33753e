#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Depth and disparity of a film's frames as the options of a stereo job ask: what comes before
// their views.

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "diorama/stereo_job.h"
#include "diorama/style.h"
#include "film/controls.h"
#include "film/make_film.h"
#include "pipeline/film_depth_source.h"
#include "pipeline/film_sculpt.h"

namespace diorama::pipeline {

class FilmDisparity {
 public:
    // `view`: the size of a view. `job` must outlive this.
    // Throws Error: usage, not_found, mismatch, unreadable, model.
    FilmDisparity(const StereoJob& job, Size input, Size view, const RunContext& run);

    // What it is made from.
    [[nodiscard]] std::vector<std::filesystem::path> files() const;
    [[nodiscard]] film::Cutting cutting() const;
    // How far a preview must look to know what holds at a moment.
    [[nodiscard]] film::Reach reach(Seconds time) const;
    void note(film::Identity& identity) const;
    // Finds what takes long and only a run needs.
    void prepare(const RunContext& run);
    // Frames leave them with the disparity of their views, or, for the depth beside a picture, with
    // their depth alone. Must not outlive this.
    enum class Wanted { disparity, depth };
    void add_stages(std::vector<std::unique_ptr<film::Stage>>& stages, Wanted wanted,
                    const RunContext& run) const;

    // Of a frame that has passed the stages, as large as a view.
    [[nodiscard]] Image picture(const film::Travelling& frame) const;
    [[nodiscard]] InverseDepth depth(const film::Travelling& frame) const;

 private:
    class DisparityStage;

    [[nodiscard]] Disparity make(const film::Travelling& frame, const RunContext& run) const;
    [[nodiscard]] Disparity fit_given(const Disparity& given, const RunContext& run) const;
    [[nodiscard]] bool is_given() const { return !job_.extras.disparity.empty(); }
    [[nodiscard]] DisparityOptions anchoring() const;
    void set_controls(DisparityOptions& options, DepthAnchors& anchors,
                      const film::Travelling& frame) const;

    const StereoJob& job_;
    Fitting fitting_;
    // Nothing of these where disparity is given.
    std::optional<FilmDepth> depth_{};
    std::optional<FilmSubject> subject_{};
    std::optional<FilmSculpt> sculpt_{};
    film::Controls controls_{};
    std::optional<double> plane_{};  // none: as it is measured
    std::optional<StereoStyle> style_{};
};

}  // namespace diorama::pipeline
