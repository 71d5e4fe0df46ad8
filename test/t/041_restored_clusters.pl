# Clusters that are made from another one: recovery to a point in the middle of a
# run, and a logical subscriber.  What was running is taken up once, nothing is
# evaluated, opened or told twice.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(has_archiving => 1, allows_streaming => 'logical');
$primary->append_conf('postgresql.conf', q{
shared_preload_libraries = 'mlops'
max_locks_per_transaction = 256
timezone = 'UTC'
fsync = off
});
$primary->start;
$primary->backup('base');

# The second window waits for a lock that an open transaction holds: the run is in
# its middle for as long as we want.
$primary->safe_psql('postgres', q{
	CREATE EXTENSION mlops;
	CREATE ROLE ann LOGIN;
	SELECT mlops.grant_use('ann');
	SELECT mlops.enable_scheduler();
	GRANT CREATE ON SCHEMA public TO ann;
	CREATE TABLE gate (x integer);
	GRANT SELECT ON gate TO ann;
	SET ROLE ann;
	CREATE TABLE p AS SELECT '2024-01-01 00:00+00'::timestamptz + i * interval '1 min' AS at, i % 900 + (i > 1440)::int * 500.0 AS x FROM generate_series(0, 4319) AS i;
	CREATE FUNCTION wait_at_gate() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN LOCK TABLE public.gate IN ACCESS SHARE MODE; RETURN true; END $$;
	CREATE VIEW v AS SELECT at, x FROM p WHERE at < '2024-01-02' OR wait_at_gate();
});
my $gate = IPC::Run::start(['psql', '-X', '-q', '-d', $primary->connstr('postgres')], '<', \my $in, '>', \my $out, '2>', \my $err);
$in .= "BEGIN; LOCK TABLE gate IN ACCESS EXCLUSIVE MODE;\n\\echo locked\n";
$gate->pump until $out =~ /locked/;
$primary->safe_psql('postgres', q{
	SET ROLE ann;
	SELECT mlops.create_monitor('watch', 'v', 'at', features => '{x}', start_at => '2024-01-01', end_at => '2024-01-04', schedule => NULL,
		reference_relation => 'p', reference_to => '2024-01-02', checks => '[{"metric": "psi", "warning": {"above": 0.1}}]')});
ok($primary->poll_query_until('postgres', q{
	SELECT count(*) = 1 FROM mlops.monitor_run AS r JOIN pg_stat_activity AS a ON a.pid = r.holder_pid
	WHERE r.state = 'started' AND a.wait_event_type = 'Lock'}), 'a run is in its middle');
$primary->safe_psql('postgres', q{SELECT pg_create_restore_point('in the middle')});
my $middle = $primary->safe_psql('postgres', q{SELECT state, count(*) FROM mlops.monitor_run GROUP BY 1 ORDER BY 1});
$primary->safe_psql('postgres', 'SELECT pg_switch_wal()');

# --- the primary ends the run; the alert is there once
$in .= "COMMIT;\n\\q\n";
$gate->finish;
ok($primary->poll_query_until('postgres', q{SELECT count(*) = 3 FROM mlops.monitor_run WHERE state = 'succeeded'}), 'the primary ran all windows');
my $results = q{
	SELECT window_lo, column_name, metric, value, verdict FROM mlops.observation ORDER BY 1, 2, 3;
	SELECT event, severity, window_lo, value FROM mlops.alert_event ORDER BY event_id;
	SELECT count(*) FROM mlops.alert;
	SELECT window_lo, column_name, kind, summary::text FROM mlops.window_summary ORDER BY 1, 2, 3;};
my $expected = $primary->safe_psql('postgres', $results);
like($expected, qr/^opened\|warning/m, 'with an alert');

# --- a cluster recovered to the middle: the run's process is gone, so it is taken up again, once
my $recovered = PostgreSQL::Test::Cluster->new('recovered');
$recovered->init_from_backup($primary, 'base', has_restoring => 1, standby => 0);
$recovered->append_conf('postgresql.conf', "recovery_target_name = 'in the middle'\nrecovery_target_action = promote\nmlops.scheduler = off");
$recovered->start;
ok($recovered->poll_query_until('postgres', 'SELECT NOT pg_is_in_recovery()'), 'recovered to the middle of the run');
is($recovered->safe_psql('postgres', q{SELECT state, count(*) FROM mlops.monitor_run GROUP BY 1 ORDER BY 1}), $middle, 'with the run as it was');
$recovered->append_conf('postgresql.conf', 'mlops.scheduler = on');
$recovered->reload;
ok($recovered->poll_query_until('postgres', q{SELECT count(*) FILTER (WHERE state = 'succeeded') = 3 OR bool_or(state = 'waiting') FROM mlops.monitor_run}),
	'the lost run is settled');
# the pause after a lost process is not waited for here
$recovered->safe_psql('postgres', q{UPDATE mlops.monitor_run SET retry_at = now() WHERE state = 'waiting'; UPDATE mlops.monitor SET name = name;});
ok($recovered->poll_query_until('postgres', q{SELECT count(*) = 3 FROM mlops.monitor_run WHERE state = 'succeeded'}), 'all windows are evaluated');
is($recovered->safe_psql('postgres', q{SELECT count(*), sum(attempt), sum(crashes) FROM mlops.monitor_run}), '3|4|1', 'the lost one by a second attempt, no other again');
is($recovered->safe_psql('postgres', $results), $expected, 'with the results and the one alert of the primary');

# --- a logical subscriber holds the rows and runs nothing of its own accord
my $subscriber = PostgreSQL::Test::Cluster->new('subscriber');
$subscriber->init;
$subscriber->append_conf('postgresql.conf', "shared_preload_libraries = 'mlops'\ntimezone = 'UTC'\nfsync = off");
$subscriber->start;
$subscriber->safe_psql('postgres', q{
	CREATE EXTENSION mlops;
	CREATE ROLE ann LOGIN;
	GRANT CREATE ON SCHEMA public TO ann;
	CREATE TABLE gate (x integer);
	GRANT SELECT ON gate TO ann;
	SET ROLE ann;
	CREATE TABLE p (at timestamptz, x numeric);
	CREATE VIEW v AS SELECT at, x FROM p});
$primary->safe_psql('postgres', 'CREATE PUBLICATION everything FOR ALL TABLES');
$primary->safe_psql('postgres', 'ALTER TABLE p REPLICA IDENTITY FULL; ALTER TABLE gate REPLICA IDENTITY FULL');
my $from = $primary->connstr('postgres') =~ s/'/''/gr;
$subscriber->safe_psql('postgres', "CREATE SUBSCRIPTION copy CONNECTION '$from' PUBLICATION everything");
ok($subscriber->poll_query_until('postgres', q{SELECT count(*) > 20 AND bool_and(srsubstate = 'r') FROM pg_subscription_rel}), 'the tables are copied');
is($subscriber->safe_psql('postgres', $results), $expected, 'the subscriber shows the same');
$primary->safe_psql('postgres', q{SET ROLE ann; INSERT INTO p SELECT at + interval '3 days', x * 3 FROM p; SELECT mlops.alter_monitor('watch', '{"end_at": "2024-01-06"}')});
ok($primary->poll_query_until('postgres', q{SELECT count(*) = 5 FROM mlops.monitor_run WHERE state = 'succeeded'}), 'the primary goes on');
$expected = $primary->safe_psql('postgres', $results);
$primary->wait_for_catchup('copy');
is($subscriber->safe_psql('postgres', $results), $expected, 'its observations and alerts arrive, nothing is added');
is($subscriber->safe_psql('postgres', 'SELECT enabled, active FROM mlops.scheduler_status()'), $primary->safe_psql('postgres', q{SELECT 'f|f'}), 'the scheduler is off there, though its switch was copied');
is($subscriber->safe_psql('postgres', 'SELECT count(*), sum(attempt) FROM mlops.monitor_run'), '5|5', 'no window was run there');

$_->stop foreach ($primary, $recovered, $subscriber);
done_testing();
