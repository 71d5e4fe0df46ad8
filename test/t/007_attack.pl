# An attacker with least rights: a LOGIN role that may use the extension, has a
# schema of its own and temporary objects, and tries to act as somebody else.  Its
# code notes as whom it was run, in a table that must name nobody but itself; after
# each attack the roles, the extension's objects and the victim's rows are as before.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('attack');
$node->init(extra => ['--encoding=UTF8', '--locale=C']);
$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'mlops'
timezone = 'UTC'
fsync = off
autovacuum = off
mlops.retry_delay = 1
});
$node->start;

# --- a role that is planted under the name of the extension's owner
sub create_extension
{
	my ($db) = @_;
	my ($rc, $out, $err) = $node->psql($db, 'CREATE EXTENSION mlops');

	return $err;
}

foreach my $plant (
	['LOGIN', '', qr/It may log in/],
	['CREATEROLE', '', qr/attributes of an administrator/],
	['CREATEDB', '', qr/attributes of an administrator/],
	['SUPERUSER', '', qr/attributes of an administrator/],
	['BYPASSRLS', '', qr/attributes of an administrator/],
	['REPLICATION', '', qr/attributes of an administrator/],
	['', 'GRANT pg_read_all_data TO mlops_owner', qr/a member of another role/],
	['', 'CREATE ROLE planter; GRANT mlops_owner TO planter', qr/Another role is a member/],
	['', 'CREATE TABLE public.planted (); ALTER TABLE public.planted OWNER TO mlops_owner', qr/It owns objects/])
{
	my ($attribute, $more, $why) = @$plant;

	$node->safe_psql('postgres', "CREATE ROLE mlops_owner $attribute; $more");
	like(create_extension('postgres'), qr/cannot be trusted.*$why/s, "a role mlops_owner is refused: $attribute$more");
	$node->safe_psql('postgres', 'DROP OWNED BY mlops_owner; DROP ROLE mlops_owner; DROP ROLE IF EXISTS planter');
}

# --- a schema and objects that are planted before the extension is made
$node->safe_psql('postgres', q{
	CREATE ROLE dba LOGIN;
	CREATE ROLE mallory LOGIN;
	CREATE ROLE victim LOGIN;
	CREATE DATABASE taken OWNER dba;
	CREATE DATABASE bank OWNER dba;
	CREATE DATABASE other;
});
foreach my $schema ('mlops', 'mlops_internal')
{
	$node->safe_psql('taken', "CREATE SCHEMA $schema; CREATE FUNCTION $schema.caller() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
		connstr => $node->connstr('taken') . ' user=dba');
	like(create_extension('taken'), qr/schema "$schema" already exists/, "a schema $schema that is there already is not used");
	$node->safe_psql('taken', "DROP SCHEMA $schema CASCADE");
}

my $spy = q{
	CREATE TABLE m.seen (who name, session name, place text);
	GRANT INSERT ON m.seen TO PUBLIC;
	CREATE FUNCTION m.spy(place text) RETURNS integer LANGUAGE plpgsql AS $f$
	BEGIN
		INSERT INTO m.seen VALUES (current_user, session_user, place);
		BEGIN
			EXECUTE 'ALTER ROLE mallory SUPERUSER';
		EXCEPTION WHEN others THEN
			NULL;
		END;
		BEGIN
			EXECUTE 'RESET ROLE';
			EXECUTE 'ALTER ROLE mallory SUPERUSER';
		EXCEPTION WHEN others THEN
			NULL;
		END;
		BEGIN
			EXECUTE 'RESET SESSION AUTHORIZATION';
			EXECUTE 'ALTER ROLE mallory SUPERUSER';
		EXCEPTION WHEN others THEN
			NULL;
		END;
		RETURN 1;
	END $f$;
};
$node->safe_psql('bank', q{
	CREATE SCHEMA m AUTHORIZATION mallory;
	GRANT USAGE ON SCHEMA m TO PUBLIC;
	GRANT CREATE ON SCHEMA public TO mallory;
});
my %as = map { $_ => $node->connstr('bank') . " user=$_" } qw(mallory victim dba);
my $as_mallory = $as{mallory};
$node->safe_psql('bank', "$spy" . q{
	CREATE TYPE public.bait AS ENUM ('a');
	CREATE FUNCTION public.bite(public.bait) RETURNS json LANGUAGE plpgsql AS $f$ BEGIN PERFORM m.spy('cast'); RETURN '1'; END $f$;
	CREATE CAST (public.bait AS json) WITH FUNCTION public.bite(public.bait);
	CREATE FUNCTION public.format(text, text) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN PERFORM m.spy('format'); RETURN $1; END $f$;
	CREATE FUNCTION public.same(text, text) RETURNS boolean LANGUAGE plpgsql AS $f$ BEGIN PERFORM m.spy('operator'); RETURN true; END $f$;
	CREATE OPERATOR public.= (FUNCTION = public.same, LEFTARG = text, RIGHTARG = text);
	CREATE OPERATOR public.<> (FUNCTION = public.same, LEFTARG = text, RIGHTARG = text);
}, connstr => $as_mallory);
is(create_extension('bank'), '', 'what is planted elsewhere does not keep the extension from being made');
is(create_extension('other'), '', 'and the role that is there now serves a second database');
is($node->safe_psql('bank', 'SELECT count(*) FROM m.seen'), '0', 'nor is it called');

# --- the victim's things, and what nobody may change
$node->safe_psql('bank', q{
	SELECT mlops.grant_use('mallory'), mlops.grant_use('victim');
	CREATE SCHEMA v AUTHORIZATION victim;
	SELECT mlops.enable_scheduler();
});
$node->safe_psql('bank', q{
	CREATE TABLE v.rows AS SELECT '2024-01-01Z'::timestamptz + i * interval '1 hour' AS at, i AS x FROM generate_series(0, 71) AS i;
	SELECT mlops.start_run('training', 'secret run', '{"secret": 42}');
	SELECT mlops.create_model('secret', 'binary'), mlops.register_version('secret', 1), mlops.create_endpoint('secret'), mlops.deploy('secret', 1, 'secret');
	SELECT mlops.create_monitor('secret', 'v.rows', 'at', features => '{x}', start_at => '2024-01-01', end_at => '2024-01-04', schedule => NULL);
}, connstr => $as{victim});
ok($node->poll_query_until('bank', q{SELECT count(*) = 3 FROM mlops.run_history WHERE state = 'succeeded'}), 'the victim\'s monitor runs');
$node->safe_psql('bank', 'SELECT mlops.disable_scheduler()');

my $fingerprint = q{
	SELECT md5(string_agg(x, E'\n' ORDER BY x)) FROM (
		SELECT r::text FROM (SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls FROM pg_roles) AS r
		UNION ALL SELECT m::text FROM (SELECT roleid, member FROM pg_auth_members) AS m
		UNION ALL SELECT p::text FROM (SELECT p.proname, p.proowner, p.prosecdef, p.proconfig, p.proacl, p.prosrc FROM pg_proc AS p WHERE p.pronamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace)) AS p
		UNION ALL SELECT c::text FROM (SELECT c.relname, c.relowner, c.relacl, c.relrowsecurity, c.relforcerowsecurity, c.relhasrules FROM pg_class AS c WHERE c.relnamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND c.relkind <> 'i') AS c
		UNION ALL SELECT t::text FROM (SELECT t.tgname, t.tgenabled, t.tgfoid FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid WHERE c.relnamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace)) AS t
		UNION ALL SELECT p::text FROM (SELECT p.polname, pg_get_expr(p.polqual, p.polrelid) FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid WHERE c.relnamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace)) AS p
		UNION ALL SELECT n::text FROM (SELECT n.nspowner, n.nspacl FROM pg_namespace AS n WHERE n.nspname IN ('mlops', 'mlops_internal')) AS n
		UNION ALL SELECT t::text FROM mlops.model AS t WHERE t.owner_name = 'victim'
		UNION ALL SELECT t::text FROM mlops.version AS t JOIN mlops.model AS m USING (model_id) WHERE m.owner_name = 'victim'
		UNION ALL SELECT t::text FROM mlops.endpoint AS t WHERE t.owner_name = 'victim'
		UNION ALL SELECT t::text FROM mlops.run AS t WHERE t.owner_name = 'victim'
		UNION ALL SELECT t::text FROM mlops.monitor AS t WHERE t.owner_name = 'victim'
		UNION ALL SELECT t::text FROM mlops.monitor_run AS t WHERE t.owner_name = 'victim'
		UNION ALL SELECT t::text FROM mlops.observation AS t JOIN mlops.monitor AS m USING (monitor_id) WHERE m.owner_name = 'victim'
		UNION ALL SELECT t::text FROM mlops.alert AS t
		UNION ALL SELECT t::text FROM mlops_internal.scheduler_switch AS t) AS all_that (x)};
my $before = $node->safe_psql('bank', $fingerprint);

sub attack
{
	my ($name, $sql, %how) = @_;
	my ($rc, $out, $err) = $node->psql('bank', $sql, connstr => $how{as} // $as_mallory, on_error_stop => 0);

	like($err, $how{says}, "$name: refused") if $how{says};
	is($node->safe_psql('bank', $fingerprint), $before, "$name: gains nothing");
	is($node->safe_psql('bank', q{SELECT coalesce(string_agg(DISTINCT who || ' in ' || session || ' by ' || place, ', '), '')
		FROM m.seen WHERE 'mallory' <> ALL (ARRAY[who, session])}), '', "$name: ran as nobody else");
	return $out;
}

# --- types, casts, domains and operators of the attacker's
attack('a cast to json', q{SELECT mlops.log_param(mlops.start_run('training'), 'x', 'a'::public.bait)});
is($node->safe_psql('bank', q{SELECT who, session FROM m.seen WHERE place = 'cast' LIMIT 1}), 'mallory|mallory', 'the cast did run, as its owner');
attack('a temporary cast', q{
	CREATE TYPE pg_temp.evil AS ENUM ('a');
	CREATE FUNCTION pg_temp.pwn(pg_temp.evil) RETURNS json LANGUAGE plpgsql AS $f$ BEGIN PERFORM m.spy('temporary cast'); RETURN '1'; END $f$;
	CREATE CAST (pg_temp.evil AS json) WITH FUNCTION pg_temp.pwn(pg_temp.evil);
	SELECT mlops.log_param(mlops.start_run('training'), 'x', 'a'::pg_temp.evil)});
attack('a domain with a check', q{
	CREATE DOMAIN m.checked AS text CHECK (m.spy('domain') = 1);
	CREATE TYPE m.pair AS (a m.checked, b public.bait);
	SELECT mlops.log_param(mlops.start_run('training'), 'x', 'a'::m.checked);
	SELECT mlops.log_param(mlops.start_run('training'), 'x', ROW('a', 'a')::m.pair);
	SELECT mlops.log_param(mlops.start_run('training'), 'x', ARRAY['a']::public.bait[]);
	SELECT mlops.fingerprint(t) FROM (SELECT 'a'::public.bait, 'a'::m.checked) AS t});
attack('a search path with plants', q{
	CREATE FUNCTION m.now() RETURNS timestamptz LANGUAGE plpgsql AS $f$ BEGIN PERFORM m.spy('now'); RETURN '2000-01-01'; END $f$;
	CREATE FUNCTION m.clock_timestamp() RETURNS timestamptz LANGUAGE plpgsql AS $f$ BEGIN PERFORM m.spy('clock'); RETURN '2000-01-01'; END $f$;
	CREATE FUNCTION m.format(text, text) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN PERFORM m.spy('format'); RETURN $1; END $f$;
	CREATE FUNCTION m.jsonb_each(jsonb) RETURNS TABLE (key text, value jsonb) LANGUAGE plpgsql AS $f$ BEGIN PERFORM m.spy('jsonb_each'); END $f$;
	CREATE TABLE m.pg_roles AS SELECT oid, 'victim'::name AS rolname, true AS rolsuper, true AS rolcanlogin FROM pg_catalog.pg_roles;
	CREATE TEMP TABLE pg_roles AS SELECT * FROM m.pg_roles;
	CREATE TEMP TABLE monitor_run AS SELECT 1 AS run_id;
	CREATE TEMP TABLE pg_extension AS SELECT 'mlops'::name AS extname, (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = 'mallory') AS extowner;
	SET search_path = m, public, pg_temp, pg_catalog;
	SELECT mlops.log_params(mlops.start_run('training'), '{"x": 1}');
	SELECT mlops.create_model('mine', 'binary'), mlops.register_version('mine'), mlops.set_alias('mine', 'a', 1);
	SELECT mlops.create_endpoint('mine'), mlops.deploy('mine', 1, 'mine');
	SELECT mlops.grant_use('mallory');
	SELECT mlops.adopt_owners();
	SELECT mlops.enable_scheduler();
	CALL mlops.run_due()});

# --- callers that are nobody, or somebody else
attack('NULL as caller', q{
	SELECT mlops_internal.claim_run(now(), NULL::mlops_internal.caller);
	SELECT mlops_internal.claim_now(1, now(), NULL::mlops_internal.caller);
	SELECT mlops_internal.enable_scheduler(NULL::mlops_internal.caller);
	SELECT mlops_internal.disable_scheduler(caller => NULL);
	SELECT mlops_internal.drop_monitor('secret', NULL)}, says => qr/caller must not be NULL/);
attack('a caller that is typed in', q{
	SELECT mlops_internal.drop_monitor('secret', 'victim'::mlops_internal.caller);
	SELECT mlops_internal.set_stage('secret', 1, 'retired', NULL, 'postgres'::text::mlops_internal.caller)}, says => qr/caller does not come from this transaction/);
$node->safe_psql('bank', q{
	CREATE TABLE m.guestbook (msg text, who mlops_internal.caller DEFAULT mlops_internal.caller());
	GRANT INSERT ON m.guestbook TO PUBLIC;
}, connstr => $as_mallory);
$node->safe_psql('bank', q{INSERT INTO m.guestbook (msg) VALUES ('hi')}, connstr => $as{victim});
$node->safe_psql('bank', q{INSERT INTO m.guestbook (msg) VALUES ('root')});
is($node->safe_psql('bank', q{SELECT string_agg(who::text, ',' ORDER BY msg) FROM m.guestbook}), 'victim,postgres', 'callers can be stored');
attack('a stored caller', q{
	SELECT mlops_internal.drop_monitor('secret', who) FROM m.guestbook;
	SELECT mlops_internal.enable_scheduler(who) FROM m.guestbook;
	SELECT mlops_internal.claim_run(now(), who) FROM m.guestbook}, says => qr/caller does not come from this transaction/);
attack('a plan that another role made', q{
	SET ROLE victim;
	PREPARE drop_it AS SELECT mlops.drop_monitor('secret');
	EXPLAIN EXECUTE drop_it;
	SET ROLE mallory;
	EXECUTE drop_it}, as => $node->connstr('bank'), says => qr/monitor "secret" does not exist or is not yours/);
my $dump = $node->basedir . '/guestbook.sql';
$node->command_ok(['pg_dump', '-f', $dump, '-t', 'm.guestbook', '-d', $node->connstr('bank')], 'a table of callers can be dumped');
$node->safe_psql('other', 'CREATE SCHEMA m');
$node->command_ok(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('other'), '-f', $dump], 'and restored');
is($node->safe_psql('other', q{SELECT string_agg(who::text, ',') FROM m.guestbook}), '(nobody),(nobody)', 'where they are nobody');

# --- what is internal, and what is others'
is($node->safe_psql('bank', q{
	SELECT string_agg(p.oid::regprocedure::text, ', ') FROM pg_proc AS p
	WHERE p.pronamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND has_function_privilege('mallory', p.oid, 'EXECUTE')
	  AND NOT EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a WHERE a.grantee = 0)
	  AND p.oid NOT IN (SELECT mlops_internal.usable_functions())}), '', 'no internal function is open');
attack('internal functions', join("\n", map { "SELECT $_;" } (
	'mlops_internal.move_stage(1, \'retired\', NULL, mlops_internal.caller())', 'mlops_internal.settle_runs(NULL)', 'mlops_internal.claim_any(\'{}\')', 'mlops_internal.claim_of(10)',
	'mlops_internal.take_over_run(1, 1)', 'mlops_internal.reassign_owned(\'{10}\', 10)', 'mlops_internal.drop_owned(\'{10}\')', 'mlops_internal.note_owner(10)',
	'mlops_internal.give_models(\'{1}\', 10, \'x\')', 'mlops_internal.process_start(1)', 'mlops_internal.wake_scheduler()')), says => qr/permission denied for function/);
attack('others\' objects', q{
	SELECT mlops.register_version('secret');
	SELECT mlops.set_stage('secret', 1, 'retired');
	SELECT mlops.undeploy('secret');
	SELECT mlops.drop_monitor('secret');
	SELECT mlops.pause('secret');
	SELECT mlops.log_params(1, '{"x": 1}');
	SELECT mlops.alter_owner('model', 'secret', 'mallory');
	SELECT mlops.grant_read('mallory', 'victim');
	SELECT mlops.grant_read('mallory');
	SELECT mlops.create_model('x', 'binary', owner => 'victim');
	SELECT mlops.create_monitor('x', 'v.rows', 'at', owner => 'victim', start_at => '2024-01-01');
	SELECT mlops.create_model('x', 'binary', owner => 'mlops_owner');
	REASSIGN OWNED BY victim TO mallory;
	DROP OWNED BY victim;
	DROP OWNED BY mlops_owner}, says => qr/permission denied/);
my ($rc, $out, $err) = $node->psql('bank', join("\n", map { "$_;" } (
	q{SELECT mlops.register_version('secret')}, q{SELECT mlops.undeploy('secret')}, q{SELECT mlops.drop_monitor('secret')}, q{SELECT mlops.log_params(1, '{}')},
	q{SELECT mlops.evaluate(1, now(), now())}, q{SELECT mlops.ack(1)})), connstr => $as_mallory, on_error_stop => 0);
unlike($err, qr/victim/, 'refusals name no owner');
is(() = $err =~ /does not exist or is not yours/g, 6, 'and do not say whether the object is there');
is($node->safe_psql('bank', q{SELECT (SELECT count(*) FROM mlops.model WHERE name = 'secret') + (SELECT count(*) FROM mlops.run WHERE run_id = 1)
	+ (SELECT count(*) FROM mlops.observation) + (SELECT count(*) FROM mlops.monitor) + (SELECT count(*) FROM mlops.param WHERE run_id = 1)}, connstr => $as_mallory),
	'0', 'nothing of the victim is seen');

# --- the extension's own objects
my @ddl = (
	'SET ROLE mlops_owner', 'SET SESSION AUTHORIZATION mlops_owner', 'ALTER ROLE mlops_owner LOGIN', 'GRANT mlops_owner TO mallory',
	'CREATE FUNCTION mlops.format(text, text) RETURNS text LANGUAGE sql AS $$ SELECT $1 $$', 'CREATE TABLE mlops.pg_roles ()',
	'ALTER FUNCTION mlops.log_params(bigint, jsonb, mlops_internal.caller) SECURITY INVOKER',
	'ALTER FUNCTION mlops.log_params(bigint, jsonb, mlops_internal.caller) RESET search_path',
	'ALTER FUNCTION mlops.log_params(bigint, jsonb, mlops_internal.caller) OWNER TO mallory',
	'CREATE OR REPLACE FUNCTION mlops.model_id(name text) RETURNS bigint LANGUAGE sql AS $$ SELECT 1::bigint $$',
	'CREATE FUNCTION m.fire() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM m.spy(\'trigger\'); RETURN NEW; END $$',
	'CREATE TRIGGER t BEFORE INSERT ON mlops.run FOR EACH ROW EXECUTE FUNCTION m.fire()',
	'CREATE RULE r AS ON INSERT TO mlops.run DO ALSO SELECT m.spy(\'rule\')',
	'CREATE POLICY p ON mlops.run USING (true)', 'ALTER TABLE mlops.run DISABLE ROW LEVEL SECURITY', 'ALTER TABLE mlops.run OWNER TO mallory',
	'ALTER TABLE mlops.run ALTER COLUMN error SET DEFAULT m.spy(\'default\')::text', 'CREATE INDEX ON mlops.run ((m.spy(\'index\')))',
	'INSERT INTO mlops.model SELECT * FROM mlops.model', 'UPDATE mlops.run SET owner_name = \'mallory\'', 'DELETE FROM mlops.monitor', 'TRUNCATE mlops.run CASCADE',
	'INSERT INTO mlops_internal.known_role SELECT oid, \'victim\' FROM pg_roles WHERE rolname = \'mallory\'', 'INSERT INTO mlops.reader SELECT oid, rolname FROM pg_roles',
	'SELECT setval(\'mlops.run_run_id_seq\', 1)', 'ALTER SCHEMA mlops RENAME TO gone', 'ALTER SCHEMA mlops_internal RENAME TO gone', 'ALTER SCHEMA mlops_internal OWNER TO mallory', 'DROP SCHEMA mlops_internal CASCADE',
	'CREATE FUNCTION mlops_internal.stray() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$', 'CREATE TABLE mlops_internal.stray ()', 'GRANT ALL ON ALL TABLES IN SCHEMA mlops_internal TO mallory',
	 'ALTER SCHEMA mlops OWNER TO mallory', 'DROP SCHEMA mlops CASCADE',
	'DROP EXTENSION mlops', 'ALTER EXTENSION mlops ADD FUNCTION m.spy(text)', 'GRANT ALL ON ALL TABLES IN SCHEMA mlops TO mallory',
	'REASSIGN OWNED BY mlops_owner TO mallory', 'ALTER DEFAULT PRIVILEGES FOR ROLE mlops_owner GRANT ALL ON TABLES TO mallory',
	'COMMENT ON FUNCTION mlops_internal.move_stage(bigint, text, text, mlops_internal.caller) IS \'open to all\'');
foreach my $who (qw(mallory dba))
{
	attack("DDL of $who", join('', map { "$_;\n" } @ddl), as => $as{$who}, says => qr/must be owner|permission denied/);
	foreach my $sql (grep { !/FUNCTION m\.fire\(\) RETURNS|^SELECT setval/ } @ddl)
	{
		my ($rc1, $out1, $err1) = $node->psql('bank', $sql, connstr => $as{$who});

		# a grant of nothing is a warning
		ok($rc1 != 0 || $err1 =~ /WARNING:  no privileges/, "$who: $sql") or diag($err1);
	}
}

# --- monitors: the code of a view runs as its owner and leaves nothing behind
$node->safe_psql('bank', q{
	CREATE TABLE m.rows AS SELECT '2024-01-01Z'::timestamptz + i * interval '1 hour' AS at, i AS x FROM generate_series(0, 71) AS i;
	CREATE FUNCTION m.try(command text) RETURNS void LANGUAGE plpgsql AS $f$
	BEGIN
		EXECUTE command;
	EXCEPTION WHEN others THEN
		NULL;
	END $f$;
	CREATE FUNCTION m.fired() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN PERFORM m.spy('deferred trigger'); RETURN NULL; END $f$;
	CREATE TABLE m.deferred (x integer);
	CREATE CONSTRAINT TRIGGER d AFTER INSERT ON m.deferred DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION m.fired();
	CREATE FUNCTION m.evil() RETURNS integer LANGUAGE plpgsql AS $f$
	DECLARE
		g record;
	BEGIN
		PERFORM m.spy('view');
		PERFORM m.try(c) FROM unnest(ARRAY['SET ROLE victim', 'SET ROLE mlops_owner', 'SET ROLE postgres', 'RESET SESSION AUTHORIZATION', 'COMMIT',
			'CREATE TEMP TABLE pg_roles AS SELECT * FROM m.pg_roles', 'CREATE FUNCTION pg_temp.now() RETURNS timestamptz LANGUAGE sql AS ''SELECT m.spy(''''now'''')::text::timestamptz''',
			'DECLARE h CURSOR WITH HOLD FOR SELECT m.spy(''held cursor'')', 'INSERT INTO m.deferred VALUES (1)', 'SET search_path = m, public, pg_catalog',
			'SELECT mlops.send_outbox()', 'SELECT mlops_internal.finish_claim(1, 1, 0)', 'SELECT mlops_internal.take_over_run(1, 1)']) AS c;
		FOR g IN SELECT s.name, CASE s.setting WHEN 'on' THEN 'off' ELSE 'on' END AS value FROM pg_settings AS s
				 WHERE s.context = 'user' AND s.vartype = 'bool' AND s.name !~ 'transaction|zero_damaged|ignore_system' LOOP
			PERFORM m.try(format('SELECT set_config(%L, %L, false)', g.name, g.value));
		END LOOP;
		RETURN 1;
	END $f$;
	CREATE VIEW m.trap AS SELECT at, x + m.evil() AS x FROM m.rows WHERE x % 24 = 0;
	GRANT SELECT ON m.trap TO PUBLIC;
	-- what a table can have that runs when it is read, or written: a policy, a generated column, an index, triggers, rules, defaults, a type of its own
	CREATE FUNCTION m.spied(x integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS $f$ BEGIN PERFORM m.try('SELECT m.spy(''immutable'')'); RETURN x; END $f$;
	CREATE TYPE m.kind AS (word text);
	CREATE FUNCTION m.said(k m.kind) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN PERFORM m.spy('cast'); RETURN 'word'; END $f$;
	CREATE CAST (m.kind AS text) WITH FUNCTION m.said(m.kind) AS ASSIGNMENT;
	CREATE TABLE m.planted (at timestamptz, x integer DEFAULT m.spy('default'), y integer GENERATED ALWAYS AS (m.spied(x)) STORED, kind m.kind CHECK (m.spied(1) = 1)) WITH (autovacuum_enabled = off);
	INSERT INTO m.planted (at, x, kind) SELECT at, x, ROW('a')::m.kind FROM m.rows;
	CREATE INDEX ON m.planted (m.spied(x));
	CREATE STATISTICS m.planted_statistics ON (m.spied(y)), x FROM m.planted;
	CREATE TRIGGER t BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON m.planted FOR EACH STATEMENT EXECUTE FUNCTION m.fired();
	CREATE RULE r AS ON INSERT TO m.planted DO ALSO SELECT m.spy('rule');
	ALTER TABLE m.planted ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
	CREATE POLICY p ON m.planted USING (m.spy('policy') = 1);
	SELECT mlops.create_monitor('planted', 'm.planted', 'at', features => '{x,y}', slices => ARRAY['kind', '{"expression": "m.spied(x) % 3", "name": "spied"}'], start_at => '2024-01-01', end_at => '2024-01-04',
		schedule => '0 0 1 1 *', checks => '[{"metric": "quality"}, {"metric": "drift"}]');
	SELECT mlops.create_monitor('trap', 'm.trap', 'at', features => '{x}', start_at => '2024-01-01', end_at => '2024-01-04', schedule => '0 0 1 1 *');
}, connstr => $as_mallory);
attack('a zone that only this session knows', q{
	SET timezone_abbreviations = 'Australia';
	SELECT mlops.create_monitor('zone', 'm.rows', 'at', features => '{x}', start_at => '2024-01-01', time_zone => 'SAT', schedule => NULL)},
	says => qr/time zone "SAT" does not exist/);
foreach my $lure (
	q{SET ROLE mallory; SELECT * FROM mlops.run_now('trap')}, q{SET ROLE mallory; SELECT mlops.evaluate('trap', '2024-01-01', '2024-01-02')},
	q{SET ROLE mallory; SELECT * FROM mlops.backfill('trap')}, q{SET SESSION AUTHORIZATION mallory; SELECT * FROM mlops.run_now('trap')},
	q{SELECT * FROM mlops.run_now('trap')}, q{SET ROLE mallory; SELECT mlops.alter_monitor('trap', '{"schedule": null}'); CALL mlops.run_due()})
{
	attack("an administrator who does this: $lure", $lure, as => $node->connstr('bank'));
}
is($node->safe_psql('bank', q{SELECT string_agg(DISTINCT r.error_code, ',') FROM mlops.run_history AS r WHERE r.monitor = 'trap'}), '42501',
	'a superuser who stands in for the owner evaluates nothing');
$node->safe_psql('bank', q{SELECT mlops.alter_monitor('secret', '{"end_at": "2024-01-05"}')}, connstr => $as{victim});
$node->safe_psql('bank', 'SELECT mlops.enable_scheduler()');
ok($node->poll_query_until('bank', q{SELECT count(*) = 3 FROM mlops.run_history WHERE monitor = 'trap' AND state = 'succeeded'}), 'the scheduler runs the view');
ok($node->poll_query_until('bank', q{SELECT count(*) = 4 FROM mlops.run_history WHERE monitor = 'secret' AND state = 'succeeded'}), 'and the victim\'s monitor after it');
ok($node->poll_query_until('bank', q{SELECT count(*) = 3 FROM mlops.run_history WHERE monitor = 'planted' AND state IN ('succeeded', 'failed')}), 'and a table with plants');
is($node->safe_psql('bank', q{SELECT string_agg(DISTINCT state, ',') FROM mlops.run_history WHERE monitor = 'planted'}), 'succeeded', 'which is evaluated');
is($node->safe_psql('bank', q{SELECT string_agg(place, ', ' ORDER BY place) FROM (SELECT DISTINCT place FROM m.seen WHERE place IN ('policy', 'cast', 'immutable', 'rule', 'default')) AS s}),
	'cast, immutable, policy', 'what runs when rows are read ran');
is($node->safe_psql('bank', q{SELECT string_agg(DISTINCT who || ' in ' || session, ', ') FROM m.seen}), 'mallory in mallory', 'everything ran as its owner');
is($node->safe_psql('bank', q{SELECT count(*) > 0 FROM m.seen WHERE place = 'deferred trigger'}), 't', 'deferred triggers too');
is($node->safe_psql('bank', q{SELECT rolsuper FROM pg_roles WHERE rolname = 'mallory'}), 'f', 'mallory is what it was');

# --- what would slip through a SECURITY DEFINER function could do no more than this
my $owned = $node->safe_psql('bank', q{
	SELECT string_agg(format('%s: %s%s', p.oid::regprocedure, r.rolname, CASE WHEN r.rolsuper THEN ', superuser' END), E'\n' ORDER BY p.oid)
	FROM pg_proc AS p JOIN pg_roles AS r ON r.oid = p.proowner WHERE p.pronamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND p.prosecdef});
note($owned);
my @owned = split /\n/, $owned;
cmp_ok(scalar(@owned), '>', 40, 'SECURITY DEFINER functions were found');
is(join("\n", grep { !/: mlops_owner$/ } @owned), '', 'all of them belong to mlops_owner');
$node->safe_psql('bank', q{
	CREATE FUNCTION public.slip(command text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $f$ BEGIN EXECUTE command; RETURN current_user; END $f$;
	ALTER FUNCTION public.slip(text) OWNER TO mlops_owner});
is($node->safe_psql('bank', q{SELECT public.slip('SELECT 1')}, connstr => $as_mallory), 'mlops_owner', 'a hole is made');
foreach my $sql (
	'ALTER ROLE mallory SUPERUSER', 'CREATE ROLE another', 'SET ROLE postgres', 'SELECT * FROM v.rows', 'SELECT * FROM m.rows', 'SELECT * FROM pg_authid',
	q{COPY mlops.model TO PROGRAM 'true'}, q{COPY mlops.model TO '/tmp/x'}, q{SELECT pg_read_file('postgresql.conf')}, 'CREATE FUNCTION mlops.x() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$',
	'CREATE OR REPLACE FUNCTION mlops.model_id(name text) RETURNS bigint LANGUAGE sql AS $$ SELECT 1::bigint $$',
	'ALTER FUNCTION mlops.evaluate(bigint, timestamptz, timestamptz) RESET ALL', 'ALTER FUNCTION mlops.grant_use(regrole, text) RESET ALL',
	'CREATE SCHEMA s', 'CREATE TABLE public.t ()', 'ALTER SYSTEM SET work_mem = 64', 'SELECT mlops.grant_use(\'mallory\')', 'DROP EXTENSION mlops')
{
	my ($rc2, $out2, $err2) = $node->psql('bank', 'SELECT public.slip($sql$' . $sql . '$sql$)', connstr => $as_mallory);

	isnt($rc2, 0, "mlops_owner cannot: $sql");
}

# --- a gate's function that catches its cancels ends with its session, and nothing else does
$node->safe_psql('bank', q{
	CREATE SCHEMA stubborn AUTHORIZATION mallory;
	SET SESSION AUTHORIZATION mallory;
	CREATE FUNCTION stubborn.gate(model text, version integer, OUT ok boolean, OUT reason text) LANGUAGE plpgsql STABLE AS $$
	BEGIN LOOP BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN END; END LOOP; END $$;
});
{
	my ($rc2, $out2, $err2) = $node->psql('bank', q{SELECT mlops_internal.call_gate('mallory'::regrole, 'stubborn.gate(text,int)'::regprocedure, 'x', 1, 0.2)},
		connstr => $as_mallory, timeout => 60, timed_out => \my $timed_out);

	ok(!$timed_out, 'a function of a gate cannot outlive its time by catching what cancels it');
	like($err2, qr/FATAL.*stubborn.*went on after its time limit, cancelled 5 times/s, 'it ends with its session, and why is said');
	is($node->safe_psql('bank', 'SELECT 1'), 1, 'the server goes on');
}

# --- nor does it keep its place with more rights than it should have
$node->safe_psql('bank', 'ALTER ROLE mlops_owner LOGIN');
like(($node->psql('bank', 'SELECT mlops_internal.owner_role()'))[2], qr/can do too much/, 'a role that could log in is not taken for the owner');
$node->safe_psql('bank', 'ALTER ROLE mlops_owner NOLOGIN; CREATE ROLE strong SUPERUSER; ALTER TABLE mlops.model OWNER TO strong');
like(($node->psql('bank', 'SELECT mlops_internal.owner_role()'))[2], qr/role "strong", which can do too much/, 'nor is a superuser');

# --- DROP EXTENSION leaves the role, which then can be dropped
$node->safe_psql('bank', 'ALTER TABLE mlops.model OWNER TO mlops_owner; DROP FUNCTION public.slip; DROP EXTENSION mlops CASCADE');
like(($node->psql('bank', 'DROP ROLE mlops_owner'))[2], qr/cannot be dropped/, 'while another database has the extension the role stays');
$node->safe_psql('other', 'DROP EXTENSION mlops CASCADE; DROP ROLE mlops_owner');

$node->stop;
done_testing();
