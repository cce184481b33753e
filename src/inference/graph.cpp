#include "inference/graph.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <opencv2/core.hpp>
#include <stop_token>

#include "diorama/error.h"
#include "inference/built_in.h"

namespace diorama::inference {
namespace fs = std::filesystem;
namespace {

struct ElementKind {
    Element element;
    ONNXTensorElementDataType type;
    std::string_view name;
    std::size_t size_bytes;
};

constexpr std::array kElements{
    ElementKind{Element::f32, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, "float32", 4},
    ElementKind{Element::f16, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16, "float16", 2},
    ElementKind{Element::u8, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8, "uint8", 1},
    ElementKind{Element::boolean, ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL, "bool", 1},
    ElementKind{Element::i32, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32, "int32", 4},
    ElementKind{Element::i64, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64, "int64", 8},
};

const ElementKind& kind_of(Element element) {
    return *std::ranges::find(kElements, element, &ElementKind::element);
}

// One environment for the process. ONNX Runtime would write its warnings to standard error; what
// matters of them comes back as an exception.
Ort::Env& environment() {
    static Ort::Env env(
        ORT_LOGGING_LEVEL_FATAL, "diorama",
        [](void*, OrtLoggingLevel, const char*, const char*, const char*, const char*) {}, nullptr);
    return env;
}

std::string first_line(std::string_view text) {
    return std::string(text.substr(0, text.find('\n')));
}

void require_file(const fs::path& file) {
    if (!built_in_bytes(file).empty()) return;
    std::error_code ignored;
    if (!fs::exists(file, ignored))
        throw Error(ErrorCode::not_found, "no such file", file.string());
    if (!fs::is_regular_file(file, ignored))
        throw Error(ErrorCode::unreadable, "is not a file", file.string());
    if (fs::file_size(file, ignored) == 0)
        throw Error(ErrorCode::unreadable, "is empty", file.string());
}

Ort::SessionOptions session_options(Device device, int threads, Memory memory) {
    Ort::SessionOptions options;
    options.SetIntraOpNumThreads(threads);
    options.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
    // Idle threads must not burn the cores that warp and encode between two runs.
    options.AddConfigEntry("session.force_spinning_stop", "1");
    if (memory == Memory::release) options.DisableMemPattern();
    if (device == Device::cuda) {
        try {
            options.AppendExecutionProvider_CUDA(OrtCUDAProviderOptions{});
        } catch (const Ort::Exception&) {
            throw Error(ErrorCode::device,
                        "ONNX Runtime's CUDA provider cannot be loaded; install the build with "
                        "CUDA, or use --device cpu",
                        "--device cuda");
        }
    }
    return options;
}

Ort::Session open(const fs::path& file, Device device, int threads, Memory memory) {
    require_file(file);
    Ort::Env& env = environment();
    const Ort::SessionOptions options = session_options(device, threads, memory);
    try {
        const auto bytes = built_in_bytes(file);
        return bytes.empty() ? Ort::Session(env, file.c_str(), options)
                             : Ort::Session(env, bytes.data(), bytes.size(), options);
    } catch (const Ort::Exception& error) {
        const std::string line = first_line(error.what());
        if (device == Device::cuda && line.find("CUDA") != std::string::npos)
            throw Error(ErrorCode::device,
                        fmt::format("no usable CUDA device; use --device cpu ({})", line),
                        "--device cuda");
        // A text file is sometimes taken for a protobuf message without a graph.
        if (error.GetOrtErrorCode() == ORT_INVALID_PROTOBUF ||
            line.find("does not have a graph") != std::string::npos)
            throw Error(ErrorCode::unreadable, "is not an ONNX model", file.string());
        throw Error(ErrorCode::model, fmt::format("cannot be loaded: {}", line), file.string());
    }
}

TensorInfo info_of(std::string name, const Ort::TypeInfo& type, const fs::path& file) {
    const auto refuse = [&](const std::string& what) {
        throw Error(ErrorCode::model, fmt::format("'{}' {}", name, what), file.string());
    };
    if (type.GetONNXType() != ONNX_TYPE_TENSOR) refuse("is not a tensor");
    const auto tensor = type.GetTensorTypeAndShapeInfo();
    const auto kind = std::ranges::find(kElements, tensor.GetElementType(), &ElementKind::type);
    if (kind == kElements.end())
        refuse(fmt::format("has elements of type {}, which is not known here",
                           static_cast<int>(tensor.GetElementType())));
    Shape shape = tensor.GetShape();
    // A scalar has no sides.
    std::ranges::replace_if(
        shape, [](auto side) { return side < 0; }, -1);
    return {std::move(name), kind->element, std::move(shape)};
}

std::string list_names(const std::vector<TensorInfo>& tensors) {
    std::vector<std::string> names;
    for (const auto& tensor : tensors) names.push_back(tensor.name);
    return fmt::format("{}", fmt::join(names, ", "));
}

const TensorInfo* find(const std::vector<TensorInfo>& tensors, std::string_view name) {
    const auto found = std::ranges::find(tensors, name, &TensorInfo::name);
    return found == tensors.end() ? nullptr : &*found;
}

// Elements one after another as OpenCV converts them; OpenCV has no 64-bit integers.
std::optional<int> matrix_depth(Element element) {
    switch (element) {
        case Element::f32:
            return CV_32F;
        case Element::f16:
            return CV_16F;
        case Element::u8:
        case Element::boolean:
            return CV_8U;
        case Element::i32:
            return CV_32S;
        case Element::i64:
            return std::nullopt;
    }
    return std::nullopt;
}

template <class T>
Tensor hold(Element element, Shape shape, std::vector<T> values) {
    const auto owner = std::make_shared<const std::vector<T>>(std::move(values));
    return {element, std::move(shape), std::shared_ptr<const void>(owner, owner->data())};
}

// A row of all elements, which is not copied.
cv::Mat as_row(const Tensor& tensor) {
    return cv::Mat(1, static_cast<int>(tensor.count()), *matrix_depth(tensor.element),
                   const_cast<void*>(tensor.data.get()));
}

Tensor own(Shape shape, Element element, const cv::Mat& row) {
    const auto owner = std::make_shared<const cv::Mat>(row);
    return {element, std::move(shape), std::shared_ptr<const void>(owner, owner->data)};
}

Tensor convert(const Tensor& from, Element to) {
    if (from.element == to || from.count() == 0) {
        Tensor same = from;
        same.element = to;
        return same;
    }
    if (from.element == Element::i64 || to == Element::i64) {
        const std::vector<float> values = from.floats();
        if (to == Element::i64)
            return hold<std::int64_t>(to, from.shape, {values.begin(), values.end()});
        return convert(make_tensor(from.shape, values), to);
    }
    cv::Mat row;
    if (to == Element::boolean)
        cv::compare(as_row(from), 0, row, cv::CMP_NE), row /= 255;
    else
        as_row(from).convertTo(row, *matrix_depth(to));
    return own(from.shape, to, row);
}

bool fits(const Shape& found, const Shape& wanted) {
    return std::ranges::equal(found, wanted,
                              [](auto side, auto want) { return want < 0 || side == want; });
}

}  // namespace

std::int64_t Tensor::count() const {
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::vector<float> Tensor::floats() const {
    std::vector<float> values(static_cast<std::size_t>(count()));
    if (values.empty()) return values;
    if (element == Element::i64) {
        const auto* first = static_cast<const std::int64_t*>(data.get());
        std::ranges::transform(first, first + count(), values.begin(),
                               [](auto value) { return static_cast<float>(value); });
        return values;
    }
    cv::Mat row(1, static_cast<int>(values.size()), CV_32F, values.data());
    as_row(*this).convertTo(row, CV_32F);
    return values;
}

Tensor Tensor::part(std::int64_t first, Shape part_shape) const {
    const auto offset = static_cast<std::size_t>(first) * kind_of(element).size_bytes;
    const auto* begin = static_cast<const std::uint8_t*>(data.get()) + offset;
    return {element, std::move(part_shape), std::shared_ptr<const void>(data, begin)};
}

Tensor make_tensor(Shape shape, std::vector<float> values) {
    return hold(Element::f32, std::move(shape), std::move(values));
}

Tensor make_tensor(Shape shape, std::vector<std::int64_t> values) {
    return hold(Element::i64, std::move(shape), std::move(values));
}

Tensor make_tensor(Shape shape, std::vector<std::uint8_t> values) {
    return hold(Element::u8, std::move(shape), std::move(values));
}

std::string describe(const Shape& shape) {
    std::vector<std::string> sides;
    for (const auto side : shape) sides.push_back(side < 0 ? "any" : std::to_string(side));
    return fmt::format("[{}]", fmt::join(sides, ", "));
}

std::string_view name_of(Element element) {
    return kind_of(element).name;
}

struct Graph::State {
    fs::path file;
    Ort::Session session;
    Memory memory;
    std::vector<TensorInfo> inputs;
    std::vector<TensorInfo> outputs;

    [[nodiscard]] const TensorInfo& pick(const std::vector<TensorInfo>& tensors,
                                         std::string_view name, std::string_view kind) const {
        if (name.empty()) {
            if (tensors.size() == 1) return tensors.front();
            throw Error(ErrorCode::model,
                        fmt::format("has several {}s ({}); its interface block must name one", kind,
                                    list_names(tensors)),
                        file.string());
        }
        if (const TensorInfo* found = find(tensors, name)) return *found;
        throw Error(ErrorCode::model,
                    fmt::format("has no {} '{}' (it has: {})", kind, name, list_names(tensors)),
                    file.string());
    }
};

Graph::Graph(const fs::path& file, Device device, int threads, Memory memory)
    : state_(new State{.file = file,
                       .session = open(file, device, threads, memory),
                       .memory = device == Device::cpu ? memory : Memory::keep,
                       .inputs = {},
                       .outputs = {}}) {
    const Ort::Session& session = state_->session;
    const Ort::AllocatorWithDefaultOptions allocator;
    for (std::size_t i = 0; i < session.GetInputCount(); ++i)
        state_->inputs.push_back(info_of(session.GetInputNameAllocated(i, allocator).get(),
                                         session.GetInputTypeInfo(i), file));
    for (std::size_t i = 0; i < session.GetOutputCount(); ++i)
        state_->outputs.push_back(info_of(session.GetOutputNameAllocated(i, allocator).get(),
                                          session.GetOutputTypeInfo(i), file));
}

Graph::~Graph() = default;
Graph::Graph(Graph&&) noexcept = default;
Graph& Graph::operator=(Graph&&) noexcept = default;

const fs::path& Graph::file() const {
    return state_->file;
}
const std::vector<TensorInfo>& Graph::inputs() const {
    return state_->inputs;
}
const std::vector<TensorInfo>& Graph::outputs() const {
    return state_->outputs;
}
const TensorInfo* Graph::find_input(std::string_view name) const {
    return find(state_->inputs, name);
}
const TensorInfo* Graph::find_output(std::string_view name) const {
    return find(state_->outputs, name);
}
const TensorInfo& Graph::input(std::string_view name) const {
    return state_->pick(state_->inputs, name, "input");
}
const TensorInfo& Graph::output(std::string_view name) const {
    return state_->pick(state_->outputs, name, "output");
}

void Graph::fail(const std::string& message) const {
    throw Error(ErrorCode::model, message, state_->file.string());
}

std::vector<Tensor> Graph::run(const std::vector<NamedTensor>& inputs,
                               const std::vector<std::string>& outputs,
                               const RunContext& run) const {
    run.throw_if_stopped();
    const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
    std::vector<Tensor> tensors;  // keep the converted elements until the run is over
    std::vector<Ort::Value> values;
    std::vector<const char*> input_names;
    for (const TensorInfo& wanted : state_->inputs) {
        const auto given = std::ranges::find(inputs, wanted.name, &NamedTensor::name);
        if (given == inputs.end())
            fail(fmt::format("wants an input '{}' {}, which its interface does not have",
                             wanted.name, describe(wanted.shape)));
        if (!fits(given->tensor.shape, wanted.shape))
            fail(fmt::format("input '{}': expected {}, found {}", wanted.name,
                             describe(wanted.shape), describe(given->tensor.shape)));
        tensors.push_back(convert(given->tensor, wanted.element));
        const Tensor& tensor = tensors.back();
        const ElementKind& kind = kind_of(tensor.element);
        values.push_back(
            Ort::Value::CreateTensor(memory, const_cast<void*>(tensor.data.get()),
                                     static_cast<std::size_t>(tensor.count()) * kind.size_bytes,
                                     tensor.shape.data(), tensor.shape.size(), kind.type));
        input_names.push_back(wanted.name.c_str());
    }
    std::vector<const char*> output_names;
    for (const auto& name : outputs) output_names.push_back(output(name).name.c_str());

    std::vector<Ort::Value> results;
    Ort::RunOptions options;
    if (state_->memory == Memory::release)
        options.AddConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
    try {
        const std::stop_callback terminate(run.stop, [&] { options.SetTerminate(); });
        results = state_->session.Run(options, input_names.data(), values.data(), values.size(),
                                      output_names.data(), output_names.size());
    } catch (const Ort::Exception& error) {
        run.throw_if_stopped();
        fail(fmt::format("cannot be run: {}", first_line(error.what())));
    }

    std::vector<Tensor> found;
    for (std::size_t i = 0; i < results.size(); ++i) {
        const auto owner = std::make_shared<Ort::Value>(std::move(results[i]));
        found.push_back({output(outputs[i]).element, owner->GetTensorTypeAndShapeInfo().GetShape(),
                         std::shared_ptr<const void>(owner, owner->GetTensorRawData())});
    }
    return found;
}

}  // namespace diorama::inference
