"""The two-sample tests, distances, bins, verdicts and change detectors of mlops, with scipy, statsmodels and numpy."""
import json
import math

import numpy as np
import pandas as pd
from scipy import spatial, special, stats
from statsmodels.stats import multitest, proportion

from datasets import sets
from harness import check, load, rows

INF = math.inf


def one(sql, *arguments):
    return rows(sql, *arguments)[0]


def floats(x):
    return [float(v) for v in x]


# -- samples: ties, tiny, one-sided, far apart, infinite, large ------------------

def make(seed):
    rng = np.random.default_rng(1000 + seed)
    sizes = [(1, 1), (2, 2), (3, 7), (5, 5), (8, 12), (10, 8), (20, 20), (24, 9), (30, 30), (60, 45), (200, 150), (500, 501)]
    n1, n2 = sizes[seed % len(sizes)]
    kind = seed // len(sizes) % 6
    r, c = rng.normal(0, 1, n1), rng.normal(0.4, 1.3, n2)
    if kind == 1:
        r, c = np.round(2 * r), np.round(2 * c)
    elif kind == 2:
        r, c = rng.exponential(1, n1), rng.exponential(1.5, n2)
    elif kind == 3:
        r, c = np.round(r, 1), np.round(c + 0.5, 1)
    elif kind == 4:
        c = c - 3
    elif kind == 5:
        r, c = rng.standard_t(1.3, n1), rng.standard_t(1.3, n2)
    return r, c


def compare_ks(name, r, c):
    for method in ("untied", "asymp"):
        for alternative in ("two-sided", "less", "greater"):
            d, p = one(f"SELECT statistic, p_value FROM mlops.ks_test(%s::float8[], %s::float8[], %s, %s)", floats(r), floats(c), method, alternative)
            want = stats.ks_2samp(r, c, alternative=alternative, mode="exact" if method == "untied" else method)
            check("ks_test", f"D {alternative} {name}", d, want.statistic)
            # of two single values scipy's law has no size; mlops answers 1
            check("ks_test", f"p {method} {alternative} {name}", p, 1.0 if math.isnan(want.pvalue) else want.pvalue, 1e-9)


def tied_ks(r, c, alternative):
    """P(D >= d) given which values are equal: the recursion value by value, bounds met where a group of equal ones ends"""
    n, m = len(r), len(c)
    both = np.sort(np.concatenate([r, c]))
    ends = np.append(both[1:] != both[:-1], True)
    gap = lambda i, j: {"two-sided": abs(i * m - j * n), "greater": i * m - j * n, "less": j * n - i * m}[alternative]
    seen = np.flatnonzero(ends)
    d = max(gap(int((r <= both[k]).sum()), int((c <= both[k]).sum())) for k in seen)
    if d <= 0:
        return 1.0
    alive = {0: 1.0}
    met = 0.0
    for k in range(n + m):
        new = {}
        for i, p in alive.items():
            good, left = n - i, n + m - k
            for i2, q in ((i + 1, p * good / left), (i, p * (left - good) / left)):
                if q > 0:
                    new[i2] = new.get(i2, 0.0) + q
        if ends[k]:
            met += sum(p for i, p in new.items() if gap(i, k + 1 - i) >= d)
            new = {i: p for i, p in new.items() if gap(i, k + 1 - i) < d}
        alive = new
    return met


def compare_tied(name, r, c):
    for alternative in ("two-sided", "less", "greater"):
        p, method = one("SELECT p_value, method FROM mlops.ks_test(%s::float8[], %s::float8[], 'exact', %s)", floats(r), floats(c), alternative)
        check("ks_test", f"tied {alternative} {name} {method}", p, tied_ks(r, c, alternative), 1e-9)


def tied_anderson(r, c, rng):
    """the share of 20,000 permutations that reach the Anderson-Darling statistic by midranks"""
    both = np.concatenate([r, c])
    values, group, count = np.unique(both, return_inverse=True, return_counts=True)
    before = np.cumsum(count) - count / 2
    weight = count / (before * (len(both) - before) - len(both) * count / 4)
    labels = np.arange(len(both)) < len(r)

    def a2(labels):
        own = np.bincount(group, weights=labels, minlength=len(values))
        return np.sum(weight * (len(both) * (np.cumsum(own) - own / 2) - before * len(r)) ** 2)
    least = a2(labels) * (1 - 1e-12)
    return np.mean([a2(rng.permutation(labels)) >= least for _ in range(20000)])


def compare_mann_whitney(name, r, c):
    ties = len(np.unique(np.concatenate([r, c]))) < len(r) + len(c)
    for alternative in ("two-sided", "less", "greater"):
        for method, theirs in (("auto", "auto"), ("exact", "exact"), ("asymp", "asymptotic")):
            if method == "exact" and (ties or len(r) * len(c) > 900):
                continue
            u, p, effect = one("SELECT statistic, p_value, common_language FROM mlops.mann_whitney_test(%s::float8[], %s::float8[], %s, %s)",
                               floats(r), floats(c), method, alternative)
            want = stats.mannwhitneyu(r, c, alternative=alternative, method=theirs)
            check("mann_whitney_test", f"U {name}", u, want.statistic)
            check("mann_whitney_test", f"common language {name}", effect, want.statistic / (len(r) * len(c)))
            # without any spread mlops answers 1
            check("mann_whitney_test", f"p {method} {alternative} {name}", p, 1.0 if math.isnan(want.pvalue) else want.pvalue, 1e-9)


def compare_cramer(name, r, c):
    if min(len(r), len(c)) < 2:
        check("cramer_von_mises_test", name, one("SELECT (mlops.cramer_von_mises_test(%s::float8[], %s)).statistic", floats(r), floats(c))[0], None)
        return
    for method, theirs in (("exact", "exact"), ("asymp", "asymptotic")):
        if method == "exact" and max(len(r), len(c)) > 20:
            continue
        t, p = one("SELECT statistic, p_value FROM mlops.cramer_von_mises_test(%s::float8[], %s::float8[], %s)", floats(r), floats(c), method)
        want = stats.cramervonmises_2samp(r, c, method=theirs)
        check("cramer_von_mises_test", f"T {name}", t, want.statistic, 1e-10)
        if want.pvalue > 1e-5:  # scipy's series stops at 1e-7
            check("cramer_von_mises_test", f"p {method} {name}", p, want.pvalue, 1e-6)


SMOOTH_SHARES = np.array([0.8, 0.14, 0.02, 0.02, 0.02])


def smooth(r, c):
    """components of the smooth test by QR, without those that the distinct values do not determine"""
    both = np.concatenate([r, c])
    n, k = len(both), min(5, len(np.unique(both)) - 1)
    u = stats.rankdata(both) / (n + 1)
    z, v = stats.norm.ppf(u), 2 * u - 1
    scores = np.column_stack([z + 0.9 * np.sqrt(3) * v, z ** 2 - 1, z ** 3 - 3 * z, 35 * v ** 4 - 30 * v ** 2 + 3, z ** 4 - 6 * z ** 2 + 3])[:, :k]
    q, triangle = np.linalg.qr(np.column_stack([np.ones(n), scores]))
    q = (q * np.sign(np.diag(triangle)))[:, 1:]
    return q[len(r):].sum(axis=0) * np.sqrt(n * (n - 1) / (len(r) * len(c)))


def compare_smooth(name, r, c):
    s, p, *z = one("SELECT statistic, p_value, level, spread, skewness, shoulders, tails FROM mlops.smooth_test(%s::float8[], %s)", floats(r), floats(c))
    distinct = len(np.unique(np.concatenate([r, c])))
    if distinct < 2:
        check("smooth_test", name, s, None)
        return
    if distinct == 4 or distinct == 5:      # symmetric ties may leave one of the last undetermined
        return
    want = smooth(r, c)
    for place, x in enumerate(want):
        check("smooth_test", f"component {place} {name}", float(abs(z[place] - x) <= 1e-7 * (1 + abs(x))), 1.0)
    shares = SMOOTH_SHARES[:len(want)] / SMOOTH_SHARES[:len(want)].sum()
    weighted = 2 * stats.norm.sf(abs(want)) / shares
    check("smooth_test", f"statistic {name}", float(abs(s - want[weighted.argmin()]) <= 1e-7 * (1 + abs(s)) or np.sort(weighted)[1] <= weighted.min() * (1 + 1e-6)), 1.0)
    check("smooth_test", f"p {name}", p, -np.expm1(np.log1p(-np.minimum(shares * weighted.min(), 1)).sum()), 1e-5)


def compare_others(name, r, c):
    both = np.concatenate([r, c])
    varies = len(np.unique(both)) > 1
    a, b = floats(r), floats(c)
    s, p = one("SELECT statistic, p_value FROM mlops.kruskal_test(%s::float8[], %s)", a, b)
    want = stats.kruskal(r, c) if varies else (None, None)
    check("kruskal_test", f"H {name}", s, want[0], 1e-10)
    check("kruskal_test", f"p {name}", p, want[1], 1e-9)
    s, p, clipped = one("SELECT statistic, p_value, p_clipped FROM mlops.anderson_darling_test(%s::float8[], %s)", a, b)
    if varies and len(both) >= 4:
        want = stats.anderson_ksamp([r, c])
        check("anderson_darling_test", f"statistic {name}", s, want.statistic, 1e-10)
        if len(np.unique(both)) == len(both):
            check("anderson_darling_test", f"p {name}", p, want[2], 1e-6)
            check("anderson_darling_test", f"clipped {name}", float(clipped), float(want.statistic < 0.325 or want.statistic > 6.546))
    else:
        check("anderson_darling_test", name, s, None)
    compare_smooth(name, r, c)
    s, p = one("SELECT statistic, p_value FROM mlops.epps_singleton_test(%s::float8[], %s)", a, b)
    if min(len(r), len(c)) >= 5 and stats.iqr(both) > 0:
        want = stats.epps_singleton_2samp(r, c)
        check("epps_singleton_test", f"W {name}", s, want.statistic, 1e-8)
        check("epps_singleton_test", f"p {name}", p, want.pvalue, 1e-6)
    else:
        check("epps_singleton_test", name, s, None)
    for center in ("median", "mean"):
        s, p = one("SELECT statistic, p_value FROM mlops.levene_test(%s::float8[], %s::float8[], %s)", a, b, center)
        if len(both) > 2 and max(len(r), len(c)) > 2 and varies:
            want = stats.levene(r, c, center=center)
            if math.isfinite(want.statistic):
                check("levene_test", f"{center} W {name}", s, want.statistic, 1e-9)
                check("levene_test", f"{center} p {name}", p, want.pvalue, 1e-8)
    for equal in (True, False):
        for alternative in ("two-sided", "less", "greater"):
            s, p, df = one("SELECT statistic, p_value, df FROM mlops.t_test(%s::float8[], %s::float8[], %s, %s)", a, b, equal, alternative)
            if min(len(r), len(c)) < 2 or (np.ptp(r) == 0 and np.ptp(c) == 0):
                check("t_test", name, s, None)
                continue
            want = stats.ttest_ind(r, c, equal_var=equal, alternative=alternative)
            check("t_test", f"t {name}", s, want.statistic, 1e-10)
            check("t_test", f"p {equal} {alternative} {name}", p, want.pvalue, 1e-9)
    got = one("SELECT mlops.wasserstein_distance(%s::float8[], %s), mlops.energy_distance(%s::float8[], %s),"
              " mlops.normalized_wasserstein_distance(%s::float8[], %s)", a, b, a, b, a, b)
    w = stats.wasserstein_distance(r, c)
    check("wasserstein_distance", name, got[0], w, 1e-10)
    check("energy_distance", name, got[1], stats.energy_distance(r, c), 1e-10)
    check("normalized_wasserstein_distance", name, got[2], w / max(np.std(r), 0.001), 1e-10)
    rng = np.random.default_rng(len(r))
    u, v = rng.integers(0, 4, len(r)) + 1.0, rng.random(len(c)) + 0.1
    got = one("SELECT mlops.wasserstein_distance(%s::float8[], %s, %s::float8[], %s), mlops.energy_distance(%s::float8[], %s, %s::float8[], %s)",
              *(2 * [a, b, floats(u), floats(v)]))
    check("wasserstein_distance", f"weights {name}", got[0], stats.wasserstein_distance(r, c, u, v), 1e-10)
    check("energy_distance", f"weights {name}", got[1], stats.energy_distance(r, c, u, v), 1e-10)


for seed in range(72):
    r, c = make(seed)
    compare_ks(seed, r, c)
    compare_mann_whitney(seed, r, c)
    compare_cramer(seed, r, c)
    compare_others(seed, r, c)
# the regions of the laws that only large samples reach
for n, m, shift in ((12000, 300, 0.05), (20000, 15000, 0.012), (11000, 141, 0.12), (40000, 39000, 0.006)):
    rng = np.random.default_rng(n)
    r, c = rng.normal(0, 1, n), rng.normal(shift, 1, m)
    for alternative in ("two-sided", "less", "greater"):
        d, p, method = one("SELECT statistic, p_value, method FROM mlops.ks_test(%s::float8[], %s::float8[], 'auto', %s)", floats(r), floats(c), alternative)
        want = stats.ks_2samp(r, c, alternative=alternative, mode="asymp")
        check("ks_test", f"large {n} {alternative}", p, want.pvalue, 1e-6)
        check("ks_test", f"large {n} is asymptotic", float(method == "asymptotic"), 1.0)
    if n < 20000:
        compare_mann_whitney(f"large {n}", r, c)
        compare_cramer(f"large {n}", r, c)
        compare_others(f"large {n}", r, c)
# infinities are values where only the order counts
r, c = np.array([-INF, 1, 2, 5, INF]), np.array([0.5, 2, INF, INF, 3, 4])
order = np.unique(np.concatenate([r, c]))
rr, cc = np.searchsorted(order, r).astype(float), np.searchsorted(order, c).astype(float)
for name, want in (("ks_test", stats.ks_2samp(rr, cc)), ("mann_whitney_test", stats.mannwhitneyu(rr, cc)), ("cramer_von_mises_test", stats.cramervonmises_2samp(rr, cc)),
                   ("kruskal_test", stats.kruskal(rr, cc))):
    s, p = one(f"SELECT statistic, p_value FROM mlops.{name}(%s::float8[], %s)", floats(r), floats(c))
    check(name, "infinities", s, want.statistic)
    check(name, "infinities p", p, tied_ks(rr, cc, "two-sided") if name == "ks_test" else want.pvalue, 1e-9)
# equal values: given which are equal, exactly and by 20,000 permutations
for i, (n, m) in enumerate(((5, 7), (20, 20), (17, 40), (60, 60), (100, 35))):
    for j, values in enumerate((2, 3, 8, 50)):
        r, c = rng.integers(0, values, n).astype(float), rng.integers(0, values, m).astype(float) + (j == 3)
        compare_tied(f"{n} {m} {values}", r, c)
        p, method = one("SELECT p_value, method FROM mlops.anderson_darling_test(%s::float8[], %s)", floats(r), floats(c))
        if len(np.unique(np.concatenate([r, c]))) > 1:
            want = tied_anderson(r, c, rng)
            check("anderson_darling_test", f"tied {n} {m} {values} {method}: {p} {want}", float(abs(p - want) <= 0.02 + 0.1 * want * (method == "given ties")), 1.0)

# -- aggregates over rows = arrays = exact profiles, on all data sets -------------

plain = ["ks_test", "mann_whitney_test", "cramer_von_mises_test", "anderson_darling_test", "smooth_test", "kruskal_test", "levene_test", "epps_singleton_test", "t_test",
         "wasserstein_distance", "energy_distance", "normalized_wasserstein_distance", "ks_statistic"]
columns = ", ".join(f"to_jsonb(mlops.{n}(value, current)) = to_jsonb(mlops.{n}(array_agg(value) FILTER (WHERE NOT current), array_agg(value) FILTER (WHERE current)))" for n in plain)
for name, same in zip(plain, zip(*rows(f"SELECT {columns} FROM oracle_set WHERE current IS NOT NULL GROUP BY ds HAVING bool_or(current) AND bool_or(NOT current)"))):
    check(name, "aggregate = array", float(all(x in (True, None) for x in same) and True in same), 1.0)
options = ["ks_test(value, current, 'asymp', 'less') = mlops.ks_test(mlops.two_samples(value, current), 'asymp', 'less')",
           "mann_whitney_test(value, current, 'asymp', 'greater') = mlops.mann_whitney_test(mlops.two_samples(value, current), 'asymp', 'greater')",
           "cramer_von_mises_test(value, current, 'asymp') = mlops.cramer_von_mises_test(mlops.two_samples(value, current), 'asymp')",
           "t_test(value, current, true) = mlops.t_test(mlops.two_samples(value, current), true)",
           "levene_test(value, current, 'mean') = mlops.levene_test(mlops.two_samples(value, current), 'mean')"]
for text, same in zip(options, zip(*rows("SELECT " + ", ".join(f"mlops.{o}" for o in options) + " FROM oracle_set GROUP BY ds"))):
    check(text.split("(")[0], "option in rows", float(all(x in (True, None) for x in same) and True in same), 1.0)
exact = ["ks_test", "mann_whitney_test", "cramer_von_mises_test", "anderson_darling_test", "smooth_test", "kruskal_test", "levene_test", "wasserstein_distance", "energy_distance"]
columns = ", ".join(f"to_jsonb(mlops.{n}(r, c)) = to_jsonb(mlops.{n}(s))" for n in exact)
for name, same in zip(exact, zip(*rows(f"SELECT {columns} FROM (SELECT ds, mlops.two_samples(value, current) AS s, mlops.profile(value) FILTER (WHERE NOT current) AS r, "
                                       "mlops.profile(value) FILTER (WHERE current) AS c FROM oracle_set WHERE value <> 'NaN' GROUP BY ds) AS t WHERE mlops.is_exact(r) AND mlops.is_exact(c)"))):
    check(name, "profile = rows", float(all(x in (True, None) for x in same) and True in same), 1.0)
# bounds of coarse profiles hold, moments do not need them
rng = np.random.default_rng(3)
n = 15000
coarse = pd.concat([pd.DataFrame({"ds": k, "value": v, "current": rng.random(n) < 0.5}) for k, v in enumerate(
    (rng.normal(0, 1, n), rng.normal(1e9, 1, n), rng.standard_t(1.1, n), rng.exponential(1, n), rng.random(n) ** 20, np.arange(n) / 7, rng.normal(0, 1, n) * 1e-300))])
load("oracle_coarse", "ds int, value float8, current boolean", coarse)
for ds, inexact, ok, t, tt, dd in rows("""
        SELECT ds, NOT mlops.is_exact(r) AND NOT mlops.is_exact(c),
               (mlops.distance_bounds(r, c, 'ks_statistic')).lower <= d AND d <= (mlops.distance_bounds(r, c, 'ks_statistic')).upper + 1e-15
               AND (mlops.distance_bounds(r, c, 'wasserstein_distance')).lower <= w * (1 + 1e-12) AND w <= (mlops.distance_bounds(r, c, 'wasserstein_distance')).upper * (1 + 1e-12)
               AND (mlops.distance_bounds(r, c, 'energy_distance')).lower <= e * (1 + 1e-12) AND e <= (mlops.distance_bounds(r, c, 'energy_distance')).upper * (1 + 1e-12)
               AND (mlops.mann_whitney_bounds(r, c)).lower <= u AND u <= (mlops.mann_whitney_bounds(r, c)).upper,
               (mlops.t_test(r, c)).statistic, (mlops.t_test(s)).statistic, dd
        FROM (SELECT ds, mlops.profile(value) FILTER (WHERE NOT current) AS r, mlops.profile(value) FILTER (WHERE current) AS c, mlops.two_samples(value, current) AS s,
                     avg(value) FILTER (WHERE current) - avg(value) FILTER (WHERE NOT current) AS dd,
                     mlops.ks_statistic(value, current) AS d, mlops.wasserstein_distance(value, current) AS w, mlops.energy_distance(value, current) AS e,
                     (mlops.mann_whitney_test(value, current)).statistic AS u
              FROM oracle_coarse GROUP BY ds) AS t"""):
    check("profile", f"is coarse {ds}", float(inexact), 1.0)
    check("profile", f"drift bounds {ds}", float(ok), 1.0)
    # squares beyond the doubles are not known to a profile
    check("t_test", f"of coarse profiles {ds}", t, tt if t is not None or abs(dd) > 1e-150 else None, 1e-5)

# -- bins --------------------------------------------------------------------------

def quantile_edges(r, bins):
    r = np.sort(r)
    out = []
    for j in range(1, bins):
        whole, part = divmod(j * (len(r) - 1), bins)
        e = r[whole] + (part / bins) * (r[whole + 1] - r[whole]) if part else r[whole]
        if not out or e > out[-1]:
            out.append(e)
        elif len(out) < 2 or out[-2] < np.nextafter(e, -np.inf):
            out[-1:] = [np.nextafter(e, -np.inf), e]  # several quantiles: a bin to itself
    return np.array(out)


def open_counts(edges, x):
    return np.bincount(np.searchsorted(edges, x, side="left"), minlength=len(edges) + 1).astype(float)


def cells(r, c, binning, bins, edges=None):
    if binning == "sturges" and len(np.unique(r)) <= 20:
        values = np.unique(np.concatenate([r, c]))
        return tuple(np.array([(x == v).sum() for v in values], float) for x in (r, c))
    if binning in ("sturges", "doane"):
        e = np.histogram_bin_edges(np.concatenate([r, c]) if binning == "sturges" else r, bins=binning)
        p, q = np.histogram(r, e)[0].astype(float), np.histogram(c, e)[0].astype(float)
        return (np.append(p, 0), np.append(q, len(c) - q.sum())) if binning == "doane" else (p, q)
    if binning == "equal_width":
        e = np.unique(r.min() + np.arange(1, bins) * ((r.max() - r.min()) / bins)) if r.min() < r.max() else r[:1]
        e = np.append(np.nextafter(r.min(), -np.inf), e) if r.min() == r.max() else e
    else:
        e = quantile_edges(r, bins) if edges is None else edges
        # what lies below a least value that has a bin to itself is told from it
        e = np.append(np.nextafter(r.min(), -np.inf), e) if edges is None and e[0] == r.min() else e
    return open_counts(e, r), open_counts(e, c)


def distances(p, q):
    p, q = p / p.sum(), q / q.sum()
    keep = (p > 0) | (q > 0)
    p, q = p[keep], q[keep]
    a, b = np.where(p == 0, 1e-4, p), np.where(q == 0, 1e-4, q)
    with np.errstate(all="ignore"):
        js = spatial.distance.jensenshannon(p, q)
        js = 0.0 if math.isnan(js) else js
        return {"psi": np.sum((b - a) * np.log(b / a)), "kl_divergence": stats.entropy(q, p), "js_distance": js / math.sqrt(math.log(2)),
                "js_divergence": js**2 / math.log(2), "hellinger_distance": math.sqrt(0.5 * np.sum((np.sqrt(p) - np.sqrt(q)) ** 2)),
                "total_variation_distance": 0.5 * np.sum(abs(p - q)), "l_infinity_distance": np.max(abs(p - q)),
                "kl of the reference": stats.entropy(p, q), "kl base 2": stats.entropy(q, p, base=2), "js base e": js}


names = ["psi", "kl_divergence", "js_distance", "hellinger_distance", "total_variation_distance", "l_infinity_distance"]
for seed in range(72):
    r, c = make(seed)
    for binning, bins in (("quantile", 7), ("equal_width", 10), ("sturges", 10), ("doane", 10), ("edges", 10)):
        given = "binning => 'quantile', edges => '{-1,0,0.5,2}'" if binning == "edges" else f"binning => '{binning}'"
        p, q = cells(r, c, binning, bins, np.array([-1, 0, 0.5, 2]) if binning == "edges" else None)
        want = distances(p, q)
        got = one("SELECT " + ", ".join(f"mlops.{n}(s, bins => {bins}, {given})" for n in names) +
                  f", mlops.kl_divergence(s, bins => {bins}, direction => 'reference', {given}), mlops.kl_divergence(s, bins => {bins}, base => 2, {given})"
                  f", mlops.js_distance(s, bins => {bins}, base => 2.718281828459045, {given}), (SELECT sum(psi) FROM mlops.drift_bins(s, bins => {bins}, {given}))"
                  " FROM (SELECT mlops.two_samples(x, c) AS s FROM (SELECT unnest(%s::float8[]) AS x, false AS c UNION ALL SELECT unnest(%s::float8[]), true) AS t) AS u",
                  floats(r), floats(c))
        for n, g in zip(names + ["kl of the reference", "kl base 2", "js base e"], got):
            check("kl_divergence" if n.startswith("kl") else "js_distance" if n == "js base e" else n, f"{binning} {n} {seed}", g, want[n], 1e-10 if abs(want[n]) > 1e-3 else None)
        check("drift_bins", f"{binning} {seed}", got[-1], want["psi"], 1e-10 if want["psi"] > 1e-3 else None)
        if binning in ("quantile", "equal_width"):
            e = one("SELECT mlops.histogram_edges(%s::float8[], %s, %s)", floats(r), binning, bins)[0]
            counts = one("SELECT mlops.histogram(%s::float8[], %s::float8[])", floats(c), e)[0]
            check("histogram_edges", f"{binning} {seed}", float(len(e) + 1), float(len(p)))
            check("histogram", f"{binning} {seed}", float(counts == [int(x) for x in q]), 1.0)
# the same as aggregates, and between edges in the memory of the bins
columns = ", ".join(f"mlops.{n}(value, current, 7, '{b}') IS NOT DISTINCT FROM mlops.{n}(mlops.two_samples(value, current), bins => 7, binning => '{b}')"
                    for n in names for b in ("equal_width", "sturges", "doane"))
for i, same in enumerate(zip(*rows(f"SELECT {columns} FROM oracle_set WHERE abs(value) < 1e300 GROUP BY ds"))):
    check(names[i // 3], "aggregate with binning", float(all(same)), 1.0)
columns = ", ".join(f"mlops.{n}(mlops.two_histograms(value, current, '{{-1,0,0.7}}')) IS NOT DISTINCT FROM mlops.{n}(mlops.two_samples(value, current), edges => '{{-1,0,0.7}}')" for n in names)
for name, same in zip(names, zip(*rows(f"SELECT {columns} FROM oracle_set GROUP BY ds"))):
    check("two_histograms", name, float(all(same)), 1.0)
for ds, e, e2, h, n in rows("SELECT ds, mlops.histogram_edges(value), mlops.histogram_edges(value, 'doane'), mlops.histogram(value, '{-1,0,1}'), count(*) FROM oracle_set"
                            " WHERE abs(value) < 1e300 GROUP BY ds"):
    v = sets[ds]["value"][~sets[ds]["nulls"][4]]
    v = v[np.isfinite(v)]
    want = quantile_edges(v, 10)
    want = np.append(np.nextafter(v.min(), -np.inf), want) if want[0] == v.min() else want
    check("histogram_edges", f"number {ds}", float(len(e)), float(len(want)))
    check("histogram_edges", f"values {ds}", float(np.max(abs(np.array(e) - want))), 0.0)
    inner = np.histogram_bin_edges(v, "doane")[1:-1]
    check("histogram_edges", f"doane {ds}", float(len(e2) == len(inner) and bool(np.allclose(e2, inner, rtol=1e-13))), 1.0)
    check("histogram", f"counts {ds}", float(h == [int(x) for x in open_counts(np.array([-1, 0, 1]), v)]), 1.0)

# -- counts by category ---------------------------------------------------------

rng = np.random.default_rng(7)
for i in range(120):
    k = int(rng.integers(2, 9))
    scale = [3, 20, 200, 20000][i % 4]
    p, q = rng.integers(0, scale, k).astype(float), rng.integers(0, scale, k).astype(float)
    if p.sum() == 0 or q.sum() == 0:
        continue
    table = np.array([p, q])[:, (p + q) > 0]
    yates = table.shape[1] == 2
    for correction in (False, True):
        got = one("SELECT statistic, p_value, df, expected_min FROM mlops.chi_square_test(%s::float8[], %s::float8[], %s)", floats(p), floats(q), correction)
        if table.shape[1] < 2:
            check("chi_square_test", f"one category {i}", got[0], None)
            continue
        want = stats.chi2_contingency(table, correction=correction and yates)
        for what, g, w in zip(("statistic", "p", "df"), got, want):
            check("chi_square_test", f"{what} {correction} {i}", g, w, 1e-9)
        check("chi_square_test", f"expected_min {i}", got[3], want[3].min(), 1e-12)
    if table.shape[1] < 2:
        continue
    got = one("SELECT statistic, p_value FROM mlops.g_test(%s::float8[], %s)", floats(p), floats(q))
    want = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")
    check("g_test", f"G {i}", got[0], want[0], 1e-9)
    if want[3].min() >= 5 or (table != np.rint(table)).any():
        check("g_test", f"p {i}", got[1], want[1], 1e-8)
    got = one("SELECT statistic, p_value FROM mlops.chi_square_test(%s::float8[], %s::float8[], method => 'gof')", floats(p), floats(q))
    if (table[0] > 0).all():
        want = stats.chisquare(table[1], table[0] / table[0].sum() * table[1].sum())
        check("chi_square_test", f"gof {i}", got[0], want[0], 1e-9)
        check("chi_square_test", f"gof p {i}", got[1], want[1], 1e-8)
    else:
        check("chi_square_test", f"gof new category {i}", got[0], INF)
    a, b = p[:2], q[:2]
    if min(a.sum(), b.sum()) == 0:
        continue
    for alternative, theirs in (("two-sided", "two-sided"), ("less", "smaller"), ("greater", "larger")):
        got = one("SELECT statistic, p_value FROM mlops.fisher_exact_test(%s::float8[], %s::float8[], %s)", floats(a), floats(b), alternative)
        want = stats.fisher_exact([[int(x) for x in a], [int(x) for x in b]], alternative=alternative)
        check("fisher_exact_test", f"odds {i}", got[0], want[0], 1e-12)
        check("fisher_exact_test", f"p {alternative} {i}", got[1], want[1], 1e-8)
        z, pz = one("SELECT statistic, p_value FROM mlops.proportion_z_test(%s::float8[], %s::float8[], %s)", floats(a), floats(b), alternative)
        if 0 < a[1] + b[1] < a.sum() + b.sum():
            want = proportion.proportions_ztest([a[1], b[1]], [a.sum(), b.sum()], alternative=theirs)
            check("proportion_z_test", f"z {i}", z, want[0], 1e-9 if abs(want[0]) > 1e-6 else None)
            check("proportion_z_test", f"p {alternative} {i}", pz, want[1], 1e-8)
        else:
            check("proportion_z_test", f"constant {i}", pz, 1.0)
    p01 = rng.random(k)
    for method, theirs in (("bonferroni", "bonferroni"), ("holm", "holm"), ("fdr_bh", "fdr_bh"), ("fdr_by", "fdr_by")):
        got = one("SELECT mlops.p_adjust(%s::float8[], %s)", floats(p01), method)[0]
        for g, w in zip(got, multitest.multipletests(p01, method=theirs)[1]):
            check("p_adjust", f"{method} {i}", g, w)

for ds, new, missing, unseen, counts, fisher, z, chi, chib in rows(
        "SELECT ds, mlops.new_categories(category, current), mlops.new_categories(category, NOT current), mlops.unseen_rate(category, current), mlops.category_counts(category),"
        " (mlops.fisher_exact_test(category > 'b', current)).p_value, (mlops.proportion_z_test(category > 'b', current)).statistic,"
        " (mlops.chi_square_test(category > 'b', current)).p_value, (mlops.g_test(category > 'b', current)).statistic FROM oracle_set GROUP BY ds"):
    v, c = sets[ds]["category"], sets[ds]["current"]
    r, q = v[~c], v[c]
    check("new_categories", ds, float(new == sorted(set(q) - set(r))), 1.0)
    check("new_categories", f"missing {ds}", float(missing == sorted(set(r) - set(q))), 1.0)
    check("category_counts", ds, float(counts == {x: int((v == x).sum()) for x in set(v)}), 1.0)
    check("unseen_rate", ds, unseen, np.mean(~np.isin(q, r)) if len(r) and len(q) else None)
    if len(r) and len(q):
        t = [[int((r <= "b").sum()), int((r > "b").sum())], [int((q <= "b").sum()), int((q > "b").sum())]]
        check("fisher_exact_test", ds, fisher, stats.fisher_exact(t)[1], 1e-8)
        if 0 < t[0][1] + t[1][1] < len(v):
            check("proportion_z_test", ds, z, proportion.proportions_ztest([t[0][1], t[1][1]], [len(r), len(q)])[0], 1e-9 if abs(z) > 1e-6 else None)
            check("chi_square_test", f"boolean {ds}", chi, stats.chi2_contingency(t, correction=False)[1], 1e-8)
            check("g_test", f"boolean {ds}", chib, stats.chi2_contingency(t, correction=False, lambda_="log-likelihood")[0], 1e-8 if chib > 1e-6 else None)

# -- verdicts: laws in the limit, and the permutation test where all deals can be counted

for n1, n2, k in ((1000, 2000, 10), (5000, 600, 8), (100000, 100000, 20)):
    p, q = rng.multinomial(n1, np.ones(k) / k).astype(float), rng.multinomial(n2, np.ones(k) / k).astype(float)
    d = distances(p, q)
    scale = 1 / (1 / n1 + 1 / n2)
    for name, want in (("psi", d["psi"] * scale), ("kl_divergence", 2 * d["kl_divergence"] * scale), ("js_distance", 8 * math.log(2) * d["js_divergence"] * scale),
                       ("hellinger_distance", 8 * d["hellinger_distance"] ** 2 * scale)):
        got = one(f"SELECT p_value FROM mlops.distance_test(%s::float8[], %s::float8[], '{name}', method => 'asymp')", floats(p), floats(q))[0]
        check("distance_test", f"law of {name} {n1}", got, stats.chi2.sf(want, k - 1), 1e-8)
    # near equality all four say what Pearson's test says
    chi = one("SELECT p_value FROM mlops.chi_square_test(%s::float8[], %s)", floats(p), floats(q))[0]
    check("distance_test", f"near chi-square {n1}", float(abs(one("SELECT p_value FROM mlops.distance_test(%s::float8[], %s)", floats(p), floats(q))[0] - chi) < 0.02), 1.0)
    for alpha in (0.05, 0.001):
        check("distance_critical", f"psi {n1} {alpha}", one("SELECT mlops.distance_critical(%s, %s, 'psi', %s, %s)", n1, n2, k, alpha)[0], stats.chi2.isf(alpha, k - 1) / scale, 1e-9)
        check("distance_critical", f"js {n1} {alpha}", one("SELECT mlops.distance_critical(%s, %s, 'js_distance', %s, %s)", n1, n2, k, alpha)[0],
              math.sqrt(stats.chi2.isf(alpha, k - 1) / scale / 8 / math.log(2)), 1e-9)
    check("distance_pvalue", f"psi {n1}", one("SELECT mlops.distance_pvalue(0.01, %s, %s, 'psi', %s)", n1, n2, k)[0], stats.chi2.sf(0.01 * scale, k - 1), 1e-9)
    check("distance_pvalue", f"js {n1}", one("SELECT mlops.distance_pvalue(0.02, %s, %s, 'js_distance', %s)", n1, n2, k)[0], stats.chi2.sf(0.0004 * 8 * math.log(2) * scale, k - 1), 1e-9)


def deals(p, q):
    """every way of dealing the pooled counts, with its probability"""
    both, n1 = (p + q).astype(int), int(p.sum())

    def walk(i, left):
        if i == len(both) - 1:
            if 0 <= left <= both[i]:
                yield (left,)
            return
        for x in range(min(both[i], left) + 1):
            for rest in walk(i + 1, left - x):
                yield (x,) + rest
    for d in walk(0, n1):
        yield np.array(d, float), np.prod(special.comb(both, d)) / special.comb(both.sum(), n1)


for p, q in ((np.array([5, 3, 2.0]), np.array([1, 4, 6.0])), (np.array([30, 10, 5.0]), np.array([18, 14, 9.0])), (np.array([8, 0, 3, 2.0]), np.array([6, 2, 5, 1.0]))):
    for d in ("psi", "js_distance", "hellinger_distance", "total_variation_distance", "l_infinity_distance"):
        observed = distances(p, q)[d]
        want = sum(w for x, w in deals(p, q) if distances(x, p + q - x)[d] >= observed * (1 - 1e-12))
        s, got = one(f"SELECT statistic, p_value FROM mlops.distance_test(%s::float8[], %s::float8[], '{d}', n_simulations => 20000, method => 'simulation')", floats(p), floats(q))
        check("distance_test", f"statistic {d}", s, observed)
        check("distance_test", f"all deals {d} {p} {got} {want}", float(abs(got - want) <= 5 * math.sqrt(want * (1 - want) / 20000) + 1e-4), 1.0)
r, c = rng.normal(0, 1, 60), rng.normal(0.5, 1, 50)
both = np.concatenate([r, c])
for test, of in (("wasserstein_test", stats.wasserstein_distance), ("energy_test", stats.energy_distance)):
    s, got = one(f"SELECT statistic, p_value FROM mlops.{test}(%s::float8[], %s, n_simulations => 4000)", floats(r), floats(c))
    check(test, "statistic", s, of(r, c), 1e-10)
    shuffled = [rng.permutation(both) for _ in range(4000)]
    want = np.mean([of(x[:60], x[60:]) >= s for x in shuffled])
    check(test, f"permutations {got} {want}", float(abs(got - want) < 6 * math.sqrt(max(want, 1e-3) / 4000)), 1.0)
columns = ("mlops.distance_test(value, current) = mlops.distance_test(mlops.two_samples(value, current)), "
           "mlops.distance_test(category, current) = mlops.distance_test(mlops.categories(category, current))")
for same in zip(*rows(f"SELECT {columns} FROM oracle_set WHERE mod(ds, 40) BETWEEN 3 AND 6 GROUP BY ds")):
    check("distance_test", "aggregate", float(all(x in (True, None) for x in same) and True in same), 1.0)
for t in ("wasserstein_test", "energy_test"):
    same = rows(f"SELECT mlops.{t}(value, current) = mlops.{t}(mlops.two_samples(value, current)) FROM oracle_set WHERE mod(ds, 40) BETWEEN 3 AND 6 GROUP BY ds")
    check(t, "aggregate", float(all(x[0] in (True, None) for x in same) and (True,) in same), 1.0)

# -- change detectors along a series: the recurrences, written out ----------------

def page_hinkley(x, min_instances, delta, threshold, alpha, direction):
    n = mean = up = down = 0.0
    for v in x:
        n += 1
        mean += (v - mean) / n
        up, down = max(0.0, alpha * up + v - mean - delta), max(0.0, alpha * down + mean - v - delta)
        s = {"up": up, "down": down, "both": max(up, down)}[direction]
        alarm = n + 1 >= min_instances and s >= threshold
        yield s, alarm
        if alarm:
            n = mean = up = down = 0.0


def cusum(x, n_baseline, k, h):
    mean, sd = np.mean(x[:n_baseline]), np.std(x[:n_baseline], ddof=1)
    up = down = 0.0
    for i, v in enumerate(x):
        z = (v - mean) / sd
        up, down = max(0.0, up + z - k), max(0.0, down - z - k)
        alarm = up > h or down > h
        yield (up, down, alarm) if i >= n_baseline else None
        if alarm and i >= n_baseline:
            up = down = 0.0


def ewma(x, target, sd, lam, sigmas):
    z, i = target, 0
    for v in x:
        i += 1
        z = lam * v + (1 - lam) * z
        w = sigmas * sd * math.sqrt(lam / (2 - lam) * (1 - (1 - lam) ** (2 * i)))
        alarm = not target - w <= z <= target + w
        yield z, target - w, target + w, alarm
        if alarm:
            z, i = target, 0


def adwin(x, delta=0.002, clock=32, min_window=5, grace=10, max_buckets=5):
    """the window as lists of (size, sum, m2), oldest first"""
    window, tick = [], 0
    for v in x:
        window.append((1, v, 0.0))
        size = 1
        while sum(b[0] == size for b in window) > max_buckets:
            at = next(i for i, b in enumerate(window) if b[0] == size)
            (n, a, p), (m, b, q) = window[at], window[at + 1]
            window[at:at + 2] = [(n + m, a + b, p + q + n * m / (n + m) * (a / n - b / m) ** 2)]
            size *= 2
        tick += 1
        alarm = False
        while tick % clock == 0 and sum(b[0] for b in window) > grace:
            n, total = sum(b[0] for b in window), sum(b[1] for b in window)
            m2 = sum(b[2] + b[0] * (b[1] / b[0] - total / n) ** 2 for b in window)
            d, n0, u0, cut = math.log(2 * math.log(n) / delta), 0, 0.0, False
            for b in window[:-1]:
                n0, u0 = n0 + b[0], u0 + b[1]
                if n0 >= min_window and n - n0 >= min_window:
                    r = 1 / (n0 - min_window + 1) + 1 / (n - n0 - min_window + 1)
                    cut |= abs(u0 / n0 - (total - u0) / (n - n0)) > math.sqrt(2 * r * m2 / n * d) + 2 / 3 * d * r
            if not cut:
                break
            alarm = True
            window.pop(0)
        n = sum(b[0] for b in window)
        yield sum(b[1] for b in window) / n, n, alarm
        if alarm:
            window, tick = [], 0


def over(call, x):
    return rows(f"SELECT (d).* FROM (SELECT i, mlops.{call} OVER (ORDER BY i) AS d FROM unnest(%s::float8[]) WITH ORDINALITY AS t (x, i)) AS s ORDER BY i", floats(x))


def compare_series(name, where, got, want):
    for i, (g, w) in enumerate(zip(got, want)):
        if w is not None:
            for a, b in zip(g, w):
                check(name, f"{where} {i}", float(a), float(b), 1e-9 if abs(b) > 1e-6 else None)


for s in range(8):
    rng = np.random.default_rng(s)
    x = np.round(rng.normal(0, 1, 500), 3)
    x[250:] += [0, 0.5, 1, 2][s % 4]
    x[400:] -= s / 4
    for direction in ("up", "down", "both"):
        compare_series("page_hinkley", direction, over(f"page_hinkley(x, 20, 0.01, 8, 0.999, '{direction}')", x), page_hinkley(x, 20, 0.01, 8, 0.999, direction))
    compare_series("cusum", s, over("cusum(x, n_baseline => 40, k => 0.3, h => 6)", x), cusum(x, 40, 0.3, 6))
    compare_series("ewma_chart", s, over("ewma_chart(x, 0, 1, lambda => 0.3, sigmas => 2.5)", x), ewma(x, 0, 1, 0.3, 2.5))
    compare_series("adwin", s, over("adwin(x)", x), adwin(x))
    compare_series("adwin", f"options {s}", over("adwin(x, 0.05, 7, 3, 20, 4)", x), adwin(x, 0.05, 7, 3, 20, 4))
at = pd.date_range("2026-03-01 00:30", periods=1200, freq="H", tz="UTC")
x = np.random.default_rng(9).normal(0, 1, 1200)
load("oracle_hours", "at timestamptz, x float8", pd.DataFrame({"at": at.astype(str), "x": x}))
local = at.tz_convert("America/New_York")
for season, key in (("dow", local.dayofweek), ("hour", local.hour), ("dow_hour", local.dayofweek * 24 + local.hour), ("none", local.hour * 0)):
    got = rows(f"SELECT (d).* FROM (SELECT at, mlops.seasonal_threshold(at, x, 2.5, '{season}', 'America/New_York', 5, 0) OVER (ORDER BY at) AS d FROM oracle_hours) AS s ORDER BY at")
    seen, everything = {}, []
    for i, (g, k, v) in enumerate(zip(got, key, x)):
        past = seen.setdefault(k, [])
        base = past if len(past) >= 5 else everything
        if len(base) >= 5:
            m, sd = np.mean(base), np.std(base)
            for a, b in zip(g, (m, m - 2.5 * sd, m + 2.5 * sd, abs(v - m) > 2.5 * sd)):
                check("seasonal_threshold", f"{season} {i}", float(a), float(b), 1e-8 if abs(b) > 1e-4 else None)
        else:
            check("seasonal_threshold", f"{season} {i}", None if g[3] is None else 1.0, None)
        past.append(v)
        everything.append(v)

# -- maximum mean discrepancy, from the definition ---------------------------------

# few and many elements, a common offset, copies of rows, and so many that the median of distances is 0
for s, (elements, offset, kind) in enumerate([(1, 0, ""), (2, 0, ""), (3, 0, ""), (1, 1e6, ""), (20, 0, ""), (40, 1e4, ""), (2, 0, "copies"), (1, 0, "zeros"), (20, 0, "zeros")]):
    rng = np.random.default_rng(s)
    r, c = rng.normal(0, 1, (25 + s, elements)) + offset, rng.normal(0.7 / elements, 1.2 if elements < 9 else 1, (30, elements)) + offset
    if kind == "copies":
        r, c = r.round(), c.round()
    if kind == "zeros":
        r[5:], c[6:] = 0, 0
    both = np.concatenate([r, c])
    d2 = ((both[:, None, :] - both[None, :, :]) ** 2).sum(axis=2)
    pairs = d2[np.triu_indices(len(both), 1)]
    sigma2 = (np.median(pairs) or np.median(pairs[pairs > 0])) / 2
    k = np.exp(-d2 / (2 * sigma2))
    n, m = len(r), len(c)

    def mmd(order):
        q = k[np.ix_(order, order)]
        return ((q[:n, :n].sum() - n) / (n * (n - 1)) + (q[n:, n:].sum() - m) / (m * (m - 1)) - 2 * q[:n, n:].mean())
    a, b = [floats(v) for v in r], [floats(v) for v in c]
    statistic, p, sigma = one("SELECT statistic, p_value, sigma FROM mlops.mmd_test(%s::float8[], %s::float8[], n_permutations => 2000)", a, b)
    check("mmd_rbf", f"statistic {s}", round(statistic, 11), round(mmd(np.arange(n + m)), 11))
    rows_statistic, rows_sigma = one("SELECT (mlops.mmd_test(s)).statistic, (mlops.mmd_test(s)).sigma FROM (SELECT mlops.labelled_rows(ARRAY(SELECT jsonb_array_elements_text(v)::float8), i > %s) AS s "
                                     "FROM jsonb_array_elements(%s) WITH ORDINALITY AS j (v, i)) AS t", n, json.dumps(a + b))
    check("mmd_rbf", f"of rows {s}", round(rows_statistic, 11), round(statistic, 11))
    check("mmd_rbf", f"sigma of rows {s}", rows_sigma, sigma, 1e-9)
    check("mmd_rbf", f"sigma {s}", sigma, math.sqrt(sigma2), 1e-9)
    want = np.mean([mmd(rng.permutation(n + m)) >= statistic - 1e-12 for _ in range(1000)])
    check("mmd_rbf", f"p {p} {want}", float(abs(p - want) < 6 * math.sqrt(max(want, 1e-3) / 1000)), 1.0)
same = rows("SELECT to_jsonb(mlops.mmd_test(ARRAY[value, ds], current)) = to_jsonb(mlops.mmd_test(mlops.two_vector_samples(ARRAY[value, ds], current))),"
            " to_jsonb(mlops.mmd_test(value, current)) = to_jsonb(mlops.mmd_test(mlops.two_samples(value, current))) FROM oracle_set WHERE abs(value) < 1e300 AND mod(ds, 8) < 6 GROUP BY ds")
check("mmd_rbf", "aggregate", float(all(v in (True, None) for r in same for v in r) and any(True in r for r in same)), 1.0)
