"""Drift between stored profiles, in microseconds a call, and over rows, in ratios to avg of the same scan."""
from harness import ROWS, compare, cursor, rows, seconds

TABLE = "bench_drift"
PAIRS = 100


def make_tables():
    if rows("SELECT to_regclass(%s)", TABLE)[0][0] is None:
        cursor.execute(f"CREATE TABLE {TABLE} (value float8, is_current boolean, category text)")
        cursor.execute(f"INSERT INTO {TABLE} SELECT sqrt(-2 * ln(1 - random())) * cos(6.2831853 * random()) + c::int * 0.05, c, 'c' || (random() * 19)::int"
                       f" FROM (SELECT random() < 0.5 AS c FROM generate_series(1, {ROWS})) AS r")
        cursor.execute(f"VACUUM (FREEZE, ANALYZE) {TABLE}")
    cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
    rows(f"SELECT pg_prewarm('{TABLE}')")
    # pairs of exact profiles of about 1,000 values, full ones of many rows, and text; anew, for the type may be another
    for name, value in (("exact", "round(value * 150)"), ("full", "value"), ("text", "category")):
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}_{name}")
        cursor.execute(f"CREATE TABLE {TABLE}_{name} AS SELECT pair, mlops.profile({value}) FILTER (WHERE NOT is_current) AS r, mlops.profile({value}) FILTER (WHERE is_current) AS c"
                       f" FROM (SELECT *, floor(random() * {PAIRS}) AS pair FROM {TABLE}) AS t GROUP BY pair")


def microseconds(expression, kind, reference="p.r"):
    """a call, without what it costs to fetch the profiles; both are others in every row, or the reference is one for all"""
    pairs = f"(SELECT p.* FROM {TABLE}_{kind} AS p, generate_series(1, 5) AS i ORDER BY i, pair) AS p, (SELECT r FROM {TABLE}_{kind} LIMIT 1) AS one"
    sql = f"SELECT count({{}}) FROM {pairs}"
    fetch = sql.format(f"pg_column_size({reference}) + pg_column_size(p.c)")
    call = sql.format(expression.replace("(r", f"({reference}").replace(" c", " p.c"))
    return (min(seconds(call) for _ in range(5)) - min(seconds(fetch) for _ in range(5))) / (5 * PAIRS) * 1e6


make_tables()
print("-- two stored profiles, microseconds a call: others in every row, and one reference for all (goal of psi and ks: 50)", flush=True)
for kind in ("exact", "full", "text"):
    size = rows(f"SELECT avg(pg_column_size(r))::int FROM {TABLE}_{kind}")[0][0]
    for expression in ("mlops.psi(r, c)", "mlops.js_distance(r, c)", "mlops.ks_statistic(r, c)", "mlops.ks_test(r, c, 'asymp')", "mlops.wasserstein_distance(r, c)",
                       "mlops.t_test(r, c)", "mlops.distance_test(r, c)", "mlops.chi_square_test(r, c)"):
        if (kind == "text") == ("psi" in expression or "js" in expression or "chi" in expression) or kind != "text" and "chi" not in expression:
            print(f"{microseconds(expression, kind):8.1f} {microseconds(expression, kind, 'one.r'):8.1f}  {expression}, {kind} ({size} bytes)", flush=True)


def select(expressions):
    return f"SELECT {expressions} FROM {TABLE}"


two = "value, is_current"
compare(f"statistics over {ROWS} rows", "avg(value)", {
    "avg(value)": select("avg(value)"),
    "psi": select(f"mlops.psi({two})"),
    "psi, equal_width": select(f"mlops.psi({two}, 10, 'equal_width')"),
    "psi between edges": select("mlops.psi(mlops.two_histograms(value, is_current, '{-1,-0.5,0,0.5,1}'))"),
    "ks_test": select(f"mlops.ks_test({two}, 'asymp', 'two-sided')"),
    "mann_whitney_test": select(f"mlops.mann_whitney_test({two})"),
    "t_test": select(f"mlops.t_test({two})"),
    "cramer_von_mises_test": select(f"mlops.cramer_von_mises_test({two})"),
    "anderson_darling_test": select(f"mlops.anderson_darling_test({two})"),
    "smooth_test": select(f"mlops.smooth_test({two})"),
    "levene_test": select(f"mlops.levene_test({two})"),
    "epps_singleton_test": select(f"mlops.epps_singleton_test({two})"),
    "wasserstein_distance": select(f"mlops.wasserstein_distance({two})"),
    "energy_distance": select(f"mlops.energy_distance({two})"),
    "wasserstein_test": select(f"mlops.wasserstein_test({two})"),
    "psi, ks, t, wasserstein together": select(f"mlops.psi({two}), mlops.ks_statistic({two}), mlops.t_test({two}), mlops.wasserstein_distance({two})"),
    "count(category)": select("count(category)"),
    "psi of text": select("mlops.psi(category, is_current)"),
    "chi_square_test of text": select("mlops.chi_square_test(category, is_current)"),
}, rounds=3)
