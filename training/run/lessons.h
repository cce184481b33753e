#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <future>

#include "data/batches.h"
#include "teacher/teacher.h"

namespace diorama::training {

// A batch and what the teacher says of it.
struct Lesson {
    Batch batch{};
    TeacherAnswer answer{};
};

// Makes the lessons of a phase; the next is made in another thread while one is learnt from.
class Lessons {
 public:
    Lessons(BatchMaker batches, Teacher teacher);
    ~Lessons();
    Lessons(const Lessons&) = delete;
    Lessons& operator=(const Lessons&) = delete;

    [[nodiscard]] Lesson make(std::int64_t step) const;
    // The same, for steps that follow one another.
    [[nodiscard]] Lesson take(std::int64_t step);

 private:
    BatchMaker batches_;
    Teacher teacher_;
    std::future<Lesson> next_;
};

}  // namespace diorama::training
