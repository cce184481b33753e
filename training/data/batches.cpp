#include "data/batches.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <numeric>

#include "data/mix.h"
#include "diorama/error.h"

namespace diorama::training {
namespace {

constexpr std::size_t kOneOf = 24;

// The known ones of a kind of map, and which crops they belong to.
class Known {
 public:
    void add(const torch::Tensor& map, std::int64_t crop) {
        if (!map.defined()) return;
        maps_.push_back(map);
        crops_.push_back(crop);
    }
    [[nodiscard]] torch::Tensor maps() const {
        return maps_.empty() ? torch::Tensor() : torch::stack(maps_);
    }
    [[nodiscard]] torch::Tensor crops() const { return torch::tensor(crops_, torch::kLong); }

 private:
    std::vector<torch::Tensor> maps_;
    std::vector<std::int64_t> crops_;
};

}  // namespace

BatchMaker::BatchMaker(const Phase& phase, const std::filesystem::path& folder, std::uint64_t seed,
                       Part part)
    : phase_(phase), seed_(mix(seed + (part == Part::validation ? 1 : 0))) {
    for (const auto& data : phase.data) {
        Source source{.scenes = SceneFile(folder / data.scenes), .chosen = {}};
        for (std::size_t i = 0; i < source.scenes.size(); ++i)
            if ((i % kOneOf == 0) == (part == Part::validation)) source.chosen.push_back(i);
        if (source.chosen.empty())
            throw Error(ErrorCode::unreadable, "has too few scenes",
                        (folder / data.scenes).string());
        sources_.push_back(std::move(source));
        shares_.push_back(data.share);
    }
    std::partial_sum(shares_.begin(), shares_.end(), shares_.begin());
    for (auto& share : shares_) share /= shares_.back();
}

Batch BatchMaker::make(std::int64_t step) const {
    auto random = at::make_generator<at::CPUGeneratorImpl>(mix(seed_ ^ mix(step)));
    std::vector<torch::Tensor> clean;
    std::vector<torch::Tensor> pictures;
    Known depths;
    Known mattes;
    for (int i = 0; i < phase_.batch; ++i) {
        const Crop crop = make_crop(random);
        clean.push_back(crop.picture);
        pictures.push_back(spoil(crop.picture, phase_.augmentation, random));
        depths.add(crop.inverse_depth, i);
        mattes.add(crop.matte, i);
    }
    return {.clean = torch::stack(clean),
            .pictures = torch::stack(pictures),
            .inverse_depth = depths.maps(),
            .matte = mattes.maps(),
            .has_depth = depths.crops(),
            .has_matte = mattes.crops()};
}

Crop BatchMaker::make_crop(torch::Generator& random) const {
    const auto draw = [&] { return torch::rand({1}, random, torch::kDouble).item<double>(); };
    const auto place = std::upper_bound(shares_.begin(), shares_.end() - 1, draw());
    const auto& source = sources_[place - shares_.begin()];
    const auto choice = static_cast<std::size_t>(draw() * source.chosen.size());
    return cut_crop(source.scenes.read(source.chosen[choice]), phase_.augmentation, random);
}

}  // namespace diorama::training
