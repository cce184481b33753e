#include "pipeline/holes.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "diorama/error.h"
#include "diorama/picture.h"
#include "pipeline/idle_options.h"
#include "pipeline/subjects.h"

namespace diorama::pipeline {
namespace {

constexpr const char* kSubject = "subject";

Matte read_hole(const std::string& file, Size picture, const ReadOptions& read) {
    Matte hole = read_matte(file, limits_of(read));
    if (hole.size() != picture)
        throw Error(ErrorCode::mismatch,
                    fmt::format("the mask is {}×{} but the picture is {}×{}; they must have one "
                                "size",
                                hole.width(), hole.height(), picture.width, picture.height),
                    file);
    if (std::ranges::none_of(hole.values(), [](float value) { return value >= 0.5F; }))
        throw Error(ErrorCode::unreadable,
                    "holds no white, so there is nothing to fill; white = hole", file);
    return hole;
}

}  // namespace

bool names_subject(const HoleSource& source) {
    return std::ranges::find(source.hole, kSubject) != source.hole.end();
}

void require_holes(const FillJob& job) {
    check(job.subject);
    if (job.hole.hole.empty())
        throw Error(ErrorCode::usage,
                    "what is to be filled? give --hole FILE, a mask with white = hole, or --hole "
                    "subject",
                    job.input.string());
    if (!names_subject(job.hole))
        refuse_changed(job.subject, {},
                       "says what the subject is, but --hole does not ask for it; give --hole "
                       "subject, too");
    for (const std::string& file : job.hole.hole)
        if (file != kSubject && !is_there(file) && file.find('%') == std::string::npos)
            throw Error(ErrorCode::not_found, "no such file", file);
}

std::vector<Matte> read_holes(const FillJob& job, Size picture) {
    std::vector<Matte> holes;
    for (const std::string& file : job.hole.hole)
        if (file != kSubject) holes.push_back(read_hole(file, picture, job.read));
    return holes;
}

}  // namespace diorama::pipeline
