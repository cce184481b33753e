#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <optional>
#include <utility>
#include <vector>

#include "diorama/depth.h"
#include "diorama/jobs.h"
#include "diorama/picture.h"
#include "pipeline/sizes.h"

namespace diorama::pipeline {

// Whether a file or folder can be seen there; never throws.
bool is_there(const std::filesystem::path& file);

// Throws Error: usage, if an output would overwrite an input or another output.
void require_distinct(const std::vector<std::filesystem::path>& inputs,
                      const std::vector<std::filesystem::path>& outputs);

// "slices/" and "slices" name one folder.
std::filesystem::path folder_named(const std::string& name);

// For outputs that are folders; an empty name is none. Throws Error: unwritable, where it cannot be
// one or cannot be made.
void require_folder(const std::filesystem::path& folder);
void make_folder(const std::filesystem::path& folder);

// Throws Error: usage, where a folder of outputs holds an input, which could be overwritten.
void require_apart(const std::vector<std::filesystem::path>& inputs,
                   const std::filesystem::path& folder);

PictureLimits limits_of(const ReadOptions& read);

// The run with as many threads as the options ask for.
[[nodiscard]] RunContext with_threads(const RunContext& run, const ReadOptions& read);

// Reads the input picture; warns where it is an animation of which only the first frame counts.
Image read_input(const std::filesystem::path& file, const ReadOptions& read, const RunContext& run);

// Two pictures that `task` compares pixel by pixel. Throws Error: mismatch, for two sizes.
std::pair<Image, Image> read_two_inputs(const std::filesystem::path& first,
                                        const std::filesystem::path& second, const char* task,
                                        const ReadOptions& read, const RunContext& run);

// Checks what can be checked without work: that files are there and that hints can be read.
void check(const SubjectSource& source);
void check(const DepthSource& source);

// Whether it says what the subject is, so that nothing else needs to.
bool names_subject(const SubjectSource& source);

// The source itself, or the built-in network where neither it nor the picture's alpha says what the
// subject is.
SubjectSource or_built_in(SubjectSource source, const Image& picture);

// Whether a network finds the subject, as far as that is known before the picture is.
bool may_run_network(const SubjectSource& source);

// Whether the depth comes from a network, which it does unless there is a file.
bool runs_network(const DepthSource& source);

// Throws Error: usage, for a device that no network runs on.
void require_network(Device device, bool runs_network);

// How many subjects the source names, as far as that is known before one is looked for.
std::size_t count_named(const SubjectSource& source);

// The mattes of all subjects that the source names, for a picture that `fitting` has brought to
// its size; the summary notes them. Empty where the source names nothing and the picture has no
// alpha.
std::vector<Matte> find_subjects(const SubjectSource& source, Device device, const Image& picture,
                                 const Fitting& fitting, const ReadOptions& read,
                                 const RunContext& run, JobSummary& summary);

// Depth from the source's file or network.
class DepthFinder {
 public:
    // The built-in network, where the source names neither file nor network.
    // Throws Error: what reading the file or loading the model throws.
    DepthFinder(const DepthSource& source, const Fitting& fitting, const ReadOptions& read,
                const RunContext& run);

    // Depth of the whole picture, or of one subject of it.
    [[nodiscard]] DepthEstimate find(const Image& picture, const Matte* matte,
                                     const RunContext& run) const;

 private:
    std::optional<InverseDepth> file_;
    std::optional<Model> model_;
    bool in_detail_ = false;
};

// The matte where one picture has several.
Matte union_of(const std::vector<Matte>& mattes);

}  // namespace diorama::pipeline
