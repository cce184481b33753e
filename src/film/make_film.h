#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// A film out of a film: planned once, made segment by segment, joined at the end.

#include "film/outputs.h"

namespace diorama::film {

// How far about a moment a preview of it looks: what lies before tells where its scene begins.
struct Reach {
    Seconds before{2};
    Seconds after{2};
};

struct Work {
    Excerpt excerpt{};
    Output output{};
    std::optional<Output> side{};  // made beside it, of the same frames
    Identity identity{};           // of all that frames depend on
    Share share{};
    Cutting cutting = Cutting::anywhere;
    std::function<Effect()> make_effect{};  // a new one for each segment, which has no past
    Reach preview{};
};

struct Made {
    std::int64_t frames = 0;    // of the whole film
    std::int64_t repeated = 0;  // of them, in place of what could not be decoded
    std::size_t segments = 0;
    std::size_t finished = 0;  // by this run and those before it
    Size size{};
    Rational fps{};
    std::vector<std::pair<std::string, double>> seconds{};
};

// Goes on where an earlier run of the same work stopped. Frames do not depend on how often it
// stopped, nor on who made which segment. Where the work is shared, nothing is joined: merge() is
// for that. On standard output ("-") frames go as they are made, and nothing is kept.
// Throws Error as its parts; finished segments stay.
[[nodiscard]] Made make_film(const Work& work, const RunContext& run);

// Joins what shares, or a run that was stopped, have made of a film; in part only what comes before
// the first segment that is missing. Throws Error: not_found (nothing to join, or not all), and
// what joining throws.
enum class Merge { whole, partial };
[[nodiscard]] Made merge_film(const std::filesystem::path& film, Merge merge,
                              const RunContext& run);

// Encoders' results depend on it.
constexpr int kEncoderThreads = 4;
// What has a past sees so many frames before a segment's first.
constexpr int kWarmUpFrames = 36;

}  // namespace diorama::film
