#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/inference/README.md

// Known models by name: where they come from, and which of them are on this machine. Models are
// kept in $XDG_CACHE_HOME/diorama/models/ID (~/.cache where that is not set), whole and verified or
// not at all. docs/models.md tells how to choose one.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "diorama/export.h"
#include "diorama/model.h"
#include "diorama/options.h"
#include "diorama/run.h"

namespace diorama {

template <>
inline constexpr Choice<ModelTask> kChoices<ModelTask>[] = {
    {ModelTask::depth, "depth", "how near each pixel is"},
    {ModelTask::matte, "matte", "the subject of a picture"},
    {ModelTask::segment, "segment", "what words, boxes and points ask for"},
    {ModelTask::fill, "fill", "what is behind a subject"},
    {ModelTask::flow, "flow", "where each pixel moves from frame to frame"},
    {ModelTask::tones, "tones", "flat tones to draw over"}};

struct ModelLicense {
    std::string id{};       // of the SPDX list, or "LicenseRef-..." of its own
    std::string address{};  // its text
    std::string meaning{};  // in a phrase
    bool permissive = false;
};

struct ModelFile {
    std::string name{};           // beside the model's other files
    std::string address{};        // empty where nobody offers it
    std::int64_t size_bytes = 0;  // 0 where it is not known
    std::string sha256{};         // empty where it is not known
};

// What others have published about a model.
struct ModelFigure {
    std::string name{};
    std::string value{};
    std::string source{};
};

struct ModelEntry {
    std::string id{};
    std::string title{};
    ModelTask task = ModelTask::depth;
    std::string good_for{};
    std::string page{};  // the address of its home
    std::string note{};
    ModelLicense license{};
    std::vector<ModelFile> files{};
    std::vector<ModelFigure> figures{};
    std::string interface_block{};  // JSON; empty where there is none yet
    bool built_in = false;          // part of the library; has one file, and no address

    // Of all files; 0 where one is not known.
    [[nodiscard]] DIORAMA_API std::int64_t size_bytes() const;
    // Whether every file has a digest, and an address or a mirror to come from.
    [[nodiscard]] DIORAMA_API bool can_be_pulled() const;
};

// The models that Diorama knows, in the order of the catalogue, and those of the file that the
// environment variable DIORAMA_MODEL_CATALOG names, which replace ones of the same id.
// Throws Error: not_found, unreadable (naming the entry and the key).
[[nodiscard]] DIORAMA_API std::vector<ModelEntry> read_model_catalogue();

// What measures depth where nobody says otherwise.
inline constexpr std::string_view kBuiltInDepth = "diorama-depth";
// What finds the subject where one is needed and nobody says what it is.
inline constexpr std::string_view kBuiltInMatte = "diorama-matte";
// What sees flat tones, as soon as the catalogue has it.
inline constexpr std::string_view kBuiltInTones = "diorama-tones";

// Throws Error: usage, with the ids that come near.
[[nodiscard]] DIORAMA_API const ModelEntry& find_entry(const std::vector<ModelEntry>& catalogue,
                                                       std::string_view id);

enum class ModelState {
    here,
    built_in,   // part of the library
    in_part,    // some files, or a part of one
    not_here,   // and can be pulled
    file_only,  // nobody offers it, or its digest is not known: bring your own file
};

template <>
inline constexpr Choice<ModelState> kChoices<ModelState>[] = {
    {ModelState::here, "here", "on this machine"},
    {ModelState::built_in, "built in", "part of Diorama itself"},
    {ModelState::in_part, "in part", "`diorama models pull` fetches the rest"},
    {ModelState::not_here, "not here", "`diorama models pull` fetches it"},
    {ModelState::file_only, "file only", "cannot be pulled; name your own file as ID=FILE"}};

// Looks at names and sizes; find_model and verify_model read the files.
[[nodiscard]] DIORAMA_API ModelState state_of(const ModelEntry& entry);

// Where the model's files are, or would be. Throws Error: unwritable (no home folder).
[[nodiscard]] DIORAMA_API std::filesystem::path folder_of(const ModelEntry& entry);

struct PullOptions {
    bool accept_license = false;
    bool offline = false;  // also by DIORAMA_OFFLINE=1

    static DIORAMA_API const std::vector<Field<PullOptions>>& fields();
};

// What pull_model refuses before it fetches anything. Throws Error: unsupported (cannot be pulled),
// usage (the licence is to be accepted; a built-in model).
DIORAMA_API void check_pull(const ModelEntry& entry, const PullOptions& options);

// Brings every file of the model here: those that are not, or that are not what they should be.
// What an earlier call could not finish is taken up again. DIORAMA_MODEL_MIRROR names an address
// that has the files as ID/NAME. Throws Error: as check_pull, network, unreadable (a wrong
// digest), unwritable, cancelled.
DIORAMA_API void pull_model(const ModelEntry& entry, const PullOptions& options,
                            const RunContext& run = {});

struct FileCheck {
    std::string name{};
    std::string complaint{};  // empty where nothing is wrong with the file, as far as is known:
    bool has_digest = true;   // without one of the catalogue it cannot be checked
};

// Reads the model's files and compares their digests. Throws Error: cancelled.
[[nodiscard]] DIORAMA_API std::vector<FileCheck> verify_model(const ModelEntry& entry,
                                                              const RunContext& run = {});

// Deletes the model's files and what was fetched of them. Throws Error: unwritable.
DIORAMA_API void remove_model(const ModelEntry& entry);

// "99.1 MB"; "?" for 0, a size that is not known.
[[nodiscard]] DIORAMA_API std::string describe_size(std::int64_t size_bytes);

// The interface that a person means by `text`: an ONNX file with its block beside it, the block, an
// id of the catalogue, or ID=PATH, which is that entry's interface with files of the person's own
// (PATH is the file, or the folder of several). It does one of `tasks`.
// Throws Error: not_found (the model is not here; says how to pull it), usage (no such id),
// mismatch (another task), and as read_model_interface.
[[nodiscard]] DIORAMA_API ModelInterface find_model(const std::string& text,
                                                    const std::vector<ModelTask>& tasks,
                                                    const RunContext& run = {});

}  // namespace diorama
