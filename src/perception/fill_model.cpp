#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "diorama/opencv.h"
#include "inference/fitting.h"
#include "inference/model_access.h"
#include "perception/fill_methods.h"

namespace diorama::perception {
namespace {

using inference::Graph;
using inference::Shape;
using inference::Tensor;

// A piece of the hole is shown to the network with this much of its larger side around it.
constexpr double kAround = 0.5;
constexpr int kAroundPx = 48;

// Squares around the pieces of the hole. A large one first: it may hold small ones.
std::vector<cv::Rect> find_tiles(const cv::Mat_<uchar>& hole) {
    cv::Mat_<int> labels, stats;
    cv::Mat_<double> centres;
    const int pieces = cv::connectedComponentsWithStats(hole, labels, stats, centres);
    std::vector<cv::Rect> tiles;
    for (int n = 1; n < pieces; ++n) {
        const cv::Rect bounds(stats(n, cv::CC_STAT_LEFT), stats(n, cv::CC_STAT_TOP),
                              stats(n, cv::CC_STAT_WIDTH), stats(n, cv::CC_STAT_HEIGHT));
        const int longer = std::max(bounds.width, bounds.height);
        const int side = longer + 2 * std::max(kAroundPx, cvRound(kAround * longer));
        const auto begin = [&](int middle, int frame) {
            return std::clamp(middle - side / 2, 0, std::max(0, frame - side));
        };
        tiles.push_back(cv::Rect(begin(bounds.x + bounds.width / 2, hole.cols),
                                 begin(bounds.y + bounds.height / 2, hole.rows), side, side) &
                        cv::Rect({0, 0}, hole.size()));
    }
    std::ranges::stable_sort(tiles, std::greater(), &cv::Rect::area);
    return tiles;
}

// The plane that tells the network what to fill.
Tensor hole_tensor(const cv::Mat_<uchar>& hole, const Graph& graph, const HoleInput& input) {
    std::vector<float> values(hole.total());
    std::transform(hole.begin(), hole.end(), values.begin(),
                   [&](uchar unknown) { return unknown != 0 ? input.hole : input.keep; });
    Shape shape = graph.input(input.name).shape;
    // Height and width are its last sides, unless the very last is a channel.
    const std::size_t sides = shape.size() == 4 && shape[3] == 1 ? 3 : 2;
    if (shape.size() < sides)
        graph.fail(fmt::format("input '{}' must be a plane, but is {}", input.name,
                               inference::describe(shape)));
    std::ranges::fill(shape, 1);
    shape[shape.size() - sides] = hole.rows;
    shape[shape.size() - sides + 1] = hole.cols;
    return inference::make_tensor(shape, std::move(values));
}

// What the network makes, 0…255; its channels lie before or behind the picture's sides.
cv::Mat_<cv::Vec3f> as_picture(const Tensor& tensor, const Graph& graph,
                               const ModelOutput& output) {
    Shape shape = tensor.shape;
    while (shape.size() > 3 && shape.front() == 1) shape.erase(shape.begin());
    const bool planes = shape.size() == 3 && shape.front() == 3;
    if (!planes && !(shape.size() == 3 && shape.back() == 3))
        graph.fail(fmt::format("the output must be a picture, [1, 3, height, width], but is {}",
                               inference::describe(tensor.shape)));
    const auto values = tensor.floats();
    const cv::Size size(static_cast<int>(shape[planes ? 2 : 1]),
                        static_cast<int>(shape[planes ? 1 : 0]));
    const float scale = 255 / (output.range[1] - output.range[0]);
    cv::Mat_<cv::Vec3f> picture(size);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            for (int c = 0; c < 3; ++c) {
                const std::size_t pixel = static_cast<std::size_t>(y) * size.width + x;
                const float value = planes
                                        ? values[static_cast<std::size_t>(c) * size.area() + pixel]
                                        : values[3 * pixel + c];
                picture(y, x)[c] = (value - output.range[0]) * scale;
            }
    return picture;
}

cv::Mat_<cv::Vec3f> run_network(const Model& model, const Image& tile, const cv::Mat_<uchar>& hole,
                                const RunContext& run) {
    const ModelInterface& interface = model.interface();
    const Graph& graph = inference::ModelAccess::graph(model, tile.size());
    const Size size = model.input_size(tile.size());
    const auto& picture = graph.input(interface.input.name);
    inference::check_picture_input(graph, picture, interface.input, size);
    cv::Mat_<float> share;
    hole.convertTo(share, CV_32F);
    cv::resize(share, share, {size.width, size.height}, 0, 0, cv::INTER_AREA);
    const ModelOutput& output =
        *std::ranges::find(interface.outputs, OutputMeaning::picture, &ModelOutput::meaning);
    const Tensor filled =
        graph
            .run({{picture.name, inference::picture_tensor(tile, size, interface.input)},
                  {graph.input(interface.hole.name).name,
                   hole_tensor(cv::Mat(share > 0), graph, interface.hole)}},
                 {graph.output(output.name).name}, run)
            .front();
    cv::Mat_<cv::Vec3f> colours = as_picture(filled, graph, output);
    cv::resize(colours, colours, hole.size(), 0, 0,
               colours.total() > hole.total() ? cv::INTER_AREA : cv::INTER_CUBIC);
    return colours;
}

// The tile as the network sees it: RGB over grey, in the view's type.
Image over_grey(const cv::Mat& view) {
    Image tile({view.cols, view.rows}, view.depth() == CV_8U ? SampleType::u8 : SampleType::u16,
               AlphaKind::none);
    cv::Mat out = as_mat(tile);
    if (view.channels() == 3) {
        view.copyTo(out);
        return tile;
    }
    visit_samples(view.depth(), [&](auto sample) {
        using T = decltype(sample);
        for (int y = 0; y < view.rows; ++y)
            for (int x = 0; x < view.cols; ++x)
                write_over_grey(read_over_grey(view.ptr<T>(y) + 4 * x, 4), 3,
                                out.ptr<T>(y) + 3 * x);
    });
    return tile;
}

// What the network made of the hole, opaque, goes into the view.
void put(const cv::Mat_<cv::Vec3f>& colours, const cv::Mat_<uchar>& hole, cv::Mat view) {
    visit_samples(view.depth(), [&](auto sample) {
        using T = decltype(sample);
        for (int y = 0; y < view.rows; ++y)
            for (int x = 0; x < view.cols; ++x) {
                if (!hole(y, x)) continue;
                const auto& c = colours(y, x);
                write_over_grey(cv::Vec4f(c[0], c[1], c[2], 255), view.channels(),
                                view.ptr<T>(y) + x * view.channels());
            }
    });
}

}  // namespace

cv::Mat fill_by_model(const cv::Mat& view, const Hole& hole, const HoleCopy& copy,
                      const Model& model, const RunContext& run) {
    const cv::Rect whole({0, 0}, view.size());
    cv::Mat_<uchar> missing = hole.cover > 0, unknown = missing.clone();
    if (!copy.nearer.empty()) {
        cv::Mat_<uchar> nearer;
        cv::resize(copy.nearer, nearer, view.size(), 0, 0, cv::INTER_NEAREST);
        unknown |= nearer;
    }
    const auto knows_nothing = [&](const cv::Rect& tile) {
        return cv::countNonZero(unknown(tile) == 0) == 0;
    };
    if (knows_nothing(whole)) return fill_smoothly(view, copy, run);
    cv::Mat filled = view.clone();
    for (cv::Rect tile : find_tiles(missing)) {
        run.throw_if_stopped();
        if (cv::countNonZero(missing(tile)) == 0) continue;
        if (knows_nothing(tile)) tile = whole;
        // What is nearer is hidden from the network; what it shows there the next tile may see.
        put(run_network(model, over_grey(filled(tile)), unknown(tile), run), unknown(tile),
            filled(tile));
        missing(tile).setTo(0);
        unknown(tile).setTo(0);
    }
    return filled;
}

}  // namespace diorama::perception
