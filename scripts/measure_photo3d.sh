#!/usr/bin/env bash
# measure_photo3d.sh [BUILD]: the table of docs/photo3d.md. Costs and sizes for the example; and, where
# the development material lies beside the checkout, how near layers are to the other eye's view, with
# disparity as `diorama match` finds it. BUILD holds the built programs (./dev bench), else
# build/release.
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
"$build/bin/photo3d_bench" "$pairs" "$work"
