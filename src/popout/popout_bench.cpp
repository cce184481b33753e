// Prints the pop-out's speed as ratios, each measured in one run with the same threads.

#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <opencv2/imgproc.hpp>

#include "core/parallel.h"
#include "core/stopwatch.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "diorama/popout.h"
#include "popout/composite.h"
#include "popout/reference_frame.h"
#include "popout/scene.h"

namespace diorama {
namespace {

const RunContext kRun;
constexpr double kPhase = 0.13;
// The seed's 40 px at a width of 512 px.
constexpr double kSeedAmountPercent = 7.8;

// The still life, cut and scaled to the size. Its subject covers more than 35 % of a 16:9 cut.
PopoutInput read_scene(Size size) {
    const std::filesystem::path examples = std::filesystem::path(DIORAMA_SOURCE_DIR) / "examples";
    const Image picture = read_picture(examples / "still_life.jpg");
    const Matte matte = read_matte(examples / "still_life_matte.png");
    const InverseDepth depth = read_inverse_depth(examples / "still_life_depth.png");
    const int cut_height = std::min(picture.height(), picture.width() * size.height / size.width);
    const int cut_width = std::min(picture.width(), picture.height() * size.width / size.height);
    const cv::Rect cut((picture.width() - cut_width) / 2, (picture.height() - cut_height) / 2,
                       cut_width, cut_height);
    const auto scale = [&](const cv::Mat& from, cv::Mat to) {
        cv::resize(from(cut), to, to.size(), 0, 0, cv::INTER_AREA);
    };
    PopoutInput input{.picture = Image(size, SampleType::u8, AlphaKind::none)};
    PopoutSubject subject{Matte(size), InverseDepth(size)};
    scale(as_mat(picture), as_mat(input.picture));
    scale(as_mat(matte), as_mat(subject.matte));
    scale(as_mat(depth), as_mat(subject.depth));
    input.subjects.push_back(std::move(subject));
    return input;
}

double coverage(const PopoutInput& input) {
    double sum = 0;
    for (const float alpha : input.subjects[0].matte.values()) sum += alpha;
    return sum / static_cast<double>(input.picture.size().area());
}

std::string_view name_of(Motion motion) {
    for (const auto& choice : kChoices<Motion>)
        if (choice.value == motion) return choice.name;
    return {};
}

void print(const std::string& what, double ratio, const char* unit, const std::string& must,
           const std::string& times) {
    fmt::print("{:<58} {:>7.2f}{}  {:<10} {}\n", what, ratio, unit, must, times);
}

std::vector<popout::PlacedStack> place(const Popout& scene, const PopoutOptions& options) {
    const MotionState motion =
        motion_at(options.motion, kPhase, options.amount_percent / 100 * scene.size().width,
                  scene.size().width);
    return popout::place_stacks(scene.stacks(), motion, options.support_motion, scene.size());
}

void compare_with_reference(Motion motion) {
    const PopoutOptions options{.motion = motion, .amount_percent = kSeedAmountPercent};
    const Popout scene(read_scene({512, 512}), options);
    Image drawn = scene.make_frame();
    scene.draw(kPhase, drawn);
    const auto difference = popout::compare(drawn, popout::draw_reference(scene, options, kPhase));
    print(fmt::format("512x512, K = 100, {}: mean difference, 1/255", name_of(motion)),
          difference.mean, " ", "<= 0.1", "");
    print(fmt::format("512x512, K = 100, {}: pixels within 2/255", name_of(motion)),
          100 * (1 - difference.share_over_2), "%", ">= 99.9", "");
    const auto placed = place(scene, options);
    // The paper's K + 1 warps: support layer and slices, without what Diorama adds.
    std::vector<popout::PlacedStack> papers;
    std::vector<const SliceStack*> stacks;
    for (const auto& part : placed)
        if (part.stack != &scene.stacks()[0].hidden) {
            papers.push_back(part);
            stacks.push_back(part.stack);
        }
    const popout::ReferenceCompositor reference(stacks);
    Image frame = scene.make_frame();
    const auto time = core::time_in_turns(
        15, [&] { reference.composite(scene.background(), papers, frame, kRun); },
        [&] { popout::composite(scene.background(), placed, frame, kRun); });
    print(fmt::format("512x512, K = 100, {}: reference / fast", name_of(motion)),
          time.first_s / time.second_s, "x", ">= 50",
          fmt::format("{:.1f} ms / {:.2f} ms", time.first_s * 1e3, time.second_s * 1e3));
}

// Copies frame after frame through so many buffers that none is in a core's cache.
class FrameCopy {
 public:
    explicit FrameCopy(const Image& like) : frames_(40, like) {}
    void operator()() {
        const Image& from = frames_[next_ % frames_.size()];
        Image& to = frames_[(next_ + frames_.size() / 2) % frames_.size()];
        ++next_;
        core::parallel_rows(kRun, from.height(), [&](int begin, int end) {
            std::memcpy(to.row<std::uint8_t>(begin), from.row<std::uint8_t>(begin),
                        (end - begin) * from.row_bytes());
        });
    }

 private:
    std::vector<Image> frames_;
    std::size_t next_ = 0;
};

void compare_with_copy(Motion motion) {
    const PopoutOptions options{.motion = motion, .amount_percent = kSeedAmountPercent};
    const PopoutInput input = read_scene({1920, 1080});
    const double covered = coverage(input);
    const Popout scene(input, options);
    std::vector<Image> frames(40, scene.make_frame());
    std::size_t next = 0;
    const auto placed = place(scene, options);
    FrameCopy copy(scene.background());
    const auto time = core::time_in_turns(
        61, [&] { popout::composite(scene.background(), placed, frames[next++ % 40], kRun); },
        [&] { copy(); });
    print(fmt::format("1920x1080, K = 100, {}, subject {:.0f} %: fast / copy", name_of(motion),
                      covered * 100),
          time.first_s / time.second_s, "x", "<= 10",
          fmt::format("{:.2f} ms / {:.2f} ms", time.first_s * 1e3, time.second_s * 1e3));
}

void compare_slice_counts(double amount_percent) {
    PopoutOptions options{.amount_percent = amount_percent, .slices = 25};
    const PopoutInput input = read_scene({1920, 1080});
    const Popout few(input, options);
    const auto few_placed = place(few, options);
    options.slices = 400;
    const Popout many(input, options);
    const auto many_placed = place(many, options);
    Image frame = few.make_frame();
    const auto time = core::time_in_turns(
        41, [&] { popout::composite(many.background(), many_placed, frame, kRun); },
        [&] { popout::composite(few.background(), few_placed, frame, kRun); });
    print(fmt::format("1920x1080, sway, {} % of width: K = 400 / K = 25", amount_percent),
          time.first_s / time.second_s, "x", "<= 1.5",
          fmt::format("{:.2f} ms / {:.2f} ms", time.first_s * 1e3, time.second_s * 1e3));
}

}  // namespace
}  // namespace diorama

int main() {
    using diorama::Motion;
    cv::setNumThreads(diorama::kRun.thread_count());
    fmt::print("{:<58} {:>8}  {:<10} (medians, {} threads)\n", "pop-out", "measured", "must",
               diorama::kRun.thread_count());
    for (const Motion motion : {Motion::sway, Motion::bob, Motion::orbit, Motion::dolly})
        diorama::compare_with_reference(motion);
    diorama::compare_with_copy(Motion::sway);
    diorama::compare_with_copy(Motion::orbit);
    diorama::compare_with_copy(Motion::dolly);
    diorama::compare_slice_counts(diorama::PopoutOptions{}.amount_percent);
    diorama::compare_slice_counts(diorama::kSeedAmountPercent);
    return 0;
}
