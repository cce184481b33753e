#include "pipeline/roto_notes.h"

#include <fmt/format.h>

#include <fstream>

#include "diorama/error.h"

namespace diorama::pipeline {
namespace {

std::filesystem::path file_of(const std::filesystem::path& folder, std::int64_t number) {
    return folder / fmt::format("{:08}.txt", number);
}

}  // namespace

void write_note(const std::filesystem::path& folder, std::int64_t number, const FrameNote& note) {
    std::ofstream stream(file_of(folder, number));
    stream << fmt::format("{:.9f} {}\n", note.time_s, note.starts_scene ? 1 : 0);
    for (std::size_t tone = 0; tone < kTones.size(); ++tone) {
        const auto& sums = note.colours.sums[tone];
        stream << fmt::format("{} {} {} {}\n", note.colours.pixels[tone], sums[0], sums[1],
                              sums[2]);
    }
    stream.close();
    if (!stream)
        throw Error(ErrorCode::unwritable, "could not be written",
                    file_of(folder, number).string());
}

FrameNote read_note(const std::filesystem::path& file) {
    FrameNote note;
    std::ifstream stream(file);
    stream >> note.time_s >> note.starts_scene;
    for (std::size_t tone = 0; tone < kTones.size(); ++tone) {
        auto& sums = note.colours.sums[tone];
        stream >> note.colours.pixels[tone] >> sums[0] >> sums[1] >> sums[2];
    }
    if (!stream)
        throw Error(ErrorCode::unreadable, "is torn; remove its folder and begin anew",
                    file.string());
    return note;
}

std::vector<FrameNote> read_notes(const std::filesystem::path& folder) {
    std::vector<FrameNote> notes;
    for (std::int64_t number = 0; std::filesystem::exists(file_of(folder, number)); ++number)
        notes.push_back(read_note(file_of(folder, number)));
    return notes;
}

}  // namespace diorama::pipeline
