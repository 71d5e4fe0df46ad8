"""The metrics and drift statistics of prediction tables, with scikit-learn, scipy and pandas."""
import math

import numpy as np
import pandas as pd
from scipy import spatial, stats
from sklearn import metrics as sk

from datasets import f, samples, sets, usable
from harness import check, cursor, grouped, rows

# -- reference implementations ---------------------------------------------------

def ratio(a, b):
    return a / b if b else 0.0


def confusion_reference(y, p):
    if len(y) == 0:
        return {}
    tn, fp, fn, tp = sk.confusion_matrix(y, p, labels=[0, 1]).ravel()
    kappa = sk.cohen_kappa_score(y, p)
    return {"accuracy": sk.accuracy_score(y, p), "balanced_accuracy": sk.balanced_accuracy_score(y, p), "hamming_loss": sk.hamming_loss(y, p),
            "precision_score": sk.precision_score(y, p, zero_division=0), "recall_score": sk.recall_score(y, p, zero_division=0),
            "specificity": ratio(tn, tn + fp), "npv": ratio(tn, tn + fn),
            "fpr": ratio(fp, fp + tn), "fnr": ratio(fn, fn + tp), "f1_score": sk.f1_score(y, p, zero_division=0),
            "jaccard_score": sk.jaccard_score(y, p, zero_division=0), "matthews_corrcoef": sk.matthews_corrcoef(y, p),
            "cohen_kappa": None if math.isnan(kappa) else kappa}


def ranking_reference(y, s):
    if np.isnan(s).any():
        return dict.fromkeys(("roc_auc", "gini", "ks_score", "average_precision"), math.nan)
    if len(y) == 0 or y.min() == y.max():
        return {"average_precision": 1.0 if len(y) and y.max() == 1 else None}
    auc = sk.roc_auc_score(y, s)
    return {"roc_auc": auc, "gini": 2 * auc - 1, "ks_score": stats.ks_2samp(s[y == 1], s[y == 0], mode="asymp").statistic,
            "average_precision": sk.average_precision_score(y, s)}


def probability_reference(y, s):
    if len(y) == 0:
        return {}
    if np.isnan(s).any():
        return dict.fromkeys(("log_loss", "brier_score", "brier_skill_score"), math.nan)
    p = np.clip(s, 2.0**-52, 1 - 2.0**-52)
    brier = np.mean((s - y) ** 2)
    base = y.mean() * (1 - y.mean())
    return {"log_loss": sk.log_loss(y, p, labels=[0, 1], eps=2.0**-52), "brier_score": brier,
            "brier_skill_score": 1 - brier / base if base > 0 else None}


def error_reference(a, p):
    n = len(a)
    if n == 0:
        return {}
    names = ("mae", "mse", "rmse", "max_error", "mean_error", "r2_score", "explained_variance", "mape", "wape", "smape")
    if np.isnan(a).any() or np.isnan(p).any():
        return dict.fromkeys(names, math.nan)
    e = p - a
    return {"mae": sk.mean_absolute_error(a, p), "mse": sk.mean_squared_error(a, p),
            "rmse": math.sqrt(sk.mean_squared_error(a, p)), "max_error": sk.max_error(a, p), "mean_error": math.fsum(e) / n,
            "r2_score": sk.r2_score(a, p) if n > 1 else None,
            "explained_variance": sk.explained_variance_score(a, p) if n > 1 else "skip",
            "mape": sk.mean_absolute_percentage_error(a, p), "wape": math.fsum(abs(e)) / math.fsum(abs(a)),
            "smape": np.mean(np.where(abs(a) + abs(p) == 0, 0, 2 * abs(e) / (abs(a) + abs(p))))}


def distance_reference(p, q, suffix=""):
    """p, q: counts of reference and current"""
    p, q = p / p.sum(), q / q.sum()
    a, b = np.where(p == 0, 1e-4, p), np.where(q == 0, 1e-4, q)
    both = (p == 0) & (q == 0)
    js = spatial.distance.jensenshannon(p, q, base=2)
    js = 0.0 if math.isnan(js) else js
    return {"psi": np.sum(np.where(both, 0, (b - a) * np.log(b / a))), "kl_divergence": stats.entropy(q, p),
            "js_distance": js, "hellinger_distance": math.sqrt(0.5 * np.sum((np.sqrt(p) - np.sqrt(q)) ** 2)),
            "total_variation_distance": 0.5 * np.sum(abs(p - q)), "l_infinity_distance": np.max(abs(p - q))}


def quantile_edges(r, bins=10):
    r = np.sort(r)
    edges = []
    for j in range(1, bins):
        whole, part = divmod(j * (len(r) - 1), bins)
        edge = r[whole] + (part / bins) * (r[whole + 1] - r[whole]) if part and r[whole + 1] != r[whole] else r[whole]
        if not edges or edge > edges[-1]:
            edges.append(edge)
        elif len(edges) < 2 or edges[-2] < np.nextafter(edge, -np.inf):
            edges[-1:] = [np.nextafter(edge, -np.inf), edge]  # several quantiles: a bin to itself
    # what is less than every value of the reference has a bin of its own
    if edges[0] == r[0]:
        edges.insert(0, np.nextafter(r[0], -np.inf))
    return np.array(edges)


def compare(what, where, got, want, names, relative=None):
    for name in names:
        reference = want.get(name)
        if isinstance(reference, str):
            continue
        check(name, f"{what} {where}", got[name], reference, relative)


# -- comparisons ---------------------------------------------------------------

def compare_classifier(source, key, data):
    names = list(confusion_reference(np.array([0, 1]), np.array([0, 1])))
    got = grouped(names, "label, (score >= 0.5)::int", source, key)
    for k, (y, s) in data.items():
        compare("decisions", k, got[k], confusion_reference(y, np.where(np.isnan(s), 1, s >= 0.5).astype(int)), names)
    names = ["roc_auc", "gini", "ks_score", "average_precision"]
    got = grouped(names, "label, score", source, key)
    for k, (y, s) in data.items():
        compare("ranking", k, got[k], ranking_reference(y, s), names)
    names = ["log_loss", "brier_score", "brier_skill_score"]
    got = grouped(names, "label, score", source, key)
    for k, (y, s) in data.items():
        compare("probabilities", k, got[k], probability_reference(y, s), names)
    # the summary: equal while exact, within its bounds always
    for k, exact, auc, lower, upper, direct, logloss, brier in rows(
            f"SELECT {key}, mlops.is_exact(s), mlops.roc_auc(s), (b).lower, (b).upper, direct, mlops.log_loss(s), mlops.brier_score(s)"
            f" FROM (SELECT {key}, mlops.scores(label, score) AS s, mlops.roc_auc(label, score) FILTER (WHERE score <> 'NaN') AS direct"
            f" FROM {source} GROUP BY 1) AS t, LATERAL (SELECT mlops.roc_auc_bounds(s) AS b) AS u"):
        check("scores", f"bounds {k}", 1.0 if direct is None or lower <= direct <= upper else 0.0, 1.0)
        if exact:
            check("scores", f"auc {k}", auc, direct)
        want = probability_reference(*data[k])
        check("scores", f"log loss {k}", logloss, want.get("log_loss"))
        check("scores", f"brier {k}", brier, want.get("brier_score"))


def compare_regression(source, key, data):
    names = ["mae", "mse", "rmse", "max_error", "mean_error", "r2_score", "explained_variance", "mape", "wape", "smape"]
    got = grouped(names, "actual, predicted", source, key)
    summary = {r[0]: r[1:] for r in rows(f"SELECT {key}, mlops.rmse(e), mlops.r2_score(e) FROM (SELECT {key}, "
                                        f"mlops.errors(actual, predicted) AS e FROM {source} GROUP BY 1) AS t")}
    for k, (a, p) in data.items():
        want = error_reference(a, p)
        if len(a) and not np.isnan(a).any() and abs(a).max() > 1e8:
            # squares of 1e9 leave scikit-learn fewer digits than the tolerance: exact rational arithmetic instead
            from fractions import Fraction as F
            A, P = [F(x) for x in a], [F(x) for x in p]
            m = sum(A) / len(A)
            spread = sum((x - m) ** 2 for x in A)
            E = [y - x for x, y in zip(A, P)]
            me = sum(E) / len(E)
            if len(a) > 1 and spread:
                want["r2_score"] = float(1 - sum(x * x for x in E) / spread)
                want["explained_variance"] = float(1 - sum((x - me) ** 2 for x in E) / spread)
            want["mean_error"] = float(me)
        compare("errors", k, got[k], want, names)
        check("errors", f"rmse of the summary {k}", summary[k][0], got[k]["rmse"])
        check("errors", f"r2 of the summary {k}", summary[k][1], got[k]["r2_score"])


DISTANCES = ["psi", "kl_divergence", "js_distance", "hellinger_distance", "total_variation_distance", "l_infinity_distance"]


def compare_numbers(source, key, data):
    distances = grouped(DISTANCES, "value, current", source, key)
    numbers = grouped(["ks_statistic", "wasserstein_distance", "normalized_wasserstein_distance"], "value, current", source, key)
    tests = {r[0]: r[1:] for r in rows(
        f"SELECT {key}, (ks).statistic, (untied).p_value, (ks).p_value, (mw).statistic, (mw).p_value, (tt).statistic, (tt).p_value FROM (SELECT {key}, "
        f"mlops.ks_test(value, current) AS ks, mlops.ks_test(mlops.two_samples(value, current), CASE WHEN greatest(count(*) FILTER (WHERE current), "
        f"count(*) FILTER (WHERE NOT current)) <= 10000 THEN 'untied' ELSE 'asymp' END) AS untied, mlops.mann_whitney_test(value, current) AS mw, mlops.t_test(value, current) AS tt "
        f"FROM {source} GROUP BY 1) AS t")}
    profiles = {r[0]: r[1:] for r in rows(
        f"SELECT {key}, mlops.is_exact(r) AND mlops.is_exact(c), mlops.psi(r, c), mlops.ks_statistic(r, c), (mlops.distance_bounds(r, c, 'ks_statistic')).*, "
        f"mlops.wasserstein_distance(r, c) FROM (SELECT {key}, mlops.profile(value) FILTER (WHERE NOT current) AS r, "
        f"mlops.profile(value) FILTER (WHERE current) AS c FROM {source} GROUP BY 1) AS t")}
    for k, (r, c) in data.items():
        both = np.concatenate([r, c])
        if np.isnan(both).any():
            for name in DISTANCES:
                check(name, f"NaN {k}", distances[k][name], math.nan)
            continue
        if len(r) == 0 or len(c) == 0:
            for name in DISTANCES:
                check(name, f"empty {k}", distances[k][name], None)
            check("ks_test", f"empty {k}", tests[k][0], None)
            continue
        order = np.unique(both)
        rr, cc = np.searchsorted(order, r).astype(float), np.searchsorted(order, c).astype(float)
        ks = stats.ks_2samp(rr, cc, mode="exact" if max(len(r), len(c)) <= 10000 else "asymp")
        for name, got in (("ks_test", tests[k][0]), ("ks_statistic", numbers[k]["ks_statistic"])):
            check(name, f"D {k}", got, ks.statistic)
        # scipy's law knows of no equal values
        check("ks_test", f"p {k}", tests[k][1], ks.pvalue, 1e-9)
        if len(order) == len(both):
            check("ks_test", f"p given ties {k}", tests[k][2], ks.pvalue, 1e-9)
        mw = stats.mannwhitneyu(rr, cc, alternative="two-sided")
        check("mann_whitney_test", f"U {k}", tests[k][3], mw.statistic)
        check("mann_whitney_test", f"p {k}", tests[k][4], 1.0 if math.isnan(mw.pvalue) else mw.pvalue, 1e-9)
        finite = np.isfinite(both).all()
        if finite:
            edges = quantile_edges(r)
            cells = np.arange(len(edges) + 1)
            p = np.bincount(np.searchsorted(edges, r, side="left"), minlength=len(cells)).astype(float)
            q = np.bincount(np.searchsorted(edges, c, side="left"), minlength=len(cells)).astype(float)
            compare("numbers", k, distances[k], distance_reference(p, q), DISTANCES)
            check("wasserstein_distance", k, numbers[k]["wasserstein_distance"], stats.wasserstein_distance(r, c),
                  1e-9 if abs(both).max() > 1e8 else None)
            check("normalized_wasserstein_distance", k, numbers[k]["normalized_wasserstein_distance"],
                  stats.wasserstein_distance(r, c) / max(np.std(r), 0.001), 1e-6 if abs(both).max() > 1e8 else 1e-11)
            if len(r) > 1 and len(c) > 1 and (np.ptp(r) > 0 or np.ptp(c) > 0) and abs(both).max() < 1e8:
                tt = stats.ttest_ind(r, c, equal_var=False)
                check("t_test", f"t {k}", tests[k][5], tt.statistic)
                check("t_test", f"p {k}", tests[k][6], tt.pvalue, 1e-9)
        exact, psi, d, lower, upper, w = profiles[k]
        check("profile", f"KS bounds {k}", 1.0 if lower - 1e-15 <= ks.statistic <= upper + 1e-15 else 0.0, 1.0)
        if exact:
            check("profile", f"KS {k}", d, ks.statistic)
            check("profile", f"PSI {k}", psi, distances[k]["psi"])


def compare_profiles(source, key, column, data):
    names = ["n", "mean", "stddev", "skewness", "kurtosis", "median", "min_value", "max_value", "n_distinct", "is_exact"]
    got = {r[0]: dict(zip(names, r[1:])) for r in rows(
        f"SELECT {key}, " + ", ".join(f"mlops.{n}(p)" for n in names) +
        f" FROM (SELECT {key}, mlops.profile({column}) AS p FROM {source} GROUP BY 1) AS t")}
    for k, v in data.items():
        s = pd.Series(v[~np.isnan(v)])
        if len(s) == 0 or np.isinf(s).any():
            continue
        big = abs(s).max() > 1e8
        constant = s.nunique() == 1
        check("profile", f"mean {k}", got[k]["mean"], math.fsum(s) / len(s))
        check("profile", f"stddev {k}", got[k]["stddev"], s.std() if len(s) > 1 else None, 1e-6 if big else 1e-11)
        if not big:
            check("profile", f"skewness {k}", got[k]["skewness"], None if len(s) < 3 or constant else s.skew(), 1e-8)
            check("profile", f"kurtosis {k}", got[k]["kurtosis"], None if len(s) < 4 or constant else s.kurt(), 1e-8)
        check("profile", f"min {k}", got[k]["min_value"], s.min())
        check("profile", f"max {k}", got[k]["max_value"], s.max())
        if got[k]["is_exact"]:
            check("profile", f"median {k}", got[k]["median"], s.median())
            check("profile", f"distinct {k}", got[k]["n_distinct"], s.nunique())
        else:
            check("profile", f"distinct {k}", 1.0 if abs(got[k]["n_distinct"] / s.nunique() - 1) < 0.04 else 0.0, 1.0)


def compare_categories(source, key, column, data):
    got = grouped(DISTANCES, f"{column}, current", source, key)
    tests = {r[0]: r[1:] for r in rows(
        f"SELECT {key}, (x).statistic, (x).p_value, (g).statistic, (g).p_value FROM (SELECT {key}, mlops.chi_square_test({column}, current) AS x, "
        f"mlops.g_test({column}, current) AS g FROM {source} GROUP BY 1) AS t")}
    profiles = {r[0]: r[1] for r in rows(
        f"SELECT {key}, mlops.js_distance(r, c) FROM (SELECT {key}, mlops.profile({column}) FILTER (WHERE NOT current) AS r, "
        f"mlops.profile({column}) FILTER (WHERE current) AS c FROM {source} GROUP BY 1) AS t")}
    for k, (r, c) in data.items():
        if len(r) == 0 or len(c) == 0:
            check("chi_square_test", f"empty {k}", tests[k][0], None)
            continue
        cells = np.unique(np.concatenate([r, c]))
        p, q = (np.array([np.sum(side == x) for x in cells], float) for side in (r, c))
        compare("categories", k, got[k], distance_reference(p, q), DISTANCES)
        check("profile", f"JS of categories {k}", profiles[k], got[k]["js_distance"])
        if len(cells) < 2:
            check("chi_square_test", f"one category {k}", tests[k][0], None)
            continue
        for name, at, option in (("chi_square_test", 0, None), ("g_test", 2, "log-likelihood")):
            x = stats.chi2_contingency(np.array([p, q]), correction=False, lambda_=option)
            check(name, f"statistic {k}", tests[k][at], x[0])
            # the G test of rare categories deals rows out instead
            if name == "chi_square_test" or x[3].min() >= 5:
                check(name, f"p {k}", tests[k][at + 1], x[1], 1e-9)


def compare_classes(data):
    for average in ("macro", "micro", "weighted"):
        names = ["precision_score", "recall_score", "f1_score", "jaccard_score"]
        got = grouped(names, f"truth, guess, '{average}'")
        for k, (y, p) in data.items():
            for name in names:
                check(name, f"{average} {k}", got[k][name], getattr(sk, name)(y, p, average=average, zero_division=0))
    got = grouped(["accuracy", "balanced_accuracy", "matthews_corrcoef", "cohen_kappa"], "truth, guess")
    for k, (y, p) in data.items():
        kappa = sk.cohen_kappa_score(y, p)
        check("accuracy", f"classes {k}", got[k]["accuracy"], sk.accuracy_score(y, p))
        check("balanced_accuracy", f"classes {k}", got[k]["balanced_accuracy"], sk.balanced_accuracy_score(y, p))
        check("matthews_corrcoef", f"classes {k}", got[k]["matthews_corrcoef"], sk.matthews_corrcoef(y, p))
        check("cohen_kappa", f"classes {k}", got[k]["cohen_kappa"], None if math.isnan(kappa) else kappa)


def compare_retrieval(data):
    got = grouped(["dcg", "ndcg"], "abs(round(actual)), predicted", "oracle_set")
    at = grouped(["precision_at_k", "recall_at_k", "hit_rate_at_k", "reciprocal_rank", "average_precision_at_k"], "abs(round(actual)) * (actual > 0)::int, predicted, 10")
    for k, (a, s) in data.items():
        rel = abs(np.round(a))
        if len(rel) < 2 or np.isnan(rel).any() or len(np.unique(s)) < len(s) or rel.max() > 1e6:
            continue
        check("dcg", k, got[k]["dcg"], sk.dcg_score([rel], [s]))
        check("ndcg", k, got[k]["ndcg"], sk.ndcg_score([rel], [s]))
        hits = (np.round(a)[np.argsort(-s)] > 0).astype(float)
        top = hits[:10]
        first = np.flatnonzero(top)
        ranks = np.arange(1, len(top) + 1)
        check("precision_at_k", k, at[k]["precision_at_k"], top.sum() / 10)
        check("recall_at_k", k, at[k]["recall_at_k"], top.sum() / hits.sum() if hits.sum() else None)
        check("hit_rate_at_k", k, at[k]["hit_rate_at_k"], float(len(first) > 0))
        check("reciprocal_rank", k, at[k]["reciprocal_rank"], 1 / (first[0] + 1) if len(first) else 0.0)
        check("average_precision_at_k", k, at[k]["average_precision_at_k"],
              float(np.sum(np.cumsum(top) / ranks * top) / min(hits.sum(), 10)) if hits.sum() else 0.0)


compare_classifier("oracle_set", "ds", {k: usable(d, "label", "score") for k, d in sets.items()})
compare_regression("oracle_set", "ds", {k: usable(d, "actual", "predicted") for k, d in sets.items()})
compare_numbers("oracle_set", "ds", {k: samples(d) for k, d in sets.items()})
compare_profiles("oracle_set", "ds", "value", {k: usable(d, "value")[0] for k, d in sets.items()})
compare_categories("oracle_set", "ds", "category", {k: (d["category"][~d["current"]], d["category"][d["current"]]) for k, d in sets.items()})
compare_classes({k: (d["truth"], d["guess"]) for k, d in sets.items()})
compare_retrieval({k: usable(d, "actual", "predicted") for k, d in sets.items()})

# -- the flights

def by_carrier(*names):
    return {k: tuple(g[list(names)].dropna()[n].to_numpy(int if n == "label" else float) for n in names) for k, g in f.groupby("carrier")}


compare_classifier("oracle_flight", "carrier", by_carrier("label", "score"))
compare_regression("oracle_flight", "carrier", by_carrier("actual", "predicted"))
flights = {k: (g[~g["current"]]["temp"].dropna().to_numpy(), g[g["current"]]["temp"].dropna().to_numpy()) for k, g in f[f["origin"] == "EWR"].groupby("carrier")}
cursor.execute("CREATE OR REPLACE VIEW oracle_newark AS SELECT * FROM oracle_flight WHERE origin = 'EWR'")
compare_numbers("oracle_newark", "carrier", flights)
compare_profiles("oracle_flight", "carrier", "temp", {k: g["temp"].dropna().to_numpy() for k, g in f.groupby("carrier")})
compare_categories("oracle_flight", "origin", "carrier", {k: (g[~g["current"]]["carrier"].to_numpy(str), g[g["current"]]["carrier"].to_numpy(str)) for k, g in f.groupby("origin")})
c = f[["distance", "temp", "score"]].corr()
for x, y, value in rows("SELECT column_x, column_y, correlation FROM mlops.correlation_matrix('oracle_flight', '{distance,temp,score}')"):
    check("comoments", f"{x} {y}", value, c.loc[x, y])
# more columns than a function has arguments
c = pd.DataFrame({f"x{k}": np.cos(f["temp"].astype(float) + k * f["distance"].astype(float)) for k in range(120)}).corr()
source = "SELECT " + ", ".join(f"cos(temp + {k} * distance) AS x{k}" for k in range(120)) + " FROM oracle_flight"
for x, y, value in rows("SELECT column_x, column_y, correlation FROM mlops.correlation_matrix(%s) WHERE column_x IN ('x1', 'x98', 'x119')", source):
    check("comoments", f"{x} {y} of 120", value, c.loc[x, y])
