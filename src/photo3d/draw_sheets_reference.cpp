#include "core/parallel.h"
#include "photo3d/sheets.h"

namespace diorama::photo3d {

namespace {

Pixel look_at(const Sheet& sheet, const View& view, int margin_px, cv::Point2f point) {
    const Rays rays(view, sheet.relief, size_of(sheet.colours), margin_px);
    const auto hit = [&](float x, float y) {
        return meet(sheet.relief, rays.in_depth(rays.through(point + cv::Point2f(x, y))));
    };
    return look(Sampler(sheet.colours), rays.through(point),
                {hit(-kHalfPixel, -kHalfPixel), hit(kHalfPixel, -kHalfPixel),
                 hit(-kHalfPixel, kHalfPixel), hit(kHalfPixel, kHalfPixel)});
}

}  // namespace

void draw_sheets_reference(const Sheets& sheets, const View& view, Image& frame,
                           const RunContext& run) {
    core::parallel_rows(run, frame.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < frame.width(); ++x) {
                Pixel pixel = cv::v_setzero_f32();
                const cv::Point2f point(static_cast<float>(x), static_cast<float>(y));
                for (const Sheet& sheet : sheets.list)
                    pixel = lay_over(sheets.mixing, look_at(sheet, view, sheets.margin_px, point),
                                     pixel);
                std::uint8_t* samples = frame.row<std::uint8_t>(y) + std::size_t{4} * x;
                cv::v_pack_store(samples, cv::v_pack_u(cv::v_round(pixel), cv::v_setzero_s32()));
            }
    });
}

}  // namespace diorama::photo3d
