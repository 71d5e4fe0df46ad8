#!/bin/bash
# Compare with the packages Evidently, NannyML and River themselves, on the server
# that PGHOST names (an empty database is enough): bash test/oracle/peers.sh [TOPIC ...]
# They are installed by pip from the Python package index, some 100 seconds and 2 GB,
# into a virtual environment in the cache directory of the user, named after Python and
# the versions that peers/requirements.txt asks for; MLOPS_PEERS_CACHE chooses another
# directory.  "peers.sh prepare" does only that.  Where they cannot be installed, because
# the index cannot be reached or has no build for the Python at hand, this part is
# SKIPPED, which is neither passed nor failed, or failed if MLOPS_PEERS=required;
# MLOPS_PEERS=off leaves it out.  MLOPS_PEERS_SET names another directory beside this file,
# MLOPS_PEERS_SOURCES=yes lets packages be built that have no build.  Last line: "N passed, N failed".
set -uo pipefail
server=("PGHOST=${PGHOST:-}" "PGUSER=${PGUSER:-}" "PGDATABASE=${PGDATABASE:-postgres}")	# lib.sh forgets them
. "$(dirname "$0")/../lib.sh"
mode=${MLOPS_PEERS:-on}
set=${MLOPS_PEERS_SET:-peers} # the directory beside this file: what is needed, and what compares
skip() {
    echo "########## SKIPPED: $set were NOT compared with: $1 ##########"
    echo "0 passed, 0 failed"
    exit 0
}
[ "$mode" != off ] || skip "MLOPS_PEERS is off"
requirements=$ROOT/test/oracle/$set/requirements.txt
python=$($PYTHON -c 'import sys; print("%d.%d" % sys.version_info[:2])')
builds=(--only-binary=:all:)
[ -z "${MLOPS_PEERS_SOURCES:-}" ] || builds=(--prefer-binary)
version=$( (echo "$python"; cat "$requirements") | sha256sum | cut -c1-12)
environment=${MLOPS_PEERS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mlops-peers}/$version

prepare() { # LOG
    need_packages python3-venv || return 1
    say "installing the packages of $requirements"
    rm -rf "$environment"
    $PYTHON -m venv "$environment" >"$1" 2>&1 &&
        "$environment/bin/pip" -q install "${builds[@]}" -r "$requirements" >>"$1" 2>&1 && touch "$environment/complete"
}

if [ ! -e "$environment/complete" ]; then
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    if ! prepare "$log"; then
        reason="the packages cannot be installed for Python $python"
        tail -3 "$log"
        [ "$mode" = required ] || skip "$reason"
        echo "not ok $set: $reason, and MLOPS_PEERS is required"
        echo "0 passed, 1 failed"
        exit 1
    fi
fi
[ "${1:-}" != prepare ] || exit 0
cd "$ROOT"
exec env "${server[@]}" PYTHONPATH="test/oracle:test/oracle/$set" "$environment/bin/python" -B "test/oracle/$set/compare.py" "$@"
