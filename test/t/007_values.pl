# Values of the extension's types: whatever an aggregate returns can be written
# and read again, as text and as bytes, or a dump of the database would fail; and
# whatever bytes a user sends are refused or safe in every function.  Types and
# functions come from the catalog (test/hostile.sql), the bytes from valid values
# that are cut, flipped and filled with the worst.  The same seed, the same bytes.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('values');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nrestart_after_crash = off\nmax_locks_per_transaction = 1000");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION mlops');
$node->safe_psql('postgres', slurp_file('test/hostile.sql'));

sub query { return $node->safe_psql('postgres', "SET search_path = hostile; $_[0]"); }

# errors inside the server that nobody may see: none so far?
sub no_faults
{
	my ($name) = @_;
	is(query(q{SELECT sqlstate || ' ' || message || ': ' || min(what) FROM fault GROUP BY sqlstate, message LIMIT 20}), '', $name);
	query('TRUNCATE fault');
}

# 1. the states of every aggregate, and what functions make of them
query('SELECT make_states()');
no_faults('no aggregate meets rows that it cannot stand');
is(query(q{SELECT string_agg(t, ' ') FROM (SELECT aggtranstype::regtype::text AS t FROM pg_aggregate AS a JOIN pg_proc AS p
	ON p.oid = aggfnoid WHERE pronamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace)
	EXCEPT SELECT type::text FROM value) AS missing}), '', 'there is a value of every state');
query(q{SELECT sum(ask_everything(type, value)) FROM (
	SELECT *, row_number() OVER (PARTITION BY type ORDER BY length(value), value) AS r, count(*) OVER (PARTITION BY type) AS n
	FROM value) AS v WHERE n <= 8 OR r % (n / 8) = 0});
no_faults('no function of a value fails inside');
is(query('SELECT unreadable() LIMIT 20'), '', 'what was written as text is read again');
is(query(q{SELECT string_agg(typname, ' ') FROM pg_type WHERE typnamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace)
	AND typtype = 'b' AND typname <> 'caller' AND typcategory <> 'A' AND oid NOT IN (SELECT type FROM value)}), '', 'there is a value of every type');

# as bytes
my $dir = $node->basedir;
my @types = split /\n/, query('SELECT DISTINCT type FROM value ORDER BY 1');
for my $type (@types)
{
	my $file = "$dir/values";
	query(qq{CREATE TABLE kept AS SELECT value::$type AS v FROM value WHERE type = '$type'::regtype;
		COPY kept TO '$file' BINARY; CREATE TABLE again (v $type); COPY again FROM '$file' BINARY});
	is(query('SELECT (SELECT array_agg(v::text ORDER BY v::text) FROM kept) = (SELECT array_agg(v::text ORDER BY v::text) FROM again)'), 't',
		"$type: what was sent is received");
	query('DROP TABLE kept, again');
}

# 2. hostile bytes
my $state = 20131;
sub random_below
{
	$state = ($state * 1103515245 + 12345) % 2147483648;
	return int($state / 65536) % $_[0];
}

my @crc = map { my $c = $_; $c = $c & 1 ? ($c >> 1) ^ 0x82f63b78 : $c >> 1 for 1 .. 8; $c } 0 .. 255;

# the checksum that some types carry: made to match, or nothing else is ever read
sub with_checksum
{
	my ($bytes) = @_;
	return $bytes if length $bytes < 6;
	my $crc = 0xffffffff;
	$crc = ($crc >> 8) ^ $crc[($crc ^ $_) & 0xff] for unpack 'C*', substr($bytes, 0, 2) . substr($bytes, 6);
	return substr($bytes, 0, 2) . pack('V', $crc ^ 0xffffffff) . substr($bytes, 6);
}

my @worst = map { pack 'd<', $_ } 'nan', 'inf', '-inf', -0.0, 5e-324, 1.7976931348623157e308, -1;
push @worst, "\xff" x 9 . "\x01", "\xff" x 8, "\x00" x 8, "\x80" x 9, "\xff\xff\xff\xff\x0f", "\x80\x80\x80\x80\x10", "\x7f";
# numbers of rows about the largest that can be stored
push @worst, map { my ($n, $v) = ($_, ''); while ($n > 127) { $v .= chr($n & 127 | 128); $n >>= 7; } $v . chr $n }
	(1 << 31) - 1, 1 << 32, (1 << 52) - 1, 1 << 52, (1 << 56) - 1, 1 << 56, (1 << 61) - 1, (1 << 62) + 1;

sub mutants
{
	my ($bytes) = @_;
	my $n = length $bytes;
	my @all = map { substr $bytes, 0, $_ } 0 .. ($n < 400 ? $n - 1 : 400);
	for my $bit (0 .. 8 * ($n < 60 ? $n : 60) - 1)
	{
		my $m = $bytes;
		vec($m, $bit, 1) ^= 1;
		push @all, $m;
	}
	for (1 .. 300)
	{
		my $m = $bytes;
		for (0 .. random_below(2))
		{
			my $at = random_below(length($m) + 1);
			my $worst = $worst[random_below(scalar @worst)];
			my $what = random_below(4);
			my $length = $what == 0 ? 0 : length $worst;
			$length = random_below(9) if $what == 1;
			$length = length($m) - $at if $at + $length > length $m;
			substr($m, $at, $length) = $what == 3 ? chr random_below(256) : $worst;
		}
		push @all, $m;
	}
	push @all, $bytes . "\x00", $bytes . $bytes;
	return @all;
}

query('CREATE TABLE mutant (type regtype, bytes text)');
my $rows = '';
for my $type (@types)
{
	next if $type eq 'mlops.fingerprint';
	my $name = $type =~ s/mlops(_internal)?\.//r;
	my @values = split /\n/, query(qq{(SELECT value FROM value WHERE type = '$type'::regtype ORDER BY length(value), value LIMIT 2)
		UNION (SELECT value FROM value WHERE type = '$type'::regtype AND length(value) < 800 ORDER BY length(value) DESC, value LIMIT 2)});
	for my $value (@values)
	{
		my $bytes = pack 'H*', $value =~ s/^.*://r;
		for my $m (mutants($bytes))
		{
			$rows .= "$type\t$name:" . unpack('H*', $m) . "\n";
			$rows .= "$type\t$name:" . unpack('H*', with_checksum($m)) . "\n" if $name =~ /profile$/;
		}
	}
}
append_to_file("$dir/mutants", $rows);
query("COPY mutant FROM '$dir/mutants'");
cmp_ok(query('SELECT count(*) FROM mutant'), '>', 20000, 'enough mutants');

# 22P02 is the one answer to bytes that are no value; what is a value is asked
query(q{CREATE TABLE answer (type regtype, bytes text, sqlstate text);
	CREATE FUNCTION read_mutants() RETURNS void LANGUAGE plpgsql AS $$
	DECLARE
		m record;
		made text;
	BEGIN
		FOR m IN SELECT * FROM mutant LOOP
			BEGIN
				EXECUTE format('SELECT %L::%s::text', m.bytes, m.type) INTO made;
				INSERT INTO answer VALUES (m.type, made, '00000');
			EXCEPTION WHEN OTHERS THEN
				INSERT INTO answer VALUES (m.type, m.bytes, SQLSTATE);
			END;
		END LOOP;
	END $$});
query('SELECT read_mutants()');
is(query(q{SELECT type, sqlstate, min(bytes) FROM answer WHERE sqlstate NOT IN ('00000', '22P02') GROUP BY 1, 2}), '',
	'bytes that are no value are refused as such');
cmp_ok(query(q{SELECT count(*) FROM answer WHERE sqlstate = '22P02'}), '>', 10000, 'most are refused');
cmp_ok(query(q{SELECT count(*) FROM answer WHERE sqlstate = '00000'}), '>', 1000, 'some are values');
query(q{TRUNCATE value;
	SELECT sum(ask_everything(type, bytes)) FROM (
		SELECT type, bytes, row_number() OVER (PARTITION BY type ORDER BY md5(bytes)) AS r
		FROM (SELECT DISTINCT type, bytes FROM answer WHERE sqlstate = '00000') AS a) AS a WHERE r <= 12});
no_faults('values made of hostile bytes are safe in every function');
is(query('SELECT unreadable() LIMIT 20'), '', 'and what comes of them can be read');

# 3. the same by the binary protocol, for a part of them: a file of one tuple for each
query(q{CREATE FUNCTION receive(of_type text, directory text, n int) RETURNS text LANGUAGE plpgsql AS $$
	DECLARE
		said text[];
	BEGIN
		EXECUTE format('CREATE TABLE received (v %s)', of_type);
		FOR i IN 0 .. n - 1 LOOP
			BEGIN
				EXECUTE format('COPY received FROM %L BINARY', directory || '/binary' || i);
			EXCEPTION WHEN OTHERS THEN
				said := said || SQLSTATE;
			END;
		END LOOP;
		DROP TABLE received;
		RETURN (SELECT string_agg(DISTINCT s, ' ') FROM unnest(said) AS s WHERE s NOT IN ('22P03', '08P01'));
	END $$});
for my $type (@types)
{
	my @bytes = $type eq 'mlops.fingerprint' ? map { unpack 'H*', "\xff" x $_ } (0, 8, 23, 24, 25)
		: split /\n/, query(qq{SELECT split_part(bytes, ':', 2) FROM mutant WHERE type = '$type'::regtype ORDER BY md5(bytes) LIMIT 40});
	for my $i (0 .. $#bytes)
	{
		unlink "$dir/binary$i";
		append_to_file("$dir/binary$i", "PGCOPY\n\xff\r\n\0" . pack('NNnN/a*n', 0, 0, 1, pack('H*', $bytes[$i]), 0xffff));
	}
	is(query("SELECT receive('$type', '$dir', " . @bytes . ')'), '', "$type: bytes received are a value or refused");
}

$node->stop;
done_testing();
