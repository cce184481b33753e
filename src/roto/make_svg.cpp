#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <numeric>

#include "diorama/shapes.h"

namespace diorama {
namespace {

using Text = fmt::memory_buffer;

template <class... Arguments>
void add(Text& text, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(text), format, std::forward<Arguments>(arguments)...);
}

// Hundredths of a pixel, without zeros that say nothing.
void add_number(Text& text, float value) {
    const long hundredths = std::lround(100.0 * value);
    const long rest = std::abs(hundredths) % 100;
    add(text, "{}{}", hundredths < 0 ? "-" : "", std::abs(hundredths) / 100);
    if (rest % 10 != 0)
        add(text, ".{:02}", rest);
    else if (rest != 0)
        add(text, ".{}", rest / 10);
}

void add_point(Text& text, CurvePoint point) {
    add_number(text, point.x);
    text.push_back(' ');
    add_number(text, point.y);
}

void add_outline(Text& text, const Outline& outline) {
    text.push_back('M');
    add_point(text, outline.start);
    for (const CurveSegment& segment : outline.segments) {
        if (segment.kind == SegmentKind::cubic) {
            text.push_back('C');
            add_point(text, segment.control_1);
            text.push_back(' ');
            add_point(text, segment.control_2);
            text.push_back(' ');
        } else {
            text.push_back('L');
        }
        add_point(text, segment.end);
    }
    text.push_back('Z');
}

// `kind` is how groups are told apart: by an id, which a file has once, or a class.
void add_tones(Text& text, const Drawing& drawing, const Palette& palette, std::string_view kind) {
    for (const Tone tone : kTones) {
        const auto& [red, green, blue] = palette[index_of(tone)];
        add(text, "<g {}=\"{}\" fill=\"#{:02x}{:02x}{:02x}\">\n", kind,
            kChoices<Tone>[index_of(tone)].name, red, green, blue);
        for (const Shape& shape : drawing.of(tone)) {
            add(text, "<path d=\"");
            for (const Outline& outline : shape.outlines) add_outline(text, outline);
            add(text, "\"/>\n");
        }
        add(text, "</g>\n");
    }
}

std::string in_svg(Size size, const Text& content) {
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
        "viewBox=\"0 0 {0} {1}\">\n{2}</svg>\n",
        size.width, size.height, std::string_view(content.data(), content.size()));
}

// What is shown from `begin` to `end` of the whole, and hidden before and after.
void add_timing(Text& text, Seconds begin, Seconds end, Seconds whole) {
    const double from = begin / whole;
    const double to = end / whole;
    add(text,
        "<animate attributeName=\"display\" calcMode=\"discrete\" dur=\"{:.4f}s\" "
        "repeatCount=\"indefinite\" ",
        whole.count());
    if (from == 0)
        add(text, "values=\"inline;none\" keyTimes=\"0;{:.6f}\"/>\n", to);
    else
        add(text, "values=\"none;inline;none\" keyTimes=\"0;{:.6f};{:.6f}\"/>\n", from, to);
}

}  // namespace

std::string make_svg(const Drawing& drawing, const Palette& palette) {
    Text text;
    add_tones(text, drawing, palette, "id");
    return in_svg(drawing.size, text);
}

std::string make_animated_svg(const std::vector<TimedDrawing>& drawings, const Palette& palette) {
    const Seconds whole = std::accumulate(
        drawings.begin(), drawings.end(), Seconds(0),
        [](Seconds sum, const TimedDrawing& timed) { return sum + timed.duration; });
    Text text;
    Seconds begin(0);
    for (std::size_t first = 0; first < drawings.size();) {
        Seconds end = begin;
        std::size_t next = first;
        while (next < drawings.size() && drawings[next].drawing == drawings[first].drawing)
            end += drawings[next++].duration;
        // What does not know animation shows the first.
        add(text, "<g{}>\n", first == 0 ? "" : " display=\"none\"");
        if (next - first < drawings.size()) add_timing(text, begin, end, whole);
        add_tones(text, drawings[first].drawing, palette, "class");
        add(text, "</g>\n");
        begin = end;
        first = next;
    }
    return in_svg(drawings.empty() ? Size{} : drawings.front().drawing.size, text);
}

}  // namespace diorama
