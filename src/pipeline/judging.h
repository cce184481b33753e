#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Which files are judged, by what, and how their numbers come together.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "diorama/job_options.h"
#include "diorama/model.h"
#include "diorama/run.h"

namespace diorama::pipeline {

// What belongs to a picture: the file of the same name but for the ending, or with more words after
// it ("left.png" and "left_depth.exr"); for the other eye "room_right" belongs to "room_left".
enum class Partner { same_name, other_eye };

struct JudgedPicture {
    std::filesystem::path picture{};
    std::filesystem::path truth{};  // empty: the first network's answer
};

// A picture or the pictures of a folder, in the order of their names, each with its truth in
// another folder or file. Warns of how many have none. Throws Error: not_found.
[[nodiscard]] std::vector<JudgedPicture> pair_up(const std::filesystem::path& pictures,
                                                 const std::string& truths, Partner partner,
                                                 const RunContext& run);

// The one partner of a picture in a folder, or the file that is named; empty where there is none.
// Throws Error: not_found.
[[nodiscard]] std::filesystem::path find_partner(const std::filesystem::path& where,
                                                 const std::filesystem::path& picture,
                                                 Partner partner);

struct Mean {
    double sum = 0;
    int count = 0;

    void add(const std::optional<double>& value) {
        if (!value) return;
        sum += *value;
        ++count;
    }
    [[nodiscard]] std::optional<double> value() const {
        if (count == 0) return {};
        return sum / count;
    }
};

// A network that is judged.
struct Candidate {
    std::string name{};
    Model model;
    std::vector<double> seconds{};  // of each picture
};

// Throws Error: usage, where `flag` names fewer than `least`, and as networks do.
[[nodiscard]] std::vector<Candidate> open_models(const std::vector<std::string>& names,
                                                 ModelTask task, const char* flag,
                                                 std::size_t least, Device device,
                                                 const RunContext& run);

[[nodiscard]] std::optional<double> median_ms(std::vector<double> seconds);

// "73 pictures of eval", or the one picture's own name.
[[nodiscard]] std::string describe(std::size_t count, const char* kind,
                                   const std::filesystem::path& where);

}  // namespace diorama::pipeline
