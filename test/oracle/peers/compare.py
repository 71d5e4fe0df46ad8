"""Compare mlops with the packages that it is measured against: compare.py [TOPIC ...]

Each check_TOPIC.py beside this file compares one package when imported.
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
harness.cursor.execute("CREATE EXTENSION IF NOT EXISTS mlops")
here = os.path.dirname(os.path.abspath(__file__))
for topic in sys.argv[1:] or sorted(os.path.basename(p)[6:-3] for p in glob.glob(os.path.join(here, "check_*.py"))):
    before = harness.passed
    importlib.import_module("check_" + topic)
    print(f"ok {topic}: {harness.passed - before} comparisons", flush=True)
for line in harness.failures[:60]:
    print("not ok", line)
print(f"{harness.passed} passed, {len(harness.failures)} failed")
sys.exit(1 if harness.failures else 0)
