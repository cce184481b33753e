#include <gtest/gtest.h>

#include <cmath>

#include "diorama/error.h"
#include "diorama/picture.h"
#include "labels/draw_curves.h"
#include "labels/make_labels.h"
#include "labels/snap_to_edges.h"
#include "perception/depth_scene.h"
#include "run/loss_table.h"
#include "test_folder.h"

namespace diorama::training {
namespace {

using perception::testing::make_truth;
using perception::testing::mean_difference;
using perception::testing::smear;

TEST(SnapToEdges, PutsTheStepOnTheMattesEdge) {
    const cv::Size size(200, 160);
    const auto truth = make_truth(size);
    const cv::Rect box(size.width / 4, size.height / 4, size.width / 2, size.height / 2);
    cv::Mat_<float> matte(size, 0.0F);
    matte(box) = 1.0F;
    cv::Mat_<cv::Vec3b> picture(size, cv::Vec3b(60, 90, 60));
    picture(box).setTo(cv::Scalar(180, 160, 150));

    const auto smeared = smear(truth, 2);
    const auto snapped = snap_to_edges(smeared, picture, matte);
    EXPECT_LT(mean_difference(snapped, truth), 0.6 * mean_difference(smeared, truth));
    const int y = size.height / 2;
    const float step = snapped(y, box.x + 1) - snapped(y, box.x - 2);
    EXPECT_GT(step, 0.85F * (truth(y, box.x + 1) - truth(y, box.x - 2)));
}

TEST(SnapToEdges, MakesNoStepWhereDepthHasNone) {
    const cv::Size size(200, 160);
    cv::Mat_<float> slope(size);
    for (int y = 0; y < size.height; ++y) slope.row(y) = static_cast<float>(y) / 160.0F;
    cv::Mat_<float> matte(size, 0.0F);
    matte(cv::Rect(50, 40, 100, 80)) = 1.0F;
    const cv::Mat_<cv::Vec3b> picture(size, cv::Vec3b(60, 90, 60));
    EXPECT_LT(mean_difference(snap_to_edges(slope, picture, matte), slope), 0.01);
}

TEST(SnapToEdges, TakesAPictureWithoutSubject) {
    const auto truth = make_truth({80, 60});
    const cv::Mat_<cv::Vec3b> picture(truth.size(), cv::Vec3b(60, 90, 60));
    const cv::Mat_<float> nothing(truth.size(), 0.0F);
    EXPECT_TRUE(cv::checkRange(snap_to_edges(truth, picture, nothing)));
}

TEST(Mattes, FullOfSpecksAreTold) {
    cv::Mat_<float> matte(120, 160, 0.0F);
    cv::circle(matte, {80, 60}, 40, 1.0F, cv::FILLED, cv::LINE_AA);
    cv::line(matte, {10, 5}, {150, 15}, 1.0F, 1);
    EXPECT_FALSE(is_speckled(matte));
    cv::RNG random(1);
    for (int i = 0; i < 1000; ++i) matte(random.uniform(0, 120), random.uniform(0, 160)) = 1.0F;
    EXPECT_TRUE(is_speckled(matte));
}

TEST(Curves, DrawEachLossOnce) {
    const TestFolder folder;
    const LossTable table(folder / "losses.csv", 0);
    EXPECT_THROW(draw_curves(folder / "losses.csv", folder / "curves.png"), Error);
    for (int step = 10; step <= 100; step += 10)
        table.append({.step = step,
                      .kind = step % 50 == 0 ? "validation" : "training",
                      .losses = {{"depth", 1.0 / step}, {"gradient", 2.0 / step}, {"total", 0.1}}});
    draw_curves(folder / "losses.csv", folder / "curves.png");
    const Image picture = read_picture(folder / "curves.png");
    EXPECT_EQ(picture.size(), (Size{2 * 640, 2 * 320}));
}

}  // namespace
}  // namespace diorama::training
