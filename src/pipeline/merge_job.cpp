#include "diorama/film_job.h"
#include "film/make_film.h"
#include "pipeline/translate.h"

namespace diorama {

JobSummary run_job(const MergeJob& job, const RunContext& run, RunMode mode) {
    return pipeline::translating_errors([&] {
        JobSummary summary{.outputs = {job.film}};
        if (mode == RunMode::dry_run) {
            const film::PartsFolder folder(job.film);
            summary.size = folder.output().format.size;
            summary.fps = folder.output().format.fps;
            summary.frames = static_cast<int>(folder.plan()->frames());
            summary.shared = SharedFilm{static_cast<int>(folder.plan()->segments.size()),
                                        static_cast<int>(folder.finished())};
            return summary;
        }
        run.progress("joining", 0, 0);
        const film::Made made = film::merge_film(
            job.film, job.partial ? film::Merge::partial : film::Merge::whole, run);
        summary.size = made.size;
        summary.fps = made.fps;
        summary.frames = static_cast<int>(made.frames);
        summary.repeated = static_cast<int>(made.repeated);
        return summary;
    });
}

}  // namespace diorama
