#include "diorama/match.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "diorama/error.h"

namespace diorama {
namespace {

template <class MapKind>
MapKind row(std::vector<float> values) {
    MapKind map({static_cast<int>(values.size()), 1});
    map.values() = std::move(values);
    return map;
}

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

// ---- A scene that is known: a wall and a card before it, both covered with smooth noise.

// A texture that can be read between its dots.
class Dots {
 public:
    explicit Dots(unsigned seed) : values_(kSide * kSide) {
        std::mt19937 random(seed);
        std::uniform_real_distribution<double> level(0, 1);
        for (double& value : values_) value = level(random);
    }
    [[nodiscard]] double at(double x, int y) const {
        const double u = x / 2.5 + 100;
        const int left = static_cast<int>(std::floor(u));
        const double share = u - left;
        return dot(left, y / 2) * (1 - share) + dot(left + 1, y / 2) * share;
    }

 private:
    static constexpr int kSide = 512;
    [[nodiscard]] double dot(int x, int y) const {
        return values_[static_cast<std::size_t>(y % kSide) * kSide +
                       static_cast<std::size_t>(x % kSide)];
    }
    std::vector<double> values_;
};

struct Scene {
    Size size{240, 120};
    double wall_px = -9;
    double card_px = 14;
    int card_left = 90;  // in the left view
    int card_right = 150;
    int card_top = 30;
    int card_bottom = 90;

    // Whether the card is seen at a place of a view, and with what disparity.
    [[nodiscard]] bool shows_card(double x_in_left, int y) const {
        return x_in_left >= card_left && x_in_left < card_right && y >= card_top && y < card_bottom;
    }
    [[nodiscard]] double disparity(int x, int y) const {
        return shows_card(x, y) ? card_px : wall_px;
    }
    // Of the left view: hidden by the card in the right one, or out of it.
    [[nodiscard]] bool is_hidden(int x, int y) const {
        const double there = x - disparity(x, y);
        if (there < 0 || there > size.width - 1) return true;
        return !shows_card(x, y) && shows_card(there + card_px, y);
    }
};

template <class Sample>
Image draw(const Scene& scene, Eye eye, double most) {
    static const Dots wall(1);
    static const Dots card(2);
    Image view(scene.size, sizeof(Sample) == 1 ? SampleType::u8 : SampleType::u16, AlphaKind::none);
    const double back = eye == Eye::left ? 0 : 1;
    for (int y = 0; y < view.height(); ++y)
        for (int x = 0; x < view.width(); ++x) {
            const double on_card = x + back * scene.card_px;
            const double level = scene.shows_card(on_card, y)
                                     ? card.at(on_card, y)
                                     : wall.at(x + back * scene.wall_px, y);
            for (int c = 0; c < 3; ++c)
                view.row<Sample>(y)[3 * x + c] = static_cast<Sample>(std::lround(level * most));
        }
    return view;
}

struct Views {
    Image left{};
    Image right{};
};

Views draw(const Scene& scene) {
    return {.left = draw<std::uint8_t>(scene, Eye::left, 255),
            .right = draw<std::uint8_t>(scene, Eye::right, 255)};
}

struct Quality {
    double density = 0;  // of the pixels that both eyes see
    double bad = 0;      // of the valid ones: off by more than a pixel
    double error_px = 0;
    double hidden = 0;  // of the hidden ones: called valid all the same
};

Quality judge(const MatchedView& found, const Scene& scene) {
    double seen = 0, hidden = 0, wrongly = 0, valid = 0, bad = 0, error = 0;
    for (int y = 0; y < scene.size.height; ++y)
        for (int x = 0; x < scene.size.width; ++x) {
            const bool is_valid = found.valid.at(x, y) > 0;
            if (scene.is_hidden(x, y)) {
                ++hidden;
                wrongly += is_valid;
                continue;
            }
            ++seen;
            if (!is_valid) continue;
            const double miss = std::abs(found.disparity.at(x, y) - scene.disparity(x, y));
            ++valid;
            bad += miss > 1;
            error += miss;
        }
    return {.density = valid / seen,
            .bad = bad / valid,
            .error_px = error / valid,
            .hidden = wrongly / hidden};
}

TEST(MatchViews, FindsDisparityInFrontOfAndBehindTheScreen) {
    const Scene scene;
    const auto [left, right] = draw(scene);
    const StereoMatch match = match_views(left, right);
    const Quality quality = judge(match.left, scene);
    EXPECT_GT(quality.density, 0.95);
    EXPECT_LT(quality.bad, 0.03);
    EXPECT_LT(quality.error_px, 0.25);
    EXPECT_LT(quality.hidden, 0.3);
}

TEST(MatchViews, FindsFractionsOfAPixel) {
    Scene scene;
    scene.wall_px = -4.5;
    scene.card_px = 3.25;
    const auto [left, right] = draw(scene);
    const StereoMatch match = match_views(left, right);
    EXPECT_NEAR(match.left.disparity.at(40, 60), -4.5, 0.3);
    EXPECT_NEAR(match.left.disparity.at(120, 60), 3.25, 0.3);
}

// The card's right view lies where the left view's disparity leads.
TEST(MatchViews, GivesTheRightViewItsOwnGeometry) {
    const Scene scene;
    const auto [left, right] = draw(scene);
    const MatchedView found = match_views(left, right).right;
    EXPECT_NEAR(found.disparity.at(120 - 14, 60), 14, 0.3);
    EXPECT_NEAR(found.disparity.at(40 + 9, 60), -9, 0.3);
    EXPECT_EQ(found.valid.at(120 - 14, 60), 1);
}

// What the right eye does not see lies beside the card, on its left, and belongs to the wall.
TEST(MatchViews, ContinuesTheFartherSideWhereOneEyeSees) {
    const Scene scene;
    const auto [left, right] = draw(scene);
    const MatchedView found = match_views(left, right).left;
    int hidden = 0, far = 0;
    for (int x = scene.card_left - 18; x < scene.card_left - 4; ++x) {
        hidden += found.valid.at(x, 60) == 0;
        far += std::abs(found.disparity.at(x, 60) - scene.wall_px) < 1;
    }
    EXPECT_GE(hidden, 8);
    EXPECT_GE(far, 12);
}

// Seen in a mirror and with eyes swapped a scene is as deep as before.
TEST(MatchViews, IsTheSameInAMirror) {
    const Scene scene;
    const auto [left, right] = draw(scene);
    const auto mirror = [](const Image& picture) {
        Image other = picture;
        for (int y = 0; y < picture.height(); ++y)
            for (int x = 0; x < picture.width(); ++x)
                for (int c = 0; c < 3; ++c)
                    other.row<std::uint8_t>(y)[3 * x + c] =
                        picture.row<std::uint8_t>(y)[3 * (picture.width() - 1 - x) + c];
        return other;
    };
    const StereoMatch match = match_views(left, right);
    const StereoMatch mirrored = match_views(mirror(right), mirror(left));
    const int last = scene.size.width - 1;
    for (int y = 0; y < scene.size.height; y += 7)
        for (int x = 0; x <= last; ++x)
            ASSERT_EQ(match.left.disparity.at(x, y), mirrored.right.disparity.at(last - x, y));
}

TEST(MatchViews, IsTheSameForAnyNumberOfThreads) {
    const auto [left, right] = draw(Scene{});
    const StereoMatch one = match_views(left, right, {.threads = 1});
    const StereoMatch four = match_views(left, right, {.threads = 4});
    EXPECT_EQ(one.left.disparity.values(), four.left.disparity.values());
    EXPECT_EQ(one.left.valid.values(), four.left.valid.values());
}

TEST(MatchViews, TakesSixteenBits) {
    const Scene scene;
    const auto left = draw<std::uint16_t>(scene, Eye::left, 65535);
    const auto right = draw<std::uint16_t>(scene, Eye::right, 65535);
    EXPECT_LT(judge(match_views(left, right).left, scene).bad, 0.03);
}

TEST(MatchViews, HasAnAnswerForSmallestPictures) {
    for (const Size size : {Size{1, 1}, Size{1, 40}, Size{40, 1}, Size{3, 2}, Size{17, 5}}) {
        const Image view(size, SampleType::u8, AlphaKind::none);
        const StereoMatch match = match_views(view, view);
        EXPECT_EQ(match.left.disparity.size(), size);
        for (const float d : match.left.disparity.values()) EXPECT_TRUE(std::isfinite(d));
    }
}

TEST(MatchViews, RefusesTwoSizesAndNothing) {
    const Image view({8, 8}, SampleType::u8, AlphaKind::none);
    EXPECT_THROW((void)match_views(view, Image({9, 8}, SampleType::u8, AlphaKind::none)), Error);
    EXPECT_THROW((void)match_views(view, Image()), Error);
}

// ---- Warnings.

std::string warnings_for(const Image& left, const Image& right) {
    std::string lines;
    (void)match_views(left, right,
                      {.on_warning = [&](const std::string& line) { lines += line + "\n"; }});
    return lines;
}

TEST(MatchViews, WarnsOfRowsThatDisagree) {
    const auto [left, right] = draw(Scene{});
    EXPECT_EQ(warnings_for(left, right), "");
    Image lower = right;
    for (int y = 4; y < right.height(); ++y)
        std::copy_n(right.row<std::uint8_t>(y - 4), right.row_bytes(), lower.row<std::uint8_t>(y));
    EXPECT_NE(warnings_for(left, lower).find("4.0 pixels apart"), std::string::npos)
        << warnings_for(left, lower);
}

TEST(MatchViews, WarnsOfViewsOfTwoScenes) {
    Scene other;
    other.size = {240, 120};
    const Image left = draw(other).left;
    Image noise = left;
    std::mt19937 random(7);
    for (std::size_t n = 0; n < noise.size_bytes(); ++n)
        noise.data()[n] = static_cast<std::uint8_t>(random());
    EXPECT_NE(warnings_for(left, noise).find("two views of one scene"), std::string::npos);
}

// ---- M_valid by hand.

TEST(FindConsistent, FollowsThereAndBack) {
    // Pixels 2 and 3 of the left view lie at 1 and 2 of the right one; 0 leads out of it.
    const auto left = row<Disparity>({1, 0, 1, 1, 3});
    const auto right = row<Disparity>({0, 1, 1.5F, 9, 0});
    EXPECT_EQ(find_consistent(left, Eye::left, right, 0.5).values(),
              (std::vector<float>{0, 0, 1, 1, 0}));
    // Back: 0 stays (1 there, off by 1), 1 leads to 2 (1: agrees), 2 to 4 by rounding 3.5 away.
    EXPECT_EQ(find_consistent(right, Eye::right, left, 0.5).values(),
              (std::vector<float>{0, 1, 0, 0, 0}));
}

TEST(FindConsistent, HoldsTheTolerance) {
    const auto own = row<Disparity>({0, 0});
    EXPECT_EQ(find_consistent(own, Eye::left, row<Disparity>({1, 1.1F})).values(),
              (std::vector<float>{1, 0}));
    EXPECT_EQ(find_consistent(own, Eye::left, row<Disparity>({1, 1.1F}), 2).values(),
              (std::vector<float>{1, 1}));
}

TEST(FindConsistent, RefusesWhatIsNoNumberAndTwoSizes) {
    EXPECT_EQ(
        find_consistent(row<Disparity>({kUnknown, 0}), Eye::left, row<Disparity>({0, kUnknown}))
            .values(),
        (std::vector<float>{0, 0}));
    EXPECT_THROW((void)find_consistent(Disparity({2, 1}), Eye::left, Disparity({3, 1})), Error);
}

}  // namespace
}  // namespace diorama
