#!/bin/bash
# The main job on real data in a throwaway cluster: bash test/demo.sh [DIRECTORY]
# Installs what is missing, as root or by sudo: a PostgreSQL server with its
# development files, which want a compiler, OpenBLAS, and psycopg2 for the listener.
# Leaves these packages, the installed extension and report.html behind, a page about the model, in DIRECTORY or where
# it was called.
set -euo pipefail
mkdir -p "${1:-.}"
report=$(cd "${1:-.}" && pwd)/report.html
. "$(dirname "$0")/lib.sh"
need_build
need_packages python3 python3-psycopg2
make_work
build_install
cluster_start shared_preload_libraries=mlops
cd "$MLOPS_WORK/src"
psql=("$BIN/psql" -X -q -v ON_ERROR_STOP=1)

say "flights, and a team that owns its monitors (never a superuser)"
"${psql[@]}" -c 'CREATE EXTENSION mlops' -c 'CREATE ROLE ml_team LOGIN' -c "SELECT mlops.grant_use('ml_team')" \
    -c 'SELECT mlops.enable_scheduler()' -c 'GRANT CREATE ON DATABASE postgres TO ml_team' >/dev/null
export PGUSER=ml_team
"${psql[@]}" -v data=test/data -f test/data/load.sql
json() { "$PYTHON" -c "import json; v = [c for c in json.load(open('test/data/training.json'))['classifier'] if c['version'] == $1][0]; print(json.dumps(v['$2']))"; }

say "0. what was known at departure: feature views, and the training set made of them"
"${psql[@]}" -o /dev/null -f test/demo/0_features.sql

say "1. register, deploy, record predictions"
"${psql[@]}" -o /dev/null -v params_v1="$(json 1 parameters)" -v metrics_v1="$(json 1 metrics_january_march_out_of_fold)" \
    -v params_v2="$(json 2 parameters)" -v metrics_v2="$(json 2 metrics_january_march_out_of_fold)" -f test/demo/1_register.sql

say "2. ask"
"${psql[@]}" -P pager=off -f test/demo/2_ask.sql

say "3. a listener waits; the monitor is made; the background worker does the rest"
"$PYTHON" test/demo/listen.py "dbname=postgres" 100 &
listener=$!
sleep 1
"${psql[@]}" -o /dev/null -f test/demo/3_monitor.sql
for _ in $(seq 90); do
    done=$("${psql[@]}" -At -c "SELECT succeeded + failed >= 39 FROM mlops.monitor_health")
    [ "$done" = t ] && break
    sleep 1
done
heard=0
wait "$listener" || heard=$?

say "4. summary"
"${psql[@]}" -P pager=off -f test/demo/4_summary.sql
"${psql[@]}" -At -c "SELECT mlops.report_html(monitor => 'flight_delay weekly')" >"$report"
say "a page about it, to open in a browser: $report"
say "5. limits that nobody has to know: the same weeks, by a monitor that one call makes"
"${psql[@]}" -P pager=off -f test/demo/5_one_call.sql
for _ in $(seq 90); do
    done=$("${psql[@]}" -At -c "SELECT last_window_hi >= '2013-12-30 America/New_York' AND waiting = 0 FROM mlops.monitor_health WHERE monitor = 'flight_delay'")
    [ "$done" = t ] && break
    sleep 1
done
"${psql[@]}" -P pager=off -f test/demo/6_incidents.sql
say "6. the features are watched, and kept ready for predictions, by the same scheduler"
"${psql[@]}" -o /dev/null -f test/demo/7_features.sql
for _ in $(seq 60); do
    done=$("${psql[@]}" -At -c "SELECT bool_and(last_window_hi >= '2014-01-01 America/New_York' AND waiting = 0) FROM mlops.monitor_health WHERE monitor LIKE '%@1'")
    [ "$done" = t ] && break
    sleep 1
done
"${psql[@]}" -P pager=off -f test/demo/8_features.sql
[ "$heard" = 0 ] || die "the listener heard no critical alert"
say "done; the page is $report"
