#!/bin/bash
# Compare with the packages Evidently, NannyML and River themselves, on the server
# that PGHOST names (an empty database is enough): bash test/oracle/peers.sh [TOPIC ...]
# They are installed by pip, some 100 seconds and 2 GB, into a virtual environment
# in the cache directory of the user, named after the versions that peers/requirements.txt
# asks for; MLOPS_PEERS_CACHE chooses another directory.  MLOPS_PEERS=off leaves all this
# out.  Last line: "N passed, N failed"; that they cannot be installed is a failure.
set -uo pipefail
server=("PGHOST=${PGHOST:-}" "PGUSER=${PGUSER:-}" "PGDATABASE=${PGDATABASE:-postgres}")	# lib.sh forgets them
. "$(dirname "$0")/../lib.sh"
if [ "${MLOPS_PEERS:-on}" = off ]; then
    echo "skipped peers: MLOPS_PEERS is off"
    echo "0 passed, 0 failed"
    exit 0
fi
requirements=$ROOT/test/oracle/peers/requirements.txt
version=$(sha256sum "$requirements" | cut -c1-12)
environment=${MLOPS_PEERS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mlops-peers}/$version
if [ ! -e "$environment/complete" ]; then
    need_packages python3-venv
    say "installing the packages of $requirements"
    rm -rf "$environment"
    log=$(mktemp)
    if $PYTHON -m venv "$environment" >"$log" 2>&1 && "$environment/bin/pip" -q install -r "$requirements" >>"$log" 2>&1; then
        touch "$environment/complete"
    else
        tail -5 "$log"
        echo "not ok peers: the packages could not be installed; MLOPS_PEERS=off leaves them out"
        echo "0 passed, 1 failed"
        rm -f "$log"
        exit 1
    fi
    rm -f "$log"
fi
cd "$ROOT"
exec env "${server[@]}" PYTHONPATH=test/oracle:test/oracle/peers "$environment/bin/python" -B test/oracle/peers/compare.py "$@"
