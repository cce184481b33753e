#include "film/given.h"

#include <fmt/format.h>

#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "diorama/disparity_files.h"
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

// A sequence is read file by file, as floats; a film frame by frame.
std::variant<NumberedFiles, Companion> open_maps(const std::filesystem::path& file, DepthKind kind,
                                                 const RunContext& run) {
    if (output_kind(file) == OutputKind::sequence) return NumberedFiles(file);
    Companion film(file, run);
    const std::optional<DepthCoding>& coding = film.info().depth;
    if (kind == DepthKind::disparity && (!coding || coding->of != kind))
        throw Error(ErrorCode::unreadable,
                    "does not say how many pixels its codes stand for; give a film that "
                    "--save-disparity wrote, or a sequence of floats, d_%04d.exr",
                    file.string());
    if (kind == DepthKind::inverse_depth && coding && coding->of != kind)
        throw Error(ErrorCode::unreadable, "is a film of disparity; give it as --disparity",
                    file.string());
    return film;
}

}  // namespace

void require_companion(const std::filesystem::path& given, const std::filesystem::path& input,
                       const RunContext& run, Size fits) {
    constexpr double kTolerance = 0.02;
    const FilmInfo of = FilmReader(input, run.threads).info();
    const FilmInfo has = FilmReader(given, run.threads).info();
    const double shape = static_cast<double>(has.size.width) / has.size.height;
    const double expected = static_cast<double>(of.size.width) / of.size.height;
    if (has.size != fits && std::abs(shape / expected - 1) > kTolerance)
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

Companion::Companion(const std::filesystem::path& file, const RunContext& run)
    : file_(file), reader_(file, run.threads) {}

double Companion::time_of(const Travelling& frame) const {
    if (output_kind(file_) != OutputKind::sequence) return frame.time_s;
    return static_cast<double>(frame.index) / reader_.info().fps.value();
}

const Image& Companion::of(const Travelling& frame) {
    const double time_s = time_of(frame);
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
                    fmt::format("ends before {:.2f} s, where the input goes on", frame.time_s),
                    file_.string());
    return now_->image;
}

void GivenMatteStage::look_at(Travelling& frame, const RunContext&) {
    frame.matte = brought_to(brightness_of<Matte>(mattes_.of(frame)), frame.image.size());
}

NumberedFiles::NumberedFiles(std::filesystem::path sequence)
    : sequence_(std::move(sequence)), first_(lowest_number(sequence_)) {}

std::filesystem::path NumberedFiles::of(const Travelling& frame) const {
    return video::sequence_path(sequence_, first_ + frame.index);
}

GivenDepthStage::GivenDepthStage(const std::filesystem::path& file, const RunContext& run)
    : maps_(open_maps(file, DepthKind::inverse_depth, run)) {}

void GivenDepthStage::look_at(Travelling& frame, const RunContext&) {
    if (const auto* files = std::get_if<NumberedFiles>(&maps_)) {
        frame.depth = brought_to(read_inverse_depth(files->of(frame)), frame.image.size());
        return;
    }
    auto& film = std::get<Companion>(maps_);
    const std::optional<DepthCoding>& coding = film.info().depth;
    const Image& image = film.of(frame);
    frame.depth =
        brought_to(coding ? decode_depth(image, *coding) : brightness_of<InverseDepth>(image),
                   frame.image.size());
}

GivenDisparityStage::GivenDisparityStage(const std::filesystem::path& file, const RunContext& run)
    : maps_(open_maps(file, DepthKind::disparity, run)) {}

void GivenDisparityStage::look_at(Travelling& frame, const RunContext&) {
    if (const auto* files = std::get_if<NumberedFiles>(&maps_)) {
        frame.disparity = read_disparity(files->of(frame));
        return;
    }
    auto& film = std::get<Companion>(maps_);
    InverseDepth decoded = decode_depth(film.of(frame), *film.info().depth);
    frame.disparity = Disparity(decoded.size());
    frame.disparity.values() = std::move(decoded.values());
}

DepthCoding disparity_coding(Size size) {
    const auto width = static_cast<float>(size.width);
    return {.scale = width / 65536, .offset = -width / 2, .of = DepthKind::disparity};
}

Image encode_disparity(const Disparity& disparity) {
    InverseDepth values(disparity.size());
    values.values() = disparity.values();
    return encode_depth(values, disparity_coding(disparity.size()));
}

}  // namespace diorama::film
