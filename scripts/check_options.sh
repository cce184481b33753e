#!/usr/bin/env bash
# check_options.sh COMMAND: fails on a flag that a verb has and its page in docs/ does not name, and
# on one that the page names and the verb does not have.
set -euo pipefail
command=$1
docs=$(cd "$(dirname "$0")/../docs" && pwd)
failed=0

# The pages of a verb and of the verbs that it has.
help_of() {
    local sub
    "$command" "$1" --help
    for sub in $("$command" "$1" --help | sed -nE '/^Subcommands:/,/^$/s/^  ([a-z]+) .*/\1/p'); do
        "$command" "$1" "$sub" --help
    done
}

for verb in popout scroll depth matte flow fill stereo photo3d camera roto match merge inspect models evaluate; do
    has=$(help_of "$verb" | grep -oE '^ +(-[a-z],)?--[a-z-]+' | grep -oE -- '--[a-z-]+' | sort -u)
    named=$(grep -oE '^\| `(-[a-z]`, `)?--[a-z-]+' "$docs/$verb.md" | grep -oE -- '--[a-z-]+' | sort -u)
    for flag in $(comm -23 <(echo "$has") <(echo "$named")); do
        echo "docs/$verb.md has no line for $flag" && failed=1
    done
    for flag in $(comm -13 <(echo "$has") <(echo "$named")); do
        echo "docs/$verb.md describes $flag, which diorama $verb does not have" && failed=1
    done
done
exit "$failed"
