#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <cstdint>
#include <functional>
#include <future>
#include <utility>

namespace diorama::training {

// Makes what each step learns from; the next is made in another thread while one is in use.
template <class Lesson>
class Ahead {
 public:
    explicit Ahead(std::function<Lesson(std::int64_t step)> make) : make_(std::move(make)) {}
    ~Ahead() {
        if (next_.valid()) next_.wait();
    }
    Ahead(const Ahead&) = delete;
    Ahead& operator=(const Ahead&) = delete;

    // For steps that follow one another.
    [[nodiscard]] Lesson take(std::int64_t step) {
        Lesson lesson = next_.valid() ? next_.get() : make_(step);
        next_ = std::async(std::launch::async, [this, step] { return make_(step + 1); });
        return lesson;
    }

 private:
    std::function<Lesson(std::int64_t)> make_;
    std::future<Lesson> next_;
};

}  // namespace diorama::training
