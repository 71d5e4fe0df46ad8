"""Lineage as an ordinary member: walks in a graph of a million edges, row security, curves, stored files.

MLOPS_BENCH_EDGES (1,000,000) edges: each run writes one relation and reads three of the 10,000 before it.  A
table that is loaded anew MLOPS_BENCH_LOADS (24,000) times stands beside them.  Baselines are a recursive query over
the same tables without row security, COPY of the same points, and the superuser.
"""
import hashlib
import io
import os

from harness import compare, connection, cursor, rows

EDGES = int(os.environ.get("MLOPS_BENCH_EDGES", "1000000"))
LOADS = int(os.environ.get("MLOPS_BENCH_LOADS", "24000"))
POINTS = int(os.environ.get("MLOPS_BENCH_POINTS", "1000000"))
MEGABYTES = int(os.environ.get("MLOPS_BENCH_MEGABYTES", "100"))
RUNS = EDGES // 4
run = cursor.execute
MEMBER = "SET ROLE mlops_bench"

run("DROP EXTENSION IF EXISTS mlops CASCADE; CREATE EXTENSION mlops")
run("DO $$ BEGIN CREATE ROLE mlops_bench LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
run("SELECT mlops.grant_use('mlops_bench'), setseed(0.5)")
run(f"""INSERT INTO mlops.run (kind, name, started_by, owner_oid, owner_name, status, ended_at)
    SELECT 'materialization', 'r' || i, 'ann', 'mlops_bench'::regrole, 'mlops_bench', 'finished', now() FROM generate_series(1, {RUNS + LOADS}) AS i""")
run(f"""INSERT INTO mlops.artifact (type, name, relation, digest, identity, owner_oid, owner_name)
    SELECT 'dataset', 't' || i, CASE WHEN i <= {RUNS} THEN 'bench.t' || i ELSE 'bench.hourly' END, 'd' || i, sha256(i::text::bytea), 'mlops_bench'::regrole, 'mlops_bench'
    FROM generate_series(1, {RUNS + LOADS}) AS i""")
run(f"""INSERT INTO mlops.edge (run_id, artifact_id, direction, at, place_key, write_mode)
    SELECT a.artifact_id, a.artifact_id, 'output', '2026-01-01Z'::timestamptz + a.artifact_id * interval '1 second', a.place_key, CASE WHEN a.artifact_id > {RUNS} THEN 'overwrite' END
    FROM mlops.artifact AS a""")
run(f"""INSERT INTO mlops.edge (run_id, artifact_id, direction, at, place_key)
    SELECT x.i, a.artifact_id, 'input', '2026-01-01Z'::timestamptz + (x.i - 0.1) * interval '1 second', a.place_key
    FROM (SELECT i, greatest(1, i - 1 - (random() * least(i - 2, 10000))::int) AS j FROM generate_series(2, {RUNS}) AS i, generate_series(1, 3)) AS x JOIN mlops.artifact AS a ON a.artifact_id = x.j
    ON CONFLICT DO NOTHING""")
for table in ("run", "artifact", "edge"):
    run(f"VACUUM ANALYZE mlops.{table}")

LAST = f"artifact:{RUNS}"
CTE = f"""WITH RECURSIVE w (run, artifact) AS (SELECT NULL::bigint, {RUNS}::bigint
    UNION SELECT o.run_id, i.artifact_id FROM w JOIN mlops.edge AS o ON o.artifact_id = w.artifact AND o.direction = 'output'
        JOIN mlops.edge AS i ON i.run_id = o.run_id AND i.direction = 'input') SELECT count(*) FROM w"""
print(f"-- {rows('SELECT count(*) FROM mlops.edge')[0][0]} edges; the walk without limit lists {rows(f'SELECT count(*) FROM mlops.ancestors(%s, max_nodes => NULL)', LAST)[0][0]} nodes")
compare("walk without limit", "recursive query", {
    "recursive query": (CTE, "RESET ROLE"),
    "ancestors": (f"SELECT count(*) FROM mlops.ancestors('{LAST}', max_nodes => NULL)", MEMBER, 0.2),
    "ancestors, 100,000 nodes": (f"SELECT count(*) FROM mlops.ancestors('{LAST}')", MEMBER),
}, rounds=3)
compare("walks of a member", "50 ms", {
    "50 ms": "SELECT pg_sleep(0.05)",
    "10 hops up": (f"SELECT count(*) FROM mlops.ancestors('{LAST}', 10)", MEMBER, 1.0),
    f"what made a table that was loaded {LOADS} times": ("SELECT count(*) FROM mlops.ancestors('bench.hourly')", MEMBER, 1.0),
})
compare("row security", "superuser", {
    "superuser": ("SELECT count(*) FROM mlops.edge", "RESET ROLE"),
    "member": ("SELECT count(*) FROM mlops.edge", MEMBER, 1.5),
    "runs, superuser": ("SELECT count(*) FROM mlops.run", "RESET ROLE"),
    "runs, member": ("SELECT count(*) FROM mlops.run", MEMBER),
})

run("RESET ROLE; CREATE TEMP TABLE plain (run_id bigint, name text, step bigint, at timestamptz, value float8)")
run("CREATE TEMP TABLE points (name text, step bigint, value float8); GRANT SELECT ON points TO mlops_bench")
run(f"INSERT INTO points SELECT 'loss', i, 1.0 / i FROM generate_series(1, {POINTS}) AS i")
lines = "".join(f"1\tloss\t{i}\t2026-01-01 00:00:00+00\t{1 / i!r}\n" for i in range(1, POINTS + 1))
run(f"{MEMBER}; SELECT mlops.start_run('training')")
run_id = rows("SELECT max(run_id) FROM mlops.run")[0][0]
run("RESET ROLE")
compare(f"{POINTS} points of a curve", "COPY", {
    "COPY": (lambda: cursor.copy_expert("COPY plain FROM STDIN", io.StringIO(lines)), "RESET ROLE; TRUNCATE plain"),
    "log_points": (f"SELECT mlops.log_points({run_id}, ARRAY['loss'], array_agg(value), array_agg(step)) FROM points", MEMBER, 5.0),
}, rounds=3)
run(f"RESET ROLE; DELETE FROM mlops.metric; {MEMBER}; SELECT mlops.log_points({run_id}, ARRAY['loss'], array_agg(value), array_agg(step)) FROM points; RESET ROLE")
run("VACUUM ANALYZE mlops.metric")
compare("reading the curve", "1 s", {
    "1 s": "SELECT pg_sleep(1)",
    "member": (f"SELECT sum(value), max(step) FROM (SELECT step, value FROM mlops.metric WHERE run_id = {run_id} AND name = 'loss' ORDER BY step) AS c", MEMBER, 1.0),
    "superuser": (f"SELECT sum(value), max(step) FROM (SELECT step, value FROM mlops.metric WHERE run_id = {run_id} AND name = 'loss' ORDER BY step) AS c", "RESET ROLE"),
}, rounds=3)

run("RESET ROLE; CREATE TEMP TABLE file (place int, piece bytea); ALTER TABLE file ALTER piece SET STORAGE EXTERNAL")
block = os.urandom(1 << 20)


def pieces(salt):
    return [hashlib.sha256(f"{salt} {i}".encode()).digest() + block[32:] for i in range(MEGABYTES)]


def plain():
    run("TRUNCATE file")
    for i, piece in enumerate(pieces(os.urandom(8))):
        run("INSERT INTO file VALUES (%s, %s)", (i, piece))


def upload(salt):
    run(f"{MEMBER}; SELECT mlops.start_upload({run_id}, 'file')")
    number = cursor.fetchone()[0]
    for piece in pieces(salt):
        run("SELECT mlops.append_upload(%s, %s)", (number, piece))
    run("SELECT mlops.finish_upload(%s)", (number,))
    artifact = cursor.fetchone()[0]
    run("RESET ROLE")
    return artifact


artifact = upload("known")
compare(f"a file of {MEGABYTES} MB", "INSERT of its pieces", {
    "INSERT of its pieces": (plain, "RESET ROLE"),
    "upload": lambda: upload(os.urandom(8)),
    "upload of what is there": lambda: upload("known"),
    "read": (f"SELECT sum(length(content)) FROM mlops.artifact_content WHERE artifact_id = {artifact}", MEMBER),
    "verify_artifact": (f"SELECT ok FROM mlops.verify_artifact({artifact})", MEMBER),
}, rounds=2)
run("RESET ROLE")
print("-- stored once:", rows("SELECT count(*), pg_size_pretty(pg_total_relation_size('mlops_internal.chunk')) FROM mlops_internal.chunk")[0])
run("DROP EXTENSION mlops CASCADE; DROP OWNED BY mlops_bench; DROP ROLE mlops_bench")
connection.close()
