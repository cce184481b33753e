#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Finished segments of a film, and the journal that says which these are. The folder stands, hidden
// and named after the film, beside it; what is in it has been written to the disk for good.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "diorama/run.h"
#include "diorama/video.h"
#include "film/identity.h"
#include "film/plan.h"

namespace diorama::film {

// One of several that make a film together, each on a machine of its own: number 1 … of.
struct Share {
    int number = 1;
    int of = 1;
    [[nodiscard]] bool takes(std::size_t segment) const {
        return segment % static_cast<std::size_t>(of) == static_cast<std::size_t>(number - 1);
    }
};

// What is made: a film, an animation, or a numbered sequence of pictures.
struct Output {
    std::filesystem::path file{};
    SinkFormat format{};
};

class PartsFolder {
 public:
    // Where a film's parts are kept.
    [[nodiscard]] static std::filesystem::path beside(const std::filesystem::path& film);

    // Goes on with what is there where that is the same work; otherwise says what has changed and
    // begins anew. Throws Error: unwritable, and usage where this share is at work already.
    PartsFolder(const std::filesystem::path& film, const Identity& identity, const Share& share,
                const RunContext& run);
    // To join what is there. Throws Error: not_found, unreadable.
    explicit PartsFolder(const std::filesystem::path& film);
    ~PartsFolder();
    PartsFolder(const PartsFolder&) = delete;
    PartsFolder& operator=(const PartsFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return folder_; }
    [[nodiscard]] const Identity& identity() const { return identity_; }
    [[nodiscard]] const std::optional<Plan>& plan() const { return plan_; }
    // What was kept with it.
    [[nodiscard]] const Excerpt& excerpt() const { return excerpt_; }
    [[nodiscard]] const Output& output() const { return output_; }
    [[nodiscard]] const std::optional<Output>& side() const { return side_; }
    void keep(const Plan& plan, const Excerpt& excerpt, const SinkFormat& format,
              const std::optional<Output>& side = {});

    // Whether it is finished, by whichever share.
    [[nodiscard]] bool has(std::size_t segment) const;
    [[nodiscard]] std::size_t finished() const;
    // The files of a segment: of the film, and of the one that is made beside it.
    [[nodiscard]] std::filesystem::path part(std::size_t segment) const;
    [[nodiscard]] std::filesystem::path side_part(std::size_t segment) const;
    // Where pictures of sequences wait.
    [[nodiscard]] std::filesystem::path pictures() const { return folder_; }
    [[nodiscard]] std::filesystem::path side_pictures() const { return folder_ / "side"; }
    // Notes in the journal that these files of a segment are whole; only then it is finished.
    void note_finished(std::size_t segment, const std::vector<std::filesystem::path>& files);
    // Looks again what other shares have finished.
    void refresh();
    // The film is there, the parts are of no more use.
    void remove();

 private:
    void read_plan();
    void open_journal(const Share& share, const RunContext& run);
    void require_alone() const;

    std::filesystem::path folder_{};
    Identity identity_{};
    std::optional<Plan> plan_{};
    Excerpt excerpt_{};
    Output output_{};
    std::optional<Output> side_{};
    std::vector<bool> finished_{};
    std::filesystem::path journal_file_{};
    int journal_ = -1;  // a file descriptor, which also locks this share
};

}  // namespace diorama::film
