# The consumers of docs/consumers deliver each notice at least once under one key,
# wherever they are killed, whatever goes away: test/consumers/run.py has the cases.
# A consumer whose packages are not there is SKIPPED: Python 3 with psycopg, Node
# with pg below NODE_PATH; test/run.sh gets them where it can.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $python = $ENV{PYTHON} || '/usr/bin/python3';
my %consumer = (
	python => { check => [ $python, '-c', 'import psycopg; assert psycopg.__version__ >= "3"' ], run => [ $python, 'docs/consumers/consumer.py' ] },
	node => { check => [ 'node', '-e', 'require("pg"); if (process.versions.node.split(".")[0] < 18) process.exit(1)' ], run => [ 'node', 'docs/consumers/consumer.js' ] });

sub works { return system("@{[map { quotemeta } @_]} >/dev/null 2>&1") == 0; }

plan skip_all => '########## SKIPPED: consumers were NOT tested, there is no Python 3 ##########' unless works($python, '-c', 'pass');

my $node = PostgreSQL::Test::Cluster->new('consumers');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\ntimezone = 'UTC'\nshared_preload_libraries = 'mlops'\n");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION mlops;
	CREATE ROLE ann LOGIN;
	CREATE ROLE post LOGIN;
	CREATE TABLE prediction (at timestamptz NOT NULL, x float8);
	GRANT SELECT ON prediction TO ann;
	SELECT mlops.grant_use('ann'), mlops.grant_use('post', 'consumer');
	SET ROLE ann;
	SELECT mlops.create_monitor('daily', 'prediction', 'at', features => '{x}', start_at => '2026-01-01Z', schedule => NULL);
	SELECT mlops.grant_read('post', 'ann');
	RESET ROLE;
	-- an incident and n of its notices, whose only route is the channel
	CREATE FUNCTION test_tell(to_channel text, n integer, event text, title text) RETURNS bigint LANGUAGE plpgsql AS $$
	DECLARE
		i mlops.incident;
	BEGIN
		IF NOT EXISTS (SELECT FROM mlops.route WHERE channels = ARRAY[to_channel]) THEN
			PERFORM mlops.add_route(ARRAY[to_channel], jsonb_build_array(jsonb_build_object('label', 'tags.channel', 'op', '=', 'value', to_channel)), owner => 'ann');
		END IF;
		INSERT INTO mlops.incident (monitor_id, cause, group_key, severity, title, onset_lo, last_window_lo, last_window_hi, last_bad_hi, labels)
		SELECT m.monitor_id, 'input', gen_random_uuid(), 'critical', test_tell.title, '2026-01-05Z', '2026-01-06Z', '2026-01-07Z', '2026-01-07Z',
			jsonb_build_object('tags.channel', to_channel)
		FROM mlops.monitor AS m RETURNING * INTO i;
		FOR k IN 1 .. n LOOP
			PERFORM mlops_internal.write_notices(i, CASE k WHEN 1 THEN event ELSE 'reminder' END);
		END LOOP;
		RETURN i.incident_id;
	END $$});

foreach my $name (sort keys %consumer)
{
	my $c = $consumer{$name};
	if (!works(@{ $c->{check} }))
	{
		diag("########## SKIPPED: the consumer in $name was NOT tested, it or its driver is not here ##########");
		next;
	}
	$node->safe_psql('postgres', 'DELETE FROM mlops.notice; DELETE FROM mlops.incident');
	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	local $ENV{PGDATABASE} = 'postgres';
	open(my $out, '-|', $python, 'test/consumers/run.py', $node->config_data('--bindir'), $node->data_dir, @{ $c->{run} }) or die $!;
	my $n = 0;
	while (my $line = <$out>)
	{
		next unless $line =~ /^(not )?ok - (.*)/;
		ok(!$1, "$name: $2");
		$n++;
	}
	ok(close($out), "$name: the cases ran to their end");
	cmp_ok($n, '>=', 30, "$name: cases");
}
pass('what could be tested was');

$node->stop;
done_testing();
