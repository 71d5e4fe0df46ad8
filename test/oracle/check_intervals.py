"""Intervals, comparisons and estimates without labels, with statsmodels, scipy, scikit-learn and numpy."""
import math

import numpy as np
import pandas as pd
from scipy import optimize, stats
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from scipy.optimize import brentq
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

from datasets import f as flight, sets, usable
from harness import check, cursor, load, rows

Z = stats.norm.ppf(0.975)


def critical(n):
    """t(0.975, n - 1): scipy's has ten digits, made whole by Newton's method on its tail"""
    t = stats.t.ppf(0.975, n - 1)
    for _ in range(3):
        t += (stats.t.sf(t, n - 1) - (1 - 0.95) / 2) / stats.t.pdf(t, n - 1)
    return t


def interval(call, source, key="ds"):
    return {r[0]: r[1:] for r in rows(f"SELECT {key}, (c).estimate, (c).lower, (c).upper, (c).std_error FROM (SELECT {key}, {call} AS c FROM {source} GROUP BY 1) AS t")}


def check_interval(name, where, got, want, relative=None):
    for part, g, w in zip(("estimate", "lower", "upper", "std_error"), got, want):
        if not (isinstance(w, float) and w == math.inf):
            check(name, f"{part} {where}", g, w, relative)


# -- proportions -----------------------------------------------------------------

methods = {"wilson": "wilson", "clopper_pearson": "beta", "agresti_coull": "agresti_coull", "jeffreys": "jeffreys", "wald": "normal"}
generator = np.random.default_rng(19)
pairs = [(0, 1), (1, 1), (0, 10), (10, 10), (8, 10), (1, 1000000), (999999, 1000000)] + [(int(generator.integers(0, n + 1)), int(n)) for n in generator.integers(1, 5000, 40)]
for x, n in pairs:
    for level in (0.5, 0.95, 0.999):
        for ours, theirs in methods.items():
            got = rows("SELECT c.estimate, c.lower, c.upper FROM mlops.proportion_ci(%s, %s, %s, %s) AS c", x, n, level, ours)[0]
            check_interval("proportion_ci", f"{ours} {x}/{n} {level}", got, (x / n, *proportion_confint(x, n, 1 - level, theirs)), 1e-10)


# -- decisions: numerical derivatives for the delta method ------------------------

def shares(tn, fp, fn, tp):
    n = tn + fp + fn + tp
    return {"accuracy": (tp + tn, n), "hamming_loss": (fp + fn, n), "precision_score": (tp, tp + fp), "recall_score": (tp, tp + fn),
            "specificity": (tn, tn + fp), "npv": (tn, tn + fn), "fpr": (fp, fp + tn), "fnr": (fn, fn + tp), "jaccard_score": (tp, tp + fp + fn)}


def mcc(c):
    tn, fp, fn, tp = c
    return (tp * tn - fp * fn) / math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))


def kappa(c):
    tn, fp, fn, tp = c
    n = sum(c)
    e = ((tp + fp) * (tp + fn) + (fn + tn) * (fp + tn)) / n ** 2
    return ((tp + tn) / n - e) / (1 - e)


def delta(function, c):
    gradient = [(function([v + (i == k) * 1e-4 * v for i, v in enumerate(c)]) - function([v - (i == k) * 1e-4 * v for i, v in enumerate(c)])) / (2e-4 * c[k]) for k in range(4)]
    return math.sqrt(sum(v * g * g for v, g in zip(c, gradient)))


def compare_decisions(source, key, counts):
    for name in shares(1, 1, 1, 1):
        got = interval(f"mlops.metric_ci(mlops.confusion(label, (score >= 0.5)::int), '{name}')", source, key)
        for k, c in counts.items():
            x, n = shares(*c)[name]
            want = (x / n, *proportion_confint(x, n, 0.05, "wilson"), math.sqrt(x / n * (1 - x / n) / n)) if n else (0.0, 0.0, 1.0, None) if sum(c) else (None,) * 4
            check_interval("metric_ci " + name, k, got[k], want)
    for name in ("accuracy", "precision_score", "recall_score", "f1_score"):
        direct, summary = (interval(f"mlops.{call}", source, key) for call in (f"{name}_ci(label, (score >= 0.5)::int)", f"metric_ci(mlops.confusion(label, (score >= 0.5)::int), '{name}')"))
        for k in counts:
            check(name + "_ci", k, float(direct[k] == summary[k]), 1.0)
    got = {name: interval(f"mlops.metric_ci(mlops.confusion(label, (score >= 0.5)::int), '{name}')", source, key) for name in ("f1_score", "balanced_accuracy", "matthews_corrcoef", "cohen_kappa")}
    for k, c in counts.items():
        tn, fp, fn, tp = c
        if tp + fn == 0 or tn + fp == 0 or min(c) == 0:
            continue
        j = proportion_confint(tp, tp + fp + fn, 0.05, "wilson")
        check_interval("metric_ci f1_score", k, got["f1_score"][k], (2 * tp / (2 * tp + fp + fn), *(2 * x / (1 + x) for x in j)))
        r, s = tp / (tp + fn), tn / (tn + fp)
        (l1, u1), (l2, u2) = proportion_confint(tp, tp + fn, 0.05, "wilson"), proportion_confint(tn, tn + fp, 0.05, "wilson")
        check_interval("metric_ci balanced_accuracy", k, got["balanced_accuracy"][k], ((r + s) / 2, (r + s - math.hypot(r - l1, s - l2)) / 2, (r + s + math.hypot(u1 - r, u2 - s)) / 2))
        v, se = mcc(c), delta(mcc, c)
        check_interval("metric_ci matthews_corrcoef", k, got["matthews_corrcoef"][k], (v, math.tanh(math.atanh(v) - Z * se / (1 - v * v)), math.tanh(math.atanh(v) + Z * se / (1 - v * v)), se), 1e-5)
        v, se = kappa(c), delta(kappa, c)
        check_interval("metric_ci cohen_kappa", k, got["cohen_kappa"][k], (v, max(v - Z * se, -1), min(v + Z * se, 1), se), 1e-5)


def counts_of(y, s):
    p = np.where(np.isnan(s), 1, s >= 0.5)
    return [int(np.sum((y == a) & (p == b))) for a in (0, 1) for b in (0, 1)]


labelled = {k: usable(d, "label", "score") for k, d in sets.items()}
by_carrier = {k: (g["label"].to_numpy(int), g["score"].to_numpy(float)) for k, g in flight.dropna(subset=["label", "score"]).groupby("carrier")}
compare_decisions("oracle_set", "ds", {k: counts_of(*v) for k, v in labelled.items()})
compare_decisions("oracle_flight", "carrier", {k: counts_of(*v) for k, v in by_carrier.items()})


# -- rankings --------------------------------------------------------------------

def delong_parts(y, s):
    """V10 and V01 by midranks"""
    m, n = int(np.sum(y == 1)), int(np.sum(y == 0))
    pooled = stats.rankdata(np.concatenate([s[y == 1], s[y == 0]]))
    return (pooled[:m] - stats.rankdata(s[y == 1])) / n, 1 - (pooled[m:] - stats.rankdata(s[y == 0])) / m


def jackknife_precision(y, s):
    """infinitesimal: derivatives by the weight of each row, numerically"""
    base = average_precision_score(y, s)
    h = 1e-4
    d = np.empty(len(y))
    for i in range(len(y)):
        w = np.ones(len(y))
        w[i] += h
        up = average_precision_score(y, s, sample_weight=w)
        w[i] -= 2 * h
        d[i] = (up - average_precision_score(y, s, sample_weight=w)) / (2 * h)
    return base, math.sqrt(np.sum(d * d))


def logit_interval(a, se):
    if not 0 < a < 1:
        return a, max(a - Z * se, 0), min(a + Z * se, 1), se
    h = Z * se / (a * (1 - a))
    return a, 1 / (1 + (1 - a) / a * math.exp(h)), 1 / (1 + (1 - a) / a * math.exp(-h)), se


def hanley_mcneil(t, m, n):
    return t * (1 - t) * (1 + (m - 1) * (1 - t) / (2 - t) + (n - 1) * t / (1 + t)) / (m * n)


def score_interval(a, variance, m, n, z=Z):
    """|a - t| = z errors of t, Hanley and McNeil's made to fit DeLong's; bounds where that has no root are a itself"""
    assumed, rarer = hanley_mcneil(a, m, n), min(m, n)
    ratio = (rarer * variance / assumed + 10) / (rarer + 10) if assumed > 0 else 1
    root = lambda end: brentq(lambda t: (a - t) ** 2 - z * z * ratio * hanley_mcneil(t, m, n), end, a, xtol=1e-15, rtol=1e-14) if a != end else a
    far = lambda end: next((e for e in end + (a - end) * 2.0 ** -np.arange(60) if (a - e) ** 2 > z * z * ratio * hanley_mcneil(e, m, n)), a)
    return a, root(far(0.0)), root(far(1.0)), math.sqrt(variance)


def touches(function, at):
    """is a bound 0 at the critical value that belongs to the p-value?"""
    low, high = function(at)
    return float(min(abs(low), abs(high)) <= 1e-7)


def compare_rankings(source, key, data):
    got = {m: interval(f"mlops.roc_auc_ci(mlops.two_samples(score, label = 1), 0.95, '{m}')", source, key) for m in ("delong_logit", "delong", "hanley_mcneil")}
    direct, gini = interval("mlops.roc_auc_ci(label, score)", source, key), interval("mlops.metric_ci(mlops.two_samples(score, label = 1), 'gini')", source, key)
    ap, ks = (interval(f"mlops.metric_ci(mlops.two_samples(score, label = 1), '{m}')", source, key) for m in ("average_precision", "ks_score"))
    for k, (y, s) in data.items():
        m, n = np.sum(y == 1), np.sum(y == 0)
        if np.isnan(s).any() or len(y) == 0:
            for name, g in (("roc_auc_ci", direct), ("metric_ci gini", gini), ("metric_ci average_precision", ap), ("metric_ci ks_score", ks)):
                check(name, f"NaN or empty {k}", g[k][0], math.nan if len(y) else None)
            continue
        if m < 2 or n < 2:
            continue
        order = np.unique(s, return_inverse=True)[1].astype(float)
        a = roc_auc_score(y, order)
        v10, v01 = delong_parts(y, order)
        se = math.sqrt(np.var(v10, ddof=1) / m + np.var(v01, ddof=1) / n)
        check_interval("roc_auc_ci", f"delong {k}", got["delong"][k], (a, max(a - Z * se, 0), min(a + Z * se, 1), se))
        check_interval("roc_auc_ci", f"logit {k}", got["delong_logit"][k], logit_interval(a, se), 1e-9)
        check_interval("roc_auc_ci", f"score {k}", direct[k], score_interval(a, se * se, m, n), 1e-9)
        check_interval("metric_ci gini", k, gini[k], (2 * a - 1, 2 * direct[k][1] - 1, 2 * direct[k][2] - 1, 2 * se))
        hm = math.sqrt((a * (1 - a) + (m - 1) * (a / (2 - a) - a * a) + (n - 1) * (2 * a * a / (1 + a) - a * a)) / (m * n))
        check_interval("roc_auc_ci", f"hanley {k}", got["hanley_mcneil"][k], (a, max(a - Z * hm, 0), min(a + Z * hm, 1), hm), 1e-9)
        if len(y) <= 400:
            base, error = jackknife_precision(y, order)
            check_interval("metric_ci average_precision", k, ap[k], logit_interval(base, error), 1e-5)
        else:
            check("metric_ci average_precision", k, ap[k][0], average_precision_score(y, order))
        d = stats.ks_2samp(order[y == 1], order[y == 0], mode="asymp").statistic
        check("metric_ci ks_score", f"estimate {k}", ks[k][0], d)
        check("metric_ci ks_score", f"order {k}", float(0 <= ks[k][1] <= ks[k][2] <= 1), 1.0)


compare_rankings("oracle_set", "ds", labelled)
compare_rankings("oracle_flight", "carrier", by_carrier)

# -- means: log loss, Brier score, values, errors -----------------------------------


def t_interval(v):
    n = len(v)
    mean = math.fsum(v) / n
    if n < 2:
        return mean, None, None, None
    se = np.std(v, ddof=1) / math.sqrt(n)
    return mean, mean - critical(n) * se, mean + critical(n) * se, se


log_loss, brier = interval("mlops.log_loss_ci(label, score)", "oracle_set"), interval("mlops.brier_score_ci(label, score)", "oracle_set")
for k, (y, s) in labelled.items():
    if len(y) == 0 or np.isnan(s).any():
        check("log_loss_ci", f"NaN or empty {k}", log_loss[k][0], math.nan if len(y) else None)
        check("brier_score_ci", f"NaN or empty {k}", brier[k][0], math.nan if len(y) else None)
        continue
    p = np.clip(s, 2.0 ** -52, 1 - 2.0 ** -52)
    for name, got, losses, most in (("log_loss_ci", log_loss, np.where(y == 1, -np.log(p), -np.log1p(-p)), math.inf), ("brier_score_ci", brier, (s - y) ** 2, 1)):
        e, l, u, se = t_interval(losses)
        check_interval(name, k, got[k], (e, None if l is None else max(l, 0), None if u is None else min(u, most), se), None)

mean, moments = interval("mlops.mean_ci(value)", "oracle_set"), {}
for k, d in sets.items():
    v = usable(d, "value")[0]
    if len(v) and np.isfinite(v).all() and (abs(v).max() < 1e6 or np.ptp(v) == 0):
        check_interval("mean_ci", k, mean[k], t_interval(v), None)
    else:
        check("mean_ci", k, mean[k][0], None if len(v) == 0 else math.fsum(v) / len(v) if np.isfinite(v).all() else float(np.sum(v) / len(v)), 1e-9)

names = ["mae", "mean_error", "mse", "rmse", "mape", "smape", "wape", "r2_score", "explained_variance"]
direct = ("mae", "rmse", "r2_score")
got = {n: interval(f"mlops.{n}_ci(actual, predicted)" if n in direct else f"mlops.metric_ci(mlops.error_moments(actual, predicted), '{n}')", "oracle_set") for n in names}
summary = {n: interval(f"mlops.metric_ci(mlops.errors(actual, predicted), '{n}')", "oracle_set") for n in ("mae", "mean_error", "mse", "rmse")}
for k, d in sets.items():
    a, p = usable(d, "actual", "predicted")
    e = p - a
    n = len(a)
    if n == 0 or np.isnan(e).any():
        for name in names:
            check(name + "_ci" if name in direct else "metric_ci " + name, f"NaN or empty {k}", got[name][k][0], math.nan if n else None)
        continue
    if n < 3 or abs(a).max() > 1e8:
        continue
    t = critical(n)

    def positive(v):
        e, l, u, se = t_interval(v)
        return e, max(l, 0), u, se

    want = {"mae": positive(abs(e)), "mean_error": t_interval(e), "mape": positive(abs(e) / np.maximum(abs(a), 2.0 ** -52)),
            "smape": positive(np.where(abs(a) + abs(p) == 0, 0, 2 * abs(e) / (abs(a) + abs(p))))}
    m, _, _, se = t_interval(e * e)
    want["mse"] = (m, m * math.exp(-t * se / m), m * math.exp(t * se / m), se)
    want["rmse"] = tuple(math.sqrt(v) for v in want["mse"][:3]) + (se / (2 * math.sqrt(m)),)
    r = abs(e).sum() / abs(a).sum()
    se = math.sqrt(np.sum((abs(e) - r * abs(a)) ** 2) / (n - 1) / n) / abs(a).mean()
    want["wape"] = (r, max(r - t * se, 0), r + t * se, se)
    for name, rest in (("r2_score", e), ("explained_variance", e - e.mean())):
        q, v = np.mean(rest ** 2), np.var(a)
        if np.ptp(a) == 0:
            want[name] = (None,) * 4
            continue
        se = np.std(rest ** 2 / q - (a - a.mean()) ** 2 / v, ddof=0) / math.sqrt(n - 1)
        want[name] = (1 - q / v, 1 - q / v * math.exp(t * se), 1 - q / v * math.exp(-t * se), se * q / v)
    for name in names:
        check_interval(name + "_ci" if name in direct else "metric_ci " + name, k, got[name][k], want[name], 1e-7)
    for name in ("mae", "mean_error"):
        check_interval("metric_ci " + name, f"errors {k}", summary[name][k], want[name], None)
    for name in ("mse", "rmse"):
        check_interval("metric_ci " + name, f"errors {k}", summary[name][k], want[name], 1e-7)

# -- two versions on the same rows -----------------------------------------------

frames = []
for k in range(30):
    n = int(generator.integers(4, 300))
    y = generator.integers(0, 2, n)
    y[:4] = 0, 0, 1, 1
    a, b = (np.round(generator.normal(0.8 * y, 1), int(generator.integers(0, 5))) for _ in range(2))
    actual = generator.normal(5, 2, n)
    frames.append(pd.DataFrame({"ds": k, "y": y, "a": a, "b": b, "actual": actual, "pa": actual + generator.normal(0, 1, n), "pb": actual + generator.normal(0.1, 1.1, n),
                                "w": generator.integers(0, 4, n)}))
paired = pd.concat(frames)
load("oracle_paired", "ds int, y int, a float8, b float8, actual float8, pa float8, pb float8, w float8", paired)
got = {r[0]: r[1:] for r in rows("""
    SELECT ds, (d).auc_a, (d).auc_b, (d).std_error, (d).p_value, (c).lower, (c).upper, (m).statistic, (m).p_value, (x).p_value, (u).p_value,
           (e).difference, (e).p_value, (e).lower, (s).p_value, (w).p_value, (q).p_value, (q).lower, (q).upper
    FROM (SELECT ds, mlops.delong_test(y, a, b) AS d, mlops.compare(y, a, b) AS c, mlops.mcnemar_test(mlops.confusion((a > 0.4) = (y = 1), (b > 0.4) = (y = 1)), 'chi_square') AS m,
                 mlops.mcnemar_test(mlops.confusion((a > 0.4) = (y = 1), (b > 0.4) = (y = 1)), 'exact') AS x, mlops.compare(mlops.scores(y, a), mlops.scores(y, b)) AS u,
                 mlops.compare_errors(actual, pa, pb) AS e, mlops.compare_squared_errors(actual, pa, pb) AS s, mlops.compare(mlops.errors(actual, pa), mlops.errors(actual, pb)) AS w,
                 mlops.compare(mlops.confusion(y, (a > 0.4)::int), mlops.confusion(y, (b > 0.4)::int)) AS q
          FROM oracle_paired GROUP BY 1) AS t""")}
automatic = dict(rows("SELECT ds, (mlops.mcnemar_test((a > 0.4) = (y = 1), (b > 0.4) = (y = 1))).p_value FROM oracle_paired GROUP BY 1"))
for k, d in paired.groupby("ds"):
    g = got[k]
    y, a, b = d["y"].to_numpy(), d["a"].to_numpy(), d["b"].to_numpy()
    (va, ua), (vb, ub) = delong_parts(y, a), delong_parts(y, b)
    se = math.sqrt(np.var(va - vb, ddof=1) / len(va) + np.var(ua - ub, ddof=1) / len(ua))
    single = [np.var(v, ddof=1) / len(v) + np.var(u, ddof=1) / len(u) for v, u in ((va, ua), (vb, ub))]
    check("delong_test", f"auc a {k}", g[0], roc_auc_score(y, a))
    check("delong_test", f"auc b {k}", g[1], roc_auc_score(y, b))
    check("delong_test", f"error {k}", g[2], se)
    parts = [np.var(va - vb, ddof=1) / len(va), np.var(ua - ub, ddof=1) / len(ua)]
    df = se ** 4 / (parts[0] ** 2 / (len(va) - 1) + parts[1] ** 2 / (len(ua) - 1)) if se else math.nan
    check("delong_test", f"p {k}", g[3], 2 * stats.t.sf(abs(g[0] - g[1]) / se, df) if se else 1.0 if g[0] == g[1] else None, 1e-9)
    if se:
        check("compare", f"lower {k}", g[4], max(g[1] - g[0] - stats.t.ppf(0.975, df) * se, -1), 1e-8)
        check("compare", f"upper {k}", g[5], min(g[1] - g[0] + stats.t.ppf(0.975, df) * se, 1), 1e-8)
    ca, cb = (a > 0.4) == (y == 1), (b > 0.4) == (y == 1)
    table = [[np.sum(ca & cb), np.sum(ca & ~cb)], [np.sum(~ca & cb), np.sum(~ca & ~cb)]]
    discordant = table[0][1] + table[1][0]
    if discordant:
        check("mcnemar_test", f"chi square {k}", g[6], mcnemar(table, exact=False, correction=True).statistic)
        check("mcnemar_test", f"chi square p {k}", g[7], mcnemar(table, exact=False, correction=True).pvalue, 1e-9)
        check("mcnemar_test", f"exact p {k}", g[8], min(1.0, mcnemar(table, exact=True).pvalue), 1e-9)
        check("mcnemar_test", f"auto {k}", automatic[k], min(1.0, mcnemar(table, exact=discordant < 25, correction=True).pvalue), 1e-9)
    m, n = len(va), len(ua)

    def between(z):
        (pa, la, ha, _), (pb, lb, hb, _) = (score_interval(g[i], single[i], m, n, z) for i in (0, 1))
        return pb - pa - math.hypot(pb - lb, ha - pa), pb - pa + math.hypot(hb - pb, pa - la)

    if g[0] != g[1]:
        check("compare", f"scores p {k}", touches(between, stats.t.isf(g[9] / 2, 2 * min(m, n) - 2)), 1.0)
    ea, eb = abs(d["pa"] - d["actual"]), abs(d["pb"] - d["actual"])
    test = stats.ttest_rel(eb, ea)
    check("compare_errors", f"difference {k}", g[10], np.mean(eb - ea))
    check("compare_errors", f"p {k}", g[11], test.pvalue, 1e-9)
    check("compare_errors", f"lower {k}", g[12], np.mean(eb - ea) - critical(len(d)) * np.std(eb - ea, ddof=1) / math.sqrt(len(d)))
    check("compare_squared_errors", f"p {k}", g[13], stats.ttest_rel(eb ** 2, ea ** 2).pvalue, 1e-9)
    check("compare", f"errors p {k}", g[14], stats.ttest_ind(ea, eb, equal_var=False).pvalue, 1e-9)
    x, n = [int(ca.sum()), int(cb.sum())], len(d)
    newcombe = lambda z: confint_proportions_2indep(x[1], n, x[0], n, method="newcomb", compare="diff", alpha=2 * stats.norm.sf(z))
    if 0 < x[0] < n and 0 < x[1] < n:
        low, high = newcombe(stats.t.ppf(0.975, 2 * n - 2))
        check("compare", f"confusion lower {k}", g[16], low, 1e-8)
        check("compare", f"confusion upper {k}", g[17], high, 1e-8)
        if x[0] != x[1]:
            check("compare", f"confusion p {k}", touches(newcombe, stats.t.isf(g[15] / 2, 2 * n - 2)), 1.0)

# -- calibration -------------------------------------------------------------------

fits = {r[0]: r[1:] for r in rows("""
    SELECT ds, (SELECT array_agg(mlops.isotonic_predict(f, x) ORDER BY x) FROM generate_series(-3, 4, 0.25) AS x), (SELECT array_agg(mlops.isotonic_predict(fw, x) ORDER BY x) FROM generate_series(-3, 4, 0.25) AS x),
           (p).slope, (p).intercept, mlops.platt_predict(p, 0.3), (SELECT array_agg(mlops.isotonic_predict(c, x) ORDER BY x) FROM generate_series(-3, 4, 0.25) AS x)
    FROM (SELECT ds, mlops.isotonic_fit(a, y) AS f, mlops.isotonic_fit(a, y, w) AS fw, mlops.platt_fit(a, y) AS p, mlops.calibrate(a, y) AS c FROM oracle_paired GROUP BY 1) AS t""")}
grid = np.arange(-3, 4.01, 0.25)
for k, d in paired.groupby("ds"):
    y, a, w = d["y"].to_numpy(float), d["a"].to_numpy(), d["w"].to_numpy(float)
    plain = IsotonicRegression(out_of_bounds="clip").fit(a, y).predict(grid)
    weighted = IsotonicRegression(out_of_bounds="clip").fit(a[w > 0], y[w > 0], sample_weight=w[w > 0]).predict(grid)
    for i in range(len(grid)):
        check("isotonic_fit", f"{grid[i]} {k}", fits[k][0][i], plain[i], None)
        check("isotonic_fit", f"weighted {grid[i]} {k}", fits[k][1][i], weighted[i], None)
        check("calibrate", f"{grid[i]} {k}", fits[k][5][i], plain[i] if roc_auc_score(y, a) <= 0.999 else min(max(grid[i], 0), 1))
    m, n = y.sum(), len(y) - y.sum()
    target = np.where(y == 1, (m + 1) / (m + 2), 1 / (n + 2))
    best = optimize.minimize(lambda c: np.sum(np.logaddexp(0, c[0] * a + c[1]) - target * (c[0] * a + c[1])), (0.0, 0.0), method="BFGS", options={"gtol": 1e-9})
    check("platt_fit", f"slope {k}", fits[k][2], best.x[0], 1e-5)
    check("platt_fit", f"intercept {k}", float(abs(fits[k][3] - best.x[1]) < 1e-5), 1.0)
    check("platt_predict", k, fits[k][4], 1 / (1 + math.exp(-(fits[k][2] * 0.3 + fits[k][3]))))

# -- without labels: NannyML's formulas --------------------------------------------

frames = []
for k in range(20):
    n = int(generator.integers(5, 400))
    p = np.round(generator.beta(0.8, 1.2, n), int(generator.integers(2, 6)))
    q = generator.dirichlet(np.ones(4), n)
    frames.append(pd.DataFrame({"ds": k, "p": p, "s": np.round(generator.normal(p, 0.2), 2), "loss": generator.normal(0.5, 1, n), "k": generator.integers(0, 4, n),
                                "q0": q[:, 0], "q1": q[:, 1], "q2": q[:, 2], "q3": q[:, 3]}))
unlabelled = pd.concat(frames)
load("oracle_unlabelled", "ds int, p float8, s float8, loss float8, k int, q0 float8, q1 float8, q2 float8, q3 float8", unlabelled)
names = ["accuracy", "precision_score", "recall_score", "f1_score", "specificity"]
binary = {r[0]: r[1:] for r in rows("SELECT ds, " + ", ".join(f"mlops.{n}(mlops.cbpe(p, p >= 0.4))" for n in names) + ", mlops.cbpe_roc_auc(p, s), mlops.cbpe_average_precision(p, s), "
                                   "mlops.mae(mlops.dle(loss)), mlops.mse(mlops.dle(loss)), mlops.rmse(mlops.dle(loss)), (mlops.metric_ci(mlops.dle(loss), 'mae')).upper, "
                                   "(mlops.metric_ci(mlops.dle(loss), 'mse')).lower, (mlops.metric_ci(mlops.dle(loss), 'rmse')).upper "
                                   "FROM oracle_unlabelled GROUP BY 1")}
several = {r[0]: r[1:] for r in rows("SELECT ds, " + ", ".join(f"mlops.{n}(mlops.cbpe(array[q0, q1, q2, q3], k))" for n in names) + " FROM oracle_unlabelled GROUP BY 1")}
errors = {n: interval(f"mlops.metric_ci(mlops.cbpe(p, p >= 0.4), '{n}')", "oracle_unlabelled") for n in names}


def metrics_of(tp, fp, fn, tn):
    return (tp / (tp + fp) if tp + fp else 0.0, tp / (tp + fn) if tp + fn else 0.0, tp / (tp + (fp + fn) / 2) if tp + fp + fn else 0.0, tn / (tn + fp) if tn + fp else 0.0)


for k, d in unlabelled.groupby("ds"):
    p, s, n = d["p"].to_numpy(), d["s"].to_numpy(), len(d)
    hit = p >= 0.4
    tp, fp, fn, tn = p[hit].sum(), (1 - p[hit]).sum(), p[~hit].sum(), (1 - p[~hit]).sum()
    want = ((tp + tn) / n, *metrics_of(tp, fp, fn, tn))
    for name, g, w in zip(names, binary[k], want):
        check("cbpe " + name, k, g, w)
    # expected labels as weights: each row is p positives and 1 - p negatives
    y, ss, w = np.repeat([1, 0], n), np.concatenate([s, s]), np.concatenate([p, 1 - p])
    check("cbpe_roc_auc", k, binary[k][5], roc_auc_score(y, ss, sample_weight=w))
    check("cbpe_average_precision", k, binary[k][6], average_precision_score(y, ss, sample_weight=w))
    v1, v0 = (p[hit] * (1 - p[hit])).sum(), (p[~hit] * (1 - p[~hit])).sum()
    check("metric_ci cbpe accuracy", k, errors["accuracy"][k][3], math.sqrt(v1 + v0) / n)
    check("metric_ci cbpe precision_score", k, errors["precision_score"][k][3], math.sqrt(v1) / hit.sum() if hit.any() else 0.0)
    check("metric_ci cbpe recall_score", k, errors["recall_score"][k][3], math.sqrt(fn ** 2 * v1 + tp ** 2 * v0) / (tp + fn) ** 2)
    check("metric_ci cbpe specificity", k, errors["specificity"][k][3], math.sqrt(fp ** 2 * v0 + tn ** 2 * v1) / (tn + fp) ** 2)
    f = lambda a, b: 2 * a / (hit.sum() + a + b)
    h = 1e-5 * max(tp, 1)
    check("metric_ci cbpe f1_score", k, errors["f1_score"][k][3], math.sqrt(((f(tp + h, fn) - f(tp - h, fn)) / (2 * h)) ** 2 * v1 + ((f(tp, fn + h) - f(tp, fn - h)) / (2 * h)) ** 2 * v0), 1e-6)
    q, c = d[["q0", "q1", "q2", "q3"]].to_numpy(), d["k"].to_numpy()
    each = np.array([metrics_of(q[c == i, i].sum(), (1 - q[c == i, i]).sum(), q[c != i, i].sum(), (1 - q[c != i, i]).sum()) for i in range(4)])
    for name, g, w in zip(names, several[k], (q[np.arange(n), c].mean(), *each.mean(axis=0))):
        check("cbpe " + name, f"classes {k}", g, w)
    loss = np.maximum(d["loss"].to_numpy(), 0)
    e, l, u, se = t_interval(loss)
    for name, g, w in zip(("dle mae", "dle mse", "dle rmse"), binary[k][7:10], (e, e, math.sqrt(e))):
        check(name, k, g, w)
    for name, g, w in zip(("metric_ci dle mae", "metric_ci dle mse", "metric_ci dle rmse"), binary[k][10:], (u, l, math.sqrt(u))):
        check(name, k, g, w)


# -- several classes, groups: a bootstrap written anew -----------------------------

DRAWS = 4000


def division(a, b):
    return np.divide(a, b, out=np.full(np.broadcast(a, b).shape, np.nan), where=b != 0)


def class_metrics(t):
    """of tables (draws, labels, predictions); a class that a draw lacks is left out of its means"""
    t = t.astype(float)
    n, hit = t.sum((1, 2)), np.diagonal(t, axis1=1, axis2=2)
    support, predicted = t.sum(2), t.sum(1)
    there, right = support + predicted > 0, hit.sum(1)
    chance = (support * predicted).sum(1)
    scale = np.sqrt((n * n - (support ** 2).sum(1)) * (n * n - (predicted ** 2).sum(1)))
    distance = abs(np.subtract.outer(np.arange(t.shape[1]), np.arange(t.shape[1])))

    def mean(a, b, weights):
        return division((np.nan_to_num(division(a, b)) * weights).sum(1), weights.sum(1))

    return {"balanced_accuracy": mean(hit, support, (support > 0).astype(float)), "matthews_corrcoef": np.nan_to_num(division(right * n - chance, scale)),
            "cohen_kappa": division(right * n - chance, n * n - chance),
            "cohen_kappa linear": 1 - division((t * distance).sum((1, 2)) * n, np.einsum("di,ij,dj->d", support, distance, predicted)),
            "precision_score": mean(hit, predicted, there.astype(float)), "precision weighted": mean(hit, predicted, support), "recall_score": mean(hit, support, there.astype(float)),
            "recall weighted": mean(hit, support, support), "f1_score": mean(2 * hit, support + predicted, there.astype(float)),
            "jaccard_score": mean(hit, support + predicted - hit, there.astype(float)), "fbeta_score": mean(5 * hit, 4 * support + predicted, there.astype(float))}


def alike(name, where, got, estimate, lower, upper, spread):
    """the estimate exactly; bounds and error as two independent sets of draws may differ"""
    check(name, f"estimate {where}", got[0], estimate)
    check(name, f"bounds {where}: {got[1:3]} {lower, upper}", float(max(abs(got[1] - lower), abs(got[2] - upper)) <= 0.45 * spread), 1.0)
    check(name, f"std_error {where}: {got[3]} {spread}", float(abs(got[3] / spread - 1) <= 0.12), 1.0)


tables = [np.outer(generator.dirichlet(np.full(k, 3.0)), np.ones(k)) * (generator.dirichlet(np.ones(k), k) + 2 * np.eye(k)) / 3 for k in (2, 3, 3, 5, 8)]
tables = [generator.multinomial(n, t.ravel()).reshape(t.shape) for t, n in zip(tables, (150, 90, 4000, 700, 900000))]
calls = {"cohen_kappa linear": "'cohen_kappa', weighting => 'linear'", "precision weighted": "'precision_score', average => 'weighted'", "recall weighted": "'recall_score', average => 'weighted'",
         "fbeta_score": "'fbeta_score', beta => 2"}
for k, table in enumerate(tables):
    # rows of every cell from powers of two, merged
    load("oracle_cells", "y int, p int, bit int", pd.DataFrame([(i, j, b) for i in range(len(table)) for j in range(len(table)) for b in range(20) if int(table[i, j]) >> b & 1]))
    cursor.execute("""DROP TABLE IF EXISTS oracle_classes; CREATE TEMP TABLE oracle_classes AS SELECT mlops.class_confusion(y, p) AS c FROM oracle_cells, generate_series(1, 1 << bit)""")
    draws = class_metrics(generator.multinomial(table.sum(), (table / table.sum()).ravel(), DRAWS).reshape(DRAWS, *table.shape))
    for metric, values in draws.items():
        call = calls.get(metric, f"'{metric}'")
        got = rows(f"SELECT (i).estimate, (i).lower, (i).upper, (i).std_error FROM (SELECT mlops.metric_ci(c, {call}) AS i FROM oracle_classes OFFSET 0) AS t")[0]
        values = values[~np.isnan(values)]
        alike("metric_ci", f"{metric} {k}", got, class_metrics(table[None])[metric][0], *np.quantile(values, [0.025, 0.975]), values.std(ddof=1))
    right, n = int(np.trace(table)), int(table.sum())
    for call, x in {"'accuracy'": right, "'hamming_loss'": n - right, "'f1_score', average => 'micro'": right, "'precision_score', average => 'micro'": right, "'recall_score', average => 'micro'": right}.items():
        got = rows(f"SELECT (i).estimate, (i).lower, (i).upper FROM (SELECT mlops.metric_ci(c, {call}) AS i FROM oracle_classes OFFSET 0) AS t")[0]
        check_interval("metric_ci " + call, f"Wilson {k}", got, (x / n, *proportion_confint(x, n, method="wilson")), 1e-9)
    # two summaries compared
    other = generator.multinomial(300, ((table + table.T) / 2 / table.sum()).ravel()).reshape(table.shape)
    load("oracle_other", "y int, p int, n int", pd.DataFrame([(i, j, other[i, j]) for i in range(len(table)) for j in range(len(table))]))
    for metric in ("accuracy", "cohen_kappa", "f1_score", "balanced_accuracy"):
        got = rows(f"SELECT (d).a, (d).b, (d).lower, (d).upper, (d).p_value FROM (SELECT mlops.compare(a.c, b.c, '{metric}') AS d FROM oracle_classes AS a, (SELECT mlops.class_confusion(y, p) AS c FROM oracle_other, generate_series(1, n)) AS b) AS t")[0]
        if metric == "accuracy":
            x = [int(np.trace(other)), right]
            newcombe = lambda z: confint_proportions_2indep(x[0], 300, x[1], n, method="newcomb", compare="diff", alpha=2 * stats.norm.sf(z))
            check("compare", f"classes p {k}", touches(newcombe, stats.t.isf(got[4] / 2, n + 298)), 1.0)
            low, high = newcombe(stats.t.ppf(0.975, n + 298))
            check_interval("compare", f"classes {k}", got[1:4], (got[1], low, high), 1e-9)
            continue
        sides = [class_metrics(generator.multinomial(t.sum(), (t / t.sum()).ravel(), DRAWS).reshape(DRAWS, *t.shape))[metric] for t in (table, other)]
        spread = math.sqrt(sum(np.nanvar(v, ddof=1) for v in sides))
        for side, t, value in zip("ab", (table, other), got):
            check("compare", f"classes {metric} {side} {k}", value, class_metrics(t[None])[metric][0])
        z = abs(got[1] - got[0]) / spread
        check("compare", f"classes {metric} p {k}: {got[4]} {2 * stats.norm.sf(z)}", float(2 * stats.norm.sf(1.12 * z) <= got[4] * (1 + 1e-9) and got[4] <= 2 * stats.norm.sf(z / 1.12) * (1 + 1e-9)), 1.0)
        check("compare", f"classes {metric} bounds {k}: {got[2:4]}", float(abs((got[3] - got[2]) / (2 * Z * spread) - 1) <= 0.2), 1.0)


def group_rates(t):
    """selection rate, recall, false positive rate, precision of tables (draws, groups, tn fp fn tp)"""
    tn, fp, fn, tp = np.moveaxis(t.astype(float), -1, 0)
    return {"selection": division(fp + tp, tn + fp + fn + tp), "tpr": division(tp, fn + tp), "fpr": division(fp, fp + tn), "precision": division(tp, tp + fp)}


def spread_of(r):
    return np.nanmax(r, axis=1) - np.nanmin(r, axis=1)


between = {"demographic_parity": ["selection"], "equal_opportunity": ["tpr"], "equalized_odds": ["tpr", "fpr"], "predictive_parity": ["precision"], "predictive_equality": ["fpr"]}
for k, (sizes, tilt) in enumerate((([300, 300], 0.15), ([150, 400, 250], 0.1), ([2000, 2000, 3000, 1500], 0.02))):
    table = np.array([generator.multinomial(n, np.array([0.3 - tilt * i / 2, 0.15 + tilt * i / 2, 0.2 - tilt * i / 3, 0.35 + tilt * i / 3])) for i, n in enumerate(sizes)])
    load("oracle_groups", "g text, y bool, p bool", pd.DataFrame([(f"g{g}", y, p) for g, cells in enumerate(table) for (y, p), n in zip(((False, False), (False, True), (True, False), (True, True)), cells) for _ in range(n)]))
    cursor.execute("DROP TABLE IF EXISTS oracle_group_counts; CREATE TEMP TABLE oracle_group_counts AS SELECT mlops.group_confusion(y, p, g) AS c FROM oracle_groups")
    given, drawn = group_rates(table[None]), group_rates(np.stack([generator.multinomial(c.sum(), c / c.sum(), DRAWS) for c in table], axis=1))
    for metric, names in between.items():
        for kind in ("difference", "ratio") if not metric.startswith("predictive") else ("difference",):
            f = spread_of if kind == "difference" else lambda r: np.log(np.nanmax(r, axis=1) / np.nanmin(r, axis=1))
            scale = (lambda r: r) if kind == "difference" else np.log
            back = (lambda v: v) if kind == "difference" else (lambda v: np.exp(-v))
            estimate = max(f(given[n])[0] for n in names)
            values = np.max([f(drawn[n]) for n in names], axis=0)
            distance = np.quantile(np.max([spread_of(scale(drawn[n]) - scale(given[n])) for n in names], axis=0), 0.95)
            bounds = sorted((back(max(estimate - distance, 0)), back(estimate + distance)))
            name = f"{metric}_{kind}"
            got = rows(f"SELECT (i).estimate, (i).lower, (i).upper, (i).std_error FROM (SELECT mlops.metric_ci(c, '{name}') AS i FROM oracle_group_counts OFFSET 0) AS t")[0]
            alike("metric_ci " + name, k, got, back(estimate), bounds[0], min(bounds[1], 1), back(values).std(ddof=1))
    parts = [group_rates(np.stack([t[:, 1:].sum(1), t[:, 0]], axis=1)) for t in (table[None], np.stack([generator.multinomial(c.sum(), c / c.sum(), DRAWS) for c in table], axis=1))]
    gap = lambda r, n: r[n][:, 0] - r[n][:, 1]
    for name, f in {"disparate_impact": lambda r: r["selection"][:, 0] / r["selection"][:, 1], "statistical_parity_difference": lambda r: gap(r, "selection"),
                    "average_odds_difference": lambda r: (gap(r, "fpr") + gap(r, "tpr")) / 2}.items():
        got = rows(f"SELECT (i).estimate, (i).lower, (i).upper, (i).std_error FROM (SELECT mlops.metric_ci(c, '{name}', privileged => 'g0') AS i FROM oracle_group_counts OFFSET 0) AS t")[0]
        alike("metric_ci " + name, k, got, f(parts[0])[0], *np.quantile(f(parts[1]), [0.025, 0.975]), f(parts[1]).std(ddof=1))
cursor.execute("DROP TABLE oracle_cells, oracle_groups, oracle_classes, oracle_group_counts")
