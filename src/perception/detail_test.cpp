#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "diorama/depth.h"
#include "diorama/opencv.h"
#include "inference/tiny_onnx.h"
#include "perception/depth_scene.h"
#include "perception/merge_depth.h"

namespace diorama::perception {
namespace {

using testing::make_truth;
using testing::mean_difference;
using testing::smear;

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

// A network of 96×64 pixels for which bright is near.
class Detail : public ::testing::Test {
 protected:
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("diorama-detail-" + std::to_string(getpid()));
    void SetUp() override { std::filesystem::create_directories(folder); }
    void TearDown() override { std::filesystem::remove_all(folder); }

    [[nodiscard]] Model network() const {
        using namespace inference::testing;
        write_text(folder / "net.onnx", encode(TinyNetwork{.input = {"in", {1, 3, 64, 96}},
                                                           .output = {"out", {1, 1, 64, 96}}}));
        ModelInterface interface { .task = ModelTask::depth, .file = folder / "net.onnx" };
        interface.input.size.fixed = Size{96, 64};
        interface.outputs = {{.name = "out", .meaning = OutputMeaning::inverse_depth}};
        return Model(interface);
    }
};

Image grey(const cv::Mat_<float>& brightness) {
    Image image({brightness.cols, brightness.rows}, SampleType::u8, AlphaKind::none);
    for (int y = 0; y < brightness.rows; ++y)
        for (int x = 0; x < brightness.cols; ++x)
            std::fill_n(image.row<std::uint8_t>(y) + 3 * x, 3,
                        static_cast<std::uint8_t>(std::lround(255 * brightness(y, x))));
    return image;
}

// Posts of 16 px before a slope are two pixels wide to the network, which blurs them; looked at
// closer they are six.
TEST_F(Detail, ShowsWhatIsTooFineForTheWhole) {
    cv::Mat_<float> truth(512, 768);
    for (int y = 0; y < truth.rows; ++y)
        for (int x = 0; x < truth.cols; ++x)
            truth(y, x) = 0.2F + 0.2F * static_cast<float>(y) / 512 + (x % 96 < 16 ? 0.5F : 0.0F);
    const Model model = network();
    const auto error = [&](const DepthEstimate& estimate) {
        InverseDepth expected({truth.cols, truth.rows});
        truth.copyTo(as_mat(expected));
        normalise(expected);
        return mean_difference(as_mat(estimate.inverse_depth), as_mat(expected));
    };
    const Image picture = grey(truth);
    EXPECT_LT(error(estimate_depth_in_detail(model, picture)),
              0.6 * error(estimate_depth(model, picture)));
}

// On a slope the parts have nothing to add, and where they meet nothing may be seen.
TEST_F(Detail, ShowsNoSeamOfItsParts) {
    cv::Mat_<float> truth(512, 768);
    for (int y = 0; y < truth.rows; ++y)
        for (int x = 0; x < truth.cols; ++x)
            truth(y, x) = static_cast<float>(x + y) / (truth.rows + truth.cols);
    const auto detailed = estimate_depth_in_detail(network(), grey(truth)).inverse_depth;
    const float slope = 1.05F / (truth.rows + truth.cols);
    for (int y = 8; y < truth.rows - 8; ++y)
        for (int x = 8; x < truth.cols - 8; ++x)
            ASSERT_NEAR(detailed.at(x + 4, y) - detailed.at(x - 4, y), 8 * slope, 8 * slope)
                << x << "," << y;
}

TEST_F(Detail, LooksAtSmallPicturesOnce) {
    const Image picture = grey(make_truth({110, 72}));
    const Model model = network();
    EXPECT_EQ(estimate_depth_in_detail(model, picture).inverse_depth.values(),
              estimate_depth(model, picture).inverse_depth.values());
}

}  // namespace
}  // namespace diorama::perception
