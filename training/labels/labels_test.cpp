#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "diorama/error.h"
#include "diorama/picture.h"
#include "labels/draw_curves.h"
#include "labels/make_labels.h"
#include "labels/merge_depth.h"
#include "run/loss_table.h"
#include "test_folder.h"

namespace diorama::training {
namespace {

// A slope with a box that stands out of it.
cv::Mat_<float> make_truth(cv::Size size) {
    cv::Mat_<float> truth(size);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            truth(y, x) = 0.5F * static_cast<float>(y) / static_cast<float>(size.height);
    truth(cv::Rect(size.width / 4, size.height / 4, size.width / 2, size.height / 2)) += 0.6F;
    return truth;
}

cv::Mat_<float> smear(const cv::Mat_<float>& map, double sigma_px) {
    cv::Mat_<float> smeared;
    cv::GaussianBlur(map, smeared, {}, sigma_px);
    return smeared;
}

double mean_difference(const cv::Mat_<float>& a, const cv::Mat_<float>& b) {
    return cv::norm(a, b, cv::NORM_L1) / static_cast<double>(a.total());
}

std::vector<PartialDepth> cut_tiles(const cv::Mat_<float>& map, double scale, double offset) {
    const cv::Size tile(cvRound(0.62 * map.cols), cvRound(0.62 * map.rows));
    std::vector<PartialDepth> tiles;
    for (const int x : {0, map.cols - tile.width})
        for (const int y : {0, map.rows - tile.height}) {
            const cv::Rect where({x, y}, tile);
            tiles.push_back({where, cv::Mat(scale * map(where) + offset)});
            scale *= 1.7;  // each tile has a scale of its own
            offset -= 0.3;
        }
    return tiles;
}

TEST(MergeDepth, TakesDetailFromTilesOfAnyScale) {
    const auto truth = make_truth({200, 160});
    const auto whole = smear(truth, 5);
    const auto merged = merge_depth(whole, cut_tiles(smear(truth, 1), 2.0, 0.4));
    EXPECT_LT(mean_difference(merged, truth), 0.8 * mean_difference(whole, truth));
}

TEST(MergeDepth, KeepsTheLowFrequenciesOfTheWhole) {
    const auto truth = make_truth({200, 160});
    const auto whole = smear(truth, 3);
    // These tiles say that the ground is flat; the box stands where it stood.
    cv::Mat_<float> flat = truth.clone();
    for (int y = 0; y < flat.rows; ++y)
        flat.row(y) -= 0.5F * static_cast<float>(y) / static_cast<float>(flat.rows);
    const auto merged = merge_depth(whole, cut_tiles(flat, 1.0, 0.0));
    EXPECT_LT(mean_difference(smear(merged, 20), smear(whole, 20)), 0.02);
}

TEST(MergeDepth, ShowsNoSeam) {
    const auto truth = make_truth({200, 160});
    const auto merged = merge_depth(smear(truth, 4), cut_tiles(smear(truth, 2), 2.0, 0.4));
    // A tile ends at 0.62 of the width. Rows above the box are smooth in truth.
    const int seam = cvRound(0.62 * merged.cols);
    for (int y = 2; y < 20; ++y)
        EXPECT_LT(std::abs(merged(y, seam) - merged(y, seam - 1)), 0.01) << "row " << y;
}

TEST(MergeDepth, WithoutPartsIsTheWhole) {
    const auto truth = make_truth({60, 40});
    EXPECT_LT(mean_difference(merge_depth(truth, {}), truth), 1e-6);
}

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
