#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "film/make_film.h"
#include "film/segment_frames.h"

namespace fs = std::filesystem;

namespace diorama::film {
namespace {

Plan plan_of(std::int64_t frames, double fps, std::vector<std::int64_t> scenes) {
    Plan plan{.scenes = std::move(scenes)};
    for (std::int64_t n = 0; n < frames; ++n) plan.times_s.push_back(static_cast<double>(n) / fps);
    plan.end_s = static_cast<double>(frames) / fps;
    plan.segments = cut_segments(plan);
    return plan;
}

TEST(Plan, ShortScenesShareASegmentAndLongOnesAreDivided) {
    // 3 s, 4 s, 4 s, 25 s, 1 s at 10 frames a second.
    const Plan plan = plan_of(370, 10, {0, 30, 70, 110, 360});
    EXPECT_EQ(plan.segments, (std::vector<std::int64_t>{0, 70, 110, 193, 276}));
    for (std::size_t n = 0; n < plan.segments.size(); ++n)
        EXPECT_LE(plan.segment(n).size(), 100) << n;
    EXPECT_EQ(plan.segment(4).end, 370);
}

TEST(Plan, WarmUpAndLookAheadStayInTheScene) {
    const Plan plan = plan_of(370, 10, {0, 30, 70, 110, 360});
    EXPECT_EQ(plan.seen_by(1, 36, 12).begin, 70);
    EXPECT_EQ(plan.seen_by(2, 36, 12).begin, 110);
    EXPECT_EQ(plan.seen_by(2, 36, 12).end, 205);
    EXPECT_EQ(plan.seen_by(3, 36, 12).begin, 157);
    EXPECT_EQ(plan.seen_by(4, 36, 12).end, 370);
    EXPECT_EQ(plan.seen_by(0, 36, 12).end, 70);
}

TEST(Plan, EverySegmentIsTakenByOneShare) {
    std::set<std::size_t> taken;
    for (int number = 1; number <= 3; ++number)
        for (std::size_t n = 0; n < 10; ++n)
            if (Share{number, 3}.takes(n)) {
                EXPECT_TRUE(taken.insert(n).second);
            }
    EXPECT_EQ(taken.size(), 10U);
}

// ---- render() -----------------------------------------------------------------------------------

class Numbers : public FrameSource {
 public:
    explicit Numbers(int count, std::set<int> scenes = {0})
        : count_(count), scenes_(std::move(scenes)) {}
    std::optional<Travelling> next() override {
        if (next_ == count_) return std::nullopt;
        Travelling frame{.image = Image({2, 2}, SampleType::u8, AlphaKind::none),
                         .number = next_,
                         .starts_scene = scenes_.contains(next_),
                         .is_shown = next_ >= 3};
        frame.image.data()[0] = static_cast<std::uint8_t>(next_++);
        return frame;
    }

 private:
    int count_;
    int next_ = 0;
    std::set<int> scenes_;
};

// Hands a frame over once it has seen four more of the scene, and notes in it how many it saw.
class Delaying : public Stage {
 public:
    [[nodiscard]] std::string name() const override { return "delaying"; }
    [[nodiscard]] int look_ahead_frames() const override { return 4; }
    void push(Travelling frame, const RunContext&) override {
        waiting_.push_back(std::move(frame));
    }
    void end_scene(const RunContext&) override { known_ = waiting_.size(); }
    std::optional<Travelling> next(const RunContext&) override {
        if (known_ == 0 && waiting_.size() <= 4) return std::nullopt;
        if (known_ > 0) --known_;
        Travelling frame = std::move(waiting_.front());
        waiting_.erase(waiting_.begin());
        return frame;
    }

 private:
    std::vector<Travelling> waiting_;
    std::size_t known_ = 0;
};

class Noting : public DrawnSink {
 public:
    void prepare(const Drawing&, std::int64_t) override {}
    void write(const Drawing& drawn, std::int64_t number) override {
        if (number == fail_at) throw Error(ErrorCode::unwritable, "disk full");
        EXPECT_EQ(std::get<Image>(drawn.frame).data()[0], number);
        numbers.push_back(number);
    }
    std::vector<std::int64_t> numbers;
    std::int64_t fail_at = -1;
};

Effect delaying_effect() {
    Effect effect{.draw = [](const Travelling& frame, const RunContext&) -> Drawing {
        return {frame.image};
    }};
    effect.stages.push_back(std::make_unique<Delaying>());
    effect.stages.push_back(std::make_unique<Delaying>());
    return effect;
}

TEST(Render, WritesWhatIsShownInOrderHoweverStagesDelayIt) {
    for (const int count : {4, 6, 60}) {
        Numbers source(count, {0, 10, 11, 40});
        Effect effect = delaying_effect();
        Noting sink;
        Meter meter;
        int written = 0;
        render(source, effect, sink, meter, {}, [&] { ++written; });
        ASSERT_EQ(written, count - 3);
        for (int n = 3; n < count; ++n) EXPECT_EQ(sink.numbers[static_cast<std::size_t>(n - 3)], n);
        EXPECT_FALSE(meter.slowest().empty());
    }
}

TEST(Render, EndsWhereWritingFailsOrTheCallerStops) {
    Numbers source(100);
    Effect effect = delaying_effect();
    Noting sink;
    sink.fail_at = 20;
    Meter meter;
    EXPECT_THROW(render(source, effect, sink, meter, {}, [] {}), Error);

    std::stop_source stop;
    Numbers others(100);
    Effect again = delaying_effect();
    Noting noting;
    EXPECT_THROW(render(others, again, noting, meter, {.stop = stop.get_token()},
                        [&] {
                            if (noting.numbers.size() == 5) stop.request_stop();
                        }),
                 Error);
    EXPECT_LT(noting.numbers.size(), 50U);
}

// ---- The folder of parts ------------------------------------------------------------------------

class Parts : public testing::Test {
 protected:
    fs::path folder = fs::temp_directory_path() / ("diorama-film-" + std::to_string(getpid()));
    fs::path film = folder / "film.mkv";
    Plan plan = plan_of(370, 10, {0, 30, 70, 110, 360});
    std::vector<std::string> warnings;
    RunContext run{.on_warning = [this](const std::string& line) { warnings.push_back(line); }};

    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }
    void finish(PartsFolder& parts, std::size_t segment) const {
        std::ofstream(parts.part(segment)) << "frames";
        parts.note_finished(segment, {parts.part(segment)});
    }
};

TEST_F(Parts, KnowAgainWhatIsFinished) {
    {
        PartsFolder parts(film, {{"--tone", "1"}}, {}, run);
        EXPECT_FALSE(parts.plan());
        parts.keep(plan, {.input = "film.mp4"}, {});
        finish(parts, 0);
        finish(parts, 3);
    }
    // As a crash leaves the journal.
    std::ofstream(PartsFolder::beside(film) / "journal.jsonl", std::ios::app) << "{\"segm";
    {
        PartsFolder parts(film, {{"--tone", "1"}}, {}, run);
        ASSERT_TRUE(parts.plan());
        EXPECT_EQ(parts.plan()->times_s, plan.times_s);
        EXPECT_EQ(parts.plan()->segments, plan.segments);
        EXPECT_TRUE(parts.has(0));
        EXPECT_FALSE(parts.has(1));
        EXPECT_TRUE(parts.has(3));
        finish(parts, 1);
        EXPECT_EQ(warnings.size(), 1U);
    }
    EXPECT_EQ(PartsFolder(film).finished(), 3U);
}

TEST_F(Parts, BeginAnewWhereTheWorkHasChangedAndSayWhat) {
    {
        PartsFolder parts(film, {{"--tone", "1"}, {"the input", "a"}}, {}, run);
        parts.keep(plan, {.input = "film.mp4"}, {});
        finish(parts, 0);
    }
    PartsFolder parts(film, {{"--tone", "2"}, {"the input", "a"}}, {}, run);
    EXPECT_FALSE(parts.plan());
    EXPECT_FALSE(fs::exists(parts.part(0)));
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_NE(warnings[0].find("changed: --tone"), std::string::npos) << warnings[0];
    parts.keep(plan, {.input = "film.mp4"}, {});
    EXPECT_EQ(parts.finished(), 0U);
}

TEST_F(Parts, AreMadeByOneProcessAShare) {
    PartsFolder first(film, {}, {.number = 1, .of = 2}, run);
    first.keep(plan, {.input = "film.mp4"}, {});
    PartsFolder second(film, {}, {.number = 2, .of = 2}, run);
    EXPECT_THROW(PartsFolder(film, {}, {.number = 2, .of = 2}, run), Error);
    finish(first, 0);
    finish(second, 1);
    first.refresh();
    EXPECT_EQ(first.finished(), 2U);
}

TEST_F(Parts, AreToldFromOthersByTheirInput) {
    const fs::path input = folder / "input.bin";
    std::ofstream(input) << std::string(10'000'000, 'a');
    const std::string before = fingerprint_of(input);
    EXPECT_EQ(fingerprint_of(input), before);
    {
        std::fstream stream(input, std::ios::in | std::ios::out);
        stream.seekp(9'999'999);
        stream << 'b';
    }
    EXPECT_NE(fingerprint_of(input), before);
    EXPECT_EQ(differences({{"a", "1"}, {"b", "2"}}, {{"b", "3"}, {"c", "4"}}), "a, b, c");
}

}  // namespace
}  // namespace diorama::film
