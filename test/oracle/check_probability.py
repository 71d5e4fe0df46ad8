"""Probabilities with weights and several classes, calibration, multi-class AUC and ranked lists, compared with scikit-learn and numpy."""
import inspect
import math

import numpy as np
import pandas as pd
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve

from datasets import sets, usable
from harness import check, cursor, grouped, load, rows

EPSILON = 2.0**-52
CLIPS = "eps" in inspect.signature(sk.log_loss).parameters


def log_loss(y, p, w, labels):
    clipped = np.clip(p, EPSILON, 1 - EPSILON)
    if p.ndim == 2 and not np.allclose(p.sum(axis=1), 1, rtol=0, atol=1e-12):
        # scikit-learn's versions differ in what they do with such rows
        clipped /= clipped.sum(axis=1, keepdims=True)
        return np.average(-np.log(clipped[np.arange(len(y)), y]), weights=w)
    return sk.log_loss(y, clipped, labels=labels, sample_weight=w, **({"eps": EPSILON} if CLIPS else {}))


# -- two classes with weights ----------------------------------------------------
frames = []
data = {}
for ds, d in sets.items():
    y, s = usable(d, "label", "score")
    rng = np.random.default_rng(20000 + ds)
    w = rng.integers(0 if ds % 5 == 0 else 1, 17, len(y)) / 4.0
    keep = ~np.isnan(s)
    data[ds] = (y[keep], s[keep], w[keep])
    frames.append(pd.DataFrame({"ds": ds, "y": y[keep], "p": [repr(v) for v in s[keep].tolist()], "w": w[keep]}))
load("oracle_probability", "ds int, y int, p float8, w float8", pd.concat(frames))
got = grouped(["log_loss", "brier_score", "brier_skill_score"], "y, p, w", "oracle_probability")
for ds, (y, p, w) in data.items():
    if ds not in got:
        continue
    total = w.sum()
    base = np.average(y, weights=w) if total else 0
    brier = np.average((p - y) ** 2, weights=w) if total else None
    check("log_loss", f"weighted {ds}", got[ds]["log_loss"], log_loss(y, p, w, [0, 1]) if total else None)
    check("brier_score", f"weighted {ds}", got[ds]["brier_score"], sk.brier_score_loss(y, p, sample_weight=w, pos_label=1) if total else None)
    check("brier_skill_score", f"weighted {ds}", got[ds]["brier_skill_score"], 1 - brier / (base * (1 - base)) if 0 < base < 1 else None)

# -- calibration -------------------------------------------------------------------


def uniform_bins(y, p, n):
    at = np.clip(np.searchsorted(np.arange(1, n) / n, p, side="left"), 0, n - 1)
    return [(b + 1, y[at == b], p[at == b]) for b in range(n) if (at == b).any()]


def quantile_bins(y, p, n):
    share = pd.Series(y, dtype=float).groupby(p).transform("mean").to_numpy()
    order = np.argsort(p, kind="stable")
    n = max(len(y) // 2, 1) if len(y) <= 2 * n else n
    width = len(y) // n
    cuts = [order[i * width:(i + 1) * width if i < n - 1 else len(y)] for i in range(n)]
    return [(i + 1, share[c], p[c]) for i, c in enumerate(cuts)]


for n in (1, 2, 5, 10, 17):
    got = {r[0]: r[1:] for r in rows(f"""SELECT ds, mlops.expected_calibration_error(y, p, {n}), mlops.maximum_calibration_error(y = 1, p, {n}),
        mlops.expected_calibration_error(y, p, {n}, 'quantile'), mlops.maximum_calibration_error(y, p, {n}, 'quantile'),
        (SELECT array_agg(ARRAY[b.bin, b.n, b.mean_prob, b.frac_pos]) FROM unnest(mlops.calibration_curve(y, p, {n})) AS b),
        (SELECT array_agg(ARRAY[b.bin, b.n, b.mean_prob, b.frac_pos, b.lo, b.hi]) FROM unnest(mlops.calibration_curve(y, p, {n}, 'quantile')) AS b)
        FROM oracle_probability GROUP BY 1""")}
    for ds, (y, p, _) in data.items():
        if ds not in got:
            continue
        for bins, ece, mce, curve in ((uniform_bins(y, p, n), got[ds][0], got[ds][1], got[ds][4]), (quantile_bins(y, p, n), got[ds][2], got[ds][3], got[ds][5])):
            gaps = [(len(a), abs(np.mean(a) - np.mean(b))) for _, a, b in bins]
            check("expected_calibration_error", f"{n} {ds}", ece, sum(c * g for c, g in gaps) / len(y))
            check("maximum_calibration_error", f"{n} {ds}", mce, max(g for _, g in gaps))
            check("calibration_curve", f"bins {n} {ds}", len(curve), len(bins))
            for row, (b, a, q) in zip(curve, bins):
                for value, want in zip(row, (b, len(a), np.mean(q), np.mean(a), q.min(), q.max())):
                    check("calibration_curve", f"{n} {ds} bin {b}", value, want)
        share, mean = calibration_curve(y, p, n_bins=n) if 0 < y.sum() < len(y) else ([], [])
        # scikit-learn's borders come from linspace; they may differ from j/n in the last bit
        if not np.isin(p * n, np.arange(1, n)).any() and np.array_equal(np.linspace(0, 1, n + 1), np.arange(n + 1) / n):
            for row, s, m in zip(got[ds][4], share, mean):
                check("calibration_curve", f"scikit-learn {n} {ds}", row[2], m)
                check("calibration_curve", f"scikit-learn {n} {ds}", row[3], s)

# -- several classes -----------------------------------------------------------------
frames = []
classes = {}
for ds in range(120):
    rng = np.random.default_rng(30000 + ds)
    k = int(rng.integers(2, 7))
    n = int([1, 5, 30, 300, 2000][ds % 5])
    y = rng.integers(0, k, n)
    z = rng.normal(0, 1, (n, k)) + 1.5 * np.eye(k)[y]
    p = np.exp(z)
    p /= p.sum(axis=1, keepdims=True)
    if ds % 3 == 1:
        p = np.round(p, 1)
        p[p.sum(axis=1) == 0, 0] = 1
    if ds % 7 == 3:
        p[rng.random(n) < 0.2] = np.eye(k)[rng.integers(0, k)]
    w = rng.integers(0 if ds % 4 == 0 else 1, 9, n) / 4.0
    names = ["c%d" % (k - i) for i in range(k)]
    classes[ds] = (k, y, p, w, names)
    frames.append(pd.DataFrame({"ds": ds, "y": y, "name": [names[i] for i in y], "p": ["{" + ",".join(map(repr, row)) + "}" for row in p.tolist()],
                                "classes": "{" + ",".join(names) + "}", "w": w}))
load("oracle_classes", "ds int, y int, name text, p float8[], classes text[], w float8", pd.concat(frames))
by_index = grouped(["log_loss", "brier_score"], "y, p", "oracle_classes")
by_name = grouped(["log_loss", "brier_score"], "name, p, classes, w", "oracle_classes")
auc = {r[0]: r[1:] for r in rows("""SELECT ds, mlops.roc_auc_ovr(y, p), mlops.roc_auc_ovr(name, p, classes, 'weighted'), mlops.roc_auc_ovr(y, p, 'micro'),
    mlops.roc_auc_ovo(name, p, classes), mlops.roc_auc_ovo(y, p, 'weighted') FROM oracle_classes GROUP BY 1""")}
for ds, (k, y, p, w, names) in classes.items():
    one_hot = np.eye(k)[y]
    labels = list(range(k))
    check("log_loss", f"classes {ds}", by_index[ds]["log_loss"], log_loss(y, p, None, labels))
    check("brier_score", f"classes {ds}", by_index[ds]["brier_score"], np.mean(((p - one_hot) ** 2).sum(axis=1)))
    check("log_loss", f"classes weighted {ds}", by_name[ds]["log_loss"], log_loss(y, p, w, labels) if w.sum() else None)
    check("brier_score", f"classes weighted {ds}", by_name[ds]["brier_score"], np.average(((p - one_hot) ** 2).sum(axis=1), weights=w) if w.sum() else None)
    if len(set(y.tolist())) < k:
        for value, name in zip(auc[ds], ("roc_auc_ovr",) * 3 + ("roc_auc_ovo",) * 2):
            check(name, f"absent class {ds}", value, None)
        continue
    each = [sk.roc_auc_score(y == c, p[:, c]) for c in range(k)]
    check("roc_auc_ovr", f"macro {ds}", auc[ds][0], np.mean(each))
    check("roc_auc_ovr", f"weighted {ds}", auc[ds][1], np.average(each, weights=one_hot.sum(axis=0)))
    check("roc_auc_ovr", f"micro {ds}", auc[ds][2], sk.roc_auc_score(one_hot.ravel(), p.ravel()))
    if k > 2 and np.allclose(p.sum(axis=1), 1):
        check("roc_auc_ovr", f"scikit-learn {ds}", auc[ds][0], sk.roc_auc_score(y, p, multi_class="ovr", average="macro"))
        check("roc_auc_ovo", f"macro {ds}", auc[ds][3], sk.roc_auc_score(y, p, multi_class="ovo", average="macro"))
        check("roc_auc_ovo", f"weighted {ds}", auc[ds][4], sk.roc_auc_score(y, p, multi_class="ovo", average="weighted"))

# -- ranked lists: options of the aggregates, arrays, the mean reciprocal rank ---------
frames = []
lists = {}
for ds in range(150):
    rng = np.random.default_rng(40000 + ds)
    n = int(rng.integers(1, 30))
    relevance = rng.integers(0, 4, n) * (rng.random(n) < 0.5)
    score = rng.permutation(n).astype(float) if ds % 2 else np.round(rng.random(n), 1)
    lists[ds] = (relevance.astype(float), score)
    frames.append(pd.DataFrame({"ds": ds, "rel": relevance.astype(float), "score": score}))
load("oracle_list", "ds int, rel float8, score float8", pd.concat(frames))
got = {r[0]: r[1:] for r in rows("""SELECT ds, mlops.dcg(rel, score, 5, 'exp'), mlops.ndcg(rel, score, NULL, 'exp'), mlops.ndcg(rel, score, 4), mlops.reciprocal_rank(rel, score),
    mlops.average_precision_at_k(rel, score, 6, 40), mlops.recall_at_k(rel, score, 6, 40), mlops.precision_at_k(rel, score, 6), mlops.hit_rate_at_k(rel, score, 3),
    mlops.ndcg(array_agg(rel ORDER BY score DESC, rel), 4), mlops.average_precision_at_k(array_agg(rel ORDER BY score DESC, rel), 6)
    FROM oracle_list GROUP BY 1""")}
ranks = []
for ds, (rel, score) in lists.items():
    ordered = rel[np.lexsort((rel, -score))]
    hits = ordered > 0
    gains = 2**rel - 1
    many = len(rel) > 1
    reciprocal = 1 / (np.argmax(hits) + 1) if hits.any() else 0
    ranks.append(reciprocal)
    head = hits[:6]
    precision = np.cumsum(head) / np.arange(1, len(head) + 1)
    summed = (precision * head).sum()
    if many:
        check("dcg", f"exp {ds}", got[ds][0], sk.dcg_score([gains], [score], k=5))
        check("ndcg", f"exp {ds}", got[ds][1], sk.ndcg_score([gains], [score]))
        check("ndcg", f"4 {ds}", got[ds][2], sk.ndcg_score([rel], [score], k=4))
        check("ndcg", f"array {ds}", got[ds][8], sk.ndcg_score([ordered], [-np.arange(len(rel))], k=4))
    check("reciprocal_rank", f"{ds}", got[ds][3], reciprocal)
    check("average_precision_at_k", f"of 40 {ds}", got[ds][4], summed / 6)
    check("recall_at_k", f"of 40 {ds}", got[ds][5], head.sum() / 40)
    check("precision_at_k", f"{ds}", got[ds][6], head.sum() / 6)
    check("hit_rate_at_k", f"{ds}", got[ds][7], float(hits[:3].any()))
    check("average_precision_at_k", f"array {ds}", got[ds][9], summed / min(hits.sum(), 6) if hits.any() else 0)
check("mrr", "all lists", rows("SELECT mlops.mrr(l) FROM (SELECT mlops.ranked_list(rel, score) AS l FROM oracle_list GROUP BY ds) AS t")[0][0], math.fsum(ranks) / len(ranks))
