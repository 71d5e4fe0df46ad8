"""Compare mlops.openlineage_events with the schema of OpenLineage 2-0-2.

The schema is written down here as far as events of runs and the facets that mlops makes
go; a facet that is not written down fails.
"""
import json

from harness import check, cursor, rows

try:
    import jsonschema
except ImportError:
    jsonschema = None
    print("########## SKIPPED: python3-jsonschema is not installed, OpenLineage's schema was NOT compared with ##########")

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
URI = {"type": "string", "format": "uri", "pattern": r"^[a-z]+://\S+$"}
FACET = {"type": "object", "required": ["_producer", "_schemaURL"], "properties": {"_producer": URI, "_schemaURL": URI}}


def facet(name, of, required, **properties):
    url = f"https://openlineage.io/spec/facets/{of}/{name}.json#/$defs/{name}"
    return {"allOf": [FACET, {"required": required, "properties": {"_schemaURL": {"const": url}, **properties}}]}


OWN = {"allOf": [FACET, {"properties": {"_schemaURL": {"const": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/BaseFacet"}}}]}


def facets(**known):
    return {"type": "object", "properties": {"mlops": OWN, **known}, "additionalProperties": False}


FIELDS = {"type": "array", "items": {"type": "object", "required": ["name"], "properties": {"name": TEXT, "type": TEXT}}}


def dataset(**more):
    return {"type": "object", "required": ["namespace", "name"], "additionalProperties": False, "properties": {
        "namespace": TEXT, "name": {"type": "string", "minLength": 1}, "facets": facets(
            schema=facet("SchemaDatasetFacet", "1-2-0", [], fields=FIELDS),
            version=facet("DatasetVersionDatasetFacet", "1-0-1", ["datasetVersion"], datasetVersion=TEXT)), **more}}


RUN_EVENT = {
    "type": "object", "additionalProperties": False, "required": ["eventTime", "producer", "schemaURL", "run", "job"], "properties": {
        "eventTime": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$"},
        "producer": URI, "schemaURL": {"const": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"},
        "eventType": {"enum": ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]},
        "run": {"type": "object", "required": ["runId"], "additionalProperties": False, "properties": {
            "runId": {"type": "string", "pattern": r"^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"},
            "facets": facets(errorMessage=facet("ErrorMessageRunFacet", "1-0-1", ["message", "programmingLanguage"], message=TEXT, programmingLanguage=TEXT))}},
        "job": {"type": "object", "required": ["namespace", "name"], "additionalProperties": False, "properties": {
            "namespace": TEXT, "name": TEXT, "facets": facets(
                jobType=facet("JobTypeJobFacet", "2-0-4", ["processingType", "integration"], processingType=TEXT, integration=TEXT, jobType=TEXT),
                sourceCodeLocation=facet("SourceCodeLocationJobFacet", "1-1-0", ["type", "url"], type=TEXT, url=URI, repoUrl=TEXT, path=TEXT, version=TEXT))}},
        "inputs": {"type": "array", "items": dataset(inputFacets=facets(
            dataQualityMetrics=facet("DataQualityMetricsInputDatasetFacet", "1-0-3", ["columnMetrics"], rowCount=NUMBER, columnMetrics={"type": "object"})))},
        "outputs": {"type": "array", "items": dataset(outputFacets=facets(
            outputStatistics=facet("OutputStatisticsOutputDatasetFacet", "1-0-2", [], rowCount=NUMBER)))}}}

if jsonschema:
    cursor.execute("""
        BEGIN;
        CREATE TABLE public.openlineage_rows AS SELECT i AS id, i % 7 AS "odd name" FROM generate_series(1, 50) AS i;
        DO $$
        DECLARE
            run bigint := mlops.start_run('training', 'odd "name" ü', '{"lr": 0.1}', git_repo => 'https://git.example.org/x', git_commit => 'abcdef1', git_path => 'a/b.py');
        BEGIN
            PERFORM mlops.log_dataset(run, 'public.openlineage_rows');
            PERFORM mlops.log_dataset(run, 'public.openlineage_rows', 'output');
            PERFORM mlops.log_artifact(run, 'm.bin', 'model_file', uri => 's3://bucket/dir/m.bin', digest => 'sha256:1');
            PERFORM mlops.log_artifact(run, NULL, 'file', uri => 's3://bucket');
            PERFORM mlops.log_artifact(run, 'plain', 'file', properties => '{"rows": "many", "columns": "some"}');
            PERFORM mlops.log_metrics(run, '{"auc": 0.5, "x": "NaN"}');
            PERFORM mlops.finish_run(run);
            PERFORM mlops.fail_run(mlops.start_run('evaluation', git_repo => 'no URL'), 'out of memory');
            PERFORM mlops.start_run('batch_prediction');
        END $$""")
    validator = jsonschema.Draft7Validator(RUN_EVENT)
    events = rows("SELECT event FROM mlops.openlineage_events()")
    check("openlineage_events", "events", len(events) >= 5, 1)
    for (event,) in events:
        problems = [f"{'/'.join(map(str, e.path))}: {e.message}" for e in validator.iter_errors(event)]
        check("openlineage_events", f"{event['eventType']} of {event['job']['name']} {json.dumps(problems[:3])}", len(problems), 0)
    # what goes out comes in again: the same places, types and states
    cursor.execute("""CREATE TEMP TABLE again AS SELECT e.run_id, mlops.import_openlineage(jsonb_set(e.event, '{run,runId}',
        to_jsonb(md5('again' || e.run_id)::uuid))) AS copy FROM mlops.openlineage_events() AS e, mlops.run AS r WHERE r.run_id = e.run_id AND r.kind <> 'deployment'""")
    edges = """SELECT count(*) FROM again AS x JOIN mlops.edge AS e ON e.run_id = x.{} JOIN mlops.artifact AS a USING (artifact_id) WHERE a.relation = 'public.openlineage_rows'"""
    check("import_openlineage", "edges of relations", rows(edges.format("copy"))[0][0], rows(edges.format("run_id"))[0][0])
    check("import_openlineage", "states of runs", rows("""SELECT count(*) FROM again AS x JOIN mlops.run AS r ON r.run_id = x.run_id JOIN mlops.run AS c ON c.run_id = x.copy
        WHERE r.status <> c.status OR r.kind <> c.kind OR abs(extract(epoch FROM r.ended_at - c.ended_at)) > 0""")[0][0], 0)
    cursor.execute("ROLLBACK")
