"""The data sets of the comparisons: 200 random ones and the flights, each in a table and in memory.

sets[ds] are the columns of table oracle_set: ties, NULLs, one class, one row,
constants, NaN, infinities, extreme scores, large offsets.  f is the frame of
table oracle_flight.
"""
import gzip
import math
import os

import numpy as np
import pandas as pd

import harness
from harness import load, copy_text

def make(ds):
    rng = np.random.default_rng(ds)
    n = int([1, 2, 3, 10, 50, 200, 1000, 5000][ds % 8])
    label = (rng.random(n) < 0.4).astype(int)
    score = np.clip(0.3 * label + rng.normal(0.4, 0.25, n), 0, 1)
    actual = rng.normal(0, 3, n)
    predicted = actual + rng.normal(0.2, 1, n)
    value = rng.normal(0, 1, n)
    current = rng.random(n) < 0.5
    value = value + 0.4 * current
    kind = ds // 8 % 10
    if kind == 1:
        score, actual, predicted, value = (np.round(v, 1) for v in (score, actual, predicted, value))
    elif kind == 2:
        label[:] = ds % 2
    elif kind == 3:
        score[:] = 0.5
        actual[:] = 2.0
        value[:] = 7.0
    elif kind == 4:
        score = np.where(rng.random(n) < 0.3, rng.choice([0.0, 1.0, 1e-300, 1 - 2**-53], n), score)
    elif kind == 5:
        actual, predicted, value = actual + 1e9, predicted + 1e9, value + 1e9
    elif kind == 6:
        value = rng.standard_t(1.2, n)
        actual = rng.standard_t(1.5, n)
    elif kind == 7:
        value = np.where(rng.random(n) < 0.2, rng.choice([np.inf, -np.inf], n), value)
    elif kind == 8 and n > 3:
        score[1] = actual[2] = value[0] = np.nan
    nulls = (rng.random((6, n)) < 0.05) & (kind == 9)
    category = np.array(list("abcdefgh"))[np.minimum(7, rng.poisson(1.5 + current, n))]
    truth = np.array(list("abcd"))[rng.integers(0, 4, n)]
    guess = np.where(rng.random(n) < 0.6, truth, np.array(list("abce"))[rng.integers(0, 4, n)])
    return dict(label=label, score=score, actual=actual, predicted=predicted, value=value, current=current,
                category=category, truth=truth, guess=guess, nulls=nulls)


sets = {ds: make(ds) for ds in range(200)}
frames = []
for ds, d in sets.items():
    z = d["nulls"]
    frames.append(pd.DataFrame({
        "ds": ds, "label": copy_text(d["label"].tolist(), z[0]), "score": copy_text(d["score"].tolist(), z[1]),
        "actual": copy_text(d["actual"].tolist(), z[2]), "predicted": copy_text(d["predicted"].tolist(), z[3]),
        "value": copy_text(d["value"].tolist(), z[4]), "current": d["current"], "category": d["category"],
        "truth": d["truth"], "guess": d["guess"]}))
load("oracle_set", "ds int, label int, score float8, actual float8, predicted float8, value float8, current boolean, "
     "category text, truth text, guess text", pd.concat(frames))


def usable(d, *names):
    at = {"label": 0, "score": 1, "actual": 2, "predicted": 3, "value": 4}
    keep = np.ones(len(d["label"]), bool)
    for name in names:
        if name in at:
            keep &= ~d["nulls"][at[name]]
    return tuple(d[name][keep] for name in names)


def samples(d):
    v, c = usable(d, "value", "current")
    return v[~c], v[c]


# -- the flights ------------------------------------------------------------------

f = pd.read_csv(gzip.open(os.path.join(harness.data_directory, "flight_predictions.csv.gz"), "rt"),
                usecols=["departure_time", "carrier", "origin", "distance", "temp", "score", "delayed", "predicted_delay", "arrival_delay"])
f["label"] = f["delayed"].map({"t": 1, "f": 0}).astype("Int64")
f["current"] = f["departure_time"] >= "2013-04-01T04:00Z"
f = f.rename(columns={"arrival_delay": "actual", "predicted_delay": "predicted"})
load("oracle_flight", "carrier text, origin text, distance int, temp float8, score float8, actual float8, predicted float8, label int, current boolean, value float8",
     f.assign(value=f["temp"])[["carrier", "origin", "distance", "temp", "score", "actual", "predicted", "label", "current", "value"]])
