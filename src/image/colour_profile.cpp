#include "image/colour_profile.h"

#include <lcms2.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <type_traits>
#include <utility>

namespace diorama::image {
namespace {

struct DeleteContext {
    void operator()(cmsContext context) const { cmsDeleteContext(context); }
};
using Context = std::unique_ptr<std::remove_pointer_t<cmsContext>, DeleteContext>;

struct CloseProfile {
    void operator()(cmsHPROFILE profile) const { cmsCloseProfile(profile); }
};
using Profile = std::unique_ptr<void, CloseProfile>;

struct DeleteTransform {
    void operator()(cmsHTRANSFORM transform) const { cmsDeleteTransform(transform); }
};
using Transform = std::unique_ptr<void, DeleteTransform>;

struct DeleteCurve {
    void operator()(cmsToneCurve* curve) const { cmsFreeToneCurve(curve); }
};

constexpr cmsUInt32Number kIntent = INTENT_RELATIVE_COLORIMETRIC;
constexpr cmsUInt32Number kFlags = cmsFLAGS_BLACKPOINTCOMPENSATION | cmsFLAGS_NOCACHE;

std::optional<ColourModel> model_of(cmsHPROFILE profile) {
    switch (cmsGetColorSpace(profile)) {
        case cmsSigGrayData:
            return ColourModel::grey;
        case cmsSigRgbData:
            return ColourModel::rgb;
        case cmsSigCmykData:
            return ColourModel::cmyk;
        default:
            return std::nullopt;
    }
}

// Little CMS's name for a layout of samples in memory.
cmsUInt32Number layout_of(ColourModel model, SampleFormat format, AlphaKind alpha) {
    const auto space = [&]() -> cmsUInt32Number {
        switch (model) {
            case ColourModel::grey:
                return COLORSPACE_SH(PT_GRAY) | CHANNELS_SH(1);
            case ColourModel::cmyk:
                return COLORSPACE_SH(PT_CMYK) | CHANNELS_SH(4);
            case ColourModel::rgb:
                break;
        }
        return COLORSPACE_SH(PT_RGB) | CHANNELS_SH(3);
    }();
    return space | EXTRA_SH(alpha == AlphaKind::none ? 0 : 1) |
           BYTES_SH(format == SampleFormat::u8 ? 1 : 2);
}

// True if no colour of a coarse grid moves by more than half a step of 8 bits. Most photos say that
// they are sRGB; they should come through untouched, and at once.
bool changes_nothing(cmsContext context, cmsHPROFILE from, cmsHPROFILE srgb) {
    constexpr int kSteps = 9;
    std::vector<std::uint16_t> before;
    for (int r = 0; r < kSteps; ++r)
        for (int g = 0; g < kSteps; ++g)
            for (int b = 0; b < kSteps; ++b)
                for (const int v : {r, g, b})
                    before.push_back(static_cast<std::uint16_t>(v * 65535 / (kSteps - 1)));
    const Transform transform(
        cmsCreateTransformTHR(context, from, TYPE_RGB_16, srgb, TYPE_RGB_16, kIntent, kFlags));
    if (!transform) return false;
    std::vector<std::uint16_t> after(before.size());
    cmsDoTransform(transform.get(), before.data(), after.data(),
                   static_cast<cmsUInt32Number>(before.size() / 3));
    return std::equal(before.begin(), before.end(), after.begin(),
                      [](int a, int b) { return std::abs(a - b) <= 128; });
}

}  // namespace

struct ProfileTransform::State {
    Context context;
    Transform transform;
    ColourModel input_model = ColourModel::rgb;
};

std::vector<std::uint8_t> make_profile_of_primaries(int primaries) {
    struct Named {
        int number;
        cmsCIExyYTRIPLE points;
    };
    constexpr auto kNamed = std::to_array<Named>({
        {9, {{0.708, 0.292, 1}, {0.170, 0.797, 1}, {0.131, 0.046, 1}}},   // BT.2020
        {12, {{0.680, 0.320, 1}, {0.265, 0.690, 1}, {0.150, 0.060, 1}}},  // Display P3
    });
    const auto* named = std::find_if(kNamed.begin(), kNamed.end(),
                                     [&](const Named& n) { return n.number == primaries; });
    if (named == kNamed.end()) return {};
    constexpr cmsCIExyY kD65{0.3127, 0.3290, 1};
    constexpr std::array<cmsFloat64Number, 5> kSrgbCurve{2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92,
                                                         0.04045};
    const std::unique_ptr<cmsToneCurve, DeleteCurve> curve(
        cmsBuildParametricToneCurve(nullptr, 4, kSrgbCurve.data()));
    std::array<cmsToneCurve*, 3> curves{curve.get(), curve.get(), curve.get()};
    const Profile profile(cmsCreateRGBProfile(&kD65, &named->points, curves.data()));
    cmsUInt32Number size = 0;
    if (!profile || cmsSaveProfileToMem(profile.get(), nullptr, &size) == 0) return {};
    std::vector<std::uint8_t> bytes(size);
    if (cmsSaveProfileToMem(profile.get(), bytes.data(), &size) == 0) return {};
    return bytes;
}

std::optional<ProfileTransform> ProfileTransform::make(const StoredPicture& picture) {
    if (picture.profile.empty() || picture.format == SampleFormat::f32) return std::nullopt;
    auto state = std::make_unique<State>();
    state->context.reset(cmsCreateContext(nullptr, nullptr));
    cmsContext context = state->context.get();
    const Profile from(cmsOpenProfileFromMemTHR(
        context, picture.profile.data(), static_cast<cmsUInt32Number>(picture.profile.size())));
    const Profile srgb(cmsCreate_sRGBProfileTHR(context));
    if (!from || !srgb) return std::nullopt;

    const auto model = model_of(from.get());
    const bool grey_as_rgb = picture.model == ColourModel::grey && model == ColourModel::rgb;
    if (!model || (*model != picture.model && !grey_as_rgb)) return std::nullopt;
    if (*model == ColourModel::rgb && changes_nothing(context, from.get(), srgb.get()))
        return std::nullopt;

    const cmsUInt32Number copy = picture.alpha == AlphaKind::none ? 0 : cmsFLAGS_COPY_ALPHA;
    state->input_model = *model;
    state->transform.reset(cmsCreateTransformTHR(
        context, from.get(), layout_of(*model, picture.format, picture.alpha), srgb.get(),
        layout_of(ColourModel::rgb, picture.format, picture.alpha), kIntent, kFlags | copy));
    if (!state->transform) return std::nullopt;
    return ProfileTransform(std::move(state));
}

ProfileTransform::ProfileTransform(std::unique_ptr<State> state) : state_(std::move(state)) {}
ProfileTransform::ProfileTransform(ProfileTransform&&) noexcept = default;
ProfileTransform& ProfileTransform::operator=(ProfileTransform&&) noexcept = default;
ProfileTransform::~ProfileTransform() = default;

ColourModel ProfileTransform::input_model() const {
    return state_->input_model;
}

void ProfileTransform::convert(const void* from, void* to, int pixels) const {
    cmsDoTransform(state_->transform.get(), from, to, static_cast<cmsUInt32Number>(pixels));
}

}  // namespace diorama::image
