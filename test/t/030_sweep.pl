# Every computing function and aggregate over large data of eleven shapes: it ends
# or is cancelled within about a second, does not crash, fails with no internal
# error and leaves neither memory nor files.  What is called is found in the
# catalog (test/hostile.sql, test/sweep.sql).  A call has 0.2 seconds; what takes
# longer is cancelled, and must be gone 10 seconds later even on a busy machine.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $rows = $ENV{MLOPS_SWEEP_ROWS} || 100000;
my $allowed = 0.2;
my $late = 10;

my $node = PostgreSQL::Test::Cluster->new('sweep');
$node->init;
$node->append_conf('postgresql.conf', qq{
fsync = off
shared_buffers = 256MB
restart_after_crash = off
max_parallel_workers_per_gather = 0
max_locks_per_transaction = 1000
jit = off
autovacuum = off
});
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION mlops');
$node->safe_psql('postgres', slurp_file($_)) for 'test/hostile.sql', 'test/sweep.sql';
sub query { return $node->safe_psql('postgres', "SET search_path = hostile; $_[0]"); }
query('SELECT make_states()');

my $dir = $node->basedir;
my ($asked, $cancelled) = (0, 0);

# Execute statements in one session and look at the time, outcome and memory.
sub sweep
{
	my ($name, $source) = @_;
	my @all = map { [split /\t/, $_, 2] } split /\n/,
		query("SELECT name || E'\\t' || regexp_replace(statement, E'\\\\s+', ' ', 'g') FROM $source");
	my $script = "\\set VERBOSITY terse\nSET client_min_messages = error;\n" .
		"CREATE FUNCTION pg_temp.kept() RETURNS bigint LANGUAGE sql AS 'SELECT sum(total_bytes)::bigint FROM pg_backend_memory_contexts';\n" .
		"SELECT pg_temp.kept();\n" .
		"SET statement_timeout = '" . 1000 * $allowed . "ms';\n\\timing on\n";
	$script .= "\\echo #$_\n$all[$_][1];\n\\echo !:SQLSTATE :LAST_ERROR_MESSAGE\n" for 0 .. $#all;
	$script .= "\\timing off\nSET statement_timeout = 0;\n\\echo =\nSELECT pg_temp.kept();\n";
	my $timed_out = 0;
	my ($code, $out, $said) = $node->psql('postgres', $script, timeout => 300 + @all * 2, timed_out => \$timed_out,
		on_error_stop => 0);
	my ($before) = $out =~ /\A(\d+)$/m;
	my ($after) = $out =~ /^=\n(\d+)$/m;
	my (@slow, @broken);
	for my $part ($out =~ /^#(\d+\n.*?)(?=^[#=]|\z)/msg)
	{
		my ($n) = $part =~ /\A(\d+)/;
		my ($ms) = $part =~ /^Time: ([\d.]+) ms/m;
		my ($state) = $part =~ /^!(\w+)/m;
		$asked++;
		$cancelled++ if ($state // '') eq '57014';
		push @slow, "$all[$n][0] took $ms ms" if defined $ms && $ms > 1000 * ($allowed + $late);
		push @broken, "$all[$n][0]: " . ($state // 'no answer') . ' ' . ($part =~ /^!\w+ (.*)/m)[0]
			if !defined $state || ($state =~ /^(XX|42|58)/ && $part !~ /does not take \d+ arguments|argument \d+ of \S+ must be/);
	}
	ok(!$timed_out, "$name: no call is endless") or die "the last call did not end: " . ($out =~ /.*^#(\d+)$/ms ? $all[$1][0] : '?');
	is(join("\n", @slow), '', "$name: calls end or are cancelled in time");
	is(join("\n", @broken), '', "$name: no internal error");
	cmp_ok(($after // 1e12) - ($before // 0), '<', 64 * 1024 * 1024, "$name: the session keeps no memory");
	is(query('SELECT count(*) FROM pg_ls_tmpdir()'), 0, "$name: no file is left");
}

my @shapes = split /\n/, query('SELECT name FROM shape ORDER BY name');
for my $i (0 .. $#shapes)
{
	my $shape = $shapes[$i];
	my $start = time;
	query("SELECT make_rows('$shape', $rows)");
	sweep("aggregates, $shape", "sweep_states('$shape')");
	sweep("functions, $shape", "sweep_questions('$shape', '" . ($i == 0 ? $shape : $shapes[$i - 1]) . "')");
	sweep("arrays, $shape", "sweep_arrays('$shape')");
	note sprintf('%s: %.1f s', $shape, time - $start);
}
note "$asked calls, $cancelled cancelled";
cmp_ok($asked, '>', 5000, 'enough calls');
$node->stop;
done_testing();
