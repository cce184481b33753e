#include "image/named_channels.h"

#include <gtest/gtest.h>

#include "image/test_files.h"

namespace diorama::image {
namespace {

class NamedChannelsTest : public FolderTest {};

TEST_F(NamedChannelsTest, EveryChannelKeepsItsNameAndValues) {
    const auto file = folder / "passes.exr";
    write_with_oiio(file, {.width = 2,
                           .channels = {"V.DiffDir.R", "V.IndexOB.X", "Z"},
                           .values = {0.25F, 3, 1e10F, 8.5F, 2, 7},
                           .bits = 32});
    const auto channels = read_named_channels(file);
    ASSERT_EQ(channels.size(), 3U);
    EXPECT_EQ(channels.at("V.DiffDir.R").values(), (std::vector{0.25F, 8.5F}));
    EXPECT_EQ(channels.at("V.IndexOB.X").values(), (std::vector{3.0F, 2.0F}));
    EXPECT_EQ(channels.at("Z").values(), (std::vector{1e10F, 7.0F}));
}

TEST_F(NamedChannelsTest, OtherFilesAreRefused) {
    const auto picture = folder / "picture.tif";
    write_with_oiio(picture, {.channels = {"R", "G", "B"}, .values = {1, 2, 3}});
    EXPECT_EQ(error_of(picture, [&] { (void)read_named_channels(picture); }),
              ErrorCode::unsupported);
    const auto missing = folder / "missing.exr";
    EXPECT_EQ(error_of(missing, [&] { (void)read_named_channels(missing); }), ErrorCode::not_found);
}

}  // namespace
}  // namespace diorama::image
