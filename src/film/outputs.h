#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// The files of a segment, and the film that they become.

#include <filesystem>
#include <memory>
#include <vector>

#include "diorama/video.h"
#include "film/parts_folder.h"
#include "film/render.h"

namespace diorama::film {

// The part of one output that a segment makes.
class Part {
 public:
    Part() = default;
    virtual ~Part() = default;
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;
    virtual void prepare(const Drawn& drawn, std::int64_t number) = 0;
    virtual void write(const Drawn& drawn, std::int64_t number) = 0;
    [[nodiscard]] virtual std::vector<std::filesystem::path> finish() = 0;
};

// All that a segment makes.
class SegmentSink : public DrawnSink {
 public:
    // `folder`, which holds the plan, must outlive this. Throws Error as open_sink().
    SegmentSink(const PartsFolder& folder, std::size_t segment);
    void prepare(const Drawing& drawn, std::int64_t number) override;
    void write(const Drawing& drawn, std::int64_t number) override;
    // Throws Error: unwritable. The segment's files, whole; without it none stays.
    [[nodiscard]] std::vector<std::filesystem::path> finish();

 private:
    std::unique_ptr<Part> film_;
    std::unique_ptr<Part> side_{};
};

// A film on standard output, frame by frame as they come, without what else its input holds.
class StreamSink : public DrawnSink {
 public:
    // Throws Error as open_sink().
    StreamSink(const Output& output, const Plan& plan);
    void prepare(const Drawing&, std::int64_t) override {}
    void write(const Drawing& drawn, std::int64_t number) override;
    void finish() { sink_->finish(); }

 private:
    Output output_;
    const Plan& plan_;
    std::unique_ptr<FrameSink> sink_;
};

// Puts the film in place, made of the first `segments` of the folder, with the tracks of its input,
// and what was made beside it.
// Throws Error: unwritable, mismatch, unreadable.
void join(const PartsFolder& folder, std::size_t segments, const RunContext& run);

}  // namespace diorama::film
