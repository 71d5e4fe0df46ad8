# No tenant stops the monitors of others: neither by views that hang, nor by
# code that does not let itself be cancelled, nor by what a transaction holds,
# nor by a monitor that cannot be computed.
#
# A prepared transaction stands for a session that leaves its transaction open.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('tenants');
$node->init;
$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'mlops'
max_prepared_transactions = 10
max_worker_processes = 20
timezone = 'UTC'
mlops.max_runs = 4
mlops.retry_delay = 1s
mlops.max_attempts = 2
});
$node->start;

my $setup = q{
	CREATE EXTENSION mlops;
	CREATE TABLE flight (at timestamptz NOT NULL, delay float8);
	INSERT INTO flight SELECT '2024-01-01 00:00+00'::timestamptz + i * interval '10 min', i FROM generate_series(0, 35) AS i;
	CREATE TABLE trace (x integer);
	GRANT ALL ON flight, trace TO PUBLIC;
	CREATE FUNCTION hang(d float8) RETURNS float8 LANGUAGE plpgsql VOLATILE AS
		$$ BEGIN PERFORM pg_sleep(1000); RETURN d; END $$;
	CREATE FUNCTION stubborn(d float8) RETURNS float8 LANGUAGE plpgsql VOLATILE AS
		$$
		BEGIN
			LOOP
				BEGIN
					PERFORM pg_sleep(1000);
				EXCEPTION WHEN query_canceled THEN
					RAISE LOG 'cancellation ignored';
				END;
			END LOOP;
		END
		$$;
	CREATE FUNCTION wordy(d float8) RETURNS float8 LANGUAGE plpgsql VOLATILE AS
		$$ BEGIN RAISE EXCEPTION USING MESSAGE = repeat('message ', 1e6::integer), DETAIL = repeat('detail ', 1e5::integer); END $$;
	CREATE FUNCTION at_commit(d float8) RETURNS float8 LANGUAGE plpgsql VOLATILE AS
		$$ BEGIN INSERT INTO public.trace VALUES (1); RETURN d; END $$;
	CREATE FUNCTION hang_at_commit() RETURNS trigger LANGUAGE plpgsql AS
		$$ BEGIN PERFORM pg_sleep(1000); RETURN NULL; END $$;
	CREATE CONSTRAINT TRIGGER hang AFTER INSERT ON trace DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hang_at_commit();
	CREATE VIEW hanging AS SELECT at, hang(delay) AS delay FROM flight;
	CREATE VIEW stubborn AS SELECT at, stubborn(delay) AS delay FROM flight;
	CREATE VIEW wordy AS SELECT at, wordy(delay) AS delay FROM flight;
	CREATE VIEW at_commit AS SELECT at, at_commit(delay) AS delay FROM flight;
	GRANT SELECT ON hanging, stubborn, wordy, at_commit TO PUBLIC;
	SELECT mlops.grant_use('mallory'), mlops.grant_use('ann'), mlops.grant_use('bob');
	SELECT mlops.enable_scheduler();
};

sub create_monitor
{
	my ($db, $owner, $name, $relation, $windows) = @_;

	$node->safe_psql($db, qq{
		SET ROLE $owner;
		SELECT mlops.create_monitor('$name', '$relation', 'at', features => '{delay}', granularity => '1 hour',
			start_at => '2024-01-01 00:00+00', end_at => timestamptz '2024-01-01 00:00+00' + $windows * interval '1 hour', schedule => NULL)});
	return;
}

sub wait_for
{
	my ($db, $condition, $what) = @_;

	ok($node->poll_query_until($db, "SELECT $condition"), $what)
	  or diag($node->safe_psql($db, 'SELECT * FROM mlops.run_history; SELECT * FROM mlops.scheduler_status()'));
	return;
}

sub done
{
	my ($name, $windows) = @_;
	return "(SELECT count(*) = $windows FROM mlops.run_history WHERE monitor = '$name' AND state = 'succeeded')";
}

sub wait_for_log
{
	my ($pattern, $from, $what) = @_;

	for (1 .. 1800)
	{
		if (substr(slurp_file($node->logfile), $from) =~ $pattern)
		{
			pass($what);
			return;
		}
		select undef, undef, undef, 0.1;
	}
	fail($what);
	return;
}

sub set
{
	my (@lines) = @_;
	$node->append_conf('postgresql.conf', join("\n", @lines));
	$node->reload;
	foreach my $line (@lines)
	{
		my ($name, $value) = $line =~ /^(\S+) = (\S+)$/;
		$node->poll_query_until('postgres', "SELECT current_setting('$name') = '$value'");
	}
	return;
}

my $victims = 0;

# somebody else's monitor goes on, here and in another database
sub others_run
{
	my ($what) = @_;

	$victims++;
	create_monitor('main', 'ann', "ann $victims", 'flight', 3);
	create_monitor('other', 'bob', "bob $victims", 'flight', 3);
	wait_for('main', done("ann $victims", 3), "$what: the monitor of another owner runs");
	wait_for('other', done("bob $victims", 3), "$what: and that of another database");
	return;
}

my $no_slot_taken = '(SELECT running = 0 FROM mlops_internal.scheduler_process())';

$node->safe_psql('postgres', 'CREATE ROLE mallory LOGIN; CREATE ROLE ann LOGIN; CREATE ROLE bob LOGIN; CREATE DATABASE main; CREATE DATABASE other');
$node->safe_psql($_, $setup) foreach ('main', 'other');

# --- views that hang: an owner has half of the slots, in all databases together
create_monitor('main', 'mallory', "hanging $_", 'hanging', 1) foreach (1 .. 3);
create_monitor('other', 'mallory', "hanging $_", 'hanging', 1) foreach (1 .. 3);
my $hanging = "(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'mlops run' AND usename = 'mallory' AND wait_event = 'PgSleep')";
wait_for('main', "$hanging = 2", 'an owner takes its share of slots');
others_run('views hang');
is($node->safe_psql('main', "SELECT $hanging"), '2', 'and no more than its share');
set('mlops.max_runs_per_owner = 1');
$node->safe_psql('main', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE backend_type = 'mlops run'});
wait_for('main', "$hanging = 1", 'the share can be set');
others_run('views hang');
is($node->safe_psql('main', "SELECT $hanging"), '1', 'and is kept');

# --- what hangs longer than it may is cancelled, or else ended, also when it was begun under another limit
my $from = -s $node->logfile;
set('mlops.max_run_time = 1s', 'mlops.cancel_grace = 1s');
wait_for('main', q{(SELECT count(*) = 3 FROM mlops.run_history WHERE state = 'failed')}, 'views that hang are given up');
wait_for('other', q{(SELECT count(*) = 3 FROM mlops.run_history WHERE state = 'failed')}, 'in both databases');
wait_for('main', $no_slot_taken, 'and occupy nothing');

# --- code that catches its cancellation
$from = -s $node->logfile;
create_monitor('main', 'mallory', 'stubborn', 'stubborn', 1);
wait_for_log(qr/cancellation ignored/, $from, 'code ignores its cancellation');
others_run('code ignores its cancellation');
wait_for('main', q{(SELECT state = 'failed' AND attempt = 2 AND error_code = '57P02' FROM mlops.run_history WHERE monitor = 'stubborn')},
	'its process is ended, and after all attempts it is given up');
like(substr(slurp_file($node->logfile), $from), qr/ending process \d+ with monitor run \d+/, 'which the log tells');
wait_for('main', $no_slot_taken, 'and occupies nothing');

# --- a deferred trigger of the owner that hangs when the run commits
create_monitor('main', 'mallory', 'at commit', 'at_commit', 1);
wait_for('main', q{(SELECT state = 'failed' AND error_code = '57014' FROM mlops.run_history WHERE monitor = 'at commit')},
	'what hangs at commit is given up too');
is($node->safe_psql('main', q{SELECT string_agg(o.verdict, ',') FROM mlops.observation AS o JOIN mlops.monitor AS m USING (monitor_id) WHERE m.name = 'at commit'}),
	'error', 'and nothing of it is recorded but the failure');

# --- a process that does not even look for the signal: stopped, it stands for a loop without interrupts
set('mlops.max_run_time = 1h');
create_monitor('main', 'mallory', 'stuck', 'hanging', 1);
wait_for('main', "$hanging = 1", 'a run is going on');
my $pid = $node->safe_psql('main', q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'mlops run' AND usename = 'mallory'});
kill 'STOP', $pid;
$from = -s $node->logfile;
set('mlops.max_run_time = 1s');
wait_for_log(qr/WARNING:  process $pid with monitor run \d+ of database \d+ does not end/, $from, 'a process that does not end is reported');
others_run('a process does not end');
is($node->safe_psql('main', 'SELECT running FROM mlops_internal.scheduler_process()'), '1', 'its slot stays accounted for');
kill 'CONT', $pid;
wait_for('main', $no_slot_taken, 'until it ends');
is(() = (substr(slurp_file($node->logfile), $from) =~ /process $pid with .* does not end/g), 1, 'it was reported once');
set('mlops.max_run_time = 1h', 'mlops.max_runs_per_owner = 0');
$node->safe_psql('main', q{SELECT mlops.pause(name) FROM mlops.monitor WHERE owner_name = 'mallory'});

# --- error messages of any size are cut, in the table and in the log
$from = -s $node->logfile;
create_monitor('main', 'mallory', 'wordy', 'wordy', 1);
wait_for('main', q{(SELECT state = 'failed' FROM mlops.run_history WHERE monitor = 'wordy')}, 'a message of 8 MB is no trouble');
is($node->safe_psql('main', q{SELECT error_code, length(error_message) FROM mlops.run_history WHERE monitor = 'wordy'}), 'P0001|1000', 'it is cut');
cmp_ok((-s $node->logfile) - $from, '<', 1_000_000, 'in the log too');

# --- a monitor that cannot be computed
create_monitor('main', 'mallory', 'poison', 'flight', 1);
wait_for('main', done('poison', 1), 'a monitor runs');
$node->safe_psql('main', q{
	UPDATE mlops.monitor_version SET granularity = '178000000 years', end_at = NULL WHERE monitor_id = mlops.monitor_id('poison');
	UPDATE mlops_internal.monitor_due SET next_due = 'epoch' WHERE monitor_id = mlops.monitor_id('poison')});
others_run('a window is out of range');
wait_for('main', q{(SELECT paused_at IS NOT NULL FROM mlops.monitor WHERE name = 'poison')}, 'that monitor alone is paused');
like($node->safe_psql('main', q{SELECT pause_reason FROM mlops_internal.monitor_due WHERE monitor_id = mlops.monitor_id('poison')}),
	qr/timestamp out of range/, 'with the reason');

# --- transactions that are left open, and every lock that a user may take
$node->safe_psql('main', q{
	SELECT mlops.disable_scheduler();
	SET ROLE mallory;
	SELECT mlops.create_monitor('new ' || i, 'flight', 'at', features => '{delay}', start_at => '2024-01-01', end_at => '2024-01-02', schedule => NULL)
	FROM generate_series(1, 3) AS i;
	BEGIN;
	SELECT mlops.pause('new 1'), mlops.alter_monitor('new 2', '{"min_rows": 1}'), mlops.drop_monitor('new 3'), mlops.retry('wordy');
	SELECT mlops.ack(alert_id) FROM mlops.open_alert;
	SELECT mlops.send_outbox();
	SELECT pg_advisory_xact_lock(i) FROM generate_series(1, 50) AS i;
	LOCK TABLE mlops.monitor, mlops.monitor_version, mlops_internal.monitor_due, mlops.monitor_run, mlops.observation, mlops.alert, mlops.alert_event,
		mlops_internal.outbox, mlops_internal.scheduler_switch IN ACCESS SHARE MODE;
	PREPARE TRANSACTION 'open'});
$node->safe_psql('main', 'SELECT mlops.enable_scheduler()');
others_run('a transaction is left open');
$node->safe_psql('main', q{SET ROLE mallory; ROLLBACK PREPARED 'open'});

# --- an administrator's lock on the scheduler's own tables: it waits a moment, leaks nothing and goes on
foreach my $table ('mlops_internal.monitor_due', 'mlops.monitor_run', 'mlops_internal.outbox', 'mlops_internal.scheduler_switch')
{
	$from = -s $node->logfile;
	$node->safe_psql('main', qq{BEGIN; LOCK TABLE $table; PREPARE TRANSACTION 'lock'});
	$node->safe_psql('main', 'SELECT mlops_internal.wake_scheduler()');
	wait_for_log(qr/canceling statement due to lock timeout/, $from, "$table is locked: the scheduler waits a moment only");
	create_monitor('other', 'bob', $table, 'flight', 3);
	wait_for('other', done($table, 3), 'and goes on in other databases');
	wait_for('other', $no_slot_taken, 'with no slot leaked');
	$node->safe_psql('main', q{COMMIT PREPARED 'lock'});
	create_monitor('main', 'ann', "after $table", 'flight', 3);
	wait_for('main', done("after $table", 3), 'when it is free, here too');
}

$node->stop;
done_testing();
