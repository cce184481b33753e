#!/usr/bin/env bash
# checks_test.sh [LIBRARY]: the checks in scripts/ pass on a good tree and fail, for the right
# reason, on a tree with one thing wrong.
set -euo pipefail
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")/../scripts" && pwd)
library=${1:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

write() { mkdir -p "$(dirname "$1")" && printf '%s\n' "${@:2}" >"$1"; }

# A small tree that keeps every rule.
make_good_tree() {
    rm -rf tree && mkdir tree && cd tree
    write docs/architecture.md '| Folder | What | May use |' \
        '| `src/core` | base | nothing |' \
        '| `src/image` | pixels | core |' \
        '| `src/video` | films | image |' \
        '| `src/popout` | an effect | image |' \
        '| `src/scroll` | an effect | image |' \
        '| `src/pipeline` | jobs | popout, scroll, video |'
    local folder
    for folder in core image video popout scroll pipeline; do
        write "src/$folder/README.md" "# $folder"
    done
    write apps/cli/main.cpp '#include <CLI/CLI.hpp>' '#include "diorama/image.h"' '#include "verb.h"'
    write include/diorama/export.h '#pragma once  // SPDX-License-Identifier: Apache-2.0'
    write include/diorama/image.h \
        '#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/image/README.md' \
        '#include <vector>' '#include "diorama/export.h"'
    write src/image/image.cpp '#include "diorama/image.h"' '#include <zip.h>' '#include "core/a.h"'
    write src/video/film.cpp 'extern "C" {' '#include <libavcodec/avcodec.h>' '}'
    write src/pipeline/job.cpp '#include "core/a.h"' '#include "popout/b.h"'
    write src/video/README.md '# video: `film.cpp`'
    write src/pipeline/README.md '# pipeline: `job.cpp`'
    write src/image/README.md '# image' '`image.cpp` uses `core`, `diorama/image.h` and' \
        '`build/release/bin/x`; see [the map](../../docs/architecture.md#top).' \
        '<!-- from src/video/film.cpp -->' '```cpp' '#include <libavcodec/avcodec.h>' '```'
    cd ..
}

cases=0
failures=0
fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

# expect_pass CHECK
expect_pass() {
    cases=$((cases + 1))
    make_good_tree
    local said
    said=$("$scripts/$1" tree) || fail "$1 complains of a good tree: $said"
}

# expect_complaint CHECK WORDS FILE LINE...: with FILE replaced, CHECK fails and says WORDS.
expect_complaint() {
    local check=$1 words=$2 file=$3
    cases=$((cases + 1))
    make_good_tree
    write "tree/$file" "${@:4}"
    local said
    if said=$("$scripts/$check" tree); then
        fail "$check passes with a broken $file (expected: $words)"
    elif [[ $said != *"$words"* ]]; then
        fail "$check says '$said', not '$words'"
    fi
}

check=check_dependencies.sh
expect_pass $check
expect_complaint $check 'image may not use video' src/image/x.cpp '#include "video/film.h"'
expect_complaint $check 'popout may not use scroll' src/popout/x.h '#include "scroll/world.h"'
expect_complaint $check 'core may not use image' src/core/x.h '#include "diorama/image.h"'
expect_complaint $check 'image may not use video' src/image/x.h '#include <video/film.h>'
expect_complaint $check 'names no folder of src/' src/core/x.h '#include "b.h"'
expect_complaint $check 'which does not exist' src/image/x.h '#include "diorama/gone.h"'
expect_complaint $check 'public headers only' apps/cli/x.cpp '#include "image/pixels.h"'
expect_complaint $check 'uses FFmpeg' src/image/x.cpp '#include <libswscale/swscale.h>'
expect_complaint $check 'uses libzip' src/core/x.cpp '#include <zip.h>'
expect_complaint $check 'uses CLI11' src/core/x.cpp '#include <CLI/CLI.hpp>'
expect_complaint $check 'uses ONNX Runtime' src/image/x.cpp '# include <onnxruntime_cxx_api.h>'
expect_complaint $check 'stands in no row' src/newcomer/x.cpp '#include <vector>'
expect_complaint $check 'core may not use image' include/diorama/core.h \
    '#pragma once  // Guide: src/core/README.md' '#include "diorama/image.h"'

check=check_headers.sh
spdx='#pragma once  // SPDX-License-Identifier: Apache-2.0'
expect_pass $check
expect_complaint $check 'SPDX' include/diorama/x.h '#pragma once'
expect_complaint $check '201 lines' include/diorama/x.h "$spdx" "$(printf '//\n%.0s' {1..200})"
expect_complaint $check 'opencv2' include/diorama/x.h "$spdx" '#include <opencv2/core.hpp>'
expect_complaint $check 'fmt/format' include/diorama/x.h "$spdx" '#include <fmt/format.h>'
expect_complaint $check '"image/pixels.h"' include/diorama/x.h "$spdx" '#include "image/pixels.h"'
expect_complaint $check 'guide that is missing' include/diorama/x.h \
    "$spdx. Guide: src/gone/README.md"

check=check_docs.sh
expect_pass $check
expect_complaint $check 'names `src/image/gone.cpp`' README.md 'See `src/image/gone.cpp`.'
expect_complaint $check 'names `gone.h`' src/image/README.md 'First `gone.h`, then `image.cpp`.'
expect_complaint $check 'does not name frame.h' src/video/frame.h '#pragma once'
expect_complaint $check 'links to docs/gone.md' README.md '[more](docs/gone.md)'
expect_complaint $check 'links to docs/gone.png' README.md '![a picture](docs/gone.png)'
expect_complaint $check 'without naming the file' README.md '```cpp' 'int x;' '```'
expect_complaint $check 'does not stand so' README.md '<!-- from src/video/film.cpp -->' \
    '```cpp' '#include <libavcodec/gone.h>' '```'

make_good_tree
cp "$scripts/../.clang-format" tree/
write tree/src/core/a.cpp 'int  x;'
if said=$("$scripts/format.sh" --check tree) || [[ $? -eq 1 ]]; then
    cases=$((cases + 1))
    [[ $said == 'src/core/a.cpp is not formatted' ]] || fail "format.sh says '$said'"
fi

if [[ -n $library ]]; then
    cases=$((cases + 2))
    "$scripts/check_exports.sh" "$library" >/dev/null || fail "check_exports.sh refuses $library"
    libc=$(ldd "$library" | sed -nE 's|.*=> (/.*/libc\.so\.6) .*|\1|p')
    if "$scripts/check_exports.sh" "$libc" >/dev/null; then
        fail "check_exports.sh takes $libc for Diorama"
    fi
fi

echo "$((cases - failures)) of $cases cases passed"
((failures == 0))
