"""Do monitors cry wolf?  A year of predictions with faults of known time, and the flights, judged day by day.

MLOPS_YEAR_SEEDS (5) years of MLOPS_YEAR_ROWS (500) rows a day; beside them the default rules of others, see
test/year/rivals.py.  Medians over the years.
"""
import os
import statistics
import sys

import psycopg2

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "year"))
import drive
import generate
import rivals
import score
from harness import rows

SEEDS = range(1, 1 + int(os.environ.get("MLOPS_YEAR_SEEDS", "5")))
ROWS = int(os.environ.get("MLOPS_YEAR_ROWS", "500"))
DAYS = int(os.environ.get("MLOPS_YEAR_DAYS", "365"))
DSN = f"dbname={os.environ.get('PGDATABASE', 'postgres')}"
# every slice of every column by itself is slow to tell, and one year of it says enough
ONE_YEAR = "fixed, in slices, 1 year"
POLICIES = {"fixed thresholds": drive.fixed_thresholds, ONE_YEAR: drive.fixed_thresholds_sliced}
FLIGHTS = {"fixed thresholds": drive.flight_thresholds}
if rows("SELECT count(*) FROM pg_proc WHERE pronamespace = 'mlops'::regnamespace AND proname = 'monitor_model'")[0][0]:
    POLICIES["default policy"] = drive.default_policy
    FLIGHTS["default policy"] = drive.flight_default


def middle(results, key):
    return statistics.median(r[key] for r in results)


def line(name, results):
    told = f"{middle(results, 'notices'):8.0f}" if "notices" in results[0] else f"{'':8}"
    print(f"{name:26}{middle(results, 'found'):6.0f} of {results[0]['faults']}{middle(results, 'false'):8.0f}{middle(results, 'red'):12.1f}{told}"
          f"{middle(results, 'median_notices'):10.1f}{max(r['most_notices'] for r in results):8.0f}", flush=True)


print(f"-- {len(SEEDS)} years of {DAYS} days, {ROWS} rows a day, judged from day {generate.REFERENCE_DAYS} on")
print(f"{'':26}{'found':>6}{'false':>14}{'red days':>12}{'notices':>8}{'a cause':>10}{'most':>8}")
print(f"{'':26}{'':6}{'in the year':>14}{'a month':>12}", flush=True)
others = {}
for seed in SEEDS:
    year = generate.Year(seed, DAYS, ROWS)
    for name, red in rivals.red(year).items():
        others.setdefault(name, []).append(rivals.judge(year, red))
for name, results in others.items():
    line(name, results)
tables = {}
for name, policy in POLICIES.items():
    results = []
    for seed in SEEDS[:1] if name == ONE_YEAR else SEEDS:
        year = generate.Year(seed, DAYS, ROWS)
        run = drive.Run(DSN, year, policy)
        table, false = score.score(year.faults, [i for i in run.live() if i["onset"] < year.days])
        run.close()
        results.append(score.summary(table, false, DAYS - generate.REFERENCE_DAYS))
        tables[name] = table
    line(name, results)
del tables[ONE_YEAR]
for name, table in tables.items():
    print(f"-- {name}, year {SEEDS[-1]}, fault by fault", *score.words(table), sep="\n", flush=True)

for name, policy in FLIGHTS.items():
    run = drive.Flights(DSN, policy)
    weeks = run.live()
    run.close()
    found = [i for _, incidents in weeks for i in incidents]
    print(f"-- flights, 39 weeks, {name}: {len(found)} incidents, {sum(i['alerts'] for i in found)} alerts, {sum(i['notices'] for i in found)} notices")
    for week, incidents in weeks:
        worst = min(incidents, key=lambda i: (i["severity"], i["id"]))
        print(f"{week:%d %B}: {worst['title']}" + (f", and {len(incidents) - 1} more" if len(incidents) > 1 else ""), flush=True)
