// Prints what parting, packing and drawing a photo cost, each measured in one run with the same
// threads.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/parallel.h"
#include "core/stopwatch.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "photo3d/camera_view.h"
#include "photo3d/textures.h"

namespace diorama {
namespace {

const RunContext kRun;

struct Still {
    Image photo{};
    InverseDepth depth{};
};

Still read_still_life(Size size) {
    const std::filesystem::path examples = std::filesystem::path(DIORAMA_SOURCE_DIR) / "examples";
    Still still{.photo = resize(read_picture(examples / "still_life.jpg"), size),
                .depth = InverseDepth(size)};
    const InverseDepth stored = read_inverse_depth(examples / "still_life_depth.png");
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            still.depth.at(x, y) =
                stored.at(x * stored.width() / size.width, y * stored.height() / size.height);
    return still;
}

void print(const std::string& what, double value, const char* unit, const char* must) {
    fmt::print("{:<62} {:>9.2f} {:<3} {}\n", what, value, unit, must);
}

// Wang, Bovik, Sheikh and Simoncelli's structural similarity of two pictures' brightness (2004).
double ssim(const Image& one, const Image& other) {
    const auto brightness = [](const Image& image) {
        cv::Mat grey;
        cv::cvtColor(as_mat(image), grey, cv::COLOR_RGB2GRAY);
        cv::Mat_<float> values;
        grey.convertTo(values, CV_32F);
        return values;
    };
    const auto local = [](const cv::Mat& values) {
        cv::Mat mean;
        cv::GaussianBlur(values, mean, {11, 11}, 1.5);
        return mean;
    };
    constexpr double kC1 = 0.01 * 255 * 0.01 * 255;
    constexpr double kC2 = 0.03 * 255 * 0.03 * 255;
    const cv::Mat a = brightness(one);
    const cv::Mat b = brightness(other);
    const cv::Mat mean_a = local(a);
    const cv::Mat mean_b = local(b);
    const cv::Mat means = mean_a.mul(mean_b);
    const cv::Mat squares = mean_a.mul(mean_a) + mean_b.mul(mean_b);
    const cv::Mat variances = local(a.mul(a)) + local(b.mul(b)) - squares;
    const cv::Mat covariance = local(a.mul(b)) - means;
    const cv::Mat above = (2 * means + kC1).mul(2 * covariance + kC2);
    const cv::Mat below = (squares + kC1).mul(variances + kC2);
    return cv::mean(above / below)[0];
}

struct PageMeasure {
    double size_kb = 0;
    double ssim = 0;  // of its layers as they are packed, to the photo
};

PageMeasure measure_page(const Still& still, LayeredPhoto layers) {
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / "diorama-photo3d-bench";
    std::filesystem::create_directories(folder);
    write_photo_page(folder / "page.html", layers);
    write_photo_bundle(folder, layers);
    for (std::size_t n = 0; n < layers.layers.size(); ++n)
        layers.layers[n].colours = read_picture(folder / fmt::format("color_{}.webp", n));
    const PageMeasure measure{
        .size_kb = static_cast<double>(std::filesystem::file_size(folder / "page.html")) / 1e3,
        .ssim = ssim(flatten(layers), still.photo)};
    std::filesystem::remove_all(folder);
    return measure;
}

struct Cost {
    double wall_s = 0;
    double processor_s = 0;  // of all threads together
};

// The least of several turns, as others may use the machine, too.
Cost cost_of(const std::function<void()>& work) {
    constexpr int kTurns = 5;
    Cost least{1e9, 1e9};
    for (int turn = 0; turn < kTurns; ++turn) {
        const std::clock_t before = std::clock();
        const double wall_s = core::seconds_of(work);
        const double processor_s = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
        least = {std::min(least.wall_s, wall_s), std::min(least.processor_s, processor_s)};
    }
    return least;
}

Cost operator+(const Cost& a, const Cost& b) {
    return {a.wall_s + b.wall_s, a.processor_s + b.processor_s};
}

void print(const std::string& what, const Cost& cost, const char* must) {
    print(what, cost.wall_s, "s", must);
    print(what + ", of all threads", cost.processor_s, "s", "");
}

// A 12-megapixel photo at the size that its page has.
void measure_export() {
    const Still large = read_still_life({4000, 3000});
    const Filler filler({.fill = "smooth"});
    Still small;
    LayeredPhoto layers;
    const Cost shrink = cost_of([&] { small.photo = resize(large.photo, {1600, 1200}); });
    small.depth = read_still_life({1600, 1200}).depth;
    const Cost part =
        cost_of([&] { layers = split_photo(small.photo, small.depth, {}, filler, kRun); });
    const Cost pack =
        cost_of([&] { (void)photo3d::pack_textures(layers, PageOptions{}.quality, kRun); });
    print("page: 12 megapixels made 1600x1200", shrink, "");
    print("page: parted into layers", part, "");
    print("page: packed", pack, "");
    print("page: all of it", shrink + part + pack, "<= 1.5");
    const PageMeasure page = measure_page(small, std::move(layers));
    print("page: size", page.size_kb, "kB", "<= 900");
    print("page: SSIM of its layers to the photo", page.ssim, "", ">= 0.95");
}

// The views at the far end of each way.
void measure_camera(const char* name, CameraOptions options, double phase) {
    constexpr Size kFrame{1920, 1080};
    const Still still = read_still_life(kFrame);
    const LayeredPhoto layers =
        split_photo(still.photo, still.depth, photo3d::layers_for(options, kFrame),
                    Filler({.fill = "smooth"}), kRun);
    photo3d::Sheets sheets;
    const double ready =
        core::seconds_of([&] { sheets = photo3d::sheets_of(layers, options, kRun); });
    const photo3d::View view = photo3d::view_at(options, kFrame, phase);
    Image frame(kFrame, SampleType::u8, AlphaKind::premultiplied);
    Image other = frame;
    const auto draw = [&] { photo3d::draw_sheets(sheets, view, frame, kRun); };
    const core::Pair copy = core::time_in_turns(15, draw, [&] {
        core::parallel_rows(kRun, frame.height(), [&](int begin, int end) {
            std::memcpy(other.row<std::uint8_t>(begin), frame.row<std::uint8_t>(begin),
                        (end - begin) * frame.row_bytes());
        });
    });
    const core::Pair plain = core::time_in_turns(
        1, [&] { photo3d::draw_sheets_reference(sheets, view, other, kRun); }, draw);
    const double apart =
        cv::norm(as_mat(frame), as_mat(other), cv::NORM_L1) / (4.0 * kFrame.area());
    print(fmt::format("camera, {}: ready to draw", name), ready, "s", "");
    const Cost cost = cost_of(draw);
    print(fmt::format("camera, {}: a frame of 1920x1080", name), cost.wall_s * 1e3, "ms", "<= 40");
    print(fmt::format("camera, {}: a frame, of all threads", name), cost.processor_s * 1e3, "ms",
          "");
    print(fmt::format("camera, {}: fast / frame copy", name), copy.first_s / copy.second_s, "x",
          "");
    print(fmt::format("camera, {}: reference / fast", name), plain.first_s / plain.second_s, "x",
          "");
    print(fmt::format("camera, {}: mean difference, in 1/255", name), apart, "", "<= 0.1");
}

// ---- Against the other eye's view
// ----------------------------------------------------------------

// A view, the one beside it, and how far each pixel of the first lies to the right of where the
// second has it.
struct Pair {
    Image left{};
    Image right{};
    cv::Mat_<float> disparity{};
};

// The disparities that all but this part of the pixels keep within.
constexpr double kOutliers = 0.01;

cv::Vec2f keep_within_range(cv::Mat_<float>& disparity) {
    std::vector<float> sorted(disparity.begin(), disparity.end());
    std::ranges::sort(sorted);
    const auto at = [&](double part) {
        return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
    };
    const cv::Vec2f range(at(kOutliers), at(1 - kOutliers));
    disparity = cv::max(cv::min(disparity, range[1]), range[0]);
    return range;
}

// As PixiJS's DisplacementFilter does it: each pixel is fetched from where its own disparity says.
Image displace(const Pair& pair) {
    cv::Mat_<cv::Vec2f> from(pair.disparity.size());
    for (int y = 0; y < from.rows; ++y)
        for (int x = 0; x < from.cols; ++x)
            from(y, x) = {static_cast<float>(x) + pair.disparity(y, x), static_cast<float>(y)};
    Image view(pair.left.size(), SampleType::u8, AlphaKind::none);
    cv::remap(as_mat(pair.left), as_mat(view), from, cv::noArray(), cv::INTER_LINEAR,
              cv::BORDER_REPLICATE);
    return view;
}

Image draw_layered(const Pair& pair, cv::Vec2f range) {
    const Size size = pair.left.size();
    InverseDepth depth(size);
    pair.disparity.copyTo(as_mat(depth));
    const double way_px = range[1] - range[0];
    const Photo3dOptions options{.shift_percent = std::min(15.0, 100 * way_px / size.width)};
    const LayeredPhoto layers =
        split_photo(pair.left, depth, options, Filler({.fill = "smooth"}), kRun);
    photo3d::Sheets sheets{.frame = size, .margin_px = layers.margin_px};
    for (const PhotoLayer& layer : layers.layers)
        sheets.list.push_back(photo3d::make_sheet(layer, way_px));
    Image frame(size, SampleType::u8, AlphaKind::premultiplied);
    photo3d::draw_sheets(sheets, {.farthest = {.x_px = -range[0]}, .nearest = {.x_px = -range[1]}},
                         frame, kRun);
    Image view(size, SampleType::u8, AlphaKind::none);
    cv::cvtColor(as_mat(frame), as_mat(view), cv::COLOR_RGBA2RGB);
    return view;
}

// Prints by how much layers are nearer to the other view than displacement is, where it shows what
// the first shows.
double measure_pair(const std::string& name, Pair pair) {
    const cv::Vec2f range = keep_within_range(pair.disparity);
    const cv::Rect both(0, 0, pair.left.width() - static_cast<int>(range[1]) - 1,
                        pair.left.height());
    const auto psnr = [&](const Image& view) {
        return cv::PSNR(as_mat(view)(both), as_mat(pair.right)(both));
    };
    const double displaced = psnr(displace(pair));
    const double layered = psnr(draw_layered(pair, range));
    fmt::print("{:<40} displaced {:>6.2f} dB, layered {:>6.2f} dB, {:>+6.2f} dB\n", name, displaced,
               layered, layered - displaced);
    return layered - displaced;
}

Image in_bytes_of_rgb(const std::filesystem::path& file) {
    const Image picture = convert(read_picture(file), SampleType::u8);
    if (picture.alpha() == AlphaKind::none) return picture;
    Image rgb(picture.size(), SampleType::u8, AlphaKind::none);
    cv::cvtColor(as_mat(picture), as_mat(rgb), cv::COLOR_RGBA2RGB);
    return rgb;
}

// Middlebury's true disparities, a grey PGM of quarter pixels; what is 0 is unknown, and gets the
// farther of the disparities beside it in its row.
cv::Mat_<float> read_true_disparity(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::string magic;
    cv::Size size;
    int most = 0;
    stream >> magic >> size.width >> size.height >> most;
    stream.get();
    cv::Mat_<uchar> codes(size);
    stream.read(reinterpret_cast<char*>(codes.data), static_cast<std::streamsize>(codes.total()));
    cv::Mat_<float> disparity(size);
    for (int y = 0; y < size.height; ++y) {
        std::vector<int> from_left(size.width, 255);
        std::vector<int> from_right(size.width, 255);
        for (int x = 0, last = 255; x < size.width; ++x)
            from_left[x] = last = codes(y, x) > 0 ? codes(y, x) : last;
        for (int x = size.width - 1, last = 255; x >= 0; --x)
            from_right[x] = last = codes(y, x) > 0 ? codes(y, x) : last;
        for (int x = 0; x < size.width; ++x)
            disparity(y, x) = static_cast<float>(std::min(from_left[x], from_right[x])) / 4;
    }
    return disparity;
}

// `found` holds NAME.exr for NAME_left.png, as `diorama match` writes them.
void measure_pairs(const std::filesystem::path& pairs, const std::filesystem::path& found) {
    measure_pair(
        "cones, true disparity (must: >= +6)",
        {.left = in_bytes_of_rgb(pairs / "middlebury_cones_left.png"),
         .right = in_bytes_of_rgb(pairs / "middlebury_cones_right.png"),
         .disparity = read_true_disparity(pairs / "middlebury_cones_left_disparity_x4.pgm")});
    double sum = 0;
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(found)) {
        const std::string name = entry.path().stem().string();
        if (entry.path().extension() != ".exr") continue;
        sum += measure_pair(name, {.left = in_bytes_of_rgb(pairs / (name + "_left.png")),
                                   .right = in_bytes_of_rgb(pairs / (name + "_right.png")),
                                   .disparity = as_mat(read_inverse_depth(entry.path())).clone()});
        ++count;
    }
    if (count > 0) print("mean over the pairs, matched disparity", sum / count, "dB", ">= +2");
}

// Pages of photos at 1600 pixels. `found` holds NAME.png, the depth of NAME.jpg.
void measure_pages(const std::filesystem::path& photos, const std::filesystem::path& found) {
    constexpr int kLongerSide = 1600;
    PageMeasure worst{.ssim = 1};
    for (const auto& entry : std::filesystem::directory_iterator(found)) {
        const std::string name = entry.path().stem().string();
        Still still{.photo = in_bytes_of_rgb(photos / (name + ".jpg")),
                    .depth = read_inverse_depth(entry.path())};
        const double scale =
            static_cast<double>(kLongerSide) / std::max(still.photo.width(), still.photo.height());
        const Size size{static_cast<int>(std::lround(still.photo.width() * scale)),
                        static_cast<int>(std::lround(still.photo.height() * scale))};
        InverseDepth depth(size);
        cv::resize(as_mat(still.depth), as_mat(depth), {size.width, size.height});
        still = {.photo = resize(still.photo, size), .depth = std::move(depth)};
        const PageMeasure page = measure_page(
            still, split_photo(still.photo, still.depth, {}, Filler({.fill = "smooth"}), kRun));
        fmt::print("{:<40} {:>6.0f} kB, SSIM {:.3f}\n", name, page.size_kb, page.ssim);
        worst = {std::max(worst.size_kb, page.size_kb), std::min(worst.ssim, page.ssim)};
    }
    print("pages of 1600 pixels: the largest", worst.size_kb, "kB", "<= 900");
    print("pages of 1600 pixels: the least SSIM", worst.ssim, "", ">= 0.95");
}

}  // namespace
}  // namespace diorama

// Without arguments: what it costs. pairs PAIRS FOUND: how near layered views are to real ones.
// pages PHOTOS FOUND: what pages of photos weigh, and what they keep.
int main(int argc, char** argv) {
    using diorama::Motion;
    cv::setNumThreads(diorama::kRun.thread_count());
    if (argc == 4) {
        const bool pages = std::string_view(argv[1]) == "pages";
        (pages ? diorama::measure_pages : diorama::measure_pairs)(argv[2], argv[3]);
        return 0;
    }
    fmt::print("{:<62} {:>9}     {} ({} threads)\n", "photo3d", "measured", "must",
               diorama::kRun.thread_count());
    diorama::measure_export();
    diorama::measure_camera("sway", {.motion = Motion::sway}, 0.25);
    diorama::measure_camera("orbit", {.motion = Motion::orbit}, 0.15);
    diorama::measure_camera("dolly", {.motion = Motion::dolly}, 0.5);
    diorama::measure_camera("circle, open lens",
                            {.motion = Motion::circle, .focus = 0.9, .aperture_percent = 2}, 0.3);
    return 0;
}
