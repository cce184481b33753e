#!/usr/bin/env bash
# measure_photo3d.sh [BUILD]: the table of docs/photo3d.md. Costs and sizes for the example; and, where
# the development material lies beside the checkout, how near layers are to the other eye's view, with
# disparity as `diorama match` finds it, and what the pages of ten photos weigh. BUILD holds the built
# programs (./dev bench), else build/release.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$root/build/release}
pairs=$root/../shared/data/stereo
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$build/bin/photo3d_bench"

viewer=$(gzip -9 <"$root/src/photo3d/viewer.js" | wc -c)
echo "viewer, layered build, gzipped: $viewer bytes (must: <= 20480)"

if [ ! -d "$pairs" ]; then
  echo "no pairs beside the checkout: nothing to compare views with"
  exit
fi
for left in "$pairs"/*_left.png; do
  name=$(basename "${left%_left.png}")
  "$build/bin/diorama" match "$left" "$pairs/${name}_right.png" -o "$work/$name.exr" \
    --progress none >/dev/null 2>&1
done
"$build/bin/photo3d_bench" pairs "$pairs" "$work"

# Ten photos, spread over the folder.
photos=$root/../shared/data/photos/eval
mkdir "$work/depth"
ls "$photos"/*.jpg | awk 'NR % 7 == 1' | head -10 | while read -r photo; do
  name=$(basename "${photo%.jpg}")
  "$build/bin/diorama" depth "$photo" -o "$work/depth/$name.png" --progress none >/dev/null
done
"$build/bin/photo3d_bench" pages "$photos" "$work/depth"
