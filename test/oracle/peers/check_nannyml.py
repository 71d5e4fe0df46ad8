"""Distances, thresholds and the preset "nannyml" of drift_report with NannyML's UnivariateDriftCalculator, estimates with its CBPE."""
import logging

import nannyml
import numpy as np
import pandas as pd

import frames
from harness import check, cursor, rows

logging.disable(logging.CRITICAL)
NUMBERS = {"jensen_shannon": "mlops.js_distance(r, c, binning => 'doane')", "kolmogorov_smirnov": "mlops.ks_statistic(r, c)",
           "wasserstein": "mlops.wasserstein_distance(r, c)", "hellinger": "mlops.hellinger_distance(r, c, binning => 'doane')"}
TEXTS = {"jensen_shannon": "mlops.js_distance(r, c)", "chi2": "(mlops.chi_square_test(r, c, correction => true)).statistic",
         "l_infinity": "mlops.l_infinity_distance(r, c)", "hellinger": "mlops.hellinger_distance(r, c)"}


def compare(where, reference, current, relative=1e-9, methods=(*NUMBERS, *TEXTS)):
    """one chunk against ten of the reference"""
    size = len(reference) // 10
    frames.store("peer_reference", reference)
    frames.store("peer_current", current)
    calculator = nannyml.UnivariateDriftCalculator(column_names=list(reference.columns), chunk_size=size, continuous_methods=list(NUMBERS), categorical_methods=list(TEXTS))
    theirs = calculator.fit(reference).calculate(current).filter(period="analysis").to_df().iloc[0]
    for name in reference.columns:
        for method, expression in (TEXTS if frames.is_text(reference[name]) else NUMBERS).items():
            if method not in methods:
                continue
            (value,), = rows(f"SELECT {expression} FROM (SELECT (SELECT mlops.profile({name}) FROM peer_reference) AS r, (SELECT mlops.profile({name}) FROM peer_current) AS c) AS p")
            want = theirs[name, method, "value"]
            check(expression.split("(")[0 if expression[0] != "(" else 1].replace("mlops.", ""), f"nannyml {where} {name} {method}", value if want > 1e-7 else float(value > 1e-7), want if want > 1e-7 else 0, relative)
    for name, statistic, threshold, verdict in rows("SELECT column_name, statistic, threshold, verdict FROM mlops.drift_report('peer_reference', 'peer_current', method => 'nannyml')"):
        limit = theirs[name, "jensen_shannon", "upper_threshold"]
        if limit is not None and not np.isnan(limit):
            check("drift_report", f"nannyml {where} {name} threshold", threshold, limit, max(relative, 1e-8))
        check("drift_report", f"nannyml {where} {name} verdict {verdict} {statistic} {threshold} {limit}", float(verdict == "drift"), float(theirs[name, "jensen_shannon", "alert"]))


for seed, n in enumerate((500, 1000, 3000)):
    for shift in (0.0, 0.3, 0.9):
        rng = np.random.default_rng(100 * seed + int(10 * shift))
        compare(f"n {n} shift {shift}", frames.random_frame(rng, n, 0), frames.random_frame(rng, n // 10, shift))
# beyond 4,096 values bins end where cells end; NannyML takes quantiles for the rows of a large reference itself, so only JS
rng = np.random.default_rng(7)
large = [frames.random_frame(rng, 20000, 0), frames.random_frame(rng, 2000, 0.3)]
compare("n 20000", *large, relative=2e-2, methods=("jensen_shannon",))
compare("flights", frames.flights(3000, "JFK", 1), frames.flights(300, "LGA", 2))
cursor.execute("DROP TABLE peer_reference, peer_current")


def estimate(seed):
    """CBPE of one chunk of calibrated scores; both round nothing that matters"""
    rng = np.random.default_rng(seed)
    n = 2000
    score = rng.beta(0.8 + seed / 4, 1.5, 2 * n)
    frame = pd.DataFrame({"score": score, "decision": (score >= 0.5).astype(int), "label": (rng.random(2 * n) < score).astype(int)})
    estimator = nannyml.CBPE(problem_type="classification_binary", y_pred_proba="score", y_pred="decision", y_true="label", chunk_size=n,
                             metrics=["roc_auc", "f1", "precision", "recall", "specificity", "accuracy"])
    estimator.fit(frame[:n])
    estimator.needs_calibration = False
    theirs = estimator.estimate(frame[n:].drop(columns="label")).filter(period="analysis").to_df().iloc[0]
    frames.store("peer_scores", frame[n:].astype(float))
    got = rows("SELECT auc, mlops.f1_score(c), mlops.precision_score(c), mlops.recall_score(c), mlops.specificity(c), mlops.accuracy(c) "
               "FROM (SELECT mlops.cbpe_roc_auc(score, score) AS auc, mlops.cbpe(score, decision = 1) AS c FROM peer_scores) AS t")[0]
    for metric, value in zip(("roc_auc", "f1", "precision", "recall", "specificity", "accuracy"), got):
        check("cbpe_roc_auc" if metric == "roc_auc" else f"cbpe {metric}", f"nannyml {seed}", value, theirs[metric, "value"], 1e-4 if metric == "roc_auc" else 1e-9)


for seed in range(4):
    estimate(seed)
cursor.execute("DROP TABLE peer_scores")
