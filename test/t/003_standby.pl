# A hot standby: everything can be read and computed, nothing can be written, no
# process of the scheduler runs; once promoted, the standby carries on.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->append_conf('postgresql.conf', q{
shared_preload_libraries = 'mlops'
max_locks_per_transaction = 256
timezone = 'UTC'
fsync = off
});
$primary->start;

$primary->safe_psql('postgres', q{
	CREATE EXTENSION mlops;
	CREATE ROLE ann LOGIN;
	SELECT mlops.grant_use('ann');
	SELECT mlops.enable_scheduler();
	GRANT ALL ON SCHEMA public TO ann;
	GRANT CREATE ON DATABASE postgres TO ann;
	SET ROLE ann;
	CREATE TABLE p (at timestamptz NOT NULL, x float8, word text, label boolean, score float8);
	INSERT INTO p SELECT '2024-01-01 00:00+00'::timestamptz + i * interval '1 min', i % 900 + (i > 3000)::int * 500, 'w' || i % 7, i % 3 = 0, i % 101 / 101.0
		FROM generate_series(1, 5000) AS i;
	SELECT mlops.start_run('training', 'first', '{"depth": 3}');
	SELECT mlops.log_dataset(1, 'p');
	SELECT mlops.finish_run(1);
	SELECT mlops.start_run('evaluation', 'open', heartbeat => '1 s');
	SELECT mlops.start_upload(2, 'file');
	SELECT mlops.create_model('m', 'binary'), mlops.create_model('unwatched', 'binary');
	SELECT mlops.create_feature_view('fv', 'p', '{word}', 'at', '{x}');
	SELECT mlops.materialize('fv');
	SELECT mlops.create_feature_view('fq', 'SELECT word, at, x FROM p', '{word}', 'at');
	SELECT mlops.training_set('ts', 'SELECT word, at FROM p LIMIT 10', '{fv}', 'at', relation => 'ts');
	SELECT mlops.register_version('m', 1), mlops.register_version('m');
	SELECT mlops.set_alias('m', 'best', 1);
	SELECT mlops.create_endpoint('e');
	SELECT mlops.deploy('m', 1, 'e'), mlops.deploy('m', 2, 'e');
	SELECT mlops.add_gate('m', 'deploy:challenger', '{"lineage": "complete"}');
	RESET ROLE;
	INSERT INTO mlops.approval (version_id, transition, comment, evidence_digest, approved_by, session_name) VALUES (1, 'deploy:champion', 'x', '', 'ann', 'ann');
	SET ROLE ann;
	CREATE SCHEMA old_mlflow
		CREATE TABLE experiments (experiment_id integer)
		CREATE TABLE runs (run_uuid text, name text, status text, start_time bigint)
		CREATE TABLE metrics (run_uuid text, key text, timestamp bigint, step bigint, value float8, is_nan boolean)
		CREATE TABLE registered_models (name text)
		CREATE TABLE model_versions (name text, version integer)
		CREATE TABLE registered_model_aliases (name text, alias text, version integer);
	INSERT INTO old_mlflow.registered_models VALUES ('imported');
	INSERT INTO old_mlflow.model_versions VALUES ('imported', 1);
	SELECT mlops.import_mlflow('old_mlflow', '{"*": "binary"}');
	INSERT INTO old_mlflow.runs VALUES ('a');
	INSERT INTO old_mlflow.registered_models VALUES ('another');
	INSERT INTO old_mlflow.model_versions VALUES ('imported', 2);
	INSERT INTO old_mlflow.registered_model_aliases VALUES ('imported', 'best', 1);
	SELECT mlops.create_monitor('watch', 'p', 'at', model => 'm', label_column => 'label', score_column => 'score', features => '{x,word}', start_at => '2024-01-01',
		end_at => '2024-01-04', schedule => NULL, reference_from => '2024-01-01', reference_to => '2024-01-02', checks => '[{"metric": "psi", "warning": {"above": 0.01}}]');
});
ok($primary->poll_query_until('postgres', q{SELECT count(*) = 3 FROM mlops.run_history WHERE state = 'succeeded'}), 'the primary ran the monitor');
$primary->safe_psql('postgres', q{
	SET ROLE ann;
	SELECT mlops.exclude_windows('watch', '2023-01-01', '2023-01-02', 'before it began');
	BEGIN;
	SELECT mlops.monitor_feature_view('fv', true, '{"start_at": "2024-01-01", "end_at": "2024-01-02"}');
	SELECT mlops.pause('fv@1');
	COMMIT;
	RESET ROLE;
	INSERT INTO mlops.label_window (monitor_id, window_lo, window_hi, evaluated_at, state, n_labellable, n_labelled, expected, ages, labelled)
	VALUES (1, '2024-01-01', '2024-01-02', now(), 'final', 1, 1, 1, '{1 day}', '{1}')});

$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby);
is($standby->safe_psql('postgres', 'SELECT pg_is_in_recovery()'), 't', 'the standby is one');

# a run whose heart-beats ceased is lost, here as there, before the two are compared
ok($standby->poll_query_until('postgres', q{SELECT status = 'lost' FROM mlops.run_detail WHERE run_id = 2}), 'a run is lost');

# --- everything can be read: all tables and views, and what is computed from them
my $relations = $primary->safe_psql('postgres', q{
	SELECT string_agg(format('SELECT %L, count(*), md5(coalesce(string_agg(t::text, '','' ORDER BY t::text COLLATE "C"), '''')) FROM %s AS t', c.oid::regclass, c.oid::regclass), ' UNION ALL ' ORDER BY c.oid)
	FROM pg_class AS c WHERE c.relnamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND c.relkind IN ('r', 'v')}) . ' ORDER BY 1';
my $computed = q{
	SET ROLE ann;
	SET force_parallel_mode_of_this_server = on;
	SELECT mlops.roc_auc(label, score), mlops.f1_score(label, score > 0.5), mlops.log_loss(label, score), mlops.rmse(x, score),
		   mlops.psi(x, at > '2024-01-02'), (mlops.ks_test(x, at > '2024-01-02')).p_value, mlops.fingerprint(p), mlops.quantile(mlops.profile(x), 0.3) FROM p;
	SELECT column_x, column_y, correlation FROM mlops.correlation_matrix('p', '{x,score}');
	SELECT t.column_name, mlops.psi(t.profile, (SELECT mlops.profile(x) FROM p WHERE at > '2024-01-03')) FROM mlops.training_profiles('m', 1) AS t WHERE t.column_name = 'x';
	SELECT column_name, mlops.mean(mlops.merge(summary)::mlops.profile) FROM mlops.window_summary WHERE kind = 'profile' GROUP BY 1 ORDER BY 1;
	SELECT depth, type, name FROM mlops.descendants('p'::regclass);
	SELECT mlops.lineage_mermaid('run:1');
	SELECT role, version FROM mlops.deployed_at('e');
	SELECT name, version, value FROM mlops.search_versions('m'); SELECT * FROM mlops.version_of('models:/m@best'); SELECT section, name, same FROM mlops.compare_versions('m', 1, 2);
	SELECT mlops.version_by_alias('m', 'best'), mlops.live_version('e'), mlops.run_params(1);
	SELECT * FROM mlops.windows(1);
	SELECT event, column_name FROM mlops.alerts_since() ORDER BY 1, 2;
	SELECT name, type::regtype FROM mlops_internal.query_columns('SELECT * FROM public.p')};
my $parallel = $primary->safe_psql('postgres', 'SHOW server_version_num') >= 160000 ? 'debug_parallel_query' : 'force_parallel_mode';
$computed =~ s/force_parallel_mode_of_this_server/$parallel/;
$computed .= '; SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0; SELECT mlops.average_precision(label, score) FROM p';
is($standby->safe_psql('postgres', $relations), $primary->safe_psql('postgres', $relations), 'tables and views show the same');
is($standby->safe_psql('postgres', $computed), $primary->safe_psql('postgres', $computed), 'aggregates and functions say the same');
is($standby->safe_psql('postgres', 'SELECT preloaded, launcher_pid, enabled, active FROM mlops.scheduler_status()'), 't||t|f', 'the scheduler is enabled, and does not run');
is($standby->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'mlops %'}), '0', 'it has no process');

# --- nothing can be written: each writer, called so that it would succeed here
my @writers = (
	q{SELECT mlops.start_run('training')}, q{SELECT mlops.finish_run(2)}, q{SELECT mlops.fail_run(2, 'x')},
	q{SELECT mlops.heartbeat(2)}, q{SELECT mlops.end_lost_runs()}, q{SELECT mlops.set_run_tags(2, '{}')}, q{SELECT mlops.log_points(2, '{a}', '{1}')},
	q{SELECT mlops.store_artifact(2, 'a', '')}, q{SELECT mlops.start_upload(2, 'a')}, q{SELECT mlops.append_upload((SELECT artifact_id FROM mlops.artifact WHERE type = 'upload'), '')},
	q{SELECT mlops.finish_upload((SELECT artifact_id FROM mlops.artifact WHERE type = 'upload'))},
	q{SELECT mlops.import_gto('https://h/r', jsonb_build_array(jsonb_build_object('tag', 'm@v1.0.0', 'commit', repeat('a', 40))))},
	q{SELECT mlops_internal.note_gto_tag('m', 1, 'r', '{"tag": "t", "commit": "c"}', '{}', 'create')},
	q{SELECT mlops_internal.apply_gto_tag('m', 'r', '{"tag": "t", "commit": "c"}', '{"action": "register"}', '{}')},
	q{SELECT mlops.log_params(2, '{}')}, q{SELECT mlops.log_param(2, 'a', 1)}, q{SELECT mlops.log_param(2, 'a', 'b'::text)},
	q{SELECT mlops.log_metric(2, 'a', 1)}, q{SELECT mlops.log_metrics(2, '{}')}, q{SELECT mlops.log_artifact(2, 'a')},
	q{SELECT mlops.log_dataset(2, 'p')}, q{SELECT mlops.log_dataset(2, query => 'SELECT 1', name => 'q')}, q{SELECT mlops.log_profiles(2, 1, '{}')},
	q{SELECT mlops.capture_run(2)}, q{SELECT mlops_internal.note_open_run(2)}, q{SELECT mlops_internal.log_captured(2, '[]', mlops_internal.caller())},
	q{SELECT mlops.import_mlflow('old_mlflow')}, q{SELECT mlops_internal.begin_import('mlflow', 'x', NULL, mlops_internal.caller())},
	q{SELECT mlops_internal.import_mlflow_kind(1, 'old_mlflow', 'run')}, q{SELECT mlops_internal.import_mlflow_runs(1, '[]', mlops_internal.caller())},
	q{SELECT mlops_internal.import_mlflow_points(1, 'old_mlflow')}, q{SELECT mlops_internal.import_mlflow_metrics(1, '{}', '{}', '{}', '{}', '{}', mlops_internal.caller())},
	q{SELECT mlops_internal.count_mlflow_metrics(1, mlops_internal.caller())}, q{SELECT mlops_internal.import_mlflow_rows(1, 'alias', '[]', mlops_internal.caller())},
	q{SELECT mlops_internal.import_mlflow_models(1, 'old_mlflow', '{"*": "binary"}', NULL)}, q{SELECT mlops_internal.import_mlflow_model(1, 'm', '{}', mlops_internal.caller())},
	q{SELECT mlops_internal.import_mlflow_versions(1, 'old_mlflow')}, q{SELECT mlops_internal.import_mlflow_version(1, 'm', '{}', mlops_internal.caller())},
	q{SELECT mlops_internal.import_mlflow_aliases(1, 'old_mlflow')}, q{SELECT mlops_internal.forget_mlflow_alias(1, 'x', mlops_internal.caller())},
	q{SELECT mlops.import_openlineage('{"eventTime": "2026-01-02T10:00:00Z", "run": {"runId": "0176a8c2-fe01-7439-87e6-56a1a1b4029f"}, "job": {"namespace": "a", "name": "b"}}')},
	q{SELECT mlops.create_feature_view('fv2', 'p', '{label}', 'at', '{x}')}, q{SELECT mlops.drop_feature_view('fv')}, q{SELECT mlops.training_set('ts2', 'p', '{fv}', 'at', relation => 'ts2')},
	q{SELECT mlops.materialize('fv')}, q{SELECT mlops_internal.begin_materialize('fv', 1, 'x', mlops_internal.caller())},
	q{SELECT mlops_internal.finish_materialize(feature_view_version_id, now(), 1, mlops_internal.caller()) FROM mlops.feature_online},
	q{SELECT mlops_internal.create_online_table('x', 'fv', d) FROM mlops.feature_view_version AS d}, q{SELECT mlops_internal.log_view_version(2, 'fv', d) FROM mlops.feature_view_version AS d},
	q{SELECT mlops_internal.log_online_table('fv_online_1', 'fv', d, NULL) FROM mlops.feature_view_version AS d},
	q{SELECT mlops.monitor_feature_view('fv', given => '{"name": "another"}')}, q{SELECT mlops_internal.watch_feature_view('watch', 'fv@1', true, mlops_internal.caller())},
	q{SELECT mlops_internal.watched_relation('fq', d, 'rows_of_fq', 'public') FROM mlops.feature_view_version AS d WHERE d.source LIKE 'SELECT%'},
	q{SELECT mlops_internal.materialize_watched(jsonb_populate_record(NULL::mlops.monitor_run, jsonb_build_object('monitor_id', monitor_id, 'due_at', now(), 'claimed_at', now()))) FROM mlops.monitor_version WHERE materialize},
	q{SELECT mlops.drop_training_set('ts')}, q{SELECT mlops_internal.store_feature_view('fv2', 'feature', NULL, NULL, '{}', '{}', NULL, mlops_internal.caller())},
	q{SELECT mlops_internal.store_training_set(t, mlops_internal.caller()) FROM mlops.training_set AS t}, q{SELECT mlops_internal.log_training(t, 'public') FROM mlops.training_set AS t},
	q{SELECT mlops.create_model('n', 'binary')}, q{SELECT mlops.register_version('m')}, q{SELECT mlops.set_stage('m', 1, 'staged')},
	q{SELECT mlops.set_alias('m', 'best', 2)}, q{SELECT mlops.delete_alias('m', 'best')}, q{SELECT mlops.create_endpoint('f')},
	q{SELECT mlops.deploy('m', 1, 'e')}, q{SELECT mlops.undeploy('e')}, q{SELECT mlops.rollback('e')}, q{SELECT mlops.log_version(2, 'm', 1)},
	q{SELECT mlops.record_predictions('m', 1, 'p')}, q{SELECT mlops.create_monitor('w', 'p', 'at')}, q{SELECT mlops.alter_monitor('watch', '{"min_rows": 31}')},
	q{SELECT mlops.drop_monitor('watch')}, q{SELECT mlops.evaluate('watch', '2024-01-01', '2024-01-02')}, q{SELECT mlops.evaluate(1, '2024-01-01', '2024-01-02')},
	q{SELECT mlops.backfill('watch')}, q{SELECT mlops_internal.store_baseline(1, 1, '{}')}, q{SELECT mlops_internal.store_window(1, 1, '2024-01-01', '2024-01-02', '{}')},
	q{SELECT mlops.record_failure(1, '2024-01-01', '2024-01-02', '42P01', 'x')}, q{SELECT mlops.ack(1)}, q{SELECT mlops.silence(1, now() + interval '1 day')},
	q{SELECT mlops.resolve(1)}, q{SELECT mlops.apply_alerts(1, '2024-01-01', '2024-01-02')}, q{SELECT mlops.send_outbox()},
	q{SELECT mlops_internal.finish_claim(1, 1, 0)}, q{SELECT mlops_internal.fail_claim(1, 1, '42P01', 'x')}, q{SELECT mlops_internal.claim_run(now())}, q{SELECT mlops_internal.claim_now(1, now())},
	q{SELECT mlops.run_now('watch')}, q{SELECT mlops.pause('watch')}, q{SELECT mlops.resume('watch')}, q{CALL mlops.run_due()},
	q{SELECT mlops.alter_owner('model', 'm', 'ann')}, q{SELECT mlops.grant_read('ann', 'ann')}, q{SELECT mlops.revoke_read('ann', 'ann')},
	q{SELECT mlops.add_silence('[{"label": "monitor", "op": "=", "value": "m"}]', now() + interval '1 day', 'x')}, q{SELECT mlops.end_silence(1)},
	q{SELECT mlops.add_inhibition('[{"label": "metric", "op": "=", "value": "a"}]', '[{"label": "metric", "op": "=", "value": "b"}]')}, q{SELECT mlops.drop_inhibition(1)},
	q{SELECT mlops.add_route('{hook}', '[{"label": "cause", "op": "!=", "value": ""}]', owner => 'ann')}, q{SELECT mlops.alter_route(1, '{}')}, q{SELECT mlops.drop_route(1)},
	q{SELECT mlops.ack_incident(1)}, q{SELECT mlops.silence_incident(1, now() + interval '1 day')}, q{SELECT mlops.resolve_incident(1)}, q{SELECT mlops.accept_incident(1)},
	q{SELECT mlops.add_holiday('c', '2024-01-01', 'x')}, q{SELECT mlops.drop_holiday('c', '2024-01-01')},
	q{SELECT mlops.exclude_windows('watch', '2024-01-01', '2024-01-02', 'x')}, q{SELECT mlops.include_windows(1)},
	q{SELECT mlops.restate('watch', '2024-01-01', '2024-01-05')}, q{SELECT mlops.prune('watch')}, q{SELECT mlops_internal.prune_own(now())},
	q{SELECT mlops.monitor_model('unwatched', 'p', given => '{"name": "x", "label_column": "label", "score_column": "score"}', now => '2024-01-05')},
	q{SELECT mlops_internal.create_suggested('m', '{"name": "x", "relation": "public.p", "timestamp_column": "at"}', 'ann')},
	q{SELECT mlops_internal.choose_checks('watch', '[{"metric": "psi"}]')}, q{SELECT mlops.backtest('watch', '[{"metric": "psi", "warning": {"above": 0.1}}]')}, q{SELECT mlops.suggest_checks('watch')}, q{SELECT mlops_internal.judge_past('watch', now())},
	q{SELECT mlops_internal.evaluate_window(1, '2024-01-01', '2024-01-02', now(), false)}, q{SELECT mlops_internal.evaluate_run(1)},
	q{SELECT mlops_internal.evaluate_windows(m, v, '{2024-01-01,2024-01-02}', now()) FROM mlops.monitor AS m, mlops.monitor_version AS v},
	q{SELECT mlops_internal.evaluate_labels(m, v, '2024-01-01', '2024-01-02', now()) FROM mlops.monitor AS m, mlops.monitor_version AS v},
	q{SELECT mlops_internal.store_bin_scores(1, 1, '{x}', '{NULL}', 1)}, q{SELECT mlops_internal.store_comparisons(1, 1, '2024-01-01', '2024-01-02', NULL)},
	q{SELECT mlops_internal.store_slice_values(1, 1, '{"(word,w1,1)"}')},
	q{SELECT mlops.set_description('m', 'x')}, q{SELECT mlops.set_tags('m', '{"a": 1}')}, q{SELECT mlops.rename_model('m', 'n')},
	q{SELECT mlops.archive_model('m')}, q{SELECT mlops.delete_model('m')}, q{SELECT mlops.restore_model('m')}, q{SELECT mlops.delete_version('m', 1)},
	q{SELECT mlops.log_evaluation('m', 1, 'p', 'p', '{at}', 'label', 'score')},
	q{SELECT mlops_internal.store_evaluation(2, 'm', 1, 1, 'p', '{at}', '{}', 0.5, '{}', mlops_internal.caller())},
	q{SELECT mlops.add_gate('m', 'deploy:shadow', '{"lineage": "complete"}')}, q{SELECT mlops.alter_gate(1, '{"enabled": false}')}, q{SELECT mlops.drop_gate(1)},
	q{SELECT mlops.approve('m', 1, 'deploy:champion', 'x')}, q{SELECT mlops.revoke_approval(1)}, q{SELECT * FROM mlops.promote('m', 1, 'e')},
	q{SELECT mlops.restore_version('m', 1)}, q{SELECT mlops.grant_model('m', 'ann')}, q{SELECT mlops.revoke_model('m', 'ann')},
	q{SELECT mlops.retry('watch')}, q{SELECT mlops.enable_scheduler()}, q{SELECT mlops.disable_scheduler()});
my %tried;
foreach my $writer (@writers)
{
	my $user = $writer =~ /_scheduler/ ? '' : ' user=ann';
	my ($rc, $out, $err) = $standby->psql('postgres', "\\set VERBOSITY sqlstate\n$writer", connstr => $standby->connstr('postgres') . $user);
	like($err, qr/ERROR:  25006/, $writer);
	$tried{$1} = 1 if $writer =~ /mlops(?:_internal)?\.(\w+)/;
}
# opened with the writers, and only read
my %reads = map { $_ => 1 } qw(route_for frozen_members version_members read_windows usual_settings);
is(join(', ', grep { !$tried{$_} && !$reads{$_} } split /\n/, $standby->safe_psql('postgres', q{SELECT DISTINCT proname FROM pg_proc WHERE oid IN (SELECT mlops_internal.usable_functions()) ORDER BY 1})),
	'', 'no writer was left out');
is($standby->safe_psql('postgres', $relations), $primary->safe_psql('postgres', $relations), 'nothing has changed');

# --- promoted, it carries on where the primary stopped, once
$primary->stop('immediate');
$standby->promote;
$standby->safe_psql('postgres', q{SET ROLE ann; SELECT mlops.alter_monitor('watch', '{"end_at": "2024-01-05"}')});
ok($standby->poll_query_until('postgres', q{SELECT count(*) = 4 FROM mlops.run_history WHERE state = 'succeeded'}), 'the promoted standby runs the next window');
is($standby->safe_psql('postgres', 'SELECT count(*), sum(attempt) FROM mlops.run_history'), '4|4', 'and no other again');
is($standby->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'mlops launcher'}), '1', 'by one launcher');
is($standby->safe_psql('postgres', q{SET ROLE ann; SELECT mlops.register_version('m')}), '3', 'the registry takes the next version');

$standby->stop;
done_testing();
