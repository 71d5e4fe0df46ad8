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

# a part of the tests, whose output ends with such a line: part NAME COMMAND ...
part() {
    say "$1"
    "${@:2}" | tee "$MLOPS_WORK/$1.out"
    add "$(tail -1 "$MLOPS_WORK/$1.out")"
}

# Once more on other arithmetic: the reference BLAS and LAPACK instead of OpenBLAS,
# and a libm that is told of no wide or fused instructions.
plain_arithmetic() {
    local dirs=(${REFERENCE//:/ })
    as_user rm -f mlops_linear.so
    build_install BLAS_LIBS="${dirs[*]/#/-L} -l:liblapack.so.3 -l:libblas.so.3" || { echo "not ok build with the reference BLAS"; return; }
    as_user env LD_LIBRARY_PATH="$REFERENCE" \
        GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F,-AVX512BW,-AVX512DQ,-AVX512VL \
        bash test/suites.sh "$PG_CONFIG" "$MLOPS_WORK/tmp" regress
    as_user rm -f mlops_linear.so
    build_install || echo "not ok build with OpenBLAS again"
}

# all packages first: nothing stops half-way for want of one
need_build
need_python
need_clang
need_reference_blas
need_consumers
need_browser
[ "${MLOPS_PEERS:-on}" = off ] || need_packages python3-venv
make_work
say "$("$PG_CONFIG" --version)"
if build_install; then
    echo "ok build without a warning"
    passed=$((passed + 1))
    # downloads while the tests compute
    (for set in peers mlflow feast bi; do bash test/oracle/$set.sh prepare; done) >"$MLOPS_WORK/prepare.out" 2>&1 &
    prepare=$!
    cd "$MLOPS_WORK/src"
    if [ -n "$REFERENCE" ]; then
        part "regress with the reference BLAS" plain_arithmetic
    else
        echo "########## SKIPPED: there is no reference BLAS on this machine ##########"
    fi
    part rooms perl test/rooms.pl
    part format bash "$ROOT/test/format.sh"
    part suites as_user bash test/suites.sh "$PG_CONFIG" "$MLOPS_WORK/tmp"
    cluster_start
    part oracle bash test/oracle/run.sh
    part report bash test/report/run.sh "$MLOPS_WORK/pages"
    wait $prepare
    part peers bash test/oracle/peers.sh
    part mlflow bash test/oracle/mlflow.sh
    part feast bash test/oracle/feast.sh
    part dashboards bash test/oracle/bi.sh
    part fuzz bash test/fuzz/run.sh 20
    part package bash "$ROOT/test/package.sh" "$MLOPS_WORK/src"
else
    echo "not ok build"
    failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ]
