#include "roto/label_shots.h"

#include <mutex>

#include "core/parallel.h"
#include "diorama/error.h"
#include "diorama/picture.h"
#include "roto/preview.h"
#include "roto/takes.h"

namespace diorama::training {
namespace fs = std::filesystem;
namespace {

fs::path file_in(const fs::path& folder, const RenderedFrame& frame, const char* ending) {
    fs::path file = folder / frame.name;
    return file += ending;
}

void label_frame(const RenderedFrame& frame, const RotoSetOptions& options) {
    const Image picture = frame.read_picture();
    const TonalPasses passes = frame.read_passes();
    const Image painted = paint_tones(label_tones(passes, options.thresholds));
    const fs::path file = file_in(options.folder, frame, ".png");
    if (painted.size() != picture.size())
        throw Error(ErrorCode::mismatch, "its passes have another size than the picture",
                    frame.name.string());
    fs::create_directories(file.parent_path());
    write_picture(file, picture);
    if (options.preview)
        write_picture(file_in(options.folder, frame, "_preview.png"),
                      draw_preview(picture, painted));
    write_picture(file_in(options.folder, frame, "_tones.png"), painted);
}

}  // namespace

void label_shots(const RotoSetOptions& options, const RunContext& run) {
    const auto frames = options.passes.pattern.empty()
                            ? list_takes(options.shots, options.paints)
                            : list_passes(options.shots, options.passes, options.thresholds);
    const int total = static_cast<int>(frames.size());
    std::mutex mutex;
    int done = 0;
    core::parallel_rows(run, total, [&](int begin, int end) {
        for (int n = begin; n < end; ++n) {
            const RenderedFrame& frame = frames[static_cast<std::size_t>(n)];
            run.throw_if_stopped();
            if (!fs::exists(file_in(options.folder, frame, "_tones.png")))
                label_frame(frame, options);
            const std::scoped_lock lock(mutex);
            run.progress("labelling frames", ++done, total);
        }
    });
}

}  // namespace diorama::training
