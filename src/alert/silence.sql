/*
 * Silences and inhibitions that people set up.  Both reach the monitors that who
 * made them may act for, and no others, whatever they say.
 *
 * An incident is silenced when each of its live alerts matches a silence that is in
 * force: one that is about some columns does not hide that others broke, too.
 */
CREATE FUNCTION mlops_internal.apply_silences(m mlops.monitor, incident_id bigint, now timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        common jsonb;
        n record;
    BEGIN
        IF NOT EXISTS (SELECT FROM mlops.silence AS s
                       WHERE s.starts_at <= apply_silences.now AND s.ends_at > apply_silences.now
                         AND s.ended_at IS NULL) THEN
            RETURN;
        END IF;
        common := mlops_internal.monitor_labels(m);
        FOR n IN
            WITH force AS MATERIALIZED (
                SELECT s.* FROM mlops.silence AS s
                WHERE s.starts_at <= apply_silences.now AND s.ends_at > apply_silences.now AND s.ended_at IS NULL
                  AND mlops_internal.present_owner(s.owner_oid, s.owner_name) IS NOT NULL
                  AND mlops_internal.owned_by(m.owner_oid, m.owner_name, s.owner_oid)
            ), silenced AS (
                SELECT i.incident_id, a.alert_id, max(s.ends_at) AS ends_at, min(s.silence_id) AS silence_id
                FROM mlops.incident AS i JOIN mlops.alert AS a USING (incident_id)
                LEFT JOIN force AS s ON mlops_internal.matches(common || mlops_internal.alert_labels(a), s.matchers)
                WHERE i.monitor_id = m.monitor_id AND i.state IN ('opened', 'acknowledged', 'flapping')
                  AND a.state <> 'resolved'
                  AND (apply_silences.incident_id IS NULL OR i.incident_id = apply_silences.incident_id)
                GROUP BY i.incident_id, a.alert_id
            )
            SELECT s.incident_id, min(s.ends_at) AS ends_at, min(s.silence_id) AS silence_id
            FROM silenced AS s GROUP BY s.incident_id HAVING bool_and(s.ends_at IS NOT NULL)
            ORDER BY s.incident_id
        LOOP
            PERFORM mlops_internal.set_silence(i, n.ends_at, n.silence_id, NULL,
                (SELECT s.reason FROM mlops.silence AS s WHERE s.silence_id = n.silence_id))
            FROM mlops.incident AS i WHERE i.incident_id = n.incident_id;
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.apply_silences(mlops.monitor, bigint, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.apply_silences(mlops.monitor, bigint, timestamptz) IS
    'silence the incidents of a monitor, or that one of it, whose live alerts all match silences in force';

CREATE FUNCTION mlops_internal.set_silence(i mlops.incident, until timestamptz, silence_id bigint, actor name,
    note text) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        UPDATE mlops.incident AS x
        SET state = 'silenced', silenced_until = until, silence_id = set_silence.silence_id, next_notice_at = NULL,
            escalate_at = NULL
        WHERE x.incident_id = i.incident_id
        RETURNING * INTO i;
        PERFORM mlops_internal.mirror_alerts(i.incident_id, actor, 'silenced', note);
        PERFORM mlops_internal.incident_event(i, 'silenced', false, NULL, actor, note, false);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.set_silence(mlops.incident, timestamptz, bigint, name, text) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.set_silence(mlops.incident, timestamptz, bigint, name, text) IS
    'silence an incident and its alerts, by hand or by a silence';

CREATE FUNCTION mlops_internal.check_until(until timestamptz, starts timestamptz) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF until IS NULL OR until <= now() OR starts IS NULL OR until <= starts THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('until must be in the future, not %s', coalesce(until::text, 'NULL')),
                HINT = 'Give for example now() + interval ''8 hours''.';
        ELSIF until > greatest(starts, now()) + interval '1 year' THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('until must be within a year, not %s', until),
                HINT = 'Remove the check when it is never to be heard of.';
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.check_until(timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_until(timestamptz, timestamptz) IS
    'raise 22023 unless a silence ends in the future, after it starts, and within a year';

CREATE FUNCTION mlops_internal.add_silence(matchers jsonb, until timestamptz, reason text, starts timestamptz,
    caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        new_id bigint;
    BEGIN
        PERFORM mlops_internal.check_matchers(matchers, 'silence');
        PERFORM mlops_internal.check_until(until, starts);
        IF coalesce(btrim(reason), '') = '' OR length(reason) > 1000 THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'a silence needs a reason of at most 1000 characters';
        END IF;
        INSERT INTO mlops.silence AS s (matchers, starts_at, ends_at, reason, owner_oid, owner_name)
        VALUES (add_silence.matchers, starts, until, add_silence.reason, who, mlops_internal.note_owner(who))
        RETURNING s.silence_id INTO new_id;
        PERFORM mlops_internal.incident_tick(now(), who);
        RETURN new_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.add_silence IS 'mlops.add_silence on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.add_silence FROM PUBLIC;

CREATE FUNCTION mlops.add_silence(matchers jsonb, until timestamptz, reason text, starts timestamptz DEFAULT now())
    RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.add_silence(matchers, until, reason, starts, mlops_internal.caller());
COMMENT ON FUNCTION mlops.add_silence IS
    'from "starts" to "until" tell nobody of incidents all of whose alerts match, in monitors that the caller may act '
    'for; returns its number; raises 22023 for no matchers, no reason, or more than a year';
REVOKE ALL ON FUNCTION mlops.add_silence FROM PUBLIC;

CREATE FUNCTION mlops_internal.end_silence(silence_id bigint, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        s mlops.silence;
    BEGIN
        SELECT x.* INTO s FROM mlops.silence AS x WHERE x.silence_id = end_silence.silence_id FOR UPDATE;
        PERFORM mlops_internal.require_owner(s.owner_oid, s.owner_name, 'silence', silence_id::text, caller);
        IF s.ended_at IS NOT NULL OR s.ends_at <= now() THEN
            RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('silence %s has ended', silence_id);
        END IF;
        UPDATE mlops.silence AS x SET ended_at = now() WHERE x.silence_id = s.silence_id;
        -- the timers pass by a monitor that is locked, and wait for nothing else
        PERFORM FROM mlops.monitor AS m WHERE mlops_internal.owned_by(m.owner_oid, m.owner_name, s.owner_oid)
        ORDER BY m.monitor_id FOR NO KEY UPDATE;
        UPDATE mlops.incident AS i SET silenced_until = now()
        WHERE i.state = 'silenced' AND i.silence_id IS NOT NULL
          AND i.monitor_id IN (SELECT m.monitor_id FROM mlops.monitor AS m
                               WHERE mlops_internal.owned_by(m.owner_oid, m.owner_name, s.owner_oid));
        PERFORM mlops_internal.incident_tick(now(), mlops_internal.caller_oid(caller));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.end_silence IS 'mlops.end_silence on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.end_silence FROM PUBLIC;

CREATE FUNCTION mlops.end_silence(silence_id bigint) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.end_silence(silence_id, mlops_internal.caller());
COMMENT ON FUNCTION mlops.end_silence IS
    'end a silence before its time; incidents that are still bad are told; raises 42704 for others'' silences, 55000 '
    'when it has ended';
REVOKE ALL ON FUNCTION mlops.end_silence FROM PUBLIC;

/*
 * Could an alert match both lists?  Only when no label says no: a label that both
 * name has a value, known from them or from its few possible ones, that fits both.
 */
CREATE FUNCTION mlops_internal.matchers_overlap(a jsonb, b jsonb) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH matcher AS (
            SELECT m ->> 'label' AS label, m ->> 'op' AS op, m ->> 'value' AS value, m AS matcher
            FROM jsonb_array_elements(a || b) AS m
        ), possible AS (
            SELECT m.label, v.value FROM matcher AS m, LATERAL (
                SELECT m.value WHERE m.op = '='
                UNION SELECT unnest('{evaluation,schema,volume,quality,input,prediction,performance,experiment,feature}'
                    ::text[]) WHERE m.label = 'cause'
                UNION SELECT unnest('{warning,critical}'::text[]) WHERE m.label = 'severity') AS v (value)
        )
        SELECT NOT EXISTS (
            SELECT FROM possible AS p GROUP BY p.label
            HAVING NOT bool_or(mlops_internal.matches(jsonb_build_object(p.label, p.value),
                (SELECT jsonb_agg(m.matcher) FROM matcher AS m WHERE m.label = p.label))))
    $$;
COMMENT ON FUNCTION mlops_internal.matchers_overlap(jsonb, jsonb) IS
    'could one alert match both lists of matchers? true when that cannot be ruled out';

/* A metric says the cause as well. */
CREATE FUNCTION mlops_internal.with_cause(matchers jsonb) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT matchers || coalesce(jsonb_agg(jsonb_build_object('label', 'cause', 'op', '~', 'value',
                   CASE c.cause WHEN 'input' THEN 'input|prediction' ELSE c.cause END)), '[]')
        FROM jsonb_array_elements(matchers) AS m,
             LATERAL mlops_internal.alert_cause(m ->> 'value', NULL, NULL) AS c (cause)
        WHERE m ->> 'label' = 'metric' AND m ->> 'op' = '='
    $$;
COMMENT ON FUNCTION mlops_internal.with_cause(jsonb) IS
    'a list of matchers with those on the cause that its metrics imply';

CREATE FUNCTION mlops_internal.add_inhibition(source jsonb, target jsonb, equal text[], caller mlops_internal.caller)
    RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        new_id bigint;
    BEGIN
        PERFORM mlops_internal.check_matchers(source, 'source');
        PERFORM mlops_internal.check_matchers(target, 'target');
        IF equal IS NULL OR EXISTS (SELECT FROM unnest(equal) AS e
            WHERE (e IN ('model', 'monitor', 'endpoint', 'cause', 'severity', 'metric', 'column', 'slice', 'owner')
                   OR e ~ '^tags\..') IS NOT TRUE) OR cardinality(equal) > 10 THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'equal must be a list of at most 10 labels',
                HINT = 'Labels are model, monitor, endpoint, cause, severity, metric, column, slice, owner, tags.NAME.';
        END IF;
        -- one at a time: two rules that are each good make a cycle together
        LOCK TABLE mlops.inhibition IN SHARE ROW EXCLUSIVE MODE;
        INSERT INTO mlops.inhibition AS i (source, target, equal, owner_oid, owner_name)
        VALUES (add_inhibition.source, add_inhibition.target, add_inhibition.equal, who, mlops_internal.note_owner(who))
        RETURNING i.inhibition_id INTO new_id;
        IF (WITH RECURSIVE rule AS MATERIALIZED (
                SELECT i.inhibition_id AS id, mlops_internal.with_cause(i.source) AS source,
                       mlops_internal.with_cause(i.target) AS target FROM mlops.inhibition AS i
                UNION ALL
                SELECT -row_number() OVER (), b.source, b.target FROM mlops_internal.built_in_inhibitions() AS b
            ), step AS MATERIALIZED (
                SELECT a.id, b.id AS next FROM rule AS a JOIN rule AS b
                    ON mlops_internal.matchers_overlap(a.target, b.source)
            ), reached AS (
                SELECT s.next FROM step AS s WHERE s.id = new_id
                UNION
                SELECT s.next FROM reached AS r JOIN step AS s ON s.id = r.next
            )
            SELECT bool_or(r.next = new_id) FROM reached AS r) THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_recursion',
                MESSAGE = 'an alert that this explains could explain the one that explains it',
                DETAIL = 'Then nobody would be told of either.',
                HINT = 'Add matchers that keep target apart from source, such as the label metric or cause with =.';
        END IF;
        RETURN new_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.add_inhibition IS 'mlops.add_inhibition on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.add_inhibition FROM PUBLIC;

CREATE FUNCTION mlops.add_inhibition(source_matchers jsonb, target_matchers jsonb, equal text[] DEFAULT '{}')
    RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.add_inhibition(source_matchers, target_matchers, equal, mlops_internal.caller());
COMMENT ON FUNCTION mlops.add_inhibition IS
    'while an alert matches the source, alerts of its monitor that match the target, and are equal in those labels, '
    'are not told; returns its number; raises 42P19 when rules go round in a circle';
REVOKE ALL ON FUNCTION mlops.add_inhibition FROM PUBLIC;

CREATE FUNCTION mlops_internal.drop_inhibition(inhibition_id bigint, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        i mlops.inhibition;
    BEGIN
        SELECT x.* INTO i FROM mlops.inhibition AS x WHERE x.inhibition_id = drop_inhibition.inhibition_id FOR UPDATE;
        PERFORM mlops_internal.require_owner(i.owner_oid, i.owner_name, 'inhibition', inhibition_id::text, caller);
        DELETE FROM mlops.inhibition AS x WHERE x.inhibition_id = i.inhibition_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.drop_inhibition IS 'mlops.drop_inhibition on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.drop_inhibition FROM PUBLIC;

CREATE FUNCTION mlops.drop_inhibition(inhibition_id bigint) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.drop_inhibition(inhibition_id, mlops_internal.caller());
COMMENT ON FUNCTION mlops.drop_inhibition IS
    'remove a rule of mlops.add_inhibition; what it kept back is told at the next window; raises 42704 for others''';
REVOKE ALL ON FUNCTION mlops.drop_inhibition FROM PUBLIC;
