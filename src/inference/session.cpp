#include "inference/session.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <fstream>
#include <numeric>
#include <optional>
#include <stop_token>
#include <string>

#include "diorama/error.h"
#include "inference/interface.h"

namespace diorama::inference {
namespace fs = std::filesystem;
namespace {

using Shape = std::vector<std::int64_t>;

constexpr ONNXTensorElementDataType kFloat = ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
constexpr ONNXTensorElementDataType kHalf = ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16;
constexpr ONNXTensorElementDataType kByte = ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8;

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

std::string describe(const Shape& shape) {
    std::vector<std::string> sides;
    for (const auto side : shape) sides.push_back(side < 0 ? "any" : std::to_string(side));
    return fmt::format("[{}]", fmt::join(sides, ", "));
}

// An element type that this code can fill or read, as an OpenCV depth.
std::optional<int> matrix_depth(ONNXTensorElementDataType type) {
    switch (type) {
        case kFloat:
            return CV_32F;
        case kHalf:
            return CV_16F;
        case kByte:
            return CV_8U;
        default:
            return std::nullopt;
    }
}

struct Tensor {
    std::string name;
    ONNXTensorElementDataType type;
    Shape shape;
};

Tensor tensor_of(Ort::AllocatedStringPtr name, const Ort::TypeInfo& info, const fs::path& file) {
    if (info.GetONNXType() != ONNX_TYPE_TENSOR)
        throw Error(ErrorCode::model, fmt::format("'{}' is not a tensor", name.get()),
                    file.string());
    const auto tensor = info.GetTensorTypeAndShapeInfo();
    return {name.get(), tensor.GetElementType(), tensor.GetShape()};
}

std::string list_names(const std::vector<Tensor>& tensors) {
    std::vector<std::string> names;
    for (const auto& tensor : tensors) names.push_back(tensor.name);
    return fmt::format("{}", fmt::join(names, ", "));
}

// The tensor that a block names; an empty name means the only one.
const Tensor& pick(const std::vector<Tensor>& tensors, const std::string& name,
                   std::string_view kind, const fs::path& file) {
    if (name.empty()) {
        if (tensors.size() == 1) return tensors.front();
        throw Error(ErrorCode::model,
                    fmt::format("has several {}s ({}); its interface block must name one", kind,
                                list_names(tensors)),
                    file.string());
    }
    const auto found = std::ranges::find(tensors, name, &Tensor::name);
    if (found == tensors.end())
        throw Error(ErrorCode::model,
                    fmt::format("has no {} '{}' (it has: {})", kind, name, list_names(tensors)),
                    file.string());
    return *found;
}

Shape input_shape(TensorLayout layout, Size size) {
    switch (layout) {
        case TensorLayout::nchw:
            return {1, 3, size.height, size.width};
        case TensorLayout::nhwc:
            return {1, size.height, size.width, 3};
        case TensorLayout::chw:
            return {3, size.height, size.width};
    }
    return {};
}

void check_input(const Tensor& tensor, TensorLayout layout, std::optional<Size> size,
                 const fs::path& file) {
    const auto refuse = [&](const std::string& expected, const std::string& found) {
        throw Error(ErrorCode::model,
                    fmt::format("input '{}': expected {}, found {}", tensor.name, expected, found),
                    file.string());
    };
    if (!matrix_depth(tensor.type))
        refuse("float32, float16 or uint8", fmt::format("element type {}", int{tensor.type}));

    const Shape expected = input_shape(layout, size.value_or(Size{-1, -1}));
    const std::string wanted = fmt::format("{} ({})", describe(expected), name_of(layout));
    if (tensor.shape.size() != expected.size()) refuse(wanted, describe(tensor.shape));
    for (std::size_t i = 0; i < expected.size(); ++i)
        if (tensor.shape[i] >= 0 && tensor.shape[i] != expected[i])
            refuse(wanted, describe(tensor.shape));
}

// Height and width of a result: what is left when sides of 1 are put away, or the whole where the
// map itself is one pixel wide or high. Nothing where it is no single map.
std::optional<Size> map_size(const Shape& shape) {
    const std::size_t rank = shape.size();
    if (rank < 2 || rank > 4) return std::nullopt;
    const bool channels_last = rank == 4 && shape[3] == 1 && shape[1] != 1;
    const std::size_t row = channels_last ? 1 : rank - 2;
    for (std::size_t i = 0; i < rank; ++i)
        if (i != row && i != row + 1 && shape[i] != 1) return std::nullopt;
    if (shape[row] < 1 || shape[row + 1] < 1) return std::nullopt;
    return Size{static_cast<int>(shape[row + 1]), static_cast<int>(shape[row])};
}

void check_output(const Tensor& tensor, const fs::path& file) {
    if (!matrix_depth(tensor.type))
        throw Error(ErrorCode::model,
                    fmt::format("output '{}': expected float32, float16 or uint8, found element "
                                "type {}",
                                tensor.name, int{tensor.type}),
                    file.string());
    Shape shape = tensor.shape;
    // A side that is only known at run time may turn out to be anything.
    const bool open = std::ranges::any_of(shape, [](auto side) { return side < 0; });
    if (shape.size() < 2 || shape.size() > 4 || (!open && !map_size(shape)))
        throw Error(ErrorCode::model,
                    fmt::format("output '{}': expected one map such as [1, 1, height, width], "
                                "found {}",
                                tensor.name, describe(shape)),
                    file.string());
}

void require_file(const fs::path& file) {
    std::error_code ignored;
    if (!fs::exists(file, ignored))
        throw Error(ErrorCode::not_found, "no such file", file.string());
    if (!fs::is_regular_file(file, ignored))
        throw Error(ErrorCode::unreadable, "is not a file", file.string());
    if (fs::file_size(file, ignored) == 0)
        throw Error(ErrorCode::unreadable, "is empty", file.string());
}

// Networks with more pixels than this run once a picture, not once a frame, and can hold gigabytes
// between runs: for them memory counts for more than the time to get it again.
constexpr std::int64_t kLargeInput = 512 * 1024;

bool is_large(std::optional<Size> size) {
    return size && size->area() > kLargeInput;
}

Ort::SessionOptions session_options(std::optional<Size> size, Device device, int threads) {
    Ort::SessionOptions options;
    options.SetIntraOpNumThreads(threads);
    options.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
    // Idle threads must not burn the cores that warp and encode between two runs.
    options.AddConfigEntry("session.force_spinning_stop", "1");
    if (is_large(size)) options.DisableMemPattern();
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

Ort::Session open(const fs::path& file, std::optional<Size> size, Device device, int threads) {
    require_file(file);
    Ort::Env& env = environment();
    const Ort::SessionOptions options = session_options(size, device, threads);
    try {
        return Ort::Session(env, file.c_str(), options);
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

}  // namespace

struct Session::State {
    fs::path file;
    Ort::Session session;
    TensorLayout layout;
    Tensor input;
    std::vector<Tensor> outputs;
    std::vector<OutputMeaning> meanings;
    bool frugal;  // gives memory back after each run
};

Session::Session(const fs::path& file, const ModelInterface& interface, std::optional<Size> size,
                 Device device, int threads)
    : state_(new State{.file = file,
                       .session = open(file, size, device, threads),
                       .layout = interface.input.layout,
                       .input = {},
                       .outputs = {},
                       .meanings = {},
                       .frugal = is_large(size) && device == Device::cpu}) {
    const Ort::Session& session = state_->session;
    const Ort::AllocatorWithDefaultOptions allocator;
    std::vector<Tensor> inputs;
    for (std::size_t i = 0; i < session.GetInputCount(); ++i)
        inputs.push_back(tensor_of(session.GetInputNameAllocated(i, allocator),
                                   session.GetInputTypeInfo(i), file));
    std::vector<Tensor> outputs;
    for (std::size_t i = 0; i < session.GetOutputCount(); ++i)
        outputs.push_back(tensor_of(session.GetOutputNameAllocated(i, allocator),
                                    session.GetOutputTypeInfo(i), file));

    state_->input = pick(inputs, interface.input.name, "input", file);
    if (inputs.size() != 1)
        throw Error(ErrorCode::model,
                    fmt::format("needs several inputs ({}); only networks of one picture are known",
                                list_names(inputs)),
                    file.string());
    check_input(state_->input, interface.input.layout, size, file);
    for (const auto& output : interface.outputs) {
        state_->outputs.push_back(pick(outputs, output.name, "output", file));
        check_output(state_->outputs.back(), file);
        state_->meanings.push_back(output.meaning);
    }
}

Session::~Session() = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

std::vector<ModelResult> Session::run(const cv::Mat_<float>& tensor, Size size,
                                      const RunContext& run) const {
    const auto fail = [&](const std::string& message) {
        throw Error(ErrorCode::model, message, state_->file.string());
    };
    run.throw_if_stopped();

    cv::Mat elements;
    tensor.convertTo(elements, *matrix_depth(state_->input.type));
    const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
    const Shape shape = input_shape(state_->layout, size);
    const Ort::Value input =
        Ort::Value::CreateTensor(memory, elements.data, elements.total() * elements.elemSize(),
                                 shape.data(), shape.size(), state_->input.type);

    const char* input_name = state_->input.name.c_str();
    std::vector<const char*> output_names;
    for (const auto& output : state_->outputs) output_names.push_back(output.name.c_str());

    std::vector<Ort::Value> values;
    Ort::RunOptions options;
    if (state_->frugal) options.AddConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
    try {
        const std::stop_callback terminate(run.stop, [&] { options.SetTerminate(); });
        values = state_->session.Run(options, &input_name, &input, 1, output_names.data(),
                                     output_names.size());
    } catch (const Ort::Exception& error) {
        run.throw_if_stopped();
        fail(fmt::format("cannot be run: {}", first_line(error.what())));
    }

    std::vector<ModelResult> results;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto info = values[i].GetTensorTypeAndShapeInfo();
        const auto map = map_size(info.GetShape());
        if (!map)
            fail(fmt::format("output '{}': expected one map, found {}", output_names[i],
                             describe(info.GetShape())));
        ModelResult result{state_->meanings[i], *map, {}};
        result.values.resize(static_cast<std::size_t>(map->area()));
        const auto type = info.GetElementType();
        const cv::Mat from(map->height, map->width, *matrix_depth(type),
                           values[i].GetTensorMutableRawData());
        cv::Mat to(map->height, map->width, CV_32F, result.values.data());
        from.convertTo(to, CV_32F, type == kByte ? 1.0 / 255 : 1.0);
        results.push_back(std::move(result));
    }
    return results;
}

}  // namespace diorama::inference
