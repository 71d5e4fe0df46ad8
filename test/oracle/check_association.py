"""Association of two columns, on random data and the flights, with scipy and numpy."""
import math

import numpy as np
from scipy import stats

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
