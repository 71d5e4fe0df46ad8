# Every example of the documentation runs: the sql blocks of a page, in their
# order, in a database of their own; test/docs/PAGE.sql makes what a page takes
# for granted.  And every psql session that a page shows, the README's above all,
# is typed as it stands there, in an empty database, and answers what is shown.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

sub start_server
{
	my $node = PostgreSQL::Test::Cluster->new($_[0]);
	$node->init;
	$node->append_conf('postgresql.conf', "fsync = off\ntimezone = 'UTC'\nshared_preload_libraries = 'mlops'\n");
	$node->start;
	return $node;
}
my $node = start_server('docs');

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

# the commands of the psql blocks of a page, each with what is shown below it:
# "=> " begins a command and lines that are indented by three blanks continue it
sub session
{
	my ($text) = @_;
	my @said;

	foreach my $block ($text =~ /^```psql\n(.*?)^```/msg)
	{
		push @said, { block => 1 };
		my $open = 0;
		foreach my $line (split /\n/, $block)
		{
			if ($line =~ /^=> (.*)/)
			{
				push @said, { command => $1, shown => '' };
				$open = $1 !~ /^\\|;$/;
			}
			elsif ($open)
			{
				$said[-1]{command} .= "\n$line";
				$open = $line !~ /;$/;
			}
			else
			{
				$said[-1]{shown} .= "$line\n";
			}
		}
	}
	return @said;
}

sub trimmed { return $_[0] =~ s/[ \t]+$//mgr =~ s/^\n+|\n+$//gr }

# between two blocks time passes: until the scheduler has nothing left to do
my $moment = q{DO $$ BEGIN
	FOR i IN 1 .. 1800 LOOP
		EXIT WHEN NOT EXISTS (SELECT FROM mlops.monitor AS m LEFT JOIN mlops_internal.monitor_due AS d USING (monitor_id)
							  WHERE d.monitor_id IS NULL OR d.stale OR d.run_id IS NOT NULL OR d.next_due IS NOT NULL);
		PERFORM pg_sleep(0.1);
	END LOOP;
END $$;};
my $compared = 0;
$node->stop;
$node = start_server('sessions');
foreach my $page ('README.md', glob('docs/*.md'))
{
	my @said = session(slurp_file($page));
	next unless @said;

	my ($name) = $page =~ m{([^/]+)\.md$};
	$name = lc $name;
	my $script = $node->basedir . "/$name.session";
	my $n_blocks = 0;
	my @commands = grep { $_->{command} } @said;
	append_to_file($script, join('', "\\pset pager off\n", map {
		$_->{block} ? ($n_blocks++ ? "$moment\n" : '') : "\\echo \@\@\@\n$_->{command}\n" } @said));
	$node->safe_psql('postgres', "CREATE DATABASE session_$name");
	my ($out, $err);
	IPC::Run::run(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr("session_$name"), '-f', $script], '>', \$out, '2>', \$err);
	my @answers = split /^\@\@\@\n/m, $out;
	shift @answers;
	is($err, '', "$page: the session has no errors");
	for my $i (0 .. $#commands)
	{
		next if $commands[$i]{shown} !~ /\S/;
		is(trimmed($answers[$i] // ''), trimmed($commands[$i]{shown}), "$page: $commands[$i]{command}");
		$compared++;
	}
}
cmp_ok($compared, '>=', 3, 'answers that pages show were compared');

$node->stop;
done_testing();
