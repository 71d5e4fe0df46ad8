"""The pack of docs/bi imported into Superset itself, which runs its charts; the other read by Grafana's schema.

Superset keeps its own tables in SQLite, made once and kept beside its packages.
"""
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

import psycopg2

logging.disable(logging.WARNING)
work = tempfile.mkdtemp()
CONFIG = f"""
SECRET_KEY = "of the test, which nobody else can reach"
SQLALCHEMY_DATABASE_URI = "sqlite:///{work}/superset.db"
WTF_CSRF_ENABLED = TALISMAN_ENABLED = RATELIMIT_ENABLED = CONTENT_SECURITY_POLICY_WARNING = False
LOG_LEVEL = "ERROR"
"""
with open(f"{work}/superset_config.py", "w") as file:
    file.write(CONFIG)
os.environ.update(SUPERSET_HOME=work, SUPERSET_CONFIG_PATH=f"{work}/superset_config.py", FLASK_APP="superset.app:create_app()")
sys.path.append("test/bi")
import fixed  # noqa: E402
import grafana_schema  # noqa: E402

passed = failed = 0
DATABASE = "mlops_bi"
KEPT = f"{sys.prefix}/mlops_superset.db"


def ok(condition, name, detail=""):
    global passed, failed
    passed, failed = passed + bool(condition), failed + (not condition)
    print("ok" if condition else "not ok", "-", name, "" if condition else detail, flush=True)


def connect(role, database=DATABASE):
    connection = psycopg2.connect(user=role, dbname=database)
    connection.autocommit = True
    return connection


def superset_app():
    from superset.app import create_app
    if os.path.exists(KEPT):
        shutil.copy(KEPT, f"{work}/superset.db")
        return create_app()
    app = create_app()
    with app.app_context():
        import flask_migrate
        import superset
        flask_migrate.upgrade(os.path.join(os.path.dirname(superset.__file__), "migrations"))
        superset.appbuilder.add_permissions(update_perms=True)
        superset.security_manager.sync_role_definitions()
        superset.security_manager.add_user("admin", "a", "b", "admin@localhost", superset.security_manager.find_role("Admin"), password="admin")
        superset.db.session.commit()
    shutil.copy(f"{work}/superset.db", f"{KEPT}.new")
    os.rename(f"{KEPT}.new", KEPT)
    return app


def query(params):
    """what Superset's page asks for a chart"""
    time = params.get("x_axis")
    group = [params["groupby"]] if isinstance(params.get("groupby"), str) else params.get("groupby", [])
    simple = [f for f in params["adhoc_filters"] if f["expressionType"] == "SIMPLE"]
    asked = {"filters": [{"col": f["subject"], "op": f["operator"], "val": f["comparator"]} for f in simple], "row_limit": params["row_limit"],
             "time_range": f"{fixed.FROM[:19]} : {fixed.TO[:19]}", "granularity": params.get("granularity_sqla")}
    if params.get("query_mode") == "raw":
        return dict(asked, columns=params["all_columns"], metrics=[], orderby=[json.loads(o) for o in params["order_by_cols"]])
    axis = {"columnType": "BASE_AXIS", "expressionType": "SQL", "sqlExpression": time, "label": time, "timeGrain": params["time_grain_sqla"]}
    return dict(asked, columns=[axis] + group, metrics=[params["metric"]] if "metric" in params else params["metrics"])


def imported(role):
    """the pack as the page on it says: the file of the database names the role and the server"""
    uri = f"postgresql+psycopg2://{role}@/{DATABASE}?" + urllib.parse.urlencode({"host": os.environ["PGHOST"]} | ({"port": os.environ["PGPORT"]} if os.environ.get("PGPORT") else {}))
    pack = f"{work}/{role}/superset"
    shutil.copytree("docs/bi/superset", pack)
    path = f"{pack}/databases/server.yaml"
    with open(path) as file:
        text = file.read()
    with open(path, "w") as file:
        file.write(text.replace("postgresql+psycopg2://dashboards@localhost/postgres", uri))
    subprocess.run([sys.executable, "-m", "zipfile", "-c", f"{work}/{role}.zip", "superset/"], cwd=f"{work}/{role}", check=True)
    done = subprocess.run([f"{sys.prefix}/bin/superset", "import-dashboards", "-p", f"{work}/{role}.zip", "-u", "admin"], capture_output=True, text=True)
    return done.returncode == 0, done.stderr[-3000:]


admin = connect("postgres", "postgres").cursor()
admin.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
admin.execute(f"CREATE DATABASE {DATABASE}")
fixed.make(connect)
app = superset_app()
done, said = imported("bi_reader")
ok(done, "superset import-dashboards", said)
client = app.test_client()
token = client.post("/api/v1/security/login", json={"username": "admin", "password": "admin", "provider": "db"}).json["access_token"]
head = {"Authorization": f"Bearer {token}"}
charts = client.get("/api/v1/dashboard/mlops/charts", headers=head).json["result"]
ok(len(charts) == 10, "the dashboard lists its charts", charts)
for chart in charts:
    params = chart["form_data"]
    number = int(params["datasource"].split("__")[0])
    answer = client.post("/api/v1/chart/data", headers=head, json={"datasource": {"id": number, "type": "table"}, "queries": [query(params)], "result_format": "json", "result_type": "full"})
    result = answer.json.get("result", [{}])[0]
    ok(answer.status_code == 200 and result.get("rowcount", 0) > 0, f"chart {chart['slice_name']}: {result.get('rowcount')} rows", answer.json)
    if chart["slice_name"] == "Which columns moved":
        ok(fixed.NAME in {r["column_name"] for r in result["data"]}, "a name that must be quoted comes through")
datasets = client.get("/api/v1/dataset/", headers=head).json
ok(datasets["count"] == 7, "datasets", datasets)
filters = client.get("/api/v1/dashboard/mlops", headers=head).json["result"]["json_metadata"]
numbers = {c["id"] for c in charts}
excluded = {i for f in json.loads(filters)["native_filter_configuration"] for i in f["scope"]["excluded"]}
ok(excluded and excluded <= numbers, "filters know the charts by their new numbers", (excluded, numbers))
grafana_schema.check(ok)
admin.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
shutil.rmtree(work)
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
