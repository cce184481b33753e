#!/usr/bin/env bash
# gallery.sh OUT_FOLDER: contact sheets of what Diorama makes, to be looked at after every change to
# a path that makes pictures. One row a picture: the photo, its matte over it, its depth, and the
# pop-out film at both ends of its way. Then the sheets of filling: each photo, and the same without
# its subject; of scrolling: each photo, and its world after 3 and 9 seconds; and of the forms of two
# views.
#
# Rows are the pictures of examples/ and, where the development material lies beside the checkout,
# 24 of its photos with its networks. PHOTOS="a.jpg b.jpg" takes these instead, MOTION another move.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-$root/build/gallery}
motion=${MOTION:-sway}
diorama=$root/build/release/bin/diorama
shared=$root/../shared
cell=400x300
mkdir -p "$out/parts"

write_blocks() { # the interface blocks of the development networks
  local depth="" shape
  for shape in 192x320 256x256 256x384 384x256 384x384 384x512 384x672 512x384 512x512; do
    depth+="${depth:+, }{\"file\": \"$shared/models/tcmonodepth/tcmonodepth_small_$shape.onnx\", \
\"height\": ${shape%x*}, \"width\": ${shape#*x}}"
  done
  cat >"$out/parts/depth.json" <<EOF
{"task": "depth", "variants": [$depth], "input": {"layout": "nchw", "range": [0, 255]},
 "outputs": [{"meaning": "inverse_depth"}]}
EOF
  cat >"$out/parts/matte.json" <<EOF
{"task": "matte", "file": "$shared/models/isnet_general_use_quint8.onnx",
 "input": {"name": "input", "layout": "nchw", "range": [0, 255], "mean": [128, 128, 128],
           "std": [256, 256, 256], "size": {"width": 1024, "height": 1024}},
 "outputs": [{"name": "output", "meaning": "matte"}]}
EOF
}

row() { # photo name matte depth: one row of the sheet
  local photo=$1 work=$out/parts/$2 matte=$3 depth=$4 time
  "$diorama" matte "$photo" -o "$work-matte2.png" --matte "$matte" --save-overlay "$work-2.png"
  "$diorama" depth "$photo" -o "$work-3.png" --depth "$depth" --matte "$matte" --colormap turbo
  for time in 1 3; do
    "$diorama" popout "$photo" -o "$work-$((time / 2 + 4)).png" --preview "$time" \
      --motion "$motion" --matte "$matte" --depth "$depth"
  done
  local cells=("$photo" "$work-2.png" "$work-3.png" "$work-4.png" "$work-5.png")
  local fitted=() i
  for i in "${!cells[@]}"; do
    oiiotool "${cells[$i]}" --ch R,G,B --fit "$cell" -o "$work-cell$i.png"
    fitted+=("$work-cell$i.png")
  done
  oiiotool "${fitted[@]}" --mosaic:pad=4 5x1 -o "$work-row.png"
  rows+=("$work-row.png")
  fill_cells "$photo" "$2" "$matte"
  scroll_cells "$photo" "$2"
}

fill_cells() { # photo name matte: the photo and the same without its subject
  local work=$out/parts/$2
  "$diorama" fill "$1" -o "$work-filled.png" --hole "$3"
  oiiotool "$1" --ch R,G,B --fit "$cell" -o "$work-cell-full.png"
  oiiotool "$work-filled.png" --ch R,G,B --fit "$cell" -o "$work-cell-filled.png"
  fills+=("$work-cell-full.png" "$work-cell-filled.png")
}

scroll_cells() { # photo name: the photo and two moments of its world, depth by the built-in network
  local work=$out/parts/$2 time
  scrolls+=("$work-cell-full.png")
  for time in 3 9; do
    "$diorama" scroll "$1" -o "$work-scroll$time.png" --preview "$time" --size 960
    oiiotool "$work-scroll$time.png" --ch R,G,B --fit "$cell" -o "$work-cell-scroll$time.png"
    scrolls+=("$work-cell-scroll$time.png")
  done
}

# The forms of one pair of views, and of glasses, as docs/images/stereo_formats.jpg has them.
format_sheet() {
  local form work=$out/parts/format cells=()
  for form in half-sbs half-tb half-rgbd vr180 dubois green-magenta amber-blue grey; do
    "$diorama" stereo "$examples/still_life.jpg" -o "$work-$form.png" --format "$form" \
      --depth "$examples/still_life_depth.png" --matte "$examples/still_life_matte.png" \
      --eyes both --size 800 $([ "$form" != vr180 ] || echo --vr-size 800)
    oiiotool "$work-$form.png" --ch R,G,B --fit "$cell" -o "$work-$form-cell.png"
    cells+=("$work-$form-cell.png")
  done
  oiiotool "${cells[@]}" --mosaic:pad=4 4x2 -o "$out/stereo-formats.png"
  echo "$out/stereo-formats.png"
}

# What each control of disparity does, as docs/images/stereo.jpg has it.
control_sheet() {
  local work=$out/parts/control cells=() i=0 control
  for control in "" "--depth-budget 5" "--zero-plane 1" "--zero-plane 0.2" "--tone 2" "--tone -2" \
    "--sculpt $examples/still_life_matte.png:+1.5" "--zero-plane 0.5 --edge-violation float"; do
    # Unquoted: an option and its value are two words.
    # shellcheck disable=SC2086
    "$diorama" stereo "$examples/still_life.jpg" -o "$work$i.png" --format dubois --eyes both \
      --depth "$examples/still_life_depth.png" --size 800 $control
    oiiotool "$work$i.png" --ch R,G,B --fit 480x360 -o "$work$i-cell.png"
    cells+=("$work$i-cell.png")
    i=$((i + 1))
  done
  oiiotool "${cells[@]}" --mosaic:pad=4 2x4 -o "$out/stereo-controls.png"
  echo "$out/stereo-controls.png"
}

# A page of a photo in a browser, its view at both ends of the way, as docs/images/photo3d.jpg has it.
page_sheet() {
  local view work=$out/parts/page cells=()
  "$diorama" photo3d "$examples/still_life.jpg" -o "$work.html" \
    --depth "$examples/still_life_depth.png"
  for view in -1,0 1,0; do
    node "$root/web/viewer/look.mjs" "$work$view.png" "$view" "$work.html" || return 0
    oiiotool "$work$view.png" --ch R,G,B --fit 640x480 -o "$work$view-cell.png"
    cells+=("$work$view-cell.png")
  done
  oiiotool "${cells[@]}" --mosaic:pad=4 2x1 -o "$out/photo3d.png"
  echo "$out/photo3d.png"
}

# A camera on its way round the ship, as docs/images/camera.webp has it, and what its lens does, as
# docs/images/camera.jpg.
camera_sheet() {
  local time work=$out/parts/camera cells=()
  local ship=("$examples/still_life.jpg" --depth "$examples/still_life_depth.png")
  "$diorama" camera "${ship[@]}" -o "$out/camera.webp" --size 640 --motion circle --focus 0.6 \
    --amount 4 --fps 15 --duration 3 --encoder-option quality=70
  for time in 1 3; do
    "$diorama" camera "${ship[@]}" -o "$work$time.png" --preview "$time" --motion sway --focus 0.85 \
      --aperture 2
    oiiotool "$work$time.png" --ch R,G,B --fit 640x480 -o "$work$time-cell.png"
    cells+=("$work$time-cell.png")
  done
  oiiotool "${cells[@]}" --mosaic:pad=4 2x1 -o "$out/camera.png"
  echo "$out/camera.png"
}

# The still life in flat tones, in five of its own colours, and a part of the tones' curves three times
# as large, as docs/images/roto.jpg has them.
roto_sheet() {
  local work=$out/parts/roto cells=("$examples/still_life.jpg") view
  "$diorama" roto "$examples/still_life.jpg" -o "$work-tones.svg" --palette usual
  "$diorama" roto "$examples/still_life.jpg" -o "$work-colours.svg" --tones kmeans
  rsvg-convert -w 640 "$work-tones.svg" -o "$work-tones.png"
  rsvg-convert -w 640 "$work-colours.svg" -o "$work-colours.png"
  rsvg-convert -z 3 "$work-tones.svg" -o "$work-large.png"
  oiiotool "$work-large.png" --cut 1280x960+520+1480 -o "$work-part.png"
  cells+=("$work-tones.png" "$work-colours.png" "$work-part.png")
  for view in "${!cells[@]}"; do
    oiiotool "${cells[$view]}" --ch R,G,B --fit 640x480 -o "$work-cell$view.png"
  done
  oiiotool "$work"-cell{0,1,2,3}.png --mosaic:pad=4 2x2 -o "$out/roto.png"
  echo "$out/roto.png"
}

photo_row() { # photo: matte and depth by the development networks
  local name work
  name=$(basename "${1%.*}") work=$out/parts/$name
  [ -e "$work-matte.png" ] ||
    "$diorama" matte "$1" -o "$work-matte.png" --matte-model "$out/parts/matte.json" || return 1
  "$diorama" depth "$1" -o "$work-depth.exr" --matte "$work-matte.png" \
    --depth-model "$out/parts/depth.json" || return 1
  row "$1" "$name" "$work-matte.png" "$work-depth.exr"
}

rows=() fills=() scrolls=()
examples=$root/examples
row "$examples/still_life.jpg" still_life "$examples/still_life_matte.png" \
  "$examples/still_life_depth.png"
format_sheet
control_sheet
page_sheet
camera_sheet
roto_sheet
if [ -d "$shared/data/photos/eval" ]; then
  write_blocks
  # Every third photo, then the others: some show no subject, and 24 rows are wanted.
  mapfile -t photos < <(find "$shared/data/photos/eval" -type f | sort |
    awk '{ print (NR + 1) % 3 == 2 ? 0 : 1, $0 }' | sort -s -k1,1n | cut -d" " -f2-)
  [ -z "${PHOTOS:-}" ] || read -ra photos <<<"$PHOTOS"
  for photo in "${photos[@]}"; do
    photo_row "$photo" || echo "no subject in $(basename "$photo")"
    [ ${#rows[@]} -le 24 ] || break
  done
else
  echo "no photos beside the checkout: the sheet shows the examples only"
fi
for ((first = 0, page = 1; first < ${#rows[@]}; first += 5, page++)); do
  oiiotool "${rows[@]:first:5}" --mosaic:pad=4 1x"$((${#rows[@]} - first < 5 ? ${#rows[@]} - first : 5))" \
    -o "$out/popout-$motion-$page.png"
  echo "$out/popout-$motion-$page.png"
done
for ((first = 0, page = 1; first < ${#fills[@]}; first += 16, page++)); do
  cells=$((${#fills[@]} - first < 16 ? ${#fills[@]} - first : 16))
  oiiotool "${fills[@]:first:16}" --mosaic:pad=4 4x$(((cells + 3) / 4)) -o "$out/fill-$page.png"
  echo "$out/fill-$page.png"
done
for ((first = 0, page = 1; first < ${#scrolls[@]}; first += 18, page++)); do
  cells=$((${#scrolls[@]} - first < 18 ? ${#scrolls[@]} - first : 18))
  oiiotool "${scrolls[@]:first:18}" --mosaic:pad=4 3x$(((cells + 2) / 3)) -o "$out/scroll-$page.png"
  echo "$out/scroll-$page.png"
done
