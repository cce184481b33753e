#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <charconv>
#include <deque>
#include <future>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "diorama/picture.h"
#include "video/conversion.h"
#include "video/sinks.h"

namespace diorama::video {
namespace fs = std::filesystem;
namespace {

// Where the number stands in a pattern, and how many digits it has at least.
struct NumberPlace {
    std::size_t begin = 0;
    std::size_t end = 0;
    int digits = 1;
};

// %d or %0Nd with N of one digit; anything else is an ordinary name.
std::optional<NumberPlace> find_number(const std::string& name) {
    for (std::size_t begin = name.find('%'); begin != std::string::npos;
         begin = name.find('%', begin + 1)) {
        const std::string_view rest = std::string_view(name).substr(begin + 1);
        if (rest.starts_with('d')) return NumberPlace{begin, begin + 2, 1};
        if (rest.size() >= 3 && rest[0] == '0' && rest[1] >= '1' && rest[1] <= '9' &&
            rest[2] == 'd')
            return NumberPlace{begin, begin + 4, rest[1] - '0'};
    }
    return std::nullopt;
}

enum class Alpha { kept, dropped };

Alpha alpha_of(const fs::path& pattern) {
    std::string ending = pattern.extension().string();
    std::ranges::transform(ending, ending.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const char* keeps : {".png", ".tif", ".tiff", ".exr", ".webp"})
        if (ending == keeps) return Alpha::kept;
    for (const char* drops : {".jpg", ".jpeg", ".bmp"})
        if (ending == drops) return Alpha::dropped;
    throw Error(ErrorCode::unsupported,
                "no kind of picture for a sequence; take .png, .jpg, .tif, .exr, .webp or .bmp",
                pattern.string());
}

// A hidden folder beside the sequence that disappears with whatever is still in it.
class StagingFolder {
 public:
    explicit StagingFolder(const fs::path& pattern) {
        static std::atomic<int> counter{0};
        path_ = pattern.parent_path() / fmt::format(".sequence.{}-{}", ::getpid(), counter++);
        std::error_code failure;
        fs::create_directory(path_, failure);
        if (failure)
            throw Error(ErrorCode::unwritable, "cannot be begun: " + failure.message(),
                        pattern.string());
    }
    ~StagingFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    StagingFolder(const StagingFolder&) = delete;
    StagingFolder& operator=(const StagingFolder&) = delete;

    [[nodiscard]] const fs::path& path() const { return path_; }

 private:
    fs::path path_;
};

// Pictures are compressed on several threads: it is far slower than making most of them.
class SequenceSink final : public FrameSink {
 public:
    SequenceSink(const fs::path& pattern, const SinkFormat& format)
        : pattern_(pattern),
          format_(format),
          most_at_once_(
              static_cast<std::size_t>(RunContext{.threads = format.threads}.thread_count())),
          staging_(pattern) {}

    void write(const Image& frame) override {
        if (frame.size() != format_.size || frame.sample_type() != format_.sample_type)
            throw Error(ErrorCode::mismatch, "a frame of another size or depth than the sequence",
                        pattern_.string());
        if (in_work_.size() >= most_at_once_) wait_for_oldest();
        const bool flatten = format_.alpha == AlphaKind::none && frame.channels() == 4;
        in_work_.push_back(std::async(
            std::launch::async,
            [this, picture = flatten ? drop_alpha(frame) : frame,
             target = sequence_path(pattern_, frames_)] { write_staged(picture, target); }));
        ++frames_;
    }

    void write_at(const Image& frame, Seconds /*time*/) override { write(frame); }

    // Either all pictures come into place or, where one cannot, none stays.
    void finish() override {
        if (frames_ == 0) throw_no_frames(pattern_);
        while (!in_work_.empty()) wait_for_oldest();
        for (std::int64_t i = 0; i < frames_; ++i) {
            const fs::path target = sequence_path(pattern_, i);
            std::error_code failure;
            fs::rename(staging_.path() / target.filename(), target, failure);
            if (!failure) continue;
            std::error_code ignored;
            for (std::int64_t done = 0; done < i; ++done)
                fs::remove(sequence_path(pattern_, done), ignored);
            throw Error(ErrorCode::unwritable, "could not be put in place: " + failure.message(),
                        target.string());
        }
    }

 private:
    void wait_for_oldest() {
        std::future<void> oldest = std::move(in_work_.front());
        in_work_.pop_front();
        oldest.get();
    }

    void write_staged(const Image& picture, const fs::path& target) const {
        try {
            write_picture(staging_.path() / target.filename(), picture);
        } catch (const Error& error) {  // which knows the hidden name alone
            throw Error(error.code(), error.message(), target.string());
        }
    }

    fs::path pattern_;
    SinkFormat format_;
    std::size_t most_at_once_;
    StagingFolder staging_;
    // After the folder, so that all work has ended before the folder goes.
    std::deque<std::future<void>> in_work_;
    std::int64_t frames_ = 0;
};

}  // namespace

bool is_sequence_pattern(const fs::path& file) {
    return find_number(file.filename().string()).has_value();
}

fs::path sequence_path(const fs::path& pattern, std::int64_t index) {
    std::string name = pattern.filename().string();
    const NumberPlace place = find_number(name).value();
    name.replace(place.begin, place.end - place.begin, fmt::format("{:0{}}", index, place.digits));
    return pattern.parent_path() / name;
}

std::optional<std::int64_t> sequence_number(const fs::path& pattern, const std::string& name) {
    const std::string form = pattern.filename().string();
    const NumberPlace place = find_number(form).value();
    const std::size_t tail = form.size() - place.end;
    if (name.size() <= place.begin + tail || !name.starts_with(form.substr(0, place.begin)))
        return std::nullopt;
    const std::string digits = name.substr(place.begin, name.size() - place.begin - tail);
    std::int64_t number = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool whole = code == std::errc() && end == digits.data() + digits.size() && number >= 0;
    if (!whole || sequence_path(pattern, number).filename() != name) return std::nullopt;
    return number;
}

std::unique_ptr<FrameSink> open_sequence_sink(const fs::path& pattern, const SinkFormat& format) {
    if (alpha_of(pattern) == Alpha::dropped && format.alpha != AlphaKind::none)
        throw Error(ErrorCode::unsupported, "keeps no alpha; take .png, .tif, .exr or .webp",
                    pattern.string());
    return std::make_unique<SequenceSink>(pattern, format);
}

}  // namespace diorama::video
