#!/usr/bin/env bash
# score_network.sh SHARED LABELS: judges the built-in network beside the teacher that it learnt from
# and writes the tables into docs/network.md, between the lines that mark them; draws a contact sheet
# to look at, each third photo with its depth, as build/gallery/network.jpg.
#
# SHARED is the folder of development material: data/photos/eval, data/stereo, models/tcmonodepth.
# LABELS is what `diorama-train labels` made of data/photos/eval. DIORAMA names the command.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
shared=$1 labels=$2
diorama=${DIORAMA:-build/release/bin/diorama}
teacher=tcmonodepth-small=$shared/models/tcmonodepth
films=/usr/share/doc/opencv-doc/examples/data
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

judge() { "$diorama" evaluate "$@" --progress none 2>/dev/null; }
both=(--depth-model "$teacher" --depth-model diorama-depth)

# The true disparities of one pair are there as a portable grey map, four to the pixel, 0 = unknown.
oiiotool "$shared/data/stereo/middlebury_cones_left_disparity_x4.pgm" -o "$work/cones.png"
mkdir "$work/left" "$work/right"
for left in "$shared"/data/stereo/*_left.png; do
    ln -s "$(realpath "$left")" "$work/left/"
    ln -s "$(realpath "${left/_left/_right}")" "$work/right/"
done

{
    echo "Against the merged labels of photos that no network here was trained on:"
    echo
    judge depth "$shared/data/photos/eval" --truth "$labels/depth" "${both[@]}"
    echo
    echo "Against the true disparities of Middlebury's *cones*:"
    echo
    judge depth "$shared/data/stereo/middlebury_cones_left.png" --truth "$work/cones.png" \
        --black-is-unknown "${both[@]}"
    echo
    echo "Against disparities matched in 14 rectified pairs of Middlebury and ETH3D:"
    echo
    judge depth "$work/left" --right "$work/right" "${both[@]}"
    if [[ -f $films/vtest.avi ]]; then
        echo
        echo "From frame to frame of a film of walking people:"
        echo
        judge flicker "$films/vtest.avi" --frames 60 "${both[@]}"
    fi
} > "$work/tables.md"

awk -v tables="$work/tables.md" '
    /^<!-- end of scores -->/ { skip = 0 }
    !skip { print }
    /^<!-- scores -->/ { skip = 1; print ""; while ((getline line < tables) > 0) print line; print "" }
' docs/network.md > "$work/network.md"
cp "$work/network.md" docs/network.md

mkdir -p build/gallery
cells=()
count=0
for photo in "$shared"/data/photos/eval/*.jpg; do
    count=$((count + 1))
    [[ $((count % 3)) -eq 1 && ${#cells[@]} -lt 48 ]] || continue
    "$diorama" depth "$photo" -o "$work/depth.png" --colormap turbo --progress none 2>/dev/null
    for cell in "$photo" "$work/depth.png"; do
        oiiotool "$cell" --ch R,G,B -d uint8 --fit 200x150 -o "$work/cell_${#cells[@]}.png"
        cells+=("$work/cell_${#cells[@]}.png")
    done
done
oiiotool "${cells[@]}" --mosaic:pad=4 8x6 -d uint8 --compression jpeg:82 -o build/gallery/network.jpg
