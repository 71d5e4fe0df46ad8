# The queue of notices is full, because one session listens and never comes to the
# end of its transaction: results and alerts are committed all the same, and the
# notice is sent when there is room again.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('queue');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'mlops'\ntimezone = 'UTC'\nfsync = off\n");
$node->start;
# before 17 the queue is 8 GB, which a test does not fill
plan skip_all => 'the size of the queue cannot be set before PostgreSQL 17' if $node->safe_psql('postgres', 'SHOW server_version_num') < 170000;
$node->append_conf('postgresql.conf', 'max_notify_queue_pages = 64');
$node->restart;

$node->safe_psql('postgres', q{
	CREATE EXTENSION mlops;
	CREATE ROLE ann LOGIN;
	SELECT mlops.grant_use('ann');
	SELECT mlops.enable_scheduler();
	GRANT CREATE ON SCHEMA public TO ann;
	SET ROLE ann;
	CREATE TABLE p AS SELECT '2024-01-01 00:00+00'::timestamptz + i * interval '1 min' AS at, i::float8 AS x FROM generate_series(0, 1439) AS i});

my $stuck = IPC::Run::start(['psql', '-X', '-q', '-d', $node->connstr('postgres')], '<', \my $in, '>', \my $out, '2>', \my $err);
$in .= "LISTEN something;\nBEGIN;\nSELECT 1;\n\\echo idle\n";
$stuck->pump until $out =~ /idle/;
my $sent = 0;
while ($sent < 1000)
{
	my ($rc, $stdout, $stderr) = $node->psql('postgres', "NOTIFY something, '" . ('x' x 7900) . "'");
	last if $rc != 0 && $stderr =~ /too many notifications/;
	$sent++;
}
cmp_ok($sent, '<', 1000, 'the queue is full');

$node->safe_psql('postgres', q{
	SET ROLE ann;
	SELECT mlops.create_monitor('watch', 'p', 'at', features => '{x}', start_at => '2024-01-01', end_at => '2024-01-02', schedule => NULL,
		checks => '[{"metric": "n", "critical": {"above": 5}, "min_rows": 0}]')});
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM mlops.alert}), 'the alert is committed');
is($node->safe_psql('postgres', q{SELECT count(*) FROM mlops.monitor_run WHERE state = 'succeeded'}), '1', 'and so is the run');
my $log = $node->logfile;
for (1 .. 1800)
{
	last if slurp_file($log) =~ /too many notifications.*\n(.*\n)*.*too many notifications/;
	select(undef, undef, undef, 0.1);
}
is($node->safe_psql('postgres', q{SELECT count(*) FROM mlops_internal.outbox WHERE notified_at IS NULL}), '1', 'its notice waits');

my $listener = IPC::Run::start(['psql', '-X', '-q', '-d', $node->connstr('postgres')], '<', \my $asks, '>', \my $heard, '2>', \my $said);
$asks .= "LISTEN mlops_alert;\n\\echo listening\n";
$listener->pump until $heard =~ /listening/;
$in .= "COMMIT;\n\\q\n";
$stuck->finish;
ok($node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM mlops_internal.outbox WHERE notified_at IS NULL}), 'when there is room again it is sent');
$asks .= "SELECT 1;\n\\q\n";
$listener->finish;
is(scalar(() = $heard =~ /Asynchronous notification "mlops_alert"/g), 1, 'and heard once');

$node->stop;
done_testing();
