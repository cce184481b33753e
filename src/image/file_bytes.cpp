#include "image/file_bytes.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "core/temporary_file.h"

namespace diorama::image {
namespace fs = std::filesystem;
namespace {

// Room for headers, thumbnails and profiles beside the pixels, and for 4 floats a pixel.
constexpr std::int64_t kHeaderBytes = 64 << 20;
constexpr std::int64_t kBytesPerPixel = 16;

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using OpenFile = std::unique_ptr<std::FILE, CloseFile>;

std::string reason_of(int error_number) {
    return std::generic_category().message(error_number);
}

}  // namespace

FileBytes read_file_bytes(const fs::path& path, const PictureLimits& limits) {
    std::error_code failure;
    const fs::file_status status = fs::status(path, failure);
    if (!fs::exists(status)) throw Error(ErrorCode::not_found, "no such file", path.string());
    if (fs::is_directory(status))
        throw Error(ErrorCode::unreadable, "is a folder, not a picture", path.string());
    if (!fs::is_regular_file(status))
        throw Error(ErrorCode::unreadable, "is no regular file", path.string());

    const OpenFile file(std::fopen(path.c_str(), "rb"));
    if (!file)
        throw Error(ErrorCode::unreadable, "cannot be opened: " + reason_of(errno), path.string());
    const auto size = static_cast<std::int64_t>(fs::file_size(path, failure));
    if (failure)
        throw Error(ErrorCode::unreadable, "cannot be read: " + failure.message(), path.string());
    if (size == 0) throw Error(ErrorCode::unreadable, "the file is empty", path.string());
    if (size > limits.max_pixels * kBytesPerPixel + kHeaderBytes)
        throw Error(ErrorCode::too_large,
                    fmt::format("{} bytes are more than a picture of {} pixels can have", size,
                                limits.max_pixels),
                    path.string());

    FileBytes result{.path = path, .bytes = std::vector<std::uint8_t>(size)};
    if (std::fread(result.bytes.data(), 1, result.bytes.size(), file.get()) != result.bytes.size())
        throw Error(ErrorCode::unreadable, "cannot be read to its end", path.string());
    return result;
}

void write_file_bytes(const fs::path& path, std::span<const std::uint8_t> bytes) {
    core::TemporaryFile target(path);
    OpenFile file(std::fopen(target.path().c_str(), "wb"));
    // A full disk shows when the buffer is flushed, at the latest by fclose().
    if (!file || std::fwrite(bytes.data(), 1, bytes.size(), file.get()) != bytes.size() ||
        std::fclose(file.release()) != 0)
        throw Error(ErrorCode::unwritable, "cannot be written: " + reason_of(errno), path.string());
    target.commit();
}

std::string flattened(std::string_view message) {
    std::string line;
    for (const char c : message) {
        const bool blank = c == '\n' || c == '\r' || c == '\t' || c == ' ';
        if (!blank)
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    while (!line.empty() && (line.back() == ' ' || line.back() == '.')) line.pop_back();
    return line;
}

void throw_broken(const FileBytes& file, std::string_view format, std::string_view reason) {
    throw Error(ErrorCode::unreadable,
                fmt::format("cannot be read as {}: {}; it may be cut short or damaged", format,
                            reason.empty() ? "no reason given" : flattened(reason)),
                file.path.string());
}

void require_allowed_size(const FileBytes& file, std::int64_t width, std::int64_t height,
                          const PictureLimits& limits) {
    if (width < 1 || height < 1)
        throw Error(ErrorCode::unreadable,
                    fmt::format("its header gives a size of {}×{} pixels", width, height),
                    file.path.string());
    if (width > limits.max_pixels / height)
        throw Error(ErrorCode::too_large,
                    fmt::format("{}×{} pixels are over the limit of {} pixels; make it smaller",
                                width, height, limits.max_pixels),
                    file.path.string());
}

}  // namespace diorama::image
