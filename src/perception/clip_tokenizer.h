#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "diorama/model.h"
#include "diorama/run.h"

namespace diorama::perception {

// Words as CLIP's numbers: byte pair encoding, made of the bytes of UTF-8 by merges that a file
// lists, the most frequent first.
class ClipTokenizer {
 public:
    // Reads the merges, from a text or a gzip of it (bpe_simple_vocab_16e6.txt.gz).
    // Throws Error: not_found, unreadable.
    explicit ClipTokenizer(const std::filesystem::path& vocabulary);

    // The start, the text's tokens, the end, and padding up to `context` numbers. Of a text that is
    // too long the first tokens count, and a warning tells where it is cut. Throws Error: usage for
    // a text without a word.
    [[nodiscard]] std::vector<std::int64_t> encode(std::string_view text, int context,
                                                   TokenPadding padding,
                                                   const RunContext& run = {}) const;

    // How many numbers there are: what a network's table of them must have rows for.
    [[nodiscard]] int size() const { return end_ + 1; }

 private:
    [[nodiscard]] std::vector<int> merge(std::vector<int> tokens) const;

    std::unordered_map<std::uint64_t, int> merges_{};  // of two tokens into one
    int start_ = 0;
    int end_ = 0;
};

}  // namespace diorama::perception
