"""False alarms and power of drift_report by simulation, with the rates that were promised.

MLOPS_ALARM_DRAWS is the number of draws behind each rate; 2000 gives the table of docs/reference/drift.md.  Without it the large
samples have few, and the region that is accepted is the exact binomial one for as many.
"""
import os

from scipy import stats

from harness import check, cursor, rows

DRAWS = int(os.environ.get("MLOPS_ALARM_DRAWS", "0"))
COLUMNS = ("normal", "heavy tails", "counts with ties", "words", "booleans")
NORMAL = "sqrt(-2 * ln(1 - u)) * cos(2 * pi() * v)"
SIDE = (NORMAL.replace("u", "random()").replace("v", "random()"), "tan(pi() * random())", "floor(random() * random() * 40)", "chr(97 + floor(random() * random() * 8)::int)", "random() < 0.3")


def functions():
    """alarm_side: profiles of n new rows; alarm_draw: p-values of the five columns between two of these"""
    profiles = ", ".join(f"mlops.profile({c})" for c in SIDE)
    cursor.execute(f"""
        CREATE OR REPLACE FUNCTION alarm_side(n int) RETURNS mlops.profile[] LANGUAGE sql VOLATILE AS $$
            SELECT ARRAY[{profiles}] FROM generate_series(1, n) $$;
        CREATE OR REPLACE FUNCTION alarm_draw(n int) RETURNS float8[] LANGUAGE sql VOLATILE AS $$
            SELECT array_agg((mlops_internal.drift_statistic_auto(t.r, t.c)).p_value ORDER BY t.place)
            FROM (SELECT alarm_side(n) AS r, alarm_side(n) AS c OFFSET 0) AS s, unnest(s.r, s.c) WITH ORDINALITY AS t(r, c, place) $$""")


def region(count):
    """how many alarms are believed of so many draws at 5 %: all but 1 in 1,000, and never more than 1.5 points off"""
    low, high = stats.binom.ppf((0.0005, 0.9995), count, 0.05)
    if count >= 2000:
        low, high = max(low, 0.035 * count), min(high, 0.065 * count)
    return low, high


def reported(p):
    """is the least p-value, adjusted after Benjamini and Hochberg, an alarm?"""
    return min(q * len(p) / (k + 1) for k, q in enumerate(sorted(p))) <= 0.05


def alarms(n, count):
    p = [x for x, in rows(f"SELECT alarm_draw({n}) FROM generate_series(1, {count})")]
    low, high = region(count)
    for i, column in enumerate(COLUMNS):
        k = sum(x[i] <= 0.05 for x in p)
        print(f"#  n {n}, {count} draws, {column}: {100 * k / count:.2f} % false alarms")
        check("drift_report", f"false alarms n {n} {column}: {k} of {count}", float(low <= k <= high), 1.0)
    k = sum(map(reported, p))
    print(f"#  n {n}, {count} draws: {100 * k / count:.2f} % of whole reports")
    check("drift_report", f"false reports n {n}: {k} of {count}", float(k <= high), 1.0)


def samples(table, n, count, column):
    cursor.execute(f"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} AS SELECT d, mlops.profile({column}) AS p FROM (SELECT d, random() AS u, random() AS v, random() AS w "
                   f"FROM generate_series(1, {count}) AS d, generate_series(1, {n})) AS s GROUP BY d")


def statistics(side):
    return rows(f"SELECT (mlops_internal.drift_statistic_auto(r.p, c.p)).p_value, (mlops.ks_test(r.p, c.p)).p_value, mlops.normalized_wasserstein_distance(r.p, c.p), "
                f"mlops.js_distance(r.p, c.p, binning => 'doane'), (mlops_internal.drift_statistic_auto(r.p, c.p, 'anderson_darling')).p_value FROM power_r AS r JOIN power_{side} AS c USING (d)")


def power(n, count, changes):
    """share of alarms on changed normal data, beside the defaults of two libraries at the same rate of false alarms"""
    samples("power_r", n, count, NORMAL)
    samples("power_null", n, count, NORMAL)
    null = statistics("null")
    # for the libraries' distances the threshold is what gives 5 % on unchanged data
    level = {k: sorted((x[k] for x in null), reverse=True)[int(0.05 * count)] for k in (2, 3)}
    noise = 2.5 * (0.5 / count) ** 0.5
    for change, column, beaten in changes:
        samples("power_c", n, count, column)
        got = statistics("c")
        rate = [sum(x[k] > level[k] if k in level else x[k] <= 0.05 for x in got) / count for k in range(5)]
        print(f"#  n {n}, {change}: " + ", ".join(f"{name} {100 * r:.1f} %" for name, r in zip(("auto", "KS", "Wasserstein", "JS (Doane)", "Anderson-Darling"), rate)))
        for name, rival in (("Evidently", rate[1 if n <= 1000 else 2]), ("NannyML", rate[3])):
            if name[0] in beaten:
                check("drift_report", f"power n {n} {change}: {rate[0]}, {name}'s default {rival}", float(rate[0] >= rival - noise), 1.0)


NORMAL_TWICE = "sqrt(-2 * ln(1 - w)) * cos(2 * pi() * v)"
cursor.execute("SET max_parallel_workers_per_gather = 0; SET jit = off; SELECT setseed(0.4)")
functions()
alarms(100, max(DRAWS, 2000))
alarms(1000, max(DRAWS, 2000))
alarms(100000, DRAWS or 60)
# E, N: Evidently's or NannyML's default must not see more.  A few outliers they do see sooner: Doane's bins count apart what is beyond the reference.
power(100, DRAWS or 500, (
    ("level + 0.3", f"0.3 + {NORMAL}", "EN"), ("spread x 1.4", f"1.4 * {NORMAL}", "EN"), ("spread / 1.4", f"{NORMAL} / 1.4", "EN"),
    ("skewed, same mean and spread", "-ln(1 - u) - 1", "EN"), ("heavy tails, same spread", f"{NORMAL_TWICE} * sqrt(0.5 / (0.02 - ln(1 - u)))", "E"),
    ("two humps, same mean and spread", f"0.44 * {NORMAL_TWICE} + CASE WHEN u < 0.5 THEN -0.9 ELSE 0.9 END", "EN"),
    ("5 % times 4", f"CASE WHEN w < 0.05 THEN 4 ELSE 1 END * {NORMAL}", "E")))
power(2000, DRAWS or 150, (("level + 0.07", f"0.07 + {NORMAL}", "EN"), ("spread x 1.07", f"1.07 * {NORMAL}", "EN"), ("spread / 1.07", f"{NORMAL} / 1.07", "EN")))
cursor.execute("DROP TABLE power_r, power_c, power_null; DROP FUNCTION alarm_draw, alarm_side; RESET ALL")
