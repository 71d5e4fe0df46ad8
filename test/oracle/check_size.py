"""Sizes of drift, chance by the past, seasons, shares and units, and their rates by simulation, with numpy and scipy.

MLOPS_SIZE_COLUMNS is the number of simulated columns; 2000 gives the table of docs/reference/drift.md.
"""
import os

import numpy as np
from scipy import special, stats

from harness import check, cursor, rows

COLUMNS = int(os.environ.get("MLOPS_SIZE_COLUMNS", "300"))
rng = np.random.default_rng(20261129)


def size(r, c):
    """psi with half a row more in each bin that has a row, and what sampling makes of it; along the last axis"""
    used = (r + c > 0)
    b = used.sum(-1, keepdims=True)
    n, m = r.sum(-1, keepdims=True), c.sum(-1, keepdims=True)
    p, q = (r + 0.5) / (n + b / 2), (c + 0.5) / (m + b / 2)
    return np.where(used, (q - p) * np.log(q / p), 0).sum(-1), ((b - 1) * (1 / n + 1 / m))[..., 0]


def calibration(psi, expected, bins):
    """along the last axis"""
    k = psi.shape[-1]
    v = np.maximum(0, np.median(psi - expected, -1))
    log_f = np.log(np.maximum(psi / (expected + v[..., None]), 1e-6))
    mu = np.median(log_f, -1)
    mad = 1.4826 * np.median(abs(log_f - mu[..., None]), -1)
    sigma = np.maximum(np.sqrt(special.polygamma(1, (bins - 1) / 2)), mad * (1 + 1.2 / np.sqrt(k)))
    d = np.minimum(bins - 1, (1 + np.sqrt(1 + 2 * sigma ** 2)) / sigma ** 2)
    return v, mu, sigma, d, 0.4 * d * k


def p_value(psi, expected, v, mu, d, m):
    return stats.f.sf(psi / (expected + v) / np.exp(mu) * stats.f.median(d, m), d, m)


# the formulas
for case in range(60):
    bins = int(rng.integers(2, 21))
    weight = rng.dirichlet(np.full(bins, 2.0))
    r, c = rng.multinomial(int(rng.integers(5, 9000)), weight), rng.multinomial(int(rng.integers(5, 900)), weight)
    got = rows("SELECT (mlops.drift_size(%s::float8[], %s::float8[])).*", r.tolist(), c.tolist())[0]
    psi, expected = size(r.astype(float), c.astype(float))
    check("drift_size", f"counts {case}", got[0], psi)
    check("drift_size", f"expected {case}", got[1], expected)
    k = int(rng.integers(1, 91))
    e = rng.uniform(0.001, 0.1, k)
    x = e * rng.chisquare(bins - 1, k) / (bins - 1) * np.exp(rng.normal(0, 0.5 * (case % 3), k)) + 0.01 * (case % 2)
    cursor.execute("SELECT (mlops.drift_calibration(%s::float8[], %s::float8[], %s)).*", (x.tolist(), e.tolist(), bins))
    got = cursor.fetchone()
    want = [float(t) for t in calibration(x, e, bins)]
    for name, a, b in zip(("v", "mu", "sigma", "d", "m"), got[1:], want):
        check("drift_calibration", f"{name} {case}", a, b)
    for factor in (0.5, 1, 3, 10):
        got_p = rows("SELECT mlops.drift_pvalue(%s, %s, %s, %s, %s, %s)", factor * e[0], e[0], want[0], want[1], want[3], want[4])[0][0]
        check("drift_pvalue", f"{case} x {factor}", got_p, p_value(factor * e[0], e[0], want[0], want[1], want[3], want[4]), 1e-9)
    n = rng.integers(10, 5000, 12).astype(float)
    hits = np.floor(n * rng.beta(2, 30, 12))
    share = hits.sum() / n.sum()
    check("overdispersion", case, rows("SELECT mlops.overdispersion(%s::float8[], %s::float8[])", hits.tolist(), n.tolist())[0][0],
          max(1, ((hits - n * share) ** 2 / (n * share * (1 - share))).sum() / 11))
    low = int(rng.integers(0, 40))
    check("poisson_cdf", case, rows("SELECT mlops.poisson_cdf(%s, %s)", low, float(case))[0][0], stats.poisson.cdf(low, case), 1e-9)


def band(value, phase, history, phases, g, inverse, variance):
    x = g(np.array(history))
    off = [abs(x[i] - np.median(x[:i][phases[:i] == phases[i]][-8:])) for i in range(len(x)) if (phases[:i] == phases[i]).any()][-90:]
    center = np.median(x[phases == phase][-8:])
    sigma = np.sqrt((1.4826 * np.median(off)) ** 2 + variance(inverse(center)))
    return inverse(center), sigma, (g(value) - center) / sigma, len(off)


for case in range(30):
    k = int(rng.integers(20, 140))
    phases = np.arange(k) % 7
    counts = rng.poisson(300 * np.exp(0.3 * (phases > 4) + rng.normal(0, 0.1, k))).astype(float)
    shares = rng.beta(20, 400, k)
    for transform, history, value, n, error, g, inverse, variance in (
            ("ln", counts, 250.0, None, None, np.log, np.exp, lambda x: 1 / x),
            ("logit", shares, 0.08, 500.0, None, special.logit, special.expit, lambda x: 1 / (500 * x * (1 - x))),
            ("identity", counts, 250.0, None, 4.0, lambda x: x, lambda x: x, lambda x: 16.0)):
        got = rows("SELECT (mlops.seasonal_band(%s, 3, %s::float8[], %s::float8[], %s, %s, %s)).*", value, history.tolist(), phases.tolist(), transform, n, error)[0]
        for name, a, b in zip(("expected", "sigma", "t", "k"), got, band(value, 3, history, phases, g, inverse, variance)):
            check("seasonal_band", f"{transform} {name} {case}", a, b, 1e-12)
    p, q, s = rng.dirichlet(np.ones(8)), rng.dirichlet(np.ones(8)), rng.random(8)
    got = rows("SELECT (mlops.explained_shift(%s::float8[], %s::float8[], %s::float8[], 0.3)).*", p.tolist(), q.tolist(), s.tolist())[0]
    check("explained_shift", f"shift {case}", got[0], (q - p) @ (s - p @ s))
    check("explained_shift", f"eta2 {case}", got[1], p @ (s - p @ s) ** 2 / 0.09)
x, score = rng.normal(size=3000), rng.random(3000)
edges = [-1.0, 0.0, 0.5]
place = np.searchsorted(edges, x)
got = rows("SELECT mlops.bin_counts(s), mlops.bin_means(s) FROM (SELECT mlops.bin_scores(x, y, '{\"edges\": [-1,0,0.5]}') AS s FROM unnest(%s::float8[], %s::float8[]) AS t(x, y)) AS u", x.tolist(), score.tolist())[0]
for i in range(4):
    check("bin_scores", f"rows {i}", got[0][i], (place == i).sum())
    check("bin_means", f"{i}", got[1][i], score[place == i].mean())

# How often is a column that did not change called changed, and a changed one found?  Windows of n rows, their mean moved from
# day to day by 0.03 standard deviations, each compared with the four before it; 60 of the past, ten judged.
QUANTILES = stats.norm.ppf(np.arange(1, 10) / 10)


def windows(n, shift, columns, days):
    mean = rng.normal(0, 0.03, (columns, days)) + shift
    cdf = stats.norm.cdf(QUANTILES - mean[..., None])
    p = np.diff(np.concatenate([np.zeros((columns, days, 1)), cdf, np.ones((columns, days, 1))], -1))
    return rng.multinomial(n, p).astype(float)


def judged(n, shift, columns):
    past = windows(n, 0, columns, 64)
    r = np.stack([past[:, i:i + 4].sum(1) for i in range(60)], 1)
    psi, expected = size(r, past[:, 4:])
    v, mu, _, d, m = calibration(psi, expected, 10)
    now = windows(n, shift, columns, 10)
    psi, expected = size(past[:, None, 60:].sum(2), now)
    p = p_value(psi, expected, v[:, None], mu[:, None], d[:, None], m[:, None])
    return p, psi - expected


for n in (50, 500, 5000, 500000):
    rates = []
    for shift in (0, 0.3, 0.5):
        p, d = judged(n, shift, COLUMNS)
        rates.append(((p < 0.05).mean(), (p < 0.01).mean(), (p < 0.001).mean(), ((p < 0.01) & (d >= 0.05)).mean(), d.mean()))
        print(f"#  n {n}, shift {shift}, {COLUMNS} columns: p < 0.05 {100 * rates[-1][0]:.2f} %, < 0.01 {100 * rates[-1][1]:.2f} %, < 0.001 {100 * rates[-1][2]:.2f} %, "
              f"p < 0.01 and size >= 0.05 {100 * rates[-1][3]:.2f} %, mean size {rates[-1][4]:.4f}")
    check("drift_pvalue", f"level 0.05, n {n}", float(rates[0][0] <= 0.08), 1.0)
    check("drift_pvalue", f"level 0.01, n {n}", float(rates[0][1] <= 0.025), 1.0)
    check("drift_size", f"no size without a shift, n {n}", float(abs(rates[0][4]) < 0.04 if n == 50 else abs(rates[0][4]) < 0.003), 1.0)
    if n >= 500:
        check("drift_pvalue", f"power, 0.5, n {n}", float(rates[2][3] > 0.95), 1.0)
    if n >= 5000:
        check("drift_pvalue", f"power, 0.3, n {n}", float(rates[1][3] > 0.9), 1.0)

# Changes of unit: found, and not seen in columns that were scaled by something else or moved
for n in (100, 1000, 10000):
    found, false = 0, 0
    cases = 60
    for case in range(cases):
        spread = rng.uniform(0.2, 1.2)
        base, now = np.exp(rng.normal(3, spread, 4 * n)), np.exp(rng.normal(3, spread, n))
        factor = float(rng.choice([10, 2.54, 1 / 2.54, 60, 1000, 0.3048, 1.609344]))
        wrong = float(np.exp(rng.uniform(-2, 2)))
        query = "SELECT (mlops.unit_change(r, c)).factor FROM (SELECT mlops.profile(x) AS r FROM unnest(%s::float8[]) AS x) AS a, (SELECT mlops.profile(x) AS c FROM unnest(%s::float8[]) AS x) AS b"
        got = rows(query, base.tolist(), (now * factor).tolist())[0][0]
        found += got is not None and abs(got / factor - 1) < 0.1
        false += rows(query, base.tolist(), (now + np.exp(3) * wrong).tolist())[0][0] is not None
    print(f"#  n {n}: {found} of {cases} changes of unit found, {false} of {cases} moves taken for one")
    check("unit_change", f"found, n {n}", float(found >= 0.6 * cases), 1.0)
    check("unit_change", f"false, n {n}", float(false <= 0.05 * cases), 1.0)
