# The packs of docs/bi on a monitor whose names must be quoted: every statement of the
# Grafana dashboard is run as Grafana would, every dataset of Superset is its view as it
# is, and who may not see the monitor sees nothing.  test/oracle/bi.sh imports them.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $python = $ENV{PYTHON} || '/usr/bin/python3';
plan skip_all => '########## SKIPPED: dashboards were NOT tested, there is no Python with psycopg2 and yaml ##########'
  if system("$python -c 'import psycopg2, yaml' >/dev/null 2>&1") != 0;

my $node = PostgreSQL::Test::Cluster->new('dashboards');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\ntimezone = 'UTC'\nshared_preload_libraries = 'mlops'\n");
$node->start;
$node->safe_psql('postgres', 'DO $$ BEGIN CREATE ROLE postgres SUPERUSER LOGIN; EXCEPTION WHEN duplicate_object THEN END $$');

local $ENV{PGHOST} = $node->host;
local $ENV{PGPORT} = $node->port;
local $ENV{PYTHONPATH} = 'test/bi';
foreach my $pack ([ 'grafana', 45 ], [ 'superset', 20 ])
{
	my ($name, $least) = @$pack;
	my ($out, $err);
	my $done = IPC::Run::run([ $python, '-B', "test/bi/$name.py" ], '>', \$out, '2>', \$err);
	my @said = grep { /^(not )?ok - / } split /\n/, $out;
	ok(/^ok/, "$name: " . s/^(not )?ok - //r) for @said;
	ok($done, "$name: ran to its end");
	diag($err) if $err;
	cmp_ok(scalar @said, '>=', $least, "$name: checks");
}

$node->stop;
done_testing();
