#!/bin/bash
# Pages as a browser and a parser see them: bash test/report/run.sh [DIRECTORY], on the server that PGHOST names.
# Of the flights of test/data, of two versions, of names that want to be markup.  What is not installed, a browser or
# html5lib, is skipped loudly.  The pages, and pictures of them, are left in DIRECTORY.  The last line is "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/../.."
pages=${1:-$(mktemp -d)}
python=${PYTHON:-/usr/bin/python3}
mkdir -p "$pages"
psql=("${BIN:+$BIN/}psql" -X -q -v ON_ERROR_STOP=1)
json() { "$python" -c "import json; v = [c for c in json.load(open('test/data/training.json'))['classifier'] if c['version'] == $1][0]; print(json.dumps(v['$2']))"; }
page() { "${psql[@]}" -At -c "SELECT $2" >"$pages/$1.html"; }

"${psql[@]}" -d postgres -c 'DROP DATABASE IF EXISTS report_pages' -c 'CREATE DATABASE report_pages' 2>/dev/null
export PGDATABASE=report_pages PGOPTIONS='-c client_min_messages=warning'
"${psql[@]}" -o /dev/null -c 'CREATE EXTENSION mlops' -c "DO \$\$ BEGIN CREATE ROLE report_team LOGIN; EXCEPTION WHEN duplicate_object THEN END \$\$" \
    -c "SELECT mlops.grant_use('report_team')" -c 'GRANT CREATE ON DATABASE report_pages TO report_team'
superuser=${PGUSER:-$(id -un)}
export PGUSER=report_team
"${psql[@]}" -v data=test/data -f test/data/load.sql >/dev/null
"${psql[@]}" -o /dev/null -f test/demo/0_features.sql
"${psql[@]}" -o /dev/null -v params_v1="$(json 1 parameters)" -v metrics_v1="$(json 1 metrics_january_march_out_of_fold)" \
    -v params_v2="$(json 2 parameters)" -v metrics_v2="$(json 2 metrics_january_march_out_of_fold)" -f test/demo/1_register.sql
"${psql[@]}" -o /dev/null -f test/demo/3_monitor.sql -c 'CALL mlops.run_due()'
"${psql[@]}" -o /dev/null -f test/report/hostile.sql
page flights "mlops.report_html('flight_delay')"
page versions "mlops.report_html('flight_delay', version => 2, compare_with => 1)"
page hostile "mlops.report_html(monitor => '</main><script>')"
page empty "mlops.report_html('\"><img src=x onerror=1>')"
page drift "mlops.drift_html('flights.prediction', 'flights.prediction', reference_condition => 'departure_time < ''2013-04-01''', current_condition => 'departure_time BETWEEN ''2013-07-01'' AND ''2013-07-08''')"
page hostile_drift "mlops.drift_html('hostile.\"<b>&''\"', 'hostile.\"<b>&''\"', reference_condition => 'at < ''2019-01-14Z''', current_condition => 'at >= ''2019-01-14Z''')"

skipped() { echo "########## SKIPPED: $* ##########"; }
{
    if "$python" -c 'import html5lib' 2>/dev/null; then
        "$python" -B test/report/valid.py "$pages"/*.html
    else
        skipped "pages were NOT parsed, there is no html5lib (python3-html5lib)"
    fi
    if browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome); then
        timeout 900 "$python" -B test/report/browser.py "$browser" "$pages"/*.html --pictures "$pages/pictures" || echo "not ok - the browser ended"
    else
        skipped "pages were NOT looked at, there is no Chromium"
    fi
} | tee "$pages/results"
PGUSER=$superuser "${psql[@]}" -d postgres -c 'DROP DATABASE report_pages'
failed=$(grep -c '^not ok' "$pages/results" || true)
echo "$(grep -c '^ok' "$pages/results" || true) passed, $failed failed"
[ "$failed" = 0 ]
