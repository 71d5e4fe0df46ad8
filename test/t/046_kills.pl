# Processes of the scheduler are killed at random moments, and the server is
# stopped at once, while monitors run; in the end each window has one result.
#
# MLOPS_KILLS is their number (20), MLOPS_SEED repeats a run.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $kills = $ENV{MLOPS_KILLS} // 20;
my $seed = $ENV{MLOPS_SEED} // time;
my $monitors = 6;
my $portion = 10;    # windows that every monitor gets for each look for something to kill

srand $seed;
note "MLOPS_SEED=$seed";

my $node = PostgreSQL::Test::Cluster->new('kills');
$node->init;
$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'mlops'
restart_after_crash = on
max_worker_processes = 16
timezone = 'UTC'
mlops.retry_delay = 1s
mlops.max_attempts = 20
mlops.max_runs = 6
});
$node->start;

my $last = $portion * 4 * ($kills + 2);
$node->safe_psql('postgres', qq{
	CREATE EXTENSION mlops;
	CREATE ROLE ann LOGIN;
	CREATE ROLE bob LOGIN;
	SELECT mlops.grant_use('ann'), mlops.grant_use('bob');
	SELECT mlops.enable_scheduler();
	-- two rows an hour; every 50th hour is wrong
	CREATE TABLE p AS SELECT '2020-01-01 00:00+00'::timestamptz + i * interval '30 min' AS at, (i / 2 % 50 = 49)::int * 1000.0::float8 AS x FROM generate_series(0, 2 * $last + 1) AS i;
	CREATE INDEX ON p (at);
	GRANT SELECT ON p TO ann, bob;
	CREATE FUNCTION make(name text) RETURNS bigint LANGUAGE sql AS \$\$
		SELECT mlops.create_monitor(name, 'p', 'at', features => '{x}', granularity => '1 hour', start_at => '2020-01-01', end_at => '2020-01-02', schedule => NULL,
			min_rows => 1, checks => '[{"metric": "mean", "column": "x", "critical": {"above": 10}}]') \$\$;
	SET ROLE ann;
	SELECT make('m' || i) FROM generate_series(1, $monitors / 2) AS i;
	SET ROLE bob;
	SELECT make('m' || i) FROM generate_series($monitors / 2 + 1, $monitors) AS i});

# the server may be between a crash and its recovery
sub query
{
	my ($sql) = @_;
	my $answer;

	for (1 .. 1800)
	{
		# a psql that cannot connect does not read what it is sent
		my ($rc, $out, $err) = eval { $node->psql('postgres', $sql) };
		return $out if defined $rc && $rc == 0;
		select undef, undef, undef, 0.1;
	}
	die "no answer to $sql";
}

# the pause after a lost process is not waited for here
my $no_pause = q{UPDATE mlops.monitor_run SET retry_at = now() WHERE state = 'waiting' AND retry_at > now(); UPDATE mlops.monitor SET name = name WHERE name = 'm1'; UPDATE mlops_internal.monitor_due SET stale = true WHERE run_id IS NULL;};
my @kinds = ('mlops run', 'mlops run', 'mlops cycle', 'mlops launcher', 'server');
my %killed = map { $_ => 0 } @kinds;
my $done = 0;
my $hours = 24;

while ($done < $kills)
{
	my $kind = $kinds[int rand @kinds];

	# work for all
	$hours += $portion if $hours + $portion <= $last;
	query(qq{DO \$\$ BEGIN PERFORM mlops.alter_monitor(name, jsonb_build_object('end_at', '2020-01-01 00:00+00'::timestamptz + interval '$hours hours')) FROM mlops.monitor; END \$\$; $no_pause});
	select undef, undef, undef, rand 0.5;
	if ($kind eq 'server')
	{
		$node->stop('immediate');
		$node->start;
	}
	else
	{
		my $pid = '';

		# some are short-lived: look until there is one
		for (1 .. 100)
		{
			$pid = query("SELECT pid FROM pg_stat_activity WHERE backend_type = '$kind' ORDER BY random() LIMIT 1");
			last if $pid ne '';
		}
		next if $pid eq '' || kill('KILL', $pid) != 1;
	}
	$killed{$kind}++;
	$done++;
}
note join ', ', map { "$killed{$_} of $_" } sort keys %killed;

my $windows = $monitors * $hours;
my ($finished, $patience) = (0, 1800);
while ($finished < $windows && $patience-- > 0)
{
	query($no_pause);
	my $now = query("SELECT count(*) FILTER (WHERE state = 'succeeded') FROM mlops.monitor_run");
	$patience = 1800 if $now > $finished;
	$finished = $now;
	select undef, undef, undef, 0.1;
}
is($finished, $windows, "after $done kills all windows are done") or diag(query(q{SELECT state, count(*), max(attempt), max(error_message) FROM mlops.monitor_run GROUP BY 1}));
is(query('SELECT count(*), count(DISTINCT (monitor_id, window_lo)), sum(n_windows) FROM mlops.monitor_run'), "$windows|$windows|$windows", 'each has one run');
is(query(q{SELECT count(*) FROM (SELECT window_lo, lag(window_hi) OVER (PARTITION BY monitor_id ORDER BY window_lo) AS before FROM mlops.monitor_run) AS r WHERE window_lo <> before}), '0', 'none is left out');
is(query(q{SELECT count(*), sum(value)::int FROM mlops.observation WHERE metric = 'n' AND column_name IS NULL}), $windows . '|' . 2 * $windows, 'each has its rows, once');
is(query(q{SELECT count(*) FROM mlops.monitor_run AS r WHERE n_observations <> (SELECT count(*) FROM mlops.observation AS o WHERE o.monitor_id = r.monitor_id AND o.window_lo = r.window_lo)}), '0', 'and all its observations');
is(query(q{SELECT count(*) FROM mlops.window_summary WHERE column_name IS NULL}), $windows, 'and its summaries');
is(query('SELECT sum(succeeded) FROM mlops.monitor_health'), $windows, 'as many are counted');

# --- every 50th hour opens an alert, the next resolves it
my $bad = $monitors * int($hours / 50);
my $open = $hours % 50 == 0 ? $monitors : 0;
is(query(q{SELECT count(*) FILTER (WHERE event = 'opened'), count(*) FILTER (WHERE event = 'resolved'), count(*) FROM mlops.alert_event WHERE alert_id IS NOT NULL}), join('|', $bad, $bad - $open, 2 * $bad - $open), 'no alert is lost or doubled');
for (1 .. 600)
{
	last if query('SELECT count(*) FROM mlops_internal.outbox WHERE notified_at IS NULL') eq '0';
	select undef, undef, undef, 0.1;
}
is(query('SELECT count(*), count(notified_at) FROM mlops_internal.outbox'), join('|', (2 * $bad - $open) x 2), 'all notices are sent');
ok($node->poll_query_until('postgres', q{SELECT running = 0 AND waiting = 0 AND due = 0 AND failed = 0 AND mlops.scheduler_alive() FROM mlops.scheduler_status()}), 'the scheduler is at rest');
is(query(q{SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'mlops launcher'}), '1', 'with one launcher');

$node->stop;
done_testing();
