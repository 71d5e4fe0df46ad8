"""drift_report beside Evidently and NannyML, from the rows in the database to the verdict, in ratios to drift_report.

Theirs is: COPY both tables out, read them with pandas, run the preset.  Needs the environment that test/oracle/peers.sh makes."""
import glob
import os
import subprocess
import sys

from harness import ROWS, cursor, rows, seconds

N = min(ROWS, 500000)
TABLES = ("bench_peers_reference", "bench_peers_current")
PEER = """
import io, sys, time, warnings, logging
warnings.filterwarnings("ignore"); logging.disable(logging.CRITICAL)
import pandas, psycopg2
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset
import nannyml
cursor = psycopg2.connect(dbname=sys.argv[1]).cursor()
def fetch(table):
    buffer = io.StringIO()
    cursor.copy_expert(f"COPY {table} TO STDOUT WITH (FORMAT csv, HEADER)", buffer)
    buffer.seek(0)
    return pandas.read_csv(buffer)
for name in ("evidently", "nannyml"):
    start = time.perf_counter()
    reference, current = fetch("bench_peers_reference"), fetch("bench_peers_current")
    if name == "evidently":
        d = DataDefinition(numerical_columns=[c for c in reference if c[0] == "x"], categorical_columns=[c for c in reference if c[0] == "c"])
        Report([DataDriftPreset()]).run(Dataset.from_pandas(current, data_definition=d), Dataset.from_pandas(reference, data_definition=d)).dict()
    else:
        nannyml.UnivariateDriftCalculator(column_names=list(reference.columns), chunk_number=10).fit(reference).calculate(current).to_df()
    print(name, time.perf_counter() - start, flush=True)
"""

cache = os.environ.get("MLOPS_PEERS_CACHE") or os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "mlops-peers")
environments = sorted(glob.glob(os.path.join(cache, "*", "complete")), key=os.path.getmtime)
if not environments:
    print(f"-- peers: no environment in {cache}; bash test/oracle/peers.sh makes one")
    sys.exit(0)
for place, table in enumerate(TABLES):
    numbers = ", ".join(f"sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) + {place * 0.01 * i} AS x{i}" for i in range(8))
    cursor.execute(f"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} AS SELECT {numbers}, chr(97 + (random() * 7)::int) AS c1, 'w' || (random() * 100)::int AS c2 FROM generate_series(1, {N})")
    cursor.execute(f"VACUUM (FREEZE, ANALYZE) {table}")
print(f"-- drift of 8 numbers and 2 texts, {N} rows a side", flush=True)
ours = {}
for method in ("auto", "evidently", "nannyml"):
    sql = f"SELECT count(*) FROM mlops.drift_report('{TABLES[0]}', '{TABLES[1]}', method => '{method}')"
    ours[method] = min(seconds(sql) for _ in range(3))
    print(f"{ours[method] / ours['auto']:8.2f}  drift_report, {method} ({ours[method]:.2f} s)", flush=True)
database = rows("SELECT current_database()")[0][0]
peer = subprocess.run([os.path.join(os.path.dirname(environments[-1]), "bin", "python"), "-c", PEER, database], capture_output=True, text=True, check=True)
for line in peer.stdout.splitlines():
    name, took = line.split()
    print(f"{float(took) / ours['auto']:8.2f}  COPY, pandas and {name} ({float(took):.2f} s; goal 10), {float(took) / ours[name]:.1f} times drift_report by that preset", flush=True)
cursor.execute("DROP TABLE " + ", ".join(TABLES))
