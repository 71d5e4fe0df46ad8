"""Metrics of decisions, weighted or not, of several classes and of groups, with scikit-learn and numpy."""
import math

import numpy as np
import pandas as pd
from sklearn import metrics as sk

from datasets import f, sets
from harness import check, copy_text, grouped, load, rows

CODES = {"a": -50, "b": 0, "c": 3, "d": 10, "e": 1000}  # in another order as texts than as numbers


def make(ds):
    d = sets[ds]
    n = len(d["label"])
    rng = np.random.default_rng(5000 + ds)
    w = [np.exp(rng.normal(0, 1.5, n)), rng.integers(0, 3, n).astype(float), rng.random(n)][ds % 3]
    if ds % 23 == 0:
        w[:] = 0.0
    score = d["score"]
    probs = np.round(rng.dirichlet(np.ones(4), n), 1 if ds % 2 else 6)
    return dict(label=d["label"], score=score, w=w, nulls=d["nulls"][:2], hit=np.nan_to_num(score, nan=1) >= 0.45,
                truth=d["truth"], guess=d["guess"], y=np.array([CODES[c] for c in d["truth"]]), p=np.array([CODES[c] for c in d["guess"]]),
                g=np.array(list("uvw"))[rng.choice(3, n, p=[0.6, 0.3, 0.1])], at=rng.integers(0, 4, n), probs=probs)


data = {ds: make(ds) for ds in range(96)}  # every size and kind of set
load("oracle_decision", "ds int, label int, score float8, hit boolean, w float8, truth text, guess text, y int, p int, g text, at int, probs float8[]",
     pd.concat([pd.DataFrame({"ds": ds, "label": copy_text(d["label"].tolist(), d["nulls"][0]), "score": copy_text(d["score"].tolist(), d["nulls"][1]),
                              "hit": d["hit"], "w": d["w"], "truth": d["truth"], "guess": d["guess"], "y": d["y"], "p": d["p"], "g": d["g"],
                              "at": d["at"], "probs": ["{" + ",".join(map(repr, map(float, x))) + "}" for x in d["probs"]]})
                for ds, d in data.items()]))
TABLE = "oracle_decision"


def ratio(a, b, zero):
    return a / b if b else zero


def one_sided(y, p, w):
    return len(np.unique(y[w > 0])) < 2 or len(np.unique(p[w > 0])) < 2


def kappa(y, p, w, weights=None):
    if len(np.unique(np.concatenate([y[w > 0], p[w > 0]]))) < 2:
        return None
    return sk.cohen_kappa_score(y, p, weights=weights, sample_weight=w)


def binary(y, p, w, zero=0):
    """every metric of weighted decisions; zero: of a zero denominator"""
    if len(y) == 0 or w.sum() == 0:
        return {}
    tn, fp, fn, tp = sk.confusion_matrix(y, p, labels=[0, 1], sample_weight=w).ravel()
    s = dict(sample_weight=w)
    keep = w > 0
    return {"accuracy": sk.accuracy_score(y, p, **s),
            "balanced_accuracy": sk.balanced_accuracy_score(y[keep], p[keep], sample_weight=w[keep]),
            "hamming_loss": sk.hamming_loss(y, p, **s), "precision_score": sk.precision_score(y, p, zero_division=zero, **s) if tp + fp else zero,
            "recall_score": sk.recall_score(y, p, zero_division=zero, **s) if tp + fn else zero,
            "specificity": ratio(tn, tn + fp, zero), "npv": ratio(tn, tn + fn, zero), "fpr": ratio(fp, fp + tn, zero), "fnr": ratio(fn, fn + tp, zero),
            "f1_score": sk.f1_score(y, p, zero_division=zero, **s) if tp + fp + fn else zero,
            "fbeta_score": sk.fbeta_score(y, p, beta=2.5, zero_division=zero, **s) if tp + fp + fn else zero,
            "jaccard_score": sk.jaccard_score(y, p, zero_division=0, **s) if tp + fp + fn else zero,
            "matthews_corrcoef": 0.0 if one_sided(y, p, w) else sk.matthews_corrcoef(y, p, **s), "cohen_kappa": kappa(y, p, w)}


NAMES = [n for n in binary(np.array([0, 1]), np.array([0, 1]), np.ones(2)) if n != "fbeta_score"]
RATIOS = ["precision_score", "recall_score", "specificity", "npv", "fpr", "fnr", "f1_score", "jaccard_score"]


def compare_binary():
    plain = grouped(NAMES, "label, (score >= 0.45)::int", TABLE)
    weighted = grouped(NAMES, "label, hit, w", TABLE)
    beta = grouped(["fbeta_score"], "label, hit, 2.5", TABLE)
    both = grouped(["fbeta_score"], "label = 1, hit::int, 2.5, w", TABLE)
    options = ", ".join(f"mlops.{n}(c, 1), mlops.{n}(c, NULL)" for n in RATIOS) + ", mlops.fbeta_score(c, 2.5, 1), mlops.fbeta_score(c, 2.5, NULL)"
    two = {r[0]: r[1:] for r in rows(f"SELECT ds, mlops.total_weight(c), {options} FROM (SELECT ds, mlops.confusion(label, hit, w) AS c FROM {TABLE} GROUP BY 1) AS t")}
    for k, d in data.items():
        keep = ~d["nulls"][0]
        y, p, w = d["label"][keep], d["hit"][keep].astype(int), d["w"][keep]
        if not len(y):
            continue
        want, one, ones = binary(y, p, w), binary(y, p, w, 1), binary(y, p, np.ones(len(y)))
        scored = keep & ~d["nulls"][1]
        same = binary(d["label"][scored], (np.nan_to_num(d["score"][scored], nan=1) >= 0.45).astype(int), np.ones(scored.sum()))
        for name in NAMES:
            check(name, f"threshold {k}", plain[k][name], same.get(name))
            check(name, f"weighted {k}", weighted[k][name], want.get(name))
        check("fbeta_score", f"beta {k}", beta[k]["fbeta_score"], ones.get("fbeta_score"))
        check("fbeta_score", f"beta and weight {k}", both[k]["fbeta_score"], want.get("fbeta_score"))
        check("confusion", f"weight {k}", two[k][0], w.sum())
        for i, name in enumerate(RATIOS + ["fbeta_score"]):
            undefined = want and want[name] != one[name]
            check(name, f"zero_division 1 {k}", two[k][1 + 2 * i], one.get(name))
            check(name, f"zero_division NULL {k}", two[k][2 + 2 * i], None if undefined else want.get(name))


AVERAGED = ["precision_score", "recall_score", "f1_score", "jaccard_score"]
PLAIN = {"accuracy": sk.accuracy_score, "hamming_loss": sk.hamming_loss}


def average(name, y, p, w, average, zero=0, **option):
    zero = {} if name == "jaccard_score" and zero == 1 else {"zero_division": zero}
    return getattr(sk, name)(y, p, average=average, sample_weight=w, **zero, **option)


def compare_classes():
    for y, p, kind in (("truth", "guess", "text"), ("y", "p", "integer")):
        for how in ("macro", "micro", "weighted"):
            got = grouped(AVERAGED, f"{y}, {p}, '{how}', w", TABLE)
            beta = grouped(["fbeta_score"], f"{y}, {p}, 0.5, '{how}', w", TABLE)
            plain = grouped(["fbeta_score"], f"{y}, {p}, 0.5, '{how}'", TABLE)
            for k, d in data.items():
                some = d["w"].sum() > 0
                for name in AVERAGED:
                    check(name, f"{kind} {how} {k}", got[k][name], average(name, d[y], d[p], d["w"], how) if some else None)
                check("fbeta_score", f"{kind} {how} {k}", beta[k]["fbeta_score"], average("fbeta_score", d[y], d[p], d["w"], how, beta=0.5) if some else None)
                check("fbeta_score", f"{kind} {how} plain {k}", plain[k]["fbeta_score"], average("fbeta_score", d[y], d[p], None, how, beta=0.5))
    names = list(PLAIN) + ["balanced_accuracy", "matthews_corrcoef", "cohen_kappa"]
    got = grouped(names, "truth, guess, w", TABLE)
    ones = grouped(list(PLAIN), "truth, guess", TABLE)
    for k, d in data.items():
        y, p, w = d["truth"], d["guess"], d["w"]
        some = w.sum() > 0
        for name, reference in PLAIN.items():
            check(name, f"classes {k}", got[k][name], reference(y, p, sample_weight=w) if some else None)
            check(name, f"classes plain {k}", ones[k][name], reference(y, p))
        seen = w > 0
        check("balanced_accuracy", f"classes {k}", got[k]["balanced_accuracy"], sk.balanced_accuracy_score(y[seen], p[seen], sample_weight=w[seen]) if some else None)
        check("matthews_corrcoef", f"classes {k}", got[k]["matthews_corrcoef"],
              None if not some else 0.0 if one_sided(y, p, w) else sk.matthews_corrcoef(y, p, sample_weight=w))
        check("cohen_kappa", f"classes {k}", got[k]["cohen_kappa"], kappa(y, p, w) if some else None)
    for weighting in ("none", "linear", "quadratic"):
        plain = grouped(["cohen_kappa"], f"y, p, '{weighting}'", TABLE)
        weighted = grouped(["cohen_kappa"], f"y, p, '{weighting}', w", TABLE)
        option = None if weighting == "none" else weighting
        for k, d in data.items():
            check("cohen_kappa", f"{weighting} {k}", plain[k]["cohen_kappa"], kappa(d["y"], d["p"], np.ones(len(d["y"])), option))
            check("cohen_kappa", f"{weighting} weighted {k}", weighted[k]["cohen_kappa"], kappa(d["y"], d["p"], d["w"], option) if d["w"].sum() else None)


def compare_class_options():
    """two steps: zero_division, adjusted"""
    got = {r[0]: r[1:] for r in rows(f"""SELECT ds, mlops.precision_score(c, 'macro', 1), mlops.recall_score(c, 'weighted', 1), mlops.recall_score(c, 'macro', 'NaN'),
        mlops.precision_score(c, 'macro', NULL), mlops.balanced_accuracy(c, true), mlops.fbeta_score(c, 3, 'macro', 0), mlops.jaccard_score(c, 'macro', 1)
        FROM (SELECT ds, mlops.class_confusion(y, p) AS c FROM {TABLE} GROUP BY 1) AS t""")}
    for k, d in data.items():
        y, p = d["y"], d["p"]
        labels = np.unique(np.concatenate([y, p]))
        check("precision_score", f"zero 1 {k}", got[k][0], average("precision_score", y, p, None, "macro", 1))
        check("recall_score", f"zero 1 {k}", got[k][1], average("recall_score", y, p, None, "weighted", 1))
        check("recall_score", f"zero NaN {k}", got[k][2], np.mean([np.mean(p[y == c] == c) for c in labels if c in y]))
        check("precision_score", f"zero NULL {k}", got[k][3], average("precision_score", y, p, None, "macro") if set(labels) == set(p) else None)
        check("balanced_accuracy", f"adjusted {k}", got[k][4], sk.balanced_accuracy_score(y, p, adjusted=True) if len(set(y)) > 1 else None)
        check("fbeta_score", f"beta 3 {k}", got[k][5], average("fbeta_score", y, p, None, "macro", beta=3))
        check("jaccard_score", f"no zero denominator {k}", got[k][6], average("jaccard_score", y, p, None, "macro"))


def compare_tables():
    for share_of in ("true", "pred", "all"):
        cells = {}
        for k, *cell in rows(f"SELECT ds, m.* FROM (SELECT ds, mlops.class_confusion(y, p, w) AS c FROM {TABLE} GROUP BY 1) AS t, mlops.confusion_matrix(c, %s, dense => true) AS m", share_of):
            cells.setdefault(k, []).append(cell)
        for k, d in data.items():
            labels = np.unique(np.concatenate([d["y"], d["p"]]))
            want = sk.confusion_matrix(d["y"], d["p"], sample_weight=d["w"], normalize=share_of).ravel() if d["w"].sum() else np.zeros(len(labels)**2)
            n = sk.confusion_matrix(d["y"], d["p"]).ravel()
            check("confusion_matrix", f"cells {k}", len(cells[k]), len(want))
            for i, (label, predicted, count, weight, share) in enumerate(cells[k]):
                check("confusion_matrix", f"label {k}", int(label), labels[i // len(labels)])
                check("confusion_matrix", f"n {k}", count, n[i])
                check("confusion_matrix", f"share {k}", share, want[i])
    report = {}
    for k, label, name, *values in rows(f"SELECT ds, r.* FROM (SELECT ds, mlops.class_confusion(truth, guess, w) AS c FROM {TABLE} GROUP BY 1) AS t, mlops.classification_report(c) AS r"):
        report.setdefault(k, {})[label or name] = values
    for k, d in data.items():
        if d["w"].sum() == 0:
            continue
        want = sk.classification_report(d["truth"], d["guess"], sample_weight=d["w"], output_dict=True, zero_division=0)
        check("classification_report", f"rows {k}", len(report[k]), len(want))
        for name, values in want.items():
            if not isinstance(values, dict):
                check("classification_report", f"accuracy {k}", report[k]["accuracy"][2], values)
                continue
            for i, column in enumerate(("precision", "recall", "f1-score", "support")):
                check("classification_report", f"{column} of {name} {k}", report[k][name][i], values[column])


def compare_constants():
    got = {}
    for k, metric, *values in rows(f"SELECT ds, b.* FROM (SELECT ds, mlops.confusion(label, hit, w) AS c FROM {TABLE} GROUP BY 1) AS t, mlops.best_constant(c) AS b"):
        got.setdefault(k, {})[metric] = values
    for k, d in data.items():
        keep = ~d["nulls"][0]
        y, p, w = d["label"][keep], d["hit"][keep].astype(int), d["w"][keep]
        if len(y) == 0 or w.sum() == 0:
            check("best_constant", f"rows {k}", len(got.get(k, {})), 0)
            continue
        want = binary(y, p, w)
        constants = [binary(y, np.full(len(y), c), w) for c in (0, 1)]
        for name in NAMES:
            values = [c[name] for c in constants if c[name] is not None]
            best = (min if name in ("fpr", "fnr", "hamming_loss") else max)(values) if len(values) == 2 else None
            check("best_constant", f"value of {name} {k}", got[k][name][0], want[name])
            if best is not None:
                check("best_constant", f"{name} {k}", got[k][name][1], best)
                check("best_constant", f"answer for {name} {k}", constants[got[k][name][2] == "true"][name], best)
    got = {}
    for k, metric, *values in rows(f"SELECT ds, b.* FROM (SELECT ds, mlops.class_confusion(truth, guess) AS c FROM {TABLE} GROUP BY 1) AS t, mlops.best_constant(c) AS b"):
        got.setdefault(k, {})[metric] = values
    for k, d in data.items():
        y = d["truth"]
        constants = [np.full(len(y), c) for c in np.unique(y)]
        check("best_constant", f"accuracy {k}", got[k]["accuracy"][1], max(sk.accuracy_score(y, c) for c in constants))
        check("best_constant", f"balanced_accuracy {k}", got[k]["balanced_accuracy"][1], max(sk.balanced_accuracy_score(y, c) for c in constants))
        for name in AVERAGED:
            for how in ("micro", "macro", "weighted"):
                check("best_constant", f"{name} {how} {k}", got[k][f"{name} ({how})"][1], max(average(name, y, c, None, how) for c in constants))
                check("best_constant", f"value of {name} {how} {k}", got[k][f"{name} ({how})"][0], average(name, y, d["guess"], None, how))


def compare_top_k():
    for top in (1, 2, 3):
        plain = grouped(["top_k_accuracy"], f"at, probs, {top}", TABLE)
        weighted = grouped(["top_k_accuracy"], f"at, probs, {top}, w", TABLE)
        for k, d in data.items():
            check("top_k_accuracy", f"{top} {k}", plain[k]["top_k_accuracy"], sk.top_k_accuracy_score(d["at"], d["probs"], k=top, labels=range(4)))
            hit = sk.top_k_accuracy_score(d["at"], d["probs"], k=top, labels=range(4), sample_weight=d["w"], normalize=False) if d["w"].sum() else 0
            check("top_k_accuracy", f"{top} weighted {k}", weighted[k]["top_k_accuracy"], hit / d["w"].sum() if d["w"].sum() else None)


# -- fairness: from the definitions, a group without the denominator being left out

def rate(hits, of, w):
    return (w * hits)[of].sum() / w[of].sum() if w[of].sum() else None


def rates(y, p, w):
    every = np.ones(len(p), bool)
    return {"selection": rate(p, every, w), "tpr": rate(p, y == 1, w), "fpr": rate(p, y == 0, w), "precision": rate(y, p == 1, w)}


def spread(groups, name, divide=False):
    values = [g[name] for g in groups if g[name] is not None]
    if len(values) < 2:
        return None
    if divide:
        return min(values) / max(values) if max(values) else None
    return max(values) - min(values)


def both(choose, a, b):
    return None if a is None or b is None else choose(a, b)


def fairness(y, p, w, g, privileged, min_n=1):
    names = [c for c in np.unique(g) if np.sum(g == c) >= min_n]
    groups = [rates(y[g == c], p[g == c], w[g == c]) for c in names]
    want = {"demographic_parity_difference": spread(groups, "selection"), "demographic_parity_ratio": spread(groups, "selection", True),
            "equal_opportunity_difference": spread(groups, "tpr"), "equal_opportunity_ratio": spread(groups, "tpr", True),
            "predictive_parity_difference": spread(groups, "precision"), "predictive_equality_difference": spread(groups, "fpr"),
            "equalized_odds_difference": both(max, spread(groups, "tpr"), spread(groups, "fpr")),
            "equalized_odds_ratio": both(min, spread(groups, "tpr", True), spread(groups, "fpr", True)),
            "disparate_impact": None, "statistical_parity_difference": None, "average_odds_difference": None}
    other = np.isin(g, [c for c in names if c != privileged])
    if privileged in names and other.any():
        a, b = (rates(y[m], p[m], w[m]) for m in (other, g == privileged))
        gap = {n: None if a[n] is None or b[n] is None else a[n] - b[n] for n in a}
        want["disparate_impact"] = both(lambda s, t: s / t if t else None, a["selection"], b["selection"])
        want["statistical_parity_difference"] = gap["selection"]
        want["average_odds_difference"] = both(lambda s, t: (s + t) / 2, gap["fpr"], gap["tpr"])
    return want


SELECTION = ["demographic_parity_difference", "demographic_parity_ratio"]
LABELLED = ["equal_opportunity_difference", "equal_opportunity_ratio", "predictive_parity_difference", "predictive_equality_difference",
            "equalized_odds_difference", "equalized_odds_ratio"]


def compare_fairness(source, key, label, hit, group, privileged, frames):
    got = {k: dict(v) for k, v in grouped(SELECTION, f"{hit}, {group}", source, key).items()}
    for more in (grouped(LABELLED, f"{label}, {hit}, {group}", source, key),
                 grouped(["disparate_impact", "statistical_parity_difference"], f"{hit}, {group}, '{privileged}'", source, key),
                 grouped(["average_odds_difference"], f"{label}, {hit}, {group}, '{privileged}'", source, key)):
        for k in more:
            got[k].update(more[k])
    for k, (y, p, g) in frames.items():
        for name, want in fairness(y, p, np.ones(len(p)), g, privileged).items():
            check(name, f"{source} {k}", got[k][name], want)


def compare_group_summaries():
    between = ", ".join(f"mlops.{n}(c, 20), mlops.{n}(w)" for n in SELECTION + LABELLED)
    directed = ", ".join(f"mlops.{n}(c, 'u', 20), mlops.{n}(w, 'u')" for n in ("disparate_impact", "statistical_parity_difference", "average_odds_difference"))
    got = {r[0]: r[1:] for r in rows(f"SELECT ds, {between}, {directed} FROM (SELECT ds, mlops.group_confusion(y >= 0, hit, g) AS c, "
                                    f"mlops.group_confusion(y >= 0, hit, g, w) AS w FROM {TABLE} GROUP BY 1) AS t")}
    table = {}
    for k, name, n, *values in rows(f"SELECT ds, m.group_name, m.n, m.weight, m.selection_rate, m.tpr, m.fpr, m.precision, mlops.f1_score(mlops.confusion(w, m.group_name)) FROM (SELECT ds, "
                                    f"mlops.group_confusion(y >= 0, hit, g, w) AS w FROM {TABLE} GROUP BY 1) AS t, mlops.group_metrics(w) AS m"):
        table[k, name] = (n, values)
    for k, d in data.items():
        y, p, w, g = (d["y"] >= 0).astype(int), d["hit"].astype(int), d["w"], d["g"]
        names = SELECTION + LABELLED + ["disparate_impact", "statistical_parity_difference", "average_odds_difference"]
        large, weighted = fairness(y, p, np.ones(len(y)), g, "u", 20), fairness(y, p, w, g, "u")
        for i, name in enumerate(names):
            check(name, f"min_n {k}", got[k][2 * i], large[name])
            check(name, f"weighted {k}", got[k][2 * i + 1], weighted[name])
        for c in np.unique(g):
            n, values = table[k, c]
            m = g == c
            want = rates(y[m], p[m], w[m])
            check("group_metrics", f"n {k} {c}", n, m.sum())
            for value, reference in zip(values, [w[m].sum(), want["selection"], want["tpr"], want["fpr"], want["precision"], binary(y[m], p[m], w[m]).get("f1_score")]):
                check("group_metrics", f"{k} {c}", value, reference)


compare_binary()
compare_classes()
compare_class_options()
compare_tables()
compare_constants()
compare_top_k()
compare_fairness(TABLE, "ds", "(y >= 0)", "hit", "g", "u", {k: ((d["y"] >= 0).astype(int), d["hit"].astype(int), d["g"]) for k, d in data.items()})
compare_group_summaries()

# -- the flights: are some carriers flagged more often than others?
flights = f.dropna(subset=["label", "score"])
rows_of = {o: (t["label"].to_numpy(int), (t["score"] >= 0.3).to_numpy(int), t["carrier"].to_numpy(str)) for o, t in flights.groupby("origin")}
compare_fairness("(SELECT * FROM oracle_flight WHERE label IS NOT NULL AND score IS NOT NULL) AS flight", "origin", "label", "(score >= 0.3)", "carrier", "UA", rows_of)
got = grouped(NAMES, "label, (score >= 0.3)::int", "oracle_flight", "carrier")
for carrier, t in flights.groupby("carrier"):
    want = binary(t["label"].to_numpy(int), (t["score"] >= 0.3).to_numpy(int), np.ones(len(t)))
    for name in NAMES:
        check(name, f"flights of {carrier}", got[carrier][name], want[name])
