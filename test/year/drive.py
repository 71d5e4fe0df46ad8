"""Lives the year day by day: rows arrive, labels arrive, the owner's monitors run, and what they said is kept.

Nothing looks at the clock of the machine: the rows of a day are stored, and the labels that have come by then, before
`run_due` is called as if it were three hours after the day's end: a delay of a tenth of a day is over then.  Each run has a database of its own.
"""
import datetime
import io
import subprocess

import numpy as np
import psycopg2

import generate

OWNER = "year_owner"
MODEL = "leaves"
DATABASE = "mlops_year"
# an alert is told at these events, where there are no incidents
TOLD = ("opened", "escalated", "unsilenced", "stale", "resolved")


def midnight(day):
    return (generate.START + datetime.timedelta(days=int(day))).isoformat()


def default_policy(run):
    """what `monitor_model` makes of the table, with nothing said; the owner has a calendar of the holidays"""
    for day, name in generate.HOLIDAYS.items():
        run.owner.execute("SELECT mlops.add_holiday('public', %s::timestamptz::date, %s)", [midnight(day), name])
    run.owner.execute("SELECT mlops.monitor_model(%s, 'year.prediction', now => %s)", [MODEL, midnight(generate.REFERENCE_DAYS)])


def fixed_thresholds(run, slices=()):
    """
    What one writes without it: PSI 0.1 and 0.25 of every column against the first 90 days, NULLs, rows; the labels in a monitor
    of their own, that waits for them.
    """
    features = [f for f in run.features if f not in ("comment", "customer", "last_seen", "amount")]
    everywhere = "true" if slices else "false"
    checks = [f'{{"metric": "psi", "slices": {everywhere}, "warning": {{"above": 0.1}}, "critical": {{"above": 0.25}}}}',
              f'{{"metric": "n", "slices": false, "warning": {{"below": {0.4 * run.year.rows}}}, "critical": {{"below": {0.2 * run.year.rows}}}}}']
    checks += [f'{{"metric": "null_rate", "column": "{f}", "slices": {everywhere}, "warning": {{"above_reference": 0.03}}, "critical": {{"above_reference": 0.2}}}}' for f in features]
    roles = dict(label_column="label", score_column="score", prediction_column="predicted", start_at=midnight(generate.REFERENCE_DAYS),
                 end_at=midnight(run.year.days), reference_from=midnight(0), reference_to=midnight(generate.REFERENCE_DAYS))
    run.create_monitor("year inputs", "year.prediction", "predicted_at", features=features, slices=list(slices), checks="[" + ", ".join(checks) + "]", **roles)
    run.create_monitor("year labels", "year.prediction", "predicted_at", delay=f"{generate.MAX_LABEL_AGE} days", **roles, checks="""[
        {"metric": "roc_auc", "warning": {"below_reference": 0.03}, "critical": {"below_reference": 0.05}},
        {"metric": "label_coverage", "warning": {"below": 0.8}, "critical": {"below": 0.5}}]""")


def fixed_thresholds_sliced(run):
    fixed_thresholds(run, ("region", "plan"))


def flight_thresholds(run):
    run.create_monitor("flights", "flights.prediction", "departure_time", label_column="delayed", prediction_column="predicted", score_column="score", threshold=0.21,
                       features=["temp", "humid", "visib", "wind_speed", "distance", "carrier", "dest"], slices=["origin"], granularity="7 days", start_at=run.weeks[0],
                       end_at=run.weeks[-1], reference_from=run.first, reference_to=run.weeks[0], time_zone="America/New_York", min_rows=500, checks="""[
        {"metric": "roc_auc", "warning": {"below": 0.66}, "critical": {"below": 0.62}},
        {"metric": "psi", "warning": {"above": 0.1}, "critical": {"above": 0.25}}]""")


def flight_default(run):
    run.owner.execute("SELECT mlops.monitor_model('flight_delay', 'flights.prediction', now => %s, given => %s)", [run.weeks[0], '{"granularity": "7 days"}'])


class Session:
    """a database with mlops, and what the monitors of one owner said in it, run by run"""

    def __init__(self, dsn):
        self.dsn = dsn
        server = self.connect()
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        server.execute(f"CREATE DATABASE {DATABASE}")
        server.execute("SELECT count(*) FROM pg_roles WHERE rolname = %s", [OWNER])
        if not server.fetchone()[0]:
            server.execute(f"CREATE ROLE {OWNER} LOGIN")
        server.connection.close()
        self.admin = self.connect(dbname=DATABASE)
        self.admin.execute(f"CREATE EXTENSION mlops; SELECT mlops.grant_use('{OWNER}'); GRANT CREATE ON SCHEMA public TO {OWNER}")
        self.owner = self.connect(dbname=DATABASE, user=OWNER)
        self.incidents_exist = self.rows("SELECT to_regclass('mlops.incident') IS NOT NULL")[0][0]
        self.told_at = {}               # incident or alert: [(run at which there were more notices, how many there were)]
        self.open = []                  # (time, those that are open)

    def connect(self, **arguments):
        connection = psycopg2.connect(self.dsn, **arguments)
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute("SET client_min_messages = warning; SET timezone = UTC; SET jit = off; SET max_parallel_workers_per_gather = 0")
        return cursor

    def close(self):
        for cursor in (self.owner, self.admin):
            cursor.connection.close()
        server = self.connect()
        server.execute(f"DROP DATABASE {DATABASE}")
        server.execute(f"DROP ROLE {OWNER}")
        server.connection.close()

    def rows(self, sql, *arguments):
        self.admin.execute(sql, arguments)
        return self.admin.fetchall()

    def create_monitor(self, name, relation, timestamp, **arguments):
        types = dict(features="name[]", slices="name[]", checks="jsonb", delay="interval", granularity="interval")
        given = "".join(f", {k} => %({k})s" + (f"::{types[k]}" if k in types else "") for k in arguments)
        self.owner.execute(f"SELECT mlops.create_monitor(%(name)s, %(relation)s, %(timestamp)s, schedule => NULL{given})", dict(name=name, relation=relation, timestamp=timestamp, **arguments))

    def release(self, model, version, relation, known):
        """a version of a model goes live, trained on the rows of its predictions whose label is `known`"""
        if version == 1:
            self.owner.execute("SELECT mlops.create_model(%s, 'binary'); SELECT mlops.create_endpoint(%s)", [model, model])
        self.owner.execute(f"CREATE TABLE training AS SELECT * FROM {relation} WHERE {known}")
        # what the model makes, or learns later, it was not trained on
        self.owner.execute("ALTER TABLE training " + ", ".join(f"DROP COLUMN IF EXISTS {c}" for c in ("id", "model_version", "score", "predicted", "label_at")))
        self.owner.execute("SELECT mlops.start_run('training')")
        training = self.owner.fetchone()[0]
        self.owner.execute("SELECT mlops.log_dataset(%(run)s, 'training'); SELECT mlops.finish_run(%(run)s); SELECT mlops.register_version(%(model)s, %(run)s)", dict(run=training, model=model))
        self.owner.execute("SELECT mlops.deploy(%(model)s, %(version)s, %(model)s); SELECT mlops.record_predictions(%(model)s, %(version)s, %(relation)s); DROP TABLE training",
                           dict(model=model, version=version, relation=relation))

    def run_due(self, now):
        # what fails is tried again minutes later, as the scheduler would
        for minutes in (0, 5, 15):
            self.owner.execute("CALL mlops.run_due(%s)", [now + datetime.timedelta(minutes=minutes)])
            if not self.rows("SELECT count(*) FROM mlops.monitor_run WHERE state = 'waiting'")[0][0]:
                break
        for key, notices in self.told().items():
            before = self.told_at.setdefault(key, [])
            if not before or before[-1][1] != notices:
                before.append((now, notices))
        table = "incident" if self.incidents_exist else "alert"
        self.open.append((now, {key for key, in self.rows(f"SELECT {table}_id FROM mlops.{table} WHERE state <> 'resolved'")}))

    def told(self):
        """what people were told of until now: {incident, or alert where there are no incidents: number of notices}"""
        if self.incidents_exist:
            return dict(self.rows("SELECT incident_id, notice_seq FROM mlops.incident WHERE notice_seq > 0"))
        return dict(self.rows("SELECT alert_id, count(*) FROM mlops.alert_event WHERE event = ANY (%s) GROUP BY 1", list(TOLD)))

    def incidents(self):
        """
        One dict each time that one opens: cause, severity, title, columns, alerts, notices; times of onset, of the first notice,
        of the runs at which it was open.
        """
        found = self.rows("""
            SELECT i.incident_id, i.cause, i.severity, i.title, array(SELECT DISTINCT t FROM unnest(i.opened_windows[2:] || i.onset_lo) AS t ORDER BY t),
                   count(a.alert_id), array_remove(array_agg(DISTINCT a.column_name::text), NULL)
            FROM mlops.incident AS i LEFT JOIN mlops.alert AS a USING (incident_id) GROUP BY i.incident_id ORDER BY 1""" if self.incidents_exist else """
            SELECT alert_id, CASE WHEN metric = 'n' THEN 'volume' WHEN metric = 'evaluation' THEN 'evaluation'
                                  WHEN metric IN ('null_rate', 'label_coverage') THEN 'quality' WHEN metric = 'roc_auc' THEN 'performance'
                                  WHEN column_name IN ('score', 'predicted', 'label') THEN 'prediction' ELSE 'input' END,
                   severity, (SELECT coalesce(e.message, a.metric) FROM mlops.alert_event AS e WHERE e.alert_id = a.alert_id ORDER BY event_id LIMIT 1),
                   array[first_window_lo], 1, array_remove(array[CASE WHEN metric IN ('roc_auc', 'label_coverage') THEN 'label' ELSE column_name::text END], NULL)
            FROM mlops.alert AS a ORDER BY 1""")
        times = []
        for i, cause, severity, title, onsets, alerts, columns in found:
            told = self.told_at.get(i, [])
            more = [(at, n - before) for (at, n), (_, before) in zip(told, [(None, 0), *told])]
            for onset, end in zip(onsets, [*onsets[1:], None]):
                mine = [(at, n) for at, n in more if at > onset and (end is None or at <= end)]
                if mine:
                    times.append(dict(id=(i, onset), cause=cause, severity=severity, title=title, onset=onset, columns=columns, alerts=alerts, seen=mine[0][0],
                                      notices=sum(n for _, n in mine), open={at for at, ids in self.open if i in ids and at > onset and (end is None or at <= end)}))
        return times


class Run(Session):
    """A year; `policy` makes the monitors on the evening before the first day that is judged."""

    def __init__(self, dsn, year, policy, features=generate.FEATURES):
        super().__init__(dsn)
        self.year, self.policy, self.features = year, policy, features
        self.columns = [c for c in generate.COLUMNS if c in features or c not in generate.FEATURES]
        self.admin.execute(f"CREATE SCHEMA year AUTHORIZATION {OWNER}")
        self.owner.execute(generate.ddl(features=features) + "; CREATE INDEX ON year.prediction (predicted_at); CREATE INDEX ON year.prediction (id)")
        self.owner.execute("CREATE TEMP TABLE come (id bigint, label boolean, label_at timestamptz)")
        self.waiting = (np.array([], int), np.array([], bool), np.array([]))

    @staticmethod
    def copy(cursor, table, columns, values):
        lines = "\n".join("\t".join("\\N" if v == "" else v for v in row) for row in zip(*values))
        if lines:
            cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", io.StringIO(lines + "\n"))

    def arrive(self, day):
        """the rows of a day, and the labels that come until its end"""
        renamed = [f for f in self.year.faults if f.metric == "schema" and f.columns[0] in self.features]
        for f in renamed:
            if day in (f.start, f.end):
                old, new = (f.columns[0], "renamed") if day == f.start else ("renamed", f.columns[0])
                self.owner.execute(f"ALTER TABLE year.prediction RENAME {old} TO {new}")
        gone = [f.columns[0] for f in renamed if f.on(day)]
        x, label, late = self.year.day(day)
        self.copy(self.owner, "year.prediction", ["renamed" if c in gone else c for c in self.columns], [generate.text(c, x[c]) for c in self.columns])
        due = x["predicted_at"] + late * 86400
        ids, labels, at = (np.concatenate(p) for p in zip(self.waiting, (x["id"], label, due)))
        come = at < (day + 1) * 86400
        self.waiting = tuple(v[~come & np.isfinite(at)] for v in (ids, labels, at))
        self.owner.execute("TRUNCATE come")
        self.copy(self.owner, "come", ["id", "label", "label_at"], [[str(i) for i in ids[come]], ["t" if v else "f" for v in labels[come]], [generate.instant(a) for a in at[come]]])
        self.owner.execute("UPDATE year.prediction AS p SET label = c.label, label_at = c.label_at FROM come AS c WHERE c.id = p.id")

    def live(self):
        """all days, and then those until the last labels have come; returns what people were told, times as days"""
        for day in range(self.year.days + generate.MAX_LABEL_AGE + 1):
            if day < self.year.days:
                self.arrive(day)
            if day == generate.REFERENCE_DAYS - 1:
                self.release(MODEL, 1, "year.prediction", "label IS NOT NULL")
                self.policy(self)
            if day == generate.NEW_VERSION - 1 and day < self.year.days:
                self.release(MODEL, 2, "year.prediction", "label IS NOT NULL")
            if day >= generate.REFERENCE_DAYS:
                self.run_due(generate.START + datetime.timedelta(days=day + 1, hours=3))
        number = lambda at: (at - generate.START).days
        return [dict(i, onset=number(i["onset"]), seen=number(i["seen"]) - 1, open={number(at) - 1 for at in i["open"] if number(at) <= self.year.days}) for i in self.incidents()]


class Flights(Session):
    """thirty-nine weeks against January to March"""

    def __init__(self, dsn, policy, data="test/data"):
        super().__init__(dsn)
        self.policy = policy
        subprocess.run(["psql", "-XqAt", "-d", f"{dsn} dbname={DATABASE}", "-v", "ON_ERROR_STOP=1", "-v", f"data={data}", "-f", f"{data}/load.sql"], check=True, stdout=subprocess.DEVNULL)
        self.admin.execute(f"GRANT USAGE ON SCHEMA flights TO {OWNER}; GRANT SELECT ON flights.prediction TO {OWNER}; SET timezone = 'America/New_York'")
        (self.first, self.weeks), = self.rows("SELECT '2013-01-01'::timestamptz, array(SELECT '2013-04-01'::timestamptz + i * interval '7 days' FROM generate_series(0, 39) AS i)")
        self.release("flight_delay", 1, "flights.prediction", "departure_time < '2013-04-01 America/New_York'")

    def live(self):
        """[(week, incidents that begin in it)]"""
        self.policy(self)
        for at in self.weeks[1:]:
            self.run_due(at)
        found = self.incidents()
        weeks = [(week, [i for i in found if week <= i["onset"] < week + datetime.timedelta(days=7)]) for week in self.weeks]
        return [(week, incidents) for week, incidents in weeks if incidents]
