#include "pipeline/judging.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/quantile.h"
#include "diorama/catalogue.h"
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

// A known model's name, or that of a file without its folder and ending.
std::string short_name(const std::string& model) {
    const fs::path name = model.substr(0, model.find('='));
    const bool is_file = name.extension() == ".onnx" || name.extension() == ".json";
    return is_file ? name.stem().string() : name.string();
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

std::vector<Candidate> open_models(const std::vector<std::string>& names, ModelTask task,
                                   const char* flag, std::size_t least, Device device,
                                   const RunContext& run) {
    if (names.size() < least)
        throw Error(ErrorCode::usage,
                    least == 1 ? "name at least one network to judge"
                               : "name two networks or more: the first is the truth of the others",
                    flag);
    std::vector<Candidate> candidates;
    for (const std::string& name : names)
        candidates.push_back({.name = short_name(name),
                              .model = Model(find_model(name, {task}, run), device, run.threads)});
    return candidates;
}

std::optional<double> median_ms(std::vector<double> seconds) {
    if (seconds.empty()) return {};
    return 1e3 * core::median(seconds);
}

std::string describe(std::size_t count, const char* kind, const fs::path& where) {
    const std::string name = folder_named(where.string()).filename().string();
    if (!fs::is_directory(where)) return name;
    return fmt::format("{} {}{} of {}", count, kind, count == 1 ? "" : "s", name);
}

}  // namespace diorama::pipeline
