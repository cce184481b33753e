#include <gtest/gtest.h>
#include <openssl/sha.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "diorama/catalogue.h"
#include "diorama/picture.h"
#include "inference/http_server.h"
#include "inference/tiny_onnx.h"
#include "run_command.h"

namespace fs = std::filesystem;

namespace diorama::tests {
namespace {

using inference::testing::answer_with;
using inference::testing::HttpAnswer;
using inference::testing::HttpRequest;
using inference::testing::HttpServer;
using inference::testing::write_text;

const std::string kPhoto = (fs::path(DIORAMA_SOURCE_DIR) / "examples/still_life.jpg").string();

std::string read_file(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// A catalogue of one network, which a server on this machine offers: what a person does who adds a
// model of a known interface.
class Models : public testing::Test {
 protected:
    fs::path folder = fs::temp_directory_path() / ("diorama-models-" + std::to_string(::getpid()));
    std::string network = encode(inference::testing::tiny_network(48, 64));
    std::atomic<bool> slow{false};
    HttpServer server{[this](const HttpRequest& request) {
        HttpAnswer answer = answer_with(network, request);
        if (slow) {
            answer.sent_bytes = 100;
            answer.end = HttpAnswer::End::stall;
        }
        return answer;
    }};

    void SetUp() override {
        fs::create_directories(folder / "work");
        write_text(folder / "network", network);
        ::setenv("XDG_CACHE_HOME", (folder / "cache").c_str(), 1);
        ::setenv("DIORAMA_MODEL_CATALOG", (folder / "mine.json").c_str(), 1);
        ::setenv("no_proxy", "127.0.0.1", 1);
        write_catalogue("MIT");
    }
    void TearDown() override {
        ::unsetenv("DIORAMA_MODEL_CATALOG");
        ::unsetenv("DIORAMA_OFFLINE");
        fs::remove_all(folder);
    }

    [[nodiscard]] nlohmann::json entry_of(const std::string& id, const std::string& license) const {
        return {{"id", id},
                {"title", "The green of a picture as its depth"},
                {"task", "depth"},
                {"good_for", "tests"},
                {"license", {{"id", license}, {"address", "https://example.org/license"}}},
                {"files",
                 {{{"name", "green.onnx"},
                   {"address", server.address() + "/green.onnx"},
                   {"size_bytes", network.size()},
                   {"sha256", digest()}}}},
                {"figures", {{{"name", "speed"}, {"value", "quick"}, {"source", "a guess"}}}},
                {"interface",
                 {{"task", "depth"},
                  {"file", "green.onnx"},
                  {"input", {{"layout", "nchw"}, {"size", {{"width", 64}, {"height", 48}}}}},
                  {"outputs", {{{"meaning", "inverse_depth"}}}}}}};
    }
    void write_catalogue(const std::string& license) const {
        const nlohmann::json models = nlohmann::json::array({entry_of("green-net", license)});
        write_text(folder / "mine.json", nlohmann::json{{"models", models}}.dump());
    }
    [[nodiscard]] std::string digest() const {
        unsigned char sum[SHA256_DIGEST_LENGTH];
        SHA256(reinterpret_cast<const unsigned char*>(network.data()), network.size(), sum);
        constexpr std::string_view kDigits = "0123456789abcdef";
        std::string text;
        for (const unsigned char byte : sum) {
            text += kDigits[byte / 16];
            text += kDigits[byte % 16];
        }
        return text;
    }
    [[nodiscard]] fs::path place() const {
        return folder / "cache/diorama/models/green-net/green.onnx";
    }

    CommandResult run(const std::vector<std::string>& arguments) const {
        return run_command(folder / "work", arguments);
    }
    CommandResult expect_success(const std::vector<std::string>& arguments) const {
        CommandResult result = run(arguments);
        EXPECT_EQ(result.status, 0) << result.err;
        return result;
    }
    void expect_failure(const std::vector<std::string>& arguments, int status,
                        const std::string& words) const {
        const CommandResult result = run(arguments);
        EXPECT_EQ(result.status, status) << result.err;
        ASSERT_EQ(result.error_lines().size(), 1U) << result.err;
        EXPECT_TRUE(result.err.starts_with("diorama: ")) << result.err;
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
    }
};

TEST_F(Models, AModelIsListedPulledVerifiedAndUsedByItsName) {
    expect_failure({"depth", kPhoto, "-o", "d.png", "--depth-model", "green-net"}, 1,
                   "green-net: is not on this machine yet; run: diorama models pull green-net");
    EXPECT_FALSE(fs::exists(folder / "work/d.png"));
    expect_failure({"models", "path", "green-net"}, 1, "is not on this machine");

    EXPECT_NE(expect_success({"models", "list"}).out.find("green-net"), std::string::npos);
    expect_success({"models", "pull", "green-net"});
    EXPECT_EQ(read_file(place()), network);
    EXPECT_EQ(expect_success({"models", "path", "green-net"}).out, place().string() + "\n");
    EXPECT_NE(expect_success({"models", "verify"}).out.find("green-net/green.onnx is right"),
              std::string::npos);

    expect_success({"depth", kPhoto, "-o", "d.png", "--depth-model", "green-net"});
    EXPECT_EQ(read_inverse_depth(folder / "work/d.png").size(), read_picture(kPhoto).size());
    expect_success({"depth", kPhoto, "-o", "own.png", "--depth-model",
                    "green-net=" + (folder / "network").string()});
    EXPECT_EQ(read_file(folder / "work/own.png"), read_file(folder / "work/d.png"));
    expect_failure({"matte", kPhoto, "-o", "m.png", "--matte-model", "green-net"}, 1,
                   "is a model for depth");

    network.back() ^= 1;
    write_text(place(), network);
    expect_failure({"models", "verify", "green-net"}, 1, "green-net: not what the catalogue knows");
    EXPECT_NE(run({"models", "verify"}).out.find("has the SHA-256"), std::string::npos);

    expect_success({"models", "remove", "green-net"});
    EXPECT_FALSE(fs::exists(place()));
}

TEST_F(Models, ListAndInfoSpeakJson) {
    const auto list =
        nlohmann::json::parse(expect_success({"models", "list", "--task", "depth", "--json"}).out);
    EXPECT_GT(list.size(), 5U);
    for (const auto& entry : list) EXPECT_EQ(entry["task"], "depth");
    EXPECT_EQ(list.back()["id"], "green-net");
    EXPECT_EQ(list.back()["state"], "not here");

    const auto info =
        nlohmann::json::parse(expect_success({"models", "info", "green-net", "--json"}).out);
    EXPECT_EQ(info["license"]["permissive"], true);
    EXPECT_EQ(info["files"][0]["size_bytes"], network.size());
    const auto block =
        nlohmann::json::parse(expect_success({"models", "info", "green-net", "--block"}).out);
    EXPECT_EQ(block, info["interface"]);
    const std::string text = expect_success({"models", "info", "green-net"}).out;
    for (const std::string words : {"quick (published: a guess)", "https://example.org/license",
                                    "free for any use", "SHA-256"})
        EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
}

TEST_F(Models, TheBlockServesBesideAFile) {
    const auto block = expect_success({"models", "info", "green-net", "--block"}).out;
    write_text(folder / "work/green.json", block);
    write_text(folder / "work/green.onnx", network);
    expect_success({"depth", kPhoto, "-o", "d.png", "--depth-model", "green.onnx"});
}

TEST_F(Models, WrongWordsAreOneLine) {
    expect_failure({"models"}, 2, "say what to do: list, info");
    expect_failure({"models", "pull"}, 2, "models: say what to do");
    expect_failure({"models", "info", "gren-net"}, 2, "did you mean green-net?");
    expect_failure({"models", "list", "--task", "colour"}, 2, "none of: depth, matte");
    expect_failure({"depth", kPhoto, "-o", "d.png", "--depth-model", "gren-net"}, 2,
                   "did you mean green-net?");
    expect_failure({"models", "pull", "selfie"}, 1, "cannot be pulled");
    write_text(folder / "mine.json", R"({"models": [{"id": "x"}]})");
    expect_failure({"models", "list"}, 1, "mine.json, x: 'title' is missing");
}

TEST_F(Models, OfflineAndLicencesAreRespected) {
    expect_failure({"models", "pull", "green-net", "--offline"}, 1, "offline");
    ::setenv("DIORAMA_OFFLINE", "1", 1);
    expect_failure({"models", "pull", "green-net"}, 1, "offline");
    ::unsetenv("DIORAMA_OFFLINE");
    write_catalogue("CC-BY-NC-4.0");
    expect_failure({"models", "pull", "green-net"}, 2, "not for commercial use");
    EXPECT_TRUE(server.requests().empty());
    expect_success({"models", "pull", "green-net", "--accept-license"});
}

TEST_F(Models, OfSeveralEachIsCheckedBeforeOneIsFetched) {
    const nlohmann::json models =
        nlohmann::json::array({entry_of("green-net", "MIT"), entry_of("strict-net", "GPL-3.0")});
    write_text(folder / "mine.json", nlohmann::json{{"models", models}}.dump());
    expect_failure({"models", "pull", "green-net", "strict-net"}, 2, "strict-net: its licence is");
    expect_failure({"models", "pull", "green-net", "selfie"}, 1, "selfie: cannot be pulled");
    EXPECT_TRUE(server.requests().empty());
    expect_success({"models", "pull", "green-net", "strict-net", "--accept-license"});
}

TEST_F(Models, VerifyAdvisesWhatCanBeDone) {
    expect_failure({"models", "verify", "green-net"}, 1, "run: diorama models pull green-net");
    const std::string line = run({"models", "verify", "selfie"}).err;
    EXPECT_NE(line.find("name your own file as selfie=FILE"), std::string::npos) << line;
    EXPECT_EQ(line.find("models pull"), std::string::npos) << line;
}

TEST_F(Models, AreListedWithoutAHome) {
    const std::string home = std::getenv("HOME") == nullptr ? "" : std::getenv("HOME");
    ::unsetenv("HOME");
    ::unsetenv("XDG_CACHE_HOME");
    EXPECT_NE(expect_success({"models", "list"}).out.find("not here"), std::string::npos);
    EXPECT_NE(expect_success({"models", "info", "isnet"}).out.find("not here"), std::string::npos);
    expect_success({"models", "list", "--json"});
    expect_failure({"models", "pull", "green-net"}, 1, "set XDG_CACHE_HOME or HOME");
    if (!home.empty()) ::setenv("HOME", home.c_str(), 1);
}

TEST_F(Models, CtrlCKeepsWhatCameAndTheNextPullGoesOn) {
    slow = true;
    const CommandResult stopped = run_command(folder / "work", {"models", "pull", "green-net"},
                                              [&] { return server.sent_bytes() == 100; });
    EXPECT_EQ(stopped.status, 130) << stopped.err;
    EXPECT_FALSE(fs::exists(place()));
    slow = false;
    const auto before = server.sent_bytes();
    EXPECT_EQ(before, 100U);
    expect_success({"models", "pull", "green-net"});
    EXPECT_EQ(server.sent_bytes() - before, network.size() - 100);
    EXPECT_EQ(read_file(place()), network);
}

TEST_F(Models, TheDevelopmentNetworksRunByTheirNames) {
    const fs::path shared = fs::path(DIORAMA_SHARED_DIR) / "models";
    if (!fs::exists(shared)) GTEST_SKIP() << "no development material at " << shared;
    const auto at = [&](const std::string& id, const std::string& file) {
        return id + "=" + (shared / file).string();
    };
    const CommandResult depth = expect_success(
        {"depth", kPhoto, "-o", "d.exr", "--depth-model", at("tcmonodepth-small", "tcmonodepth")});
    EXPECT_TRUE(depth.err.find("the same model?") == std::string::npos) << depth.err;
    EXPECT_EQ(read_inverse_depth(folder / "work/d.exr").size(), read_picture(kPhoto).size());
    expect_success({"matte", kPhoto, "-o", "m.png", "--matte-model",
                    at("isnet-quint8", "isnet_general_use_quint8.onnx")});
    const Matte truth = read_matte(fs::path(DIORAMA_SOURCE_DIR) / "examples/still_life_matte.png");
    const Matte found = read_matte(folder / "work/m.png");
    double both = 0;
    double either = 0;
    for (std::size_t i = 0; i < truth.values().size(); ++i) {
        both += std::min(found.values()[i], truth.values()[i]);
        either += std::max(found.values()[i], truth.values()[i]);
    }
    EXPECT_GT(both / either, 0.8);
    const fs::path person = fs::path(DIORAMA_SHARED_DIR) / "data/photos/eval/bsds_15011.jpg";
    expect_success({"matte", person.string(), "-o", "p.png", "--matte-model",
                    at("selfie", "selfie_segmentation.onnx")});
}

}  // namespace
}  // namespace diorama::tests
