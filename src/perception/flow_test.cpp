#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

#include "core/thrown_error.h"
#include "diorama/catalogue.h"
#include "diorama/error.h"
#include "diorama/flow.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "inference/tiny_onnx.h"
#include "perception/painted_pictures.h"

namespace fs = std::filesystem;

namespace diorama::perception {
namespace {

class FlowFiles : public ::testing::Test {
 protected:
    fs::path folder = fs::temp_directory_path() / ("diorama-flow-" + std::to_string(getpid()));
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }
};

// 0…1 at whole places, and smooth between them.
double noise(double x, double y) {
    const double left = std::floor(x), above = std::floor(y);
    const auto at = [&](int right, int below) {
        auto hash = static_cast<std::uint32_t>(static_cast<int>(left) + right) * 0x9E3779B1U ^
                    static_cast<std::uint32_t>(static_cast<int>(above) + below) * 0x85EBCA77U;
        hash = (hash ^ (hash >> 15)) * 0x2C1B3C6DU;
        return (hash >> 8) / 16777216.0;
    };
    const auto ease = [](double t) { return t * t * (3 - 2 * t); };
    const double u = ease(x - left), v = ease(y - above);
    return (at(0, 0) * (1 - u) + at(1, 0) * u) * (1 - v) + (at(0, 1) * (1 - u) + at(1, 1) * u) * v;
}

// A texture of all sizes that repeats nowhere, defined between pixels too.
double texture(double x, double y) {
    return 0.4 * noise(x / 40, y / 40) + 0.3 * noise(x / 17 + 50, y / 17) +
           0.3 * noise(x / 7, y / 7 + 90);
}

using Warp = std::function<cv::Point2d(double, double)>;

Image paint(Size size, const Warp& source, SampleType type = SampleType::u8) {
    const auto colour = [&](int x, int y) {
        const cv::Point2d at = source(x, y);
        const double value = texture(at.x, at.y);
        return cv::Vec3f(cv::Vec3d(0.9 * value, value, 0.9 * value));
    };
    return perception::paint(size, colour, type);
}

cv::Point2d stay(double x, double y) {
    return {x, y};
}
// What lies at (x, y) in the first picture lies at (x, y) + shift in the second.
Warp shifted(double dx, double dy) {
    return [=](double x, double y) { return cv::Point2d(x - dx, y - dy); };
}
Warp rotated(Size size, double degrees) {
    const double a = degrees * std::numbers::pi / 180;
    return [=](double x, double y) {
        const double u = x - size.width / 2.0, v = y - size.height / 2.0;
        return cv::Point2d(std::cos(a) * u + std::sin(a) * v + size.width / 2.0,
                           -std::sin(a) * u + std::cos(a) * v + size.height / 2.0);
    };
}

// Mean distance between found and true flow, away from the border, over which texture moves in.
double end_point_error(const Flow& flow, const Warp& truth, int margin) {
    double sum = 0;
    int count = 0;
    for (int y = margin; y < flow.size().height - margin; ++y)
        for (int x = margin; x < flow.size().width - margin; ++x) {
            const cv::Point2d to = truth(x, y);
            sum += std::hypot(flow.dx.at(x, y) - (to.x - x), flow.dy.at(x, y) - (to.y - y));
            ++count;
        }
    return sum / count;
}
Warp there(double dx, double dy) {
    return [=](double x, double y) { return cv::Point2d(x + dx, y + dy); };
}

Flow constant_flow(Size size, float dx, float dy) {
    return {FlowMap(size, dx), FlowMap(size, dy)};
}

TEST(EstimateFlow, FindsShifts) {
    const Size size{320, 240};
    const Image first = paint(size, stay);
    for (const auto& [dx, dy] : {std::pair{0.0, 0.0}, {3.4, -2.2}, {-14.0, 9.5}}) {
        const Image second = paint(size, shifted(dx, dy));
        EXPECT_LT(end_point_error(estimate_flow(first, second), there(dx, dy), 24), 0.15) << dx;
        EXPECT_LT(
            end_point_error(estimate_flow(first, second, FlowPreset::fast), there(dx, dy), 24), 0.4)
            << dx;
    }
}

TEST(EstimateFlow, FindsTurns) {
    const Size size{320, 240};
    const Flow flow = estimate_flow(paint(size, stay), paint(size, rotated(size, 4)));
    EXPECT_LT(end_point_error(flow, rotated(size, -4), 30), 0.3);
}

TEST(EstimateFlow, TakesSixteenBitsAndLargePictures) {
    const Size size{200, 140};
    const Flow wide = estimate_flow(paint(size, stay, SampleType::u16),
                                    paint(size, shifted(4, 1), SampleType::u16));
    EXPECT_LT(end_point_error(wide, there(4, 1), 20), 0.15);

    // Above four megapixels a smaller copy is compared; the vectors are those of the whole.
    const Size large{2600, 2000};
    const Flow flow =
        estimate_flow(resize(paint({650, 500}, stay), large),
                      resize(paint({650, 500}, shifted(3, -1.5)), large), FlowPreset::fast);
    EXPECT_EQ(flow.size(), large);
    EXPECT_LT(end_point_error(flow, there(12, -6), 100), 0.5);
}

TEST(EstimateFlow, TakesTinyPicturesAndRefusesTwoSizes) {
    for (const Size size : {Size{1, 1}, Size{1, 70}, Size{70, 1}, Size{5, 3}, Size{13, 64}}) {
        const Image picture = paint(size, stay);
        const Flow flow = estimate_flow(picture, picture);
        EXPECT_EQ(flow.size(), size);
        EXPECT_LT(end_point_error(flow, there(0, 0), 0), 0.01);
    }
    EXPECT_EQ(code_of([] {
                  (void)estimate_flow(Image({4, 4}, SampleType::u8, AlphaKind::none),
                                      Image({4, 5}, SampleType::u8, AlphaKind::none));
              }),
              ErrorCode::mismatch);
}

// ---- There and back.

TEST(FlowConfidence, IsItsDefinition) {
    const Size size{40, 20};
    const auto at_centre = [](const Flow& f, const Flow& b) {
        return flow_confidence(f, b).at(20, 10);
    };
    const Flow right = constant_flow(size, 3, 0);
    EXPECT_FLOAT_EQ(at_centre(right, constant_flow(size, -3, 0)), 1.0F);
    EXPECT_FLOAT_EQ(at_centre(right, constant_flow(size, -2, 0)),
                    std::exp2(-1.0F / (0.01F * (9 + 4) + 0.5F)));
    EXPECT_LT(at_centre(right, constant_flow(size, 3, 0)), 1e-9F);
    // What leaves the picture is not seen in it.
    EXPECT_EQ(flow_confidence(right, constant_flow(size, -3, 0)).at(37, 10), 0.0F);
    EXPECT_EQ(flow_confidence(right, constant_flow(size, -3, 0)).at(36, 10), 1.0F);
    // The way back is read between pixels.
    Flow back = constant_flow(size, 0, 0);
    for (int x = 0; x < size.width; ++x) back.dx.at(x, 10) = static_cast<float>(-x);
    EXPECT_FLOAT_EQ(flow_confidence(constant_flow(size, 0.5F, 0), back).at(4, 10),
                    std::exp2(-16.0F / (0.01F * (0.25F + 4.5F * 4.5F) + 0.5F)));
    EXPECT_EQ(code_of([&] {
                  (void)flow_confidence(right, constant_flow({3, 3}, 0, 0));
              }),
              ErrorCode::mismatch);
}

// A square moves 12 px to the right before a background that stays: it hides a strip beside it.
TEST(FlowConfidence, KnowsWhatIsHidden) {
    const Size size{240, 160};
    const auto scene = [&](double shift) {
        return paint(size, [=](double x, double y) {
            const bool square = x >= 80 + shift && x < 150 + shift && y >= 40 && y < 120;
            return square ? cv::Point2d(x - shift + 1000, 500 - y) : cv::Point2d(x, y);
        });
    };
    const Image first = scene(0), second = scene(12);
    const Confidence seen =
        flow_confidence(estimate_flow(first, second), estimate_flow(second, first));
    const auto mean = [&](const cv::Rect& part) { return cv::mean(as_mat(seen)(part))[0]; };
    EXPECT_LT(mean({152, 50, 8, 60}), 0.35);  // is covered by the square
    EXPECT_GT(mean({90, 50, 50, 60}), 0.9);   // the square itself
    EXPECT_GT(mean({20, 20, 50, 120}), 0.9);  // background far from it
}

TEST(WarpByFlow, BringsTheOtherPictureBack) {
    const Size size{160, 120};
    for (const auto type : {SampleType::u8, SampleType::u16}) {
        const Image first = paint(size, stay, type);
        const Image second = paint(size, shifted(5, -3), type);
        const Image back = warp_by_flow(second, constant_flow(size, 5, -3));
        const cv::Rect inner(8, 8, 144, 104);
        EXPECT_EQ(back.sample_type(), type);
        EXPECT_LE(cv::norm(as_mat(back)(inner), as_mat(first)(inner), cv::NORM_INF), 1);
        const Image half =
            warp_by_flow(paint(size, shifted(0.5, 0), type), constant_flow(size, 0.5F, 0));
        const double full = type == SampleType::u8 ? 255 : 65535;
        EXPECT_LT(cv::norm(as_mat(half)(inner), as_mat(first)(inner), cv::NORM_INF), 0.05 * full);
    }
    EXPECT_EQ(warp_by_flow(paint({1, 1}, stay), constant_flow({1, 1}, 50, 50)).size(),
              (Size{1, 1}));
    EXPECT_EQ(code_of([&] {
                  (void)warp_by_flow(paint({4, 4}, stay), constant_flow(size, 0, 0));
              }),
              ErrorCode::mismatch);
}

TEST(WarpByFlow, HiddenColoursDoNotMixIn) {
    Image picture({3, 1}, SampleType::u8, AlphaKind::straight);
    const std::uint8_t pixels[]{255, 0, 0, 0, 40, 40, 40, 255, 40, 40, 40, 255};
    std::ranges::copy(pixels, picture.data());
    const Image moved = warp_by_flow(picture, constant_flow({3, 1}, 0.5F, 0));
    EXPECT_NEAR(moved.row<std::uint8_t>(0)[0], 40, 2);
    EXPECT_NEAR(moved.row<std::uint8_t>(0)[3], 128, 1);
}

// ---- Files and pictures.

TEST(DrawFlow, ShowsDirectionAsHue) {
    Flow flow = constant_flow({200, 10}, 0, 0);
    const auto set = [&](int x, float dx, float dy) {
        flow.dx.at(x, 5) = dx;
        flow.dy.at(x, 5) = dy;
    };
    for (int x = 0; x < 200; ++x) flow.dx.at(x, 9) = 10;  // what full colour is
    set(0, 10, 0);
    set(1, -10, 0);
    set(2, 0, 10);
    set(3, 5, 0);
    set(4, 20, 0);
    const Image colours = draw_flow(flow);
    const auto colour = [&](int x, int y = 5) {
        const auto* p = colours.row<std::uint8_t>(y) + 3 * x;
        return cv::Vec3i(p[0], p[1], p[2]);
    };
    EXPECT_EQ(colour(50), cv::Vec3i(255, 255, 255));
    EXPECT_EQ(colour(0), cv::Vec3i(255, 0, 0));
    EXPECT_GT(colour(1)[2], 200);  // left: between cyan and blue
    EXPECT_LT(colour(1)[0], 30);
    EXPECT_GT(std::min(colour(2)[0], colour(2)[1]), 200);  // down: yellow
    EXPECT_LT(colour(2)[2], 30);
    EXPECT_NEAR(colour(3)[1], 128, 1);
    EXPECT_EQ(colour(4), cv::Vec3i(191, 0, 0));
    EXPECT_EQ(draw_flow(constant_flow({1, 1}, 0, 0)).row<std::uint8_t>(0)[0], 255);
}

TEST_F(FlowFiles, FloIsMiddleburys) {
    Flow flow = constant_flow({7, 3}, 0, 0);
    for (int y = 0; y < 3; ++y)
        for (int x = 0; x < 7; ++x) {
            flow.dx.at(x, y) = 0.1F * static_cast<float>(x) - 3;
            flow.dy.at(x, y) = 1e4F * static_cast<float>(y);
        }
    write_flow(folder / "flow.flo", flow);
    const cv::Mat_<cv::Vec2f> read = cv::readOpticalFlow((folder / "flow.flo").string());
    ASSERT_EQ(read.size(), cv::Size(7, 3));
    for (int y = 0; y < 3; ++y)
        for (int x = 0; x < 7; ++x)
            EXPECT_EQ(read(y, x), cv::Vec2f(flow.dx.at(x, y), flow.dy.at(x, y)));

    // Of an EXR without depth the first colour is read: dx.
    write_flow(folder / "flow.exr", flow);
    EXPECT_EQ(read_inverse_depth(folder / "flow.exr").values(), flow.dx.values());

    write_flow(folder / "flow.png", flow);
    EXPECT_EQ(read_picture(folder / "flow.png").size(), flow.size());
    EXPECT_EQ(code_of([&] { write_flow(folder / "none" / "flow.flo", flow); }),
              ErrorCode::unwritable);
    EXPECT_EQ(code_of([&] { write_flow(folder / "empty.flo", {}); }), ErrorCode::usage);
    EXPECT_FALSE(fs::exists(folder / "empty.flo"));
}

// ---- Networks.

// RAFT as OpenCV's zoo publishes it: numbered tensors, and flow at an eighth beside flow at full
// size. This one says that each pixel moves by as much as its red and green grow.
inference::testing::TinyGraph stand_in_raft(int width = 480, int height = 360) {
    using inference::testing::Element;
    return {.inputs = {{"0", {1, 3, height, width}}, {"1", {1, 3, height, width}}},
            .outputs = {{"eighth", {1, 2, height / 8, width / 8}}, {"full", {1, 2, height, width}}},
            .nodes = {{"Sub", {"1", "0"}, {"growth"}},
                      {"Slice", {"growth", "begin", "end", "axis"}, {"full"}},
                      {"AveragePool",
                       {"full"},
                       {"eighth"},
                       {{.name = "kernel_shape", .integers = {8, 8}},
                        {.name = "strides", .integers = {8, 8}}}}},
            .constants = {{"begin", {1}, {0}, Element::int64},
                          {"end", {1}, {2}, Element::int64},
                          {"axis", {1}, {1}, Element::int64}}};
}

Image plain(Size size, const cv::Scalar& colour, SampleType type = SampleType::u8) {
    Image image(size, type, AlphaKind::none);
    as_mat(image).setTo(colour * (type == SampleType::u8 ? 1.0 : 257.0));
    return image;
}

class FlowNetwork : public FlowFiles {
 protected:
    Model load(const inference::testing::TinyGraph& graph) const {
        const fs::path file = folder / "raft.onnx";
        inference::testing::write_text(file, encode(graph));
        return Model(find_model("raft=" + file.string(), {ModelTask::flow}));
    }
};

TEST_F(FlowNetwork, VectorsAreThePictures) {
    const Model model = load(stand_in_raft());
    for (const auto type : {SampleType::u8, SampleType::u16}) {
        const Size size{960, 1080};
        const Flow flow =
            estimate_flow(model, plain(size, {10, 20, 30}, type), plain(size, {16, 17, 30}, type));
        ASSERT_EQ(flow.size(), size);
        // Higher than wide: the network, wider than high, sees it turned.
        EXPECT_NEAR(flow.dx.at(500, 300), -3 * 960 / 360.0, 1e-3);
        EXPECT_NEAR(flow.dy.at(500, 300), 6 * 1080 / 480.0, 1e-3);
    }
    const Size wide{960, 360};
    const Flow flow = estimate_flow(model, plain(wide, {10, 20, 30}), plain(wide, {16, 17, 30}));
    EXPECT_NEAR(flow.dx.at(500, 300), 12, 1e-3);
    EXPECT_NEAR(flow.dy.at(500, 300), -3, 1e-3);
}

TEST_F(FlowNetwork, TheVariantThatFitsRuns) {
    ModelInterface interface = load(stand_in_raft()).interface();
    interface.file.clear();
    interface.input.size = {};
    for (const Size size : {Size{64, 48}, Size{48, 64}}) {
        const fs::path file = folder / (std::to_string(size.width) + ".onnx");
        inference::testing::write_text(file, encode(stand_in_raft(size.width, size.height)));
        interface.variants.push_back({file, size});
    }
    const Model model(interface);
    for (const Size size : {Size{128, 96}, Size{96, 128}}) {
        const Flow flow = estimate_flow(model, plain(size, {5, 5, 5}), plain(size, {7, 5, 5}));
        EXPECT_NEAR(flow.dx.at(40, 50), 4, 1e-3);
        EXPECT_NEAR(flow.dy.at(40, 50), 0, 1e-3);
    }
}

TEST_F(FlowNetwork, WrongGraphsAreRefused) {
    const Image picture = plain({48, 36}, {9, 9, 9});
    const auto refused = [&](const inference::testing::TinyGraph& graph) {
        return code_of([&] { (void)estimate_flow(load(graph), picture, picture); }) ==
               ErrorCode::model;
    };
    auto no_flow = stand_in_raft();
    no_flow.outputs.pop_back();
    EXPECT_TRUE(refused(no_flow));
    EXPECT_TRUE(refused(stand_in_raft(480, 368)));
    auto other_name = stand_in_raft();
    other_name.inputs[1].name = "2";
    other_name.nodes[0].inputs[0] = "2";
    EXPECT_TRUE(refused(other_name));
    EXPECT_EQ(code_of([&] {
                  (void)estimate_flow(load(stand_in_raft()), picture, plain({36, 48}, {9, 9, 9}));
              }),
              ErrorCode::mismatch);
}

// ---- A real scene with true disparity.

TEST(StereoPair, FlowIsItsDisparity) {
    const fs::path stereo = fs::path(DIORAMA_SHARED_DIR) / "data" / "stereo";
    if (!fs::exists(stereo)) GTEST_SKIP() << "no stereo pairs in " << stereo;
    const Image left = read_picture(stereo / "middlebury_cones_left.png");
    const Image right = read_picture(stereo / "middlebury_cones_right.png");
    const Flow flow = estimate_flow(left, right);
    const Confidence seen = flow_confidence(flow, estimate_flow(right, left));

    std::ifstream file(stereo / "middlebury_cones_left_disparity_x4.pgm", std::ios::binary);
    std::string tag;
    int width = 0, height = 0, largest = 0;
    file >> tag >> width >> height >> largest;
    file.get();
    ASSERT_EQ((Size{width, height}), left.size());
    std::vector<unsigned char> codes(static_cast<std::size_t>(width) * height);
    file.read(reinterpret_cast<char*>(codes.data()), static_cast<std::streamsize>(codes.size()));

    std::vector<double> errors, sure_errors;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const int code = codes[static_cast<std::size_t>(y) * width + x];
            if (code == 0) continue;
            const double error =
                std::hypot(flow.dx.at(x, y) + code / 4.0, double{flow.dy.at(x, y)});
            errors.push_back(error);
            if (seen.at(x, y) >= 0.5F) sure_errors.push_back(error);
        }
    const auto below = [](const std::vector<double>& list, double limit) {
        return static_cast<double>(
                   std::ranges::count_if(list, [=](double error) { return error < limit; })) /
               static_cast<double>(list.size());
    };
    std::printf(
        "within 1 px: %.3f of all, %.3f of the %.3f that are sure; within 2 px: %.3f, %.3f\n",
        below(errors, 1), below(sure_errors, 1),
        static_cast<double>(sure_errors.size()) / static_cast<double>(errors.size()),
        below(errors, 2), below(sure_errors, 2));
    EXPECT_GT(below(errors, 2), 0.7);
    EXPECT_GT(below(sure_errors, 2), below(errors, 2));
}

}  // namespace
}  // namespace diorama::perception
