# Notices are sent as soon as the alert is committed, whatever else goes on; one
# that cannot be sent waits, and the alert stays.

use strict;
use warnings;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

my $node = PostgreSQL::Test::Cluster->new('notices');
$node->init;
$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'mlops'
max_prepared_transactions = 4
timezone = 'UTC'
});
$node->start;

sub wait_for
{
	my ($condition, $what) = @_;

	ok($node->poll_query_until('postgres', "SELECT $condition"), $what)
	  or diag($node->safe_psql('postgres', 'SELECT * FROM mlops.run_history; SELECT * FROM mlops_internal.outbox'));
	return;
}

# monitors whose windows alert, each window once
sub create_monitor
{
	my ($owner, $name, $relation, $windows) = @_;

	$node->safe_psql('postgres', qq{
		SET ROLE $owner;
		SELECT mlops.create_monitor('$name', '$relation', 'at', features => '{delay}', granularity => '1 hour',
			start_at => '2024-01-01 00:00+00', end_at => timestamptz '2024-01-01 00:00+00' + $windows * interval '1 hour', schedule => NULL,
			checks => '[{"metric": "n", "critical": {"above": 5}, "min_rows": 0}]')});
	return;
}

sub alerts
{
	my ($name, $sent) = @_;
	return "(SELECT count(*) > 0 FROM mlops_internal.outbox AS o JOIN mlops.alert AS a USING (alert_id) JOIN mlops.monitor AS m USING (monitor_id)"
	  . " WHERE m.name = '$name' AND o.notified_at IS " . ($sent ? 'NOT NULL' : 'NULL') . ')';
}

$node->safe_psql('postgres', q{
	CREATE ROLE ann LOGIN;
	CREATE ROLE mallory LOGIN;
	CREATE EXTENSION mlops;
	CREATE TABLE flight (at timestamptz NOT NULL, delay float8);
	INSERT INTO flight SELECT '2024-01-01 00:00+00'::timestamptz + i * interval '10 min', i FROM generate_series(0, 35) AS i;
	CREATE TABLE held AS SELECT * FROM flight;
	CREATE FUNCTION wait_for_held(d float8) RETURNS float8 LANGUAGE plpgsql VOLATILE AS
		$$ BEGIN PERFORM 1 FROM public.held; RETURN d; END $$;
	CREATE VIEW second_held AS SELECT at, CASE WHEN at >= '2024-01-01 01:00+00' THEN wait_for_held(delay) ELSE delay END AS delay FROM flight;
	GRANT SELECT ON flight, held, second_held TO ann, mallory;
	SELECT mlops.grant_use('ann'), mlops.grant_use('mallory');
	SELECT mlops.enable_scheduler()});

# --- the next window hangs in the same process: the notice does not wait for it
my ($in, $out) = ('', '');
my $listener = IPC::Run::start(['psql', '-XAtq', '-d', $node->connstr('postgres')], '<', \$in, '>', \$out);
$in .= "LISTEN mlops_alert;\nSELECT 'listening';\n";
$listener->pump until $out =~ /listening/;
$node->safe_psql('postgres', q{BEGIN; LOCK TABLE held; PREPARE TRANSACTION 'hold'});
create_monitor('ann', 'slow', 'second_held', 2);
wait_for(alerts('slow', 1), 'a notice is sent');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'mlops run' AND wait_event_type = 'Lock'}), '1',
	'while the process that made the alert is busy with another window');
is($node->safe_psql('postgres', q{SELECT string_agg(state, ',' ORDER BY window_lo) FROM mlops.run_history}), 'succeeded,started', 'of the same monitor');
# psql shows it after the answer to some statement that comes later than the signal
for my $i (1 .. 600)
{
	last if $out =~ /payload/;
	$in .= "SELECT 'read $i';\n";
	$listener->pump until $out =~ /read $i\b/;
	usleep(100_000);
}
like($out, qr/"mlops_alert" with payload "\{"id" ?: ?\d+\}"/, 'the listener has it');

# --- so is one that a session causes, without run_due or send_outbox
$node->safe_psql('postgres', q{SET ROLE ann; SELECT mlops.resolve(alert_id) FROM mlops.open_alert});
wait_for('(SELECT count(*) = 2 AND bool_and(notified_at IS NOT NULL) FROM mlops_internal.outbox)', 'a notice of a session is sent');
$node->safe_psql('postgres', q{COMMIT PREPARED 'hold'});
wait_for(q{(SELECT count(*) = 2 FROM mlops.run_history WHERE state = 'succeeded')}, 'the window goes on');

# --- who sends in a transaction that is left open holds up no notices but its own
$node->safe_psql('postgres', 'SELECT mlops.disable_scheduler()');
create_monitor('ann', 'held up', 'flight', 1);
create_monitor('mallory', 'mallory', 'flight', 1);
$node->safe_psql('postgres', q{SELECT mlops.run_now('held up')}, extra_params => [ '-U', 'ann' ]);
$node->safe_psql('postgres', q{SELECT mlops.run_now('mallory')}, extra_params => [ '-U', 'mallory' ]);
my $sender = IPC::Run::start(['psql', '-XAtq', '-d', $node->connstr('postgres') . ' user=mallory'], '<', \my $sender_in, '>', \my $sender_out);
$sender_in = "BEGIN;\nSELECT 'sent ' || mlops.send_outbox();\n";
$sender->pump until $sender_out =~ /sent \d+/;
like($sender_out, qr/sent 1/, 'a session sends its own notice in an open transaction');
$node->safe_psql('postgres', 'SELECT mlops.enable_scheduler()');
wait_for(alerts('held up', 1), 'the notices of others are sent meanwhile');
is($node->safe_psql('postgres', 'SELECT ' . alerts('mallory', 1)), 'f', 'its own is not');
$sender_in = "ROLLBACK;\n\\q\n";
$sender->finish;
$node->safe_psql('postgres', 'SELECT mlops_internal.wake_scheduler()');
wait_for(alerts('mallory', 1), 'until that ends');

# --- sending fails: result and alert stay, the notice is sent when it can be
$node->safe_psql('postgres', q{
	CREATE FUNCTION queue_full() RETURNS trigger LANGUAGE plpgsql AS
		$$ BEGIN RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded', MESSAGE = 'too many notifications in the NOTIFY queue'; END $$;
	CREATE TRIGGER queue_full AFTER UPDATE ON mlops_internal.outbox FOR EACH ROW EXECUTE FUNCTION queue_full()});
my $from = -s $node->logfile;
create_monitor('ann', 'unheard', 'flight', 1);
wait_for(alerts('unheard', 0), 'an alert is committed although its notice cannot be sent');
for (1 .. 1800)
{
	last if substr(slurp_file($node->logfile), $from) =~ /too many notifications/;
	select undef, undef, undef, 0.1;
}
like(substr(slurp_file($node->logfile), $from), qr/mlops (cycle in database|run) \d+: too many notifications in the NOTIFY queue/, 'it was tried, and failed');
is($node->safe_psql('postgres', 'SELECT ' . alerts('unheard', 1)), 'f', 'the notice is not marked as sent');
create_monitor('ann', 'meanwhile', 'flight', 3);
wait_for(q{(SELECT count(*) = 3 FROM mlops.run_history WHERE monitor = 'meanwhile' AND state = 'succeeded')}, 'monitors go on');
$node->safe_psql('postgres', 'DROP TRIGGER queue_full ON mlops_internal.outbox');
wait_for('(SELECT bool_and(notified_at IS NOT NULL) FROM mlops_internal.outbox)', 'it is sent when that is possible again');

$in .= "\\q\n";
$listener->finish;
$node->stop;
done_testing();
