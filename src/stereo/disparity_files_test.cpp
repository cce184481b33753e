#include "diorama/disparity_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "diorama/error.h"

namespace diorama {
namespace {

namespace fs = std::filesystem;

class DisparityFiles : public testing::Test {
 protected:
    void SetUp() override { fs::create_directories(folder_); }
    void TearDown() override { fs::remove_all(folder_); }

    [[nodiscard]] fs::path file(const char* name) const { return folder_ / name; }

 private:
    fs::path folder_ =
        fs::temp_directory_path() / ("diorama-disparity-" + std::to_string(::getpid()));
};

Disparity ramp() {
    Disparity map({37, 5});
    for (int y = 0; y < 5; ++y)
        for (int x = 0; x < 37; ++x)
            map.at(x, y) = -12.5F + static_cast<float>(x) * 0.7F + static_cast<float>(y) / 3;
    return map;
}

TEST_F(DisparityFiles, KeepFloatsExactly) {
    write_disparity(file("d.exr"), ramp());
    EXPECT_EQ(read_disparity(file("d.exr")).values(), ramp().values());
}

TEST_F(DisparityFiles, KeepSignAndUnitsInSixteenBits) {
    write_disparity(file("d.png"), ramp());
    const Disparity read = read_disparity(file("d.png"));
    ASSERT_EQ(read.size(), ramp().size());
    for (std::size_t n = 0; n < read.values().size(); ++n)
        EXPECT_NEAR(read.values()[n], ramp().values()[n], 30.0 / 65535);
}

TEST_F(DisparityFiles, RefuseWhatHasNoUnitsAndOtherEndings) {
    InverseDepth depth({4, 4}, 0.5F);
    write_inverse_depth(file("depth.png"), depth);
    EXPECT_THROW((void)read_disparity(file("depth.png")), Error);
    EXPECT_THROW(write_disparity(file("d.jpg"), ramp()), Error);
    EXPECT_THROW((void)read_disparity(file("none.exr")), Error);
}

}  // namespace
}  // namespace diorama
