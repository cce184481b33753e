#include "run/lessons.h"

#include <utility>

namespace diorama::training {

Lessons::Lessons(BatchMaker batches, Teacher teacher)
    : batches_(std::move(batches)), teacher_(std::move(teacher)) {}

Lessons::~Lessons() {
    if (next_.valid()) next_.wait();
}

Lesson Lessons::make(std::int64_t step) const {
    Lesson lesson{.batch = batches_.make(step), .answer = {}};
    if (teacher_) lesson.answer = teacher_(lesson.batch.clean);
    return lesson;
}

Lesson Lessons::take(std::int64_t step) {
    Lesson lesson = next_.valid() ? next_.get() : make(step);
    next_ = std::async(std::launch::async, [this, step] { return make(step + 1); });
    return lesson;
}

}  // namespace diorama::training
