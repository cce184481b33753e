#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <memory>
#include <optional>

#include "diorama/jobs.h"
#include "diorama/model.h"
#include "film/identity.h"
#include "film/plan.h"
#include "film/stage.h"

namespace diorama::pipeline {

// Where the mattes of a film's subject come from: a film of mattes; a picture, boxes or points that
// show it in the first frame, from which it is followed; texts, by which a network finds it at the
// start of each scene; or a network that needs no prompt.
class FilmSubject {
 public:
    // Throws Error: usage, not_found, mismatch, model.
    FilmSubject(SubjectSource source, Device device, const std::filesystem::path& input,
                const ReadOptions& read, const RunContext& run);

    // A subject that is followed needs the whole past of its scene.
    [[nodiscard]] film::Cutting cutting() const;
    void note(film::Identity& identity) const;
    // Must not outlive this.
    [[nodiscard]] std::unique_ptr<film::Stage> make_stage(const RunContext& run) const;

 private:
    [[nodiscard]] bool is_film_of_mattes() const;
    [[nodiscard]] std::optional<Matte> find_shown(const film::Travelling& frame,
                                                  const RunContext& run) const;

    SubjectSource source_;
    Device device_;
    ReadOptions read_;
    std::optional<Model> model_{};  // that needs no prompt
    Rational input_fps_{};          // where mattes are a film
};

}  // namespace diorama::pipeline
