#include "image/test_files.h"

#include <OpenImageIO/imageio.h>
#include <jpeglib.h>
#include <lcms2.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "core/thrown_error.h"
#include "image/colour_profile.h"

namespace diorama::image {
namespace fs = std::filesystem;
namespace {

void append_big32(Bytes& bytes, std::uint32_t value) {
    for (const int shift : {24, 16, 8, 0})
        bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

void append_little32(Bytes& bytes, std::uint32_t value) {
    for (const int shift : {0, 8, 16, 24})
        bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::uint32_t crc32(std::span<const std::uint8_t> bytes) {
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const std::uint8_t byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
    }
    return ~crc;
}

void append_chunk(Bytes& png, const std::string& name, const Bytes& data) {
    append_big32(png, static_cast<std::uint32_t>(data.size()));
    const std::size_t start = png.size();
    png.insert(png.end(), name.begin(), name.end());
    png.insert(png.end(), data.begin(), data.end());
    append_big32(png, crc32(std::span(png).subspan(start)));
}

// A zlib stream of stored blocks: no compression, so that no library is needed.
Bytes stored_zlib(const Bytes& data) {
    Bytes out{0x78, 0x01};
    for (std::size_t at = 0; at < data.size();) {
        const auto size =
            static_cast<std::uint16_t>(std::min<std::size_t>(65535, data.size() - at));
        const bool last = at + size == data.size();
        const auto inverse = static_cast<std::uint16_t>(~size);
        for (const int value : {last ? 1 : 0, size & 255, size >> 8, inverse & 255, inverse >> 8})
            out.push_back(static_cast<std::uint8_t>(value));
        out.insert(out.end(), data.begin() + static_cast<std::ptrdiff_t>(at),
                   data.begin() + static_cast<std::ptrdiff_t>(at + size));
        at += size;
    }
    std::uint32_t a = 1;
    std::uint32_t b = 0;
    for (const std::uint8_t byte : data) {
        a = (a + byte) % 65521;
        b = (b + a) % 65521;
    }
    append_big32(out, b << 16 | a);
    return out;
}

Bytes bytes_of(cmsHPROFILE profile) {
    cmsUInt32Number size = 0;
    cmsSaveProfileToMem(profile, nullptr, &size);
    Bytes bytes(size);
    cmsSaveProfileToMem(profile, bytes.data(), &size);
    cmsCloseProfile(profile);
    return bytes;
}

}  // namespace

void FolderTest::SetUp() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder = fs::temp_directory_path() /
             (std::string("diorama-image-") + test->name() + "-" + std::to_string(::getpid()));
    fs::create_directories(folder);
}

void FolderTest::TearDown() {
    for (const auto& entry : fs::directory_iterator(folder))
        EXPECT_NE(entry.path().filename().string().front(), '.') << entry.path();
    fs::remove_all(folder);
}

fs::path shared_file(const std::string& name) {
    const fs::path file = fs::path(DIORAMA_SHARED_DIR) / name;
    return fs::exists(file) ? file : fs::path();
}

Bytes load(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void save(const fs::path& file, std::span<const std::uint8_t> bytes) {
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
}

void save(const fs::path& file, std::string_view text) {
    std::ofstream(file, std::ios::binary) << text;
}

ErrorCode error_of(const fs::path& file, const std::function<void()>& call) {
    const Error error = diorama::error_of(call);
    EXPECT_EQ(error.context(), file.string()) << error.what();
    EXPECT_GT(error.message().size(), 8U) << error.what();
    return error.code();
}

Image make_ramp(Size size, SampleType type, AlphaKind alpha) {
    Image image(size, type, alpha);
    const double full = type == SampleType::u8 ? 255 : 65535;
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            const double u = size.width > 1 ? double(x) / (size.width - 1) : 0.0;
            const double v = size.height > 1 ? double(y) / (size.height - 1) : 0.0;
            const std::array<double, 4> values{u, v, 1 - u, v};
            for (int c = 0; c < image.channels(); ++c) {
                const double shade = alpha == AlphaKind::premultiplied && c < 3 ? v : 1.0;
                const auto sample = std::lround(values[c] * shade * full);
                const int at = x * image.channels() + c;
                if (type == SampleType::u8)
                    image.row<std::uint8_t>(y)[at] = static_cast<std::uint8_t>(sample);
                else
                    image.row<std::uint16_t>(y)[at] = static_cast<std::uint16_t>(sample);
            }
        }
    return image;
}

namespace {

template <class Visit>
void for_each_pair(const Image& a, const Image& b, const Visit& visit) {
    ASSERT_EQ(a.size(), b.size());
    ASSERT_EQ(a.sample_type(), b.sample_type());
    ASSERT_EQ(a.alpha(), b.alpha());
    for (int y = 0; y < a.height(); ++y)
        for (int i = 0; i < a.width() * a.channels(); ++i) {
            if (a.sample_type() == SampleType::u8)
                visit(a.row<std::uint8_t>(y)[i], b.row<std::uint8_t>(y)[i]);
            else
                visit(a.row<std::uint16_t>(y)[i], b.row<std::uint16_t>(y)[i]);
        }
}

}  // namespace

double mean_difference(const Image& a, const Image& b) {
    double sum = 0;
    double count = 0;
    for_each_pair(a, b, [&](int p, int q) { sum += std::abs(p - q), ++count; });
    if (count == 0) return 1e9;
    return sum / count / (a.sample_type() == SampleType::u8 ? 1 : 257);
}

int largest_difference(const Image& a, const Image& b) {
    int largest = -1;
    for_each_pair(a, b, [&](int p, int q) { largest = std::max(largest, std::abs(p - q)); });
    return largest < 0 ? 1 << 30 : largest;
}

Bytes make_png_header(Size size) {
    Bytes png{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    Bytes header;
    append_big32(header, static_cast<std::uint32_t>(size.width));
    append_big32(header, static_cast<std::uint32_t>(size.height));
    header.insert(header.end(), {8, 2, 0, 0, 0});
    append_chunk(png, "IHDR", header);
    return png;
}

Bytes make_png(Size size, int bits, int colour_type, const Bytes& rows,
               const std::vector<PngChunk>& chunks) {
    Bytes png{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    Bytes header;
    append_big32(header, static_cast<std::uint32_t>(size.width));
    append_big32(header, static_cast<std::uint32_t>(size.height));
    header.insert(header.end(), {static_cast<std::uint8_t>(bits),
                                 static_cast<std::uint8_t>(colour_type), 0, 0, 0});
    append_chunk(png, "IHDR", header);
    for (const auto& [name, data] : chunks) append_chunk(png, name, data);
    Bytes filtered;
    const std::size_t row_bytes = rows.size() / static_cast<std::size_t>(size.height);
    for (int y = 0; y < size.height; ++y) {
        filtered.push_back(0);
        const auto row = rows.begin() + static_cast<std::ptrdiff_t>(row_bytes) * y;
        filtered.insert(filtered.end(), row, row + static_cast<std::ptrdiff_t>(row_bytes));
    }
    append_chunk(png, "IDAT", stored_zlib(filtered));
    append_chunk(png, "IEND", {});
    return png;
}

void write_with_oiio(const fs::path& file, const OiioPicture& picture) {
    const OIIO::TypeDesc type = picture.bits == 8    ? OIIO::TypeUInt8
                                : picture.bits == 16 ? OIIO::TypeUInt16
                                                     : OIIO::TypeFloat;
    OIIO::ImageSpec spec(picture.width, picture.height, static_cast<int>(picture.channels.size()),
                         type);
    spec.channelnames = picture.channels;
    spec.alpha_channel = picture.channels.back() == "A" ? spec.nchannels - 1 : -1;
    for (const auto& [key, value] : picture.numbers) spec.attribute(key, value);
    for (const auto& [key, value] : picture.texts) spec.attribute(key, value);
    if (!picture.profile.empty())
        spec.attribute(
            "ICCProfile",
            OIIO::TypeDesc(OIIO::TypeDesc::UINT8, static_cast<int>(picture.profile.size())),
            picture.profile.data());
    auto output = OIIO::ImageOutput::create(file.string());
    ASSERT_TRUE(output) << file;
    ASSERT_TRUE(output->open(file.string(), spec)) << output->geterror();
    ASSERT_TRUE(output->write_image(OIIO::TypeFloat, picture.values.data())) << output->geterror();
    ASSERT_TRUE(output->close()) << output->geterror();
}

Bytes make_cmyk_jpeg(Size size, std::array<std::uint8_t, 4> stored, bool adobe,
                     const Bytes& profile) {
    jpeg_error_mgr errors{};
    jpeg_compress_struct info{};
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    unsigned char* buffer = nullptr;
    unsigned long buffer_bytes = 0;
    jpeg_mem_dest(&info, &buffer, &buffer_bytes);
    info.image_width = static_cast<JDIMENSION>(size.width);
    info.image_height = static_cast<JDIMENSION>(size.height);
    info.input_components = 4;
    info.in_color_space = JCS_CMYK;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, 100, TRUE);
    info.write_Adobe_marker = adobe ? TRUE : FALSE;
    jpeg_start_compress(&info, TRUE);
    if (!profile.empty())
        jpeg_write_icc_profile(&info, profile.data(), static_cast<unsigned>(profile.size()));
    Bytes row;
    for (int x = 0; x < size.width; ++x) row.insert(row.end(), stored.begin(), stored.end());
    JSAMPROW pointer = row.data();
    for (int y = 0; y < size.height; ++y) jpeg_write_scanlines(&info, &pointer, 1);
    jpeg_finish_compress(&info);
    Bytes bytes(buffer, buffer + buffer_bytes);
    jpeg_destroy_compress(&info);
    std::free(buffer);
    return bytes;
}

Bytes add_webp_chunk(const Bytes& webp, Size size, const std::string& name, const Bytes& data) {
    const auto append_text = [](Bytes& bytes, std::string_view text) {
        bytes.insert(bytes.end(), text.begin(), text.end());
    };
    const auto append_padded = [&](Bytes& bytes, const std::string& chunk, const Bytes& content) {
        append_text(bytes, chunk);
        append_little32(bytes, static_cast<std::uint32_t>(content.size()));
        bytes.insert(bytes.end(), content.begin(), content.end());
        if (content.size() % 2 != 0) bytes.push_back(0);
    };
    Bytes flags{static_cast<std::uint8_t>(name == "ICCP" ? 0x20 : 0x08), 0, 0, 0};
    for (const int length : {size.width - 1, size.height - 1})
        for (const int shift : {0, 8, 16})
            flags.push_back(static_cast<std::uint8_t>(length >> shift));
    Bytes body;
    append_text(body, "WEBP");
    append_padded(body, "VP8X", flags);
    if (name == "ICCP") append_padded(body, name, data);
    body.insert(body.end(), webp.begin() + 12, webp.end());
    if (name != "ICCP") append_padded(body, name, data);
    Bytes file;
    append_text(file, "RIFF");
    append_little32(file, static_cast<std::uint32_t>(body.size()));
    file.insert(file.end(), body.begin(), body.end());
    return file;
}

Bytes display_p3_profile() {
    return make_profile_of_primaries(12);
}

Bytes srgb_profile() {
    return bytes_of(cmsCreate_sRGBProfile());
}

Bytes grey_profile(double gamma) {
    cmsToneCurve* curve = cmsBuildGamma(nullptr, gamma);
    cmsHPROFILE profile = cmsCreateGrayProfile(cmsD50_xyY(), curve);
    cmsFreeToneCurve(curve);
    return bytes_of(profile);
}

// A printer's profile by a table from inks to Lab: L = 100 less 20 for each ink, a and b neutral,
// but for magenta, which moves a.
Bytes cmyk_profile() {
    cmsHPROFILE profile = cmsCreateProfilePlaceholder(nullptr);
    cmsSetProfileVersion(profile, 2.4);
    cmsSetDeviceClass(profile, cmsSigOutputClass);
    cmsSetColorSpace(profile, cmsSigCmykData);
    cmsSetPCS(profile, cmsSigLabData);
    cmsPipeline* table = cmsPipelineAlloc(nullptr, 4, 3);
    cmsStage* stage = cmsStageAllocCLut16bit(nullptr, 2, 4, 3, nullptr);
    const auto sample = [](const cmsUInt16Number in[], cmsUInt16Number out[],
                           void*) -> cmsInt32Number {
        cmsCIELab lab{100, 0, 0};
        for (int i = 0; i < 4; ++i) lab.L -= in[i] / 65535.0 * 20;
        lab.a = in[1] / 65535.0 * 60;
        cmsFloat2LabEncodedV2(out, &lab);
        return TRUE;
    };
    cmsStageSampleCLut16bit(stage, sample, nullptr, 0);
    cmsPipelineInsertStage(table, cmsAT_END, stage);
    cmsWriteTag(profile, cmsSigAToB0Tag, table);
    cmsWriteTag(profile, cmsSigAToB1Tag, table);
    cmsWriteTag(profile, cmsSigMediaWhitePointTag, cmsD50_XYZ());
    cmsPipelineFree(table);
    return bytes_of(profile);
}

}  // namespace diorama::image
