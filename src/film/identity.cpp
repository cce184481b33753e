#include "film/identity.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <vector>

#include "diorama/error.h"
#include "video/frame_source.h"
#include "video/sinks.h"

namespace diorama::film {
namespace {

namespace fs = std::filesystem;

// FNV-1a: enough to notice a change that nobody made to deceive.
class Digest {
 public:
    void add(const char* bytes, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            value_ ^= static_cast<unsigned char>(bytes[i]);
            value_ *= 0x100000001b3;
        }
    }
    void add(const std::string& text) { add(text.data(), text.size() + 1); }
    [[nodiscard]] std::string text() const { return fmt::format("{:016x}", value_); }

 private:
    std::uint64_t value_ = 0xcbf29ce484222325;
};

std::string fingerprint_of_file(const fs::path& file) {
    constexpr std::uintmax_t kSamples = 64;
    constexpr std::uintmax_t kSampleBytes = 1 << 16;
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error(ErrorCode::unreadable, "cannot be opened", file.string());
    const std::uintmax_t size_bytes = fs::file_size(file);
    const std::uintmax_t last = size_bytes > kSampleBytes ? size_bytes - kSampleBytes : 0;
    Digest digest;
    std::vector<char> sample(kSampleBytes);
    for (std::uintmax_t n = 0; n < kSamples; ++n) {
        stream.clear();
        stream.seekg(static_cast<std::streamoff>(last * n / (kSamples - 1)));
        stream.read(sample.data(), static_cast<std::streamsize>(sample.size()));
        digest.add(sample.data(), static_cast<std::size_t>(stream.gcount()));
        if (last == 0) break;
    }
    return fmt::format("{} bytes, {}", size_bytes, digest.text());
}

std::string fingerprint_of_sequence(const fs::path& pattern) {
    const fs::path folder = pattern.has_parent_path() ? pattern.parent_path() : ".";
    std::set<std::string> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string file = entry.path().filename().string();
        if (video::sequence_number(pattern, file) && entry.is_regular_file())
            files.insert(fmt::format("{} {} {}", file, entry.file_size(),
                                     entry.last_write_time().time_since_epoch().count()));
    }
    Digest digest;
    for (const std::string& file : files) digest.add(file);
    return fmt::format("{} files, {}", files.size(), digest.text());
}

}  // namespace

std::string fingerprint_of(const fs::path& file) {
    const fs::path bytes = video::find_bytes(file);
    if (fs::is_regular_file(bytes)) return fingerprint_of_file(bytes);
    if (video::is_sequence_pattern(file)) return fingerprint_of_sequence(file);
    throw Error(ErrorCode::not_found, "no such file", file.string());
}

std::string differences(const Identity& one, const Identity& other) {
    std::set<std::string> names;
    for (const auto& [name, value] : one) names.insert(name);
    for (const auto& [name, value] : other) names.insert(name);
    const auto value_of = [](const Identity& identity, const std::string& name) {
        const auto found = identity.find(name);
        return found == identity.end() ? std::string() : found->second;
    };
    std::string text;
    for (const std::string& name : names)
        if (value_of(one, name) != value_of(other, name)) text += (text.empty() ? "" : ", ") + name;
    return text;
}

}  // namespace diorama::film
