#include "video/film_input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

#include "video/frame_source.h"

namespace diorama::video {
namespace fs = std::filesystem;
namespace {

// FFmpeg also reads play lists, subtitles, network streams and text as films. These are the kinds
// of file that hold a film in themselves.
constexpr std::array<std::string_view, 24> kFilmFormats{
    "mov", "matroska", "avi",          "mpegts", "mpeg", "mpegvideo", "ogg",  "flv",
    "gif", "apng",     "asf",          "mxf",    "nut",  "ivf",       "h264", "hevc",
    "obu", "m4v",      "yuv4mpegpipe", "dv",     "rm",   "wtv",       "vc1",  "gxf",
};

bool is_film_format(const AVInputFormat& format) {
    // One demuxer has several names: "mov,mp4,m4a,3gp,3g2,mj2".
    const std::string_view names = format.name;
    const std::string_view first = names.substr(0, names.find(','));
    return std::ranges::find(kFilmFormats, first) != kFilmFormats.end();
}

bool is_still_format(const AVInputFormat& format) {
    const std::string_view name = format.name;
    return name.ends_with("_pipe") || name == "image2" || name == "ico";
}

[[noreturn]] void throw_not_kept() {
    throw Error(ErrorCode::unwritable,
                fmt::format("what comes in could not be kept in {}: {}; TMPDIR names another place",
                            fs::temp_directory_path().string(), std::strerror(errno)),
                "-");
}

// Jobs go over a film more than once, which a pipe does not allow. What comes through it waits in a
// file without a name, which goes with the process.
fs::path keep_standard_input() {
    std::string name = (fs::temp_directory_path() / "diorama-XXXXXX").string();
    const int file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file < 0) throw_not_kept();
    ::unlink(name.c_str());
    std::vector<char> buffer(1 << 20);
    while (true) {
        const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        for (ssize_t done = 0; done < count;) {
            const ssize_t written =
                ::write(file, buffer.data() + done, static_cast<std::size_t>(count - done));
            if (written < 0) throw_not_kept();
            done += written;
        }
    }
    return fmt::format("/proc/self/fd/{}", file);
}

IoHandle open_file(const fs::path& name) {
    const fs::path file = find_bytes(name);
    std::error_code ignored;
    if (!fs::exists(file, ignored))
        throw Error(ErrorCode::not_found, "no such file", name.string());
    if (fs::is_directory(file, ignored))
        throw Error(ErrorCode::unreadable, "is a folder, not a film", name.string());
    if (fs::is_regular_file(file, ignored) && fs::file_size(file, ignored) == 0)
        throw Error(ErrorCode::unreadable, "is empty", name.string());
    AVIOContext* io = nullptr;
    const Reasons reasons;
    check(avio_open(&io, url_of(file).c_str(), AVIO_FLAG_READ), ErrorCode::unreadable,
          "cannot be opened", name.string(), &reasons);
    return IoHandle(io);
}

const AVInputFormat& find_film_format(AVIOContext* io, const fs::path& file) {
    const AVInputFormat* format = nullptr;
    const Reasons reasons;
    const int result = av_probe_input_buffer2(io, &format, file.string().c_str(), nullptr, 0, 0);
    if (result >= 0 && format && is_still_format(*format))
        throw Error(ErrorCode::unsupported, "is a still picture, not a film; give it as a picture",
                    file.string());
    if (result < 0 || !format || !is_film_format(*format))
        throw Error(ErrorCode::unreadable, "is not a film, or too damaged to tell", file.string());
    return *format;
}

InputHandle open_input(AVIOContext* io, const fs::path& file) {
    const AVInputFormat& format = find_film_format(io, file);
    const Reasons reasons;
    AVFormatContext* input = avformat_alloc_context();
    if (!input) throw std::bad_alloc();
    input->pb = io;
    // Frees the context itself where it fails.
    check(avformat_open_input(&input, url_of(file).c_str(), &format, nullptr),
          ErrorCode::unreadable, "cannot be read as a film", file.string(), &reasons);
    return InputHandle(input);
}

}  // namespace

fs::path find_bytes(const fs::path& film) {
    if (film != kStandardStream) return film;
    static const fs::path kept = keep_standard_input();
    return kept;
}

FilmInput open_film_header(const fs::path& file) {
    FilmInput input;
    input.io = open_file(file);
    input.film = open_input(input.io.get(), file);
    return input;
}

FilmInput open_film(const fs::path& file) {
    FilmInput input = open_film_header(file);
    const Reasons reasons;
    check(avformat_find_stream_info(input.film.get(), nullptr), ErrorCode::unreadable,
          "cannot be read as a film", file.string(), &reasons);
    return input;
}

AVStream& find_picture_stream(AVFormatContext& input, const fs::path& file) {
    for (unsigned i = 0; i < input.nb_streams; ++i) {
        AVStream& stream = *input.streams[i];
        const bool cover = (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
        if (stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO && !cover) return stream;
    }
    throw Error(ErrorCode::unreadable, "holds no moving pictures", file.string());
}

}  // namespace diorama::video
