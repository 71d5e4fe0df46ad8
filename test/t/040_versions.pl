# A server whose databases do not all hold the extension of the library's version:
# one without it, one of an older, one of a newer version, one that fits.  The
# scheduler serves the one, says why it leaves the others, and idles where there is
# nothing; what is stored can be dumped in any case.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('versions');
$node->init;
$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'mlops'
timezone = 'UTC'
fsync = off
});
$node->start;
$node->safe_psql('postgres', 'CREATE ROLE ann LOGIN');

sub make_database
{
	my ($db) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $db");
	$node->safe_psql($db, q{
		CREATE EXTENSION mlops;
		SELECT mlops.grant_use('ann');
		SELECT mlops.enable_scheduler();
		GRANT CREATE ON SCHEMA public TO ann;
		SET ROLE ann;
		CREATE TABLE p AS SELECT '2024-01-01 00:00+00'::timestamptz + i * interval '1 min' AS at, i::float8 AS x FROM generate_series(1, 3000) AS i;
		SELECT mlops.create_monitor('watch', 'p', 'at', features => '{x}', start_at => '2024-01-01', end_at => '2024-01-02', schedule => NULL)});
	ok($node->poll_query_until($db, q{SELECT count(*) = 1 FROM mlops.monitor_run WHERE state = 'succeeded'}), "$db: the monitor ran");
}
make_database($_) foreach qw(fits older newer);

# --- after a restart each database is looked into
$node->safe_psql('older', q{UPDATE pg_extension SET extversion = '0.0.1' WHERE extname = 'mlops'});
$node->safe_psql('newer', q{UPDATE pg_extension SET extversion = '99.0' WHERE extname = 'mlops'});
$node->safe_psql($_, q{UPDATE mlops_internal.monitor_due SET next_due = '2024-01-01', stale = false}) foreach qw(older newer);
my $log = $node->logfile;
my $from = -s $log;
$node->restart;
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'mlops launcher'}), 'there is a launcher');
sub logged
{
	my ($pattern) = @_;
	for (1 .. 1800)
	{
		return 1 if substr(slurp_file($log), $from) =~ $pattern;
		select(undef, undef, undef, 0.1);
	}
	return 0;
}
ok(logged(qr/WARNING:  extension mlops is of version 0\.0\.1 in this database, but the loaded library/), 'the scheduler says why it leaves the older one');
ok(logged(qr/WARNING:  extension mlops is of version 99\.0 in this database, but the loaded library/), 'and the newer one');
$node->safe_psql('fits', q{SET ROLE ann; SELECT mlops.alter_monitor('watch', '{"end_at": "2024-01-03"}')});
ok($node->poll_query_until('fits', q{SELECT count(*) = 2 FROM mlops.monitor_run WHERE state = 'succeeded'}), 'the one that fits is served');
is($node->safe_psql($_, q{SELECT count(*) FROM mlops.monitor_run}), '1', "$_: nothing was run") foreach qw(older newer);
unlike(substr(slurp_file($log), $from), qr/ERROR|PANIC|TRAP|terminated by signal/, 'and nothing failed');

# --- what users are told
foreach my $db (qw(older newer))
{
	foreach my $query (q{SELECT mlops.start_run('training')}, 'SELECT mlops.profile(x) FROM p', 'SELECT * FROM mlops.scheduler_status()', 'CALL mlops.run_due()')
	{
		my ($rc, $out, $err) = $node->psql($db, "\\set VERBOSITY sqlstate\nSET ROLE ann;\n$query");
		like($err, qr/ERROR:  55000/, "$db: $query");
	}
	my ($rc, $out, $err) = $node->psql($db, 'SELECT mlops.profile(x) FROM p');
	like($err, $db eq 'older' ? qr/HINT:  ALTER EXTENSION mlops UPDATE/ : qr/HINT:  Install the library of that version, and restart/, "$db: a hint");
	is($node->safe_psql($db, q{SELECT count(*), count(DISTINCT summary::text) > 0 FROM mlops.window_summary}), '2|t', "$db: stored rows can be read");
	$node->command_ok(['pg_dump', '-Fc', '-f', $node->basedir . "/$db.dump", $node->connstr($db)], "$db: and dumped");
}

# --- and a session that loads the library itself is warned by its first call
$node->append_conf('postgresql.conf', "shared_preload_libraries = ''");
$node->restart;
my ($rc, $out, $err) = $node->psql('older', 'SELECT mlops.profile(x) IS NULL FROM p; SELECT mlops.profile(x) FROM p');
like($err, qr/WARNING:  extension mlops is of version 0\.0\.1|ERROR:  extension mlops is of version 0\.0\.1/, 'without preload: told at the first call');
like($err, qr/ERROR:  extension mlops is of version 0\.0\.1/, 'and refused at the second at the latest');

# --- extension and library agree again, the scheduler goes on
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'mlops'");
$node->safe_psql($_, q{UPDATE pg_extension SET extversion = (SELECT default_version FROM pg_available_extensions WHERE name = 'mlops') WHERE extname = 'mlops'}) foreach qw(older newer);
$node->restart;
foreach my $db (qw(older newer))
{
	$node->safe_psql($db, q{SET ROLE ann; SELECT mlops.alter_monitor('watch', '{"end_at": "2024-01-03"}')});
	ok($node->poll_query_until($db, q{SELECT count(*) = 2 FROM mlops.monitor_run WHERE state = 'succeeded'}), "$db: served again");
}

$node->stop;
done_testing();
