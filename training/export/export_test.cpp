#include "export/export_onnx.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/thrown_error.h"
#include "diorama/error.h"
#include "export/exported_networks.h"
#include "export/import_onnx.h"
#include "inference/graph.h"
#include "teacher/onnx_teacher.h"
#include "test_folder.h"

namespace diorama::training {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const NetworkShape kTiny{.encoder = {4, 6, 8, 10, 12},
                         .blocks = {0, 1, 1, 1, 1},
                         .decoder = {4, 4, 6, 8},
                         .matte = {4, 4, 6, 6},
                         .features = 5};

torch::Tensor run(const inference::Graph& graph, const torch::Tensor& input,
                  const std::string& output) {
    const auto plain = input.contiguous();
    const auto* first = plain.data_ptr<float>();
    const auto result =
        graph
            .run({{graph.inputs().front().name,
                   inference::make_tensor(plain.sizes().vec(),
                                          std::vector<float>(first, first + plain.numel()))}},
                 {output})
            .front();
    const auto values = result.floats();
    return torch::tensor(torch::ArrayRef<float>(values)).view(result.shape);
}

inference::Graph open(const fs::path& file) {
    return {file, Device::cpu, 1, inference::Memory::keep};
}

// Of the largest value.
double difference(const torch::Tensor& a, const torch::Tensor& b) {
    return ((a - b).abs().max() / b.abs().max()).item<double>();
}

TEST(Export, GivesWhatLibtorchGivesAtAnySize) {
    const TestFolder folder;
    torch::manual_seed(3);
    SmallNetwork network(kTiny);
    const auto function = outputs_of(network);
    export_onnx(*network, function, folder / "net.onnx");
    const auto graph = open(folder / "net.onnx");

    const torch::NoGradGuard no_gradients;
    for (const auto& [batch, height, width] :
         std::vector<std::array<int, 3>>{{1, 64, 96}, {1, 160, 32}, {2, 96, 128}}) {
        const auto input = 2 * torch::rand({batch, 3, height, width}) - 1;
        const auto expected = function.call(input);
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const auto found = run(graph, input, function.output_names[i]);
            ASSERT_EQ(found.sizes(), expected[i].sizes());
            EXPECT_LT(difference(found, expected[i]), 1e-4) << function.output_names[i];
        }
    }
}

TEST(Export, GivesWhatATonalNetworkGivesAtAnySize) {
    const TestFolder folder;
    for (const UNetShape& shape :
         {UNetShape{.width = 4},
          UNetShape{
              .colours = "rgb", .width = 6, .levels = 3, .stem = 2, .weights = "standardised"},
          UNetShape{.colours = "rgb", .down = "depth"}}) {
        torch::manual_seed(3);
        UNet network(shape);
        export_onnx(*network, outputs_of(network, shape), folder / "net.onnx");
        const torch::NoGradGuard no_gradients;
        for (const auto& [batch, height, width] :
             std::vector<std::array<int, 3>>{{1, 32, 96}, {2, 128, 64}}) {
            const auto input = torch::rand({batch, shape.channels(), height, width});
            const auto found = run(open(folder / "net.onnx"), input, kToneLogits);
            ASSERT_EQ(found.sizes(), (torch::IntArrayRef{batch, 5, height, width}));
            EXPECT_LT(difference(found, network(input)), 1e-4);
        }
    }
}

TEST(Export, HalfWeightsTakeHalfTheSpaceAndGiveNearlyTheSame) {
    const TestFolder folder;
    torch::manual_seed(3);
    SmallNetwork network(NetworkShape{});
    auto function = outputs_of(network);
    export_onnx(*network, function, folder / "whole.onnx");
    function.half_weights = true;
    export_onnx(*network, function, folder / "half.onnx");
    EXPECT_LT(fs::file_size(folder / "half.onnx"), 0.55 * fs::file_size(folder / "whole.onnx"));

    const auto graph = open(folder / "half.onnx");
    const torch::NoGradGuard no_gradients;
    const auto input = 2 * torch::rand({1, 3, 64, 96}) - 1;
    const auto expected = function.call(input);
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_LT(difference(run(graph, input, function.output_names[i]), expected[i]), 0.02)
            << function.output_names[i];
}

TEST(Export, TranslatesEveryOperationAlike) {
    const TestFolder folder;
    torch::nn::Conv2d convolution(torch::nn::Conv2dOptions(4, 6, {3, 1})
                                      .stride({2, 1})
                                      .padding({1, 0})
                                      .groups(2)
                                      .bias(false));
    const auto call = [&](const torch::Tensor& x) {
        const auto y = convolution(x);
        const auto z = torch::cat({y, y * 0.5 - 2, y.slice(1, 1, 5, 2)}, 1);
        const auto largest = torch::max_pool2d(z, {3, 3}, {1, 1}, {1, 1});
        return std::vector{torch::sigmoid(z) - z.mean({2, 3}, true) + largest};
    };
    const auto example = torch::rand({1, 4, 10, 14});
    export_onnx(*convolution,
                {.call = call, .example = example, .input_name = "x", .output_names = {"y"}},
                folder / "net.onnx");
    const torch::NoGradGuard no_gradients;
    const auto input = torch::rand({1, 4, 18, 7});
    EXPECT_LT(difference(run(open(folder / "net.onnx"), input, "y"), call(input).front()), 1e-4);
}

TEST(Export, NamesAnOperationThatItDoesNotKnow) {
    const TestFolder folder;
    torch::nn::ReLU network;
    const ExportedFunction function{
        .call = [](const torch::Tensor& x) { return std::vector{torch::erf(x)}; },
        .example = torch::rand({1, 1, 4, 4}),
        .input_name = "x",
        .output_names = {"y"}};
    const Error error = error_of([&] { export_onnx(*network, function, folder / "net.onnx"); });
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    EXPECT_THAT(error.what(), HasSubstr("aten::erf"));
    EXPECT_FALSE(fs::exists(folder / "net.onnx"));
}

TEST(Export, LeavesTheNetworkAsItWas) {
    const TestFolder folder;
    SmallNetwork network(kTiny);
    export_onnx(*network, outputs_of(network), folder / "net.onnx");
    EXPECT_TRUE(network->is_training());
    for (const auto& parameter : network->parameters()) EXPECT_TRUE(parameter.requires_grad());
}

TEST(Import, GivesTheNetworkThatWasExported) {
    const TestFolder folder;
    torch::manual_seed(3);
    SmallNetwork network(kTiny), other(kTiny);
    auto function = outputs_of(network);
    export_onnx(*network, function, folder / "whole.onnx");
    function.half_weights = true;
    export_onnx(*network, function, folder / "half.onnx");

    const torch::NoGradGuard no_gradients;
    const auto input = 2 * torch::rand({1, 3, 64, 96}) - 1;
    const auto expected = function.call(input);
    for (const auto& [file, tolerance] :
         std::map<std::string, double>{{"whole.onnx", 1e-4}, {"half.onnx", 0.02}}) {
        import_onnx(*other, outputs_of(other), folder / file);
        const auto found = outputs_of(other).call(input);
        for (std::size_t i = 0; i < expected.size(); ++i)
            EXPECT_LT(difference(found[i], expected[i]), tolerance)
                << file << ' ' << function.output_names[i];
    }
}

TEST(Import, GivesTheTonalNetworkThatWasExported) {
    const TestFolder folder;
    torch::manual_seed(3);
    const UNetShape shape{.colours = "rgb", .down = "depth"};
    UNet network(shape), other(shape);
    export_onnx(*network, outputs_of(network, shape), folder / "net.onnx");
    EXPECT_EQ(list_outputs(folder / "net.onnx"), std::vector<std::string>{kToneLogits});

    import_onnx(*other, outputs_of(other, shape), folder / "net.onnx");
    const torch::NoGradGuard no_gradients;
    const auto input = torch::rand({1, 3, 64, 128});
    EXPECT_LT(difference(other(input), network(input)), 1e-4);
}

TEST(Import, RefusesAnotherShapeAndWhatIsNoNetwork) {
    const TestFolder folder;
    SmallNetwork network(kTiny);
    export_onnx(*network, outputs_of(network), folder / "net.onnx");
    NetworkShape wider = kTiny, deeper = kTiny;
    wider.decoder[2] += 2;
    deeper.blocks[2] += 1;
    for (const auto& shape : {wider, deeper}) {
        SmallNetwork other(shape);
        const Error error =
            error_of([&] { import_onnx(*other, outputs_of(other), folder / "net.onnx"); });
        EXPECT_EQ(error.code(), ErrorCode::mismatch);
    }
    std::ofstream(folder / "text.onnx") << "no network";
    const Error error =
        error_of([&] { import_onnx(*network, outputs_of(network), folder / "text.onnx"); });
    EXPECT_EQ(error.code(), ErrorCode::unreadable);
}

TEST(Teacher, TellsInnerTensorsToo) {
    const TestFolder folder;
    torch::nn::Conv2d inner(torch::nn::Conv2dOptions(3, 2, 1));
    const auto call = [&](const torch::Tensor& x) {
        return std::vector{torch::sigmoid(torch::relu(inner(x)))};
    };
    export_onnx(*inner,
                {.call = call,
                 .example = torch::rand({1, 3, 8, 8}),
                 .input_name = "x",
                 .output_names = {"y"}},
                folder / "net.onnx");
    const auto teacher = open_onnx_teacher(folder / "net.onnx", {"Relu1"}, folder / "copy.onnx");
    const auto pictures = torch::rand({3, 3, 8, 8});
    const auto answer = teacher(pictures);

    const torch::NoGradGuard no_gradients;
    EXPECT_LT(difference(answer.inverse_depth, call(255 * pictures).front()), 1e-4);
    ASSERT_EQ(answer.features.size(), 1U);
    EXPECT_LT(difference(answer.features[0], torch::relu(inner(255 * pictures))), 1e-4);
    EXPECT_THROW(
        static_cast<void>(open_onnx_teacher(folder / "net.onnx", {"Relu7"}, folder / "copy.onnx")),
        Error);
}

}  // namespace
}  // namespace diorama::training
