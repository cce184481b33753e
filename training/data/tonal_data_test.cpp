#include <ATen/CPUGeneratorImpl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "data/split.h"
#include "data/tonal_batches.h"
#include "losses/tonal_losses.h"
#include "test_folder.h"

namespace diorama::training {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

// Five upright stripes, one a tone, in colours that say which: red is 50 times the tone.
Scene make_stripes(const std::string& name, int side_px) {
    Scene scene{.name = name, .width = side_px, .height = side_px};
    for (int p = 0; p < side_px * side_px; ++p) {
        const auto tone = static_cast<std::uint8_t>(p % side_px * 5 / side_px);
        scene.picture.insert(scene.picture.end(), {static_cast<std::uint8_t>(50 * tone), 10, 20});
        scene.tones.push_back(tone);
    }
    return scene;
}

void write_frames(const fs::path& file, const std::vector<std::string>& names) {
    SceneFileWriter writer(file);
    for (const auto& name : names) writer.add(make_stripes(name, 20));
    writer.finish();
}

TEST(Split, NamesPartsByBeginningsOfWholeWords) {
    const TestFolder folder;
    write_frames(folder / "a.json", {"out/desk/1", "training/toy/1", "training/toys/1",
                                     "training/toys/2", "training/walker/1"});
    const SceneFile scenes(folder / "a.json");
    const SplitRule rule{.training = {"training"},
                         .validation = {"training/toy"},
                         .test = {"training/toys/2", "out"}};
    const Split split = split_scenes(scenes, rule, 0, 1);
    EXPECT_THAT(split.training, ElementsAre(2, 4));
    EXPECT_THAT(split.validation, ElementsAre(1));
    EXPECT_THAT(split.test, ElementsAre(0, 3));
    EXPECT_TRUE(split_scenes(scenes, rule, 512, 1).training.empty());
}

TEST(Split, WhatIsPaintedAnewIsOnlyLearntFrom) {
    const TestFolder folder;
    write_frames(folder / "a.json", {"desk/200/1", "desk/200_painted_1/1", "toy/200/1",
                                     "toy/200_painted_1/1", "walk/200/1", "walk/200_painted_1/1"});
    const SceneFile scenes(folder / "a.json");
    const SplitRule rule{.training = {"desk", "walk/200"}, .validation = {"toy"}, .test = {"toy"}};
    const Split split = split_scenes(scenes, rule, 0, 1);
    EXPECT_THAT(split.training, ElementsAre(0, 1, 4));
    EXPECT_THAT(split.test, ElementsAre(2));
    const Split random = split_scenes(scenes, {.training = {"desk"}, .validation_share = 1}, 0, 1);
    EXPECT_TRUE(random.training.empty());
    EXPECT_THAT(random.validation, ElementsAre(0));
}

TEST(Split, ARandomShareIsTheSameWhateverElseThereIs) {
    const TestFolder folder;
    std::vector<std::string> names;
    for (int i = 1000; i < 2000; ++i) names.push_back("toys/" + std::to_string(i));
    write_frames(folder / "a.json", names);
    names.erase(names.begin(), names.begin() + 500);
    write_frames(folder / "b.json", names);
    const SplitRule rule{.training = {"toys"}, .validation_share = 0.2};
    const SceneFile all(folder / "a.json");
    const SceneFile half(folder / "b.json");
    const auto validation = split_scenes(all, rule, 0, 1).validation;
    EXPECT_NEAR(static_cast<double>(validation.size()), 200, 50);
    std::set<std::string> expected;
    for (const auto index : validation)
        if (index >= 500) expected.insert(all.name(index));
    std::set<std::string> found;
    for (const auto index : split_scenes(half, rule, 0, 1).validation)
        found.insert(half.name(index));
    EXPECT_EQ(found, expected);
    EXPECT_NE(split_scenes(all, rule, 0, 2).validation, validation);
}

TEST(TonalBatches, EachFrameIsSeenOnceAnEpoch) {
    const TestFolder folder;
    SceneFileWriter writer(folder / "a.json");
    for (int i = 0; i < 5; ++i) {
        Scene scene = make_stripes(std::to_string(i), 20);
        scene.picture[1] = static_cast<std::uint8_t>(i);  // marks the frame
        writer.add(scene);
    }
    writer.finish();
    const SceneFile scenes(folder / "a.json");
    TonalConfiguration configuration{.network = {.colours = "rgb", .levels = 2}, .batch = 1};
    configuration.augmentation = {
        .crop = {0, 0}, .stretch = 0, .colour = 0, .blur_px = 0, .noise = 0, .jpeg = 0};
    const TonalBatchMaker batches(configuration, scenes, {0, 1, 2, 3, 4});
    std::vector<std::vector<int>> orders(2);
    for (int step = 0; step < 10; ++step) {
        const auto mark = batches.make(step).pictures[0][1][0][0].item<float>();
        orders[static_cast<std::size_t>(step / 5)].push_back(static_cast<int>(255 * mark + 0.5F));
    }
    for (const auto& order : orders)
        EXPECT_THAT(order, testing::UnorderedElementsAre(0, 1, 2, 3, 4));
    EXPECT_NE(orders[0], orders[1]);
}

TEST(TonalBatches, WholeFramesArePaddedAndTheBorderDoesNotCount) {
    const TestFolder folder;
    write_frames(folder / "a.json", {"a", "b"});
    const SceneFile scenes(folder / "a.json");
    const TonalConfiguration configuration{};  // grey, multiples of 16
    const TonalBatchMaker batches(configuration, scenes, {0, 1});
    const TonalBatch batch = batches.take(0, 8);
    EXPECT_EQ(batch.pictures.sizes(), (torch::IntArrayRef{2, 1, 32, 32}));
    EXPECT_EQ((batch.tones == kUnlabelled).sum().item<int>(), 2 * (32 * 32 - 20 * 20));
    EXPECT_EQ(batch.tones[1][16][6].item<int>(), 0);
    EXPECT_EQ(batch.tones[1][16][25].item<int>(), 4);
    EXPECT_NEAR(batch.pictures[1][0][16][25].item<float>(),
                (0.299 * 200 + 0.587 * 10 + 0.114 * 20) / 255, 1e-5);
}

TEST(TonalBatches, CropsKeepTonesOnTheirPixels) {
    const Scene scene = make_stripes("a", 60);
    const Augmentation how{.crop = {32, 32}, .short_side = {40, 90}, .stretch = 0.2};
    auto random = at::make_generator<at::CPUGeneratorImpl>(3);
    for (int i = 0; i < 20; ++i) {
        const Crop crop = cut_crop(scene, how, random);
        const auto expected = torch::round(crop.picture[0] * 255 / 50).to(torch::kLong);
        // Where two stripes meet, red is between theirs.
        const auto wrong = (crop.tones != expected).to(torch::kFloat).mean().item<float>();
        EXPECT_LT(wrong, 0.05);
    }
}

torch::Tensor row(std::vector<std::int64_t> tones) {
    const auto count = static_cast<std::int64_t>(tones.size());
    return torch::tensor(tones).view({1, 1, count});
}

// Logits that give `chance` to one tone and share the rest among the others.
torch::Tensor sure_of(std::int64_t tone, double chance, std::int64_t width) {
    auto logits = torch::full({1, 5, 1, width}, std::log((1 - chance) / 4));
    logits.select(1, tone).fill_(std::log(chance));
    return logits;
}

TEST(TonalLosses, EntropyIsOfLabelledPixels) {
    const auto logits = sure_of(2, 0.5, 4);
    const double right = -std::log(0.5);
    const double wrong = -std::log(0.125);
    const auto tones = row({2, 2, 0, kUnlabelled});
    EXPECT_NEAR(tonal_entropy(logits, tones).item<double>(), (2 * right + wrong) / 3, 1e-5);
    EXPECT_NEAR(tonal_accuracy(logits, tones).item<double>(), 2.0 / 3, 1e-6);
}

TEST(TonalLosses, MissIsOfTheTonesThatAreThereAndOfLabelledPixels) {
    // Four pixels, the last unlabelled: two of tone 0 at 0.5 and 0.8, one of tone 1 at 0.6.
    const auto chances = torch::tensor({{0.5F, 0.8F, 0.4F, 1.0F},
                                        {0.5F, 0.2F, 0.6F, 1e-9F},
                                        {1e-9F, 1e-9F, 1e-9F, 1e-9F},
                                        {1e-9F, 1e-9F, 1e-9F, 1e-9F},
                                        {1e-9F, 1e-9F, 1e-9F, 1e-9F}});
    const auto logits = chances.log().reshape({1, 5, 1, 4});
    const auto tones = torch::tensor({0L, 0L, 1L, kUnlabelled}).reshape({1, 1, 4});
    const double first = 1.3 / (1.7 + 2 - 1.3);
    const double second = 0.6 / (1.3 + 1 - 0.6);
    EXPECT_NEAR(tonal_miss(logits, tones).item<double>(), 1 - (first + second) / 2, 1e-5);
}

TEST(TonalLosses, ConfusionCountsLabelledPixelsAndGivesOverlap) {
    // Taken for tone 1 everywhere: of two zeros and three ones, one pixel unlabelled.
    const auto logits = sure_of(1, 0.9, 6);
    const auto confusion = tonal_confusion(logits, row({0, 0, 1, 1, 1, kUnlabelled}));
    EXPECT_EQ(confusion[0][1].item<std::int64_t>(), 2);
    EXPECT_EQ(confusion[1][1].item<std::int64_t>(), 3);
    EXPECT_EQ(confusion.sum().item<std::int64_t>(), 5);
    EXPECT_NEAR(mean_overlap(confusion), (0.0 + 3.0 / 5) / 2, 1e-9);
}

TEST(TonalLosses, PixelsAreWeighedByToneAndByTheBoundary) {
    // Of 8 pixels the boundary lies between the 5th and 6th, so that four are near it.
    const auto tones = row({0, 0, 0, 0, 0, 3, 3, 3});
    const auto logits = sure_of(3, 0.5, 8);
    const double right = -std::log(0.5);
    const double wrong = -std::log(0.125);
    const TonalWeights weights{.tones = {1, 1, 1, 2, 1}, .boundary = 1};
    // Zeros: three far (weight 1), two near (2). Threes: two near (4), one far (2).
    EXPECT_NEAR(weighted_tonal_entropy(logits, tones, weights).item<double>(),
                ((3 + 4) * wrong + (8 + 2) * right) / 17, 1e-5);
    EXPECT_NEAR(weighted_tonal_entropy(logits, tones, {}).item<double>(),
                tonal_entropy(logits, tones).item<double>(), 1e-5);
}

}  // namespace
}  // namespace diorama::training
