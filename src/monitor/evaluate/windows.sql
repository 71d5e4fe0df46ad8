/*
 * Windows are evaluated: read as their owner, one or several in a pass, stored and
 * judged.
 */
/*
 * Values of slices that are not frozen yet, found in the rows that a comparison
 * stands on.  NULL is a value of each slice, and stands for its being frozen.
 */
CREATE FUNCTION mlops_internal.frozen_members(m mlops.monitor, def mlops.monitor_version, relation regclass,
    lo timestamptz, hi timestamptz, frozen mlops_internal.slice_member[]) RETURNS mlops_internal.slice_member[]
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        statement text := mlops_internal.freeze_statement(def, relation, lo, hi,
            ARRAY(SELECT f.slice FROM unnest(frozen) AS f));
        found mlops_internal.slice_member[];
        n bigint;
    BEGIN
        IF statement IS NULL THEN
            RETURN frozen;
        END IF;
        EXECUTE statement INTO found;
        IF found = '{}' THEN
            RETURN frozen;
        END IF;
        frozen := frozen || found || ARRAY(
            SELECT ROW(s ->> 'name', NULL, 0)::mlops_internal.slice_member
            FROM jsonb_array_elements(mlops_internal.plain_slices(def.slices)) AS s
            WHERE NOT EXISTS (SELECT FROM unnest(frozen || found) AS f
                              WHERE f.slice = s ->> 'name' AND f.value IS NULL));
        SELECT count(*) INTO n FROM unnest(frozen) AS f WHERE f.value IS NOT NULL OR f.n > 0;
        IF n > def.max_slices THEN
            RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded',
                MESSAGE = format('monitor "%s" has %s slices, more than max_slices, %s', m.name, n, def.max_slices),
                HINT = 'Raise max_slices by mlops.alter_monitor, or slice by something with fewer values.';
        END IF;
        RETURN frozen;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.frozen_members(mlops.monitor, mlops.monitor_version, regclass, timestamptz,
    timestamptz, mlops_internal.slice_member[]) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.frozen_members(mlops.monitor, mlops.monitor_version, regclass, timestamptz,
        timestamptz, mlops_internal.slice_member[]) IS
    'the frozen values of slices, with those of slices that have none yet from these rows; raises 54000 when there are '
    'more than max_slices';

/* Versions of a model are slices, however many there are: those of the rows themselves. */
CREATE FUNCTION mlops_internal.version_members(def mlops.monitor_version, lo timestamptz, hi timestamptz)
    RETURNS mlops_internal.slice_member[]
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        found mlops_internal.slice_member[];
    BEGIN
        IF def.version_column IS NOT NULL THEN
            def.slices := jsonb_path_query_array(def.slices, '$[*] ? (@.version == true)');
            EXECUTE mlops_internal.freeze_statement(def, def.relation, lo, hi, '{}') INTO found;
        END IF;
        RETURN coalesce(found, '{}');
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.version_members(mlops.monitor_version, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.version_members(mlops.monitor_version, timestamptz, timestamptz) IS
    'versions in the rows of a time, as members of their slice';

/* The owner's code may have changed any setting: those that what follows stands on are put right. */
CREATE FUNCTION mlops_internal.usual_settings() RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT set_config(s.name, s.value, true)
        FROM (VALUES ('row_security', 'on'), ('standard_conforming_strings', 'on'), ('array_nulls', 'on'),
                     ('quote_all_identifiers', 'off'), ('transform_null_equals', 'off')) AS s(name, value)
        WHERE current_setting(s.name) <> s.value
    $$;
REVOKE ALL ON FUNCTION mlops_internal.usual_settings() FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.usual_settings() IS
    'put the settings right by which statements mean what they say, after code of a user has run';

/* Summaries of a window in which there was no row to group. */
CREATE FUNCTION mlops_internal.no_rows(def mlops.monitor_version) RETURNS mlops_internal.summary_row[]
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT ARRAY[ROW(NULL, NULL, NULL, 'rows', 0, x.n, x.n, NULL)::mlops_internal.summary_row]
        FROM (SELECT CASE WHEN def.label_column IS NOT NULL THEN 0 END AS n) AS x
    $$;
COMMENT ON FUNCTION mlops_internal.no_rows(mlops.monitor_version) IS 'what a window without rows is summarised as';

/* The definition of a monitor for its owner to evaluate, with the relations that have its names now. */
CREATE FUNCTION mlops_internal.evaluated_version(m mlops.monitor) RETURNS mlops.monitor_version
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        def mlops.monitor_version;
    BEGIN
        PERFORM mlops_internal.require_own_session(m);
        SELECT * INTO def FROM mlops.monitor_version AS v WHERE v.monitor_id = m.monitor_id AND v.version = m.version;
        def.relation := mlops_internal.present_relation(def.relation, def.relation_name, def.relation_owner,
            format('monitor "%s"', m.name), m.owner_oid);
        IF def.label_relation IS NOT NULL THEN
            def.label_relation := mlops_internal.present_relation(def.label_relation, def.label_relation_name,
                def.label_relation_owner, format('the labels of monitor "%s"', m.name), m.owner_oid);
        END IF;
        RETURN def;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.evaluated_version(mlops.monitor) IS
    'the current definition of a monitor, with the relations that there are; raises 42501 unless the session may '
    'evaluate it';

CREATE FUNCTION mlops_internal.lacks_baseline(def mlops.monitor_version) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RETURN num_nonnulls(def.reference_relation, def.reference_from, def.reference_to) > 0
            AND NOT mlops_internal.has_baseline(def);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.lacks_baseline(mlops.monitor_version) IS
    'true when the reference is still to be read';

CREATE FUNCTION mlops_internal.present_reference(m mlops.monitor, def mlops.monitor_version) RETURNS regclass
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN def.reference_relation IS NULL THEN def.relation ELSE mlops_internal.present_relation(
            def.reference_relation, def.reference_relation_name, def.reference_relation_owner,
            format('the reference of monitor "%s"', m.name), m.owner_oid) END
    $$;
COMMENT ON FUNCTION mlops_internal.present_reference(mlops.monitor, mlops.monitor_version) IS
    'the relation that the reference is read from';

/*
 * Windows that follow each other, read in one pass; labels as they were known at
 * "now".  What is read of the first is read before anything is written and the
 * monitor locked.
 */
CREATE FUNCTION mlops_internal.evaluate_windows(m mlops.monitor, def mlops.monitor_version, bounds timestamptz[],
    now timestamptz) RETURNS TABLE (window_lo timestamptz, window_hi timestamptz, n_observations bigint)
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
    SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'postgres' SET extra_float_digits = 1
        SET bytea_output = 'hex'
    AS $$
    DECLARE
        reference regclass;
        score_statement text;
        columns name[];
        bin_scores mlops.bin_scores[];
        score_sd double precision;
        had mlops_internal.slice_member[] := mlops_internal.slice_members_of(def);
        frozen mlops_internal.slice_member[] := had;
        plain mlops.monitor_version := def;
        members mlops_internal.slice_member[];
        versions mlops_internal.version_values;
        reference_rows mlops_internal.window_rows[];
        windows mlops_internal.window_rows[];
        number integer := 1;
        counts mlops_internal.label_counts;
        arrived mlops_internal.label_arrival[];
    BEGIN
        -- groups are few and large: better in memory than written to disk
        PERFORM set_config('work_mem', round(pg_size_bytes(current_setting('mlops.work_mem')) / 1024
            / current_setting('hash_mem_multiplier')::numeric)::text, true);
        -- the versions of before are no measure of those of now
        plain.slices := mlops_internal.plain_slices(def.slices);
        IF mlops_internal.lacks_baseline(def) THEN
            reference := mlops_internal.present_reference(m, def);
            frozen := mlops_internal.frozen_members(m, plain, reference, def.reference_from, def.reference_to, frozen);
            EXECUTE mlops_internal.monitor_statement(mlops_internal.without_checks(plain), reference,
                ARRAY[def.reference_from, def.reference_to], true, frozen, now) INTO reference_rows;
            IF NOT EXISTS (SELECT FROM unnest(reference_rows[1].summaries) AS s WHERE s.kind = 'rows' AND s.n > 0) THEN
                RAISE NOTICE USING
                    MESSAGE = format('the reference of monitor "%s" has no rows', m.name),
                    HINT = 'Nothing is compared until it has some: mlops.alter_monitor changes reference_from, '
                        'reference_to, reference_relation.';
            END IF;
        END IF;
        -- without a reference the first window with rows says which values make slices
        WHILE number < cardinality(bounds) AND jsonb_array_length(plain.slices) > (SELECT count(DISTINCT f.slice)
            FROM unnest(frozen) AS f) LOOP
            frozen := mlops_internal.frozen_members(m, plain, def.relation, bounds[number], bounds[number + 1], frozen);
            number := number + 1;
        END LOOP;
        PERFORM mlops_internal.usual_settings();
        members := frozen || mlops_internal.version_members(def, bounds[1], bounds[cardinality(bounds)]);
        windows := mlops_internal.read_windows(def, def.relation, bounds, members, now);
        number := 1;
        FOR i IN 1 .. cardinality(bounds) - 1 LOOP
            window_lo := bounds[i];
            window_hi := bounds[i + 1];
            IF mlops_internal.awaits_labels(def) THEN
                -- first, so that what it finds is counted below
                arrived := mlops_internal.arrived_labels(def, def.relation, now);
                EXECUTE mlops_internal.label_statement(def, def.relation, mlops_internal.time_condition(def,
                    def.relation, window_lo, window_hi), window_lo, window_hi, now) INTO counts;
            END IF;
            PERFORM mlops_internal.usual_settings();
            score_statement := CASE WHEN mlops_internal.scores_are_wanted(def)
                THEN mlops_internal.score_statement(def, CASE WHEN mlops_internal.has_baseline(def)
                    THEN mlops_internal.present_reference(m, def) ELSE def.relation END) END;
            IF score_statement IS NOT NULL THEN
                EXECUTE score_statement INTO columns, bin_scores, score_sd;
            END IF;
            IF i = 1 THEN
                PERFORM mlops_internal.store_slice_values(m.monitor_id, m.version, frozen) WHERE frozen <> had;
                IF reference_rows IS NOT NULL THEN
                    PERFORM mlops_internal.store_baseline(m.monitor_id, m.version, reference_rows[1].summaries);
                END IF;
            END IF;
            IF score_statement IS NOT NULL THEN
                PERFORM mlops_internal.store_bin_scores(m.monitor_id, m.version, columns, bin_scores, score_sd);
            END IF;
            PERFORM mlops_internal.usual_settings();
            IF windows[number].number = i THEN
                versions := mlops_internal.read_versions(m, def, def.relation, window_lo, window_hi,
                    windows[number].summaries);
                n_observations := mlops_internal.store_window(m.monitor_id, m.version, window_lo, window_hi,
                    windows[number].summaries, coalesce(windows[number].failures, '[]'), counts, arrived, now);
                number := number + 1;
            ELSE
                versions := NULL;
                n_observations := mlops_internal.store_window(m.monitor_id, m.version, window_lo, window_hi,
                    mlops_internal.no_rows(def), '[]', counts, arrived, now);
            END IF;
            IF def.version_column IS NOT NULL THEN
                PERFORM mlops_internal.store_comparisons(m.monitor_id, m.version, window_lo, window_hi, versions);
            END IF;
            RETURN NEXT;
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.evaluate_windows(mlops.monitor, mlops.monitor_version, timestamptz[],
    timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.evaluate_windows(mlops.monitor, mlops.monitor_version, timestamptz[],
        timestamptz) IS
    'read windows between bounds in one pass, store their summaries and observations, oldest first; called by '
    'mlops.evaluate and mlops.backfill after mlops_internal.evaluated_version';

/*
 * labels_only: what labels change is read and judged again, the columns' profiles
 * stay.  That serves a window of the present definition whose rows are the same.
 */
CREATE FUNCTION mlops_internal.evaluate_labels(m mlops.monitor, def mlops.monitor_version, window_lo timestamptz,
    window_hi timestamptz, now timestamptz) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
    SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'postgres' SET extra_float_digits = 1
        SET bytea_output = 'hex'
    AS $$
    DECLARE
        stored bigint := (SELECT w.n FROM mlops.window_summary AS w
                          WHERE w.monitor_id = m.monitor_id AND w.window_lo = evaluate_labels.window_lo
                            AND w.window_hi = evaluate_labels.window_hi AND w.version = m.version AND w.kind = 'rows'
                            AND w.slice_column IS NULL);
        windows mlops_internal.window_rows[];
        counts mlops_internal.label_counts;
        arrived mlops_internal.label_arrival[];
        versions mlops_internal.version_values;
        n_observations bigint;
    BEGIN
        IF stored IS NULL OR mlops_internal.lacks_baseline(def) THEN
            RETURN NULL;
        END IF;
        IF mlops_internal.awaits_labels(def) THEN
            arrived := mlops_internal.arrived_labels(def, def.relation, now);
            EXECUTE mlops_internal.label_statement(def, def.relation, mlops_internal.time_condition(def, def.relation,
                window_lo, window_hi), window_lo, window_hi, now) INTO counts;
        END IF;
        EXECUTE mlops_internal.monitor_statement(mlops_internal.without_checks(mlops_internal.label_part(def)),
            def.relation, ARRAY[evaluate_labels.window_lo, evaluate_labels.window_hi], false,
            mlops_internal.slice_members_of(def) || mlops_internal.version_members(def, window_lo, window_hi), now)
            INTO windows;
        PERFORM mlops_internal.usual_settings();
        IF NOT EXISTS (SELECT FROM unnest(windows[1].summaries) AS s
                       WHERE s.kind = 'rows' AND s.slice_column IS NULL AND s.n = stored) THEN
            RETURN NULL;
        END IF;
        versions := mlops_internal.read_versions(m, def, def.relation, window_lo, window_hi, windows[1].summaries);
        n_observations := mlops_internal.store_window(m.monitor_id, m.version, window_lo, window_hi,
            windows[1].summaries, '[]', counts, arrived, now, true);
        IF def.version_column IS NOT NULL THEN
            PERFORM mlops_internal.store_comparisons(m.monitor_id, m.version, window_lo, window_hi, versions);
        END IF;
        RETURN n_observations;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.evaluate_labels(mlops.monitor, mlops.monitor_version, timestamptz, timestamptz,
    timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.evaluate_labels(mlops.monitor, mlops.monitor_version, timestamptz, timestamptz,
        timestamptz) IS
    'read and judge again what labels change of a stored window; NULL when it was stored by another definition, or '
    'its rows are others';

CREATE FUNCTION mlops_internal.evaluate_window(monitor_id bigint, window_lo timestamptz, window_hi timestamptz,
    now timestamptz, labels_only boolean) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD'
    AS $$
    DECLARE
        m mlops.monitor;
        def mlops.monitor_version;
        k bigint;
        n_observations bigint;
    BEGIN
        SELECT * INTO m FROM mlops.monitor AS x WHERE x.monitor_id = evaluate_window.monitor_id;
        IF NOT FOUND THEN
            PERFORM mlops_internal.no_such('monitor', monitor_id::text);
        END IF;
        PERFORM mlops_internal.require_own_session(m);
        SELECT * INTO def FROM mlops.monitor_version AS v WHERE v.monitor_id = m.monitor_id AND v.version = m.version;
        IF isfinite(window_lo) AND window_lo >= def.start_at THEN
            k := mlops_internal.window_number(def.start_at, def.granularity, def.time_zone, window_lo);
        END IF;
        IF k IS NULL OR window_lo <> mlops_internal.window_start(def.start_at, def.granularity, def.time_zone, k)
            OR window_hi IS DISTINCT FROM mlops_internal.window_start(def.start_at, def.granularity, def.time_zone,
                k + 1)
            OR window_hi > def.end_at THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('[%s, %s) is not a window of monitor "%s"', window_lo, window_hi, m.name),
                HINT = format('SELECT * FROM mlops.windows(%s) lists its windows.', m.monitor_id);
        END IF;
        def := mlops_internal.evaluated_version(m);
        IF labels_only THEN
            n_observations := mlops_internal.evaluate_labels(m, def, window_lo, window_hi, now);
        END IF;
        RETURN coalesce(n_observations, (SELECT w.n_observations FROM mlops_internal.evaluate_windows(m, def,
            ARRAY[evaluate_window.window_lo, evaluate_window.window_hi], evaluate_window.now) AS w));
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.evaluate_window FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.evaluate_window(bigint, timestamptz, timestamptz, timestamptz, boolean) IS
    'mlops.evaluate with labels as they were known at "now", or of what labels change only';

CREATE FUNCTION mlops.evaluate(monitor_id bigint, window_lo timestamptz, window_hi timestamptz) RETURNS bigint
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT mlops_internal.evaluate_window(monitor_id, window_lo, window_hi, now(), false) $$;
REVOKE ALL ON FUNCTION mlops.evaluate(bigint, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops.evaluate(bigint, timestamptz, timestamptz) IS
    'read one window as the monitor''s owner, store its summaries and observations and return the number of '
    'observations; done again it restates them; raises 22023 when the range is not one of mlops.windows()';

CREATE FUNCTION mlops.evaluate(name text, window_lo timestamptz, window_hi timestamptz) RETURNS bigint
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT mlops.evaluate(mlops.monitor_id(name), window_lo, window_hi) $$;
REVOKE ALL ON FUNCTION mlops.evaluate(text, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops.evaluate(text, timestamptz, timestamptz) IS 'mlops.evaluate for the monitor of that name';

/*
 * How many windows one pass may hold: each has all states at once, of a column up
 * to 200 kB and what its slices take.
 */
CREATE FUNCTION mlops_internal.windows_at_once(def mlops.monitor_version) RETURNS integer
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT greatest(1, least(1000, pg_size_bytes(current_setting('mlops.work_mem')) / (200000 * (1 + n.followed)
            + 3000 * n.sliced * greatest(1, n.members))))::integer
        FROM (SELECT (SELECT count(*) FROM mlops_internal.followed_columns(def)) AS followed,
                     (SELECT count(*) FROM mlops_internal.sliced_columns(def)) AS sliced,
                     (SELECT count(*) FROM mlops.slice_value AS v
                      WHERE v.monitor_id = def.monitor_id AND v.version = def.version) AS members) AS n
    $$;
COMMENT ON FUNCTION mlops_internal.windows_at_once(mlops.monitor_version) IS
    'how many windows of a definition are read in one pass, within mlops.work_mem or so';

CREATE FUNCTION mlops.backfill(name text, since timestamptz DEFAULT NULL, upto timestamptz DEFAULT now())
    RETURNS TABLE (window_lo timestamptz, window_hi timestamptz, n_observations bigint)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        id CONSTANT bigint := mlops.monitor_id(backfill.name);
        m mlops.monitor;
        def mlops.monitor_version;
        bounds timestamptz[];
        at_once integer;
        i integer;
        upper_bound integer;
    BEGIN
        SELECT * INTO m FROM mlops.monitor AS x WHERE x.monitor_id = id;
        bounds := ARRAY(SELECT w.window_lo FROM mlops.windows(m.monitor_id, upto, since) AS w ORDER BY 1)
            || (SELECT max(w.window_hi) FROM mlops.windows(m.monitor_id, upto, since) AS w);
        IF cardinality(bounds) > 1 THEN
            def := mlops_internal.evaluated_version(m);
            at_once := mlops_internal.windows_at_once(def);
        END IF;
        i := 1;
        WHILE i < cardinality(bounds) LOOP
            -- the first window makes the baseline, which says what is read of the others
            upper_bound := i + CASE WHEN mlops_internal.lacks_baseline(def) THEN 1 ELSE at_once END;
            RETURN QUERY SELECT * FROM mlops_internal.evaluate_windows(m, def, bounds[i : upper_bound], now());
            i := least(upper_bound, cardinality(bounds));
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION mlops.backfill(text, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops.backfill(text, timestamptz, timestamptz) IS
    'evaluate all windows that begin at "since" (NULL = the first) or later and are due by "upto", oldest first, in '
    'this transaction; windows evaluated before are restated';
