#include "inference/download.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <memory>
#include <string_view>
#include <thread>
#include <utility>

#include "diorama/error.h"

namespace diorama::inference {
namespace {

struct CloseCurl {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
using Curl = std::unique_ptr<CURL, CloseCurl>;

// How a request ended.
struct Answer {
    CURLcode code = CURLE_OK;
    long status = 0;
    std::string redirect{};
    std::string reason{};  // why it is not what was wanted; empty where it is
};

[[noreturn]] void fail(const Download& what, const std::string& message) {
    throw Error(ErrorCode::network, message, what.title);
}

// One download's connection, and what its callbacks need.
class Transfer {
 public:
    Transfer(const Download& what, PartialFile& file, const DownloadLimits& limits,
             const RunContext& run);

    // Asks for what the file lacks, following redirects.
    Answer fetch();

 private:
    Answer ask(const std::string& address);
    void begin_body();
    void take(std::string_view bytes);
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
    static int on_wait(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

    template <class T>
    void set(CURLoption option, T value) {
        curl_easy_setopt(curl_.get(), option, value);
    }
    [[nodiscard]] long status() const {
        long status = 0;
        curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
        return status;
    }

    const Download& what_;
    PartialFile& file_;
    const DownloadLimits& limits_;
    const RunContext& run_;
    Curl curl_;
    std::array<char, CURL_ERROR_SIZE> message_{};
    std::int64_t first_byte_ = 0;  // that was asked for
    bool body_begun_ = false;
    std::exception_ptr failure_{};  // thrown where libcurl calls, which knows no exceptions
};

Transfer::Transfer(const Download& what, PartialFile& file, const DownloadLimits& limits,
                   const RunContext& run)
    : what_(what), file_(file), limits_(limits), run_(run) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (ready == CURLE_OK) curl_.reset(curl_easy_init());
    if (!curl_) fail(what, "libcurl could not be started");
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_USERAGENT, "diorama");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count() * 1000));
    set(CURLOPT_LOW_SPEED_LIMIT, 100L);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(std::ceil(limits.stall.count())));
    set(CURLOPT_BUFFERSIZE, 256L * 1024);
    set(CURLOPT_ERRORBUFFER, message_.data());
    set(CURLOPT_WRITEFUNCTION, &on_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(this));
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &on_wait);
    set(CURLOPT_XFERINFODATA, static_cast<void*>(this));
}

Answer Transfer::fetch() {
    std::string address = what_.address;
    for (int hops = 0;; ++hops) {
        Answer answer = ask(address);
        if (answer.redirect.empty()) return answer;
        if (hops == limits_.redirects)
            fail(what_, fmt::format("{} leads to other addresses without end", what_.address));
        check_redirect(address, answer.redirect);
        address = answer.redirect;
    }
}

Answer Transfer::ask(const std::string& address) {
    first_byte_ = file_.size_bytes();
    body_begun_ = false;
    message_[0] = '\0';
    const std::string range = fmt::format("{}-", first_byte_);
    set(CURLOPT_URL, address.c_str());
    set(CURLOPT_RANGE, first_byte_ > 0 ? range.c_str() : nullptr);
    Answer answer;
    answer.code = curl_easy_perform(curl_.get());
    run_.throw_if_stopped();
    if (failure_) std::rethrow_exception(failure_);
    answer.status = status();
    if (const char* redirect = nullptr;
        curl_easy_getinfo(curl_.get(), CURLINFO_REDIRECT_URL, &redirect) == CURLE_OK && redirect)
        answer.redirect = redirect;
    if (answer.status != 0 && answer.status != 200 && answer.status != 206)
        answer.reason = fmt::format("the server answers {}", answer.status);
    else if (answer.code == CURLE_OPERATION_TIMEDOUT)
        answer.reason = "the connection stalls";
    else if (answer.code != CURLE_OK)
        answer.reason = message_[0] != '\0' ? message_.data() : curl_easy_strerror(answer.code);
    else if (file_.size_bytes() < what_.size_bytes)
        answer.reason = "the connection ended early";
    return answer;
}

// A server that knows ranges continues; any other begins anew.
void Transfer::begin_body() {
    body_begun_ = true;
    curl_header* range = nullptr;
    const bool continues =
        status() == 206 &&
        curl_easy_header(curl_.get(), "Content-Range", 0, CURLH_HEADER, -1, &range) == CURLHE_OK &&
        std::string_view(range->value).starts_with(fmt::format("bytes {}-", first_byte_));
    if (!continues && file_.size_bytes() > 0) file_.start_over();
    if (!continues && status() == 206)
        fail(what_, "the server sends another part of the file than was asked for");
}

void Transfer::take(std::string_view bytes) {
    if (!body_begun_) begin_body();
    if (what_.size_bytes > 0 &&
        file_.size_bytes() + static_cast<std::int64_t>(bytes.size()) > what_.size_bytes) {
        file_.start_over();
        throw Error(ErrorCode::unreadable,
                    fmt::format("{} is not the file that the catalogue knows: it is larger than "
                                "{} bytes; nothing of it was kept",
                                what_.address, what_.size_bytes),
                    what_.title);
    }
    file_.append(bytes);
    run_.progress(what_.title, file_.size_bytes(), what_.size_bytes, ProgressUnit::bytes);
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const long status = transfer.status();
    if (status != 200 && status != 206) return 0;  // the page of an error or a redirect
    try {
        transfer.take({data, size * count});
        return size * count;
    } catch (...) {
        transfer.failure_ = std::current_exception();
        return 0;
    }
}

int Transfer::on_wait(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Transfer*>(self)->run_.stop.stop_requested() ? 1 : 0;
}

// Answers that would be the same the next time.
void throw_if_final(const Download& what, const Answer& answer) {
    switch (answer.code) {
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_URL_MALFORMAT:
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
            fail(what, fmt::format("cannot be fetched from {}: {}", what.address, answer.reason));
        default:
            break;
    }
    switch (answer.status) {
        case 401:
        case 403:
            fail(what, fmt::format("{} is not given to everybody ({}); fetch it by hand, and name "
                                   "the file as ID=FILE",
                                   what.address, answer.status));
        case 404:
        case 410:
            fail(what, fmt::format("{} is not there ({}); a mirror may have it "
                                   "(DIORAMA_MODEL_MIRROR)",
                                   what.address, answer.status));
        case 408:  // too late, too far, too often: another try may do
        case 416:
        case 429:
            break;
        default:
            if (answer.status >= 400 && answer.status < 500)
                fail(what, fmt::format("{}: {}", what.address, answer.reason));
    }
}

void wait(Seconds time, const RunContext& run) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
        run.throw_if_stopped();
        std::this_thread::sleep_for(std::min(Seconds(0.05), time));
    }
}

// Asks until the file is as long as it should be.
void fetch_rest(const Download& what, PartialFile& file, const DownloadLimits& limits,
                const RunContext& run) {
    Transfer transfer(what, file, limits, run);
    std::int64_t furthest = file.size_bytes();
    Seconds pause = limits.pause;
    int attempts = 0;
    while (what.size_bytes == 0 || file.size_bytes() < what.size_bytes) {
        const Answer answer = transfer.fetch();
        if (answer.reason.empty()) return;
        throw_if_final(what, answer);
        if (answer.status == 416) file.start_over();
        if (file.size_bytes() > furthest) {
            furthest = file.size_bytes();
            attempts = 0;
            pause = limits.pause;
        }
        if (++attempts >= limits.attempts)
            fail(what, fmt::format("{} could not be fetched whole: {}; the same command goes on "
                                   "where it broke off",
                                   what.address, answer.reason));
        wait(pause, run);
        pause *= 2;
    }
}

}  // namespace

void check_redirect(const std::string& from, const std::string& to) {
    if (to.starts_with("https://") || (to.starts_with("http://") && from.starts_with("http://")))
        return;
    throw Error(ErrorCode::network, fmt::format("leads to {}, which is not safe", to), from);
}

void download(const Download& what, PartialFile& file, const DownloadLimits& limits,
              const RunContext& run) {
    run.progress(what.title, file.size_bytes(), what.size_bytes, ProgressUnit::bytes);
    // Bytes of an earlier time may be another file's, so that one is given a second chance.
    const int chances = file.size_bytes() > 0 ? 2 : 1;
    std::string found;
    for (int chance = 0; chance < chances; ++chance) {
        fetch_rest(what, file, limits, run);
        found = file.sha256();
        if (found == what.sha256) return;
        file.start_over();
    }
    throw Error(
        ErrorCode::unreadable,
        fmt::format("{} is not the file that the catalogue knows: its SHA-256 is {} instead "
                    "of {}; nothing of it was kept",
                    what.address, found, what.sha256),
        what.title);
}

}  // namespace diorama::inference
