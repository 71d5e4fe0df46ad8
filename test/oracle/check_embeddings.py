"""Embeddings compared by their stored profiles, on random vectors, with scipy; levels of the tests by simulation."""
import math

import numpy as np
from scipy import stats
from scipy.spatial import distance

from harness import check, rows

METRICS = ("euclidean", "cosine", "cityblock", "chebyshev")
PROFILE = "(SELECT mlops.profile(string_to_array(e, ',')::%s[]) FROM unnest(%%s::text[]) AS e)"


def texts(x):
    return [",".join(repr(float(v)) for v in row) for row in x]


def compare(where, r, c, type_name, relative):
    sides = [PROFILE % type_name, PROFILE % type_name]
    got = rows(f"SELECT t.component, t.mean_reference, t.mean_current, t.statistic, t.df, t.p_value FROM mlops.component_tests({sides[0]}, {sides[1]}) AS t ORDER BY 1",
               texts(r), texts(c))
    t = stats.ttest_ind(r, c, equal_var=False)
    for i, mean_r, mean_c, statistic, df, p in got:
        check("component_tests", f"{where} means {i}", math.hypot(mean_r - r[:, i - 1].mean(), mean_c - c[:, i - 1].mean()), 0)
        check("component_tests", f"{where} t {i}", statistic, t.statistic[i - 1], relative)
        v = np.array([x[:, i - 1].var(ddof=1) / len(x) for x in (r, c)])
        check("component_tests", f"{where} df {i}", df, v.sum() ** 2 / (v ** 2 / (np.array([len(r), len(c)]) - 1)).sum(), relative)
        check("component_tests", f"{where} p {i}", p, t.pvalue[i - 1], 1e-6)
    (statistic, p, n_r, n_c), = rows(f"SELECT m.statistic, m.p_value, m.n_reference, m.n_current FROM mlops_internal.component_max_test({sides[0]}, {sides[1]}) AS m", texts(r), texts(c))
    check("component_max_test", where, statistic, np.abs(t.statistic).max(), relative)
    check("component_max_test", f"{where} p", p, min(1, r.shape[1] * t.pvalue.min()), 1e-6)
    check("component_max_test", f"{where} n", n_r * 1000 + n_c, len(r) * 1000 + len(c))
    for metric in METRICS:
        (got,), = rows(f"SELECT mlops.centroid_distance({sides[0]}, {sides[1]}, %s)", texts(r), texts(c), metric)
        check("centroid_distance", f"{where} {metric}", got, getattr(distance, metric)(r.mean(axis=0), c.mean(axis=0)), 1e-9 if metric != "cosine" else None)
    # the test of the norms is compared in check_drift.py
    norms, = rows("SELECT statistic, p_value FROM mlops.smooth_test(%s::float8[], %s)", *([float(v) for v in np.linalg.norm(x, axis=1)] for x in (r, c)))
    (statistic, p, method), = rows(f"SELECT m.statistic, m.p_value, m.method FROM mlops.embedding_test({sides[0]}, {sides[1]}) AS m", texts(r), texts(c))
    least = min(norms[1], r.shape[1] * t.pvalue.min())
    check("embedding_test", f"{where} {method}", statistic, norms[0] if norms[1] < min(1, r.shape[1] * t.pvalue.min()) else np.abs(t.statistic).max(), 1e-6)
    check("embedding_test", f"{where} p", p, min(1, 2 * least), 1e-6)


for seed in range(12):
    rng = np.random.default_rng(seed)
    dimension = int(rng.integers(1, 40))
    mix = rng.normal(size=(dimension, dimension)) / math.sqrt(dimension)
    r = rng.normal(size=(int(rng.integers(30, 200)), dimension)) @ mix + rng.normal(size=dimension) * (seed % 3) * 5
    c = rng.standard_t(4, size=(int(rng.integers(30, 200)), dimension)) @ mix + rng.normal(size=dimension) * (seed % 3) * 5
    compare(f"doubles {seed}", r, c, "float8", 1e-9)
    single = [x.astype(np.float32).astype(float) for x in (r, c)]
    compare(f"singles {seed}", *single, "real", 1e-9)


def alarms(draws, n, dimension, shift):
    """p-values of the tests, each draw two samples of vectors whose components depend on each other"""
    return np.array(rows(f"""
        SELECT (mlops_internal.component_max_test(r, c)).p_value, (mlops.embedding_test(r, c)).p_value FROM (
            SELECT mlops.profile(v) FILTER (WHERE side = 0) AS r, mlops.profile(v) FILTER (WHERE side = 1) AS c FROM (
                SELECT draw, side, array_agg(common + mlops_normal + CASE WHEN side = 1 AND i = 1 THEN {shift} ELSE 0 END) AS v FROM (
                    SELECT draw, side, row, i, 0 AS common,
                           sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) + CASE WHEN i > 1 THEN mod(row, 7) / 3.0 ELSE 0 END AS mlops_normal
                    FROM generate_series(1, {draws}) AS draw, generate_series(0, 1) AS side, generate_series(1, {n}) AS row, generate_series(1, {dimension}) AS i) AS e
                GROUP BY draw, side, row) AS x GROUP BY draw) AS p"""), dtype=float)


rows("SELECT setseed(0.25)")
p = alarms(600, 100, 8, 0)
for name, column in (("component_max_test", 0), ("embedding_test", 1)):
    count = int((p[:, column] <= 0.05).sum())
    check(name, f"{count} alarms of 600 at 5 %", float(count <= stats.binom.ppf(0.999, 600, 0.05)), 1.0)
    check(name, f"{count} alarms of 600, conservative", float(count >= stats.binom.ppf(0.001, 600, 0.02)), 1.0)
p = alarms(100, 100, 8, 0.7)
check("embedding_test", f"sees {(p[:, 1] <= 0.05).sum()} of 100 shifts of one component", float((p[:, 1] <= 0.05).sum() >= 90), 1.0)
