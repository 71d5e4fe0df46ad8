"""Regression metrics, their summary and its bounds, compared with scikit-learn and numpy."""
import math
from fractions import Fraction

import numpy as np
import pandas as pd
from sklearn import metrics as sk

from datasets import f, sets, usable
from harness import check, cursor, grouped, load, rows

# weights: dyadic, so that sums of them are exact; every fifth set has many zeros
frames = []
weights = {}
for ds, d in sets.items():
    rng = np.random.default_rng(10000 + ds)
    n = len(d["actual"])
    w = rng.integers(0 if ds % 5 == 0 else 1, 17, n) / 4.0
    weights[ds] = w
    frames.append(pd.DataFrame({"ds": ds, "y": [repr(v) for v in d["actual"].tolist()], "f": [repr(v) for v in d["predicted"].tolist()], "w": w,
                                "null": d["nulls"][2] | d["nulls"][3]}))
load("oracle_regression", "ds int, y float8, f float8, w float8, is_null boolean", pd.concat(frames))
cursor.execute("CREATE OR REPLACE VIEW oracle_weighted AS SELECT ds, CASE WHEN NOT is_null THEN y END AS y, f, w FROM oracle_regression")
cursor.execute("CREATE OR REPLACE VIEW oracle_positive AS SELECT ds, abs(y) + 0.125 AS y, abs(f) + 0.125 AS f, w FROM oracle_regression WHERE NOT is_null AND y <> 'NaN'")
data = {ds: (*usable(d, "actual", "predicted"), weights[ds][~(d["nulls"][2] | d["nulls"][3])]) for ds, d in sets.items()}
positive = {ds: (abs(a[~np.isnan(a)]) + 0.125, abs(p[~np.isnan(a)]) + 0.125, w[~np.isnan(a)]) for ds, (a, p, w) in data.items()}
for ds, (a, p, w) in data.items():
    assert len(a) == len(w)


def weighted_median(x, w):
    """as scikit-learn since 1.7: between two values where their weights halve the sum"""
    keep = w > 0
    x, w = x[keep], w[keep]
    order = np.argsort(x, kind="stable")
    total = np.cumsum(w[order])
    half, slack = total[-1] / 2, total[-1] * 2.0**-52
    i = np.searchsorted(total, half - slack)
    even = i + 1 < len(x) and total[i] <= half + slack
    return (x[order][i] + x[order][i + 1]) / 2 if even else x[order][i]


def exact(a, p, w):
    """r2 and explained variance in rational arithmetic: squares of 1e9 leave floating point few digits"""
    A, P, W = ([Fraction(v) for v in x.tolist()] for x in (a, p, w))
    total = sum(W)
    E = [y - x for x, y in zip(A, P)]
    ma, me = sum(x * y for x, y in zip(A, W)) / total, sum(x * y for x, y in zip(E, W)) / total
    spread = sum(y * (x - ma) ** 2 for x, y in zip(A, W))
    if spread == 0:
        return None
    return (float(1 - sum(y * x * x for x, y in zip(E, W)) / spread), float(1 - sum(y * (x - me) ** 2 for x, y in zip(E, W)) / spread), float(me))


def mape(a, p, w, policy):
    e = abs(p - a)
    zero = a == 0
    if policy == "epsilon" or not zero.any():
        return np.average(e / np.maximum(abs(a), 2.0**-52), weights=w)
    keep = ~zero
    if policy == "null" or w[keep].sum() == 0:
        return None
    return np.average(e[keep] / abs(a[keep]), weights=w[keep])


def d2(a, p, w):
    m = np.median(a) if w is None else weighted_median(a, w)
    w = np.ones(len(a)) if w is None else w
    all_ = math.fsum(w * abs(a - m))
    return None if all_ == 0 else 1 - math.fsum(w * abs(a - p)) / all_


def weighted_reference(a, p, w):
    names = ("mae", "mse", "rmse", "mean_error", "r2_score", "explained_variance", "mape", "wape", "smape", "median_absolute_error",
             "d2_absolute_error_score")
    if len(a) == 0 or w.sum() == 0:
        return dict.fromkeys(names)
    if np.isnan(a).any() or np.isnan(p).any():
        return dict.fromkeys(names, math.nan)
    e = p - a
    mse = sk.mean_squared_error(a, p, sample_weight=w)
    used = w > 0
    ex = exact(a, p, w)
    if ex is None:
        constant = 1.0 if not e[used].any() else 0.0
        ex = (constant, 1.0 if np.ptp(e[used]) == 0 else 0.0, np.average(e, weights=w))
    abs_y = math.fsum(w * abs(a))
    both = abs(a) + abs(p)
    return {"mae": sk.mean_absolute_error(a, p, sample_weight=w), "mse": mse, "rmse": math.sqrt(mse), "mean_error": ex[2],
            "r2_score": ex[0] if len(a) > 1 else None, "explained_variance": ex[1] if len(a) > 1 else None, "mape": sk.mean_absolute_percentage_error(a, p, sample_weight=w),
            "wape": math.fsum(w * abs(e)) / abs_y if abs_y else None,
            "smape": np.average(np.where(both == 0, 0, 2 * abs(e) / np.where(both == 0, 1, both)), weights=w),
            "median_absolute_error": weighted_median(abs(e), w), "d2_absolute_error_score": d2(a, p, w)}


names = ["mae", "mse", "rmse", "mean_error", "r2_score", "explained_variance", "mape", "wape", "smape", "median_absolute_error",
         "d2_absolute_error_score"]
got = grouped(names, "y, f, w", "oracle_weighted")
accessors = ["mae", "mse", "rmse", "mean_error", "r2_score", "explained_variance", "mape", "wape", "smape"]
summary = {r[0]: dict(zip(accessors, r[1:])) for r in rows("SELECT ds, " + ", ".join(f"mlops.{n}(e)" for n in accessors) +
           " FROM (SELECT ds, mlops.errors(y, f, w) AS e FROM oracle_weighted GROUP BY 1) AS t")}
for ds, (a, p, w) in data.items():
    want = weighted_reference(a, p, w)
    for name in names:
        check(name, f"weighted {ds}", got[ds][name], want[name])
    for name in accessors:
        check(name, f"of the weighted summary {ds}", summary[ds][name], got[ds][name])

# -- unweighted: medians, percentages, pinball; and scikit-learn's own where it has the digits
plain = grouped(["median_absolute_error", "d2_absolute_error_score", "max_error", "mae", "mse", "rmse", "explained_variance", "mape"], "y, f", "oracle_weighted")
policies = {r[0]: r[1:] for r in rows("""SELECT ds, mlops.mape(round(y::numeric, 0)::float8, f, 'skip'), mlops.mape(round(y::numeric, 0)::float8, f, 'null'),
    mlops.mape(round(y::numeric, 0)::float8, f, w, 'skip'), mlops.mape(round(y::numeric, 0)::float8, f, w, 'epsilon') FROM oracle_weighted WHERE y <> 'NaN' GROUP BY 1""")}
pinball = {r[0]: r[1:] for r in rows("""SELECT ds, mlops.mean_pinball_loss(y, f, 0.9), mlops.mean_pinball_loss(y, f, 0), mlops.mean_pinball_loss(y, f, 0.3, w),
    mlops.mean_pinball_loss(mlops.errors(y, f), 0.9), mlops.mean_pinball_loss(mlops.errors(y, f, w), 0.3) FROM oracle_weighted GROUP BY 1""")}
for ds, (a, p, w) in data.items():
    if len(a) == 0 or np.isnan(a).any():
        value = None if len(a) == 0 else math.nan
        for name in ("median_absolute_error", "d2_absolute_error_score", "max_error", "mae", "mse", "rmse", "explained_variance", "mape"):
            check(name, f"{ds}", plain[ds][name], value)
        for i in range(5):
            check("mean_pinball_loss", f"{ds} {i}", pinball[ds][i], value if i != 2 and i != 4 or w.sum() or math.isnan(value or 0) else None)
        continue
    check("median_absolute_error", f"{ds}", plain[ds]["median_absolute_error"], sk.median_absolute_error(a, p))
    check("d2_absolute_error_score", f"{ds}", plain[ds]["d2_absolute_error_score"], d2(a, p, None))
    if len(a) > 1 and np.ptp(a) > 0 and abs(a).max() < 1e8:
        check("d2_absolute_error_score", f"scikit-learn {ds}", plain[ds]["d2_absolute_error_score"], sk.d2_absolute_error_score(a, p))
        check("explained_variance", f"scikit-learn {ds}", plain[ds]["explained_variance"], sk.explained_variance_score(a, p))
    check("mae", f"{ds}", plain[ds]["mae"], sk.mean_absolute_error(a, p))
    check("mse", f"{ds}", plain[ds]["mse"], sk.mean_squared_error(a, p))
    check("rmse", f"{ds}", plain[ds]["rmse"], math.sqrt(sk.mean_squared_error(a, p)))
    check("mape", f"{ds}", plain[ds]["mape"], sk.mean_absolute_percentage_error(a, p))
    check("max_error", f"{ds}", plain[ds]["max_error"], sk.max_error(a, p))
    whole = np.sign(a) * np.floor(abs(a) + 0.5)
    one = np.ones(len(a))
    check("mape", f"skip {ds}", policies[ds][0], mape(whole, p, one, "skip"))
    check("mape", f"null {ds}", policies[ds][1], mape(whole, p, one, "null"))
    if w.sum():
        check("mape", f"weighted skip {ds}", policies[ds][2], mape(whole, p, w, "skip"))
        check("mape", f"weighted epsilon {ds}", policies[ds][3], mape(whole, p, w, "epsilon"))
    check("mean_pinball_loss", f"0.9 {ds}", pinball[ds][0], sk.mean_pinball_loss(a, p, alpha=0.9))
    check("mean_pinball_loss", f"0 {ds}", pinball[ds][1], sk.mean_pinball_loss(a, p, alpha=0))
    check("mean_pinball_loss", f"summary {ds}", pinball[ds][3], sk.mean_pinball_loss(a, p, alpha=0.9))
    if w.sum():
        check("mean_pinball_loss", f"weighted {ds}", pinball[ds][2], sk.mean_pinball_loss(a, p, alpha=0.3, sample_weight=w))
        check("mean_pinball_loss", f"weighted summary {ds}", pinball[ds][4], sk.mean_pinball_loss(a, p, alpha=0.3, sample_weight=w))

# -- losses with logarithms and powers, on positive data
LOSSES = ["msle", "rmsle", "mean_poisson_deviance", "mean_gamma_deviance"]
POWERS = [-1.0, 0.0, 1.0, 1.2, 1.5, 1.9, 2.0, 3.0]
loss = grouped(LOSSES, "y, f", "oracle_positive")
loss_w = grouped(LOSSES, "y, f, w", "oracle_positive")
of_summary = {r[0]: dict(zip(LOSSES + POWERS, r[1:])) for r in rows("SELECT ds, " + ", ".join(f"mlops.{n}(e)" for n in LOSSES) +
              ", " + ", ".join(f"mlops.mean_tweedie_deviance(e, {p})" if p in (0, 1, 1.5, 2) else "NULL" for p in POWERS) +
              " FROM (SELECT ds, mlops.errors(y, f) AS e FROM oracle_positive GROUP BY 1) AS t")}
tweedie = {r[0]: r[1:] for r in rows("SELECT ds, " + ", ".join(f"mlops.mean_tweedie_deviance(y, f, {p}), mlops.mean_tweedie_deviance(y, f, {p}, w)" for p in POWERS) +
           " FROM oracle_positive GROUP BY 1")}


def deviance(a, p, w, power):
    """scikit-learn's, in more digits: its own lose them where y is near f"""
    a, p, w = (np.asarray(x, np.longdouble) for x in (a, p, w))
    if power == 1:
        d = 2 * (a * np.log(a / p) - a + p)
    elif power == 2:
        d = 2 * (np.log(p / a) + a / p - 1)
    else:
        d = 2 * (np.maximum(a, 0) ** (2 - power) / ((1 - power) * (2 - power)) - a * p ** (1 - power) / (1 - power) + p ** (2 - power) / (2 - power))
    return float((d * w).sum() / w.sum())


def log_error(a, p, w):
    a, p, w = (np.asarray(x, np.longdouble) for x in (a, p, w))
    return float((w * (np.log1p(a) - np.log1p(p)) ** 2).sum() / w.sum())


for ds, (a, p, w) in positive.items():
    if len(a) == 0:
        continue
    near = abs(a).max() < 1e8
    for weight, result in ((np.ones(len(a)), loss[ds]), (w, loss_w[ds])):
        if not weight.sum():
            continue
        want = log_error(a, p, weight)
        for name in LOSSES:
            if name.endswith("deviance"):
                continue
            check(name, f"{ds}", result[name], math.sqrt(want) if name.startswith("r") else want)
        if near:
            check("msle", f"scikit-learn {ds}", result["msle"], sk.mean_squared_log_error(a, p, sample_weight=weight))
            check("mean_poisson_deviance", f"scikit-learn {ds}", result["mean_poisson_deviance"], sk.mean_poisson_deviance(a, p, sample_weight=weight), 1e-9)
            check("mean_gamma_deviance", f"scikit-learn {ds}", result["mean_gamma_deviance"], sk.mean_gamma_deviance(a, p, sample_weight=weight), 1e-9)
            check("mean_poisson_deviance", f"{ds}", result["mean_poisson_deviance"], deviance(a, p, weight, 1))
            check("mean_gamma_deviance", f"{ds}", result["mean_gamma_deviance"], deviance(a, p, weight, 2))
    for name in LOSSES:
        check(name, f"of the summary {ds}", of_summary[ds][name], loss[ds][name])
    for i, power in enumerate(POWERS):
        if not near:
            continue
        check("mean_tweedie_deviance", f"{power} {ds}", tweedie[ds][2 * i], deviance(a, p, np.ones(len(a)), power), 1e-8 if power < 0 or power in (1.2, 1.9, 3) else None)
        check("mean_tweedie_deviance", f"scikit-learn {power} {ds}", tweedie[ds][2 * i], sk.mean_tweedie_deviance(a, p, power=power), 1e-8)
        if w.sum():
            check("mean_tweedie_deviance", f"weighted {power} {ds}", tweedie[ds][2 * i + 1], sk.mean_tweedie_deviance(a, p, power=power, sample_weight=w), 1e-8)
        if power in (0, 1, 1.5, 2):
            check("mean_tweedie_deviance", f"of the summary {power} {ds}", of_summary[ds][power], tweedie[ds][2 * i])

# -- quantiles and medians of the summary: exact while it is, within the bounds always
QS = (0.0, 0.1, 0.5, 0.9, 1.0)


def check_detail(where, a, p, got):
    is_exact, median, median_lo, median_hi, score, score_lo, score_hi, best, best_lo, best_hi, *quantiles = got
    e = p - a
    m = float(np.median(abs(e)))
    check("median_absolute_error", f"bounds {where}", float(median_lo * (1 - 1e-15) <= m <= median_hi * (1 + 1e-15)), 1.0)
    want = d2(a, p, None)
    least = math.fsum(abs(a - np.median(a))) / len(a)
    check("best_constant", f"bounds {where}", float(best_lo * (1 - 1e-15) <= least <= best_hi * (1 + 1e-15)), 1.0)
    if want is not None:
        check("d2_absolute_error_score", f"bounds {where}", float(score_lo - 1e-12 <= want <= score_hi + 1e-12), 1.0)
    if is_exact:
        check("median_absolute_error", f"of the summary {where}", median, m)
        check("d2_absolute_error_score", f"of the summary {where}", score, want)
        check("best_constant", where, best, least)
    for q, value, lower, upper in zip(QS, quantiles[::3], quantiles[1::3], quantiles[2::3]):
        want = float(np.quantile(e, q))
        slack = 1e-12 * max(1, abs(want))
        check("quantile", f"bounds {q} {where}", float(lower - slack <= want <= upper + slack and lower <= value <= upper), 1.0)
        if is_exact:
            check("quantile", f"{q} {where}", value, want)


DETAIL = ("mlops.is_exact(e), mlops.median_absolute_error(e), (mlops.median_absolute_error_bounds(e)).*, mlops.d2_absolute_error_score(e), "
          "(mlops.d2_absolute_error_score_bounds(e)).*, (b).best_constant, (b).lower, (b).upper, " +
          ", ".join(f"mlops.quantile(e, {q}), (mlops.quantile_bounds(e, {q})).*" for q in QS))
BEST = ", LATERAL (SELECT b FROM mlops.best_constant(e) AS b WHERE (b).metric = 'mae') AS best"
for r in rows(f"SELECT ds, {DETAIL} FROM (SELECT ds, mlops.errors(y, f) AS e FROM oracle_weighted GROUP BY 1) AS t{BEST}"):
    a, p, _ = data[r[0]]
    check_detail(f"{r[0]}", a, p, r[1:])
flights = {k: (g["actual"].to_numpy(float), g["predicted"].to_numpy(float)) for k, g in f.dropna(subset=["actual", "predicted"]).groupby("origin")}
for r in rows(f"SELECT origin, {DETAIL} FROM (SELECT origin, mlops.errors(actual, predicted) AS e FROM oracle_flight GROUP BY 1) AS t{BEST}"):
    check_detail(r[0], *flights[r[0]], r[1:])
for r in rows("SELECT ds, metric, value, best_constant FROM (SELECT ds, mlops.errors(y, f, w) AS e FROM oracle_weighted GROUP BY 1) AS t, mlops.best_constant(e)"):
    a, p, w = data[r[0]]
    if abs(a).max() > 1e8:
        continue
    mean = np.average(a, weights=w)
    mse = np.average((a - mean) ** 2, weights=w)
    used = a[w > 0]
    want = {"mse": mse, "rmse": math.sqrt(mse), "r2_score": (None if len(a) < 2 else 1.0 if np.ptp(used) == 0 else 0.0), "mae": None, "wape": None}[r[1]]
    check("best_constant", f"weighted {r[1]} {r[0]}", r[3], want)
