"""Profiles of columns: every answer with pandas, scipy and numpy, bounds on 1,000 adversarial data sets, bytes for any order and merge tree."""
import json
import math
import uuid

import numpy as np
import pandas as pd
from scipy import stats

from datasets import f
from harness import check, copy_text, cursor, load, rows

# -- exact profiles: every function ------------------------------------------------

NUMBERS = ("n", "n_null", "null_rate", "n_nan", "n_inf", "n_values", "n_zero", "zero_rate", "n_negative", "min_value", "max_value", "sum", "mean", "variance",
           "stddev", "skewness", "kurtosis", "median", "n_distinct", "uniqueness", "duplicates", "unique_rate", "entropy", "iqr", "mad", "outlier_rate")


def entropy(counts, base=None):
    p = np.asarray(counts, float) / np.sum(counts)
    return stats.entropy(p, base=base)


def exact_reference(v, n_null=0):
    """v: values without NULL"""
    n = len(v) + n_null
    nan = np.isnan(v)
    x = pd.Series(v[~nan])
    want = {"n": n, "n_null": n_null, "null_rate": n_null / n if n else None, "n_nan": nan.sum(), "n_inf": np.isinf(x).sum(), "n_values": len(x),
            "n_zero": (x == 0).sum(), "zero_rate": (x == 0).sum() / len(v) if len(v) else None, "n_negative": (x < 0).sum(), "n_distinct": x.nunique(),
            "duplicates": len(x) - x.nunique()}
    if len(x) == 0:
        return want | dict.fromkeys(set(NUMBERS) - set(want))
    counts = x.value_counts()
    q = {k: x.quantile(k) for k in (0.25, 0.5, 0.75)}
    constant = x.nunique() == 1
    want |= {"min_value": x.min(), "max_value": x.max(), "median": q[0.5], "uniqueness": x.nunique() / len(x), "unique_rate": (counts == 1).sum() / len(x),
             "entropy": entropy(counts)}
    if np.isinf(x).any():
        return want | dict.fromkeys(("sum", "mean", "variance", "stddev", "skewness", "kurtosis", "iqr", "mad", "outlier_rate"), "skip")
    total = math.fsum(x)
    x = x - (1e9 if x.median() > 1e8 else 0)    # pandas and scipy lose digits far from zero
    d = x - math.fsum(x) / len(x)
    q1, q3 = x.quantile(0.25), x.quantile(0.75)
    low, high = q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1)
    return want | {"sum": total, "mean": total / len(x), "variance": math.fsum(d * d) / (len(x) - 1) if len(x) > 1 else None,
                   "stddev": math.sqrt(math.fsum(d * d) / (len(x) - 1)) if len(x) > 1 else None,
                   "skewness": None if len(x) < 3 or constant else x.skew(), "kurtosis": None if len(x) < 4 or constant else x.kurt(),
                   "iqr": q[0.75] - q[0.25], "mad": np.median(np.abs(x - np.median(x))), "outlier_rate": 1 - ((x >= low) & (x <= high)).mean()}


def compare_exact():
    sets = {}
    for ds in range(160):
        rng = np.random.default_rng(ds)
        n = int([0, 1, 2, 3, 4, 10, 100, 1500][ds % 8])
        v = [rng.normal(0, 1, n), np.round(rng.normal(0, 3, n)), 1e9 + rng.integers(0, 20, n), rng.exponential(1, n), np.full(n, 7.25),
             rng.choice([0.0, -0.0, 1.0, -1.0], n), rng.standard_t(1.5, n), rng.normal(0, 1, n) * 1e-300,
             np.where(rng.random(n) < 0.2, np.nan, rng.integers(-3, 4, n)), np.where(rng.random(n) < 0.1, np.inf, rng.integers(0, 9, n))][ds // 8 % 10]
        nulls = rng.random(n) < (0.2 if ds % 3 == 0 else 0)
        sets[ds] = (v[~nulls], int(nulls.sum()), copy_text(v.tolist(), nulls))
    load("oracle_profile", "ds int, x float8", pd.concat([pd.DataFrame({"ds": k, "x": s[2]}) for k, s in sets.items()]))
    names = ", ".join(f"mlops.{n}(p)" for n in NUMBERS)
    for r in rows(f"SELECT ds, {names}, mlops.skewness(p, true), mlops.kurtosis(p, true), mlops.entropy(p, 2), mlops.outlier_rate(p, 'z', 2), mlops.mode(p), mlops.constant(p), "
                  f"ARRAY(SELECT mlops.quantile(p, q) FROM unnest(ARRAY[0, .1, .37, .9, 1]) AS q), ARRAY(SELECT mlops.cdf(p, c) FROM unnest(ARRAY[-1, 0, .5, 3]) AS c), "
                  f"ARRAY(SELECT mlops.rank(p, c) FROM unnest(ARRAY[-1, 0, .5, 3]) AS c), to_jsonb(mlops.describe(p))::text FROM (SELECT ds, mlops.profile(x) AS p FROM oracle_profile GROUP BY 1) AS t"):
        v, n_null, _ = sets[r[0]]
        want = exact_reference(v, n_null)
        tiny = len(v) > 0 and np.nanmax(np.abs(v)) < 1e-200
        for name, got in zip(NUMBERS, r[1:]):
            if isinstance(want[name], str) or (tiny and name in ("skewness", "kurtosis")):   # pandas calls a spread below 1e-14 none
                continue
            if isinstance(want[name], float) and math.isnan(want[name]):    # between a number and infinity
                continue
            loose = {"skewness": 1e-8, "kurtosis": 1e-8, "variance": 1e-11, "stddev": 1e-11}.get(name)
            loose = None if want[name] is not None and abs(want[name]) < 1e-3 else loose
            check(name, f"ds {r[0]}", got, want[name], loose)
        x = v[~np.isnan(v)]
        at = len(NUMBERS) + 1
        if len(x) == 0 or np.isinf(x).any():
            continue
        if len(np.unique(x)) > 1 and not tiny:
            near = x - (1e9 if np.median(x) > 1e8 else 0)
            check("skewness", f"biased {r[0]}", r[at], stats.skew(near))
            check("kurtosis", f"biased {r[0]}", r[at + 1], stats.kurtosis(near), 1e-9)
        check("entropy", f"base 2 {r[0]}", r[at + 2], entropy(np.unique(x, return_counts=True)[1], 2))
        if len(x) > 1:
            z = x * 1e300 if tiny else x    # numpy loses the squares of tiny ones
            check("outlier_rate", f"z {r[0]}", r[at + 3], (np.abs(z - z.mean()) > 2 * z.std(ddof=1)).mean() if len(np.unique(z)) > 1 else 0)
        values, counts = np.unique(x + 0.0, return_counts=True)
        check("mode", f"{r[0]}", float(r[at + 4]), values[np.argmax(counts)])
        check("constant", f"{r[0]}", float(r[at + 5]), float(len(values) <= 1))
        for got, q in zip(r[at + 6], (0, .1, .37, .9, 1)):
            check("quantile", f"{q} {r[0]}", got, np.quantile(x, q))
        for got, rank, c in zip(r[at + 7], r[at + 8], (-1, 0, .5, 3)):
            check("cdf", f"{c} {r[0]}", got, (x <= c).mean())
            check("rank", f"{c} {r[0]}", rank, (x <= c).sum())
        d = json.loads(r[at + 9])
        check("describe", f"{r[0]}", d["mad"], want["mad"])
        check("describe", f"entropy {r[0]}", d["entropy"], want["entropy"])
    for ds, value, n, share, unlisted in rows("SELECT ds, (t).* FROM (SELECT ds, mlops.top_k(mlops.profile(x), 3) AS t FROM oracle_profile GROUP BY 1) AS t"):
        x = sets[ds][0]
        counts = np.sort(np.unique(x[~np.isnan(x)], return_counts=True)[1])[::-1]
        check("top_k", f"count {ds}", n, (x == float(value)).sum())
        check("top_k", f"share {ds}", share, n / counts.sum())
        check("top_k", f"rest {ds}", unlisted, counts[3] if len(counts) > 3 else 0)


# -- text, uuid, times ---------------------------------------------------------------

def compare_kinds():
    rng = np.random.default_rng(7)
    words = ["", "a", "Zürich", "日本", "x" * 300] + [f"w{i}" for i in range(40)]
    text = rng.choice(words, 3000, p=np.r_[[0.1] * 5, [0.5 / 40] * 40])
    ids = [str(uuid.UUID(int=int(i) * 2**64)) for i in rng.integers(0, 100, 3000)]
    seconds = rng.integers(0, 86400, 3000)
    load("oracle_kinds", "t text, u uuid, d time, e text", pd.DataFrame({"t": ['""' if w == "" else w for w in text], "u": ids, "d": [f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in seconds], "e": text}))
    cursor.execute("UPDATE oracle_kinds SET t = '' WHERE t = '\"\"'")
    (n_empty, low, high, mean, distinct, ent, mode, single), = rows(
        "SELECT mlops.n_empty(p), mlops.min_length(p), mlops.max_length(p), mlops.mean_length(p), mlops.n_distinct(p), mlops.entropy(p), mlops.mode(p), mlops.unique_rate(p) FROM (SELECT mlops.profile(t) AS p FROM oracle_kinds) AS t")
    s = pd.Series(text)
    check("n_empty", "text", n_empty, (s == "").sum())
    check("min_length", "text", low, s.str.len().min())
    check("max_length", "text", high, s.str.len().max())
    check("mean_length", "text", mean, s.str.len().mean())
    check("n_distinct", "text", distinct, s.nunique())
    check("entropy", "text", ent, entropy(s.value_counts()))
    counts = s.value_counts()
    check("mode", "text", float(mode == min(counts[counts == counts.max()].index)), 1)
    check("unique_rate", "text", single, (counts == 1).sum() / len(s))
    (kind, distinct, least, mode), = rows("SELECT mlops.kind(p), mlops.n_distinct(p), mlops.min_text(p), mlops.mode(p) FROM (SELECT mlops.profile(u) AS p FROM oracle_kinds) AS t")
    check("n_distinct", "uuid", distinct, len(set(ids)))
    counts = pd.Series(ids).value_counts()
    check("min_text", "uuid", float(least == min(ids) and kind == "uuid" and mode == min(counts[counts == counts.max()].index)), 1)
    (mean, median), = rows("SELECT mlops.mean(p), mlops.median(p) FROM (SELECT mlops.profile(d) AS p FROM oracle_kinds) AS t")
    check("mean", "time", mean, seconds.mean())
    check("median", "time", median, np.median(seconds))


# -- limited profiles: bounds hold, bytes do not depend on order or merges ---------------

def adversarial(ds):
    rng = np.random.default_rng(10_000 + ds)
    n = int(rng.integers(30, 600))
    make = [lambda: rng.normal(0, 1, n), lambda: 1.7e9 + rng.integers(0, 86400, n).astype(float), lambda: rng.standard_cauchy(n) * 10.0 ** rng.integers(-3, 12),
            lambda: rng.choice([-1.7e308, 1e308, 1.79e308, 1.0], n) * rng.random(n), lambda: rng.integers(-50, 50, n) * 5e-324, lambda: np.full(n, 0.1),
            lambda: rng.choice([3.0, 3.0000000000000004], n), lambda: np.sort(rng.random(n)), lambda: np.arange(n)[::-1] % 97.0, lambda: np.arange(n) % 50 + rng.random(n) * 1e-9,
            lambda: 2.0 ** rng.integers(-1000, 1000, n), lambda: np.where(rng.random(n) < 0.98, 1 + rng.random(n) * 1e-6, 2.0 ** rng.integers(-900, 900, n)),
            lambda: np.where(rng.random(n) < 0.1, rng.choice([np.inf, -np.inf, np.nan], n), rng.normal(0, 1, n)), lambda: np.round(rng.gamma(0.3, 100, n)),
            lambda: rng.beta(0.5, 0.5, n), lambda: np.where(rng.random(n) < 0.5, 0.0, -rng.exponential(1, n))]
    return make[ds % len(make)]()


QUANTILES = (0, 0.01, 0.25, 0.5, 0.777, 0.99, 1)


def inside(b, value):
    slack = 1e-13 * max(1.0, abs(value)) if math.isfinite(value) else 0
    return float(b[0] - slack <= value <= b[1] + slack)


def quantile(x, q):
    """as percentile_cont, for values as large as they come"""
    at = q * (len(x) - 1)
    a, b = x[int(at)], x[min(int(at) + 1, len(x) - 1)]
    part = at - int(at)
    return a if part == 0 or a == b else a * (1 - part) + b * part if np.isinf(b - a) and np.isfinite(a) and np.isfinite(b) else a + part * (b - a)


def compare_bounds(many=1000):
    sets = {ds: adversarial(ds) for ds in range(many)}
    load("oracle_bounds", "ds int, i int, x float8, t text", pd.concat([pd.DataFrame(
        {"ds": k, "i": range(len(v)), "x": copy_text(v.tolist(), np.zeros(len(v))), "t": ["v" + repr(float(round(a, 2))) for a in v]}) for k, v in sets.items()]))
    budget = "(ARRAY[2, 3, 5, 16, 40, 100])[1 + mod(ds, 6)]"
    marks = {k: np.quantile(np.r_[v[np.isfinite(v)], 0.0], [0.1, 0.5, 0.8]).tolist() for k, v in sets.items()}
    load("oracle_marks", "ds int, c float8", pd.concat([pd.DataFrame({"ds": k, "c": c}) for k, c in marks.items()]))
    cursor.execute("CREATE INDEX ON oracle_marks (ds); CREATE INDEX ON oracle_bounds (ds); ANALYZE oracle_marks; ANALYZE oracle_bounds")
    asked = ", ".join(f"{q}" for q in QUANTILES)
    for ds, exact, qb, q, rb, db, eb, mad, total, low, high, median in rows(
            f"SELECT ds, mlops.is_exact(p), ARRAY(SELECT ARRAY[(b).lower, (b).upper] FROM (SELECT mlops.quantile_bounds(p, q) AS b FROM unnest(ARRAY[{asked}]) WITH ORDINALITY AS u(q, o) ORDER BY o) AS x), "
            f"ARRAY(SELECT mlops.quantile(p, q) FROM unnest(ARRAY[{asked}]) WITH ORDINALITY AS u(q, o) ORDER BY o), "
            "ARRAY(SELECT ARRAY[c, (b).lower, (b).upper, mlops.rank(p, c)] FROM (SELECT c, mlops.rank_bounds(p, c) AS b FROM oracle_marks AS m WHERE m.ds = t.ds) AS x), "
            "ARRAY[(mlops.distinct_bounds(p)).lower, (mlops.distinct_bounds(p)).upper], ARRAY[(mlops.entropy_bounds(p)).lower, (mlops.entropy_bounds(p)).upper], mlops.mad(p), mlops.mean(p), "
            f"mlops.min_value(p), mlops.max_value(p), mlops.median(p) FROM (SELECT ds, mlops.profile(x, {budget}) AS p FROM oracle_bounds GROUP BY 1) AS t"):
        x = np.sort(sets[ds][~np.isnan(sets[ds])] + 0.0)
        for k, b, got in zip(QUANTILES, qb, q):
            truth = quantile(x, k)
            if not math.isnan(truth):
                check("quantile_bounds", f"{k} {ds}", inside(b, truth), 1)
                check("quantile", f"{k} within bounds {ds}", inside(b, got), 1)
        for c, lower, upper, got in rb:
            check("rank_bounds", f"{ds}", float(lower <= (x <= c).sum() <= upper and lower <= got <= upper), 1)
        counts = np.unique(x, return_counts=True)[1]
        check("distinct_bounds", f"{ds}", inside(db, len(counts)), 1)
        check("entropy_bounds", f"{ds}", inside(eb, entropy(counts)), 1)
        check("min_value", f"{ds}", low, x[0])
        check("max_value", f"{ds}", high, x[-1])
        if np.isfinite(x).all():
            check("mean", f"{ds}", total, math.fsum(x / 2**20) / len(x) * 2**20, 1e-12 if np.abs(x).max() < 1e-290 or np.abs(x).max() > 1e290 else None)
        if exact and np.isfinite(x).all() and np.abs(x).max() < 1e300:
            check("mad", f"{ds}", mad, np.median(np.abs(x - np.median(x))))
    # text: distinct, entropy, counts of all values, what is not listed
    for ds, db, eb, enclosed, listed, most in rows(
            f"SELECT ds, ARRAY[(mlops.distinct_bounds(p)).lower, (mlops.distinct_bounds(p)).upper], ARRAY[(mlops.entropy_bounds(p)).lower, (mlops.entropy_bounds(p)).upper], "
            "(SELECT bool_and(b.lower <= n AND n <= b.upper) FROM (SELECT t AS v, count(*) AS n FROM oracle_bounds AS o WHERE o.ds = s.ds GROUP BY 1) AS c, mlops.count_bounds(p, v) AS b), "
            "ARRAY(SELECT value FROM mlops.top_k(p, 4)), (SELECT max(n_unlisted) FROM mlops.top_k(p, 4)) "
            f"FROM (SELECT ds, mlops.profile(t, {budget}) AS p FROM oracle_bounds WHERE ds < 300 GROUP BY 1) AS s"):
        counts = pd.Series(["v" + repr(float(round(a, 2))) for a in sets[ds]]).value_counts()
        check("distinct_bounds", f"text {ds}", inside(db, len(counts)), 1)
        check("entropy_bounds", f"text {ds}", inside(eb, entropy(counts)), 1)
        check("count_bounds", f"text {ds}", float(enclosed), 1)
        rest = counts.drop([v for v in listed if v in counts.index])
        if listed:
            check("top_k", f"unlisted {ds}", float(len(rest) == 0 or rest.max() <= most), 1)


def compare_bytes():
    columns = {"x": "x", "(x * 1000)::numeric": "y", "t": "t", "md5(t)::uuid": "u", "i": "i", "x > 0": "b", "'2026-01-01'::timestamptz + i * interval '17 s'": "z", "'2026-01-01'::date + i": "d",
               "'00:00'::time + i * interval '7 s'": "c"}
    for b in (2, 150):
        def made(order=""):
            return ", ".join(f"mlops.profile({e}, {b}{order})::text" for e in columns)
        where = "oracle_bounds WHERE ds < 120 AND abs(x) < 1e300"
        serial = rows(f"SELECT {made()} FROM {where}")[0]
        shuffled = rows(f"SELECT {made(' ORDER BY md5(ds::text || i)')} FROM {where}")[0]
        parts = ", ".join(f"mlops.profile({e}, {b}) AS {n}" for e, n in columns.items())
        names = columns.values()
        tree = rows(f"SELECT {', '.join(f'mlops.merge({n})::text' for n in names)} FROM (SELECT {', '.join(f'mlops.merge({n}) AS {n}' for n in names)} FROM "
                    f"(SELECT mod(ds * 7, 61) AS g, {parts} FROM {where} GROUP BY 1) AS p GROUP BY mod(g, 5)) AS q")[0]
        stored = rows(f"SELECT {', '.join(f'mlops.merge({n}::text::mlops.profile)::text' for n in names)} FROM (SELECT {parts} FROM {where} GROUP BY mod(i, 9)) AS p")[0]
        for n, s, a, m, k in zip(names, serial, shuffled, tree, stored):
            check("profile", f"bytes of {n}, budget {b}", float(s == a == m == k), 1)


def compare_vectors():
    rng = np.random.default_rng(3)
    for d in (1, 3, 64):
        v = rng.normal(0, 1, (700, d)) + 10.0 ** rng.integers(0, 6, d)
        load("oracle_vector", "v float8[]", pd.DataFrame({"v": ["{" + ",".join(repr(float(e)) for e in r) + "}" for r in v]}))
        (mean, variance, stddev, norm, n), = rows("SELECT mlops.mean(p), mlops.variance(p), mlops.stddev(p), mlops.mean(mlops.norms(p)), mlops.dimension(p) FROM (SELECT mlops.profile(v) AS p FROM oracle_vector) AS t")
        check("dimension", f"{d}", n, d)
        for i in range(d):
            check("mean", f"vector {d} {i}", mean[i], math.fsum(v[:, i]) / 700)
            e = v[:, i] - math.fsum(v[:, i]) / 700
            check("variance", f"vector {d} {i}", variance[i], math.fsum(e * e) / 699, 1e-9)
            check("stddev", f"vector {d} {i}", stddev[i], math.sqrt(math.fsum(e * e) / 699), 1e-9)
        check("norms", f"{d}", norm, np.linalg.norm(v, axis=1).mean())
        check("vector_profile", f"{d}", float(np.isclose(norm, np.linalg.norm(v, axis=1).mean(), rtol=1e-12)), 1)


compare_exact()
compare_kinds()
compare_bounds()
compare_bytes()
compare_vectors()
# the flights
for column in ("score", "actual", "temp", "distance"):
    got = rows(f"SELECT mlops.mean(p), mlops.stddev(p), mlops.n_distinct(p), mlops.is_exact(p), (mlops.distinct_bounds(p, 0.9999)).lower, (mlops.distinct_bounds(p, 0.9999)).upper FROM (SELECT mlops.profile({column}) AS p FROM oracle_flight) AS t")[0]
    x = f[column].dropna()
    check("mean", f"flights {column}", got[0], math.fsum(x) / len(x))
    check("stddev", f"flights {column}", got[1], x.std(), 1e-10)
    check("distinct_bounds", f"flights {column}", float(got[4] <= x.nunique() <= got[5]), 1)
