#include "diorama/fill.h"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>

#include "core/parallel.h"
#include "diorama/catalogue.h"
#include "diorama/error.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "perception/fill_methods.h"

namespace diorama {
namespace perception {
namespace {

void require_size(Size size, const Image& picture, const char* name) {
    if (size != picture.size())
        throw Error(ErrorCode::mismatch,
                    fmt::format("is {}×{} but the picture is {}×{}", size.width, size.height,
                                picture.width(), picture.height()),
                    name);
}

void check(const Image& picture, const Matte& hole, const FillGuide& guide) {
    require_size(hole.size(), picture, "hole");
    if (guide.depth != nullptr) require_size(guide.depth->size(), picture, "depth");
}

enum class Method { extend, smooth, patches, model };

Method parse_method(const std::string& word) {
    if (word == "extend") return Method::extend;
    if (word == "smooth") return Method::smooth;
    if (word == "patchmatch") return Method::patches;
    return Method::model;
}

void refuse_idle_options(const FillOptions& options) {
    const auto refuse = [&](const char* option) {
        throw Error(ErrorCode::usage,
                    fmt::format("goes with --fill patchmatch; {} has no use for it", options.fill),
                    option);
    };
    if (options.band_px) refuse("--fill-band");
    if (options.seed != 0) refuse("--fill-seed");
}

Model open_model(const std::string& word, Device device, int threads) {
    try {
        return Model(find_model(word, {ModelTask::fill}), device, threads);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::usage) throw;
        throw Error(ErrorCode::usage,
                    "is none of extend, smooth and patchmatch; as a network: " + error.message(),
                    "--fill " + word);
    }
}

}  // namespace
}  // namespace perception

const std::vector<Field<FillOptions>>& FillOptions::fields() {
    static const std::vector<Field<FillOptions>> list{
        field("fill", &FillOptions::fill, {.placeholder = "extend|smooth|patchmatch|MODEL"},
              "how what was hidden is filled: each row goes on from its background side, softly, "
              "with texture and lines from around, or by a network"),
        field("fill-band", &FillOptions::band_px, {.min = 0, .max = 100000, .unit = "px"},
              "how far into a hole the fill must be good; deeper it costs less. Default: as far "
              "as it can be seen"),
        field("fill-seed", &FillOptions::seed, {.min = 0, .max = 2147483647},
              "another number, another fill of the same kind"),
    };
    return list;
}

struct Filler::State {
    FillOptions options;
    perception::Method method;
    std::optional<Model> model;

    [[nodiscard]] cv::Mat fill(const cv::Mat& view, const perception::Hole& hole,
                               const perception::HoleCopy& copy, const RunContext& run) const {
        using perception::Method;
        if (method == Method::smooth) return perception::fill_smoothly(view, copy, run);
        if (method == Method::model)
            return perception::fill_by_model(view, hole, copy, *model, run);
        const auto seed = static_cast<std::uint64_t>(options.seed);
        return perception::fill_by_patches(view, copy, seed, run);
    }
};

Filler::Filler(const FillOptions& options, Device device, int threads)
    : state_(new State{options, perception::parse_method(options.fill), std::nullopt}) {
    validate(options);
    if (state_->method != perception::Method::patches) perception::refuse_idle_options(options);
    if (state_->method == perception::Method::model)
        state_->model = perception::open_model(options.fill, device, threads);
}
Filler::~Filler() = default;
Filler::Filler(Filler&&) noexcept = default;
Filler& Filler::operator=(Filler&&) noexcept = default;

bool Filler::runs_network() const {
    return state_->method == perception::Method::model;
}

Filled Filler::fill(const Image& picture, const Matte& hole, const FillGuide& guide,
                    const RunContext& run) const {
    using namespace perception;
    check(picture, hole, guide);
    Filled filled{.picture = picture};
    if (guide.depth != nullptr) filled.depth = *guide.depth;
    if (state_->method == Method::extend) {
        if (guide.depth != nullptr) continue_behind(filled.depth, hole, run);
        extend_rows(filled.picture, hole, guide.depth, run);
        return filled;
    }
    const Hole found = find_hole(hole);
    if (found.crop.empty()) return filled;
    run.throw_if_stopped();
    const bool straight = picture.alpha() == AlphaKind::straight;
    const Image premultiplied = straight ? premultiply(picture) : Image();
    const cv::Mat view = as_mat(straight ? premultiplied : picture)(found.crop);
    const HoleCopy copy =
        make_copy(view, found, guide.depth, state_->options.band_px.value_or(guide.band_px), run);
    if (guide.depth != nullptr) lay_in_depth(copy.background_depth, found, filled.depth, run);
    lay_in(state_->fill(view, found, copy, run), found, filled.picture, run);
    return filled;
}

}  // namespace diorama
