#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/inference/README.md

// Neural networks as files: an ONNX model with an interface block (JSON) beside it that says what
// goes in and what comes out. docs/models.md describes the block.

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "diorama/export.h"
#include "diorama/image.h"
#include "diorama/run.h"

namespace diorama {

enum class ModelTask {
    depth,
    matte,    // the salient subject, without being told which
    segment,  // what prompts (words, boxes, points) ask for
    fill,
    flow,
    tones,  // flat tones to draw over
};
enum class TensorLayout { nchw, nhwc, chw, hwc };
enum class OutputMeaning {
    inverse_depth,
    depth,
    metric_depth,
    matte,
    matte_logit,
    saliency,              // a matte of any scale
    confidence,            // 0…1
    confidence_above_one,  // 1 and more: c becomes 1 - 1/c
    sky,
    picture,
    flow,
    tone_logits,  // one plane for each Tone, in its order
};
enum class Device { cpu, cuda };

// How a picture is fitted to the network.
struct SizeRule {
    std::optional<Size> fixed{};  // stretched to exactly this
    int short_side = 0;           // else scaled so that the short (or long) side has this length,
    int long_side = 0;            // and both sides rounded to the multiple; neither: its own size
    int multiple_of = 1;
    bool pad = false;  // with long_side: zeros at the right or below make it square
};

// Which sample is white to the network.
enum class White {
    full,       // the largest that the picture's type can hold
    brightest,  // the largest that the picture has
};

enum class InputColour { rgb, grey };

struct ModelInput {
    std::string name{};
    TensorLayout layout = TensorLayout::nchw;
    InputColour colour = InputColour::rgb;  // grey: one plane, Rec. 601 as Y'
    std::array<float, 2> range{0, 1};  // what black and white become, before mean and deviation
    White white = White::full;
    std::array<float, 3> mean{0, 0, 0};
    std::array<float, 3> std{1, 1, 1};
    SizeRule size{};
};

struct ModelOutput {
    std::string name{};
    OutputMeaning meaning = OutputMeaning::inverse_depth;
    std::array<float, 2> range{0, 1};  // of a picture: black and white
};

// The second input of a network that fills holes: one plane of the picture's size.
struct HoleInput {
    std::string name{};
    float hole = 1;
    float keep = 0;
};

// The same network exported for several fixed sizes; the one nearest to the picture's shape runs.
struct ModelVariant {
    std::filesystem::path file;
    Size size;
};

// One of several files that are one model together, such as an encoder and a decoder.
struct ModelPart {
    std::string role{};
    std::filesystem::path file{};
};

// How a promptable network is asked.
enum class PromptFamily {
    sam,   // by points and boxes: SAM 1, MobileSAM
    sam2,  // the same, with a decoder that pads the points itself
    sam3,  // by words, boxes, and points as small boxes
};
enum class TokenPadding { zero, end };

struct PromptInterface {
    PromptFamily family = PromptFamily::sam;
    std::filesystem::path vocabulary{};  // CLIP's merges, where the network reads words
    TokenPadding padding = TokenPadding::zero;
    int context = 32;  // tokens of a text
    // Tensors that this export calls differently from the first of its family.
    std::map<std::string, std::string> names{};
};

// A network that sees a window of frames at once: its part `encoder` runs once a frame, its part
// `head` once a window. Each window after the first begins with keyframes of the one before it.
struct FrameWindow {
    int frames = 0;                // 0: a network that sees single pictures
    std::vector<int> keyframes{};  // by their places in the window before
    int fitted =
        0;  // so many of the keyframes carry over scale and shift; windows fade at the others
};

struct ModelInterface {
    ModelTask task = ModelTask::depth;
    std::filesystem::path file{};          // the ONNX file, unless there are
    std::vector<ModelVariant> variants{};  // several of different sizes, or
    std::vector<ModelPart> parts{};        // several with different roles
    ModelInput input{};
    std::string second_input{};  // flow: the later picture
    HoleInput hole{};            // fill
    FrameWindow window{};        // depth
    PromptInterface prompts{};   // segment
    std::vector<ModelOutput> outputs{};
};

// Reads the interface block for `file`: the block itself (.json), or an .onnx file with its block
// beside it (model.onnx + model.json). Paths in the block are relative to it.
// Throws Error: not_found, unreadable (what is wrong in the block, by its key), model.
[[nodiscard]] DIORAMA_API ModelInterface read_model_interface(const std::filesystem::path& file);

// One output of a run: height × width floats of the network's own size.
struct ModelResult {
    OutputMeaning meaning;
    Size size;
    std::vector<float> values;
};

namespace inference {
struct ModelAccess;
}

// A loaded network. Graphs stay open; several threads may share one model.
class DIORAMA_API Model {
 public:
    // Checks the file against its block. Throws Error: not_found, model, device.
    explicit Model(ModelInterface interface, Device device = Device::cpu, int threads = 0);
    ~Model();
    Model(Model&&) noexcept;
    Model& operator=(Model&&) noexcept;

    [[nodiscard]] const ModelInterface& interface() const;
    // The size that the network sees for a picture of this size.
    [[nodiscard]] Size input_size(Size picture) const;
    // Runs a network of one file whose outputs are maps (depth, mattes, confidence, sky) on an RGB
    // picture of any size (alpha is ignored). Throws Error: model, cancelled.
    [[nodiscard]] std::vector<ModelResult> run(const Image& picture, const RunContext& = {}) const;

 private:
    friend struct inference::ModelAccess;
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace diorama
