"""False alarms and power of drift_report by simulation, with the rates that were promised.
"""
import math

from harness import check, cursor, rows

# five columns: normal, exponential, counts with ties, few values, words
COLUMNS = ("sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())", "-ln(1 - random())", "floor(random() * random() * 40)", "floor(random() * 4)", "chr(97 + floor(random() * random() * 8)::int)")


def draws(table, n, count, columns=COLUMNS):
    """a table of profiles of so many draws of n rows"""
    cursor.execute(f"DROP TABLE IF EXISTS {table}")
    profiles = ", ".join(f"mlops.profile(c{i}) AS p{i}" for i in range(len(columns)))
    values = ", ".join(f"{c} AS c{i}" for i, c in enumerate(columns))
    cursor.execute(f"CREATE TABLE {table} AS SELECT d, {profiles} FROM (SELECT d, {values} FROM generate_series(1, {count}) AS d, generate_series(1, {n}) AS i) AS s GROUP BY d")


def alarms(n, count, margin):
    draws("alarm_r", n, count)
    draws("alarm_c", n, count)
    p = rows("SELECT " + ", ".join(f"(mlops.drift_statistic_auto(r.p{i}, c.p{i})).p_value" for i in range(5)) + " FROM alarm_r AS r JOIN alarm_c AS c USING (d)")
    for i in range(5):
        rate = sum(x[i] <= 0.05 for x in p) / count
        print(f"#  n {n}, column {i}: {100 * rate:.2f} % false alarms")
        check("drift_report", f"false alarms n {n} column {i}: {rate}", float(abs(rate - 0.05) <= margin), 1.0)
    whole = sum(min(min(1, q * 5 / (k + 1)) for k, q in enumerate(sorted(x))) <= 0.05 for x in p) / count
    print(f"#  n {n}: {100 * whole:.2f} % of whole reports")
    check("drift_report", f"false reports n {n}: {whole}", float(whole <= 0.05 + margin), 1.0)


def power(n, count, changed, method, shifted=True):
    """share of alarms on changed normal data, beside the defaults of two libraries at the same rate of false alarms"""
    for name, column in (("r", COLUMNS[0]), ("null", COLUMNS[0]), ("c", changed)):
        draws("power_" + name, n, count, (column,))
    # for the libraries' distances the threshold is what gives 5 % on unchanged data
    got = {}
    for side in ("null", "c"):
        got[side] = rows(f"SELECT (mlops.drift_statistic_auto(r.p0, c.p0, {method})).p_value, mlops.ks_pvalue(r.p0, c.p0), mlops.normalized_wasserstein_distance(r.p0, c.p0), "
                         f"mlops.js_distance(r.p0, c.p0, binning => 'doane') FROM power_r AS r JOIN power_{side} AS c USING (d)")
    ours = sum(x[0] <= 0.05 for x in got["c"]) / count
    ks = sum(x[1] <= 0.05 for x in got["c"]) / count
    level = [sorted((x[k] for x in got["null"]), reverse=True)[int(0.05 * count)] for k in (2, 3)]
    wasserstein, js = (sum(x[k] > level[k - 2] for x in got["c"]) / count for k in (2, 3))
    print(f"#  n {n}, {changed[:40]}: power {100 * ours:.1f} %, KS {100 * ks:.1f}, Wasserstein {100 * wasserstein:.1f}, JS (Doane) {100 * js:.1f}")
    noise = 2.5 * math.sqrt(0.5 / count)
    default = ks if n <= 1000 else wasserstein
    check("drift_report", f"power n {n} {changed}: {ours}, Evidently's default {default}", float(ours >= default - noise), 1.0)
    if shifted:     # a change of spread leaves the range of the reference, which Doane's bins count apart
        check("drift_report", f"power n {n} {changed}: {ours}, NannyML's default {js}", float(ours >= js - noise), 1.0)


cursor.execute("SET max_parallel_workers_per_gather = 0; SELECT setseed(0.4)")
alarms(100, 2000, 0.015)
alarms(1000, 2000, 0.015)
alarms(20000, 100, 0.065)
# shifts by the method that is chosen by itself, changes of spread by the one for them
power(100, 1000, f"0.3 + {COLUMNS[0]}", "false")
power(2000, 400, f"0.07 + {COLUMNS[0]}", "false")
power(100, 400, f"1.4 * {COLUMNS[0]}", "true", False)
power(2000, 200, f"1.07 * {COLUMNS[0]}", "true", False)
cursor.execute("DROP TABLE alarm_r, alarm_c, power_r, power_c, power_null; RESET ALL")
