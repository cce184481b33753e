#include <ATen/CPUGeneratorImpl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "data/augment.h"
#include "data/batches.h"
#include "data/scene_file.h"
#include "diorama/error.h"
#include "test_folder.h"

namespace diorama::training {
namespace {

namespace fs = std::filesystem;

// Red rises to the right, green downwards; depth is red's value, the matte green's.
Scene make_ramps(int width, int height) {
    Scene scene{.name = "ramps", .width = width, .height = height};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const auto red = static_cast<std::uint8_t>(255 * x / (width - 1));
            const auto green = static_cast<std::uint8_t>(255 * y / (height - 1));
            scene.picture.insert(scene.picture.end(), {red, green, 0});
            scene.inverse_depth.push_back(static_cast<std::uint16_t>(257 * red));
            scene.matte.push_back(green);
        }
    return scene;
}

void write_scenes(const fs::path& file, int count) {
    SceneFileWriter writer(file);
    for (int i = 0; i < count; ++i) {
        Scene scene = make_ramps(40 + i, 50);
        if (i % 2 == 1) scene.matte.clear();
        writer.add(scene);
    }
    writer.finish();
}

torch::Generator seeded(std::uint64_t seed) {
    return at::make_generator<at::CPUGeneratorImpl>(seed);
}

TEST(SceneFile, GivesBackWhatWasWritten) {
    const TestFolder folder;
    write_scenes(folder / "a.json", 3);
    const SceneFile scenes(folder / "a.json");
    ASSERT_EQ(scenes.size(), 3U);
    for (int i = 2; i >= 0; --i) {
        const Scene expected = make_ramps(40 + i, 50);
        const Scene scene = scenes.read(i);
        EXPECT_EQ(scene.width, expected.width);
        EXPECT_EQ(scene.picture, expected.picture);
        EXPECT_EQ(scene.inverse_depth, expected.inverse_depth);
        if (i != 1) {
            EXPECT_EQ(scene.matte, expected.matte);
        } else {
            EXPECT_TRUE(scene.matte.empty());
        }
    }
}

TEST(SceneFile, RefusesPlanesThatAreCutShort) {
    const TestFolder folder;
    write_scenes(folder / "a.json", 2);
    fs::resize_file(folder / "a.bin", fs::file_size(folder / "a.bin") - 1);
    EXPECT_THROW(SceneFile(folder / "a.json"), Error);
    EXPECT_THROW(SceneFile(folder / "b.json"), Error);
    std::ofstream(folder / "a.json") << "[{}]";
    EXPECT_THROW(SceneFile(folder / "a.json"), Error);
}

TEST(SceneFile, LeavesNothingWhenItIsNotFinished) {
    const TestFolder folder;
    { SceneFileWriter(folder / "a.json").add(make_ramps(8, 8)); }
    EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(Augment, KeepsPictureDepthAndMatteTogether) {
    const Scene scene = make_ramps(120, 90);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        auto random = seeded(seed);
        const Crop crop = cut_crop(scene, {.crop = {64, 96}}, random);
        ASSERT_EQ(crop.picture.sizes(), (std::vector<std::int64_t>{3, 64, 96}));
        EXPECT_LT((crop.picture[0] - crop.inverse_depth[0]).abs().max().item<double>(), 1e-4);
        EXPECT_LT((crop.picture[1] - crop.matte[0]).abs().max().item<double>(), 1e-4);
    }
}

TEST(Augment, MirrorsAboutHalfOfTheCrops) {
    const Scene scene = make_ramps(120, 90);
    auto random = seeded(1);
    int mirrored = 0;
    for (int i = 0; i < 100; ++i) {
        const auto row = cut_crop(scene, {.crop = {32, 32}}, random).picture[0][0];
        mirrored += row[0].item<float>() > row[31].item<float>() ? 1 : 0;
    }
    EXPECT_GT(mirrored, 25);
    EXPECT_LT(mirrored, 75);
}

TEST(Augment, SpoilsColoursButNotBeyondTheirRange) {
    torch::manual_seed(1);
    const auto picture = torch::rand({3, 64, 64});
    auto random = seeded(4);
    for (int i = 0; i < 10; ++i) {
        const auto spoilt = spoil(picture, {}, random);
        EXPECT_GE(spoilt.min().item<float>(), 0);
        EXPECT_LE(spoilt.max().item<float>(), 1);
        EXPECT_GT((spoilt - picture).abs().mean().item<float>(), 1e-3);
    }
}

TEST(Augment, NothingToSpoilLeavesThePicture) {
    torch::manual_seed(1);
    const auto picture = torch::rand({3, 32, 32});
    auto random = seeded(4);
    const Augmentation none{.colour = 0, .blur_px = 0, .noise = 0, .jpeg = 0};
    EXPECT_TRUE(torch::allclose(spoil(picture, none, random), picture, 1e-4, 1e-5));
}

TEST(Batches, DependOnSeedAndStepAlone) {
    const TestFolder folder;
    write_scenes(folder / "a.json", 30);
    const Phase phase{.batch = 6, .data = {{"a.json", 1.0}}, .augmentation = {.crop = {32, 32}}};
    using Part = BatchMaker::Part;
    const BatchMaker first(phase, folder.path(), 5, Part::training);
    const BatchMaker second(phase, folder.path(), 5, Part::training);
    static_cast<void>(second.make(0));
    EXPECT_TRUE(torch::equal(first.make(7).pictures, second.make(7).pictures));
    EXPECT_FALSE(torch::equal(first.make(7).pictures, first.make(8).pictures));
    const BatchMaker other(phase, folder.path(), 6, Part::training);
    EXPECT_FALSE(torch::equal(first.make(7).pictures, other.make(7).pictures));
}

TEST(Batches, HoldOnlyTheMapsThatAreKnown) {
    const TestFolder folder;
    write_scenes(folder / "a.json", 30);
    const Phase phase{.batch = 8, .data = {{"a.json", 1.0}}, .augmentation = {.crop = {32, 32}}};
    const Batch batch = BatchMaker(phase, folder.path(), 1, BatchMaker::Part::training).make(0);
    EXPECT_EQ(batch.inverse_depth.size(0), 8);
    ASSERT_TRUE(batch.matte.defined());
    EXPECT_EQ(batch.matte.size(0), batch.has_matte.size(0));
    EXPECT_LT(batch.matte.size(0), 8);
    const auto green = batch.clean.index_select(0, batch.has_matte).select(1, 1);
    EXPECT_LT((green - batch.matte.squeeze(1)).abs().max().item<double>(), 1e-4);
}

}  // namespace
}  // namespace diorama::training
