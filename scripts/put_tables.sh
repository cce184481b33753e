#!/usr/bin/env bash
# put_tables.sh PAGE <TABLES: writes what comes in into a page, in the place of what stands there between
# the lines <!-- scores --> and <!-- end of scores -->.
set -euo pipefail
page=${1:?usage: put_tables.sh PAGE <TABLES}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/tables"
awk -v tables="$work/tables" '
    /^<!-- end of scores -->/ { skip = 0 }
    !skip { print }
    /^<!-- scores -->/ { skip = 1; print ""; while ((getline line < tables) > 0) print line; print "" }
' "$page" > "$work/page"
cp "$work/page" "$page"
