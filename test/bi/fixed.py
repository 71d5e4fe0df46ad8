"""A monitor that dashboards are tried on: fourteen days of rows, of which the last four are others.

Its names hold what breaks careless quoting.  make(connect) makes it in an empty database; connect(role) gives a connection.
"bi_reader" may see it, "bi_stranger" may not.
"""
NAME = "it's \"x\" <b>"
FROM, TO = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"


def make(connect):
    admin = connect("postgres").cursor()
    admin.execute("CREATE EXTENSION mlops")
    for role in ("bi_owner", "bi_reader", "bi_stranger"):
        admin.execute(f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
    admin.execute("CREATE SCHEMA bi AUTHORIZATION bi_owner")
    admin.execute("SELECT mlops.grant_use('bi_owner')")
    owner = connect("bi_owner").cursor()

    def run(sql, *arguments):
        owner.execute(sql, arguments)

    run("""CREATE TABLE bi.prediction AS
        SELECT at, (i * 7 %% 50 + (at >= '2026-01-11Z')::int * 40)::float8 AS "it's ""x"" <b>", (i * 7919 %% 1000) / 1000.0::float8 AS score,
               CASE WHEN i %% 9 < 8 THEN i * 7919 %% 1000 + i * 31 %% 200 > 550 END AS label, (ARRAY['north', %s])[1 + i %% 2] AS region
        FROM generate_series(0, 14 * 96 - 1) AS i, LATERAL (SELECT '2026-01-01Z'::timestamptz + i * interval '15 min') AS t (at)""", NAME)
    run("SELECT mlops.create_model(%s, 'binary')", NAME)
    run("SELECT mlops.register_version(%s, mlops.start_run('training'))", NAME)
    run("SELECT mlops.create_endpoint(%s), mlops.deploy(%s, 1, %s, reason => %s)", NAME, NAME, NAME, NAME)
    run("""SELECT mlops.create_monitor(%s, 'bi.prediction', 'at', model => %s, label_column => 'label', score_column => 'score',
        features => ARRAY[%s]::name[], slices => '{region}', start_at => '2026-01-01Z', end_at => '2026-01-15Z', reference_from => '2026-01-01Z',
        reference_to => '2026-01-08Z', schedule => NULL, checks => '[{"metric": "psi", "warning": {"above": 0.1}, "critical": {"above": 0.25}},
        {"metric": "roc_auc", "warning": {"below": 0.6}, "critical": {"below_reference": 0.5}}, {"metric": "cbpe_roc_auc"}]')""", NAME, NAME, NAME)
    run("CALL mlops.run_due('2026-01-16Z')")
    run("SELECT mlops.grant_read('bi_reader', 'bi_owner')")
    # what happened now, happened then
    admin.execute("UPDATE mlops.deployment SET since = '2026-01-02Z'; UPDATE mlops.alert_event SET at = '2026-01-12Z'")
