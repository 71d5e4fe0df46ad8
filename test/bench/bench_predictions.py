"""Metrics and drift over a prediction table: ratios to avg(score) over the same scan."""
from harness import ROWS, WORKER, compare, cursor, rows

TABLE = "bench_prediction"


def make_table():
    if rows("SELECT to_regclass(%s)", TABLE)[0][0] is None:
        cursor.execute(f"CREATE TABLE {TABLE} (label boolean, score float8, actual float8, predicted float8, is_current boolean, category text)")
        cursor.execute(f"""INSERT INTO {TABLE} SELECT l < 0.3, least(1, greatest(0, s * 0.7 + CASE WHEN l < 0.3 THEN 0.3 ELSE 0 END * random())),
            a, a + random() - 0.5, random() < 0.5, 'c' || (random() * 19)::int
            FROM (SELECT random() AS l, random() AS s, random() * 10 AS a FROM generate_series(1, {ROWS})) AS r""")
        cursor.execute(f"VACUUM (FREEZE, ANALYZE) {TABLE}")
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
        rows(f"SELECT pg_prewarm('{TABLE}')")


def select(expressions):
    return f"SELECT {expressions} FROM {TABLE}"


make_table()
compare(f"metrics over {ROWS} rows", "avg(score)", {
    "avg(score)": select("avg(score)"),
    "roc_auc": (select("mlops.roc_auc(label, score)"), "", "<= 1.5"),
    "ks_score": (select("mlops.ks_score(label, score)"), "", "<= 1.5"),
    "average_precision": (select("mlops.average_precision(label, score)"), "", "<= 1.5"),
    "f1_score": (select("mlops.f1_score(label, score >= 0.5)"), "", "<= 1.1"),
    "rmse": (select("mlops.rmse(actual, predicted)"), "", "<= 1.1"),
    "scores": select("mlops.n(mlops.scores(label, score))"),
    "psi": select("mlops.psi(score, is_current)"),
    "ks_test": select("(mlops.ks_test(score, is_current)).statistic"),
    "profile": (select("mlops.n(mlops.profile(score))"), "", "<= 1.1"),
    "profile(text)": select("mlops.n(mlops.profile(category))"),
    "count(text)": select("count(category)"),
})
compare("one extra parallel worker", "roc_auc", {
    "roc_auc": select("mlops.roc_auc(label, score)"),
    "roc_auc, 1 worker": (select("mlops.roc_auc(label, score)"), WORKER),
    "f1_score": select("mlops.f1_score(label, score >= 0.5)"),
    "f1_score, 1 worker": (select("mlops.f1_score(label, score >= 0.5)"), WORKER),
    "rmse": select("mlops.rmse(actual, predicted)"),
    "rmse, 1 worker": (select("mlops.rmse(actual, predicted)"), WORKER),
    "scores": select("mlops.n(mlops.scores(label, score))"),
    "scores, 1 worker": (select("mlops.n(mlops.scores(label, score))"), WORKER),
    "profile": select("mlops.n(mlops.profile(score))"),
    "profile, 1 worker": (select("mlops.n(mlops.profile(score))"), WORKER),
})
ten = ["score", "actual", "predicted", "score + 1", "actual + 1", "predicted + 1", "score * 2", "actual * 2", "predicted * 2", "-score"]
compare("ten columns", "10 avg", {
    "10 avg": select(", ".join(f"avg({c})" for c in ten)),
    "10 profiles": (select(", ".join(f"mlops.n(mlops.profile({c}))" for c in ten)), "", "<= 1.3"),
})
