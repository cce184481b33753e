#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Depth and disparity of a photo as the options of a stereo job ask: what comes before its views.

#include <filesystem>
#include <optional>
#include <vector>

#include "diorama/stereo_job.h"
#include "diorama/style.h"
#include "pipeline/stages.h"
#include "pipeline/subjects.h"

namespace diorama::pipeline {

// Checks the options that disparity hangs on. Throws Error: usage, not_found, unwritable.
void check_disparity(const StereoJob& job);

// The files that it is made from.
[[nodiscard]] std::vector<std::filesystem::path> inputs_of(const StereoJob& job);

struct FoundDisparity {
    InverseDepth depth{};  // empty where nothing asks for it
    Disparity disparity{};
    std::optional<StereoStyle> style{};  // where the job saves it
};

// What fills the holes of the job's views; nothing for the quick way that was made for them.
[[nodiscard]] std::optional<Filler> open_filler(const StereoJob& job, const RunContext& run);

class DisparityFinder {
 public:
    // Opens the network, reads files. `job` and `fitting` must outlive this.
    // Throws Error as they do, and mismatch for files of another size.
    DisparityFinder(const StereoJob& job, const Fitting& fitting, const RunContext& run);

    [[nodiscard]] bool runs_network() const;

    // Of the photo as the fitting left it.
    [[nodiscard]] FoundDisparity find(const Image& picture, Stages& stages, const RunContext& run,
                                      JobSummary& summary) const;

 private:
    void borrow_style(DisparityOptions& options, DepthAnchors& anchors,
                      const RunContext& run) const;
    [[nodiscard]] Disparity make(const Image& picture, const InverseDepth& depth,
                                 const RunContext& run, JobSummary& summary) const;
    [[nodiscard]] Brushstrokes sculpt(const Image& picture, const RunContext& run) const;

    const StereoJob& job_;
    const Fitting& fitting_;
    Disparity file_{};
    std::optional<DepthFinder> depth_{};
};

}  // namespace diorama::pipeline
