#include <opencv2/imgproc.hpp>

#include "core/parallel.h"
#include "diorama/opencv.h"
#include "popout/composite.h"

namespace diorama::popout {
namespace {

// out = src + out·(1 − src alpha), both premultiplied.
template <class T>
void blend_over(const cv::Mat& source, Image& frame, const RunContext& run) {
    constexpr unsigned kMax = std::numeric_limits<T>::max();
    core::parallel_rows(run, frame.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            const T* src = source.ptr<T>(y);
            T* out = frame.row<T>(y);
            for (int x = 0; x < frame.width(); ++x, src += 4, out += 4) {
                const unsigned rest = kMax - src[3];
                for (int c = 0; c < 4; ++c)
                    out[c] = static_cast<T>(src[c] + (out[c] * rest + kMax / 2) / kMax);
            }
        }
    });
}

}  // namespace

ReferenceCompositor::ReferenceCompositor(const std::vector<const SliceStack*>& stacks) {
    for (const SliceStack* stack : stacks) {
        auto& slices = slices_.emplace_back();
        for (int s = 0; s < stack->slices; ++s) slices.push_back(stack->slice_image(s));
    }
}

void ReferenceCompositor::composite(const Image& background, const std::vector<PlacedStack>& stacks,
                                    Image& frame, const RunContext& run) const {
    frame = background;
    cv::Mat moved;
    for (std::size_t n = 0; n < stacks.size(); ++n)
        for (std::size_t s = 0; s < slices_[n].size(); ++s) {
            const Placement& place = stacks[n].slices[s];
            const cv::Matx23d affine(place.scale, 0, place.x_px, 0, place.scale, place.y_px);
            cv::warpAffine(as_mat(slices_[n][s]), moved, affine,
                           cv::Size(frame.width(), frame.height()), cv::INTER_LINEAR,
                           cv::BORDER_CONSTANT, cv::Scalar::all(0));
            if (frame.sample_type() == SampleType::u8)
                blend_over<std::uint8_t>(moved, frame, run);
            else
                blend_over<std::uint16_t>(moved, frame, run);
        }
}

}  // namespace diorama::popout
