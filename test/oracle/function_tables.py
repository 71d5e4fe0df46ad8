"""The tables of docs/reference/, made from the catalog and from what was compared.

A page has a table between two marks: the functions and tables of a topic of
mlops.help, the views with their columns, or the metrics of mlops.metric_definition.
Overloads that differ in types alone share a line; a name in several topics shows
what is of the topic's own types.
"""
import glob
import re

from harness import compared, rows

BEGIN = "<!-- {}: made by test/oracle/run.sh --write -->"
END = "<!-- end -->"


def cell(text):
    return (text or "").replace("|", "\\|").replace("\n", " ")


def short(type_name):
    return type_name.replace("double precision", "float8").replace("timestamp with time zone", "timestamptz")


def split_arguments(text):
    """the arguments of pg_get_function_arguments: (mode, name, type, default)"""
    parts, depth, quoted = [""], 0, False
    for c in text:
        quoted ^= c == "'"
        depth += 0 if quoted else (c in "([") - (c in ")]")
        if c == "," and not depth and not quoted:
            parts.append("")
        else:
            parts[-1] += c
    for part in filter(None, map(str.strip, parts)):
        mode = re.match(r"(OUT|VARIADIC) ", part)
        part = part[mode.end():] if mode else part
        part, _, default = part.partition(" DEFAULT ")
        name, _, type_name = part.partition(" ")
        default = re.sub(r"::[a-z0-9_ .\[\]]+$", "", default)
        yield mode[1] if mode else "", name if type_name else "", short(type_name or name), default


def lines_of(overloads):
    """one line for overloads that differ in types alone: kind (arguments), and what they return"""
    merged = {}
    for kind, text, result in overloads:
        arguments = [a for a in split_arguments(text) if a[2] != "mlops_internal.caller"]
        given = [a for a in arguments if a[0] != "OUT"]
        out = ", ".join(f"{name} {type_name}" for mode, name, type_name, _ in arguments if mode == "OUT")
        key = kind, tuple((mode, name, default) for mode, name, _, default in given)
        types, results = merged.setdefault(key, ([[] for _ in given], []))
        for place, (_, _, type_name, _) in enumerate(given):
            if type_name not in types[place]:
                types[place].append(type_name)
        returned = f"row ({out})" if out else short(result or "")
        if returned not in results:
            results.append(returned)
    for (kind, given), (types, results) in merged.items():
        words = [" ".join(filter(None, (mode, name, "|".join(t)))) + (f" = {default}" if default else "")
                 for (mode, name, default), t in zip(given, types)]
        yield f"{kind}`({', '.join(words)})`", results


def functions(topic):
    """a table of the functions of a topic, and one of its tables"""
    lines = ["| function | arguments | returns | meaning and edge rules | compared with |", "|---|---|---|---|---|"]
    own = [oid for (oid,) in rows("""
        SELECT t.oid FROM mlops_internal.help_topics() AS h JOIN mlops_internal.help_rooms() AS r ON r.room ~ h.rooms
            JOIN pg_type AS t ON t.typname = ANY (r.names::name[])
        WHERE h.topic = %s AND t.typnamespace = 'mlops'::regnamespace""", topic)]
    for (name,) in rows("SELECT name FROM mlops.help(%s) WHERE kind NOT IN ('view', 'table') ORDER BY name", topic):
        overloads = rows("""
            WITH overload AS (
                SELECT p.*, array_append(p.proargtypes::oid[], p.prorettype) || g.aggtranstype && %s::oid[] AS is_own
                FROM pg_proc AS p LEFT JOIN pg_aggregate AS g ON g.aggfnoid = p.oid
                WHERE p.pronamespace = 'mlops'::regnamespace AND p.proname = %s)
            SELECT CASE prokind WHEN 'a' THEN 'aggregate ' WHEN 'w' THEN 'window ' WHEN 'p' THEN 'procedure ' ELSE '' END,
                pg_get_function_arguments(oid), pg_get_function_result(oid), obj_description(oid, 'pg_proc')
            FROM overload AS o WHERE is_own OR NOT EXISTS (SELECT FROM overload AS x WHERE x.is_own)
            ORDER BY prokind <> 'a', pronargs, 2""", own, name)
        merged = list(lines_of([o[:3] for o in overloads]))
        results = sorted({r for _, found in merged for r in found})
        lines.append(f"| `{name}` | {cell('<br>'.join(a for a, _ in merged))} | {cell('<br>'.join(results))} "
                     f"| {cell(overloads[0][3])} | {cell('; '.join(sorted(compared.get(name, []))))} |")
    tables = rows("SELECT name, obj_description(to_regclass('mlops.' || name), 'pg_class') FROM mlops.help(%s)"
                  " WHERE kind = 'table' ORDER BY name", topic)
    if tables:
        lines += ["", "| table | |", "|---|---|"] + [f"| `{name}` | {cell(comment)} |" for name, comment in tables]
    return "\n".join(lines)


def views():
    """all views, in the order of their making, with their columns"""
    parts = []
    for oid, name, comment in rows("SELECT oid, relname, obj_description(oid, 'pg_class') FROM pg_class"
                                   " WHERE relnamespace = 'mlops'::regnamespace AND relkind = 'v' ORDER BY oid"):
        columns = rows("SELECT attname, format_type(atttypid, atttypmod), col_description(attrelid, attnum) FROM pg_attribute"
                       " WHERE attrelid = %s AND attnum > 0 ORDER BY attnum", oid)
        parts.append(f"## {name}\n\n{comment[0].upper() + comment[1:]}.\n\n| column | type | meaning |\n|---|---|---|\n"
                     + "\n".join(f"| `{column}` | {short(kind)} | {cell(meaning)} |" for column, kind, meaning in columns))
    return "\n\n".join(parts)


def named(types):
    return ", ".join(name if " " in name else f"`{name}`" for name in types)


def metrics():
    """mlops.metric_definition, a table for each task; a metric that several rooms have is one line of it"""
    tasks = {}
    asked = [name for (name,) in rows("SELECT t.typname FROM pg_proc AS p JOIN pg_type AS t ON t.oid = p.proargtypes[0]"
                                      " WHERE p.pronamespace = 'mlops'::regnamespace AND p.proname = 'metric_ci'")]
    for name, task, kinds, needs, within, direction, has_p_value, has_interval, meaning in rows(
            "SELECT name, task, kinds, needs, range, direction, has_p_value, has_interval, meaning FROM mlops.metric_definition"):
        row = tasks.setdefault(task, {}).setdefault((name, within, direction), ([], [], [], [], meaning))
        for n, more in enumerate((kinds or [], needs or [], [n for n in needs or [] if has_interval and n in asked], ["p-value"] * has_p_value)):
            row[n].extend(m for m in more if m not in row[n])
    parts = []
    for task, found in tasks.items():
        lines = [f"## {task}", "", "| metric | meaning | range | better | comes with | labels or columns | read of |",
                 "|---|---|---|---|---|---|---|"]
        for (name, within, direction), (kinds, needs, intervals, beside, meaning) in found.items():
            if intervals:
                beside.append("interval, of " + named(intervals))
            lines.append(f"| `{name}` | {cell(meaning)} | {within or ''} | {direction or ''} | {'; '.join(beside)} "
                         f"| {', '.join(kinds)} | {named(needs)} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def update(write):
    """bring the pages up to date, or say which are not"""
    stale, seen = [], set()
    pattern = re.compile(re.escape(BEGIN).replace(r"\{\}", r"(functions of (\w+)|views|metrics)") + r"\n(.*?)" + re.escape(END), re.S)

    def made(match):
        seen.add(match[2])
        text = functions(match[2]) if match[2] else {"views": views, "metrics": metrics}[match[1]]()
        return f"{BEGIN.format(match[1])}\n\n{text}\n\n{END}"

    for path in sorted(glob.glob("docs/reference/*.md")):
        with open(path) as page:
            old = page.read()
        new = pattern.sub(made, old)
        if new == old:
            continue
        if write:
            with open(path, "w") as page:
                page.write(new)
        else:
            stale.append(f"{path}: its tables are not what the catalog says; run test/oracle/run.sh --write")
    return stale + [f"no page of docs/reference has the functions of {topic}"
                    for (topic,) in rows("SELECT topic FROM mlops.help()") if topic not in seen | {"views"}]
