# What may happen to an owner, to a relation, to a setting and to a notice while
# the scheduler runs: it is told of the monitor that it concerns, and of no other.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('faults');
$node->init(extra => ['--encoding=UTF8', '--locale=C']);
$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'mlops'
max_worker_processes = 16
timezone = 'UTC'
fsync = off
mlops.retry_delay = 1s
mlops.max_attempts = 1
mlops.max_run_time = 20s
});
$node->start;
$node->safe_psql('postgres', q{CREATE ROLE ann LOGIN; CREATE ROLE bob LOGIN; CREATE ROLE eve LOGIN});
$node->safe_psql('postgres', 'CREATE DATABASE main');
$node->safe_psql('main', q{
	CREATE EXTENSION mlops;
	CREATE SCHEMA app;
	GRANT USAGE ON SCHEMA app TO PUBLIC;
	CREATE FUNCTION app.make(name text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
		EXECUTE format('CREATE TABLE app.%I AS SELECT timestamptz ''2024-01-01Z'' + i * interval ''10 min'' AS at, i::float8 AS x FROM generate_series(0, 23) AS i', name);
		EXECUTE format('GRANT SELECT ON app.%I TO ann, bob', name);
	END $$;
	SELECT app.make(name) FROM unnest('{fine,renamed,retyped,viewed,limited}'::text[]) AS name;
	ALTER TABLE app.viewed RENAME TO viewed_rows;
	CREATE VIEW app.viewed AS SELECT * FROM app.viewed_rows;
	GRANT SELECT ON app.viewed TO ann;
	SELECT mlops.grant_use('ann'), mlops.grant_use('bob')});

# a monitor of four hours, the first of which is due now
sub monitor
{
	my ($owner, $name, $until, $more) = @_;
	return $node->safe_psql('main', qq{SELECT mlops.create_monitor('$name', 'app.$name', 'at', features => '{x}', granularity => '1 hour', start_at => '2024-01-01Z',
		end_at => '2024-01-01 $until:00Z', schedule => NULL) } . ($more // ''), extra_params => [ '-U', $owner ]);
}

sub wait_for
{
	my ($condition, $what) = @_;
	ok($node->poll_query_until('main', "SELECT $condition"), $what) or diag($node->safe_psql('main', 'SELECT * FROM mlops.run_history'));
	return;
}

sub outcome { return $node->safe_psql('main', qq{SELECT string_agg(state || coalesce(' ' || error_code, ''), ', ' ORDER BY window_lo) FROM mlops.run_history WHERE monitor = '$_[0]'}) }

$node->safe_psql('main', 'SELECT mlops.enable_scheduler()');

# --- what stands under a monitor changes between two windows: that window fails with the reason, the others run
monitor('ann', $_, 1) foreach qw(fine renamed retyped viewed);
wait_for(q{(SELECT count(*) = 4 FROM mlops.run_history WHERE state = 'succeeded')}, 'each monitor runs once');
$node->safe_psql('main', q{
	ALTER TABLE app.renamed RENAME COLUMN x TO y;
	ALTER TABLE app.retyped ALTER COLUMN x TYPE text USING 'many ' || x;
	CREATE OR REPLACE VIEW app.viewed AS SELECT at, x / 0 AS x FROM app.viewed_rows});
$node->safe_psql('main', qq{SELECT mlops.alter_monitor('$_', '{"end_at": "2024-01-01 02:00Z"}')}, extra_params => [ '-U', 'ann' ]) foreach qw(fine viewed);
my ($refused, undef, $why) = $node->psql('main', q{SELECT mlops.alter_monitor('renamed', '{"end_at": "2024-01-01 02:00Z"}')}, extra_params => [ '-U', 'ann' ]);
like($why, qr/column "x" .* does not exist/, 'what does not fit any more is said when the monitor is changed');
# a monitor without an end would go on with the definition that it has
$node->safe_psql('main', q{
	UPDATE mlops.monitor_version AS v SET end_at = '2024-01-01 02:00Z' FROM mlops.monitor AS m WHERE m.monitor_id = v.monitor_id AND m.name IN ('renamed', 'retyped');
	UPDATE mlops_internal.monitor_due AS d SET stale = true FROM mlops.monitor AS m WHERE m.monitor_id = d.monitor_id AND m.name IN ('renamed', 'retyped')});
wait_for(q{(SELECT count(*) = 8 FROM mlops.run_history WHERE state IN ('succeeded', 'failed'))}, 'each has an outcome of the next window');
is(outcome('fine'), 'succeeded, succeeded', 'what did not change goes on');
is(outcome('renamed'), 'succeeded, failed 42703', 'a column that was renamed');
like(outcome('retyped'), qr/^succeeded, failed (42804|42883|22P02)$/, 'a column of another type');
is(outcome('viewed'), 'succeeded, failed 22012', 'a view that was replaced');
is($node->safe_psql('main', q{SELECT string_agg(m.name, ',' ORDER BY m.name) FROM mlops.alert AS a JOIN mlops.monitor AS m USING (monitor_id) WHERE a.metric = 'evaluation' AND a.state = 'opened'}),
	'renamed,retyped,viewed', 'and an alert of each that failed');

# --- an owner that may not connect, or not so often
foreach my $case (['ALTER ROLE bob CONNECTION LIMIT 0', 'ALTER ROLE bob CONNECTION LIMIT -1'], ['REVOKE CONNECT ON DATABASE main FROM PUBLIC', 'GRANT CONNECT ON DATABASE main TO PUBLIC'])
{
	my ($off, $on) = @$case;
	monitor('bob', 'limited', 1);
	wait_for(q{(SELECT count(*) = 1 FROM mlops.run_history WHERE monitor = 'limited' AND state = 'succeeded')}, "a monitor of bob runs, before: $off");
	$node->safe_psql('main', $off);
	$node->safe_psql('main', qq{SET ROLE bob; SELECT mlops.alter_monitor('limited', '{"end_at": "2024-01-01 02:00Z"}')});
	$node->safe_psql('main', qq{SET ROLE ann; SELECT mlops.retry('viewed')}) if $off =~ /ROLE/;
	wait_for(q{(SELECT count(*) FILTER (WHERE state = 'succeeded') = 2 OR count(*) FILTER (WHERE state = 'failed') > 0 OR bool_or(m.paused_at IS NOT NULL)
		FROM mlops.monitor AS m LEFT JOIN mlops.run_history AS r ON r.monitor = m.name WHERE m.name = 'limited')}, 'it has an outcome');
	is($node->safe_psql('main', q{SELECT active FROM mlops.scheduler_status()}), 't', 'the scheduler is alive');
	$node->safe_psql('main', $on);
	$node->safe_psql('main', q{SET ROLE bob; SELECT mlops.resume('limited') FROM mlops.monitor WHERE name = 'limited' AND paused_at IS NOT NULL});
	$node->psql('main', q{SET ROLE bob; SELECT mlops.retry('limited')});
	wait_for(q{(SELECT count(*) = 2 FROM mlops.run_history WHERE monitor = 'limited' AND state = 'succeeded')}, "and goes on, after: $on");
	$node->safe_psql('main', q{SET ROLE bob; SELECT mlops.drop_monitor('limited')});
}
is($node->safe_psql('main', q{SELECT count(*) FROM mlops.run_history WHERE monitor = 'fine' AND state = 'succeeded'}), '2', 'others lost nothing');

# --- a setting that makes no sense is refused, and the one of before stands
foreach my $setting (q{mlops.max_run_time = '-1s'}, q{mlops.max_attempts = 0}, q{mlops.retry_delay = 'soon'}, q{mlops.max_runs_per_owner = 'many'})
{
	my ($rc, $stdout, $stderr) = $node->psql('main', "ALTER SYSTEM SET $setting");
	like($stderr, qr/invalid value|outside the valid range|requires/, "refused: $setting");
}
$node->append_conf('postgresql.conf', "mlops.max_run_time = 'nonsense'");
$node->reload;
is($node->safe_psql('main', 'SHOW mlops.max_run_time'), '20s', 'in the configuration file, too');

# --- a database that is worked in does not move; one that is not does, and its scheduler goes on
mkdir $node->basedir . '/space';
$node->safe_psql('postgres', q{CREATE TABLESPACE space LOCATION '} . $node->basedir . q{/space'});
$node->safe_psql('main', 'SELECT mlops.disable_scheduler()');
ok($node->poll_query_until('postgres', q{SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = 'main')}), 'nothing of the scheduler is left in a database that is off');
$node->safe_psql('postgres', 'ALTER DATABASE main SET TABLESPACE space');
$node->safe_psql('main', 'SELECT mlops.enable_scheduler()');
monitor('bob', 'limited', 1);
wait_for(q{(SELECT count(*) = 1 FROM mlops.run_history WHERE monitor = 'limited' AND state = 'succeeded')}, 'a database in another tablespace is served');

# --- notices: a number only, however long the names, one of many alerts at once; a forged one shows nobody more than he may see
$node->safe_psql('main', 'SELECT mlops.disable_scheduler()');
my $long = chr(0x4e2d) x 20;
utf8::encode($long);
$node->safe_psql('main', qq{
	CREATE TABLE app."$long" AS SELECT timestamptz '2024-01-01Z' + i * interval '1 min' AS at, } . join(', ', map { qq{NULL::float8 AS "$long$_"} } 1 .. 30) . qq{ FROM generate_series(0, 59) AS i;
	GRANT SELECT ON app."$long" TO ann});
$node->safe_psql('main', qq{SELECT mlops.create_monitor('$long', 'app."$long"', 'at', features => ARRAY[} . join(', ', map { qq{'$long$_'} } 1 .. 30) . qq{]::name[], granularity => '1 hour',
	start_at => '2024-01-01Z', end_at => '2024-01-01 01:00Z', schedule => NULL, checks => '[{"metric": "null_rate", "warning": {"above": 0.5}}]');
	SELECT * FROM mlops.run_now('$long')}, extra_params => [ '-U', 'ann' ]);
is($node->safe_psql('main', 'SELECT count(*) FROM mlops_internal.outbox WHERE notified_at IS NULL'), '30', 'thirty alerts wait');
my ($rc, $stdout, $stderr) = $node->psql('main', q{LISTEN mlops_alert; SELECT 'sent ' || mlops.send_outbox(); SELECT 1});
like($stdout, qr/sent 30/, 'all are sent');
my @notices = $stdout =~ /"mlops_alert" with payload "([^\n]*)" received/g;
is(scalar(@notices), 1, 'in one notice');
like($notices[0], qr/^\{"id" ?: ?\d+\}$/, 'that is a number');
my $newest = $node->safe_psql('main', 'SELECT max(alert_id) FROM mlops.alert');
($rc, $stdout, $stderr) = $node->psql('main', qq{NOTIFY mlops_alert, '{"id": $newest}'}, extra_params => [ '-U', 'eve' ]);
is($rc, 0, 'anybody can forge a notice');
$node->safe_psql('main', q{SELECT mlops.grant_use('eve')});
is($node->safe_psql('main', qq{SELECT (SELECT count(*) FROM mlops.open_alert) + (SELECT count(*) FROM mlops.alert WHERE alert_id = $newest) + (SELECT count(*) FROM mlops.alerts_since())},
	extra_params => [ '-U', 'eve' ]), '0', 'who follows it sees what he may see');
is($node->safe_psql('main', qq{SELECT count(*) FROM mlops.open_alert WHERE alert_id = $newest}, extra_params => [ '-U', 'ann' ]), '1', 'and so does its owner');

$node->stop;
done_testing();
