#include <gtest/gtest.h>
#include <zip.h>

#include <algorithm>
#include <memory>
#include <string>

#include "image/test_files.h"

namespace diorama {
namespace {

namespace fs = std::filesystem;
using image::Bytes;
using image::make_ramp;

class OpenRasterTest : public image::FolderTest {
 protected:
    struct Discard {
        void operator()(zip_t* opened) const { zip_discard(opened); }
    };
    std::unique_ptr<zip_t, Discard> archive;

    void open(const fs::path& file) {
        archive.reset(zip_open(file.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, nullptr));
        ASSERT_TRUE(archive);
    }
    zip_stat_t stat(const std::string& name) {
        zip_stat_t result{};
        EXPECT_EQ(zip_stat(archive.get(), name.c_str(), 0, &result), 0) << name;
        return result;
    }
    std::string text(const std::string& name) {
        std::string bytes(stat(name).size, '\0');
        zip_file_t* entry = zip_fopen(archive.get(), name.c_str(), 0);
        EXPECT_EQ(zip_fread(entry, bytes.data(), bytes.size()),
                  static_cast<zip_int64_t>(bytes.size()));
        zip_fclose(entry);
        return bytes;
    }
    Image picture(const std::string& name) {
        image::save(folder / "entry.png", text(name));
        return read_picture(folder / "entry.png");
    }
};

TEST_F(OpenRasterTest, HoldsWhatTheSpecificationAsksFor) {
    const Image back = make_ramp({600, 300}, SampleType::u8, AlphaKind::none);
    const Image front = make_ramp({50, 40}, SampleType::u16, AlphaKind::straight);
    const std::vector<PictureLayer> layers{
        {.name = "the \"back\" & <far>", .image = back},
        {.name = "front", .image = front, .x = -7, .y = 12, .opacity = 0.25}};
    write_openraster(folder / "a.ora", layers, back);

    // By the first bytes alone: a stored entry "mimetype" with its text.
    const Bytes bytes = image::load(folder / "a.ora");
    const std::string start(bytes.begin(), bytes.begin() + 54);
    EXPECT_EQ(start.substr(0, 4), "PK\3\4");
    EXPECT_EQ(start.substr(30), "mimetypeimage/openraster");

    open(folder / "a.ora");
    EXPECT_STREQ(zip_get_name(archive.get(), 0, 0), "mimetype");
    EXPECT_EQ(stat("mimetype").comp_method, ZIP_CM_STORE);

    const std::string stack = text("stack.xml");
    EXPECT_NE(stack.find("w=\"600\" h=\"300\""), std::string::npos) << stack;
    EXPECT_NE(stack.find("the &quot;back&quot; &amp; &lt;far&gt;"), std::string::npos) << stack;
    EXPECT_NE(stack.find("x=\"-7\" y=\"12\" opacity=\"0.25\""), std::string::npos) << stack;
    EXPECT_LT(stack.find("front"), stack.find("back")) << stack;

    EXPECT_EQ(image::largest_difference(picture("mergedimage.png"), back), 0);
    EXPECT_EQ(image::largest_difference(picture("data/layer000.png"), back), 0);
    EXPECT_EQ(image::largest_difference(picture("data/layer001.png"), front), 0);
    const Image thumbnail = picture("Thumbnails/thumbnail.png");
    EXPECT_EQ(thumbnail.size(), (Size{256, 128}));
    EXPECT_EQ(thumbnail.sample_type(), SampleType::u8);
    fs::remove(folder / "entry.png");
}

TEST_F(OpenRasterTest, HundredLayersOfPremultipliedSlices) {
    const Image slice = make_ramp({64, 48}, SampleType::u8, AlphaKind::premultiplied);
    std::vector<PictureLayer> layers;
    for (int i = 0; i < 110; ++i)
        layers.push_back({.name = "slice " + std::to_string(i), .image = slice});
    write_openraster(folder / "a.ora", layers, slice);
    open(folder / "a.ora");
    EXPECT_EQ(zip_get_num_entries(archive.get(), 0), 114);
    EXPECT_EQ(image::largest_difference(picture("data/layer109.png"), unpremultiply(slice)), 0);
    EXPECT_EQ(picture("Thumbnails/thumbnail.png").size(), slice.size());
    EXPECT_TRUE(text("stack.xml").find("slice 109") < text("stack.xml").find("slice 108"));
}

TEST_F(OpenRasterTest, RefusesEmptyPictures) {
    const Image merged({4, 4}, SampleType::u8, AlphaKind::none);
    EXPECT_THROW(write_openraster(folder / "a.ora", {{.name = "a"}}, merged), Error);
    EXPECT_THROW(write_openraster(folder / "a.ora", {}, Image()), Error);
    EXPECT_TRUE(fs::is_empty(folder));
}

}  // namespace
}  // namespace diorama
