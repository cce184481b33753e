// diorama-train: from photos to the network that Diorama ships. docs/training.md tells how.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "configuration.h"
#include "diorama/error.h"
#include "export/export_onnx.h"
#include "export/exported_networks.h"
#include "export/import_onnx.h"
#include "labels/draw_curves.h"
#include "labels/make_labels.h"
#include "roto/drawn_labels.h"
#include "roto/label_shots.h"
#include "roto/pack_frames.h"
#include "run/depth_course.h"
#include "run/memory.h"
#include "run/tonal_course.h"
#include "run/trainer.h"
#include "run/weights.h"
#include "teacher/onnx_teacher.h"

namespace diorama::training {
namespace fs = std::filesystem;
namespace {

std::stop_source stop_by_hand;

// One line on standard error that is written over, with the time that is left.
RunContext make_context(int threads) {
    using Clock = std::chrono::steady_clock;
    struct Start {
        Clock::time_point time = Clock::now();
        Clock::time_point shown{};
        std::int64_t done = -1;
    };
    const auto start = std::make_shared<Start>();
    RunContext context;
    context.threads = threads;
    context.stop = stop_by_hand.get_token();
    context.on_progress = [start](const Progress& progress) {
        const auto now = Clock::now();
        if (start->done < 0 || progress.done < start->done) *start = {now, {}, progress.done};
        if (now - start->shown < std::chrono::seconds(2) && progress.done < progress.total) return;
        start->shown = now;
        const double seconds = std::chrono::duration<double>(now - start->time).count();
        const double each = seconds / std::max<std::int64_t>(1, progress.done - start->done);
        std::fprintf(stderr, "\r%s: %lld of %lld, %.2f s each, %.0f min left  ",
                     progress.stage.c_str(), static_cast<long long>(progress.done),
                     static_cast<long long>(progress.total), each,
                     each * static_cast<double>(progress.total - progress.done) / 60);
    };
    context.on_warning = [](const std::string& line) {
        std::fprintf(stderr, "\nwarning: %s\n", line.c_str());
    };
    return context;
}

struct Arguments {
    LabelOptions labels{};
    RotoSetOptions roto{};
    fs::path configuration{};
    fs::path run{};
    fs::path models{};
    fs::path start{};
    fs::path weights{};
    fs::path average{};
    fs::path output{};
    fs::path frames{};
    fs::path pictures{};
    std::string split{};
    bool half = false;
    int threads = 0;
};

void prepare_run(const Arguments& arguments) {
    use_memory_again();
    torch::set_num_threads(arguments.threads > 0 ? arguments.threads : 1);
    fs::create_directories(arguments.run);
}

bool is_exported(const fs::path& weights) {
    return weights.extension() == ".onnx";
}

// Of an exported network only those of the usual shape.
SmallNetwork read_depth_network(const fs::path& weights) {
    if (is_exported(weights)) {
        SmallNetwork network(NetworkShape{});
        import_onnx(*network, outputs_of(network), weights);
        return network;
    }
    const auto configuration = read_stored_configuration(weights);
    SmallNetwork network(parse_configuration(configuration, weights.string()).network);
    load_weights(*network, weights);
    return network;
}

// Of an exported network the shape is to be known.
UNet read_tonal_network(const fs::path& weights, const UNetShape& shape) {
    if (is_exported(weights)) {
        UNet network(shape);
        import_onnx(*network, outputs_of(network, shape), weights);
        return network;
    }
    const auto configuration = read_stored_configuration(weights);
    UNet network(parse_tonal_configuration(configuration, weights.string()).network);
    load_weights(*network, weights);
    return network;
}

bool knows_tones(const fs::path& weights) {
    if (!is_exported(weights)) return is_tonal(read_stored_configuration(weights));
    return std::ranges::count(list_outputs(weights), kToneLogits) > 0;
}

void train(const Arguments& arguments) {
    prepare_run(arguments);
    const auto configuration = read_configuration(arguments.configuration);
    DepthCourse course(configuration, arguments.run, [&](const Phase& phase) {
        return open_onnx_teacher(arguments.models / phase.teacher, configuration.teacher_features,
                                 arguments.run / "teacher.onnx");
    });
    if (!arguments.start.empty()) course.begin_with(read_depth_network(arguments.start));
    Trainer(course, {.folder = arguments.run}).run(make_context(arguments.threads));
}

// From weights of tones, or of depth to stand on, or from nothing.
void begin_tonal_run(TonalCourse& course, const UNetShape& shape, const fs::path& start) {
    const bool stands_on_depth = shape.down == "depth";
    if (start.empty() && !stands_on_depth) return;
    if (start.empty())
        throw Error(ErrorCode::usage, "is needed: weights of the network for depth, or of tones",
                    "--start");
    if (knows_tones(start)) return course.begin_with(read_tonal_network(start, shape));
    if (!stands_on_depth)
        throw Error(ErrorCode::usage,
                    "of a network for depth goes with \"down\": \"depth\" in the configuration",
                    "--start");
    course.stand_on(read_depth_network(start));
}

void train_roto(const Arguments& arguments) {
    prepare_run(arguments);
    auto configuration = read_tonal_configuration(arguments.configuration);
    if (!arguments.split.empty()) configuration.split = arguments.split;
    TonalCourse course(configuration, arguments.run);
    course.list_parts(arguments.run);
    if (!fs::exists(arguments.run / "checkpoint.pt"))
        begin_tonal_run(course, configuration.network, arguments.start);
    const auto epoch = course.steps_an_epoch();
    Trainer(course, {.folder = arguments.run, .log_steps = epoch, .validation_steps = epoch})
        .run(make_context(arguments.threads));
}

void keep_weights(const Arguments& arguments) {
    const auto checkpoint = arguments.run / "checkpoint.pt";
    const auto configuration = read_stored_configuration(checkpoint);
    const auto keep = [&](auto network, const auto& read) {
        load_checkpoint(*network, checkpoint);
        if (!arguments.average.empty()) average_filters(*network, *read(arguments.average));
        save_weights(*network, configuration, arguments.output);
    };
    const auto context = checkpoint.string();
    if (!is_tonal(configuration))
        return keep(SmallNetwork(parse_configuration(configuration, context).network),
                    read_depth_network);
    const auto shape = parse_tonal_configuration(configuration, context).network;
    keep(UNet(shape), [&](const fs::path& weights) { return read_tonal_network(weights, shape); });
}

void export_depth_network(const Arguments& arguments) {
    SmallNetwork network = read_depth_network(arguments.weights);
    auto function = outputs_of(network);
    function.half_weights = arguments.half;
    export_onnx(*network, function, arguments.output);
}

// What `--tone-model` takes.
void write_interface(const TonalConfiguration& configuration, const fs::path& network) {
    const UNetShape& shape = configuration.network;
    const std::string short_side =
        configuration.short_side_px == 0
            ? ""
            : fmt::format(R"("short_side": {}, )", configuration.short_side_px);
    fs::path file = network;
    std::ofstream stream(file.replace_extension(".json"));
    stream << R"({
    "task": "tones",
    "file": ")"
           << network.filename().string() << R"(",
    "input": {
        "name": "picture", "layout": "nchw", "colour": ")"
           << shape.colours << R"(",
        "size": {)"
           << short_side << R"("multiple_of": )" << shape.multiple_px() << R"(}
    },
    "outputs": [{"name": ")"
           << kToneLogits << R"(", "meaning": "tone_logits"}]
}
)";
    if (!stream.flush()) throw Error(ErrorCode::unwritable, "cannot be written", file.string());
}

void export_tonal_network(const TonalConfiguration& configuration, const Arguments& arguments) {
    UNet network(configuration.network);
    load_weights(*network, arguments.weights);
    auto function = outputs_of(network, configuration.network);
    function.half_weights = arguments.half;
    export_onnx(*network, function, arguments.output);
    write_interface(configuration, arguments.output);
}

void export_network(const Arguments& arguments) {
    const auto configuration = read_stored_configuration(arguments.weights);
    const auto context = arguments.weights.string();
    if (is_tonal(configuration))
        export_tonal_network(parse_tonal_configuration(configuration, context), arguments);
    else
        export_depth_network(arguments);
}

// Each is ROLE=NAME.
void name_passes(const std::vector<std::string>& names, PassNames& passes) {
    const std::map<std::string, std::string*> roles{{"picture", &passes.picture},
                                                    {"illumination", &passes.illumination},
                                                    {"shadow", &passes.shadow},
                                                    {"specular", &passes.specular},
                                                    {"object", &passes.object}};
    for (const std::string& name : names) {
        const auto equals = name.find('=');
        const auto role = roles.find(name.substr(0, equals));
        if (equals == std::string::npos || role == roles.end())
            throw Error(ErrorCode::usage,
                        "must be ROLE=NAME with one of the roles picture, illumination, shadow, "
                        "specular, object",
                        "--pass " + name);
        *role->second = name.substr(equals + 1);
    }
}

void add_file(CLI::App& verb, const char* flag, fs::path& file, const char* help) {
    verb.add_option(flag, file, help)->required();
}

int run_command(int argc, char** argv) {
    CLI::App command("Trains the networks that Diorama ships; docs/training.md tells how",
                     "diorama-train");
    command.require_subcommand(1);
    Arguments arguments;

    auto& labels = *command.add_subcommand("labels", "ask the teachers about each photo, once");
    add_file(labels, "PHOTOS", arguments.labels.photos, "a folder of pictures");
    add_file(labels, "--depth-model", arguments.labels.depth_model, "interface block (JSON)");
    add_file(labels, "--matte-model", arguments.labels.matte_model, "interface block (JSON)");
    add_file(labels, "-o,--output", arguments.labels.folder, "a folder for the labels");

    auto& pack = *command.add_subcommand("pack", "put photos and labels into one scene file");
    add_file(pack, "PHOTOS", arguments.labels.photos, "a folder of pictures");
    add_file(pack, "--labels", arguments.labels.folder, "the folder that `labels` filled");
    add_file(pack, "-o,--output", arguments.output, "NAME.json");

    auto& dataset =
        *command.add_subcommand("dataset", "make data from renders")->require_subcommand(1);
    auto& roto = *dataset.add_subcommand("roto", "label rendered shots by tone");
    TonalThresholds& tones = arguments.roto.thresholds;
    add_file(roto, "SHOTS", arguments.roto.shots, "what `./dev render shots` fills");
    add_file(roto, "-o,--output", arguments.roto.folder, "a folder for the set");
    PassNames& passes = arguments.roto.passes;
    roto.add_option("--passes", passes.pattern,
                    "label a render of your own: its files, '*' for the frame, '{pass}' for the "
                    "pass");
    roto.add_option_function<std::vector<std::string>>(
        "--pass", [&](const auto& names) { name_passes(names, passes); },
        "ROLE=NAME: what picture, illumination, shadow, specular or object is called");
    roto.add_option(
            "--paints", arguments.roto.paints,
            "each frame so many times more, with its things in other colours: not of --passes")
        ->check(CLI::Range(0, 100))
        ->excludes("--passes");
    roto.add_flag("--preview", arguments.roto.preview, "also write labels beside pictures");
    roto.add_option("--diffuse-shadow", tones.diffuse_shadow, "share of the full light");
    roto.add_option("--cast-shadow", tones.cast_shadow, "share of the light there");
    roto.add_option("--highlight", tones.highlight, "share of the full light");
    roto.add_option("--min-area", tones.min_area_px, "smaller islands go, in pixels");

    auto& drawn = *dataset.add_subcommand("drawn", "make labels of what a person drew");
    add_file(drawn, "TEXTS", arguments.frames, "a folder of NAME.txt");
    add_file(drawn, "--pictures", arguments.pictures, "the folder of the pictures");
    add_file(drawn, "-o,--output", arguments.output, "a folder for the labels");

    auto& pack_roto = *dataset.add_subcommand("pack", "put labelled frames into one scene file");
    add_file(pack_roto, "SET", arguments.frames, "the folder that `dataset roto` filled");
    add_file(pack_roto, "-o,--output", arguments.output, "NAME.json, in the folder of a run");

    auto& train_verb = *command.add_subcommand("train", "train, or go on training");
    add_file(train_verb, "CONFIGURATION", arguments.configuration, "JSON");
    add_file(train_verb, "--run", arguments.run, "the folder of scenes, checkpoint and losses");
    train_verb.add_option("--models", arguments.models, "the folder of the teachers' ONNX files");
    train_verb.add_option("--start", arguments.start,
                          "weights to begin a new run with, or the ONNX file of a network");

    auto& roto_verb = *command.add_subcommand("roto", "train a tonal network, or go on with it");
    add_file(roto_verb, "CONFIGURATION", arguments.configuration, "JSON");
    add_file(roto_verb, "--run", arguments.run, "the folder of frames, checkpoint and losses");
    roto_verb.add_option(
        "--start", arguments.start,
        "weights to begin a new run with, or the ONNX file of a network: of tones, or "
        "of depth to stand on");
    roto_verb.add_option("--split", arguments.split, "one of the configuration's splits");

    auto& weights = *command.add_subcommand("weights", "take the weights out of a checkpoint");
    add_file(weights, "--run", arguments.run, "the folder of the run");
    add_file(weights, "-o,--output", arguments.output, "what to write");
    weights.add_option("--average", arguments.average,
                       "go halfway to these weights, or to an ONNX file's: of what the run began "
                       "with");

    auto& export_verb = *command.add_subcommand("export", "write weights as an ONNX file");
    add_file(export_verb, "WEIGHTS", arguments.weights, "what `weights` wrote");
    add_file(export_verb, "-o,--output", arguments.output, "what to write");
    export_verb.add_flag("--half", arguments.half, "store weights at half precision");

    auto& curves = *command.add_subcommand("curves", "draw the losses of a run");
    add_file(curves, "--run", arguments.run, "the folder of the run");
    add_file(curves, "-o,--output", arguments.output, "a picture");

    for (auto* verb : {&labels, &pack, &train_verb, &roto_verb})
        verb->add_option("--threads", arguments.threads, "at most so many");
    CLI11_PARSE(command, argc, argv);

    if (labels) make_labels(arguments.labels, make_context(arguments.threads));
    if (pack)
        pack_labels(arguments.labels.photos, arguments.labels.folder, arguments.output,
                    make_context(arguments.threads));
    if (roto) label_shots(arguments.roto, make_context(arguments.threads));
    if (drawn) draw_labels(arguments.frames, arguments.pictures, arguments.output);
    if (pack_roto) pack_frames(arguments.frames, arguments.output, make_context(0));
    if (train_verb) train(arguments);
    if (roto_verb) train_roto(arguments);
    if (weights) keep_weights(arguments);
    if (export_verb) export_network(arguments);
    if (curves) draw_curves(arguments.run / "losses.csv", arguments.output);
    return 0;
}

}  // namespace
}  // namespace diorama::training

int main(int argc, char** argv) {
    for (const int signal : {SIGINT, SIGTERM})
        std::signal(signal, [](int) { diorama::training::stop_by_hand.request_stop(); });
    try {
        return diorama::training::run_command(argc, argv);
    } catch (const diorama::Error& error) {
        std::cerr << "\ndiorama-train: " << error.what() << '\n';
        return exit_status(error.code());
    } catch (const c10::Error& error) {
        std::cerr << "\ndiorama-train: " << error.what_without_backtrace() << '\n';
        return 1;
    } catch (const std::exception& error) {
        std::cerr << "\ndiorama-train: " << error.what() << '\n';
        return 1;
    }
}
