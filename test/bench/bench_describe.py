"""describe() of a wide table of mixed columns: ratios to a count of every column."""
from harness import ROWS, compare, cursor, rows

N = ROWS // 10
COLUMNS = [f"c{i}" for i in range(1, 101)]


def make_table():
    if rows("SELECT to_regclass('bench_wide')")[0][0] is not None:
        return
    kinds = ["random() * 1000", "(random() * 1000)::int", "(random() * 5)::int", "random() < 0.2", "'k' || (random() * 30)::int",
             "CASE WHEN random() < 0.9 THEN random() END", "random() + random() + random()", "timestamptz '2013-01-01' + random() * interval '1 year'",
             "exp(random() * 10)", "i"]
    cursor.execute("CREATE TABLE bench_wide AS SELECT " + ", ".join(f"{kinds[i % 10]} AS {c}" for i, c in enumerate(COLUMNS)) +
                   f" FROM generate_series(1, {N}) AS i")
    cursor.execute("VACUUM (FREEZE, ANALYZE) bench_wide")


make_table()
compare(f"describe 100 columns of {N} rows", "count of every column", {
    "count of every column": "SELECT " + ", ".join(f"count({c})" for c in COLUMNS) + " FROM bench_wide",
    "describe": ("SELECT count(*) FROM mlops.describe('bench_wide')", "", "<= 3"),
    "describe, progress": "SET client_min_messages = error; SELECT count(*) FROM mlops.describe('bench_wide', progress => true)",
}, rounds=3)
