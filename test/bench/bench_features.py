"""Point-in-time rows: against count() over the history, LATERAL with an index, the SQL that Feast sends, DuckDB.

MLOPS_BENCH_ROWS is the number of history rows (default 5 million); DuckDB is compared when Python knows it.
"""
import os
import sys
import time

os.environ.setdefault("MLOPS_BENCH_ROWS", "5000000")
from harness import ROWS, ROUNDS, compare, connection, cursor, rows, seconds  # noqa: E402

PROBES, KEYS, VIEWS = ROWS // 50, ROWS // 250, 10
cursor.execute("DROP SCHEMA IF EXISTS bench_features CASCADE; CREATE SCHEMA bench_features; SET search_path = bench_features")
cursor.execute(f"""
    SELECT setseed(0.5);
    CREATE TABLE history AS SELECT (random() * {KEYS})::integer AS k,
        timestamptz '2024-01-01 00:00Z' + random() * interval '300 days' AS at, random() AS v FROM generate_series(1, {ROWS});
    CREATE TABLE indexed AS SELECT * FROM history;
    CREATE INDEX ON indexed (k, at DESC) INCLUDE (v);
    CREATE TABLE probe AS SELECT i AS id, (random() * {KEYS})::integer AS k,
        timestamptz '2024-01-01 00:00Z' + random() * interval '300 days' AS at FROM generate_series(1, {PROBES}) AS i;
    CREATE TABLE few AS SELECT * FROM probe ORDER BY id LIMIT {max(PROBES // 100, 1)};
    ANALYZE few""")
for table in ("history", "indexed", "probe"):
    cursor.execute(f"VACUUM ANALYZE {table}")
for i in range(VIEWS):
    cursor.execute(f"""
        CREATE TABLE part{i} AS SELECT k, at, v AS v{i} FROM history LIMIT {ROWS // VIEWS};
        SELECT mlops.create_feature_view('bench {i}', 'part{i}', '{{k}}', 'at')""")
for i in range(VIEWS):
    cursor.execute(f"VACUUM ANALYZE part{i}")
cursor.execute("SELECT mlops.create_feature_view('bench', 'history', '{k}', 'at')")
cursor.execute("SELECT mlops.create_feature_view('bench indexed', 'indexed', '{k}', 'at')")


def point_in_time(spine, views):
    columns = rows("SELECT mlops.point_in_time_columns(%s, %s)", spine, views)[0][0]
    return f"""SELECT count(*) FROM mlops.point_in_time('{spine}', '{{{",".join(f'"{v}"' for v in views)}}}', 'at') AS t ({columns})"""


def lateral(spine):
    return f"""SELECT count(h.v), count(h.at) FROM {spine} AS s LEFT JOIN LATERAL
        (SELECT h.at, h.v FROM indexed AS h WHERE h.k = s.k AND h.at <= s.at ORDER BY h.at DESC LIMIT 1) AS h ON true"""


# the shape of peers.md 4: keys and time as one text, an inner join with every older row, ranks, and a join back
FEAST = """
    WITH entity AS (SELECT *, k::text || at::text AS row_id FROM {spine}),
    view_entity AS (SELECT k, at AS entity_at, row_id FROM entity GROUP BY k, at, row_id),
    cut AS (SELECT h.k, h.at, h.v FROM history AS h WHERE h.at <= (SELECT max(at) FROM entity)),
    base AS (SELECT cut.*, e.entity_at, e.row_id FROM cut JOIN view_entity AS e ON e.k = cut.k AND cut.at <= e.entity_at),
    latest AS (SELECT * FROM (SELECT base.*, row_number() OVER (PARTITION BY row_id ORDER BY at DESC) AS n FROM base) AS b WHERE n = 1)
    SELECT count(l.v), count(*) FROM entity AS e LEFT JOIN latest AS l USING (row_id)"""

same = rows(f"""
    SELECT count(*) FROM mlops.point_in_time('probe', '{{bench}}', 'at') AS t (id integer, k integer, at timestamptz, v float8, since timestamptz)
    JOIN (SELECT s.id, h.v FROM probe AS s LEFT JOIN LATERAL (SELECT h.v FROM indexed AS h WHERE h.k = s.k AND h.at <= s.at
        ORDER BY h.at DESC LIMIT 1) AS h ON true) AS l USING (id) WHERE t.v IS DISTINCT FROM l.v""")[0][0]
assert same == 0, same
compare(f"{PROBES} probes x {ROWS} rows of history", "count(v)", {
    "count(v)": "SELECT count(v) FROM history",
    "point_in_time, no index": (point_in_time("probe", ["bench"]), "", "1.5"),
    "LATERAL, covering index": lateral("probe"),
})
compare(f"{PROBES // 100} probes x {ROWS} rows of history", "LATERAL, covering index", {
    "LATERAL, covering index": lateral("few"),
    "point_in_time, the same index": point_in_time("few", ["bench indexed"]),
    "point_in_time, no index": point_in_time("few", ["bench"]),
})
compare("ten views at once, of a tenth of the history each", "ten views, one after the other", {
    "ten views, one after the other": lambda: [seconds(point_in_time("probe", [f"bench {i}"])) for i in range(VIEWS)],
    "ten views at once": (point_in_time("probe", [f"bench {i}" for i in range(VIEWS)]), "", "1.3"),
})
ours, theirs = seconds(point_in_time("probe", ["bench"])), seconds(FEAST.format(spine="probe"), "SET work_mem = '64MB'")
print(f"-- the SQL that Feast sends, one run each\n{theirs / ours:8.2f}  times as long as point_in_time   goal 20", flush=True)

cursor.execute("SET search_path = bench_features")
# online: 100 entities x 50 features, against the same rows by the table's key; what a call costs when nothing is new
cursor.execute(f"""
    CREATE TABLE wide AS SELECT k, timestamptz '2024-06-01Z' AS at, timestamptz '2024-06-01Z' AS known, {", ".join(f"random() AS f{i}" for i in range(50))}
    FROM generate_series(1, 100000) AS k;
    SELECT mlops.create_feature_view('bench wide', 'wide', '{{k}}', 'at', created_at_column => 'known');
    SELECT mlops.materialize('bench wide', relation => 'bench_features.wide_online');
    CREATE TABLE asked AS SELECT array_agg(k) AS ks, jsonb_agg(jsonb_build_object('k', k)) AS keys FROM generate_series(1, 100000, 1000) AS k""")
for table in ("wide", "wide_online"):
    cursor.execute(f"VACUUM ANALYZE {table}")
keys, ks = rows("SELECT keys::text, ks::text FROM asked")[0]
compare("100 entities x 50 features", "rows by key", {
    "rows by key": f"SELECT * FROM bench_features.wide_online WHERE k = ANY ('{ks}')",
    "online_features": f"SELECT * FROM mlops.online_features('{{bench wide}}', '{keys}')",
})
compare("materialize, 100000 entities x 50 features", "count(*) over the view", {
    "count(*) over the view": "SELECT count(*) FROM bench_features.wide",
    "materialize, nothing new": "SELECT mlops.materialize('bench wide')",
    "materialize, all of it again": """SELECT mlops.materialize('bench wide', "overlap" => '36500 days')""",
})

try:
    import duckdb
except ImportError:
    print("########## SKIPPED: Python does not know duckdb (pip install duckdb) ##########")
    sys.exit(0)
duck = duckdb.connect()
duck.execute("SET threads = 1")
duck.execute(f"""CREATE TABLE history AS SELECT (random() * {KEYS})::INTEGER AS k, TIMESTAMP '2024-01-01' + to_seconds(random() * 25920000) AS at,
    random() AS v FROM range({ROWS})""")
duck.execute(f"""CREATE TABLE probe AS SELECT i AS id, (random() * {KEYS})::INTEGER AS k,
    TIMESTAMP '2024-01-01' + to_seconds(random() * 25920000) AS at FROM range({ROWS}) AS r (i)""")
cursor.execute(f"""CREATE TABLE many AS SELECT i AS id, (random() * {KEYS})::integer AS k,
    timestamptz '2024-01-01 00:00Z' + random() * interval '300 days' AS at FROM generate_series(1, {ROWS}) AS i""")
cursor.execute("VACUUM ANALYZE many")
asof = "SELECT count(h.v) FROM probe AS s ASOF LEFT JOIN history AS h ON s.k = h.k AND s.at >= h.at"
compare(f"{ROWS} x {ROWS}, one thread", "DuckDB ASOF JOIN", {
    "DuckDB ASOF JOIN": lambda: duck.execute(asof).fetchall(),
    "point_in_time": (point_in_time("many", ["bench"]), "", "3"),
}, rounds=2)
