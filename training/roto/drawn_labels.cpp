#include "roto/drawn_labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <opencv2/imgproc.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "diorama/error.h"
#include "diorama/picture.h"
#include "roto/preview.h"

namespace diorama::training {
namespace fs = std::filesystem;
namespace {

constexpr int kShift = 6;  // bits below the pixel in which polygons are drawn

struct Polygon {
    Tone tone{};
    std::vector<cv::Point2d> points{};
};

// Throws std::invalid_argument, saying what is wrong.
Polygon parse_polygon(const std::string& word, std::istringstream& rest) {
    const auto* tone = std::ranges::find(kChoices<Tone>, word, &Choice<Tone>::name);
    if (tone == std::end(kChoices<Tone>)) throw std::invalid_argument("'" + word + "' is no tone");
    Polygon polygon{.tone = tone->value, .points = {}};
    for (std::string text; rest >> text;) {
        std::istringstream pair(text);
        cv::Point2d point;
        char comma = 0;
        if (!(pair >> point.x >> comma >> point.y) || comma != ',' || !pair.eof())
            throw std::invalid_argument("'" + text + "' is no point X,Y");
        polygon.points.push_back(point);
    }
    if (polygon.points.size() < 3)
        throw std::invalid_argument("a polygon has three points or more");
    return polygon;
}

// `scale` is from the view to the picture.
void fill(cv::Mat_<std::uint8_t> tones, const Polygon& polygon, cv::Point2d scale) {
    std::vector<cv::Point> points;
    for (const auto& point : polygon.points)
        points.emplace_back(cvRound((point.x * scale.x - 0.5) * (1 << kShift)),
                            cvRound((point.y * scale.y - 0.5) * (1 << kShift)));
    cv::fillPoly(tones, std::vector{points}, static_cast<double>(polygon.tone), cv::LINE_8, kShift);
}

}  // namespace

ToneMap read_drawn_labels(const fs::path& file, Size picture) {
    std::ifstream stream(file);
    if (!stream) throw Error(ErrorCode::not_found, "no such file", file.string());
    ToneMap tones(picture);
    const cv::Mat_<std::uint8_t> map(picture.height, picture.width,
                                     reinterpret_cast<std::uint8_t*>(tones.tones().data()));
    cv::Point2d scale;
    int number = 0;
    for (std::string line; std::getline(stream, line);) {
        ++number;
        std::istringstream words(line.substr(0, line.find('#')));
        std::string word;
        if (!(words >> word)) continue;
        try {
            if (cv::Size2d view; word == "view" && words >> view.width >> view.height)
                scale = {picture.width / view.width, picture.height / view.height};
            else if (scale.x > 0)
                fill(map, parse_polygon(word, words), scale);
            else
                throw std::invalid_argument("the first line must be: view WIDTH HEIGHT");
        } catch (const std::invalid_argument& error) {
            throw Error(ErrorCode::unreadable, fmt::format("line {}: {}", number, error.what()),
                        file.string());
        }
    }
    return tones;
}

void draw_labels(const fs::path& texts, const fs::path& pictures, const fs::path& folder) {
    if (!fs::is_directory(texts))
        throw Error(ErrorCode::not_found, "no such folder", texts.string());
    bool found = false;
    for (const auto& entry : fs::directory_iterator(texts)) {
        if (entry.path().extension() != ".txt") continue;
        for (const char* ending : {".png", ".jpg"}) {
            const std::string name = entry.path().stem().string();
            if (!fs::exists(pictures / (name + ending))) continue;
            const Image picture = read_rgb(pictures / (name + ending));
            const Image painted = paint_tones(read_drawn_labels(entry.path(), picture.size()));
            fs::create_directories(folder);
            write_picture(folder / (name + "_preview.png"), draw_preview(picture, painted));
            write_picture(folder / (name + "_tones.png"), painted);
            found = true;
        }
    }
    if (!found)
        throw Error(ErrorCode::not_found, "has no picture by the name of any text",
                    pictures.string());
}

}  // namespace diorama::training
