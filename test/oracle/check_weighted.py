"""Weighted ranking metrics, with scikit-learn (sample_weight)."""
import math

import numpy as np
import pandas as pd
from sklearn import metrics as sk

from datasets import f
from harness import check, copy_text, grouped, load

NAMES = ["roc_auc", "gini", "ks_score", "average_precision"]


def reference(y, s, w):
    if np.isnan(s).any() or np.isnan(w).any():
        return dict.fromkeys(NAMES, math.nan)
    if len(y) == 0 or w[y == 1].sum() == 0:
        return {}
    if w[y == 0].sum() == 0:
        return {"average_precision": 1.0}
    auc = sk.roc_auc_score(y, s, sample_weight=w)
    fpr, tpr, _ = sk.roc_curve(y, s, sample_weight=w, drop_intermediate=False)
    return {"roc_auc": auc, "gini": 2 * auc - 1, "ks_score": np.max(abs(tpr - fpr)),
            "average_precision": sk.average_precision_score(y, s, sample_weight=w)}


def make(ds):
    rng = np.random.default_rng(1000 + ds)
    n = int([1, 2, 3, 8, 30, 200, 1000, 4000][ds % 8])
    y = (rng.random(n) < 0.4).astype(int)
    s = rng.normal(0.5 * y, 1, n)
    w = rng.gamma(1, 2, n)
    kind = ds // 8 % 8
    if kind == 1:                   # ties
        s = np.round(s)
    elif kind == 2:                 # weights of 0
        w = np.where(rng.random(n) < 0.4, 0, w)
    elif kind == 3:                 # one class, or one that weighs nothing
        if ds % 2:
            y[:] = ds // 2 % 2
        else:
            w[y == 1] = 0
    elif kind == 4:                 # counts, and ties in score and weight
        w, s = rng.integers(0, 4, n).astype(float), np.round(s)
    elif kind == 5:                 # weights of very different size
        w = np.exp(rng.normal(0, 8, n))
    elif kind == 6 and n > 3:       # NaN
        (s if ds % 2 else w)[2] = np.nan
    elif kind == 7:                 # all scores equal
        s[:] = 0.25
    return y, s, w


sets = {ds: make(ds) for ds in range(192)}
none = np.zeros(4000, bool)
load("oracle_ranked_weights", "ds int, label int, score float8, weight float8", pd.concat([
    pd.DataFrame({"ds": ds, "label": y, "score": copy_text(s.tolist(), none), "weight": copy_text(w.tolist(), none)})
    for ds, (y, s, w) in sets.items()]))
for arguments in ("label, score, weight", "label = 1, score, weight"):
    got = grouped(NAMES, arguments, "oracle_ranked_weights")
    for ds, (y, s, w) in sets.items():
        want = reference(y, s, w)
        for name in NAMES:
            check(name, f"with weights, set {ds}", got[ds][name], want.get(name))

keep = f[["label", "score", "distance"]].notna().all(axis=1)
got = grouped(NAMES, "label, score, distance", "(SELECT 1 AS ds, * FROM oracle_flight) AS t")[1]
want = reference(*(f.loc[keep, c].to_numpy(float) for c in ("label", "score", "distance")))
for name in NAMES:
    check(name, "with weights, flights", got[name], want[name])
