# A dump knows nothing of the transactions of the server that it goes to: events
# that were restored are old there, now and when its counter passes that of the
# server that they come from.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my @cluster = map { PostgreSQL::Test::Cluster->new($_) } qw(old new);
foreach my $node (@cluster)
{
	$node->init(extra => ['--encoding=UTF8', '--locale=C']);
	$node->append_conf('postgresql.conf', "timezone = 'UTC'\nfsync = off\n");
	$node->start;
}
my ($old, $new) = @cluster;

# use up transaction numbers: each subtransaction that writes takes one
sub advance
{
	my ($node, $n) = @_;
	$node->safe_psql('postgres', qq{
		CREATE TABLE IF NOT EXISTS burn (i integer);
		DO \$\$ BEGIN FOR i IN 1 .. $n LOOP BEGIN INSERT INTO burn VALUES (i); EXCEPTION WHEN division_by_zero THEN NULL; END; END LOOP; END \$\$;
		DROP TABLE burn});
	return $node->safe_psql('postgres', 'SELECT pg_current_xact_id()');
}

sub day
{
	my ($node, $lo, $hi) = @_;
	$node->safe_psql('postgres', qq{
		SELECT mlops.evaluate('watch', '$lo', '$hi');
		SELECT mlops.apply_alerts(mlops.monitor_id('watch'), '$lo', '$hi')}, extra_params => ['-U', 'ann']);
	return;
}

sub cursor_of
{
	my ($node) = @_;
	return $node->safe_psql('postgres', 'SELECT max(next::text) FROM mlops.alerts_since()');
}

advance($old, 3000);
$old->safe_psql('postgres', q{
	CREATE EXTENSION mlops;
	CREATE ROLE ann LOGIN;
	SELECT mlops.grant_use('ann');
	CREATE SCHEMA app AUTHORIZATION ann;
	SET ROLE ann;
	CREATE TABLE app.t AS SELECT timestamptz '2026-01-01Z' + i * interval '1 hour' AS at, i AS x FROM generate_series(0, 95) AS i;
	SELECT mlops.create_monitor('watch', 'app.t', 'at', features => '{x}', start_at => '2026-01-01Z', end_at => '2026-01-05Z', schedule => NULL,
		min_rows => 1, checks => '[{"metric": "mean", "critical": {"above": 5}}]')});
day($old, '2026-01-01Z', '2026-01-02Z');
is($old->safe_psql('postgres', 'SELECT count(*) FROM mlops.alerts_since()'), '1', 'an alert in the old cluster');
my $old_cursor = cursor_of($old);
my $counter = $old->safe_psql('postgres', 'SELECT max(xact) FROM mlops_internal.alert_event_xact');

my $dump = $old->basedir . '/dump.sql';
$old->command_ok(['pg_dump', '-f', $dump, $old->connstr('postgres')], 'dumped');
$new->safe_psql('postgres', 'CREATE ROLE ann LOGIN');
$new->command_ok(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $new->connstr('postgres'), '-f', $dump], 'restored');
$new->safe_psql('postgres', q{SELECT mlops.adopt_owners(); SELECT mlops.grant_use('ann')});

is($new->safe_psql('postgres', 'SELECT count(*) FROM mlops.alerts_since()'), '1', 'without a cursor everything is there');
my $cursor = cursor_of($new);
cmp_ok($new->safe_psql('postgres', 'SELECT pg_snapshot_xmax(pg_current_snapshot())'), '<', $counter, 'the new cluster is behind the old');
is($new->safe_psql('postgres', "SELECT count(*) FROM mlops.alerts_since('$cursor')"), '0', 'nothing new');
my ($status, $out, $err) = $new->psql('postgres', "SELECT * FROM mlops.alerts_since('$old_cursor')");
isnt($status, 0, 'the cursor of the old cluster is refused');
like($err, qr/the cursor is not one of this server.*begin without a cursor/s, 'with a hint');

cmp_ok(advance($new, 2 * $counter), '>', $counter, 'the new cluster passes the old');
is($new->safe_psql('postgres', "SELECT count(*) FROM mlops.alerts_since('$cursor')"), '0', 'still nothing new');
is($new->safe_psql('postgres', "SELECT count(*) FROM mlops.alerts_since('" . cursor_of($new) . "')"), '0', 'nor for a cursor of now');
is($new->safe_psql('postgres', "SELECT count(*) FROM mlops.alerts_since('" . ($counter - 5) . ':' . ($counter - 5) . ":')"), '0',
	'nor for one just below the number that the event had');

$new->safe_psql('postgres', 'SET ROLE ann; UPDATE app.t SET x = 0');
day($new, '2026-01-02Z', '2026-01-03Z');
is($new->safe_psql('postgres', "SELECT event, actor FROM mlops.alerts_since('$cursor')"), 'resolved|', 'what happens in the new cluster is new');
$cursor = cursor_of($new);
is($new->safe_psql('postgres', "SELECT count(*) FROM mlops.alerts_since('$cursor')"), '0', 'once');

# --- what silently would not happen is said; the messages hold dates of today
my $create = q{SELECT mlops.create_monitor('today', 'app.t', 'at', features => '{x}' %s)};
my @as_ann = (extra_params => ['-U', 'ann']);
($status, $out, $err) = $new->psql('postgres', sprintf($create, ''), @as_ann);
like($err, qr/NOTICE:  the first window starts at \d{4}-.*rows before it are not evaluated.*HINT:  Give start_at/s, 'a monitor that starts today');
($status, $out, $err) = $new->psql('postgres', sprintf($create =~ s/today/long/r, q{, start_at => '2013-01-01Z'}), @as_ann);
like($err, qr/NOTICE:  \d{4,} windows from 2013-01-01 .* are to be evaluated.*HINT:  Give end_at/s, 'a monitor that starts long ago and does not end');
($status, $out, $err) = $new->psql('postgres', sprintf($create =~ s/today/ended/r, q{, start_at => '2013-01-01Z', end_at => '2014-01-01Z'}), @as_ann);
is($err, '', 'one that ends');
($status, $out, $err) = $new->psql('postgres', 'CALL mlops.run_due(max_runs => 0)', @as_ann);
is($err, '', 'who owns monitors is not told that there are none');

$_->stop foreach @cluster;
done_testing();
