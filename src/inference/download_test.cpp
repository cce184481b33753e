#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "core/thrown_error.h"
#include "diorama/catalogue.h"
#include "diorama/error.h"
#include "inference/digest.h"
#include "inference/http_server.h"
#include "inference/model_store.h"

namespace fs = std::filesystem;

namespace diorama::inference {
namespace {

using testing::answer_with;
using ::testing::HasSubstr;
using testing::HttpAnswer;
using testing::HttpRequest;
using testing::HttpServer;

constexpr DownloadLimits kImpatient{
    .connect = Seconds(2), .stall = Seconds(1), .attempts = 3, .pause = Seconds(0.01)};

std::string some_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    std::uint32_t state = 1;
    for (char& byte : bytes) byte = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    return bytes;
}

std::string digest_of(const std::string& bytes) {
    Sha256 digest;
    digest.add(bytes);
    return digest.hex();
}

std::string read_file(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

class Pull : public ::testing::Test {
 protected:
    fs::path folder = fs::temp_directory_path() / ("diorama-pull-" + std::to_string(::getpid()));
    std::string file = some_bytes(300'000);
    std::vector<Progress> progress{};
    RunContext run{.on_progress = [this](const Progress& step) { progress.push_back(step); }};

    void SetUp() override {
        ::setenv("XDG_CACHE_HOME", folder.c_str(), 1);
        ::setenv("no_proxy", "127.0.0.1", 1);
        ::unsetenv("DIORAMA_MODEL_MIRROR");
        ::unsetenv("DIORAMA_OFFLINE");
    }
    void TearDown() override {
        ::unsetenv("DIORAMA_MODEL_MIRROR");
        ::unsetenv("DIORAMA_OFFLINE");
        fs::remove_all(folder);
    }

    [[nodiscard]] ModelEntry entry_at(const std::string& address) const {
        return {.id = "net",
                .license = {.id = "MIT", .permissive = true},
                .files = {{.name = "net.onnx",
                           .address = address + "/net.onnx",
                           .size_bytes = static_cast<std::int64_t>(file.size()),
                           .sha256 = digest_of(file)}}};
    }
    [[nodiscard]] fs::path place() const { return folder / "diorama/models/net/net.onnx"; }
    [[nodiscard]] fs::path partial() const { return folder / "diorama/partial" / digest_of(file); }

    void pull(const ModelEntry& entry, const PullOptions& options = {}) {
        pull_model(entry, options, kImpatient, run);
    }

    // The promise about failures: one line with these words, and nothing among the models.
    void expect_failure(const ModelEntry& entry, ErrorCode code, const std::string& words,
                        const PullOptions& options = {}) {
        const Error error = error_of([&] { pull(entry, options); });
        EXPECT_EQ(error.code(), code) << error.what();
        EXPECT_THAT(error.what(), HasSubstr(words));
        EXPECT_FALSE(fs::exists(place()));
        EXPECT_NE(state_of(entry), ModelState::here);
    }
};

TEST_F(Pull, BringsAFileAndCountsItsBytes) {
    const HttpServer server([&](const HttpRequest& request) { return answer_with(file, request); });
    const ModelEntry entry = entry_at(server.address());
    EXPECT_EQ(state_of(entry), ModelState::not_here);
    pull(entry);
    EXPECT_EQ(read_file(place()), file);
    EXPECT_EQ(state_of(entry), ModelState::here);
    EXPECT_TRUE(fs::is_empty(folder / "diorama/partial"));
    ASSERT_FALSE(progress.empty());
    EXPECT_EQ(progress.back().done, 300'000);
    EXPECT_EQ(progress.back().total, 300'000);
    EXPECT_EQ(progress.back().unit, ProgressUnit::bytes);

    pull(entry);  // is here already
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(Pull, GoesOnWhereTheConnectionBroke) {
    int visits = 0;
    const HttpServer server([&](const HttpRequest& request) {
        HttpAnswer answer = answer_with(file, request);
        if (visits++ == 0) answer.sent_bytes = 100'000;
        return answer;
    });
    pull(entry_at(server.address()));
    EXPECT_EQ(read_file(place()), file);
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(requests[1].first_byte(), 100'000U);
    EXPECT_EQ(server.sent_bytes(), file.size());
}

TEST_F(Pull, GoesOnWithWhatAnEarlierRunLeft) {
    fs::create_directories(partial().parent_path());
    std::ofstream(partial(), std::ios::binary) << file.substr(0, 200'000);
    const HttpServer server([&](const HttpRequest& request) { return answer_with(file, request); });
    const ModelEntry entry = entry_at(server.address());
    EXPECT_EQ(state_of(entry), ModelState::in_part);
    pull(entry);
    EXPECT_EQ(read_file(place()), file);
    EXPECT_EQ(server.sent_bytes(), 100'000U);
}

TEST_F(Pull, StartsOverWhereWhatWasLeftIsAnothersFile) {
    fs::create_directories(partial().parent_path());
    std::ofstream(partial(), std::ios::binary) << std::string(200'000, 'x');
    const HttpServer server([&](const HttpRequest& request) { return answer_with(file, request); });
    pull(entry_at(server.address()));
    EXPECT_EQ(read_file(place()), file);
    EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(Pull, TakesTheWholeFileFromAServerWithoutRanges) {
    int visits = 0;
    const HttpServer server([&](const HttpRequest&) {
        return HttpAnswer{.body = file, .sent_bytes = visits++ == 0 ? 100'000 : std::string::npos};
    });
    pull(entry_at(server.address()));
    EXPECT_EQ(read_file(place()), file);
    EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(Pull, GivesUpOnAConnectionThatBreaksForGoodAndKeepsWhatCame) {
    const HttpServer server([&](const HttpRequest& request) {
        HttpAnswer answer = answer_with(file, request);
        answer.sent_bytes = request.first_byte() < 100'000 ? 100'000 : 0;
        return answer;
    });
    expect_failure(entry_at(server.address()), ErrorCode::network, "could not be fetched whole");
    EXPECT_EQ(fs::file_size(partial()), 100'000U);
}

TEST_F(Pull, RefusesOtherBytesAndKeepsNoneOfThem) {
    std::string other = file;
    other[1234] ^= 1;
    for (const std::string& body : {other, file + "more", file.substr(0, 1000)}) {
        const HttpServer server(
            [&](const HttpRequest& request) { return answer_with(body, request); });
        const bool shorter = body.size() < file.size();
        expect_failure(
            entry_at(server.address()), shorter ? ErrorCode::network : ErrorCode::unreadable,
            shorter ? "could not be fetched whole" : "is not the file that the catalogue");
        fs::remove_all(folder / "diorama/partial");
    }
}

TEST_F(Pull, SaysWhatTheServerAnswers) {
    const struct {
        std::string status, words;
        std::size_t visits;
    } answers[] = {{"404 Not Found", "is not there (404)", 1},
                   {"403 Forbidden", "is not given to everybody (403)", 1},
                   {"400 Bad Request", "the server answers 400", 1},
                   {"500 Internal Server Error", "the server answers 500", 3},
                   {"429 Too Many Requests", "the server answers 429", 3}};
    for (const auto& answer : answers) {
        SCOPED_TRACE(answer.status);
        const HttpServer server([&](const HttpRequest&) {
            return HttpAnswer{.status = answer.status, .body = "<html>sorry</html>"};
        });
        expect_failure(entry_at(server.address()), ErrorCode::network, answer.words);
        EXPECT_EQ(server.requests().size(), answer.visits);
        EXPECT_FALSE(fs::exists(partial()));
    }
}

TEST_F(Pull, AServerThatComesBackIsForgiven) {
    int visits = 0;
    const HttpServer server([&](const HttpRequest& request) {
        return visits++ < 2 ? HttpAnswer{.status = "503 Busy"} : answer_with(file, request);
    });
    pull(entry_at(server.address()));
    EXPECT_EQ(read_file(place()), file);
}

TEST_F(Pull, NoticesAStall) {
    const HttpServer server([&](const HttpRequest&) {
        return HttpAnswer{.body = file, .sent_bytes = 1000, .end = HttpAnswer::End::stall};
    });
    expect_failure(entry_at(server.address()), ErrorCode::network, "the connection stalls");
}

TEST_F(Pull, NamesAServerThatIsNotThere) {
    std::string address;
    {
        address = HttpServer([](const HttpRequest&) { return HttpAnswer{}; }).address();
    }
    expect_failure(entry_at(address), ErrorCode::network, address);
}

TEST_F(Pull, FollowsRedirectsButNotForEver) {
    const HttpServer server([&](const HttpRequest& request) {
        if (request.target == "/found") return answer_with(file, request);
        return HttpAnswer{
            .status = "302 Found",
            .headers = {request.target == "/net.onnx" ? "Location: /hop" : "Location: /found"},
            .body = "moved"};
    });
    pull(entry_at(server.address()));
    EXPECT_EQ(read_file(place()), file);
    fs::remove_all(folder);

    const HttpServer loop([&](const HttpRequest&) {
        return HttpAnswer{.status = "302 Found", .headers = {"Location: /net.onnx"}};
    });
    expect_failure(entry_at(loop.address()), ErrorCode::network, "without end");
    EXPECT_EQ(loop.requests().size(), 6U);

    const HttpServer elsewhere([&](const HttpRequest&) {
        return HttpAnswer{.status = "302 Found", .headers = {"Location: file:///etc/passwd"}};
    });
    expect_failure(entry_at(elsewhere.address()), ErrorCode::network, "which is not safe");
}

TEST_F(Pull, NeverLeavesHttps) {
    EXPECT_NO_THROW(check_redirect("https://a", "https://b"));
    EXPECT_NO_THROW(check_redirect("http://a", "https://b"));
    EXPECT_NO_THROW(check_redirect("http://a", "http://b"));
    EXPECT_THROW(check_redirect("https://a", "http://b"), Error);
    EXPECT_THROW(check_redirect("https://a", "ftp://b"), Error);
}

TEST_F(Pull, RefusesAnAnswerThatIsAnotherPart) {
    fs::create_directories(partial().parent_path());
    std::ofstream(partial(), std::ios::binary) << file.substr(0, 1000);
    const HttpServer server([&](const HttpRequest&) {
        return HttpAnswer{.status = "206 Partial Content",
                          .headers = {"Content-Range: bytes 5-299999/300000"},
                          .body = file.substr(5)};
    });
    expect_failure(entry_at(server.address()), ErrorCode::network, "another part");
}

// A limit on the size of files fails a write just as a full disk does.
TEST_F(Pull, AFullDiskIsAnErrorThatGivesTheSpaceBack) {
    const HttpServer server([&](const HttpRequest& request) { return answer_with(file, request); });
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const rlimit small{100'000, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    expect_failure(entry_at(server.address()), ErrorCode::unwritable, "XDG_CACHE_HOME");
    ::setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_FALSE(fs::exists(partial()));
}

TEST_F(Pull, LooksForSpaceBeforeItBegins) {
    const HttpServer server([&](const HttpRequest& request) { return answer_with(file, request); });
    ModelEntry entry = entry_at(server.address());
    entry.files[0].size_bytes = std::int64_t{1} << 60;
    expect_failure(entry, ErrorCode::unwritable, "GB are needed");
    EXPECT_TRUE(server.requests().empty());
}

TEST_F(Pull, AStopKeepsWhatCame) {
    const HttpServer server([&](const HttpRequest&) {
        return HttpAnswer{.body = file, .sent_bytes = 100'000, .end = HttpAnswer::End::stall};
    });
    std::stop_source stop;
    run.stop = stop.get_token();
    run.on_progress = [&](const Progress& step) {
        if (step.done == 100'000) stop.request_stop();
    };
    expect_failure(entry_at(server.address()), ErrorCode::cancelled, "stopped");
    EXPECT_EQ(read_file(partial()), file.substr(0, 100'000));
}

TEST_F(Pull, OfflineOpensNoConnection) {
    const HttpServer server([&](const HttpRequest& request) { return answer_with(file, request); });
    const ModelEntry entry = entry_at(server.address());
    expect_failure(entry, ErrorCode::network, "offline", {.offline = true});
    ::setenv("DIORAMA_OFFLINE", "1", 1);
    expect_failure(entry, ErrorCode::network, "offline");
    EXPECT_TRUE(server.requests().empty());
    ::setenv("DIORAMA_OFFLINE", "0", 1);
    pull(entry);
    ::setenv("DIORAMA_OFFLINE", "1", 1);
    pull(entry);  // what is here needs no connection
}

TEST_F(Pull, AMirrorIsACopyOfTheFolder) {
    const HttpServer server([&](const HttpRequest& request) { return answer_with(file, request); });
    ::setenv("DIORAMA_MODEL_MIRROR", (server.address() + "/models/").c_str(), 1);
    pull(entry_at("https://nowhere.invalid"));
    ASSERT_EQ(server.requests().size(), 1U);
    EXPECT_EQ(server.requests()[0].target, "/models/net/net.onnx");
}

TEST_F(Pull, AMirrorHasWhatNobodyElseOffers) {
    const HttpServer server([&](const HttpRequest& request) { return answer_with(file, request); });
    ModelEntry entry = entry_at("");
    entry.files[0].address.clear();
    EXPECT_EQ(state_of(entry), ModelState::file_only);
    ::setenv("DIORAMA_MODEL_MIRROR", server.address().c_str(), 1);
    EXPECT_EQ(state_of(entry), ModelState::not_here);
    pull(entry);
    EXPECT_EQ(read_file(place()), file);
    EXPECT_EQ(server.requests().at(0).target, "/net/net.onnx");

    entry.files[0].sha256.clear();  // what nobody could check is fetched from nowhere
    EXPECT_FALSE(entry.can_be_pulled());
    EXPECT_THROW(pull(entry), Error);
}

TEST_F(Pull, AMirrorsPasswordIsNeverShown) {
    std::string status = "404 Not Found";
    const HttpServer server([&](const HttpRequest&) { return HttpAnswer{.status = status}; });
    const std::string host = server.address().substr(std::string("http://").size());
    ::setenv("DIORAMA_MODEL_MIRROR", ("http://me:secret@" + host).c_str(), 1);
    const ModelEntry entry = entry_at("https://nowhere.invalid");
    for (const std::string answer : {"404 Not Found", "403 Forbidden", "400 Bad", "500 Broken"}) {
        status = answer;
        expect_failure(entry, ErrorCode::network, "http://" + host + "/net/net.onnx");
        EXPECT_THAT(error_of([&] { pull(entry); }).what(), ::testing::Not(HasSubstr("secret")));
    }
    for (const Progress& step : progress)
        EXPECT_THAT(step.stage, ::testing::Not(HasSubstr("secret")));
    EXPECT_THAT(server.requests().at(0).text, HasSubstr("Authorization: Basic"));

    EXPECT_EQ(without_login("https://a:b@c@host/x@y"), "https://host/x@y");
    EXPECT_EQ(without_login("me:secret@host/x"), "host/x");
    EXPECT_EQ(without_login("https://host:80/x?y@z"), "https://host:80/x?y@z");
}

TEST_F(Pull, ALicenseMayHaveToBeAccepted) {
    const HttpServer server([&](const HttpRequest& request) { return answer_with(file, request); });
    ModelEntry entry = entry_at(server.address());
    entry.license = {.id = "CC-BY-NC-4.0",
                     .address = "https://example.org/nc",
                     .meaning = "not for commercial use"};
    expect_failure(entry, ErrorCode::usage, "CC-BY-NC-4.0 (not for commercial use)");
    expect_failure(entry, ErrorCode::usage, "https://example.org/nc");
    EXPECT_TRUE(server.requests().empty());
    pull(entry, {.accept_license = true});
    EXPECT_EQ(read_file(place()), file);
}

TEST_F(Pull, AModelWithoutADigestIsNotPulled) {
    ModelEntry entry = entry_at("https://nowhere.invalid");
    entry.files[0].sha256.clear();
    EXPECT_EQ(state_of(entry), ModelState::file_only);
    expect_failure(entry, ErrorCode::unsupported, "the digest of its files is not known");
    entry = entry_at("");
    entry.files[0].address.clear();
    expect_failure(entry, ErrorCode::unsupported, "name it as net=PATH");
}

TEST_F(Pull, TwoAtOnceFetchOnce) {
    const HttpServer server([&](const HttpRequest& request) {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        return answer_with(file, request);
    });
    const ModelEntry entry = entry_at(server.address());
    std::atomic<int> waited{0};
    const RunContext watched{.on_progress = [&](const Progress& step) {
        if (step.stage.find("waiting") != std::string::npos) ++waited;
    }};
    // The lock belongs to the open file, so that threads stand for programs.
    std::thread first([&] { pull_model(entry, {}, kImpatient, {}); });
    while (server.requests().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    pull_model(entry, {}, kImpatient, watched);
    first.join();
    EXPECT_EQ(waited, 1);
    EXPECT_EQ(server.requests().size(), 1U);
    EXPECT_EQ(read_file(place()), file);
    EXPECT_TRUE(fs::is_empty(folder / "diorama/partial"));
}

TEST_F(Pull, AFileThatIsBeingFetchedIsNotRemoved) {
    fs::create_directories(partial().parent_path());
    PartialFile part(partial(), {});
    part.append(file);
    remove_model(entry_at("https://nowhere.invalid"));
    EXPECT_EQ(read_file(partial()), file);
}

TEST_F(Pull, OnlyTheFileThatWasFetchedIsMoved) {
    fs::create_directories(partial().parent_path());
    PartialFile part(partial(), {});
    part.append(file);
    fs::remove(partial());
    std::ofstream(partial(), std::ios::binary) << file.substr(0, 1000);
    EXPECT_THROW(part.move_to(folder / "net.onnx"), Error);
    EXPECT_FALSE(fs::exists(folder / "net.onnx"));
}

TEST_F(Pull, AnUnknownSizeIsTheServersWord) {
    int visits = 0;
    const HttpServer server([&](const HttpRequest& request) {
        HttpAnswer answer = answer_with(file, request);
        if (visits++ == 0) answer.sent_bytes = 100'000;
        return answer;
    });
    ModelEntry entry = entry_at(server.address());
    entry.files[0].size_bytes = 0;
    pull(entry);
    EXPECT_EQ(read_file(place()), file);
    EXPECT_EQ(progress.back().total, 300'000);
}

TEST_F(Pull, AServerCannotSendWithoutEnd) {
    ModelEntry entry = entry_at("");
    entry.files[0].size_bytes = 0;
    {  // what comes after the announced bytes is not taken,
        const HttpServer server([&](const HttpRequest&) {
            return HttpAnswer{.body = file + "more", .announced_bytes = file.size()};
        });
        entry.files[0].address = server.address() + "/net.onnx";
        pull(entry);
        EXPECT_EQ(read_file(place()), file);
        remove_model(entry);
    }
    // and too much is not even begun.
    const HttpServer server([&](const HttpRequest& request) { return answer_with(file, request); });
    entry.files[0].address = server.address() + "/net.onnx";
    DownloadLimits small = kImpatient;
    small.largest_bytes = 200'000;
    const Error error = error_of([&] { pull_model(entry, {}, small, run); });
    EXPECT_EQ(error.code(), ErrorCode::unreadable);
    EXPECT_THAT(error.what(), HasSubstr("is larger than 200000 bytes"));
    EXPECT_FALSE(fs::exists(partial()));
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(Pull, WhatIsWholeAlreadyIsNotFetchedAgain) {
    fs::create_directories(partial().parent_path());
    std::ofstream(partial(), std::ios::binary) << file;
    const HttpServer server([&](const HttpRequest& request) { return answer_with(file, request); });
    ModelEntry entry = entry_at(server.address());
    entry.files[0].size_bytes = 0;  // so that only the server can tell: it answers 416
    pull(entry);
    EXPECT_EQ(read_file(place()), file);
    EXPECT_EQ(server.sent_bytes(), 0U);
}

TEST_F(Pull, TheModelsMayLieOnAnotherDisk) {
    const fs::path disk = "/dev/shm";
    std::error_code reason;
    if (!fs::is_directory(disk, reason)) GTEST_SKIP() << "no other file system at " << disk;
    const fs::path elsewhere = disk / folder.filename();
    fs::create_directories(elsewhere);
    fs::create_directories(folder / "diorama");
    fs::create_directory_symlink(elsewhere, folder / "diorama/models");
    const HttpServer server([&](const HttpRequest& request) { return answer_with(file, request); });
    const ModelEntry entry = entry_at(server.address());
    pull(entry);
    EXPECT_EQ(read_file(elsewhere / "net/net.onnx"), file);
    EXPECT_EQ(state_of(entry), ModelState::here);
    EXPECT_TRUE(fs::is_empty(folder / "diorama/partial"));
    const auto files = fs::directory_iterator(elsewhere / "net");
    EXPECT_EQ(std::distance(begin(files), end(files)), 2);  // the file and its stamp
    fs::remove_all(elsewhere);
}

TEST_F(Pull, VerifyReadsTheFilesAndAnotherPullMendsThem) {
    const HttpServer server([&](const HttpRequest& request) { return answer_with(file, request); });
    const ModelEntry entry = entry_at(server.address());
    EXPECT_EQ(verify_model(entry)[0].complaint, "is missing");
    pull(entry);
    EXPECT_EQ(verify_model(entry)[0].complaint, "");
    std::string flipped = file;
    flipped[77] ^= 4;
    std::ofstream(place(), std::ios::binary) << flipped;
    EXPECT_THAT(verify_model(entry)[0].complaint, HasSubstr("has the SHA-256"));
    std::ofstream(place(), std::ios::binary) << "short";
    EXPECT_THAT(verify_model(entry)[0].complaint, HasSubstr("has 5 bytes instead of 300000"));
    pull(entry);
    EXPECT_EQ(read_file(place()), file);
    remove_model(entry);
    EXPECT_FALSE(fs::exists(place().parent_path()));
}

TEST_F(Pull, AFolderThatCannotBeMadeIsNamed) {
    std::ofstream(folder.string()) << "a file";
    expect_failure(entry_at("https://nowhere.invalid"), ErrorCode::unwritable, folder.string());
}

}  // namespace
}  // namespace diorama::inference
