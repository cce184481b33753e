#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Small networks for tests, written as ONNX's protobuf messages by hand.

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace diorama::inference::testing {

// Element types by their number in onnx.proto.
enum class Element { float32 = 1, uint8 = 2, int32 = 6, int64 = 7, boolean = 9, float16 = 10 };

// A side of -1 may be any.
struct TinyTensor {
    std::string name{};
    std::vector<int> shape{};
    Element element = Element::float32;
};

// Numbers that are part of the network.
struct TinyConstant {
    std::string name{};
    std::vector<int> shape{};
    std::vector<double> values{};
    Element element = Element::float32;
};

struct TinyAttribute {
    std::string name{};
    std::vector<int> integers{};  // exactly one of these, or `integer`
    std::string text{};
    int integer = 0;
};

struct TinyNode {
    std::string op{};
    std::vector<std::string> inputs{};
    std::vector<std::string> outputs{};
    std::vector<TinyAttribute> attributes{};
};

struct TinyGraph {
    std::vector<TinyTensor> inputs{};
    std::vector<TinyTensor> outputs{};
    std::vector<TinyNode> nodes{};  // each after those whose outputs it takes
    std::vector<TinyConstant> constants{};
    int operator_set = 13;
};

// Takes the middle one of three channels, which lie along `axis`: the smallest network that makes a
// map of a picture, in any element type.
struct TinyNetwork {
    TinyTensor input{};
    TinyTensor output{};
    int axis = 1;
};

// ---- Protobuf

inline std::string varint(std::uint64_t value) {
    std::string bytes;
    for (; value >= 128; value >>= 7) bytes += static_cast<char>(value | 128);
    return bytes + static_cast<char>(value);
}
inline std::string number(int field, std::uint64_t value) {
    return varint(field << 3) + varint(value);
}
inline std::string message(int field, std::string_view bytes) {
    std::string text = varint(field << 3 | 2);
    text += varint(bytes.size());
    return text.append(bytes);
}

template <class T>
std::string little_endian(double value) {
    const T number = static_cast<T>(value);
    std::string bytes(sizeof(T), '\0');
    std::memcpy(bytes.data(), &number, sizeof(T));
    return bytes;
}

// ---- ONNX's messages

inline std::string encode(const TinyTensor& tensor) {
    std::string shape;
    for (const int side : tensor.shape)
        shape += message(1, side < 0 ? message(2, "n") : number(1, side));
    const std::string type = number(1, static_cast<int>(tensor.element)) + message(2, shape);
    return message(1, tensor.name) + message(2, message(1, type));
}

// float16 constants are made with a Cast node.
inline std::string encode(const TinyConstant& constant) {
    std::string bytes;
    for (const int side : constant.shape) bytes += number(1, side);
    bytes += number(2, static_cast<int>(constant.element)) + message(8, constant.name);
    std::string raw;
    for (const double value : constant.values) {
        if (constant.element == Element::float32)
            raw += little_endian<float>(value);
        else if (constant.element == Element::int64)
            raw += little_endian<std::int64_t>(value);
        else if (constant.element == Element::int32)
            raw += little_endian<std::int32_t>(value);
        else
            raw += little_endian<std::uint8_t>(value);
    }
    return bytes + message(9, raw);
}

inline std::string encode(const TinyAttribute& attribute) {
    std::string bytes = message(1, attribute.name);
    if (!attribute.integers.empty()) {
        for (const int value : attribute.integers)
            bytes += number(8, static_cast<std::uint64_t>(std::int64_t{value}));
        return bytes + number(20, 7);
    }
    if (!attribute.text.empty()) return bytes + message(4, attribute.text) + number(20, 3);
    return bytes + number(3, static_cast<std::uint64_t>(std::int64_t{attribute.integer})) +
           number(20, 2);
}

inline std::string encode(const TinyNode& node) {
    std::string bytes;
    for (const auto& input : node.inputs) bytes += message(1, input);
    for (const auto& output : node.outputs) bytes += message(2, output);
    bytes += message(4, node.op);
    for (const auto& attribute : node.attributes) bytes += message(5, encode(attribute));
    return bytes;
}

inline std::string encode(const TinyGraph& graph) {
    std::string bytes;
    for (const auto& node : graph.nodes) bytes += message(1, encode(node));
    bytes += message(2, "tiny");
    for (const auto& constant : graph.constants) bytes += message(5, encode(constant));
    for (const auto& input : graph.inputs) bytes += message(11, encode(input));
    for (const auto& output : graph.outputs) bytes += message(12, encode(output));
    const std::string opset = message(1, "") + number(2, graph.operator_set);
    return number(1, 7) + message(7, bytes) + message(8, opset);
}

inline std::string encode(const TinyNetwork& network) {
    // In operator set 9 a Slice still has its axes as attributes.
    return encode(TinyGraph{.inputs = {network.input},
                            .outputs = {network.output},
                            .nodes = {{.op = "Slice",
                                       .inputs = {network.input.name},
                                       .outputs = {network.output.name},
                                       .attributes = {{.name = "axes", .integers = {network.axis}},
                                                      {.name = "starts", .integers = {1}},
                                                      {.name = "ends", .integers = {2}}}}},
                            .operator_set = 9});
}

inline void write_text(const std::filesystem::path& file, std::string_view text) {
    std::ofstream(file, std::ios::binary) << text;
}

inline TinyNetwork tiny_network(int height, int width, Element element = Element::float32) {
    return {.input = {"picture", {1, 3, height, width}, element},
            .output = {"map", {1, 1, height, width}, element}};
}

}  // namespace diorama::inference::testing
