#!/bin/bash
# Run suites on one server, regress, isolation and tap if none is named:
# suites.sh PG_CONFIG TMP [SUITE ...].  In the source directory, as an ordinary user,
# after make install.  Prints a line for each test, then "N passed, N failed".
set -u
export LANG=C.UTF-8		# pg_regress clears LC_ALL
pg_config=$1
tmp=$2
shift 2
passed=0
failed=0

# count the tests of pg_regress and isolation output, in the form of 15 and of 16 on
count() {
    local log=$1 ok bad
    ok=$(grep -cE '^(test .* \.\.\. ok|ok [0-9]+ )' "$log")
    bad=$(grep -cE '^(test .* \.\.\. (FAILED|failed)|not ok [0-9]+ )' "$log")
    passed=$((passed + ok))
    failed=$((failed + bad))
    grep -E '^(test .* \.\.\. |ok [0-9]+ |not ok [0-9]+ )' "$log"
    [ "$((ok + bad))" -gt 0 ]
}

suite() {
    local name=$1 log=$tmp/$1.log status
    shift
    mkdir -p "$tmp/$name"
    make installcheck PG_CONFIG="$pg_config" TMPI="$tmp/$name" "$@" >"$log" 2>&1
    status=$?
    echo "-- $name"
    if [ "$name" = tap ]; then
        grep -E '^test/t/.* \.\.+ |^# |not ok|^Result' "$log"
        passed=$((passed + $(grep -cE '^test/t/.* (ok|skipped)$' "$log")))
        if [ $status != 0 ]; then failed=$((failed + 1)); tail -60 "$log"; fi
        return
    fi
    count "$log" || status=99
    if [ $status != 0 ]; then
        cat regression.diffs output_iso/regression.diffs 2>/dev/null | head -400
        if ! grep -qE '^(test .* \.\.\. (FAILED|failed)|not ok)' "$log"; then
            tail -40 "$log"
            failed=$((failed + 1))
        fi
        rm -f regression.diffs output_iso/regression.diffs
    fi
}

for name in ${@:-regress isolation tap}; do
    case $name in
        regress) suite regress ISOLATION= TAP_TESTS= ;;
        isolation) suite isolation REGRESS= TAP_TESTS= ;;
        tap) suite tap REGRESS= ISOLATION= ;;
    esac
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
