#include "pipeline/subjects.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/temporary_file.h"
#include "diorama/catalogue.h"
#include "diorama/error.h"
#include "diorama/matte.h"
#include "diorama/picture.h"
#include "diorama/segment.h"
#include "pipeline/prompts.h"

namespace diorama::pipeline {
namespace {

bool is_subject(float alpha) {
    return alpha >= 0.5F;
}

bool has_subject(const Matte& matte) {
    return std::ranges::any_of(matte.values(), is_subject);
}

Rect box_around(const Matte& matte) {
    int left = matte.width();
    int right = 0;
    int top = matte.height();
    int bottom = 0;
    for (int y = 0; y < matte.height(); ++y)
        for (int x = 0; x < matte.width(); ++x) {
            if (!is_subject(matte.at(x, y))) continue;
            left = std::min(left, x);
            right = std::max(right, x + 1);
            top = std::min(top, y);
            bottom = std::max(bottom, y + 1);
        }
    return right > left ? Rect{left, top, right - left, bottom - top} : Rect{};
}

ModelInterface find_matte_model(const SubjectSource& source, const RunContext& run = {}) {
    return find_model(source.matte_model, {ModelTask::matte, ModelTask::segment}, run);
}

bool is_promptable(const SubjectSource& source) {
    return !source.matte_model.empty() && find_matte_model(source).task == ModelTask::segment;
}

// Prompts without a network for them, and a network without a prompt.
void check_prompts(const SubjectSource& source) {
    const bool promptable = is_promptable(source);
    const auto refuse = [](const char* option, const std::string& message) {
        throw Error(ErrorCode::usage, message, option);
    };
    if (!source.text.empty()) {
        if (!source.matte.empty()) refuse("--text", "and --matte both name the subject; give one");
        if (!promptable)
            refuse("--text", "needs a network that reads words, such as --matte-model sam3");
        if (find_matte_model(source).prompts.vocabulary.empty())
            refuse("--text", fmt::format("{} takes boxes and points, no words; sam3 reads words",
                                         source.matte_model));
        if (texts_of(source).empty()) refuse("--text", "names nothing to look for");
    }
    const bool points = !source.box.empty() || !source.point.empty();
    if (points && !promptable && !source.matte_model.empty())
        refuse(source.box.empty() ? "--point" : "--box",
               fmt::format("{} finds its subject by itself and takes no prompt; leave one of the "
                           "two out",
                           source.matte_model));
    if (!source.matte.empty() && (points || !source.matte_model.empty()))
        refuse("--matte", "is the subject already; leave out --box, --point and --matte-model");
    if (!promptable && source.min_score)
        refuse("--min-score", "goes with a promptable network, such as --matte-model sam3");
    if (!promptable && source.all)
        refuse("--all", "goes with a promptable network, such as --matte-model sam3");
    if (promptable && source.text.empty() && !points)
        refuse("--matte-model",
               fmt::format("{} must be told what to cut out: give --text, --box or --point",
                           source.matte_model));
}

Matte read_fitting_matte(const std::string& file, const Fitting& fitting, const ReadOptions& read) {
    Matte matte = read_matte(file, limits_of(read));
    if (matte.size() != fitting.from)
        throw Error(
            ErrorCode::mismatch,
            fmt::format("the matte is {}×{} but the picture is {}×{}; they must have one "
                        "size",
                        matte.width(), matte.height(), fitting.from.width, fitting.from.height),
            file);
    if (!has_subject(matte))
        throw Error(ErrorCode::unreadable, "the matte is black: it holds no subject", file);
    return apply(fitting, std::move(matte));
}

InverseDepth read_fitting_depth(const std::string& file, const Fitting& fitting,
                                const ReadOptions& read) {
    InverseDepth depth = read_inverse_depth(file, limits_of(read));
    if (!has_shape_of(fitting.from, depth.size()))
        throw Error(
            ErrorCode::mismatch,
            fmt::format("this {}×{} depth map has not the shape of the picture, which is "
                        "{}×{}; is it another picture's?",
                        depth.width(), depth.height(), fitting.from.width, fitting.from.height),
            file);
    return apply(fitting, std::move(depth));
}

void require_file(const std::string& file) {
    const bool is_sequence = output_kind(file) == OutputKind::sequence;
    if (!file.empty() && !is_sequence && !is_there(file))
        throw Error(ErrorCode::not_found, "no such file", file);
}

}  // namespace

PictureLimits limits_of(const ReadOptions& read) {
    return {.max_pixels = static_cast<std::int64_t>(read.max_megapixels * 1e6)};
}

void require_distinct(const std::vector<std::filesystem::path>& inputs,
                      const std::vector<std::filesystem::path>& outputs) {
    const auto same = [](const std::filesystem::path& a, const std::filesystem::path& b) {
        std::error_code reason;
        return a == b || (is_there(a) && std::filesystem::equivalent(a, b, reason));
    };
    for (std::size_t n = 0; n < outputs.size(); ++n) {
        for (const auto& input : inputs)
            if (!input.empty() && same(input, outputs[n]))
                throw Error(ErrorCode::usage, "is an input, which the output would overwrite",
                            outputs[n].string());
        for (std::size_t m = 0; m < n; ++m)
            if (same(outputs[m], outputs[n]))
                throw Error(ErrorCode::usage, "is named for two outputs", outputs[n].string());
    }
}

std::filesystem::path folder_named(const std::string& name) {
    const std::filesystem::path path = name;
    return path.has_filename() ? path : path.parent_path();
}

void require_folder(const std::filesystem::path& folder) {
    if (folder.empty()) return;
    if (is_there(folder) && !std::filesystem::is_directory(folder))
        throw Error(ErrorCode::unwritable, "is not a folder", folder.string());
    core::require_writable(is_there(folder) ? folder / "file" : folder);
}

void require_apart(const std::vector<std::filesystem::path>& inputs,
                   const std::filesystem::path& folder) {
    if (folder.empty() || !is_there(folder)) return;
    for (const auto& input : inputs) {
        if (input.empty() || !is_there(input)) continue;
        std::error_code reason;
        const auto parent = input.has_parent_path() ? input.parent_path() : ".";
        if (std::filesystem::equivalent(parent, folder, reason))
            throw Error(
                ErrorCode::usage,
                fmt::format("holds the input {}; name another folder", input.filename().string()),
                folder.string());
    }
}

void make_folder(const std::filesystem::path& folder) {
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    if (failure) throw Error(ErrorCode::unwritable, failure.message(), folder.string());
}

bool is_there(const std::filesystem::path& file) {
    std::error_code reason;  // a name that is too long, a folder that may not be entered
    return std::filesystem::exists(file, reason);
}

RunContext with_threads(const RunContext& run, const ReadOptions& read) {
    RunContext own = run;
    if (read.threads > 0) own.threads = read.threads;
    return own;
}

Image read_input(const std::filesystem::path& file, const ReadOptions& read,
                 const RunContext& run) {
    if (inspect_picture(file, limits_of(read)).frames > 1)
        run.warn(file.string() + ": an animation; only its first frame is used");
    return read_picture(file, limits_of(read));
}

std::pair<Image, Image> read_two_inputs(const std::filesystem::path& first,
                                        const std::filesystem::path& second, const char* task,
                                        const ReadOptions& read, const RunContext& run) {
    std::pair<Image, Image> two{read_input(first, read, run), read_input(second, read, run)};
    const auto& [one, other] = two;
    if (one.size() != other.size())
        throw Error(ErrorCode::mismatch,
                    fmt::format("is {}×{} but {} is {}×{}; {} needs two of one size", other.width(),
                                other.height(), first.string(), one.width(), one.height(), task),
                    second.string());
    return two;
}

void check(const SubjectSource& source) {
    for (const std::string& file : source.matte) require_file(file);
    check_hints(source);
    validate(source);
    if (!source.matte_model.empty()) (void)find_matte_model(source);
    check_prompts(source);
}

void check(const DepthSource& source) {
    require_file(source.depth);
    if (source.detail && !source.depth.empty())
        throw Error(ErrorCode::usage, "is how a network looks; it does not go with --depth",
                    "--detail");
    if (!source.depth_model.empty()) (void)find_model(source.depth_model, {ModelTask::depth});
}

bool names_subject(const SubjectSource& source) {
    return !source.matte.empty() || !source.text.empty() || !source.box.empty() ||
           !source.point.empty() || !source.matte_model.empty();
}

SubjectSource or_built_in(SubjectSource source, const Image& picture) {
    if (!names_subject(source) && !matte_from_alpha(picture)) source.matte_model = kBuiltInMatte;
    return source;
}

bool may_run_network(const SubjectSource& source) {
    return !source.matte_model.empty() || !names_subject(source);
}

bool runs_network(const DepthSource& source) {
    return source.depth.empty();
}

void require_network(Device device, bool runs_network) {
    if (device != Device::cpu && !runs_network)
        throw Error(ErrorCode::usage, "says where networks run, but none does here", "--device");
}

std::size_t count_named(const SubjectSource& source) {
    if (!source.matte.empty()) return source.matte.size();
    const std::size_t named = texts_of(source).size() + source.box.size();
    return std::max<std::size_t>(named, 1);
}

std::vector<Matte> find_subjects(const SubjectSource& source, Device device, const Image& picture,
                                 const Fitting& fitting, const ReadOptions& read,
                                 const RunContext& run, JobSummary& summary) {
    std::vector<Matte> mattes;
    const auto add = [&](Matte matte, FoundSubject about = {}) {
        about.box = box_around(matte);
        summary.subjects.push_back(std::move(about));
        mattes.push_back(std::move(matte));
    };
    for (const std::string& file : source.matte) add(read_fitting_matte(file, fitting, read));
    if (!mattes.empty()) return mattes;

    const std::vector<SubjectHints> hints = hints_of(source, fitting);
    if (is_promptable(source)) {
        const Model model(find_matte_model(source, run), device, run.threads);
        SegmentPrompts prompts{.texts = texts_of(source),
                               .hints = hints,
                               .keep = source.all ? SegmentKeep::all : SegmentKeep::best};
        prompts.min_score = source.min_score.value_or(prompts.min_score);
        for (Segment& found : segment(model, picture, prompts, run))
            add(std::move(found.matte), {.prompt = found.prompt, .score = found.score});
        return mattes;
    }
    for (const SubjectHints& hint : hints) add(matte_from_hints(picture, hint, run));
    if (!mattes.empty()) return mattes;

    if (std::optional<Matte> alpha = matte_from_alpha(picture)) {
        add(std::move(*alpha));
    } else if (!source.matte_model.empty()) {
        const Model model(find_matte_model(source, run), device, run.threads);
        add(estimate_matte(model, picture, run));
        if (!has_subject(mattes.back()))
            throw Error(ErrorCode::unreadable,
                        "the network sees no subject in this picture; say what it is by --box "
                        "X,Y,W,H, --point X,Y, --matte FILE or another --matte-model",
                        source.matte_model);
    }
    return mattes;
}

DepthFinder::DepthFinder(const DepthSource& source, const Fitting& fitting, const ReadOptions& read,
                         const RunContext& run)
    : in_detail_(source.detail) {
    if (!source.depth.empty())
        file_ = read_fitting_depth(source.depth, fitting, read);
    else
        model_.emplace(
            find_model(source.depth_model.empty() ? std::string(kBuiltInDepth) : source.depth_model,
                       {ModelTask::depth}, run),
            source.device, run.threads);
}

DepthEstimate DepthFinder::find(const Image& picture, const Matte* matte,
                                const RunContext& run) const {
    if (model_ && in_detail_) return estimate_depth_in_detail(*model_, picture, matte, run);
    if (model_) return estimate_depth(*model_, picture, matte, run);
    DepthEstimate estimate{
        .inverse_depth = *file_, .confidence = {}, .confidence_source = "heuristic"};
    normalise(estimate.inverse_depth, matte);
    if (matte != nullptr) keep_rim_with_subject(estimate.inverse_depth, *matte, run);
    estimate.confidence = heuristic_confidence(estimate.inverse_depth);
    return estimate;
}

Matte union_of(const std::vector<Matte>& mattes) {
    std::vector<const Matte*> all;
    for (const Matte& matte : mattes) all.push_back(&matte);
    return unite(all);
}

}  // namespace diorama::pipeline
