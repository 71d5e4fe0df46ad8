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

# soon: a session that has ended may still be giving back what it had
sub nothing_stays
{
	my ($name) = @_;

	ok($node->poll_query_until('postgres', "SELECT count(*) = $before FROM pg_ls_dir('pg_dynshmem')"), $name) or diag(segments() . " segments, not $before");
}

my $query = 'SELECT mlops.roc_auc(y, s), mlops.average_precision(y, s), mlops.roc_auc(y, s, i) FROM row';
my $serial = $node->safe_psql('postgres', "SET max_parallel_workers_per_gather = 0; $query");
my ($code, $out, $messages) = $node->psql('postgres', "SET client_min_messages = debug1; $query");
is($out, $serial, 'workers give the same bits');
like($messages, qr/two_samples handed over in \d{7,} bytes of shared memory/, 'states go through shared memory');
like($messages, qr/weighted_samples handed over in \d{7,} bytes of shared memory/, 'those with weights, too');
nothing_stays('nothing stays after the result');

($code, $out, $messages) = $node->psql('postgres', "SET client_min_messages = debug1; SET mlops.work_mem = '256kB'; $query");
is($out, $serial, 'the same bits from disk');
like($messages, qr/handed over/, 'through shared memory as well');
nothing_stays('nothing stays');

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
	nothing_stays("$name: nothing stays");
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

# a result that is read twice while its workers run once: a Sort is between them
# and the aggregate, and what its handles point to must still be there
my $twice = q{SELECT string_agg(t::text, ' ' ORDER BY k, t.g) FROM generate_series(1, 3) AS k
	LEFT JOIN (SELECT g, mlops.roc_auc(y, s) FROM row GROUP BY g) AS t ON true};
my $again = q{SET enable_material = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
	SET enable_gathermerge = off; SET client_min_messages = debug1; };
$serial = $node->safe_psql('postgres', "SET max_parallel_workers_per_gather = 0; $twice");
my $plan = $node->safe_psql('postgres', "$again SET enable_hashagg = on; EXPLAIN (COSTS OFF) $twice");
$again .= 'SET enable_hashagg = off; ' unless $plan =~ /Sort.*Gather/s;
($code, $out, $messages) = $node->psql('postgres', "$again $twice");
is($out, $serial, 'a result is read again');
like($messages, qr/handed over/, 'after its states were handed over');
$plan = $node->safe_psql('postgres', "$again EXPLAIN (COSTS OFF) $twice");
like($plan, qr/Finalize GroupAggregate.*Sort.*Gather/s, 'with a Sort above the workers');
nothing_stays('nothing stays');

# A user's aggregate on our transition function, with a combine function of its
# own: the handle of a worker's state must not reach it, where it could be stored.
$node->safe_psql('postgres', q{
	CREATE ROLE mallory LOGIN;
	SELECT mlops.grant_use('mallory');
	GRANT SELECT ON row TO mallory;
	CREATE SCHEMA AUTHORIZATION mallory});
sub mallory
{
	my ($sql) = @_;
	my ($rc, $stdout, $stderr) = $node->psql('postgres', $sql, extra_params => ['-U', 'mallory']);
	return $rc == 0 ? $stdout : $stderr;
}
mallory(q{
	CREATE FUNCTION mallory.keep(a mlops.two_samples, b mlops.two_samples) RETURNS mlops.two_samples
		LANGUAGE plpgsql PARALLEL SAFE AS 'BEGIN RETURN coalesce(b, a); END';
	CREATE AGGREGATE mallory.leak(float8, boolean) (SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
		COMBINEFUNC = mallory.keep, PARALLEL = SAFE);
	CREATE FUNCTION mallory.give(state mlops.two_samples, x float8, given mlops.two_samples) RETURNS mlops.two_samples
		LANGUAGE plpgsql PARALLEL SAFE AS 'BEGIN RETURN given; END';
	CREATE AGGREGATE mallory.forge(float8, mlops.two_samples) (SFUNC = mallory.give, STYPE = mlops.two_samples,
		COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE)});
like(mallory('EXPLAIN (COSTS OFF) SELECT mallory.leak(s, y) FROM row'), qr/Partial Aggregate/, 'workers make the states of a leak');
is(mallory(q{CREATE TABLE mallory.stolen AS SELECT mallory.leak(s, y) AS v FROM row;
	SELECT length(mlops_internal.two_samples_send(v)) > 1000000, (mlops.ks_test(v)).p_value IS NOT NULL FROM mallory.stolen}), 't|t',
	'the combine function of a user sees a value, which can be stored and read');
my $dump = $node->basedir . '/stolen.sql';
$node->command_ok(['pg_dump', '-U', 'mallory', '-t', 'mallory.stolen', '-f', $dump, $node->connstr('postgres')], 'and dumped');
is(mallory(q{SELECT length(mlops_internal.two_samples_send(mallory.forge(s, (SELECT mallory.leak(s, y) FROM row)))) > 1000000
	FROM (SELECT s FROM row WHERE i < 1000) AS few}), 't', 'our combine function gets a value from a transition function of a user');
$serial = $node->safe_psql('postgres', 'SET max_parallel_workers_per_gather = 0; SELECT mlops.roc_auc(y, s) FROM row');
is($node->safe_psql('postgres', 'SELECT mlops.roc_auc(y, s) FROM row'), $serial, 'the server is alive and right');

# bytes in the form of a handle are refused wherever a user can send them
for my $tag ('06', '0b')
{
	my $handle = $tag . '00' . '00' x 24;
	my $type = $tag eq '06' ? 'two_samples' : 'weighted_samples';
	($code, $out, $messages) = $node->psql('postgres', "SELECT '$type:$handle'::mlops.$type");
	like($messages, qr/invalid value of type $type/, "a handle is no value of type $type");
}
nothing_stays('nothing stays');

$node->stop;
done_testing();
