#include "pipeline/judging.h"

#include <fmt/format.h>

#include <algorithm>

#include "diorama/error.h"
#include "diorama/video.h"
#include "pipeline/subjects.h"

namespace diorama::pipeline {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> list_files(const fs::path& where) {
    if (!is_there(where))
        throw Error(ErrorCode::not_found, "no such file or folder", where.string());
    if (!fs::is_directory(where)) return {where};
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(where))
        if (entry.is_regular_file() && output_kind(entry.path()) == OutputKind::picture)
            files.push_back(entry.path());
    std::ranges::sort(files);
    if (files.empty()) throw Error(ErrorCode::not_found, "holds no picture", where.string());
    return files;
}

std::string other_eye(std::string stem) {
    const auto at = stem.rfind("left");
    if (at != std::string::npos) stem.replace(at, 4, "right");
    return stem;
}

}  // namespace

fs::path find_partner(const fs::path& where, const fs::path& picture, Partner partner) {
    if (!is_there(where))
        throw Error(ErrorCode::not_found, "no such file or folder", where.string());
    if (!fs::is_directory(where)) return where;
    std::string stem = picture.stem().string();
    if (partner == Partner::other_eye) stem = other_eye(stem);
    fs::path longer;
    for (const fs::path& file : list_files(where)) {
        if (file == picture) continue;
        const std::string name = file.stem().string();
        if (name == stem) return file;
        if (name.starts_with(stem + "_") && longer.empty()) longer = file;
    }
    return longer;
}

std::vector<JudgedPicture> pair_up(const fs::path& pictures, const std::string& truths,
                                   Partner partner, const RunContext& run) {
    std::vector<JudgedPicture> pairs;
    int without = 0;
    for (const fs::path& picture : list_files(pictures)) {
        JudgedPicture pair{.picture = picture, .truth = {}};
        if (!truths.empty()) {
            pair.truth = find_partner(truths, picture, partner);
            if (pair.truth.empty() || pair.truth == picture) {
                ++without;
                continue;
            }
        }
        pairs.push_back(pair);
    }
    if (pairs.empty())
        throw Error(ErrorCode::not_found, "has no file by the name of any of the pictures", truths);
    if (without > 0)
        run.warn(fmt::format("{}: {} files have no truth by their names and are left out",
                             pictures.string(), without));
    return pairs;
}

std::optional<double> median_ms(std::vector<double> seconds) {
    if (seconds.empty()) return {};
    const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
    std::ranges::nth_element(seconds, middle);
    return 1e3 * *middle;
}

std::string describe(std::size_t count, const char* kind, const fs::path& where) {
    const std::string name = folder_named(where.string()).filename().string();
    if (!fs::is_directory(where)) return name;
    return fmt::format("{} {}{} of {}", count, kind, count == 1 ? "" : "s", name);
}

}  // namespace diorama::pipeline
