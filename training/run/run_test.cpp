#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "configuration.h"
#include "core/thrown_error.h"
#include "data/scene_file.h"
#include "diorama/error.h"
#include "network/convolution.h"
#include "run/depth_course.h"
#include "run/loss_table.h"
#include "run/trainer.h"
#include "run/weights.h"
#include "test_folder.h"

namespace diorama::training {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

Configuration make_tiny() {
    const Phase phase{.name = "first",
                      .steps = 6,
                      .batch = 2,
                      .warm_up = 2,
                      .data = {{"scenes.json", 1.0}},
                      .augmentation = {.crop = {32, 64}, .short_side = {40, 60}},
                      .weights = {.features = 0.5, .teacher = 0.5}};
    Configuration configuration{.seed = 9,
                                .precision = "float",
                                .teacher_features = {"a"},
                                .network = {.encoder = {3, 6, 8, 10, 12},
                                            .blocks = {0, 1, 1, 1, 1},
                                            .decoder = {4, 4, 6, 8},
                                            .matte = {4, 4, 6, 6},
                                            .features = 5},
                                .phases = {phase, phase}};
    configuration.phases[0].teacher = "teacher.onnx";
    configuration.phases[0].guided = true;
    configuration.phases[1].name = "second";
    configuration.phases[1].steps = 4;
    configuration.phases.push_back(phase);
    configuration.phases[2].name = "third";
    configuration.phases[2].steps = 3;
    configuration.phases[2].only = "matte";
    return configuration;
}

// Says that red is near, and shows half-size colours as its features.
OpenTeacher red_is_near() {
    return [](const Phase&) {
        return [](const torch::Tensor& pictures) {
            return TeacherAnswer{.inverse_depth = pictures.slice(1, 0, 1).clone(),
                                 .features = {torch::avg_pool2d(pictures, 2)}};
        };
    };
}

void write_scenes(const fs::path& file, bool with_depth = true) {
    SceneFileWriter writer(file);
    for (int i = 0; i < 26; ++i) {
        Scene scene{.name = "scene", .width = 70, .height = 60};
        for (int p = 0; p < 70 * 60; ++p) {
            const auto red = static_cast<std::uint8_t>((p % 70 / 14 * 60 + 40 * i) % 251);
            scene.picture.insert(scene.picture.end(), {red, 90, static_cast<std::uint8_t>(p % 70)});
            if (with_depth) scene.inverse_depth.push_back(static_cast<std::uint16_t>(257 * red));
            scene.matte.push_back(p % 70 < 35 ? 255 : 0);
        }
        writer.add(scene);
    }
    writer.finish();
}

struct Outcome {
    std::string losses;
    std::vector<torch::Tensor> weights;
};

RunOptions options_for(const fs::path& folder) {
    return {.folder = folder, .log_steps = 1, .validation_steps = 5};
}

// A course in the folder of its run, and what trains it.
struct TrainingRun {
    DepthCourse course;
    Trainer trainer;

    TrainingRun(const Configuration& configuration, const RunOptions& options)
        : course(configuration, options.folder, red_is_near()), trainer(course, options) {}
};

// Trains in `folder` with stops after each of these steps, as if killed there.
Outcome train(const fs::path& folder, const std::vector<std::int64_t>& stops) {
    torch::set_num_threads(1);
    fs::create_directories(folder);
    write_scenes(folder / "scenes.json");
    auto options = options_for(folder);
    for (const auto stop : stops) {
        options.stop_after = stop;
        TrainingRun(make_tiny(), options).trainer.run({});
        // What a killed run had written after its last checkpoint.
        std::ofstream(folder / "losses.csv", std::ios::app) << stop + 1 << ",training,total,0.5\n"
                                                            << stop + 2 << ",trai";
    }
    options.stop_after.reset();
    TrainingRun run(make_tiny(), options);
    run.trainer.run({});
    std::stringstream losses;
    losses << std::ifstream(folder / "losses.csv").rdbuf();
    return {losses.str(), run.course.network()->parameters()};
}

TEST(Trainer, ResumesAsIfItHadNeverBeenKilled) {
    const TestFolder folder;
    const Outcome whole = train(folder / "whole", {});
    const Outcome killed = train(folder / "killed", {2, 5, 8, 11});
    EXPECT_EQ(killed.losses, whole.losses);
    ASSERT_EQ(killed.weights.size(), whole.weights.size());
    for (std::size_t i = 0; i < whole.weights.size(); ++i)
        EXPECT_TRUE(torch::equal(killed.weights[i], whole.weights[i]));
    EXPECT_THAT(whole.losses, HasSubstr("13,training,total"));
    EXPECT_THAT(whole.losses, HasSubstr("5,validation,features0"));
}

TEST(Trainer, Learns) {
    const TestFolder folder;
    write_scenes(folder / "scenes.json");
    auto configuration = make_tiny();
    configuration.phases.resize(1);
    configuration.phases[0].steps = 150;
    configuration.phases[0].rate = 5e-3;
    auto options = options_for(folder.path());
    options.log_steps = 10;
    TrainingRun(configuration, options).trainer.run({});
    const auto rows = read_losses(folder / "losses.csv");
    EXPECT_LT(rows.back().losses.at("total"), 0.9 * rows.front().losses.at("total"));
}

TEST(Trainer, AsksTheTeacherOnlyWhereNoLabelIsBetter) {
    const TestFolder folder;
    write_scenes(folder / "scenes.json");
    write_scenes(folder / "photos.json", false);
    const auto asks = [&](double labels, const std::vector<DataShare>& data) {
        auto configuration = make_tiny();
        configuration.phases.resize(1);
        configuration.phases[0].data = data;
        configuration.phases[0].weights.labels = labels;
        const fs::path run = folder / std::to_string(labels) / std::to_string(data.size());
        fs::create_directories(run);
        for (const auto* file : {"scenes.json", "scenes.bin", "photos.json", "photos.bin"})
            fs::copy(folder / file, run / file);
        TrainingRun(configuration, options_for(run)).trainer.run({});
        return std::ranges::count_if(read_losses(run / "losses.csv"), [](const LossRow& row) {
            return row.losses.contains("teacher_depth");
        });
    };
    EXPECT_EQ(asks(1.0, {{"scenes.json"}}), 0);
    EXPECT_GT(asks(0.0, {{"scenes.json"}}), 0);
    EXPECT_GT(asks(1.0, {{"scenes.json"}, {"photos.json"}}), 0);
}

TEST(Trainer, NothingButTheMatteLearnsWhereAPhaseSaysSo) {
    const TestFolder folder;
    write_scenes(folder / "scenes.json");
    auto configuration = make_tiny();
    configuration.phases.resize(1);
    configuration.phases[0].only = "matte";
    const SmallNetwork before(configuration.network);
    DepthCourse course(configuration, folder.path(), red_is_near());
    course.begin_with(before);
    Trainer(course, options_for(folder.path())).run({});
    const SmallNetwork after = course.network();
    for (const auto& parameter : before->named_parameters()) {
        SCOPED_TRACE(parameter.key());
        const auto now = after->named_parameters()[parameter.key()];
        const bool learns = parameter.key().starts_with("matte");
        EXPECT_EQ(torch::equal(now, parameter.value()), !learns);
    }
}

TEST(Trainer, StopsByHandWithACheckpoint) {
    const TestFolder folder;
    write_scenes(folder / "scenes.json");
    std::stop_source source;
    RunContext context;
    context.stop = source.get_token();
    context.on_progress = [&](const Progress& progress) {
        if (progress.done == 3) source.request_stop();
    };
    EXPECT_THROW(TrainingRun(make_tiny(), options_for(folder.path())).trainer.run(context), Error);
    EXPECT_EQ(TrainingRun(make_tiny(), options_for(folder.path())).trainer.step(), 3);
}

TEST(Trainer, GoesOnWithAPhaseAddedToAFinishedRun) {
    const TestFolder folder;
    train(folder.path(), {});
    auto longer = make_tiny();
    const auto done = TrainingRun(longer, options_for(folder.path())).trainer.step();
    longer.phases.push_back(longer.phases.back());
    TrainingRun run(longer, options_for(folder.path()));
    run.trainer.run({});
    EXPECT_EQ(run.trainer.step(), done + longer.phases.back().steps);
}

TEST(Trainer, RefusesAnotherConfigurationsCheckpoint) {
    const TestFolder folder;
    write_scenes(folder / "scenes.json");
    auto options = options_for(folder.path());
    options.stop_after = 2;
    TrainingRun(make_tiny(), options).trainer.run({});
    auto other = make_tiny();
    other.seed = 10;
    EXPECT_THROW(TrainingRun(other, options), Error);
    auto later = make_tiny();
    later.phases[1].rate = 0.5;
    EXPECT_NO_THROW(TrainingRun(later, options));
}

TEST(Weights, SurviveInHalfTheSize) {
    const TestFolder folder;
    const auto configuration = make_tiny();
    const SmallNetwork network(configuration.network);
    save_weights(*network, to_json(configuration), folder / "small.weights");
    EXPECT_EQ(read_stored_configuration(folder / "small.weights"), to_json(configuration));
    SmallNetwork loaded(configuration.network);
    load_weights(*loaded, folder / "small.weights");
    const auto expected = network->parameters();
    const auto found = loaded->parameters();
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_TRUE(torch::allclose(found[i], expected[i], 0.01, 1e-6));
    std::ofstream(folder / "broken.weights") << "none";
    EXPECT_THROW(load_weights(*loaded, folder / "broken.weights"), Error);
}

TEST(Weights, AverageWhatIsConvolvedWith) {
    const torch::NoGradGuard no_gradients;
    const ConvolutionShape shape{.in = 1, .out = 1, .kernel = 3};
    Convolution near(shape, Weights::standardised, 1.0), far(shape, Weights::standardised, 1.0);
    const auto filter = torch::tensor({1., -1., 0., 0., 0., 0., 0., 0., 0.}).view({1, 1, 3, 3});
    const auto other = torch::tensor({0., 0., 3., 0., -3., 0., 0., 0., 0.}).view({1, 1, 3, 3});
    near->take(filter, torch::tensor({1.}));
    far->take(other, torch::tensor({5.}));
    far->named_parameters()["weight"].mul_(10);  // of a standardised weight: the same filter

    average_filters(*near, *far);
    const auto half = torch::tensor({.5, -.5, 1.5, 0., -1.5, 0., 0., 0., 0.}).view({1, 1, 3, 3});
    EXPECT_TRUE(torch::allclose(near->filters(), half, 1e-4, 1e-4)) << near->filters();
    EXPECT_EQ(near->bias().item<float>(), 3);
}

TEST(Weights, OfAnotherShapeHaveNoAverage) {
    auto wider = make_tiny().network;
    wider.decoder[2] += 2;
    SmallNetwork network(make_tiny().network), other(wider);
    const Error error = error_of([&] { average_filters(*network, *other); });
    EXPECT_EQ(error.code(), ErrorCode::mismatch);
}

TEST(Configuration, ComesBackFromItsText) {
    const auto text = to_json(make_tiny());
    EXPECT_EQ(to_json(parse_configuration(text, "test")), text);
}

TEST(Configuration, NamesWhatIsWrong) {
    const auto refuses = [](const std::string& json, const std::string& word) {
        const Error error = error_of([&] { (void)parse_configuration(json, "net.json"); });
        EXPECT_THAT(error.what(), HasSubstr(word));
        EXPECT_THAT(error.what(), HasSubstr("net.json"));
    };
    refuses(R"({"phases": [{"stops": 3}]})", "phases");
    refuses(R"({"phases": [{"stops": 3}]})", "stops");
    refuses(R"({"precision": "int8"})", "precision");
    refuses(R"({"seed": "one"})", "number");
    refuses(R"({"phases": [{"steps": 3, "data": [{"scenes": "a"}],
                "augmentation": {"crop": [33, 64]}}]})",
            "crop");
    refuses("{", "parse");
}

}  // namespace
}  // namespace diorama::training
