#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// What jobs do alike where their input is a film.

#include <fmt/format.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "diorama/jobs.h"
#include "diorama/model.h"
#include "film/make_film.h"
#include "pipeline/idle_options.h"

namespace diorama::pipeline {

// Whether it is a film rather than a picture: by its ending, or else by what is in it. Numbered
// sequences are films.
[[nodiscard]] bool is_film(const std::filesystem::path& input);

// Checks the numbers. Throws Error: usage.
void check(const FilmSource& source);
// Throws Error: usage, where options that are for films alone are given for a picture.
template <class Options>
void refuse_film_options(const Options& options, const std::filesystem::path& picture) {
    refuse_changed(options, {}, fmt::format("is for films, but {} is a picture", picture.string()));
}

// Whether frames show the input's own light, and are tagged and kept as deep as it is, or are drawn
// by us.
enum class Light { of_input, drawn };

// A film, as the verb wants it.
struct FilmRequest {
    std::filesystem::path input{};
    std::filesystem::path output{};
    std::optional<film::Output> side{};           // of the same frames
    std::vector<std::filesystem::path> beside{};  // what is read besides the input
    FilmSource source{};
    std::optional<Seconds> duration{};
    std::optional<Seconds> preview{};
    film::Reach reach{};  // of the preview
    // What the output is; size 0 is the input's own. Rate and the meaning of colours are the
    // input's.
    SinkFormat format{};
    Light light = Light::of_input;
    // Of everything that the frames depend on, but for input and the part of it.
    film::Identity identity{};
    film::Cutting cutting = film::Cutting::anywhere;
    std::function<film::Effect()> make_effect{};
};

// A network given as a file, or as several, may change under its name.
void note_network(film::Identity& identity, const std::string& role, const ModelInterface& model);

// The same for what fills holes, where that is a network.
void note_filler(film::Identity& identity, const std::string& fill, const Filler& filler);

// Throws Error: usage, not_found, unreadable, unwritable, cancelled, and what the effect throws.
[[nodiscard]] JobSummary make_film(const FilmRequest& request, const RunContext& run, RunMode mode);

}  // namespace diorama::pipeline
