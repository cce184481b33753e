#!/usr/bin/env bash
# format.sh [--check [ROOT]]: formats every C++ source, or names those that are not formatted and
# exits 1.
# Exits 77 without clang-format 14, whose output differs from other versions' in places.
set -euo pipefail
cd "${2:-$(dirname "${BASH_SOURCE[0]}")/..}"

formatter=$(command -v clang-format-14 || command -v clang-format || true)
if [[ -z $formatter || $("$formatter" --version) != *"version 14."* ]]; then
    echo "format: clang-format 14 decides how sources look, and it is not here" >&2
    exit 77
fi

mapfile -d '' -t sources < <(find . \( -name build -o -name third_party -o -name .git \) -prune \
    -o \( -name '*.h' -o -name '*.cpp' \) -print0 | sort -z)
case ${1:-} in
    --check)
        "$formatter" --dry-run "${sources[@]}" 2>&1 |
            sed -nE 's|^\./([^: ]+):[0-9]+:[0-9]+: .*clang-format.*|\1 is not formatted|p' | uniq |
            { ! grep . || exit 1; }
        ;;
    "") "$formatter" -i "${sources[@]}" ;;
    *)
        echo "format: only --check is known, not '$1'" >&2
        exit 2
        ;;
esac
