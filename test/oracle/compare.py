"""Compare mlops with reference implementations.

compare.py DATA_DIRECTORY [TOPIC ...], connecting as the environment says (PGHOST ...).
Each check_TOPIC.py beside this file compares its functions when imported.  An
aggregate that exists and is not compared is a failure.
"""
import glob
import importlib
import os
import sys
import warnings

import numpy as np

import harness

warnings.filterwarnings("ignore")
np.seterr(all="ignore")
harness.data_directory = sys.argv[1]
harness.cursor.execute("CREATE EXTENSION IF NOT EXISTS mlops")
here = os.path.dirname(os.path.abspath(__file__))
topics = sorted(os.path.basename(p)[6:-3] for p in glob.glob(os.path.join(here, "check_*.py")))
for topic in sys.argv[2:] or topics:
    before = harness.passed
    importlib.import_module("check_" + topic)
    print(f"ok {topic}: {harness.passed - before} comparisons", flush=True)

# states and names whose comparison is elsewhere
exempt = {"merge": "laws in regress", "two_samples": "a state", "weighted_samples": "a state", "categories": "a state", "class_confusion": "a state", "confusion": "a state",
          "ranked_list": "a state", "errors": "compared above", "scores": "compared above", "profile": "compared above", "fingerprint": "a hash",
          "comoments": "compared by correlation_matrix"}
if not sys.argv[2:]:
    for (name,) in harness.rows("SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'mlops'::regnamespace AND prokind = 'a'"):
        if name not in harness.compared and name not in exempt:
            harness.failures.append(f"the aggregate mlops.{name} is not compared")
for line in harness.failures[:60]:
    print("not ok", line)
print(f"{harness.passed} passed, {len(harness.failures)} failed")
sys.exit(1 if harness.failures else 0)
