#!/usr/bin/env bash
# score_tones.sh SET OURS PAPER: judges the built-in network of tones, the paper's preset and the two
# methods that learn nothing, and writes the tables into docs/tones.md, between the lines that mark
# them.
#
# SET is what `diorama-train dataset roto` made of `./dev render shots`. OURS and PAPER are the folders
# of the runs of training/roto.json and, with `--split paper`, of training/roto_paper.json, whose
# network was exported as PAPER/paper.onnx. DIORAMA names the command.
set -euo pipefail
usage="usage: score_tones.sh SET OURS PAPER"
set=$(realpath "${1:?$usage}") ours=$(realpath "${2:?$usage}") paper=$(realpath "${3:?$usage}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
both=(--tone-model diorama-tones --tone-model "$paper/paper.json")

# Each n-th frame of those whose names fit a pattern.
choose() {
    (cd "$set" && find . -name '*_tones.png') | sed 's|^\./||; s|_tones\.png$||' | sort |
        awk -F/ -v like="$1" -v every="$2" '$0 ~ like && $NF % every == 1 % every' > "$work/names"
    if [[ ! -s $work/names ]]; then
        echo "score_tones.sh: $set has no frame like $1" >&2
        exit 1
    fi
}

judge() { # what the table shows, then options
    printf '%s:\n\n' "$1"
    "${DIORAMA:-build/release/bin/diorama}" evaluate roto "$set" --only "$work/names" \
        --progress none "${@:2}"
    echo
}

{
    choose '^held_out/[a-z]+/200/' 3
    judge "The five scenes that are held out" "${both[@]}"
    choose '^held_out/creature/200/' 1
    judge "One of them, frame after frame" "${both[@]}"
    choose '^training/(chess|street)/200/' 3
    # The paper's preset learnt from them.
    judge "The two scenes by which training was watched" --tone-model diorama-tones
    awk 'NR % 20 == 1' "$ours/training.txt" > "$work/names"
    judge "Of the frames that the built-in network learnt from, each twentieth" \
        --tone-model diorama-tones
    for part in training validation test; do
        cp "$paper/$part.txt" "$work/names"
        judge "The paper's preset by \`--split paper\`, its $part" --tone-model "$paper/paper.json"
    done
    printf 'Real frames, labelled by hand:\n\n'
    scripts/score_real_tones.sh "$work/frames" "${both[@]}" --progress none
} > "$work/tables.md"

scripts/put_tables.sh docs/tones.md < "$work/tables.md"
