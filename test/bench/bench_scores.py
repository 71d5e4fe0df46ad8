"""The summary of a classifier: building, merging, reading; ratios to avg(score) over the same rows."""
from harness import ROWS, WORKER, compare, cursor, rows

TABLE = "bench_score"
GROUPS = 100000


def make_table():
    if rows("SELECT to_regclass(%s)", TABLE)[0][0] is None:
        cursor.execute(f"CREATE TABLE {TABLE} (label boolean, score float8, g integer)")
        cursor.execute(f"""INSERT INTO {TABLE} SELECT l < 0.3, s * 0.7 + CASE WHEN l < 0.3 THEN 0.3 ELSE 0 END * x, i %% {GROUPS}
            FROM (SELECT i, random() AS l, random() AS s, random() AS x FROM generate_series(1::bigint, %s) AS i) AS r""", (ROWS,))
        cursor.execute(f"VACUUM (FREEZE, ANALYZE) {TABLE}")
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
        rows(f"SELECT pg_prewarm('{TABLE}')")
    cursor.execute(f"DROP TABLE IF EXISTS {TABLE}_stored")
    cursor.execute(f"CREATE TABLE {TABLE}_stored AS SELECT mlops.scores(label, score) AS s FROM {TABLE} GROUP BY g % 1000")


def select(expressions):
    return f"SELECT {expressions} FROM {TABLE}"


def grouped(expression):
    return f"SELECT count(x) FROM (SELECT {expression} AS x FROM {TABLE} GROUP BY g OFFSET 0) AS t"


make_table()
compare(f"scores over {ROWS} rows", "avg(score)", {
    "avg(score)": select("avg(score)"),
    "scores": (select("mlops.n(mlops.scores(label, score))"), "", "<= 1.2"),
    "scores, budget 500": select("mlops.n(mlops.scores(label, score, 500))"),
    "log_loss": select("mlops.log_loss(label, score)"),
    "f1_score": select("mlops.f1_score(label, score >= 0.5)"),
    "scores, 1 worker": (select("mlops.n(mlops.scores(label, score))"), WORKER),
    "eight metrics of one scores": """SELECT mlops.roc_auc(s), mlops.average_precision(s), mlops.ks_score(s), mlops.log_loss(s), mlops.brier_score(s),
        mlops.expected_calibration_error(s), mlops.f1_score(s), (mlops.best_threshold(s)).threshold FROM (SELECT mlops.scores(label, score) AS s FROM """ + TABLE + " OFFSET 0) AS t",
})
compare(f"{GROUPS} groups", "avg(score)", {
    "avg(score)": grouped("avg(score)"),
    "scores": (grouped("mlops.scores(label, score)"), "", "<= 3"),
    "confusion": grouped("mlops.confusion(label, score >= 0.5)"),
})
compare("1,000 stored summaries, and functions of one", "read", {
    "read": f"SELECT sum(mlops.n(s)) FROM {TABLE}_stored",
    "merge": f"SELECT mlops.n(mlops.merge(s)) FROM {TABLE}_stored",
    "roc_auc of each": f"SELECT sum(mlops.roc_auc(s)) FROM {TABLE}_stored",
    "best_threshold of each": f"SELECT sum((mlops.best_threshold(s)).value) FROM {TABLE}_stored",
})
