#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace diorama::training {

// A picture to learn from, with what is known of it. A plane that is not known is empty.
struct Scene {
    std::string name{};
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> picture{};         // RGB, interleaved
    std::vector<std::uint16_t> inverse_depth{};  // any scale and offset; larger = nearer
    std::vector<std::uint8_t> matte{};           // 255 = subject
    std::vector<std::uint8_t> tones{};           // diorama::Tone of each pixel
};

// Many scenes in two files: NAME.bin holds the planes one after another, the shorts with their low
// byte first; NAME.json says of each scene its size and which planes it has, in the same order.
class SceneFileWriter {
 public:
    // `file` is NAME.json. Nothing appears under the two names before finish().
    explicit SceneFileWriter(std::filesystem::path file);
    ~SceneFileWriter();
    SceneFileWriter(const SceneFileWriter&) = delete;
    SceneFileWriter& operator=(const SceneFileWriter&) = delete;

    // Throws Error: mismatch, for a plane of another size than the scene says.
    void add(const Scene& scene);
    // Throws Error: unwritable.
    void finish();

 private:
    std::filesystem::path file_;
    std::ofstream planes_;
    std::string index_;
};

// Several threads may read at once.
class SceneFile {
 public:
    // Throws Error: not_found, unreadable (also where the planes are cut short).
    explicit SceneFile(const std::filesystem::path& file);

    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    [[nodiscard]] const std::string& name(std::size_t index) const { return entries_[index].name; }
    [[nodiscard]] int width(std::size_t index) const { return entries_[index].width; }
    [[nodiscard]] bool has_tones(std::size_t index) const { return entries_[index].has_tones; }
    [[nodiscard]] Scene read(std::size_t index) const;

 private:
    struct Entry {
        std::string name{};
        int width = 0;
        int height = 0;
        bool has_depth = false;
        bool has_matte = false;
        bool has_tones = false;
        std::int64_t offset_bytes = 0;
    };

    std::filesystem::path planes_;
    std::vector<Entry> entries_;
};

}  // namespace diorama::training
