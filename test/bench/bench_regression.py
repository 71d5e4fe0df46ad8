"""Regression, probability and multi-class metrics: ratios to avg(score) over the same scan."""
from harness import ROWS, WORKER, compare, cursor, rows

TABLE = "bench_regression"


def make_table():
    if rows("SELECT to_regclass(%s)", TABLE)[0][0] is None:
        cursor.execute(f"CREATE TABLE {TABLE} (label boolean, score float8, actual float8, predicted float8, weight float8, many int)")
        cursor.execute(f"""INSERT INTO {TABLE} SELECT l < 0.3, s, a, a * (0.9 + 0.2 * random()) + 0.01, 1 + (random() * 3)::int, (random() * 99999)::int
            FROM (SELECT random() AS l, random() AS s, random() * 10 AS a FROM generate_series(1, {ROWS})) AS r""")
        cursor.execute(f"VACUUM (FREEZE, ANALYZE) {TABLE}")
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
        rows(f"SELECT pg_prewarm('{TABLE}')")


def select(expressions):
    return f"SELECT {expressions} FROM {TABLE}"


make_table()
compare(f"regression over {ROWS} rows", "avg(score)", {
    "avg(score)": select("avg(score)"),
    "two arguments (regr_count)": select("regr_count(actual, predicted)"),
    "rmse": (select("mlops.rmse(actual, predicted)"), "", "<= 1.1"),
    "five of them": (select("mlops.rmse(actual, predicted), mlops.mae(actual, predicted), mlops.r2_score(actual, predicted), mlops.mape(actual, predicted), mlops.mean_error(actual, predicted)"), "", "<= 1.1"),
    "rmse, weighted": select("mlops.rmse(actual, predicted, weight)"),
    "errors": (select("mlops.n(mlops.errors(actual, predicted))"), "", "<= 1.3"),
    "msle": select("mlops.msle(actual, predicted)"),
    "mean_poisson_deviance": select("mlops.mean_poisson_deviance(actual, predicted)"),
    "mean_pinball_loss": select("mlops.mean_pinball_loss(actual, predicted, 0.9)"),
    "median_absolute_error": (select("mlops.median_absolute_error(actual, predicted)"), "", "<= 1.5"),
    "percentile_cont": select("percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(predicted - actual))"),
    "log_loss": (select("mlops.log_loss(label, score)"), "", "<= 1.1"),
    "log_loss, weighted": select("mlops.log_loss(label, score, weight)"),
    "expected_calibration_error": select("mlops.expected_calibration_error(label, score)"),
    "ECE, quantile": select("mlops.expected_calibration_error(label, score, 10, 'quantile')"),
    "array of two": select("count(ARRAY[1 - score, score])"),
    "log_loss, two classes": select("mlops.log_loss(label::int, ARRAY[1 - score, score])"),
    "roc_auc_ovr, two classes": select("mlops.roc_auc_ovr(label::int, ARRAY[1 - score, score])"),
})
compare("one extra parallel worker", "rmse", {
    "rmse": select("mlops.rmse(actual, predicted)"),
    "rmse, 1 worker": (select("mlops.rmse(actual, predicted)"), WORKER, "<= 0.63"),
    "errors": select("mlops.n(mlops.errors(actual, predicted))"),
    "errors, 1 worker": (select("mlops.n(mlops.errors(actual, predicted))"), WORKER),
})
compare("100,000 groups", "avg", {
    "avg": f"SELECT count(a) FROM (SELECT many, avg(score) AS a FROM {TABLE} GROUP BY many) AS g",
    "rmse": (f"SELECT count(a) FROM (SELECT many, mlops.rmse(actual, predicted) AS a FROM {TABLE} GROUP BY many) AS g", "", "<= 3"),
    "log_loss": (f"SELECT count(a) FROM (SELECT many, mlops.log_loss(label, score) AS a FROM {TABLE} GROUP BY many) AS g", "", "<= 3"),
})
