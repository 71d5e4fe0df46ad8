/*
 * take: consumers take notices and say what became of them.
 *
 * A notice that was taken is leased: nobody else gets it until the lease is over,
 * and then somebody does, for a consumer that died may have sent it or not.  So each
 * is delivered at least once, always under one key.  Of one incident a channel gets
 * them in their order.
 *
 * Who takes needs the level consumer, and for each owner its membership or its
 * grant to read (mlops.grant_read): neither those who watch nor those who work with
 * models take away what was meant for a pager.
 */
CREATE FUNCTION mlops_internal.may_take(owner_oid oid, owner_name name, who oid) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(mlops_internal.owned_by(owner_oid, owner_name, who), false)
            OR mlops_internal.present_owner(owner_oid, owner_name) IS NOT NULL
               AND EXISTS (SELECT FROM mlops.reader AS r
                           WHERE mlops_internal.owned_by(r.reader_oid, r.reader_name, who)
                             AND (r.owner_oid IS NULL
                                  OR (r.owner_oid, r.owner_name) = (may_take.owner_oid, may_take.owner_name)))
    $$;
REVOKE ALL ON FUNCTION mlops_internal.may_take(oid, name, oid) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.may_take(oid, name, oid) IS
    'may a role deliver notices of this owner? members and readers may';

/* The same every time for the same attempt, and another for other notices: they do not all come back at once. */
CREATE FUNCTION mlops_internal.backoff(key text, attempt integer) RETURNS interval
    LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT interval '1 second' * least(3600, 10 * 2 ^ least(attempt, 20)::float8
            * (0.8 + 0.4 * ((get_byte(d.hash, 0) << 8) + get_byte(d.hash, 1)) / 65536.0))::float8
        FROM (SELECT sha256(convert_to(key || ':' || attempt, 'UTF8'))) AS d (hash)
    $$;
COMMENT ON FUNCTION mlops_internal.backoff(text, integer) IS
    'how long after its failure number "attempt", counted from 0, a notice waits: 10 seconds * 2^attempt, 20 percent '
    'more or less, an hour at most';

CREATE FUNCTION mlops_internal.gather_digests(channel text, at timestamptz, who oid) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        prefix CONSTANT text := mlops_internal.key_prefix();
        g record;
        new_id bigint;
        this_key text;
        body jsonb;
    BEGIN
        FOR g IN
            WITH due AS MATERIALIZED (
                SELECT n.* FROM mlops.notice AS n
                WHERE n.channel = gather_digests.channel AND n.state = 'pending' AND n.digest
                  AND n.incident_id IS NOT NULL AND n.not_before <= gather_digests.at
                  AND starts_with(n.key, prefix) AND mlops_internal.may_take(n.owner_oid, n.owner_name, who)
                ORDER BY n.notice_id FOR UPDATE OF n SKIP LOCKED
            ), last AS (
                SELECT DISTINCT ON (d.incident_id) d.* FROM due AS d ORDER BY d.incident_id, d.seq DESC
            )
            SELECT d.owner_oid, d.owner_name, min(d.notice_id) AS first, array_agg(d.notice_id) AS ids,
                   (SELECT jsonb_agg(l.body - '{alerts,links,window,state,since}'::text[]
                                     ORDER BY l.event = 'resolved', l.notice_id)
                    FROM last AS l WHERE (l.owner_oid, l.owner_name) = (d.owner_oid, d.owner_name)) AS incidents
            FROM due AS d GROUP BY d.owner_oid, d.owner_name ORDER BY first
        LOOP
            body := jsonb_build_object('event', 'digest', 'severity', 'warning', 'n_incidents',
                jsonb_array_length(g.incidents), 'title', format('%s warning%s', jsonb_array_length(g.incidents),
                    CASE WHEN jsonb_array_length(g.incidents) > 1 THEN 's' END),
                'incidents', jsonb_path_query_array(g.incidents, '$[0 to 49]'));
            WHILE octet_length(body::text) > 16384 LOOP
                body := body #- '{incidents,-1}';
            END LOOP;
            this_key := prefix || 'digest:' || g.first;
            INSERT INTO mlops.notice AS n (owner_oid, owner_name, event, channel, key, thread, body, due_at, not_before)
            VALUES (g.owner_oid, g.owner_name, 'digest', gather_digests.channel, this_key,
                this_key, body, gather_digests.at, gather_digests.at)
            RETURNING n.notice_id INTO new_id;
            UPDATE mlops.notice AS n SET state = 'merged', merged_into = new_id, settled_at = gather_digests.at
            WHERE n.notice_id = ANY (g.ids);
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.gather_digests(text, timestamptz, oid) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.gather_digests(text, timestamptz, oid) IS
    'make one notice for each owner of what waits for the digest of a channel and is due: the last word on each '
    'incident';

CREATE FUNCTION mlops_internal.take_notices(channel text, consumer text, max integer, lease interval,
    caller mlops_internal.caller)
    RETURNS TABLE (notice_id bigint, key text, seq integer, event text, body jsonb, thread text, attempt integer,
        receipt text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        prefix CONSTANT text := mlops_internal.key_prefix();
        now CONSTANT timestamptz := clock_timestamp();
        reason text := CASE
            WHEN channel IS NULL THEN 'channel must not be NULL'
            WHEN consumer IS NULL OR length(consumer) NOT BETWEEN 1 AND 200
                THEN 'consumer must be a name of 1 to 200 characters'
            WHEN max IS NULL OR max NOT BETWEEN 1 AND 1000 THEN format('max must be between 1 and 1000, not %s', max)
            WHEN lease IS NULL OR lease NOT BETWEEN interval '1 second' AND interval '1 hour'
                THEN format('lease must be between a second and an hour, not %s', lease) END;
    BEGIN
        IF reason IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = reason,
                HINT = 'A consumer has a name of its own, such as its host and process number.';
        END IF;
        PERFORM mlops_internal.gather_digests(channel, now, who);
        RETURN QUERY
            WITH owner AS MATERIALIZED (
                SELECT o.* FROM (SELECT DISTINCT x.owner_oid, x.owner_name FROM mlops.notice AS x
                                 WHERE x.channel = take_notices.channel AND x.state IN ('pending', 'leased')) AS o
                WHERE mlops_internal.may_take(o.owner_oid, o.owner_name, who)
            ), free AS MATERIALIZED (
                SELECT n.notice_id
                FROM mlops.notice AS n
                    JOIN owner AS o ON (o.owner_oid, o.owner_name) = (n.owner_oid, n.owner_name)
                WHERE n.channel = take_notices.channel AND NOT n.digest
                  AND (n.state = 'pending' AND n.not_before <= now OR n.state = 'leased' AND n.lease_until <= now)
                  AND starts_with(n.key, prefix)
                  AND NOT EXISTS (SELECT FROM mlops.notice AS e
                                  WHERE e.incident_id = n.incident_id AND e.channel = n.channel AND e.seq < n.seq
                                    AND e.state IN ('pending', 'leased') AND NOT e.digest)
                ORDER BY n.notice_id LIMIT max FOR UPDATE OF n SKIP LOCKED
            ), taken AS (
                UPDATE mlops.notice AS n
                SET state = 'leased', leased_by = consumer, lease_until = now + lease, attempts = n.attempts + 1
                FROM free AS f WHERE n.notice_id = f.notice_id
                RETURNING n.*
            )
            SELECT t.notice_id, t.key, t.seq, t.event, t.body, t.thread, t.attempts,
                   (SELECT r.external_id FROM mlops.notice_receipt AS r
                    WHERE r.incident_id = t.incident_id AND r.channel = t.channel)
            FROM taken AS t ORDER BY t.notice_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.take_notices IS 'mlops.take_notices on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.take_notices FROM PUBLIC;

CREATE FUNCTION mlops.take_notices(channel text, consumer text, max integer DEFAULT 20,
    lease interval DEFAULT '60 seconds')
    RETURNS TABLE (notice_id bigint, key text, seq integer, event text, body jsonb, thread text, attempt integer,
        receipt text)
    LANGUAGE sql VOLATILE
    BEGIN ATOMIC
        SELECT * FROM mlops_internal.take_notices(channel, consumer, max, lease, mlops_internal.caller());
    END;
COMMENT ON FUNCTION mlops.take_notices IS
    'lease notices of a channel that are due, oldest first, of an incident one after the other; until finish_notice, '
    'or until the lease is over, no other consumer gets them';
REVOKE ALL ON FUNCTION mlops.take_notices FROM PUBLIC;

/*
 * A channel that does not deliver is itself something to hear of, by the way that
 * is always there: the server's log.
 */
CREATE FUNCTION mlops_internal.delivery_failed(n mlops.notice) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        source mlops.incident;
        i mlops.incident;
    BEGIN
        SELECT x.* INTO source FROM mlops.incident AS x
        WHERE x.incident_id = coalesce(n.incident_id,
            (SELECT max(d.incident_id) FROM mlops.notice AS d WHERE d.merged_into = n.notice_id));
        RAISE LOG 'mlops notice % was not delivered to channel "%": %', n.key, n.channel,
            coalesce(n.error, 'nobody took it');
        IF source.monitor_id IS NULL THEN
            RETURN;
        END IF;
        INSERT INTO mlops.incident AS x (monitor_id, model_id, cause, group_key, severity, title, onset_lo,
            last_window_lo, last_window_hi, last_bad_hi, labels)
        VALUES (source.monitor_id, source.model_id, 'evaluation',
            format('%s:delivery:%s', source.monitor_id, n.channel), 'critical',
            format('notices to channel "%s" are not delivered: %s', n.channel,
                left(coalesce(n.error, 'nobody takes them'), 200)),
            source.onset_lo, source.last_window_lo, source.last_window_hi, source.last_bad_hi,
            source.labels || '{"cause": "evaluation", "severity": "critical"}')
        ON CONFLICT (group_key) WHERE state <> 'resolved' DO NOTHING
        RETURNING x.* INTO i;
        IF i.incident_id IS NOT NULL THEN
            PERFORM mlops_internal.write_notice(i, 'opened', 'log', false, now(),
                mlops_internal.notice_body(i, 'opened'), n.owner_oid, n.owner_name);
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.delivery_failed(mlops.notice) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.delivery_failed(mlops.notice) IS
    'open the incident of a channel that does not deliver a monitor''s notices, told by the default route';

CREATE FUNCTION mlops_internal.delivery_worked(n mlops.notice) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        i mlops.incident;
    BEGIN
        FOR i IN
            UPDATE mlops.incident AS x SET state = 'resolved', resolved_at = now(), reason = 'delivered again'
            FROM mlops.monitor AS m
            WHERE m.monitor_id = x.monitor_id AND (m.owner_oid, m.owner_name) = (n.owner_oid, n.owner_name)
              AND x.group_key = format('%s:delivery:%s', x.monitor_id, n.channel) AND x.state <> 'resolved'
            RETURNING x.*
        LOOP
            PERFORM mlops_internal.write_notice(i, 'resolved', 'log', false, now(),
                mlops_internal.notice_body(i, 'resolved'), n.owner_oid, n.owner_name);
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.delivery_worked(mlops.notice) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.delivery_worked(mlops.notice) IS
    'resolve what mlops_internal.delivery_failed opened for a channel of an owner';

CREATE FUNCTION mlops_internal.finish_notice(notice_id bigint, consumer text, ok boolean, error text,
    retry_after interval, receipt text, caller mlops_internal.caller) RETURNS timestamptz
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        now CONSTANT timestamptz := clock_timestamp();
        n mlops.notice;
    BEGIN
        IF ok IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'ok must not be NULL';
        ELSIF retry_after < interval '0' OR retry_after > interval '1 day' THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('retry_after must be between 0 and a day, not %s', retry_after);
        END IF;
        SELECT x.* INTO n FROM mlops.notice AS x
        WHERE x.notice_id = finish_notice.notice_id AND mlops_internal.may_take(x.owner_oid, x.owner_name, who)
        FOR UPDATE;
        IF NOT FOUND THEN
            PERFORM mlops_internal.no_such('notice', notice_id::text);
        ELSIF n.state = 'sent' AND ok AND n.leased_by = consumer THEN
            -- said again by one that did not hear the answer
            RETURN NULL;
        ELSIF n.state <> 'leased' OR n.leased_by IS DISTINCT FROM consumer
            OR NOT starts_with(n.key, mlops_internal.key_prefix()) THEN
            RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('notice %s is not leased to "%s"', notice_id, left(consumer, 200)),
                HINT = 'Its lease was over and another consumer has it, or had it: leave it alone.';
        END IF;
        n.settled_at := now;
        IF ok THEN
            n.state := 'sent';
            n.error := NULL;
        ELSE
            n.error := left(coalesce(finish_notice.error, 'failed'), 2000);
            IF now >= n.due_at + interval '24 hours' OR n.error ~ '^permanent' AND n.attempts >= 3 THEN
                n.state := 'failed';
            ELSE
                n.state := 'pending';
                n.settled_at := NULL;
                n.not_before := now + greatest(mlops_internal.backoff(n.key, n.attempts - 1), retry_after);
            END IF;
        END IF;
        UPDATE mlops.notice AS x
        SET state = n.state, error = n.error, settled_at = n.settled_at, not_before = n.not_before, lease_until = NULL
        WHERE x.notice_id = n.notice_id;
        IF ok AND receipt IS NOT NULL AND n.incident_id IS NOT NULL THEN
            INSERT INTO mlops.notice_receipt (incident_id, channel, external_id)
            VALUES (n.incident_id, n.channel, left(receipt, 500))
            ON CONFLICT ON CONSTRAINT notice_receipt_pkey DO UPDATE SET
                external_id = excluded.external_id, noted_at = excluded.noted_at;
        END IF;
        CASE n.state WHEN 'sent' THEN
            PERFORM mlops_internal.delivery_worked(n);
        WHEN 'failed' THEN
            PERFORM mlops_internal.delivery_failed(n);
        ELSE
            RETURN n.not_before;
        END CASE;
        RETURN NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.finish_notice IS 'mlops.finish_notice on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.finish_notice FROM PUBLIC;

CREATE FUNCTION mlops.finish_notice(notice_id bigint, consumer text, ok boolean, error text DEFAULT NULL,
    retry_after interval DEFAULT NULL, receipt text DEFAULT NULL) RETURNS timestamptz
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.finish_notice(notice_id, consumer, ok, error, retry_after, receipt,
        mlops_internal.caller());
COMMENT ON FUNCTION mlops.finish_notice IS
    'say that a leased notice was delivered, or why not; returns when it is due again (NULL: never); receipt is kept '
    'for the incident and channel; raises 55000 when another consumer has it';
REVOKE ALL ON FUNCTION mlops.finish_notice FROM PUBLIC;

CREATE FUNCTION mlops_internal.expire_notices(now timestamptz, role oid DEFAULT NULL) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        prefix CONSTANT text := mlops_internal.key_prefix();
        n mlops.notice;
        expired bigint := 0;
    BEGIN
        FOR n IN
            SELECT x.* FROM mlops.notice AS x
            WHERE x.due_at <= expire_notices.now - interval '24 hours'
              AND (role IS NULL OR mlops_internal.owned_by(x.owner_oid, x.owner_name, role))
              AND (x.state = 'pending' OR x.state = 'leased' AND x.lease_until <= expire_notices.now)
              AND starts_with(x.key, prefix)
            ORDER BY x.notice_id LIMIT 1000 FOR UPDATE SKIP LOCKED
        LOOP
            UPDATE mlops.notice AS x SET state = 'failed', settled_at = expire_notices.now
            WHERE x.notice_id = n.notice_id;
            PERFORM mlops_internal.delivery_failed(n);
            expired := expired + 1;
        END LOOP;
        RETURN expired;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.expire_notices(timestamptz, oid) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.expire_notices(timestamptz, oid) IS
    'give up notices that could not be delivered, or that nobody took, for 24 hours; of all, or those that the role '
    'may act for; returns their number';

CREATE FUNCTION mlops_internal.adopt_notices() RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        prefix CONSTANT text := mlops_internal.key_prefix();
    BEGIN
        UPDATE mlops.notice AS n
        SET key = regexp_replace(n.key, '^mlops:\d+:\d+:', prefix),
            thread = regexp_replace(n.thread, '^mlops:\d+:\d+:', prefix),
            state = 'pending', lease_until = NULL, due_at = now(), not_before = greatest(n.not_before, now())
        WHERE n.state IN ('pending', 'leased') AND NOT starts_with(n.key, prefix);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.adopt_notices() FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.adopt_notices() IS
    'give keys of this database to notices that another one, of which this is a copy, did not deliver';
