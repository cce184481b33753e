#!/usr/bin/env bash
# check_headers.sh [ROOT]: public headers carry their licence and guide, stay short and use only the
# standard library and each other. That each compiles alone is a build target, `header_check`.
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"

broken=0
complain() {
    echo "$1: $2"
    broken=1
}

for header in include/diorama/*.h; do
    lines=$(wc -l <"$header")
    ((lines <= 200)) || complain "$header" "has $lines lines; 200 is the limit"

    first=$(head -n 1 "$header")
    [[ $first == "#pragma once  // SPDX-License-Identifier: Apache-2.0"* ]] ||
        complain "$header" "does not begin with #pragma once and its SPDX line"
    guide=$(sed -nE 's|.*Guide: ([^ ]+).*|\1|p' <<<"$first")
    [[ -z $guide || -e $guide ]] || complain "$header" "names a guide that is missing: $guide"

    # opencv.h is there for programs that use OpenCV themselves.
    own='<[a-z_0-9]+>|"diorama/[a-z_0-9]+\.h"'
    [[ $header == */opencv.h ]] && own+='|<opencv2/[a-z_0-9/]+\.hpp>'
    while read -r include; do
        complain "$header" "has $include; only standard headers and our own may stand here"
    done < <(grep -E '^ *# *include' "$header" | grep -vE "^#include ($own)( |$)" || true)
done

exit $broken
