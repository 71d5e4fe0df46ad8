"""What the first call of a new session waits for, where mlops is not preloaded: ratios to connecting."""
import os
import time

import psycopg2

from harness import compare, rows

FIRST = {
    "first call, a metric": "SELECT mlops.accuracy(true, true)",
    "first call, a profile": "SELECT mlops.n(mlops.profile(1))",
    "first call, linear algebra": "SELECT mlops.n(mlops.pca_fit(mlops.comoments(i, i * i))) FROM generate_series(1, 9) AS i",
}
PRELOADED = rows("SHOW shared_preload_libraries")[0][0]
waited = {name: [] for name in FIRST}


def session(name=None):
    """a session that makes one call, and how long it waited for the answer"""
    connection = psycopg2.connect(dbname=os.environ.get("PGDATABASE", "postgres"))
    if name is not None:
        with connection.cursor() as cursor:
            start = time.perf_counter()
            cursor.execute(FIRST[name])
            waited[name].append(1000 * (time.perf_counter() - start))
    connection.close()


compare("a session of one call" + (f", preloaded: {PRELOADED}" if PRELOADED else ""), "no call",
        {"no call": session, **{name: lambda name=name: session(name) for name in FIRST}}, rounds=20)
for name, times in waited.items():
    print(f"{sorted(times)[len(times) // 2]:8.2f} ms  {name}" + ("" if "linear" in name else "   goal 5"), flush=True)
