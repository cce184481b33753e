#!/usr/bin/env bash
# score_real_tones.sh FRAMES [options of `diorama evaluate roto`]: judges tones on the real frames that
# are labelled in tests/real_tones. Their pictures are put into FRAMES first; what this machine lacks is
# left out.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
frames=${1:?usage: score_real_tones.sh FRAMES [options of diorama evaluate roto]}
shift
mkdir -p "$frames"

find_source() {
    local folder
    for folder in "$root/../shared/data" /usr/share/doc/opencv-doc/examples/data; do
        if [[ -e $folder/$1 ]]; then
            echo "$folder/$1"
            return
        fi
    done
}

while read -r name digest path frame; do
    source=$(find_source "$path")
    if [[ -z $source ]]; then
        echo "score_real_tones.sh: $path is not on this machine; $name is left out" >&2
    elif ! sha256sum --check --status <<<"$digest  $source"; then
        echo "score_real_tones.sh: $source is another file than the one that was labelled" >&2
    elif [[ -n $frame ]]; then
        ffmpeg -v error -y -i "$source" -vf "select=eq(n\,$frame)" -frames:v 1 "$frames/$name.png" \
            </dev/null
    else
        cp "$source" "$frames/$name.jpg"
    fi
done < <(grep -v '^#' "$root/tests/real_tones/sources.txt")

"${DIORAMA:-$root/build/release/bin/diorama}" evaluate roto "$frames" \
    --truth "$root/tests/real_tones" "$@"
