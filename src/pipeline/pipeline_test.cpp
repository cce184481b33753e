#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <set>
#include <vector>

#include "diorama/error.h"
#include "diorama/jobs.h"
#include "diorama/photo3d_job.h"
#include "diorama/roto_job.h"
#include "diorama/scenes.h"
#include "diorama/video.h"
#include "pipeline/film_pipeline.h"
#include "pipeline/sizes.h"

namespace diorama {
namespace {

TEST(ParseSize, LongerSideOrExactSize) {
    EXPECT_EQ(parse_size("", {640, 480}), (Size{640, 480}));
    EXPECT_EQ(parse_size("320", {640, 480}), (Size{320, 240}));
    EXPECT_EQ(parse_size("320", {480, 640}), (Size{240, 320}));
    EXPECT_EQ(parse_size("100x80", {640, 480}), (Size{100, 80}));
    for (const char* bad : {"0", "-5", "axb", "10x", "x10", "10x10x10", "1e9", "100000"})
        EXPECT_THROW((void)parse_size(bad, {640, 480}), Error) << bad;
}

TEST(Fit, CoversTheTargetAndCutsEvenly) {
    using pipeline::fit;
    const auto wide = fit({400, 300}, {160, 90});
    EXPECT_EQ(wide.scaled, (Size{160, 120}));
    EXPECT_EQ(wide.crop, (Rect{0, 15, 160, 90}));
    const auto tall = fit({400, 300}, {100, 300});
    EXPECT_EQ(tall.scaled, (Size{400, 300}));
    EXPECT_EQ(tall.crop, (Rect{150, 0, 100, 300}));
    // Evening out cuts a pixel and does not resample.
    const auto even = fit({161, 121}, {160, 120});
    EXPECT_EQ(even.scaled, (Size{161, 121}));
}

TEST(Fit, MapsPointsAndBoxes) {
    const auto fitting = pipeline::fit({400, 300}, {160, 90});
    EXPECT_EQ(fitting.map(Point{200, 150}).x, 80);
    EXPECT_EQ(fitting.map(Point{200, 150}).y, 45);
    EXPECT_EQ(fitting.map(Point{0, 0}).y, 0);
    const Rect box = fitting.map(Rect{100, 100, 200, 100});
    EXPECT_EQ(box, (Rect{40, 25, 80, 40}));
}

TEST(Fit, ScalesPicturesAndMapsAlike) {
    const auto fitting = pipeline::fit({40, 30}, {20, 10});
    Matte matte({40, 30});
    for (int x = 20; x < 40; ++x)
        for (int y = 0; y < 30; ++y) matte.at(x, y) = 1;
    const Matte small = pipeline::apply(fitting, matte);
    ASSERT_EQ(small.size(), (Size{20, 10}));
    EXPECT_EQ(small.at(9, 5), 0);
    EXPECT_EQ(small.at(10, 5), 1);
    InverseDepth depth({40, 30}, 0.5F);
    depth.scale = 3;
    depth.offset = 4;
    const InverseDepth scaled = pipeline::apply(fitting, depth);
    EXPECT_EQ(scaled.scale, 3);
    EXPECT_EQ(scaled.offset, 4);
    EXPECT_NEAR(scaled.at(3, 3), 0.5, 1e-6);
}

TEST(Fit, ScalesDisparityWithTheWidth) {
    const auto even = pipeline::fit({33, 21}, {32, 20});
    EXPECT_EQ(pipeline::apply(even, Disparity({33, 21}, 3)).values(),
              Disparity({32, 20}, 3).values());
    const auto half = pipeline::fit({40, 30}, {20, 10});
    EXPECT_EQ(pipeline::apply(half, Disparity({40, 30}, 3)).values(),
              Disparity({20, 10}, 1.5F).values());
    // A smaller map than the photo's comes up to the same.
    EXPECT_EQ(pipeline::apply(half, Disparity({10, 8}, 0.75F)).values(),
              Disparity({20, 10}, 1.5F).values());
}

TEST(PlayableSize, KeepsSmallSizesAndTheShapeOfLargeOnes) {
    using pipeline::playable_size;
    EXPECT_EQ(playable_size({1920, 1080}), (Size{1920, 1080}));
    const Size large = playable_size({6000, 4000});
    EXPECT_LE(large.area(), 4096 * 2304);
    EXPECT_NEAR(static_cast<double>(large.width) / large.height, 1.5, 0.01);
    EXPECT_LE(playable_size({30000, 100}).width, 4096);
}

// Notes what it gets: the first byte of each frame.
class NotingSink : public FrameSink {
 public:
    void write(const Image& frame) override {
        if (fail_at >= 0 && static_cast<int>(seen.size()) == fail_at)
            throw Error(ErrorCode::unwritable, "disk full", "film");
        seen.push_back(frame.data()[0]);
    }
    void write_at(const Image& frame, Seconds) override { write(frame); }
    void finish() override { finished = true; }
    std::vector<int> seen;
    bool finished = false;
    int fail_at = -1;
};

Image small_frame() {
    return {{2, 2}, SampleType::u8, AlphaKind::premultiplied};
}

TEST(MakeFilm, WritesEveryFrameInOrder) {
    NotingSink sink;
    std::atomic<int> made{0};
    pipeline::make_film(
        100,
        [&] {
            ++made;
            return small_frame();
        },
        [](int index, Image& frame) { frame.data()[0] = static_cast<std::uint8_t>(index); }, sink,
        {});
    ASSERT_EQ(sink.seen.size(), 100U);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(sink.seen[i], i);
    EXPECT_TRUE(sink.finished);
    // Frames are used again: memory does not grow with the film.
    EXPECT_LT(made, 40);
}

TEST(MakeFilm, StopsCleanlyWhenAskedOrWhenWritingFails) {
    std::stop_source source;
    NotingSink sink;
    RunContext run{.stop = source.get_token()};
    EXPECT_THROW(pipeline::make_film(
                     1000, small_frame,
                     [&](int index, Image&) {
                         if (index == 10) source.request_stop();
                     },
                     sink, run),
                 Error);
    EXPECT_FALSE(sink.finished);
    EXPECT_LT(sink.seen.size(), 200U);

    NotingSink full;
    full.fail_at = 5;
    EXPECT_THROW(pipeline::make_film(50, small_frame, [](int, Image&) {}, full, {}), Error);
    EXPECT_FALSE(full.finished);
}

TEST(Jobs, EveryOptionHasAHelpTextAndItsDefaultIsValid) {
    const auto check = [](const auto& options) {
        EXPECT_NO_THROW(validate(options));
        std::set<std::string_view> names;
        for (const auto& f : std::decay_t<decltype(options)>::fields()) {
            EXPECT_FALSE(f.help.empty()) << f.name;
            EXPECT_TRUE(names.insert(f.name).second) << f.name << " twice";
        }
    };
    check(PopoutOptions{});
    check(PopoutExtras{});
    check(DepthSource{});
    check(SubjectSource{});
    check(FilmOptions{});
    check(ReadOptions{});
    check(DepthExtras{});
    check(MatteExtras{});
    check(FlowSource{});
    check(FlowExtras{});
    check(Photo3dOptions{});
    check(PageOptions{});
    check(DepthPreparation{});
    check(Photo3dExtras{});
    check(EncoderOptions{});
    check(ToneSource{});
    check(ToneNudges{});
    check(DrawingOptions{});
    check(TraceOptions{});
    check(RotoExtras{});
}

// A clip of a film with real cuts. Its first frame is black; the others were marked by eye.
TEST(Scenes, AFilmWithCuts) {
    const std::filesystem::path clip = "/usr/share/doc/opencv-doc/examples/data/Megamind.avi";
    if (!std::filesystem::exists(clip)) GTEST_SKIP() << "needs the clips of Debian's opencv-doc";
    SceneFinder finder;
    FilmReader reader(clip);
    while (const auto frame = reader.next()) finder.push(frame->image);
    finder.finish();
    std::vector<SceneStart> found;
    while (const auto start = finder.next()) found.push_back(*start);
    const auto cut = [](std::int64_t n) { return SceneStart{n, SceneChange::cut}; };
    EXPECT_EQ(found, (std::vector{cut(1), cut(98), cut(154), cut(200)}));
}

}  // namespace
}  // namespace diorama
