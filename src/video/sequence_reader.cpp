#include "video/sequence_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "diorama/error.h"
#include "diorama/picture.h"
#include "video/sinks.h"

namespace diorama::video {
namespace fs = std::filesystem;
namespace {

std::vector<std::int64_t> find_numbers(const fs::path& pattern) {
    const fs::path folder = pattern.has_parent_path() ? pattern.parent_path() : fs::path(".");
    std::vector<std::int64_t> numbers;
    std::error_code failure;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, failure))
        if (const auto number = sequence_number(pattern, entry.path().filename().string()))
            numbers.push_back(*number);
    if (numbers.empty())
        throw Error(ErrorCode::not_found, "there is no picture of such a name", pattern.string());
    std::ranges::sort(numbers);
    return numbers;
}

// A number that has nothing to do with the others makes a film of nothing but repetitions.
void check_gaps(const std::vector<std::int64_t>& numbers, const fs::path& pattern) {
    const auto found = static_cast<std::int64_t>(numbers.size());
    const std::int64_t length = numbers.back() - numbers.front() + 1;
    if (length > 10 * found + 100)
        throw Error(ErrorCode::unreadable,
                    fmt::format("has only {} pictures from number {} to {}; move those that do not "
                                "belong to it",
                                found, numbers.front(), numbers.back()),
                    pattern.string());
}

}  // namespace

SequenceReader::SequenceReader(const fs::path& pattern, Rational fps)
    : pattern_(pattern), numbers_(find_numbers(pattern)) {
    check_gaps(numbers_, pattern);
    const Image first = read(numbers_.front());
    info_ = {.size = first.size(),
             .fps = fps,
             .frames = numbers_.back() - numbers_.front() + 1,
             .codec = pattern.extension().string().substr(1),
             .bits = first.sample_type() == SampleType::u8 ? 8 : 16,
             .clock = {fps.den, fps.num}};
    info_.duration = Seconds(static_cast<double>(info_.frames) / fps.value());
    for (std::int64_t number = numbers_.front(); number < numbers_.back(); ++number)
        if (!std::ranges::binary_search(numbers_, number)) info_.missing.push_back(number);
}

std::optional<FilmFrame> SequenceReader::next() {
    if (index_ == info_.frames) return std::nullopt;
    const double frame_s = 1 / info_.fps.value();
    FilmFrame frame{.time = Seconds(static_cast<double>(index_) * frame_s),
                    .duration = Seconds(frame_s),
                    .index = index_};
    const std::int64_t number = numbers_.front() + index_++;
    // After a jump into a gap, the picture before it was not read yet.
    const std::int64_t shown = *(std::ranges::upper_bound(numbers_, number) - 1);
    if (shown != number) frame.origin = FrameOrigin::repeated;
    if (shown == number || last_.empty()) last_ = read(shown);
    frame.image = last_;
    return frame;
}

Image SequenceReader::read(std::int64_t number) const {
    const fs::path file = sequence_path(pattern_, number);
    Image image = read_picture(file);
    if (last_.empty()) return image;
    if (image.size() != last_.size())
        throw Error(ErrorCode::mismatch,
                    fmt::format("is {}×{}, but the pictures before it are {}×{}", image.width(),
                                image.height(), last_.width(), last_.height()),
                    file.string());
    if (image.sample_type() != last_.sample_type())
        throw Error(ErrorCode::mismatch, "has other bits a channel than the pictures before it",
                    file.string());
    return image;
}

void SequenceReader::seek(Seconds time) {
    const double frames = std::ceil(time.count() * info_.fps.value() - 1e-6);
    index_ = std::clamp<std::int64_t>(static_cast<std::int64_t>(frames), 0, info_.frames);
    last_ = {};
}

}  // namespace diorama::video
