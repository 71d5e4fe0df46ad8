/*
 * route: to whom an incident goes.
 *
 * Routes are tried by place.  The first that matches sends the incident to its
 * channels, and ends the search unless it says to continue.  When none matches it
 * goes to the channel "log", the server's own log: nothing goes nowhere.
 *
 * A channel is a name.  What stands behind it, an address or a key, is known to the
 * consumer that takes its notices, never to the database.
 *
 * A route speaks for monitors whose owner its own owner may act for, and is asked
 * about no others: one team's routes neither catch nor slow down another's.
 */
CREATE TABLE mlops.route (
    route_id bigint GENERATED ALWAYS AS IDENTITY,
    place integer NOT NULL,
    owner_oid oid NOT NULL,
    owner_name name NOT NULL,
    matchers jsonb NOT NULL,
    channels text[] NOT NULL,
    severities text[] NOT NULL,
    continue boolean NOT NULL,
    digest_at time,
    quiet_hours jsonb,
    renotify interval,
    ack_within interval,
    escalate_to text[],
    created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    CONSTRAINT route_pkey PRIMARY KEY (route_id)
);
COMMENT ON TABLE mlops.route IS 'to which channels incidents go: tried by place, the first that matches ends it';
COMMENT ON COLUMN mlops.route.place IS 'lower ones are tried first; of equal ones the older';
COMMENT ON COLUMN mlops.route.owner_oid IS 'role for whose monitors it speaks; valid only together with owner_name';
COMMENT ON COLUMN mlops.route.owner_name IS 'name of that role';
COMMENT ON COLUMN mlops.route.matchers IS 'list of {"label", "op", "value"}, all of which must match; [] matches all';
COMMENT ON COLUMN mlops.route.channels IS 'names that consumers take notices by; log = the server''s log';
COMMENT ON COLUMN mlops.route.severities IS 'severities that it is for';
COMMENT ON COLUMN mlops.route.continue IS 'true when later routes are tried although this one matched';
COMMENT ON COLUMN mlops.route.digest_at IS
    'local time of the monitor at which warnings go out, a day''s in one message; NULL = each at once';
COMMENT ON COLUMN mlops.route.quiet_hours IS
    '{"from": "22:00", "to": "07:00", "days": [6, 7]}, local time of the monitor, in which notices wait';
COMMENT ON COLUMN mlops.route.renotify IS 'how long after a notice the first reminder comes; NULL = a day';
COMMENT ON COLUMN mlops.route.ack_within IS
    'when nobody took the incident for so long, escalate_to is told; NULL = 4 hours if critical, else never';
COMMENT ON COLUMN mlops.route.escalate_to IS 'channels that are told then; NULL = the same again';

SELECT pg_catalog.pg_extension_config_dump('mlops.route', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.route_route_id_seq', '');
GRANT SELECT ON mlops.route TO PUBLIC;
ALTER TABLE mlops.route ENABLE ROW LEVEL SECURITY;
CREATE POLICY route_owner ON mlops.route FOR SELECT
    USING (mlops_internal.owned_by(owner_oid, owner_name, (SELECT mlops_internal.caller_oid(mlops_internal.caller())))
           OR owner_oid = ANY ((SELECT mlops_internal.granted_owners())::oid[])
              AND mlops_internal.present_owner(owner_oid, owner_name) IS NOT NULL);
COMMENT ON POLICY route_owner ON mlops.route IS 'members and readers of the role that it belongs to see the row';

CREATE FUNCTION mlops_internal.channels_problem(channels text[], what text) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN coalesce(cardinality(channels), 0) NOT BETWEEN 1 AND 10
                    THEN format('%s must be between 1 and 10 channels', what)
                    WHEN (SELECT bool_or(c IS NULL OR c !~ '^[a-z0-9][a-z0-9_.-]{0,62}$') FROM unnest(channels) AS c)
                    THEN format('%s must be names of lower case letters, digits, _, . and -, not %s', what, channels)
               END
    $$;
COMMENT ON FUNCTION mlops_internal.channels_problem(text[], text) IS
    'what is wrong with a list of channels, which "what" names; NULL when nothing is';

CREATE FUNCTION mlops_internal.check_route(r mlops.route) RETURNS mlops.route
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        clock CONSTANT text := '^([01][0-9]|2[0-3]):[0-5][0-9]$';
        quiet CONSTANT jsonb := nullif(r.quiet_hours, 'null');
        reason text;
    BEGIN
        r.quiet_hours := quiet;
        IF r.matchers IS DISTINCT FROM '[]' THEN
            PERFORM mlops_internal.check_matchers(r.matchers, 'the route');
        END IF;
        reason := CASE
            WHEN r.place IS NULL THEN 'place must not be NULL'
            WHEN r.continue IS NULL THEN 'continue must not be NULL'
            WHEN coalesce(cardinality(r.severities), 0) = 0
                OR (SELECT bool_or(s IS NULL OR s NOT IN ('warning', 'critical')) FROM unnest(r.severities) AS s)
                THEN format('severities must be of warning and critical, not %s', coalesce(r.severities::text, 'NULL'))
            WHEN r.renotify < interval '1 minute' OR r.renotify > interval '31 days'
                THEN format('renotify must be between a minute and 31 days, not %s', r.renotify)
            WHEN r.ack_within < interval '1 minute' OR r.ack_within > interval '31 days'
                THEN format('ack_within must be between a minute and 31 days, not %s', r.ack_within)
            WHEN quiet IS NULL THEN NULL
            WHEN jsonb_typeof(quiet) <> 'object' OR NOT quiet ?& '{from,to}'
                OR quiet - '{from,to,days}'::text[] <> '{}' OR quiet ->> 'from' !~ clock OR quiet ->> 'to' !~ clock
                OR jsonb_typeof(coalesce(quiet -> 'days', '[]')) <> 'array'
                OR (quiet -> 'days') <@ '[1, 2, 3, 4, 5, 6, 7]' IS FALSE OR quiet -> 'days' = '[]'
                THEN format('quiet_hours must be like {"from": "22:00", "to": "07:00", "days": [6, 7]}, not %s',
                    left(quiet::text, 100))
            WHEN mlops_internal.after_quiet('2024-01-01Z', quiet, 'UTC') IS NULL THEN 'quiet_hours leave no time'
            END;
        reason := coalesce(reason, mlops_internal.channels_problem(r.channels, 'channels'),
            CASE WHEN r.escalate_to IS NOT NULL THEN
                mlops_internal.channels_problem(r.escalate_to, 'escalate_to') END);
        IF reason IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = reason,
                HINT = 'See the page of alerts: routes.';
        END IF;
        RETURN r;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_route(mlops.route) IS 'the route, or error 22023 with what is wrong with it';

/* The end of a stretch of quiet; the day is that on which a stretch begins. */
CREATE FUNCTION mlops_internal.after_quiet(at timestamptz, quiet_hours jsonb, time_zone text) RETURNS timestamptz
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone_abbreviations = 'Default'
    AS $$
    DECLARE
        starts CONSTANT time := quiet_hours ->> 'from';
        ends CONSTANT time := quiet_hours ->> 'to';
        local timestamp;
        found timestamp;
    BEGIN
        IF quiet_hours IS NULL THEN
            RETURN at;
        END IF;
        local := at AT TIME ZONE time_zone;
        FOR step IN 1 .. 16 LOOP
            SELECT max(d.day + ends + CASE WHEN ends <= starts THEN interval '1 day' ELSE '0' END) INTO found
            FROM (VALUES (local::date), (local::date - 1)) AS d (day)
            WHERE (quiet_hours -> 'days' IS NULL
                   OR quiet_hours -> 'days' @> to_jsonb(extract(isodow FROM d.day)::integer))
              AND local >= d.day + starts
              AND local < d.day + ends + CASE WHEN ends <= starts THEN interval '1 day' ELSE '0' END;
            IF found IS NULL THEN
                RETURN CASE WHEN step = 1 THEN at ELSE mlops_internal.local_instant(local, time_zone) END;
            END IF;
            local := found;
        END LOOP;
        RETURN NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.after_quiet(timestamptz, jsonb, text) IS
    'the time itself, or the end of the quiet hours that it lies in; NULL when they never end';

CREATE FUNCTION mlops_internal.own_route(route_id bigint, caller mlops_internal.caller) RETURNS mlops.route
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        r mlops.route;
    BEGIN
        SELECT x.* INTO r FROM mlops.route AS x
        WHERE x.route_id = own_route.route_id AND mlops_internal.owned_by(x.owner_oid, x.owner_name, who) FOR UPDATE;
        IF NOT FOUND THEN
            PERFORM mlops_internal.no_such('route', route_id::text);
        END IF;
        RETURN r;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.own_route(bigint, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.own_route(bigint, mlops_internal.caller) IS
    'lock a route for a change; raises 42704 when there is none whose owner the caller may act for';

CREATE FUNCTION mlops_internal.add_route(channels text[], matchers jsonb, place integer, severities text[],
    continue boolean, digest_at time, quiet_hours jsonb, renotify interval, ack_within interval, escalate_to text[],
    owner regrole, caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := coalesce(owner::oid, mlops_internal.caller_oid(caller));
        r mlops.route;
        last record;
    BEGIN
        r.owner_name := mlops_internal.note_owner(who);
        r.owner_oid := who;
        IF mlops_internal.owned_by(who, r.owner_name, mlops_internal.caller_oid(caller)) IS NOT TRUE THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                MESSAGE = format('must be a member of role %s to add a route for it', who::regrole);
        END IF;
        SELECT count(*) AS n, max(x.place) AS place INTO last FROM mlops.route AS x WHERE x.owner_oid = who;
        IF last.n >= 100 THEN
            RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded',
                MESSAGE = format('role %s has 100 routes already', who::regrole);
        END IF;
        r.place := coalesce(add_route.place, last.place + 10, 10);
        r.matchers := matchers;
        r.channels := channels;
        r.severities := severities;
        r.continue := add_route.continue;
        r.digest_at := digest_at;
        r.quiet_hours := quiet_hours;
        r.renotify := renotify;
        r.ack_within := ack_within;
        r.escalate_to := escalate_to;
        r := mlops_internal.check_route(r);
        INSERT INTO mlops.route AS x (place, owner_oid, owner_name, matchers, channels, severities, continue,
            digest_at, quiet_hours, renotify, ack_within, escalate_to)
        VALUES (r.place, r.owner_oid, r.owner_name, r.matchers, r.channels, r.severities, r.continue, r.digest_at,
            r.quiet_hours, r.renotify, r.ack_within, r.escalate_to)
        RETURNING x.route_id INTO r.route_id;
        RETURN r.route_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.add_route IS 'mlops.add_route on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.add_route FROM PUBLIC;

CREATE FUNCTION mlops.add_route(channels text[], matchers jsonb DEFAULT '[]', place integer DEFAULT NULL,
    severities text[] DEFAULT '{warning,critical}', continue boolean DEFAULT false, digest_at time DEFAULT '08:00',
    quiet_hours jsonb DEFAULT NULL, renotify interval DEFAULT NULL, ack_within interval DEFAULT NULL,
    escalate_to text[] DEFAULT NULL, owner regrole DEFAULT NULL) RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.add_route(channels, matchers, place, severities, continue, digest_at, quiet_hours,
        renotify, ack_within, escalate_to, owner, mlops_internal.caller());
COMMENT ON FUNCTION mlops.add_route IS
    'send incidents that match to channels, after the owner''s other routes unless place says otherwise; it speaks '
    'for monitors that the owner may act for; returns its number';
REVOKE ALL ON FUNCTION mlops.add_route FROM PUBLIC;

CREATE FUNCTION mlops_internal.alter_route(route_id bigint, changes jsonb, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        r mlops.route := mlops_internal.own_route(route_id, caller);
        unknown text;
    BEGIN
        IF jsonb_typeof(changes) IS DISTINCT FROM 'object' THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'changes must be a JSON object';
        END IF;
        SELECT k.key INTO unknown FROM jsonb_object_keys(changes) AS k (key)
        WHERE k.key <> ALL ('{place,matchers,channels,severities,continue,digest_at,quiet_hours,renotify,ack_within,
            escalate_to}') LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('a route has no "%s" that can be changed', left(unknown, 100)),
                HINT = 'It has place, matchers, channels, severities, continue, digest_at, quiet_hours, renotify, '
                    'ack_within and escalate_to.';
        END IF;
        r := mlops_internal.check_route(jsonb_populate_record(r, changes));
        UPDATE mlops.route AS x
        SET place = r.place, matchers = r.matchers, channels = r.channels, severities = r.severities,
            continue = r.continue, digest_at = r.digest_at, quiet_hours = r.quiet_hours, renotify = r.renotify,
            ack_within = r.ack_within, escalate_to = r.escalate_to
        WHERE x.route_id = r.route_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.alter_route IS 'mlops.alter_route on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.alter_route FROM PUBLIC;

CREATE FUNCTION mlops.alter_route(route_id bigint, changes jsonb) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.alter_route(route_id, changes, mlops_internal.caller());
COMMENT ON FUNCTION mlops.alter_route IS
    'change properties of a route, null clearing one, from the next notice on; raises 42704 for others'' routes';
REVOKE ALL ON FUNCTION mlops.alter_route FROM PUBLIC;

CREATE FUNCTION mlops_internal.drop_route(route_id bigint, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        r mlops.route := mlops_internal.own_route(route_id, caller);
    BEGIN
        DELETE FROM mlops.route AS x WHERE x.route_id = r.route_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.drop_route IS 'mlops.drop_route on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.drop_route FROM PUBLIC;

CREATE FUNCTION mlops.drop_route(route_id bigint) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.drop_route(route_id, mlops_internal.caller());
COMMENT ON FUNCTION mlops.drop_route IS
    'no incident goes this way any more; notices that were written are still delivered; raises 42704 for others'' '
    'routes';
REVOKE ALL ON FUNCTION mlops.drop_route FROM PUBLIC;

/*
 * Each route that may speak for an incident, as it is tried, and the default at
 * the end.
 */
CREATE FUNCTION mlops_internal.tried_routes(i mlops.incident)
    RETURNS TABLE (n integer, route mlops.route, unmatched text, is_used boolean)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor;
        ended boolean := false;
        none_matched boolean := true;
    BEGIN
        SELECT x.* INTO m FROM mlops.monitor AS x WHERE x.monitor_id = i.monitor_id;
        n := 0;
        FOR route IN
            SELECT x.* FROM mlops.route AS x
            WHERE mlops_internal.owned_by(coalesce(m.owner_oid, i.owner_oid), coalesce(m.owner_name, i.owner_name),
                      mlops_internal.present_owner(x.owner_oid, x.owner_name))
            ORDER BY x.place, x.route_id
        LOOP
            n := n + 1;
            unmatched := CASE
                WHEN ended THEN 'an earlier route ended it'
                WHEN i.severity <> ALL (route.severities) THEN format('severity is %s', i.severity)
                ELSE mlops_internal.unmatched(i.labels, route.matchers)::text END;
            is_used := unmatched IS NULL;
            none_matched := none_matched AND NOT is_used;
            ended := ended OR is_used AND NOT route.continue;
            RETURN NEXT;
        END LOOP;
        n := n + 1;
        route := NULL;
        route.channels := '{log}';
        unmatched := CASE WHEN NOT none_matched THEN 'a route matched' END;
        is_used := none_matched;
        RETURN NEXT;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.tried_routes(mlops.incident) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.tried_routes(mlops.incident) IS
    'routes that may speak for an incident in their order, the default last, and which are used';

CREATE FUNCTION mlops_internal.route_timers(i mlops.incident, OUT renotify interval, OUT ack_within interval)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        SELECT (array_agg((t.route).renotify ORDER BY t.n) FILTER (WHERE (t.route).renotify IS NOT NULL))[1],
               (array_agg((t.route).ack_within ORDER BY t.n) FILTER (WHERE (t.route).ack_within IS NOT NULL))[1]
        INTO renotify, ack_within
        FROM mlops_internal.tried_routes(i) AS t WHERE t.is_used;
        renotify := coalesce(renotify, '24 hours');
        ack_within := coalesce(ack_within, CASE i.severity WHEN 'critical' THEN interval '4 hours' END);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.route_timers(mlops.incident) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.route_timers(mlops.incident) IS
    'after how long an incident is told again, and escalates when nobody takes it (NULL = never), by its routes';

CREATE FUNCTION mlops_internal.route_for(incident_id bigint, caller mlops_internal.caller)
    RETURNS TABLE (n integer, route_id bigint, place integer, is_used boolean, reason text, channels text[],
        severities text[], continue boolean, digest_at time, quiet_hours jsonb, renotify interval, ack_within interval,
        escalate_to text[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        i mlops.incident;
    BEGIN
        SELECT x.* INTO i FROM mlops.incident AS x LEFT JOIN mlops.monitor AS m USING (monitor_id)
        WHERE x.incident_id = route_for.incident_id
          AND mlops_internal.owned_by(coalesce(m.owner_oid, x.owner_oid), coalesce(m.owner_name, x.owner_name), who);
        IF NOT FOUND THEN
            PERFORM mlops_internal.no_such('incident', incident_id::text);
        END IF;
        RETURN QUERY
            SELECT t.n, (t.route).route_id, (t.route).place, t.is_used,
                   -- whom else an administrator's route is about is nobody's business
                   CASE WHEN t.is_used THEN CASE WHEN (t.route).route_id IS NULL THEN 'no route matched'
                                                 ELSE 'all matchers hold' END
                        WHEN t.unmatched ~ '^\{' THEN CASE WHEN mlops_internal.owned_by((t.route).owner_oid,
                            (t.route).owner_name, who) THEN 'does not hold: ' || t.unmatched ELSE 'does not match' END
                        ELSE t.unmatched END,
                   (t.route).channels, (t.route).severities, (t.route).continue, (t.route).digest_at,
                   (t.route).quiet_hours, (t.route).renotify, (t.route).ack_within, (t.route).escalate_to
            FROM mlops_internal.tried_routes(i) AS t ORDER BY t.n;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.route_for IS 'mlops.route_for on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.route_for FROM PUBLIC;

CREATE FUNCTION mlops.route_for(incident_id bigint)
    RETURNS TABLE (n integer, route_id bigint, place integer, is_used boolean, reason text, channels text[],
        severities text[], continue boolean, digest_at time, quiet_hours jsonb, renotify interval, ack_within interval,
        escalate_to text[])
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT * FROM mlops_internal.route_for(incident_id, mlops_internal.caller());
    END;
COMMENT ON FUNCTION mlops.route_for IS
    'which routes an incident takes as it is now, each that was tried with the reason why it is used or not; route_id '
    'NULL is the default, the server''s log; raises 42704 for others'' incidents';
REVOKE ALL ON FUNCTION mlops.route_for FROM PUBLIC;
