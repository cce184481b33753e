#include "film/matte_stages.h"

#include <utility>

#include "diorama/matte.h"
#include "film/follow_matte.h"
#include "steady/follow.h"

namespace diorama::film {
namespace {

// Image and matte alone; the rest is of no use to the next frame.
Travelling memory_of(const Travelling& frame) {
    return {.image = frame.image, .number = frame.number, .matte = frame.matte};
}

}  // namespace

void SalientStage::look_at(Travelling& frame, const RunContext& run) {
    // So much of a pixel's matte is its past, where flow, colour and both mattes agree.
    constexpr double kPast = 0.7;
    frame.matte = estimate_matte(model_, frame.image, run);
    if (!before_.matte.empty()) {
        InverseDepth now(frame.matte.size());
        InverseDepth then(before_.matte.size());
        now.values() = std::move(frame.matte.values());
        then.values() = before_.matte.values();
        steady::average_with_past(now, then, steady::find_past(frame.image, before_.image, run),
                                  kPast, run);
        frame.matte = Matte(frame.image.size());
        frame.matte.values() = std::move(now.values());
    }
    before_ = memory_of(frame);
}

void FollowStage::look_at(Travelling& frame, const RunContext& run) {
    if (!before_.matte.empty())
        frame.matte = follow_matte(before_.matte, before_.image, frame.image, run);
    show_(frame, run);
    before_ = memory_of(frame);
}

void BesideStage::look_at(Travelling& frame, const RunContext& run) {
    Matte subject = std::exchange(frame.matte, {});
    other_->look_at(frame, run);
    frame.beside.push_back(std::exchange(frame.matte, std::move(subject)));
}

void BehindStage::push(Travelling frame, const RunContext& run) {
    fill_.push(frame.image, frame.matte.empty() ? Matte(frame.image.size()) : frame.matte, run);
    waiting_.push_back(std::move(frame));
}

std::optional<Travelling> BehindStage::next(const RunContext& run) {
    std::optional<SteadyFilled> filled = fill_.next(run);
    if (!filled) return std::nullopt;
    Travelling frame = std::move(waiting_.front());
    waiting_.pop_front();
    frame.behind = std::move(filled->picture);
    return frame;
}

}  // namespace diorama::film
