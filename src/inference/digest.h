#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "diorama/run.h"

namespace diorama::inference {

// SHA-256 of bytes that come piece by piece.
class Sha256 {
 public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void add(std::string_view bytes);
    // 64 lower-case hex digits of all bytes so far; more may follow.
    [[nodiscard]] std::string hex() const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

// Throws Error: not_found, unreadable, cancelled.
[[nodiscard]] std::string sha256_of(const std::filesystem::path& file, const RunContext& run = {});

// 64 lower-case hex digits?
[[nodiscard]] bool is_sha256(std::string_view text);

}  // namespace diorama::inference
