#!/usr/bin/env bash
# check_exports.sh LIBRARY: the shared library shows names of the namespace diorama and no others,
# among them those of the folders whose whole it should be.
set -euo pipefail
library=$1

names=$(nm --dynamic --defined-only --demangle --format=posix "$library")
own='^((typeinfo|typeinfo name|vtable|VTT|guard variable|non-virtual thunk to) ?(for )?)?diorama::'
if strangers=$(grep -vE "$own" <<<"$names"); then
    echo "$library shows names that are not Diorama's:"
    echo "$strangers"
    exit 1
fi
if ! grep -qE '^diorama::Error::Error' <<<"$names"; then
    echo "$library does not show diorama::Error"
    exit 1
fi
