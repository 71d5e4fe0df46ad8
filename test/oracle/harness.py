"""What the comparisons share: the connection, check() and the count of what passed.

Statistics must agree to 1e-12 (relative above 1), p-values to a relative 1e-9.
Where mlops differs on purpose the comparison writes the rule: NULL for what is
undefined, NaN for NaN in the data.
"""
import io
import math
import os

import psycopg2

connection = psycopg2.connect(dbname=os.environ.get("PGDATABASE", "postgres"))
connection.autocommit = True
cursor = connection.cursor()
passed = 0
failures = []


class Compared(dict):
    """names of functions, each with what it was compared with"""
    reference = ""

    def add(self, name):
        self.setdefault(name, set()).add(self.reference)


compared = Compared()


def same(got, want, relative=None):
    if got is None or want is None:
        return got is None and want is None
    if math.isnan(want) or math.isnan(got):
        return math.isnan(want) and math.isnan(got)
    if math.isinf(want) or math.isinf(got):
        return want == got
    if relative:
        return abs(got - want) <= relative * abs(want) + 1e-300
    return abs(got - want) <= 1e-12 * max(1.0, abs(want))


def check(name, where, got, want, relative=None):
    global passed
    want = None if want is None else float(want)
    compared.add(name.split(" ")[0])
    if same(got, want, relative):
        passed += 1
    else:
        failures.append(f"{name} {where}: mlops {got!r}, reference {want!r}")


def rows(sql, *arguments):
    cursor.execute(sql, arguments)
    return cursor.fetchall()


def load(table, columns, frame):
    cursor.execute(f"DROP TABLE IF EXISTS {table} CASCADE; CREATE TABLE {table} ({columns})")
    buffer = io.StringIO()
    frame.to_csv(buffer, index=False, header=False, na_rep="\\N", float_format="%.17g")
    buffer.seek(0)
    text = buffer.getvalue()
    cursor.copy_expert(f"COPY {table} FROM STDIN WITH (FORMAT csv, NULL '\\N')", io.StringIO(text))
    cursor.execute(f"ANALYZE {table}")


def copy_text(values, nulls):
    """values as COPY reads them: None for NULL, NaN and infinities spelled out"""
    return [None if n else ("NaN" if isinstance(v, float) and math.isnan(v) else
                            "Infinity" if v == math.inf else "-Infinity" if v == -math.inf else repr(v))
            for v, n in zip(values, nulls)]


def grouped(names, arguments, source="oracle_set", key="ds"):
    """{key: {name: value}} of aggregates over the same arguments"""
    columns = ", ".join(f"mlops.{n}({arguments})" for n in names)
    return {r[0]: dict(zip(names, r[1:])) for r in rows(f"SELECT {key}, {columns} FROM {source} GROUP BY 1")}
