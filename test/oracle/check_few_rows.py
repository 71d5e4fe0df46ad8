"""Intervals and comparisons of few rows, by simulation with the truth of known distributions.

Normal scores of two classes, 50 to 300 rows, from 5 positives on; errors of four distributions.  Drawn here from fixed
seeds and sent to the server, which answers for all draws of a setting in one query.  Each share of intervals that hold
the truth, and of comparisons of equals that find a difference, must be what docs/reference/intervals.md says.

MLOPS_FEW_ROWS is the number of draws: 500 and more give the tables of docs/reference/intervals.md, which are printed then (some
minutes).  Without it two settings have 150, and what is accepted is what all but one in a million such simulations give.
"""
import os

import numpy as np
import pandas as pd
from scipy import stats

from harness import check, cursor, load, rows

DRAWS = int(os.environ.get("MLOPS_FEW_ROWS", "150"))
FULL = DRAWS >= 500
generator = np.random.default_rng(2026)
phi = stats.norm.cdf
x = np.linspace(-12, 16, 100001)
table = {}                   # (kind, function): {setting: share}


def integral(values):
    return float(np.trapezoid(values, x) if hasattr(np, "trapezoid") else np.trapz(values, x))


def held(name, setting, hits, least=0.92, most=1.0):
    """the share of DRAWS lies between least and most, as far as so many draws tell"""
    table.setdefault(("interval", name), {})[setting] = hits / DRAWS
    low, high = stats.binom.ppf(1e-6, DRAWS, least), stats.binom.ppf(1 - 1e-6, DRAWS, most)
    check(name, f"holds the truth in {hits} of {DRAWS}, {setting}", float(low <= hits <= high), 1.0)


def alarmed(name, setting, alarms, most=0.06):
    table.setdefault(("compare", name), {})[setting] = alarms / DRAWS
    high = stats.binom.ppf(1 - 1e-6, DRAWS, most)
    check(name, f"finds a difference of equals in {alarms} of {DRAWS}, {setting}", float(alarms <= high), 1.0)


def truths(pi, mu, cut):
    tpr, fpr = float(phi(mu - cut)), float(phi(-cut))
    tp, fp, fn, tn = pi * tpr, (1 - pi) * fpr, pi * (1 - tpr), (1 - pi) * (1 - fpr)
    positive, negative = pi * stats.norm.pdf(x - mu), (1 - pi) * stats.norm.pdf(x)
    posterior = positive / (positive + negative)
    tail_p, tail_n = pi * phi(mu - x), (1 - pi) * phi(-x)
    chance = (tp + fp) * pi + (fn + tn) * (1 - pi)
    return {
        "roc_auc": float(phi(mu / 2 ** 0.5)), "ks_score": float(2 * phi(mu / 2) - 1), "average_precision": integral(positive * tail_p / np.maximum(tail_p + tail_n, 1e-300)) / pi,
        "log_loss": -integral(positive * np.log(np.maximum(posterior, 1e-300)) + negative * np.log1p(-np.minimum(posterior, 1 - 1e-16))),
        "brier_score": integral(positive * (1 - posterior) ** 2 + negative * posterior ** 2),
        "accuracy": tp + tn, "balanced_accuracy": (tpr + 1 - fpr) / 2, "precision_score": tp / (tp + fp), "recall_score": tpr, "specificity": 1 - fpr, "f1_score": 2 * tp / (2 * tp + fp + fn),
        "fbeta_score": 5 * tp / (5 * tp + 4 * fn + fp), "matthews_corrcoef": (tp * tn - fp * fn) / ((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)) ** 0.5,
        "cohen_kappa": (tp + tn - chance) / (1 - chance)}


def draw(n, positives, mu):
    """two versions of the same quality, whose scores correlate"""
    y = np.tile(np.arange(n) < positives, DRAWS)
    z = generator.standard_normal((2, DRAWS * n))
    a, b = mu * y + z[0], mu * y + 0.7 * z[0] + 0.51 ** 0.5 * z[1]
    pi = positives / n
    p = pi * np.exp(-0.5 * (a - mu) ** 2) / (pi * np.exp(-0.5 * (a - mu) ** 2) + (1 - pi) * np.exp(-0.5 * a ** 2))
    cut = 0.75 * mu
    load("oracle_few", "ds int, y boolean, a float8, b float8, p float8, da boolean, db boolean",
         pd.DataFrame({"ds": np.repeat(np.arange(DRAWS), n), "y": y, "a": a, "b": b, "p": p, "da": a >= cut, "db": b >= cut}))
    return truths(pi, mu, cut)


# what is known to hold less often where a mean of losses rests on five rows, and how seldom it may be
RARE = {"log_loss": 0.80, "brier_score": 0.84, "average_precision": 0.80, "cohen_kappa": 0.91, "recall_score": 0.90, "fbeta_score": 0.91}
cursor.execute("SET max_parallel_workers_per_gather = 0")
for n, positives in ((50, 5), (100, 5), (100, 30), (300, 15)) if FULL else ((100, 5),):
    for auc in (0.75, 0.9, 0.97) if FULL else (0.75, 0.97):
        mu = float(stats.norm.ppf(auc) * 2 ** 0.5)
        truth, setting = draw(n, positives, mu), (n, positives, auc)
        arguments = {"roc_auc": "y, a", "ks_score": "y, a", "average_precision": "y, a", "log_loss": "y, p", "brier_score": "y, p"}
        states = {"y, a": "two_samples(a, y)", "y, p": "probability(y, p)", "y, da": "confusion(y, da)"}
        calls = {m: f"mlops.metric_ci(mlops.{states[arguments.get(m, 'y, da')]}, '{m}'{', beta => 2' if m == 'fbeta_score' else ''})" for m in truth}
        inner = ", ".join(f"{call} AS c{k}" for k, call in enumerate(calls.values()))
        outer = ", ".join(f"count(*) FILTER (WHERE (c{k}).lower <= {truth[m]!r}::float8 + 1e-12 AND {truth[m]!r}::float8 - 1e-12 <= (c{k}).upper)" for k, m in enumerate(calls))
        for m, hits in zip(calls, rows(f"SELECT {outer} FROM (SELECT {inner} FROM oracle_few GROUP BY ds OFFSET 0) AS t")[0]):
            held("metric_ci " + m, setting, hits, RARE.get(m, 0.92) if positives < 30 else 0.92)
        cursor.execute("DROP TABLE IF EXISTS oracle_few_summary; CREATE TEMP TABLE oracle_few_summary AS SELECT ds, mlops.scores(y, a) AS s, mlops.confusion(y, da) AS c, "
                       "mlops.compare(y, a, b) AS auc, mlops.compare(y, da, db) AS accuracy FROM oracle_few GROUP BY ds")
        metrics = ("accuracy", "balanced_accuracy", "precision_score", "recall_score", "specificity", "f1_score", "matthews_corrcoef", "cohen_kappa")
        pairs = {"paired roc_auc": "a.auc", "paired accuracy": "a.accuracy", "roc_auc": "mlops.compare(a.s, b.s)", **{m: f"mlops.compare(a.c, b.c, '{m}')" for m in metrics}}
        inner = ", ".join(f"{call} AS c{k}" for k, call in enumerate(pairs.values()))
        outer = ", ".join(f"count(*) FILTER (WHERE (c{k}).p_value < 0.05), count(*) FILTER (WHERE ((c{k}).p_value < 0.05) <> ((c{k}).lower > 0 OR (c{k}).upper < 0))" for k in range(len(pairs)))
        got = rows(f"SELECT {outer} FROM (SELECT {inner} FROM oracle_few_summary AS a JOIN oracle_few_summary AS b ON b.ds = (a.ds + 1) %% {DRAWS} OFFSET 0) AS t")[0]
        for k, name in enumerate(pairs):
            alarmed("compare " + name, setting, got[2 * k])
            check("compare " + name, f"contradictions of test and interval, {setting}", float(got[2 * k + 1]), 0.0)
cursor.execute("DROP TABLE oracle_few, oracle_few_summary")

# -- errors of regressions: what heavy tails do -----------------------------------

LAWS = {"normal": (lambda size: generator.standard_normal(size), (2 / np.pi) ** 0.5, 1.0), "Laplace": (lambda size: generator.laplace(size=size), 1.0, 2.0),
        "Student t, 3 df": (lambda size: generator.standard_t(3, size), 2 * 3 ** 0.5 / np.pi, 3.0), "lognormal": (lambda size: np.exp(generator.standard_normal(size)), np.exp(0.5), np.exp(2.0))}
LEAST = {"normal": 0.92, "Laplace": 0.86, "Student t, 3 df": 0.60, "lognormal": 0.50}
for n in (50, 100, 500):
    for law, (errors, mae, mse) in LAWS.items():
        load("oracle_few_errors", "ds int, e float8", pd.DataFrame({"ds": np.repeat(np.arange(DRAWS), n), "e": errors(DRAWS * n)}))
        got = rows(f"SELECT count(*) FILTER (WHERE (m).lower <= {mae!r} AND {mae!r} <= (m).upper), count(*) FILTER (WHERE (r).lower <= {mse ** 0.5!r} AND {mse ** 0.5!r} <= (r).upper) "
                   f"FROM (SELECT mlops.mae_ci(0, e) AS m, mlops.rmse_ci(0, e) AS r FROM oracle_few_errors GROUP BY ds OFFSET 0) AS t".replace("np.float64", ""))[0]
        held("mae_ci", (n, law), got[0], 0.86 if law == "lognormal" else 0.92)
        held("rmse_ci", (n, law), got[1], LEAST[law])
cursor.execute("DROP TABLE oracle_few_errors")

# -- the calibration error of probabilities that are right ---------------------------

for n, expected in ((100, 0.101), (300, 0.058), (1000, 0.032), (10000, 0.0101)):
    draws = max(20, min(DRAWS, 200000 // n))
    p = generator.uniform(size=draws * n)
    load("oracle_few_ece", "ds int, y boolean, p float8", pd.DataFrame({"ds": np.repeat(np.arange(draws), n), "y": generator.uniform(size=draws * n) < p, "p": p}))
    got = rows("SELECT avg(e), stddev(e) FROM (SELECT mlops.expected_calibration_error(y, p) AS e FROM oracle_few_ece GROUP BY ds) AS t")[0]
    table.setdefault(("bias", "expected_calibration_error"), {})[n] = got[0]
    check("expected_calibration_error", f"of right probabilities, {n} rows: {got[0]}", float(abs(got[0] - expected) <= 0.02 * expected + 6 * got[1] / draws ** 0.5), 1.0)
cursor.execute("DROP TABLE oracle_few_ece")
cursor.execute("RESET max_parallel_workers_per_gather")

if FULL:
    for kind in ("interval", "compare", "bias"):
        print(f"# {kind}, {DRAWS} draws")
        settings = []
        for (k, _), shares in table.items():
            settings += [s for s in shares if k == kind and s not in settings]
        for (k, name), shares in table.items():
            if k == kind:
                print("| `" + name + "` |", " | ".join(f"{s}: {100 * v:.1f}" if kind != "bias" else f"{s}: {v:.4f}" for s, v in shares.items()), "|")
