/*
 * features: what a training set should not know.
 *
 * Looked at is the table as it is, with the rights of the caller.
 */
CREATE TYPE mlops.leakage AS (
    check_name text,
    column_name text,
    value double precision,
    limit_value double precision,
    verdict text,
    detail text
);
COMMENT ON TYPE mlops.leakage IS 'a result of mlops.check_leakage';

CREATE FUNCTION mlops_internal.leakage_row(check_name text, column_name text, value double precision,
    limit_value double precision, bad boolean, detail text) RETURNS mlops.leakage
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    RETURN ROW(check_name, column_name, value, limit_value,
        CASE WHEN value IS NULL THEN 'no_data' WHEN bad THEN 'critical' ELSE 'ok' END, detail)::mlops.leakage;
COMMENT ON FUNCTION mlops_internal.leakage_row(text, text, double precision, double precision, boolean, text) IS
    'a result of mlops.check_leakage; no_data when there is no value';

/* Times: a feature newer than its row, or known later; rows whose labels reach into the next part. */
CREATE FUNCTION mlops_internal.leakage_of_times(t mlops.training_set) RETURNS SETOF mlops.leakage
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        instant CONSTANT text := mlops_internal.spine_instant(t);
        j record;
        n double precision;
    BEGIN
        FOR j IN SELECT c.* FROM mlops_internal.joined_columns(t.views, t.as_of, t.prefix) AS c
                     JOIN mlops.feature_view AS v ON v.name = c.name AND v.role = 'feature'
                 WHERE c.part IN ('at', 'created_at') ORDER BY c.place LOOP
            EXECUTE format('SELECT avg((t.%I > %s)::integer) FROM %s AS t WHERE t.%1$I IS NOT NULL', j.column_name,
                instant, t.relation) INTO n;
            RETURN NEXT mlops_internal.leakage_row(CASE j.part WHEN 'at' THEN 'newer_than_row' ELSE 'known_later' END,
                j.column_name, n, 0, n > 0, CASE j.part WHEN 'at' THEN 'share of rows whose features are of later'
                    ELSE 'share of rows whose features became known later' END);
        END LOOP;
        IF t.split ? 'test_from' THEN
            EXECUTE format('SELECT extract(epoch FROM min(%1$s) FILTER (WHERE t.split = ''test'') - max(%1$s) '
                'FILTER (WHERE t.split = ''train'')) FROM %2$s AS t', instant, t.relation) INTO n;
            RETURN NEXT mlops_internal.leakage_row('gap', t.timestamp_column, n,
                extract(epoch FROM mlops_internal.label_reach(t.views)),
                n < extract(epoch FROM mlops_internal.label_reach(t.views)),
                'seconds between the last row for training and the first for tests; at least the horizon of labels');
        ELSIF t.split IS NOT NULL THEN
            EXECUTE format('SELECT count(*) FROM (SELECT FROM %s AS t GROUP BY %s HAVING count(DISTINCT t.split) > 1) '
                'AS g', t.relation, (SELECT string_agg(format('t.%I', c), ', ')
                    FROM jsonb_array_elements_text(t.split -> 'by') AS c)) INTO n;
            RETURN NEXT mlops_internal.leakage_row('group_in_parts', t.split ->> 'by', n, 0, n > 0,
                'groups that lie in more than one part');
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.leakage_of_times(mlops.training_set) IS
    'results of mlops.check_leakage that need no label';

/* SQL of a label as a number; two values become 0 and 1. */
CREATE FUNCTION mlops_internal.label_number(relation text, label name, type oid) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        kind CONSTANT text := mlops_internal.column_kind(type);
        least text;
        n bigint;
    BEGIN
        IF kind IN ('boolean', 'text') THEN
            EXECUTE format('SELECT count(DISTINCT t.%1$I), min(t.%1$I::text COLLATE "C") FROM %2$s AS t', label,
                relation) INTO n, least;
            RETURN CASE WHEN n = 2 THEN format('(t.%I::text <> %L)::integer::float8', label, least) END;
        ELSIF kind = 'number' THEN
            RETURN format('t.%I::float8', label);
        END IF;
        RETURN NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.label_number(text, name, oid) IS
    'SQL of a label of a row t as a number; NULL when it has more than two classes, or is none';

/* How well one column alone tells the label: AUC, or the share of its variance. */
CREATE FUNCTION mlops_internal.leakage_of_feature(t mlops.training_set, feature name, type oid, at name, number text,
    is_binary boolean) RETURNS SETOF mlops.leakage
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        kind CONSTANT text := mlops_internal.column_kind(type);
        x CONSTANT text := CASE kind WHEN 'number' THEN format('t.%I::float8', feature)
            WHEN 'boolean' THEN format('t.%I::integer::float8', feature) END;
        v double precision;
        fresh double precision;
        old double precision;
    BEGIN
        IF x IS NOT NULL AND is_binary THEN
            EXECUTE format('SELECT mlops.roc_auc(%1$s = 1, %2$s), mlops.roc_auc(%1$s = 1, %2$s) FILTER (WHERE %3$s), '
                'mlops.roc_auc(%1$s = 1, %2$s) FILTER (WHERE NOT %3$s) FROM %4$s AS t WHERE %2$s = %2$s', number, x,
                format('(%s - t.%I < ''1 hour'')', mlops_internal.spine_instant(t), at), t.relation)
                INTO v, fresh, old;
            v := greatest(v, 1 - v);
            RETURN NEXT mlops_internal.leakage_row('copy_of_label', feature, v, 0.98, v >= 0.98,
                'AUC of the column alone');
            v := greatest(fresh, 1 - fresh) - greatest(old, 1 - old);
            IF v IS NOT NULL THEN
                RETURN NEXT mlops_internal.leakage_row('fresh_values', feature, v, 0.1, v >= 0.1,
                    'AUC of values younger than an hour, minus that of others: new values may come from the outcome');
            END IF;
        ELSIF x IS NOT NULL THEN
            EXECUTE format('SELECT corr(%s, %s) ^ 2 FROM %s AS t', x, number, t.relation) INTO v;
            RETURN NEXT mlops_internal.leakage_row('copy_of_label', feature, v, 0.95, v >= 0.95,
                'squared correlation with the label');
        ELSIF kind = 'text' THEN
            -- only groups of some size say something
            EXECUTE format('SELECT sum(g.n * (g.m - a.m) ^ 2) / nullif(sum(g.s), 0) FROM (SELECT count(*) AS n, '
                'avg(%1$s) AS m, sum((%1$s - b.m) ^ 2) AS s FROM %3$s AS t, (SELECT avg(%1$s) AS m FROM %3$s AS t) AS '
                'b GROUP BY t.%2$I HAVING count(*) >= 10) AS g, (SELECT avg(%1$s) AS m FROM %3$s AS t) AS a', number,
                feature, t.relation) INTO v;
            RETURN NEXT mlops_internal.leakage_row('copy_of_label', feature, v, 0.95, v >= 0.95,
                'share of the label''s variance between the values (eta squared)');
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.leakage_of_feature(mlops.training_set, name, oid, name, text, boolean) IS
    'results of mlops.check_leakage for one feature: it should not tell the label by itself';

CREATE FUNCTION mlops.check_leakage(training_set text, label_column name DEFAULT NULL) RETURNS SETOF mlops.leakage
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        t CONSTANT mlops.training_set := mlops_internal.training_set_named(training_set);
        label CONSTANT name := coalesce(label_column, (SELECT c.column_name
            FROM mlops_internal.joined_columns(t.views, t.as_of, t.prefix) AS c
                JOIN mlops.feature_view AS v ON v.name = c.name AND v.role = 'label'
            WHERE c.part = 'feature' ORDER BY c.place LIMIT 1));
        number text;
        is_binary boolean;
        c record;
    BEGIN
        PERFORM mlops_internal.require_safe_reading(format('training set "%s"', t.name), t.owner_oid, t.owner_name);
        RETURN QUERY SELECT * FROM mlops_internal.leakage_of_times(t);
        IF label IS NULL THEN
            RAISE NOTICE USING MESSAGE = 'no label is known: what features say about it was not checked',
                HINT = 'Name the column: label_column => ''...''.';
            RETURN;
        END IF;
        SELECT mlops_internal.label_number(t.relation, s.name, s.type) INTO number
            FROM mlops_internal.source_columns(t.relation, 'pg_catalog', ARRAY[label]) AS s;
        IF number IS NULL THEN
            RAISE NOTICE USING
                MESSAGE = format('label "%s" is no number and has not two values: features are not checked', label);
            RETURN;
        END IF;
        EXECUTE format('SELECT count(DISTINCT %s) = 2 AND min(%1$s) = 0 AND max(%1$s) = 1 FROM %s AS t', number,
            t.relation) INTO is_binary;
        FOR c IN
            SELECT j.column_name, s.type, first_value(a.column_name) OVER (PARTITION BY j.label) AS at
            FROM mlops_internal.joined_columns(t.views, t.as_of, t.prefix) AS j
                JOIN mlops.feature_view AS v ON v.name = j.name AND v.role = 'feature'
                JOIN mlops_internal.joined_columns(t.views, t.as_of, t.prefix) AS a
                    ON a.label = j.label AND a.part = 'at'
                JOIN mlops_internal.source_columns(t.relation, 'pg_catalog') AS s ON s.name = j.column_name
            WHERE j.part = 'feature' ORDER BY j.place
        LOOP
            RETURN QUERY SELECT * FROM mlops_internal.leakage_of_feature(t, c.column_name::name, c.type, c.at::name,
                number, is_binary);
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops.check_leakage(text, name) IS
    'does a training set know what it should not? features newer than their rows, columns that tell the label by '
    'themselves, groups or labels in two parts; label_column: by default the first label view''s';
