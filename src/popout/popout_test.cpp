#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <random>

#include "diorama/depth.h"
#include "diorama/error.h"
#include "diorama/matte.h"
#include "diorama/picture.h"
#include "diorama/popout.h"
#include "popout/reference_frame.h"

namespace fs = std::filesystem;

namespace diorama {
namespace {

// A subject of noise with a bump of depth, before a ramp.
PopoutInput make_scene(Size size, SampleType type = SampleType::u8) {
    PopoutInput input{.picture = Image(size, type, AlphaKind::none)};
    PopoutSubject subject{Matte(size), InverseDepth(size)};
    std::mt19937 random(7);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            const double dx = (x - 0.45 * size.width) / (0.3 * size.width);
            const double dy = (y - 0.5 * size.height) / (0.35 * size.height);
            const double r = std::sqrt(dx * dx + dy * dy);
            subject.matte.at(x, y) = static_cast<float>(std::clamp((1 - r) * 15, 0.0, 1.0));
            subject.depth.at(x, y) = static_cast<float>(1 - r * r + 0.4 * dx);
            for (int c = 0; c < 3; ++c) {
                const unsigned value = 100 * x / size.width + 20 * c + random() % 50;
                if (type == SampleType::u8)
                    input.picture.row<std::uint8_t>(y)[3 * x + c] =
                        static_cast<std::uint8_t>(value);
                else
                    input.picture.row<std::uint16_t>(y)[3 * x + c] =
                        static_cast<std::uint16_t>(value * 257);
            }
        }
    input.subjects.push_back(std::move(subject));
    return input;
}

void expect_like_reference(PopoutInput input, const PopoutOptions& options, double phase,
                           double mean_limit = 0.1) {
    const Popout scene(std::move(input), options);
    Image fast = scene.make_frame();
    scene.draw(phase, fast);
    const popout::Difference d =
        popout::compare(fast, popout::draw_reference(scene, options, phase));
    EXPECT_LE(d.mean, mean_limit);
    EXPECT_LE(d.share_over_2, 0.001);
}

TEST(Composite, EqualsTheReferenceForEveryMotion) {
    for (const auto& choice : kChoices<Motion>)
        for (const double phase : {0.0, 0.11, 0.25, 0.62}) {
            SCOPED_TRACE(std::string(choice.name) + " at " + std::to_string(phase));
            expect_like_reference(make_scene({200, 150}), {.motion = choice.value}, phase);
        }
}

TEST(Composite, EqualsTheReferenceForEverySetting) {
    for (const SupportShape support :
         {SupportShape::trimmed, SupportShape::full, SupportShape::none})
        for (const char* background : {"fill", "original", "blur", "transparent", "#204060"})
            for (const int slices : {1, 2, 100}) {
                SCOPED_TRACE(std::string(background) + " " + std::to_string(slices));
                expect_like_reference(make_scene({120, 90}),
                                      {.motion = Motion::orbit,
                                       .slices = slices,
                                       .support = support,
                                       .background = background,
                                       .shadow = 0.5},
                                      0.3);
            }
}

TEST(Composite, EqualsTheReferenceInThePapersOwnWay) {
    for (const Motion motion : {Motion::sway, Motion::dolly})
        expect_like_reference(make_scene({160, 120}),
                              {.motion = motion,
                               .amount_percent = 7.8,
                               .gaps = Gaps::open,
                               .support = SupportShape::full},
                              0.2);
}

TEST(Composite, EqualsTheReferenceIn16Bits) {
    for (const Motion motion : {Motion::sway, Motion::orbit, Motion::dolly})
        expect_like_reference(make_scene({160, 120}, SampleType::u16), {.motion = motion}, 0.2);
}

TEST(Composite, EqualsTheReferenceWhereTheSubjectLeavesTheFrame) {
    PopoutInput input = make_scene({100, 80});
    std::fill(input.subjects[0].matte.values().begin(), input.subjects[0].matte.values().end(),
              1.0F);
    // Noise everywhere is the hardest picture for OpenCV's warp, which rounds to 1/32 px.
    for (const Motion motion : {Motion::sway, Motion::bob, Motion::dolly})
        expect_like_reference(input, {.motion = motion, .amount_percent = 20}, 0.3, 0.2);
}

// The subject by the salient-object network, its depth by the depth network.
PopoutInput read_photo(const fs::path& photo, const Model& depth_model, const Model& matte_model) {
    PopoutInput input{.picture = read_picture(photo)};
    PopoutSubject subject{.matte = estimate_matte(matte_model, input.picture)};
    subject.depth = estimate_depth(depth_model, input.picture, &subject.matte).inverse_depth;
    input.subjects.push_back(std::move(subject));
    return input;
}

Model shared_model(const char* file, ModelTask task, ModelInput input, const char* output,
                   OutputMeaning meaning) {
    ModelInterface interface;
    interface.task = task;
    interface.file = fs::path(DIORAMA_SHARED_DIR) / "models" / file;
    interface.input = std::move(input);
    interface.outputs.push_back({output, meaning});
    return Model(interface);
}

TEST(Composite, EqualsTheReferenceOnPhotos) {
    const fs::path photos = fs::path(DIORAMA_SHARED_DIR) / "data/photos/eval";
    if (!fs::exists(photos)) GTEST_SKIP() << "no photos at " << photos;
    ModelInput depth_input{.name = "image"};
    depth_input.range = {0, 255};
    depth_input.size.fixed = Size{384, 384};
    ModelInput matte_input{.name = "input"};
    matte_input.range = {-0.5F, 127.0F / 256};
    matte_input.size.fixed = Size{1024, 1024};
    const Model depth_model =
        shared_model("tcmonodepth/tcmonodepth_small_384x384.onnx", ModelTask::depth, depth_input,
                     "inverse_depth", OutputMeaning::inverse_depth);
    const Model matte_model = shared_model("isnet_general_use_quint8.onnx", ModelTask::matte,
                                           matte_input, "output", OutputMeaning::matte);
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(photos)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    int compared = 0;
    for (std::size_t n = 0; n < files.size() && compared < 5; n += 9) {
        const PopoutInput input = read_photo(files[n], depth_model, matte_model);
        for (const Motion motion : {Motion::sway, Motion::orbit, Motion::dolly}) {
            SCOPED_TRACE(files[n].filename().string());
            expect_like_reference(input, {.motion = motion}, 0.2);
        }
        ++compared;
    }
    EXPECT_EQ(compared, 5);
}

TEST(PopoutDraw, SameBytesForAnyNumberOfThreads) {
    const Popout scene(make_scene({300, 200}), {.motion = Motion::circle});
    Image one = scene.make_frame();
    Image two = scene.make_frame();
    scene.draw(0.4, one, {.threads = 1});
    scene.draw(0.4, two, {.threads = 2});
    EXPECT_TRUE(std::equal(one.data(), one.data() + one.size_bytes(), two.data()));
}

TEST(PopoutDraw, LeavesNoHolesAndNoTransparencyBeforeAnOpaqueBackground) {
    const Popout scene(make_scene({160, 120}), {.amount_percent = 15, .background = "white"});
    Image frame = scene.make_frame();
    for (const double phase : {0.0, 0.2, 0.75}) {
        scene.draw(phase, frame);
        for (int y = 0; y < frame.height(); ++y)
            for (int x = 0; x < frame.width(); ++x)
                ASSERT_EQ(frame.row<std::uint8_t>(y)[4 * x + 3], 255);
    }
    // Well inside the moved subject no white may shine through. At rest the subject is noise
    // around (100·x/width + 60), far from white.
    scene.draw(0.25, frame);
    for (int y = 50; y < 70; ++y)
        for (int x = 60; x < 90; ++x)
            EXPECT_LT(frame.row<std::uint8_t>(y)[4 * x], 220) << x << ", " << y;
}

TEST(PopoutDraw, AtRestTheSubjectStandsWhereItWas) {
    const PopoutInput input = make_scene({160, 120});
    const Popout scene(input, {.motion = Motion::hold});
    Image frame = scene.make_frame();
    scene.draw(0, frame);
    for (int y = 0; y < 120; ++y)
        for (int x = 0; x < 160; ++x) {
            if (input.subjects[0].matte.at(x, y) < 1) continue;
            for (int c = 0; c < 3; ++c)
                EXPECT_NEAR(frame.row<std::uint8_t>(y)[4 * x + c],
                            input.picture.row<std::uint8_t>(y)[3 * x + c], 1);
        }
}

// Columns of the weight's centre of a slice's colour before a black background.
double centre_of_white(const Image& frame) {
    double sum = 0;
    double weight = 0;
    for (int y = 0; y < frame.height(); ++y)
        for (int x = 0; x < frame.width(); ++x) {
            const double value = frame.row<std::uint8_t>(y)[4 * x];
            sum += value * x;
            weight += value;
        }
    return sum / weight;
}

TEST(PopoutDraw, MovesBySubPixelsAndNearerFaster) {
    // Two white squares on black, the right one nearer.
    PopoutInput input{.picture = Image({200, 60}, SampleType::u8, AlphaKind::none)};
    PopoutSubject subject{Matte({200, 60}), InverseDepth({200, 60})};
    const auto paint = [&](int left, float depth) {
        for (int y = 20; y < 40; ++y)
            for (int x = left; x < left + 20; ++x) {
                subject.matte.at(x, y) = 1;
                subject.depth.at(x, y) = depth;
                std::fill_n(input.picture.row<std::uint8_t>(y) + std::size_t{3} * x, 3, 255);
            }
    };
    paint(30, 0.2F);
    paint(130, 0.8F);
    input.subjects.push_back(subject);
    const PopoutOptions options{
        .amount_percent = 2, .slices = 2, .support = SupportShape::none, .background = "black"};
    const Popout scene(input, options);
    Image still = scene.make_frame();
    Image moved = scene.make_frame();
    scene.draw(0, still);
    const double phase = std::asin(0.1) / (2 * M_PI);  // 0.1 · 2 % of 200 px = 0.4 px
    scene.draw(phase, moved);
    // Half of the white moves by 0.4 px, the other half stands.
    EXPECT_NEAR(centre_of_white(moved) - centre_of_white(still), 0.2, 0.02);
}

TEST(PopoutDraw, TransparentBackgroundIsPremultiplied) {
    const Popout scene(make_scene({120, 90}), {.background = "transparent"});
    ASSERT_EQ(scene.alpha(), AlphaKind::premultiplied);
    Image frame = scene.make_frame();
    scene.draw(0.2, frame);
    int clear = 0;
    for (int y = 0; y < 90; ++y)
        for (int x = 0; x < 120; ++x) {
            const std::uint8_t* pixel = frame.row<std::uint8_t>(y) + std::size_t{4} * x;
            clear += pixel[3] == 0;
            for (int c = 0; c < 3; ++c) EXPECT_LE(pixel[c], pixel[3] + 1);
        }
    EXPECT_GT(clear, 3000);
}

TEST(PopoutDraw, LaterSubjectsStandBeforeEarlierOnes) {
    PopoutInput input{.picture = Image({80, 60}, SampleType::u8, AlphaKind::none)};
    for (int n = 0; n < 2; ++n) {
        PopoutSubject subject{Matte({80, 60}), InverseDepth({80, 60}, static_cast<float>(n))};
        for (int y = 15; y < 45; ++y)
            for (int x = 10 + 30 * n; x < 40 + 30 * n; ++x) {
                subject.matte.at(x, y) = 1;
                input.picture.row<std::uint8_t>(y)[3 * x + 2 * n] = 250;
            }
        input.subjects.push_back(subject);
    }
    // The left, red subject moves right over its edge; the right, blue one covers it.
    const Popout scene(input, {.amount_percent = 10, .slices = 1, .background = "black"});
    ASSERT_EQ(scene.stacks().size(), 2U);
    Image frame = scene.make_frame();
    scene.draw(0.25, frame);
    const std::uint8_t* pixel = frame.row<std::uint8_t>(30) + std::size_t{4} * 52;
    EXPECT_EQ(pixel[0], 0);
    EXPECT_GT(pixel[2], 200);
}

TEST(PopoutInputCheck, RefusesWhatDoesNotFit) {
    PopoutInput input = make_scene({40, 30});
    EXPECT_THROW(Popout(input, {.slices = 0}), Error);
    EXPECT_THROW(Popout(input, {.background = "no-such-word"}), Error);
    PopoutInput none = input;
    none.subjects.clear();
    EXPECT_THROW(Popout(none, {}), Error);
    PopoutInput other = input;
    other.subjects[0].depth = InverseDepth({41, 30});
    EXPECT_THROW(Popout(other, {}), Error);
    PopoutInput empty = input;
    empty.subjects[0].matte = Matte({40, 30});
    EXPECT_THROW(Popout(empty, {}), Error);
}

TEST(Backgrounds, WordsColoursAndFiles) {
    for (const char* word : {"fill", "original", "blur", "transparent", "white", "#123"})
        EXPECT_FALSE(is_background_file(word)) << word;
    EXPECT_TRUE(is_background_file("beach.jpg"));
}

TEST(Backgrounds, ACutOutStandsBeforeWhite) {
    PopoutInput input = make_scene({80, 60});
    Image cut_out({80, 60}, SampleType::u8, AlphaKind::straight);
    for (int i = 0; i < 80 * 60; ++i)
        cut_out.data()[4 * i + 3] = input.subjects[0].matte.values()[i] > 0.5F ? 255 : 0;
    input.picture = cut_out;
    for (const char* word : {"fill", "original", "blur"}) {
        const Popout scene(input, {.background = word});
        EXPECT_GE(scene.background().row<std::uint8_t>(2)[0], 250) << word;
    }
    EXPECT_THROW(Popout(input, {.background = "#ff000080"}), Error);
}

TEST(PopoutDraw, StillIsThePhotoWhateverTheMotion) {
    const PopoutInput input = make_scene({100, 80});
    const Popout moving(input, {.motion = Motion::orbit});
    Image still = moving.make_frame();
    moving.draw_still(still);
    EXPECT_EQ(still.row<std::uint8_t>(40)[4 * 45], input.picture.row<std::uint8_t>(40)[3 * 45]);
}

TEST(Backgrounds, ShadowDarkensBesideTheSubject) {
    const PopoutInput input = make_scene({200, 150});
    const Popout plain(input, {.background = "white"});
    const Popout shaded(input, {.background = "white", .shadow = 0.8});
    EXPECT_EQ(plain.background().row<std::uint8_t>(80)[4 * 100], 255);
    EXPECT_LT(shaded.background().row<std::uint8_t>(80)[4 * 100], 120);
}

}  // namespace
}  // namespace diorama
