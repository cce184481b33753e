#include "json_fields.h"

#include <fstream>
#include <sstream>

namespace diorama::training {
namespace {

// Empty where there is none.
std::string find_unknown_key(const Json& given, const Json& known) {
    for (const auto& [key, value] : given.items()) {
        if (given.is_object() && !known.contains(key)) return key;
        if (!value.is_structured()) continue;
        const auto& below = given.is_object() ? known.at(key) : known.at(std::stoul(key));
        if (const auto unknown = find_unknown_key(value, below); !unknown.empty())
            return given.is_object() ? key + "." + unknown : unknown;
    }
    return {};
}

}  // namespace

void refuse_unknown_keys(const Json& given, const Json& known, const std::string& context) {
    if (const auto key = find_unknown_key(given, known); !key.empty())
        throw Error(ErrorCode::unreadable, "unknown key '" + key + "'", context);
}

std::string read_text(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream) throw Error(ErrorCode::not_found, "no such file", file.string());
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
}

}  // namespace diorama::training
