#include "pipeline/stereo_output.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "diorama/error.h"
#include "diorama/picture.h"

namespace fs = std::filesystem;

namespace diorama::pipeline {
namespace {

using F = StereoFormat;

constexpr Size kPhoto{96, 64};

class StereoOutputTest : public testing::Test {
 protected:
    void SetUp() override {
        folder = fs::temp_directory_path() / ("diorama-stereo-" + std::to_string(::getpid()));
        fs::remove_all(folder);
        fs::create_directories(folder);
    }
    void TearDown() override { fs::remove_all(folder); }

    // Writes the target's file and returns what was planned. The view from the left is black, the
    // one from the right red, and greys lie between.
    StereoPlan write(const StereoTarget& target, Size photo = kPhoto) {
        const RunContext run{
            .on_warning = [this](const std::string& line) { warnings.push_back(line); }};
        const StereoPlan plan = plan_stereo(target, photo, run);
        StereoScene scene{.picture = Image(plan.view, SampleType::u8, AlphaKind::none),
                          .depth = InverseDepth(plan.view, 1.0F)};
        scene.view_from = [&](double place, const RunContext&) {
            Image view(plan.view, SampleType::u8, AlphaKind::none);
            for (std::size_t i = 0; i < view.size_bytes(); i += 3)
                view.data()[i] = static_cast<std::uint8_t>(200 * place);
            return view;
        };
        write_stereo(target, plan, scene, run);
        return plan;
    }
    StereoTarget target(const std::string& name, std::optional<F> format = std::nullopt) {
        return {.output = folder / name, .format = {.format = format}};
    }
    Error error_of(const StereoTarget& wanted, Size photo = kPhoto) {
        try {
            (void)plan_stereo(wanted, photo, {});
        } catch (const Error& error) {
            EXPECT_TRUE(fs::is_empty(folder));
            return error;
        }
        ADD_FAILURE() << wanted.output << " was taken";
        return {ErrorCode::cancelled, "no error"};
    }
    [[nodiscard]] std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(folder))
            names.push_back(entry.path().filename());
        std::sort(names.begin(), names.end());
        return names;
    }

    fs::path folder;
    std::vector<std::string> warnings;
};

int red_at(const Image& image, int x, int y) {
    return image.row<std::uint8_t>(y)[image.channels() * x];
}

TEST_F(StereoOutputTest, EndingsHaveFormatsOfTheirOwn) {
    EXPECT_EQ(write(target("a.png")).format, F::sbs);
    EXPECT_EQ(write(target("a.mpo")).format, F::pair);
    EXPECT_EQ(write(target("a.jps")).format, F::cross);
    EXPECT_EQ(write(target("a.vr.jpg")).format, F::vr180);
    EXPECT_EQ(write(target("a.depth.jpg")).format, F::rgbd);
    EXPECT_EQ(read_picture(folder / "a.depth.jpg").size(), kPhoto);
    EXPECT_EQ(write(target("a.gif")).format, F::wiggle);
    EXPECT_EQ(write(target("a.webp")).format, F::sbs);
    EXPECT_EQ(write(target("a.mkv")).format, F::sbs);
    EXPECT_TRUE(warnings.empty());
    EXPECT_EQ(read_picture(folder / "a.png").size(), (Size{192, 64}));
    EXPECT_EQ(inspect_picture(folder / "a.gif").frames, 20);
    EXPECT_EQ(write(target("odd.gif"), {33, 21}).size, (Size{33, 21}));
    StereoTarget sphere = target("b.vr.jpg");
    sphere.format.vr_size_px = 100;
    const StereoPlan sphere_plan = write(sphere);
    EXPECT_EQ(sphere_plan.size, read_picture(sphere.output).size());
    EXPECT_GT(red_at(read_picture(folder / "a.jps"), 20, 20), 190);
    EXPECT_LT(red_at(read_picture(folder / "a.jps"), 170, 20), 10);
}

TEST_F(StereoOutputTest, PicturesTakeEveryFormatThatStandsStill) {
    for (const auto& choice : kChoices<StereoFormat>) {
        if (choice.value == F::wiggle) continue;
        const StereoPlan plan = write(target("a.png", choice.value));
        for (const fs::path& file : plan.outputs)
            EXPECT_EQ(inspect_picture(file).size, plan.size) << choice.name;
    }
    EXPECT_EQ(files(), (std::vector<std::string>{"a.png", "a_left.png", "a_right.png"}));
    EXPECT_EQ(red_at(read_picture(folder / "a_left.png"), 0, 0), 0);
    EXPECT_EQ(red_at(read_picture(folder / "a_right.png"), 0, 0), 200);
}

TEST_F(StereoOutputTest, FilmsHoldTheStillAsLongAsAsked) {
    StereoTarget wanted = target("a.mp4", F::half_sbs);
    wanted.film = {.duration = Seconds(0.5), .fps = "10", .loops = 2};
    const StereoPlan plan = write(wanted, {97, 65});
    EXPECT_EQ(plan.size, (Size{96, 64}));
    FilmReader reader(wanted.output);
    EXPECT_EQ(reader.info().size, plan.size);
    int frames = 0;
    while (const auto frame = reader.next()) {
        EXPECT_NEAR(red_at(frame->image, 10, 30), 0, 8);
        EXPECT_NEAR(red_at(frame->image, 80, 30), 200, 8);
        ++frames;
    }
    EXPECT_EQ(frames, 10);
    EXPECT_TRUE(warnings.empty());
}

TEST_F(StereoOutputTest, WigglesGoToTheRightEyeAndBack) {
    StereoTarget wanted = target("a.mkv", F::wiggle);
    wanted.film = {.duration = Seconds(0.8), .fps = "10"};
    wanted.encoder.codec = "ffv1";
    write(wanted);
    FilmReader reader(wanted.output);
    std::vector<int> reds;
    while (const auto frame = reader.next()) reds.push_back(red_at(frame->image, 5, 5));
    ASSERT_EQ(reds.size(), 8U);
    EXPECT_EQ(reds[0], 0);
    EXPECT_EQ(reds[4], 200);
    for (int i = 0; i < 4; ++i) EXPECT_LT(reds[i], reds[i + 1]);
    for (int i = 1; i < 4; ++i) EXPECT_NEAR(reds[i], reds[8 - i], 1);
}

// Players of H.264 end at 4096 columns, which both views share.
TEST_F(StereoOutputTest, FilmsFitPlayersUnlessASizeIsAsked) {
    StereoTarget wanted = target("a.mp4");
    const StereoPlan plan = plan_stereo(wanted, {4000, 1000}, {});
    EXPECT_LE(plan.size.width, 4096);
    EXPECT_EQ(plan.size.width, 2 * plan.view.width);
    EXPECT_NEAR(static_cast<double>(plan.view.width) / plan.view.height, 4, 0.05);
    wanted.film.size = "3000x1000";
    EXPECT_EQ(plan_stereo(wanted, {4000, 1000}, {}).size, (Size{6000, 1000}));
    StereoTarget sphere = target("b.mp4", F::vr180);
    sphere.format.vr_fov_deg = 60;
    const StereoPlan spheres = plan_stereo(sphere, {4000, 3000}, {});
    EXPECT_EQ(spheres.view, (Size{4000, 3000}));
    EXPECT_LE(spheres.size.width, 4096);
    EXPECT_EQ(spheres.size.width, 2 * spheres.size.height);
}

TEST_F(StereoOutputTest, FilmsThatCannotTellTheirViewsAreWrittenWithAWarning) {
    write(target("a.mov", F::cross));
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_NE(warnings[0].find("cross"), std::string::npos);
    EXPECT_TRUE(fs::exists(folder / "a.mov"));
}

TEST_F(StereoOutputTest, EndingsThatCannotHoldAFormatAreRefused) {
    for (const auto& wanted :
         {target("a.mpo", F::dubois), target("a.mpo", F::sbs), target("a.jps", F::rows),
          target("a.vr.jpg", F::sbs), target("a.depth.jpg", F::sbs), target("a.gif", F::sbs),
          target("a_%04d.png", F::tb), target("a.png", F::wiggle), target("a.mp4", F::pair),
          target("a.txt")})
        EXPECT_EQ(error_of(wanted).code(), ErrorCode::unsupported) << wanted.output;
    EXPECT_EQ(error_of(target("a.png", F::half_sbs), {97, 64}).code(), ErrorCode::usage);
    EXPECT_EQ(error_of(target("a.png", F::rows), {97, 1}).code(), ErrorCode::usage);
    EXPECT_EQ(error_of(target("no/a.mpo")).code(), ErrorCode::unwritable);
}

TEST_F(StereoOutputTest, FlagsForFilmsAreNotUnheard) {
    StereoTarget wanted = target("a.png");
    wanted.film.duration = Seconds(3);
    EXPECT_EQ(error_of(wanted).context(), "--duration");
    wanted = target("a.png", F::tb);
    wanted.format.vr_fov_deg = 90;
    EXPECT_EQ(error_of(wanted).context(), "--vr-fov");
    wanted = target("a.mpo");
    wanted.encoder.crf = 20;
    EXPECT_EQ(error_of(wanted).context(), "--crf");
}

}  // namespace
}  // namespace diorama::pipeline
