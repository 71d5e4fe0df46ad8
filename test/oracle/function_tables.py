"""The tables of functions in docs/, made from the catalog and from what was compared.

A page has a table between the two marks below; CAPABILITY is a folder of src/.
Overloads share a row: their arguments, the comment of the first, the references
that the comparisons used.
"""
import glob
import re

from harness import compared, rows

BEGIN = "<!-- functions of CAPABILITY: made by test/oracle/run.sh --write -->"
END = "<!-- end of functions -->"


def names(capability):
    """functions and aggregates that the SQL of a folder creates, in order"""
    found = {}
    for path in sorted(glob.glob(f"src/{capability}/**/*.sql", recursive=True) + glob.glob(f"src/{capability}/**/*.table", recursive=True)):
        with open(path) as source:
            text = source.read()
        for name in re.findall(r"^CREATE (?:FUNCTION|AGGREGATE|PROCEDURE) mlops\.(\w+)", text, re.M) + tabled(text):
            found[name] = True
    return list(found)


def tabled(text):
    """what src/table.awk makes of the entries of a table"""
    found = re.findall(r"^    (?:make|count|value) (\w+)", text, re.M) + re.findall(r"^    (merge) ", text, re.M)
    for entry, name in re.findall(r"^((?:metric|function) (\w+).*?)^(?=\S|\Z)", text, re.M | re.S):
        found += [name] + [name + "_ci"] * ("\n    ci " in entry)
    return found


def cell(text):
    return text.replace("|", "\\|").replace("\n", " ")


def table(capability):
    lines = ["| function | arguments | returns | meaning and edge rules | compared with |", "|---|---|---|---|---|"]
    for name in sorted(names(capability)):
        overloads = rows("""
            SELECT pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), p.prokind = 'a', obj_description(p.oid, 'pg_proc')
            FROM pg_proc AS p WHERE p.pronamespace = 'mlops'::regnamespace AND p.proname = %s
            ORDER BY p.prokind <> 'a', p.pronargs, 1""", name)
        if not overloads:       # made on the way and dropped again
            continue
        arguments = [("aggregate " if aggregate else "") + f"`({args.replace('double precision', 'float8')})`"
                     for args, _, aggregate, _ in overloads]
        results = sorted({(result or "").replace("double precision", "float8") for _, result, _, _ in overloads})
        lines.append(f"| `{name}` | {cell('<br>'.join(arguments))} | {cell('<br>'.join(results))} | {cell(overloads[0][3] or '')} "
                     f"| {cell('; '.join(sorted(compared.get(name, []))))} |")
    return "\n".join(lines)


def update(write):
    """bring the pages up to date, or say which are not"""
    stale = []
    pattern = re.compile(re.escape(BEGIN).replace("CAPABILITY", r"(\w+)") + r"\n(.*?)" + re.escape(END), re.S)
    for path in sorted(glob.glob("docs/*.md")):
        with open(path) as page:
            old = page.read()
        new = pattern.sub(lambda m: BEGIN.replace("CAPABILITY", m[1]) + "\n\n" + table(m[1]) + "\n\n" + END, old)
        if new == old:
            continue
        if write:
            with open(path, "w") as page:
                page.write(new)
        else:
            stale.append(f"{path}: its table of functions is not what the catalog says; run test/oracle/run.sh --write")
    return stale
