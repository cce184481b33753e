#!/usr/bin/env bash
# network_sheet.sh OUTPUT PICTURE...: a sheet of pictures, each with its depth and its matte by the
# built-in network. DIORAMA names the command.
set -euo pipefail
output=$1
shift
diorama=${DIORAMA:-$(dirname "${BASH_SOURCE[0]}")/../build/release/bin/diorama}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cells=()
for picture in "$@"; do
    n=${#cells[@]}
    oiiotool "$picture" --ch R,G,B -d uint8 -o "$work/picture.png"
    "$diorama" depth "$work/picture.png" -o "$work/depth.png" --colormap turbo --progress none \
        2>/dev/null
    # A picture in which the network sees no subject has a black matte.
    "$diorama" matte "$work/picture.png" -o "$work/matte.png" --progress none 2>/dev/null ||
        oiiotool "$work/picture.png" --mulc 0 -o "$work/matte.png"
    oiiotool "$work/matte.png" --ch 0,0,0 --chnames R,G,B -o "$work/matte.png"
    for cell in picture depth matte; do
        oiiotool "$work/$cell.png" --ch R,G,B -d uint8 --fit 152x114 -o "$work/cell_${n}_$cell.png"
        cells+=("$work/cell_${n}_$cell.png")
    done
done
oiiotool "${cells[@]}" --mosaic:pad=3 "12x$(((${#cells[@]} + 11) / 12))" -d uint8 \
    --compression jpeg:82 -o "$output"
