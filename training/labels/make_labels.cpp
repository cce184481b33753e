#include "labels/make_labels.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

#include "data/scene_file.h"
#include "diorama/error.h"
#include "diorama/model.h"
#include "diorama/picture.h"
#include "labels/snap_to_edges.h"
#include "perception/merge_depth.h"

namespace diorama::training {
namespace fs = std::filesystem;
namespace {

constexpr double kSpecks = 0.015;    // mean change by a median of 5×5, from looking at 350 mattes
constexpr double kTileShare = 0.62;  // of each side; two by two tiles overlap by a quarter

std::vector<fs::path> list_pictures(const fs::path& folder) {
    if (!fs::is_directory(folder))
        throw Error(ErrorCode::not_found, "no such folder", folder.string());
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.is_regular_file()) files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

cv::Mat_<cv::Vec3b> pixels(Image& rgb) {
    return {rgb.height(), rgb.width(), reinterpret_cast<cv::Vec3b*>(rgb.data())};
}

// 8-bit RGB, alpha left out.
Image read_rgb(const fs::path& file) {
    const Image picture = convert(read_picture(file), SampleType::u8);
    Image rgb(picture.size(), SampleType::u8, AlphaKind::none);
    for (int y = 0; y < rgb.height(); ++y)
        for (int x = 0; x < rgb.width(); ++x)
            std::copy_n(picture.row<std::uint8_t>(y) + x * picture.channels(), 3,
                        rgb.row<std::uint8_t>(y) + x * 3);
    return rgb;
}

template <class Kind>
cv::Mat_<float> matrix(const Map<Kind>& map) {
    return cv::Mat_<float>(map.height(), map.width(), const_cast<float*>(map.values().data()))
        .clone();
}

cv::Mat_<float> enlarge_or_shrink(const cv::Mat_<float>& map, cv::Size size) {
    cv::Mat_<float> resized;
    cv::resize(map, resized, size, 0, 0, map.cols > size.width ? cv::INTER_AREA : cv::INTER_LINEAR);
    return resized;
}

std::vector<cv::Rect> cut_tiles(cv::Size size) {
    const cv::Size tile(cvRound(kTileShare * size.width), cvRound(kTileShare * size.height));
    std::vector<cv::Rect> tiles;
    for (const int x : {0, size.width - tile.width})
        for (const int y : {0, size.height - tile.height})
            tiles.emplace_back(cv::Point(x, y), tile);
    return tiles;
}

// A network of one fixed size.
class SizedModel {
 public:
    SizedModel(ModelInterface interface, fs::path file, Size size, int threads)
        : size_(size), model_([&] {
              interface.variants.clear();
              interface.file = std::move(file);
              interface.input.size = {.fixed = size};
              return Model(std::move(interface), Device::cpu, threads);
          }()) {}

    [[nodiscard]] double shape() const { return std::log(double(size_.width) / size_.height); }
    [[nodiscard]] std::int64_t area() const { return size_.area(); }

    // The mean of what it says of the picture and of its mirror image, at the picture's size.
    [[nodiscard]] cv::Mat_<float> ask(const cv::Mat_<cv::Vec3b>& picture) const {
        cv::Mat_<float> mirrored;
        cv::flip(ask_once([&] {
                     cv::Mat_<cv::Vec3b> flipped;
                     cv::flip(picture, flipped, 1);
                     return flipped;
                 }()),
                 mirrored, 1);
        return 0.5 * (ask_once(picture) + mirrored);
    }

 private:
    [[nodiscard]] cv::Mat_<float> ask_once(const cv::Mat_<cv::Vec3b>& picture) const {
        Image image({picture.cols, picture.rows}, SampleType::u8, AlphaKind::none);
        picture.copyTo(pixels(image));
        auto result = std::move(model_.run(image).front());
        const cv::Mat_<float> map(result.size.height, result.size.width, result.values.data());
        return enlarge_or_shrink(map, picture.size());
    }

    Size size_;
    Model model_;
};

// The depth teacher at its larger sizes.
class DepthTeacher {
 public:
    DepthTeacher(const fs::path& block, int threads) {
        const auto interface = read_model_interface(block);
        for (const auto& variant : interface.variants)
            if (variant.size.area() >= 384 * 384)
                models_.emplace_back(interface, variant.file, variant.size, threads);
        if (models_.empty())
            throw Error(ErrorCode::unsupported, "has no variants of at least 384×384",
                        block.string());
    }

    // The low frequencies of the size that suits the picture, with the detail of all larger sizes
    // and, for pictures that are larger still, of four overlapping tiles.
    [[nodiscard]] cv::Mat_<float> ask(const cv::Mat_<cv::Vec3b>& picture) const {
        const cv::Rect everything({0, 0}, picture.size());
        const SizedModel& fitting = nearest_in_shape(picture.size());
        std::int64_t largest = fitting.area();
        std::vector<perception::PartialDepth> parts;
        for (const auto& model : models_)
            if (model.area() > fitting.area()) {
                parts.push_back({everything, model.ask(picture)});
                largest = std::max(largest, model.area());
            }
        if (static_cast<std::int64_t>(picture.total()) > 2 * largest)
            for (const cv::Rect& where : cut_tiles(picture.size()))
                parts.push_back({where, nearest_in_shape(where.size()).ask(picture(where))});
        return perception::merge_depth(fitting.ask(picture), parts);
    }

 private:
    [[nodiscard]] const SizedModel& nearest_in_shape(cv::Size size) const {
        const double shape = std::log(double(size.width) / size.height);
        return *std::ranges::min_element(models_, {}, [shape](const SizedModel& model) {
            return std::abs(model.shape() - shape);
        });
    }

    std::vector<SizedModel> models_;
};

class MatteTeacher {
 public:
    MatteTeacher(const fs::path& block, int threads) : model_(open(block, threads)) {}

    [[nodiscard]] Matte ask(const Image& picture) const {
        auto result = std::move(model_.run(picture).front());
        const cv::Mat_<float> map(result.size.height, result.size.width, result.values.data());
        Matte matte(picture.size());
        enlarge_or_shrink(map, {matte.width(), matte.height()})
            .copyTo(cv::Mat_<float>(matte.height(), matte.width(), matte.values().data()));
        return matte;
    }

 private:
    static Model open(const fs::path& block, int threads) {
        return Model(read_model_interface(block), Device::cpu, threads);
    }

    Model model_;
};

fs::path label_file(const fs::path& folder, const char* kind, const fs::path& photo) {
    return folder / kind / (photo.stem().string() + ".png");
}

// Calls `make(photo)` for each photo that has no label of this kind yet.
template <class Make>
void for_each_missing(const std::vector<fs::path>& photos, const fs::path& folder, const char* kind,
                      const RunContext& run, const Make& make) {
    for (std::size_t i = 0; i < photos.size(); ++i) {
        run.throw_if_stopped();
        run.progress(std::string("asking the teacher for ") + kind, static_cast<std::int64_t>(i),
                     static_cast<std::int64_t>(photos.size()));
        if (!fs::exists(label_file(folder, kind, photos[i]))) make(photos[i]);
    }
}

std::vector<std::uint16_t> as_shorts(const InverseDepth& depth) {
    const auto [low, high] = std::ranges::minmax(depth.values());
    const float scale = 65535.0F / std::max(high - low, 1e-6F);
    std::vector<std::uint16_t> shorts;
    shorts.reserve(depth.values().size());
    for (const float value : depth.values())
        shorts.push_back(static_cast<std::uint16_t>(std::lround((value - low) * scale)));
    return shorts;
}

std::vector<std::uint8_t> as_bytes(const Matte& matte) {
    std::vector<std::uint8_t> bytes;
    bytes.reserve(matte.values().size());
    for (const float value : matte.values())
        bytes.push_back(
            static_cast<std::uint8_t>(std::lround(255 * std::clamp(value, 0.0F, 1.0F))));
    return bytes;
}

Scene read_scene(const fs::path& photo, const fs::path& labels) {
    const Image picture = read_rgb(photo);
    Scene scene{.name = photo.stem().string(),
                .width = picture.width(),
                .height = picture.height(),
                .picture = {picture.data(), picture.data() + picture.size_bytes()}};
    if (const auto file = label_file(labels, "depth", photo); fs::exists(file))
        scene.inverse_depth = as_shorts(read_inverse_depth(file));
    if (const auto file = label_file(labels, "matte", photo); fs::exists(file)) {
        const Matte matte = read_matte(file);
        if (!is_speckled(matrix(matte))) scene.matte = as_bytes(matte);
    }
    return scene;
}

}  // namespace

bool is_speckled(const cv::Mat_<float>& matte) {
    cv::Mat bytes;
    cv::Mat without_specks;
    matte.convertTo(bytes, CV_8U, 255);
    cv::medianBlur(bytes, without_specks, 5);
    return cv::norm(bytes, without_specks, cv::NORM_L1) > kSpecks * 255 * matte.total();
}

void make_labels(const LabelOptions& options, const RunContext& run) {
    const auto photos = list_pictures(options.photos);
    for (const char* kind : {"depth", "matte"}) fs::create_directories(options.folder / kind);
    const DepthTeacher depth_teacher(options.depth_model, run.thread_count());
    const MatteTeacher matte_teacher(options.matte_model, run.thread_count());

    // All mattes first: they are quicker made, and of use without depth.
    for_each_missing(photos, options.folder, "matte", run, [&](const fs::path& photo) {
        write_matte(label_file(options.folder, "matte", photo), matte_teacher.ask(read_rgb(photo)));
    });
    for_each_missing(photos, options.folder, "depth", run, [&](const fs::path& photo) {
        Image picture = read_rgb(photo);
        auto matte = matrix(read_matte(label_file(options.folder, "matte", photo)));
        if (is_speckled(matte)) matte = 0.0F;
        const auto merged =
            snap_to_edges(depth_teacher.ask(pixels(picture)), pixels(picture), matte);
        InverseDepth depth(picture.size());
        merged.copyTo(cv::Mat_<float>(merged.rows, merged.cols, depth.values().data()));
        write_inverse_depth(label_file(options.folder, "depth", photo), depth);
    });
}

void pack_labels(const fs::path& photos, const fs::path& labels, const fs::path& scenes,
                 const RunContext& run) {
    const auto files = list_pictures(photos);
    SceneFileWriter writer(scenes);
    for (std::size_t i = 0; i < files.size(); ++i) {
        run.throw_if_stopped();
        run.progress("packing", static_cast<std::int64_t>(i),
                     static_cast<std::int64_t>(files.size()));
        writer.add(read_scene(files[i], labels));
    }
    writer.finish();
}

}  // namespace diorama::training
