#include "video/part_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace diorama::video {
namespace fs = std::filesystem;
namespace {

// Reads one packet; false at the end of the file.
bool read_packet(FilmInput& input, AVPacket& packet, const fs::path& part) {
    av_packet_unref(&packet);
    const Reasons reasons;
    const int result = av_read_frame(input.film.get(), &packet);
    if (result == AVERROR_EOF) return false;
    check(result, ErrorCode::unreadable, "is damaged; remove it, so that it is made again",
          part.string(), &reasons);
    return true;
}

bool is_same_encoding(const AVCodecParameters& a, const AVCodecParameters& b) {
    return a.codec_id == b.codec_id && a.width == b.width && a.height == b.height &&
           a.extradata_size == b.extradata_size &&
           (a.extradata_size == 0 ||
            std::memcmp(a.extradata, b.extradata, static_cast<std::size_t>(a.extradata_size)) == 0);
}

// Decoding a picture may wait for so many that are shown later.
std::size_t find_delay(const std::vector<std::int64_t>& decoding_order,
                       const std::vector<std::int64_t>& sorted) {
    std::size_t delay = 0;
    for (std::size_t i = 0; i < decoding_order.size(); ++i) {
        const auto rank = static_cast<std::size_t>(
            std::ranges::lower_bound(sorted, decoding_order[i]) - sorted.begin());
        if (i > rank) delay = std::max(delay, i - rank);
    }
    return delay;
}

}  // namespace

PartReader::PartReader(std::vector<fs::path> parts, Rational fps, const RunContext& run)
    : parts_(std::move(parts)), first_(open_film(parts_.front())), packet_(make_packet()) {
    stream_ = &find_picture_stream(*first_.film, parts_.front());
    const FilmInput pattern = open_film_header(parts_.front());
    std::vector<std::int64_t> decoding_order;
    for (const fs::path& part : parts_) {
        run.throw_if_stopped();
        scan(part, find_picture_stream(*pattern.film, part), decoding_order);
    }
    delay_ = find_delay(decoding_order, times_);
    frame_ticks_ =
        std::max<std::int64_t>(1, av_rescale_q(1, av_inv_q(to_av(fps)), stream_->time_base));
    end_ = times_.back() + frame_ticks_;
    open(0);
}

// Adds its times, and those in the order of decoding.
void PartReader::scan(const fs::path& part, const AVStream& pattern,
                      std::vector<std::int64_t>& decoding_order) {
    FilmInput input = open_film_header(part);
    const AVStream& stream = find_picture_stream(*input.film, part);
    if (!is_same_encoding(*stream.codecpar, *pattern.codecpar) ||
        av_cmp_q(stream.time_base, pattern.time_base) != 0)
        throw Error(ErrorCode::mismatch,
                    "was encoded in another way than the first part; make them with one version "
                    "and the same options",
                    part.string());
    const std::size_t begin = decoding_order.size();
    const PacketHandle packet = make_packet();
    while (read_packet(input, *packet, part)) decoding_order.push_back(packet->pts);

    if (decoding_order.size() == begin)
        throw Error(ErrorCode::unreadable, "holds no pictures; remove it, so that it is made again",
                    part.string());
    times_.insert(times_.end(), decoding_order.begin() + static_cast<std::ptrdiff_t>(begin),
                  decoding_order.end());
    std::ranges::sort(times_.begin() + static_cast<std::ptrdiff_t>(begin), times_.end());
    if (begin > 0 && times_[begin - 1] >= times_[begin])
        throw Error(ErrorCode::mismatch, "begins before the part before it ends", part.string());
}

void PartReader::open(std::size_t part) {
    part_ = part;
    input_.film.reset();
    input_ = open_film_header(parts_[part]);
}

AVPacket* PartReader::next() {
    while (!read_packet(input_, *packet_, parts_[part_])) {
        if (part_ + 1 == parts_.size()) return nullptr;
        open(part_ + 1);
    }
    set_times(*packet_);
    return packet_.get();
}

void PartReader::set_times(AVPacket& packet) {
    const auto shown = std::ranges::lower_bound(times_, packet.pts);
    const bool is_last = shown + 1 == times_.end();
    packet.duration = std::max<std::int64_t>(1, (is_last ? end_ : *(shown + 1)) - *shown);
    packet.dts = index_ >= delay_
                     ? times_[index_ - delay_]
                     : times_.front() - static_cast<std::int64_t>(delay_ - index_) * frame_ticks_;
    ++index_;
}

}  // namespace diorama::video
