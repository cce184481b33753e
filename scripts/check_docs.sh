#!/usr/bin/env bash
# check_docs.sh [ROOT]: what the pages say is there.
#
# A path in backticks or in a link exists: seen from the page's folder, the root, src/ or include/.
# The README of a folder of src/, apps/ or training/ names each source and folder beside it.
# C++ and CMake in a page, and whatever has such a comment above it, are quoted, word for word, from
# the file that the comment names:
#     <!-- from examples/film.cpp -->
# Prints each broken promise as PAGE: WHY.
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"

broken=0
complain() {
    echo "$1: $2"
    broken=1
}

exists_from() {
    local page=$1 path=${2%/} base
    for base in "$(dirname "$page")" . src include; do
        [[ -e $base/$path ]] && return
    done
    return 1
}

# Words in backticks that are meant as files of this repository: they have a folder, or an ending
# that sources have. Outputs, other places and patterns are not.
is_path() {
    local word=$1
    [[ $word =~ ^[A-Za-z_.][A-Za-z0-9_./-]*$ ]] || return 1
    [[ $word == build/* || $word == third_party/* || $word == ../shared* ]] && return 1
    [[ $word == */* || $word =~ \.(h|cpp|cmake|sh|md|py|ts)$ || $word == CMakeLists.txt ]]
}

check_paths() {
    local page=$1 word target text
    text=$(sed '/^ *```/,/^ *```/d' "$page")
    while read -r word; do
        if is_path "$word" && ! exists_from "$page" "$word"; then
            complain "$page" "names \`$word\`, which does not exist"
        fi
    done < <(grep -oE '`[^` ]+`' <<<"$text" | tr -d '`')
    while read -r target; do
        target=${target%%#*}
        [[ -z $target || $target == *://* ]] && continue
        [[ -e $(dirname "$page")/$target ]] ||
            complain "$page" "links to $target, which does not exist"
    done < <(grep -oE '\]\([^) ]+\)' <<<"$text" | sed -E 's/^\]\((.*)\)$/\1/')
}

# With its ending or without, as `popout_test`.
check_folder() {
    local page=$1 text entry name
    text=$(<"$page")
    for entry in "$(dirname "$page")"/*; do
        name=$(basename "$entry")
        [[ -d $entry || $name =~ \.(h|cpp|py)$ ]] || continue
        [[ $text =~ [^A-Za-z0-9_]${name%.*}[^A-Za-z0-9_] ]] ||
            complain "$page" "does not name $name"
    done
}

squeeze() { sed -E 's/^[[:space:]]+//; s/[[:space:]]+$//; /^$/d'; }

check_quotes() {
    local page=$1 line source='' quote='' inside=no
    while IFS= read -r line; do
        if [[ $inside == yes && $line == '```' ]]; then
            inside=no
            if [[ ! -f $source ]]; then
                complain "$page" "quotes code without naming the file that it is from"
            elif [[ $(squeeze <"$source") != *"$(squeeze <<<"$quote")"* ]]; then
                complain "$page" "quotes code that does not stand so in $source"
            fi
            source='' quote=''
        elif [[ $inside == yes ]]; then
            quote+=$line$'\n'
        elif [[ $line == '```cpp' || $line == '```cmake' || ($line == '```'* && -n $source) ]]; then
            inside=yes
        elif [[ $line =~ ^'<!-- from '(.+)' -->'$ ]]; then
            source=${BASH_REMATCH[1]}
        fi
    done <"$page"
}

while IFS= read -r page; do
    check_paths "$page"
    check_quotes "$page"
    if [[ $page =~ ^(src|apps|training)(/.*)?/README\.md$ ]]; then check_folder "$page"; fi
done < <(find . \( -name build -o -name third_party -o -name node_modules -o -name .git \) -prune \
    -o -name '*.md' -print | sed 's|^\./||' | sort)

exit $broken
