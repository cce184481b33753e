#include "diorama/camera.h"

#include <algorithm>
#include <cmath>

#include "diorama/error.h"
#include "diorama/photo3d.h"
#include "photo3d/camera_view.h"
#include "photo3d/lens.h"
#include "photo3d/sheets.h"

namespace diorama {
namespace photo3d {
namespace {

double way_px(const CameraOptions& options, Size photo) {
    return options.amount_percent / 100 * photo.width;
}

bool approaches(Motion motion) {
    return motion == Motion::dolly || motion == Motion::zoom;
}

// What goes forward moves most in the corners.
double corner_gain(const CameraOptions& options, Size photo) {
    if (!approaches(options.motion)) return 1;
    return std::hypot(1.0, static_cast<double>(photo.height) / photo.width);
}

}  // namespace

View view_at(const CameraOptions& options, Size photo, double phase) {
    MotionState state = motion_at(options.motion, phase, way_px(options, photo), photo.width);
    // A camera that goes to the side looks at what is in focus; one that goes forward nears it all.
    if (!approaches(options.motion)) state.pivot = options.focus;
    return {.centre = {static_cast<float>(photo.width - 1) / 2,
                       static_cast<float>(photo.height - 1) / 2},
            .farthest = state.at(0),
            .nearest = state.at(1)};
}

Photo3dOptions layers_for(const CameraOptions& options, Size photo) {
    // An open lens looks behind a rim from both sides.
    const double way = options.amount_percent * corner_gain(options, photo);
    constexpr double kMost = 15;
    return {.shift_percent = std::min(kMost, way + options.aperture_percent),
            .focus = options.focus,
            .layers = options.layers};
}

Sheets sheets_of(const LayeredPhoto& photo, const CameraOptions& options, const RunContext& run) {
    const Lens lens{.focus = options.focus,
                    .aperture_px = options.aperture_percent / 100 * photo.size.width};
    Sheets sheets{.frame = photo.size,
                  .margin_px = photo.margin_px,
                  .mixing = lens.aperture_px > 0 ? Mixing::light : Mixing::srgb};
    const double way = way_px(options, photo.size) * corner_gain(options, photo.size);
    for (const PhotoLayer& layer : photo.layers) {
        sheets.list.push_back(lens.aperture_px > 0 ? make_sheet(blur_by_lens(layer, lens, run), way)
                                                   : make_sheet(layer, way));
    }
    return sheets;
}

}  // namespace photo3d

struct Camera::State {
    CameraOptions options{};
    photo3d::Sheets sheets{};
};

const std::vector<Field<CameraOptions>>& CameraOptions::fields() {
    static const std::vector<Field<CameraOptions>> list{
        field("motion", &CameraOptions::motion, "how the camera moves"),
        field("amount", &CameraOptions::amount_percent, {.min = 0, .max = 10, .unit = "% of width"},
              "how far the nearest point moves against the farthest"),
        field("focus", &CameraOptions::focus, {.min = 0, .max = 1},
              "the depth that the camera looks at: it is sharp, and stands still where the camera "
              "goes to the side; 0: the farthest, 1: the nearest"),
        field("aperture", &CameraOptions::aperture_percent,
              {.min = 0, .max = 5, .unit = "% of width"},
              "how blurred the nearest point is when the farthest is in focus; 0: all is sharp"),
        field("layers", &CameraOptions::layers, {.min = 1, .max = 8},
              "at most so many layers, each with its own way behind the nearer ones"),
    };
    return list;
}

Camera::Camera(const Image& photo, const InverseDepth& depth, const CameraOptions& options,
               const Filler& filler, const RunContext& run)
    : state_(std::make_unique<State>()) {
    validate(options);
    state_->options = options;
    const LayeredPhoto layers =
        split_photo(photo, depth, photo3d::layers_for(options, photo.size()), filler, run);
    state_->sheets = photo3d::sheets_of(layers, options, run);
}

Camera::~Camera() = default;
Camera::Camera(Camera&&) noexcept = default;
Camera& Camera::operator=(Camera&&) noexcept = default;

Size Camera::size() const {
    return state_->sheets.frame;
}

Image Camera::make_frame() const {
    return {size(), SampleType::u8, AlphaKind::premultiplied};
}

void Camera::draw(double phase, Image& frame, const RunContext& run) const {
    if (frame.size() != size() || frame.sample_type() != SampleType::u8 ||
        frame.alpha() != AlphaKind::premultiplied)
        throw Error(ErrorCode::mismatch, "has not the size and kind of make_frame()", "frame");
    photo3d::draw_sheets(state_->sheets, photo3d::view_at(state_->options, size(), phase), frame,
                         run);
}

}  // namespace diorama
