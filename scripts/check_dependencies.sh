#!/usr/bin/env bash
# check_dependencies.sh [ROOT]: the arrows between folders hold.
#
# The table in docs/architecture.md says what each folder of src/ may use; what that one may use
# follows. A public header belongs to the folder that its first line names as its guide. Outside
# libraries that have one home are looked for, too. Prints each broken rule as FILE: WHY.
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"

broken=0
complain() {
    echo "$1: $2"
    broken=1
}

# ---- The table -----------------------------------------------------------------------------------

# Rows of the table: | `src/image` | what it does | core |
declare -A arrows=() allowed=()
while IFS='|' read -r _ folder _ uses _; do
    folder=${folder//[\` ]/}
    uses=${uses//[,\`]/ }
    arrows[${folder#src/}]=${uses/nothing/}
done < <(grep -E '^\| *`src/[a-z0-9_]+` *\|' docs/architecture.md)

# follow FOLDER: FOLDER and everything below it.
follow() {
    local below
    printf '%s ' "$1"
    for below in ${arrows[$1]:-}; do follow "$below"; done
}
for folder in "${!arrows[@]}"; do allowed[$folder]=" $(follow "$folder")"; done

for path in src/*/; do
    folder=$(basename "$path")
    [[ -v arrows[$folder] ]] ||
        complain "src/$folder" "stands in no row of the table in docs/architecture.md"
done

# ---- Who owns a public header --------------------------------------------------------------------

declare -A owner=()
for header in include/diorama/*.h; do
    guide=$(sed -nE '1s|.*Guide: src/([a-z0-9_]+)/README\.md.*|\1|p' "$header")
    owner[$(basename "$header")]=${guide:-core}
done

# ---- Includes ------------------------------------------------------------------------------------

# check_include FILE FOLDER INCLUDED: FOLDER is "apps" for programs.
check_include() {
    local file=$1 folder=$2 included=$3 target=${3%%/*}
    if [[ $target == diorama && $included == */* ]]; then
        local header=${included#*/}
        if [[ ! -v owner[$header] ]]; then
            complain "$file" "includes \"$included\", which does not exist"
            return
        fi
        target=${owner[$header]}
        if [[ $folder == apps ]]; then return; fi
    elif [[ $folder == apps ]]; then
        if [[ -v arrows[$target] && $included == */* ]]; then
            complain "$file" "includes \"$included\"; programs use public headers only"
        fi
        return
    elif [[ ! -v arrows[$target] || $included != */* ]]; then
        complain "$file" "includes \"$included\", which names no folder of src/"
        return
    fi
    [[ ${allowed[$folder]:-} == *" $target "* ]] ||
        complain "$file" "includes \"$included\", but $folder may not use $target"
}

while IFS=: read -r file _ line; do
    included=${line#*[<\"]}
    included=${included%%[>\"]*}
    # In angle brackets, too, a folder is a folder; the rest there is another library's.
    if [[ $line == *'<'* && $included != diorama/* && ! -v arrows[${included%%/*}] ]]; then
        continue
    fi
    case $file in
        src/*/*) folder=${file#src/} && folder=${folder%%/*} ;;
        include/*) folder=${owner[$(basename "$file")]} ;;
        *) folder=apps ;;
    esac
    check_include "$file" "$folder" "$included"
done < <(grep -rnE '^ *# *include *[<"]' include src apps --include='*.h' --include='*.cpp')

# ---- Outside libraries with one home -------------------------------------------------------------

# confine HOME PATTERN NAME: only HOME includes headers that match PATTERN.
confine() {
    local home=$1 pattern=$2 name=$3 file
    while read -r file; do
        [[ $file == "$home"/* ]] || complain "$file" "uses $name, whose one home is $home"
    done < <(grep -rlE "^ *# *include *[<\"]($pattern)" include src apps \
        --include='*.h' --include='*.cpp')
}
confine src/video 'libav|libsw' FFmpeg
confine src/inference 'onnxruntime|cpu_provider_factory' 'ONNX Runtime'
confine src/inference 'curl/' libcurl
confine src/inference 'openssl/' OpenSSL
confine src/perception 'unicode/|zlib\.h' 'ICU or zlib'
confine src/image 'OpenImageIO/' OpenImageIO
confine src/image 'jpeglib|png\.h|webp/|libheif/' 'libjpeg, libpng, libwebp or libheif'
confine src/image 'zip\.h' libzip
confine src/image 'lcms2' 'Little CMS'
confine apps 'CLI/' CLI11

exit $broken
