#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "data/augment.h"
#include "diorama/error.h"

namespace diorama::training {

// Configurations are structs whose fields are the keys of their JSON.
using Json = nlohmann::json;

// Throws Error: unreadable, naming a key of `given` that `known`, which holds every field, lacks.
void refuse_unknown_keys(const Json& given, const Json& known, const std::string& context);

// Throws Error: unreadable, naming the key that is unknown or wrong.
template <class Fields>
[[nodiscard]] Fields parse_fields(const std::string& json, const std::string& context) {
    try {
        const auto given = Json::parse(json);
        auto fields = given.get<Fields>();
        refuse_unknown_keys(given, fields, context);
        return fields;
    } catch (const Json::exception& e) {
        throw Error(ErrorCode::unreadable, e.what(), context);
    }
}

// Throws Error: not_found.
[[nodiscard]] std::string read_text(const std::filesystem::path& file);

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Augmentation, crop, short_side, stretch, colour,
                                                blur_px, noise, jpeg)

}  // namespace diorama::training
