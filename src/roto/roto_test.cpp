#include <gmock/gmock.h>

#include "diorama/error.h"
#include "diorama/tones.h"
#include "roto/painted_tones.h"

namespace diorama {
namespace {

TEST(Tones, TheLikeliestIsChosenAndTheLowestOfSeveral) {
    ToneProbabilities probabilities({2, 1});
    probabilities.of(Tone::cast_shadow).at(0, 0) = 0.6F;
    probabilities.of(Tone::material).at(0, 0) = 0.4F;
    for (const Tone tone : kTones) probabilities.of(tone).at(1, 0) = 0.2F;
    EXPECT_EQ(decide_tones(probabilities), tones_of({"c."}));
}

TEST(Tones, SmallIslandsTakeTheToneAroundThem) {
    ToneMap tones = tones_of({".....mmmm",  //
                              "..d..mmhm",  //
                              ".....mmhm",  //
                              "cccccmmmm"});
    clean_islands(tones, 3);
    EXPECT_EQ(tones, tones_of({".....mmmm", ".....mmmm", ".....mmmm", "cccccmmmm"}));
}

TEST(Tones, IslandsWithinIslandsAreCleanedTogether) {
    ToneMap tones = tones_of({"mmmmm", "mdddm", "mdhdm", "mdddm", "mmmmm"});
    clean_islands(tones, 10);
    EXPECT_EQ(tones, ToneMap({5, 5}, Tone::material));
}

TEST(Tones, AnIslandThatIsEverythingStays) {
    ToneMap tones({3, 3}, Tone::highlight);
    clean_islands(tones, 100);
    EXPECT_EQ(tones, ToneMap({3, 3}, Tone::highlight));
}

TEST(Tones, PaintedTonesAreReadBack) {
    const ToneMap tones = tones_of({".mdch", "hcdm."});
    EXPECT_EQ(read_tones(paint_tones(tones)), tones);
    EXPECT_THROW((void)read_tones(Image({2, 2}, SampleType::u8, AlphaKind::none)), Error);
}

}  // namespace
}  // namespace diorama
