"""mlops.point_in_time beside Feast's get_historical_features on the same tables.

First where Feast's answer is right: histories of one and of two key columns, with
corrections, a ttl whose edge is hit, rows without a match; by its stores of PostgreSQL
and of files, with and without its cut by the created timestamp.  Then where it is not:
each case says what is right, that mlops gives it, and what Feast gives, so that this
fails when another version of Feast has mended it.
"""
import datetime
import io
import logging
import os
import sys
import tempfile
import warnings

os.environ.update(FEAST_USAGE="False", DO_NOT_TRACK="true")
warnings.filterwarnings("ignore")

import numpy as np
import pandas as pd
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast.infra.offline_stores.contrib.postgres_offline_store.postgres_source import PostgreSQLSource
from feast.types import Float64, Int64, String

import harness

logging.disable(logging.WARNING)
cursor = harness.cursor
cursor.execute("CREATE EXTENSION IF NOT EXISTS mlops; SET timezone = 'UTC'; SET client_min_messages = warning; "
               "DROP SCHEMA IF EXISTS of_feast CASCADE; CREATE SCHEMA of_feast; SET search_path = of_feast")
TYPES = {"int64": ("bigint", Int64, ValueType.INT64), "object": ("text", String, ValueType.STRING), "float64": ("float8", Float64, ValueType.DOUBLE)}
directory = tempfile.TemporaryDirectory()
serial = 0


def same(name, got, want):
    if got == want:
        harness.passed += 1
    else:
        harness.failures.append(f"{name}: {got!r}, expected {want!r}")


def times(*texts):
    return pd.to_datetime(list(texts), utc=True)


def load(table, frame):
    columns = ", ".join(f'"{c}" {TYPES[str(frame[c].dtype)][0] if str(frame[c].dtype) in TYPES else "timestamptz"}' for c in frame.columns)
    cursor.execute(f"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} ({columns})")
    cursor.copy_expert(f"COPY {table} FROM STDIN (FORMAT csv)", io.StringIO(frame.to_csv(index=False, header=False)))


def stores(name, history, created):
    """both offline stores of Feast, over the same rows"""
    path = os.path.join(directory.name, name + ".parquet")
    history.to_parquet(path)
    info = harness.connection.info
    yield "files", {"type": "file"}, FileSource(path=path, timestamp_field="at", created_timestamp_column=created)
    yield ("PostgreSQL", {"type": "postgres", "host": info.host, "port": info.port, "database": info.dbname, "db_schema": "of_feast", "user": info.user, "password": ""},
           PostgreSQLSource(name=name, query=f"SELECT * FROM of_feast.{name}", timestamp_field="at", created_timestamp_column=created))


def answers(history, keys, spine, ttl=datetime.timedelta(0), as_known=False):
    """row numbers of the spine with the features that each store gives"""
    global serial
    serial += 1
    name = f"history_{serial}"
    load(name, history)
    created = "created" if "created" in history.columns else ""
    features = [c for c in history.columns if c not in keys and c not in ("at", "created")]
    got = {}
    for kind, offline, source in stores(name, history, created):
        store = FeatureStore(config=RepoConfig(project="p", provider="local", registry=os.path.join(directory.name, f"{name}_{kind}.db"), offline_store=offline,
                                               online_store=None, entity_key_serialization_version=3))
        entities = [Entity(name=k, join_keys=[k], value_type=TYPES[str(history[k].dtype)][2]) for k in keys]
        fields = [Field(name=c, dtype=TYPES[str(history[c].dtype)][1]) for c in keys + features]
        view = FeatureView(name="v", entities=entities, ttl=ttl, schema=fields, source=source, online=False)
        store.apply(entities + [view])
        frame = store.get_historical_features(entity_df=spine.rename(columns={"t": "event_timestamp"}), features=[f"v:{f}" for f in features],
                                              filter_by_created_timestamp=as_known).to_df()
        got[kind] = sorted((int(r["n"]), *(None if pd.isna(r[f]) else float(r[f]) for f in features)) for _, r in frame.iterrows())
    return got


def ours(history, keys, spine, ttl=None, as_of=None, created=None):
    load("history", history)
    load("spine", spine)
    features = [c for c in history.columns if c not in keys and c not in ("at", "created")]
    cursor.execute("SELECT mlops.create_feature_view('v', 'history', %s::name[], 'at', %s::name[], created_at_column => %s, ttl => %s)",
                   (keys, features, created if created is not None else "created" if "created" in history.columns else None, ttl))
    cursor.execute("SELECT mlops.point_in_time_columns('spine', '{v}', as_of => %s)", (as_of,))
    columns = cursor.fetchone()[0]
    cursor.execute(f"SELECT n, {', '.join(features)} FROM mlops.point_in_time('spine', '{{v}}', 't', as_of => %s) AS p ({columns}) ORDER BY 1", (as_of,))
    result = [(r[0], *(None if v is None else float(v) for v in r[1:])) for r in cursor.fetchall()]
    cursor.execute("SELECT mlops.drop_feature_view('v')")
    return result


# --- where its answer is right
def matched(rows):
    return [r for r in rows if r[1] is not None]


for seed, (keys, corrected) in enumerate(((["k"], False), (["k", "part"], False), (["k"], True), (["k", "part"], True))):
    rng = np.random.default_rng(seed)
    start = pd.Timestamp("2024-03-29", tz="UTC")    # a change of clocks lies within

    def entity(n):
        frame = pd.DataFrame({"k": rng.integers(10, 40, n)})
        return frame.assign(part=rng.choice(["aa", "bb", "cc"], n)) if "part" in keys else frame

    history = entity(3000)
    history["at"] = start + pd.to_timedelta(rng.integers(0, 24 * 6, len(history)), unit="h")
    history["created"] = history["at"] + pd.to_timedelta(rng.integers(-2, 30, len(history)), unit="h")
    history = history.drop_duplicates(keys + ["at"] + ["created"] * corrected).reset_index(drop=True)
    history["x"] = np.arange(len(history))
    history["y"] = rng.normal(size=len(history)).round(6)
    spine = entity(500)
    spine["t"] = start + pd.to_timedelta(rng.integers(-10, 24 * 7, len(spine)), unit="h")
    spine.loc[rng.random(len(spine)) < 0.05, "k"] = 99
    spine = spine.drop_duplicates(keys + ["t"]).reset_index(drop=True)
    spine.insert(0, "n", np.arange(len(spine)))
    for hours, as_known in ((None, True), (7, True), (7, False)):
        where = f"{keys}, corrected {corrected}, ttl {hours}, as known {as_known}"
        want = ours(history, keys, spine, hours and f"{hours} hours", None if as_known else "2024-12-31")
        same(f"some rows match and some do not: {where}", 0 < len(matched(want)) < len(want), True)
        got = answers(history, keys, spine, datetime.timedelta(hours=hours or 0), as_known)
        same(f"PostgreSQL: {where}", got["PostgreSQL"], want)
        # its store of files: see below for rows without a match, and for corrections
        if not corrected:
            same(f"files: {where}", matched(got["files"]), matched(want))
        elif not as_known:
            same("Feast files: not always the last correction wins", matched(got["files"]) == matched(want), False)

# --- where it is not
spine = pd.DataFrame({"n": range(3), "k": [1, 1, 2], "t": times("2024-01-01 10:30", "2024-01-01 12:00", "2024-01-01 12:00")})
history = pd.DataFrame({"k": [1, 1, 2], "at": times("2024-01-01 10:00", "2024-01-01 10:00", "2024-01-01 11:00"),
                        "created": times("2024-01-01 10:01", "2024-01-01 11:00", "2024-01-01 13:00"), "x": [1, 2, 3]})
same("a correction counts from when it was known", ours(history, ["k"], spine), [(0, 1.0), (1, 2.0), (2, None)])
for kind, got in answers(history, ["k"], spine).items():
    same(f"Feast {kind}: by default the future leaks into the past", got, [(0, 2.0), (1, 2.0), (2, 3.0)])

alike = history.iloc[:2].assign(created=times("2024-01-01 10:01", "2024-01-01 10:01"))
for order in (alike, alike.iloc[::-1]):
    same("of rows alike in both times one wins, in any order", ours(order, ["k"], spine.iloc[:1]), [(0, 2.0)])
first, second = (answers(order, ["k"], spine.iloc[:1]) for order in (alike, alike.iloc[::-1]))
same("Feast files: which wins depends on where the rows lie", (first["files"], second["files"]), ([(0, 2.0)], [(0, 1.0)]))
same("Feast PostgreSQL: one row becomes two", first["PostgreSQL"], [(0, 1.0), (0, 2.0)])

early = pd.DataFrame({"n": [0, 1], "k": [1, 1], "t": times("2024-01-01 09:00", "2024-01-01 12:00")})
same("a row without a match stays", ours(history, ["k"], early), [(0, None), (1, 2.0)])
same("Feast files: it is lost", answers(history, ["k"], early)["files"], [(1, 2.0)])

twice = pd.DataFrame({"n": range(2), "k": [1, 1], "t": times("2024-01-01 12:00", "2024-01-01 12:00")})
same("equal rows of the spine stay", ours(history, ["k"], twice), [(0, 2.0), (1, 2.0)])
same("Feast files: of equal rows one is left", len(answers(history, ["k"], twice)["files"]), 1)

pair = pd.DataFrame({"a": ["1", "11"], "b": ["12", "2"], "at": times("2024-01-01", "2024-01-01"), "created": times("2024-01-01", "2024-01-01"), "x": [1, 2]})
wanted = pd.DataFrame({"n": range(2), "a": ["1", "11"], "b": ["12", "2"], "t": times("2024-01-02", "2024-01-02")})
same("keys of several parts are compared part by part", ours(pair, ["a", "b"], wanted), [(0, 1.0), (1, 2.0)])
same("Feast PostgreSQL: keys are strung together and collide", answers(pair, ["a", "b"], wanted)["PostgreSQL"], [(0, 1.0), (0, 2.0), (1, 1.0), (1, 2.0)])

unknown = pd.DataFrame({"a": ["1", None], "at": times("2024-01-01", "2024-01-01"), "created": times("2024-01-01", "2024-01-01"), "x": [1, 2]})
wanted = pd.DataFrame({"n": range(2), "a": ["1", None], "t": times("2024-01-02", "2024-01-02")})
same("a key that is NULL equals nothing", ours(unknown, ["a"], wanted), [(0, 1.0), (1, None)])
same("Feast files: it equals another NULL", answers(unknown, ["a"], wanted)["files"], [(0, 1.0), (1, 2.0)])

# no ttl there is a ttl of 0, which here would be a mistake
try:
    ours(history, ["k"], spine, "0")
    same("a ttl of 0 is refused", True, False)
except Exception as error:
    same("a ttl of 0 is refused", error.pgcode, "22023")
old = pd.DataFrame({"n": [0], "k": [1], "t": times("2034-01-01")})
for kind, got in answers(history, ["k"], old, datetime.timedelta(0)).items():
    same(f"Feast {kind}: a ttl of 0 is for ever", got, [(0, 2.0)])

cursor.execute("DROP SCHEMA of_feast CASCADE")
for line in harness.failures[:40]:
    print("not ok", line[:600])
print(f"{harness.passed} passed, {len(harness.failures)} failed")
sys.exit(1 if harness.failures else 0)
