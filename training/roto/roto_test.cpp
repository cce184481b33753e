#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "diorama/error.h"
#include "diorama/picture.h"
#include "roto/label_shots.h"
#include "roto/tonal_labels.h"
#include "test_folder.h"

namespace diorama::training {
namespace {
namespace fs = std::filesystem;

constexpr TonalThresholds kKeepSpecks{.min_area_px = 0};

std::uint8_t code(Tone tone) {
    return static_cast<std::uint8_t>(tone);
}

TonalPasses make_lit_passes(cv::Size size) {
    return {.unshadowed = cv::Mat_<float>(size, 2.0F),
            .arriving = cv::Mat_<float>(size, 2.0F),
            .gloss = cv::Mat_<float>(size, 0.0F),
            .is_drawn = cv::Mat_<std::uint8_t>(size, 255)};
}

TEST(TonalLabelsTest, EachToneHasItsCauseAndLiesOverTheOnesBefore) {
    TonalPasses passes = make_lit_passes({20, 1});
    passes.is_drawn(0, 1) = 0;
    passes.unshadowed(0, 2) = passes.arriving(0, 2) = 0.2F;
    passes.arriving(0, 3) = 0.2F;
    passes.gloss(0, 4) = 3.0F;
    // A background takes a cast shadow and no other tone.
    passes.is_drawn(0, 5) = 0;
    passes.arriving(0, 5) = 0.2F;
    passes.is_drawn(0, 6) = 0;
    passes.gloss(0, 6) = 3.0F;
    // What turns away is in its own shadow, whatever else stands before the lamp.
    passes.unshadowed(0, 7) = 0.2F;
    passes.arriving(0, 7) = 0.0F;
    const ToneMap tones = label_tones(passes, kKeepSpecks);
    const Tone expected[] = {Tone::material,    Tone::background,    Tone::diffuse_shadow,
                             Tone::cast_shadow, Tone::highlight,     Tone::cast_shadow,
                             Tone::background,  Tone::diffuse_shadow};
    for (int x = 0; x < 8; ++x) EXPECT_EQ(tones(0, x), code(expected[x])) << "at " << x;
}

TEST(TonalLabelsTest, ABallBesideAWallHasBothShadowsApart) {
    // Light from the left at 45°: the right of the ball turns away, and its shadow falls beside it.
    const int width = 120;
    const int height = 60;
    TonalPasses passes = make_lit_passes({width, height});
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const double dx = (x - 40) / 20.0;
            const double dy = (y - 30) / 20.0;
            const double depth = 1 - dx * dx - dy * dy;
            if (depth > 0) {
                const double cosine = (std::sqrt(depth) - dx) / std::sqrt(2.0);
                passes.unshadowed(y, x) = passes.arriving(y, x) =
                    static_cast<float>(2.0 * std::max(0.0, cosine));
            } else if (std::hypot(x - 80, y - 30) < 20) {
                passes.arriving(y, x) = 0.0F;
            }
        }
    const ToneMap tones = label_tones(passes, {});
    EXPECT_EQ(tones(30, 30), code(Tone::material));
    EXPECT_EQ(tones(30, 57), code(Tone::diffuse_shadow));
    EXPECT_EQ(tones(30, 80), code(Tone::cast_shadow));
    EXPECT_EQ(tones(5, 110), code(Tone::material));
    EXPECT_EQ(cv::countNonZero(tones == code(Tone::background)), 0);
}

TEST(TonalLabelsTest, LabelsDoNotDependOnTheExposure) {
    TonalPasses passes = make_lit_passes({32, 32});
    for (int y = 0; y < 32; ++y)
        for (int x = 0; x < 32; ++x) {
            passes.unshadowed(y, x) = 0.1F * static_cast<float>(x);
            passes.arriving(y, x) = 0.1F * static_cast<float>(x) * (y < 16 ? 1.0F : 0.2F);
            passes.gloss(y, x) = x == y ? 5.0F : 0.0F;
        }
    const ToneMap tones = label_tones(passes, {});
    for (cv::Mat_<float>* pass : {&passes.unshadowed, &passes.arriving, &passes.gloss})
        *pass *= 16.0F;
    EXPECT_EQ(cv::norm(label_tones(passes, {}), tones, cv::NORM_L1), 0.0);
}

TEST(TonalLabelsTest, SmallIslandsTakeTheToneAroundThemAndLargeOnesStay) {
    ToneMap tones(20, 20, code(Tone::material));
    tones(3, 3) = code(Tone::highlight);
    tones(10, 10) = tones(10, 11) = tones(11, 10) = code(Tone::cast_shadow);
    tones(10, 12) = code(Tone::diffuse_shadow);
    tones(cv::Rect(14, 2, 3, 3)) = code(Tone::background);
    clean_islands(tones, 6);
    EXPECT_EQ(cv::countNonZero(tones == code(Tone::background)), 9);
    EXPECT_EQ(cv::countNonZero(tones == code(Tone::material)), 400 - 9);
}

TEST(TonalLabelsTest, PassesOfDifferentSizesAreRefused) {
    TonalPasses passes = make_lit_passes({8, 8});
    passes.gloss = cv::Mat_<float>(8, 9, 0.0F);
    EXPECT_THROW((void)label_tones(passes, {}), Error);
}

TEST(TonalLabelsTest, EveryToneHasAColourOfItsOwn) {
    ToneMap tones(1, kTones);
    for (int tone = 0; tone < kTones; ++tone) tones(0, tone) = static_cast<std::uint8_t>(tone);
    std::set<std::tuple<int, int, int>> colours;
    for (const auto& colour : paint_tones(tones)) colours.emplace(colour[0], colour[1], colour[2]);
    EXPECT_EQ(colours.size(), std::size_t{kTones});
}

// ---- Shots
// ---------------------------------------------------------------------------------------

// A float .exr without compression: rows of channels, which are in the order of their names.
class ExrWriter {
 public:
    ExrWriter(int size, const std::set<std::string>& channels) : size_(size), channels_(channels) {
        put(20000630);
        put(2);
        std::string list;
        for (const auto& channel : channels)
            list += channel + '\0' + bytes_of(2) + bytes_of(0) + bytes_of(1) + bytes_of(1);
        const std::string window =
            bytes_of(0) + bytes_of(0) + bytes_of(size - 1) + bytes_of(size - 1);
        put("channels", "chlist", list + '\0');
        put("compression", "compression", std::string(1, '\0'));
        put("dataWindow", "box2i", window);
        put("displayWindow", "box2i", window);
        put("lineOrder", "lineOrder", std::string(1, '\0'));
        put("pixelAspectRatio", "float", bytes_of(1.0F));
        put("screenWindowCenter", "v2f", bytes_of(0.0F) + bytes_of(0.0F));
        put("screenWindowWidth", "float", bytes_of(1.0F));
        file_ += '\0';
    }

    template <class Value>
    void write(const fs::path& file, const Value& value_at) {
        const auto row_bytes = static_cast<int>(sizeof(float) * channels_.size()) * size_;
        const auto first = static_cast<std::int64_t>(file_.size()) + 8 * size_;
        for (int y = 0; y < size_; ++y) file_ += bytes_of(first + y * (8 + row_bytes));
        for (int y = 0; y < size_; ++y) {
            put(y);
            put(row_bytes);
            for (std::size_t c = 0; c < channels_.size(); ++c)
                for (int x = 0; x < size_; ++x) file_ += bytes_of(float{value_at(x)});
        }
        std::ofstream(file, std::ios::binary) << file_;
    }

 private:
    template <class T>
    static std::string bytes_of(T value) {
        std::string bytes(sizeof(T), '\0');
        std::memcpy(bytes.data(), &value, sizeof(T));
        return bytes;
    }
    void put(std::int32_t value) { file_ += bytes_of(value); }
    void put(const std::string& name, const std::string& kind, const std::string& value) {
        file_ +=
            name + '\0' + kind + '\0' + bytes_of(static_cast<std::int32_t>(value.size())) + value;
    }

    int size_;
    std::set<std::string> channels_;
    std::string file_;
};

// A frame of 8×8 pixels, evenly lit, whose right half is in a cast shadow.
void write_take(const fs::path& shot, const std::string& take, const std::string& name) {
    const std::map<std::string, std::vector<std::string>> passes{
        {"full", {"Combined"}},
        {"gloss", {"GlossCol", "GlossDir"}},
        {"lit", {"DiffDir"}},
        {"unshadowed", {"DiffDir"}},
        {"shape", {}}};
    std::set<std::string> channels;
    for (const auto& pass : passes.at(take))
        for (const char* colour : {".R", ".G", ".B"}) channels.insert("ViewLayer." + pass + colour);
    if (take == "shape") channels.insert("ViewLayer.IndexOB.X");
    fs::create_directories(shot / take);
    ExrWriter(8, channels).write(shot / take / (name + ".exr"), [&](int x) {
        if (take == "gloss") return 0.0F;
        return take == "lit" && x >= 4 ? 0.1F : 1.0F;
    });
}

void write_frame(const fs::path& shot, const std::string& name) {
    for (const char* take : {"full", "gloss", "lit", "unshadowed", "shape"})
        write_take(shot, take, name);
}

TEST(LabelShotsTest, FramesWithAllTakesGetLabelsOnce) {
    const TestFolder folder;
    const fs::path shot = fs::path("training") / "toys" / "8";
    write_frame(folder / "shots" / shot, "0001");
    write_take(folder / "shots" / shot, "full", "0002");
    const RotoSetOptions options{
        .shots = folder / "shots", .folder = folder / "set", .preview = true};
    label_shots(options, {});
    const Image tones = read_picture(options.folder / shot / "0001_tones.png");
    const ToneMap halves = (cv::Mat_<std::uint8_t>(1, 2) << 1, 3);
    const auto colours = paint_tones(halves);
    for (int c = 0; c < 3; ++c) {
        EXPECT_EQ(tones.row<std::uint8_t>(4)[3 * 1 + c], colours(0, 0)[c]);
        EXPECT_EQ(tones.row<std::uint8_t>(4)[3 * 6 + c], colours(0, 1)[c]);
    }
    EXPECT_EQ(read_picture(options.folder / shot / "0001_preview.png").size(), (Size{24, 8}));
    EXPECT_FALSE(fs::exists(options.folder / shot / "0002_tones.png"));

    // What has its labels is left alone; what has been rendered since is added.
    fs::resize_file(options.folder / shot / "0001_tones.png", 0);
    write_frame(folder / "shots" / shot, "0002");
    label_shots(options, {});
    EXPECT_EQ(fs::file_size(options.folder / shot / "0001_tones.png"), 0U);
    EXPECT_TRUE(fs::exists(options.folder / shot / "0002_tones.png"));
}

TEST(LabelShotsTest, NothingToLabelAndMissingPassesAreClearErrors) {
    const TestFolder folder;
    RotoSetOptions options{.shots = folder / "shots", .folder = folder / "set"};
    const auto code_of = [&] {
        try {
            label_shots(options, {});
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::usage;
    };
    EXPECT_EQ(code_of(), ErrorCode::not_found);
    write_take(options.shots / "toys", "full", "0001");
    EXPECT_EQ(code_of(), ErrorCode::not_found);
    write_frame(options.shots / "toys", "0001");
    fs::copy_file(options.shots / "toys/shape/0001.exr", options.shots / "toys/lit/0001.exr",
                  fs::copy_options::overwrite_existing);
    EXPECT_EQ(code_of(), ErrorCode::unreadable);
    EXPECT_FALSE(fs::exists(options.folder / "toys/0001_tones.png"));
}

}  // namespace
}  // namespace diorama::training
