#!/usr/bin/env bash
# blender_test.sh glb|svg COMMAND: Blender imports what COMMAND makes of a photo, a model of it or curves
# of its tones, and what is seen there is the photo or its tones. Exit 77 where Blender is missing,
# which `./dev render` installs.
set -euo pipefail
kind=$1
command=$2
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
command -v blender >/dev/null || { echo "skipped: Blender is missing; ./dev render installs it"; exit 77; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

make_glb() {
    oiiotool "$root/examples/still_life.jpg" --resize 320x240 -o "$work/wanted.png"
    "$command" photo3d "$work/wanted.png" -o "$work/made.glb" --progress none \
        --depth "$root/examples/still_life_depth.png"
}

make_svg() {
    oiiotool "$root/examples/still_life.jpg" --resize 800x600 -o "$work/photo.png"
    local made
    for made in made.svg wanted.png; do
        "$command" roto "$work/photo.png" -o "$work/$made" --tones kmeans --palette usual --progress none
    done
}

"make_$kind" >/dev/null
blender -b --factory-startup --python-exit-code 1 -P "$root/tests/${kind}_import.py" -- \
    "$work/made.$kind" "$work/wanted.png" "$work/seen.png" >"$work/log" 2>&1 || {
    tail -20 "$work/log"
    exit 1
}
tail -n 3 "$work/log"
