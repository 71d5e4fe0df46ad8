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

# curves, thresholds and calibration: zero weights are no points, as with scikit-learn
from harness import rows

for ds, (y, s, w) in sets.items():
    if np.isnan(s).any() or np.isnan(w).any() or len(y) > 1000 or (y == 1).all() or (y == 0).all() or w[y == 1].sum() == 0 or w[y == 0].sum() == 0:
        continue
    source = f"(SELECT mlops.weighted_samples(label, score, weight) AS r FROM oracle_ranked_weights WHERE ds = {ds}) AS t"
    used = w > 0
    fpr, tpr, thresholds = sk.roc_curve(y[used], s[used], sample_weight=w[used], drop_intermediate=False)
    curve = rows(f"SELECT c.threshold, c.fpr, c.tpr FROM {source}, mlops.roc_curve(r) AS c")
    check("roc_curve", f"points, set {ds}", len(curve), len(fpr))
    for got, want in zip(curve[1:], zip(thresholds[1:], fpr[1:], tpr[1:])):
        for g, v in zip(got, want):
            check("roc_curve", f"weights, set {ds}", g, v)
    precision, recall, thresholds = sk.precision_recall_curve(y[used], s[used], sample_weight=w[used])
    curve = {r[0]: r[1:] for r in rows(f"SELECT c.threshold, c.precision, c.recall FROM {source}, mlops.pr_curve(r) AS c")}
    for p, r, t in zip(precision, recall, thresholds):      # scikit-learn ends where recall is full
        check("pr_curve", f"precision, set {ds}", curve[t][0], p)
        check("pr_curve", f"recall, set {ds}", curve[t][1], r)
    best = {m: max([0.0] + [f(y, s >= t, sample_weight=w) for t in np.unique(s[used])]) for m, f in
            {"f1": sk.f1_score, "accuracy": sk.accuracy_score, "balanced_accuracy": sk.balanced_accuracy_score, "mcc": sk.matthews_corrcoef}.items()} if len(np.unique(s)) <= 60 else {}
    for m, want in best.items():
        if m in ("accuracy", "balanced_accuracy"):
            want = max(want, {"accuracy": sk.accuracy_score, "balanced_accuracy": sk.balanced_accuracy_score}[m](y, np.zeros(len(y)), sample_weight=w))
        (got,) = rows(f"SELECT (mlops.best_threshold(r, '{m}')).value FROM {source}")[0]
        # a correlation of weights of very different size is a small difference of large numbers
        near = got is not None and abs(got - want) <= 1e-10
        check("best_threshold", f"{m} with weights, set {ds}", want if near else got, want)
    p = 1 / (1 + np.exp(-s))
    bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], p)
    gaps = [abs(np.sum(w[bins == b] * (p - y)[bins == b])) for b in range(10)]
    mass = [np.sum(w[bins == b]) for b in range(10)]
    got = rows(f"SELECT mlops.expected_calibration_error(r), mlops.maximum_calibration_error(r) FROM (SELECT mlops.weighted_samples(label, 1 / (1 + exp(-score)), weight) AS r "
               f"FROM oracle_ranked_weights WHERE ds = {ds}) AS t")[0]
    check("expected_calibration_error", f"with weights, set {ds}", got[0], sum(gaps) / sum(mass), 1e-9)
    check("maximum_calibration_error", f"with weights, set {ds}", got[1], max(g / m for g, m in zip(gaps, mass) if m > 0), 1e-9)
