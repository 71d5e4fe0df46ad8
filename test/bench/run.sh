#!/bin/bash
# Benchmarks: bash test/bench/run.sh [TOPIC ...] on a throwaway server, or on the
# running one that PGHOST names when MLOPS_BENCH_RUNNING is set.  Prints ratios
# measured in one run.  MLOPS_BENCH_ROWS (10000000) and MLOPS_BENCH_ROUNDS (5).
# "year" counts false alarms, for hours: test/year/README.md.
set -euo pipefail
if [ -z "${MLOPS_BENCH_RUNNING:-}" ]; then
    . "$(dirname "$0")/../lib.sh"
    need_build
    need_python
    make_work
    build_install
    cluster_start shared_buffers=4GB max_wal_size=16GB
    cd "$MLOPS_WORK/src"
else
    cd "$(dirname "$0")/../.."
fi
topics=("$@")
[ ${#topics[@]} -gt 0 ] || topics=($(cd test/bench && ls bench_*.py | sed 's/^bench_//; s/\.py$//'))
for topic in "${topics[@]}"; do
    PYTHONPATH=test/bench /usr/bin/python3 -B "test/bench/bench_$topic.py"
done
