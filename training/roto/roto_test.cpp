#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/thrown_error.h"
#include "data/scene_file.h"
#include "diorama/error.h"
#include "diorama/picture.h"
#include "roto/drawn_labels.h"
#include "roto/label_shots.h"
#include "roto/pack_frames.h"
#include "roto/repaint.h"
#include "roto/tonal_labels.h"
#include "test_folder.h"

namespace diorama::training {
namespace {
namespace fs = std::filesystem;

constexpr TonalThresholds kKeepSpecks{.min_area_px = 0};

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
    for (int x = 0; x < 8; ++x) EXPECT_EQ(tones.at(x, 0), expected[x]) << "at " << x;
}

TEST(RepaintTest, AThingHasOneNewPaintAndItsOldLight) {
    // Two things; the right half of each has a quarter of the light, and all of it a mirror's
    // share.
    const cv::Size size(8, 2);
    const cv::Vec3f mirrored(0.02F, 0.02F, 0.02F);
    PaintedPasses passes{.combined = cv::Mat_<cv::Vec3f>(size),
                         .colour = cv::Mat_<cv::Vec3f>(size, {0.3F, 0.2F, 0.25F}),
                         .light = cv::Mat_<cv::Vec3f>(size, {1, 1, 1}),
                         .thing = cv::Mat_<float>(size, 2)};
    for (int x = 0; x < 8; ++x)
        for (int y = 0; y < 2; ++y) {
            if (x % 4 >= 2) passes.light(y, x) *= 0.25F;
            if (x >= 4) passes.thing(y, x) = 3;
            passes.combined(y, x) = passes.colour(y, x).mul(passes.light(y, x)) + mirrored;
        }
    const Image painted = repaint(passes, 1);
    const auto light_at = [&](int x, int c) {
        const double value = painted.row<std::uint8_t>(0)[3 * x + c] / 255.0;
        return (value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4)) -
               mirrored[c];
    };
    for (int c = 0; c < 3; ++c) {
        EXPECT_NEAR(light_at(2, c), 0.25 * light_at(0, c), 0.004);
        EXPECT_NEAR(light_at(6, c), 0.25 * light_at(4, c), 0.004);
        EXPECT_EQ(light_at(0, c), light_at(1, c));
    }
    EXPECT_GT(std::abs(light_at(0, 0) - light_at(4, 0)), 0.01);

    const auto bytes = [](const Image& image) {
        return std::vector<std::uint8_t>(image.data(), image.data() + std::size_t{8} * 2 * 3);
    };
    EXPECT_EQ(bytes(repaint(passes, 1)), bytes(painted));
    EXPECT_NE(bytes(repaint(passes, 2)), bytes(painted));
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
    EXPECT_EQ(tones.at(30, 30), Tone::material);
    EXPECT_EQ(tones.at(57, 30), Tone::diffuse_shadow);
    EXPECT_EQ(tones.at(80, 30), Tone::cast_shadow);
    EXPECT_EQ(tones.at(110, 5), Tone::material);
    EXPECT_EQ(std::ranges::count(tones.tones(), Tone::background), 0);
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
    EXPECT_EQ(label_tones(passes, {}), tones);
}

TEST(TonalLabelsTest, PassesOfDifferentSizesAreRefused) {
    TonalPasses passes = make_lit_passes({8, 8});
    passes.gloss = cv::Mat_<float>(8, 9, 0.0F);
    EXPECT_THROW((void)label_tones(passes, {}), Error);
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
    const ToneMap tones = read_tones(read_picture(options.folder / shot / "0001_tones.png"));
    EXPECT_EQ(tones.at(1, 4), Tone::material);
    EXPECT_EQ(tones.at(6, 4), Tone::cast_shadow);
    EXPECT_EQ(read_picture(options.folder / shot / "0001_preview.png").size(), (Size{24, 8}));
    EXPECT_FALSE(fs::exists(options.folder / shot / "0002_tones.png"));

    // What has its labels is left alone; what has been rendered since is added.
    fs::resize_file(options.folder / shot / "0001_tones.png", 0);
    write_frame(folder / "shots" / shot, "0002");
    label_shots(options, {});
    EXPECT_EQ(fs::file_size(options.folder / shot / "0001_tones.png"), 0U);
    EXPECT_TRUE(fs::exists(options.folder / shot / "0002_tones.png"));
}

TEST(PackFramesTest, LabelledFramesComeBackFromTheSceneFile) {
    const TestFolder folder;
    write_frame(folder / "shots" / "toys" / "8", "0001");
    const fs::path set = folder / "set";
    EXPECT_THROW(pack_frames(set, folder / "frames.json", {}), Error);
    label_shots({.shots = folder / "shots", .folder = set}, {});
    write_picture(set / "unlabelled.png", Image({4, 4}, SampleType::u8, AlphaKind::none));
    pack_frames(set, folder / "frames.json", {});
    const SceneFile scenes(folder / "frames.json");
    ASSERT_EQ(scenes.size(), 1U);
    const Scene frame = scenes.read(0);
    EXPECT_EQ(frame.name, "toys/8/0001");
    EXPECT_EQ(frame.picture.size(), 3U * 64);
    EXPECT_EQ(frame.tones[0], static_cast<std::uint8_t>(Tone::material));
    EXPECT_EQ(frame.tones[7], static_cast<std::uint8_t>(Tone::cast_shadow));

    write_picture(set / "toys/8/0001.png", Image({4, 4}, SampleType::u8, AlphaKind::none));
    EXPECT_THROW(pack_frames(set, folder / "frames.json", {}), Error);
}

// A pass as an 8-bit picture, bright but for a stretch of the columns.
void write_pass(const fs::path& file, int first_dark, int last_dark) {
    Image pass({8, 8}, SampleType::u8, AlphaKind::none);
    for (int y = 0; y < 8; ++y)
        for (int x = 0; x < 8; ++x)
            std::fill_n(pass.row<std::uint8_t>(y) + 3 * x, 3,
                        static_cast<std::uint8_t>(x < first_dark || x > last_dark ? 230 : 0));
    fs::create_directories(file.parent_path());
    write_picture(file, pass);
}

TEST(PassFilesTest, PicturesOfPassesAreLabelledAsTheSeedDoes) {
    const TestFolder folder;
    const fs::path shots = folder / "shots";
    write_pass(shots / "rgba_007.png", 8, 8);
    write_pass(shots / "light_007.png", 2, 5);
    write_pass(shots / "shadow_007.png", 4, 5);
    write_pass(shots / "specular_007.png", 0, 6);
    write_pass(shots / "objects_007.png", 0, 0);
    RotoSetOptions options{.shots = shots,
                           .folder = folder / "set",
                           .passes = {.pattern = "{pass}_*.png",
                                      .picture = "rgba",
                                      .illumination = "light",
                                      .shadow = "shadow",
                                      .specular = "specular",
                                      .object = "objects"}};
    label_shots(options, {});
    const ToneMap tones = read_tones(read_picture(options.folder / "007_tones.png"));
    const Tone expected[] = {Tone::background,     Tone::material,    Tone::diffuse_shadow,
                             Tone::diffuse_shadow, Tone::cast_shadow, Tone::cast_shadow,
                             Tone::material,       Tone::highlight};
    for (int x = 0; x < 8; ++x) EXPECT_EQ(tones.at(x, 3), expected[x]) << "at " << x;
}

TEST(PassFilesTest, LayersOfOneFileAreFoundByTheirNames) {
    const TestFolder folder;
    const fs::path shot = folder / "shots";
    write_take(shot, "full", "0001");
    const auto message_of = [&](const PassNames& names) -> std::string {
        try {
            for (const auto& frame : list_passes(shot, names, {})) (void)frame.read_passes();
        } catch (const Error& error) {
            return error.what();
        }
        return {};
    };
    PassNames names{.pattern = "full/*.exr", .object = ""};
    EXPECT_NE(message_of(names).find("--pass illumination=NAME"), std::string::npos);
    EXPECT_NE(message_of(names).find("It has ViewLayer.Combined"), std::string::npos);
    names.illumination = names.shadow = names.specular = "Combined";
    EXPECT_EQ(message_of(names), "");
    names.pattern = "full/0001.exr";
    EXPECT_NE(message_of(names).find("'*'"), std::string::npos);
    names.pattern = "{pass}/*.png";
    EXPECT_NE(message_of(names), "");
}

// ---- Drawn labels

TEST(DrawnLabelsTest, PolygonsLieOverOneAnotherInAViewOfAnySize) {
    const TestFolder folder;
    const fs::path file = folder / "a.txt";
    std::ofstream(file) << "# a frame\nview 80 40\nmaterial 0,0 40,0 40,40 0,40  # left half\n"
                           "highlight 16,8 24,8 24,16 16,16\n";
    const ToneMap tones = read_drawn_labels(file, {20, 10});
    EXPECT_EQ(tones.at(1, 1), Tone::material);
    EXPECT_EQ(tones.at(9, 8), Tone::material);
    EXPECT_EQ(tones.at(11, 5), Tone::background);
    EXPECT_EQ(tones.at(5, 3), Tone::highlight);
}

TEST(DrawnLabelsTest, FaultsAreNamedWithTheirLine) {
    const TestFolder folder;
    const fs::path file = folder / "a.txt";
    for (const std::string text : {"material 0,0 1,0 1,1", "\nview 8 8\nhilight 0,0 1,0 1,1",
                                   "\n\nview 8 8\nmaterial 0;0", "view 8 8\nmaterial 0,0 1,0"}) {
        std::ofstream(file) << text;
        const Error error = error_of([&] { (void)read_drawn_labels(file, {8, 8}); });
        EXPECT_NE(error.message().find("line "), std::string::npos) << text << error.what();
    }
}

TEST(DrawnLabelsTest, TheRealFramesLabelsAreWhatTheirTextsSay) {
    int count = 0;
    for (const auto& entry :
         fs::directory_iterator(fs::path(DIORAMA_SOURCE_DIR) / "tests" / "real_tones")) {
        const fs::path& text = entry.path();
        if (text.extension() != ".txt" || text.stem() == "sources") continue;
        const auto labels = text.parent_path() / (text.stem().string() + "_tones.png");
        const ToneMap tones = read_tones(read_picture(labels));
        EXPECT_EQ(read_drawn_labels(text, tones.size()), tones) << text;
        ++count;
    }
    EXPECT_EQ(count, 12);
}

TEST(LabelShotsTest, NothingToLabelAndMissingPassesAreClearErrors) {
    const TestFolder folder;
    RotoSetOptions options{.shots = folder / "shots", .folder = folder / "set"};
    const auto label = [&] { label_shots(options, {}); };
    EXPECT_EQ(code_of(label), ErrorCode::not_found);
    write_take(options.shots / "toys", "full", "0001");
    EXPECT_EQ(code_of(label), ErrorCode::not_found);
    write_frame(options.shots / "toys", "0001");
    fs::copy_file(options.shots / "toys/shape/0001.exr", options.shots / "toys/lit/0001.exr",
                  fs::copy_options::overwrite_existing);
    EXPECT_EQ(code_of(label), ErrorCode::unreadable);
    EXPECT_FALSE(fs::exists(options.folder / "toys/0001_tones.png"));
}

}  // namespace
}  // namespace diorama::training
