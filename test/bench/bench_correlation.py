"""correlation_matrix of 100 columns against corr() of all 4,950 pairs, side by side."""
from harness import ROWS, compare, cursor, rows

N = ROWS // 10
COLUMNS = [f"c{i}" for i in range(1, 101)]
# a target list has at most 1,664 entries, and all pairs would not be planned for minutes: some of them, scaled up
PAIRS = [(a, b) for i, a in enumerate(COLUMNS) for b in COLUMNS[i + 1:]]
PART = PAIRS[::33]
SCALE = len(PAIRS) / len(PART)


def make_table():
    if rows("SELECT to_regclass('bench_numbers')")[0][0] is not None:
        return
    cursor.execute("CREATE TABLE bench_numbers AS SELECT " + ", ".join(f"random() + i % {k + 2} AS {c}" for k, c in enumerate(COLUMNS)) +
                   f" FROM generate_series(1, {N}) AS i")
    cursor.execute("VACUUM (FREEZE, ANALYZE) bench_numbers")


make_table()
result = compare(f"correlation of 100 columns of {N} rows", f"corr() of {len(PART)} of {len(PAIRS)} pairs", {
    f"corr() of {len(PART)} of {len(PAIRS)} pairs": "SELECT " + ", ".join(f"corr({a}, {b})" for a, b in PART) + " FROM bench_numbers",
    "correlation_matrix": "SELECT count(*) FROM mlops.correlation_matrix('bench_numbers')",
    "comoments of an array": "SELECT mlops.comoments(ARRAY[" + ", ".join(COLUMNS) + "]) FROM bench_numbers",
    "count of every column": "SELECT " + ", ".join(f"count({c})" for c in COLUMNS) + " FROM bench_numbers",
}, rounds=3)
print(f"-- all pairs by corr(): {SCALE / result['correlation_matrix']:.0f} times correlation_matrix   goal >= 50")
