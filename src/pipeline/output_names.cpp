#include "pipeline/output_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>

namespace diorama::pipeline {
namespace fs = std::filesystem;

fs::path numbered(const fs::path& file, std::size_t number) {
    std::string stem = file.stem().string();
    const std::size_t pattern = stem.find('%');
    std::string insert = fmt::format("_{}", number);
    if (pattern == std::string::npos)
        stem += insert;
    else if (pattern > 0 && stem[pattern - 1] == '_')
        stem.insert(pattern - 1, insert);
    else
        stem.insert(pattern, insert + "_");
    return file.parent_path() / (stem + file.extension().string());
}

std::vector<fs::path> names_of(const fs::path& file, std::size_t count) {
    if (count < 2) return {file};
    std::vector<fs::path> names;
    for (std::size_t n = 1; n <= count; ++n) names.push_back(numbered(file, n));
    return names;
}

std::vector<fs::path> asked_for(std::initializer_list<fs::path> side_outputs) {
    std::vector<fs::path> asked;
    std::ranges::copy_if(side_outputs, std::back_inserter(asked),
                         [](const fs::path& output) { return !output.empty(); });
    return asked;
}

}  // namespace diorama::pipeline
