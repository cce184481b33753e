#include "diorama/photo3d.h"

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <random>
#include <string>

#include "diorama/error.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "photo3d/base64.h"
#include "photo3d/depth_steps.h"
#include "photo3d/relief_mesh.h"
#include "photo3d/textures.h"
#include "photo3d/viewer.h"

namespace diorama {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Gt;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Lt;
using testing::Not;
using testing::SizeIs;

constexpr Size kSize{240, 160};
const cv::Rect kSquare(90, 50, 60, 60);

// A red square before soft green hills.
struct TwoPlanes {
    Image photo{kSize, SampleType::u8, AlphaKind::none};
    InverseDepth depth{kSize};

    TwoPlanes() {
        cv::Mat_<cv::Vec3b> colours = as_mat(photo);
        for (int y = 0; y < kSize.height; ++y)
            for (int x = 0; x < kSize.width; ++x) {
                const bool near = kSquare.contains({x, y});
                const double hill = 110 + 40 * std::sin(x / 9.0) * std::cos(y / 11.0);
                colours(y, x) =
                    near ? cv::Vec3b(220, 20, 20) : cv::Vec3b(10, static_cast<uchar>(hill), 10);
                depth.at(x, y) = near ? 1.0F : 0.0F;
            }
    }
};

LayeredPhoto split(const TwoPlanes& scene, const Photo3dOptions& options = {},
                   const RunContext& run = {}) {
    return split_photo(scene.photo, scene.depth, options, Filler({.fill = "smooth"}), run);
}

double mean_difference(const Image& one, const Image& other) {
    return cv::norm(as_mat(one), as_mat(other), cv::NORM_L1) / (one.size().area() * 3.0);
}

std::string text_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

class Photo3dFiles : public testing::Test {
 protected:
    const fs::path folder_ =
        fs::path(testing::TempDir()) / ("photo3d_" + std::to_string(std::random_device{}()));
    void SetUp() override { fs::create_directories(folder_); }
    void TearDown() override { fs::remove_all(folder_); }
};

// ---- Steps of depth
// ------------------------------------------------------------------------------

TEST(DepthSteps, CutsRunBetweenSurfaces) {
    cv::Mat_<float> depth(60, 90, 0.1F);
    EXPECT_THAT(photo3d::find_cuts(depth, 3), IsEmpty());
    depth(cv::Rect(30, 0, 60, 60)) = 0.5F;
    EXPECT_THAT(photo3d::find_cuts(depth, 3), ElementsAre(AllOf(Gt(0.1F), Lt(0.5F))));
    depth(cv::Rect(60, 0, 30, 60)) = 0.9F;
    EXPECT_THAT(photo3d::find_cuts(depth, 3),
                ElementsAre(AllOf(Gt(0.1F), Lt(0.5F)), AllOf(Gt(0.5F), Lt(0.9F))));
    EXPECT_THAT(photo3d::find_cuts(depth, 1), SizeIs(1));
}

TEST(DepthSteps, ASlantedSurfaceIsNotCut) {
    cv::Mat_<float> depth(40, 200);
    for (int x = 0; x < depth.cols; ++x) depth.col(x) = static_cast<float>(x) / 200;
    EXPECT_THAT(photo3d::find_cuts(depth, 3), IsEmpty());
}

TEST(DepthSteps, AShortSlopeBetweenTwoThingsBecomesAStep) {
    cv::Mat_<float> depth(20, 40, 0.0F);
    for (int x = 0; x < depth.cols; ++x)
        depth.col(x) = std::clamp((static_cast<float>(x) - 17.5F) / 4, 0.0F, 1.0F);
    const cv::Mat_<float> sharp = photo3d::sharpen_steps(depth, 4, {});
    for (int x = 0; x < depth.cols; ++x) EXPECT_EQ(sharp(10, x), x < 20 ? 0 : 1) << x;
}

// ---- Layers
// --------------------------------------------------------------------------------------

TEST(SplitPhoto, LayersOverOneAnotherAreThePhoto) {
    const TwoPlanes scene;
    const LayeredPhoto photo = split(scene);
    ASSERT_THAT(photo.layers, SizeIs(2));
    EXPECT_EQ(photo.size, kSize);
    EXPECT_LT(mean_difference(flatten(photo), scene.photo), 1);
}

TEST(SplitPhoto, TheFarLayerGoesOnBehindTheNearOne) {
    const TwoPlanes scene;
    const Photo3dOptions options{.shift_percent = 4};
    const LayeredPhoto photo = split(scene, options);
    const cv::Mat_<cv::Vec3b> far = as_mat(photo.layers.front().colours);
    const cv::Mat_<float> depth = as_mat(photo.layers.front().depth);
    const int shift_px = static_cast<int>(0.04 * kSize.width);
    for (int i = 0; i < shift_px; ++i) {
        const cv::Point inside(photo.margin_px + kSquare.x + i,
                               photo.margin_px + kSquare.y + kSquare.height / 2);
        EXPECT_LT(far(inside)[0], 60) << i;
        EXPECT_GT(far(inside)[1], 50) << i;
        EXPECT_LT(depth(inside), 0.1F) << i;
    }
}

TEST(SplitPhoto, DepthHasNoStepAtALayersBorder) {
    const LayeredPhoto photo = split(TwoPlanes());
    for (const PhotoLayer& layer : photo.layers) {
        double low = 0;
        double high = 0;
        cv::minMaxLoc(as_mat(layer.depth), &low, &high);
        EXPECT_LT(high - low, photo3d::kStep);
    }
}

TEST(SplitPhoto, TheMarginIsAsWideAsAnyWay) {
    const Photo3dOptions options{.shift_percent = 10, .focus = 0.2};
    const LayeredPhoto photo = split(TwoPlanes(), options);
    EXPECT_GE(photo.margin_px, 0.10 * 0.8 * kSize.width);
    for (const PhotoLayer& layer : photo.layers)
        EXPECT_EQ(layer.colours.size(),
                  (Size{kSize.width + 2 * photo.margin_px, kSize.height + 2 * photo.margin_px}));
}

TEST(SplitPhoto, FlatDepthAndOneAllowedLayerGiveOneOpaqueLayer) {
    TwoPlanes scene;
    EXPECT_THAT(split(scene, {.layers = 1}).layers, SizeIs(1));
    scene.depth = InverseDepth(kSize, 0.5F);
    const LayeredPhoto flat = split(scene);
    ASSERT_THAT(flat.layers, SizeIs(1));
    EXPECT_EQ(flat.layers.front().colours.alpha(), AlphaKind::none);
    EXPECT_EQ(mean_difference(flatten(flat), scene.photo), 0);
}

TEST(SplitPhoto, TheNumberOfThreadsChangesNothing) {
    const TwoPlanes scene;
    const LayeredPhoto one = split(scene, {}, {.threads = 1});
    const LayeredPhoto four = split(scene, {}, {.threads = 4});
    ASSERT_EQ(one.layers.size(), four.layers.size());
    for (std::size_t n = 0; n < one.layers.size(); ++n) {
        EXPECT_EQ(cv::norm(as_mat(one.layers[n].colours), as_mat(four.layers[n].colours)), 0);
        EXPECT_EQ(one.layers[n].depth.values(), four.layers[n].depth.values());
    }
}

TEST(SplitPhoto, RefusesDepthOfAnotherSizeAndValuesOutOfRange) {
    const TwoPlanes scene;
    const Filler filler({.fill = "smooth"});
    EXPECT_THROW((void)split_photo(scene.photo, InverseDepth({3, 3}), {}, filler), Error);
    EXPECT_THROW((void)split(scene, {.focus = 2}), Error);
}

// ---- Pages
// ---------------------------------------------------------------------------------------

TEST(Base64, IsAsTheStandardHasIt) {
    const auto encoded = [](std::string_view text) {
        return photo3d::base64({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    };
    EXPECT_EQ(encoded(""), "");
    EXPECT_EQ(encoded("f"), "Zg==");
    EXPECT_EQ(encoded("fo"), "Zm8=");
    EXPECT_EQ(encoded("foo"), "Zm9v");
    EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
    EXPECT_EQ(encoded("\xff\xfe\xfd"), "//79");
}

TEST(ViewerScript, CanStandInAPage) {
    EXPECT_THAT(std::string(photo3d::viewer_script()), HasSubstr("photo-3d"));
    EXPECT_THAT(std::string(photo3d::viewer_script()), Not(HasSubstr("</script")));
    EXPECT_THAT(std::string(photo3d::viewer_script()), Not(HasSubstr("<!--")));
}

TEST(Manifest, SaysWhatTheViewerNeeds) {
    const LayeredPhoto photo = split(TwoPlanes(), {.shift_percent = 2.5, .focus = 0.25});
    const photo3d::Textures textures = photo3d::pack_textures(photo, 80, {});
    const nlohmann::json json = nlohmann::json::parse(photo3d::manifest_of(
        photo, textures, [](const photo3d::Texture& texture) { return texture.name; }));
    EXPECT_EQ(json["version"], 1);
    EXPECT_EQ(json["width"], kSize.width);
    EXPECT_EQ(json["height"], kSize.height);
    EXPECT_EQ(json["margin"], photo.margin_px);
    EXPECT_EQ(json["shift"], 2.5);
    EXPECT_EQ(json["focus"], 0.25);
    ASSERT_THAT(json["layers"], SizeIs(2));
    EXPECT_EQ(json["layers"][0]["color"], "color_0.webp");
    EXPECT_EQ(json["layers"][1]["depth"], "depth_1.jpg");
    EXPECT_LT(json["layers"][0]["near"], json["layers"][1]["far"]);
}

TEST_F(Photo3dFiles, APageIsOneFileThatRunsItsOwnScriptAlone) {
    const fs::path file = folder_ / "photo.html";
    write_photo_page(file, split(TwoPlanes()), {.title = "A <b> & \"c\"", .alt = "\"><script>"});
    const std::string page = text_of(file);
    EXPECT_THAT(page, HasSubstr("<title>A &lt;b&gt; &amp; &quot;c&quot;</title>"));
    EXPECT_THAT(page, HasSubstr("alt=\"&quot;&gt;&lt;script&gt;\""));
    EXPECT_THAT(page, HasSubstr("default-src 'none'; img-src data:; style-src 'sha256-"));
    EXPECT_THAT(page, Not(HasSubstr("unsafe-inline")));
    EXPECT_THAT(page, Not(HasSubstr("src=\"http")));
    EXPECT_THAT(std::vector<fs::path>(fs::directory_iterator(folder_), {}), SizeIs(1));
}

TEST_F(Photo3dFiles, ABundleHasEachFileThatItNames) {
    write_photo_bundle(folder_, split(TwoPlanes()), {.title = "Square"});
    const nlohmann::json json = nlohmann::json::parse(text_of(folder_ / "photo.json"));
    for (const auto& layer : json["layers"])
        for (const char* texture : {"color", "depth"})
            EXPECT_NO_THROW((void)inspect_picture(folder_ / layer[texture].get<std::string>()));
    const std::string page = text_of(folder_ / "index.html");
    for (const char* name : {"poster.jpg", "photo.json", "photo-3d.js"}) {
        EXPECT_THAT(page, HasSubstr(name));
        EXPECT_TRUE(fs::exists(folder_ / name));
    }
}

// ---- A scene in space
// ----------------------------------------------------------------------------

TEST(ReliefMesh, IsThePhotoForTheCameraThatTookIt) {
    const LayeredPhoto photo = split(TwoPlanes());
    const photo3d::PhotoCamera camera;
    for (std::size_t n = 0; n < photo.layers.size(); ++n) {
        const photo3d::ReliefMesh mesh = photo3d::make_relief_mesh(photo, n, camera);
        const PhotoLayer& layer = photo.layers[n];
        ASSERT_THAT(mesh.triangles, Not(IsEmpty()));
        ASSERT_EQ(mesh.places.size(), mesh.texture.size());
        for (std::size_t i = 0; i < mesh.places.size(); ++i) {
            const auto [x, y, z] = mesh.places[i];
            const double scale = camera.focal_px(photo.size) / -z;
            const double column = x * scale + (layer.colours.width() - 1) / 2.0;
            const double row = (layer.colours.height() - 1) / 2.0 - y * scale;
            EXPECT_NEAR(column, mesh.texture[i][0] * layer.colours.width() - 0.5, 0.01);
            EXPECT_NEAR(row, mesh.texture[i][1] * layer.colours.height() - 0.5, 0.01);
            const float depth = layer.depth.at(static_cast<int>(std::lround(column)),
                                               static_cast<int>(std::lround(row)));
            EXPECT_NEAR(-z, camera.distance_of(depth), 1e-4);
        }
    }
}

TEST(ReliefMesh, TheFarthestLayerIsWholeAndNearOnesEndWhereTheyShowNothing) {
    const LayeredPhoto photo = split(TwoPlanes());
    const auto area_of = [&](std::size_t n) {
        const photo3d::ReliefMesh mesh = photo3d::make_relief_mesh(photo, n, {});
        double area = 0;
        for (std::size_t i = 0; i < mesh.triangles.size(); i += 3) {
            const auto& a = mesh.texture[mesh.triangles[i]];
            const auto& b = mesh.texture[mesh.triangles[i + 1]];
            const auto& c = mesh.texture[mesh.triangles[i + 2]];
            // Downwards in the picture is anticlockwise seen from the front.
            area += ((c[0] - a[0]) * (b[1] - a[1]) - (b[0] - a[0]) * (c[1] - a[1])) / 2;
        }
        return area * photo.layers[n].colours.size().area();
    };
    const Size whole = photo.layers[0].colours.size();
    EXPECT_NEAR(area_of(0), (whole.width - 1) * (whole.height - 1), 1);
    EXPECT_GE(area_of(1), 60 * 60);
    EXPECT_LE(area_of(1), 80 * 80);
}

TEST_F(Photo3dFiles, AModelIsGltfThatAddsUp) {
    const fs::path file = folder_ / "photo.glb";
    const LayeredPhoto photo = split(TwoPlanes());
    write_photo_gltf(file, photo);
    const std::string bytes = text_of(file);
    const auto number_at = [&](std::size_t at) {
        std::uint32_t number = 0;
        for (int i = 3; i >= 0; --i)
            number = number << 8U | static_cast<std::uint8_t>(bytes[at + i]);
        return number;
    };
    EXPECT_EQ(bytes.substr(0, 4), "glTF");
    EXPECT_EQ(number_at(4), 2U);
    ASSERT_EQ(number_at(8), bytes.size());
    const std::uint32_t text_size = number_at(12);
    const nlohmann::json json = nlohmann::json::parse(bytes.substr(20, text_size));
    const std::uint32_t binary_size = number_at(20 + text_size);
    EXPECT_EQ(28 + text_size + binary_size, bytes.size());
    EXPECT_EQ(json["buffers"][0]["byteLength"], binary_size);
    ASSERT_THAT(json["meshes"], SizeIs(2));
    for (const auto& view : json["bufferViews"])
        EXPECT_LE(view["byteOffset"].get<std::size_t>() + view["byteLength"].get<std::size_t>(),
                  binary_size);
    for (const auto& mesh : json["meshes"]) {
        const auto& primitive = mesh["primitives"][0];
        const auto& places = json["accessors"][primitive["attributes"]["POSITION"].get<int>()];
        const auto& corners = json["accessors"][primitive["indices"].get<int>()];
        const auto& view = json["bufferViews"][corners["bufferView"].get<int>()];
        const std::size_t first = 28 + text_size + view["byteOffset"].get<std::size_t>();
        for (std::size_t i = 0; i < corners["count"]; ++i)
            ASSERT_LT(number_at(first + 4 * i), places["count"].get<std::uint32_t>());
    }
    EXPECT_EQ(json["materials"][0]["alphaMode"], "OPAQUE");
    EXPECT_EQ(json["materials"][1]["alphaMode"], "BLEND");
}

TEST_F(Photo3dFiles, APairHasItsDepthBesideIt) {
    const TwoPlanes scene;
    write_photo_pair(folder_ / "cat.jpg", scene.photo, scene.depth);
    EXPECT_LT(mean_difference(read_picture(folder_ / "cat.jpg"), scene.photo), 3);
    const InverseDepth depth = read_inverse_depth(folder_ / "cat_depth.png");
    EXPECT_EQ(depth.at(kSquare.x + 5, kSquare.y + 5), 1);
    EXPECT_EQ(depth.at(2, 2), 0);
}

TEST_F(Photo3dFiles, APageThatCannotBeWrittenLeavesNothing) {
    EXPECT_THROW(write_photo_page(folder_ / "none" / "photo.html", split(TwoPlanes())), Error);
    EXPECT_THAT(std::vector<fs::path>(fs::directory_iterator(folder_), {}), IsEmpty());
}

}  // namespace
}  // namespace diorama
