"""A thousand windows that are due at once, and ten thousand monitors that are not: ratios to the bare statements.

The scheduler runs the windows of MLOPS_BENCH_OWNERS (2) owners on MLOPS_BENCH_PROCESSES (2) processes when the library is
preloaded; mlops.run_due in a session of an owner runs them anywhere.
"""
import os
import time

import psycopg2

from harness import cursor, rows

OWNERS = int(os.environ.get("MLOPS_BENCH_OWNERS", "2"))
PROCESSES = int(os.environ.get("MLOPS_BENCH_PROCESSES", "2"))
WINDOWS = int(os.environ.get("MLOPS_BENCH_WINDOWS", "1000"))
MONITORS = 10
GOAL_S = 60
hours = WINDOWS // MONITORS
end = f"'2024-01-01Z'::timestamptz + interval '{hours} hours'"
role_names = [f"mlops_bench_{i}" for i in range(OWNERS)]
run = cursor.execute

run("DROP EXTENSION mlops CASCADE; CREATE EXTENSION mlops; DROP TABLE IF EXISTS bench_p")
run("CREATE TABLE bench_p (at timestamptz, x float8, y float8, c text, label bool, score float8)")
run(f"INSERT INTO bench_p SELECT '2024-01-01Z'::timestamptz + i * interval '36 s', i % 97, i * i % 89, 'c' || i % 7, i % 3 = 0, (i * 37 % 100) / 100.0 FROM generate_series(0, {hours} * 100 - 1) AS i")
run("CREATE INDEX ON bench_p (at)"), run("ANALYZE bench_p")
for role in role_names:
    run(f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
    run(f"SELECT mlops.grant_use('{role}'); GRANT SELECT ON bench_p TO {role}")


def make():
    for k in range(MONITORS):
        run(f"""SET ROLE {role_names[k % OWNERS]};
            SELECT mlops.create_monitor('m{k}', 'bench_p', 'at', label_column => 'label', score_column => 'score', features => '{{x,y,c}}', granularity => '1 hour', task => 'binary',
                start_at => '2024-01-01Z', end_at => {end}, schedule => NULL, reference_to => '2024-01-02Z',
                checks => '[{{"metric": "psi", "warning": {{"above": 0.5}}}}, {{"metric": "roc_auc", "critical": {{"below": 0.2}}}}]');
            RESET ROLE""")


def drop():
    run("DELETE FROM mlops.alert; DELETE FROM mlops.monitor")


def done():
    return rows("SELECT count(*) FROM mlops.monitor_run WHERE state = 'succeeded'")[0][0] == hours * MONITORS


def bare():
    """the same numbers by statements alone, from one session"""
    for k in range(MONITORS):
        run(f"""SELECT count(t) FROM generate_series(0, {hours} - 1) AS h, LATERAL (
            SELECT mlops.profile(x), mlops.profile(y), mlops.profile(c), mlops.profile(label::int), mlops.profile(score), mlops.scores(label, score) FROM bench_p
            WHERE at >= '2024-01-01Z'::timestamptz + h * interval '1 hour' AND at < '2024-01-01Z'::timestamptz + (h + 1) * interval '1 hour') AS t""")


def by_session():
    drop(), make()
    start = time.perf_counter()
    for role in role_names:
        session = psycopg2.connect(dbname=os.environ.get("PGDATABASE", "postgres"), user=role)
        session.autocommit = True
        session.cursor().execute("CALL mlops.run_due()")
        session.close()
    assert done()
    return time.perf_counter() - start


def by_scheduler():
    drop(), make()
    run("SELECT mlops.enable_scheduler()")
    start = time.perf_counter()
    while not done():
        time.sleep(0.05)
    took = time.perf_counter() - start
    run("SELECT mlops.disable_scheduler()")
    return took


start = time.perf_counter()
bare()
base = time.perf_counter() - start
print(f"-- {hours * MONITORS} windows of 100 rows, 5 columns (bare statements = 1.00, {base:.2f} s)")
took = by_session()
print(f"{took / base:8.2f}  run_due, sessions one after the other ({took:.1f} s, {1000 * took / hours / MONITORS:.1f} ms a window)")
if rows("SELECT preloaded FROM mlops.scheduler_status()")[0][0]:
    run(f"ALTER SYSTEM SET mlops.max_runs = {PROCESSES}; "), run("SELECT pg_reload_conf()")
    took = by_scheduler()
    print(f"{took / base:8.2f}  scheduler, {PROCESSES} processes ({took:.1f} s, goal {GOAL_S})")
    run("ALTER SYSTEM RESET mlops.max_runs"), run("SELECT pg_reload_conf()")

# --- monitors with nothing to do: a look of the cycle beside them
drop(), make()
run("SELECT mlops_internal.next_due_time()")
look = "SELECT mlops_internal.next_due_time()"


def timed(sql, n=20):
    taken = []
    for _ in range(n):
        start = time.perf_counter()
        cursor.execute(sql)
        taken.append(time.perf_counter() - start)
    return sorted(taken)[n // 2]


few_s = timed(look)
run("INSERT INTO mlops.monitor (name, owner_oid, owner_name) SELECT 'idle ' || i, m.owner_oid, m.owner_name FROM (SELECT * FROM mlops.monitor LIMIT 1) AS m, generate_series(1, 10000) AS i")
run("""DO $$ DECLARE d mlops.monitor_version := (SELECT v FROM mlops.monitor_version AS v LIMIT 1); BEGIN d.start_at := '2900-01-01Z'; d.end_at := NULL;
    FOR d.monitor_id IN SELECT monitor_id FROM mlops.monitor WHERE name LIKE 'idle%' LOOP INSERT INTO mlops.monitor_version SELECT d.*; END LOOP; END $$""")
for _ in range(12):
    run(look)
run("VACUUM ANALYZE mlops.monitor"), run("VACUUM ANALYZE mlops_internal.monitor_due"), run("VACUUM ANALYZE mlops.monitor_version")
print(f"-- a look for what is due beside 10,000 idle monitors: {1000 * timed(look):.1f} ms, beside ten {1000 * few_s:.1f} ms")
print(f"-- retention, nothing to do: {1000 * timed('SELECT mlops_internal.prune_some(NULL, clock_timestamp())'):.2f} ms")
