"""Compare mlops with reference implementations.

compare.py DATA_DIRECTORY [--write] [TOPIC ...], connecting as the environment says (PGHOST ...).
Each check_TOPIC.py beside this file compares its functions when imported; the
first line of its description ends "with" and the reference.  An aggregate that
exists and is not compared is a failure, and so are tables in docs/reference/ that
no longer say what the catalog says; --write writes those anew.
"""
import ast
import glob
import importlib
import os
import sys
import warnings

import numpy as np

import function_tables
import harness

warnings.filterwarnings("ignore")
np.seterr(all="ignore")
harness.data_directory = sys.argv[1]
harness.cursor.execute("CREATE EXTENSION IF NOT EXISTS mlops")
here = os.path.dirname(os.path.abspath(__file__))
arguments = [a for a in sys.argv[2:] if a != "--write"]
topics = sorted(os.path.basename(p)[6:-3] for p in glob.glob(os.path.join(here, "check_*.py")))
for topic in arguments or topics:
    before = harness.passed
    with open(os.path.join(here, f"check_{topic}.py")) as source:
        harness.compared.reference = ast.get_docstring(ast.parse(source.read())).split("\n")[0].rstrip(".").split(" with ", 1)[1]
    importlib.import_module("check_" + topic)
    print(f"ok {topic}: {harness.passed - before} comparisons", flush=True)

# states and names whose comparison is elsewhere
exempt = {"merge": "laws in regress", "two_samples": "a state", "weighted_samples": "a state", "categories": "a state", "class_confusion": "a state", "group_confusion": "a state", "confusion": "a state",
          "labelled_rows": "a state", "ranked_list": "a state", "errors": "compared above", "scores": "compared above", "profile": "compared above", "fingerprint": "a hash",
          "comoments": "compared by correlation_matrix", "two_histograms": "a state", "two_vector_samples": "a state",
          "paired_samples": "a state", **dict.fromkeys(("calibration", "probability", "class_samples", "weighted_errors", "number_pairs"), "a state"), "loss_means": "a state", "error_moments": "a state", "cbpe": "a state"}
if not arguments:
    for (name,) in harness.rows("SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'mlops'::regnamespace AND prokind = 'a'"):
        if name not in harness.compared and name not in exempt:
            harness.failures.append(f"the aggregate mlops.{name} is not compared")
    harness.failures += function_tables.update("--write" in sys.argv)
for line in harness.failures[:60]:
    print("not ok", line)
print(f"{harness.passed} passed, {len(harness.failures)} failed")
sys.exit(1 if harness.failures else 0)
