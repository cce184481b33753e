#!/usr/bin/env bash
# gltf_test.sh COMMAND: Blender opens the model that COMMAND makes of a photo, and what its camera sees
# there is the photo. Exit 77 where Blender is missing, which `./dev render` installs.
set -euo pipefail
command=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
command -v blender >/dev/null || { echo "skipped: Blender is missing; ./dev render installs it"; exit 77; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
oiiotool "$root/examples/still_life.jpg" --resize 320x240 -o "$work/photo.png"
"$command" photo3d "$work/photo.png" -o "$work/photo.glb" --progress none \
    --depth "$root/examples/still_life_depth.png" >/dev/null
blender -b --factory-startup --python-exit-code 1 -P "$root/tests/gltf_import.py" -- \
    "$work/photo.glb" "$work/photo.png" "$work/seen.png" >"$work/log" 2>&1 || {
    tail -20 "$work/log"
    exit 1
}
tail -n 3 "$work/log"
