"""Laws that hold to the bit: serial = shuffled = parallel, with themselves."""
import datasets  # noqa: F401: the tables
from harness import check, cursor, rows

states = ("mlops.two_samples(value, current)::text", "mlops.profile(score)::text", "mlops.profile(carrier)::text", "mlops.scores(label, score)::text",
          "mlops.errors(actual, predicted)::text", "mlops.confusion(label, score > 0.2)::text", "mlops.categories(carrier, current)::text",
          "mlops.class_confusion(carrier, origin)::text", "mlops.two_histograms(value, current, '{30,60}')::text", "mlops.two_vector_samples(ARRAY[value, score], current)::text", "mlops.roc_auc(label, score)", "mlops.log_loss(label, score)", "mlops.rmse(actual, predicted)")
digest = "SELECT " + ", ".join(f"md5(({s})::text)" for s in states) + " FROM "
cursor.execute("SET max_parallel_workers_per_gather = 0")
serial = rows(digest + "oracle_flight")[0]
shuffled = rows(digest + "(SELECT * FROM oracle_flight ORDER BY md5(ctid::text)) AS f")[0]
cursor.execute("SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0")
plan = "\n".join(r[0] for r in rows("EXPLAIN " + digest + "oracle_flight"))
check("laws", "the plan is parallel", float("Partial Aggregate" in plan), 1.0)
parallel = rows(digest + "oracle_flight")[0]
for s, a, b, d in zip(states, serial, shuffled, parallel):
    check("laws", f"serial = shuffled = parallel: {s}", float(a == b == d), 1.0)
cursor.execute("RESET ALL")
