# Parallel workers hand large states to the leader through shared memory: it is
# used, gives the same bits, and is gone whatever ends the query.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('handover');
$node->init;

# segments as files of this server alone, which can be counted
$node->append_conf('postgresql.conf', q{
dynamic_shared_memory_type = mmap
max_parallel_workers_per_gather = 2
parallel_setup_cost = 0
parallel_tuple_cost = 0
min_parallel_table_scan_size = 0
parallel_leader_participation = off
fsync = off
});
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION mlops;
	CREATE TABLE row AS
		SELECT i, i % 5 = 0 AS y, i % 2 AS g, ((i::bigint * 2654435761) % 4294967296) / 4294967.296::float8 AS s
		FROM generate_series(1, 1000000) AS i;
	ANALYZE row;
});

sub segments
{
	return $node->safe_psql('postgres', q{SELECT count(*) FROM pg_ls_dir('pg_dynshmem')});
}

my $before = segments();
my $query = 'SELECT mlops.roc_auc(y, s), mlops.average_precision(y, s), mlops.roc_auc(y, s, i) FROM row';
my $serial = $node->safe_psql('postgres', "SET max_parallel_workers_per_gather = 0; $query");
my ($code, $out, $messages) = $node->psql('postgres', "SET client_min_messages = debug1; $query");
is($out, $serial, 'workers give the same bits');
like($messages, qr/two_samples handed over in \d{7,} bytes of shared memory/, 'states go through shared memory');
like($messages, qr/weighted_samples handed over in \d{7,} bytes of shared memory/, 'those with weights, too');
is(segments(), $before, 'nothing stays after the result');

($code, $out, $messages) = $node->psql('postgres', "SET client_min_messages = debug1; SET mlops.work_mem = '256kB'; $query");
is($out, $serial, 'the same bits from disk');
like($messages, qr/handed over/, 'through shared memory as well');
is(segments(), $before, 'nothing stays');

# groups arrive one by one, the second lies there while the first is looked at
my $grouped = 'SET enable_hashagg = off; SET client_min_messages = debug1; SELECT g, %s FROM (SELECT g, mlops.roc_auc(y, s) AS auc FROM row GROUP BY g) AS t %s';
for my $case (
	['a reader that stops', 'auc > 0', 'LIMIT 1', qr/^0\|t$/, qr/handed over/],
	['an error', '1 / g', 'WHERE auc > 0', qr/^$/, qr/handed over.*division by zero/s],
	['a cancel', 'pg_sleep(60)', "WHERE auc > 0", qr/^$/, qr/handed over.*canceling statement/s])
{
	my ($name, $column, $rest, $result, $said) = @$case;
	my $sql = ($name eq 'a cancel' ? "SET statement_timeout = '8s'; " : '') . sprintf($grouped, $column, $rest);

	($code, $out, $messages) = $node->psql('postgres', $sql);
	like($out, $result, "$name: result");
	like($messages, $said, "$name: came after the hand-over");
	is(segments(), $before, "$name: nothing stays");
}

# and within one session, which goes on; it has a segment of its own from its
# first parallel query on
is($node->safe_psql('postgres', q{
	SELECT avg(s) > 0 AS parallel FROM row \gset
	SELECT count(*) AS before FROM pg_ls_dir('pg_dynshmem') \gset
	DO $$ BEGIN
		FOR i IN 1 .. 5 LOOP
			BEGIN
				PERFORM 1 / g FROM (SELECT g, mlops.roc_auc(y, s) AS auc FROM row GROUP BY g) AS t WHERE auc > 0;
			EXCEPTION WHEN division_by_zero THEN
			END;
		END LOOP;
	END $$;
	SELECT count(*) - :before FROM pg_ls_dir('pg_dynshmem')}), 0, 'nothing stays within a session');

$node->stop;
done_testing();
