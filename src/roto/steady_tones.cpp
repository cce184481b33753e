#include "diorama/steady_tones.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "diorama/error.h"
#include "diorama/opencv.h"
#include "roto/light.h"
#include "steady/follow.h"

namespace diorama {
namespace {

// At full stability so much of what is known of a pixel comes from its past.
constexpr float kMostPast = 0.95F;
// What was decided before is preferred by so much, so that ties do not flicker.
constexpr float kHabit = 0.12F;

double simplify_px(const DrawingOptions& options, Size size) {
    return options.simplify_px.value_or(std::max(size.width, size.height) / 400.0);
}

int min_area_px(const DrawingOptions& options, Size size) {
    return options.min_area_px.value_or(static_cast<int>(size.area() / 10'000));
}

// Drawings have few details, so their flow may be coarser than that of depth.
constexpr std::int64_t kDrawingFlowPixels = 100'000;

// So that borders become those of shapes, and not of grain.
void simplify(ToneProbabilities& probabilities, double sigma_px) {
    if (sigma_px <= 0) return;
    for (auto& map : probabilities.maps) {
        cv::Mat_<float> plane = as_mat(map);
        cv::GaussianBlur(plane, plane, {}, sigma_px, sigma_px, cv::BORDER_REPLICATE);
    }
}

// Where each pixel was in the frame before, and how far to trust that, at the frames' size.
struct Way {
    cv::Mat_<float> x{}, y{}, trust{};
};

Way find_way(const Image& frame, const Image& before, const RunContext& run) {
    const steady::Past past = steady::find_past(frame, before, run, kDrawingFlowPixels);
    const cv::Size size(frame.width(), frame.height());
    const auto enlarge = [size](const auto& map) {
        cv::Mat_<float> large;
        cv::resize(as_mat(map), large, size, 0, 0, cv::INTER_LINEAR);
        return large;
    };
    Way way{enlarge(past.flow.dx), enlarge(past.flow.dy), enlarge(past.trust)};
    way.x *= static_cast<float>(size.width) / static_cast<float>(past.flow.size().width);
    way.y *= static_cast<float>(size.height) / static_cast<float>(past.flow.size().height);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            way.x(y, x) += static_cast<float>(x);
            way.y(y, x) += static_cast<float>(y);
        }
    return way;
}

cv::Mat_<float> bring(const cv::Mat& map, const Way& way, int interpolation) {
    cv::Mat_<float> brought;
    cv::remap(map, brought, way.x, way.y, interpolation, cv::BORDER_REPLICATE);
    return brought;
}

void average(ToneProbabilities& now, const ToneProbabilities& before, const Way& way,
             double stability) {
    const cv::Mat_<float> share = way.trust * (kMostPast * stability);
    for (std::size_t i = 0; i < kTones.size(); ++i) {
        cv::Mat_<float> plane = as_mat(now.maps[i]);
        const cv::Mat_<float> past = bring(as_mat(before.maps[i]), way, cv::INTER_LINEAR);
        plane += share.mul(past - plane);
    }
}

// The decision, with a preference for the one before.
ToneMap decide(const ToneProbabilities& probabilities, const ToneMap& before, const Way& way,
               double stability) {
    ToneProbabilities preferred = probabilities;
    const cv::Mat tones(before.height(), before.width(), CV_8U,
                        const_cast<Tone*>(before.tones().data()));
    cv::Mat_<uchar> past;
    cv::remap(tones, past, way.x, way.y, cv::INTER_NEAREST, cv::BORDER_REPLICATE);
    const float habit = kHabit * static_cast<float>(stability);
    for (int y = 0; y < past.rows; ++y)
        for (int x = 0; x < past.cols; ++x)
            preferred.maps[past(y, x)].at(x, y) += habit * way.trust(y, x);
    return decide_tones(preferred);
}

// Whether two frames show the same: encoders leave noise in frames that were held.
bool show_the_same(const Image& frame, const Image& before) {
    constexpr double kMostMean = 0.6;  // of 255
    constexpr double kMostOfBlock = 2.5;
    if (frame.size() != before.size() || frame.sample_type() != before.sample_type()) return false;
    cv::Mat off;
    cv::absdiff(roto::as_bytes(frame), roto::as_bytes(before), off);
    const cv::Scalar mean = cv::mean(off);
    if (mean[0] + mean[1] + mean[2] > 3 * kMostMean) return false;
    cv::resize(off, off, {}, 1 / 8.0, 1 / 8.0, cv::INTER_AREA);
    double most = 0;
    cv::minMaxLoc(off.reshape(1), nullptr, &most);
    return most <= kMostOfBlock;
}

}  // namespace

const std::vector<Field<DrawingOptions>>& DrawingOptions::fields() {
    static const std::vector<Field<DrawingOptions>> list{
        field("simplify", &DrawingOptions::simplify_px, {.min = 0, .max = 200, .unit = "px"},
              "how coarse shapes are; a 400th of the longer side if not given"),
        field("min-area", &DrawingOptions::min_area_px, {.min = 0, .max = 1e9, .unit = "px"},
              "smaller islands take the tone around them; a 10,000th of the picture if not given"),
        field("stability", &DrawingOptions::stability, {.min = 0, .max = 1},
              "how still drawings hold within a scene; 0: each frame by itself"),
        field("on", &DrawingOptions::on, "for how many frames a drawing is held"),
    };
    return list;
}

struct SteadyTones::State {
    DrawingOptions options{};
    // Of the frame that was drawn last.
    Image frame{};
    ToneProbabilities probabilities{};
    ToneMap tones{};
};

SteadyTones::SteadyTones(const DrawingOptions& options) : state_(std::make_unique<State>()) {
    validate(options);
    state_->options = options;
}
SteadyTones::~SteadyTones() = default;
SteadyTones::SteadyTones(SteadyTones&&) noexcept = default;
SteadyTones& SteadyTones::operator=(SteadyTones&&) noexcept = default;

bool SteadyTones::holds(const Image& frame, std::int64_t number) const {
    if (state_->tones.empty() || frame.size() != state_->tones.size()) return false;
    if (state_->options.on == HoldFor::twos && number % 2 != 0) return true;
    return state_->options.stability > 0 && show_the_same(frame, state_->frame);
}

const ToneMap& SteadyTones::last() const {
    return state_->tones;
}

const ToneMap& SteadyTones::draw(const Image& frame, ToneProbabilities probabilities,
                                 const RunContext& run) {
    State& state = *state_;
    const double stability = state.options.stability;
    if (probabilities.size() != frame.size())
        throw Error(ErrorCode::mismatch, "tones and frame must have one size");
    simplify(probabilities, simplify_px(state.options, frame.size()));
    if (stability > 0 && frame.size() == state.frame.size()) {
        const Way way = find_way(frame, state.frame, run);
        average(probabilities, state.probabilities, way, stability);
        state.tones = decide(probabilities, state.tones, way, stability);
    } else {
        state.tones = decide_tones(probabilities);
    }
    clean_islands(state.tones, min_area_px(state.options, frame.size()));
    state.frame = frame;
    state.probabilities = std::move(probabilities);
    return state.tones;
}

void SteadyTones::end_scene() {
    state_->frame = {};
    state_->probabilities = {};
    state_->tones = {};
}

}  // namespace diorama
