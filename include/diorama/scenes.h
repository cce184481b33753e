#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/steady/README.md

// Where one shot of a film ends and the next begins.

#include <cstdint>
#include <memory>
#include <optional>

#include "diorama/export.h"
#include "diorama/image.h"

namespace diorama {

// gradual: by a dissolve.
enum class SceneChange : std::uint8_t { cut, gradual };

struct SceneStart {
    std::int64_t frame = 0;  // the scene's first, counted from 0; of a dissolve the middle
    SceneChange change = SceneChange::cut;
    friend bool operator==(const SceneStart&, const SceneStart&) = default;
};

// Finds scenes while a film is read, some frames behind it:
//
//     for (each frame) {
//         finder.push(frame);
//         while (auto start = finder.next()) use(*start);
//     }
//     finder.finish();
//     while (auto start = finder.next()) use(*start);
//
// A scene that fades out through black belongs to the past up to the last black frame. Flashes,
// pans and shaking begin no scene, nor does the return to a shot after a few frames of another.
// The first scene begins at frame 0 and is not told. Memory does not grow with the film.
class DIORAMA_API SceneFinder {
 public:
    SceneFinder();
    ~SceneFinder();
    SceneFinder(SceneFinder&&) noexcept;
    SceneFinder& operator=(SceneFinder&&) noexcept;

    // Frames may change their size; only their shape should stay.
    void push(const Image& frame);
    // No frame follows.
    void finish();
    // The next start that is known and has not been handed over.
    [[nodiscard]] std::optional<SceneStart> next();
    // All starts before this frame are known.
    [[nodiscard]] std::int64_t known_until() const;

    static constexpr int kLookAheadFrames = 16;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace diorama
