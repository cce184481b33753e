#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diorama/model.h"

namespace diorama::inference {

enum class Element { f32, f16, u8, boolean, i32, i64 };

using Shape = std::vector<std::int64_t>;  // a side of -1 may be any

// Numbers that go into a graph or come out of it. Cheap to copy; the elements are shared and must
// not be changed.
struct Tensor {
    Element element = Element::f32;
    Shape shape{};
    std::shared_ptr<const void> data{};

    [[nodiscard]] std::int64_t count() const;
    // All elements as they are: a byte of 255 is 255, true is 1.
    [[nodiscard]] std::vector<float> floats() const;
    // As many elements as the shape holds, from `first` on.
    [[nodiscard]] Tensor part(std::int64_t first, Shape part_shape) const;
};

[[nodiscard]] Tensor make_tensor(Shape shape, std::vector<float> values);
[[nodiscard]] Tensor make_tensor(Shape shape, std::vector<std::int64_t> values);
[[nodiscard]] Tensor make_tensor(Shape shape, std::vector<std::uint8_t> values);

// "[1, 3, any, any]"
[[nodiscard]] std::string describe(const Shape& shape);
// "float16"
[[nodiscard]] std::string_view name_of(Element element);

struct TensorInfo {
    std::string name{};
    Element element = Element::f32;
    Shape shape{};
};

struct NamedTensor {
    std::string name{};
    Tensor tensor{};
};

enum class Memory {
    keep,     // what a run needed stays for the next: networks that run once a frame
    release,  // large networks that run once a picture
};

// One ONNX file, loaded. This class alone knows ONNX Runtime. Several threads may run it at once.
class Graph {
 public:
    // Throws Error: not_found, unreadable (no ONNX file), model (cannot be loaded, or has tensors
    // of kinds that are not known here), device.
    Graph(const std::filesystem::path& file, Device device, int threads, Memory memory);
    ~Graph();
    Graph(Graph&&) noexcept;
    Graph& operator=(Graph&&) noexcept;

    [[nodiscard]] const std::filesystem::path& file() const;
    [[nodiscard]] const std::vector<TensorInfo>& inputs() const;
    [[nodiscard]] const std::vector<TensorInfo>& outputs() const;

    // Nothing where there is no such tensor.
    [[nodiscard]] const TensorInfo* find_input(std::string_view name) const;
    [[nodiscard]] const TensorInfo* find_output(std::string_view name) const;
    // The tensor that an interface block names; an empty name means the only one.
    // Throws Error: model, listing the names that there are.
    [[nodiscard]] const TensorInfo& input(std::string_view name) const;
    [[nodiscard]] const TensorInfo& output(std::string_view name) const;

    // The outputs in the order of their names. Every input of the graph must be given; elements are
    // converted to the type that the graph wants.
    // Throws Error: model (a missing input, a shape that does not fit, a failing run), cancelled.
    [[nodiscard]] std::vector<Tensor> run(const std::vector<NamedTensor>& inputs,
                                          const std::vector<std::string>& outputs,
                                          const RunContext& run = {}) const;

    // Error: model, with this graph's file as its context.
    [[noreturn]] void fail(const std::string& message) const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace diorama::inference
