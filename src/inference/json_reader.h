#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Strict reading of JSON that people write by hand: each thing that is wrong is one line that names
// the key and the file.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace diorama::inference {

// What errors call the text: "the interface block" in "depth.json".
struct JsonSource {
    std::string noun{};
    std::string context{};
};

// Throws Error: unreadable.
[[nodiscard]] nlohmann::json parse_json(std::string_view text, const JsonSource& source);

// Reads one JSON object key by key and, at the end, refuses the keys that nobody asked for. The
// value and the source must outlive it. Every member throws Error: unreadable.
class ObjectReader {
 public:
    ObjectReader(const nlohmann::json& value, std::string path, const JsonSource& source);

    [[noreturn]] void fail(const std::string& path, const std::string& message) const;
    [[nodiscard]] std::string path_of(std::string_view key) const;

    // Null where the key is missing.
    const nlohmann::json* find(std::string_view key);
    const nlohmann::json& require(std::string_view key);
    ObjectReader object(std::string_view key);

    // Empty where the key is missing.
    std::string optional_text(std::string_view key);
    std::string text(std::string_view key);

    // The value of one of several words, each of which has a name and a value.
    template <class Item, std::size_t n>
    auto word(std::string_view key, const Item (&words)[n]) {
        const std::string found = text(key);
        std::vector<std::string_view> names;
        for (const auto& word : words) {
            if (word.name == found) return word.value;
            names.push_back(word.name);
        }
        fail(path_of(key),
             fmt::format("is '{}', which is none of: {}", found, fmt::join(names, ", ")));
    }

    // 0 where the key is missing.
    std::int64_t whole_number(std::string_view key, std::int64_t largest);

    // Both leave the value as it is where the key is missing.
    void number(std::string_view key, float& value);
    template <std::size_t n>
    void numbers(std::string_view key, std::array<float, n>& values) {
        const nlohmann::json* found = find(key);
        if (!found) return;
        if (!found->is_array() || found->size() != n)
            fail(path_of(key), fmt::format("must be a list of {} numbers", n));
        for (std::size_t i = 0; i < n; ++i) {
            if (!is_finite((*found)[i]))
                fail(path_of(key), fmt::format("must be a list of {} numbers", n));
            values[i] = (*found)[i].template get<float>();
        }
    }

    // Calls `read` with a reader for each object of a list that is there and not empty.
    template <class Read>
    void each_object(std::string_view key, const Read& read) {
        const nlohmann::json& list = require(key);
        if (!list.is_array() || list.empty()) fail(path_of(key), "must be a list of objects");
        for (std::size_t i = 0; i < list.size(); ++i) {
            ObjectReader item(list[i], fmt::format("{}[{}]", path_of(key), i), source_);
            read(item);
            item.finish();
        }
    }

    void finish() const;

 private:
    static bool is_finite(const nlohmann::json& value);

    const nlohmann::json& value_;
    std::string path_;
    const JsonSource& source_;
    std::set<std::string> known_{};
};

}  // namespace diorama::inference
