#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// What joining needs to know, kept beside the parts so that anybody can join them.

#include <nlohmann/json.hpp>

#include "diorama/video.h"
#include "film/plan.h"

namespace diorama::film {

[[nodiscard]] nlohmann::json to_json(const Plan& plan);
[[nodiscard]] nlohmann::json to_json(const Excerpt& excerpt);
[[nodiscard]] nlohmann::json to_json(const SinkFormat& format);

// Each throws nlohmann::json::exception, where it is not what the above wrote.
[[nodiscard]] Plan plan_from(const nlohmann::json& json);
[[nodiscard]] Excerpt excerpt_from(const nlohmann::json& json);
[[nodiscard]] SinkFormat format_from(const nlohmann::json& json);

}  // namespace diorama::film
