#include "diorama/segment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <numeric>

#include "core/thrown_error.h"
#include "diorama/error.h"
#include "perception/clip_tokenizer.h"
#include "perception/segment_candidates.h"
#include "perception/segment_encoding.h"
#include "perception/tiny_segment_models.h"

namespace fs = std::filesystem;

namespace diorama::perception {
namespace {

using namespace testing;
using onnx::write_text;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class SegmentTest : public ::testing::Test {
 protected:
    fs::path folder = fs::temp_directory_path() / ("diorama-segment-" + std::to_string(::getpid()));
    std::vector<std::string> warnings{};
    RunContext run{.on_warning = [this](const std::string& line) { warnings.push_back(line); }};

    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }

    [[nodiscard]] ClipTokenizer tokenizer() const {
        write_text(folder / "vocabulary.txt", kVocabulary);
        return ClipTokenizer(folder / "vocabulary.txt");
    }
};

// ---- The tokenizer. A printing letter is its byte less 33; at a word's end 256 more.

int letter(char c) {
    return c - 33;
}
int last_letter(char c) {
    return letter(c) + 256;
}

std::vector<std::int64_t> framed(std::vector<std::int64_t> tokens, std::size_t context = 16) {
    tokens.insert(tokens.begin(), kStart);
    tokens.push_back(kEnd);
    tokens.resize(context, 0);
    return tokens;
}

TEST_F(SegmentTest, TokensAreMergedInTheOrderOfTheFile) {
    const auto encode = [clip = tokenizer()](std::string_view text) {
        return clip.encode(text, 16, TokenPadding::zero);
    };
    EXPECT_EQ(encode("train"), framed({kTrain}));
    EXPECT_EQ(encode("  Train\tCHURCH \n"), framed({kTrain, kChurch}));
    // Inside of a word "in" is not merged, since the merge is for a word's end.
    EXPECT_EQ(encode("trains"), framed({514, letter('i'), letter('n'), last_letter('s')}));
    EXPECT_EQ(encode("tr"), framed({letter('t'), last_letter('r')}));
    // Both pairs of "tra tra" at once, and the overlapping one from the left.
    EXPECT_EQ(encode("tratra"), framed({514, 512, last_letter('a')}));
}

TEST_F(SegmentTest, TextIsSplitAsClipSplitsIt) {
    const auto encode = [clip = tokenizer()](std::string_view text) {
        return clip.encode(text, 16, TokenPadding::zero);
    };
    EXPECT_EQ(encode("bus's"), framed({kBus, letter('\''), last_letter('s')}));
    EXPECT_EQ(encode("I'LL"),
              framed({last_letter('i'), letter('\''), letter('l'), last_letter('l')}));
    EXPECT_EQ(encode("bus19"), framed({kBus, last_letter('1'), last_letter('9')}));
    EXPECT_EQ(encode("train!?"), framed({kTrain, letter('!'), last_letter('?')}));
    // A locomotive is the bytes F0 9F 9A 82. Bytes that do not print come after the 188 that do.
    EXPECT_EQ(encode("\U0001F682"), framed({172, 253, 248, 224 + 256}));
}

TEST_F(SegmentTest, LettersOfEveryScriptBecomeSmall) {
    const auto encode = [clip = tokenizer()](std::string_view text) {
        return clip.encode(text, 32, TokenPadding::zero);
    };
    EXPECT_EQ(encode("ΠΌΛΗ"), encode("πόλη"));
    EXPECT_EQ(encode("МОСТ"), encode("мост"));
    EXPECT_EQ(encode("ÉGLISE"), encode("église"));
    EXPECT_EQ(encode("e\u0301glise"), encode("église"));
    EXPECT_NE(encode("eglise"), encode("église"));
}

TEST_F(SegmentTest, LongTextsKeepTheirEndAndShortOnesArePadded) {
    const ClipTokenizer clip = tokenizer();
    EXPECT_THAT(clip.encode("train", 5, TokenPadding::zero),
                ElementsAre(kStart, kTrain, kEnd, 0, 0));
    EXPECT_THAT(clip.encode("train", 5, TokenPadding::end),
                ElementsAre(kStart, kTrain, kEnd, kEnd, kEnd));
    EXPECT_THAT(clip.encode("train church bus train church", 5, TokenPadding::zero),
                ElementsAre(kStart, kTrain, kChurch, kBus, kEnd));
    for (const char* nothing : {"", "  \n"})
        EXPECT_EQ(error_of([&] {
                      static_cast<void>(clip.encode(nothing, 5, TokenPadding::zero));
                  }).code(),
                  ErrorCode::usage);
}

TEST_F(SegmentTest, ATextThatIsCutIsAWarning) {
    const ClipTokenizer clip = tokenizer();
    static_cast<void>(clip.encode("train church", 4, TokenPadding::zero, run));
    EXPECT_TRUE(warnings.empty());
    static_cast<void>(clip.encode("train church bus train", 4, TokenPadding::zero, run));
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("it is cut at 'bus'")));
}

TEST_F(SegmentTest, VocabulariesAreReadPackedAndRefusedBroken) {
    const fs::path file = folder / "merges.txt.gz";
    gzFile packed = gzopen(file.c_str(), "wb");
    gzputs(packed, kVocabulary);
    gzclose(packed);
    EXPECT_EQ(ClipTokenizer(file).encode("train", 4, TokenPadding::zero),
              tokenizer().encode("train", 4, TokenPadding::zero));

    const auto error = [&] { return error_of([&] { ClipTokenizer{file}; }); };
    fs::resize_file(file, fs::file_size(file) - 9);
    EXPECT_EQ(error().code(), ErrorCode::unreadable);
    EXPECT_EQ(error().context(), file);
    write_text(file, "train\nchurch\n");
    EXPECT_THAT(error().message(), HasSubstr("#version"));
    write_text(file, "#version: 0.2\nt r\nt rain\n");
    EXPECT_THAT(error().message(), StartsWith("line 3 is no merge"));
    write_text(file, "#version: 0.2\n");
    EXPECT_EQ(error().code(), ErrorCode::unreadable);
    write_text(file, "#version: 0.2\nt r\na b");
    EXPECT_THAT(error().message(), StartsWith("is cut short in line 3"));
    write_text(file, "#version: 0.2\nt r\n\na b\n");
    EXPECT_THAT(error().message(), StartsWith("line 3 is no merge"));
    fs::remove(file);
    EXPECT_EQ(error().code(), ErrorCode::not_found);
}

// ---- What the encoder sees.

// A picture of `size` in which each pixel of a ramp is `times` × `times` pixels.
Image enlarged_ramp(Size size, int times) {
    Image image({size.width * times, size.height * times}, SampleType::u8, AlphaKind::none);
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            for (int c = 0; c < 3; ++c)
                image.row<std::uint8_t>(y)[3 * x + c] =
                    static_cast<std::uint8_t>(7 * (y / times * size.width + x / times) + 80 * c);
    return image;
}

float ramp_value(Size size, int x, int y, int c) {
    return static_cast<float>((7 * (y * size.width + x) + 80 * c) % 256);
}

class EncoderInput : public SegmentTest {
 protected:
    // Runs an encoder that gives its picture back.
    [[nodiscard]] inference::Tensor seen(const Image& picture, const std::string& input,
                                         std::vector<int> shape,
                                         Element element = Element::float32) const {
        TinyBuilder encoder;
        encoder.output("seen", encoder.input("image", shape, element), shape, element);
        encoder.write(folder / "encoder.onnx");
        write_text(folder / "net.json",
                   R"({"task": "segment", "prompts": {"family": "sam"},
                       "parts": {"encoder": "encoder.onnx", "decoder": "encoder.onnx"},
                       "input": {)" +
                       input + "}}");
        const Model model(read_model_interface(folder / "net.json"));
        return encode_picture(model, picture, {}).features.at(0).tensor;
    }
};

TEST_F(EncoderInput, BytesOfAStretchedPicture) {
    const Size size{6, 4};
    const auto tensor = seen(enlarged_ramp(size, 2),
                             R"("layout": "chw", "range": [0, 255],
                                "size": {"width": 6, "height": 4})",
                             {3, 4, 6}, Element::uint8);
    EXPECT_EQ(tensor.element, inference::Element::u8);
    const auto values = tensor.floats();
    for (int c = 0; c < 3; ++c)
        for (int y = 0; y < 4; ++y)
            for (int x = 0; x < 6; ++x)
                ASSERT_EQ(values[(c * 4 + y) * 6 + x], ramp_value(size, x, y, c));
}

TEST_F(EncoderInput, NormalisedPlanesOfAStretchedPicture) {
    const Size size{6, 4};
    const auto values = seen(enlarged_ramp(size, 3),
                             R"("layout": "nchw", "mean": [0.485, 0.456, 0.406],
                                "std": [0.229, 0.224, 0.225], "size": {"width": 6, "height": 4})",
                             {1, 3, 4, 6})
                            .floats();
    const float mean[] = {0.485F, 0.456F, 0.406F};
    const float deviation[] = {0.229F, 0.224F, 0.225F};
    for (int c = 0; c < 3; ++c)
        for (int y = 0; y < 4; ++y)
            for (int x = 0; x < 6; ++x)
                ASSERT_NEAR(values[(c * 4 + y) * 6 + x],
                            (ramp_value(size, x, y, c) / 255 - mean[c]) / deviation[c], 1e-5);
}

TEST_F(EncoderInput, RowsOfAFittedPicture) {
    const Size size{8, 4};
    const auto tensor =
        seen(enlarged_ramp(size, 2),
             R"("layout": "hwc", "range": [0, 255], "size": {"long_side": 8})", {-1, -1, 3});
    EXPECT_THAT(tensor.shape, ElementsAre(4, 8, 3));
    const auto values = tensor.floats();
    for (int y = 0; y < 4; ++y)
        for (int x = 0; x < 8; ++x)
            for (int c = 0; c < 3; ++c)
                ASSERT_EQ(values[(y * 8 + x) * 3 + c], ramp_value(size, x, y, c));
}

TEST_F(EncoderInput, PaddingIsZeroAfterNormalising) {
    const Size size{8, 4};
    const auto values = seen(enlarged_ramp(size, 2),
                             R"("layout": "nchw", "range": [0, 255], "mean": [9, 9, 9],
                                "size": {"long_side": 8, "pad": "square"})",
                             {1, 3, 8, 8})
                            .floats();
    for (int c = 0; c < 3; ++c)
        for (int y = 0; y < 8; ++y)
            for (int x = 0; x < 8; ++x)
                ASSERT_EQ(values[(c * 8 + y) * 8 + x],
                          y < 4 ? ramp_value(size, x, y, c) - 9 : 0.0F);
}

// IS-Net: the brightest sample is white, whatever it is, and alpha is none.
TEST_F(EncoderInput, TheBrightestSampleMayBeWhite) {
    Image picture({4, 4}, SampleType::u8, AlphaKind::straight);
    std::fill_n(picture.data(), picture.size_bytes(), std::uint8_t{50});
    for (int i = 0; i < 16; ++i) picture.data()[4 * i + 3] = 255;
    picture.data()[0] = 200;
    const std::string input =
        R"("layout": "nchw", "white": "brightest", "mean": [0.5, 0.5, 0.5],
           "size": {"width": 4, "height": 4})";
    const auto values = seen(picture, input, {1, 3, 4, 4}).floats();
    EXPECT_FLOAT_EQ(values[0], 0.5F);
    EXPECT_FLOAT_EQ(values[1], 50.0F / 200 - 0.5F);
    EXPECT_FLOAT_EQ(values[16], 50.0F / 200 - 0.5F);
    const Image black({4, 4}, SampleType::u16, AlphaKind::none);
    EXPECT_FLOAT_EQ(seen(black, input, {1, 3, 4, 4}).floats()[7], -0.5F);
}

// RMBG-1.4: 0…1 less a half; BiRefNet and SAM 2 normalise as above.
TEST_F(EncoderInput, TheMeanIsInTheUnitsOfTheRange) {
    const Size size{6, 4};
    const auto values = seen(enlarged_ramp(size, 2),
                             R"("layout": "nchw", "mean": [0.5, 0.5, 0.5], "std": [1, 1, 1],
                                "size": {"width": 6, "height": 4})",
                             {1, 3, 4, 6})
                            .floats();
    EXPECT_NEAR(values[23], ramp_value(size, 5, 3, 0) / 255 - 0.5F, 1e-6);
}

// ---- Prompts and answers. On a grey picture nothing moves a mask's border.

constexpr Size kSize{300, 200};

Image grey() {
    Image image(kSize, SampleType::u8, AlphaKind::none);
    std::fill_n(image.data(), image.size_bytes(), std::uint8_t{128});
    return image;
}

double overlap(const Matte& matte, const Rect& box) {
    int both = 0;
    int either = 0;
    for (int y = 0; y < matte.height(); ++y)
        for (int x = 0; x < matte.width(); ++x) {
            const bool in_box =
                x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
            const bool in_matte = matte.at(x, y) >= 0.5F;
            both += in_box && in_matte;
            either += in_box || in_matte;
        }
    return static_cast<double>(both) / either;
}

Rect box_of(const TinyThing& thing) {
    const auto at = [](double share, int side) {
        return static_cast<int>(std::lround(share * side));
    };
    const int x = at(thing.x0, kSize.width);
    const int y = at(thing.y0, kSize.height);
    return {x, y, at(thing.x1, kSize.width) - x, at(thing.y1, kSize.height) - y};
}

void expect_segment(const Segment& segment, const std::string& prompt, double score,
                    const Rect& box, double least_overlap = 0.93) {
    EXPECT_EQ(segment.prompt, prompt);
    EXPECT_NEAR(segment.score, score, 0.01);
    EXPECT_EQ(segment.matte.size(), kSize);
    EXPECT_GT(overlap(segment.matte, box), least_overlap) << prompt;
    EXPECT_NEAR(segment.box.x, box.x, 3);
    EXPECT_NEAR(segment.box.y, box.y, 3);
    EXPECT_NEAR(segment.box.width, box.width, 5);
    EXPECT_NEAR(segment.box.height, box.height, 5);
}

TEST_F(SegmentTest, EachTextGivesItsBestInstance) {
    const Model model(read_model_interface(write_tiny_sam3(folder)));
    const auto found = segment(model, grey(), {.texts = {"Church", "train"}}, run);
    ASSERT_EQ(found.size(), 2U);
    expect_segment(found[0], "Church", 0.8, box_of(kThings[3]));
    expect_segment(found[1], "train", 0.9, box_of(kThings[0]));
    EXPECT_TRUE(warnings.empty());
}

TEST_F(SegmentTest, AllInstancesComeOnceEach) {
    const Model model(read_model_interface(write_tiny_sam3(folder)));
    const auto found = segment(model, grey(), {.texts = {"train"}, .keep = SegmentKeep::all}, run);
    ASSERT_EQ(found.size(), 2U);
    expect_segment(found[0], "train", 0.9, box_of(kThings[0]));
    expect_segment(found[1], "train", 0.5, box_of(kThings[2]), 0.85);
}

TEST_F(SegmentTest, WhatIsNotFoundIsAWarningAndNothingAtAllAnError) {
    const Image picture = grey();
    const Model model(read_model_interface(write_tiny_sam3(folder)));
    const Segmenter segmenter(model, picture);
    const auto found = segmenter.segment({.texts = {"bus", "train", "xyz"}}, run);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].prompt, "train");
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("'bus' (best score 0.20)"),
                                      HasSubstr("'xyz' (best score 0.00)")));

    const auto error = error_of([&] {
        static_cast<void>(segmenter.segment({.texts = {"bus", "xyz"}}));
    });
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_THAT(error.message(), HasSubstr("'bus' (best score 0.20), 'xyz' (best score 0.00)"));
    EXPECT_EQ(segmenter.segment({.texts = {"bus"}, .min_score = 0.15}).size(), 1U);
    EXPECT_EQ(error_of([&] { static_cast<void>(segmenter.segment({})); }).code(), ErrorCode::usage);
    for (const char* text : {"", " "})
        EXPECT_EQ(error_of([&] { static_cast<void>(segmenter.segment({.texts = {text}})); }).code(),
                  ErrorCode::usage);
}

TEST_F(SegmentTest, AdviceFollowsFromWhatIsMissed) {
    const Image picture = grey();
    const auto message = [&](const fs::path& block, const SegmentPrompts& prompts) {
        const Model model(read_model_interface(block));
        return error_of([&] { static_cast<void>(segment(model, picture, prompts)); }).message();
    };
    const auto faint = message(write_tiny_sam3(folder), {.texts = {"bus"}});
    EXPECT_THAT(faint, HasSubstr("try other words or a box or a lower --min-score"));
    const auto elsewhere = message(write_tiny_sam2(folder), {.hints = {{.box = Rect{0, 0, 1, 1}}}});
    EXPECT_THAT(elsewhere, HasSubstr("but no mask where it points"));
    EXPECT_THAT(elsewhere, HasSubstr("try another box or point"));
    EXPECT_EQ(elsewhere.find("--min-score"), std::string::npos) << elsewhere;
}

const Rect kBox{60, 40, 120, 80};

TEST_F(SegmentTest, ABoxGivesItsOwnMaskFromEachFamily) {
    for (const fs::path& block :
         {write_tiny_sam3(folder), write_tiny_sam2(folder), write_tiny_mobile_sam(folder)}) {
        SCOPED_TRACE(block);
        const Image picture = grey();
        const Model model(read_model_interface(block));
        const auto found = segment(model, picture, {.hints = {{.box = kBox}}}, run);
        ASSERT_EQ(found.size(), 1U);
        expect_segment(found[0], "box 1", found[0].score, kBox);
        EXPECT_GE(found[0].score, 0.9F);
    }
}

TEST_F(SegmentTest, SeveralBoxesAndTextsAreAskedOfOneEncoding) {
    const Model model(read_model_interface(write_tiny_sam3(folder)));
    const Rect other{200, 20, 60, 90};
    const auto found =
        segment(model, grey(), {.texts = {"train"}, .hints = {{.box = kBox}, {.box = other}}}, run);
    ASSERT_EQ(found.size(), 3U);
    expect_segment(found[0], "train", 0.9, box_of(kThings[0]));
    expect_segment(found[1], "box 1", 0.95, kBox);
    expect_segment(found[2], "box 2", 0.95, other);
}

TEST_F(SegmentTest, LogitsTimesPresenceAreScores) {
    const auto block = write_tiny_sam3(folder, TinyEnding::logits, 8);
    const Model model(read_model_interface(block));
    // The stand-in is sure to 0.8 that any such thing is there.
    const auto found = segment(model, grey(), {.texts = {"train"}, .hints = {{.box = kBox}}}, run);
    ASSERT_EQ(found.size(), 2U);
    expect_segment(found[0], "train", 0.72, box_of(kThings[0]));
    expect_segment(found[1], "box 1", 0.76, kBox);
}

TEST_F(SegmentTest, MasksMayBeProbabilitiesInTheNetworksSize) {
    const Model model(read_model_interface(write_tiny_sam3(folder, TinyEnding::shares)));
    const auto found = segment(model, grey(), {.texts = {"train"}, .hints = {{.box = kBox}}}, run);
    ASSERT_EQ(found.size(), 2U);
    expect_segment(found[0], "train", 0.9, box_of(kThings[0]));
    expect_segment(found[1], "box 1", 0.95, kBox);
}

TEST_F(SegmentTest, AnotherExportMayNameItsTensorsDifferently) {
    write_tiny_sam3(folder);
    TinyBuilder language;
    const auto tokens = language.input("ids", {1, 32}, Element::int64);
    const auto numbers = language.reshape(language.cast(tokens, Element::float32), {32, 1, 1});
    language.output("language_padding", language.cast(tokens, Element::boolean), {1, 32},
                    Element::boolean);
    language.output("language_features", language.expand(numbers, {32, 1, 256}), {32, 1, 256});
    language.output("language_embeds", language.expand(numbers, {32, 1, 1024}), {32, 1, 1024});
    language.write(folder / "sam3_language_encoder.onnx");
    auto interface = read_model_interface(folder / "sam3.json");
    EXPECT_THAT(error_of([&] {
                    const Model model(interface);
                    static_cast<void>(segment(model, grey(), {.texts = {"train"}}));
                }).message(),
                HasSubstr("wants an input 'ids' [1, 32]"));
    interface.prompts.names = {{"tokens", "ids"},
                               {"text_attention_mask", "language_padding"},
                               {"text_memory", "language_features"},
                               {"text_embeds", "language_embeds"}};
    const Model model(interface);
    expect_segment(segment(model, grey(), {.texts = {"train"}}).at(0), "train", 0.9,
                   box_of(kThings[0]));
}

TEST_F(SegmentTest, PointsChooseTheReadingThatTheNetworkLikes) {
    const Image picture = grey();
    const Model sam(read_model_interface(write_tiny_mobile_sam(folder)));
    const Model sam2(read_model_interface(write_tiny_sam2(folder)));
    const SubjectHints point{.subject_points = {{150, 100}}, .background_points = {{10, 10}}};
    // Squares of a fifth of the network's 1024 pixels, which MobileSAM pads and SAM 2 stretches.
    expect_segment(segment(sam, picture, {.hints = {point}}).at(0), "points 1", 0.6,
                   {120, 70, 60, 60});
    expect_segment(segment(sam2, picture, {.hints = {point}}).at(0), "points 1", 0.6,
                   {120, 80, 60, 40});
}

TEST_F(SegmentTest, OnlySam1WithoutABoxGetsAPaddingPoint) {
    const Image picture = grey();
    const Model sam(read_model_interface(write_tiny_mobile_sam(folder)));
    const Model sam2(read_model_interface(write_tiny_sam2(folder)));
    const auto padding_score = [&](const Model& model, const SubjectHints& hints) {
        const EncodedPicture encoded = encode_picture(model, picture, {});
        return decode_points(model, encoded, hints, {}).scores.at(2);
    };
    const SubjectHints point{.subject_points = {{150, 100}}};
    // Its score is 0.1 for each label -1, clipped at 0 without one.
    EXPECT_NEAR(padding_score(sam, point), 0.1, 1e-6);
    EXPECT_EQ(padding_score(sam, {.box = kBox}), 0);
    EXPECT_EQ(padding_score(sam2, point), 0);
}

TEST_F(SegmentTest, APointOnSam3IsASmallBoxAndChoosesWhatLiesUnderIt) {
    const Image picture = grey();
    const Model model(read_model_interface(write_tiny_sam3(folder, TinyEnding::logits, 2)));
    const EncodedPicture encoded = encode_picture(model, picture, {});
    const auto text = encode_text(model, tokenizer(), "train", {});
    const auto chosen = [&](const SubjectHints& marks, const SubjectHints& hints) {
        const Candidates candidates = decode_concept(model, encoded, text, marks, {});
        return choose(candidates, hints, kSize, 0.3, SegmentKeep::best);
    };
    const SubjectHints nowhere{.subject_points = {{30, 190}}};
    EXPECT_THAT(chosen(nowhere, nowhere), ElementsAre(kThings.size()));
    EXPECT_THAT(chosen({}, nowhere), ElementsAre());
    // Of two trains the less sure one.
    EXPECT_THAT(chosen({}, {.subject_points = {{195, 50}}}), ElementsAre(2));
    EXPECT_THAT(chosen({}, {.box = Rect{175, 30, 40, 40}}), ElementsAre(2));
    EXPECT_THAT(chosen({}, {.subject_points = {{195, 50}}, .background_points = {{196, 51}}}),
                ElementsAre());
    const SubjectHints three{.box = kBox, .subject_points = {{70, 50}, {80, 60}}};
    const auto error =
        error_of([&] { static_cast<void>(segment(model, picture, {.hints = {three}})); });
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_THAT(error.message(), HasSubstr("takes 2 box or point a subject, not 3"));
}

TEST_F(SegmentTest, HalfPrecisionGraphsAnswerAlike) {
    const Model model(read_model_interface(write_tiny_sam2(folder, Element::float16)));
    expect_segment(segment(model, grey(), {.hints = {{.box = kBox}}}).at(0), "box 1", 0.9, kBox);
}

TEST_F(SegmentTest, MasksAreCutFromThePaddingInEveryShape) {
    const Model model(read_model_interface(write_tiny_mobile_sam(folder)));
    for (const Size size : {Size{200, 300}, Size{301, 97}, Size{64, 64}}) {
        Image picture(size, SampleType::u8, AlphaKind::none);
        const Rect box{size.width / 4, size.height / 4, size.width / 2, size.height / 2};
        const auto found = segment(model, picture, {.hints = {{.box = box}}});
        EXPECT_GT(overlap(found.at(0).matte, box), 0.9) << size.width << "x" << size.height;
    }
}

TEST_F(SegmentTest, PicturesOf16BitsAndWithAlphaAreSeenAsTheyAre) {
    const Model model(read_model_interface(write_tiny_sam3(folder)));
    for (const auto alpha : {AlphaKind::none, AlphaKind::straight}) {
        const Image picture(kSize, SampleType::u16, alpha);
        expect_segment(segment(model, picture, {.texts = {"train"}}).at(0), "train", 0.9,
                       box_of(kThings[0]));
    }
}

// ---- What does not fit.

TEST_F(SegmentTest, WordsNeedALanguagePart) {
    const Image picture = grey();
    const Model model(read_model_interface(write_tiny_sam2(folder)));
    const auto error =
        error_of([&] { static_cast<void>(segment(model, picture, {.texts = {"train"}})); });
    EXPECT_EQ(error.code(), ErrorCode::mismatch);
    EXPECT_THAT(error.message(), HasSubstr("takes boxes and points, no words"));
}

TEST_F(SegmentTest, HintsMustLieInThePicture) {
    const Image picture = grey();
    const Model model(read_model_interface(write_tiny_sam2(folder)));
    const Segmenter segmenter(model, picture);
    for (const SubjectHints& hints :
         {SubjectHints{.box = Rect{300, 10, 20, 20}}, SubjectHints{.subject_points = {{10, 200}}},
          SubjectHints{.background_points = {{10, 10}}}})
        EXPECT_EQ(
            error_of([&] { static_cast<void>(segmenter.segment({.hints = {hints}})); }).code(),
            ErrorCode::usage);
}

TEST_F(SegmentTest, AMissingVocabularyIsAnError) {
    const auto block = write_tiny_sam3(folder);
    fs::remove(folder / "vocabulary.txt");
    const Model model(read_model_interface(block));
    const Image picture = grey();
    const auto error = error_of([&] { const Segmenter segmenter(model, picture); });
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_EQ(error.context(), folder / "vocabulary.txt");
}

TEST_F(SegmentTest, AVocabularyOfAnotherNetworkIsNamed) {
    const auto block = write_tiny_sam3(folder);
    TinyBuilder language;  // with a table of ten tokens
    const auto tokens = language.input("tokens", {1, 32}, Element::int64);
    const auto known =
        language.add("Gather", {language.constant(std::vector<double>(10, 1), {10}), tokens});
    language.output("text_attention_mask", language.cast(tokens, Element::boolean), {1, 32},
                    Element::boolean);
    const auto column = language.reshape(known, {32, 1, 1});
    language.output("text_memory", language.expand(column, {32, 1, 256}), {32, 1, 256});
    language.output("text_embeds", language.expand(column, {32, 1, 1024}), {32, 1, 1024});
    language.write(folder / "sam3_language_encoder.onnx");
    const Image picture = grey();
    const Model model(read_model_interface(block));
    const auto error =
        error_of([&] { static_cast<void>(segment(model, picture, {.texts = {"train"}})); });
    EXPECT_EQ(error.code(), ErrorCode::model);
    EXPECT_THAT(error.message(), HasSubstr("vocabulary.txt with 525 tokens"));
}

TEST_F(SegmentTest, WrongGraphsAreNamedInOneLine) {
    const Image picture = grey();
    const auto block = write_tiny_sam2(folder);
    const auto message = [&](const fs::path& culprit) {
        const auto error = error_of([&] {
            const Model model(read_model_interface(block));
            static_cast<void>(segment(model, picture, {.hints = {{.box = kBox}}}));
        });
        EXPECT_EQ(error.code(), ErrorCode::model);
        EXPECT_EQ(error.context(), culprit);
        return error.message();
    };
    fs::copy_file(folder / "sam2_decoder.onnx", folder / "decoder.onnx");

    TinyBuilder no_scores;
    no_scores.output("masks", no_scores.input("image_embed", {1, 32, 4, 4}), {1, 32, 4, 4});
    no_scores.write(folder / "sam2_decoder.onnx");
    EXPECT_EQ(message(folder / "sam2_decoder.onnx"),
              "has no output 'iou_predictions' (it has: masks)");

    TinyBuilder other_shape;
    const auto embedding = other_shape.input("image_embed", {1, 32, 4, 4});
    other_shape.output("masks", embedding, {1, 32, 4, 4});
    other_shape.output("iou_predictions", other_shape.constant({1, 1}, {1, 2}), {1, 2});
    other_shape.write(folder / "sam2_decoder.onnx");
    EXPECT_EQ(message(folder / "sam2_decoder.onnx"),
              "gives 2 scores, but masks of shape [1, 32, 4, 4]");

    TinyBuilder unknown_input;
    static_cast<void>(unknown_input.input("depth_embed", {1, 2}));
    unknown_input.output("masks", unknown_input.input("image_embed", {1, 32, 4, 4}), {1, 32, 4, 4});
    unknown_input.output("iou_predictions", unknown_input.constant({1}, {1}), {1});
    unknown_input.write(folder / "sam2_decoder.onnx");
    EXPECT_THAT(message(folder / "sam2_decoder.onnx"),
                HasSubstr("wants an input 'depth_embed' [1, 2]"));

    fs::copy_file(folder / "decoder.onnx", folder / "sam2_decoder.onnx",
                  fs::copy_options::overwrite_existing);
    TinyBuilder small_picture;
    small_picture.output("image_embed", small_picture.input("image", {1, 3, 512, 512}),
                         {1, 3, 512, 512});
    small_picture.write(folder / "sam2_encoder.onnx");
    EXPECT_THAT(message(folder / "sam2_encoder.onnx"),
                HasSubstr("expected [1, 3, 1024, 1024] (nchw), found [1, 3, 512, 512]"));
}

TEST_F(SegmentTest, AModelWithoutPromptsIsRefused) {
    write_text(folder / "net.onnx", encode(onnx::tiny_network(4, 6)));
    write_text(folder / "net.json", R"({"task": "matte", "file": "net.onnx",
        "input": {"layout": "nchw", "size": {"width": 6, "height": 4}},
        "outputs": [{"meaning": "matte"}]})");
    const Model model(read_model_interface(folder / "net.json"));
    const Image picture = grey();
    EXPECT_EQ(error_of([&] { const Segmenter segmenter(model, picture); }).code(),
              ErrorCode::mismatch);
}

}  // namespace
}  // namespace diorama::perception
