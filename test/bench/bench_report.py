"""What a page costs beside reading the observation rows that it is of.

Monitors of 10 and of 100 columns, 52 weeks of MLOPS_BENCH_WEEK (500) rows each, binary, two slices, drift by PSI.  A page reads
some metrics of all windows and the summaries of one, so it must not grow as the observations do.  Goals: 100 columns below
1 s and 1 MB, 10 columns below 300 ms, on a machine that does nothing else.
"""
import os
import sys

import psycopg2
from harness import ROUNDS, compare, cursor, rows

WEEK = int(os.environ.get("MLOPS_BENCH_WEEK", "500"))
SIZES = {10: 0.3, 100: 1.0}
run = cursor.execute
PID = rows("SELECT pg_backend_pid()")[0][0]


def processor_seconds():
    """what the session has used so far; wall time says little on a shared machine"""
    fields = open(f"/proc/{PID}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


run("DROP EXTENSION mlops CASCADE; CREATE EXTENSION mlops")
run("DO $$ BEGIN CREATE ROLE mlops_bench LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
run("DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO mlops_bench', current_database()); END $$")
run("SELECT mlops.grant_use('mlops_bench'); DROP SCHEMA IF EXISTS bench_page CASCADE")
# windows are not evaluated for a role that a superuser's session took on
session = psycopg2.connect(dbname=os.environ.get("PGDATABASE", "postgres"), user="mlops_bench")
session.autocommit = True
run = session.cursor().execute
run("CREATE SCHEMA bench_page; SET client_min_messages = warning")
for n in SIZES:
    columns = ", ".join(f"c{i} float8" for i in range(1, n + 1))
    # the columns of even number move with the season
    values = ", ".join(f"sin(i * {i}.7) + {i % 2 - 1} * sin(w / 8.0)" for i in range(1, n + 1))
    features = "{" + ",".join(f"c{i}" for i in range(1, n + 1)) + "}"
    run(f"CREATE TABLE bench_page.p{n} (at timestamptz, region text, score float8, label int, {columns})")
    run(f"""INSERT INTO bench_page.p{n} SELECT '2024-01-01Z'::timestamptz + w * interval '7 days' + i * interval '1 minute', 'r' || i % 2, i % 97 / 97.0,
            (i % 97 + i * 31 % 89 > 93)::int, {values} FROM generate_series(0, 55) AS w, generate_series(1, {WEEK}) AS i""")
    run(f"SELECT mlops.create_model('m{n}', 'binary')")
    run(f"""SELECT mlops.create_monitor('m{n}', 'bench_page.p{n}', 'at', model => 'm{n}', label_column => 'label', score_column => 'score', features => '{features}',
            slices => '{{region}}', granularity => '7 days', start_at => '2024-01-29Z', end_at => '2025-01-27Z', reference_from => '2024-01-01Z',
            reference_to => '2024-01-29Z', time_zone => 'UTC', schedule => '@weekly', min_rows => 50,
            checks => '[{{"metric": "psi", "warning": {{"above": 0.1}}, "critical": {{"above": 0.25}}}}, {{"metric": "roc_auc", "warning": {{"below": 0.6}}}}]')""")
    run("CALL mlops.run_due('2025-03-01Z')")
cursor.execute("VACUUM ANALYZE")
cursor.execute("SET SESSION AUTHORIZATION mlops_bench")
for n, seconds in SIZES.items():
    count = f"SELECT count(*), sum(length(metric)) FROM mlops.metric_history WHERE monitor = 'm{n}'"
    page = f"SELECT mlops.report_html(monitor => 'm{n}')"
    stored = rows(f"SELECT count(*) FROM mlops.observation AS o JOIN mlops.monitor AS m USING (monitor_id) WHERE m.name = 'm{n}'")[0][0]
    size = rows(f"SELECT octet_length(mlops.report_html(monitor => 'm{n}'))")[0][0]
    before = processor_seconds()
    for _ in range(ROUNDS):
        rows(page)
    used = (processor_seconds() - before) / ROUNDS
    print(f"-- {n} columns x 52 windows: {stored} observations, page of {size / 1000:.0f} kB (goal 1000), {used:.2f} s of a processor (goal {seconds})", flush=True)
    compare(f"page of {n} columns", "100 ms", {"100 ms": "SELECT pg_sleep(0.1)", "read the observations": count, "page": (page, "", round(seconds / 0.1, 1)),
            **({f"{part}": f"SELECT length(mlops_internal.report_{part}(mlops_internal.report_scope(NULL, 'm{n}', NULL, NULL, NULL, NULL)))"
                for part in ("head", "attention", "quality", "now", "columns", "effect", "curves", "data_quality", "health", "foot")} if "-v" in sys.argv else {})}, ROUNDS)
