# Labels that come late, with the scheduler at work: windows are read again by
# themselves when labels have come, once each, also when a process dies at it.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('labels');
$node->init;
$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'mlops'
max_worker_processes = 16
max_prepared_transactions = 2
timezone = 'UTC'
mlops.retry_delay = 1s
mlops.max_attempts = 3
});
$node->start;

sub wait_for
{
	my ($condition, $what) = @_;

	ok($node->poll_query_until('postgres', "SELECT $condition"), $what)
	  or diag($node->safe_psql('postgres', 'TABLE mlops.run_history; TABLE mlops.label_window'));
	return;
}

# Three days of rows, weeks ago, whose labels are not known.
$node->safe_psql('postgres', q{
	CREATE EXTENSION mlops;
	CREATE ROLE ann LOGIN;
	SELECT mlops.grant_use('ann');
	GRANT CREATE ON SCHEMA public TO ann;
	SET ROLE ann;
	CREATE TABLE pred (at timestamptz, x float8, score float8, label boolean, label_at timestamptz);
	INSERT INTO pred SELECT date_trunc('day', now()) - interval '24 days' + i * interval '20 minutes', i, i * 7 % 50 / 50.0
	FROM generate_series(0, 215) AS i;
	SELECT mlops.create_monitor('late', 'public.pred', 'at', label_column => 'label', score_column => 'score', features => '{x}',
		label_time_column => 'label_at', max_label_age => '60 days', start_at => date_trunc('day', now()) - interval '24 days',
		end_at => date_trunc('day', now()) - interval '21 days', schedule => NULL,
		checks => '[{"metric": "roc_auc", "critical": {"below": 0.9}}]');
	RESET ROLE;
	SELECT mlops.enable_scheduler();
});
wait_for(q{(SELECT count(*) = 3 FROM mlops.monitor_run WHERE state = 'succeeded')}, 'the windows are evaluated');
is($node->safe_psql('postgres', q{SELECT count(*), min(verdict), max(label_state) FROM mlops.observation WHERE metric = 'roc_auc' AND verdict IS NOT NULL}),
	'3|no_data|open', 'and nothing can be said of labels');

# Labels come.  What looks for them is the next run: here that of one window which is due again.
$node->safe_psql('postgres', q{UPDATE pred SET label = score > 0.5, label_at = clock_timestamp()});
sub due_again
{
	my ($where) = @_;

	$node->safe_psql('postgres', qq{
		UPDATE mlops.label_window SET next_at = now() WHERE $where;
		UPDATE mlops.monitor SET enabled = enabled;
	});
	return;
}
due_again('window_lo = (SELECT max(window_lo) FROM mlops.label_window)');
wait_for(q{(SELECT count(*) = 3 FROM mlops.observation WHERE metric = 'roc_auc' AND value = 1 AND label_state = 'final')},
	'three weeks late the numbers are there, of all windows');
wait_for(q{(SELECT count(*) = 3 AND bool_and(state = 'succeeded' AND attempt = 2 AND past_attempts = 1) FROM mlops.monitor_run)},
	'each by one run more, recorded once');
is($node->safe_psql('postgres', q{SELECT count(*), count(*) FILTER (WHERE upper_inf(known)) FROM mlops.observation_history}), '6|3',
	'and what was known before is kept');
is($node->safe_psql('postgres', q{SELECT succeeded FROM mlops_internal.monitor_due}), '3', 'a window counts once');

# A process dies in the middle: the lock of a prepared transaction keeps it there.
$node->safe_psql('postgres', q{UPDATE pred SET label = NOT label, label_at = clock_timestamp()});
$node->safe_psql('postgres', q{BEGIN; LOCK TABLE pred; PREPARE TRANSACTION 'hold'});
due_again('window_lo = (SELECT min(window_lo) FROM mlops.label_window)');
wait_for(q{EXISTS (SELECT FROM mlops.monitor_run AS r JOIN pg_stat_activity AS a ON a.pid = r.holder_pid
	WHERE r.state = 'started' AND a.wait_event_type = 'Lock' AND a.usename = 'ann')}, 'a process waits for the rows');
my $pid = $node->safe_psql('postgres', q{SELECT holder_pid FROM mlops.monitor_run WHERE state = 'started'});
$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
$node->poll_query_until('postgres', "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $pid)");
$node->safe_psql('postgres', q{COMMIT PREPARED 'hold'});
wait_for(q{(SELECT count(*) = 3 FROM mlops.observation WHERE metric = 'roc_auc' AND value = 0 AND label_state = 'corrected' AND verdict = 'critical')},
	'the correction is seen all the same');
wait_for(q{(SELECT count(*) = 3 AND bool_and(state = 'succeeded' AND past_attempts >= 2) FROM mlops.monitor_run)}, 'one run for each window');
is($node->safe_psql('postgres', q{SELECT count(*), bool_and(n = 1) FROM (SELECT observation_id, count(*) FILTER (WHERE upper_inf(known)) AS n
	FROM mlops.observation_history GROUP BY 1) AS h}), '3|t', 'and one present number');

# The labels cannot be read any more: a few attempts, then it is told, and the numbers stay.
$node->safe_psql('postgres', q{ALTER TABLE pred RENAME COLUMN label_at TO told_at});
due_again('window_lo = (SELECT max(window_lo) FROM mlops.label_window)');
wait_for(q{EXISTS (SELECT FROM mlops.monitor_run WHERE state = 'failed' AND attempt - past_attempts = 3)}, 'three attempts, as of any run');
is($node->safe_psql('postgres', q{SELECT count(*) FROM mlops.observation WHERE metric = 'roc_auc' AND value = 0}), '3', 'the numbers of before are there');
is($node->safe_psql('postgres', q{SELECT severity FROM mlops.alert WHERE metric = 'evaluation' AND state = 'opened'}), 'critical', 'and an alert tells');

$node->stop;
done_testing();
