#include "film/controls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <limits>

#include "core/thrown_error.h"
#include "diorama/error.h"

namespace fs = std::filesystem;

namespace diorama::film {
namespace {

using testing::HasSubstr;

constexpr double kForever = std::numeric_limits<double>::infinity();
constexpr SceneSpan kFirst{0, 9.98};
constexpr SceneSpan kSecond{9.98, 20.02};
constexpr SceneSpan kThird{20.02, kForever};

TEST(Track, HoldsFromKeyToKeyAndEasesWithinAScene) {
    Track track;
    track.add_key({12, 4});
    track.add_key({2, 1});
    track.add_key({6, 3});
    EXPECT_EQ(track.at(0, kFirst, 2.5), 1);  // the scene's first key counts from its beginning
    EXPECT_EQ(track.at(2, kFirst, 2.5), 1);
    EXPECT_EQ(track.at(4, kFirst, 2.5), 2);
    EXPECT_LT(track.at(2.1, kFirst, 2.5) - 1, 0.01);  // softly
    EXPECT_EQ(track.at(6, kFirst, 2.5), 3);
    EXPECT_EQ(track.at(9.9, kFirst, 2.5), 3);
    EXPECT_EQ(track.at(10, kSecond, 2.5), 4);  // nothing runs across the cut
    EXPECT_EQ(track.at(30, kThird, 2.5), 4);
}

TEST(Track, IsWhatTheOptionsSayBeforeItsFirstKey) {
    Track track;
    EXPECT_EQ(track.at(3, kFirst, 2.5), 2.5);
    track.add_key({12, 4});
    EXPECT_EQ(track.at(3, kFirst, 2.5), 2.5);
    EXPECT_EQ(track.at(11, kSecond, 2.5), 4);
}

TEST(Track, KnowsShots) {
    Track track;
    track.add_key({2, 1});
    track.add_shot({15, 7});
    EXPECT_EQ(track.at(5, kFirst, 2.5), 1);
    EXPECT_EQ(track.at(10, kSecond, 2.5), 7);
    EXPECT_EQ(track.at(20, kSecond, 2.5), 7);
    EXPECT_EQ(track.at(21, kThird, 2.5), 1);
}

TEST(Track, EasesBetweenWhatIsMeasuredAndWhatIsSaid) {
    Track track;
    EXPECT_FALSE(track.asks_for_measured());
    track.add_key({2, {}});
    track.add_key({4, 1});
    EXPECT_TRUE(track.asks_for_measured());
    EXPECT_EQ(track.at(1, kFirst, 0.5, 0.2), 0.2);
    EXPECT_DOUBLE_EQ(track.at(3, kFirst, 0.5, 0.2), 0.6);
    EXPECT_EQ(track.at(4, kFirst, 0.5, 0.2), 1);
}

TEST(Track, ReachesToItsNearestCues) {
    Track track;
    track.add_key({2, 1});
    track.add_key({8, 1});
    track.add_shot({30, 1});
    EXPECT_EQ(track.reach(9).begin_s, 8);
    EXPECT_EQ(track.reach(9).end_s, 30);
    EXPECT_EQ(track.reach(1).begin_s, 1);
    EXPECT_EQ(track.reach(1).end_s, 30);
}

class ControlsFile : public testing::Test {
 protected:
    fs::path file =
        fs::temp_directory_path() / ("diorama-controls-" + std::to_string(getpid()) + ".json");

    void TearDown() override { fs::remove(file); }
    [[nodiscard]] Controls read(const std::string& text) const {
        std::ofstream(file) << text;
        return read_controls(file, {"subject", "ship.mkv"});
    }
    void expect_refusal(const std::string& text, const std::string& words) const {
        EXPECT_THAT(error_of([&] { (void)read(text); }).what(),
                    HasSubstr(file.string() + ": " + words))
            << text;
    }
};

TEST_F(ControlsFile, SaysWhatAnArtistWants) {
    const Controls controls = read(R"({
        "keys": [
            {"time": 0, "depth-budget": 2, "zero-plane": "auto"},
            {"time": "1:02:03.5", "depth-budget": 3, "tone": -1, "sculpt": {"ship.mkv": 1.5}}
        ],
        "shots": [{"time": 15, "zero-plane": 0.25}]
    })");
    EXPECT_EQ(controls.depth_budget_percent.at(5, kFirst, 9), 2);
    EXPECT_EQ(controls.depth_budget_percent.at(3723.5, kThird, 9), 3);
    EXPECT_EQ(controls.tone.at(4000, kThird, 0), -1);
    EXPECT_EQ(controls.zero_plane.at(5, kFirst, 0.5, 0.7), 0.7);
    EXPECT_EQ(controls.zero_plane.at(12, kSecond, 0.5, 0.7), 0.25);
    EXPECT_EQ(controls.sculpt.at("ship.mkv").at(4000, kThird, 0), 1.5);
    EXPECT_EQ(controls.sculpt.at("subject").at(4000, kThird, 0.5), 0.5);
    EXPECT_EQ(controls.last_s, 3723.5);
}

TEST_F(ControlsFile, IsRefusedWithThePlaceOfWhatIsWrong) {
    expect_refusal("{\n\"keys\": [\n{]}", "is no JSON: something is wrong in line 3");
    expect_refusal("[]", "is no JSON object");
    expect_refusal(R"({"keyz": []})", "keyz: is unknown");
    expect_refusal(R"({"keys": {}})", "keys: is no list");
    expect_refusal(R"({"keys": [{"depth-budget": 2}]})", "keys[0]: has no \"time\"");
    expect_refusal(R"({"keys": [{"time": "soon"}]})", "keys[0].time: 'soon' is no time");
    expect_refusal(R"({"keys": [{"time": -1}]})", "keys[0].time: -1 is not from 0 to");
    expect_refusal(R"({"keys": [{"time": 0, "depth-budget": 80}]})",
                   "keys[0].depth-budget: 80 is not from 0 to 50");
    expect_refusal(R"({"keys": [{"time": 0, "depth-budget": "auto"}]})",
                   "keys[0].depth-budget: \"auto\" is no number");
    expect_refusal(R"({"keys": [], "shots": [{"time": 0, "zero-plane": 2}]})",
                   "shots[0].zero-plane: 2 is not \"auto\" or a number from 0");
    expect_refusal(R"({"keys": [{"time": 1, "tone": 1}, {"time": 1, "tone": 2}]})",
                   "keys[1].tone: is the second of this moment");
    expect_refusal(R"({"keys": [{"time": 0, "sculpt": {"bird": 1}}]})",
                   "keys[0].sculpt.bird: is not sculpted; give --sculpt bird:0, too");
    expect_refusal(R"({"keys": [{"time": 0, "sculpt": {"subject": 99}}]})",
                   "keys[0].sculpt.subject: 99 is not from -50 to 50");
    expect_refusal(R"({"keys": [{"time": 0, "budget": 3}]})", "keys[0].budget: is unknown");
}

}  // namespace
}  // namespace diorama::film
