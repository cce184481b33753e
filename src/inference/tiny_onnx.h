#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Networks of one node for tests, written as ONNX's protobuf messages by hand.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace diorama::inference::testing {

// Element types by their number in onnx.proto.
enum class Element { float32 = 1, uint8 = 2, float16 = 10 };

// A side of -1 may be any.
struct TinyTensor {
    std::string name{};
    std::vector<int> shape{};
    Element element = Element::float32;
};

// Takes the middle one of three channels, which lie along `axis`: the smallest network that makes a
// map of a picture, in any element type.
struct TinyNetwork {
    TinyTensor input{};
    TinyTensor output{};
    int axis = 1;
};

inline std::string varint(std::uint64_t value) {
    std::string bytes;
    for (; value >= 128; value >>= 7) bytes += static_cast<char>(value | 128);
    return bytes + static_cast<char>(value);
}
inline std::string number(int field, std::uint64_t value) {
    return varint(field << 3) + varint(value);
}
inline std::string message(int field, std::string_view bytes) {
    return varint(field << 3 | 2) + varint(bytes.size()) + std::string(bytes);
}

inline std::string encode(const TinyTensor& tensor) {
    std::string shape;
    for (const int side : tensor.shape)
        shape += message(1, side < 0 ? message(2, "n") : number(1, side));
    const std::string type = number(1, static_cast<int>(tensor.element)) + message(2, shape);
    return message(1, tensor.name) + message(2, message(1, type));
}

inline std::string integers(std::string_view name, int value) {
    return message(5, message(1, name) + number(8, value) + number(20, 7));
}

inline std::string encode(const TinyNetwork& network) {
    // In operator set 9 a Slice still has its axes as attributes.
    const std::string node = message(1, network.input.name) + message(2, network.output.name) +
                             message(4, "Slice") + integers("axes", network.axis) +
                             integers("starts", 1) + integers("ends", 2);
    const std::string graph = message(1, node) + message(2, "tiny") +
                              message(11, encode(network.input)) +
                              message(12, encode(network.output));
    const std::string opset = message(1, "") + number(2, 9);
    return number(1, 7) + message(7, graph) + message(8, opset);
}

inline void write_text(const std::filesystem::path& file, std::string_view text) {
    std::ofstream(file, std::ios::binary) << text;
}

inline TinyNetwork tiny_network(int height, int width, Element element = Element::float32) {
    return {.input = {"picture", {1, 3, height, width}, element},
            .output = {"map", {1, 1, height, width}, element}};
}

}  // namespace diorama::inference::testing
