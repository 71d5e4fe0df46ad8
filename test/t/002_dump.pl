# Dump and restore: every row of every table comes back, numbers go on where they
# were, nothing runs and nobody is told anything by the restore.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('dump');
$node->init(extra => ['--encoding=UTF8', '--locale=C']);
$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'mlops'
timezone = 'UTC'
fsync = off
});
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE main');

# Something in every table, through the functions that users call; names that
# need quotes, NaN and infinities, profiles that are exact and that are not.
$node->safe_psql('main', q{
	CREATE EXTENSION mlops;
	CREATE ROLE ann LOGIN;
	CREATE ROLE looker;
	SELECT mlops.grant_use('ann');
	SELECT mlops.enable_scheduler();
	CREATE SCHEMA "the ""App""";
	GRANT ALL ON SCHEMA "the ""App""" TO ann;
	SELECT mlops.grant_read('looker', 'ann');
	SELECT mlops.set_host_pattern('git.example.org', '{repo}/c/{c}', NULL), mlops.set_host_pattern('github.com', '{repo}/mine/{c}', NULL);
	SET ROLE ann;
	CREATE TABLE "the ""App"""."pre diction" (at timestamptz NOT NULL, "fea'ture" float8, word text, label boolean, score float8);
	INSERT INTO "the ""App"""."pre diction"
		SELECT '2024-01-01 00:00+00'::timestamptz + i * interval '1 min',
			   CASE i % 1000 WHEN 0 THEN 'NaN' WHEN 1 THEN 'Infinity' ELSE (i * 7919 % 20011)::float8 + (i > 8000)::int * 9000 END,
			   'w' || i * 31 % 5003, i % 3 = 0, (i * 7919 % 20011) / 20011.0
		FROM generate_series(1, 14000) AS i;
	SELECT mlops.start_run('training', E'run "1" \u00e9', '{"depth": 3, "note": "a\\\\b\t"}', git_commit => 'abcdef0');
	SELECT mlops.log_metrics(1, '{"auc": 0.7, "odd": "NaN", "top": "Infinity"}');
	SELECT mlops.log_dataset(1, '"the ""App"""."pre diction"');
	SELECT mlops.log_dataset(1, query => 'SELECT 1 AS x, ''{}''::json AS j', name => 'query');
	SELECT mlops.store_artifact(1, 'notes', convert_to(repeat('note', 300000), 'UTF8'));
	SELECT mlops.finish_run(1);
	SELECT mlops.create_model('m', 'binary', tags => '{"a": [1, null]}');
	SELECT mlops.register_version('m', 1), mlops.register_version('m');
	SELECT mlops.set_stage('m', 1, 'staged', 'why');
	SELECT mlops.set_alias('m', 'best', 1), mlops.set_alias('m', 'best', 2);
	SELECT mlops.create_endpoint('e');
	SELECT mlops.deploy('m', 1, 'e'), mlops.deploy('m', 2, 'e', traffic => 0.5);
	SELECT mlops.rollback('e');
	SELECT mlops.log_evaluation('m', 1, '"the ""App"""."pre diction"', '"the ""App"""."pre diction"', '{at}', 'label', 'score', slices => '{label}');
	SELECT mlops.add_gate('m', 'alias:"x"', '{"any": [{"metric": "roc_auc", "at_least": 0}, {"approvals": 1}]}', override_role => 'ann');
	SELECT mlops.promote('m', 1, role => '"x"');
	RESET ROLE;
	INSERT INTO mlops.approval (version_id, transition, comment, evidence_digest, approved_by, session_name) VALUES (1, 'deploy:champion', 'x', '\\\\x00', 'ann', 'ann');
	SET ROLE ann;
	SELECT mlops.set_description('m', E'a "model"\n'), mlops.set_tags('m', '{"a": null, "b": "\\u00e9"}', 2), mlops.grant_model('m', 'looker');
	SELECT mlops.import_gto('https://github.com/o/n', jsonb_build_array(jsonb_build_object('tag', 'm@v1.0.0', 'commit', repeat('a', 40))));
	SELECT mlops.create_feature_view('f "1"', '"the ""App"""."pre diction"', '{word}', 'at', ARRAY['fea''ture']::name[], ttl => '1 day');
	SELECT mlops.create_feature_view('l', '"the ""App"""."pre diction"', '{word}', 'at', '{label}', role => 'label', horizon => '1 day', absent => '{"label": false}');
	SELECT mlops.training_set('t', 'SELECT word, at FROM "the ""App"""."pre diction" LIMIT 50', ARRAY['f "1"', 'l'], 'at', as_of => '2024-03-01', relation => '"the ""App"""."t 1"', split => '{"by": ["word"], "test": 0.5}');
	SELECT mlops.materialize('f "1"', '2024-01-05', relation => '"the ""App"""."f online"');
	SELECT mlops.create_monitor('watch', '"the ""App"""."pre diction"', 'at', model => 'm', label_column => 'label', score_column => 'score',
		features => ARRAY['fea''ture', 'word']::name[], start_at => '2024-01-01', end_at => '2024-01-10', schedule => NULL,
		reference_from => '2024-01-01', reference_to => '2024-01-03', checks => '[{"metric": "psi", "warning": {"above": 0.01}}]');
	BEGIN;
	SELECT mlops.monitor_feature_view('f "1"', true, '{"start_at": "2024-01-01", "end_at": "2024-01-02"}');
	SELECT mlops.pause('f "1"@1');
	COMMIT;
});
ok($node->poll_query_until('main', q{SELECT count(*) = 9 FROM mlops.run_history WHERE state = 'succeeded'}), 'all windows were evaluated');
$node->safe_psql('main', q{SET ROLE ann; SELECT mlops.ack(min(alert_id), 'seen') FROM mlops.open_alert; SELECT mlops.alter_monitor('watch', '{"min_rows": 40}')});
$node->safe_psql('main', q{
	SET ROLE ann;
	SELECT mlops.import_openlineage('{"eventType": "COMPLETE", "eventTime": "2026-01-02T10:00:00Z", "run": {"runId": "0176a8c2-fe01-7439-87e6-56a1a1b4029f"},
		"job": {"namespace": "air \"flow\"", "name": "load"}, "inputs": [{"namespace": "s3://bucket", "name": "raw.csv"}]}');
	SELECT mlops.add_silence('[{"label": "monitor", "op": "=", "value": "another"}]', now() + interval '1 day', 'known');
	SELECT mlops.add_inhibition('[{"label": "metric", "op": "=", "value": "psi"}, {"label": "column", "op": "=", "value": "a"}]', '[{"label": "metric", "op": "=", "value": "psi"}, {"label": "column", "op": "=", "value": "b"}]');
	RESET ROLE;
	INSERT INTO mlops.accepted_change (monitor_id, metric, since, upto, incident_id, accepted_by) SELECT monitor_id, 'psi', onset_lo, last_window_hi, incident_id, 'ann' FROM mlops.incident LIMIT 1;
	INSERT INTO mlops_internal.pending_alert (observation_id, monitor_id, n_bad, n_needed, since) SELECT observation_id, monitor_id, 1, 2, window_lo FROM mlops.observation LIMIT 1;
	SELECT mlops.add_holiday('de', '2024-01-06', 'Epiphany');
	SELECT mlops.exclude_windows('watch', '2023-12-30', '2023-12-31', E'a \u00e9 \\ "reason"');
	INSERT INTO mlops.slice_value (monitor_id, version, slice, value, n) VALUES (1, 1, 'word', NULL, 3), (1, 1, 'word', E'a\tb', 2);
	INSERT INTO mlops.label_window (monitor_id, window_lo, window_hi, evaluated_at, state, n_labellable, n_labelled, expected, ages, labelled)
		VALUES (1, '2024-01-01', '2024-01-02', now(), 'final', 7, 6, 0.9, '{1 day,1 mon}', '{5,6}');
	INSERT INTO mlops_internal.label_watermark VALUES (1, now());
	INSERT INTO mlops.observation_history (observation_id, value, version, known) SELECT observation_id, 'NaN', 1, tstzrange(window_lo, window_hi) FROM mlops.observation LIMIT 1;
	INSERT INTO mlops.column_bins (monitor_id, version, column_name, bins, class, n_windows) VALUES (1, 1, 'word', '{"categories": ["a", null]}', 'ordinary', 3);
	INSERT INTO mlops.window_bins (monitor_id, version, window_lo, window_hi, column_name, counts) VALUES (1, 1, '2024-01-01', '2024-01-02', 'word', '{1,2.5}');
	INSERT INTO mlops.version_comparison (monitor_id, version, window_lo, window_hi, metric, version_a, version_b, difference)
		VALUES (1, 1, '2024-01-01', '2024-01-02', 'accuracy', '1', '2', '-Infinity');
	SELECT mlops.add_route('{hook}', '[{"label": "cause", "op": "!=", "value": ""}]', quiet_hours => '{"from": "22:00", "to": "07:00"}', escalate_to => '{lead}', owner => 'ann');
	SELECT mlops_internal.write_notices(i, 'reminder') FROM mlops.incident AS i;
	UPDATE mlops.notice SET not_before = now(), digest = false;
	SELECT mlops.finish_notice(notice_id, 'me', true, receipt => 'thread') FROM mlops.take_notices('hook', 'me', 1)});
ok($node->poll_query_until('main', q{SELECT NOT EXISTS (SELECT FROM mlops_internal.outbox WHERE notified_at IS NULL)}), 'all notices were sent');
$node->safe_psql('main', q{SELECT mlops.disable_scheduler(); SELECT mlops.enable_scheduler()});
ok($node->poll_query_until('main', q{SELECT NOT EXISTS (SELECT FROM mlops_internal.monitor_due WHERE stale OR run_id IS NOT NULL)}), 'the scheduler has nothing left to do');

# What must be equal: the rows of all dumped tables, found in the catalog, and
# whatever is computed from them.
my $tables = $node->safe_psql('main', q{
	SELECT string_agg(format('SELECT %L AS name, count(*) AS n, md5(coalesce(string_agg(t::text, E''\n'' ORDER BY t::text COLLATE "C"), '''')) AS rows FROM %s AS t', c.oid::regclass, c.oid::regclass),
		' UNION ALL ' ORDER BY c.oid)
	FROM pg_extension AS x, unnest(x.extconfig, x.extcondition) AS e (oid, condition) JOIN pg_class AS c USING (oid)
	WHERE x.extname = 'mlops' AND c.relkind = 'r' AND e.condition = ''}) . ' ORDER BY 1';
my $sequences = $node->safe_psql('main', q{
	SELECT string_agg(format('SELECT %L AS name, last_value, is_called FROM %s', c.oid::regclass, c.oid::regclass), ' UNION ALL ' ORDER BY c.oid)
	FROM pg_extension AS x, unnest(x.extconfig) AS e (oid) JOIN pg_class AS c USING (oid)
	WHERE x.extname = 'mlops' AND c.relkind = 'S'}) . ' ORDER BY 1';
my $answers = q{
	SELECT p.column_name, p.note, mlops.quantile(p.profile, 0.3), mlops.n_distinct(p.profile) FROM mlops_internal.dataset_profile AS p ORDER BY artifact_id, place;
	SELECT window_lo, metric, value, verdict FROM mlops.drift_history ORDER BY 1, 2, 3;
	SELECT depth, node_kind, type, name FROM mlops.ancestors('models:/m/1');
	SELECT role, model, version, traffic, since FROM mlops.deployed_at('e');
	SELECT host, commit_url FROM mlops.host_pattern ORDER BY host;
	SELECT conname, convalidated FROM pg_constraint WHERE connamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) ORDER BY 1, conrelid::regclass::text;
	SELECT tablename, policyname, qual FROM pg_policies WHERE schemaname IN ('mlops', 'mlops_internal') ORDER BY 1, 2};
# every foreign key, looked at from the rows that refer: none refers to nothing
my $orphans = $node->safe_psql('main', q{
	SELECT string_agg(format('SELECT %L AS name, count(*) AS n FROM %s AS t WHERE ROW(%s) IS NOT NULL AND NOT EXISTS (SELECT FROM %s AS p WHERE (%s) = (%s))',
			c.conname, c.conrelid::regclass,
			(SELECT string_agg(format('t.%I', a.attname), ', ' ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY AS k (num, n) JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.num),
			c.confrelid::regclass,
			(SELECT string_agg(format('p.%I', a.attname), ', ' ORDER BY k.n) FROM unnest(c.confkey) WITH ORDINALITY AS k (num, n) JOIN pg_attribute AS a ON a.attrelid = c.confrelid AND a.attnum = k.num),
			(SELECT string_agg(format('t.%I', a.attname), ', ' ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY AS k (num, n) JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.num)),
		' UNION ALL ' ORDER BY c.conname)
	FROM pg_constraint AS c WHERE c.connamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND c.contype = 'f'});
my %before = map { $_ => $node->safe_psql('main', $_) } ($tables, $sequences, $answers);
is($node->safe_psql('main', qq{SELECT count(*) FROM ($tables) AS t WHERE n = 0}), '0', 'every table has rows') or diag($before{$tables});

my $references = $node->safe_psql('main', q{SELECT count(*) FROM pg_constraint WHERE connamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND contype = 'f'});
is($node->safe_psql('main', "SELECT count(*), sum(n) FROM ($orphans) AS o"), "$references|0", 'no row refers to one that is not there');
is($node->safe_psql('main', "BEGIN; DELETE FROM mlops_internal.monitor_due; INSERT INTO mlops_internal.monitor_due (monitor_id) VALUES (999); SELECT sum(n) FROM ($orphans) AS o; ROLLBACK"), '1', 'which would be found');

# --- each way of dumping and restoring
my $dir = $node->basedir;
my $one = 0;

sub restored
{
	my ($how, @steps) = @_;
	my $db = 'copy' . ++$one;

	$node->safe_psql('postgres', "CREATE DATABASE $db");
	# whoever listens in the new database hears nothing
	my $listener = $node->background_psql($db, on_error_stop => 1) if $node->can('background_psql') && $one == 1;
	$listener->query_safe('LISTEN mlops_alert') if $listener;
	foreach my $step (@steps)
	{
		my @command = map { s/DB/$db/r } @$step;
		$node->command_ok(\@command, "$how: $command[0]");
	}
	is($node->safe_psql($db, $tables), $before{$tables}, "$how: all rows are there");
	is($node->safe_psql($db, "SELECT count(*), sum(n) FROM ($orphans) AS o"), $references . '|0', "$how: nothing refers to what is not there");
	is($node->safe_psql($db, $sequences), $before{$sequences}, "$how: sequences go on");
	is($node->safe_psql($db, $answers), $before{$answers}, "$how: the same answers");
	is($node->safe_psql($db, 'SELECT enabled, active FROM mlops.scheduler_status()'), 'f|f', "$how: the scheduler is off");
	is($node->safe_psql($db, 'SELECT count(*) FROM mlops_internal.outbox WHERE notified_at IS NULL'), '0', "$how: nothing is to be sent");
	if ($listener)
	{
		unlike($listener->query_safe('SELECT 1'), qr/Asynchronous/, "$how: nobody was told");
		like($listener->query_safe('NOTIFY mlops_alert'), qr/Asynchronous/, "$how: who listens would have heard it");
		$listener->quit;
	}
	return $db;
}

my $c = $node->connstr('main');
$node->command_ok(['pg_dump', '-f', "$dir/plain.sql", $c], 'plain dump');
$node->command_ok(['pg_dump', '-Fc', '-f', "$dir/custom.dump", $c], 'custom dump');
$node->command_ok(['pg_dump', '-Fd', '-j2', '-f', "$dir/directory", $c], 'directory dump by two processes');
unlike(slurp_file("$dir/plain.sql"), qr/\bscheduler_switch\b.*\n\d/, 'whether the scheduler is on is not in the dump');

my $copy = restored('plain', ['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-1', '-d', $node->connstr('DB'), '-f', "$dir/plain.sql"]);
restored('custom', ['pg_restore', '-1', '--exit-on-error', '-d', $node->connstr('DB'), "$dir/custom.dump"]);
# several processes load tables in an order of their own, the largest first
my $parallel = restored('parallel', ['pg_restore', '-j4', '-d', $node->connstr('DB'), "$dir/custom.dump"]);
restored('parallel, from a directory', ['pg_restore', '-j4', '--exit-on-error', '-d', $node->connstr('DB'), "$dir/directory"]);
is($node->safe_psql($parallel, q{SET ROLE ann; SELECT mlops.register_version('m')}), '4', 'parallel: the next version');
restored('schema, then data', map { ['pg_restore', $_, '--exit-on-error', '-d', $node->connstr('DB'), "$dir/custom.dump"] } qw(--schema-only --data-only));
restored('schema, then data in parallel', ['pg_restore', '--schema-only', '-d', $node->connstr('DB'), "$dir/custom.dump"],
	['pg_restore', '--data-only', '-j4', '--exit-on-error', '-d', $node->connstr('DB'), "$dir/custom.dump"]);
restored('schema, then data dumped alone', ['pg_restore', '--schema-only', '-d', $node->connstr('DB'), "$dir/custom.dump"],
	['pg_dump', '--data-only', '-Fc', '-f', "$dir/data.dump", $c], ['pg_restore', '-1', '--exit-on-error', '-d', $node->connstr('DB'), "$dir/data.dump"]);
restored('sections', map { ['pg_restore', "--section=$_", '--exit-on-error', '-d', $node->connstr('DB'), "$dir/custom.dump"] } qw(pre-data data post-data));

# --- the copy is a working registry: numbers follow, monitors run when told to
is($node->safe_psql($copy, q{SET ROLE ann; SELECT mlops.register_version('m')}), '4', 'the next version');
is($node->safe_psql($copy, q{SET ROLE ann; SELECT mlops.start_run('evaluation') > (SELECT max(run_id) FROM mlops.edge)}), 't', 'the next run');
is($node->safe_psql($copy, q{SELECT count(*) FROM mlops.artifact AS a WHERE a.digest = (SELECT mlops.fingerprint(t) FROM "the ""App"""."pre diction" AS t)}), '1',
	'the fingerprint of the copy is that of the original');
my $runs = $node->safe_psql($copy, 'SELECT count(*), sum(attempt) FROM mlops.monitor_run');
$node->safe_psql($copy, q{
	SET ROLE ann;
	SELECT mlops.create_monitor('later', '"the ""App"""."pre diction"', 'at', features => '{word}', start_at => '2024-01-01', end_at => '2024-01-03', schedule => NULL);
	RESET ROLE});
# what the original did not deliver is not given out here, until the copy takes its place: then under keys of its own
my $taken = q{SELECT count(*) > 0, coalesce(bool_and(split_part(key, ':', 3) = (SELECT oid::text FROM pg_database WHERE datname = current_database())), true)
	FROM mlops.take_notices('hook', 'copy')};
is($node->safe_psql($copy, $taken), 'f|t', 'the copy gives out no notices of the original');
$node->safe_psql($copy, 'SELECT mlops.enable_scheduler()');
is($node->safe_psql($copy, $taken), 't|t', 'enabled, it does, under other keys');
ok($node->poll_query_until($copy, q{SELECT count(*) = 2 FROM mlops.run_history WHERE monitor = 'later' AND state = 'succeeded'}), 'enabled, the copy runs what is new');
is($node->safe_psql($copy, q{SELECT count(*), sum(attempt) FROM mlops.run_history WHERE monitor = 'watch'}), $runs, 'and repeats nothing');

# --- a database made from this one as a template is off, too
$node->safe_psql('postgres', q{ALTER DATABASE main ALLOW_CONNECTIONS false});
$node->safe_psql('postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'main'});
ok($node->poll_query_until('postgres', q{SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = 'main')}), 'nobody is in the template');
$node->safe_psql('postgres', 'CREATE DATABASE twin TEMPLATE main');
$node->safe_psql('postgres', q{ALTER DATABASE main ALLOW_CONNECTIONS true; ALTER DATABASE twin ALLOW_CONNECTIONS true});
is($node->safe_psql('twin', 'SELECT enabled FROM mlops.scheduler_status()'), 'f', 'in the twin the scheduler is off');
is($node->safe_psql('twin', $taken), 'f|t', 'and notices are not given out');
is($node->safe_psql('main', $taken), 't|t', 'the original gives them out');
is($node->safe_psql('main', 'SELECT enabled FROM mlops.scheduler_status()'), 't', 'in the original it is on');

# --- row security: a role that sees a part only cannot dump by mistake
$node->safe_psql('main', 'CREATE ROLE reader LOGIN; GRANT pg_read_all_data TO reader');
$node->command_fails_like(['pg_dump', '-U', 'reader', '-f', "$dir/part.sql", $c], qr/row-level security/, 'a dump that would miss rows fails');
$node->safe_psql('main', 'ALTER ROLE reader BYPASSRLS');
$node->command_ok(['pg_dump', '-U', 'reader', '-f', "$dir/all.sql", $c], 'with BYPASSRLS it has all');

$node->stop;
done_testing();
