"""The preset "evidently" of drift_report with Evidently's DataDriftPreset: choice, value and verdict."""
import numpy as np
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset

import frames
from harness import check, cursor, rows

NAME = {"K-S p_value": "ks", "chi-square p_value": "chi_square_gof", "Z-test p_value": "z",
        "Wasserstein distance (normed)": "normalized_wasserstein_distance", "Jensen-Shannon distance": "js_distance"}


def drift(reference, current):
    """{column: (method, value)}"""
    columns = DataDefinition(numerical_columns=[k for k in reference if not frames.is_text(reference[k])], categorical_columns=[k for k in reference if frames.is_text(reference[k])])
    run = Report([DataDriftPreset()]).run(Dataset.from_pandas(current, data_definition=columns), Dataset.from_pandas(reference, data_definition=columns))
    return {m["config"]["column"]: (NAME[m["config"]["method"]], float(m["value"])) for m in run.dict()["metrics"] if "column" in m["config"]}


def compare(where, reference, current, relative=1e-9):
    frames.store("peer_reference", reference)
    frames.store("peer_current", current)
    theirs = drift(reference, current)
    for name, test, statistic, p, verdict in rows("SELECT column_name, test, statistic, p_value, verdict FROM mlops.drift_report('peer_reference', 'peer_current', method => 'evidently')"):
        method, value = theirs.pop(name)
        check("drift_report", f"evidently {where} {name}: {test} and {method}", float(test == method), 1.0)
        # distances of nothing may be a rounding error there
        if method.endswith("distance"):
            check("drift_report", f"evidently {where} {name} {method}", statistic if value > 1e-7 else float(statistic > 1e-7), value if value > 1e-7 else 0, relative)
        else:
            check("drift_report", f"evidently {where} {name} {method}", p, value, 1e-8)
        found = value >= 0.1 if method.endswith("distance") else value < 0.05
        if abs(value / (0.1 if method.endswith("distance") else 0.05) - 1) > 1e-6:
            check("drift_report", f"evidently {where} {name} verdict {verdict}", float(verdict == "drift"), float(found))
    check("drift_report", f"evidently {where} columns", len(theirs), 0)


for seed, n in enumerate((50, 300, 999, 1000, 1001, 1500, 3000)):
    for shift in (0.0, 0.1, 0.6):
        rng = np.random.default_rng(100 * seed + int(10 * shift))
        compare(f"n {n} shift {shift}", frames.random_frame(rng, n, 0), frames.random_frame(rng, n + 13, shift))
# beyond 4,096 values bins end where cells end
rng = np.random.default_rng(7)
large = [frames.random_frame(rng, 20000, shift) for shift in (0, 0.3)]
compare("n 20000", *large, relative=5e-3)
for n in (800, 2500):
    compare(f"flights {n}", frames.flights(n, "JFK", 1), frames.flights(n, "LGA", 2))
cursor.execute("DROP TABLE peer_reference, peer_current")
