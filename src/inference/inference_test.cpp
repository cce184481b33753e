#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <stop_token>

#include "core/thrown_error.h"
#include "diorama/error.h"
#include "diorama/model.h"
#include "diorama/opencv.h"
#include "inference/catalogue.h"
#include "inference/fitting.h"
#include "inference/graph.h"
#include "inference/interface.h"
#include "inference/model_access.h"
#include "inference/tiny_onnx.h"

namespace fs = std::filesystem;

namespace diorama::inference {
namespace {

using Element = testing::Element;
using testing::encode;
using ::testing::HasSubstr;
using testing::tiny_network;
using testing::TinyNetwork;
using testing::write_text;

constexpr std::string_view kBlock = R"({
    "task": "depth", "file": "net.onnx",
    "input": {"name": "picture", "layout": "nchw", "size": {"width": 6, "height": 4}},
    "outputs": [{"name": "map", "meaning": "inverse_depth"}]})";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

Image grey_ramp(Size size) {
    Image image(size, SampleType::u8, AlphaKind::none);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            for (int c = 0; c < 3; ++c)
                image.row<std::uint8_t>(y)[3 * x + c] =
                    static_cast<std::uint8_t>(10 * y + 20 * x + c);
    return image;
}

class ModelTest : public ::testing::Test {
 protected:
    fs::path folder = fs::temp_directory_path() / ("diorama-inference-" + std::to_string(getpid()));
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }

    Model load(const TinyNetwork& network, const std::string& block = std::string(kBlock)) {
        write_text(folder / "net.onnx", encode(network));
        write_text(folder / "net.json", block);
        return Model(read_model_interface(folder / "net.onnx"));
    }
};

// ---- The interface block.

TEST(InterfaceBlock, ReadsEveryKey) {
    const auto interface = parse_interface(R"({
        "task": "depth",
        "variants": [{"file": "a.onnx", "width": 320, "height": 192},
                     {"file": "/b.onnx", "width": 256, "height": 256}],
        "input": {"layout": "nhwc", "range": [-1, 1], "mean": [1, 2, 3], "std": [4, 5, 6]},
        "outputs": [{"name": "m", "meaning": "metric_depth"},
                    {"name": "c", "meaning": "confidence"}]})",
                                           "x.json", "/models");
    EXPECT_EQ(interface.task, ModelTask::depth);
    ASSERT_EQ(interface.variants.size(), 2U);
    EXPECT_EQ(interface.variants[0].file, "/models/a.onnx");
    EXPECT_EQ(interface.variants[0].size, (Size{320, 192}));
    EXPECT_EQ(interface.variants[1].file, "/b.onnx");
    EXPECT_EQ(interface.input.layout, TensorLayout::nhwc);
    EXPECT_EQ(interface.input.range, (std::array<float, 2>{-1, 1}));
    EXPECT_EQ(interface.input.mean, (std::array<float, 3>{1, 2, 3}));
    EXPECT_EQ(interface.input.std, (std::array<float, 3>{4, 5, 6}));
    ASSERT_EQ(interface.outputs.size(), 2U);
    EXPECT_EQ(interface.outputs[1].meaning, OutputMeaning::confidence);
}

TEST(InterfaceBlock, ErrorsNameTheKeyAndTheFile) {
    struct Case {
        std::string from, to, message;
    };
    for (const Case& wrong : std::vector<Case>{
             {"\"task\"", "\"tusk\"", "'task' is missing"},
             {"\"depth\"", "\"deep\"", "'task' is 'deep', which is none of: depth, matte, segment"},
             {"\"layout\"", "\"hue\": 1, \"layout\"",
              "'input.hue' is not a key of the interface block"},
             {"\"layout\"", "\"colour\": \"pink\", \"layout\"",
              "'input.colour' is 'pink', which is none of: rgb, grey"},
             {"\"nchw\"", "7", "'input.layout' must be a text"},
             {"\"width\": 6, ", "", "'input.size.width' is missing"},
             {"\"width\": 6, ", "\"width\": 6.5, ",
              "'input.size.width' must be a whole number from 1 to 16384"},
             {"\"width\": 6, ", "\"short_side\": 6, \"width\": 5, ", "'input.size' must give"},
             {"\"width\": 6, \"height\": 4", "", "'input.size' must give"},
             {"\"layout\"", "\"mean\": [1, 2], \"layout\"",
              "'input.mean' must be a list of 3 numbers"},
             {"\"layout\"", "\"std\": [1, 0, 1], \"layout\"", "'input.std' must not be 0"},
             {"[{\"name\": \"map\", \"meaning\": \"inverse_depth\"}]", "[]",
              "'outputs' must be a list of objects"},
             {"\"inverse_depth\"", "\"matte\"", "'outputs' of a depth model needs one of"},
             {"\"outputs\": [", R"("outputs": [{"name": "a", "meaning": "flow"}, )",
              "'outputs' of a depth model cannot have the meaning flow"},
             {"\"outputs\": [",
              R"("outputs": [{"name": "a", "meaning": "confidence"},
                             {"name": "b", "meaning": "confidence_above_one"}, )",
              "'outputs' has two outputs that are confidence"},
             {"\"meaning\"", "\"moaning\"", "'outputs[0].meaning' is missing"},
             {"\"file\": \"net.onnx\",", "", "one of: a 'file', 'variants', or 'parts'"},
             {"\"depth\"", "\"fill\"", "'hole' is missing"},
             {"\"depth\"", "\"flow\"", "'second_input' is missing"},
             {"{", "[", "the interface block is not JSON"},
         }) {
        const auto error = error_of([&] {
            static_cast<void>(
                parse_interface(replaced(std::string(kBlock), wrong.from, wrong.to), "x.json", ""));
        });
        EXPECT_EQ(error.code(), ErrorCode::unreadable) << wrong.message;
        EXPECT_EQ(error.context(), "x.json");
        EXPECT_THAT(error.message(), HasSubstr(wrong.message));
    }
}

// Every example in the docs is a block that is read.
TEST(InterfaceBlock, DocumentedExamplesAreRead) {
    std::ifstream stream(fs::path(DIORAMA_SOURCE_DIR) / "docs" / "models.md");
    const std::string page((std::istreambuf_iterator<char>(stream)), {});
    constexpr std::string_view kBegin = "```json\n";
    std::vector<ModelInterface> examples;
    for (auto at = page.find(kBegin); at != std::string::npos; at = page.find(kBegin, at)) {
        at += kBegin.size();
        const auto end = page.find("```", at);
        ASSERT_NE(end, std::string::npos);
        const std::string example = page.substr(at, end - at);
        if (example.find("\"models\"") != std::string::npos)
            EXPECT_EQ(parse_catalogue(example, "models.md").size(), 1U);
        else
            examples.push_back(parse_interface(example, "models.md", ""));
    }
    ASSERT_EQ(examples.size(), 5U);
    EXPECT_EQ(examples[0].variants.size(), 9U);
    EXPECT_EQ(examples[1].input.std[0], 256);
    EXPECT_EQ(examples[2].input.layout, TensorLayout::nhwc);
    EXPECT_EQ(examples[4].input.colour, InputColour::grey);
    EXPECT_EQ(examples[3].input.size.short_side, 518);
}

TEST_F(ModelTest, FindsTheBlockBesideTheModel) {
    EXPECT_EQ(
        error_of([&] { static_cast<void>(read_model_interface(folder / "net.onnx")); }).code(),
        ErrorCode::not_found);
    write_text(folder / "net.onnx", encode(tiny_network(4, 6)));
    const auto error =
        error_of([&] { static_cast<void>(read_model_interface(folder / "net.onnx")); });
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_THAT(error.what(), HasSubstr("net.json: no such file; a model needs its interface"));
    write_text(folder / "net.json", kBlock);
    EXPECT_EQ(read_model_interface(folder / "net.onnx").file, folder / "net.onnx");
    EXPECT_EQ(read_model_interface(folder / "net.json").file, folder / "net.onnx");
    EXPECT_EQ(error_of([&] { static_cast<void>(read_model_interface(folder)); }).code(),
              ErrorCode::unreadable);
}

// ---- Fitting a picture to the network.

TEST(Fitting, SizeRulesKeepTheShapeAndTheMultiple) {
    EXPECT_EQ(apply_size_rule({.fixed = Size{1024, 1024}}, {1920, 1080}), (Size{1024, 1024}));
    EXPECT_EQ(apply_size_rule({.short_side = 518, .multiple_of = 14}, {1920, 1080}),
              (Size{924, 518}));
    EXPECT_EQ(apply_size_rule({.short_side = 518, .multiple_of = 14}, {1080, 1920}),
              (Size{518, 924}));
    EXPECT_EQ(apply_size_rule({.long_side = 504, .multiple_of = 14}, {1920, 1080}),
              (Size{504, 280}));
    EXPECT_EQ(apply_size_rule({.long_side = 504, .multiple_of = 14}, {1, 1}), (Size{504, 504}));
    EXPECT_EQ(apply_size_rule({.short_side = 100}, {100'000, 1}), (Size{400, 100}));
    EXPECT_EQ(apply_size_rule({.long_side = 8, .multiple_of = 14}, {10, 10}), (Size{14, 14}));
}

TEST(Fitting, VariantIsNearestInShapeThenLargest) {
    const std::vector<ModelVariant> variants{{"a", {256, 256}}, {"b", {512, 384}},
                                             {"c", {384, 512}}, {"d", {320, 192}},
                                             {"e", {672, 384}}, {"f", {512, 512}}};
    const auto chosen = [&](Size size) {
        return variants[choose_variant(variants, size)].file.string();
    };
    EXPECT_EQ(chosen({4000, 3000}), "b");
    EXPECT_EQ(chosen({3000, 4000}), "c");
    EXPECT_EQ(chosen({1920, 1080}), "e");
    EXPECT_EQ(chosen({1, 1}), "f");
    EXPECT_EQ(chosen({100, 10'000}), "c");
}

TEST(Fitting, AppliesRangeMeanAndDeviationByLayout) {
    const Image picture = grey_ramp({6, 4});
    ModelInput input{.range = {0, 255}, .mean = {128, 64, 0}, .std = {256, 2, 1}};
    const float first = picture.row<std::uint8_t>(2)[3 * 5];
    const auto planar = picture_tensor(picture, {6, 4}, input);
    EXPECT_EQ(planar.shape, (Shape{1, 3, 4, 6}));
    const auto values = planar.floats();
    EXPECT_FLOAT_EQ(values[2 * 6 + 5], (first - 128) / 256);
    EXPECT_FLOAT_EQ(values[24 + 2 * 6 + 5], (first + 1 - 64) / 2);
    EXPECT_FLOAT_EQ(values[48 + 2 * 6 + 5], first + 2);
    input.layout = TensorLayout::nhwc;
    const auto interleaved = picture_tensor(picture, {6, 4}, input);
    EXPECT_EQ(interleaved.shape, (Shape{1, 4, 6, 3}));
    EXPECT_FLOAT_EQ(interleaved.floats()[(2 * 6 + 5) * 3], (first - 128) / 256);
    EXPECT_FLOAT_EQ(interleaved.floats()[(2 * 6 + 5) * 3 + 2], first + 2);
}

TEST(Fitting, ResizesSixteenBitsAndIgnoresAlpha) {
    Image picture({64, 32}, SampleType::u16, AlphaKind::straight);
    as_mat(picture).setTo(cv::Scalar(65535, 32768, 0, 17));
    const auto values = picture_tensor(picture, {10, 100}, ModelInput{}).floats();
    for (const auto& [c, value] : {std::pair{0, 1.0F}, {1, 32768.0F / 65535}, {2, 0.0F}})
        for (const int y : {0, 50, 99}) EXPECT_NEAR(values[(c * 100 + y) * 10 + 4], value, 1e-6);
}

// ---- Graphs of any tensors.

// What is given in another type arrives in the graph's own, and a result can go into the next graph
// as it is.
TEST_F(ModelTest, GraphsTakeAndGiveNamedTensorsOfAnyType) {
    const auto cast = [&](Element from, Element to) {
        const auto file = folder / "cast.onnx";
        write_text(
            file,
            encode(testing::TinyGraph{
                .inputs = {{"a", {2, -1}, from}, {"unused", {}, Element::int64}},
                .outputs = {{"b", {2, -1}, to}},
                .nodes = {{.op = "Cast",
                           .inputs = {"a"},
                           .outputs = {"b"},
                           .attributes = {{.name = "to", .integer = static_cast<int>(to)}}}}}));
        return Graph(file, Device::cpu, 1, Memory::keep);
    };
    const std::vector<Element> elements{Element::float32, Element::uint8, Element::int32,
                                        Element::int64, Element::float16};
    const NamedTensor unused{"unused", make_tensor({}, std::vector<std::int64_t>{7})};
    for (const auto from : elements)
        for (const auto to : elements) {
            const Graph graph = cast(from, to);
            const auto given = make_tensor({2, 3}, std::vector<float>{0, 1, 2, 3, 250, 5});
            const auto found = graph.run({{"a", given}, unused}, {"b"}).front();
            EXPECT_EQ(found.shape, (Shape{2, 3}));
            EXPECT_EQ(found.floats(), given.floats());
            EXPECT_EQ(graph.run({{"a", found}, unused}, {"b"}).front().floats(), given.floats());
        }
    const Graph truth = cast(Element::boolean, Element::float32);
    const auto given = make_tensor({2, 2}, std::vector<float>{0, 0.25F, 2, 1});
    EXPECT_EQ(truth.run({{"a", given}, unused}, {"b"}).front().floats(),
              (std::vector<float>{0, 1, 1, 1}));
    const auto nothing =
        truth.run({{"a", make_tensor({2, 0}, std::vector<float>{})}, unused}, {"b"});
    EXPECT_EQ(nothing.front().shape, (Shape{2, 0}));
    EXPECT_TRUE(nothing.front().floats().empty());

    EXPECT_EQ(error_of([&] {
                  (void)truth.run({{"a", given}}, {"b"});
              }).message(),
              "wants an input 'unused' [], which its interface does not have");
    EXPECT_EQ(error_of([&] {
                  (void)truth.run({{"a", make_tensor({4}, std::vector<float>(4))}, unused}, {"b"});
              }).message(),
              "input 'a': expected [2, any], found [4]");
    EXPECT_EQ(error_of([&] {
                  (void)truth.run({{"a", given}, unused}, {"c"});
              }).message(),
              "has no output 'c' (it has: b)");
    EXPECT_EQ(truth.find_input("c"), nullptr);
    EXPECT_EQ(truth.find_input("a")->element, inference::Element::boolean);
}

// ---- Loading and running.

TEST_F(ModelTest, RunsFloatHalfAndByteNetworks) {
    const Image picture = grey_ramp({6, 4});
    for (const auto element : {Element::float32, Element::float16}) {
        const Model model = load(tiny_network(4, 6, element));
        const auto results = model.run(picture);
        ASSERT_EQ(results.size(), 1U);
        EXPECT_EQ(results[0].meaning, OutputMeaning::inverse_depth);
        EXPECT_EQ(results[0].size, (Size{6, 4}));
        const float tolerance = element == Element::float32 ? 1e-6F : 1e-3F;
        for (int y = 0; y < 4; ++y)
            for (int x = 0; x < 6; ++x)
                EXPECT_NEAR(results[0].values[y * 6 + x], (10 * y + 20 * x + 1) / 255.0F,
                            tolerance);
    }
    const auto block = replaced(std::string(kBlock), "\"size\"", "\"range\": [0, 255], \"size\"");
    const auto results = load(tiny_network(4, 6, Element::uint8), block).run(picture);
    EXPECT_FLOAT_EQ(results[0].values[2 * 6 + 3], (10 * 2 + 20 * 3 + 1) / 255.0F);
}

TEST_F(ModelTest, RunsChannelsLastAndWithoutBatch) {
    const Image picture = grey_ramp({6, 4});
    const TinyNetwork nhwc{
        .input = {"picture", {1, 4, 6, 3}}, .output = {"map", {1, 4, 6, 1}}, .axis = 3};
    const TinyNetwork chw{.input = {"picture", {3, 4, 6}}, .output = {"map", {1, 4, 6}}, .axis = 0};
    for (const auto& [network, layout] : {std::pair{nhwc, "nhwc"}, {chw, "chw"}}) {
        const auto results =
            load(network, replaced(std::string(kBlock), "nchw", layout)).run(picture);
        EXPECT_EQ(results[0].size, (Size{6, 4}));
        EXPECT_FLOAT_EQ(results[0].values[1 * 6 + 2], (10 + 40 + 1) / 255.0F) << layout;
    }
}

TEST_F(ModelTest, NetworksOfAnySizeFollowTheRule) {
    const auto block = replaced(std::string(kBlock), "\"width\": 6, \"height\": 4",
                                "\"short_side\": 28, \"multiple_of\": 14");
    const Model model = load(tiny_network(-1, -1), block);
    EXPECT_EQ(model.input_size({640, 480}), (Size{42, 28}));
    EXPECT_EQ(model.run(grey_ramp({640, 480}))[0].size, (Size{42, 28}));
    EXPECT_EQ(model.run(grey_ramp({1, 1}))[0].size, (Size{28, 28}));
}

TEST_F(ModelTest, VariantsRunTheNearestShape) {
    write_text(folder / "wide.onnx", encode(tiny_network(4, 8)));
    write_text(folder / "tall.onnx", encode(tiny_network(8, 4)));
    const auto block =
        replaced(replaced(std::string(kBlock), R"("file": "net.onnx")",
                          R"("variants": [{"file": "wide.onnx", "width": 8, "height": 4},
                                 {"file": "tall.onnx", "width": 4, "height": 8}])"),
                 R"(, "size": {"width": 6, "height": 4})", "");
    write_text(folder / "net.json", block);
    const Model model(read_model_interface(folder / "net.json"));
    EXPECT_EQ(model.run(grey_ramp({100, 50}))[0].size, (Size{8, 4}));
    EXPECT_EQ(model.run(grey_ramp({50, 100}))[0].size, (Size{4, 8}));
    fs::remove(folder / "tall.onnx");
    EXPECT_EQ(error_of([&] { Model(read_model_interface(folder / "net.json")); }).code(),
              ErrorCode::not_found);
}

TEST_F(ModelTest, PartsAreOpenedByTheirRoles) {
    write_text(folder / "a.onnx", encode(tiny_network(4, 6)));
    write_text(folder / "b.onnx", encode(tiny_network(8, 9)));
    write_text(folder / "net.json", R"({
        "task": "segment", "prompts": {"family": "sam2"},
        "parts": {"encoder": "a.onnx", "decoder": "b.onnx"},
        "input": {"layout": "nchw", "size": {"width": 6, "height": 4}}})");
    const Model model(read_model_interface(folder / "net.json"));
    EXPECT_EQ(ModelAccess::graph(model, "encoder").input("").shape, (Shape{1, 3, 4, 6}));
    EXPECT_EQ(ModelAccess::graph(model, "decoder").input("").shape, (Shape{1, 3, 8, 9}));
    EXPECT_EQ(error_of([&] { (void)ModelAccess::graph(model, "head"); }).code(),
              ErrorCode::mismatch);
    EXPECT_EQ(error_of([&] { (void)model.run(grey_ramp({6, 4})); }).code(), ErrorCode::mismatch);
    fs::remove(folder / "b.onnx");
    EXPECT_EQ(error_of([&] { Model(read_model_interface(folder / "net.json")); }).code(),
              ErrorCode::not_found);
}

TEST_F(ModelTest, UnknownPartsAndTensorsNameTheKnownOnes) {
    const std::string block = R"({
        "task": "segment", "prompts": {"family": "sam2", "names": {"masks": "pred_masks"}},
        "parts": {"encoder": "a.onnx", "decoder": "b.onnx"},
        "input": {"layout": "nchw", "size": {"width": 6, "height": 4}}})";
    EXPECT_EQ(parse_interface(block, "net.json", {}).prompts.names.at("masks"), "pred_masks");
    const auto message = [&](const std::string& from, const std::string& to) {
        return error_of([&] { (void)parse_interface(replaced(block, from, to), "net.json", {}); })
            .message();
    };
    EXPECT_THAT(message(R"("decoder")", R"("decodre")"),
                HasSubstr("'parts.decodre' is not a key of the interface block (here: decoder, "
                          "encoder, language)"));
    EXPECT_THAT(message(R"({"masks")", R"({"mask")"),
                HasSubstr("'prompts.names.mask' is not a key of the interface block (here: "
                          "has_mask_input, iou_predictions,"));
    EXPECT_THAT(message(R"({"masks")", R"({"pred_logits")"), HasSubstr("is not a key"));
    EXPECT_THAT(message(R"("task": "segment")", R"("task": "matte")"),
                HasSubstr("'parts' does not go with the task matte"));
}

TEST_F(ModelTest, ErrorsNameTheTensorAndWhatWasFound) {
    const auto message = [&](const TinyNetwork& network) {
        const auto error = error_of([&] { load(network); });
        EXPECT_EQ(error.code(), ErrorCode::model);
        EXPECT_EQ(error.context(), folder / "net.onnx");
        return error.message();
    };
    TinyNetwork network = tiny_network(4, 6);
    network.input.name = "image";
    EXPECT_EQ(message(network), "has no input 'picture' (it has: image)");
    network = tiny_network(4, 6);
    network.output.name = "depth";
    EXPECT_EQ(message(network), "has no output 'map' (it has: depth)");
    EXPECT_EQ(message(tiny_network(4, 8)),
              "input 'picture': expected [1, 3, 4, 6] (nchw), found [1, 3, 4, 8]");
    EXPECT_EQ(message({.input = {"picture", {3, 4, 6}}, .output = {"map", {1, 4, 6}}, .axis = 0}),
              "input 'picture': expected [1, 3, 4, 6] (nchw), found [3, 4, 6]");
    EXPECT_EQ(
        message({.input = {"picture", {1, 3, 4, 6}}, .output = {"map", {1, 3, 1, 6}}, .axis = 2}),
        "output 'map': expected one map such as [1, 1, height, width], found [1, 3, 1, 6]");
}

TEST_F(ModelTest, FilesThatAreNoModels) {
    write_text(folder / "net.json", kBlock);
    const auto code = [&](std::string_view bytes) {
        write_text(folder / "net.onnx", bytes);
        const auto error = error_of([&] { Model(read_model_interface(folder / "net.onnx")); });
        EXPECT_EQ(error.context(), folder / "net.onnx");
        return error.code();
    };
    EXPECT_EQ(code(""), ErrorCode::unreadable);
    EXPECT_EQ(code("This is a text about depth.\n"), ErrorCode::unreadable);
    EXPECT_EQ(code(kBlock), ErrorCode::unreadable);
    const std::string whole = encode(tiny_network(4, 6));
    EXPECT_EQ(code(whole.substr(0, whole.size() / 2)), ErrorCode::unreadable);
}

TEST_F(ModelTest, AMissingDeviceIsAnErrorOfItsOwn) {
    write_text(folder / "net.onnx", encode(tiny_network(4, 6)));
    write_text(folder / "net.json", kBlock);
    const auto interface = read_model_interface(folder / "net.onnx");
    ::testing::internal::CaptureStderr();
    try {
        EXPECT_EQ(Model(interface, Device::cuda).run(grey_ramp({6, 4})).size(), 1U);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::device);
        EXPECT_THAT(error.what(), HasSubstr("--device cpu"));
    }
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST_F(ModelTest, StopsWhenAsked) {
    const Model model = load(tiny_network(4, 6));
    std::stop_source source;
    source.request_stop();
    EXPECT_EQ(error_of([&] {
                  static_cast<void>(model.run(grey_ramp({6, 4}), {.stop = source.get_token()}));
              }).code(),
              ErrorCode::cancelled);
}

// ---- The development material's own networks.

class SharedModels : public ModelTest {
 protected:
    fs::path models = fs::path(DIORAMA_SHARED_DIR) / "models";
    void SetUp() override {
        if (!fs::exists(models)) GTEST_SKIP() << "no development material at " << models;
        ModelTest::SetUp();
    }
};

TEST_F(SharedModels, RunAsTheirBlocksSay) {
    ModelInterface isnet;
    isnet.file = models / "isnet_general_use_quint8.onnx";
    isnet.task = ModelTask::matte;
    isnet.input.name = "input";
    isnet.input.range = {0, 255};
    isnet.input.mean = {128, 128, 128};
    isnet.input.std = {256, 256, 256};
    isnet.input.size.fixed = Size{1024, 1024};
    isnet.outputs = {{"output", OutputMeaning::matte}};
    ModelInterface selfie;
    selfie.file = models / "selfie_segmentation.onnx";
    selfie.task = ModelTask::matte;
    selfie.input.layout = TensorLayout::nhwc;
    selfie.input.size.fixed = Size{256, 256};
    selfie.outputs = {{"", OutputMeaning::matte}};
    for (const auto& [interface, size] :
         {std::pair{isnet, Size{1024, 1024}}, {selfie, Size{256, 256}}}) {
        const auto results = Model(interface).run(grey_ramp({12, 9}));
        ASSERT_EQ(results.size(), 1U);
        EXPECT_EQ(results[0].size, size);
        for (const float value : results[0].values) {
            ASSERT_GE(value, 0.0F);
            ASSERT_LE(value, 1.0F);
        }
    }
}

// Nine graphs, whose tensors do not all have the same names.
TEST_F(SharedModels, EverySizeOfTcMonoDepthRuns) {
    const auto folder_of_models = models / "tcmonodepth";
    int sizes = 0;
    for (const auto& entry : fs::directory_iterator(folder_of_models)) {
        int height = 0;
        int width = 0;
        ASSERT_EQ(std::sscanf(entry.path().filename().c_str(), "tcmonodepth_small_%dx%d.onnx",
                              &height, &width),
                  2);
        ModelInterface interface;
        interface.variants = {{entry.path(), {width, height}}};
        interface.input.range = {0, 255};
        interface.outputs = {{"", OutputMeaning::inverse_depth}};
        const auto results = Model(interface).run(grey_ramp({12, 9}));
        EXPECT_EQ(results[0].size, (Size{width, height}));
        EXPECT_GT(std::ranges::max(results[0].values), std::ranges::min(results[0].values));
        ++sizes;
    }
    EXPECT_EQ(sizes, 9);
}

}  // namespace
}  // namespace diorama::inference
