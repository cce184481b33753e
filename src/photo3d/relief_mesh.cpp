#include "photo3d/relief_mesh.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/core.hpp>

#include "diorama/opencv.h"
#include "photo3d/depth_steps.h"

namespace diorama::photo3d {
namespace {

// A surface has about so many corners, or fewer.
constexpr double kMostCorners = 60000;

// The corners of a layer's grid.
class Grid {
 public:
    explicit Grid(Size layer)
        : layer_(layer),
          columns_(cells(layer.width, layer) + 1),
          rows_(cells(layer.height, layer) + 1) {}

    [[nodiscard]] int columns() const { return columns_; }
    [[nodiscard]] int rows() const { return rows_; }
    // A pixel of the layer; the outermost corners lie on its border.
    [[nodiscard]] cv::Point pixel(int column, int row) const {
        return {column * (layer_.width - 1) / (columns_ - 1),
                row * (layer_.height - 1) / (rows_ - 1)};
    }

 private:
    static int cells(int length, Size layer) {
        const double spacing = std::max(2.0, std::sqrt(layer.area() / kMostCorners));
        return std::max(1, static_cast<int>(std::lround(length / spacing)));
    }
    Size layer_;
    int columns_;
    int rows_;
};

// Puts the corners that triangles use into the mesh, each once.
class Corners {
 public:
    Corners(const LayeredPhoto& photo, const PhotoLayer& layer, const PhotoCamera& camera,
            const Grid& grid, ReliefMesh& mesh)
        : photo_(photo),
          layer_(layer),
          camera_(camera),
          grid_(grid),
          mesh_(mesh),
          numbers_(static_cast<std::size_t>(grid.columns()) * grid.rows(), kNone) {}

    std::uint32_t number_of(int column, int row) {
        std::uint32_t& number = numbers_[static_cast<std::size_t>(row) * grid_.columns() + column];
        if (number == kNone) {
            number = static_cast<std::uint32_t>(mesh_.places.size());
            add(grid_.pixel(column, row));
        }
        return number;
    }

 private:
    static constexpr std::uint32_t kNone = UINT32_MAX;

    void add(cv::Point pixel) {
        const Size layer = layer_.colours.size();
        const double distance = camera_.distance_of(layer_.depth.at(pixel.x, pixel.y));
        const double along = distance / camera_.focal_px(photo_.size);
        mesh_.places.push_back({static_cast<float>((pixel.x - (layer.width - 1) / 2.0) * along),
                                static_cast<float>(((layer.height - 1) / 2.0 - pixel.y) * along),
                                static_cast<float>(-distance)});
        mesh_.texture.push_back(
            {(static_cast<float>(pixel.x) + 0.5F) / static_cast<float>(layer.width),
             (static_cast<float>(pixel.y) + 0.5F) / static_cast<float>(layer.height)});
    }

    const LayeredPhoto& photo_;
    const PhotoLayer& layer_;
    const PhotoCamera& camera_;
    const Grid& grid_;
    ReliefMesh& mesh_;
    std::vector<std::uint32_t> numbers_;
};

bool shows_anything(const Image& colours, cv::Rect cell) {
    if (colours.alpha() == AlphaKind::none) return true;
    for (int y = cell.y; y < cell.br().y; ++y)
        for (int x = cell.x; x < cell.br().x; ++x)
            if (colours.row<std::uint8_t>(y)[4 * x + 3] > 0) return true;
    return false;
}

}  // namespace

double PhotoCamera::focal_px(Size photo) const {
    return photo.width / 2.0 / std::tan(width_deg / 2 * std::numbers::pi / 180);
}

ReliefMesh make_relief_mesh(const LayeredPhoto& photo, std::size_t number,
                            const PhotoCamera& camera) {
    const PhotoLayer& layer = photo.layers[number];
    const Grid grid(layer.colours.size());
    ReliefMesh mesh;
    Corners corners(photo, layer, camera, grid, mesh);
    const auto depth_at = [&](cv::Point pixel) { return layer.depth.at(pixel.x, pixel.y); };
    for (int row = 0; row + 1 < grid.rows(); ++row)
        for (int column = 0; column + 1 < grid.columns(); ++column) {
            const cv::Point from = grid.pixel(column, row);
            const cv::Point to = grid.pixel(column + 1, row + 1);
            const auto [low, high] = std::minmax(
                {depth_at(from), depth_at({to.x, from.y}), depth_at({from.x, to.y}), depth_at(to)});
            if (high - low > kStep) continue;
            if (!shows_anything(layer.colours, cv::Rect(from, to + cv::Point(1, 1)))) continue;
            const std::uint32_t a = corners.number_of(column, row);
            const std::uint32_t b = corners.number_of(column + 1, row);
            const std::uint32_t c = corners.number_of(column, row + 1);
            const std::uint32_t d = corners.number_of(column + 1, row + 1);
            mesh.triangles.insert(mesh.triangles.end(), {a, c, b, b, c, d});
        }
    return mesh;
}

}  // namespace diorama::photo3d
