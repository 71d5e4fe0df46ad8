"""What a dashboard waits for: the views of one model among many, and the health of thousands of monitors.

Observations of MLOPS_BENCH_MODELS (50) models are made up, MLOPS_BENCH_ROWS (10,000,000) of them, 2 million runs of 5,000
monitors beside them.  A view of one model must go by an index: its time does not grow with the other models.  They are read
by a superuser, by their owner, and by a role that may only look, as dashboards do (docs/bi).  The lines below are what the
server's processor did, whoever else keeps the machine busy, and without what the client makes of the rows.
"""
import os
import re
import statistics

from harness import ROUNDS, ROWS, compare, connection, cursor, rows

MODELS = int(os.environ.get("MLOPS_BENCH_MODELS", "50"))
RUNS = int(os.environ.get("MLOPS_BENCH_RUNS", "2000000"))
MONITORS = 5000
GOAL_MS = 100
run = cursor.execute

run("DROP EXTENSION mlops CASCADE; CREATE EXTENSION mlops; DROP TABLE IF EXISTS bench_p; CREATE TABLE bench_p (at timestamptz, x float8)")
run("DO $$ BEGIN CREATE ROLE mlops_bench LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
run("DO $$ BEGIN CREATE ROLE mlops_bench_reader LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
run("SELECT mlops.grant_use('mlops_bench'); GRANT SELECT ON bench_p TO mlops_bench; SET ROLE mlops_bench")
run("SELECT mlops.create_monitor('0', 'bench_p', 'at', granularity => '1 hour', start_at => '2024-01-01Z', schedule => NULL, features => '{x}')")
run("SELECT mlops.create_model('model ' || i, 'binary') FROM generate_series(1, %s) AS i" % MODELS)
run("SELECT mlops.grant_read('mlops_bench_reader', 'mlops_bench'); RESET ROLE")
run(f"""INSERT INTO mlops.monitor (name, model_id, owner_oid, owner_name)
    SELECT i::text, (SELECT model_id FROM mlops.model WHERE name = 'model ' || (i % {MODELS} + 1)), m.owner_oid, m.owner_name
    FROM mlops.monitor AS m, generate_series(1, {MONITORS - 1}) AS i""")
run("""DO $$ DECLARE d mlops.monitor_version := (SELECT v FROM mlops.monitor_version AS v); BEGIN
    FOR d.monitor_id IN SELECT monitor_id FROM mlops.monitor WHERE name <> '0' LOOP INSERT INTO mlops.monitor_version SELECT d.*; END LOOP; END $$""")
# the monitors of a model share its observations: ten columns, four metrics and the whole window, an hour at a time
run(f"""INSERT INTO mlops.observation (monitor_id, version, window_lo, window_hi, column_name, metric, reference, value, n, verdict)
    SELECT m.monitor_id, 1, lo, lo + interval '1 hour', 'c' || c, metric, CASE WHEN metric = 'psi' THEN 'baseline' END, c, 1000, 'ok'
    FROM (SELECT monitor_id FROM mlops.monitor ORDER BY name::int LIMIT {MODELS}) AS m, generate_series(0, {ROWS} / {MODELS} / 40 - 1) AS k,
        LATERAL (SELECT '2020-01-01Z'::timestamptz + k * interval '1 hour' AS lo) AS w, generate_series(1, 10) AS c, unnest('{{mean,null_rate,psi,stddev}}'::text[]) AS metric""")
run(f"""INSERT INTO mlops.monitor_run (monitor_id, window_lo, window_hi, due_at, state, attempt, owner_oid, owner_name, claimed_at, started_at, finished_at, error_code, error_message)
    SELECT m.monitor_id, lo, lo + interval '1 hour', lo, CASE WHEN k % 100 = 7 THEN 'failed' ELSE 'succeeded' END, 1, m.owner_oid, m.owner_name, lo, lo, lo,
        CASE WHEN k % 100 = 7 THEN '22012' END, CASE WHEN k % 100 = 7 THEN 'division by zero' END
    FROM mlops.monitor AS m, generate_series(0, {RUNS} / {MONITORS} - 1) AS k, LATERAL (SELECT '2020-01-01Z'::timestamptz + ({ROWS} / {MODELS} / 40 - {RUNS} / {MONITORS} + k) * interval '1 hour' AS lo) AS w""")
run("INSERT INTO mlops_internal.monitor_due (monitor_id, next_due, succeeded) SELECT monitor_id, now() + (monitor_id % 10 - 1) * interval '1 hour', 1 FROM mlops.monitor")
run("VACUUM ANALYZE mlops.observation"), run("VACUUM ANALYZE mlops.monitor_run"), run("VACUUM ANALYZE mlops.monitor")
run("VACUUM ANALYZE mlops.monitor_version"), run("VACUUM ANALYZE mlops_internal.monitor_due"), run("VACUUM ANALYZE mlops.model")

SINCE = f"window_lo >= '2020-01-01Z'::timestamptz + interval '{ROWS // MODELS // 40 - 30 * 24} hours'"
OF_MODEL = f"model = 'model 2' AND {SINCE}"
CASES = {
    "a metric of a column, 30 days": f"SELECT * FROM mlops.metric_history WHERE {OF_MODEL} AND metric = 'mean' AND column_name = 'c3'",
    "a metric of all columns, 30 days": f"SELECT * FROM mlops.metric_history WHERE {OF_MODEL} AND metric = 'mean'",
    "drift of all columns, 30 days": f"SELECT * FROM mlops.drift_history WHERE {OF_MODEL} AND metric = 'psi'",
    "drift of all columns, of one monitor": f"SELECT * FROM mlops.drift_history WHERE monitor = '1' AND {SINCE} AND metric = 'psi'",
    "all of the newest window": "SELECT * FROM mlops.metric_history WHERE monitor = '1' AND window_lo = (SELECT last_window_lo FROM mlops.monitor_health WHERE monitor = '1')",
    "open alerts": "SELECT * FROM mlops.open_alert WHERE model = 'model 2'",
    "open incidents": "SELECT * FROM mlops.open_incident WHERE model = 'model 2'",
    "runs of one monitor": "SELECT * FROM mlops.run_history WHERE monitor = '1'",
    "health of the monitors of a model": "SELECT * FROM mlops.monitor_health WHERE model = 'model 2'",
    "health of one monitor": "SELECT * FROM mlops.monitor_health WHERE monitor = '1'",
    "scheduler_status": "SELECT * FROM mlops.scheduler_status()",
    "scheduler_alive": "SELECT mlops.scheduler_alive()",
    "run_progress": "SELECT * FROM mlops.run_progress",
    "health of all monitors": "SELECT * FROM mlops.monitor_health",
}


def processor_ms(sql):
    took = []
    for _ in range(ROUNDS):
        connection.notices.clear()
        rows(sql)
        took.append(sum(float(x) for x in re.findall(r"([\d.]+) s user, ([\d.]+) s system, [\d.]+ s elapsed", "".join(connection.notices))[-1]) * 1000)
    return statistics.median(took)


for role in ("RESET ROLE", "SET ROLE mlops_bench", "SET ROLE mlops_bench_reader"):
    print(f"-- {role}: {ROWS} observations, {RUNS} runs of {MONITORS} monitors; goal {GOAL_MS} ms but for the last two")
    # settings is executed before each statement, outside of the time
    compare("views", "100 ms", {"100 ms": "SELECT pg_sleep(0.1)", **{name: (sql, role, None if name.startswith(("run_progress", "health of all")) else 1.0) for name, sql in CASES.items()}})
    for name, sql in CASES.items():
        run(role)
        plan = "\n".join(r[0] for r in rows("EXPLAIN " + sql))
        run("RESET ROLE; SET log_statement_stats = on; SET client_min_messages = log")
        run(role)
        print(f"{processor_ms(sql):8.1f} ms of processor  {name}", flush=True)
        run("RESET ROLE; RESET log_statement_stats; RESET client_min_messages")
        for table in ("observation", "monitor_run"):
            if f"Seq Scan on {table}" in plan:
                print(f"NOT BY INDEX: {name} reads all of {table}")
