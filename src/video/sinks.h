#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// The kinds of sink that open_sink() chooses from.

#include <filesystem>
#include <memory>
#include <optional>

#include "diorama/video.h"
#include "video/film_writer.h"

namespace diorama::video {

// Films, APNG and WebP: every frame goes to the encoder as it comes.
[[nodiscard]] std::unique_ptr<FrameSink> open_film_sink(const std::filesystem::path& file,
                                                        const SinkFormat& format,
                                                        const Container& container);

// GIF with one palette made of all frames, which therefore are kept on disk until finish().
[[nodiscard]] std::unique_ptr<FrameSink> open_gif_sink(const std::filesystem::path& file,
                                                       const SinkFormat& format);

// Numbered pictures. `pattern` has one %d or %0Nd in its file name.
[[nodiscard]] std::unique_ptr<FrameSink> open_sequence_sink(const std::filesystem::path& pattern,
                                                            const SinkFormat& format);
// Whether a path has a place for a number, as in "name_%04d.png".
[[nodiscard]] bool is_sequence_pattern(const std::filesystem::path& file);
// The path of picture `index`.
[[nodiscard]] std::filesystem::path sequence_path(const std::filesystem::path& pattern,
                                                  std::int64_t index);
// The number in the name of one of its pictures; none for other names.
[[nodiscard]] std::optional<std::int64_t> sequence_number(const std::filesystem::path& pattern,
                                                          const std::string& name);

// What an ending means for films, APNG and WebP. Throws Error: usage, unsupported.
[[nodiscard]] Container container_of(const std::filesystem::path& file, const SinkFormat& format);

// Whether all frames must be there before such a film can be made: animations, whose encoders look
// at all of them, and uncompressed pictures.
[[nodiscard]] bool is_encoded_as_a_whole(const std::filesystem::path& film,
                                         const SinkFormat& format);

[[noreturn]] void throw_no_frames(const std::filesystem::path& file);

}  // namespace diorama::video
