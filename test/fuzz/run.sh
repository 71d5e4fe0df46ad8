#!/bin/bash
# Fuzz the readers of stored values under AddressSanitizer and UBSan:
# bash test/fuzz/run.sh [SECONDS] (10).  Installs clang when it is missing.  The
# seeds are the stored profiles of sql/profile_images.sql.  Last line:
# "N passed, N failed".
set -uo pipefail
. "$(dirname "$0")/../lib.sh"
seconds=${1:-10}
need_clang
work=$(mktemp -d -p "${TMPDIR:-/tmp}")
trap 'rm -rf "$work"' EXIT
mkdir "$work/corpus"
engines=(core/engine/{bytes,repsum,repsum_format,powers,tally,distinct} profile/{profile_data,profile_format}
    profile/histogram/{histogram,histogram_table,histogram_cells,histogram_format}
    profile/text/{text_profile,text_rows} profile/vector/vector_data)
passed=0 failed=0
build() {
    clang -std=gnu11 -g -O1 -ffp-contract=off -Wno-unknown-pragmas -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
        -I"$ROOT/src" -o "$work/fuzz" "$ROOT/test/fuzz/fuzz_profile.c" "$ROOT/test/fuzz/alloc.c" "${engines[@]/#/$ROOT/src/}" -lm
}
engines=("${engines[@]/%/.c}")
# what follows tag, version and checksum of each image, after the byte that chooses the type
seed() { # NAME TYPE: reads lines of hexadecimal bytes
    local n=0 hex
    while read -r hex; do
        printf '%s%s' "$2" "${hex:12}" | xxd -r -p >"$work/corpus/$1_$n"
        n=$((n + 1))
    done
}
if build; then
    grep -oE "'profile(\([^)]*\))?:[0-9a-f]+" "$ROOT/sql/profile_images.sql" | sed 's/.*://' | seed profile 00
    grep -oE "'vector_profile(\([^)]*\))?:[0-9a-f]+" "$ROOT/sql/profile_images.sql" | sed 's/.*://' | seed vector 02
    printf '\377%s' "$(seq -s ' ' 1 400)" >"$work/corpus/rows"
    if "$work/fuzz" -max_total_time="$seconds" -max_len=20000 -timeout=10 -artifact_prefix="$work/" "$work/corpus" >"$work/log" 2>&1; then
        grep -E 'DONE|stat::|^#' "$work/log" | tail -1
        echo "ok fuzz: $(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$work/log") inputs in $seconds s, $(ls "$work/corpus" | wc -l) kept"
        passed=1
    else
        tail -60 "$work/log"
        for f in "$work"/crash-* "$work"/oom-* "$work"/timeout-*; do [ -f "$f" ] && { echo "not ok fuzz: $(xxd -p "$f" | tr -d '\n' | head -c 4000)"; }; done
        failed=1
    fi
else
    echo "not ok fuzz: does not build"
    failed=1
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ]
