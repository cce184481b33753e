#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "diorama/picture.h"
#include "diorama/video.h"
#include "run_command.h"

namespace fs = std::filesystem;

namespace diorama::tests {
namespace {

const fs::path kExamples = fs::path(DIORAMA_SOURCE_DIR) / "examples";
const std::string kPhoto = (kExamples / "still_life.jpg").string();
const std::string kDepth = (kExamples / "still_life_depth.png").string();
const std::string kMatte = (kExamples / "still_life_matte.png").string();

using Arguments = std::vector<std::string>;

Arguments operator+(Arguments a, const Arguments& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

const Arguments kScene{"--depth", kDepth, "--matte", kMatte};
const Arguments kShort{"--size", "160", "--duration", "0.2", "--fps", "30"};

std::string read_file(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary) << bytes;
}

// Intersection over union.
double overlap(const Matte& found, const Matte& truth) {
    double both = 0;
    double either = 0;
    for (std::size_t i = 0; i < truth.values().size(); ++i) {
        both += std::min(found.values()[i], truth.values()[i]);
        either += std::max(found.values()[i], truth.values()[i]);
    }
    return both / either;
}

class Commands : public testing::Test {
 protected:
    fs::path folder =
        fs::temp_directory_path() / ("diorama-commands-" + std::to_string(::getpid()));

    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }

    [[nodiscard]] std::set<std::string> files() const {
        std::set<std::string> names;
        for (const auto& entry : fs::recursive_directory_iterator(folder))
            names.insert(fs::relative(entry.path(), folder).string());
        return names;
    }

    CommandResult expect_success(const Arguments& arguments) {
        CommandResult result = run_command(folder, arguments);
        EXPECT_EQ(result.status, 0) << result.err;
        return result;
    }

    // The promise about bad input: the exit status, one line, and nothing left behind.
    void expect_failure(const Arguments& arguments, int status, const std::string& words) {
        std::string trace;
        for (const auto& argument : arguments) trace += argument + " ";
        SCOPED_TRACE(trace);
        const auto before = files();
        const CommandResult result = run_command(folder, arguments);
        EXPECT_EQ(result.status, status) << result.err;
        EXPECT_TRUE(result.out.empty()) << result.out;
        const auto lines = result.error_lines();
        ASSERT_EQ(lines.size(), 1U) << result.err;
        EXPECT_TRUE(lines[0].starts_with("diorama: ")) << lines[0];
        EXPECT_NE(lines[0].find(words), std::string::npos) << lines[0];
        EXPECT_EQ(files(), before);
    }

    [[nodiscard]] FilmInfo film(const std::string& name) const {
        return FilmReader(folder / name).info();
    }
};

template <class T>
std::string bytes_of(const T& value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

// An OpenEXR file of 4×3 floats, uncompressed, one of them not a number: our own writer refuses to
// make such a file.
std::string exr_with_nan() {
    const auto attribute = [](const std::string& name, const std::string& type,
                              const std::string& value) {
        return name + '\0' + type + '\0' + bytes_of(static_cast<std::int32_t>(value.size())) +
               value;
    };
    const auto zeros = [](std::size_t count) { return std::string(count, '\0'); };
    const std::string box = zeros(8) + bytes_of<std::int32_t>(3) + bytes_of<std::int32_t>(2);
    // Channel Y: float (2), not linear, sampled at every pixel.
    const std::string channel = std::string("Y\0", 2) + bytes_of<std::int32_t>(2) + zeros(4) +
                                bytes_of<std::int32_t>(1) + bytes_of<std::int32_t>(1);
    std::string file =
        std::string("\x76\x2f\x31\x01\x02\0\0\0", 8) +
        attribute("channels", "chlist", channel + zeros(1)) +
        attribute("compression", "compression", zeros(1)) + attribute("dataWindow", "box2i", box) +
        attribute("displayWindow", "box2i", box) + attribute("lineOrder", "lineOrder", zeros(1)) +
        attribute("pixelAspectRatio", "float", bytes_of(1.0F)) +
        attribute("screenWindowCenter", "v2f", zeros(8)) +
        attribute("screenWindowWidth", "float", bytes_of(1.0F)) + zeros(1);
    constexpr std::uint64_t kLineBytes = 8 + 4 * sizeof(float);
    const std::uint64_t first_line = file.size() + 3 * sizeof(std::uint64_t);
    for (std::uint64_t y = 0; y < 3; ++y) file += bytes_of(first_line + y * kLineBytes);
    for (std::int32_t y = 0; y < 3; ++y) {
        file += bytes_of(y) + bytes_of<std::int32_t>(4 * sizeof(float));
        for (int x = 0; x < 4; ++x)
            file += bytes_of(x == 1 && y == 1 ? std::numeric_limits<float>::quiet_NaN() : 0.5F);
    }
    return file;
}

// ---- Good input
// ----------------------------------------------------------------------------------

TEST_F(Commands, PopoutMakesEveryKindOfFilm) {
    for (const std::string name : {"a.mp4", "a.mkv", "a.mov", "a.webm"}) {
        expect_success(Arguments{"popout", kPhoto, "-o", name} + kScene + kShort);
        FilmReader reader(folder / name);
        EXPECT_EQ(reader.info().size, (Size{160, 120})) << name;
        int frames = 0;
        while (reader.next()) ++frames;
        EXPECT_EQ(frames, 6) << name;
    }
    for (const std::string name : {"a.gif", "a.apng", "a.webp"}) {
        expect_success(Arguments{"popout", kPhoto, "-o", name} + kScene + kShort);
        EXPECT_GT(fs::file_size(folder / name), 1000U) << name;
    }
    expect_success(Arguments{"popout", kPhoto, "-o", "s_%04d.png"} + kScene + kShort);
    EXPECT_TRUE(fs::exists(folder / "s_0000.png"));
    EXPECT_TRUE(fs::exists(folder / "s_0005.png"));
    EXPECT_FALSE(fs::exists(folder / "s_0006.png"));
}

TEST_F(Commands, LoopsAndFrameRatesCount) {
    expect_success(Arguments{"popout", kPhoto, "-o", "a.mkv", "--fps", "24", "--duration", "0.5",
                             "--loops", "3", "--size", "160x90"} +
                   kScene);
    FilmReader reader(folder / "a.mkv");
    EXPECT_EQ(reader.info().size, (Size{160, 90}));
    EXPECT_EQ(reader.info().fps, (Rational{24, 1}));
    int frames = 0;
    while (reader.next()) ++frames;
    EXPECT_EQ(frames, 36);
}

TEST_F(Commands, PreviewShowsTheFrameOfTheFilm) {
    expect_success(Arguments{"popout", kPhoto, "-o", "s_%04d.png", "--fps", "10", "--duration", "1",
                             "--size", "160"} +
                   kScene);
    expect_success(Arguments{"popout", kPhoto, "-o", "p.png", "--duration", "1", "--size", "160",
                             "--preview", "0.3"} +
                   kScene);
    const Image film_frame = read_picture(folder / "s_0003.png");
    const Image preview = read_picture(folder / "p.png");
    ASSERT_EQ(film_frame.size(), preview.size());
    const int channels = std::min(film_frame.channels(), preview.channels());
    for (int y = 0; y < preview.height(); ++y)
        for (int x = 0; x < preview.width(); ++x)
            for (int c = 0; c < std::min(3, channels); ++c)
                ASSERT_EQ(film_frame.row<std::uint8_t>(y)[film_frame.channels() * x + c],
                          preview.row<std::uint8_t>(y)[preview.channels() * x + c]);
}

TEST_F(Commands, TheSameCommandWritesTheSameBytes) {
    for (const std::string threads : {"1", "2"})
        expect_success(Arguments{"popout", kPhoto, "-o", "t" + threads + "_%02d.png", "--motion",
                                 "orbit", "--threads", threads} +
                       kScene + kShort);
    for (const std::string frame : {"_00.png", "_03.png", "_05.png"})
        EXPECT_EQ(read_file(folder / ("t1" + frame)), read_file(folder / ("t2" + frame)));
}

TEST_F(Commands, LayersAndSlicesAreSaved) {
    expect_success(Arguments{"popout", kPhoto, "-o", "a.mp4", "--slices", "12", "--save-layers",
                             "a.ora", "--save-slices", "slices/", "--save-matte-overlay",
                             "look.png"} +
                   kScene + kShort);
    EXPECT_TRUE(read_file(folder / "a.ora").starts_with("PK"));
    EXPECT_TRUE(fs::exists(folder / "slices/slice_000.png"));
    EXPECT_TRUE(fs::exists(folder / "slices/slice_011.png"));
    EXPECT_FALSE(fs::exists(folder / "slices/slice_012.png"));
    EXPECT_EQ(read_picture(folder / "slices/slice_003.png").size(), (Size{160, 120}));
    EXPECT_EQ(read_picture(folder / "look.png").size(), (Size{160, 120}));
}

TEST_F(Commands, EachSubjectGetsItsFilm) {
    // The ship, cut into a left and a right subject.
    const Matte whole = read_matte(kMatte);
    for (const bool left : {true, false}) {
        Matte half = whole;
        for (int y = 0; y < half.height(); ++y)
            for (int x = 0; x < half.width(); ++x)
                if ((x < half.width() / 2) != left) half.at(x, y) = 0;
        write_matte(folder / (left ? "left.png" : "right.png"), half);
    }
    const Arguments subjects{"--matte", "left.png", "--matte", "right.png", "--depth", kDepth};
    expect_success(Arguments{"popout", kPhoto, "-o", "both.mp4"} + subjects + kShort);
    EXPECT_EQ(film("both.mp4").size, (Size{160, 120}));
    expect_success(Arguments{"popout", kPhoto, "-o", "one.mp4", "--each"} + subjects + kShort);
    EXPECT_EQ(film("one_1.mp4").size, (Size{160, 120}));
    EXPECT_EQ(film("one_2.mp4").size, (Size{160, 120}));
    EXPECT_FALSE(fs::exists(folder / "one.mp4"));
}

TEST_F(Commands, TransparentFilmsKeepTheirAlpha) {
    expect_success(Arguments{"popout", kPhoto, "-o", "a_%02d.png", "--background", "transparent"} +
                   kScene + kShort);
    const Image frame = read_picture(folder / "a_00.png");
    ASSERT_EQ(frame.channels(), 4);
    EXPECT_EQ(frame.row<std::uint8_t>(0)[3], 0);
    expect_success(Arguments{"popout", kPhoto, "-o", "a.webm", "--background", "transparent"} +
                   kScene + kShort);
}

TEST_F(Commands, OddPicturesBecomeEvenFilms) {
    const Image odd = resize(read_picture(kPhoto), {161, 121});
    write_picture(folder / "odd.png", odd);
    expect_success({"matte", "odd.png", "-o", "m.png", "--box", "30,5,120,110"});
    expect_success(Arguments{"popout", "odd.png", "-o", "a.mp4", "--matte", "m.png", "--depth",
                             kDepth, "--duration", "0.2"});
    EXPECT_EQ(film("a.mp4").size, (Size{160, 120}));
}

TEST_F(Commands, DepthAndMatteAreWritten) {
    expect_success({"depth", kPhoto, "-o", "d.exr", "--depth", kDepth, "--confidence", "c.png"});
    EXPECT_EQ(read_inverse_depth(folder / "d.exr").size(), read_picture(kPhoto).size());
    EXPECT_TRUE(fs::exists(folder / "c.png"));
    expect_success({"depth", kPhoto, "-o", "look.png", "--depth", kDepth, "--colormap", "turbo"});
    EXPECT_EQ(read_picture(folder / "look.png").channels(), 3);
    expect_success({"depth", kPhoto, "-o", "subject.png", "--depth", kDepth, "--matte", kMatte,
                    "--colormap", "turbo"});
    EXPECT_EQ(read_picture(folder / "subject.png").row<std::uint8_t>(0)[3], 0);
    expect_success({"matte", kPhoto, "-o", "m.png", "--box", "300,50,1000,1100", "--point",
                    "700,800", "--save-overlay", "o.png"});
    EXPECT_GT(overlap(read_matte(folder / "m.png"), read_matte(kMatte)), 0.6);
}

TEST_F(Commands, TheSubjectComesFromTheBuiltInNetworkWhereNothingElseIsNamed) {
    expect_success({"matte", kPhoto, "-o", "own.png"});
    expect_success({"matte", kPhoto, "-o", "named.png", "--matte-model", "diorama-matte"});
    EXPECT_EQ(read_file(folder / "own.png"), read_file(folder / "named.png"));
    EXPECT_GT(overlap(read_matte(folder / "own.png"), read_matte(kMatte)), 0.5);
    expect_success({"popout", kPhoto, "-o", "p.png", "--preview", "0", "--size", "160"});
    expect_success({"fill", kPhoto, "-o", "f.png", "--hole", "subject", "--fill", "smooth"});

    Image wall({120, 80}, SampleType::u8, AlphaKind::none);
    std::fill_n(wall.row<std::uint8_t>(0), 3 * 120 * 80, std::uint8_t{128});
    write_picture(folder / "wall.png", wall);
    expect_failure({"matte", "wall.png", "-o", "m.png"}, 1, "sees no subject");
    EXPECT_FALSE(fs::exists(folder / "m.png"));
}

TEST_F(Commands, DepthComesFromTheBuiltInNetworkWhereNothingElseIsNamed) {
    expect_success({"depth", kPhoto, "-o", "own.png"});
    expect_success({"depth", kPhoto, "-o", "named.png", "--depth-model", "diorama-depth"});
    EXPECT_EQ(read_file(folder / "own.png"), read_file(folder / "named.png"));
    expect_success({"depth", kPhoto, "-o", "detail.png", "--detail"});
    EXPECT_NE(read_file(folder / "own.png"), read_file(folder / "detail.png"));
    expect_success(Arguments{"popout", kPhoto, "-o", "film.mp4", "--matte", kMatte} + kShort);
    expect_success(Arguments{"scroll", kPhoto, "-o", "world.mp4", "--fill", "extend"} + kShort);
    expect_failure({"depth", kPhoto, "-o", "x.png", "--depth", kDepth, "--detail"}, 2, "--detail");
}

TEST_F(Commands, HolesAreFilled) {
    const Size size = read_picture(kPhoto).size();
    Matte mask(size);
    for (int y = size.height / 3; y < size.height / 2; ++y)
        for (int x = size.width / 3; x < size.width / 2; ++x) mask.at(x, y) = 1;
    write_matte(folder / "mask.png", mask);
    const Arguments fill{"fill", kPhoto, "-o", "out.png"};
    expect_success(fill + Arguments{"--hole", "mask.png", "--fill", "smooth"});
    EXPECT_EQ(read_picture(folder / "out.png").size(), size);
    expect_success(fill + Arguments{"--hole", "subject", "--matte", "mask.png", "--fill", "extend",
                                    "--depth", "mask.png", "--save-depth", "depth.png"});
    EXPECT_EQ(read_inverse_depth(folder / "depth.png").size(), size);

    write_matte(folder / "black.png", Matte(size));
    write_matte(folder / "white.png", Matte(size, 1.0F));
    write_matte(folder / "small.png", Matte({3, 2}, 1.0F));
    expect_failure(fill, 2, "what is to be filled?");
    expect_failure(fill + Arguments{"--hole", "black.png"}, 1, "nothing to fill");
    expect_failure(fill + Arguments{"--hole", "white.png"}, 1, "nothing is left");
    expect_failure(fill + Arguments{"--hole", "small.png", "--dry-run"}, 1, "the mask is 3×2");
    expect_failure(fill + Arguments{"--hole", "mask.png", "--box", "1,2,3,4"}, 2,
                   "--box: says what the subject is");
    expect_failure(fill + Arguments{"--hole", "mask.png", "--fill", "smooth", "--fill-seed", "3"},
                   2, "--fill-seed: goes with --fill patchmatch");
    expect_failure(fill + Arguments{"--hole", "mask.png", "--device", "cuda"}, 2,
                   "--device: says where networks run");
    expect_failure({"matte", kPhoto, "-o", "m.png", "--box", "1,2,30,40", "--device", "cuda"}, 2,
                   "--device: says where networks run");
    expect_failure({"fill", kPhoto, "-o", "mask.png", "--hole", "subject", "--matte", "mask.png"},
                   2, "is an input");
    expect_failure(fill + Arguments{"--hole", "small.png"}, 1, "the mask is 3×2");
    expect_failure(fill + Arguments{"--hole", "missing.png"}, 1, "no such file");
    expect_failure(fill + Arguments{"--hole", "mask.png", "--fill", "magic"}, 2,
                   "none of extend, smooth and patchmatch");
    expect_failure(fill + Arguments{"--hole", "mask.png", "--save-depth", "d.png"}, 2,
                   "needs --depth");
}

TEST_F(Commands, DryRunsChangeNothingAndSummariesAreJson) {
    const CommandResult dry = expect_success(
        Arguments{"popout", kPhoto, "-o", "a.mp4", "--dry-run", "--json"} + kScene + kShort);
    EXPECT_TRUE(files().empty());
    const auto summary = nlohmann::json::parse(dry.out);
    EXPECT_EQ(summary["frames"], 6);
    EXPECT_EQ(summary["size"], (std::vector<int>{160, 120}));
    EXPECT_EQ(summary["dry_run"], true);
    const CommandResult made =
        expect_success(Arguments{"popout", kPhoto, "-o", "a.mp4", "--json", "--progress", "json"} +
                       kScene + kShort);
    EXPECT_EQ(nlohmann::json::parse(made.out)["outputs"][0], "a.mp4");
    const auto lines = made.error_lines();
    ASSERT_FALSE(lines.empty());
    EXPECT_EQ(nlohmann::json::parse(lines.back())["done"], 6);
}

TEST_F(Commands, GreyWithAlphaIn16BitsIsASubject) {
    Image picture({80, 60}, SampleType::u16, AlphaKind::straight);
    for (int y = 0; y < 60; ++y)
        for (int x = 0; x < 80; ++x) {
            std::uint16_t* pixel = picture.row<std::uint16_t>(y) + std::size_t{4} * x;
            std::fill_n(pixel, 3, static_cast<std::uint16_t>(800 * x));
            pixel[3] = x > 20 && x < 60 && y > 10 && y < 50 ? 65535 : 0;
        }
    write_picture(folder / "ga.png", picture);
    InverseDepth depth({80, 60});
    for (int i = 0; i < 80 * 60; ++i) depth.values()[i] = static_cast<float>(i % 80);
    write_inverse_depth(folder / "d.png", depth);
    expect_success({"popout", "ga.png", "-o", "p.png", "--depth", "d.png", "--preview", "1"});
    EXPECT_EQ(read_picture(folder / "p.png").sample_type(), SampleType::u16);
}

TEST_F(Commands, AnAnimationIsAFilmAndElsewhereItsFirstFrameIsUsedWithAWarning) {
    expect_success(Arguments{"popout", kPhoto, "-o", "a.gif"} + kScene + kShort);
    expect_failure({"matte", "a.gif", "-o", "m.png", "--box", "20,5,120,110"}, 2, "--preview");
    expect_success({"matte", "a.gif", "-o", "m.png", "--box", "20,5,120,110", "--preview", "0.1"});
    const CommandResult result = expect_success(
        {"scroll", "a.gif", "-o", "s.png", "--preview", "1", "--fill", "extend", "--planes", "2"});
    EXPECT_NE(result.err.find("only its first frame"), std::string::npos) << result.err;
}

TEST_F(Commands, ASinglePixelWorks) {
    write_picture(folder / "one.png", Image({1, 1}, SampleType::u8, AlphaKind::none));
    write_matte(folder / "m.png", Matte({1, 1}, 1.0F));
    write_inverse_depth(folder / "d.exr", InverseDepth({1, 1}, 0.5F));
    expect_success({"popout", "one.png", "-o", "a.mkv", "--matte", "m.png", "--depth", "d.exr",
                    "--codec", "ffv1", "--duration", "0.1"});
    expect_success({"popout", "one.png", "-o", "a.mp4", "--matte", "m.png", "--depth", "d.exr",
                    "--duration", "0.1"});
}

TEST_F(Commands, DepthThatBleedsOverTheBorderIsMended) {
    // Depth of the whole picture, blurred: the ship's rim takes part of the wall's depth.
    const InverseDepth sharp = read_inverse_depth(kDepth);
    InverseDepth blurred = sharp;
    constexpr int kReach = 6;
    for (int y = 0; y < sharp.height(); ++y)
        for (int x = kReach; x + kReach < sharp.width(); ++x) {
            float sum = 0;
            for (int d = -kReach; d <= kReach; ++d) sum += sharp.at(x + d, y);
            blurred.at(x, y) = sum / (2 * kReach + 1);
        }
    write_inverse_depth(folder / "blurred.exr", blurred);
    for (const bool sharp_depth : {true, false})
        expect_success({"popout", kPhoto, "-o", sharp_depth ? "a.png" : "b.png", "--depth",
                        sharp_depth ? kDepth : "blurred.exr", "--matte", kMatte, "--preview", "1",
                        "--background", "black", "--size", "800"});
    const Image a = read_picture(folder / "a.png");
    const Image b = read_picture(folder / "b.png");
    double difference = 0;
    for (std::size_t i = 0; i < a.size_bytes(); ++i)
        difference += std::abs(int{a.data()[i]} - int{b.data()[i]});
    EXPECT_LT(difference / static_cast<double>(a.size_bytes()), 3);
}

TEST_F(Commands, NothingIsOverwrittenByMistake) {
    write_matte(folder / "m.png", Matte({40, 30}, 1.0F));
    const std::string before = read_file(folder / "m.png");
    expect_failure({"matte", "m.png", "-o", "m.png", "--box", "1,1,20,20"}, 2, "m.png: ");
    expect_failure({"depth", kPhoto, "-o", "d.png", "--depth", kDepth, "--confidence", "d.png"}, 2,
                   "d.png: ");
    EXPECT_EQ(read_file(folder / "m.png"), before);
}

TEST_F(Commands, InterruptionLeavesNothingBehind) {
    const CommandResult result =
        run_command(folder, Arguments{"popout", kPhoto, "-o", "a.mp4", "--duration", "60"} + kScene,
                    after(std::chrono::milliseconds(1500)));
    EXPECT_EQ(result.status, 130) << result.err;
    EXPECT_TRUE(files().empty());
}

// ---- Bad input
// -----------------------------------------------------------------------------------

TEST_F(Commands, BadPictures) {
    fs::create_directory(folder / "folder.jpg");
    write_file(folder / "empty.jpg", "");
    write_file(folder / "text.jpg", "this is no picture, it is a sentence\n");
    const std::string jpeg = read_file(kPhoto);
    write_file(folder / "cut.jpg", jpeg.substr(0, jpeg.size() / 2));
    // The header of a PNG of 60000×60000 pixels, and nothing after it.
    write_file(
        folder / "huge.png",
        std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xea\x60\0\0\xea\x60\x08\x02\0\0\0", 29) +
            std::string("\xd2\x5b\x1c\xf1", 4));
    const Arguments rest = Arguments{"-o", "a.mp4"} + kScene;
    expect_failure(Arguments{"popout", "missing.jpg"} + rest, 1, "missing.jpg: ");
    expect_failure(Arguments{"popout", "folder.jpg"} + rest, 1, "folder.jpg: ");
    expect_failure(Arguments{"popout", "empty.jpg"} + rest, 1, "empty.jpg: ");
    expect_failure(Arguments{"popout", "text.jpg"} + rest, 1, "text.jpg: ");
    expect_failure(Arguments{"popout", "cut.jpg"} + rest, 1, "cut.jpg: ");
    expect_failure(Arguments{"popout", "huge.png"} + rest, 1, "60000");
    for (const char* verb : {"depth", "matte"}) {
        expect_failure({verb, "cut.jpg", "-o", "o.png", "--matte", kMatte}, 1, "cut.jpg: ");
        expect_failure({verb, "missing.jpg", "-o", "o.png", "--matte", kMatte}, 1, "missing.jpg");
    }
}

TEST_F(Commands, BadMattesAndDepthMaps) {
    write_matte(folder / "small.png", Matte({100, 75}, 1.0F));
    write_matte(folder / "black.png", Matte(read_picture(kPhoto).size()));
    write_inverse_depth(folder / "other.exr", InverseDepth({120, 160}, 1.0F));
    write_file(folder / "nan.exr", exr_with_nan());
    const Arguments start{"popout", kPhoto, "-o", "a.mp4"};
    expect_failure(start + Arguments{"--depth", kDepth, "--matte", "small.png"}, 1, "small.png: ");
    expect_failure(start + Arguments{"--depth", kDepth, "--matte", "black.png"}, 1, "black.png: ");
    expect_failure(start + Arguments{"--depth", kDepth, "--matte", "none.png"}, 1, "none.png: ");
    expect_failure(start + Arguments{"--depth", "other.exr", "--matte", kMatte}, 1, "other.exr: ");
    expect_failure(start + Arguments{"--depth", "nan.exr", "--matte", kMatte}, 1, "nan.exr: ");
    expect_failure(start + Arguments{"--depth", "none.exr", "--matte", kMatte}, 1, "none.exr: ");
}

TEST_F(Commands, BadHints) {
    const Arguments start{"matte", kPhoto, "-o", "m.png"};
    expect_failure(start + Arguments{"--box", "5000,5000,10,10"}, 2, "--box");
    expect_failure(start + Arguments{"--box", "1,2,3"}, 2, "--box");
    expect_failure(start + Arguments{"--box", "10,10,0,50"}, 2, "--box");
    expect_failure(start + Arguments{"--point", "a,b"}, 2, "--point");
    expect_failure(start + Arguments{"--point", "9999,0"}, 2, "--point");
    expect_failure(start + Arguments{"--not-point", "1,1"}, 2, "--not-point");
}

TEST_F(Commands, BadOptions) {
    const Arguments start = Arguments{"popout", kPhoto, "-o", "a.mp4"} + kScene;
    expect_failure(start + Arguments{"--slices", "0"}, 2, "--slices: '0'");
    expect_failure(start + Arguments{"--slices", "2.5"}, 2, "--slices");
    expect_failure(start + Arguments{"--duration", "-3"}, 2, "--duration: '-3'");
    expect_failure(start + Arguments{"--duration", "0"}, 2, "--duration");
    expect_failure(start + Arguments{"--duration", "3600", "--fps", "240", "--loops", "10000"}, 2,
                   "--loops");
    expect_failure(start + Arguments{"--fps", "fast"}, 2, "fast");
    expect_failure(start + Arguments{"--fps", "0"}, 2, "0");
    expect_failure(start + Arguments{"--motion", "jump"}, 2, "--motion: 'jump'");
    expect_failure(start + Arguments{"--background", "plaid"}, 2, "--background: 'plaid'");
    expect_failure(start + Arguments{"--size", "12by9"}, 2, "--size");
    expect_failure(start + Arguments{"--size", "0"}, 2, "--size");
    expect_failure(start + Arguments{"--device", "toaster"}, 2, "--device: 'toaster'");
    // What would do nothing is not passed over.
    expect_failure(start + Arguments{"--device", "cuda"}, 2, "--device: says where networks run");
    expect_failure({"scroll", kPhoto, "-o", "a.mp4", "--depth", kDepth, "--keep-whole", "nothing",
                    "--device", "cuda"},
                   2, "--device: says where networks run");
    expect_failure({"depth", kPhoto, "-o", "d.png", "--depth", kDepth, "--device", "cuda"}, 2,
                   "--device: says where networks run");
    expect_failure(start + Arguments{"--box", "1,1,50,50"}, 2, "--matte: is the subject already");
    expect_failure(start + Arguments{"--progress", "loud"}, 2, "--progress");
    expect_failure(start + Arguments{"--colour", "red"}, 2, "--colour");
    expect_failure({"popout", kPhoto}, 2, "--output");
    expect_failure({"paint", kPhoto}, 2, "");
    expect_failure({}, 2, "");
    expect_failure({"depth", kPhoto, "-o", "d.png", "--depth", kDepth, "--colormap", "pink"}, 2,
                   "pink");
}

TEST_F(Commands, BadOutputs) {
    const Arguments input = Arguments{"popout", kPhoto} + kScene + kShort;
    expect_failure(input + Arguments{"-o", "no/such/folder/a.mp4"}, 1, "no/such/folder");
    expect_failure(input + Arguments{"-o", "a.xyz"}, 1, "a.xyz: ");
    expect_failure(input + Arguments{"-o", "a.png"}, 2, "a.png: ");
    expect_failure(input + Arguments{"-o", "a.mp4", "--preview", "1"}, 2, "--preview");
    expect_failure(input + Arguments{"-o", "a.mp4", "--codec", "betamax"}, 1, "betamax");
    expect_failure(input + Arguments{"-o", "a.mp4", "--crf", "99"}, 2, "crf");
    expect_failure(input + Arguments{"-o", "a.mp4", "--encoder-option", "nonsense=1"}, 2,
                   "nonsense");
    expect_failure(input + Arguments{"-o", "a.mp4", "--background", "transparent"}, 1, "alpha");
    expect_failure(input + Arguments{"-o", "a.mp4", "--save-layers", "a.psd"}, 1, "a.psd: ");
    // No folder lets anyone, root included, make files here.
    expect_failure(input + Arguments{"-o", "/proc/a.mp4"}, 1, "/proc/a.mp4: ");
    fs::create_directory(folder / "locked");
    fs::permissions(folder / "locked", fs::perms::owner_read | fs::perms::owner_exec);
    if (::geteuid() != 0) expect_failure(input + Arguments{"-o", "locked/a.mp4"}, 1, "locked");
}

TEST_F(Commands, BadModels) {
    write_file(folder / "model.onnx", "no network\n");
    const std::string block = R"({"task": "depth", "file": "model.onnx",
        "input": {"name": "x", "layout": "nchw", "range": [0, 1],
                  "size": {"width": 64, "height": 64}},
        "outputs": [{"name": "y", "meaning": "inverse_depth"}]})";
    write_file(folder / "model.json", block);
    write_file(folder / "broken.json", "{\"task\": ");
    write_file(folder / "wrong.json", R"({"task": "dance"})");
    write_file(folder / "alone.onnx", "no block beside it\n");
    const Arguments start{"depth", kPhoto, "-o", "d.png"};
    expect_failure(start + Arguments{"--depth-model", "model.onnx"}, 1, "model.onnx");
    expect_failure(start + Arguments{"--depth-model", "none.onnx"}, 1, "none.onnx");
    expect_failure(start + Arguments{"--depth-model", "alone.onnx"}, 1, "alone");
    expect_failure(start + Arguments{"--depth-model", "broken.json"}, 1, "broken.json");
    expect_failure(start + Arguments{"--depth-model", "wrong.json"}, 1, "wrong.json");

    const fs::path matte_network = fs::path(DIORAMA_SHARED_DIR) / "models/selfie_segmentation.onnx";
    if (!fs::exists(matte_network)) GTEST_SKIP() << "no networks at " << matte_network;
    // A real network of another interface than its block says.
    fs::copy_file(matte_network, folder / "other.onnx");
    write_file(folder / "other.json", R"({"task": "depth", "file": "other.onnx",
        "input": {"layout": "nchw", "size": {"width": 64, "height": 64}},
        "outputs": [{"meaning": "inverse_depth"}]})");
    expect_failure(start + Arguments{"--depth-model", "other.onnx"}, 1, "other.onnx");
    expect_failure(start + Arguments{"--depth-model", "other.onnx", "--device", "cuda"}, 1, "");
}

TEST_F(Commands, AFullDiskLosesNothing) {
    const fs::path disk = folder / "disk";
    fs::create_directory(disk);
    if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=64k") != 0)
        GTEST_SKIP() << "mounting a small disk needs root";
    write_file(disk / "keep.txt", "precious");
    const Arguments scene = kScene + Arguments{"--size", "640", "--duration", "1"};
    for (const std::string name : {"a.mp4", "a.mkv", "a.gif", "a_%03d.png", "a.webp"})
        expect_failure(Arguments{"popout", kPhoto, "-o", "disk/" + name} + scene, 1, "disk/");
    expect_failure({"matte", kPhoto, "-o", "disk/m.exr", "--matte", kMatte}, 1, "disk/m.exr");
    expect_failure({"depth", kPhoto, "-o", "disk/d.png", "--depth", kDepth}, 1, "disk/d.png");
    EXPECT_EQ(read_file(disk / "keep.txt"), "precious");
    ::umount(disk.c_str());
}

}  // namespace
}  // namespace diorama::tests
