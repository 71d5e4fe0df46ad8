# The server is stopped at once, again and again, while monitors run and many
# sessions write; after each recovery indexes and tables are sound, and the
# database can be dumped.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('crash');
$node->init;
$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'mlops'
timezone = 'UTC'
});
$node->start;
plan skip_all => 'amcheck is not installed' if $node->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'amcheck'}) eq '0';

$node->safe_psql('postgres', q{
	CREATE EXTENSION amcheck;
	CREATE EXTENSION mlops;
	CREATE ROLE ann LOGIN;
	SELECT mlops.grant_use('ann');
	SELECT mlops.enable_scheduler();
	GRANT CREATE ON SCHEMA public TO ann;
	SET ROLE ann;
	CREATE TABLE p AS SELECT '2024-01-01 00:00+00'::timestamptz + i * interval '1 min' AS at, i % 900 + (i > 9000)::int * 500.0 AS x, 'w' || i % 701 AS word FROM generate_series(1, 30000) AS i;
	SELECT mlops.create_monitor('watch', 'p', 'at', features => '{x,word}', granularity => '15 min', start_at => '2024-01-01', end_at => '2024-01-20', schedule => NULL,
		reference_to => '2024-01-05', checks => '[{"metric": "psi", "warning": {"above": 0.1}}]')});

append_to_file($node->basedir . '/writer.sql', q{
	SET ROLE ann;
	DO $$
		DECLARE
			run bigint;
		BEGIN
			FOR i IN 1 .. 100000 LOOP
				run := mlops.start_run('training', 'run');
				PERFORM mlops.log_param(run, 'depth', i), mlops.log_metric(run, 'auc', i), mlops.log_artifact(run, 'model', uri => 'file:' || i);
				PERFORM mlops.finish_run(run);
				COMMIT;
			END LOOP;
		END
	$$});
my $sound = q{
	SELECT count(bt_index_check(c.oid, heapallindexed => true)) FROM pg_class AS c JOIN pg_index AS i ON i.indexrelid = c.oid JOIN pg_class AS t ON t.oid = i.indrelid
	WHERE t.relnamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND c.relam = (SELECT oid FROM pg_am WHERE amname = 'btree');
	SELECT c.relname, v.* FROM pg_class AS c, LATERAL verify_heapam(c.oid, check_toast => true) AS v
	WHERE c.relnamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND c.relkind IN ('r', 'm')};

my $done = 0;
for my $round (1 .. 3)
{
	# the pause after a lost process is not waited for here
	my $runs_again = '';
	for (1 .. 1800)
	{
		$node->safe_psql('postgres', q{UPDATE mlops.monitor_run SET retry_at = now() WHERE state = 'waiting'; UPDATE mlops.monitor SET name = name});
		$runs_again = $node->safe_psql('postgres', qq{SELECT count(*) FILTER (WHERE state = 'succeeded') > $done FROM mlops.monitor_run});
		last if $runs_again eq 't';
		select(undef, undef, undef, 0.1);
	}
	is($runs_again, 't', "round $round: monitors run");
	my @writers = map { IPC::Run::start(['psql', '-X', '-q', '-d', $node->connstr('postgres'), '-f', $node->basedir . '/writer.sql'], '>', \my $out, '2>', \my $err) } 1 .. 2;
	my $runs = $node->safe_psql('postgres', 'SELECT count(*) FROM mlops.run');
	ok($node->poll_query_until('postgres', "SELECT (SELECT count(*) FROM mlops.run) > $runs + 50"),
		"round $round: sessions write");
	$node->stop('immediate');
	$_->finish foreach @writers;
	$node->start;
	my $answer = $node->safe_psql('postgres', $sound);
	like($answer, qr/^\d+$/, "round $round: indexes and tables are sound");
	cmp_ok($answer, '>', 30, "round $round: all of them were looked at");
	$node->command_ok(['pg_dump', '-f', $node->basedir . '/all.sql', $node->connstr('postgres')], "round $round: the database can be dumped");
	$done = $node->safe_psql('postgres', q{SELECT count(*) FROM mlops.monitor_run WHERE state = 'succeeded'});
	is($node->safe_psql('postgres', q{
		SELECT count(*) FROM mlops.monitor_run AS r WHERE state = 'succeeded' AND NOT EXISTS (
			SELECT FROM mlops.observation AS o WHERE o.monitor_id = r.monitor_id AND o.window_lo = r.window_lo)}), '0', "round $round: no window is done without its observations");
	is($node->safe_psql('postgres', q{
		SELECT (SELECT count(*) FROM mlops.param AS x WHERE NOT EXISTS (SELECT FROM mlops.run AS r WHERE r.run_id = x.run_id))
			 + (SELECT count(*) FROM mlops.edge AS x WHERE NOT EXISTS (SELECT FROM mlops.run AS r WHERE r.run_id = x.run_id))}), '0', "round $round: nothing refers to what is not there");
}

$node->stop;
done_testing();
