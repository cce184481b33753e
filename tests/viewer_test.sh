#!/usr/bin/env bash
# viewer_test.sh COMMAND: types, bundle and tests of web/viewer, and a page that COMMAND writes, in a
# browser. Exit 77 where what they run on is missing, which `./dev test` installs.
set -euo pipefail
command=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

skip() {
    echo "skipped: $* is missing; ./dev test installs it"
    exit 77
}
command -v npm >/dev/null || skip npm
command -v "${CHROMIUM:-chromium}" >/dev/null || skip Chromium
[[ -d $root/web/viewer/node_modules ]] || skip web/viewer/node_modules

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
oiiotool "$root/examples/still_life.jpg" --resize 400x300 -o "$work/photo.png"
"$command" photo3d "$work/photo.png" -o "$work/photo.html" --progress none --quality 95 \
    --depth "$root/examples/still_life_depth.png" --title "<Ship>" --alt 'A "ship"' >/dev/null
"$command" camera "$work/photo.png" -o "$work/camera.png" --progress none --motion sway --preview 1 \
    --depth "$root/examples/still_life_depth.png" >/dev/null

cd "$root/web/viewer"
npm run --silent check
EXPORTED=$work/photo.html EXPORTED_PHOTO=$work/photo.png EXPORTED_CAMERA=$work/camera.png npm test --silent
