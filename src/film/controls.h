#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// What an artist wants of a film's depth at each moment: a file of cues, `docs/films.md` has its
// form.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "film/stage.h"

namespace diorama::film {

// A number that changes through a film.
class Track {
 public:
    struct Cue {
        double time_s = 0;
        std::optional<double> value{};  // none: as it is measured
    };
    // From here on, until the next key.
    void add_key(const Cue& key);
    // In all of the scene that holds it, and nowhere else; of two the later given counts.
    void add_shot(const Cue& shot) { shots_.push_back(shot); }

    // At a moment of a scene: of its shot, else of its keys. Between two keys of the scene the
    // value eases from one to the other; the first of them counts from the scene's beginning. A
    // scene without any has what the last key before it says, or else `otherwise`.
    [[nodiscard]] double at(double time_s, const SceneSpan& scene, double otherwise,
                            double measured) const;
    [[nodiscard]] double at(double time_s, const SceneSpan& scene, double otherwise) const {
        return at(time_s, scene, otherwise, otherwise);
    }

    [[nodiscard]] bool has_key_at(double time_s) const;
    [[nodiscard]] bool asks_for_measured() const;
    // The cues nearest to a moment, before it and after, that may say what holds there.
    [[nodiscard]] SceneSpan reach(double time_s) const;

 private:
    std::vector<Cue> keys_{};  // sorted
    std::vector<Cue> shots_{};
};

struct Controls {
    Track depth_budget_percent{};
    Track zero_plane{};
    Track tone{};
    std::map<std::string, Track> sculpt{};  // percent, by what is sculpted
    double last_s = 0;                      // the time of the last cue

    // What lies about a moment that may say what holds there.
    [[nodiscard]] SceneSpan reach(double time_s) const;
};

// `sculpted`: what can have gains. Throws Error: not_found, unreadable (saying where in the file).
[[nodiscard]] Controls read_controls(const std::filesystem::path& file,
                                     const std::vector<std::string>& sculpted);

}  // namespace diorama::film
