"""Ratios between statements, measured side by side in one run.

Absolute times on a shared machine mean nothing.  Each round runs every statement
once, in an order that changes from round to round; the first round is dropped and
the median kept.  A difference below 25 % between two ratios means nothing either.
"""
import os
import random
import statistics
import time

import psycopg2

ROWS = int(os.environ.get("MLOPS_BENCH_ROWS", "10000000"))
ROUNDS = int(os.environ.get("MLOPS_BENCH_ROUNDS", "5"))
connection = psycopg2.connect(dbname=os.environ.get("PGDATABASE", "postgres"))
connection.autocommit = True
cursor = connection.cursor()
cursor.execute("CREATE EXTENSION IF NOT EXISTS mlops")
cursor.execute("SET jit = off; SET max_parallel_workers_per_gather = 0; SET work_mem = '1GB'")
shuffle = random.Random(1)


def rows(sql, *arguments):
    cursor.execute(sql, arguments)
    return cursor.fetchall()


def seconds(sql, settings=""):
    """one run of a statement, or of a Python function"""
    if settings:
        cursor.execute(settings)
    start = time.perf_counter()
    if callable(sql):
        sql()
    else:
        rows(sql)
    took = time.perf_counter() - start
    if settings:
        cursor.execute("RESET ALL; SET jit = off; SET max_parallel_workers_per_gather = 0; SET work_mem = '1GB'")
    return took


WORKER = "SET max_parallel_workers_per_gather = 1; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET jit = off; SET work_mem = '1GB'"


def compare(title, baseline, cases, rounds=ROUNDS):
    """
    cases: {name: statement, or (statement, settings)}, and a goal as (…, …, goal) in units of the baseline.
    Prints one line each; returns {name: ratio to the baseline}.
    """
    plans = {name: (c if isinstance(c, tuple) else (c,)) for name, c in cases.items()}
    times = {name: [] for name in plans}
    for i in range(rounds + 1):
        order = list(plans)
        shuffle.shuffle(order)
        for name in order:
            took = seconds(plans[name][0], plans[name][1] if len(plans[name]) > 1 else "")
            if i > 0:
                times[name].append(took)
    medians = {name: statistics.median(t) for name, t in times.items()}
    base = medians[baseline]
    print(f"-- {title} ({baseline} = 1.00, {base:.3f} s)", flush=True)
    for name in plans:
        goal = plans[name][2] if len(plans[name]) > 2 else None
        mark = "" if goal is None else f"   goal {goal}"
        print(f"{medians[name] / base:8.2f}  {name}{mark}", flush=True)
    return {name: m / base for name, m in medians.items()}
