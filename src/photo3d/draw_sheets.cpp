#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "core/parallel.h"
#include "photo3d/sheets.h"

// The frame in cells of 4×4 pixels, from the nearest sheet to the farthest. Where the four corners
// of a cell see one smooth surface, what its pixels see lies between; cells near a step look
// closer, down to single pixels. What nearer sheets hide is not drawn, nor is what is empty.

namespace diorama::photo3d {
namespace {

constexpr int kCell = Sampler::kRow;
constexpr int kPixels = kCell * kCell;
constexpr float kOpaque = 254.5F;

struct Corner {
    Hit hit{};
    cv::Point2f place{};  // in the sheet's colours
    [[nodiscard]] bool is_rough() const { return hit.rough || hit.wall > 0; }
};

// Where four pixels meet, up and to the left of the one in this row and column.
cv::Point2f corner_at(int column, int row) {
    return {static_cast<float>(column) - kHalfPixel, static_cast<float>(row) - kHalfPixel};
}

// The corners along one border of a row of cells, looked at when they are asked for.
class CornerRow {
 public:
    explicit CornerRow(int count) : corners_(count), known_(count) {}

    void begin(int y) {
        y_ = y;
        std::ranges::fill(known_, char{0});
    }
    const Corner& at(int n, const Relief& relief, const Rays& rays) {
        if (!known_[n]) {
            known_[n] = 1;
            const Line line = rays.through(corner_at(n * kCell, y_));
            const Hit hit = meet(relief, rays.in_depth(line));
            corners_[n] = {.hit = hit, .place = line.at(hit.z)};
        }
        return corners_[n];
    }

 private:
    int y_ = 0;
    std::vector<Corner> corners_;
    std::vector<char> known_;
};

// One sheet, while some rows of the frame are drawn.
class Painter {
 public:
    Painter(const Sheet& sheet, const Sheets& sheets, const View& view, int cells)
        : relief_(sheet.relief),
          emptiness_(sheet.emptiness),
          colours_(sheet.colours),
          rays_(view, sheet.relief, size_of(sheet.colours), sheets.margin_px),
          reach_px_(rays_.half_way_px({sheets.frame.width, sheets.frame.height}) + 2 * kCell),
          above_(cells + 1),
          below_(cells + 1) {}

    void begin(int y) {
        above_.begin(y);
        below_.begin(y + kCell);
    }
    void next(int y) {
        std::swap(above_, below_);
        below_.begin(y + kCell);
    }

    // Sets the cell's pixels to what the sheet shows there; false where that is nothing.
    bool paint(int cell, int y, Pixel* pixels) {
        if (is_empty(cell, y)) return false;
        const Corner& a = above_.at(cell, relief_, rays_);
        const Corner& b = above_.at(cell + 1, relief_, rays_);
        const Corner& c = below_.at(cell, relief_, rays_);
        const Corner& d = below_.at(cell + 1, relief_, rays_);
        if (a.is_rough() || b.is_rough() || c.is_rough() || d.is_rough())
            paint_quarters(cell, y, {a.hit, b.hit, c.hit, d.hit}, pixels);
        else
            paint_between(a.place, b.place, c.place, d.place, pixels);
        return true;
    }

 private:
    // Whether no ray of the cell comes by anything that is to be seen.
    [[nodiscard]] bool is_empty(int cell, int y) const {
        constexpr float kHalf = kCell / 2.0F;
        const cv::Point2f middle =
            rays_.middle({static_cast<float>(cell * kCell) + kHalf, static_cast<float>(y) + kHalf});
        const auto block = [](float at, int count) {
            return std::clamp(static_cast<int>(at) / kBlock, 0, count - 1);
        };
        return emptiness_(block(middle.y, emptiness_.rows), block(middle.x, emptiness_.cols)) >
               reach_px_;
    }

    // By quarters of 2×2 pixels, which are as large as the relief's texels: a step that no corner
    // of one sees is not there.
    void paint_quarters(int cell, int y, const Corners& corners_of_cell, Pixel* pixels) {
        begin_cell(cell, y, corners_of_cell);
        for (int row = 0; row < kCell; row += 2)
            for (int column = 0; column < kCell; column += 2) {
                const Corners corners = hits_around(row, column, 2);
                const bool smooth = is_one_surface(line_through(row, column), corners);
                for (const int i : {0, 1})
                    for (const int k : {0, 1}) {
                        const Line line = line_through(row + i, column + k);
                        pixels[(row + i) * kCell + column + k] =
                            smooth ? look_between(line, corners, i, k)
                                   : look(colours_, line, hits_around(row + i, column + k, 1));
                    }
            }
    }
    // The cell before this one ends where it begins.
    void begin_cell(int cell, int y, const Corners& corners) {
        const bool goes_on = last_ == cv::Point(cell - 1, y);
        for (int row = 0; row < kSide; ++row) {
            Looked* hits = hits_.data() + kSide * row;
            hits[0] = goes_on ? hits[kSide - 1] : Looked{};
            std::fill_n(hits + 1, kSide - 1, Looked{});
        }
        for (int n = 0; n < 4; ++n)
            hits_[kSide * kCell * (n / 2) + kCell * (n % 2)] = {.hit = corners[n], .known = true};
        last_ = {cell, y};
    }
    [[nodiscard]] Line line_through(int row, int column) const {
        return rays_.through(
            {static_cast<float>(last_.x * kCell + column), static_cast<float>(last_.y + row)});
    }
    // Through the corners of a square of pixels.
    Corners hits_around(int row, int column, int side) {
        return {hit_at(row, column), hit_at(row, column + side), hit_at(row + side, column),
                hit_at(row + side, column + side)};
    }
    const Hit& hit_at(int row, int column) {
        Looked& looked = hits_[kSide * row + column];
        if (!looked.known) {
            const Line line = rays_.through(corner_at(last_.x * kCell + column, last_.y + row));
            looked.hit = meet(relief_, rays_.in_depth(line));
            looked.known = true;
        }
        return looked.hit;
    }
    // Of one of the four pixels between the corners.
    [[nodiscard]] Pixel look_between(const Line& line, const Corners& corners, int row,
                                     int column) const {
        const auto between = [](float a, float b, int place) {
            return a + (b - a) * (place == 0 ? 0.25F : 0.75F);
        };
        const float z = between(between(corners[0].z, corners[1].z, column),
                                between(corners[2].z, corners[3].z, column), row);
        const cv::Point2f place = line.at(z);
        return colours_.at(place.x, place.y);
    }
    void paint_between(cv::Point2f a, cv::Point2f b, cv::Point2f c, cv::Point2f d,
                       Pixel* pixels) const {
        constexpr float kPart = 1.0F / kCell;
        const cv::Point2f down_left = (c - a) * kPart;
        const cv::Point2f down_right = (d - b) * kPart;
        cv::Point2f left = a + down_left * kHalfPixel;
        cv::Point2f right = b + down_right * kHalfPixel;
        for (int row = 0; row < kCell; ++row, pixels += kCell) {
            const cv::Point2f step = (right - left) * kPart;
            paint_row(left + step * kHalfPixel, step, pixels);
            left += down_left;
            right += down_right;
        }
    }
    // Mostly a row of the frame lies along a row of the sheet.
    void paint_row(cv::Point2f at, cv::Point2f step, Pixel* seen) const {
        constexpr float kSlanted = 1.0F / 32;
        const float middle = at.y + step.y * (kCell - 1) / 2.0F;
        if (std::abs(step.y) * (kCell - 1) < kSlanted && colours_.has_row(at.x, step.x, middle)) {
            colours_.row_at(at.x, step.x, middle, seen);
            return;
        }
        for (int column = 0; column < kCell; ++column, at += step)
            seen[column] = colours_.at(at.x, at.y);
    }

    const Relief& relief_;
    const cv::Mat_<float>& emptiness_;
    Sampler colours_;
    Rays rays_;
    float reach_px_;
    CornerRow above_;
    CornerRow below_;
    struct Looked {
        Hit hit{};
        bool known = false;
    };
    static constexpr int kSide = kCell + 1;
    std::array<Looked, kSide * kSide> hits_{};  // through the corners of the last cell's pixels
    cv::Point last_{-1, -1};
};

void lay_all_over(Mixing mixing, Pixel* pixels, const Pixel* behind) {
    for (int i = 0; i < kPixels; ++i) pixels[i] = lay_over(mixing, pixels[i], behind[i]);
}

bool is_opaque(const Pixel* pixels) {
    Pixel least = pixels[0];
    for (int i = 1; i < kPixels; ++i) least = cv::v_min(least, pixels[i]);
    return cv::v_extract_n<3>(least) > kOpaque;
}

void store(const Pixel* pixels, int cell, int y, Image& frame) {
    const int columns = std::min(kCell, frame.width() - cell * kCell);
    const int rows = std::min(kCell, frame.height() - y);
    for (int row = 0; row < rows; ++row, pixels += kCell) {
        alignas(16) std::uint8_t samples[4 * kCell];
        cv::v_store(samples,
                    cv::v_pack_u(cv::v_pack(cv::v_round(pixels[0]), cv::v_round(pixels[1])),
                                 cv::v_pack(cv::v_round(pixels[2]), cv::v_round(pixels[3]))));
        std::copy_n(samples, 4 * columns,
                    frame.row<std::uint8_t>(y + row) + std::size_t{4} * cell * kCell);
    }
}

}  // namespace

void draw_sheets(const Sheets& sheets, const View& view, Image& frame, const RunContext& run) {
    const int cells = (frame.width() + kCell - 1) / kCell;
    const int bands = (frame.height() + kCell - 1) / kCell;
    core::parallel_rows(run, bands, [&](int begin, int end) {
        std::vector<Painter> painters;
        for (auto sheet = sheets.list.rbegin(); sheet != sheets.list.rend(); ++sheet)
            painters.emplace_back(*sheet, sheets, view, cells);
        for (Painter& painter : painters) painter.begin(begin * kCell);
        for (int band = begin; band < end; ++band) {
            const int y = band * kCell;
            for (int cell = 0; cell < cells; ++cell) {
                Pixel pixels[kPixels];
                Pixel behind[kPixels];
                bool nothing = true;
                for (Painter& painter : painters) {
                    if (!painter.paint(cell, y, nothing ? pixels : behind)) continue;
                    if (!nothing) lay_all_over(sheets.mixing, pixels, behind);
                    nothing = false;
                    if (is_opaque(pixels)) break;
                }
                if (nothing) std::ranges::fill(pixels, cv::v_setzero_f32());
                store(pixels, cell, y, frame);
            }
            for (Painter& painter : painters) painter.next(y + kCell);
        }
    });
}

}  // namespace diorama::photo3d
