"""The pack docs/bi/superset without Superset: its parts fit together, its datasets are the views as they are, and what
its charts ask can be asked.  Prints "ok" and "not ok" lines; superset.py --write makes the datasets of the catalog.

The server is the one that PGHOST and PGPORT name, with the monitor of fixed.py or an empty database.
"""
import glob
import sys
import uuid

import psycopg2
import yaml

import fixed

ROOT = "docs/bi/superset"
DATABASE = f"{ROOT}/databases/server.yaml"
SLICE = ("slice", "TEXT", "coalesce(slice_column || ' = ' || coalesce(slice_value, 'NULL'), 'all rows')", "the slice in one text; all rows = the whole window")
# view: its time, columns that are computed (name, type, expression, meaning), metrics
DATASETS = {
    "metric_history": ("window_lo", [SLICE], "value lower upper reference_value warning_below warning_above critical_below critical_above n coverage".split()),
    "drift_history": ("window_lo", [SLICE], "value p_adjusted n warning_above critical_above".split()),
    "open_incident": ("opened_at", [], []),
    "incident_history": ("at", [], []),
    "monitor_health": ("last_window_hi", [("late_seconds", "DOUBLE PRECISION", "extract(epoch FROM late)", "late as a number, in seconds")], []),
    "run_history": ("window_lo", [("seconds", "DOUBLE PRECISION", "extract(epoch FROM duration)", "how long it took, in seconds")], ["seconds"]),
    "deployed_version": ("since", [], []),
}


def ok(condition, name, detail=""):
    print("ok" if condition else "not ok", "-", name, flush=True)
    if not condition and detail:
        print(detail, file=sys.stderr)


def connect(role):
    connection = psycopg2.connect(user=role, dbname="postgres")
    connection.autocommit = True
    return connection


def number(what):
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"mlops/{what}"))


def dataset(cursor, view):
    """the file of a view, of the catalog"""
    time, computed, metrics = DATASETS[view]
    cursor.execute("""SELECT a.attname, upper(format_type(a.atttypid, NULL)), NULL, col_description(a.attrelid, a.attnum)
        FROM pg_attribute AS a WHERE a.attrelid = %s::regclass AND a.attnum > 0 ORDER BY a.attnum""", ("mlops." + view,))
    columns = cursor.fetchall() + computed
    described = {c[0]: c[3] for c in columns}
    cursor.execute("SELECT obj_description(%s::regclass)", ("mlops." + view,))
    return {
        "table_name": view, "schema": "mlops", "description": cursor.fetchone()[0], "main_dttm_col": time, "filter_select_enabled": True,
        "uuid": number(view), "database_uuid": number("database"), "version": "1.0.0",
        "metrics": [{"metric_name": "rows", "expression": "count(*)", "description": "number of rows"}]
        + [{"metric_name": f"max_{m}", "verbose_name": m, "expression": f"max({m})" if m != "seconds" else "max(extract(epoch FROM duration))",
            "description": described[m]} for m in metrics],
        "columns": [{"column_name": n, "type": t, "is_dttm": t.startswith("TIMESTAMP"), "is_active": True, "groupby": True, "filterable": True,
                     "expression": e, "description": d} for n, t, e, d in columns]}


def read(path):
    with open(path) as file:
        return yaml.safe_load(file)


def statement(d, params):
    """what a chart asks, as SQL"""
    column = {c["column_name"]: c["expression"] or c["column_name"] for c in d["columns"]}
    metric = {m["metric_name"]: m["expression"] for m in d["metrics"]}
    group = params["all_columns"] if params.get("query_mode") == "raw" else \
        [params["x_axis"]] + ([params["groupby"]] if isinstance(params.get("groupby"), str) else params.get("groupby", []))
    asked = [] if params.get("query_mode") == "raw" else [params["metric"]] if "metric" in params else params["metrics"]
    where = ["true"]
    for f in params["adhoc_filters"]:
        if f["expressionType"] == "SQL":
            where.append(f["sqlExpression"])
        else:
            value = "" if f["operator"] == "IS NULL" else " (" + ", ".join("'%s'" % v.replace("'", "''") for v in f["comparator"]) + ")"
            where.append(f"{column[f['subject']]} {f['operator']}{value}")
    return f"SELECT {', '.join([column[c] for c in group] + [metric[m] for m in asked])} FROM mlops.{d['table_name']} WHERE {' AND '.join(where)}" \
        + (f" GROUP BY {', '.join(str(i + 1) for i in range(len(group)))}" if asked else "") + " LIMIT 1000"


def main():
    admin = connect("postgres").cursor()
    admin.execute("SELECT count(*) FROM pg_extension WHERE extname = 'mlops'")
    if admin.fetchone() == (0,):
        fixed.make(connect)
    if "--write" in sys.argv:
        for view in DATASETS:
            with open(f"{ROOT}/datasets/mlops/{view}.yaml", "w") as file:
                yaml.safe_dump(dataset(admin, view), file, sort_keys=False, allow_unicode=True, width=120)
        return
    reader, stranger = connect("bi_reader").cursor(), connect("bi_stranger").cursor()
    database = read(DATABASE)
    ok(database["uuid"] == number("database") and not database["allow_dml"], "one database, which is read only")
    of = {}
    for path in sorted(glob.glob(f"{ROOT}/datasets/mlops/*.yaml")):
        d = read(path)
        of[d["uuid"]] = d
        ok(d == dataset(admin, d["table_name"]), f"dataset {d['table_name']} is the view (else: test/bi/superset.py --write)")
        expressions = [m["expression"] for m in d["metrics"]]
        reader.execute(f"SELECT {', '.join(expressions)} FROM mlops.{d['table_name']}")
        ok(reader.fetchone()[0] > 0, f"dataset {d['table_name']} has rows")
        stranger.execute(f"SELECT count(*) FROM mlops.{d['table_name']}")
        ok(stranger.fetchone() == (0,), f"dataset {d['table_name']} has none for others")
    charts = {c["uuid"]: c for c in map(read, sorted(glob.glob(f"{ROOT}/charts/*.yaml")))}
    for c in charts.values():
        reader.execute(statement(of[c["dataset_uuid"]], c["params"]))
        ok(reader.fetchall() and c["params"]["viz_type"] == c["viz_type"], f"chart {c['slice_name']}: {len(reader.description)} columns, {reader.rowcount} rows")
    board = read(glob.glob(f"{ROOT}/dashboards/*.yaml")[0])
    boxes = {k: v for k, v in board["position"].items() if isinstance(v, dict)}
    placed = {b["meta"]["uuid"]: b["meta"]["chartId"] for b in boxes.values() if b["type"] == "CHART"}
    ok(set(placed) == set(charts), "the dashboard has all charts")
    ok(all(c in boxes for b in boxes.values() for c in b["children"]) and all(p in boxes for b in boxes.values() for p in b.get("parents", [])), "each in its place")
    for f in board["metadata"]["native_filter_configuration"]:
        columns = {c["column_name"] for t in f["targets"] if t for c in of[t["datasetUuid"]]["columns"]}
        ok(all(t["column"]["name"] in columns for t in f["targets"] if t) and set(f["scope"]["excluded"]) <= set(placed.values()), f"filter {f['name']}")


if __name__ == "__main__":
    main()
