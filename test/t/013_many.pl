# Many monitors and many cycles: what a cycle does is bounded, nobody waits for
# a tenant with thousands of monitors, and the launcher does not grow.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('many');
$node->init;
$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'mlops'
timezone = 'UTC'
fsync = off
mlops.max_runs = 1
});
$node->start;

sub wait_for
{
	my ($condition, $what) = @_;
	ok($node->poll_query_until('postgres', "SELECT $condition"), $what);
	return;
}

$node->safe_psql('postgres', q{
	CREATE ROLE ann LOGIN;
	CREATE ROLE bob LOGIN;
	CREATE EXTENSION mlops;
	CREATE TABLE flight (at timestamptz NOT NULL, delay float8);
	INSERT INTO flight SELECT '2024-01-01 00:00+00'::timestamptz + i * interval '10 min', i FROM generate_series(0, 5) AS i;
	GRANT SELECT ON flight TO ann, bob;
	SELECT mlops.grant_use('ann'), mlops.grant_use('bob');
	SET ROLE ann;
	SELECT mlops.create_monitor('first', 'flight', 'at', features => '{delay}', granularity => '1 hour', start_at => '2900-01-01 00:00+00', schedule => NULL);
	RESET ROLE;
	INSERT INTO mlops.monitor (name, owner_oid, owner_name)
	SELECT 'idle ' || i, m.owner_oid, m.owner_name FROM mlops.monitor AS m, generate_series(1, 10000) AS i;
	DO $$
	DECLARE
		d mlops.monitor_version := (SELECT v FROM mlops.monitor_version AS v);
		id bigint;
	BEGIN
		FOR id IN SELECT monitor_id FROM mlops.monitor WHERE name LIKE 'idle %' LOOP
			d.monitor_id := id;
			INSERT INTO mlops.monitor_version SELECT d.*;
		END LOOP;
	END
	$$;
	ANALYZE mlops.monitor, mlops.monitor_version});

# --- one look notes a thousand, those of another owner among them
is($node->safe_psql('postgres', q{SELECT mlops_internal.next_due_time() < now() + interval '1 minute'; SELECT count(*) FROM mlops_internal.monitor_due}), "t\n1000",
	'a cycle notes at most a thousand monitors, and asks for another soon');
$node->safe_psql('postgres', q{
	SET ROLE bob;
	SELECT mlops.create_monitor('bob', 'flight', 'at', features => '{delay}', granularity => '1 hour',
		start_at => '2024-01-01 00:00+00', end_at => '2024-01-01 01:00+00', schedule => NULL)});
$node->safe_psql('postgres', q{SELECT mlops_internal.next_due_time()});
is($node->safe_psql('postgres', q{SELECT count(*) FROM mlops_internal.monitor_due AS d JOIN mlops.monitor AS m USING (monitor_id) WHERE m.name = 'bob'}), '1',
	'a new monitor of another owner does not wait for the thousands before it');

# --- the scheduler comes to rest, and costs nothing while nothing is due
$node->safe_psql('postgres', 'SELECT mlops.enable_scheduler()');
wait_for('(SELECT count(*) = 10002 AND count(*) FILTER (WHERE stale) = 0 FROM mlops_internal.monitor_due)', 'all are noted in the end');
wait_for(q{(SELECT count(*) = 1 FROM mlops.run_history WHERE monitor = 'bob' AND state = 'succeeded')}, 'and the one that is due runs');
wait_for(q{(SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type IN ('mlops cycle', 'mlops run')))}, 'no process is left');

is($node->safe_psql('postgres', 'SELECT mlops.scheduler_alive(), launcher_seen_at IS NOT NULL, due, overdue FROM mlops.scheduler_status()'), 't|t|0|0', 'a watchdog sees that it is alive');

# --- a cycle removes what is not kept any more, of each monitor once a day
$node->safe_psql('postgres', q{
	UPDATE mlops_internal.monitor_due AS d SET pruned_at = now() - interval '2 days' FROM mlops.monitor AS m WHERE m.monitor_id = d.monitor_id AND m.name IN ('bob', 'idle 7');
	SELECT mlops_internal.wake_scheduler()});
wait_for(q{(SELECT d.pruned_at > now() - interval '1 day' FROM mlops_internal.monitor_due AS d JOIN mlops.monitor AS m USING (monitor_id) WHERE m.name = 'bob')}, 'a monitor that ran is looked at');
is($node->safe_psql('postgres', q{SELECT d.pruned_at > now() - interval '1 day' FROM mlops_internal.monitor_due AS d JOIN mlops.monitor AS m USING (monitor_id) WHERE m.name = 'idle 7'}), 'f', 'and one that did not is left in peace');

# --- many cycles: the launcher's memory is the same after them
sub launcher_memory
{
	my $from = -s $node->logfile;
	my $bytes;

	$node->safe_psql('postgres', 'SELECT pg_log_backend_memory_contexts(launcher_pid) FROM mlops_internal.scheduler_process()');
	for (1 .. 1800)
	{
		($bytes) = substr(slurp_file($node->logfile), $from) =~ /Grand total: (\d+) bytes/;
		return $bytes if defined $bytes;
		select undef, undef, undef, 0.1;
	}
	return;
}

sub cycles
{
	my ($n) = @_;

	$node->safe_psql('postgres', qq{
		DO \$\$
		DECLARE
			last_seen timestamptz := '-infinity';
			seen timestamptz;
			n integer := 0;
		BEGIN
			WHILE n < $n LOOP
				PERFORM mlops_internal.wake_scheduler();
				COMMIT;
				PERFORM pg_stat_clear_snapshot();
				seen := (SELECT max(backend_start) FROM pg_stat_activity WHERE backend_type = 'mlops cycle');
				IF seen > last_seen THEN
					n := n + 1;
					last_seen := seen;
				END IF;
			END LOOP;
		END
		\$\$});
	return;
}

cycles(10);
my $before = launcher_memory();
cycles(40);
is(launcher_memory(), $before, 'the launcher does not grow by forty cycles');

$node->stop;
done_testing();
