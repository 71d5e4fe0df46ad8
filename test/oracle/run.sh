#!/bin/bash
# Compare every metric and statistic with scikit-learn, scipy and pandas, on the
# server that PGHOST names (an empty database is enough).  Last line:
# "N passed, N failed".  run.sh [--write] [TOPIC ...]
cd "$(dirname "$0")/../.."
exec /usr/bin/python3 -B test/oracle/compare.py test/data "$@"
