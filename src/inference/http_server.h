#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// A web server on this machine for tests, which misbehaves as it is told: raw sockets can cut an
// answer off, stall in the middle of it, and send what no well-kept server would.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace diorama::inference::testing {

struct HttpRequest {
    std::string target{};  // "/id/name"
    std::string text{};    // all of it

    // The first byte that is asked for by "Range: bytes=N-"; 0 where none is.
    [[nodiscard]] std::size_t first_byte() const {
        constexpr std::string_view kRange = "Range: bytes=";
        const auto at = text.find(kRange);
        std::size_t first = 0;
        if (at != std::string::npos)
            std::from_chars(text.data() + at + kRange.size(), text.data() + text.size(), first);
        return first;
    }
};

struct HttpAnswer {
    std::string status = "200 OK";
    std::vector<std::string> headers{};
    std::string body{};
    // What becomes of the connection after so many bytes of the body.
    std::size_t sent_bytes = std::string::npos;
    std::optional<std::size_t> announced_bytes{};  // in place of the body's own number
    enum class End { close, stall } end = End::close;
};

// The whole file, or the part of it that is asked for.
inline HttpAnswer answer_with(const std::string& file, const HttpRequest& request) {
    const std::size_t first = request.first_byte();
    if (first == 0) return {.body = file};
    if (first >= file.size()) return {.status = "416 Range Not Satisfiable"};
    return {.status = "206 Partial Content",
            .headers = {"Content-Range: bytes " + std::to_string(first) + "-" +
                        std::to_string(file.size() - 1) + "/" + std::to_string(file.size())},
            .body = file.substr(first)};
}

class HttpServer {
 public:
    using Handler = std::function<HttpAnswer(const HttpRequest&)>;

    explicit HttpServer(Handler handler) : handler_(std::move(handler)) {
        socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        auto* any = reinterpret_cast<sockaddr*>(&address);
        if (::bind(socket_, any, length) != 0 || ::listen(socket_, 16) != 0 ||
            ::getsockname(socket_, any, &length) != 0)
            throw std::runtime_error("no server on this machine");
        port_ = ntohs(address.sin_port);
        listener_ = std::thread([this] { listen(); });
    }
    ~HttpServer() {
        ended_ = true;
        ::shutdown(socket_, SHUT_RDWR);
        listener_.join();
        for (std::thread& visit : visits_) visit.join();
        ::close(socket_);
    }
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    [[nodiscard]] std::string address() const {
        return "http://127.0.0.1:" + std::to_string(port_);
    }
    [[nodiscard]] std::vector<HttpRequest> requests() const {
        const std::lock_guard lock(mutex_);
        return requests_;
    }
    // Bytes of bodies that went out so far.
    [[nodiscard]] std::size_t sent_bytes() const { return sent_bytes_; }

 private:
    void listen() {
        while (true) {
            const int visitor = ::accept(socket_, nullptr, nullptr);
            if (visitor < 0) return;
            visits_.emplace_back([this, visitor] {
                serve(visitor);
                ::close(visitor);
            });
        }
    }

    void serve(int visitor) {
        HttpRequest request;
        char block[4096];
        while (request.text.find("\r\n\r\n") == std::string::npos) {
            const ssize_t count = ::recv(visitor, block, sizeof block, 0);
            if (count <= 0) return;
            request.text.append(block, static_cast<std::size_t>(count));
        }
        const auto begin = request.text.find(' ') + 1;
        request.target = request.text.substr(begin, request.text.find(' ', begin) - begin);
        {
            const std::lock_guard lock(mutex_);
            requests_.push_back(request);
        }
        const HttpAnswer answer = handler_(request);
        std::string head = "HTTP/1.1 " + answer.status + "\r\nConnection: close\r\n";
        const std::size_t announced = answer.announced_bytes.value_or(answer.body.size());
        head += "Content-Length: " + std::to_string(announced) + "\r\n";
        for (const std::string& header : answer.headers) head += header + "\r\n";
        send(visitor, head + "\r\n");
        const std::string_view body = std::string_view(answer.body).substr(0, answer.sent_bytes);
        send(visitor, body);
        sent_bytes_ += body.size();
        while (answer.end == HttpAnswer::End::stall && !ended_)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }

    static void send(int visitor, std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t count = ::send(visitor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }

    Handler handler_;
    int socket_ = -1;
    int port_ = 0;
    std::atomic<bool> ended_{false};
    std::atomic<std::size_t> sent_bytes_{0};
    mutable std::mutex mutex_;
    std::vector<HttpRequest> requests_;
    std::thread listener_;
    std::vector<std::thread> visits_;  // of the listener alone, until it ends
};

}  // namespace diorama::inference::testing
