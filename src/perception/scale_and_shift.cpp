#include "perception/scale_and_shift.h"

namespace diorama::perception {

void ScaleAndShift::add(const NetworkDepth& mine, const NetworkDepth& theirs) {
    for (int y = 0; y < mine.inverse.rows; ++y)
        for (int x = 0; x < mine.inverse.cols; ++x) {
            if (mine.beyond(y, x) || theirs.beyond(y, x)) continue;
            const double m = mine.inverse(y, x);
            const double t = theirs.inverse(y, x);
            count_ += 1;
            sum_mine_ += m;
            sum_theirs_ += t;
            sum_mine_squared_ += m * m;
            sum_product_ += m * t;
        }
}

ScaleAndShift::Fit ScaleAndShift::solve() const {
    if (count_ == 0) return {};
    const double mine = sum_mine_ / count_;
    const double theirs = sum_theirs_ / count_;
    const double variance = sum_mine_squared_ / count_ - mine * mine;
    const double covariance = sum_product_ / count_ - mine * theirs;
    // Below this the differences are rounding.
    const bool flat = !(variance > 1e-12 * (sum_mine_squared_ / count_));
    const double scale = flat || covariance <= 0 ? 1.0 : covariance / variance;
    return {scale, theirs - scale * mine};
}

}  // namespace diorama::perception
