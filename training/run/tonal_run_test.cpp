#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "configuration.h"
#include "core/thrown_error.h"
#include "diorama/error.h"
#include "network/small_network.h"
#include "run/tonal_course.h"
#include "run/trainer.h"
#include "run/weights.h"
#include "test_folder.h"

namespace diorama::training {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TonalConfiguration make_tiny() {
    TonalConfiguration configuration{
        .seed = 4,
        .precision = "float",
        .network = {.colours = "rgb", .width = 4, .levels = 2},
        .splits = {{"scene", {.training = {"a"}, .validation = {"b"}}}},
        .epochs = 3,
        .batch = 2,
        .rate = 5e-3,
        .average = 0.5};
    configuration.augmentation.crop = {32, 32};
    configuration.augmentation.short_side = {32, 40};
    return configuration;
}

// Frames whose tone is the third of the grey scale that a pixel lies in.
void write_frames(const fs::path& folder, int count) {
    SceneFileWriter writer(folder / "frames.json");
    for (int i = 0; i < count + 1; ++i) {
        Scene scene{
            .name = (i < count ? "a/" : "b/") + std::to_string(i), .width = 40, .height = 40};
        for (int p = 0; p < 1600; ++p) {
            const auto grey = static_cast<std::uint8_t>((p % 40 / 8 * 50 + 70 * i) % 251);
            scene.picture.insert(scene.picture.end(), 3, grey);
            scene.tones.push_back(static_cast<std::uint8_t>(grey / 84));
        }
        writer.add(scene);
    }
    writer.finish();
}

struct Outcome {
    std::string losses;
    std::vector<torch::Tensor> weights;
};

Outcome train(const fs::path& folder, const TonalConfiguration& configuration,
              const std::vector<std::int64_t>& stops) {
    torch::set_num_threads(1);
    fs::create_directories(folder);
    write_frames(folder, 5);
    RunOptions options{.folder = folder, .log_steps = 1, .validation_steps = 3};
    for (const auto stop : stops) {
        options.stop_after = stop;
        TonalCourse course(configuration, folder);
        Trainer(course, options).run({});
    }
    options.stop_after.reset();
    TonalCourse course(configuration, folder);
    Trainer(course, options).run({});
    std::stringstream losses;
    losses << std::ifstream(folder / "losses.csv").rdbuf();
    return {losses.str(), course.network()->parameters()};
}

TEST(TonalTraining, ResumesAsIfItHadNeverBeenKilled) {
    const TestFolder folder;
    const Outcome whole = train(folder / "whole", make_tiny(), {});
    const Outcome killed = train(folder / "killed", make_tiny(), {2, 5});
    EXPECT_EQ(killed.losses, whole.losses);
    for (std::size_t i = 0; i < whole.weights.size(); ++i)
        EXPECT_TRUE(torch::equal(killed.weights[i], whole.weights[i]));
    EXPECT_THAT(whole.losses, HasSubstr("9,training,entropy"));
    EXPECT_THAT(whole.losses, HasSubstr("9,validation,accuracy"));
}

TEST(TonalTraining, ResumesWhereTheEncoderLearnsSlowly) {
    const TestFolder folder;
    auto configuration = make_tiny();
    configuration.network.down = "depth";
    configuration.encoder_rate = 0.1;
    configuration.weights.overlap = 1;
    configuration.short_side_px = 64;
    const Outcome whole = train(folder / "whole", configuration, {});
    const Outcome killed = train(folder / "killed", configuration, {2});
    EXPECT_EQ(killed.losses, whole.losses);
    for (std::size_t i = 0; i < whole.weights.size(); ++i)
        EXPECT_TRUE(torch::equal(killed.weights[i], whole.weights[i]));
    EXPECT_THAT(whole.losses, HasSubstr("3,validation,overlap"));
    EXPECT_THAT(whole.losses, HasSubstr("3,training,miss"));
}

TEST(TonalTraining, Learns) {
    const TestFolder folder;
    torch::set_num_threads(1);
    write_frames(folder.path(), 8);
    auto configuration = make_tiny();
    configuration.epochs = 40;
    TonalCourse course(configuration, folder.path());
    Trainer(course, {.folder = folder.path(), .log_steps = 10, .validation_steps = 1000}).run({});
    const auto rows = read_losses(folder / "losses.csv");
    EXPECT_LT(rows.back().losses.at("entropy"), 0.5 * rows.front().losses.at("entropy"));
}

// Runs that stand on a network for depth.
class TonalTrainingOnDepth : public testing::Test {
 protected:
    const TestFolder folder;
    TonalConfiguration configuration = make_tiny();
    SmallNetwork depth{nullptr};

    void SetUp() override {
        torch::set_num_threads(1);
        write_frames(folder.path(), 4);
        torch::manual_seed(7);
        depth = SmallNetwork(NetworkShape{});
        configuration.network.down = "depth";
    }
};

TEST_F(TonalTrainingOnDepth, TakesItsEncoderAndLeavesItAsItIs) {
    TonalCourse course(configuration, folder.path());
    course.stand_on(depth);
    const auto head = course.network()->named_parameters()["head.weight"].clone();
    Trainer(course, {.folder = folder.path()}).run({});
    const auto learnt = course.network()->named_parameters();
    const auto before = depth->named_parameters();
    int taken = 0;
    for (const auto& parameter : learnt)
        if (const auto* own = before.find(parameter.key())) {
            EXPECT_TRUE(torch::equal(*parameter, *own)) << parameter.key();
            ++taken;
        }
    EXPECT_GT(taken, 20);
    EXPECT_FALSE(torch::equal(learnt["head.weight"], head));
}

TEST_F(TonalTrainingOnDepth, LetsTheEncoderLearnAtAShareOfTheRate) {
    const auto moved_at = [&](double share) {
        configuration.encoder_rate = share;
        TonalCourse course(configuration, folder.path());
        course.stand_on(depth);
        Losses losses;
        course.begin(0);
        course.learn(0, 1e-3, losses);
        course.average_weights(0);
        const auto before = depth->named_parameters();
        double moved = 0;
        for (const auto& parameter : course.network()->named_parameters())
            if (const auto* own = before.find(parameter.key()))
                moved += (*parameter - *own).abs().sum().item<double>();
        return moved;
    };
    EXPECT_EQ(moved_at(0), 0);
    const double slow = moved_at(0.1);
    EXPECT_GT(slow, 0);
    // A first step of Adam is as long as the rate.
    EXPECT_NEAR(moved_at(0.5) / slow, 5, 0.1);
}

TEST(TonalTraining, BeginsWithAllThatAnotherRunHasLearnt) {
    const TestFolder folder;
    write_frames(folder.path(), 4);
    auto configuration = make_tiny();
    configuration.seed = 5;
    TonalCourse earlier(configuration, folder.path());
    configuration.seed = 6;
    TonalCourse later(configuration, folder.path());
    later.begin_with(earlier.network());
    const auto wanted = earlier.network()->parameters();
    const auto taken = later.network()->parameters();
    for (std::size_t i = 0; i < wanted.size(); ++i)
        EXPECT_TRUE(torch::equal(wanted[i], taken[i])) << i;
    configuration.network.width += 1;
    TonalCourse wider(configuration, folder.path());
    EXPECT_EQ(error_of([&] { wider.begin_with(earlier.network()); }).code(), ErrorCode::mismatch);
    configuration.network.width -= 1;
    configuration.network.levels -= 1;  // all its names are among the deeper one's
    TonalCourse shallower(configuration, folder.path());
    EXPECT_EQ(error_of([&] { shallower.begin_with(earlier.network()); }).code(),
              ErrorCode::mismatch);
}

TEST(TonalTraining, RefusesWhatDoesNotBelongToTheRun) {
    const TestFolder folder;
    write_frames(folder.path(), 5);
    RunOptions options{.folder = folder.path()};
    options.stop_after = 2;
    const auto start = [&](const TonalConfiguration& configuration) {
        TonalCourse course(configuration, folder.path());
        Trainer(course, options).run({});
    };
    start(make_tiny());
    auto other = make_tiny();
    other.rate = 0.1;
    EXPECT_THROW(start(other), Error);
    other.splits["scene"].training = {"c"};
    EXPECT_THROW(start(other), Error);
    write_frames(folder.path(), 6);
    EXPECT_THROW(start(make_tiny()), Error);
}

TEST(TonalTraining, ListsWhatIsInWhichPart) {
    const TestFolder folder;
    write_frames(folder.path(), 2);
    TonalCourse(make_tiny(), folder.path()).list_parts(folder.path());
    std::stringstream names;
    names << std::ifstream(folder / "training.txt").rdbuf();
    EXPECT_EQ(names.str(), "a/0\na/1\n");
}

TEST(TonalConfiguration, ComesBackFromItsTextAndNamesWhatIsWrong) {
    const auto text = to_json(make_tiny());
    EXPECT_EQ(to_json(parse_tonal_configuration(text, "test")), text);
    EXPECT_TRUE(is_tonal(text));
    EXPECT_FALSE(is_tonal(to_json(Configuration{})));
    const auto refuses = [&](const std::string& key, const std::string& value) {
        const std::string json = R"({"splits": {"scene": {}}, "side_px": 200,
                                     "augmentation": {"crop": [0, 0]}, ")" +
                                 key + "\": " + value + "}";
        const Error error = error_of([&] { (void)parse_tonal_configuration(json, "roto.json"); });
        EXPECT_THAT(error.what(), HasSubstr(key));
        EXPECT_THAT(error.what(), HasSubstr("roto.json"));
    };
    refuses("split", R"("paper")");
    refuses("precision", R"("int8")");
    refuses("epochs", "0");
    refuses("wdith", "3");
    refuses("side_px", "0");
    refuses("encoder_rate", "0.5");
    refuses("short_side_px", "-1");
}

TEST(TonalConfiguration, ThoseThatShipAreRead) {
    for (const std::string name : {"roto_first.json", "roto.json", "roto_paper.json"}) {
        const auto file = fs::path(DIORAMA_SOURCE_DIR) / "training" / name;
        const auto configuration = read_tonal_configuration(file);
        EXPECT_TRUE(configuration.splits.contains("paper")) << name;
        EXPECT_LE(count_parameters(*UNet(configuration.network)), 4'000'000) << name;
    }
}

TEST(UNet, HasTheSizeThatTheSeedsTableSays) {
    // Double convolutions, enlargements and the last layer, with their biases.
    std::int64_t expected = 64 * 5 + 5;
    const auto convolution = [](std::int64_t in, std::int64_t out) { return 9 * in * out + out; };
    std::int64_t in = 1;
    for (const std::int64_t out : {64, 128, 256, 512, 1024}) {
        expected += convolution(in, out) + convolution(out, out);
        in = out;
    }
    for (const std::int64_t out : {512, 256, 128, 64})
        expected += 2 * out * 4 * out + 4 * out + convolution(2 * out, out) + convolution(out, out);
    EXPECT_EQ(count_parameters(*UNet(UNetShape{.width = 64})), expected);
}

}  // namespace
}  // namespace diorama::training
