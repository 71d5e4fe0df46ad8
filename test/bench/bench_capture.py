"""What capture of lineage costs: pgbench in pairs, transactions per second as ratios to those without.

"without" has no mlops library in its sessions, which needs a server that does not
preload it; else what is off is the measure.  Many short runs alternate; of each kind
the best tenth counts, which is what the machine does when others leave it alone.
"""
import os
import random
import re
import statistics
import subprocess
import tempfile

from harness import ROUNDS, rows

TRANSACTIONS = {"pgbench -S": "3000", "pgbench": "1000"}
ROUNDS = 12 * ROUNDS
DATABASE = os.environ.get("PGDATABASE", "postgres")
PRELOADED = "mlops" in rows("SHOW shared_preload_libraries")[0][0]
OPEN = r"""\if :opened = 0
SELECT CASE WHEN :run > 0 THEN mlops.capture_run(:run) END;
\set opened 1
\endif
"""
SCRIPTS = {
    "pgbench -S": OPEN + r"""\set aid random(1, 100000 * :scale)
SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
""",
    "pgbench": OPEN + r"""\set aid random(1, 100000 * :scale)
\set bid random(1, :scale)
\set tid random(1, 10 * :scale)
\set delta random(-5000, 5000)
BEGIN;
UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE aid = :aid;
SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
UPDATE pgbench_tellers SET tbalance = tbalance + :delta WHERE tid = :tid;
UPDATE pgbench_branches SET bbalance = bbalance + :delta WHERE bid = :bid;
INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (:tid, :bid, :aid, :delta, CURRENT_TIMESTAMP);
END;
""",
}
RUN = rows("SELECT mlops.start_run('evaluation', 'capture of pgbench')")[0][0]
LOADED = "" if PRELOADED else "-c session_preload_libraries=mlops "
CASES = {"off": (LOADED, RUN), "on, no run open": (LOADED + "-c mlops.capture=on", 0), "on": (LOADED + "-c mlops.capture=on", RUN)}
if not PRELOADED:
    CASES = {"without": ("", 0), **CASES}


def tps(name, options, run):
    """transactions per second of a run of pgbench, the time of connecting aside"""
    # without the library nothing of it may be called
    text = SCRIPTS[name] if run else SCRIPTS[name].replace("SELECT CASE WHEN :run > 0 THEN mlops.capture_run(:run) END;\n", "")
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(text)
        file.flush()
        out = subprocess.run(["pgbench", "-n", "-M", "prepared", "-c", "1", "-t", TRANSACTIONS[name], "-D", "opened=0", "-D", f"run={run}",
                              "-D", "scale=1", "-f", file.name, DATABASE], env={**os.environ, "PGOPTIONS": options}, capture_output=True, text=True, check=True)
    return float(re.search(r"tps = ([0-9.]+)", out.stdout).group(1))


subprocess.run(["pgbench", "-i", "-q", "-s", "1", DATABASE], check=True, capture_output=True)
shuffle = random.Random(1)
baseline = next(iter(CASES))
for name in SCRIPTS:
    speed = {case: [] for case in CASES}
    for i in range(ROUNDS + 1):
        order = list(CASES)
        shuffle.shuffle(order)
        for case in order:
            speed[case].append(tps(name, *CASES[case]))
    best = {case: statistics.quantiles(speed[case], n=10)[-1] for case in CASES}
    pairs = {case: statistics.median(a / b for a, b in zip(speed[case], speed[baseline])) for case in CASES}
    print(f"-- {name}, transactions per second of the best tenth of {ROUNDS} runs; median of the pairs ({baseline} = 1.000, {best[baseline]:.0f} tps)", flush=True)
    for case in CASES:
        goal = {"off": "   goal 1.00", "on": "   goal above 0.98"}.get(case, "") if case != baseline else ""
        print(f"{best[case] / best[baseline]:8.3f}  {pairs[case]:8.3f}  {case}{goal}", flush=True)
print(f"edges of the run: {rows('SELECT count(*) FROM mlops.edge WHERE run_id = %s', RUN)[0][0]}", flush=True)
