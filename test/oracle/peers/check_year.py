"""The rules of test/year/rivals.py with Evidently and NannyML themselves, on days of a year with faults."""
import logging
import os
import sys

import nannyml
import numpy as np
import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset

from harness import check

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "year"))
import generate
import rivals

logging.disable(logging.CRITICAL)
DAYS, REF = 120, generate.REFERENCE_DAYS
live = [generate.Year(1, DAYS, 300).day(d) for d in range(DAYS)]
NAMES = [f for f in generate.FEATURES if f not in rivals.LEFT_OUT] + ["score", "predicted"]
columns = {name: rivals.Column([x[name] for x, _, _ in live], REF) for name in NAMES}
rows = pd.concat([pd.DataFrame({n: x[n] if x[n].dtype.kind == "f" else x[n].astype(str) for n in NAMES}).assign(day=d) for d, (x, _, _) in enumerate(live)], ignore_index=True)
rows["at"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(rows["day"], unit="D")
numbers = [n for n in NAMES if rows[n].dtype.kind == "f"]
definition = DataDefinition(numerical_columns=numbers, categorical_columns=[n for n in NAMES if n not in numbers])
for day in (91, 96, 100, 113, 118):
    both = [Dataset.from_pandas(part[NAMES], data_definition=definition) for part in (rows[rows.day == day], rows[rows.day < REF])]
    for m in Report([DataDriftPreset()]).run(*both).dict()["metrics"]:
        if "column" in m["config"]:
            name = m["config"]["column"]
            check("drift_report", f"evidently year {day} {name}", float(columns[name].evidently[day]), float(m["value"]), 1e-9)
calculator = nannyml.UnivariateDriftCalculator(column_names=NAMES, timestamp_column_name="at", chunk_period="D", continuous_methods=["jensen_shannon"], categorical_methods=["jensen_shannon"])
theirs = calculator.fit(rows[rows.day < REF]).calculate(rows[rows.day >= REF]).filter(period="analysis").to_df()
for name in NAMES:
    for day, value, alert, ours in zip(range(REF, DAYS), theirs[name, "jensen_shannon", "value"], theirs[name, "jensen_shannon", "alert"], rivals.beyond(columns[name].nannyml, REF, False)[REF:]):
        check("drift_report", f"nannyml year {day} {name}", float(columns[name].nannyml[day]), value, 1e-9)
        check("drift_report", f"nannyml year {day} {name} alert", float(ours), float(alert))
scores = pd.concat([pd.DataFrame(dict(score=x["score"], decision=x["predicted"].astype(int), label=y.astype(int), known=np.isfinite(late), day=d)) for d, (x, y, late) in enumerate(live)])
scores["at"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(scores["day"], unit="D")
estimator = nannyml.CBPE(problem_type="classification_binary", y_pred_proba="score", y_pred="decision", y_true="label", timestamp_column_name="at", chunk_period="D", metrics=["roc_auc"])
estimator.fit(scores[scores.known & (scores.day < REF)].reset_index(drop=True))
theirs = estimator.estimate(scores[scores.day >= REF].reset_index(drop=True)).filter(period="analysis").to_df()["roc_auc"]
estimated, realised = rivals.performance(live, REF)
check("cbpe_roc_auc", "nannyml year lower", float(realised[:REF].mean() - 3 * realised[:REF].std()), theirs["lower_threshold"].iloc[0], 1e-9)
for day, value in zip(range(REF, DAYS), theirs["value"]):
    check("cbpe_roc_auc", f"nannyml year {day}", float(estimated[day]), value, 1e-4)
