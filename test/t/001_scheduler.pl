# The scheduler at work: monitors run by themselves, as their owners, and
# nothing is lost or recorded twice when a table, a right, a process or the
# server goes away.
#
# A prepared transaction that holds a lock on the monitored table keeps a run
# in the middle of its evaluation; the lock outlives sessions and crashes.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('scheduler');
$node->init;
$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'mlops'
restart_after_crash = on
max_prepared_transactions = 2
max_worker_processes = 16
timezone = 'UTC'
mlops.retry_delay = 1s
mlops.max_attempts = 2
});
$node->start;

# Six hours of rows, ten minutes apart; monitors end with them, so that the
# number of their windows is known.
my $setup = q{
	CREATE EXTENSION mlops;
	CREATE TABLE trace (who name, session name);
	GRANT ALL ON trace TO PUBLIC;
	CREATE TABLE flight (at timestamptz NOT NULL, delay float8);
	INSERT INTO flight SELECT '2024-01-01 00:00+00'::timestamptz + i * interval '10 min', i FROM generate_series(0, 35) AS i;
	CREATE TABLE lost AS SELECT * FROM flight;
	CREATE TABLE secret AS SELECT * FROM flight;
	CREATE TABLE held AS SELECT * FROM flight;
	CREATE FUNCTION tell(d float8) RETURNS float8 LANGUAGE plpgsql VOLATILE AS
		$$
		BEGIN
			-- what a session would remember must not reach the next run, nor the bookkeeping
			PERFORM set_config('role', 'none', false), set_config('search_path', 'public', false),
					set_config('default_transaction_read_only', 'on', false), set_config('lock_timeout', '1', false);
			INSERT INTO public.trace VALUES (current_user, session_user);
			RETURN d;
		END
		$$;
	CREATE VIEW traced AS SELECT at, tell(delay) AS delay FROM flight;
	GRANT SELECT ON flight, lost, secret, held, traced TO ann, bob;
	SELECT mlops.grant_use('ann'), mlops.grant_use('bob');
};

sub create_monitor
{
	my ($db, $owner, $name, $relation, %option) = @_;
	my $end = $option{end} // '2024-01-01 06:00+00';

	$node->safe_psql($db, qq{
		SET ROLE $owner;
		SELECT mlops.create_monitor('$name', '$relation', 'at', features => '{delay}', granularity => '1 hour',
			start_at => '2024-01-01 00:00+00', end_at => '$end', schedule => NULL);
	});
	return;
}

sub wait_for
{
	my ($db, $condition, $what) = @_;

	ok($node->poll_query_until($db, "SELECT $condition"), $what)
	  or diag($node->safe_psql($db, 'SELECT * FROM mlops.run_history; SELECT * FROM mlops.scheduler_status()'));
	return;
}

sub all_done
{
	my ($db, $name) = @_;
	return "(SELECT count(*) = 6 FROM mlops.run_history WHERE monitor = '$name' AND state = 'succeeded')";
}

# Each window of the monitor: one run, one evaluation.
sub recorded_once
{
	my ($db, $name, $what) = @_;

	is($node->safe_psql($db, qq{
			SELECT count(*), count(DISTINCT r.window_lo), count(*) FILTER (WHERE r.state = 'succeeded'),
				(SELECT count(*) FROM mlops.observation AS o JOIN mlops.monitor AS m USING (monitor_id)
				 WHERE m.name = '$name' AND o.metric = 'evaluation' AND o.verdict = 'ok')
			FROM mlops.run_history AS r WHERE monitor = '$name'}),
		'6|6|6|6', $what);
	return;
}

$node->safe_psql('postgres', 'CREATE ROLE ann LOGIN; CREATE ROLE bob LOGIN; CREATE DATABASE main; CREATE DATABASE other');
$node->safe_psql($_, $setup) foreach ('main', 'other');
is($node->safe_psql('main', 'SELECT preloaded, launcher_pid IS NOT NULL, enabled, active FROM mlops.scheduler_status()'),
	't|t|f|f', 'preloaded, not yet enabled');

# --- by itself, as the owner, one owner apart from the other
create_monitor('main', 'ann', 'before', 'flight');
$node->safe_psql('main', 'SELECT mlops.enable_scheduler()');
wait_for('main', all_done('main', 'before'), 'a monitor that was there before catches up');
create_monitor('main', 'ann', 'traced', 'traced');
create_monitor('main', 'bob', 'bobs', 'flight');
wait_for('main', all_done('main', 'traced') . ' AND ' . all_done('main', 'bobs'), 'new monitors are found and catch up');
recorded_once('main', $_, "one run for each window of $_") foreach ('before', 'traced', 'bobs');
is($node->safe_psql('main', 'SELECT DISTINCT who, session FROM trace'), 'ann|ann',
	'what the monitored relation calls runs as the owner, whose session it is');
is($node->safe_psql('main', q{
		SELECT bool_and(a.window_lo < b.window_lo) FROM (SELECT window_lo, started_at FROM mlops.run_history WHERE monitor = 'before') AS a,
			(SELECT window_lo, started_at FROM mlops.run_history WHERE monitor = 'before') AS b WHERE a.started_at < b.started_at}),
	't', 'oldest windows first');
is($node->safe_psql('main', q{SET ROLE bob; SELECT string_agg(DISTINCT monitor, ',') FROM mlops.run_history}), 'bobs',
	'an owner sees the runs of its own monitors only');

# --- the notice comes after the alert
my ($stdout, $stderr);
$node->psql('main', q{
	LISTEN mlops_alert;
	SELECT mlops.create_monitor('alarm', 'flight', 'at', granularity => '1 hour', start_at => '2024-01-01 00:00+00',
		end_at => '2024-01-01 01:00+00', schedule => NULL, owner => 'ann',
		checks => '[{"metric": "n", "critical": {"above": 5}, "min_rows": 0}]');
	DO $$
	BEGIN
		FOR i IN 1 .. 600 LOOP
			EXIT WHEN EXISTS (SELECT FROM mlops_internal.outbox AS o JOIN mlops.alert AS a USING (alert_id) JOIN mlops.monitor AS m USING (monitor_id)
							  WHERE m.name = 'alarm' AND o.notified_at IS NOT NULL);
			PERFORM pg_sleep(0.1);
		END LOOP;
	END
	$$;
	SELECT 'alert ' || alert_id || ' ' || severity FROM mlops.alert;
	}, stdout => \$stdout, stderr => \$stderr);
like($stdout, qr/Asynchronous notification "mlops_alert" with payload "\{"id" ?: ?\d+\}"/, 'a listener is told');
my ($id) = $stdout =~ /payload "\{"id" ?: ?(\d+)\}"/;
like($stdout, qr/alert $id critical/, 'and finds the alert');

# --- a table and a right that are gone: recorded, alerted, the others go on
$node->safe_psql('main', 'SELECT mlops.disable_scheduler()');
create_monitor('main', 'ann', 'lost', 'lost', end => '2024-01-01 01:00+00');
create_monitor('main', 'bob', 'secret', 'secret', end => '2024-01-01 01:00+00');
$node->safe_psql('main', 'DROP TABLE lost; REVOKE SELECT ON secret FROM bob; SELECT mlops.enable_scheduler()');
create_monitor('main', 'ann', 'after', 'flight');
wait_for('main', all_done('main', 'after'), 'other monitors go on');
wait_for('main', q{(SELECT count(*) = 2 FROM mlops.run_history WHERE state = 'failed')}, 'both fail in the end');
is($node->safe_psql('main', q{
		SELECT monitor, attempt, error_code FROM mlops.run_history WHERE state = 'failed' ORDER BY monitor}),
	"lost|2|42P01\nsecret|2|42501", 'after all attempts, with the reason');
is($node->safe_psql('main', q{
		SELECT m.name, a.metric, a.severity FROM mlops.alert AS a JOIN mlops.monitor AS m USING (monitor_id)
		WHERE a.state = 'opened' AND a.metric = 'evaluation' ORDER BY 1}),
	"lost|evaluation|critical\nsecret|evaluation|critical", 'and with an alert');

# --- an owner that may not log in: paused with the reason, resumed without loss
$node->safe_psql('main', 'ALTER ROLE bob NOLOGIN');
$node->safe_psql('main', q{SELECT mlops.alter_monitor('bobs', '{"end_at": "2024-01-01 08:00+00"}')});
wait_for('main', q{(SELECT paused_at IS NOT NULL FROM mlops.monitor WHERE name = 'bobs')}, 'a monitor whose owner may not log in is paused');
is($node->safe_psql('main', q{SELECT d.pause_reason FROM mlops_internal.monitor_due AS d JOIN mlops.monitor AS m USING (monitor_id) WHERE m.name = 'bobs'}),
	'role "bob", the owner, may not log in', 'with the reason');
$node->safe_psql('main', q{ALTER ROLE bob LOGIN; SELECT mlops.resume('bobs')});
wait_for('main', q{(SELECT count(*) = 8 FROM mlops.run_history WHERE monitor = 'bobs' AND state = 'succeeded')}, 'and catches up when resumed');

# --- a run process is killed: the server restarts itself, the run is repeated
sub hold
{
	$node->safe_psql('main', q{BEGIN; LOCK TABLE held; PREPARE TRANSACTION 'hold'});
	return;
}

sub release
{
	$node->safe_psql('main', q{COMMIT PREPARED 'hold'});
	return;
}

my $run_waits = q{(SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'mlops run' AND wait_event_type = 'Lock')};
my $one_launcher = q{(SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'mlops launcher')};

hold();
create_monitor('main', 'ann', 'killed', 'held');
wait_for('main', $run_waits, 'a run is in the middle of its work');
my $pid = $node->safe_psql('main', q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'mlops run'});
kill 'KILL', $pid;
$node->poll_query_until('main', "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $pid)");
release();
wait_for('main', all_done('main', 'killed'), 'after a crash the scheduler carries on');
recorded_once('main', 'killed', 'and nothing was recorded twice');
is($node->safe_psql('main', q{SELECT attempt, crashes FROM mlops.run_history WHERE monitor = 'killed' ORDER BY window_lo LIMIT 1}),
	'2|1', 'the crash was counted');
wait_for('main', $one_launcher, 'there is one launcher');

# --- the server is restarted in the middle of a run
hold();
create_monitor('main', 'ann', 'restarted', 'held');
wait_for('main', $run_waits, 'a run is in the middle of its work');
$node->stop('fast');
$node->start;
release();
wait_for('main', all_done('main', 'restarted'), 'after a restart the scheduler carries on');
recorded_once('main', 'restarted', 'and nothing was recorded twice');

# --- the server is killed in the middle of a run
hold();
create_monitor('main', 'ann', 'orphaned', 'held');
wait_for('main', $run_waits, 'a run is in the middle of its work');
my @pids = split /\n/, $node->safe_psql('main', q{SELECT pid FROM pg_stat_activity WHERE backend_type LIKE 'mlops %'});
$node->kill9;
for (1 .. 100)
{
	last unless kill 0, @pids;
	select undef, undef, undef, 0.1;
}
is(scalar(grep { kill 0, $_ } @pids), 0, 'its processes end with it');
$node->start;
release();
wait_for('main', all_done('main', 'orphaned'), 'started again, the scheduler carries on');
recorded_once('main', 'orphaned', 'and nothing was recorded twice');

# --- processes are told to end: the launcher comes back, the run is repeated
hold();
create_monitor('main', 'ann', 'cancelled', 'held');
wait_for('main', $run_waits, 'a run is in the middle of its work');
my $launcher = $node->safe_psql('main', 'SELECT launcher_pid FROM mlops.scheduler_status()');
$node->safe_psql('main', qq{SELECT pg_terminate_backend($launcher)});
$node->safe_psql('main', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE backend_type = 'mlops run'});
wait_for('main', q{(SELECT error_code = '57014' FROM mlops.run_history WHERE monitor = 'cancelled')}, 'a cancelled run is recorded');
release();
wait_for('main', all_done('main', 'cancelled'), 'and repeated');
recorded_once('main', 'cancelled', 'once');
wait_for('main', "(SELECT launcher_pid <> $launcher FROM mlops.scheduler_status())", 'another launcher has come');
wait_for('main', $one_launcher, 'a single one');

# --- a run that takes too long is given up
hold();
$node->append_conf('postgresql.conf', 'mlops.max_run_time = 1s');
$node->reload;
create_monitor('main', 'ann', 'slow', 'held', end => '2024-01-01 01:00+00');
wait_for('main', q{(SELECT error_code = '57014' FROM mlops.run_history WHERE monitor = 'slow' AND state = 'failed')}, 'a run that takes too long is given up');
$node->append_conf('postgresql.conf', 'mlops.max_run_time = 1h');
$node->reload;
release();

# --- off and on; what runs elsewhere shows that time went by
$node->safe_psql('main', 'SELECT mlops.disable_scheduler()');
$node->safe_psql('other', 'SELECT mlops.enable_scheduler()');
create_monitor('main', 'ann', 'idle', 'flight');
create_monitor('other', 'ann', 'elsewhere', 'flight');
wait_for('other', all_done('other', 'elsewhere'), 'another database has its own scheduler');
is($node->safe_psql('main', q{SELECT count(*) FROM mlops.run_history WHERE monitor = 'idle'}), '0', 'nothing runs while it is off');
$node->safe_psql('main', 'SELECT mlops.enable_scheduler()');
wait_for('main', all_done('main', 'idle'), 'on again, it catches up');

$node->append_conf('postgresql.conf', 'mlops.scheduler = off');
$node->reload;
wait_for('main', q{(SELECT NOT active FROM mlops.scheduler_status())}, 'the setting turns it off for all databases');
$node->append_conf('postgresql.conf', 'mlops.scheduler = on');
$node->reload;

# --- a dump keeps monitors and history, and the copy does not run
my $dump = $node->basedir . '/main.sql';
$node->command_ok(['pg_dump', '-f', $dump, $node->connstr('main')], 'dump');
$node->safe_psql('postgres', 'CREATE DATABASE copy');
$node->command_ok(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $node->connstr('copy')], 'restore');
my $contents = q{
	SELECT (SELECT md5(string_agg(r::text, ',' ORDER BY run_id)) FROM mlops.monitor_run AS r),
		   (SELECT md5(string_agg(m::text, ',' ORDER BY monitor_id)) FROM mlops.monitor AS m),
		   (SELECT count(*) FROM mlops.observation), (SELECT count(*) FROM mlops.alert)};
is($node->safe_psql('copy', $contents), $node->safe_psql('main', $contents), 'all of it is there');
is($node->safe_psql('copy', 'SELECT enabled FROM mlops.scheduler_status()'), 'f', 'but off');
my $runs = $node->safe_psql('copy', 'SELECT count(*), max(attempt) FROM mlops.monitor_run');
create_monitor('copy', 'ann', 'new', 'flight');
create_monitor('other', 'ann', 'meanwhile', 'flight');
wait_for('other', all_done('other', 'meanwhile'), 'time goes by');
is($node->safe_psql('copy', 'SELECT count(*), max(attempt) FROM mlops.monitor_run'), $runs, 'the copy does nothing');
$node->safe_psql('copy', 'SELECT mlops.enable_scheduler()');
wait_for('copy', all_done('copy', 'new'), 'until it is enabled');
is($node->safe_psql('copy', q{SELECT count(*), max(attempt) FROM mlops.monitor_run WHERE run_id NOT IN
	(SELECT run_id FROM mlops.run_history WHERE monitor = 'new')}), $runs, 'and then it repeats nothing');

# --- extension and databases can be dropped
$node->safe_psql('copy', 'DROP EXTENSION mlops');
$node->safe_psql('copy', 'CREATE EXTENSION mlops');
is($node->safe_psql('copy', 'SELECT enabled FROM mlops.scheduler_status()'), 'f', 'the extension can be dropped and made again');
$node->safe_psql('postgres', 'DROP DATABASE copy');
$node->safe_psql('postgres', 'DROP DATABASE other');
$node->safe_psql('main', q{BEGIN; DROP EXTENSION mlops; ROLLBACK});
create_monitor('main', 'ann', 'last', 'flight');
wait_for('main', all_done('main', 'last'), 'the scheduler is alive after that');
is($node->safe_psql('main', 'SELECT running FROM mlops.scheduler_status()'), '0', 'and no run is left over');

$node->stop;

# --- without preload everything works but by hand
my $plain = PostgreSQL::Test::Cluster->new('plain');
$plain->init;
$plain->start;
$plain->safe_psql('postgres', "CREATE ROLE ann LOGIN; CREATE ROLE bob LOGIN; $setup");
is($plain->safe_psql('postgres', 'SELECT preloaded, launcher_pid, enabled, active FROM mlops.scheduler_status()'), 'f||f|f', 'not preloaded');
my ($rc, $out, $err) = $plain->psql('postgres', 'SELECT mlops.enable_scheduler()');
like($err, qr/WARNING:.*not preloaded/, 'enabling warns');
$plain->safe_psql('postgres', q{
	SELECT mlops.create_monitor('hand', 'flight', 'at', granularity => '1 hour', start_at => '2024-01-01 00:00+00',
		end_at => '2024-01-01 06:00+00', schedule => NULL);
	CALL mlops.run_due();
	CALL mlops.run_due()}, connstr => $plain->connstr('postgres') . ' user=ann');
is($plain->safe_psql('postgres', q{SELECT count(*), sum(attempt) FROM mlops.run_history WHERE state = 'succeeded'}), '6|6', 'run_due runs each window once');
$plain->stop;

done_testing();
