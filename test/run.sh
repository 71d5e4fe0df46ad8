#!/bin/bash
# All tests on this machine's PostgreSQL: bash test/run.sh
# Installs what is missing, as root or by sudo; PG_CONFIG chooses the server.
# The last line is "N passed, N failed".
set -uo pipefail
. "$(dirname "$0")/lib.sh"
passed=0
failed=0

# add a "N passed, N failed" line; a suite without one has failed
add() {
    if [[ ${1:-} =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
        passed=$((passed + BASH_REMATCH[1]))
        failed=$((failed + BASH_REMATCH[2]))
    else
        failed=$((failed + 1))
    fi
}

need_build
need_python
make_work
say "$("$PG_CONFIG" --version)"
if build_install; then
    echo "ok build without a warning"
    passed=$((passed + 1))
    cd "$MLOPS_WORK/src"
    as_user bash test/suites.sh "$PG_CONFIG" "$MLOPS_WORK/tmp" | tee "$MLOPS_WORK/suites.out"
    add "$(tail -1 "$MLOPS_WORK/suites.out")"
    say "oracle"
    cluster_start && bash test/oracle/run.sh | tee "$MLOPS_WORK/oracle.out"
    add "$(tail -1 "$MLOPS_WORK/oracle.out")"
    say "peers"
    bash test/oracle/peers.sh | tee "$MLOPS_WORK/peers.out"
    add "$(tail -1 "$MLOPS_WORK/peers.out")"
    say "fuzz"
    bash test/fuzz/run.sh 20 | tee "$MLOPS_WORK/fuzz.out"
    add "$(tail -1 "$MLOPS_WORK/fuzz.out")"
else
    echo "not ok build"
    failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ]
