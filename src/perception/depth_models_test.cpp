// Networks for depth as they are published: each one's interface from the catalogue, run on a tiny
// graph with the same names and shapes and a known answer.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <opencv2/core.hpp>

#include "core/thrown_error.h"
#include "diorama/catalogue.h"
#include "diorama/depth.h"
#include "diorama/error.h"
#include "diorama/opencv.h"
#include "inference/tiny_onnx.h"
#include "perception/scale_and_shift.h"
#include "perception/window_depth.h"

namespace fs = std::filesystem;

namespace diorama::perception {
namespace {

using inference::testing::Element;
using inference::testing::TinyConstant;
using inference::testing::TinyGraph;
using inference::testing::TinyNode;

using Colour = cv::Vec3b;

const cv::Vec3d kMean(0.485, 0.456, 0.406);
const cv::Vec3d kStd(0.229, 0.224, 0.225);

class DepthModels : public ::testing::Test {
 protected:
    fs::path folder =
        fs::temp_directory_path() / ("diorama-depth-models-" + std::to_string(getpid()));
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }

    fs::path write(const TinyGraph& graph, const char* name = "graph.onnx") const {
        inference::testing::write_text(folder / name, encode(graph));
        return folder / name;
    }
    // The entry's own interface with this graph for its file.
    Model load(const std::string& id, const TinyGraph& graph) const {
        return Model(find_model(id + "=" + write(graph).string(), {ModelTask::depth}));
    }
};

Image paint(Size size, const std::function<Colour(int, int)>& colour) {
    Image image(size, SampleType::u8, AlphaKind::none);
    cv::Mat pixels = as_mat(image);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) pixels.at<Colour>(y, x) = colour(x, y);
    return image;
}

// Two colours side by side.
Image paint_halves(Size size, Colour left, Colour right) {
    return paint(size, [&](int x, int) { return x < size.width / 2 ? left : right; });
}

// The network's own value.
double own(const InverseDepth& depth, int x, int y) {
    return double{depth.at(x, y)} * depth.scale + depth.offset;
}
double left_of(const InverseDepth& depth) {
    return own(depth, depth.width() / 5, depth.height() / 2);
}
double right_of(const InverseDepth& depth) {
    return own(depth, depth.width() * 4 / 5, depth.height() / 2);
}

// ---- Graphs. Each output is a weighted sum of the input's channels.

struct Sum {
    std::string name{};
    std::vector<int> shape{};
    cv::Vec3d weights{};
    double bias = 0;
};

double answer(const Sum& sum, const cv::Vec3d& sample) {
    return sum.weights.dot(sample) + sum.bias;
}
double answer_imagenet(const Sum& sum, Colour colour) {
    cv::Vec3d sample;
    for (int c = 0; c < 3; ++c) sample[c] = (colour[c] / 255.0 - kMean[c]) / kStd[c];
    return answer(sum, sample);
}

TinyGraph sums(const inference::testing::TinyTensor& input, const std::vector<Sum>& outputs) {
    TinyGraph graph{.inputs = {input}};
    graph.constants.push_back({"axis", {1}, {1}, Element::int64});
    for (const Sum& sum : outputs) {
        const bool squeeze = sum.shape.size() == 3;
        const std::string weights = sum.name + "_w", bias = sum.name + "_b", map = sum.name + "_m";
        graph.constants.push_back(
            {weights, {1, 3, 1, 1}, {sum.weights[0], sum.weights[1], sum.weights[2]}});
        graph.constants.push_back({bias, {1}, {sum.bias}});
        graph.nodes.push_back({"Conv", {input.name, weights, bias}, {squeeze ? map : sum.name}});
        if (squeeze) graph.nodes.push_back({"Squeeze", {map, "axis"}, {sum.name}});
        graph.outputs.push_back({sum.name, sum.shape});
    }
    return graph;
}

const Colour kBrick(200, 90, 40);
const Colour kLeaf(60, 160, 50);
const Colour kBlue(40, 90, 250);

// ---- Networks of one picture.

TEST_F(DepthModels, DepthAnythingV2FitsTheShortSide) {
    const Sum depth{"predicted_depth", {-1, -1, -1}, {1, 2, 4}, 3};
    for (const auto* id :
         {"depth-anything-v2-small", "depth-anything-v2-base", "depth-anything-v2-large"}) {
        const Model model = load(id, sums({"pixel_values", {-1, 3, -1, -1}}, {depth}));
        EXPECT_EQ(model.input_size({640, 480}), (Size{686, 518}));
        EXPECT_EQ(model.input_size({480, 640}), (Size{518, 686}));
        EXPECT_EQ(model.input_size({3000, 2000}), (Size{784, 518}));
        const auto found = estimate_depth(model, paint_halves({686, 518}, kBrick, kLeaf));
        EXPECT_NEAR(left_of(found.inverse_depth), answer_imagenet(depth, kBrick), 0.01);
        EXPECT_NEAR(right_of(found.inverse_depth), answer_imagenet(depth, kLeaf), 0.01);
        EXPECT_EQ(found.confidence_source, "heuristic");
    }
}

TEST_F(DepthModels, MidasIsSquare) {
    const Sum depth{"797", {1, 256, 256}, {1, 2, 4}, 0};
    const Model model = load("midas-v2.1-small", sums({"0", {1, 3, 256, 256}}, {depth}));
    const auto found = estimate_depth(model, paint_halves({400, 300}, kBrick, kLeaf));
    const auto expected = [&](Colour c) {
        return answer(depth, cv::Vec3d(c[0], c[1], c[2]) / 255.0);
    };
    EXPECT_NEAR(left_of(found.inverse_depth), expected(kBrick), 0.01);
    EXPECT_NEAR(right_of(found.inverse_depth), expected(kLeaf), 0.01);
}

// Blue is sky: the stand-in's score is the blue sample itself.
TinyGraph da3_with_sky(const Sum& depth, const std::vector<int>& map, Size size) {
    return sums({"image", {-1, 3, size.height, size.width}},
                {depth, {"sky", map, {0, 0, kStd[2]}, kMean[2]}});
}

TEST_F(DepthModels, DepthAnything3TakesDistancesAndPutsTheSkyBehind) {
    const Sum depth{"depth", {1, 378, 504}, {1, 0.5, 0}, 6};
    const Model model = load("da3-mono-large", da3_with_sky(depth, {1, 378, 504}, {504, 378}));
    const auto picture = [](int sky_rows) {
        return paint({504, 378}, [=](int x, int y) {
            return y < sky_rows ? kBlue : Colour(static_cast<uchar>(40 + x / 3), 90, 40);
        });
    };
    const auto without = estimate_depth(model, picture(0)).inverse_depth;
    for (const int sky_rows : {30, 190, 340}) {
        const auto with = estimate_depth(model, picture(sky_rows)).inverse_depth;
        // The rest is as if there were no sky.
        EXPECT_NEAR(with.at(100, 360), without.at(100, 360), 0.02) << sky_rows;
        EXPECT_NEAR(with.at(400, 360), without.at(400, 360), 0.02) << sky_rows;
        // Nothing is farther than the sky.
        const float farthest = *std::ranges::min_element(with.values());
        EXPECT_NEAR(with.at(250, sky_rows / 3), farthest, 1e-3) << sky_rows;
        EXPECT_LT(with.at(250, sky_rows / 3), 0.001F) << sky_rows;
    }
    EXPECT_NEAR(own(without, 252, 200), 1 / answer_imagenet(depth, Colour(40 + 252 / 3, 90, 40)),
                0.002);
}

TEST_F(DepthModels, NothingButSkyIsFlat) {
    const Sum depth{"depth", {-1, 1, 504, 504}, {1, 0, 0}, 6};
    const Model model =
        load("da3-metric-large", da3_with_sky(depth, {-1, 1, 504, 504}, {504, 504}));
    const auto flat =
        estimate_depth(
            model,
            paint({90, 60}, [](int x, int) { return Colour(static_cast<uchar>(2 * x), 90, 250); }))
            .inverse_depth;
    EXPECT_EQ(flat.at(3, 3), 0.5F);
    EXPECT_EQ(flat.at(80, 50), 0.5F);
}

TEST_F(DepthModels, MetresBecomeTheirInverse) {
    const Sum depth{"depth", {-1, 1, 504, 504}, {1, 0.5, 0.25}, 8};
    const Model model =
        load("da3-metric-large", da3_with_sky(depth, {-1, 1, 504, 504}, {504, 504}));
    const auto found = estimate_depth(model, paint_halves({504, 504}, kBrick, kLeaf));
    EXPECT_NEAR(left_of(found.inverse_depth), 1 / answer_imagenet(depth, kBrick), 1e-4);
    EXPECT_NEAR(right_of(found.inverse_depth), 1 / answer_imagenet(depth, kLeaf), 1e-4);
}

// 1 and more, as the network's own exp(x) + 1: a half is e⁰ + 1.
TEST_F(DepthModels, ConfidenceIsPassedOn) {
    const Sum depth{"depth", {-1, 1, 504, 504}, {1, 0.5, 0.25}, 8};
    const Sum confidence{"depth_conf", {-1, 1, 504, 504}, {0, 2 * kStd[1], 0}, 2 * kMean[1] + 0.5};
    TinyGraph graph = sums({"image", {-1, 3, 504, 504}}, {depth, confidence});
    const Model model = load("da3-base", graph);
    const Colour faint(90, 0, 0), sure(90, 255, 0);
    const auto found = estimate_depth(model, paint_halves({600, 400}, faint, sure));
    EXPECT_EQ(found.confidence_source, "model");
    EXPECT_EQ(found.confidence.size(), (Size{600, 400}));
    EXPECT_NEAR(found.confidence.at(100, 200), 0.0, 1e-4);  // 0.5 is none that the network gives
    EXPECT_NEAR(found.confidence.at(500, 200), 1 - 1 / 2.5, 1e-4);
}

TEST_F(DepthModels, HalfPrecisionGraphsRun) {
    using namespace inference::testing;
    ModelInterface interface;
    interface.file = folder / "half.onnx";
    write_text(interface.file, encode(tiny_network(64, 96, Element::float16)));
    interface.input.mean = {0.485F, 0.456F, 0.406F};
    interface.input.std = {0.229F, 0.224F, 0.225F};
    interface.input.size.fixed = Size{96, 64};
    interface.outputs = {{"map", OutputMeaning::inverse_depth}};
    const auto found = estimate_depth(Model(interface), paint_halves({96, 64}, kBrick, kLeaf));
    EXPECT_NEAR(left_of(found.inverse_depth), (90 / 255.0 - kMean[1]) / kStd[1], 0.01);
    EXPECT_NEAR(right_of(found.inverse_depth), (160 / 255.0 - kMean[1]) / kStd[1], 0.01);
}

TEST_F(DepthModels, WrongGraphsAreRefused) {
    const Sum depth{"depth", {1, 378, 504}, {1, 0, 0}, 6};
    const Sum sky{"sky", {1, 378, 504}, {0, 0, 1}, 0};
    const auto refused = [&](const TinyGraph& graph) {
        return code_of([&] { load("da3-mono-large", graph); }) == ErrorCode::model;
    };
    EXPECT_TRUE(refused(sums({"pixels", {1, 3, 378, 504}}, {depth, sky})));
    EXPECT_TRUE(refused(sums({"image", {1, 3, 504, 504}}, {depth, sky})));
    EXPECT_TRUE(refused(sums({"image", {1, 3, 378, 504}}, {depth})));
}

TEST_F(DepthModels, TcMonoDepthRunsForReal) {
    const fs::path models = fs::path(DIORAMA_SHARED_DIR) / "models" / "tcmonodepth";
    if (!fs::exists(models)) GTEST_SKIP() << "no TCMonoDepth in " << models;
    const Model model(find_model("tcmonodepth-small=" + models.string(), {ModelTask::depth}));
    // A floor that comes nearer towards the bottom under a far wall.
    const auto depth =
        estimate_depth(
            model,
            paint({512, 384},
                  [](int x, int y) {
                      const int tile = y < 190 ? 60 : (x - 256) * 40 / (y - 150) + 4000 / (y - 150);
                      return y < 190 ? Colour(170, 180, 200)
                                     : (tile & 8 ? Colour(120, 90, 60) : Colour(150, 115, 80));
                  }))
            .inverse_depth;
    EXPECT_GT(depth.at(256, 370), depth.at(256, 250) + 0.1F);
    EXPECT_GT(depth.at(256, 250), depth.at(256, 60));
}

// ---- A network that sees a window.

constexpr Size kSmall{16, 8};
constexpr int kPixels = 16 * 8;

// The encoder hands on the green channel as a row of tokens; the head adds `extra` nodes between
// "tokens" [frames, pixels, 1] and "answer" of the same shape.
class WindowModels : public DepthModels {
 protected:
    FrameWindow rule{.frames = 8, .keyframes = {0, 3, 6, 7}, .fitted = 2};

    TinyGraph encoder() const {
        return {.inputs = {{"pixels", {1, 3, kSmall.height, kSmall.width}}},
                .outputs = {{"feat1", {1, kPixels, 1}}, {"feat2", {1, kPixels, 1}}},
                .nodes = {{"Slice", {"pixels", "one", "two", "one"}, {"green"}},
                          {"Reshape", {"green", "row"}, {"feat1"}},
                          {"Mul", {"feat1", "zero"}, {"feat2"}}},
                .constants = {{"one", {1}, {1}, Element::int64},
                              {"two", {1}, {2}, Element::int64},
                              {"row", {3}, {1, kPixels, 1}, Element::int64},
                              {"zero", {}, {0}}}};
    }
    TinyGraph head(const std::vector<TinyNode>& extra,
                   const std::vector<TinyConstant>& constants = {}) const {
        TinyGraph graph{
            .inputs = {{"feat1", {rule.frames, kPixels, 1}}, {"feat2", {rule.frames, kPixels, 1}}},
            .outputs = {{"depth", {rule.frames, 1, kSmall.height, kSmall.width}}},
            .nodes = {{"Add", {"feat1", "feat2"}, {"tokens"}}},
            .constants = constants};
        graph.nodes.insert(graph.nodes.end(), extra.begin(), extra.end());
        graph.nodes.push_back({"Reshape", {"answer", "maps"}, {"depth"}});
        graph.constants.push_back(
            {"maps", {4}, {double(rule.frames), 1, kSmall.height, kSmall.width}, Element::int64});
        return graph;
    }
    Model load_window(const TinyGraph& head_graph) const {
        ModelInterface interface;
        interface.parts = {{"encoder", write(encoder(), "encoder.onnx")},
                           {"head", write(head_graph, "head.onnx")}};
        interface.input.name = "pixels";
        interface.input.range = {0, 255};
        interface.input.size.fixed = kSmall;
        interface.window = rule;
        interface.outputs = {{"depth", OutputMeaning::inverse_depth}};
        return Model(interface);
    }
    Model load_identity() const {
        return load_window(head({{"Identity", {"tokens"}, {"answer"}}}));
    }
};

// Frame n: a slope that rises with n.
uchar sample(int n, int x) {
    return static_cast<uchar>(10 + 3 * n + 4 * x);
}
Image film_frame(int n) {
    return paint(kSmall, [=](int x, int) { return Colour(0, sample(n, x), 0); });
}

Image large_film_frame(int n) {
    return paint({160, 80}, [=](int x, int) { return Colour(0, sample(n, x / 10), 0); });
}

std::vector<NetworkDepth> run_film(WindowDepth& network, int frames) {
    std::vector<NetworkDepth> all;
    const auto append = [&](std::vector<NetworkDepth> found) {
        all.insert(all.end(), found.begin(), found.end());
    };
    for (int n = 0; n < frames; ++n) append(network.push(film_frame(n), {}));
    append(network.finish({}));
    return all;
}

TEST_F(WindowModels, EveryFrameComesOnceAndInOrder) {
    const Model model = load_identity();
    WindowDepth network(model);
    for (const int frames : {1, 2, 7, 8, 9, 12, 13, 30}) {
        const auto found = run_film(network, frames);
        ASSERT_EQ(found.size(), static_cast<std::size_t>(frames));
        for (int n = 0; n < frames; ++n)
            for (const int x : {0, 9, 15})
                EXPECT_NEAR(found[n].inverse(4, x), sample(n, x), 1e-3) << n << " of " << frames;
    }
    EXPECT_TRUE(network.finish({}).empty());
}

// Each window answers in a scale of its own, which depends on what it sees.
TEST_F(WindowModels, AFilmHasOneScale) {
    const Model model = load_window(
        head({{"ReduceMean", {"tokens"}, {"mean"}, {{.name = "keepdims", .integer = 1}}},
              {"Div", {"tokens", "mean"}, {"scaled"}},
              {"Mul", {"mean", "small"}, {"shift"}},
              {"Add", {"scaled", "shift"}, {"answer"}}},
             {{"small", {}, {0.05}}}));
    WindowDepth network(model);
    const auto found = run_film(network, 41);
    ASSERT_EQ(found.size(), 41U);
    // The first window's mean is that of its eight frames.
    const double mean = 10 + 3 * 3.5 + 4 * 7.5;
    for (int n = 0; n < 41; ++n)
        EXPECT_NEAR(found[n].inverse(4, 9), sample(n, 9) / mean + 0.05 * mean, 1e-3) << n;
}

// A bar at column n, so that one can see in an answer which frames took part.
Image bar_frame(int n) {
    return paint(kSmall, [=](int x, int) { return Colour(0, x == n ? 100 : 0, 0); });
}
// Adds the frame at one place of the window to all.
std::vector<TinyNode> add_place() {
    return {{"Gather", {"tokens", "place"}, {"picked"}, {{.name = "axis", .integer = 0}}},
            {"Add", {"tokens", "picked"}, {"answer"}}};
}

TEST_F(WindowModels, AShortFilmRepeatsItsLastFrame) {
    const Model model = load_window(head(add_place(), {{"place", {1}, {7}, Element::int64}}));
    WindowDepth network(model);
    for (int n = 0; n < 5; ++n) EXPECT_TRUE(network.push(bar_frame(n), {}).empty());
    const auto found = network.finish({});
    ASSERT_EQ(found.size(), 5U);
    EXPECT_EQ(found[2].inverse(0, 2), 100.0F);
    EXPECT_EQ(found[2].inverse(0, 4), 100.0F);
    EXPECT_EQ(found[4].inverse(0, 4), 200.0F);
    EXPECT_EQ(found[2].inverse(0, 3), 0.0F);
}

TEST_F(WindowModels, LaterWindowsBeginWithKeyframes) {
    // Place 1 of the second window is frame 3, of the third the fourth frame of the second: 7 - 4
    // + 3.
    const Model model = load_window(head(add_place(), {{"place", {1}, {1}, Element::int64}}));
    WindowDepth network(model);
    std::vector<std::size_t> counts;
    std::vector<NetworkDepth> all;
    for (int n = 0; n < 16; ++n) {
        auto found = network.push(bar_frame(n), {});
        counts.push_back(found.size());
        all.insert(all.end(), found.begin(), found.end());
    }
    // Eight frames make a window, of which the last two wait to be faded; then every four.
    EXPECT_EQ(counts, (std::vector<std::size_t>{0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 4, 0, 0, 0, 4}));
    const auto trace = [&](int frame, int column) {
        return all[frame].inverse(0, column) - all[frame].inverse(0, 15);
    };
    EXPECT_GT(trace(4, 1), 30);
    EXPECT_NEAR(trace(4, 3), 0, 1e-3);
    EXPECT_GT(trace(9, 3), 30);
    EXPECT_NEAR(trace(9, 1), 0, 1e-3);
}

// Three frames are seen by two windows: they are the first's, half and half, and the second's.
TEST_F(WindowModels, OneWindowFadesIntoTheNext) {
    rule.keyframes = {0, 3, 5, 6, 7};
    const Model model = load_window(head(add_place(), {{"place", {1}, {1}, Element::int64}}));
    WindowDepth network(model);
    std::vector<NetworkDepth> all;
    for (int n = 0; n < 11; ++n)
        for (auto& depth : network.push(bar_frame(n), {})) all.push_back(std::move(depth));
    ASSERT_EQ(all.size(), 8U);
    // What the first window adds to its frames stands in column 1, what the second adds in 3.
    const auto trace = [&](int frame, int column) {
        return all[frame].inverse(0, column) - all[frame].inverse(0, 15);
    };
    const float first = trace(4, 1);
    const float second = trace(7, 3);
    EXPECT_GT(std::min(first, second), 30);
    EXPECT_NEAR(trace(5, 1), first, 1e-3);
    EXPECT_NEAR(trace(5, 3), 0, 1e-3);
    EXPECT_NEAR(trace(6, 1), first / 2, 1e-3);
    EXPECT_NEAR(trace(6, 3), second / 2, 1e-3);
    EXPECT_NEAR(trace(7, 1), 0, 1e-3);
}

TEST_F(WindowModels, AStreamAnswersLateAndBeginsAnewAfterACut) {
    const Model model = load_identity();
    DepthStream stream(model);
    for (const int frames : {11, 3}) {
        int known = 0;
        const auto take = [&] {
            while (const auto depth = stream.next()) {
                EXPECT_EQ(depth->inverse_depth.size(), (Size{160, 80}));
                EXPECT_NEAR(own(depth->inverse_depth, 95, 40), sample(known, 9), 1.5) << known;
                ++known;
            }
        };
        for (int n = 0; n < frames; ++n) {
            stream.push(large_film_frame(n));
            take();
            EXPECT_EQ(known, n < 7 ? 0 : 6);
        }
        stream.finish();
        take();
        EXPECT_EQ(known, frames);
    }
}

TEST_F(WindowModels, OnePictureIsAWindowOfItself) {
    const Model model = load_identity();
    const auto depth = estimate_depth(model, large_film_frame(4)).inverse_depth;
    EXPECT_NEAR(own(depth, 95, 40), sample(4, 9), 1.5);
    EXPECT_NEAR(own(depth, 55, 40), sample(4, 5), 1.5);
}

TEST_F(WindowModels, PartsThatDoNotFitAreRefused) {
    const auto refused = [&](const TinyGraph& graph) {
        return code_of([&] { WindowDepth network(load_window(graph)); }) == ErrorCode::model;
    };
    TinyGraph other_name = head({{"Identity", {"tokens"}, {"answer"}}});
    other_name.inputs[0].name = "feat9";
    other_name.nodes[0].inputs[0] = "feat9";
    EXPECT_TRUE(refused(other_name));
    rule.frames = 10;
    const TinyGraph longer = head({{"Identity", {"tokens"}, {"answer"}}});
    rule.frames = 8;
    EXPECT_TRUE(refused(longer));

    // Keyframes that fade must be the last frames of a window.
    rule.keyframes = {0, 2, 5, 7};
    EXPECT_EQ(code_of([&] { load_identity(); }), ErrorCode::unreadable);
}

TEST_F(WindowModels, ScaleAndShiftAreLeastSquares) {
    NetworkDepth mine{.inverse = cv::Mat_<float>({2, 2}, {1, 2, 3, 90}),
                      .beyond = cv::Mat_<uchar>({2, 2}, {0, 0, 0, 255})};
    NetworkDepth theirs = mine;
    theirs.inverse = cv::Mat_<float>({2, 2}, {5, 7, 9, 0});
    ScaleAndShift fit;
    fit.add(mine, theirs);
    EXPECT_NEAR(fit.solve().scale, 2, 1e-9);
    EXPECT_NEAR(fit.solve().shift, 3, 1e-9);
    ScaleAndShift turned;
    theirs.inverse = cv::Mat_<float>({2, 2}, {9, 7, 5, 0});
    turned.add(mine, theirs);
    EXPECT_EQ(turned.solve().scale, 1);
    EXPECT_NEAR(turned.solve().shift, 5, 1e-9);
    EXPECT_EQ(ScaleAndShift().solve().scale, 1);
}

// The published graphs' names and shapes: tokens of 14×14 pixels, 37 rows of 65.
TEST_F(DepthModels, VideoDepthAnythingTakesAPicture) {
    TinyGraph encoder{.inputs = {{"pixels", {1, 3, 518, 910}}},
                      .nodes = {{"AveragePool",
                                 {"pixels"},
                                 {"pooled"},
                                 {{.name = "kernel_shape", .integers = {14, 14}},
                                  {.name = "strides", .integers = {14, 14}}}},
                                {"Slice", {"pooled", "one", "two", "one"}, {"green"}},
                                {"Reshape", {"green", "row"}, {"token"}}},
                      .constants = {{"one", {1}, {1}, Element::int64},
                                    {"two", {1}, {2}, Element::int64},
                                    {"row", {3}, {1, 2405, 1}, Element::int64},
                                    {"wide", {3}, {1, 2405, 384}, Element::int64}}};
    TinyGraph head{.outputs = {{"depth", {32, 1, 518, 910}}},
                   .nodes = {{"Slice", {"feat4", "zero", "one", "two"}, {"first"}},
                             {"Reshape", {"first", "blocks"}, {"small"}},
                             {"Expand", {"small", "tiles"}, {"large"}},
                             {"Reshape", {"large", "maps"}, {"depth"}}},
                   .constants = {{"zero", {1}, {0}, Element::int64},
                                 {"one", {1}, {1}, Element::int64},
                                 {"two", {1}, {2}, Element::int64},
                                 {"blocks", {6}, {32, 1, 37, 1, 65, 1}, Element::int64},
                                 {"tiles", {6}, {32, 1, 37, 14, 65, 14}, Element::int64},
                                 {"maps", {4}, {32, 1, 518, 910}, Element::int64}}};
    for (const auto* name : {"feat1", "feat2", "feat3", "feat4"}) {
        encoder.nodes.push_back({"Expand", {"token", "wide"}, {name}});
        encoder.outputs.push_back({name, {1, 2405, 384}});
        head.inputs.push_back({name, {32, 2405, 384}});
    }
    write(encoder, "vda_vits_encoder_518x910_fp16.onnx");
    write(head, "vda_vits_head_T32_37x65_fp16.onnx");
    const Model model(
        find_model("video-depth-anything-small=" + folder.string(), {ModelTask::depth}));
    const auto depth = estimate_depth(model, paint_halves({910, 518}, kBrick, kLeaf)).inverse_depth;
    EXPECT_NEAR(left_of(depth), (90 / 255.0 - kMean[1]) / kStd[1], 0.01);
    EXPECT_NEAR(right_of(depth), (160 / 255.0 - kMean[1]) / kStd[1], 0.01);
}

}  // namespace
}  // namespace diorama::perception
