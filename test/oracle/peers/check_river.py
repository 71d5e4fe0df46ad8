"""Change detectors with those of River.

Page-Hinkley without forgetting is the same test.  ADWIN's first bucket is closed
by other rules there, so an alarm may come one or two checks (of 32 points) earlier
or later; the window that is left in the end is nearly always the same.
"""
import numpy as np
from river import drift

from harness import check, rows


def along(call, x):
    """the rows of a window function over a series"""
    return rows(f"SELECT (p).* FROM (SELECT i, mlops.{call} OVER (ORDER BY i) AS p FROM unnest(%s::float8[]) WITH ORDINALITY AS t(x, i)) AS s ORDER BY i", [float(v) for v in x])


def series(seed, noise=1):
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.normal(0, noise, 400), rng.normal(1.5, noise, 300), rng.normal(-1, noise, 300)])


same = 0
for seed in range(20):
    x = series(seed)
    for mode in ("up", "down"):
        detector, alarms = drift.PageHinkley(min_instances=30, delta=0.05, threshold=20, alpha=1.0, mode=mode), []
        for v in x:
            detector.update(v)
            alarms.append(detector.drift_detected)
        got = [r[-1] for r in along(f"page_hinkley(x, 30, 0.05, 20, 1, '{mode}')", x)]
        check("page_hinkley", f"river {mode} {seed}: {np.flatnonzero(got)} {np.flatnonzero(alarms)}", float(got == alarms), 1.0)
    detector, alarms = drift.ADWIN(), []
    for v in x:
        detector.update(v)
        alarms.append(detector.drift_detected)
    got = along("adwin(x)", x)
    ours, theirs = np.flatnonzero([r[2] for r in got]), np.flatnonzero(alarms)
    check("adwin", f"river {seed}: {ours} {theirs}", float(len(ours) == len(theirs) and (abs(ours - theirs) <= 64).all()), 1.0)
    check("adwin", f"river width {seed}: {got[-1][1]} {detector.width}", float(abs(got[-1][1] - detector.width) <= 32), 1.0)
    check("adwin", f"river mean {seed}", got[-1][0], x[len(x) - int(got[-1][1]):].mean(), 1e-9)
    if got[-1][1] == detector.width:
        same += 1
        check("adwin", f"river mean of one window {seed}", got[-1][0], detector.estimation, 1e-9)
check("adwin", f"river: {same} of 20 windows alike", float(same >= 15), 1.0)
x = np.random.default_rng(99).normal(0, 1, 2000)
check("adwin", "river without change", float(sum(r[2] for r in along("adwin(x)", x))), 0)
