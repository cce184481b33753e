#include "console.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

namespace diorama::cli {
namespace {

using Clock = std::chrono::steady_clock;

// Set by the signal handler, which may do nothing else; a thread hands it on to the stop source.
std::atomic<bool> interrupted{false};

extern "C" void note_interrupt(int signal) {
    interrupted = true;
    std::signal(signal, SIG_DFL);  // a second time ends the command at once
}

// Names of files may be in any encoding; JSON is UTF-8.
std::string dump(const nlohmann::json& json, int indent) {
    return json.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

// "12/99 MB", or "3/80" where steps are counted.
std::string amount(const Progress& progress) {
    if (progress.unit == ProgressUnit::steps)
        return fmt::format("{}/{}", progress.done, progress.total);
    return fmt::format("{:.0f}/{:.0f} MB", static_cast<double>(progress.done) / 1e6,
                       static_cast<double>(progress.total) / 1e6);
}

std::string rate_text(double a_second, ProgressUnit unit) {
    if (unit == ProgressUnit::steps) return fmt::format("{:.0f}/s", a_second);
    return fmt::format("{:.1f} MB/s", a_second / 1e6);
}

nlohmann::json describe(const FoundSubject& subject) {
    const Rect& box = subject.box;
    nlohmann::json json{{"box", {box.x, box.y, box.width, box.height}}};
    if (!subject.prompt.empty()) json["prompt"] = subject.prompt;
    if (subject.score) json["score"] = std::round(*subject.score * 1000) / 1000;
    return json;
}

std::string bar(double share) {
    constexpr int kCells = 24;
    const int full = static_cast<int>(share * kCells);
    std::string text;
    for (int i = 0; i < kCells; ++i) text += i < full ? "█" : "░";
    return text;
}

}  // namespace

struct Console::State {
    ProgressStyle style = ProgressStyle::none;
    std::stop_source stop;
    std::jthread watch;
    std::mutex mutex;
    std::string stage;
    Clock::time_point stage_start;
    std::int64_t done_at_start = 0;  // by an earlier run
    Clock::time_point last_print;
    bool line_open = false;

    void print(const Progress& progress) {
        const std::lock_guard lock(mutex);
        const auto now = Clock::now();
        // What stands in brackets may change while a stage goes on.
        const std::string name = progress.stage.substr(0, progress.stage.find(" ("));
        const bool new_stage = name != stage;
        if (new_stage) {
            stage = name;
            stage_start = now;
            done_at_start = progress.done;
        }
        const bool last = progress.total > 0 && progress.done == progress.total;
        using std::chrono_literals::operator""ms;
        if (!new_stage && !last && now - last_print < 100ms) return;
        last_print = now;
        if (style == ProgressStyle::json)
            print_json(progress);
        else if (style == ProgressStyle::bar)
            print_line(progress);
    }

    [[nodiscard]] double rate(const Progress& progress) const {
        const std::chrono::duration<double> spent = Clock::now() - stage_start;
        return spent.count() > 0
                   ? static_cast<double>(progress.done - done_at_start) / spent.count()
                   : 0;
    }

    void print_json(const Progress& progress) const {
        nlohmann::json line{{"stage", progress.stage}};
        if (progress.total > 0) {
            line["done"] = progress.done;
            line["total"] = progress.total;
            if (const double a_second = rate(progress); a_second > 0) {
                line["a_second"] = a_second;
                line["seconds_left"] =
                    static_cast<double>(progress.total - progress.done) / a_second;
            }
        }
        fmt::print(stderr, "{}\n", dump(line, -1));
    }

    void print_line(const Progress& progress) {
        std::string text = progress.stage;
        if (progress.total > 0) {
            const double share =
                static_cast<double>(progress.done) / static_cast<double>(progress.total);
            const double a_second = rate(progress);
            text = fmt::format("{} {} {}", bar(share), amount(progress), text);
            if (a_second > 0)
                text += fmt::format("  {}  {:.0f} s left", rate_text(a_second, progress.unit),
                                    static_cast<double>(progress.total - progress.done) / a_second);
        }
        fmt::print(stderr, "\r\x1b[K{}", text);
        std::fflush(stderr);
        line_open = true;
    }

    void end_line() {
        if (line_open) fmt::print(stderr, "\r\x1b[K");
        line_open = false;
    }
};

Console::Console(ProgressStyle style) : state_(std::make_shared<State>()) {
    if (style == ProgressStyle::automatic)
        style = ::isatty(STDERR_FILENO) != 0 ? ProgressStyle::bar : ProgressStyle::none;
    state_->style = style;
    std::signal(SIGINT, note_interrupt);
    std::signal(SIGTERM, note_interrupt);
    std::signal(SIGHUP, note_interrupt);
    state_->watch = std::jthread([state = state_.get()](const std::stop_token& quit) {
        while (!quit.stop_requested()) {
            if (interrupted) state->stop.request_stop();
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    });
}

Console::~Console() {
    finish_line();
}

RunContext Console::run() const {
    return {.stop = state_->stop.get_token(),
            .on_progress = [state = state_](const Progress& progress) { state->print(progress); },
            .on_warning =
                [state = state_](const std::string& line) {
                    const std::lock_guard lock(state->mutex);
                    state->end_line();
                    fmt::print(stderr, "diorama: {}\n", line);
                }};
}

void Console::finish_line() {
    const std::lock_guard lock(state_->mutex);
    state_->end_line();
}

void print_summary(const std::string& verb, const JobSummary& summary, RunMode mode,
                   SummaryStyle style) {
    if (style == SummaryStyle::json) {
        nlohmann::json json{{"verb", verb},
                            {"dry_run", mode == RunMode::dry_run},
                            {"input_size", {summary.input_size.width, summary.input_size.height}},
                            {"size", {summary.size.width, summary.size.height}}};
        for (const auto& output : summary.outputs) json["outputs"].push_back(output.string());
        for (const auto& output : summary.side_outputs) json["outputs"].push_back(output.string());
        if (summary.frames > 0) {
            json["frames"] = summary.frames;
            json["fps"] = fmt::format("{}/{}", summary.fps.num, summary.fps.den);
        }
        if (summary.repeated > 0) json["repeated_frames"] = summary.repeated;
        if (summary.shared)
            json["segments"] = {{"all", summary.shared->segments},
                                {"finished", summary.shared->finished}};
        for (const FoundSubject& subject : summary.subjects)
            json["subjects"].push_back(describe(subject));
        for (const auto& [stage, seconds] : summary.seconds) json["seconds"][stage] = seconds;
        const bool is_taken = std::ranges::find(summary.outputs, "-") != summary.outputs.end();
        fmt::print(is_taken ? stderr : stdout, "{}\n", dump(json, 2));
        return;
    }
    double seconds = 0;
    for (const auto& stage : summary.seconds) seconds += stage.second;
    for (const auto& output : summary.outputs) {
        std::string text =
            fmt::format("{}: {}×{}", output.string(), summary.size.width, summary.size.height);
        if (summary.frames > 0)
            text +=
                fmt::format(", {} frames, {:.4g} frames/s", summary.frames, summary.fps.value());
        if (mode == RunMode::dry_run)
            text += " would be made";
        else if (summary.frames > 0)
            text += fmt::format(", made in {:.1f} s", seconds);
        fmt::print(stderr, "{}\n", text);
    }
    if (summary.repeated > 0)
        fmt::print(stderr, "{} frames could not be decoded and repeat the one before\n",
                   summary.repeated);
    if (summary.shared)
        fmt::print(stderr, "{} of {} segments are finished{}\n", summary.shared->finished,
                   summary.shared->segments,
                   summary.shared->finished == summary.shared->segments
                       ? "; `diorama merge` makes the film of them"
                       : "");
    for (const auto& output : summary.side_outputs)
        fmt::print(stderr, "{}{}\n", output.string(),
                   mode == RunMode::dry_run ? " would be made" : "");
}

}  // namespace diorama::cli
