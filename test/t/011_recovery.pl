# The scheduler's own processes come to an end in every way: afterwards there is
# one launcher, no slot is taken, and each window is recorded once.

use strict;
use warnings;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('recovery');
$node->init;
$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'mlops'
restart_after_crash = on
max_prepared_transactions = 4
max_worker_processes = 10
timezone = 'UTC'
mlops.retry_delay = 1s
});
$node->start;

my $setup = q{
	CREATE EXTENSION mlops;
	CREATE TABLE flight (at timestamptz NOT NULL, delay float8);
	INSERT INTO flight SELECT '2024-01-01 00:00+00'::timestamptz + i * interval '10 min', i FROM generate_series(0, 35) AS i;
	CREATE TABLE held AS SELECT * FROM flight;
	GRANT SELECT ON flight, held TO ann, bob;
	SELECT mlops.grant_use('ann'), mlops.grant_use('bob');
	SELECT mlops.enable_scheduler();
};

sub create_monitor
{
	my ($db, $owner, $name, $relation) = @_;

	$node->safe_psql($db, qq{
		SET ROLE $owner;
		SELECT mlops.create_monitor('$name', '$relation', 'at', features => '{delay}', granularity => '1 hour',
			start_at => '2024-01-01 00:00+00', end_at => '2024-01-01 06:00+00', schedule => NULL)});
	return;
}

sub wait_for
{
	my ($db, $condition, $what) = @_;

	ok($node->poll_query_until($db, "SELECT $condition"), $what);
	return;
}

sub done
{
	my ($name) = @_;
	return "(SELECT count(*) = 6 FROM mlops.run_history WHERE monitor = '$name' AND state = 'succeeded')";
}

sub count_log
{
	my ($pattern, $from) = @_;
	return scalar(() = substr(slurp_file($node->logfile), $from) =~ /$pattern/g);
}

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
my $one_launcher = q{(SELECT count(*) = 1 AND min(a.pid) = min(p.launcher_pid) FROM pg_stat_activity AS a, mlops_internal.scheduler_process() AS p
	WHERE a.backend_type = 'mlops launcher')};
my $no_slot_taken = '(SELECT running = 0 FROM mlops_internal.scheduler_process())';

$node->safe_psql('postgres', 'CREATE ROLE ann LOGIN; CREATE ROLE bob LOGIN; CREATE DATABASE main; CREATE DATABASE other');
$node->safe_psql($_, $setup) foreach ('main', 'other');

# --- the launcher is killed while a run is going on
hold();
create_monitor('main', 'ann', 'launcher killed', 'held');
wait_for('main', $run_waits, 'a run is in the middle of its work');
my $launcher = $node->safe_psql('main', 'SELECT launcher_pid FROM mlops_internal.scheduler_process()');
kill 'KILL', $launcher;
$node->poll_query_until('main', "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $launcher)");
release();
wait_for('main', done('launcher killed'), 'after the launcher was killed the scheduler carries on');
wait_for('main', $one_launcher, 'there is one launcher');
is($node->safe_psql('main', q{SELECT count(*), count(DISTINCT window_lo) FROM mlops.run_history WHERE monitor = 'launcher killed'}), '6|6', 'each window once');

# --- every cycle is told to end, or killed, as soon as it is seen
$node->safe_psql('main', q{
	CREATE PROCEDURE hunt(patience interval) LANGUAGE plpgsql AS $$
	DECLARE
		until timestamptz := clock_timestamp() + patience;
		found integer := 0;
	BEGIN
		WHILE clock_timestamp() < until AND found < 20 LOOP
			PERFORM mlops_internal.wake_scheduler();
			COMMIT;
			PERFORM pg_stat_clear_snapshot();
			found := found + (SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'mlops cycle');
		END LOOP;
		RAISE NOTICE 'ended % cycles', found;
	END
	$$});
create_monitor('main', 'ann', "hunted $_", 'flight') foreach (1 .. 3);
$node->safe_psql('main', q{CALL hunt('4 seconds')});
wait_for('main', join(' AND ', map { done("hunted $_") } 1 .. 3), 'after many cycles were ended in the middle the scheduler carries on');
wait_for('main', $no_slot_taken, 'and no slot is left taken');
wait_for('main', $one_launcher, 'there is one launcher');

# --- no process can be started: said once, and then it goes on
my $from = -s $node->logfile;
hold();
create_monitor('main', 'bob', 'starved', 'held');
wait_for('main', $run_waits, 'a run is in the middle of its work');
$node->safe_psql('postgres', 'ALTER SYSTEM SET max_worker_processes = 3');
$node->restart;
$from = -s $node->logfile;
# launcher, logical replication launcher, a cycle: nothing is left for a run
$node->safe_psql('main', q{SELECT mlops_internal.wake_scheduler()});
for (1 .. 1800)
{
	last if count_log('could not start a process for a monitor run', $from);
	select undef, undef, undef, 0.1;
}
create_monitor('main', 'ann', 'starved too', 'flight');
wait_for('main', q{(SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'mlops cycle'))}, 'the cycle ends');
$node->safe_psql('main', q{SELECT mlops_internal.wake_scheduler()});
wait_for('main', q{(SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'mlops cycle')}, 'another comes');
wait_for('main', q{(SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'mlops cycle'))}, 'and ends');
is(count_log('could not start a process for a monitor run', $from), 1, 'one warning');
is($node->safe_psql('main', q{SELECT sum(attempt) FROM mlops.run_history WHERE monitor = 'starved too'}), '', 'no attempt is lost');
wait_for('main', $no_slot_taken, 'and no slot is taken');
$node->safe_psql('postgres', 'ALTER SYSTEM RESET max_worker_processes');
$node->restart;
release();
wait_for('main', done('starved') . ' AND ' . done('starved too'), 'when processes can be had again, it goes on');

# --- a session that looks at the processes of the moment before a run began does not take that run for dead
hold();
$node->safe_psql('main', 'SELECT mlops.disable_scheduler()');
create_monitor('main', 'ann', 'race', 'held');
my ($in, $out, $run_out) = ('', '', '');
my $session = IPC::Run::start(['psql', '-XAtq', '-d', $node->connstr('main')], '<', \$in, '>', \$out);
$in .= "BEGIN;\nSELECT 'seen ' || count(*) FROM pg_stat_get_activity(NULL);\n";
$session->pump until $out =~ /seen \d+/;
my $run = IPC::Run::start(['psql', '-XAtq', '-d', $node->connstr('main') . ' user=ann', '-c', 'CALL mlops.run_due()'], '>', \$run_out, '2>&1');
$node->poll_query_until('main', q{SELECT count(*) = 1 FROM mlops.run_history WHERE monitor = 'race' AND state = 'started'});
$in .= "SELECT 'settled ' || mlops_internal.settle_runs(NULL);\nCOMMIT;\n\\q\n";
$session->pump until $out =~ /settled \d+/;
$session->finish;
like($out, qr/settled 0/, 'a run that began after the first look is alive');
release();
$run->finish;
is($run_out, '', 'it comes to its end');
is($node->safe_psql('main', q{SELECT count(*), max(attempt), max(crashes) FROM mlops.run_history WHERE monitor = 'race' AND state = 'succeeded'}),
	'6|1|0', 'at the first attempt');
$node->safe_psql('main', 'SELECT mlops.enable_scheduler()');

# --- the extension is dropped while a run is going on
hold();
create_monitor('main', 'ann', 'dropped', 'held');
wait_for('main', $run_waits, 'a run is in the middle of its work');
my ($rc, $stdout, $stderr) = $node->psql('main', q{SET lock_timeout = '1s'; DROP EXTENSION mlops});
like($stderr, qr/canceling statement due to lock timeout/, 'DROP EXTENSION waits for a run');
release();
wait_for('main', done('dropped'), 'which goes on');
$node->safe_psql('main', q{BEGIN; DROP EXTENSION mlops; ROLLBACK});
create_monitor('main', 'ann', 'rolled back', 'flight');
wait_for('main', done('rolled back'), 'the scheduler is alive after a rollback');
$from = -s $node->logfile;
$node->safe_psql('main', q{BEGIN; DROP EXTENSION mlops; PREPARE TRANSACTION 'drop'});
create_monitor('other', 'bob', 'meanwhile', 'flight');
wait_for('other', done('meanwhile'), 'while it is being dropped, other databases go on');
$node->safe_psql('main', q{COMMIT PREPARED 'drop'});
$node->safe_psql('main', 'CREATE SCHEMA mlops; CREATE SCHEMA mlops_internal; CREATE FUNCTION mlops_internal.scheduler_enabled() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE LOG \'plant called\'; RETURN true; END $$');
hold();
$node->safe_psql('main', $_) foreach ('DROP SCHEMA mlops, mlops_internal CASCADE', 'CREATE EXTENSION mlops', q{SELECT mlops.grant_use('ann')}, 'SELECT mlops.enable_scheduler()');
create_monitor('main', 'ann', 'anew', 'held');
wait_for('main', $run_waits, 'made again, it runs');
is(count_log('LOG:  plant called', $from), 0, 'what was put in the place of the extension was not called');

# --- databases go away while a run is going on, here and elsewhere
($rc, $stdout, $stderr) = $node->psql('postgres', 'DROP DATABASE other');
is($rc, 0, 'another database can be dropped beside a run');
$node->safe_psql('postgres', 'CREATE DATABASE spare');
$node->safe_psql('spare', $setup);
$node->safe_psql('postgres', 'ALTER DATABASE spare RENAME TO spare_2');
$node->safe_psql('postgres', 'CREATE DATABASE copy TEMPLATE spare_2');
is($node->safe_psql('copy', 'SELECT mlops_internal.scheduler_enabled()'), 'f', 'a copy is paused');
$node->safe_psql('postgres', "DROP DATABASE $_") foreach ('copy', 'spare_2');
($rc, $stdout, $stderr) = $node->psql('postgres', 'ALTER DATABASE main RENAME TO main_2');
like($stderr, qr/is being accessed by other users/, 'the database of a run cannot be renamed');
release();
wait_for('main', done('anew'), 'the run is not disturbed');
hold();
create_monitor('main', 'ann', 'forced', 'held');
wait_for('main', $run_waits, 'a run is in the middle of its work');
release();
$node->safe_psql('postgres', 'DROP DATABASE main WITH (FORCE)');
wait_for('postgres', q{(SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type IN ('mlops run', 'mlops cycle')))}, 'with FORCE its database can be dropped');
wait_for('postgres', q{(SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'mlops launcher')}, 'the launcher lives');

$node->stop;
done_testing();
