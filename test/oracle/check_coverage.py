"""Coverage of 95 percent intervals, with the true metrics of known distributions.

2,000 data sets of 300 rows are drawn on the server from distributions whose true
metrics are known, and the interval of every metric is asked for all of them.  Coverage must
be within 2 points of nominal (its own standard error is half a point), and tests
of what is equal must reject about 5 percent.
"""
import math

import numpy as np
from scipy import stats

from harness import check, cursor, rows

SETS, ROWS = 2000, 300
PI, MU, CUT = 0.4, 1.2, 0.7          # share of positives, their mean score, the decision
cursor.execute("SELECT setseed(0.42)")
cursor.execute(f"""
    DROP TABLE IF EXISTS oracle_coverage;
    CREATE TABLE oracle_coverage AS
    SELECT ds, y, s, s2, s3, p, s >= {CUT} AS d, s3 >= {CUT} AS d3, a, f, f2, f3
    FROM (SELECT ds, y, s, s2, s3, {PI} * exp(-0.5 * (s - {MU})^2) / ({PI} * exp(-0.5 * (s - {MU})^2) + {1 - PI} * exp(-0.5 * s^2)) AS p,
                 a, a * 1.1 + 0.5 * z2 AS f, a * 1.1 + 0.5 * z3 AS f2, a * 1.05 + 0.6 * z3 AS f3
          FROM (SELECT ds, y, y::int * {MU} + n1 AS s, y::int * {MU} + 0.6 * n1 + 0.8 * n2 AS s2, y::int * 1.5 + 0.6 * n1 + 0.8 * n2 AS s3,
                       exp(1 + 0.4 * n3) AS a, n4 AS z2, n5 AS z3
                FROM (SELECT ds, y < {PI} AS y, sqrt(-2 * ln(1 - u1)) * cos(2 * pi() * v1) AS n1, sqrt(-2 * ln(1 - u1)) * sin(2 * pi() * v1) AS n2,
                             sqrt(-2 * ln(1 - u2)) * cos(2 * pi() * v2) AS n3, sqrt(-2 * ln(1 - u2)) * sin(2 * pi() * v2) AS n4,
                             sqrt(-2 * ln(1 - u3)) * cos(2 * pi() * v3) AS n5
                      FROM (SELECT ds, random() AS y, random() AS u1, random() AS v1, random() AS u2, random() AS v2, random() AS u3, random() AS v3
                            FROM generate_series(1, {SETS}) AS ds, generate_series(1, {ROWS}) OFFSET 0) AS uniform OFFSET 0) AS normal) AS scored) AS drawn""")
cursor.execute("ANALYZE oracle_coverage")
cursor.execute("SET max_parallel_workers_per_gather = 0")

# -- the truth -------------------------------------------------------------------

phi = stats.norm.cdf
tpr, fpr = float(phi(MU - CUT)), float(phi(-CUT))
tp, fp, fn, tn = PI * tpr, (1 - PI) * fpr, PI * (1 - tpr), (1 - PI) * (1 - fpr)
x = np.linspace(-10, 12, 200001)
positive, negative = PI * stats.norm.pdf(x - MU), (1 - PI) * stats.norm.pdf(x)
posterior = positive / (positive + negative)
tail_p, tail_n = PI * phi(MU - x), (1 - PI) * phi(-x)


def integral(values):
    return np.trapezoid(values, x) if hasattr(np, "trapezoid") else np.trapz(values, x)


z = np.linspace(-8, 8, 2001)
w = stats.norm.pdf(z)
w /= w.sum()
A = np.exp(1 + 0.4 * z)[:, None]


def error_truth(slope, spread):
    f = slope * A + spread * z[None, :]
    e, weight = f - A, w[:, None] * w[None, :]
    mean = lambda v: float((v * weight).sum())
    va = mean(A ** 2 + 0 * f) - mean(A + 0 * f) ** 2
    return {"mean_error": mean(e), "mae": mean(abs(e)), "mse": mean(e * e), "rmse": math.sqrt(mean(e * e)),
            "mape": mean(abs(e) / A), "smape": mean(2 * abs(e) / (abs(A) + abs(f))), "wape": mean(abs(e)) / mean(A + 0 * f),
            "r2_score": 1 - mean(e * e) / va, "explained_variance": 1 - (mean(e * e) - mean(e) ** 2) / va}


auc = float(phi(MU / math.sqrt(2)))
chance = (tp + fp) * PI + (fn + tn) * (1 - PI)
truth = {
    "label, score": {"roc_auc": auc, "gini": 2 * auc - 1, "ks_score": 2 * phi(MU / 2) - 1, "average_precision": integral(positive * tail_p / (tail_p + tail_n)) / PI},
    "label, probability": {"log_loss": -integral(positive * np.log(posterior) + negative * np.log1p(-posterior)),
                           "brier_score": integral(positive * (1 - posterior) ** 2 + negative * posterior ** 2)},
    "label, predicted": {"accuracy": tp + tn, "balanced_accuracy": (tpr + 1 - fpr) / 2, "hamming_loss": fp + fn,
                         "precision_score": tp / (tp + fp), "recall_score": tpr, "specificity": 1 - fpr, "npv": tn / (tn + fn),
                         "fpr": fpr, "fnr": 1 - tpr, "f1_score": 2 * tp / (2 * tp + fp + fn), "jaccard_score": tp / (tp + fp + fn),
                         "matthews_corrcoef": (tp * tn - fp * fn) / math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)),
                         "cohen_kappa": (tp + tn - chance) / (1 - chance)},
    "actual, predicted": error_truth(1.1, 0.5),
    "value": {"mean": 0.0}}
truth = {kind: {name: float(value) for name, value in values.items()} for kind, values in truth.items()}
arguments = {"label, score": "y, s", "label, probability": "y, p", "label, predicted": "y, d", "actual, predicted": "a, f", "value": "s - y::int * %s" % MU}
summaries = {"label, score": "two_samples(s, y)", "label, probability": "probability(y, p)", "label, predicted": "confusion(y, d)", "actual, predicted": "error_moments(a, f)"}
DIRECT = ("accuracy", "f1_score", "precision_score", "recall_score", "roc_auc", "log_loss", "brier_score", "mae", "rmse", "r2_score", "mean")


def interval_of(name, kind):
    """over the rows where that has a name of its own, of the summary otherwise"""
    return f"mlops.{name}_ci({arguments[kind]})" if name in DIRECT else f"mlops.metric_ci(mlops.{summaries[kind]}, '{name}')"


def report(name, where, share, nominal=0.95):
    check(name, f"coverage of {where}: {share}", 1.0 if share is not None and abs(float(share) - nominal) <= 0.02 else 0.0, 1.0)


# -- aggregates over the rows ----------------------------------------------------

for kind, values in truth.items():
    names = list(values)
    inner = ", ".join(f"{interval_of(n, kind)} AS c{k}" for k, n in enumerate(names))
    outer = ", ".join(f"avg(((c{k}).lower <= {values[n]!r}::float8 AND {values[n]!r}::float8 <= (c{k}).upper)::int)" for k, n in enumerate(names))
    got = rows(f"SELECT {outer} FROM (SELECT ds, {inner} FROM oracle_coverage GROUP BY ds OFFSET 0) AS t")[0]
    for name, share in zip(names, got):
        report(name + "_ci" if name in DIRECT else "metric_ci " + name, kind, share)

# -- methods, summaries, the bootstrap -------------------------------------------

others = {
    "roc_auc_ci delong": ("mlops.roc_auc_ci(scores, 0.95, 'delong')", auc),
    "metric_ci fbeta_score": ("mlops.metric_ci(confusion, 'fbeta_score', beta => 2)", 5 * tp / (5 * tp + 4 * fn + fp)),
    "mae_ci of errors": ("mlops.mae_ci(errors)", truth["actual, predicted"]["mae"]),
    "bootstrap_ci auc": ("mlops.bootstrap_ci(scores, 'roc_auc', 200)", auc),
    "bootstrap_ci f1": ("mlops.bootstrap_ci(confusion, 'f1_score')", truth["label, predicted"]["f1_score"]),
    "bootstrap_ci mcc": ("mlops.bootstrap_ci(confusion, 'matthews_corrcoef', method => 'bca')", truth["label, predicted"]["matthews_corrcoef"])}
for method in ("wilson", "clopper_pearson", "agresti_coull", "jeffreys", "wald"):
    others[f"proportion_ci {method}"] = (f"mlops.proportion_ci(mlops.tp(confusion) + mlops.tn(confusion), mlops.n(confusion), 0.95, '{method}')", tp + tn)
inner = ", ".join(f"{call} AS c{k}" for k, (call, _) in enumerate(others.values()))
outer = ", ".join(f"avg(((c{k}).lower <= {t!r}::float8 AND {t!r}::float8 <= (c{k}).upper)::int)" for k, (_, t) in enumerate(others.values()))
got = rows(f"SELECT {outer} FROM (SELECT {inner} FROM (SELECT mlops.scores(y, s) AS scores, mlops.confusion(y, d) AS confusion, "
           f"mlops.errors(a, f) AS errors FROM oracle_coverage GROUP BY ds OFFSET 0) AS u OFFSET 0) AS t")[0]
for name, share in zip(others, got):
    report(name, "the summary", share)

# -- comparisons: the difference is covered, what is equal is rejected 5 times in 100

e, e3 = error_truth(1.1, 0.5), error_truth(1.05, 0.6)
tpr3, fpr3 = float(phi(1.5 - CUT)), fpr
acc3 = PI * tpr3 + (1 - PI) * (1 - fpr3)
differences = {
    "compare paired scores": ("mlops.compare(y, s, s3)", float(phi(1.5 / math.sqrt(2))) - auc),
    "compare paired decisions": ("mlops.compare(y, d, d3)", acc3 - tp - tn),
    "compare_errors": ("mlops.compare_errors(a, f, f3)", e3["mae"] - e["mae"]),
    "compare_squared_errors": ("mlops.compare_squared_errors(a, f, f3)", e3["mse"] - e["mse"])}
for name, (call, t) in differences.items():
    share = rows(f"SELECT avg(((c).lower <= {t!r}::float8 AND {t!r}::float8 <= (c).upper)::int) FROM (SELECT {call} AS c FROM oracle_coverage GROUP BY ds OFFSET 0) AS t")[0][0]
    report(name, "the difference", share)
for name, call in {"delong_test": "(mlops.delong_test(y, s, s2)).p_value", "compare_errors": "(mlops.compare_errors(a, f, f2)).p_value"}.items():
    report(name, "no difference", rows(f"SELECT avg((p >= 0.05)::int) FROM (SELECT {call} AS p FROM oracle_coverage GROUP BY ds OFFSET 0) AS t")[0][0])
unpaired = {"compare scores": "mlops.compare(a.scores, b.scores)", "compare confusion": "mlops.compare(a.confusion, b.confusion)",
            "compare f1": "mlops.compare(a.confusion, b.confusion, 'f1_score')", "compare errors": "mlops.compare(a.errors, b.errors)",
            "compare moments": "mlops.compare(a.moments, b.moments, 'rmse')"}
inner = ", ".join(f"{call} AS c{k}" for k, call in enumerate(unpaired.values()))
outer = ", ".join(f"avg(((c{k}).lower <= 0 AND 0 <= (c{k}).upper)::int), avg(((c{k}).p_value >= 0.05)::int)" for k in range(len(unpaired)))
got = rows(f"WITH summary AS MATERIALIZED (SELECT ds, mlops.scores(y, s) AS scores, mlops.confusion(y, d) AS confusion, mlops.errors(a, f) AS errors, "
           f"mlops.error_moments(a, f) AS moments FROM oracle_coverage GROUP BY ds) SELECT {outer} FROM (SELECT {inner} "
           f"FROM summary AS a JOIN summary AS b ON b.ds = a.ds %% {SETS} + 1 OFFSET 0) AS t")[0]
for k, name in enumerate(unpaired):
    report(name, "the difference", got[2 * k])
    report(name, "no difference", got[2 * k + 1])

# -- without labels: what the labels then show -------------------------------------

for name in ("accuracy", "precision_score", "recall_score", "f1_score", "specificity"):
    share = rows(f"SELECT avg(((c).lower <= r AND r <= (c).upper)::int) FROM (SELECT mlops.metric_ci(mlops.cbpe(p, d), '{name}') AS c, mlops.{name}(y, d) AS r "
                 f"FROM oracle_coverage GROUP BY ds OFFSET 0) AS t")[0][0]
    report("metric_ci " + name, "the realised metric without labels", share)

# -- three classes, and groups that differ, are equal ------------------------------

CLASS_SETS, SHARE = 1000, [0.5, 0.3, 0.2]
ROW = [[0.8, 0.1, 0.1], [0.28, 0.6, 0.12], [0.12, 0.18, 0.7]]      # of each label: how often each prediction
joint = np.array(SHARE)[:, None] * np.array(ROW)
hits, support, predicted, right = np.diag(joint), joint.sum(1), joint.sum(0), float(np.trace(joint))
by_chance = float(support @ predicted)
cursor.execute(f"""
    DROP TABLE IF EXISTS oracle_class_coverage;
    CREATE TABLE oracle_class_coverage AS
    SELECT ds, y, CASE WHEN v < r[y][1] THEN 1 WHEN v < r[y][1] + r[y][2] THEN 2 ELSE 3 END AS p, g < 0.5 AS two, floor(3 * g)::int AS three, w, w < 0.4 AS equal, l < 0.5 AS l
    FROM (SELECT ds, CASE WHEN u < {SHARE[0]} THEN 1 WHEN u < {SHARE[0] + SHARE[1]} THEN 2 ELSE 3 END AS y, v, w, g, l, ARRAY{ROW} AS r
          FROM (SELECT ds, random() AS u, random() AS v, random() AS w, random() AS g, random() AS l
                FROM generate_series(1, {CLASS_SETS}) AS ds, generate_series(1, {ROWS}) OFFSET 0) AS uniform) AS t""")
cursor.execute("ANALYZE oracle_class_coverage")
classes = {
    "metric_ci accuracy": ("mlops.metric_ci(c, 'accuracy')", right),
    "metric_ci hamming_loss": ("mlops.metric_ci(c, 'hamming_loss')", 1 - right),
    "metric_ci f1_score": ("mlops.metric_ci(c, 'f1_score')", float(np.mean(2 * hits / (support + predicted)))),
    "bootstrap_ci mcc": ("mlops.bootstrap_ci(c, 'matthews_corrcoef', 400)", (right - by_chance) / math.sqrt((1 - support @ support) * (1 - predicted @ predicted))),
    "bootstrap_ci": ("mlops.bootstrap_ci(c, 'f1_score', 400, method => 'bca')", float(np.mean(2 * hits / (support + predicted))))}
groups = {
    "demographic_parity_difference": ("two", "w < CASE WHEN two THEN 0.3 ELSE 0.5 END", 0.2),
    "demographic_parity_difference of equals": ("two", "equal", 0.0),
    "demographic_parity_difference of three equals": ("three", "equal", 0.0),
    "equal_opportunity_difference": ("two", "w < CASE WHEN two THEN 0.3 ELSE 0.5 END", 0.2)}


def covered(calls, summaries):
    inner = ", ".join(f"{call} AS c{k}" for k, (call, _) in enumerate(calls.values()))
    outer = ", ".join(f"avg(((c{k}).lower <= {float(t)!r}::float8 AND {float(t)!r}::float8 <= (c{k}).upper)::int)" for k, (_, t) in enumerate(calls.values()))
    return zip(calls, rows(f"SELECT {outer} FROM (SELECT {inner} FROM (SELECT {summaries} FROM oracle_class_coverage GROUP BY ds OFFSET 0) AS u OFFSET 0) AS t")[0])


def near(name, where, share):
    """within 3 points: with 1,000 sets the error of the coverage is 0.7"""
    check(name, f"coverage of {where}: {share}", float(abs(float(share) - 0.95) <= 0.03), 1.0)


for name, share in covered(classes, "mlops.class_confusion(y, p) AS c"):
    near(name, "three classes", share)
for name, (group, decision, t) in groups.items():
    name, _, where = name.partition(" of ")
    for _, share in covered({name: (f"mlops.bootstrap_ci(c, '{name}', 400)", t)}, f"mlops.group_confusion(l, {decision}, {group}::text) AS c"):
        near("bootstrap_ci " + name, where or "groups", share)
# several groups that differ: wider than need be, never narrower
for _, share in covered({"": ("mlops.bootstrap_ci(c, 'demographic_parity_difference', 400)", 0.2)}, "mlops.group_confusion(l, w < 0.3 + 0.1 * three, three::text) AS c"):
    check("bootstrap_ci demographic_parity_difference", f"coverage of three groups: {share}", float(float(share) >= 0.93), 1.0)
cursor.execute("RESET max_parallel_workers_per_gather")
cursor.execute("DROP TABLE oracle_class_coverage")
cursor.execute("DROP TABLE oracle_coverage")
