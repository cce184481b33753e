#include "batch.h"

#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <optional>
#include <system_error>

#include "diorama/error.h"

namespace diorama::cli {
namespace {

namespace fs = std::filesystem;

// "shot.%04d.exr" is "shot", "film.mkv" is "film".
std::string name_of(const fs::path& input) {
    std::string name = input.stem().string();
    if (const auto number = name.find('%'); number != std::string::npos) name.resize(number);
    while (name.ends_with('.') || name.ends_with('_')) name.pop_back();
    return name.empty() ? "frames" : name;
}

fs::path output_of(const Batch& batch, const fs::path& input) {
    if (batch.output.empty()) return batch.folder / input.filename();
    std::string name = batch.output.string();
    return batch.folder / name.replace(name.find('*'), 1, name_of(input));
}

void check_words(const Batch& batch) {
    const std::string output = batch.output.string();
    if (batch.folder.empty()) {
        if (output.empty()) throw Error(ErrorCode::usage, "--output is required (try --help)");
        if (batch.inputs.size() > 1)
            throw Error(ErrorCode::usage,
                        fmt::format("{} inputs need --output-dir FOLDER", batch.inputs.size()),
                        output);
    } else if (!output.empty() && output.find('*') == std::string::npos) {
        throw Error(ErrorCode::usage,
                    "with --output-dir, * stands for the name of each input: '*_sbs.mkv'", output);
    }
}

// What is written by two jobs would be there once.
void require_own_outputs(const JobSummary& summary, const fs::path& input,
                         std::map<fs::path, fs::path>& taken) {
    std::vector<fs::path> outputs = summary.outputs;
    outputs.insert(outputs.end(), summary.side_outputs.begin(), summary.side_outputs.end());
    for (const fs::path& output : outputs)
        if (const auto [first, is_new] = taken.emplace(output, input); !is_new)
            throw Error(ErrorCode::usage,
                        fmt::format("would be made of {} and of {}", first->second.string(),
                                    input.string()),
                        output.string());
}

// Runs a step of one input; what goes wrong with it is told.
std::optional<ErrorCode> try_step(const std::function<void()>& step) {
    try {
        step();
        return std::nullopt;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::cancelled) throw;
        fmt::print(stderr, "diorama: {}\n", error.what());
        return error.code();
    }
}

// A folder that is there while jobs look at it, and stays where they wrote.
class Folder {
 public:
    Folder(const fs::path& folder, RunMode mode) : folder_(folder), mode_(mode) {
        std::error_code failure;
        is_new_ = fs::create_directories(folder, failure);
        if (failure) throw Error(ErrorCode::unwritable, failure.message(), folder.string());
    }
    ~Folder() {
        std::error_code ignored;
        if (is_new_ && mode_ == RunMode::dry_run) fs::remove(folder_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

 private:
    fs::path folder_;
    RunMode mode_;
    bool is_new_ = false;
};

}  // namespace

std::vector<BatchItem> plan_batch(const Batch& batch) {
    check_words(batch);
    if (batch.folder.empty()) return {{batch.inputs.front(), batch.output}};
    std::vector<BatchItem> items;
    std::map<fs::path, fs::path> taken;
    for (const fs::path& input : batch.inputs) {
        items.push_back({input, output_of(batch, input)});
        require_own_outputs({.outputs = {items.back().output}}, input, taken);
    }
    return items;
}

void run_batch(const Batch& batch, const std::function<JobSummary(RunMode)>& run, RunMode mode,
               const std::function<void(const JobSummary&)>& on_done) {
    const std::vector<BatchItem> items = plan_batch(batch);
    const auto run_item = [&](const BatchItem& item, RunMode how) {
        batch.set(item.input, item.output);
        return run(how);
    };
    if (batch.folder.empty()) return on_done(run_item(items.front(), mode));

    const Folder folder(batch.folder, mode);
    std::vector<ErrorCode> failures;
    const auto survives = [&](const std::function<void()>& step) {
        const std::optional<ErrorCode> failure = try_step(step);
        if (failure) failures.push_back(*failure);
        return !failure;
    };
    std::vector<BatchItem> good;
    std::map<fs::path, fs::path> taken;
    for (const BatchItem& item : items)
        if (survives(
                [&] { require_own_outputs(run_item(item, RunMode::dry_run), item.input, taken); }))
            good.push_back(item);
    for (const BatchItem& item : good) survives([&] { on_done(run_item(item, mode)); });
    if (!failures.empty())
        throw Error(failures.front(),
                    fmt::format("{} of {} inputs failed", failures.size(), items.size()),
                    batch.folder.string());
}

}  // namespace diorama::cli
