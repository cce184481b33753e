#include <algorithm>
#include <vector>

#include "diorama/error.h"
#include "diorama/planes.h"

namespace diorama {
namespace {

bool is_subject(float alpha) {
    return alpha >= 0.5F;
}

}  // namespace

PlaneMap keep_whole(const PlaneMap& planes, const Matte& subject) {
    if (subject.size() != planes.size)
        throw Error(ErrorCode::mismatch, "has another size than the matte", "planes");
    std::vector<std::int64_t> pixels(planes.planes);
    for (std::size_t i = 0; i < planes.plane.size(); ++i)
        if (is_subject(subject.values()[i])) ++pixels[planes.plane[i]];
    // Of two that hold as many, the nearer.
    const auto most = std::max_element(pixels.rbegin(), pixels.rend());
    const auto home = static_cast<std::uint8_t>(pixels.rend() - most - 1);
    PlaneMap whole = planes;
    for (std::size_t i = 0; i < whole.plane.size(); ++i)
        if (is_subject(subject.values()[i])) whole.plane[i] = home;
    return whole;
}

}  // namespace diorama
