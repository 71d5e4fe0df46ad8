"""Curves, thresholds, cut-offs, calibration and the certified bounds of scores, with scikit-learn and numpy."""
import math

import numpy as np
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve

from datasets import f, sets, usable
from harness import check, cursor, rows


def near(got, want):
    """1.0 when both arrays agree within the tolerance, for check()"""
    got, want = np.asarray(got, float), np.asarray(want, float)
    if got.shape != want.shape:
        return 0.0
    same = (got == want) | (np.isnan(got) & np.isnan(want)) | (abs(got - want) <= 1e-12 * np.maximum(1, abs(want)))
    return float(same.all())


def curves(function, source, key, arguments="", state="ranking(label, score)", where="true"):
    """{key: rows of a set-returning function as an array}"""
    result = {}
    for k, *values in rows(f"SELECT {key}, c.* FROM (SELECT {key}, mlops.{state} AS r FROM {source} WHERE {where} GROUP BY 1) AS t, mlops.{function}(r{arguments}) AS c"):
        result.setdefault(k, []).append([math.nan if v is None else float(v) for v in values])
    return {k: np.array(v) for k, v in result.items()}


class Walk:
    """tie groups from the highest score down, with what is at or above each"""

    def __init__(self, y, s):
        self.y, self.s, self.n, self.P, self.N = y, s, len(y), int(y.sum()), int(len(y) - y.sum())
        self.threshold = np.concatenate([[np.inf], np.unique(s)[::-1]])
        order = np.sort(s)
        positive = np.sort(s[y == 1])
        rows_at = self.n - np.searchsorted(order, self.threshold[1:], side="left")
        self.tp = np.concatenate([[0], self.P - np.searchsorted(positive, self.threshold[1:], side="left")]).astype(int)
        self.rows = np.concatenate([[0], rows_at]).astype(int)
        self.fp = self.rows - self.tp

    def expected(self, m):
        return np.interp(m, self.rows, self.tp)

    def objective(self, name, fp_cost=1.0, fn_cost=1.0):
        tp, fp, fn, tn = (np.array([int(v) for v in a], dtype=object) for a in (self.tp, self.fp, self.P - self.tp, self.N - self.fp))
        with np.errstate(all="ignore"):
            if name == "f1":
                return np.array([2 * a / (2 * a + b + c) if 2 * a + b + c else 0.0 for a, b, c in zip(tp, fp, fn)])
            if name == "accuracy":
                return ((tp + tn) / self.n).astype(float)
            if name == "cost":
                return (fp * fp_cost + fn * fn_cost).astype(float)
            if name == "youden":
                return ((tp * self.N - fp * self.P) / (self.P * self.N)).astype(float)
            if name == "balanced_accuracy":
                if self.P and self.N:
                    return (((tp * self.N + tn * self.P)) / (2 * self.P * self.N)).astype(float)
                return (tp / self.n if self.P else tn / self.n).astype(float)
            if name == "mcc":
                product = [(a + b) * (a + c) * (d + b) * (d + c) for a, b, c, d in zip(tp, fp, fn, tn)]
                return np.array([(a * d - b * c) / math.sqrt(q) if q else 0.0 for a, b, c, d, q in zip(tp, fp, fn, tn, product)])


def rows_of(fraction, n):
    product = fraction * n
    return int(max(1, round(product) if abs(product - round(product)) <= product * 2.0**-52 else math.ceil(product)))


def slices(y, s, bins):
    """(n, mean probability, share of positives) of equal-count slices, ties sharing their positives"""
    n = len(s)
    bins = max(1, n // 2) if n <= 2 * bins else bins
    order = np.argsort(s, kind="mergesort")
    s, y = s[order], y[order].astype(float)
    _, group = np.unique(s, return_inverse=True)
    y = (np.bincount(group, y) / np.bincount(group))[group]
    width = n // bins
    cuts = [j * width for j in range(bins)] + [n]
    return np.array([(b - a, s[a:b].mean(), y[a:b].mean()) for a, b in zip(cuts, cuts[1:])])


def uniform(y, s, bins):
    edges = np.arange(bins + 1) / bins
    at = np.clip(np.searchsorted(edges, s, side="left") - 1, 0, bins - 1)
    return np.array([(np.sum(at == b), s[at == b].mean(), y[at == b].mean()) for b in np.unique(at)])


def calibration_numbers(table, base):
    n, gap = table[:, 0], abs(table[:, 1] - table[:, 2])
    return (np.sum(n * gap) / n.sum(), gap.max(), np.sum(n * gap**2) / n.sum(), np.sum(n * (table[:, 2] - base) ** 2) / n.sum(), base * (1 - base))


FRACTIONS = (0.05, 0.3, 0.5, 1.0)
OBJECTIVES = ("f1", "youden", "accuracy", "balanced_accuracy", "mcc", "cost")
SETTINGS = ((10, "uniform"), (7, "uniform"), (10, "quantile"), (4, "quantile"))
NUMBERS = ([f"partial_roc_auc({m})" for m in FRACTIONS] + [f"lift_at({m})" for m in FRACTIONS] + ["ks_threshold()"] +
           [f"{name}({k})" for name in ("precision_at_k", "recall_at_k") for k in (1, 25, 700)])
ERRORS = [f"{name}({b}, '{s}')" for b, s in SETTINGS for name in ("expected_calibration_error", "maximum_calibration_error")]


def call(expression, arguments):
    name, options = expression[:-1].split("(", 1)
    return f"mlops.{name}({arguments}{', ' if options else ''}{options})"


def numbers_reference(w):
    both = w.P > 0 and w.N > 0
    want = []
    for m in FRACTIONS:
        want.append(sk.roc_auc_score(w.y, w.s, max_fpr=None if m == 1 else m) if both else None)
    for m in FRACTIONS:
        k = rows_of(m, w.n)
        want.append(w.expected(k) / k * w.n / w.P if w.P else None)
    gap = abs(w.tp.astype(object) * w.N - w.fp.astype(object) * w.P)
    want.append(w.threshold[np.argmax(gap)] if both else None)
    for k in (1, 25, 700):
        want.append(w.expected(min(k, w.n)) / k)
    for k in (1, 25, 700):
        want.append(w.expected(min(k, w.n)) / w.P if w.P else None)
    return want


def compare_numbers(source, key, data):
    for argument, state in (("label = 1, score", None), ("r", "ranking(label, score)"), ("r", "scores(label, score, 65536)")):
        names = NUMBERS + (ERRORS if state else [])
        expressions = [call(e, argument) for e in names]
        inner = f"SELECT {key}, mlops.{state} AS r FROM {source} GROUP BY 1" if state else f"SELECT * FROM {source}"
        clean = "" if state else " GROUP BY 1"
        for k, *got in rows(f"SELECT {key}, {', '.join(expressions)} FROM ({inner}) AS t{clean}"):
            y, s = data[k]
            summary = state is not None and state.startswith("scores")
            nan = np.isnan(s)
            if nan.any() and not summary:
                want = [math.nan] * len(got)
            else:
                y, s = y[~nan], s[~nan]
                want = numbers_reference(Walk(y, s)) if len(y) else [None] * len(NUMBERS)
                for b, strategy in SETTINGS:
                    errors = calibration_numbers((uniform if strategy == "uniform" else slices)(y, s, b), y.mean())[:2] if len(y) else (None, None)
                    want += [math.nan] * 2 if nan.any() else errors
            for name, g, v in zip(names, got, want):
                check(name.split("(")[0], f"{name} {argument} {state} {k}", g, v)


def compare_curves(source, key, data):
    roc = curves("roc_curve", source, key)
    turns = curves("roc_curve", source, key, ", true")
    short = curves("roc_curve", source, key, ", max_points => 30")
    pr = curves("pr_curve", source, key)
    gain = curves("gain_lift", source, key, ", 7")
    summary = {name: curves(name, source, key, options, "scores(label, score, 65536)")
               for name, options in (("roc_curve", ""), ("pr_curve", ""), ("gain_lift", ", 7"))}
    for k, (y, s) in data.items():
        if len(y) == 0:
            check("ranking", f"no rows {k}", float(k in roc or k in pr or k in gain), 0.0)
            continue
        if np.isnan(s).any():
            check("roc_curve", f"NaN {k}", float(np.isnan(roc[k]).all()), 1.0)
            continue
        w = Walk(y, s)
        with np.errstate(all="ignore"):
            tpr, fpr = w.tp / w.P, w.fp / w.N
            check("ranking", f"roc {k}", near(roc[k], np.column_stack([w.threshold, fpr, tpr])), 1.0)
            precision = np.concatenate([[1.0], w.tp[1:] / w.rows[1:]])
            check("ranking", f"pr {k}", near(pr[k], np.column_stack([np.where(np.isinf(w.threshold), np.nan, w.threshold), precision, tpr])), 1.0)
            ends = np.array([-(-b * w.n // 7) for b in range(8)])
            at = w.expected(ends)
            use = np.flatnonzero(np.diff(ends)) + 1
            table = np.column_stack([use, np.diff(ends)[use - 1], np.diff(at)[use - 1], ends[use], at[use], at[use] / w.P, at[use] / ends[use] * w.n / w.P,
                                     np.diff(at)[use - 1] / w.P, abs(at[use] / w.P - (ends[use] - at[use]) / w.N)])
        check("ranking", f"gain {k}", near(gain[k], table), 1.0)
        check("ranking", f"thinned {k}", float(len(short[k]) <= max(30, 1) and (len(roc[k]) > 30 or len(short[k]) == len(roc[k])) and
                                              {tuple(r) for r in np.nan_to_num(short[k])} <= {tuple(r) for r in np.nan_to_num(roc[k])}), 1.0)
        for name, full in (("roc_curve", roc), ("pr_curve", pr), ("gain_lift", gain)):
            check("scores", f"{name} {k}", near(summary[name][k], full[k]), 1.0)
        if w.P and w.N:
            a, b, t = sk.roc_curve(y, s, drop_intermediate=False)
            check("ranking", f"sklearn roc {k}", near(roc[k][1:], np.column_stack([t, a, b])[1:]), 1.0)
            a, b, t = sk.roc_curve(y, s, drop_intermediate=True)
            check("ranking", f"sklearn roc turns {k}", near(turns[k][1:], np.column_stack([t, a, b])[1:]), 1.0)
            a, b, t = sk.precision_recall_curve(y, s)
            check("ranking", f"sklearn pr {k}", near(pr[k][:0:-1], np.column_stack([t, a[:-1], b[:-1]])), 1.0)


def compare_thresholds(source, key, data):
    calls = [f"mlops.best_threshold(r, '{o}')" for o in OBJECTIVES] + ["mlops.best_threshold(r, 'cost', 3, 0.7)"]
    for state in ("ranking(label, score)", "scores(label, score, 65536)"):
        columns = ", ".join(f"(b{i}).threshold, (b{i}).value" for i in range(len(calls)))
        inner = ", ".join(f"{c} AS b{i}" for i, c in enumerate(calls))
        for k, *got in rows(f"SELECT {key}, {columns} FROM (SELECT {key}, {inner} FROM (SELECT {key}, mlops.{state} AS r FROM {source} WHERE score <> 'NaN' GROUP BY 1) AS t OFFSET 0) AS u"):
            y, s = data[k]
            y, s = y[~np.isnan(s)], s[~np.isnan(s)]
            if len(y) == 0:
                continue
            w = Walk(y, s)
            for i, name in enumerate(OBJECTIVES + ("cost",)):
                threshold, value = got[2 * i:2 * i + 2]
                if name == "youden" and not (w.P and w.N):
                    check("best_threshold", f"{name} {k}", value, None)
                    continue
                v = w.objective(name, *((3, 0.7) if i == len(OBJECTIVES) else (1, 1)))
                best = v.min() if name == "cost" else v.max()
                check("best_threshold", f"{name} {state} {k}", value, best)
                at = np.flatnonzero(w.threshold == threshold)
                check("best_threshold", f"{name} at {threshold} {state} {k}", v[at[0]] if len(at) else math.nan, best)
                if name in ("accuracy", "youden"):
                    check("best_threshold", f"{name} highest {state} {k}", threshold, w.threshold[np.argmax(v)])


def compare_calibration(source, key, data):
    for b, strategy in SETTINGS:
        for state in ("ranking(label, score)", "scores(label, score, 65536)"):
            got = curves("calibration_curve", source, key, f", {b}, '{strategy}'", state)
            parts = {r[0]: r[1:] for r in rows(f"SELECT {key}, (d).* FROM (SELECT {key}, mlops.brier_decomposition(r, {b}, '{strategy}') AS d FROM (SELECT {key}, mlops.{state} AS r FROM {source} GROUP BY 1) AS t OFFSET 0) AS u")}
            for k, (y, s) in data.items():
                if len(y) == 0 or np.isnan(s).any():
                    continue
                want = (uniform if strategy == "uniform" else slices)(y, s, b)
                check("calibration_curve", f"{strategy} {b} {state} {k}", near(got[k][:, 3:], want), 1.0)
                for g, v in zip(parts[k], calibration_numbers(want, y.mean())[2:]):
                    check("brier_decomposition", f"{strategy} {b} {state} {k}", g, v)
                if strategy == "uniform" and 0 < y.sum() < len(y):
                    true, predicted = calibration_curve(y, s, n_bins=b, strategy="uniform")
                    check("calibration_curve", f"sklearn {b} {state} {k}", near(got[k][:, 4:], np.column_stack([predicted, true])), 1.0)


def compare_constants(source, key, data):
    got = {}
    for k, metric, value in rows(f"SELECT {key}, c.metric, c.best_constant FROM (SELECT {key}, mlops.scores(label, score) AS s FROM {source} GROUP BY 1) AS t, mlops.best_constant(s) AS c"):
        got.setdefault(k, {})[metric] = value
    for k, (y, s) in data.items():
        y = y[~np.isnan(s)]
        if len(y) == 0:
            continue
        both = 0 < y.sum() < len(y)
        rate = y.mean()
        p = np.full(len(y), np.clip(rate, 2.0**-52, 1 - 2.0**-52))
        ones, zeros = np.ones(len(y), int), np.zeros(len(y), int)
        want = {"roc_auc": sk.roc_auc_score(y, p) if both else None, "average_precision": sk.average_precision_score(y, p) if y.sum() else None,
                "accuracy": max(sk.accuracy_score(y, ones), sk.accuracy_score(y, zeros)),
                "balanced_accuracy": max(sk.balanced_accuracy_score(y, ones), sk.balanced_accuracy_score(y, zeros)),
                "f1_score": sk.f1_score(y, ones, zero_division=0), "matthews_corrcoef": 0.0,
                "log_loss": -np.mean(np.where(y == 1, np.log(p), np.log1p(-p))), "brier_score": np.mean((rate - y) ** 2)}
        for name, v in want.items():
            check("best_constant", f"{name} {k}", got[k][name], v)


def compare_all(source, key, data):
    compare_numbers(source, key, data)
    compare_curves(source, key, data)
    compare_thresholds(source, key, data)
    compare_calibration(source, key, data)
    compare_constants(source, key, data)


compare_all("oracle_set", "ds", {k: usable(d, "label", "score") for k, d in sets.items()})
cursor.execute("CREATE OR REPLACE VIEW oracle_scored AS SELECT carrier, label, score FROM oracle_flight WHERE carrier IN ('AA', 'HA', 'OO', 'FL', 'AS')")
compare_all("oracle_scored", "carrier", {k: (g["label"].to_numpy(int), g["score"].to_numpy(float))
                                         for k, g in f[f["carrier"].isin(["AA", "HA", "OO", "FL", "AS"])][["carrier", "label", "score"]].dropna().groupby("carrier")})
cursor.execute("DROP VIEW oracle_scored")

# The law of the bounds, on 1,000 random data sets of many shapes and small budgets: the metric of the rows is within, the estimate is, too.
cursor.execute("""
    SELECT setseed(0.42);
    DROP TABLE IF EXISTS oracle_bounds;
    CREATE TABLE oracle_bounds AS
    SELECT d, d % 8 AS kind, (ARRAY[2, 3, 4, 6, 10, 16, 25, 50, 100, 200])[1 + d / 8 % 10] AS budget, u < rate AS label,
           CASE d % 8 WHEN 0 THEN v WHEN 1 THEN round(v::numeric, 2)::float8 WHEN 2 THEN v ^ 12 WHEN 3 THEN 1 - v ^ 12
                WHEN 4 THEN 6 * v - 3 WHEN 5 THEN (0.5 + 0.5 * sin((v - 0.5) * pi())) ^ 3
                WHEN 6 THEN CASE WHEN v < 0.2 THEN 0 WHEN v > 0.8 THEN 1 ELSE v END ELSE (v - 0.5) * 1e300 END AS score
    FROM (SELECT d, 5 + (random() * random() * 800)::int AS size, random() AS rate, random() AS skill FROM generate_series(1, 1000) AS d) AS sets,
         LATERAL (SELECT u, CASE WHEN w < skill THEN (1 - u + x) / 2 ELSE x END AS v
                  FROM (SELECT random() AS u, random() AS w, random() AS x FROM generate_series(1, size + 0 * d)) AS r) AS r""")
LAW = """
    WITH made AS MATERIALIZED (
        SELECT d, (d %% 101) / 100.0::float8 * CASE WHEN kind IN (4, 7) THEN 4 ELSE 1 END AS t, kind, budget, mlops.scores(label, score, budget) AS s, mlops.ranking(label, score) AS r
        FROM oracle_bounds GROUP BY d, kind, budget),
    exact AS MATERIALIZED (
        SELECT made.*, mlops.roc_auc(r) AS auc, mlops.ks_score(r) AS ks, mlops.average_precision(r) AS ap,
               CASE WHEN kind NOT IN (4, 7) THEN mlops.expected_calibration_error(r) END AS ece, CASE WHEN kind NOT IN (4, 7) THEN mlops.expected_calibration_error(r, 3) END AS ece_3,
               (SELECT mlops.confusion(o.label, o.score >= made.t) FROM oracle_bounds AS o WHERE o.d = made.d) AS c
        FROM made)
    SELECT d, mlops.is_exact(s), ARRAY[auc, mlops.roc_auc(s), a.lower, a.upper], ARRAY[ks, mlops.ks_score(s), k.lower, k.upper], ARRAY[ap, mlops.average_precision(s), p.lower, p.upper],
           ARRAY[ece, mlops.expected_calibration_error(s), e.lower, e.upper], ARRAY[ece_3, mlops.expected_calibration_error(s, 3), e3.lower, e3.upper],
           ARRAY[mlops.tp(c), mlops.tp(mlops.confusion(s, t)), b.tp_lower, b.tp_upper], ARRAY[mlops.fp(c), mlops.fp(mlops.confusion(s, t)), b.fp_lower, b.fp_upper],
           ARRAY[mlops.fn(c), mlops.fn(mlops.confusion(s, t)), b.fn_lower, b.fn_upper], ARRAY[mlops.tn(c), mlops.tn(mlops.confusion(s, t)), b.tn_lower, b.tn_upper]
    FROM exact, mlops.roc_auc_bounds(s) AS a, mlops.ks_bounds(s) AS k, mlops.average_precision_bounds(s) AS p, mlops.expected_calibration_error_bounds(s) AS e,
         mlops.expected_calibration_error_bounds(s, 3) AS e3, mlops.confusion_bounds(s, t) AS b"""
cursor.execute("CREATE INDEX ON oracle_bounds (d); ANALYZE oracle_bounds")
LAWS = ("roc_auc_bounds", "ks_bounds", "average_precision_bounds", "expected_calibration_error_bounds", "expected_calibration_error_bounds",
        "confusion_bounds", "confusion_bounds", "confusion_bounds", "confusion_bounds")
approximate = 0
for d, is_exact, *intervals in rows(LAW):
    approximate += not is_exact
    for name, (exact, estimate, lower, upper) in zip(LAWS, intervals):
        if exact is None:
            check(name, f"undefined {d}", estimate, None)
            check(name, f"undefined {d}", lower, None)
            continue
        check(name, f"{d}: {exact} in [{lower}, {upper}]", float(lower <= exact <= upper), 1.0)
        check(name, f"{d}: estimate {estimate} in [{lower}, {upper}]", float(lower <= estimate <= upper), 1.0)
        if is_exact:
            check(name, f"exact {d}", float(lower == upper == exact), 1.0)
check("scores", "approximate sets of 1000", float(approximate > 700), 1.0)
