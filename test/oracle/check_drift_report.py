"""drift_report and its presets, on random columns and the flights, with scipy and numpy."""
import math

import numpy as np
import pandas as pd
from scipy import spatial, stats

import datasets
from harness import check, cursor, load, rows

rng = np.random.default_rng(11)


def shares(reference, current, cells=None):
    cells = np.unique(np.concatenate([reference, current])) if cells is None else cells
    return np.array([[np.sum(side == c) for c in cells] for side in (reference, current)], float)


def js(counts, base):
    d = spatial.distance.jensenshannon(counts[0] / counts[0].sum(), counts[1] / counts[1].sum(), base=base)
    return 0.0 if math.isnan(d) else d


def evidently(r, c):
    """(name, statistic, p) as Evidently's default rule, from its documentation"""
    n_unique = len(np.unique(r))
    categorical = r.dtype == object or n_unique <= 5
    if len(r) <= 1000:
        if categorical and n_unique <= 2 and len(np.unique(np.concatenate([r, c]))) == 2:
            k = shares(r, c)
            a, b, n1, n2 = k[0, 0] / k[0].sum(), k[1, 0] / k[1].sum(), k[0].sum(), k[1].sum()
            pooled = k[:, 0].sum() / (n1 + n2)
            z = (a - b) / math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
            return "z", None, 2 * stats.norm.sf(abs(z))
        if categorical:
            k = shares(r, c)
            with np.errstate(all="ignore"):
                x = stats.chisquare(k[1], k[0] / k[0].sum() * k[1].sum()) if (k[0] > 0).all() else (math.inf, 0.0)
            return "chi_square_gof", x[0], x[1]
        x = stats.ks_2samp(r, c, mode="exact" if max(len(r), len(c)) <= 10000 else "asymp")
        return "ks", x[0], x[1]
    if categorical:
        return "js_distance", js(shares(r, c), math.e), None
    return "normalized_wasserstein_distance", stats.wasserstein_distance(r, c) / max(np.std(r), 0.001), None


def nannyml_distance(r, c):
    """JS to base 2; numbers in Doane's bins of the reference, what lies outside in a bin of its own"""
    if r.dtype == object:
        return js(shares(r, c), 2)
    edges = np.histogram_bin_edges(r, "doane")
    p = np.histogram(r, edges)[0].astype(float)
    q = np.histogram(c, edges)[0].astype(float)
    p = np.append(p / len(r), 0)
    q = np.append(q / len(c), max(0, 1 - q.sum() / len(c)))
    d = spatial.distance.jensenshannon(p, q, base=2)
    return 0.0 if math.isnan(d) else d


def compare(name, r, c):
    columns = [k for k in r.columns]
    load("oracle_before", ", ".join(f"{k} {'text' if r[k].dtype == object else 'float8'}" for k in columns), r)
    load("oracle_after", ", ".join(f"{k} {'text' if r[k].dtype == object else 'float8'}" for k in columns), c)
    report = {x[0]: x[1:] for x in rows("SELECT column_name, test, statistic, p_value, adjusted_p_value FROM mlops.drift_report('oracle_before', 'oracle_after')")}
    p = [report[k][2] for k in columns]
    order = np.argsort(p)
    adjusted = np.minimum.accumulate((np.sort(p) * len(p) / np.arange(1, len(p) + 1))[::-1])[::-1]
    for place, k in enumerate(np.array(columns)[order]):
        check("drift_report", f"{name} {k} adjusted", report[k][3], min(1.0, adjusted[place]), 1e-9)
    for k in columns:
        a, b = r[k].dropna().to_numpy(), c[k].dropna().to_numpy()
        test, statistic, p_value, _ = report[k]
        if test == "smooth":    # compared in check_drift.py
            check("drift_report", f"{name} {k} smooth", [statistic, p_value] == list(rows("SELECT statistic, p_value FROM mlops.smooth_test(%s::float8[], %s)", a.tolist(), b.tolist())[0]) and 1.0, 1.0)
        else:
            k2 = shares(a, b)
            rare = k2.sum(0) * k2.sum(1).min() / k2.sum() < 5
            if rare.any():
                k2 = np.column_stack([k2[:, ~rare], k2[:, rare].sum(1)])
            x = stats.chi2_contingency(k2, correction=False) if k2.shape[1] > 1 else (0.0, 1.0)
            check("drift_report", f"{name} {k} chi2", statistic, x[0])
            check("drift_report", f"{name} {k} p", p_value, x[1], 1e-9)
    for k, test, statistic, p_value in rows("SELECT column_name, test, statistic, p_value FROM mlops.drift_report('oracle_before', 'oracle_after', method => 'anderson_darling')"):
        if test == "anderson_darling":
            x = stats.anderson_ksamp([r[k].dropna().to_numpy(), c[k].dropna().to_numpy()])
            check("drift_report", f"{name} {k} A2", statistic, x.statistic, 1e-9)
            level = getattr(x, "pvalue", None) or x.significance_level
            both = pd.concat([r[k], c[k]]).dropna()
            if 0.001 < level < 0.25 and both.is_unique:    # scipy interpolates in a table of seven values
                check("drift_report", f"{name} {k} p", float(abs(p_value - level) <= 0.003 + 0.05 * level), 1.0)
    for k, test, statistic, p_value in rows("SELECT column_name, test, statistic, p_value FROM mlops.drift_report('oracle_before', 'oracle_after', method => 'evidently')"):
        want = evidently(r[k].dropna().to_numpy(), c[k].dropna().to_numpy())
        check("drift_report", f"{name} {k} evidently's choice", float(test == want[0]), 1.0)
        if want[1] is not None:
            check("drift_report", f"{name} {k} evidently", statistic, want[1], 1e-9)
        if want[2] is not None:
            check("drift_report", f"{name} {k} evidently p", p_value, want[2], 1e-9)
    for k, statistic, threshold in rows("SELECT column_name, statistic, threshold FROM mlops.drift_report('oracle_before', 'oracle_after', method => 'nannyml')"):
        a, b = r[k].dropna().to_numpy(), c[k].dropna().to_numpy()
        check("drift_report", f"{name} {k} nannyml", statistic, nannyml_distance(a, b), 1e-9)
        parts = [x.dropna().to_numpy() for x in np.array_split(r[k], 10)]
        d = [nannyml_distance(a, x) for x in parts if len(x)]
        check("drift_report", f"{name} {k} nannyml's threshold", threshold, np.mean(d) + 3 * np.std(d), 1e-9)


def frame(n, shift):
    return pd.DataFrame({"x": rng.normal(shift, 1, n), "e": rng.exponential(1 + shift, n), "whole": rng.poisson(6 + shift, n).astype(float),
                         "few": rng.integers(0, 4, n).astype(float) if not shift else rng.choice(4, n, p=[0.2, 0.25, 0.25, 0.3]).astype(float),
                         "flag": (rng.random(n) < 0.3 + shift / 10).astype(int).astype(str).astype(object),
                         "word": np.array(list("abcdefgh"), object)[np.minimum(7, rng.poisson(2 + shift, n))]})


for n in (60, 500, 1500):
    for shift in (0, 0.2, 1):
        compare(f"n {n} shift {shift}", frame(n, 0), frame(n + 7, shift))
g = datasets.f[datasets.f["origin"] == "LGA"][["temp", "distance", "actual", "carrier", "current"]]
g = g.assign(carrier=g["carrier"].astype(object))
for n, part in ((900, g.sample(1800, random_state=1)), (20000, g.sample(40000, random_state=2))):
    columns = ["temp", "distance", "actual", "carrier"]
    compare(f"flights {n}", part[~part["current"]][columns], part[part["current"]][columns])
cursor.execute("DROP TABLE oracle_before, oracle_after")
