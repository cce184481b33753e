#!/usr/bin/env bash
# score_tones.sh SET OURS PAPER: judges the built-in network of tones, the paper's preset and the two
# methods that learn nothing, and writes the tables into docs/tones.md, between the lines that mark
# them. What is shown last is judged first: the scenes of kinds that no network here has seen.
#
# SET is what `diorama-train dataset roto` made of `./dev render shots`. OURS and PAPER are the folders
# of the runs of training/roto.json and, with `--split paper`, of training/roto_paper.json, whose
# network was exported as PAPER/paper.onnx. DIORAMA names the command.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
set=$1 ours=$2 paper=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

judge() {
    "${DIORAMA:-build/release/bin/diorama}" evaluate roto "$set" --only "$work/names" "$@" \
        --progress none 2>/dev/null
}

# The frames of a part of the set, by a pattern of their names, with their labels' ending off.
list() {
    (cd "$set" && find . -name '*_tones.png') | sed 's|^\./||; s|_tones\.png$||' | sort |
        grep -E "$1" > "$work/names"
}

both=(--tone-model diorama-tones --tone-model "$paper/paper.json")
{
    echo "The five scenes that are held out, of kinds that are not among the others:"
    echo
    list '^held_out/[a-z]+/200/'
    judge "${both[@]}"
    echo
    echo "The same at 512×512:"
    echo
    list '^held_out/[a-z]+/512/'
    judge "${both[@]}"
    echo
    echo "One of them whole, 90 frames after another:"
    echo
    list '^held_out/creature/200/'
    judge "${both[@]}"
    echo
    echo "The two scenes by which training was watched:"
    echo
    list '^training/(chess|street)/200/'
    judge "${both[@]}"
    echo
    echo "Of the frames that the built-in network learnt from, each twentieth:"
    echo
    awk 'NR % 20 == 1' "$ours/training.txt" > "$work/names"
    judge --tone-model diorama-tones
    for part in training validation test; do
        echo
        echo "The paper's preset by \`--split paper\`, $part:"
        echo
        cp "$paper/$part.txt" "$work/names"
        judge --tone-model "$paper/paper.json"
    done
    echo
    echo "Twelve real frames, labelled by hand:"
    echo
    scripts/score_real_tones.sh "$work/frames" "${both[@]}" --progress none 2>/dev/null
} > "$work/tables.md"

awk -v tables="$work/tables.md" '
    /^<!-- end of scores -->/ { skip = 0 }
    !skip { print }
    /^<!-- scores -->/ { skip = 1; print ""; while ((getline line < tables) > 0) print line; print "" }
' docs/tones.md > "$work/tones.md"
cp "$work/tones.md" docs/tones.md
