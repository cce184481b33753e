#include "film/given.h"

#include <fmt/format.h>

#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "diorama/error.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "video/sinks.h"

namespace diorama::film {
namespace {

template <class MapType>
MapType brought_to(const MapType& map, Size size) {
    if (map.size() == size) return map;
    MapType out(size);
    const bool shrinks = size.width < map.width();
    cv::resize(as_mat(map), as_mat(out), cv::Size(size.width, size.height), 0, 0,
               shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
    return out;
}

std::int64_t lowest_number(const std::filesystem::path& sequence) {
    std::optional<std::int64_t> lowest;
    const std::filesystem::path folder =
        sequence.has_parent_path() ? sequence.parent_path() : std::filesystem::path(".");
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (const auto number = video::sequence_number(sequence, entry.path().filename().string()))
            lowest = std::min(lowest.value_or(*number), *number);
    if (!lowest) throw Error(ErrorCode::not_found, "no such pictures", sequence.string());
    return *lowest;
}

}  // namespace

void require_companion(const std::filesystem::path& given, const std::filesystem::path& input,
                       const RunContext& run) {
    constexpr double kTolerance = 0.02;
    const FilmInfo of = FilmReader(input, run.threads).info();
    const FilmInfo has = FilmReader(given, run.threads).info();
    const double shape = static_cast<double>(has.size.width) / has.size.height;
    const double expected = static_cast<double>(of.size.width) / of.size.height;
    if (std::abs(shape / expected - 1) > kTolerance)
        throw Error(ErrorCode::mismatch,
                    fmt::format("this {}×{} film has not the shape of {}, which is {}×{}; is it "
                                "another film's?",
                                has.size.width, has.size.height, input.string(), of.size.width,
                                of.size.height),
                    given.string());
    if (has.frames > 0 && of.frames > 0 && has.frames != of.frames)
        throw Error(ErrorCode::mismatch,
                    fmt::format("has {} frames but {} has {}; it must be of the whole film",
                                has.frames, input.string(), of.frames),
                    given.string());
}

Companion::Companion(const std::filesystem::path& file, Rational input_fps, const RunContext& run)
    : file_(file), reader_(file, run.threads, input_fps.num > 0 ? input_fps : Rational{24, 1}) {}

const Image& Companion::at(double time_s) {
    const FilmInfo& info = reader_.info();
    const double tolerance_s = info.fps.num > 0 ? 0.5 / info.fps.value() : 0.02;
    if (!now_ || std::abs(time_s - now_->time.count()) > 1) {
        reader_.seek(Seconds(std::max(0.0, time_s - tolerance_s / 2)));
        now_ = reader_.next();
        ahead_ = reader_.next();
    }
    while (ahead_ && ahead_->time.count() <= time_s + tolerance_s / 2) {
        now_ = std::move(ahead_);
        ahead_ = reader_.next();
    }
    if (!now_ || (!ahead_ && now_->time.count() < time_s - 4 * tolerance_s))
        throw Error(ErrorCode::mismatch,
                    fmt::format("ends before {:.2f} s, where the input goes on", time_s),
                    file_.string());
    return now_->image;
}

void GivenMatteStage::look_at(Travelling& frame, const RunContext&) {
    frame.matte = brought_to(brightness_of<Matte>(mattes_.at(frame.time_s)), frame.image.size());
}

GivenDepthStage::GivenDepthStage(const std::filesystem::path& file, Rational input_fps,
                                 const RunContext& run)
    : file_(file), input_fps_(input_fps.value()) {
    if (output_kind(file) == OutputKind::sequence)
        first_number_ = lowest_number(file);
    else
        frames_.emplace(file, input_fps, run);
}

InverseDepth GivenDepthStage::read_map(double time_s) const {
    const std::int64_t number = first_number_ + std::llround(time_s * input_fps_);
    return read_inverse_depth(video::sequence_path(file_, number));
}

void GivenDepthStage::look_at(Travelling& frame, const RunContext&) {
    if (!frames_) {
        frame.depth = brought_to(read_map(frame.time_s), frame.image.size());
        return;
    }
    const Image& image = frames_->at(frame.time_s);
    const std::optional<DepthCoding>& coding = frames_->info().depth;
    frame.depth =
        brought_to(coding ? decode_depth(image, *coding) : brightness_of<InverseDepth>(image),
                   frame.image.size());
}

}  // namespace diorama::film
