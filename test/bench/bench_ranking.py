"""Exact ranking metrics: serial, parallel, on disk, grouped, memory per row, and against pandas with scikit-learn."""
import io
import os

import pandas as pd
import psycopg2
from sklearn import metrics as sk

from harness import ROWS, WORKER, compare, cursor, rows

TABLE = "bench_ranking"
GROUPS = max(1, ROWS // 100)
ONE = "mlops.roc_auc(label, score)"
FOUR = "mlops.roc_auc(label, score), mlops.gini(label, score), mlops.ks_score(label, score), mlops.average_precision(label, score)"


def make_table():
    if rows("SELECT to_regclass(%s)", TABLE)[0][0] is None:
        cursor.execute(f"CREATE TABLE {TABLE} (label boolean, score float8, cohort int, weight float8)")
        cursor.execute(f"""INSERT INTO {TABLE} SELECT l < 0.3, least(1, greatest(0, s * 0.7 + CASE WHEN l < 0.3 THEN 0.3 ELSE 0 END * random())),
            (random() * {GROUPS - 1})::int, 1 + (10 * random())::int
            FROM (SELECT random() AS l, random() AS s FROM generate_series(1, {ROWS})) AS r""")
        cursor.execute(f"VACUUM (FREEZE, ANALYZE) {TABLE}")
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
        rows(f"SELECT pg_prewarm('{TABLE}')")


def select(expressions):
    return f"SELECT {expressions} FROM {TABLE}"


def grouped(expression):
    return f"SELECT count(x) FROM (SELECT {expression} AS x FROM {TABLE} GROUP BY cohort) AS t"


def memory(expression, settings=""):
    """most memory that a new server process has had resident beyond what the scan itself touches, in bytes"""
    with psycopg2.connect(dbname=os.environ.get("PGDATABASE", "postgres")) as connection, connection.cursor() as c:
        c.execute("SET max_parallel_workers_per_gather = 0;" + settings)
        c.execute("SELECT pg_backend_pid()")
        status = f"/proc/{c.fetchone()[0]}/status"
        peaks = []
        for sql in (select("avg(score), mlops.roc_auc(label, NULL)"), select(expression)):
            c.execute(sql)
            with open(status) as f:
                peaks.append(1024 * int(next(line for line in f if line.startswith("VmHWM")).split()[1]))
    connection.close()
    return peaks[1] - peaks[0]


def export():
    buffer = io.StringIO()
    cursor.copy_expert(f"COPY (SELECT label::int, score FROM {TABLE}) TO STDOUT WITH (FORMAT csv)", buffer)
    buffer.seek(0)
    frame = pd.read_csv(buffer, names=["label", "score"])
    return sk.roc_auc_score(frame["label"], frame["score"])


make_table()
compare(f"exact ranking metrics over {ROWS} rows", "avg(score)", {
    "avg(score)": select("avg(score)"),
    "roc_auc": (select(ONE), "", "<= 1.5"),
    "ks_score": (select("mlops.ks_score(label, score)"), "", "<= 1.5"),
    "average_precision": (select("mlops.average_precision(label, score)"), "", "<= 1.5"),
    "with weights": select("mlops.roc_auc(label, score, weight)"),
})
compare("states are shared", "roc_auc", {
    "roc_auc": select(ONE),
    "roc_auc, gini, ks_score and average_precision": (select(FOUR), "", "<= 1.3"),
})
compare("one extra parallel worker", "roc_auc", {
    "roc_auc": select(ONE),
    "roc_auc, 1 worker": (select(ONE), WORKER),
    "avg(score)": select("avg(score)"),
    "avg(score), 1 worker": (select("avg(score)"), WORKER),
})
compare("beyond memory", "in memory", {
    "in memory": (select(ONE), "SET mlops.work_mem = '4GB'"),
    "runs of 16 MB": (select(ONE), "SET mlops.work_mem = '32MB'"),
    "runs of 512 kB": (select(ONE), "SET mlops.work_mem = '1MB'"),
    "percentile_cont in memory": select("percentile_cont(0.5) WITHIN GROUP (ORDER BY score)"),
}, rounds=2)
compare(f"{GROUPS} groups of 100 rows", "avg(score)", {
    "avg(score)": grouped("avg(score)"),
    "roc_auc": grouped(ONE),
    "array_agg(score)": grouped("array_agg(score)"),
    "percentile_cont": grouped("percentile_cont(0.5) WITHIN GROUP (ORDER BY score)"),
}, rounds=2)
if os.path.exists("/proc/self/status"):
    print("-- memory", flush=True)
    print(f"{memory(ONE) / ROWS:8.1f}  bytes a row of roc_auc in memory   goal <= 17", flush=True)
    for limit in (1, 16):
        print(f"{memory(ONE, f'SET mlops.work_mem = {limit * 1024}') / 2**20:8.1f}  MB of roc_auc within {limit} MB", flush=True)
compare("end to end: the same number from pandas and scikit-learn", "roc_auc", {
    "roc_auc": select(ONE),
    "COPY, read_csv, roc_auc_score": (export, "", ">= 10"),
}, rounds=1)
