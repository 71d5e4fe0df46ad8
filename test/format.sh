#!/bin/bash
# Is the C formatted as .clang-format says?  bash test/format.sh checks, with --write
# it formats.  Other versions of clang-format decide otherwise, so it must be 19, which
# Debian 12 and 13 and Ubuntu have.  The last line is "N passed, N failed".
set -uo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT" || exit 1
tool=$(command -v clang-format-19 || true)
if [ -z "$tool" ] && [ -n "$(apt-cache policy clang-format-19 2>/dev/null | sed -n 's/.*Candidate: \([0-9].*\)/\1/p')" ]; then
    need_packages clang-format-19
    tool=clang-format-19
fi
if [ -z "$tool" ]; then
    echo "########## SKIPPED: there is no clang-format 19 for this machine ##########"
    echo "0 passed, 0 failed"
    exit 0
fi
mapfile -t files < <(find src test -name '*.[ch]' ! -name '*.table.h' | sort)
if [ "${1:-}" = --write ]; then exec "$tool" -i "${files[@]}"; fi
problems=$("$tool" --dry-run -Werror "${files[@]}" 2>&1 | sed -n 's/ error: .*//p')
if [ -n "$problems" ]; then
    head -20 <<<"$problems"
    echo "not ok C is formatted: bash test/format.sh --write does it"
    echo "0 passed, 1 failed"
    exit 1
fi
echo "ok C is formatted"
echo "1 passed, 0 failed"
