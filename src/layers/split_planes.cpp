#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/parallel.h"
#include "core/quantile.h"
#include "diorama/error.h"
#include "diorama/opencv.h"
#include "diorama/planes.h"
#include "layers/percentiles.h"
#include "layers/plane_masks.h"

namespace diorama {
namespace layers {
namespace {

constexpr int kMostPlanes = 8;
// Below this, a pixel's depth decides nothing: with the heuristic confidence, a step of 7 % of the
// whole depth between two neighbours.
constexpr float kConfident = 0.5F;

std::vector<float> parse_edges(const std::string& text) {
    const auto refuse = [&](const char* reason) {
        throw Error(ErrorCode::usage, fmt::format("'{}' {}", text, reason), "--edges");
    };
    std::vector<float> edges;
    const char* at = text.data();
    const char* const end = at + text.size();
    for (;; ++at) {
        float edge = 0;
        const auto [next, code] = std::from_chars(at, end, edge);
        if (code != std::errc() || !std::isfinite(edge))
            refuse("is no list of inverse depths such as 0.2,0.6");
        edges.push_back(edge);
        at = next;
        if (at == end) break;
        if (*at != ',') refuse("is no list of inverse depths such as 0.2,0.6");
    }
    if (!std::ranges::is_sorted(edges, std::less_equal<>())) refuse("must rise from far to near");
    if (edges.size() >= kMostPlanes)
        refuse(fmt::format("makes more than {} planes", kMostPlanes).c_str());
    return edges;
}

std::vector<double> edge_fractions(const PlaneOptions& options) {
    if (!options.planes) {
        if (options.background_percentile >= options.foreground_percentile)
            throw Error(ErrorCode::usage,
                        "must be smaller than --foreground-percentile, or nothing is between",
                        "--background-percentile");
        return {options.background_percentile / 100, options.foreground_percentile / 100};
    }
    std::vector<double> fractions;
    for (int p = 1; p < *options.planes; ++p)
        fractions.push_back(static_cast<double>(p) / *options.planes);
    return fractions;
}

std::vector<float> find_edges(const InverseDepth& depth, const PlaneOptions& options,
                              const RunContext& run) {
    if (!options.edges.empty()) return parse_edges(options.edges);
    return percentiles(depth.values(), edge_fractions(options), run);
}

// Equation 2 counts a value on the first edge as background and one on any other edge as the plane
// before it, except on the last edge, where the foreground begins.
std::uint8_t plane_of(float value, const std::vector<float>& edges) {
    if (edges.size() > 1 && value >= edges.back()) return static_cast<std::uint8_t>(edges.size());
    const auto above = std::ranges::lower_bound(edges, value);
    return static_cast<std::uint8_t>(above - edges.begin());
}

// The plane of each pixel whose depth is not trusted becomes that of the nearest trusted one.
void join_confident(cv::Mat_<uchar>& plane, const Confidence& confidence) {
    cv::Mat_<uchar> doubted(plane.size());
    for (int y = 0; y < plane.rows; ++y)
        for (int x = 0; x < plane.cols; ++x)
            doubted(y, x) = confidence.at(x, y) < kConfident ? 255 : 0;
    if (cv::countNonZero(doubted) == static_cast<int>(doubted.total())) return;

    cv::Mat_<float> distance;
    cv::Mat_<int> nearest;
    cv::distanceTransform(doubted, distance, nearest, cv::DIST_L2, cv::DIST_MASK_5,
                          cv::DIST_LABEL_PIXEL);
    // The label of each trusted pixel leads to its plane.
    std::vector<uchar> plane_of_label(plane.total() + 1);
    for (int y = 0; y < plane.rows; ++y)
        for (int x = 0; x < plane.cols; ++x)
            if (!doubted(y, x)) plane_of_label[nearest(y, x)] = plane(y, x);
    for (int y = 0; y < plane.rows; ++y)
        for (int x = 0; x < plane.cols; ++x)
            if (doubted(y, x)) plane(y, x) = plane_of_label[nearest(y, x)];
}

std::vector<float> median_nearness(const PlaneMap& map, const InverseDepth& depth) {
    std::vector<std::vector<float>> values(map.planes);
    for (std::size_t i = 0; i < map.plane.size(); ++i)
        values[map.plane[i]].push_back(depth.values()[i]);
    std::vector<float> medians;
    for (auto& own : values) {
        // A plane that lost all of its pixels to confident neighbours lies where its edge is.
        if (own.empty()) {
            medians.push_back(medians.empty() ? 0.0F : medians.back());
            continue;
        }
        medians.push_back(core::median(own));
    }
    return medians;
}

void check_depth(const InverseDepth& depth, const std::vector<float>& edges, PlaneMap& map) {
    const auto [low, high] = std::ranges::minmax(depth.values());
    if (low == high)
        throw Error(ErrorCode::unreadable,
                    "is flat: nothing lies behind anything else; take another depth", "depth");
    std::vector<std::size_t> population(map.planes);
    for (const auto plane : map.plane) ++population[plane];
    const auto empty = std::ranges::find(population, 0U);
    if (empty != population.end())
        throw Error(ErrorCode::unreadable,
                    fmt::format("leaves plane {} of {} (from far to near) empty; fewer --planes, "
                                "or --edges between {:.3g} and {:.3g}",
                                empty - population.begin() + 1, edges.size() + 1, low, high),
                    "depth");
}

}  // namespace
}  // namespace layers

const std::vector<Field<PlaneOptions>>& PlaneOptions::fields() {
    static const std::vector<Field<PlaneOptions>> list{
        field("background-percentile", &PlaneOptions::background_percentile,
              {.min = 0, .max = 100, .unit = "% of pixels"},
              "so much of the picture, the farthest, is background"),
        field("foreground-percentile", &PlaneOptions::foreground_percentile,
              {.min = 0, .max = 100, .unit = "% of pixels"},
              "what is nearer than so much of the picture is foreground"),
        field("background-reach", &PlaneOptions::background_reach,
              {.min = 0, .max = 1, .unit = "of the depth"},
              "what touches the background and is nearer by no more than this joins it, as all of "
              "a sky should; across even areas six times as far; 0: the percentile alone"),
        field("planes", &PlaneOptions::planes, {.min = 2, .max = layers::kMostPlanes},
              "so many planes of equal population instead of background, midground, foreground"),
        field("edges", &PlaneOptions::edges, {.placeholder = "D,D,..."},
              "planes part at these inverse depths instead, 0 = far, 1 = near"),
        field("support", &PlaneOptions::support, "what a plane has behind nearer ones"),
        field("keep-whole", &PlaneOptions::keep_whole,
              "what belongs to one plane as a whole, however far it reaches; a subject that is "
              "named does in any case"),
    };
    return list;
}

int count_planes(const PlaneOptions& options) {
    if (options.edges.empty()) return options.planes.value_or(3);
    if (options.planes)
        throw Error(ErrorCode::usage, "does not go with --planes; both say where planes part",
                    "--edges");
    return static_cast<int>(layers::parse_edges(options.edges).size()) + 1;
}

double paper_scale(Size picture) {
    constexpr double kPaperArea = 1840.0 * 1228.0;
    return std::sqrt(static_cast<double>(picture.area()) / kPaperArea);
}

PlaneMap split_planes(const InverseDepth& depth, const Confidence& confidence,
                      const PlaneOptions& options, const RunContext& run) {
    validate(options);
    (void)count_planes(options);
    if (depth.empty() || depth.size() != confidence.size())
        throw Error(ErrorCode::mismatch, "depth and confidence must have one size", "planes");
    const std::vector<float> edges = layers::find_edges(depth, options, run);

    PlaneMap map{
        .size = depth.size(), .planes = static_cast<int>(edges.size()) + 1, .edges = edges};
    map.plane.resize(depth.values().size());
    core::parallel_rows(run, depth.height(), [&](int begin, int end) {
        const auto width = static_cast<std::size_t>(depth.width());
        std::transform(depth.values().begin() + static_cast<std::ptrdiff_t>(begin * width),
                       depth.values().begin() + static_cast<std::ptrdiff_t>(end * width),
                       map.plane.begin() + static_cast<std::ptrdiff_t>(begin * width),
                       [&](float value) { return layers::plane_of(value, edges); });
    });
    layers::check_depth(depth, edges, map);
    run.throw_if_stopped();

    cv::Mat_<uchar> plane(map.size.height, map.size.width, map.plane.data());
    layers::join_confident(plane, confidence);
    map.nearness = layers::median_nearness(map, depth);
    return map;
}

}  // namespace diorama
