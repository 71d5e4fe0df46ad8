"""The dashboard docs/bi/grafana.json, as Grafana would run it on the monitor of fixed.py.

Prints "ok" and "not ok" lines.  The server is the one that PGHOST and PGPORT name; the database is new.  Grafana's
schema is asked by test/oracle/bi.
"""
import json
import re
import sys

import psycopg2

import fixed

board = json.load(open("docs/bi/grafana.json"))
SOURCE = {"type": "grafana-postgresql-datasource", "uid": "${DS_MLOPS}"}
MACROS = {"timeFilter": lambda c: f"{c} BETWEEN '{fixed.FROM}' AND '{fixed.TO}'", "timeFrom": lambda _: f"'{fixed.FROM}'", "timeTo": lambda _: f"'{fixed.TO}'"}
NUMBER, TIME = {20, 21, 23, 700, 701, 1700}, {1184}


def ok(condition, name, detail=""):
    print("ok" if condition else "not ok", "-", name, flush=True)
    if not condition and detail:
        print(detail, file=sys.stderr)


def connect(role):
    connection = psycopg2.connect(user=role, dbname="postgres")
    connection.autocommit = True
    return connection


def macro(sql):
    """$__name(...), whose argument may hold brackets"""
    while found := re.search(r"\$__(\w+)\(", sql):
        depth, end = 1, found.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            end += 1
        sql = sql[:found.start()] + MACROS[found[1]](sql[found.end():end - 1]) + sql[end:]
    return sql


def filled(sql, values):
    """variables in the format sqlstring, as Grafana writes it"""
    quoted = lambda v: "'" + v.replace("'", "''") + "'"
    return macro(re.sub(r"\$\{(\w+):sqlstring\}", lambda m: ",".join(map(quoted, values[m[1]])), sql))


def asked(cursor, sql, values):
    cursor.execute(filled(sql, values))
    return cursor.description, cursor.fetchall()


def chosen(cursor):
    """what the variables have when the dashboard is opened: all, or the first"""
    values = {}
    for v in board["templating"]["list"]:
        _, rows = asked(cursor, v["query"], values)
        values[v["name"]] = [r[0] for r in rows][:None if v["includeAll"] else 1] or [""]
    return values


panels = [p for p in board["panels"] if p["type"] != "row"]
queries = [(p["title"], t["rawSql"], t["format"]) for p in panels for t in p["targets"]] \
    + [(a["name"], a["target"]["rawSql"], "annotation") for a in board["annotations"]["list"] if "target" in a]

# --- the file
cells = [(x, y) for p in board["panels"] for g in [p["gridPos"]] for x in range(g["x"], g["x"] + g["w"]) for y in range(g["y"], g["y"] + g["h"])]
ok(len(cells) == len(set(cells)) and max(cells)[0] < 24, "no panel covers another, or the edge")
ok(len({p["id"] for p in board["panels"]}) == len(board["panels"]), "panels have numbers of their own")
sources = [p["datasource"] for p in panels] + [t["datasource"] for p in panels for t in p["targets"]] + [v["datasource"] for v in board["templating"]["list"]] \
    + [a["datasource"] for a in board["annotations"]["list"] if "target" in a]
ok(all(s == SOURCE for s in sources) and [i["name"] for i in board["__inputs"]] == ["DS_MLOPS"], "one data source, which the import asks for")
ok({p["type"] for p in panels} | {"grafana", SOURCE["type"]} == {r["id"] for r in board["__requires"]}, "what it requires is what it uses")
names = [v["name"] for v in board["templating"]["list"]]
everything = [sql for _, sql, _ in queries] + [v["query"] for v in board["templating"]["list"]]
used = [m for sql in everything for m in re.findall(r"\$(?!__)\{?(\w+)(:\w+)?", sql)]
ok({n for n, _ in used} == set(names) and {f for _, f in used} == {":sqlstring"}, "variables are all used, and quoted", used)
ok(all(re.findall(r"\b(?:FROM|JOIN)\s+(?!mlops\.|late\)|duration\))(\w\S*)", sql) == [] for sql in everything), "only mlops is read")

# --- what it shows
fixed.make(connect)
reader = connect("bi_reader").cursor()
values = chosen(reader)
ok(values == {"model": ["(none)", fixed.NAME], "monitor": [fixed.NAME], "slice": ["all rows"], "metric": ["roc_auc"], "drift": ["psi"]}, "variables find the monitor", values)
columns = {}
for title, sql, kind in queries:
    try:
        description, rows = asked(reader, sql, values)
    except psycopg2.Error as error:
        ok(False, title, f"{error}{sql}")
        continue
    columns.setdefault(title, []).extend(d.name for d in description)
    if kind == "time_series":
        texts = [d.name for d in description if d.type_code not in NUMBER | TIME]
        columns[title] += {r[1] for r in rows} if texts else ()
        good = description[0].name == "time" and description[0].type_code in TIME and texts in ([], ["metric"]) and [r[0] for r in rows] == sorted(r[0] for r in rows)
    else:
        good = kind != "annotation" or {"time", "text"} <= {d.name for d in description}
    ok(good and rows, f"{title}: {len(description)} columns, {len(rows)} rows", f"{sql}\n{description}")
for p in panels:
    for o in p["fieldConfig"]["overrides"]:
        m = o["matcher"]
        ok(any(re.search(m["options"].strip("/"), c) if m["id"] == "byRegexp" else m["options"] == c for c in columns[p["title"]]), f"{p['title']}: {m['options']} is a column")

of = {p["title"]: p["targets"][0]["rawSql"] for p in panels}
_, rows = asked(reader, of["$metric of $monitor, $slice"], values)
ok(len(rows) == 14 and all(r[2] < r[1] < r[3] and r[5] == 0.6 and r[7] < r[5] for r in rows), "quality has its interval and limits", rows)
_, rows = asked(reader, of["$drift by column, $slice"], values)
ok(rows[0][1] == fixed.NAME and max(r[2] for r in rows) > 0.25, "the column that moved comes first", rows[:3])
_, rows = asked(reader, of["$metric by slice"], values)
ok({r[1] for r in rows} == {"all rows", "region = north", f"region = {fixed.NAME}"}, "slices stand beside the whole")
_, rows = asked(reader, of["$drift by column, $slice"], dict(values, slice=[f"region = {fixed.NAME}"]))
ok(rows, "a slice whose name must be quoted")
stranger = connect("bi_stranger").cursor()
ok(chosen(stranger) == {n: ["(none)" if n == "model" else ""] for n in names}, "who may not see it finds nothing to choose")
seen = [title for title, sql, _ in queries for row in asked(stranger, sql, values)[1] if any(row)]
ok(not seen, "and no row of it", seen)
