#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/pipeline/README.md

// What jobs have in common: where depth and subjects come from, the form of a film, limits.

#include <optional>
#include <string>
#include <vector>

#include "diorama/export.h"
#include "diorama/image.h"
#include "diorama/model.h"
#include "diorama/options.h"

namespace diorama {

template <>
inline constexpr Choice<Device> kChoices<Device>[] = {{Device::cpu, "cpu", "the processor"},
                                                      {Device::cuda, "cuda", "an NVIDIA card"}};

// Where the depth comes from: a file, or a network.
struct DepthSource {
    std::string depth{};
    std::string depth_model{};
    bool detail = false;
    Device device = Device::cpu;

    static DIORAMA_API const std::vector<Field<DepthSource>>& fields();
};

// What the subject is: matte files; or texts, boxes and points (all of them for a promptable
// network, without one boxes and points for GrabCut); or else the picture's own alpha; or else a
// network that needs no prompt.
struct SubjectSource {
    std::vector<std::string> matte{};
    std::vector<std::string> text{};  // "train, church" is two
    std::vector<std::string> box{};
    std::vector<std::string> point{};
    std::vector<std::string> not_point{};
    std::string matte_model{};
    std::optional<double> min_score{};  // promptable networks: else 0.3
    bool all = false;                   // every instance, not only the best of each prompt

    static DIORAMA_API const std::vector<Field<SubjectSource>>& fields();
};

// The form of the output that every film has, and how much of the input it shows.
struct FilmOptions {
    std::optional<Seconds> duration{};
    std::string fps = "30";
    int loops = 1;
    std::string size{};
    Seconds usual_loop{4};  // of a photo's film, where no duration is given

    [[nodiscard]] Seconds loop() const { return duration.value_or(usual_loop); }
    static DIORAMA_API const std::vector<Field<FilmOptions>>& fields();
};

// Where the input is a film: which of its frames, and who makes which of its segments.
struct FilmSource {
    Seconds start{0};
    int every = 1;
    int shares = 1;
    std::optional<int> share{};  // 1 … shares

    static DIORAMA_API const std::vector<Field<FilmSource>>& fields();
};

// The same for jobs whose films always come of films.
struct FilmPart {
    std::optional<Seconds> duration{};
    std::optional<Seconds> preview{};

    static DIORAMA_API const std::vector<Field<FilmPart>>& fields();
};

struct ReadOptions {
    double max_megapixels = 300;
    int threads = 0;

    static DIORAMA_API const std::vector<Field<ReadOptions>>& fields();
};

// "640" is the longer side, "1280x720" exactly that (the picture covers it, and what stands over
// is cut off evenly), "" the picture's own size. Throws Error: usage.
[[nodiscard]] DIORAMA_API Size parse_size(const std::string& text, Size picture);

}  // namespace diorama
