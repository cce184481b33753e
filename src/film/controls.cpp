#include "film/controls.h"

#include <algorithm>
#include <cmath>

namespace diorama::film {
namespace {

// Starts and ends softly.
double ease(double share) {
    return share * share * (3 - 2 * share);
}

void widen(SceneSpan& span, double time_s) {
    span.begin_s = std::min(span.begin_s, time_s);
    span.end_s = std::max(span.end_s, time_s);
}

// The cues on both sides of a moment that are nearest to it.
void widen_to_nearest(SceneSpan& span, const std::vector<Track::Cue>& cues, double time_s) {
    const Track::Cue* before = nullptr;
    const Track::Cue* after = nullptr;
    for (const Track::Cue& cue : cues) {
        if (cue.time_s <= time_s && (!before || cue.time_s > before->time_s)) before = &cue;
        if (cue.time_s > time_s && (!after || cue.time_s < after->time_s)) after = &cue;
    }
    if (before) widen(span, before->time_s);
    if (after) widen(span, after->time_s);
}

}  // namespace

void Track::add_key(const Cue& key) {
    keys_.insert(std::ranges::upper_bound(keys_, key.time_s, {}, &Cue::time_s), key);
}

double Track::at(double time_s, const SceneSpan& scene, double otherwise, double measured) const {
    const auto value_of = [&](const Cue& cue) { return cue.value.value_or(measured); };
    const auto shot = std::find_if(shots_.rbegin(), shots_.rend(),
                                   [&](const Cue& cue) { return scene.holds(cue.time_s); });
    if (shot != shots_.rend()) return value_of(*shot);

    const auto after = std::ranges::upper_bound(keys_, time_s, {}, &Cue::time_s);
    const Cue* next = after == keys_.end() ? nullptr : &*after;
    const Cue* last = after == keys_.begin() ? nullptr : &*(after - 1);
    const bool leads_on = next != nullptr && scene.holds(next->time_s);
    const bool began = last != nullptr && scene.holds(last->time_s);
    if (leads_on && began)
        return std::lerp(value_of(*last), value_of(*next),
                         ease((time_s - last->time_s) / (next->time_s - last->time_s)));
    if (leads_on) return value_of(*next);
    return last != nullptr ? value_of(*last) : otherwise;
}

bool Track::has_key_at(double time_s) const {
    return std::ranges::find(keys_, time_s, &Cue::time_s) != keys_.end();
}

bool Track::asks_for_measured() const {
    const auto asks = [](const Cue& cue) { return !cue.value; };
    return std::ranges::any_of(keys_, asks) || std::ranges::any_of(shots_, asks);
}

SceneSpan Track::reach(double time_s) const {
    SceneSpan span{time_s, time_s};
    widen_to_nearest(span, keys_, time_s);
    widen_to_nearest(span, shots_, time_s);
    return span;
}

SceneSpan Controls::reach(double time_s) const {
    SceneSpan span{time_s, time_s};
    const auto add = [&](const Track& track) {
        const SceneSpan of_track = track.reach(time_s);
        widen(span, of_track.begin_s);
        widen(span, of_track.end_s);
    };
    add(depth_budget_percent);
    add(zero_plane);
    add(tone);
    for (const auto& [what, track] : sculpt) add(track);
    return span;
}

}  // namespace diorama::film
