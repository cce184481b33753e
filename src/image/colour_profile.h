#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "image/stored_picture.h"

namespace diorama::image {

// An ICC profile with the chromaticities that a number of ISO/IEC 23091-2 names and sRGB's own
// curve; empty where that is sRGB itself or unknown.
std::vector<std::uint8_t> make_profile_of_primaries(int primaries);

// From the colours of a profile to sRGB, for rows of one layout. The output has 3 colour channels,
// then alpha as in the input.
class ProfileTransform {
 public:
    // Nothing where there is nothing to convert: the profile says sRGB, is broken, or is not for
    // this kind of picture. Photos with such profiles are shown as if they had none.
    static std::optional<ProfileTransform> make(const StoredPicture& picture);

    ProfileTransform(ProfileTransform&&) noexcept;
    ProfileTransform& operator=(ProfileTransform&&) noexcept;
    ~ProfileTransform();

    // Grey pictures may carry a profile for RGB; they are then to be handed over as RGB.
    [[nodiscard]] ColourModel input_model() const;

    // May be called from several threads.
    void convert(const void* from, void* to, int pixels) const;

 private:
    struct State;
    explicit ProfileTransform(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace diorama::image
