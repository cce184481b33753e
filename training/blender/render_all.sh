#!/usr/bin/env bash
# render_all.sh OUT depth|stereo|shots [SCENE...]: renders every scene, or those named. What is there is not
# rendered again, so a run that was stopped goes on where it was.
#
#     setsid nice -n 19 training/blender/render_all.sh build/blender shots >shots.log 2>&1 &
set -euo pipefail

training=(
    bridge chess cloth colonnade desert fence foliage forest fruit glassware machine robot room street
    toys walker
)
# Scenes of kinds that are not among the others: what is measured on them was never learnt from.
held_out=(creature desk lighthouse market sculpture)

# Scene, frame, depth budget in percent of the width, zero plane.
pairs=(
    'fence 45 5 0.5' 'fruit 20 4 0.45' 'street 30 5 0.6' 'cloth 40 5 0.5' 'chess 30 4 0.4'
    'colonnade 60 6 0.5' 'forest 30 6 0.45' 'room 50 4.5 0.5' 'toys 30 4 0.5' 'foliage 60 5 0.5'
    'desert 30 5 0.55' 'walker 60 4 0.5' 'bridge 40 6 0.4' 'robot 60 4 0.5'
    'creature 20 4 0.5' 'creature 65 4 0.5' 'desk 20 4 0.5' 'desk 65 4 0.5'
    'lighthouse 20 5 0.5' 'lighthouse 65 5 0.5' 'market 20 5 0.5' 'market 65 5 0.5'
    'sculpture 20 4 0.5' 'sculpture 65 4 0.5'
)

is_in() {
    [[ " ${*:2} " == *" $1 "* ]]
}

render() {
    blender -b --factory-startup -P "$(dirname "${BASH_SOURCE[0]}")/render.py" -- "$@" |
        grep -E '^ Time|Error|Traceback|psnr' || true
}

# The part of a scene: training or held_out.
part_of() {
    if is_in "$1" "${held_out[@]}"; then echo held_out; else echo training; fi
}

render_pairs() {
    local scene frame budget zero_plane folder
    for pair in "${pairs[@]}"; do
        read -r scene frame budget zero_plane <<<"$pair"
        folder=$1/stereo/$(part_of "$scene")/${scene}_$frame
        if [[ -e $folder/pair.json ]] || ! is_in "$scene" "${scenes[@]}"; then continue; fi
        render --scene "$scene" -o "$folder" --stereo --frames "$frame" --budget "$budget" \
            --zero-plane "$zero_plane" --size 640x400 --samples 32
    done
}

# render_shots OUT SIZE EVERY [WAY [OPTION...]]: each n-th frame of each shot, seen in another way.
render_shots() {
    local scene part folder
    for scene in "${scenes[@]}"; do
        [[ $scene != jumble ]] || continue
        part=$(part_of "$scene")
        folder=$1/shots/$part/$scene/$2${4:+_$4}
        # Other ways make more to learn from.
        if [[ $part == held_out && -n ${4:-} ]]; then continue; fi
        echo "$(date +%T) $scene $2 every $3 ${4:-}"
        render --scene "$scene" -o "$folder" --size "$2x$2" --every "$3" --samples 32 "${@:5}"
    done
}

# Each frame of it is a scene of its own; a few at a time, so that what is there is whole.
render_jumble() {
    local first
    is_in jumble "${scenes[@]}" || return 0
    for first in $(seq 1 40 961); do
        echo "$(date +%T) jumble from $first"
        render --scene jumble -o "$1/shots/training/jumble/200_varied" --size 200x200 \
            --frames "$first-$((first + 39))" --samples 32 --vary
    done
}

# render_depth OUT FRAMES EVERY SCENE...: pictures with their depth, of grain as of a dim room. Depth
# is exact all the same, and so much is rendered in a tenth of the time.
render_depth() {
    local scene
    for scene in "${@:4}"; do
        if ! is_in "$scene" "${scenes[@]}" || is_in "$scene" "${held_out[@]}"; then continue; fi
        echo "$(date +%T) $scene $2 every $3"
        render --scene "$scene" -o "$1/depth" --depth --size 512x384 --frames "$2" --every "$3" \
            --samples 4 --vary
    done
}

out=$(realpath -m "${1:?usage: render_all.sh OUT depth|stereo|shots [SCENE...]}")
scenes=("${@:3}")
[[ ${#scenes[@]} -gt 0 ]] || scenes=("${training[@]}" "${held_out[@]}" jumble)
for scene in "${scenes[@]}"; do
    is_in "$scene" "${training[@]}" "${held_out[@]}" jumble && continue
    echo "render_all.sh: there is no scene $scene; there are: ${training[*]} ${held_out[*]} jumble" >&2
    exit 2
done
case ${2:-} in
    stereo) render_pairs "$out" ;;
    depth)
        render_depth "$out" 1-90 6 "${training[@]}"
        render_depth "$out" 1-160 1 jumble
        render_depth "$out" 1-90 2 "${training[@]}"
        render_depth "$out" 161-500 1 jumble
        ;;
    shots) # A little of everything first, so that there is a set to work with early.
        render_shots "$out" 200 15
        render_shots "$out" 200 3
        render_shots "$out" 200 3 varied --vary
        for degrees in 75 150; do
            render_shots "$out" 200 9 "turned_$degrees" --turn-lamps "$degrees"
        done
        render_jumble "$out"
        render_shots "$out" 512 18
        render_shots "$out" 200 1 varied --vary
        render_shots "$out" 200 1
        ;;
    *)
        echo "render_all.sh: say depth, stereo or shots" >&2
        exit 2
        ;;
esac
