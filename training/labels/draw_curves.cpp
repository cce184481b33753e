#include "labels/draw_curves.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "diorama/error.h"
#include "diorama/picture.h"
#include "run/loss_table.h"

namespace diorama::training {
namespace {

constexpr int kColumns = 2;
const cv::Size kPanel(640, 320);
const cv::Rect kPlot(56, 34, 566, 258);  // in a panel

struct Curve {
    std::vector<cv::Point2d> training{};
    std::vector<cv::Point2d> validation{};
};

std::map<std::string, Curve> collect(const std::filesystem::path& losses) {
    std::map<std::string, Curve> curves;
    for (const auto& row : read_losses(losses))
        for (const auto& [name, value] : row.losses) {
            auto& curve = curves[name];
            (row.kind == "training" ? curve.training : curve.validation)
                .emplace_back(static_cast<double>(row.step), value);
        }
    return curves;
}

void write(cv::Mat panel, const std::string& text, cv::Point at) {
    cv::putText(panel, text, at, cv::FONT_HERSHEY_SIMPLEX, 0.45, {60, 60, 60}, 1, cv::LINE_AA);
}

std::string print(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

void draw(cv::Mat panel, const std::string& name, const Curve& curve) {
    double last_step = 1;
    std::vector<double> values;
    for (const auto* points : {&curve.training, &curve.validation})
        for (const auto& point : *points) {
            last_step = std::max(last_step, point.x);
            values.push_back(point.y);
        }
    // The first steps may be far off; they run out of the top.
    const auto high = values.begin() + static_cast<std::ptrdiff_t>(0.98 * (values.size() - 1));
    std::nth_element(values.begin(), high, values.end());
    const double top = std::max(1.05 * *high, 1e-6);

    const auto place = [&](cv::Point2d point) {
        return cv::Point(cvRound(kPlot.x + kPlot.width * point.x / last_step),
                         cvRound(kPlot.y + kPlot.height * (1 - std::min(1.0, point.y / top))));
    };
    const auto line = [&](const std::vector<cv::Point2d>& points, cv::Scalar colour, int width) {
        std::vector<cv::Point> path;
        for (const auto& point : points) path.push_back(place(point));
        cv::polylines(panel, path, false, colour, width, cv::LINE_AA);
    };
    cv::rectangle(panel, kPlot, {200, 200, 200});
    line(curve.training, {120, 160, 220}, 1);
    line(curve.validation, {200, 60, 40}, 2);
    write(panel, name, {kPlot.x, kPlot.y - 10});
    write(panel, print(top), {4, kPlot.y + 10});
    write(panel, "0", {40, kPlot.y + kPlot.height});
    write(panel, print(last_step), {kPlot.x + kPlot.width - 50, kPlot.y + kPlot.height + 18});
}

}  // namespace

void draw_curves(const std::filesystem::path& losses, const std::filesystem::path& picture) {
    const auto curves = collect(losses);
    if (curves.empty()) throw Error(ErrorCode::unreadable, "has no rows yet", losses.string());
    const int rows = (static_cast<int>(curves.size()) + kColumns - 1) / kColumns;
    Image sheet({kColumns * kPanel.width, rows * kPanel.height}, SampleType::u8, AlphaKind::none);
    cv::Mat_<cv::Vec3b> canvas(sheet.height(), sheet.width(),
                               reinterpret_cast<cv::Vec3b*>(sheet.data()));
    canvas.setTo(cv::Scalar(255, 255, 255));
    int place = 0;
    for (const auto& [name, curve] : curves) {
        const cv::Point corner(place % kColumns * kPanel.width, place / kColumns * kPanel.height);
        draw(canvas(cv::Rect(corner, kPanel)), name, curve);
        ++place;
    }
    write_picture(picture, sheet);
}

}  // namespace diorama::training
