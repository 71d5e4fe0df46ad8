"""correlation_matrix of 100 columns against corr() of all 4,950 pairs: all of them on some rows, and parts scaled up on many."""
from harness import ROWS, compare, cursor, rows

N = ROWS // 10
FEWER = N // 5
COLUMNS = [f"c{i}" for i in range(1, 101)]
PAIRS = [(a, b) for i, a in enumerate(COLUMNS) for b in COLUMNS[i + 1:]]
# a target list has at most 1,664 entries
STATEMENT = 1650
PARTS = [PAIRS[start::33] for start in (0, 11, 22)]
SCALE = 33


def make_table():
    if rows("SELECT to_regclass('bench_numbers')")[0][0] is not None:
        return
    cursor.execute("CREATE TABLE bench_numbers AS SELECT " + ", ".join(f"random() + i % {k + 2} AS {c}" for k, c in enumerate(COLUMNS)) +
                   f" FROM generate_series(1, {N}) AS i")
    cursor.execute(f"CREATE TABLE bench_fewer_numbers AS SELECT * FROM bench_numbers LIMIT {FEWER}")
    cursor.execute("VACUUM (FREEZE, ANALYZE) bench_numbers, bench_fewer_numbers")


def corr(pairs, table):
    return "SELECT " + ", ".join(f"corr({a}, {b})" for a, b in pairs) + f" FROM {table}"


def all_pairs():
    for start in range(0, len(PAIRS), STATEMENT):
        rows(corr(PAIRS[start:start + STATEMENT], "bench_fewer_numbers"))


make_table()
result = compare(f"correlation of 100 columns of {FEWER} rows", "correlation_matrix", {
    "correlation_matrix": "SELECT count(*) FROM mlops.correlation_matrix('bench_fewer_numbers')",
    "corr() of all pairs, three statements": (all_pairs, "", ">= 50"),
}, rounds=2)
parts = {f"corr() of {len(p)} of {len(PAIRS)} pairs, part {i}": corr(p, "bench_numbers") for i, p in enumerate(PARTS, 1)}
result = compare(f"correlation of 100 columns of {N} rows", "correlation_matrix", {
    "correlation_matrix": "SELECT count(*) FROM mlops.correlation_matrix('bench_numbers')",
    "comoments of an array": "SELECT mlops.comoments(ARRAY[" + ", ".join(COLUMNS) + "]) FROM bench_numbers",
    "count of every column": "SELECT " + ", ".join(f"count({c})" for c in COLUMNS) + " FROM bench_numbers",
    "avg of every column": "SELECT " + ", ".join(f"avg({c})" for c in COLUMNS) + " FROM bench_numbers",
} | parts, rounds=3)
scaled = sorted(SCALE * result[p] for p in parts)
print(f"-- parts scaled up to all pairs: {scaled[0]:.0f} .. {scaled[-1]:.0f} times correlation_matrix   goal >= 50")
