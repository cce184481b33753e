#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "core/thrown_error.h"
#include "diorama/catalogue.h"
#include "diorama/error.h"
#include "inference/catalogue.h"
#include "inference/digest.h"
#include "inference/interface.h"
#include "inference/tiny_onnx.h"

namespace fs = std::filesystem;

namespace diorama::inference {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::write_text;

constexpr std::string_view kCatalogue = R"({"models": [{
    "id": "small-net", "title": "Small", "task": "depth", "good_for": "tests",
    "license": {"id": "MIT", "address": "https://example.org/mit"},
    "files": [{"name": "net.onnx", "address": "https://example.org/net.onnx", "size_bytes": 12,
               "sha256": "59ffe12a70df15109e0345955e3230a978f31ebc28d8fe3e42d306afb28b8e81"}],
    "figures": [{"name": "speed", "value": "fast", "source": "us"}],
    "interface": {"task": "depth", "file": "net.onnx",
                  "input": {"layout": "nchw", "size": {"width": 6, "height": 4}},
                  "outputs": [{"meaning": "inverse_depth"}]}}]})";

std::string replaced(std::string_view from, std::string_view to) {
    std::string text(kCatalogue);
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

// A home of its own for each test, and none of the caller's variables.
class Catalogue : public ::testing::Test {
 protected:
    fs::path folder =
        fs::temp_directory_path() / ("diorama-catalogue-" + std::to_string(::getpid()));

    void SetUp() override {
        fs::create_directories(folder);
        ::setenv("XDG_CACHE_HOME", (folder / "cache").c_str(), 1);
        ::unsetenv("DIORAMA_MODEL_CATALOG");
        ::unsetenv("DIORAMA_MODEL_MIRROR");
    }
    void TearDown() override {
        ::unsetenv("DIORAMA_MODEL_CATALOG");
        fs::remove_all(folder);
    }

    // The entry's model, as a pull would have left it.
    void put_here(const ModelEntry& entry) const {
        fs::create_directories(folder_of(entry));
        for (const ModelFile& file : entry.files)
            write_text(folder_of(entry) / file.name,
                       std::string(static_cast<std::size_t>(file.size_bytes), 'x'));
    }
};

TEST_F(Catalogue, ReadsAnEntry) {
    const auto entries = parse_catalogue(kCatalogue, "c.json");
    ASSERT_EQ(entries.size(), 1U);
    const ModelEntry& entry = entries.front();
    EXPECT_EQ(entry.id, "small-net");
    EXPECT_EQ(entry.task, ModelTask::depth);
    EXPECT_EQ(entry.size_bytes(), 12);
    EXPECT_TRUE(entry.license.permissive);
    EXPECT_TRUE(entry.can_be_pulled());
    EXPECT_EQ(parse_interface(entry.interface_block, "", "there").file, fs::path("there/net.onnx"));
}

// The network that ships needs no home, no file and no connection.
TEST_F(Catalogue, ABuiltInModelRunsFromTheLibrary) {
    ::unsetenv("XDG_CACHE_HOME");
    const auto catalogue = read_model_catalogue();
    const ModelEntry& entry = find_entry(catalogue, kBuiltInDepth);
    EXPECT_EQ(state_of(entry), ModelState::built_in);
    EXPECT_GT(entry.size_bytes(), 1'000'000);
    EXPECT_FALSE(entry.can_be_pulled());
    for (const std::function<void()>& call : std::vector<std::function<void()>>{
             [&] { pull_model(entry, {}); }, [&] { (void)verify_model(entry); },
             [&] { remove_model(entry); }})
        EXPECT_THAT(error_of(call).what(), HasSubstr("is part of Diorama itself"));

    const Model model(find_model(std::string(kBuiltInDepth), {ModelTask::depth}));
    Image picture({120, 80}, SampleType::u8, AlphaKind::none);
    for (std::size_t i = 0; i < picture.size_bytes(); ++i)
        picture.data()[i] = static_cast<std::uint8_t>(i / 97);
    const auto results = model.run(picture);
    ASSERT_EQ(results.size(), 1U);
    EXPECT_EQ(results[0].size, (Size{576, 384}));
    const auto [low, high] = std::ranges::minmax(results[0].values);
    EXPECT_TRUE(std::isfinite(low) && std::isfinite(high));
    EXPECT_LT(low, high);
}

TEST_F(Catalogue, NothingElseIsBuiltIn) {
    const auto entry = replaced(R"("figures")", R"("built_in": true, "figures")");
    EXPECT_THAT(
        error_of([&] { (void)parse_catalogue(entry, "c.json"); }).what(),
        HasSubstr("c.json, small-net: 'built_in' is true, but this library has no such file"));
    const auto word = replaced(R"("figures")", R"("built_in": "yes", "figures")");
    EXPECT_THAT(error_of([&] { (void)parse_catalogue(word, "c.json"); }).what(),
                HasSubstr("'built_in' must be true or false"));
}

TEST_F(Catalogue, NamesTheEntryAndTheKeyThatAreWrong) {
    const struct {
        std::string_view from, to, words;
    } slips[] = {
        {R"({"models")", R"({"model")", "'models' is missing"},
        {R"("title")", R"("tittle")", "c.json, small-net: 'title' is missing"},
        {R"("good_for": "tests")", R"("good_for": "tests", "colour": 1)", "'colour' is not a key"},
        {R"("task": "depth", "good)", R"("task": "depths", "good)", "none of: depth, matte"},
        {R"("small-net")", R"("Small Net")", "models[0]: 'id' is 'Small Net'"},
        {R"("small-net")", R"("..")", "'id' is '..'"},
        {R"("name": "net.onnx")", R"("name": "../net.onnx")", "'files[0].name' is '../net.onnx'"},
        {R"("name": "net.onnx")", R"("name": "/etc/net.onnx")", "the plain name of a file"},
        {R"("name": "net.onnx")", R"("name": ".hidden")", "the plain name of a file"},
        {R"(e81"}])", R"(e8"}])", "small-net: 'files[0].sha256' must be 64"},
        {R"(e81"}])", R"(e8F"}])", "small-net: 'files[0].sha256' must be 64"},
        {R"("size_bytes": 12)", R"("size_bytes": -12)", "'files[0].size_bytes' must be a whole"},
        {R"(https://example.org/net)", R"(ftp://example.org/net)", "which is no address"},
        {R"("id": "MIT")", R"("name": "MIT")", "'license.id' is missing"},
        {R"("source": "us")", R"("from": "us")", "'figures[0].source' is missing"},
        {R"("layout": "nchw")", R"("layout": "nchv")", "small-net: interface: 'input.layout'"},
        {R"({"task": "depth", "file": "net.onnx")", R"({"task": "depth", "file": "other.onnx")",
         "'interface' names other.onnx, which is not among 'files'"},
        {R"({"task": "depth", "file": "net.onnx")", R"({"task": "depth", "file": "/net.onnx")",
         "'interface' names /net.onnx, which is not among 'files'"},
        {R"({"models": [)", R"({"models": [,)", "the catalogue is not JSON"},
        {R"("good_for": "tests")", R"("good_for": "te\nsts")", "without control characters"},
        {R"("good_for": "tests")", R"("good_for": "tests", "a\u001b[2Jb\nc": 1)",
         R"('a\x1b[2Jb\x0ac' is not a key)"},
        {R"("size_bytes": 12)", R"("size_bytes": 1000000000001)", "from 1 to 1000000000000"},
    };
    for (const auto& slip : slips) {
        SCOPED_TRACE(slip.to);
        const Error error =
            error_of([&] { (void)parse_catalogue(replaced(slip.from, slip.to), "c.json"); });
        EXPECT_EQ(error.code(), ErrorCode::unreadable);
        EXPECT_THAT(error.what(), HasSubstr(slip.words));
        EXPECT_THAT(error.what(), HasSubstr("c.json"));
    }
}

TEST_F(Catalogue, RefusesTheSameIdTwice) {
    const auto entry = std::string(kCatalogue.substr(12, kCatalogue.size() - 14));
    const auto twice = R"({"models": [)" + entry + "," + entry + "]}";
    EXPECT_THAT(error_of([&] { (void)parse_catalogue(twice, "c.json"); }).what(),
                HasSubstr("two entries with the id 'small-net'"));
}

TEST_F(Catalogue, TheShippedOneIsSound) {
    const auto entries = read_model_catalogue();
    EXPECT_GE(entries.size(), 20U);
    for (const ModelEntry& entry : entries) {
        SCOPED_TRACE(entry.id);
        EXPECT_TRUE(is_known_license(entry.license.id)) << entry.license.id;
        EXPECT_THAT(entry.license.address, ::testing::StartsWith("https://"));
        EXPECT_TRUE(entry.built_in || entry.page.starts_with("https://")) << entry.page;
        EXPECT_LE(entry.good_for.size(), 70U);
        EXPECT_FALSE(entry.license.meaning.empty());
        for (const ModelFile& file : entry.files) {
            EXPECT_THAT(file.address, ::testing::AnyOf("", ::testing::StartsWith("https://")));
        }
        if (entry.interface_block.empty()) continue;
        EXPECT_EQ(parse_interface(entry.interface_block, entry.id, {}).task, entry.task);
    }
}

TEST_F(Catalogue, ThePageNamesEveryModel) {
    std::ifstream stream(fs::path(DIORAMA_SOURCE_DIR) / "docs/models.md");
    const std::string page((std::istreambuf_iterator<char>(stream)), {});
    for (const ModelEntry& entry : read_model_catalogue())
        EXPECT_THAT(page, HasSubstr("`" + entry.id + "`"));
}

TEST_F(Catalogue, TheUsersFileAddsAndReplaces) {
    const std::size_t shipped = read_model_catalogue().size();
    write_text(folder / "mine.json", kCatalogue);
    ::setenv("DIORAMA_MODEL_CATALOG", (folder / "mine.json").c_str(), 1);
    EXPECT_EQ(read_model_catalogue().size(), shipped + 1);
    EXPECT_EQ(find_entry(read_model_catalogue(), "small-net").title, "Small");
    write_text(folder / "mine.json", replaced("small-net", "isnet"));
    EXPECT_EQ(read_model_catalogue().size(), shipped);
    EXPECT_EQ(find_entry(read_model_catalogue(), "isnet").title, "Small");
    ::setenv("DIORAMA_MODEL_CATALOG", (folder / "none.json").c_str(), 1);
    EXPECT_EQ(error_of([] { (void)read_model_catalogue(); }).code(), ErrorCode::not_found);
    ::setenv("DIORAMA_MODEL_CATALOG", folder.c_str(), 1);
    EXPECT_THAT(error_of([] { (void)read_model_catalogue(); }).what(), HasSubstr("is a folder"));
}

TEST_F(Catalogue, AMachineWithoutAHomeHasNoModels) {
    const ModelEntry entry = parse_catalogue(kCatalogue, "c.json").front();
    const std::string home = std::getenv("HOME") == nullptr ? "" : std::getenv("HOME");
    ::unsetenv("XDG_CACHE_HOME");
    ::unsetenv("HOME");
    EXPECT_EQ(state_of(entry), ModelState::not_here);
    EXPECT_EQ(error_of([&] { (void)folder_of(entry); }).code(), ErrorCode::unwritable);
    if (!home.empty()) ::setenv("HOME", home.c_str(), 1);
}

TEST_F(Catalogue, SuggestsWhatAWrongIdMayHaveMeant) {
    const auto catalogue = read_model_catalogue();
    const auto words_of = [&](const std::string& id) {
        return std::string(error_of([&] { (void)find_entry(catalogue, id); }).what());
    };
    EXPECT_THAT(words_of("isnett"), HasSubstr("did you mean isnet?"));
    EXPECT_THAT(words_of("depth-anything-v2-smal"), HasSubstr("depth-anything-v2-small"));
    EXPECT_THAT(words_of("depth-anything-v2"), HasSubstr("depth-anything-v2-small"));
    EXPECT_THAT(words_of("qqqqqqqq"), HasSubstr("diorama models list"));
}

TEST_F(Catalogue, OnlyListedLicensesArePermissive) {
    EXPECT_TRUE(describe_license("Apache-2.0").permissive);
    for (const std::string id : {"CC-BY-NC-4.0", "LicenseRef-SAM", "GPL-3.0-only", "Free", ""})
        EXPECT_FALSE(describe_license(id).permissive) << id;
}

TEST_F(Catalogue, DigestsAreSha256) {
    Sha256 digest;
    EXPECT_EQ(digest.hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    digest.add("a");
    EXPECT_NE(digest.hex(), "");  // asking does not end it
    digest.add("bc");
    const std::string abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    EXPECT_EQ(digest.hex(), abc);
    write_text(folder / "abc", "abc");
    EXPECT_EQ(sha256_of(folder / "abc"), abc);
    EXPECT_EQ(error_of([&] { (void)sha256_of(folder / "gone"); }).code(), ErrorCode::not_found);
}

// ---- What a person may mean by a model ----------------------------------------------------------

class FindModel : public Catalogue {
 protected:
    ModelEntry entry = parse_catalogue(kCatalogue, "c.json").front();
    std::vector<std::string> warnings{};

    void SetUp() override {
        Catalogue::SetUp();
        write_text(folder / "mine.json", kCatalogue);
        ::setenv("DIORAMA_MODEL_CATALOG", (folder / "mine.json").c_str(), 1);
    }
    ModelInterface find(const std::string& text, ModelTask task = ModelTask::depth) {
        return find_model(text, {task}, {.on_warning = [this](const std::string& line) {
                              warnings.push_back(line);
                          }});
    }
};

TEST_F(FindModel, AnIdNeedsItsFiles) {
    const Error error = error_of([&] { (void)find("small-net"); });
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_THAT(error.what(), HasSubstr("run: diorama models pull small-net (12 bytes, MIT)"));
    put_here(entry);
    EXPECT_EQ(find("small-net").file, folder / "cache/diorama/models/small-net/net.onnx");
    // A file of another size is none of the model's.
    write_text(folder_of(entry) / "net.onnx", "x");
    EXPECT_EQ(error_of([&] { (void)find("small-net"); }).code(), ErrorCode::not_found);
}

TEST_F(FindModel, AChangedFileIsNeverUsed) {
    put_here(entry);
    EXPECT_NO_THROW((void)find("small-net"));
    write_text(folder_of(entry) / "net.onnx", "xxxxxxyxxxxx");
    fs::last_write_time(folder_of(entry) / "net.onnx", fs::file_time_type::clock::now() + 1h);
    const Error error = error_of([&] { (void)find("small-net"); });
    EXPECT_EQ(error.code(), ErrorCode::mismatch);
    EXPECT_THAT(error.what(), HasSubstr("run: diorama models pull small-net"));
    put_here(entry);
    EXPECT_NO_THROW((void)find("small-net"));
}

TEST_F(FindModel, AFileOfUnknownSizeIsHereOnceItIsVerified) {
    entry.files[0].size_bytes = 0;
    fs::create_directories(folder_of(entry));
    write_text(folder_of(entry) / "net.onnx", "xx");
    EXPECT_NE(state_of(entry), ModelState::here);
    EXPECT_NE(verify_model(entry)[0].complaint, "");
    write_text(folder_of(entry) / "net.onnx", std::string(12, 'x'));
    EXPECT_EQ(verify_model(entry)[0].complaint, "");
    EXPECT_EQ(state_of(entry), ModelState::here);
}

TEST_F(FindModel, AFileWithoutADigestIsNeverHere) {
    put_here(entry);
    entry.files[0].sha256.clear();
    EXPECT_EQ(state_of(entry), ModelState::file_only);
    EXPECT_FALSE(verify_model(entry)[0].has_digest);
}

TEST_F(FindModel, ALicenseThatIsNotPermissiveShowsInThePull) {
    write_text(folder / "mine.json", replaced(R"("id": "MIT")", R"("id": "CC-BY-NC-4.0")"));
    EXPECT_THAT(error_of([&] { (void)find("small-net"); }).what(),
                HasSubstr("pull small-net --accept-license (12 bytes, CC-BY-NC-4.0)"));
}

TEST_F(FindModel, OwnFilesTakeTheEntrysInterface) {
    write_text(folder / "own.onnx", "twelve bytes");
    EXPECT_EQ(find("small-net=" + (folder / "own.onnx").string()).file, folder / "own.onnx");
    EXPECT_TRUE(warnings.empty());
    write_text(folder / "own.onnx", "others");
    EXPECT_EQ(find("small-net=" + (folder / "own.onnx").string()).file, folder / "own.onnx");
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_THAT(warnings[0], HasSubstr("has 6 bytes, and the catalogue knows it with 12"));

    fs::create_directories(folder / "files");
    EXPECT_THAT(error_of([&] { (void)find("small-net=" + (folder / "files").string()); }).what(),
                HasSubstr("lacks net.onnx"));
    write_text(folder / "files/net.onnx", "twelve bytes");
    EXPECT_EQ(find("small-net=" + (folder / "files").string()).file, folder / "files/net.onnx");
    EXPECT_EQ(error_of([&] { (void)find("small-net=gone.onnx"); }).code(), ErrorCode::not_found);
    EXPECT_THAT(error_of([&] { (void)find("smal-net=gone.onnx"); }).what(),
                HasSubstr("did you mean small-net?"));
}

TEST_F(FindModel, AModelOfSeveralFilesIsAFolder) {
    write_text(folder / "one.onnx", "x");
    EXPECT_THAT(
        error_of([&] { (void)find("tcmonodepth-small=" + (folder / "one.onnx").string()); }).what(),
        HasSubstr("9 files; name the folder"));
    const fs::path real = fs::path(DIORAMA_SHARED_DIR) / "models/tcmonodepth";
    if (!fs::exists(real)) GTEST_SKIP() << "no development material at " << DIORAMA_SHARED_DIR;
    const ModelInterface found = find("tcmonodepth-small=" + real.string());
    EXPECT_EQ(found.variants.size(), 9U);
    EXPECT_TRUE(fs::exists(found.variants[3].file));
    EXPECT_TRUE(warnings.empty());
}

TEST_F(FindModel, AFileCountsBeforeAnId) {
    write_text(folder / "net.onnx", "");
    write_text(folder / "net.json", R"({"task": "matte", "file": "net.onnx",
        "input": {"layout": "nchw", "size": {"width": 6, "height": 4}},
        "outputs": [{"meaning": "matte"}]})");
    EXPECT_EQ(find((folder / "net.onnx").string(), ModelTask::matte).file, folder / "net.onnx");
    EXPECT_EQ(find((folder / "net.json").string(), ModelTask::matte).file, folder / "net.onnx");
    EXPECT_EQ(error_of([&] { (void)find("gone.onnx"); }).code(), ErrorCode::not_found);
    EXPECT_EQ(error_of([&] { (void)find("small-nets"); }).code(), ErrorCode::usage);
}

TEST_F(FindModel, AFileThatIsCalledAsAnIdHidesNoModel) {
    put_here(entry);
    const fs::path before = fs::current_path();
    fs::current_path(folder);
    write_text(folder / "small-net", "notes");
    EXPECT_EQ(find("small-net").file, folder_of(entry) / "net.onnx");
    write_text(folder / "notes", "notes");
    EXPECT_THAT(error_of([&] { (void)find("notes"); }).what(), HasSubstr("neither an .onnx"));
    fs::current_path(before);
}

TEST_F(FindModel, HalfANameIsAnErrorOfItsOwn) {
    EXPECT_THAT(error_of([&] { (void)find("=x"); }).what(), HasSubstr("no model is named before"));
    EXPECT_THAT(error_of([&] { (void)find("small-net="); }).what(),
                HasSubstr("no file is named after"));
}

TEST_F(FindModel, RefusesAModelOfAnotherTask) {
    put_here(entry);
    const Error error = error_of([&] { (void)find("small-net", ModelTask::matte); });
    EXPECT_EQ(error.code(), ErrorCode::mismatch);
    EXPECT_THAT(error.what(), HasSubstr("is a model for depth, and one for matte is needed here"));
}

TEST_F(FindModel, WhatCannotBePulledSaysHowToBringIt) {
    EXPECT_THAT(error_of([&] { (void)find("selfie", ModelTask::matte); }).what(),
                HasSubstr("name your own file as selfie=PATH"));
}

}  // namespace
}  // namespace diorama::inference
