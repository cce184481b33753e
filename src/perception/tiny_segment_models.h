#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Small stand-ins for SAM 3, SAM 2.1 and MobileSAM with the names, types and prompt shapes of their
// exports and an answer that is known: a box gives that box, a word the boxes of kThings.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "inference/tiny_onnx.h"

namespace diorama::perception::testing {

namespace onnx = inference::testing;
using onnx::Element;

// Merges by hand: "train" is token 515, "church" 520, "bus" 522; start and end follow.
inline constexpr const char* kVocabulary =
    "bpe_simple_vocab_16e6.txt#version: 0.2\n"
    "t r\ni n</w>\ntr a\ntra in</w>\nc h\nu r\nc h</w>\nch ur\nchur ch</w>\nb u\nbu s</w>\n";
inline constexpr int kTrain = 515, kChurch = 520, kBus = 522, kStart = 523, kEnd = 524;

// What the stand-in for SAM 3 sees in every picture: boxes as shares of its sides.
struct TinyThing {
    int token;
    double x0, y0, x1, y1;
    double score;
};
inline const std::vector<TinyThing> kThings{
    {kTrain, 0.1, 0.2, 0.4, 0.6, 0.9},    // the surest train,
    {kTrain, 0.1, 0.2, 0.41, 0.61, 0.7},  // seen a second time,
    {kTrain, 0.6, 0.2, 0.7, 0.3, 0.5},    // and another one
    {kChurch, 0.5, 0.5, 0.9, 0.9, 0.8},  {kBus, 0.1, 0.1, 0.2, 0.2, 0.2},
};

// A graph that is written from its inputs to its outputs; each step names its result.
class TinyBuilder {
 public:
    std::string input(const std::string& name, std::vector<int> shape,
                      Element element = Element::float32) {
        graph_.inputs.push_back({name, std::move(shape), element});
        return name;
    }
    std::string constant(std::vector<double> values, std::vector<int> shape,
                         Element element = Element::float32) {
        const std::string name = next_name();
        graph_.constants.push_back({name, std::move(shape), std::move(values), element});
        return name;
    }
    std::string number(double value) { return constant({value}, {1}); }
    std::string add(const std::string& op, std::vector<std::string> inputs,
                    std::vector<onnx::TinyAttribute> attributes = {}) {
        const std::string name = next_name();
        graph_.nodes.push_back({op, std::move(inputs), {name}, std::move(attributes)});
        return name;
    }
    std::string cast(const std::string& value, Element element) {
        return add("Cast", {value}, {{.name = "to", .integer = static_cast<int>(element)}});
    }
    std::string reshape(const std::string& value, const std::vector<double>& shape) {
        return add("Reshape",
                   {value, constant(shape, {static_cast<int>(shape.size())}, Element::int64)});
    }
    std::string expand(const std::string& value, const std::vector<double>& shape) {
        return add("Expand",
                   {value, constant(shape, {static_cast<int>(shape.size())}, Element::int64)});
    }
    // One column of a matrix, as a column of its own.
    std::string column(const std::string& matrix, int index) {
        return add("Gather", {matrix, constant({double(index)}, {1}, Element::int64)},
                   {{.name = "axis", .integer = 1}});
    }
    std::string join(std::vector<std::string> parts) {
        return add("Concat", std::move(parts), {{.name = "axis", .integer = 0}});
    }
    void output(const std::string& name, const std::string& value, std::vector<int> shape,
                Element element = Element::float32) {
        graph_.nodes.push_back({"Identity", {value}, {name}, {}});
        graph_.outputs.push_back({name, std::move(shape), element});
    }
    void write(const std::filesystem::path& file) const { onnx::write_text(file, encode(graph_)); }

    // 0.5/n, 1.5/n, … along one side of a picture; `count` is a float of no sides.
    std::string middles(const std::string& count, const std::vector<double>& shape) {
        const std::string steps = add("Range", {constant({0}, {}), count, constant({1}, {})});
        return reshape(add("Div", {add("Add", {steps, number(0.5)}), count}), shape);
    }
    // Where the boxes [n, 4] (middle and sides) lie: true in [n, 1, rows, columns].
    std::string inside(const std::string& boxes, const std::string& rows,
                       const std::string& columns) {
        const auto side = [&](const std::string& at, int middle, int length) {
            const std::string distance =
                add("Abs", {add("Sub", {at, reshape(column(boxes, middle), {-1, 1, 1, 1})})});
            return add("Less", {distance, add("Mul", {reshape(column(boxes, length), {-1, 1, 1, 1}),
                                                      number(0.5)})});
        };
        return add("And", {side(middles(columns, {1, 1, 1, -1}), 0, 2),
                           side(middles(rows, {1, 1, -1, 1}), 1, 3)});
    }

 private:
    std::string next_name() { return std::to_string(count_++); }

    onnx::TinyGraph graph_{};
    int count_ = 0;
};

// ---- SAM 3

// Its exports differ in their last steps.
enum class TinyEnding {
    masks,   // what is there: scores, and masks of yes and no in the size that is asked for
    shares,  // what is there: scores, and masks of 0…1 in the network's own size
    logits,  // all that the network asks itself about, as logits, and one of its presence
};

inline void write_tiny_language(const std::filesystem::path& file) {
    TinyBuilder graph;
    const auto tokens = graph.input("tokens", {1, 32}, Element::int64);
    const auto padding = graph.add("Equal", {tokens, graph.constant({0}, {1}, Element::int64)});
    const auto numbers = graph.reshape(graph.cast(tokens, Element::float32), {32, 1, 1});
    graph.output("text_attention_mask", padding, {1, 32}, Element::boolean);
    graph.output("text_memory", graph.expand(numbers, {32, 1, 256}), {32, 1, 256});
    graph.output("text_embeds", graph.expand(numbers, {32, 1, 1024}), {32, 1, 1024});
    graph.write(file);
}

// As samexporter's graph of uint8, whose simplifier leaves one feature to the decoder.
inline void write_tiny_sam3_encoder(const std::filesystem::path& file) {
    TinyBuilder graph;
    const auto image = graph.input("image", {3, 1008, 1008}, Element::uint8);
    const auto mean =
        graph.reshape(graph.add("ReduceMean", {graph.cast(image, Element::float32)}), {1, 1, 1, 1});
    for (const char* name : {"vision_pos_enc_0", "vision_pos_enc_1", "vision_pos_enc_2",
                             "backbone_fpn_0", "backbone_fpn_1", "backbone_fpn_2"})
        graph.output(name, graph.expand(mean, {1, 256, 4, 4}), {1, 256, 4, 4});
    graph.write(file);
}

inline void write_tiny_sam3_decoder(const std::filesystem::path& file, TinyEnding ending,
                                    int slots = 1) {
    TinyBuilder graph;
    graph.input("backbone_fpn_2", {1, 256, 4, 4});
    graph.input("language_mask", {1, 32}, Element::boolean);
    graph.input("language_features", {32, 1, 256});
    const auto words = graph.input("language_embeds", {32, 1, 1024});
    const auto box_coords = graph.input("box_coords", {slots, 1, 4});
    graph.input("box_labels", {slots, 1}, Element::int64);
    const auto box_masks = graph.input("box_masks", {1, slots}, Element::boolean);

    std::vector<double> boxes, tokens, scores;
    for (const TinyThing& thing : kThings) {
        for (const double value : {(thing.x0 + thing.x1) / 2, (thing.y0 + thing.y1) / 2,
                                   thing.x1 - thing.x0, thing.y1 - thing.y0})
            boxes.push_back(value);
        tokens.push_back(thing.token);
        scores.push_back(thing.score);
    }
    const int things = static_cast<int>(kThings.size());
    const auto all_boxes =
        graph.join({graph.constant(boxes, {things, 4}), graph.reshape(box_coords, {-1, 4})});
    const auto all_scores = graph.join(
        {graph.constant(scores, {things}), graph.expand(graph.number(0.95), {double(slots)})});
    // The word is the token after the start.
    const auto word = graph.add(
        "Gather", {graph.reshape(words, {-1}), graph.constant({1024}, {1}, Element::int64)});
    const auto is_meant = graph.add("Equal", {graph.cast(word, Element::int64),
                                              graph.constant(tokens, {things}, Element::int64)});
    const auto keep = graph.join({is_meant, graph.add("Not", {graph.reshape(box_masks, {-1})})});

    const int all = things + slots;
    if (ending != TinyEnding::logits) {
        const bool shares = ending == TinyEnding::shares;
        const auto side = [&](const char* name) {
            return shares ? graph.constant({288}, {})
                          : graph.cast(graph.input(name, {}, Element::int64), Element::float32);
        };
        const auto masks = graph.inside(all_boxes, side("original_height"), side("original_width"));
        const auto kept = [&](const std::string& values) {
            return graph.add("Compress", {values, keep}, {{.name = "axis", .integer = 0}});
        };
        graph.output("boxes", kept(all_boxes), {-1, 4});
        graph.output("scores", kept(all_scores), {-1});
        if (shares)
            graph.output("masks", kept(graph.cast(masks, Element::float32)), {-1, 1, 288, 288});
        else
            graph.output("masks", kept(masks), {-1, 1, -1, -1}, Element::boolean);
    } else {
        const auto side = graph.constant({288}, {});
        const auto masks = graph.add(
            "Where", {graph.inside(all_boxes, side, side), graph.number(10), graph.number(-10)});
        // ln(p / (1 - p)), and far below for what is not meant.
        const auto odds =
            graph.add("Div", {all_scores, graph.add("Sub", {graph.number(1), all_scores})});
        const auto logits = graph.add("Where", {keep, graph.add("Log", {odds}), graph.number(-20)});
        graph.output("pred_logits", graph.reshape(logits, {1, -1, 1}), {1, all, 1});
        graph.output("pred_boxes", graph.reshape(all_boxes, {1, -1, 4}), {1, all, 4});
        graph.output("pred_masks", graph.reshape(masks, {1, -1, 288, 288}), {1, all, 288, 288});
        graph.output("presence_logit_dec", graph.constant({1.3862943611}, {1, 1}), {1, 1});
    }
    graph.write(file);
}

// Three graphs, vocabulary and block; the block's file is given back.
inline std::filesystem::path write_tiny_sam3(const std::filesystem::path& folder,
                                             TinyEnding ending = TinyEnding::masks, int slots = 1) {
    write_tiny_sam3_encoder(folder / "sam3_image_encoder.onnx");
    write_tiny_language(folder / "sam3_language_encoder.onnx");
    write_tiny_sam3_decoder(folder / "sam3_decoder.onnx", ending, slots);
    onnx::write_text(folder / "vocabulary.txt", kVocabulary);
    onnx::write_text(folder / "sam3.json", R"({
        "task": "segment",
        "parts": {"encoder": "sam3_image_encoder.onnx", "language": "sam3_language_encoder.onnx",
                  "decoder": "sam3_decoder.onnx"},
        "input": {"name": "image", "layout": "chw", "range": [0, 255],
                  "size": {"width": 1008, "height": 1008}},
        "prompts": {"family": "sam3", "vocabulary": "vocabulary.txt", "padding": "zero"}})");
    return folder / "sam3.json";
}

// ---- SAM 2.1 and MobileSAM

// Three readings of a prompt: the box, a square around the point, nothing. Their scores say which
// labels came: 0.9 a top left corner, 0.6 a point on the subject, 0.1 a padding point.
inline void add_tiny_readings(TinyBuilder& graph, Element element, const std::string& masks) {
    const auto coordinates =
        graph.cast(graph.input("point_coords", {1, -1, 2}, element), Element::float32);
    const auto labels = graph.reshape(
        graph.cast(graph.input("point_labels", {1, -1}, element), Element::float32), {-1, 1});
    const auto points = graph.reshape(coordinates, {-1, 2});
    const auto is = [&](double label) {
        return graph.cast(graph.add("Equal", {labels, graph.number(label)}), Element::float32);
    };
    const auto sum = [&](const std::string& values) {
        return graph.add("ReduceSum", {values, graph.constant({0}, {1}, Element::int64)});
    };
    const auto corner = [&](double label) {
        return graph.add("Div", {sum(graph.add("Mul", {points, is(label)})), graph.number(1024)});
    };
    const auto join_columns = [&](const std::string& a, const std::string& b) {
        return graph.add("Concat", {a, b}, {{.name = "axis", .integer = 1}});
    };
    const auto box = join_columns(
        graph.add("Mul", {graph.add("Add", {corner(2), corner(3)}), graph.number(0.5)}),
        graph.add("Sub", {corner(3), corner(2)}));
    const auto square = join_columns(corner(1), graph.constant({0.2, 0.2}, {1, 2}));
    const auto side = graph.constant({256}, {});
    const auto inside =
        graph.inside(graph.join({box, square, graph.constant({0, 0, 0, 0}, {1, 4})}), side, side);
    const auto logits = graph.add("Where", {inside, graph.number(10), graph.number(-10)});
    const auto score = [&](double label, double value) {
        return graph.add("Mul", {sum(is(label)), graph.number(value)});
    };
    const auto scores = join_columns(join_columns(score(2, 0.9), score(1, 0.6)), score(-1, 0.1));
    graph.output(masks, graph.cast(graph.reshape(logits, {1, 3, 256, 256}), element),
                 {1, 3, 256, 256}, element);
    graph.output("iou_predictions", graph.cast(scores, element), {1, 3}, element);
}

inline std::filesystem::path write_tiny_sam2(const std::filesystem::path& folder,
                                             Element element = Element::float32) {
    TinyBuilder encoder;
    const auto image = encoder.input("image", {1, 3, 1024, 1024}, element);
    const auto mean = encoder.add("ReduceMean", {encoder.cast(image, Element::float32)});
    for (const char* name : {"high_res_feats_0", "high_res_feats_1", "image_embed"})
        encoder.output(name, encoder.cast(encoder.expand(mean, {1, 32, 4, 4}), element),
                       {1, 32, 4, 4}, element);
    encoder.write(folder / "sam2_encoder.onnx");

    TinyBuilder decoder;
    for (const char* name : {"image_embed", "high_res_feats_0", "high_res_feats_1"})
        decoder.input(name, {1, 32, 4, 4}, element);
    add_tiny_readings(decoder, element, "masks");
    decoder.input("mask_input", {-1, 1, 256, 256}, element);
    decoder.input("has_mask_input", {-1}, element);
    decoder.write(folder / "sam2_decoder.onnx");

    onnx::write_text(folder / "sam2.json", R"({
        "task": "segment",
        "parts": {"encoder": "sam2_encoder.onnx", "decoder": "sam2_decoder.onnx"},
        "input": {"name": "image", "layout": "nchw",
                  "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225],
                  "size": {"width": 1024, "height": 1024}},
        "prompts": {"family": "sam2"}})");
    return folder / "sam2.json";
}

// As samexporter's and Acly's graphs: rows of RGB, the long side 1024, padded in the graph.
inline std::filesystem::path write_tiny_mobile_sam(const std::filesystem::path& folder) {
    TinyBuilder encoder;
    const auto image = encoder.input("input_image", {-1, -1, 3});
    encoder.output("image_embeddings",
                   encoder.expand(encoder.reshape(encoder.add("ReduceMean", {image}), {1, 1, 1, 1}),
                                  {1, 256, 64, 64}),
                   {1, 256, 64, 64});
    encoder.write(folder / "mobile_encoder.onnx");

    TinyBuilder decoder;
    decoder.input("image_embeddings", {1, 256, 64, 64});
    add_tiny_readings(decoder, Element::float32, "low_res_masks");
    decoder.input("mask_input", {1, 1, 256, 256});
    decoder.input("has_mask_input", {1});
    decoder.input("orig_im_size", {2});
    decoder.write(folder / "mobile_decoder.onnx");

    onnx::write_text(folder / "mobile_sam.json", R"({
        "task": "segment",
        "parts": {"encoder": "mobile_encoder.onnx", "decoder": "mobile_decoder.onnx"},
        "input": {"name": "input_image", "layout": "hwc", "range": [0, 255],
                  "size": {"long_side": 1024}},
        "prompts": {"family": "sam"}})");
    return folder / "mobile_sam.json";
}

}  // namespace diorama::perception::testing
