"""Tables for the comparisons with other packages, as pandas frames and in the database."""
import gzip

import numpy as np
import pandas as pd

from harness import load


def random_frame(rng, n, shift):
    """numbers of several kinds, with ties, few values, constants and NULLs, and words"""
    return pd.DataFrame({
        "normal": rng.normal(shift, 1 + shift / 2, n),
        "skewed": rng.exponential(1 + shift, n),
        "whole": rng.poisson(6 + shift, n).astype(float),
        "rounded": rng.normal(shift, 1, n).round(1),
        "few": rng.choice(4, n, p=[0.25 - shift / 10, 0.25, 0.25, 0.25 + shift / 10]).astype(float),
        "constant": np.full(n, 3.0),
        "gaps": np.where(rng.random(n) < 0.2, np.nan, rng.normal(shift, 1, n)),
        "flag": np.where(rng.random(n) < 0.3 + shift / 10, "yes", "no").astype(object),
        "word": np.array(list("abcdefgh"), object)[np.minimum(7, rng.poisson(2 + shift, n))]})


def flights(n, airport, seed):
    """as many flights from an airport"""
    table = pd.read_csv(gzip.open("test/data/flight_predictions.csv.gz", "rt"))
    table = table[table["origin"] == airport].sample(n, random_state=seed)[["carrier", "distance", "temp", "wind_speed", "visib", "score", "arrival_delay"]]
    return table.astype({k: float for k in table.columns if k != "carrier"}).reset_index(drop=True)


def is_text(column):
    return column.dtype == object


def store(name, frame):
    load(name, ", ".join(f"{k} {'text' if is_text(frame[k]) else 'float8'}" for k in frame.columns), frame)
