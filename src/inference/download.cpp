#include "inference/download.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <iterator>
#include <memory>
#include <string_view>
#include <thread>
#include <utility>

#include "diorama/error.h"

namespace diorama::inference {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kLeastBytesASecond = 100;

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
    [[nodiscard]] std::string complaint_about(const Answer& answer) const;
    void begin_body();
    void take(std::string_view bytes);
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
    bool stalls(std::int64_t received_bytes);
    static int on_wait(void* self, curl_off_t, curl_off_t received, curl_off_t, curl_off_t);

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
    std::int64_t first_byte_ = 0;   // that was asked for
    std::int64_t total_bytes_ = 0;  // 0: not known
    bool body_begun_ = false;
    Clock::time_point mark_{};     // when enough had come the last time,
    std::int64_t mark_bytes_ = 0;  // and how much
    bool stalled_ = false;
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
            fail(what_, fmt::format("{} leads to other addresses without end",
                                    without_login(what_.address)));
        check_redirect(address, answer.redirect);
        address = answer.redirect;
    }
}

Answer Transfer::ask(const std::string& address) {
    first_byte_ = file_.size_bytes();
    body_begun_ = false;
    message_[0] = '\0';
    mark_ = Clock::now();
    mark_bytes_ = 0;
    stalled_ = false;
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
    answer.reason = complaint_about(answer);
    return answer;
}

std::string Transfer::complaint_about(const Answer& answer) const {
    if (answer.status != 0 && answer.status != 200 && answer.status != 206)
        return fmt::format("the server answers {}", answer.status);
    if (stalled_) return "the connection stalls";
    if (answer.code != CURLE_OK)
        return message_[0] != '\0' ? message_.data() : curl_easy_strerror(answer.code);
    if (file_.size_bytes() < what_.size_bytes) return "the connection ended early";
    return {};
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
    curl_off_t rest = -1;
    curl_easy_getinfo(curl_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &rest);
    total_bytes_ = what_.size_bytes;
    if (total_bytes_ == 0 && rest >= 0) total_bytes_ = file_.size_bytes() + rest;
}

void Transfer::take(std::string_view bytes) {
    if (!body_begun_) begin_body();
    // libcurl lets no more bytes through than the server announces.
    const std::int64_t most = what_.size_bytes > 0 ? what_.size_bytes : limits_.largest_bytes;
    if (std::max(total_bytes_, file_.size_bytes() + std::ssize(bytes)) > most) {
        file_.start_over();
        throw Error(ErrorCode::unreadable,
                    fmt::format("{} is not the file that the catalogue knows: it is larger than "
                                "{} bytes; nothing of it was kept",
                                without_login(what_.address), most),
                    what_.title);
    }
    file_.append(bytes);
    run_.progress(what_.title, file_.size_bytes(), total_bytes_, ProgressUnit::bytes);
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const long status = transfer.status();
    if (status / 100 == 3) return size * count;    // a redirect's page is passed over,
    if (status != 200 && status != 206) return 0;  // an error's ends the answer
    try {
        transfer.take({data, size * count});
        return size * count;
    } catch (...) {
        transfer.failure_ = std::current_exception();
        return 0;
    }
}

bool Transfer::stalls(std::int64_t received_bytes) {
    const auto now = Clock::now();
    const double least = limits_.stall.count() * kLeastBytesASecond;
    if (static_cast<double>(received_bytes - mark_bytes_) >= least) {
        mark_bytes_ = received_bytes;
        mark_ = now;
    }
    stalled_ = now - mark_ > limits_.stall;
    return stalled_;
}

// libcurl calls this at least once a second.
int Transfer::on_wait(void* self, curl_off_t, curl_off_t received, curl_off_t, curl_off_t) {
    auto& transfer = *static_cast<Transfer*>(self);
    return transfer.run_.stop.stop_requested() || transfer.stalls(received) ? 1 : 0;
}

// Answers that would be the same the next time.
void throw_if_final(const Download& what, const Answer& answer) {
    const std::string address = without_login(what.address);
    switch (answer.code) {
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_URL_MALFORMAT:
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
            fail(what, fmt::format("cannot be fetched from {}: {}", address, answer.reason));
        default:
            break;
    }
    switch (answer.status) {
        case 401:
        case 403:
            fail(what, fmt::format("{} is not given to everybody ({}); fetch it by hand, and name "
                                   "the file as ID=FILE",
                                   address, answer.status));
        case 404:
        case 410:
            fail(what, fmt::format("{} is not there ({}); a mirror may have it "
                                   "(DIORAMA_MODEL_MIRROR)",
                                   address, answer.status));
        case 408:  // too late, too far, too often: another try may do
        case 416:
        case 429:
            break;
        default:
            if (answer.status >= 400 && answer.status < 500)
                fail(what, fmt::format("{}: {}", address, answer.reason));
    }
}

void wait(Seconds time, const RunContext& run) {
    const auto end = Clock::now() + time;
    while (Clock::now() < end) {
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
        if (answer.status == 416) {  // there is nothing after what came so far
            if (file.sha256() == what.sha256) return;
            file.start_over();
        }
        if (file.size_bytes() > furthest) {
            furthest = file.size_bytes();
            attempts = 0;
            pause = limits.pause;
        }
        if (++attempts >= limits.attempts)
            fail(what, fmt::format("{} could not be fetched whole: {}; the same command goes on "
                                   "where it broke off",
                                   without_login(what.address), answer.reason));
        wait(pause, run);
        pause *= 2;
    }
}

}  // namespace

std::string without_login(std::string_view address) {
    const auto scheme = address.find("://");
    const auto host = scheme == std::string_view::npos ? 0 : scheme + 3;
    const auto at = address.substr(0, address.find_first_of("/?#", host)).rfind('@');
    if (at == std::string_view::npos || at < host) return std::string(address);
    return fmt::format("{}{}", address.substr(0, host), address.substr(at + 1));
}

void check_redirect(const std::string& from, const std::string& to) {
    if (to.starts_with("https://") || (to.starts_with("http://") && from.starts_with("http://")))
        return;
    throw Error(ErrorCode::network,
                fmt::format("leads to {}, which is not safe", without_login(to)),
                without_login(from));
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
                    without_login(what.address), found, what.sha256),
        what.title);
}

}  // namespace diorama::inference
