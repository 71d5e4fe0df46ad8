# Feature views that the scheduler materializes: in the run of the monitor that watches
# them, as its owner, once, and again after a failure.
#
# A prepared transaction that holds a lock on the source keeps a run in the middle.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('features');
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
$node->safe_psql('postgres', q{
	CREATE EXTENSION mlops;
	CREATE ROLE ann LOGIN;
	SELECT mlops.grant_use('ann');
	GRANT CREATE ON DATABASE postgres TO ann;
	SET ROLE ann;
	CREATE SCHEMA shop;
	SET search_path = shop;
	CREATE TABLE spending AS SELECT c AS customer, timestamptz '2024-01-01' + i * interval '10 min' AS at, c * i AS euro
		FROM generate_series(1, 5) AS c, generate_series(0, 35) AS i;
	SELECT mlops.create_feature_view('spending', 'SELECT customer, at, at AS known, euro FROM spending', '{customer}', 'at', created_at_column => 'known', ttl => '36500 days');
	SELECT mlops.monitor_feature_view('spending', true, '{"start_at": "2024-01-01", "end_at": "2024-01-01 06:00", "schedule": null}')});

sub ask
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', $sql);
}

sub wait_for
{
	my ($condition, $what) = @_;
	ok($node->poll_query_until('postgres', "SELECT $condition"), $what)
	  or diag(ask('SELECT * FROM mlops.run_history; SELECT * FROM mlops.feature_health; SELECT * FROM mlops.scheduler_status()'));
	return;
}

# New rows, as if the last time had been long ago, and six more windows that are due.
my $hours = 6;

sub more
{
	my ($customer) = @_;
	my $from = $hours;
	$hours += 6;
	ask(qq{
		UPDATE mlops.feature_online SET known_until = '2024-01-01';
		SET ROLE ann;
		INSERT INTO shop.spending SELECT c, timestamptz '2024-01-01' + i * interval '10 min', 1000 * c + i FROM (VALUES (1), ($customer)) AS v (c), generate_series($from * 6, $hours * 6 - 1) AS i;
		SELECT mlops.alter_monitor('spending\@1', jsonb_build_object('end_at', timestamptz '2024-01-01' + $hours * interval '1 hour'))});
	return;
}
my $differs = q{SELECT string_agg(check_name || ' ' || n, ', ' ORDER BY check_name) FROM mlops.check_online('spending@1') WHERE check_name IN ('rows', 'different', 'missing')};

sub as_ann
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', $sql, extra_params => [ '-U', 'ann' ]);
}

# --- it runs by itself, as the owner; what is due together is materialized once
is(as_ann('SELECT count(*), max(euro) FROM shop.spending_online_1'), '5|175', 'materialized when the monitor was made');
ask(q{UPDATE mlops.feature_online SET known_until = '2024-01-01'; SET ROLE ann; INSERT INTO shop.spending VALUES (6, '2024-01-01 05:59', 7)});
ask('SELECT mlops.enable_scheduler()');
wait_for(q{count(*) = 6 FROM mlops.run_history WHERE state = 'succeeded'}, 'six windows have run');
is(as_ann($differs), 'different 0, missing 0, rows 6', 'the table is what was known');
is(ask(q{SELECT count(*) FROM mlops.feature_online AS o JOIN mlops.monitor_run AS r ON r.claimed_at = o.known_until}), '1', 'the first of the windows materialized for all');
is(ask(q{SELECT relowner::regrole FROM pg_class WHERE oid = 'shop.spending_online_1'::regclass}), 'ann', 'the table is the owner\'s');
is(ask(q{SELECT feature_view, version, relation, known_until > now() - interval '1 hour', is_stale, n_written, monitor, active, state, last_error IS NULL, last_run_at IS NOT NULL FROM mlops.feature_health}),
	'spending|1|shop.spending_online_1|t|f|1|spending@1|t|succeeded|t|t', 'and the view of health says so');
is(as_ann(q{SELECT string_agg(value::text, ',' ORDER BY window_lo) FROM mlops.metric_history WHERE monitor = 'spending@1' AND metric = 'n' AND slice_column IS NULL}),
	'30,30,30,30,30,31', 'each window has its numbers');

# --- a run process is killed in the middle: once more, and nothing twice
$node->safe_psql('postgres', q{BEGIN; LOCK TABLE shop.spending IN ACCESS EXCLUSIVE MODE; PREPARE TRANSACTION 'hold'});
ask(q{UPDATE mlops.feature_online SET known_until = '2024-01-01'; SET ROLE ann; SELECT mlops.alter_monitor('spending@1', '{"end_at": "2024-01-01 12:00"}')});
$hours = 12;
wait_for(q{count(*) = 1 FROM mlops.run_history AS r JOIN pg_stat_activity AS a ON a.backend_type = 'mlops run' AND a.wait_event_type = 'Lock' WHERE r.state = 'started'}, 'a run waits for the source');
kill 'KILL', ask(q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'mlops run' AND wait_event_type = 'Lock'});
$node->poll_query_until('postgres', q{SELECT EXISTS (SELECT FROM mlops.run_history WHERE crashes > 0)});
ask(q{ROLLBACK PREPARED 'hold'});
wait_for(q{count(*) = 12 FROM mlops.run_history WHERE state = 'succeeded'}, 'after a crash it is done again');
is(ask(q{SELECT max(crashes), max(attempt) FROM mlops.run_history}), '1|2', 'at the second attempt');
is(as_ann($differs), 'different 0, missing 0, rows 6', 'and the table is right');
is(ask(q{SELECT count(*), count(DISTINCT window_lo) FROM mlops.observation WHERE metric = 'evaluation' AND column_name IS NULL AND slice_column IS NULL}), '12|12', 'nothing was recorded twice');

# --- what it reads has changed: tried again, told as an incident of its own cause, healed
ask(q{ALTER TABLE shop.spending RENAME euro TO dollar});
more(7);
wait_for(q{count(*) >= 1 FROM mlops.run_history WHERE state = 'failed'}, 'a failure that persists');
like(ask(q{SELECT last_error FROM mlops.feature_health}), qr/euro/, 'is seen beside the table');
is(ask(q{SELECT string_agg(DISTINCT cause || ' ' || severity, ',') FROM mlops.incident}), 'feature critical', 'and is an incident');
is(as_ann('SELECT count(*) FROM shop.spending_online_1'), '6', 'what was there stays');
ask(q{ALTER TABLE shop.spending RENAME dollar TO euro});
ask(q{SET ROLE ann; SELECT mlops.retry('spending@1')});
wait_for(q{count(*) = 18 FROM mlops.run_history WHERE state = 'succeeded'}, 'it heals');
is(as_ann($differs), 'different 0, missing 0, rows 7', 'with all that came meanwhile');

# --- paused, without rights, without its owner
as_ann(q{SELECT mlops.pause('spending@1', 'rest')});
more(8);
is(ask(q{SELECT active, known_until = '2024-01-01' FROM mlops.feature_health}), 'f|t', 'a paused one stands');
ask(q{REVOKE ALL ON shop.spending FROM ann});
as_ann(q{SELECT mlops.resume('spending@1')});
wait_for(q{count(*) >= 1 FROM mlops.run_history WHERE state = 'failed' AND error_code = '42501'}, 'it runs with no more than the rights of its owner');
ask(q{GRANT ALL ON shop.spending TO ann; SET ROLE ann; SELECT mlops.retry('spending@1')});
wait_for(q{count(*) = 24 FROM mlops.run_history WHERE state = 'succeeded'}, 'and goes on with them');
ask('ALTER ROLE ann NOLOGIN');
more(9);
wait_for(q{NOT active FROM mlops.feature_health}, 'without its owner it is paused');
like(ask(q{SELECT pause_reason FROM mlops.monitor_health}), qr/may not log in/, 'and says why');
ask(q{ALTER ROLE ann LOGIN; SET ROLE ann; SELECT mlops.resume('spending@1')});
wait_for(q{count(*) = 30 FROM mlops.run_history WHERE state = 'succeeded'}, 'it catches up');

# --- the view is dropped under it
ask(q{SET client_min_messages = warning; SET ROLE ann; SELECT mlops.drop_feature_view('spending'); SELECT mlops.alter_monitor('spending@1', '{"end_at": "2024-01-02 07:00"}')});
wait_for(q{count(*) = 1 FROM mlops.run_history WHERE state = 'failed' AND error_code = '42704'}, 'a view that is gone is an error');
is(as_ann('SELECT count(*) FROM shop.spending_online_1'), '9', 'its table stays');

$node->stop;
done_testing();
