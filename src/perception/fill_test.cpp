#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <opencv2/imgproc.hpp>
#include <string>

#include "core/thrown_error.h"
#include "diorama/error.h"
#include "diorama/fill.h"
#include "diorama/opencv.h"
#include "inference/tiny_onnx.h"
#include "perception/fill_far_side.h"
#include "perception/painted_pictures.h"
#include "perception/patchmatch.h"

namespace diorama::perception {
namespace {

const char* const kMethods[] = {"extend", "smooth", "patchmatch"};

Matte box(Size size, const cv::Rect& rect) {
    return make_map<Matte>(size, [&](int x, int y) { return rect.contains({x, y}) ? 1.0F : 0.0F; });
}

const cv::Vec3f kSubject(0.85F, 0.15F, 0.7F);

// Green, with a weave.
cv::Vec3f surroundings(int x, int y) {
    const float weave = ((x / 5 + y / 4) % 2) != 0 ? 0.1F : 0.0F;
    return {0.1F + weave, 0.6F + weave, 0.15F};
}

Image with_subject(const Matte& matte, SampleType type = SampleType::u8) {
    return paint(
        matte.size(),
        [&](int x, int y) {
            const float a = matte.at(x, y);
            return kSubject * a + surroundings(x, y) * (1 - a);
        },
        type);
}

Image fill(const Image& picture, const Matte& hole, const char* method = "patchmatch",
           const FillGuide& guide = {}, const RunContext& run = {}) {
    return Filler({.fill = method}).fill(picture, hole, guide, run).picture;
}

bool same(const Image& a, const Image& b) {
    return a.size() == b.size() && std::equal(a.data(), a.data() + a.size_bytes(), b.data());
}

double mean_error(const Image& a, const Image& b, const Matte& where) {
    const cv::Mat_<uchar> mask = cv::Mat(as_mat(where) > 0.5F);
    return cv::norm(as_mat(a), as_mat(b), cv::NORM_L1, mask) / (3.0 * cv::countNonZero(mask));
}

// ---- Patches.

// A picture of random blobs, its middle a hole that holds other blobs.
PatchSearch blobs(cv::Size size) {
    cv::Mat_<cv::Vec4b> noise(size);
    cv::RNG chance(7);
    chance.fill(noise, cv::RNG::UNIFORM, 0, 256);
    PatchSearch search;
    cv::GaussianBlur(noise, search.features, {}, 2);
    cv::normalize(search.features, search.features, 0, 255, cv::NORM_MINMAX);
    search.sources = cv::Mat_<uchar>::zeros(size);
    const cv::Rect centres(kPatchRadius, kPatchRadius, size.width - 2 * kPatchRadius,
                           size.height - 2 * kPatchRadius);
    search.sources(centres).setTo(255);
    search.sources(cv::Rect(size.width / 3, size.height / 3, size.width / 3, size.height / 3))
        .setTo(0);
    search.cost_a_pixel = 10;
    search.reach_px = size.width;
    return search;
}

Points targets_of(const PatchSearch& search) {
    const cv::Size size = search.sources.size();
    Points targets;
    for (int y = size.height / 3; y < 2 * size.height / 3; ++y)
        for (int x = size.width / 3; x < 2 * size.width / 3; ++x) targets.emplace_back(x, y);
    return targets;
}

TEST(PatchMatch, MeasuresTheSumOfSquaredDifferences) {
    const PatchSearch search = blobs({40, 30});
    for (const auto& [a, b] : {std::pair{cv::Point(3, 3), cv::Point(36, 26)},
                               {cv::Point(10, 9), cv::Point(11, 9)},
                               {cv::Point(20, 15), cv::Point(20, 15)}}) {
        const cv::Rect window(-kPatchRadius, -kPatchRadius, 2 * kPatchRadius + 1,
                              2 * kPatchRadius + 1);
        const double norm = cv::norm(search.features(window + a), search.features(window + b));
        EXPECT_FLOAT_EQ(patch_distance(search.features, a, b), static_cast<float>(norm * norm));
    }
}

TEST(PatchMatch, FindsNearlyWhatTryingEverythingFinds) {
    const PatchSearch search = blobs({72, 60});
    const Points targets = targets_of(search);
    const PatchField best = find_all_nearest(search, targets);
    PatchField found = empty_field(search.features.size());
    std::uint64_t pass = 0;
    for (int round = 0; round < 6; ++round)
        for (const int step : {4, 2, 1}) improve(found, search, targets, step, pass++, {});
    double best_cost = 0, found_cost = 0;
    for (const cv::Point& target : targets) {
        ASSERT_GE(found.match(target)[0], 0);
        ASSERT_NE(search.sources(found.match(target)[1], found.match(target)[0]), 0);
        ASSERT_GE(found.cost(target), best.cost(target) * 0.9999F);
        best_cost += best.cost(target);
        found_cost += found.cost(target);
    }
    EXPECT_LT(found_cost, 1.15 * best_cost);
}

TEST(PatchMatch, TakesNothingNearerThanTheBackground) {
    PatchSearch search = blobs({60, 45});
    search.depth = cv::Mat_<float>(search.features.size(), 0.0F);
    search.depth.colRange(30, 60).setTo(1);
    search.limit = cv::Mat_<float>(search.features.size(), 0.5F);
    const Points targets = targets_of(search);
    PatchField found = empty_field(search.features.size());
    for (std::uint64_t pass = 0; pass < 6; ++pass) improve(found, search, targets, 1, pass, {});
    for (const PatchField& field : {found, find_all_nearest(search, targets)})
        for (const cv::Point& target : targets) ASSERT_LT(field.match(target)[0], 30);
}

// ---- Filling.

TEST(Fill, LeavesNoneOfTheSubjectsColour) {
    for (const char* method : kMethods)
        for (const Size size : {Size{160, 120}, Size{1300, 900}})
            for (const auto type : {SampleType::u8, SampleType::u16}) {
                SCOPED_TRACE(std::string(method) + " " + std::to_string(size.width));
                const Matte matte = disc(size, 5);
                const Image picture = with_subject(matte, type);
                const Image filled = fill(picture, matte, method);
                ASSERT_EQ(filled.size(), size);
                ASSERT_EQ(filled.sample_type(), type);
                for (int y = 0; y < size.height; ++y)
                    for (int x = 0; x < size.width; ++x) {
                        const auto colour = colour_at(filled, x, y);
                        ASSERT_GT(colour[1], colour[0] + 0.25F) << x << ' ' << y;
                    }
                EXPECT_EQ(colour_at(filled, 3, 3), colour_at(picture, 3, 3));
            }
}

TEST(Fill, LeavesNoFringeBesideASoftEdge) {
    // The subject's colour reaches farther than its matte says.
    const Size size{320, 240};
    const Matte matte = disc(size, 12);
    const Image picture = with_subject(disc(size, 18));
    for (const char* method : kMethods) {
        const Image filled = fill(picture, matte, method);
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x) {
                const auto colour = colour_at(filled, x, y);
                ASSERT_GT(colour[1], colour[0] + 0.25F) << method << ' ' << x << ' ' << y;
            }
    }
}

TEST(Fill, ContinuesTextureAndLines) {
    const Size size{240, 180};
    const auto stripes = [](int x, int y) {
        const bool light = (x + y / 2) % 16 < 8;
        return light ? cv::Vec3f(0.9F, 0.8F, 0.5F) : cv::Vec3f(0.2F, 0.3F, 0.4F);
    };
    const Image truth = paint(size, stripes);
    for (const int side : {20, 60}) {
        const Matte hole = box(size, {100, 60, side, side});
        const double by_patches = mean_error(fill(truth, hole), truth, hole);
        const double by_smoothing = mean_error(fill(truth, hole, "smooth"), truth, hole);
        EXPECT_LT(by_patches, 0.4 * by_smoothing) << side;
    }
}

TEST(Fill, AHardMaskChangesNothingOutsideOfIt) {
    const Size size{120, 90};
    const Matte hole = box(size, {50, 30, 20, 25});
    const Image picture = with_subject(hole);
    for (const char* method : kMethods) {
        const Image filled = fill(picture, hole, method);
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x)
                if (hole.at(x, y) == 0) {
                    ASSERT_EQ(colour_at(filled, x, y), colour_at(picture, x, y)) << method;
                }
    }
}

TEST(Fill, CopesWithNothingAndEverythingAndTinyPictures) {
    for (const char* method : kMethods) {
        SCOPED_TRACE(method);
        const Size size{40, 30};
        const Image picture = with_subject(disc(size, 2));
        EXPECT_TRUE(same(fill(picture, Matte(size), method), picture));
        const Image nothing_left = fill(picture, Matte(size, 1.0F), method);
        EXPECT_NEAR(colour_at(nothing_left, 20, 15)[0], 0.5F, 0.01F);
        for (const Size tiny : {Size{1, 1}, Size{1, 30}, Size{30, 1}, Size{5, 4}, Size{9, 8}}) {
            const Image green = paint(tiny, [](int, int) { return cv::Vec3f(0, 1, 0); });
            Matte hole(tiny, 1.0F);
            EXPECT_EQ(fill(green, hole, method).size(), tiny);
            if (tiny.area() == 1) continue;
            hole.at(0, 0) = 0;
            const Image filled = fill(green, hole, method);
            EXPECT_EQ(colour_at(filled, tiny.width - 1, tiny.height - 1), cv::Vec3f(0, 1, 0));
        }
    }
}

TEST(Fill, CopesWithHolesAtTheBorder) {
    const Size size{120, 90};
    const Image truth = paint(size, surroundings);
    for (const char* method : kMethods)
        for (const cv::Rect& rect : {cv::Rect(0, 0, 30, 25), cv::Rect(95, 60, 25, 30),
                                     cv::Rect(0, 30, 120, 20), cv::Rect(40, 0, 30, 90)}) {
            const Matte hole = box(size, rect);
            Image picture = truth;
            as_mat(picture)(rect).setTo(cv::Scalar(255, 0, 255));
            EXPECT_LT(mean_error(fill(picture, hole, method), truth, hole), 20) << method << rect;
        }
}

TEST(Fill, ACutOutLeavesNothingBehind) {
    const Size size{120, 90};
    const Matte matte = disc(size, 2);
    for (const char* method : kMethods)
        for (const auto kind : {AlphaKind::straight, AlphaKind::premultiplied}) {
            Image picture(size, SampleType::u8, kind);
            for (int y = 0; y < size.height; ++y)
                for (int x = 0; x < size.width; ++x) {
                    auto* pixel = picture.row<std::uint8_t>(y) + 4 * x;
                    pixel[3] = static_cast<std::uint8_t>(std::lround(255 * matte.at(x, y)));
                    pixel[0] = kind == AlphaKind::straight ? 255 : pixel[3];
                }
            const Image filled = fill(picture, matte, method);
            EXPECT_EQ(filled.alpha(), kind);
            for (const auto& [x, y] : {std::pair{60, 45}, {5, 5}, {33, 45}})
                EXPECT_EQ(filled.row<std::uint8_t>(y)[4 * x + 3], 0) << method << x << ' ' << y;
        }
}

TEST(Fill, KeepsTheAlphaOfWhatItCopies) {
    const Size size{100, 80};
    Image picture(size, SampleType::u8, AlphaKind::straight);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            auto* pixel = picture.row<std::uint8_t>(y) + 4 * x;
            pixel[0] = 200;
            pixel[1] = 40;
            pixel[3] = 128;
        }
    for (const char* method : kMethods) {
        const Image filled = fill(picture, disc(size, 2), method);
        const auto* pixel = filled.row<std::uint8_t>(40) + 4 * 50;
        EXPECT_NEAR(pixel[0], 200, 3) << method;
        EXPECT_NEAR(pixel[1], 40, 3) << method;
        EXPECT_NEAR(pixel[3], 128, 2) << method;
    }
}

TEST(Fill, WhatIsTransparentDarkensNothing) {
    const Size size{60, 20};
    const Matte hole = box(size, {20, 0, 20, 20});
    Image picture(size, SampleType::u8, AlphaKind::straight);  // black where it is transparent
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < 20; ++x) {
            picture.row<std::uint8_t>(y)[4 * x] = 200;
            picture.row<std::uint8_t>(y)[4 * x + 3] = 255;
        }
    for (const char* method : kMethods) {
        const Image filled = fill(picture, hole, method);
        for (int x = 20; x < 40; ++x) {
            const auto* pixel = filled.row<std::uint8_t>(10) + 4 * x;
            if (pixel[3] > 8) {
                ASSERT_NEAR(pixel[0], 200, 12) << method << ' ' << x;
            }
        }
    }
}

// A red thing before a green background, and a hole beside it that it must not bleed into.
struct NearThing {
    Size size{160, 120};
    cv::Rect thing{60, 20, 30, 80};
    Matte hole = box(size, {90, 20, 24, 80});
    Image picture = paint(size, [this](int x, int y) {
        return thing.contains({x, y}) ? cv::Vec3f(0.9F, 0.1F, 0.1F) : surroundings(x, y);
    });
    // What `inside` says in the hole.
    [[nodiscard]] InverseDepth depth(float inside) const {
        return make_map<InverseDepth>(size, [&](int x, int y) {
            if (hole.at(x, y) > 0) return inside;
            return thing.contains({x, y}) ? 1.0F : 0.1F;
        });
    }
};

TEST(Fill, TakesTheFarSideOnly) {
    const NearThing scene;
    for (const char* method : kMethods)
        for (const float inside : {std::numeric_limits<float>::quiet_NaN(), 0.5F}) {
            const InverseDepth depth = scene.depth(inside);
            const Filled filled =
                Filler({.fill = method}).fill(scene.picture, scene.hole, {.depth = &depth});
            for (int y = 0; y < scene.size.height; ++y)
                for (int x = 0; x < scene.size.width; ++x) {
                    if (scene.hole.at(x, y) == 0) continue;
                    const auto colour = colour_at(filled.picture, x, y);
                    ASSERT_GT(colour[1], colour[0]) << method << ' ' << x << ' ' << y;
                    ASSERT_NEAR(filled.depth.at(x, y), 0.1F, 0.02F) << x << ' ' << y;
                }
            EXPECT_EQ(filled.depth.at(70, 50), 1.0F);
        }
}

TEST(Fill, KeepsGroundThatComesNearer) {
    // Ground from far (top) to near (bottom), and a subject that stands on it.
    const Size size{120, 120};
    const Matte hole = box(size, {45, 20, 30, 70});
    const auto ground = [](int y) { return static_cast<float>(y) / 120; };
    const auto depth = make_map<InverseDepth>(
        size, [&](int x, int y) { return hole.at(x, y) > 0 ? ground(90) : ground(y); });
    const FarSide far = find_far_side(as_mat(depth), cv::Mat(as_mat(hole) > 0), {});
    for (const int y : {30, 60, 85}) EXPECT_NEAR(far.depth(y, 60), ground(y), 0.12F) << y;
    EXPECT_EQ(far.nearer(92, 60), 0);
}

TEST(Fill, ANarrowBandIsStillFilledThroughout) {
    const Size size{600, 400};
    const Matte matte = disc(size, 3);
    const Image filled = fill(with_subject(matte), matte, "patchmatch", {.band_px = 12});
    EXPECT_LT(mean_error(filled, paint(size, surroundings), matte), 20);
}

TEST(Fill, IsTheSameForAnyNumberOfThreads) {
    const Matte matte = disc({300, 200}, 8);
    const Image picture = with_subject(matte);
    for (const char* method : kMethods) {
        const Image once = fill(picture, matte, method, {}, {.threads = 1});
        for (const int threads : {2, 3})
            EXPECT_TRUE(same(once, fill(picture, matte, method, {}, {.threads = threads})));
    }
    const Image noise = paint(picture.size(), [](int x, int y) {
        return cv::Vec3f::all(static_cast<float>((x * 7919 + y * 104729 + x * y) % 256) / 255);
    });
    const auto seeded = [&](int seed) { return Filler({.seed = seed}).fill(noise, matte).picture; };
    EXPECT_TRUE(same(seeded(3), seeded(3)));
    EXPECT_FALSE(same(seeded(3), seeded(4)));
}

// ---- Networks: stand-ins with the names, types and shapes of the exports that people use.

namespace fs = std::filesystem;
namespace onnx = inference::testing;

// A network and its block in a folder of their own.
class StandIn {
 public:
    StandIn(const onnx::TinyGraph& graph, const std::string& block) {
        fs::create_directories(folder_);
        onnx::write_text(folder_ / "net.onnx", onnx::encode(graph));
        onnx::write_text(folder_ / "net.json", block);
    }
    ~StandIn() { fs::remove_all(folder_); }
    StandIn(const StandIn&) = delete;
    StandIn& operator=(const StandIn&) = delete;
    [[nodiscard]] std::string file() const { return (folder_ / "net.onnx").string(); }

 private:
    fs::path folder_ = fs::temp_directory_path() / ("diorama-fill-" + std::to_string(getpid()));
};

// As LaMa: floats 0…1 of a fixed size in, 0…255 out; 1 is a hole. Shows 51 where the hole is, and
// the picture beside it.
onnx::TinyGraph lama_stand_in(int side) {
    return {.inputs = {{"image", {1, 3, side, side}}, {"mask", {1, 1, side, side}}},
            .outputs = {{"output", {1, 3, side, side}}},
            .nodes = {{"Sub", {"one", "mask"}, {"keep"}},
                      {"Mul", {"image", "keep"}, {"kept"}},
                      {"Mul", {"kept", "white"}, {"scaled"}},
                      {"Mul", {"mask", "dark"}, {"made"}},
                      {"Add", {"scaled", "made"}, {"output"}}},
            .constants = {{"one", {1}, {1}}, {"white", {1}, {255}}, {"dark", {1}, {51}}}};
}
const char* const kLamaBlock = R"({"task": "fill", "file": "net.onnx",
 "input": {"name": "image", "layout": "nchw", "size": {"width": 64, "height": 64}},
 "hole": {"name": "mask"},
 "outputs": [{"name": "output", "meaning": "picture", "range": [0, 255]}]})";

// As MI-GAN: bytes of any size in and out; 255 is kept. Shows 255 - mask.
onnx::TinyGraph migan_stand_in() {
    using onnx::Element;
    return {.inputs = {{"image", {1, 3, -1, -1}, Element::uint8},
                       {"mask", {1, 1, -1, -1}, Element::uint8}},
            .outputs = {{"result", {1, 3, -1, -1}, Element::uint8}},
            .nodes = {{"Cast", {"image"}, {"picture"}, {{.name = "to", .integer = 1}}},
                      {"Cast", {"mask"}, {"keep"}, {{.name = "to", .integer = 1}}},
                      {"Mul", {"picture", "zero"}, {"black"}},
                      {"Sub", {"white", "keep"}, {"hole"}},
                      {"Add", {"black", "hole"}, {"shown"}},
                      {"Cast", {"shown"}, {"result"}, {{.name = "to", .integer = 2}}}},
            .constants = {{"zero", {1}, {0}}, {"white", {1}, {255}}}};
}
const char* const kMiganBlock = R"({"task": "fill", "file": "net.onnx",
 "input": {"name": "image", "layout": "nchw", "range": [0, 255],
           "size": {"long_side": 96, "multiple_of": 8}},
 "hole": {"name": "mask", "hole": 0, "keep": 255},
 "outputs": [{"name": "result", "meaning": "picture", "range": [0, 255]}]})";

TEST(Fill, ShowsWhatANetworkMakesOfEachPieceOfTheHole) {
    const Size size{300, 200};
    const cv::Rect small(20, 30, 12, 9), large(150, 40, 90, 120);
    const auto hole = make_map<Matte>(size, [&](int x, int y) {
        return small.contains({x, y}) || large.contains({x, y}) ? 1.0F : 0.0F;
    });
    for (const auto type : {SampleType::u8, SampleType::u16}) {
        const Image picture = with_subject(hole, type);
        const auto check = [&](const StandIn& model, float made) {
            const Image filled = fill(picture, hole, model.file().c_str());
            for (int y = 0; y < size.height; ++y)
                for (int x = 0; x < size.width; ++x) {
                    const auto found = colour_at(filled, x, y);
                    if (hole.at(x, y) == 0) {
                        ASSERT_EQ(found, colour_at(picture, x, y)) << x << ' ' << y;
                    } else if (cv::Rect(160, 50, 70, 100).contains({x, y})) {
                        ASSERT_NEAR(found[0], made, 0.02F) << x << ' ' << y;
                    }
                }
            EXPECT_NEAR(colour_at(filled, 26, 34)[1], made, 0.02F);
        };
        check(StandIn(lama_stand_in(64), kLamaBlock), 0.2F);
        check(StandIn(migan_stand_in(), kMiganBlock), 1.0F);
    }
}

// Fills the hole with the mean of what it is shown beside it.
onnx::TinyGraph averaging_stand_in() {
    onnx::TinyGraph graph = lama_stand_in(64);
    graph.nodes = {{"Sub", {"one", "mask"}, {"keep"}},
                   {"Mul", {"image", "keep"}, {"kept"}},
                   {"Mul", {"kept", "white"}, {"scaled"}},
                   {"ReduceMean",
                    {"scaled"},
                    {"mean"},
                    {{.name = "axes", .integers = {2, 3}}, {.name = "keepdims", .integer = 1}}},
                   {"Mul", {"mask", "zero"}, {"plane"}},
                   {"Add", {"plane", "mean"}, {"output"}}};
    graph.constants.push_back({"zero", {1}, {0}});
    return graph;
}

TEST(Fill, ShowsANetworkTheSurroundingsOfTheHoleAlone) {
    // A nearer thing lies through all of the picture and touches the hole; far from it, all is
    // blue.
    const Size size{600, 120};
    const cv::Rect thing(0, 60, 600, 10);
    const Matte hole = box(size, {20, 40, 20, 20});
    const Image picture = paint(size, [&](int x, int y) {
        if (thing.contains({x, y})) return cv::Vec3f(1, 0, 0);
        return x < 200 ? cv::Vec3f(0, 0.5F, 0) : cv::Vec3f(0, 0, 1);
    });
    const auto depth = make_map<InverseDepth>(size, [&](int x, int y) {
        return thing.contains({x, y}) ? 1.0F : 0.1F;
    });
    const StandIn model(averaging_stand_in(), kLamaBlock);
    const auto shown =
        colour_at(fill(picture, hole, model.file().c_str(), {.depth = &depth}), 30, 50);
    EXPECT_GT(shown[1], 0.2F);
    EXPECT_EQ(shown[2], 0);
}

TEST(Fill, HidesWhatIsNearerFromANetwork) {
    const NearThing scene;
    const InverseDepth depth = scene.depth(std::numeric_limits<float>::quiet_NaN());
    const StandIn model(averaging_stand_in(), kLamaBlock);
    const auto red_over_green = [&](const FillGuide& guide) {
        const auto colour =
            colour_at(fill(scene.picture, scene.hole, model.file().c_str(), guide), 100, 60);
        return colour[0] / colour[1];
    };
    EXPECT_LT(red_over_green({.depth = &depth}), 0.8F * red_over_green({}));
}

TEST(Fill, RefusesNetworksThatMakeNoPicture) {
    onnx::TinyGraph graph = lama_stand_in(64);
    graph.nodes.back() = {"ReduceMean",
                          {"scaled"},
                          {"output"},
                          {{.name = "axes", .integers = {1}}, {.name = "keepdims", .integer = 1}}};
    graph.outputs = {{"output", {1, 1, 64, 64}}};
    const StandIn model(graph, kLamaBlock);
    const Matte hole = box({80, 60}, {20, 20, 10, 10});
    EXPECT_EQ(code_of([&] { (void)fill(with_subject(hole), hole, model.file().c_str()); }),
              ErrorCode::model);
}

TEST(Fill, RefusesWhatDoesNotBelongTogether) {
    const Image picture = paint({20, 10}, surroundings);
    const InverseDepth depth({20, 11});
    EXPECT_EQ(code_of([&] { (void)fill(picture, Matte({10, 20})); }), ErrorCode::mismatch);
    EXPECT_EQ(code_of([&] {
                  (void)fill(picture, Matte({20, 10}), "smooth", {.depth = &depth});
              }),
              ErrorCode::mismatch);
    EXPECT_EQ(code_of([] { (void)Filler({.fill = "magic"}); }), ErrorCode::usage);
    EXPECT_EQ(code_of([] { (void)Filler({.band_px = -1}); }), ErrorCode::usage);
    for (const char* method : {"extend", "smooth"}) {
        EXPECT_EQ(code_of([&] { (void)Filler({.fill = method, .band_px = 9}); }), ErrorCode::usage);
        EXPECT_EQ(code_of([&] { (void)Filler({.fill = method, .seed = 1}); }), ErrorCode::usage);
    }
}

TEST(Fill, Stops) {
    std::stop_source stop;
    stop.request_stop();
    const Matte matte = disc({60, 40}, 3);
    EXPECT_EQ(code_of([&] {
                  (void)fill(with_subject(matte), matte, "patchmatch", {},
                             {.stop = stop.get_token()});
              }),
              ErrorCode::cancelled);
}

}  // namespace
}  // namespace diorama::perception
