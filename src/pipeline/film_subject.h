#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "diorama/jobs.h"
#include "diorama/model.h"
#include "film/identity.h"
#include "film/plan.h"
#include "film/stage.h"

namespace diorama::pipeline {

// What shows the subject in one frame: "120,40,300,420@12.5" is a box in the frame at 12.5 s,
// without a time in the first.
struct ShownSubject {
    std::optional<double> time_s{};
    SubjectSource what{};
    // Points alone correct what was followed so far.
    [[nodiscard]] bool corrects() const { return what.box.empty() && what.matte.empty(); }
};
// In the order of their times. Throws Error: usage.
[[nodiscard]] std::vector<ShownSubject> split_by_time(const SubjectSource& source);

// Where the mattes of a film's subject come from: a film of mattes; pictures, boxes or points that
// show it in some frames, from which it is followed; texts, by which a network finds it at the
// start of each scene; or a network that needs no prompt.
class FilmSubject {
 public:
    // Throws Error: usage, not_found, mismatch, model.
    FilmSubject(SubjectSource source, Device device, const std::filesystem::path& input,
                const ReadOptions& read, const RunContext& run);

    // A subject that is followed needs the whole past of its scene.
    [[nodiscard]] film::Cutting cutting() const;
    // What it is made from.
    [[nodiscard]] std::vector<std::filesystem::path> files() const;
    void note(film::Identity& identity) const;
    // Must not outlive this.
    [[nodiscard]] std::unique_ptr<film::FrameByFrame> make_stage(const RunContext& run) const;

 private:
    [[nodiscard]] bool is_film_of_mattes() const;
    void show(film::Travelling& frame, const RunContext& run) const;
    [[nodiscard]] Matte find(const SubjectSource& what, const Image& image,
                             const RunContext& run) const;

    SubjectSource source_;
    Device device_;
    ReadOptions read_;
    std::optional<Model> model_{};       // that needs no prompt
    std::vector<ShownSubject> shown_{};  // that is followed
};

}  // namespace diorama::pipeline
