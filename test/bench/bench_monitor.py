"""
Monitors: what reading and judging a window costs, in units of a count() of every column that it follows.

MLOPS_BENCH_MONITOR_ROWS (1000000) rows of 100 columns with slices of 5, 10 and 15 values; ten times as many of ten
columns for 365 daily windows.  The times of one evaluation are taken apart by its steps: reading (the statement),
storing and judging (the rest).
"""
import os
import time

import psycopg2

from harness import WORKER, compare, cursor, rows, seconds

ROWS = int(os.environ.get("MLOPS_BENCH_MONITOR_ROWS", "1000000"))
ROUNDS = int(os.environ.get("MLOPS_BENCH_ROUNDS", "5"))
WIDE, LONG = "bench_monitor.wide", "bench_monitor.long"
COLUMNS = [f"f{i}" for i in range(1, 98)] + ["label", "score", "region"]


def kind(i):
    """a column: 70 numbers, 15 whole numbers, 10 texts, the rest with NULLs"""
    if i <= 40:
        return f"random() * {i}"
    if i <= 70:
        return "sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())"
    if i <= 85:
        return "(random() * 1000)::int"
    if i <= 95:
        return f"'v' || (random() * {2 * i})::int"
    return "CASE WHEN random() < 0.9 THEN (random() * 10)::int END"


def make_tables():
    cursor.execute("SELECT to_regclass(%s)", (LONG,))
    if cursor.fetchone()[0] is not None:
        return
    cursor.execute("""DO $$ BEGIN IF to_regrole('bench_monitor_owner') IS NULL THEN CREATE ROLE bench_monitor_owner LOGIN; END IF; END $$;
        CREATE SCHEMA bench_monitor AUTHORIZATION bench_monitor_owner; SELECT setseed(0.5)""")
    features = ", ".join(f"{kind(i)} AS f{i}" for i in range(1, 98))
    # a year of reference, of which a tenth, and the window; rows lie in the order of time
    cursor.execute(f"""CREATE TABLE {WIDE} AS
        SELECT timestamptz '2026-01-01Z' + (i % 1000) * interval '1 day' / 1000 + CASE WHEN i <= {ROWS // 10} THEN interval '0' ELSE interval '1 day' END AS at,
               random() < 0.3 AS label, random() AS score, 'r' || (random() * random() * 4.99)::int AS region, 'p' || (random() * random() * 9.99)::int AS plan,
               'q' || (random() * random() * 14.99)::int AS quarter, {features}
        FROM generate_series(1, {ROWS + ROWS // 10}) AS i""")
    cursor.execute(f"""CREATE TABLE {LONG} AS
        SELECT timestamptz '2025-01-01Z' + i * ({365 * 86400 / (10 * ROWS)!r} * interval '1 second') AS at, {", ".join(f"{kind(i)} AS f{i}" for i in (1, 2, 41, 42, 71, 72, 86, 87, 96, 97))}
        FROM generate_series(0, {10 * ROWS - 1}) AS i""")
    cursor.execute(f"CREATE INDEX ON {LONG} (at); CREATE INDEX ON {WIDE} (at); ALTER TABLE {WIDE} OWNER TO bench_monitor_owner; ALTER TABLE {LONG} OWNER TO bench_monitor_owner")
    cursor.execute(f"VACUUM (FREEZE, ANALYZE) {WIDE}; VACUUM (FREEZE, ANALYZE) {LONG}" if False else f"VACUUM (FREEZE, ANALYZE) {WIDE}")
    cursor.execute(f"VACUUM (FREEZE, ANALYZE) {LONG}")
    cursor.execute("SELECT mlops.grant_use('bench_monitor_owner')")


def monitor(name, table, checks="[]", **arguments):
    """make a monitor anew, as its owner"""
    given = ", ".join(f"{k} => %({k})s" for k in arguments)
    owner.execute("SELECT mlops.drop_monitor(name) FROM mlops.monitor WHERE name = %s", (name,))
    owner.execute(f"SELECT mlops.create_monitor(%(name)s, '{table}', 'at', schedule => NULL, checks => %(checks)s::jsonb{', ' + given if given else ''})", {"name": name, "checks": checks, **arguments})


def statement(name):
    """the statement that reads the windows of a monitor, and how often a window is judged"""
    return rows("""SELECT mlops_internal.monitor_statement(v, v.relation, (SELECT array_agg(DISTINCT b ORDER BY b) FROM mlops.windows(m.monitor_id) AS w, unnest(ARRAY[w.window_lo, w.window_hi]) AS b),
            false, ARRAY(SELECT ROW(s.slice, s.value, s.n)::mlops_internal.slice_member FROM mlops.slice_value AS s WHERE s.monitor_id = m.monitor_id AND s.version = m.version), now())
        FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version) WHERE m.name = %s""", name)[0][0]


def evaluate(name):
    owner.execute("SELECT sum(n_observations) FROM mlops.backfill(%s)", (name,))
    return owner.fetchone()[0]


make_tables()
session = psycopg2.connect(dbname=os.environ.get("PGDATABASE", "postgres"), user="bench_monitor_owner")
session.autocommit = True
owner = session.cursor()
owner.execute("SET jit = off; SET max_parallel_workers_per_gather = 0; SET client_min_messages = warning")
window = dict(start_at="2026-01-02 00:00Z", end_at="2026-01-03 00:00Z", reference_from="2026-01-01 00:00Z", reference_to="2026-01-02 00:00Z", features=COLUMNS[:97], label_column="label", score_column="score")
SLICES = ["region", "plan", "quarter"]
CHECK = '[{"metric": "psi", "critical": {"above": 0.25}, "slices": %s}, {"metric": "roc_auc", "critical": {"below": 0.4}}]'
monitor("bench wide", WIDE, CHECK % "false", **window)
monitor("bench sliced model", WIDE, CHECK % "false", slices=SLICES, **window)
monitor("bench sliced", WIDE, CHECK % "true", slices=SLICES, **window)
count = f"SELECT {', '.join(f'count({c})' for c in COLUMNS[:97] + ['label', 'score', 'region'])} FROM {WIDE} WHERE at >= '2026-01-02Z' AND at < '2026-01-03Z'"
n_observations = {name: evaluate(name) for name in ("bench wide", "bench sliced model", "bench sliced")}
for settings, how in (("", "serial"), (WORKER, "one extra worker")):
    read = compare(f"reading a window of 100 columns, {ROWS} rows, {how}", "count of every column", {
        "count of every column": (count, settings),
        "no slices": (statement("bench wide"), settings, "<= 3"),
        "30 slices, metrics of the model": (statement("bench sliced model"), settings, "<= 4"),
        "30 slices, and psi of each column": (statement("bench sliced"), settings, "<= 4")}, ROUNDS)


def evaluated(name):
    return lambda: evaluate(name)


whole = compare("a whole evaluation: reading, storing and judging", "count of every column", {
    "count of every column": (count,), **{name: (evaluated(name),) for name in n_observations}}, ROUNDS)
base = seconds(count)
for name, column in (("bench wide", "no slices"), ("bench sliced model", "30 slices, metrics of the model"), ("bench sliced", "30 slices, and psi of each column")):
    scan = min(seconds(statement(name)) for _ in range(3))
    took = min(seconds(evaluated(name)) for _ in range(3))
    print(f"{100 * (took - scan) / scan:8.0f} %  of reading for storing and judging {n_observations[name]} numbers: {name}   goal 20 %", flush=True)
    size = rows("SELECT sum(pg_column_size(w.*)) FROM mlops.window_summary AS w JOIN mlops.monitor AS m USING (monitor_id) WHERE m.name = %s", name)[0][0]
    raw = rows(f"SELECT pg_table_size('{WIDE}') * {ROWS} / {ROWS + ROWS // 10}")[0][0]
    print(f"{100 * float(size) / float(raw):8.2f} %  of the rows' bytes for summaries   goal 5 %", flush=True)

long = dict(features=[f"f{i}" for i in (1, 2, 41, 42, 71, 72, 86, 87, 96, 97)], start_at="2025-01-01 00:00Z", end_at="2026-01-01 00:00Z")
monitor("bench days", LONG, **long)
monitor("bench year", LONG, granularity="365 days", **long)
compare(f"365 daily windows of 10 columns, {10 * ROWS} rows", "one window", {
    "one window": (evaluated("bench year"),), "backfill of the days": (evaluated("bench days"), "", "<= 1.5")}, 2)
session.close()
