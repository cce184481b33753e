#!/usr/bin/env bash
# svg_test.sh COMMAND: Blender imports the curves that COMMAND draws of a photo's tones, and what is
# seen of them are those tones. Exit 77 where Blender is missing, which `./dev render` installs.
set -euo pipefail
command=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
command -v blender >/dev/null || { echo "skipped: Blender is missing; ./dev render installs it"; exit 77; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
oiiotool "$root/examples/still_life.jpg" --resize 800x600 -o "$work/photo.png"
for kind in svg png; do
    "$command" roto "$work/photo.png" -o "$work/flat.$kind" --tones kmeans --palette usual \
        --progress none >/dev/null
done
blender -b --factory-startup --python-exit-code 1 -P "$root/tests/svg_import.py" -- \
    "$work/flat.svg" "$work/flat.png" "$work/seen.png" >"$work/log" 2>&1 || {
    tail -20 "$work/log"
    exit 1
}
tail -n 3 "$work/log"
