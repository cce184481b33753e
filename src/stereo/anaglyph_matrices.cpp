#include <map>

#include "stereo/anaglyph.h"

namespace diorama::stereo {
namespace {

constexpr std::array<float, 3> kNone{0, 0, 0};
constexpr std::array<float, 3> kRed{1, 0, 0};
constexpr std::array<float, 3> kGreen{0, 1, 0};
constexpr std::array<float, 3> kBlue{0, 0, 1};
constexpr std::array<float, 3> kGrey{0.299F, 0.587F, 0.114F};  // luma of BT.601

// The three of Dubois project the pair's colours as seen onto those that the glasses let through,
// by least squares in CIELAB: E. Dubois, "A projection method to generate anaglyph stereo images",
// ICASSP 2001, with the numbers that he publishes for light: red-cyan in "Conversion of a Stereo
// Pair to Anaglyph with the Least-Squares Projection Method" (2009), which also says to clip each
// eye's part, green-magenta and amber-blue beside it in 2010.
// The others are those of P. Wimmer's "Anaglyph Methods Comparison", for samples.
const std::map<StereoFormat, AnaglyphMatrices>& all_matrices() {
    using enum StereoFormat;
    static const std::map<StereoFormat, AnaglyphMatrices> map{
        {dubois,
         {.left = {{{0.437F, 0.449F, 0.164F},
                    {-0.062F, -0.062F, -0.024F},
                    {-0.048F, -0.050F, -0.017F}}},
          .right =
              {{{-0.011F, -0.032F, -0.007F}, {0.377F, 0.761F, 0.009F}, {-0.026F, -0.093F, 1.234F}}},
          .scale = ColourScale::light}},
        {green_magenta,
         {.left =
              {{{-0.062F, -0.158F, -0.039F}, {0.284F, 0.668F, 0.143F}, {-0.015F, -0.027F, 0.021F}}},
          .right =
              {{{0.529F, 0.705F, 0.024F}, {-0.016F, -0.015F, -0.065F}, {0.009F, 0.075F, 0.937F}}},
          .scale = ColourScale::light}},
        {amber_blue,
         {.left =
              {{{1.062F, -0.205F, 0.299F}, {-0.026F, 0.908F, 0.068F}, {-0.038F, -0.173F, 0.022F}}},
          .right =
              {{{-0.016F, -0.123F, -0.017F}, {0.006F, 0.062F, -0.017F}, {0.094F, 0.185F, 0.911F}}},
          .scale = ColourScale::light}},
        {true_anaglyph, {.left = {{kGrey, kNone, kNone}}, .right = {{kNone, kNone, kGrey}}}},
        {grey, {.left = {{kGrey, kNone, kNone}}, .right = {{kNone, kGrey, kGrey}}}},
        {colour, {.left = {{kRed, kNone, kNone}}, .right = {{kNone, kGreen, kBlue}}}},
        {half_colour, {.left = {{kGrey, kNone, kNone}}, .right = {{kNone, kGreen, kBlue}}}},
        {optimised, {.left = {{{0, 0.7F, 0.3F}, kNone, kNone}}, .right = {{kNone, kGreen, kBlue}}}},
    };
    return map;
}

}  // namespace

bool is_anaglyph(StereoFormat format) {
    return all_matrices().contains(format);
}

const AnaglyphMatrices& matrices_of(StereoFormat format) {
    return all_matrices().at(format);
}

}  // namespace diorama::stereo
