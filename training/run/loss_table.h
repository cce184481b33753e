#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace diorama::training {

// Losses by their names.
using Losses = std::map<std::string, double>;

// One row of losses.csv: means since the row before.
struct LossRow {
    std::int64_t step = 0;
    std::string kind{};  // "training" or "validation"
    Losses losses{};
};

// A CSV file with the columns step, kind, name, value. Rows are appended as they come.
class LossTable {
 public:
    // Forgets what an earlier run wrote after its last checkpoint.
    LossTable(std::filesystem::path file, std::int64_t from_step);

    void append(const LossRow& row) const;

 private:
    std::filesystem::path file_;
};

[[nodiscard]] std::vector<LossRow> read_losses(const std::filesystem::path& file);

}  // namespace diorama::training
