# Eight weeks, day by day, of a model whose world has weeks, a year and holidays, with
# faults of known time and column (test/year): what the monitor that monitor_model makes
# says of them is held against what was wrong.  The whole year is test/bench/run.sh year.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $python = '/usr/bin/python3';
plan skip_all => 'needs python3 with numpy and psycopg2' if !-x $python || system("$python -c 'import numpy, psycopg2' 2>/dev/null") != 0;

my $node = PostgreSQL::Test::Cluster->new('year');
$node->init;
$node->append_conf('postgresql.conf', "timezone = 'UTC'\nfsync = off\n");
$node->start;

$ENV{PYTHONPATH} = 'test/year';
my ($out, $err);
my $done = IPC::Run::run([$python, '-B', 'test/year/small.py', $node->connstr('postgres')], '>', \$out, '2>', \$err);
ok($done, 'the weeks pass') or diag($err);
my %said = map { /^(.*): (.*?)$/ ? ($1 => $2) : () } split /\n/, $out;

# --- the rows are what the generator promises
is($said{rows}, 'labelled 0.98, before the prediction 0, median days 3, weekend 0.2, AUC 0.8, score too high by 0.0',
	'labels come late and nearly all, weekends have half the rows, the score is calibrated');

# --- the score can tell right from wrong
is($said{'score: nothing'}, '0 found, 0 false, 0 red, 0 notices, 0 at most', 'silence finds nothing');
is($said{'score: all'}, '6 found, 0 false, 0 red, 12 notices, 2 at most', 'an incident for each fault is full marks');
is($said{'score: all, nine days late'}, '0 found, 0 false, 0 red, 12 notices, 2 at most', 'what is told late is not found, nor false');
is($said{'score: on a quiet day'}, '0 found, 1 false, 2 red, 2 notices, 0 at most', 'an incident without a fault is false');
is($said{'score: of another column'}, '0 found, 1 false, 0 red, 2 notices, 0 at most', 'so is one of another column');
is($said{'score: of a consequence'}, '0 found, 0 false, 0 red, 2 notices, 2 at most', 'what follows of a fault is neither found nor false');
is($said{'score: of a wrong cause'}, '0 found, 0 false, 0 red, 2 notices, 2 at most', 'a wrong cause is not found');

# --- the rules of others find something and are red on days on which nothing is wrong
like($said{'rival Evidently, a column'}, qr/^found [1-9], red \d\d$/, 'a column beyond 0.1 is no news');
like($said{'rival NannyML'}, qr/^found [1-9], red [1-9]/, 'three standard deviations of chunks find more, and as many that are none');

# --- what is chosen without a word finds each fault, tells it once, and nothing else
is($said{$_}, 'found', "$_ is found") for 'labels lost', 'height in inches', 'no rows', '60 points of balance NULL', 'plan basic renamed',
  'a tenth loaded twice';
is($said{false}, '0', 'nothing else is told') or diag($out);
is($said{'notices of a cause'}, '2 at most', 'that it began, and that it is over');

$node->stop;
done_testing();
