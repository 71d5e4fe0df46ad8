"""Association of two columns, on random data and the flights, with scipy and scikit-learn."""
import math

import numpy as np
from scipy import stats
from sklearn import metrics as sk

from datasets import f, sets, usable
from harness import check, grouped, rows

names = ["spearman", "kendall_tau_b", "pearson"]
got = grouped(names, "actual, predicted")
for k, d in sets.items():
    a, p = usable(d, "actual", "predicted")
    if np.isnan(a).any() or np.isnan(p).any():
        want = dict.fromkeys(names, math.nan)
    elif len(a) < 2 or np.ptp(a) == 0 or np.ptp(p) == 0:
        want = dict.fromkeys(names)
    else:
        want = {"spearman": stats.spearmanr(a, p)[0], "kendall_tau_b": stats.kendalltau(a, p)[0], "pearson": stats.pearsonr(a, p)[0]}
    for name in names:
        check(name, k, got[k][name], want[name], 1e-9 if name == "pearson" and len(a) and abs(a).max() > 1e8 else None)

for carrier, *values in rows("SELECT carrier, mlops.spearman(temp, actual), mlops.kendall_tau_b(temp, actual), mlops.pearson(temp, actual) FROM oracle_flight GROUP BY 1"):
    g = f[f["carrier"] == carrier][["temp", "actual"]].dropna()
    for name, value, want in zip(names, values, (stats.spearmanr(g["temp"], g["actual"])[0], stats.kendalltau(g["temp"], g["actual"])[0],
                                                 stats.pearsonr(g["temp"], g["actual"])[0])):
        check(name, carrier, value, want)


def table(x, y):
    return np.array([[np.sum((x == a) & (y == b)) for b in np.unique(y)] for a in np.unique(x)])


def entropy(p):
    p = p[p > 0] / p.sum()
    return -np.sum(p * np.log(p))


def compare(where, x, y, got):
    """got: V, corrected V, information, normalised, U"""
    if len(x) == 0 or len(np.unique(x)) < 2 or len(np.unique(y)) < 2:
        want = [None] * 5
    else:
        t = table(x, y)
        information = entropy(t.sum(0)) + entropy(t.sum(1)) - entropy(t.ravel())
        n, (r, k) = t.sum(), t.shape
        phi = max(0, stats.chi2_contingency(t, correction=False)[0] / n - (r - 1) * (k - 1) / (n - 1))
        least = min(r - 1 - (r - 1)**2 / (n - 1), k - 1 - (k - 1)**2 / (n - 1))
        want = [stats.contingency.association(t, method="cramer"), min(1, math.sqrt(phi / least)) if least > 0 else "skip",
                sk.mutual_info_score(x, y), sk.normalized_mutual_info_score(x, y), information / entropy(t.sum(1))]
    for name, value, expected in zip(("cramers_v", "cramers_v", "mutual_information", "normalized_mutual_information", "theils_u"), got, want):
        if not isinstance(expected, str):
            check(name, where, value, expected)


STATISTICS = "mlops.cramers_v(t), mlops.cramers_v(t, true), mlops.mutual_information(t), mlops.normalized_mutual_information(t), mlops.theils_u(t)"
for k, *got in rows(f"SELECT ds, {STATISTICS} FROM (SELECT ds, mlops.class_confusion(truth, guess) AS t FROM oracle_set GROUP BY 1) AS s"):
    compare(k, sets[k]["truth"], sets[k]["guess"], got)
for carrier, *got in rows(f"SELECT origin, {STATISTICS} FROM (SELECT origin, mlops.class_confusion(carrier, (distance > 1000)::text) AS t FROM oracle_flight GROUP BY 1) AS s"):
    g = f[f["origin"] == carrier]
    compare(carrier, g["carrier"].to_numpy(str), (g["distance"] > 1000).to_numpy(str), got)
letter = {"cramers_v": lambda x, y: stats.contingency.association(table(x, y), method="cramer"), "mutual_information": sk.mutual_info_score, "normalized_mutual_information": sk.normalized_mutual_info_score}
for method, want in letter.items():
    for a, b, value, n in rows("SELECT column_x, column_y, correlation, n FROM mlops.correlation_matrix('SELECT carrier, origin, (temp > 60)::text AS warm FROM oracle_flight', method => %s)", method):
        g = f.assign(warm=(f["temp"] > 60).map({True: "true", False: "false"}).where(f["temp"].notna()))[list(dict.fromkeys([a, b]))].dropna()
        check("correlation_matrix", f"{method} {a} {b}", value, want(g[a].to_numpy(str), g[b].to_numpy(str)), 1e-9)
        check("correlation_matrix", f"{method} {a} {b} n", n, len(g))
for name, got in grouped(["cramers_v", "mutual_information", "normalized_mutual_information", "theils_u"], "truth, guess").items():
    x, y = sets[name]["truth"], sets[name]["guess"]
    if len(np.unique(x)) > 1 and len(np.unique(y)) > 1:
        check("mutual_information", f"aggregate {name}", got["mutual_information"], sk.mutual_info_score(x, y))
