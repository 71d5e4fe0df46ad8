# Columns of the type of pgvector, which casts to real[] implicitly: described,
# profiled, compared and judged as real[] columns are.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('pgvector');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\n");
$node->start;
if ($node->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'}) eq '0')
{
	$node->stop;
	plan skip_all => 'pgvector is not installed';
}
$node->safe_psql('postgres', q{
	CREATE EXTENSION vector;
	CREATE EXTENSION mlops;
	CREATE TABLE may AS SELECT i, CASE WHEN i % 50 > 0 THEN ARRAY[sin(i), cos(i * 1.7), sin(i / 3.0)]::real[] END AS a FROM generate_series(1, 2000) AS i;
	CREATE TABLE june AS SELECT i, ARRAY[sin(i) + 0.3, cos(i * 1.7), sin(i / 3.0)]::real[] AS a FROM generate_series(1, 2000) AS i;
	ALTER TABLE may ADD v vector(3);
	ALTER TABLE june ADD v vector(3);
	UPDATE may SET v = a::vector;
	UPDATE june SET v = a::vector;
	CREATE DOMAIN page AS vector(3);
	CREATE TABLE paged AS SELECT v::page AS v, v AS plain, a FROM may;
	ANALYZE;
});

# does a query give the same for the vectors and for the arrays?
sub same
{
	my ($query, $name) = @_;
	my ($vectors, $arrays) = ($query, $query);
	$vectors =~ s/COLUMN/v/g;
	$arrays =~ s/COLUMN/a/g;
	my $got = $node->safe_psql('postgres', $vectors);
	isnt($got, '', "$name answers");
	is($got, $node->safe_psql('postgres', $arrays), "$name: the same as of real[]");
}

same('SELECT p::text, mlops.dimension(p), mlops.n(p), mlops.n_null(p) FROM (SELECT mlops.profile(COLUMN) AS p FROM may) AS t', 'profile');
same(q{SELECT n, n_null, mean, stddev, median, note FROM mlops.describe('may', '{COLUMN}')}, 'describe');
same(q{SELECT kind, test, statistic, p_value, verdict, direction, contributions, n_reference FROM mlops.drift_report('may', 'june', '{COLUMN}')}, 'drift_report');
same("SELECT method, statistic, p_value, n_reference, n_current FROM mlops.multivariate_drift('may', 'june', '{COLUMN}', '$_')", "multivariate_drift by $_")
	for qw(mmd pca mahalanobis hotelling domain_classifier);
same('SELECT mlops.mmd(COLUMN, is_current) FROM (SELECT i, COLUMN, false AS is_current FROM may WHERE i < 300 UNION ALL SELECT i, COLUMN, true FROM june WHERE i < 300) AS t', 'mmd');
same('SELECT mlops.n(c), (SELECT correlation FROM mlops.correlations(c) WHERE i = 1 AND j = 3) FROM (SELECT mlops.comoments(COLUMN::real[]) AS c FROM may WHERE COLUMN IS NOT NULL) AS t', 'comoments by a cast');
same('SELECT (mlops.embedding_test(r.p, c.p)).* FROM (SELECT mlops.profile(COLUMN) AS p FROM may) AS r, (SELECT mlops.profile(COLUMN) AS p FROM june) AS c', 'embedding_test');
is($node->safe_psql('postgres', q{SELECT v.verdict = p.verdict AND v.note = p.note AND v.mean = p.mean
	FROM (SELECT 'x' AS verdict, * FROM mlops.describe('paged', '{v}')) AS v, (SELECT 'x' AS verdict, * FROM mlops.describe('paged', '{plain}')) AS p}), 't', 'a domain over vector');

my $parallel = 'SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;';
like($node->safe_psql('postgres', "$parallel EXPLAIN (COSTS OFF) SELECT mlops.profile(v) FROM may"), qr/Partial Aggregate/, 'a parallel plan');
is($node->safe_psql('postgres', "$parallel SELECT mlops.profile(v) FROM may"), $node->safe_psql('postgres', 'SELECT mlops.profile(v) FROM may'), 'with the same bits');

# half-precision vectors cast to vector, hence take a cast to real[]
if ($node->safe_psql('postgres', q{SELECT count(*) FROM pg_type WHERE typname = 'halfvec'}) eq '1')
{
	is($node->safe_psql('postgres', q{SELECT mlops.dimension(mlops.profile(v::halfvec(3)::vector)) FROM may}), '3', 'halfvec by a cast');
}
$node->stop;
done_testing();
