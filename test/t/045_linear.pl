# The library of linear algebra is loaded by the process that needs it, when it does:
# in a session, in a parallel worker, at the server's start where that is asked for; and
# where it is missing, whatever needs it says so and the rest works.

use strict;
use warnings;
use File::Copy;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('linear');
$node->init(extra => ['--encoding=UTF8', '--locale=C']);
$node->append_conf('postgresql.conf', "timezone = 'UTC'\nfsync = off\nshared_preload_libraries = ''\n");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION mlops;
	CREATE TABLE t AS SELECT i::float8 AS x, (i * i % 17)::float8 AS y FROM generate_series(1, 2000) AS i;
	CREATE TABLE fit AS SELECT mlops.pca_fit(mlops.comoments(x, y), 0.4) AS p FROM t;
	CREATE FUNCTION loaded() RETURNS boolean LANGUAGE sql PARALLEL SAFE AS
		$$ SELECT pg_read_file('/proc/self/maps', 0, 100000000, true) ~ 'mlops_linear' $$;
	ANALYZE});
my $see = -r '/proc/self/maps';
my $plain = 'SELECT mlops.rmse(x, y) IS NOT NULL FROM t';
my $linear = 'SELECT count(c.loadings) FROM (SELECT mlops.pca_fit(mlops.comoments(x, y), 0.4) AS p FROM t) AS f, mlops.components(f.p) AS c';
my $errors = 'SELECT max(mlops.pca_error((SELECT p FROM fit), ARRAY[x, y])) FROM t';

# what a session answers without blanks: "t" and "f" where it can be seen, else nothing
sub seen
{
	my ($expected) = @_;
	$expected =~ s/[tf]$//mg unless $see;
	return $expected;
}

is($node->safe_psql('postgres', "$plain; SELECT loaded()"), "t\n" . seen('f'), 'plain metrics do not load it');
is($node->safe_psql('postgres', "$linear; SELECT loaded()"), "1\n" . seen('t'), 'principal components do');

# --- a worker loads it for itself, and the session it works for does not
my $parallel = 'SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;
	SET parallel_leader_participation = off; SET max_parallel_workers_per_gather = 2;';
like($node->safe_psql('postgres', "$parallel EXPLAIN (COSTS off) $errors"), qr/Partial Aggregate/, 'the plan is parallel');
my $expected = $node->safe_psql('postgres', $errors);
is($node->safe_psql('postgres', "$parallel $errors; SELECT loaded()"), "$expected\n" . seen('f'), 'in a parallel worker');
is($node->safe_psql('postgres', "$linear; $parallel $errors"), "1\n$expected", 'in a worker of a session that has it');

# --- where it is missing: functions of a copy of the library that stands alone
my $alone = PostgreSQL::Test::Utils::tempdir;
my ($suffix) = map { /\.(\w+)$/ } glob($node->config_data('--pkglibdir') . '/mlops.*');
copy($node->config_data('--pkglibdir') . "/mlops.$suffix", "$alone/mlops.$suffix") or die;
$node->safe_psql('postgres', "UPDATE pg_proc SET probin = '$alone/mlops' WHERE probin = '\$libdir/mlops'");
my ($rc, $out, $err) = $node->psql('postgres', "$plain;\n\\set VERBOSITY verbose\n$linear", on_error_stop => 0);
is($out, 't', 'plain metrics need no more than the one library');
like($err, qr/ERROR:  58P01: could not load the library for linear algebra\nDETAIL:  .*mlops_linear\.$suffix.*\nHINT:  Install all files of mlops/, 'what needs the other says that it is missing');
$node->safe_psql('postgres', "UPDATE pg_proc SET probin = '\$libdir/mlops' WHERE probin = '$alone/mlops'");

# --- at the server's start, for sessions that shall not wait
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'mlops'");
$node->restart;
is($node->safe_psql('postgres', "$plain; SELECT loaded(); $linear"), "t\n" . seen('f') . "\n1", 'mlops alone is preloaded');
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'mlops, mlops_linear'");
$node->restart;
is($node->safe_psql('postgres', "SELECT loaded(); $linear; $errors"), seen('t') . "\n1\n$expected", 'both are');

$node->stop;
done_testing();
