"""describe(), duplicate_rows() and parses_as() on the flights and on text, with pandas."""
import math

import numpy as np
import pandas as pd

from datasets import f
from harness import check, rows

frame = f[["carrier", "origin", "distance", "temp", "score", "actual", "predicted"]]
for name, n, n_null, low, q25, median, q75, high, mean, stddev, skewness, kurtosis, distinct, top_n, exact in rows(
        "SELECT column_name, n, n_null, min, q25, median, q75, max, mean, stddev, skewness, kurtosis, n_distinct, top_n, is_exact "
        "FROM mlops.describe('oracle_flight', %s)", list(frame.columns)):
    column = frame[name]
    values = column.dropna()
    check("describe", f"n {name}", n, len(column))
    check("describe", f"nulls {name}", n_null, column.isna().sum())
    check("describe", f"distinct {name}", 1.0 if exact and distinct == values.nunique() or
          not exact and abs(distinct / values.nunique() - 1) < 0.04 else 0.0, 1.0)
    if column.dtype == object:
        check("describe", f"min {name}", float(low == values.min()), 1.0)
        check("describe", f"max {name}", float(high == values.max()), 1.0)
        check("describe", f"top {name}", top_n, values.value_counts().iloc[0])
        continue
    check("describe", f"min {name}", float(low), values.min())
    check("describe", f"max {name}", float(high), values.max())
    check("describe", f"mean {name}", mean, math.fsum(values) / len(values))
    check("describe", f"stddev {name}", stddev, values.std(), 1e-11)
    check("describe", f"skewness {name}", skewness, values.skew(), 1e-8)
    check("describe", f"kurtosis {name}", kurtosis, values.kurt(), 1e-8)
    for q, got in ((0.25, q25), (0.5, median), (0.75, q75)):
        if exact:
            check("describe", f"quantile {q} {name}", got, values.quantile(q))
        else:
            lower, upper = rows("SELECT (mlops.quantile_bounds(profile, %s)).* FROM mlops.describe('oracle_flight', %s)", q, [name])[0]
            check("describe", f"bounds of quantile {q} {name}", float(lower <= values.quantile(q) <= upper), 1.0)

n, distinct, duplicates, rate = rows("SELECT * FROM mlops.duplicate_rows('oracle_flight', '{carrier,origin,distance,temp}')")[0]
repeated = frame.duplicated(["carrier", "origin", "distance", "temp"]).sum()
check("duplicate_rows", "flights", duplicates, repeated)
check("duplicate_rows", "rate", rate, repeated / len(frame))

# texts made of pieces that numbers are made of; Python's grammar is PostgreSQL's but for a NaN with a sign
rng = np.random.default_rng(1)
pieces = np.array(list("0123456789+-.eE ") + ["nan", "inf", "12", "32767", "2147483648"])
texts = sorted({"".join(rng.choice(pieces, rng.integers(1, 6))) for _ in range(4000)})


def parses(text, kind):
    try:
        kind(text)
        return True
    except (ValueError, OverflowError):
        return False


def integer(text, bits=32):
    if not -2**(bits - 1) <= int(text) < 2**(bits - 1):
        raise ValueError(text)


for text, as_integer, as_numeric in rows("SELECT t, mlops.parses_as(t, 'integer'), mlops.parses_as(t, 'numeric') FROM unnest(%s) AS t", texts):
    check("parses_as", f"integer {text!r}", float(as_integer), float(parses(text, integer)))
    check("parses_as", f"numeric {text!r}", float(as_numeric), float(parses(text, float) and text.strip() not in ("+nan", "-nan")))
