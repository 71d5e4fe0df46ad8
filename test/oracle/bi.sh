#!/bin/bash
# The packs of docs/bi in what they are made for: Superset itself imports its dashboard and runs
# the charts on the server that PGHOST names, Grafana's schema reads the other.  Installed, and
# skipped, as test/oracle/peers.sh says, here also with sources; some 800 MB: bash test/oracle/bi.sh [prepare].
MLOPS_PEERS_SET=bi MLOPS_PEERS_SOURCES=yes exec bash "$(dirname "$0")/peers.sh" "$@"
