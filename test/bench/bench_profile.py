"""Profiles: ratios to avg and count over the same scan of a wide and of a narrow table; groups; merging; sizes."""
from harness import ROWS, WORKER, compare, cursor, rows

WIDE = "bench_profile_wide"
NARROW = "bench_profile_narrow"
TEXT = "bench_profile_text"
NUMBERS = ["f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10"]


def make_tables():
    cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
    if rows("SELECT to_regclass(%s)", WIDE)[0][0] is None:
        cursor.execute(f"""CREATE TABLE {WIDE} AS SELECT i AS id, '2026-01-01'::timestamptz + i * interval '3 s' AS ts, (random() * 1e5)::int AS customer, 'c' || (random() * 19)::int AS t1,
            'k' || (random() * 1e6)::int AS t2, random() < 0.3 AS label, random() AS f1, sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) AS f2, exp(random() * 8) AS f3, 100 + 15 * random() AS f4,
            (random() * 2000)::int::float8 AS f5, random() * 1e9 AS f6, -ln(1 - random()) AS f7, (random() * 1e6)::int::float8 AS f8, random() ^ 3 AS f9, 7.0::float8 AS f10,
            (random() * 1e6)::int AS i1, (random() * 50)::int AS i2, md5(i::text) AS t3 FROM generate_series(1, {ROWS}) AS i""")
        cursor.execute(f"CREATE TABLE {NARROW} AS SELECT id, f1, t1, customer FROM {WIDE}")
        cursor.execute(f"CREATE TABLE {TEXT} AS SELECT id, t1, t2, t3 FROM {WIDE}")
        cursor.execute(f"VACUUM (FREEZE, ANALYZE) {WIDE}, {NARROW}, {TEXT}")
    for t in (WIDE, NARROW, TEXT):
        rows(f"SELECT pg_prewarm('{t}')")


# the same C functions with a state of type internal, which the executor passes by value
INTERNAL = """CREATE SCHEMA IF NOT EXISTS bench_internal;
    CREATE OR REPLACE FUNCTION bench_internal.accum(internal, float8) RETURNS internal LANGUAGE C AS '$libdir/mlops', 'mlops_profile_accum_float8';
    CREATE OR REPLACE FUNCTION bench_internal.accum(internal, text) RETURNS internal LANGUAGE C AS '$libdir/mlops', 'mlops_profile_accum_text';
    CREATE OR REPLACE FUNCTION bench_internal.n(internal) RETURNS bigint LANGUAGE C AS '$libdir/mlops', 'mlops_profile_get_n';
    CREATE OR REPLACE AGGREGATE bench_internal.profile(float8) (SFUNC = bench_internal.accum, STYPE = internal, FINALFUNC = bench_internal.n);
    CREATE OR REPLACE AGGREGATE bench_internal.profile(text) (SFUNC = bench_internal.accum, STYPE = internal, FINALFUNC = bench_internal.n)"""


def n(columns, table=WIDE):
    return f"SELECT {', '.join(f'mlops.n(mlops.profile({c}))' for c in columns)} FROM {table}"


def avg(columns, table=WIDE):
    return f"SELECT {', '.join(f'avg({c})' for c in columns)} FROM {table}"


make_tables()
for table in (WIDE, NARROW):
    kinds = ["f1", "f2", "f3", "f5", "f8", "f10", "ts", "i1"] if table == WIDE else ["f1", "id"]
    compare(f"one column of {table}, {ROWS} rows", "avg(f1)", {"avg(f1)": avg(["f1"], table)} | {f"profile({c})": (n([c], table), "", "<= 1.1") for c in kinds})
    compare(f"text of {table}", "count(t1)", {"count(t1)": f"SELECT count(t1) FROM {table}", "profile(t1)": (n(["t1"], table), "", "<= 1.3")})
for table in (WIDE, TEXT):
    for column, what in {"t1": "20 values", "t2": "a million values", "t3": "32 bytes, all different"}.items():
        compare(f"text of {table}: {what}", f"count({column})", {f"count({column})": f"SELECT count({column}) FROM {table}", f"profile({column})": (n([column], table), "", "<= 1.3")})
cursor.execute(INTERNAL)
for column in ("f1", "t1"):
    compare(f"expanded state, {column}", "internal state", {"internal state": f"SELECT bench_internal.profile({column}) FROM {NARROW}", "expanded state": (n([column], NARROW), "", "<= 1.1")})
cursor.execute("DROP SCHEMA bench_internal CASCADE")
compare("ten columns", "10 avg", {"10 avg": avg(NUMBERS), "10 profiles": (n(NUMBERS), "", "<= 1.3")})
compare("one extra worker", "1 worker", {"1 worker": (n(["f1"]), WORKER), "none": (n(["f1"]), "", ">= 1.6"), "avg, 1 worker": (avg(["f1"]), WORKER), "avg": avg(["f1"])})
compare("100,000 groups", "avg", {"avg": f"SELECT sum(a) FROM (SELECT avg(f1) AS a FROM {WIDE} GROUP BY customer) AS g",
                                  "profile": (f"SELECT sum(mlops.n(p)) FROM (SELECT mlops.profile(f1) AS p FROM {WIDE} GROUP BY customer) AS g", "", "<= 3")})
cursor.execute(f"DROP TABLE IF EXISTS bench_profile_stored; CREATE TABLE bench_profile_stored AS SELECT mlops.profile(f2) AS p, mlops.profile(t2) AS t FROM {WIDE} GROUP BY id % 1000")
cursor.execute("DROP TABLE IF EXISTS bench_profile_pair; CREATE TABLE bench_profile_pair AS SELECT mlops.merge(p) AS p FROM bench_profile_stored, generate_series(1, 2) AS g GROUP BY g")
compare("merging 1,000 stored profiles", "30 ms", {"30 ms": "SELECT pg_sleep(0.03)", "merge": ("SELECT mlops.n(mlops.merge(p)) FROM bench_profile_stored", "", "<= 1"), "merge of text": "SELECT mlops.n(mlops.merge(t)) FROM bench_profile_stored"})
compare("two stored profiles, 1,000 times", "50 ms", {"50 ms": "SELECT pg_sleep(0.05)", "psi": (
        "SELECT max(mlops.psi(a.p, b.p, 10 + mod(i, 2))) FROM (SELECT p FROM bench_profile_pair LIMIT 1) AS a, (SELECT p FROM bench_profile_pair LIMIT 1) AS b, generate_series(1, 1000) AS i", "", "<= 1")})
print("-- bytes of a profile")
for what, expression in {"boolean": "label", "text, 20 values": "t1", "text, 1,000,000 values": "t2", "text, md5": "t3", "integer, 51 values": "i2", "integer, 1,000,000 values": "i1", "serial number": "id",
                         "float8, 2,001 values": "f5", "uniform": "f1", "normal": "f2", "lognormal": "f3", "timestamptz": "ts", "constant": "f10", "uuid": "t3::uuid"}.items():
    for budget in (256, 4096):
        size, stored = rows(f"SELECT length(mlops_internal.profile_send(p)), pg_column_size(p) FROM (SELECT mlops.profile({expression}, {budget}) AS p FROM {WIDE}) AS t")[0]
        print(f"{size:8d}  {what}, budget {budget}")
