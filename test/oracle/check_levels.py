"""False alarms of every test of drift at a nominal 5 %, compared with simulation from one distribution.

Samples of 20, 100 and 1,000 values a side from one distribution: normal, Poisson (mean 2), zero-inflated and two-valued.
MLOPS_LEVEL_DRAWS is the number of draws behind each rate, at most 1,000 of the tests that simulate: 400 gives the table of
docs/reference/drift.md in some minutes.  Without it there are few draws, and what is accepted is what all but one in 10,000 runs give;
the seeds are fixed.  A test may be conservative where values are equal: no more than the level is what is asked for.
"""
import os

import numpy as np
from scipy import stats

from harness import check, cursor, rows

DRAWS = int(os.environ.get("MLOPS_LEVEL_DRAWS", "0"))
SIZES = (20, 100, 1000)
SHAPES = {
    "normal": lambda g, s: g.normal(size=s),
    "Poisson": lambda g, s: g.poisson(2, s),
    "zero-inflated": lambda g, s: np.where(g.random(s) < 0.7, 0, g.exponential(size=s)),
    "two-valued": lambda g, s: g.random(s) < 0.3,
}
NUMBERS = ("ks_test", "mann_whitney_test", "cramer_von_mises_test", "anderson_darling_test", "smooth_test", "kruskal_test", "levene_test", "epps_singleton_test", "t_test",
           "wasserstein_test", "energy_test", "psi", "js_distance", "hellinger_distance", "total_variation_distance", "l_infinity_distance")
DISTANCES = {"psi", "js_distance", "hellinger_distance", "total_variation_distance", "l_infinity_distance"}    # of distance_test
SLOW = {"wasserstein_test", "energy_test"} | DISTANCES
CATEGORIES = ("chi_square_test", "g_test", "js_distance", "psi", "fisher_exact_test", "proportion_z_test")
# from here on alarms are too many, and below here too few on values without ties at 100 rows and more
MOST, LEAST = 6, 4


def seed(shape, n):
    return np.random.default_rng([list(SHAPES).index(shape), n])


def samples(shape, n, draws):
    """the table level_draw: both samples of each draw, as values and as counts by value"""
    g = seed(shape, n)
    cursor.execute("DROP TABLE IF EXISTS level_draw; CREATE UNLOGGED TABLE level_draw (r float8[], c float8[], n_r float8[], n_c float8[])")
    for _ in range(draws):
        r, c = (np.asarray(SHAPES[shape](g, n), float) for _ in range(2))
        values = np.unique(np.concatenate([r, c]))
        counts = [None, None] if shape == "normal" else [[float((x == v).sum()) for v in values] for x in (r, c)]
        cursor.execute("INSERT INTO level_draw VALUES (%s, %s, %s, %s)", (r.tolist(), c.tolist(), *counts))


def call(test, by_category):
    options = ", n_simulations => 199" if test in SLOW else ""      # as valid as 999
    if test in DISTANCES:
        test, options = "distance_test", f", '{test}'{options}"
    if by_category:
        return f"(mlops.{test}(n_r, n_c{options})).p_value"
    state = "(SELECT mlops.two_samples(x, s) FROM (SELECT unnest(r), false UNION ALL SELECT unnest(c), true) AS t(x, s))"
    return f"(mlops.{test}({state}{options})).p_value"


def rate(test, by_category, draws):
    """alarms among so many draws; what is not defined is none"""
    k, = rows(f"SELECT count(*) FILTER (WHERE p <= 0.05) FROM (SELECT {call(test, by_category)} AS p FROM level_draw LIMIT {draws}) AS t")[0]
    return k


def judge(test, shape, n, k, draws):
    """not above 6 %, and without ties and at 100 rows or more not below 4 %, give or take chance"""
    name = f"{test} {shape} n {n}"
    least, most = stats.binom.ppf(5e-5, draws, LEAST / 100), stats.binom.ppf(1 - 5e-5, draws, MOST / 100)
    least = least if shape == "normal" and n >= 100 else 0
    check("distance_test" if test.split()[0] in DISTANCES else test, f"level of {name}: {100 * k / draws:.2f} % of {draws}", float(least <= k <= most), 1.0)


table = {}
for shape in SHAPES:
    for n in SIZES:
        draws = DRAWS or (100 if n < 1000 else 20)
        samples(shape, n, draws)
        for by_category, tests in ((False, NUMBERS), (True, CATEGORIES)):
            if by_category and (shape == "normal" or shape == "zero-inflated"):
                continue
            for test in tests:
                if test in ("fisher_exact_test", "proportion_z_test") and shape != "two-valued":
                    continue
                count = min(draws, 1000) if test in SLOW else draws
                k = rate(test, by_category, count)
                label = test + (" of categories" if by_category and test in NUMBERS else "")
                table[label, shape, n] = 100 * k / count
                judge(label, shape, n, k, count)
cursor.execute("DROP TABLE level_draw")
if DRAWS:
    print("| test | " + " | ".join(f"{s} {n}" for s in SHAPES for n in SIZES) + " |")
    for label in dict.fromkeys(t for t, _, _ in table):
        print(f"| `{label}` | " + " | ".join(f"{table[label, s, n]:.1f}" if (label, s, n) in table else "" for s in SHAPES for n in SIZES) + " |")
