# Every example of the documentation runs: the sql blocks of a page, in their
# order, in a database of their own; test/docs/PAGE.sql makes what a page takes
# for granted.  And every psql session that a page shows, the README's above all,
# is typed as it stands there, in an empty database, and answers what is shown;
# below test/docs/PAGE.sql too where the session stands on it.  Links lead
# somewhere, and a page to learn from can be read in one sitting.

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

my @pages = (glob('docs/*.md'), glob('docs/reference/*.md'), glob('docs/bi/*.md'));

# "docs/reference/drift.md" is "reference/drift" below test/docs/, and a database
sub fixture { return 'test/docs/' . $_[0] =~ s{^docs/|\.md$}{}gr . '.sql' }
sub plain_name { return lc($_[0]) =~ s{^docs/|\.md$}{}gr =~ s/\W/_/gr }

# the sql blocks of a page; blocks of other kinds are output, shell or settings
sub examples
{
	my ($text) = @_;
	my @blocks = $text =~ /^```sql\n(.*?)^```/msg;

	return map { /;\s*(--.*)?\s*\z/ ? $_ : "$_;" } @blocks;
}

my $n = 0;
foreach my $page (@pages)
{
	my $name = plain_name($page);
	my @blocks = examples(slurp_file($page));
	next unless @blocks;

	my $db = 'docs' . ++$n;
	my $script = $node->basedir . "/$name.sql";
	my $before = -e fixture($page) ? slurp_file(fixture($page)) : '';
	append_to_file($script, join("\n", $before, @blocks));
	$node->safe_psql('postgres', "CREATE DATABASE $db");
	$node->safe_psql($db, 'CREATE EXTENSION mlops');
	$node->command_ok(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-d', $node->connstr($db), '-f', $script],
		"$page: " . scalar(@blocks) . ' blocks');
}
cmp_ok($n, '>=', 6, 'pages with examples were found');

# what a page names is there for its reader: nothing internal, nothing that is gone
my %known = map { $_ => 1 } split /\n/, $node->safe_psql('docs1', q{
	SELECT proname FROM pg_proc WHERE pronamespace = 'mlops'::regnamespace
	UNION SELECT relname FROM pg_class WHERE relnamespace = 'mlops'::regnamespace
	UNION SELECT typname FROM pg_type WHERE typnamespace = 'mlops'::regnamespace
	UNION SELECT substr(name, 7) FROM pg_settings WHERE name LIKE 'mlops.%'});
my %callable = (%known, metric => 1, nullif => 1,
	map { $_ => 1 } split /\n/, $node->safe_psql('docs1', q{SELECT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace}));
foreach my $page ('README.md', @pages)
{
	my $text = slurp_file($page);
	my %named = map { $_ => 1 } $text =~ /\bmlops(_internal\.\w+)/g, $text =~ /\bmlops\.([a-z]\w*)/g;
	my %called = map { $_ => 1 } map { /\b([a-z_]\w*)\(/g } $text =~ s/^```.*?^```//msgr =~ /`([^`\n]*)`/g;
	is(join(' ', (sort grep { !$known{$_} && $_ ne 'NAME' } keys %named), (sort grep { !$callable{$_} } keys %called)),
		'', "$page names what is public");
}

# the commands of the psql blocks of a page, each with what is shown below it:
# "=> " begins a command and lines that are indented by three blanks continue it;
# a comment, "-- ", may stand above one
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
			next if !$open && $line =~ /^-- /;
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
		EXIT WHEN NOT (SELECT enabled FROM mlops.scheduler_status()) OR NOT EXISTS (SELECT FROM mlops.monitor AS m LEFT JOIN mlops_internal.monitor_due AS d USING (monitor_id)
							  WHERE d.monitor_id IS NULL OR d.stale OR d.run_id IS NOT NULL OR d.next_due IS NOT NULL);
		PERFORM pg_sleep(0.1);
	END LOOP;
END $$;};
my $compared = 0;
$node->stop;
$node = start_server('sessions');
foreach my $page ('README.md', @pages)
{
	my @said = session(slurp_file($page));
	next unless @said;

	my $name = plain_name($page);
	my $script = $node->basedir . "/$name.session";
	my $n_blocks = 0;
	my @commands = grep { $_->{command} } @said;
	append_to_file($script, join('', "\\pset pager off\n", (-e fixture($page) ? ('CREATE EXTENSION mlops;', slurp_file(fixture($page))) : ()), map {
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

# headings as GitHub names them; nothing in a code block is one
sub anchors
{
	my ($text) = @_;
	my (%seen, %anchors);

	$text =~ s/^```.*?^```//msg;
	foreach my $heading ($text =~ /^#+ +(.*?) *$/mg)
	{
		$heading =~ s/\[([^\]]*)\]\([^)]*\)/$1/g;
		my $name = lc($heading) =~ s/[^\w\- ]//gr =~ s/ /-/gr;
		$anchors{ $seen{$name}++ ? "$name-" . ($seen{$name} - 1) : $name } = 1;
	}
	return \%anchors;
}

my (@broken, $n_links, %anchors_of);
my @linking = (glob('*.md'), @pages, 'src/README.md');
foreach my $page (@linking)
{
	my $text = slurp_file($page) =~ s/^```.*?^```//msgr =~ s/`[^`\n]*`//gr;
	my ($folder) = $page =~ m{^(.*/)?[^/]*$};
	foreach my $link ($text =~ /\]\(([^)\s]+)\)/g)
	{
		next if $link =~ /^(\w+:|#\z)/;
		my ($target, $anchor) = $link =~ /^([^#]*)#?(.*)$/;
		$target = $target eq '' ? $page : ($folder // '') . $target;
		1 while $target =~ s{[^/]+/\.\./}{};
		$n_links++;
		push @broken, "$page: $link" unless -e $target;
		next if $anchor eq '' || $target !~ /\.md$/ || !-e $target;
		$anchors_of{$target} //= anchors(slurp_file($target));
		push @broken, "$page: $link" unless $anchors_of{$target}{$anchor};
	}
}
is(join("\n", @broken), '', 'links lead to a file and a heading');
cmp_ok($n_links, '>=', 50, 'links were found');

my $contents = slurp_file('docs/README.md');
is(join(' ', grep { my $page = s{^docs/}{}r; index($contents, "]($page)") < 0 } grep { $_ ne 'docs/README.md' } @pages),
	'', 'each page is in the table of contents');

is(join(' ', grep { (() = slurp_file($_) =~ /\n/g) >= 250 } glob('docs/*.md')), '', 'pages to learn from have less than 250 lines');

done_testing();
