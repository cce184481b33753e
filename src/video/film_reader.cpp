#include "video/film_decoder.h"
#include "video/sequence_reader.h"
#include "video/sinks.h"

namespace diorama {

struct FilmReader::State {
    std::unique_ptr<video::FrameSource> source;
};

FilmReader::FilmReader(const std::filesystem::path& file, int threads, Rational sequence_fps)
    : state_(std::make_unique<State>()) {
    if (video::is_sequence_pattern(file))
        state_->source = std::make_unique<video::SequenceReader>(file, sequence_fps);
    else
        state_->source = std::make_unique<video::FilmDecoder>(file, threads);
}

FilmReader::~FilmReader() = default;
FilmReader::FilmReader(FilmReader&&) noexcept = default;
FilmReader& FilmReader::operator=(FilmReader&&) noexcept = default;

const FilmInfo& FilmReader::info() const {
    return state_->source->info();
}

std::optional<FilmFrame> FilmReader::next() {
    return state_->source->next();
}

void FilmReader::seek(Seconds time) {
    state_->source->seek(time);
}

}  // namespace diorama
