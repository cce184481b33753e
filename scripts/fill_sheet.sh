#!/usr/bin/env bash
# fill_sheet.sh OUTPUT PICTURE...: a sheet of pictures, each beside itself without its subject, which
# a network finds: the built-in one, or MATTE_MODEL. Pictures in which it finds none are left out.
# DIORAMA names the command, CELL the size of a picture.
set -euo pipefail
output=$1
shift
diorama=${DIORAMA:-$(dirname "${BASH_SOURCE[0]}")/../build/release/bin/diorama}
cell=${CELL:-230x172}
model=${MATTE_MODEL:-diorama-matte}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cells=()
for picture in "$@"; do
    n=${#cells[@]}
    oiiotool "$picture" --ch R,G,B -d uint8 -o "$work/picture.png"
    "$diorama" fill "$work/picture.png" -o "$work/filled.png" --hole subject --matte-model "$model" \
        --progress none 2>/dev/null || continue
    for state in picture filled; do
        oiiotool "$work/$state.png" --fit "$cell" -o "$work/cell_${n}_$state.png"
        cells+=("$work/cell_${n}_$state.png")
    done
done
oiiotool "${cells[@]}" --mosaic:pad=3 "8x$(((${#cells[@]} + 7) / 8))" -d uint8 \
    --compression jpeg:82 -o "$output"
