"""mlops.import_mlflow against what MLflow's own API says of the same store.

A server of MLflow keeps its tables in schema "mlflow" of the database; its client
makes experiments, nested runs, curves, NaN, datasets, models, versions, aliases and
tags.  A role that may only read these tables imports them.  Then everything that the
client can list is compared, changed, imported and compared again.
"""
import logging
import math
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

os.environ.update(MLFLOW_DISABLE_TELEMETRY="true", DO_NOT_TRACK="true", MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR="false", GIT_PYTHON_REFRESH="quiet")

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag, ViewType

import harness

logging.getLogger("mlflow").setLevel(logging.ERROR)
SCHEMA, ROLE = "mlflow", "mlops_of_mlflow"
STATUS = {"RUNNING": "running", "SCHEDULED": "running", "FINISHED": "finished", "FAILED": "failed", "KILLED": "failed"}
cursor = harness.cursor


def sql(text, *arguments):
    cursor.execute(text, arguments)
    return cursor.fetchall() if cursor.description else []


def same(name, got, want):
    """as harness.check, for any value"""
    if isinstance(got, float) and isinstance(want, float) and math.isnan(got) and math.isnan(want) or got == want:
        harness.passed += 1
    else:
        harness.failures.append(f"{name}: mlops {got!r}, MLflow {want!r}")


def start_server():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    info = harness.connection.info
    where = urllib.parse.urlencode({"host": info.host, "port": info.port, "options": f"-csearch_path={SCHEMA}"})
    store = f"postgresql+psycopg2://{urllib.parse.quote(info.user)}@/{info.dbname}?{where}"
    directory = tempfile.mkdtemp()
    log = open(os.path.join(directory, "log"), "w")
    server = subprocess.Popen([sys.executable, "-m", "mlflow", "server", "--backend-store-uri", store, "--default-artifact-root", directory,
                               "--host", "127.0.0.1", "--port", str(port), "--workers", "1"], stdout=log, stderr=log, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            urllib.request.urlopen(url + "/health", timeout=2)
            return server, url
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.2)
    raise SystemExit(f"the server of MLflow does not answer: {open(log.name).read()[-2000:]}")


def fill(client):
    churn = client.create_experiment("churn", tags={"team": "risk"})
    other = client.create_experiment("örtlich \"quoted\"")
    client.create_experiment("empty")
    parent = client.create_run(churn, run_name="sweep", tags={"mlflow.source.git.commit": "0123456789abcdef0123456789abcdef01234567",
                                                              "mlflow.source.git.repoURL": "https://git.example.org/churn"}).info.run_id
    runs = []
    for i in range(4):
        run = client.create_run(churn if i < 3 else other, run_name=f"child {i}", tags={"mlflow.parentRunId": parent, "odd \"key\"": "ünï\nline"}).info.run_id
        client.log_batch(run, params=[Param("lr", str(0.1 * i)), Param("depth", "1e3"), Param("empty", "")],
                         metrics=[Metric("loss", 1 / (1 + s), 1700000000000 + s, s) for s in range(300)] +
                         [Metric("auc", v, 1700000000000, s) for s, v in enumerate([float("nan"), 0.8 + i / 100])] +
                         [Metric("never", float("nan"), 1700000000123, 0), Metric("inf", float("inf"), 1, 0), Metric("inf", float("-inf"), 2, 1)],
                         tags=[RunTag("mlflow.note.content", "first")])
        data = Dataset("train", f"digest{i % 2}", "local", '{"uri": "s3://data/train.csv"}', '{"mlflow_colspec": []}', '{"num_rows": 7}')
        client.log_inputs(run, [DatasetInput(data, [InputTag("mlflow.data.context", "training")])])
        runs.append(run)
    for run, status in zip(runs, ("FINISHED", "FAILED", "KILLED")):
        client.set_terminated(run, status)
    logged = client.create_logged_model(churn, name="net", source_run_id=runs[0], tags={"framework": "none"}, params={"layers": "3"}, model_type="tabular")
    client.log_outputs(runs[0], [mlflow.entities.LoggedModelOutput(logged.model_id, 5)])
    client.create_registered_model("churn", tags={"mlops_task": "binary", "owner": "ann"}, description="who leaves")
    client.create_registered_model("delay")
    client.create_registered_model("unknown task")
    for i, run in enumerate((runs[0], runs[1], runs[0])):
        client.create_model_version("churn", source=f"s3://models/{i}", run_id=run, tags={"try": str(i)}, description=f"version {i}")
    client.create_model_version("delay", source="s3://models/delay")
    client.create_model_version("unknown task", source="s3://models/x")
    client.delete_model_version("churn", "2")
    client.transition_model_version_stage("churn", "1", "Production")
    client.transition_model_version_stage("delay", "1", "Archived")
    client.set_registered_model_alias("churn", "champion", "1")
    client.set_registered_model_alias("churn", "challenger", "3")
    return churn, runs


def change(client, churn, runs):
    client.set_terminated(runs[3], "FINISHED")
    client.log_metric(runs[0], "loss", 0.5, timestamp=1, step=0)  # late, and before all others
    client.log_metric(runs[3], "late", float("nan"))
    client.log_param(runs[1], "new", "x")
    client.set_tag(runs[0], "mlflow.note.content", "second")
    client.delete_tag(runs[0], "odd \"key\"")
    client.update_run(runs[1], name="renamed")
    client.delete_run(runs[2])
    client.rename_experiment(churn, "churn, renamed")
    client.set_experiment_tag(churn, "team", "growth")
    client.create_run(churn, run_name="one more")
    client.update_registered_model("churn", "who leaves, and when")
    client.set_registered_model_tag("churn", "owner", "bob")
    client.delete_registered_model_tag("churn", "mlops_task")
    client.update_model_version("churn", "3", "described again")
    client.set_model_version_tag("churn", "3", "try", "again")
    client.create_model_version("churn", source="s3://models/4", run_id=runs[3])
    client.transition_model_version_stage("churn", "1", "Archived")
    client.set_registered_model_alias("churn", "champion", "4")
    client.delete_registered_model_alias("churn", "challenger")


def do_import():
    sql(f"SET ROLE {ROLE}")
    counts = {kind: (new, changed, left) for kind, new, changed, left in sql("SELECT * FROM mlops.import_mlflow(%s, %s)", SCHEMA, '{"delay": "regression"}')}
    sql("RESET ROLE")
    return counts


def imported(kind):
    return {i: p for i, p in sql("SELECT id, properties FROM mlops.imported WHERE kind = %s", kind)}


def compare_runs(client):
    experiments = client.search_experiments(view_type=ViewType.ALL)
    known = imported("experiment")
    same("experiments", sorted(known), sorted(e.experiment_id for e in experiments))
    for e in experiments:
        p = known[e.experiment_id]
        same("experiment", (p["name"], p["tags"], p["lifecycle_stage"], p["creation_time"], p["artifact_location"]),
             (e.name, e.tags, e.lifecycle_stage, e.creation_time, e.artifact_location))
    runs = client.search_runs([e.experiment_id for e in experiments], run_view_type=ViewType.ALL, max_results=1000)
    known = {r[0]: r[1:] for r in sql("""SELECT i.id, r.run_id, r.name, r.status, (extract(epoch FROM r.started_at) * 1000)::bigint, (extract(epoch FROM r.ended_at) * 1000)::bigint,
        i.properties, r.git_commit FROM mlops.imported AS i JOIN mlops.run AS r USING (run_id) WHERE i.kind = 'run'""")}
    same("runs", sorted(known), sorted(r.info.run_id for r in runs))
    for r in runs:
        run_id, name, status, start, end, p, commit = known[r.info.run_id]
        same("run", (name, status, start, end), (r.info.run_name, STATUS[r.info.status], r.info.start_time, r.info.end_time))
        same("row of run", (p["status"], p["user_id"], p["lifecycle_stage"], p["artifact_uri"], str(p["experiment_id"])),
             (r.info.status, r.info.user_id, r.info.lifecycle_stage, r.info.artifact_uri, r.info.experiment_id))
        same("tags", p["tags"], r.data.tags)
        same("tags of run", sql("SELECT tags FROM mlops.run WHERE run_id = %s", run_id)[0][0], r.data.tags)
        same("experiment and parent", sql("""SELECT r.experiment, i.id FROM mlops.run AS r LEFT JOIN mlops.imported AS i ON i.kind = 'run' AND i.run_id = r.parent_run_id
            WHERE r.run_id = %s""", run_id)[0], (client.get_experiment(r.info.experiment_id).name, r.data.tags.get("mlflow.parentRunId")))
        same("commit", commit, r.data.tags.get("mlflow.source.git.commit"))
        same("parameters", sql("SELECT coalesce(jsonb_object_agg(name, value), '{}') FROM mlops.param WHERE run_id = %s", run_id)[0][0], r.data.params)
        latest = dict(sql("SELECT DISTINCT ON (name) name, value FROM mlops.metric WHERE run_id = %s ORDER BY name, step DESC, at DESC, metric_id DESC", run_id))
        same("names of metrics", sorted(latest), sorted(r.data.metrics))
        for name in latest:
            same(f"latest {name}", latest[name], r.data.metrics[name])
            curve = sql("SELECT step, (extract(epoch FROM at) * 1000)::bigint, value::text FROM mlops.metric WHERE run_id = %s AND name = %s", run_id, name)
            same(f"curve {name}", sorted((s, t, repr(float(v))) for s, t, v in curve),
                 sorted((m.step, m.timestamp, repr(float(m.value))) for m in client.get_metric_history(r.info.run_id, name)))
        inputs = sql("""SELECT a.name, a.digest, a.uri, i.properties -> 'tags' ->> 'mlflow.data.context', d.properties ->> 'dataset_schema' FROM mlops.edge AS e
            JOIN mlops.artifact AS a USING (artifact_id) JOIN mlops.imported AS i ON i.kind = 'input' AND i.run_id = e.run_id AND i.artifact_id = a.artifact_id
            JOIN mlops.imported AS d ON d.kind = 'dataset' AND d.artifact_id = a.artifact_id AND d.id = i.properties ->> 'source_id'
            WHERE e.run_id = %s AND e.direction = 'input' AND a.type = 'dataset'""", run_id)
        same("inputs", sorted(inputs), sorted((d.dataset.name, d.dataset.digest, "s3://data/train.csv", d.tags[0].value, d.dataset.schema) for d in r.inputs.dataset_inputs))
        outputs = sql("""SELECT a.uri FROM mlops.edge AS e JOIN mlops.artifact AS a USING (artifact_id)
            WHERE e.run_id = %s AND e.direction = 'output' AND a.type = 'logged_model'""", run_id)
        same("outputs", sorted(outputs), sorted((f"models:/{m.model_id}",) for m in (r.outputs.model_outputs if r.outputs else [])))
    for m in client.search_logged_models([e.experiment_id for e in experiments]):
        p = imported("logged_model")[m.model_id]
        same("logged model", (p["name"], p["params"], p["tags"], p["model_type"], p["source_run_id"]), (m.name, m.params, m.tags, m.model_type, m.source_run_id))


def compare_models(client, left_out):
    models = {m.name: m for m in client.search_registered_models()}
    known = {r[0]: r[1:] for r in sql("SELECT m.name, m.task, m.description, m.tags, i.properties FROM mlops.model AS m JOIN mlops.imported AS i USING (model_id) WHERE i.kind = 'model'")}
    same("models", sorted(known), sorted(set(models) - left_out))
    same("tasks", sorted((n, k[0]) for n, k in known.items()), [("churn", "binary"), ("delay", "regression")])
    for name, (_, description, tags, p) in known.items():
        m = models[name]
        same("model", (description or None, tags, p["creation_time"]), (m.description or None, m.tags, m.creation_timestamp))
        aliases = dict(sql("SELECT a.alias, v.version::text FROM mlops.alias AS a JOIN mlops.version AS v USING (version_id) JOIN mlops.model AS m ON m.model_id = v.model_id "
                           "WHERE m.name = %s AND a.until IS NULL", name))
        same("aliases", aliases, {a: str(v) for a, v in m.aliases.items()})
        versions = {r[0]: r[1:] for r in sql("""SELECT v.version::text, v.description, v.uri, v.stage, (extract(epoch FROM v.created_at) * 1000)::bigint, r.id, i.properties, v.params, v.tags
            FROM mlops.version AS v JOIN mlops.imported AS i ON i.kind = 'version' AND i.version_id = v.version_id
            LEFT JOIN mlops.imported AS r ON r.kind = 'run' AND r.run_id = v.run_id WHERE i.model_id = mlops.model_id(%s)""", name)}
        there = {str(v.version): v for v in client.search_model_versions(f"name = '{name}'")}
        same("versions", sorted(versions), sorted(there))
        for number, v in there.items():
            description, uri, stage, created, run, p, params, tags = versions[number]
            same("version", (description or None, uri, created, run), (v.description or None, v.source, v.creation_timestamp, v.run_id or None))
            same("tags of version", tags, v.tags)
            same("row of version", (p["tags"], p["current_stage"], p["status"]), (v.tags, v.current_stage, v.status))
            same("stage", stage, {"Production": "staged", "Staging": "staged", "Archived": "retired"}.get(v.current_stage, "registered"))
            if v.run_id and number == "1":
                same("parameters of version", params, client.get_run(v.run_id).data.params)


sql("CREATE EXTENSION IF NOT EXISTS mlops")
sql(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
sql(f"CREATE SCHEMA {SCHEMA}")
if not sql("SELECT 1 FROM pg_roles WHERE rolname = %s", ROLE):
    sql(f"CREATE ROLE {ROLE}")
sql(f"SELECT mlops.grant_use('{ROLE}')")
server, url = start_server()
try:
    client = MlflowClient(url, url)
    churn, runs = fill(client)
    sql(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {ROLE}")
    tables = "experiments,experiment_tags,runs,tags,params,metrics,datasets,inputs,input_tags,logged_models,logged_model_tags,logged_model_params,logged_model_metrics," \
        "registered_models,registered_model_tags,registered_model_aliases,model_versions,model_version_tags"
    sql(f"GRANT SELECT ON {', '.join(SCHEMA + '.' + t for t in tables.split(','))} TO {ROLE}")
    counts = do_import()
    same("first import", (counts["run"], counts["model"], counts["version"], counts["alias"]), ((5, 0, 0), (2, 0, 1), (3, 0, 1), (2, 0, 0)))
    compare_runs(client)
    compare_models(client, {"unknown task"})
    print(f"ok first import: {harness.passed} comparisons", flush=True)
    before = harness.passed
    same("nothing is new", {k: v[:2] for k, v in do_import().items()}, {k: (0, 0) for k in counts})
    change(client, churn, runs)
    counts = do_import()
    same("what changed", (counts["run"], counts["metric"], counts["version"], counts["alias"]), ((1, 4, 0), (2, 0, 0), (1, 2, 1), (0, 2, 0)))
    compare_runs(client)
    compare_models(client, {"unknown task"})
    same("nothing is new after changes", {k: v[:2] for k, v in do_import().items()}, {k: (0, 0) for k in counts})
    print(f"ok import after changes: {harness.passed - before} comparisons", flush=True)
finally:
    os.killpg(server.pid, 15)
for line in harness.failures[:60]:
    print("not ok", line)
print(f"{harness.passed} passed, {len(harness.failures)} failed")
sys.exit(1 if harness.failures else 0)
