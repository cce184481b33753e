#include "inference/json_reader.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "diorama/error.h"

namespace diorama::inference {
namespace {

using nlohmann::json;

std::string describe(const json::parse_error& error) {
    // The library's line begins with its own tag in brackets.
    const std::string_view text = error.what();
    const auto end = text.find("] ");
    return std::string(end == std::string_view::npos ? text : text.substr(end + 2));
}

// Such as would move about in a terminal.
bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

json parse_json(std::string_view text, const JsonSource& source) {
    try {
        return json::parse(text);
    } catch (const json::parse_error& error) {
        throw Error(ErrorCode::unreadable,
                    fmt::format("{} is not JSON: {}", source.noun, describe(error)),
                    source.context);
    }
}

ObjectReader::ObjectReader(const json& value, std::string path, const JsonSource& source)
    : value_(value), path_(std::move(path)), source_(source) {
    if (!value.is_object()) fail(path_, "must be an object");
}

void ObjectReader::fail(const std::string& path, const std::string& message) const {
    throw Error(ErrorCode::unreadable,
                path.empty() ? fmt::format("{} {}", source_.noun, message)
                             : fmt::format("'{}' {}", path, message),
                source_.context);
}

std::string ObjectReader::path_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

const json* ObjectReader::find(std::string_view key) {
    known_.insert(std::string(key));
    const auto found = value_.find(key);
    return found == value_.end() ? nullptr : &*found;
}

const json& ObjectReader::require(std::string_view key) {
    const json* found = find(key);
    if (!found) fail(path_of(key), "is missing");
    return *found;
}

ObjectReader ObjectReader::object(std::string_view key) {
    return {require(key), path_of(key), source_};
}

std::string ObjectReader::optional_text(std::string_view key) {
    const json* found = find(key);
    if (!found) return {};
    if (!found->is_string() || found->get_ref<const std::string&>().empty())
        fail(path_of(key), "must be a text");
    if (std::ranges::any_of(found->get_ref<const std::string&>(), is_control))
        fail(path_of(key), "must be a text without control characters");
    return found->get<std::string>();
}

std::string ObjectReader::text(std::string_view key) {
    require(key);
    return optional_text(key);
}

std::int64_t ObjectReader::whole_number(std::string_view key, std::int64_t largest) {
    const json* found = find(key);
    if (!found) return 0;
    if (!found->is_number_integer() || *found < 1 || *found > largest)
        fail(path_of(key), fmt::format("must be a whole number from 1 to {}", largest));
    return found->get<std::int64_t>();
}

void ObjectReader::number(std::string_view key, float& value) {
    const json* found = find(key);
    if (!found) return;
    if (!is_finite(*found)) fail(path_of(key), "must be a number");
    value = found->get<float>();
}

bool ObjectReader::is_finite(const json& value) {
    return value.is_number() && std::isfinite(value.get<float>());
}

void ObjectReader::finish() const {
    for (const auto& [key, unused] : value_.items())
        if (!known_.contains(key))
            fail(path_of(key), fmt::format("is not a key of {} (here: {})", source_.noun,
                                           fmt::join(known_, ", ")));
}

}  // namespace diorama::inference
