"""Multivariate drift of two samples of 10 columns: ratios to an avg of every column."""
from harness import ROWS, compare, cursor, rows

N = ROWS // 10
COLUMNS = [f"c{i}" for i in range(1, 11)]
ARRAY = "ARRAY[" + ", ".join(COLUMNS) + "]"


def make_table():
    if rows("SELECT to_regclass('bench_rows')")[0][0] is not None:
        return
    cursor.execute("CREATE TABLE bench_rows AS SELECT i % 2 = 0 AS is_current, " + ", ".join(f"random() + random() * {k} AS {c}" for k, c in enumerate(COLUMNS)) +
                   f" FROM generate_series(1, {N}) AS i")
    cursor.execute("VACUUM (FREEZE, ANALYZE) bench_rows")
    cursor.execute(f"CREATE TABLE bench_pca AS SELECT mlops.pca_fit(mlops.comoments({ARRAY}), 1) AS fit FROM bench_rows WHERE NOT is_current")


make_table()
compare(f"rows of 10 columns, {N} of them", "avg of every column", {
    "avg of every column": "SELECT " + ", ".join(f"avg({c})" for c in COLUMNS) + " FROM bench_rows",
    "comoments": "SELECT mlops.comoments(" + ", ".join(COLUMNS) + ") FROM bench_rows",
    "avg of pca_error": f"SELECT avg(mlops.pca_error(fit, {ARRAY})) FROM bench_rows, bench_pca",
    "labelled_rows": f"SELECT mlops.labelled_rows({ARRAY}, is_current) FROM bench_rows",
    "domain_classifier_auc": f"SELECT mlops.domain_classifier_auc({ARRAY}, is_current) FROM bench_rows",
    "mmd": f"SELECT mlops.mmd({ARRAY}, is_current) FROM bench_rows",
    "mmd_test, 99 labellings": f"SELECT mlops.mmd_test(mlops.labelled_rows({ARRAY}, is_current)) FROM bench_rows",
    "multivariate_drift, pca": "SELECT mlops.multivariate_drift('SELECT * FROM bench_rows WHERE NOT is_current', 'SELECT * FROM bench_rows WHERE is_current', '{" + ",".join(COLUMNS) + "}')",
}, rounds=2)
