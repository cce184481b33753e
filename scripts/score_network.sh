#!/usr/bin/env bash
# score_network.sh SHARED LABELS RENDERS: judges the built-in network beside the teacher that it
# learnt from and writes the tables into docs/network.md, between the lines that mark them; draws a
# contact sheet to look at, each third photo with its depth and matte, as build/gallery/network.jpg.
#
# SHARED is the folder of development material: data/photos/eval, data/stereo, models/tcmonodepth.
# LABELS is what `diorama-train labels` made of data/photos/eval, RENDERS the pairs of held-out scenes
# that `./dev render stereo` made: build/blender/stereo/held_out. DIORAMA names the command. GNU time
# measures memory.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
shared=$1 labels=$2 renders=$3
diorama=${DIORAMA:-build/release/bin/diorama}
teacher=tcmonodepth-small=$shared/models/tcmonodepth
films=/usr/share/doc/opencv-doc/examples/data
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

judge() { "$diorama" evaluate "$@" --progress none 2>/dev/null; }
both=(--depth-model "$teacher" --depth-model diorama-depth)

# A row of the table of time and memory. The teacher knows the first size alone.
measure() {
    local size=$1 rows=${1%x*} columns=${1#*x} picture=$work/size.png teachers="" ms=()
    oiiotool "$(find "$shared/data/photos/eval" -name '*.jpg' | sort | head -1)" \
        --ch R,G,B --resize "${columns}x$rows" -o "$picture"
    "$diorama" depth "$picture" -o "$work/size_depth.png" --progress none 2>/dev/null
    cp models/diorama.onnx "$work/sized.onnx"
    "$diorama" models info diorama-depth --block |
        sed "s/\"short_side\": *384/\"short_side\": $rows/; s/diorama.onnx/sized.onnx/" \
            > "$work/sized.json"
    [[ $size == 384x512 ]] && teachers=$teacher
    mapfile -t ms < <(judge depth "$picture" --truth "$work/size_depth.png" \
        ${teachers:+--depth-model "$teachers"} --depth-model "$work/sized.onnx" |
        awk -F'|' 'NR > 2 { gsub(/ /, "", $(NF - 1)); print $(NF - 1) }')
    local kb
    kb=$(env time -f %M "$diorama" depth "$picture" -o "$work/size_depth.png" \
        --depth-model "$work/sized.onnx" --progress none 2>&1 | tail -1)
    echo "| ${size/x/×} | ${ms[-1]} | $((kb / 1024)) | $([[ -n $teachers ]] && echo "${ms[0]}") |"
}

# The true disparities of one pair are there as a portable grey map, four to the pixel, 0 = unknown.
oiiotool "$shared/data/stereo/middlebury_cones_left_disparity_x4.pgm" -o "$work/cones.png"
mkdir "$work/left" "$work/right" "$work/renders" "$work/disparities"
for pair in "$renders"/*/pair.json; do
    scene=$(dirname "$pair")
    ln -s "$(realpath "$scene/left.png")" "$work/renders/$(basename "$scene").png"
    ln -s "$(realpath "$scene/disparity.exr")" "$work/disparities/$(basename "$scene").exr"
done
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
    echo
    echo "Against the true disparities of renders, of whose kind no network here has seen anything:"
    echo
    judge depth "$work/renders" --truth "$work/disparities" "${both[@]}"
    echo
    echo "Mattes, against those of IS-Net where it is sure of one subject:"
    echo
    judge matte "$shared/data/photos/eval" --truth "$labels/matte" --matte-model diorama-matte
    if [[ -f $films/vtest.avi ]]; then
        echo
        echo "From frame to frame of a film of walking people:"
        echo
        judge flicker "$films/vtest.avi" --frames 60 "${both[@]}"
    fi
    echo
    echo "Time of one picture and memory of the whole command, at two sizes of the network:"
    echo
    echo "| size | diorama-depth, ms | MB | tcmonodepth-small, ms |"
    echo "|---|---:|---:|---:|"
    measure 384x512
    measure 704x1280
} > "$work/tables.md"

scripts/put_tables.sh docs/network.md < "$work/tables.md"

mkdir -p build/gallery
cells=()
count=0
for photo in "$shared"/data/photos/eval/*.jpg; do
    count=$((count + 1))
    [[ $((count % 3)) -eq 1 && ${#cells[@]} -lt 72 ]] || continue
    "$diorama" depth "$photo" -o "$work/depth.png" --colormap turbo --progress none 2>/dev/null
    "$diorama" matte "$photo" -o "$work/matte.png" --matte-model diorama-matte --progress none \
        2>/dev/null || oiiotool --create 200x150 1 -o "$work/matte.png"  # it sees no subject
    oiiotool "$work/matte.png" --ch 0,0,0 --chnames R,G,B -o "$work/matte.png"
    for cell in "$photo" "$work/depth.png" "$work/matte.png"; do
        oiiotool "$cell" --ch R,G,B -d uint8 --fit 200x150 -o "$work/cell_${#cells[@]}.png"
        cells+=("$work/cell_${#cells[@]}.png")
    done
done
oiiotool "${cells[@]}" --mosaic:pad=4 9x8 -d uint8 --compression jpeg:82 -o build/gallery/network.jpg
