# Every example of the documentation runs: the sql blocks of a page, in their
# order, in a database of their own; test/docs/PAGE.sql makes what a page takes
# for granted.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('docs');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\ntimezone = 'UTC'\n");
$node->start;

# the sql blocks of a page; blocks of other kinds are output, shell or settings
sub examples
{
	my ($text) = @_;
	my @blocks = $text =~ /^```sql\n(.*?)^```/msg;

	return map { /;\s*(--.*)?\s*\z/ ? $_ : "$_;" } @blocks;
}

my $n = 0;
foreach my $page (glob('docs/*.md'))
{
	my ($name) = $page =~ m{([^/]+)\.md$};
	my @blocks = examples(slurp_file($page));
	next unless @blocks;

	my $db = 'docs' . ++$n;
	my $script = $node->basedir . "/$name.sql";
	my $before = -e "test/docs/$name.sql" ? slurp_file("test/docs/$name.sql") : '';
	append_to_file($script, join("\n", $before, @blocks));
	$node->safe_psql('postgres', "CREATE DATABASE $db");
	$node->safe_psql($db, 'CREATE EXTENSION mlops');
	$node->command_ok(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-d', $node->connstr($db), '-f', $script],
		"$page: " . scalar(@blocks) . ' blocks');
}
cmp_ok($n, '>=', 6, 'pages with examples were found');

$node->stop;
done_testing();
