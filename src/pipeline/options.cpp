#include "diorama/jobs.h"

namespace diorama {

const std::vector<Field<DepthSource>>& DepthSource::fields() {
    static const std::vector<Field<DepthSource>> list{
        field("depth", &DepthSource::depth, {.placeholder = "FILE"},
              "depth map of the picture, near = bright (.png, .exr, ...)"),
        field(
            "depth-model", &DepthSource::depth_model, {.placeholder = "MODEL"},
            "depth network: a name of `diorama models list`, NAME=FILE, or an .onnx file with its "
            "interface block beside it"),
        field(
            "detail", &DepthSource::detail,
            "look at parts of the picture, too: finer edges of large photos, some twenty times as "
            "slow"),
        field("device", &DepthSource::device, "where networks run"),
    };
    return list;
}

const std::vector<Field<SubjectSource>>& SubjectSource::fields() {
    static const std::vector<Field<SubjectSource>> list{
        field("matte", &SubjectSource::matte, {.placeholder = "FILE"},
              "matte of a subject, white = subject; repeat for several subjects"),
        field("text", &SubjectSource::text, {.placeholder = "WORDS"},
              "the subjects in words, for a --matte-model that reads them: \"train, church\"; "
              "repeatable"),
        field("box", &SubjectSource::box, {.placeholder = "X,Y,W,H"},
              "box around a subject, in pixels of the input; repeat for several subjects"),
        field("point", &SubjectSource::point, {.placeholder = "X,Y"},
              "a point on the subject, in pixels of the input; repeatable"),
        field("not-point", &SubjectSource::not_point, {.placeholder = "X,Y"},
              "a point beside the subject; repeatable"),
        field("matte-model", &SubjectSource::matte_model, {.placeholder = "MODEL"},
              "network that finds the subject: a name of `diorama models list`, NAME=FILE, or an "
              ".onnx file with its interface block beside it"),
        field("min-score", &SubjectSource::min_score, {.min = 0, .max = 1},
              "how sure a network must be of what it was asked for; 0.3 if not given"),
        field("all", &SubjectSource::all, "every instance of each text, not the best alone"),
    };
    return list;
}

const std::vector<Field<FilmOptions>>& FilmOptions::fields() {
    auto duration =
        field("duration", &FilmOptions::duration, {.min = 0.001, .max = 1e6, .unit = "s"},
              "length of one loop of a photo's film; of a film, how much of it");
    duration.get = [](const FilmOptions& film) {
        return options_detail::format_number(film.loop().count());
    };
    static const std::vector<Field<FilmOptions>> list{
        duration,
        field("fps", &FilmOptions::fps, {.placeholder = "RATE"},
              "frames a second: 25, 29.97, 30000/1001, ..."),
        field("loops", &FilmOptions::loops, {.min = 1, .max = 10000}, "loops in the film"),
        field("size", &FilmOptions::size, {.placeholder = "N|WxH"},
              "longer side in pixels, or exact size; default: the picture's own"),
    };
    return list;
}

const std::vector<Field<FilmSource>>& FilmSource::fields() {
    static const std::vector<Field<FilmSource>> list{
        field("start", &FilmSource::start, {.min = 0, .max = 1e6, .unit = "s"},
              "where in the film to begin"),
        field("every", &FilmSource::every, {.min = 1, .max = 100000},
              "use each so-manieth frame only"),
        field("shares", &FilmSource::shares, {.min = 1, .max = 100000},
              "how many commands, on as many machines, make the film together"),
        field("share", &FilmSource::share, {.min = 1, .max = 100000},
              "which of them this is, from 1; `diorama merge` joins what they made"),
    };
    return list;
}

const std::vector<Field<FilmPart>>& FilmPart::fields() {
    static const std::vector<Field<FilmPart>> list{
        field("duration", &FilmPart::duration, {.min = 0.001, .max = 1e6, .unit = "s"},
              "how much of the film; all of it if not given"),
        field("preview", &FilmPart::preview, {.min = 0, .max = 1e6, .unit = "s"},
              "only the frame at this time, as a picture"),
    };
    return list;
}

const std::vector<Field<ReadOptions>>& ReadOptions::fields() {
    static const std::vector<Field<ReadOptions>> list{
        field("max-megapixels", &ReadOptions::max_megapixels, {.min = 0.000001, .max = 10000},
              "larger pictures are refused before they are decoded"),
        field("threads", &ReadOptions::threads, {.min = 0, .max = 1024},
              "threads to work with; 0: one a core"),
    };
    return list;
}

const std::vector<Field<PopoutExtras>>& PopoutExtras::fields() {
    static const std::vector<Field<PopoutExtras>> list{
        field("each", &PopoutExtras::each, "one film a subject: film_1.mp4, film_2.mp4, ..."),
        field("preview", &PopoutExtras::preview, {.min = 0, .unit = "s"},
              "only the frame at this time, as a picture"),
        field("save-layers", &PopoutExtras::save_layers, {.placeholder = "FILE.ora"},
              "background, support layer and slices as one layered file"),
        field("save-slices", &PopoutExtras::save_slices, {.placeholder = "FOLDER"},
              "each slice as a PNG with alpha"),
        field("save-matte-overlay", &PopoutExtras::save_matte_overlay, {.placeholder = "FILE"},
              "the matte over the picture, to check the subject"),
    };
    return list;
}

const std::vector<Field<ScrollExtras>>& ScrollExtras::fields() {
    static const std::vector<Field<ScrollExtras>> list{
        field("preview", &ScrollExtras::preview, {.min = 0, .unit = "s"},
              "only the frame at this time, as a picture"),
        field("save-modalities", &ScrollExtras::save_modalities, {.placeholder = "FOLDER"},
              "picture, depth, confidence and its heatmap, as the planes see them"),
        field("save-overlay", &ScrollExtras::save_overlay, {.placeholder = "FILE"},
              "the picture tinted by plane: red near, green between, blue far"),
        field("save-boundaries", &ScrollExtras::save_boundaries, {.placeholder = "FILE"},
              "the planes' borders: green as depth has them, red as aligned to the picture"),
        field("save-overlays", &ScrollExtras::save_overlays, {.placeholder = "FOLDER"},
              "each plane and each strip as a PNG with alpha"),
        field("save-layers", &ScrollExtras::save_layers, {.placeholder = "FILE.ora"},
              "the planes as one layered file"),
        field("save-world", &ScrollExtras::save_world, {.placeholder = "FOLDER"},
              "for games: strips, world.json, a Tiled map and a Godot 4 scene"),
    };
    return list;
}

const std::vector<Field<DepthExtras>>& DepthExtras::fields() {
    static const std::vector<Field<DepthExtras>> list{
        field("colormap", &DepthExtras::colormap, {.placeholder = "NAME"},
              "colours to look at instead of depth to work with: turbo, inferno, viridis, magma, "
              "grey"),
        field("confidence", &DepthExtras::confidence, {.placeholder = "FILE"},
              "how far each pixel's depth can be trusted, white = sure"),
    };
    return list;
}

const std::vector<Field<FlowSource>>& FlowSource::fields() {
    static const std::vector<Field<FlowSource>> list{
        field(
            "flow-model", &FlowSource::flow_model, {.placeholder = "MODEL"},
            "network that follows pixels: a name of `diorama models list`, NAME=FILE, or an .onnx "
            "file with its interface block beside it"),
        field("flow-preset", &FlowSource::flow_preset,
              "the built-in method, without a network; medium if not given"),
        field("device", &FlowSource::device, "where networks run"),
    };
    return list;
}

const std::vector<Field<FlowExtras>>& FlowExtras::fields() {
    static const std::vector<Field<FlowExtras>> list{
        field("occlusion", &FlowExtras::occlusion, {.placeholder = "FILE"},
              "where FROM's pixels are not seen in TO, white = hidden"),
        field("warp", &FlowExtras::warp, {.placeholder = "FILE"},
              "TO brought back onto FROM, to judge the flow by eye"),
    };
    return list;
}

const std::vector<Field<MatteExtras>>& MatteExtras::fields() {
    static const std::vector<Field<MatteExtras>> list{
        field("each", &MatteExtras::each, "one matte a subject: matte_1.png, matte_2.png, ..."),
        field("save-overlay", &MatteExtras::save_overlay, {.placeholder = "FILE"},
              "the matte over the picture, to check the subject"),
    };
    return list;
}

const std::vector<Field<HoleSource>>& HoleSource::fields() {
    static const std::vector<Field<HoleSource>> list{
        field("hole", &HoleSource::hole, {.placeholder = "FILE|subject"},
              "mask of what is to be filled, white = hole, of the picture's size; or the word "
              "subject; repeatable"),
    };
    return list;
}

const std::vector<Field<FillExtras>>& FillExtras::fields() {
    static const std::vector<Field<FillExtras>> list{
        field("save-depth", &FillExtras::save_depth, {.placeholder = "FILE"},
              "the depth, continued from the background into the hole (.png, .exr)"),
    };
    return list;
}

}  // namespace diorama
