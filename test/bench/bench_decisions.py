"""Metrics of decisions: ratios to avg(score) over the same scan, few and many classes, many groups."""
from harness import ROWS, WORKER, compare, cursor, rows

TABLE = "bench_decision"
CLASSES = 100
GROUPS = 100000


def make_table():
    if rows("SELECT to_regclass(%s)", TABLE)[0][0] is None:
        cursor.execute(f"CREATE TABLE {TABLE} (label boolean, predicted boolean, score float8, weight float8, y int, p int, part int, truth text, guess text)")
        cursor.execute(f"""INSERT INTO {TABLE} SELECT l, CASE WHEN random() < 0.8 THEN l ELSE NOT l END, random(), 2 * random(), y, p, i % {GROUPS},
            'class ' || y, 'class ' || p
            FROM (SELECT i, random() < 0.3 AS l, y, CASE WHEN random() < 0.5 THEN y ELSE (random() * {CLASSES - 1})::int END AS p
                  FROM (SELECT i, (random() * {CLASSES - 1})::int AS y FROM generate_series(1, {ROWS}) AS i) AS r) AS r""")
        cursor.execute(f"VACUUM (FREEZE, ANALYZE) {TABLE}")
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
        rows(f"SELECT pg_prewarm('{TABLE}')")


def select(expressions, rest=""):
    return f"SELECT {expressions} FROM {TABLE} {rest}"


def by_group(aggregate):
    return f"SELECT count(x) FROM (SELECT {aggregate} AS x FROM {TABLE} GROUP BY part OFFSET 0) AS t"


make_table()
compare(f"binary decisions over {ROWS} rows", "avg(score)", {
    "avg(score)": select("avg(score)"),
    "f1_score(label, predicted)": (select("mlops.f1_score(label, predicted)"), "", "<= 1.1"),
    "f1_score(label, score >= 0.5)": (select("mlops.f1_score(label, score >= 0.5)"), "", "<= 1.1"),
    "five metrics": (select("mlops.f1_score(label, predicted), mlops.accuracy(label, predicted), mlops.recall_score(label, predicted), "
                            "mlops.npv(label, predicted), mlops.matthews_corrcoef(label, predicted)"), "", "<= 1.1"),
    "f1_score(label, predicted, weight)": select("mlops.f1_score(label, predicted, weight)"),
    "f1_score, 1 worker": (select("mlops.f1_score(label, predicted)"), WORKER),
})
compare(f"{CLASSES} classes", "avg(score)", {
    "avg(score)": select("avg(score)"),
    "integer, macro F1": (select("mlops.f1_score(y, p, 'macro')"), "", "<= 1.5"),
    "text, macro F1": (select("mlops.f1_score(truth, guess, 'macro')"), "", "<= 1.5"),
    "count(guess)": select("count(guess)"),
    "text, weights": select("mlops.f1_score(truth, guess, 'macro', weight)"),
    "equalized_odds_difference, 100 groups": select("mlops.equalized_odds_difference(label, predicted, truth)"),
})
compare(f"{GROUPS} groups", "avg(score)", {
    "avg(score)": by_group("avg(score)"),
    "f1_score(label, predicted)": (by_group("mlops.f1_score(label, predicted)"), "", "no quadratic behaviour"),
    "f1_score(label, predicted, weight)": (by_group("mlops.f1_score(label, predicted, weight)"), "", "no quadratic behaviour"),
    "text, macro F1": (by_group("mlops.f1_score(truth, guess, 'macro')"), "", "no quadratic behaviour"),
    "integer, macro F1": (by_group("mlops.f1_score(y, p, 'macro')"), "", "no quadratic behaviour"),
})
