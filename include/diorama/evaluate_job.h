#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/pipeline/README.md

// Networks and views judged over a folder of pictures or a film: what `diorama evaluate` does.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "diorama/export.h"
#include "diorama/job_options.h"
#include "diorama/options.h"
#include "diorama/run.h"
#include "diorama/steady_depth.h"

namespace diorama {

struct DepthEvaluation {
    std::filesystem::path pictures{};  // a picture or a folder of pictures
    std::vector<std::string> depth_model{};
    // Where the truth is, one of: maps by the pictures' names, a second eye's pictures, or the
    // first network.
    std::string truth{};
    std::string right{};
    bool black_is_unknown = false;
    Device device = Device::cpu;
    ReadOptions read{};

    static DIORAMA_API const std::vector<Field<DepthEvaluation>>& fields();
};

struct MatteEvaluation {
    std::filesystem::path pictures{};
    std::vector<std::string> matte_model{};
    std::string truth{};  // mattes by the pictures' names; empty: the first network's
    Device device = Device::cpu;
    ReadOptions read{};

    static DIORAMA_API const std::vector<Field<MatteEvaluation>>& fields();
};

struct FlickerEvaluation {
    std::filesystem::path film{};
    std::vector<std::string> depth_model{};
    int frames = 100;
    SteadyOptions steady{};
    Device device = Device::cpu;
    ReadOptions read{};

    static DIORAMA_API const std::vector<Field<FlickerEvaluation>>& fields();
};

// Right views that are made of left ones, against what a camera saw.
struct StereoEvaluation {
    std::string left{};  // a picture or a folder of pictures
    std::string right{};
    std::string disparity{};
    std::string fill = "side";
    ReadOptions read{};

    static DIORAMA_API const std::vector<Field<StereoEvaluation>>& fields();
};

// The style of pairs, and of disparities that were made for their left views (seed 001, section
// 3.5): mean and deviation of s and t in percent of the width, and DDC-IoU in both views.
struct StyleEvaluation {
    std::string left{};
    std::string right{};
    std::string disparity{};
    std::string depth_model{};
    Device device = Device::cpu;
    ReadOptions read{};

    static DIORAMA_API const std::vector<Field<StyleEvaluation>>& fields();
};

// Tones of labelled frames, NAME.png with NAME_tones.png, also in folders below: what networks
// find, and the two methods that have learnt nothing.
struct RotoEvaluation {
    std::filesystem::path frames{};
    std::vector<std::string> tone_model{};
    std::string truth{};  // the folder of the labels; empty: they stand beside the frames
    std::string only{};   // a list of names, one a line; empty: all frames
    Device device = Device::cpu;
    ReadOptions read{};

    static DIORAMA_API const std::vector<Field<RotoEvaluation>>& fields();
};

enum class Better : std::uint8_t { neither, lower, higher };

struct ScoreColumn {
    std::string name{};
    Better better = Better::neither;
    int decimals = 3;
};

// Means over the pictures. Nothing where no picture has what the column measures.
struct ScoreRow {
    std::string model{};
    std::vector<std::optional<double>> scores{};
};

struct ScoreTable {
    std::string measured_on{};  // "73 pictures of eval", for people
    std::vector<ScoreColumn> columns{};
    std::vector<ScoreRow> rows{};
};

// A picture without a truth beside it is left out with a warning. Times are medians of all
// pictures, the networks in turns.
// Throws Error: usage, not_found (no picture, no truth for any), mismatch, and as the networks do.
[[nodiscard]] DIORAMA_API ScoreTable evaluate(const DepthEvaluation& job,
                                              const RunContext& run = {});
[[nodiscard]] DIORAMA_API ScoreTable evaluate(const MatteEvaluation& job,
                                              const RunContext& run = {});
[[nodiscard]] DIORAMA_API ScoreTable evaluate(const FlickerEvaluation& job,
                                              const RunContext& run = {});
[[nodiscard]] DIORAMA_API ScoreTable evaluate(const StereoEvaluation& job,
                                              const RunContext& run = {});
[[nodiscard]] DIORAMA_API ScoreTable evaluate(const StyleEvaluation& job,
                                              const RunContext& run = {});
[[nodiscard]] DIORAMA_API ScoreTable evaluate(const RotoEvaluation& job,
                                              const RunContext& run = {});

// The table in Markdown, as model cards have it.
[[nodiscard]] DIORAMA_API std::string to_markdown(const ScoreTable& table);

}  // namespace diorama
