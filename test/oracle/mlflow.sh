#!/bin/bash
# Import from MLflow itself: a real server on the database that PGHOST names, filled through its
# client, and every fact compared with what MLflow's API says, again after changes.  Installed, and
# skipped, as test/oracle/peers.sh says: bash test/oracle/mlflow.sh [prepare].
MLOPS_PEERS_SET=mlflow exec bash "$(dirname "$0")/peers.sh" "$@"
