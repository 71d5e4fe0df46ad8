#!/bin/bash
# Point-in-time joins beside those of Feast itself, in its stores of files and of PostgreSQL, on the
# database that PGHOST names.  Installed, and skipped, as test/oracle/peers.sh says: bash test/oracle/feast.sh [prepare].
MLOPS_PEERS_SET=feast exec bash "$(dirname "$0")/peers.sh" "$@"
