#include "diorama/popout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "diorama/error.h"
#include "diorama/matte.h"
#include "popout/background.h"
#include "popout/scene.h"

namespace diorama {
namespace popout {
namespace {

// Rows that stay rows show no crack between them, nor columns that stay columns.
Directions directions_of(Motion motion) {
    if (motion == Motion::sway) return Directions::along_rows;
    if (motion == Motion::bob) return Directions::along_columns;
    return Directions::both;
}

Matte union_of(const std::vector<PopoutSubject>& subjects) {
    std::vector<const Matte*> mattes;
    for (const PopoutSubject& subject : subjects) mattes.push_back(&subject.matte);
    return unite(mattes);
}

void check(const PopoutInput& input, const PopoutOptions& options) {
    validate(options);
    if (input.subjects.empty())
        throw Error(ErrorCode::usage, "there is no subject to move", "popout");
    for (const PopoutSubject& subject : input.subjects)
        for (const auto& [size, name] :
             {std::pair{subject.matte.size(), "matte"}, std::pair{subject.depth.size(), "depth"}})
            if (size != input.picture.size())
                throw Error(ErrorCode::mismatch,
                            fmt::format("is {}×{} but the picture is {}×{}", size.width,
                                        size.height, input.picture.width(), input.picture.height()),
                            name);
    if (is_background_file(options.background) && !input.background)
        throw Error(ErrorCode::usage,
                    fmt::format("'{}' is neither fill, original, blur, transparent nor a colour, "
                                "and no picture was given",
                                options.background),
                    "--background");
}

}  // namespace

}  // namespace popout

const std::vector<Field<PopoutOptions>>& PopoutOptions::fields() {
    static const std::vector<Field<PopoutOptions>> list{
        field("motion", &PopoutOptions::motion, "how the subject moves"),
        field("amount", &PopoutOptions::amount_percent, {.min = 0, .max = 50, .unit = "% of width"},
              "how far the nearest slice moves against the farthest"),
        field("slices", &PopoutOptions::slices, {.min = 1, .max = 1000},
              "depth slices that each subject is cut into, of equal population"),
        field("gaps", &PopoutOptions::gaps, "what happens where slices part"),
        field("support", &PopoutOptions::support, "the layer under the slices that fills gaps"),
        field("support-motion", &PopoutOptions::support_motion, {.min = 0, .max = 1},
              "the support layer moves like this depth, from 0 (farthest) to 1 (nearest)"),
        field("background", &PopoutOptions::background,
              {.placeholder = "fill|original|blur|transparent|COLOUR|FILE"},
              "what stands behind: the photo with the subject removed and filled, the photo as it "
              "is, blurred, nothing, a colour, or another picture"),
        field("shadow", &PopoutOptions::shadow, {.min = 0, .max = 1},
              "strength of a soft shadow on the background"),
    };
    return list;
}

struct Popout::State {
    PopoutOptions options;
    Image background;
    std::vector<Stack> stacks;
};

Popout::Popout(PopoutInput input, const PopoutOptions& options, const RunContext& run)
    : state_(std::make_unique<State>()) {
    popout::check(input, options);
    state_->options = options;
    const double amount_px = options.amount_percent / 100 * input.picture.width();
    const bool moves = options.motion != Motion::hold && options.gaps == Gaps::closed;
    const SliceCut cut{.slices = options.slices,
                       .way_px = moves ? amount_px : 0.0,
                       .directions = popout::directions_of(options.motion)};

    {
        const Matte all = popout::union_of(input.subjects);
        state_->background = popout::make_background(input, all, options, amount_px, run);
    }
    run.throw_if_stopped();
    for (PopoutSubject& subject : input.subjects) {
        const Image colours = subject_colours(input.picture, subject.matte, run);
        Stack stack;
        stack.slices = cut_slices(colours, subject.matte, subject.depth, cut, run);
        if (cut.way_px > 0) stack.hidden = cut_hidden(stack.slices, cut, run);
        if (options.support != SupportShape::none)
            stack.support =
                cut_support(stack.slices, options.support_motion,
                            options.support == SupportShape::trimmed ? amount_px : 0.0, run);
        state_->stacks.push_back(std::move(stack));
        subject = {};
        run.throw_if_stopped();
    }
}

Popout::~Popout() = default;
Popout::Popout(Popout&&) noexcept = default;
Popout& Popout::operator=(Popout&&) noexcept = default;

Size Popout::size() const {
    return state_->background.size();
}

AlphaKind Popout::alpha() const {
    return state_->options.background == "transparent" ? AlphaKind::premultiplied : AlphaKind::none;
}

void Popout::draw(double phase, Image& frame, const RunContext& run) const {
    const Image& background = state_->background;
    if (frame.size() != background.size() || frame.channels() != 4 ||
        frame.sample_type() != background.sample_type())
        throw Error(ErrorCode::mismatch, "has not the size and kind of make_frame()", "frame");
    const MotionState motion =
        motion_at(state_->options.motion, phase,
                  state_->options.amount_percent / 100 * background.width(), background.width());
    popout::composite(background,
                      popout::place_stacks(state_->stacks, motion, state_->options.support_motion,
                                           background.size()),
                      frame, run);
}

void Popout::draw_still(Image& frame, const RunContext& run) const {
    popout::composite(state_->background,
                      popout::place_stacks(state_->stacks, MotionState{}, 0, size()), frame, run);
}

Image Popout::make_frame() const {
    return {state_->background.size(), state_->background.sample_type(), AlphaKind::premultiplied};
}

const Image& Popout::background() const {
    return state_->background;
}

const std::vector<Popout::Stack>& Popout::stacks() const {
    return state_->stacks;
}

}  // namespace diorama
