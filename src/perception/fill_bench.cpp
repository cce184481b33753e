// How good fills are, and what they cost. Holes are bands along the edges of real subjects (20
// photos of the development material, mattes by IS-Net). `across`: the band is moved to a place
// where it covers background, whose truth is known; `beside`: it lies round its subject, which is a
// hole, too, and is scored outside of the subject alone.
//
// psnr_db: inside the hole, against the truth. sharpness: mean slope inside over mean slope around
// the hole. turned_percent: pixels that have come nearer to the subject's mean colour than to that
// of the surroundings, and in truth are not. Backgrounds hold such colours themselves, and a fill
// puts them in other places; more_percent therefore says how many more pixels of such colours the
// fill has than the truth.
//
// Constants are chosen on other photos than those that are measured on: FILL_BENCH_PHOTOS and
// FILL_BENCH_MATTES in the environment name a folder of pictures and one of their mattes, NAME.png.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <opencv2/imgproc.hpp>
#include <opencv2/photo.hpp>
#include <string>
#include <vector>

#include "diorama/fill.h"
#include "diorama/matte.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "perception/patchmatch.h"

namespace fs = std::filesystem;

namespace diorama::perception {
namespace {

constexpr int kPhotos = 20;

struct Photo {
    Image picture{};
    Matte matte{};
};

Model load_network() {
    ModelInterface interface;
    interface.task = ModelTask::matte;
    interface.file = fs::path(DIORAMA_SHARED_DIR) / "models/isnet_general_use_quint8.onnx";
    interface.input.range = {0, 255};
    interface.input.mean = {128, 128, 128};
    interface.input.std = {256, 256, 256};
    interface.input.size.fixed = Size{1024, 1024};
    interface.outputs = {{.name = "output", .meaning = OutputMeaning::matte}};
    return Model(interface);
}

using Mattes = std::function<Matte(const fs::path&, const Image&)>;

// Photos, evenly taken by name, of which the subject covers a twentieth to a half.
std::vector<Photo> choose_photos(std::vector<fs::path> files, const Mattes& matte_of) {
    constexpr std::size_t kLookedAt = 27;
    std::ranges::sort(files);
    const std::size_t step = std::max<std::size_t>(1, files.size() / kLookedAt);
    std::vector<Photo> chosen;
    for (std::size_t n = 0; n < files.size() && chosen.size() < kPhotos; n += step) {
        Photo photo{.picture = read_picture(files[n])};
        photo.matte = matte_of(files[n], photo.picture);
        const double share = cv::mean(as_mat(photo.matte))[0];
        if (share > 0.05 && share < 0.5) chosen.push_back(std::move(photo));
    }
    return chosen;
}

std::vector<fs::path> list(const fs::path& folder) {
    std::vector<fs::path> files;
    if (fs::exists(folder))
        for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
    return files;
}

std::vector<Photo> photos_of(const fs::path& folder, const fs::path& mattes) {
    const auto matte_file = [&](const fs::path& photo) {
        return mattes / photo.stem().concat(".png");
    };
    std::vector<fs::path> files = list(folder);
    std::erase_if(files, [&](const fs::path& file) { return !fs::exists(matte_file(file)); });
    return choose_photos(
        files, [&](const fs::path& file, const Image&) { return read_matte(matte_file(file)); });
}

std::vector<Photo> photos_to_measure_on() {
    const std::vector<fs::path> files = list(fs::path(DIORAMA_SHARED_DIR) / "data/photos/eval");
    if (files.empty()) return {};
    const Model network = load_network();
    return choose_photos(files, [&](const fs::path&, const Image& picture) {
        return estimate_matte(network, picture);
    });
}

const std::vector<Photo>& photos() {
    static const std::vector<Photo> all = [] {
        const char* folder = std::getenv("FILL_BENCH_PHOTOS");
        const char* mattes = std::getenv("FILL_BENCH_MATTES");
        return folder && mattes ? photos_of(folder, mattes) : photos_to_measure_on();
    }();
    return all;
}

struct Case {
    cv::Mat_<uchar> hole{};
    cv::Mat_<uchar> scored{};
    cv::Mat_<uchar> around{};
};

cv::Mat_<float> distance_to(const cv::Mat_<uchar>& mask) {
    cv::Mat_<float> distance;
    cv::distanceTransform(mask == 0, distance, cv::DIST_L2, cv::DIST_MASK_5);
    return distance;
}

Case beside(const Matte& matte, int width) {
    constexpr int kEdge = 3;  // of a subject's soft border the truth is not known
    const cv::Mat_<float> away = distance_to(cv::Mat(as_mat(matte) > 0.01F));
    const float end = static_cast<float>(kEdge + width);
    return {.hole = away <= end,
            .scored = (away > kEdge) & (away <= end),
            .around = (away > end) & (away <= end + static_cast<float>(std::max(24, width)))};
}

Case across(const Matte& matte, int width) {
    const cv::Mat_<uchar> inside = cv::Mat(as_mat(matte) > 0.5F);
    const cv::Mat_<uchar> background = distance_to(cv::Mat(as_mat(matte) > 0.01F)) > 4;
    const cv::Mat_<uchar> band =
        (distance_to(inside) <= width / 2.0) & (distance_to(cv::Mat(inside == 0)) <= width / 2.0);
    Case best;
    int most = -1;
    constexpr int kSteps = 8;
    for (int down = -kSteps; down <= kSteps; ++down)
        for (int right = -kSteps; right <= kSteps; ++right) {
            const cv::Matx23d shift(1, 0, right * band.cols / (2.0 * kSteps), 0, 1,
                                    down * band.rows / (2.0 * kSteps));
            cv::Mat_<uchar> moved;
            cv::warpAffine(band, moved, shift, band.size(), cv::INTER_NEAREST);
            moved &= background;
            if (const int covered = cv::countNonZero(moved); covered > most) {
                most = covered;
                best.hole = moved;
            }
        }
    best.scored = best.hole;
    const cv::Mat_<float> away = distance_to(best.hole);
    best.around = (away > 2) & (away <= static_cast<float>(std::max(24, width))) & background;
    return best;
}

cv::Mat fill_by(const std::string& method, const Photo& photo, const cv::Mat_<uchar>& hole) {
    if (method == "opencv_ns" || method == "opencv_telea") {
        cv::Mat filled;
        cv::inpaint(as_mat(photo.picture), hole, filled, 3,
                    method == "opencv_ns" ? cv::INPAINT_NS : cv::INPAINT_TELEA);
        return filled;
    }
    Matte matte(photo.matte.size());
    cv::Mat(hole).convertTo(as_mat(matte), CV_32F, 1.0 / 255);
    InverseDepth depth(photo.matte.size());
    as_mat(photo.matte).copyTo(as_mat(depth));
    const Filled filled = Filler({.fill = method}).fill(photo.picture, matte, {.depth = &depth});
    return as_mat(filled.picture).clone();
}

double psnr_db(const cv::Mat& a, const cv::Mat& b, const cv::Mat_<uchar>& where) {
    const double error = cv::norm(a, b, cv::NORM_L2SQR, where) / (3.0 * cv::countNonZero(where));
    return 10 * std::log10(255.0 * 255.0 / std::max(error, 1e-3));
}

double mean_slope(const cv::Mat& rgb, const cv::Mat_<uchar>& where) {
    cv::Mat grey, across_x, down_y, slope;
    cv::cvtColor(rgb, grey, cv::COLOR_RGB2GRAY);
    cv::Sobel(grey, across_x, CV_32F, 1, 0, 1);
    cv::Sobel(grey, down_y, CV_32F, 0, 1, 1);
    cv::magnitude(across_x, down_y, slope);
    return cv::mean(slope, where)[0];
}

// Of the scored pixels, in percent.
struct SubjectColour {
    double turned = 0;
    double more = 0;
};

SubjectColour subject_colour(const cv::Mat& filled, const Photo& photo, const Case& scene) {
    const cv::Mat truth = as_mat(photo.picture);
    const cv::Scalar subject = cv::mean(truth, as_mat(photo.matte) > 0.9F);
    const cv::Scalar around = cv::mean(truth, scene.around);
    const auto is_subject = [&](const cv::Vec3b& c) {
        const cv::Vec3d colour(c);
        return cv::norm(colour - cv::Vec3d(subject[0], subject[1], subject[2])) <
               cv::norm(colour - cv::Vec3d(around[0], around[1], around[2]));
    };
    int turned = 0, back = 0;
    for (int y = 0; y < truth.rows; ++y)
        for (int x = 0; x < truth.cols; ++x) {
            if (!scene.scored(y, x)) continue;
            const bool is = is_subject(filled.at<cv::Vec3b>(y, x));
            const bool was = is_subject(truth.at<cv::Vec3b>(y, x));
            turned += is && !was;
            back += was && !is;
        }
    const double percent = 100.0 / cv::countNonZero(scene.scored);
    return {.turned = percent * turned, .more = percent * (turned - back)};
}

void quality(benchmark::State& state, const std::string& method, int width, bool is_across) {
    double psnr = 0, sharpness = 0;
    SubjectColour subject;
    int scenes = 0;
    for (auto _ : state)
        for (const Photo& photo : photos()) {
            const Case scene = is_across ? across(photo.matte, width) : beside(photo.matte, width);
            if (cv::countNonZero(scene.scored) < 200 || cv::countNonZero(scene.around) < 400)
                continue;
            const cv::Mat truth = as_mat(photo.picture);
            const cv::Mat filled = fill_by(method, photo, scene.hole);
            psnr += psnr_db(filled, truth, scene.scored);
            sharpness +=
                mean_slope(filled, scene.scored) / std::max(0.5, mean_slope(truth, scene.around));
            const SubjectColour colour = subject_colour(filled, photo, scene);
            subject.turned += colour.turned;
            subject.more += colour.more;
            ++scenes;
        }
    if (scenes == 0) return state.SkipWithError("the development material is not there");
    state.counters["photos"] = scenes;
    state.counters["psnr_db"] = psnr / scenes;
    state.counters["sharpness"] = sharpness / scenes;
    state.counters["turned_percent"] = subject.turned / scenes;
    state.counters["more_percent"] = subject.more / scenes;
}

// ---- Cost, at one megapixel.

struct Megapixel {
    Size size{1154, 866};
    Image picture{size, SampleType::u8, AlphaKind::none};
    Matte matte{size};
    Matte strip{size};  // what a stereoscopic view uncovers
    Megapixel() {
        cv::RNG chance(3);
        cv::Mat noise(size.height, size.width, CV_8UC3), view = as_mat(picture);
        chance.fill(noise, cv::RNG::UNIFORM, 0, 256);
        cv::GaussianBlur(noise, view, {}, 3);
        cv::normalize(view, view, 0, 255, cv::NORM_MINMAX);
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x) {
                const double away = std::hypot(x - 577.0, y - 433.0);
                matte.at(x, y) = static_cast<float>(std::clamp((280 - away) / 3 + 0.5, 0.0, 1.0));
                strip.at(x, y) = x > 577 && away > 280 && away < 300 ? 1.0F : 0.0F;
            }
    }
};

const Megapixel& megapixel() {
    static const Megapixel once;
    return once;
}

double best_seconds(const auto& call) {
    double best = 1e9;
    for (int n = 0; n < 5; ++n) {
        const auto begin = std::chrono::steady_clock::now();
        call();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        best = std::min(best, took.count());
    }
    return best;
}

void band_32_px(benchmark::State& state, const std::string& method) {
    const Megapixel& scene = megapixel();
    const Filler filler({.fill = method});
    const auto fill = [&] {
        benchmark::DoNotOptimize(
            filler.fill(scene.picture, scene.matte, {.band_px = 32}, {.threads = 2}));
    };
    for (auto _ : state) fill();
    const cv::Mat hole = as_mat(scene.matte) > 0.01F;
    state.counters["of_opencv_telea"] =
        best_seconds(fill) / best_seconds([&] {
            cv::Mat filled;
            cv::inpaint(as_mat(scene.picture), hole, filled, 3, cv::INPAINT_TELEA);
        });
}

void extend_a_strip(benchmark::State& state) {
    const Megapixel& scene = megapixel();
    const Filler filler({.fill = "extend"});
    const auto extend = [&] {
        benchmark::DoNotOptimize(filler.fill(scene.picture, scene.strip, {}, {.threads = 2}));
    };
    for (auto _ : state) extend();
    state.counters["of_frame_copy"] = best_seconds(extend) / best_seconds([&] {
                                          Image copy = scene.picture;
                                          benchmark::DoNotOptimize(copy.data());
                                      });
}

// ---- The search beside its plain reference.

void search_against_trying_everything(benchmark::State& state) {
    const Megapixel& scene = megapixel();
    PatchSearch search{.cost_a_pixel = 10, .reach_px = 96};
    cv::Mat small;
    cv::resize(as_mat(scene.picture), small, {96, 72}, 0, 0, cv::INTER_AREA);
    cv::normalize(small, small, 0, 255, cv::NORM_MINMAX);
    cv::cvtColor(small, search.features, cv::COLOR_RGB2RGBA);
    search.sources = cv::Mat_<uchar>::zeros(search.features.size());
    search.sources(cv::Rect(3, 3, 90, 66)).setTo(255);
    search.sources(cv::Rect(30, 20, 36, 30)).setTo(0);
    Points targets;
    for (int y = 20; y < 50; ++y)
        for (int x = 30; x < 66; ++x) targets.emplace_back(x, y);

    PatchField found, best;
    const auto find = [&] {
        found = empty_field(search.features.size());
        std::uint64_t pass = 0;
        for (int round = 0; round < 6; ++round)
            for (const int step : {4, 2, 1}) improve(found, search, targets, step, pass++, {});
    };
    for (auto _ : state) find();
    const double exact_s = best_seconds([&] { best = find_all_nearest(search, targets); });
    double found_cost = 0, best_cost = 0;
    for (const cv::Point& target : targets) {
        found_cost += found.cost(target);
        best_cost += best.cost(target);
    }
    state.counters["times_faster"] = exact_s / best_seconds(find);
    state.counters["cost_over_best"] = found_cost / best_cost;
}

[[maybe_unused]] const bool kRegistered = [] {
    for (const int width : {8, 16, 32, 64})
        for (const bool is_across : {true, false})
            for (const char* method :
                 {"extend", "smooth", "patchmatch", "opencv_ns", "opencv_telea"})
                benchmark::RegisterBenchmark(
                    ((is_across ? "across/" : "beside/") + std::to_string(width) + "px/" + method)
                        .c_str(),
                    quality, method, width, is_across)
                    ->Iterations(1)
                    ->Unit(benchmark::kSecond)
                    ->UseRealTime();
    for (const char* method : {"extend", "smooth", "patchmatch"})
        benchmark::RegisterBenchmark((std::string("one_megapixel/band_32px/") + method).c_str(),
                                     band_32_px, method)
            ->Unit(benchmark::kMillisecond)
            ->UseRealTime();
    benchmark::RegisterBenchmark("one_megapixel/extend_a_strip", extend_a_strip)
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
    benchmark::RegisterBenchmark("search_against_trying_everything",
                                 search_against_trying_everything)
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
    return true;
}();

}  // namespace
}  // namespace diorama::perception
