#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "diorama/opencv.h"
#include "diorama/scenes.h"
#include "steady/sketch.h"

namespace diorama {
namespace {

constexpr Size kFrame{160, 90};

// A world of blotches and discs to look at, another for each seed.
cv::Mat make_world(int seed) {
    cv::RNG random(static_cast<std::uint64_t>(seed) * 7919 + 1);
    cv::Mat world(
        240, 360, CV_8UC3,
        cv::Scalar(random.uniform(40, 200), random.uniform(40, 200), random.uniform(40, 200)));
    for (int i = 0; i < 1500; ++i)
        cv::ellipse(
            world, {random.uniform(0, 360), random.uniform(0, 240)},
            {random.uniform(2, 10), random.uniform(2, 7)}, random.uniform(0, 180), 0, 360,
            cv::Scalar(random.uniform(0, 256), random.uniform(0, 256), random.uniform(0, 256)),
            cv::FILLED, cv::LINE_AA);
    return world;
}

// A camera that pans over a world at so many pixels a frame.
class Shot {
 public:
    explicit Shot(int seed, double speed_px = 0.6)
        : world_(make_world(seed)), speed_px_(speed_px) {}

    cv::Mat frame() {
        const double shift = 20 + speed_px_ * at_++;
        const cv::Matx23d way(1, 0, shift, 0, 1, 60 + shift / 4);
        cv::Mat seen;
        cv::warpAffine(world_, seen, way, cv::Size(kFrame.width, kFrame.height),
                       cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REFLECT);
        return seen;
    }

 private:
    cv::Mat world_;
    double speed_px_;
    int at_ = 0;
};

// A film that grows frame by frame, with the noise of a camera.
class Film {
 public:
    void add(const cv::Mat& frame) {
        cv::Mat noise(frame.size(), CV_16SC3);
        random_.fill(noise, cv::RNG::NORMAL, 0, 3);
        cv::Mat sum;
        frame.convertTo(sum, CV_16S);
        sum += noise;
        Image picture(kFrame, SampleType::u8, AlphaKind::none);
        sum.convertTo(as_mat(picture), CV_8U);
        finder_.push(picture);
        ++frames_;
        take();
    }
    void add(Shot& shot, int frames) {
        for (int i = 0; i < frames; ++i) add(shot.frame());
    }
    void dissolve(Shot& from, Shot& to, int frames) {
        for (int i = 1; i <= frames; ++i) {
            const double share = double(i) / (frames + 1);
            cv::Mat mixed;
            cv::addWeighted(from.frame(), 1 - share, to.frame(), share, 0, mixed);
            add(mixed);
        }
    }
    void fade_out(Shot& shot, int frames) {
        for (int i = 1; i <= frames; ++i) add(shot.frame() * (1 - double(i) / frames));
    }
    void fade_in(Shot& shot, int frames) {
        for (int i = 1; i <= frames; ++i) add(shot.frame() * (double(i) / frames));
    }
    void flash(Shot& shot, int frames) {
        for (int i = 0; i < frames; ++i) add(shot.frame() * 0.3 + cv::Scalar::all(170));
    }

    [[nodiscard]] int frames() const { return frames_; }
    std::vector<SceneStart> finish() {
        finder_.finish();
        take();
        return starts_;
    }

 private:
    void take() {
        while (const auto start = finder_.next()) {
            EXPECT_LT(start->frame, finder_.known_until());
            starts_.push_back(*start);
        }
    }

    SceneFinder finder_{};
    cv::RNG random_{5};
    int frames_ = 0;
    std::vector<SceneStart> starts_{};
};

TEST(Scenes, CutsAreFoundToTheFrame) {
    Film film;
    std::vector<SceneStart> cuts;
    for (int n = 0; n < 8; ++n) {
        Shot shot(n);
        if (n > 0) cuts.push_back({film.frames(), SceneChange::cut});
        film.add(shot, 12 + 5 * n);
    }
    EXPECT_EQ(film.finish(), cuts);
}

TEST(Scenes, PansZoomsAndFlashesAreNone) {
    Film film;
    Shot slow(1);
    Shot fast(1, 5);
    film.add(slow, 30);
    film.flash(slow, 3);
    film.add(slow, 30);
    EXPECT_TRUE(film.finish().empty());
    Film pan;
    pan.add(fast, 30);
    EXPECT_TRUE(pan.finish().empty());
}

TEST(Scenes, AnotherShotOfAFewFramesIsABlink) {
    Film film;
    Shot shot(1);
    Shot other(2);
    film.add(shot, 20);
    film.add(other, 4);
    film.add(shot, 20);
    EXPECT_TRUE(film.finish().empty());
}

TEST(Scenes, AFadeThroughBlackBelongsToThePast) {
    Film film;
    Shot first(1);
    Shot second(2);
    film.add(first, 25);
    film.fade_out(first, 10);
    for (int i = 0; i < 6; ++i) film.add(cv::Mat(90, 160, CV_8UC3, cv::Scalar::all(0)));
    const int lit = film.frames();
    film.fade_in(second, 10);
    film.add(second, 25);
    const auto starts = film.finish();
    ASSERT_EQ(starts.size(), 1U);
    EXPECT_GE(starts[0].frame, lit);
    EXPECT_LE(starts[0].frame, lit + 5);
}

TEST(Scenes, AFadeToBlackAndBackIsOneScene) {
    Film film;
    Shot shot(1);
    film.add(shot, 25);
    film.fade_out(shot, 8);
    film.fade_in(shot, 8);
    film.add(shot, 25);
    EXPECT_TRUE(film.finish().empty());
}

TEST(Scenes, ADissolveBeginsAtItsMiddle) {
    for (const int length : {10, 24, 40}) {
        Film film;
        Shot first(3, 0.2);
        Shot second(4, 0.2);
        film.add(first, 30);
        film.dissolve(first, second, length);
        const int middle = 30 + length / 2;
        film.add(second, 30);
        const auto starts = film.finish();
        ASSERT_EQ(starts.size(), 1U) << length;
        EXPECT_EQ(starts[0].change, SceneChange::gradual);
        EXPECT_NEAR(static_cast<double>(starts[0].frame), middle, 6) << length;
    }
}

TEST(Scenes, ShortFilms) {
    EXPECT_TRUE(Film().finish().empty());
    Film film;
    Shot shot(1);
    film.add(shot, 1);
    EXPECT_TRUE(film.finish().empty());
}

TEST(Scenes, APictureOfOneRow) {
    SceneFinder finder;
    for (int i = 0; i < 40; ++i) {
        Image row({300, 1}, SampleType::u16, AlphaKind::straight);
        std::fill_n(row.row<std::uint16_t>(0), 1200, static_cast<std::uint16_t>(i * 100));
        finder.push(row);
    }
    finder.finish();
    EXPECT_FALSE(finder.next());
    EXPECT_EQ(finder.known_until(), 40);
}

TEST(Sketch, WhatMovesAndFadesIsFoundAgain) {
    Shot shot(5, 4);
    const auto draw = [](const cv::Mat& frame) {
        Image picture(kFrame, SampleType::u8, AlphaKind::none);
        frame.copyTo(as_mat(picture));
        return steady::draw_sketch(picture);
    };
    const cv::Mat first = shot.frame();
    EXPECT_NEAR(steady::structure_change(draw(first), draw(first)), 0, 0.02);
    EXPECT_LT(steady::structure_change(draw(first), draw(shot.frame())), 0.15);
    EXPECT_LT(steady::structure_change(draw(first), draw(first * 0.4)), 0.05);
    Shot other(6);
    const cv::Mat second = other.frame();
    EXPECT_GT(steady::structure_change(draw(first), draw(second)), 0.3);
    EXPECT_GT(steady::colour_change(draw(first), draw(second)), 0.2);

    const auto mixture = steady::unmix(draw(first * 0.7 + second * 0.3), draw(first), draw(second));
    EXPECT_NEAR(mixture.first, 0.7, 0.03);
    EXPECT_LT(mixture.rest, 0.01);
}

}  // namespace
}  // namespace diorama
