#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// What tests of films share: films and files in memory, and what the commands ffmpeg and ffprobe
// make and see of them.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "diorama/video.h"

namespace diorama {

inline std::string read_bytes(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

inline void write_bytes(const std::filesystem::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary) << bytes;
}

inline std::vector<FilmFrame> read_all(const std::filesystem::path& film) {
    FilmReader reader(film);
    std::vector<FilmFrame> frames;
    while (auto frame = reader.next()) frames.push_back(std::move(*frame));
    return frames;
}

inline bool have_ffmpeg() {
    return std::system("ffmpeg -version >/dev/null 2>&1 && ffprobe -version >/dev/null 2>&1") == 0;
}

// What a command prints.
inline std::string output_of(const std::string& command) {
    std::string text;
    FILE* pipe = ::popen(command.c_str(), "r");
    if (!pipe) return text;
    char buffer[4096];
    while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, pipe))
        text.append(buffer, count);
    EXPECT_EQ(::pclose(pipe), 0) << command;
    return text;
}

inline void run_ffmpeg(const std::filesystem::path& folder, const std::string& arguments) {
    const std::string command =
        fmt::format("cd '{}' && ffmpeg -v error -y {} </dev/null", folder.string(), arguments);
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
}

// A digest of what sound decodes to, or the words of subtitles.
inline std::string contents(const std::filesystem::path& film, const std::string& stream) {
    return output_of(fmt::format("ffmpeg -v error -i '{}' -map 0:{} -f {} -", film.string(), stream,
                                 stream[0] == 's' ? "srt" : "md5"));
}

}  // namespace diorama
