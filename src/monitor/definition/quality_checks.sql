/*
 * Checks of quality in a definition: the family written out, and what is wrong with
 * one of them.
 */
CREATE FUNCTION mlops_internal.parse_aggregate(relation regclass, expression text, owner_oid oid) RETURNS name[]
    LANGUAGE C STABLE STRICT AS 'MODULE_PATHNAME', 'mlops_parse_aggregate';
REVOKE ALL ON FUNCTION mlops_internal.parse_aggregate(regclass, text, oid) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.parse_aggregate(regclass, text, oid) IS
    'columns that an expression of aggregates over the rows of a relation reads; raises 42803 when it is none, 42804 '
    'when it is no number';

/* What the check "schema" compares: dropped columns and their places do not count. */
CREATE FUNCTION mlops_internal.relation_columns(relation regclass) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(jsonb_object_agg(a.attname, jsonb_strip_nulls(jsonb_build_object(
                   'type', format_type(a.atttypid, a.atttypmod),
                   'collation', CASE WHEN a.attcollation <> t.typcollation THEN format('%I.%I', n.nspname, l.collname)
                       END))), '{}')
        FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
        LEFT JOIN pg_collation AS l ON l.oid = a.attcollation LEFT JOIN pg_namespace AS n ON n.oid = l.collnamespace
        WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
    $$;
COMMENT ON FUNCTION mlops_internal.relation_columns(regclass) IS
    'columns of a relation with their types, and collations that are not those of the types';

/* {"metric": "quality"} stands for all checks of quality that need nothing said and suit the definition. */
CREATE FUNCTION mlops_internal.whole_family(checks jsonb, def mlops.monitor_version) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(jsonb_agg(x.rule ORDER BY c.place, x.place), '[]')
        FROM jsonb_array_elements(checks) WITH ORDINALITY AS c(rule, place),
             LATERAL (
                 SELECT c.rule, 0::bigint AS place WHERE c.rule ->> 'metric' IS DISTINCT FROM 'quality'
                 UNION ALL
                 SELECT c.rule || jsonb_build_object('metric', q.metric), q.place
                 FROM (SELECT f.metric, f.kinds, f.needs, row_number() OVER () AS place
                       FROM mlops_internal.quality_checks() AS f WHERE f.family
                       UNION ALL
                       SELECT 'null_rate', '{number,boolean,text,time}', '{}', 3) AS q
                 WHERE c.rule ->> 'metric' = 'quality' AND q.needs <@ mlops_internal.roles(def)
                   AND (q.kinds IS NULL
                        OR EXISTS (SELECT FROM jsonb_each_text(def.kinds) AS k WHERE k.value = ANY (q.kinds)))
                   AND NOT EXISTS (SELECT FROM jsonb_array_elements(checks) AS other(rule)
                                   WHERE other.rule ->> 'metric' = q.metric
                                     AND coalesce(other.rule ->> 'column', '*') = '*')) AS x
    $$;
COMMENT ON FUNCTION mlops_internal.whole_family(jsonb, mlops.monitor_version) IS
    'checks with "quality" written out: those that suit the columns and are not named by themselves';

CREATE FUNCTION mlops_internal.quality_misfit(rule jsonb, OUT reason text, OUT hint text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        wanted CONSTANT text := rule ->> 'metric';
    BEGIN
        IF wanted IN ('type_parse', 'foreign_key') AND coalesce(rule ->> 'column', '*') = '*' THEN
            reason := format('the check of "%s" does not name a column', wanted);
            hint := 'Give "column".';
        ELSIF wanted = 'type_parse' AND coalesce(rule ->> 'as', '') NOT IN ('numeric', 'integer', 'timestamp', 'date',
            'json', 'uuid') THEN
            reason := 'the check of "type_parse" does not say what the texts stand for';
            hint := 'Give "as": numeric, integer, timestamp, date, json or uuid.';
        ELSIF wanted = 'foreign_key' AND coalesce(rule ->> 'references', '') !~ '^[^()]+\([^()]+\)$' THEN
            reason := 'the check of "foreign_key" does not say which column it points to';
            hint := 'Give "references", for example "app.customer(id)".';
        ELSIF wanted = 'custom' AND (rule ->> 'expression' IS NULL OR rule ->> 'name' IS NULL) THEN
            reason := 'the check of "custom" needs a name and an expression';
            hint := 'Give for example "name": "mean amount", "expression": "sum(amount) / count(*)".';
        ELSIF wanted <> 'custom' AND rule ? 'expression' OR wanted <> 'type_parse' AND rule ? 'as'
            OR wanted <> 'foreign_key' AND rule ? 'references' THEN
            reason := format('the check of "%s" has no use for "expression", "as" or "references"', wanted);
            hint := 'They belong to custom, type_parse and foreign_key.';
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.quality_misfit(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.quality_misfit(jsonb) IS
    'what a check of quality lacks, and what to do; NULL when nothing';

/*
 * What a foreign key points to.  It is read as the monitor's owner, so a view or a table
 * with policies, whose code runs then, may only be of somebody whom the owner trusts:
 * itself, a role that it is a member of, a superuser, the schema's owner.
 */
CREATE FUNCTION mlops_internal.foreign_column(target text, owner_oid oid, OUT relation regclass, OUT column_name name)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        parts CONSTANT text[] := regexp_match(target, '^([^()]+)\(([^()]+)\)$');
        c record;
    BEGIN
        relation := mlops_internal.relation_named(parts[1]);
        column_name := (parse_ident(parts[2]))[1];
        SELECT r.rolname, x.relkind IN ('r', 'p') AND NOT x.relrowsecurity OR r.rolsuper OR r.oid = n.nspowner
                   OR pg_has_role(owner_oid, r.oid, 'MEMBER') AS trusted INTO c
        FROM pg_class AS x JOIN pg_namespace AS n ON n.oid = x.relnamespace JOIN pg_roles AS r ON r.oid = x.relowner
        WHERE x.oid = relation;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'undefined_table',
                MESSAGE = format('relation %s, which a foreign key points to, does not exist', parts[1]),
                HINT = 'Give "references" as schema.table(column).';
        ELSIF c.trusted IS NOT TRUE THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                MESSAGE = format('relation %s, which a foreign key points to, has code of role "%s"', parts[1],
                    c.rolname),
                HINT = 'It would run as the monitor''s owner: name a table, or a view of that role.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.foreign_column(text, oid) IS
    'relation and column of a text such as app.customer(id); raises 42P01 when there is none, 42501 when its code is '
    'of a role that the owner has no reason to trust';

/* What needs the catalogs and the owner: expressions, and the columns that keys point to. */
CREATE FUNCTION mlops_internal.check_quality(def mlops.monitor_version, owner_oid oid) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        rule jsonb;
        col name;
        columns name[];
        names text[];
        target regclass;
    BEGIN
        FOR rule IN SELECT c FROM jsonb_array_elements(def.checks) AS c
                    WHERE c ->> 'metric' IN ('custom', 'foreign_key') LOOP
            IF rule ? 'references' THEN
                SELECT f.relation, f.column_name INTO target, col
                FROM mlops_internal.foreign_column(rule ->> 'references', owner_oid) AS f;
                PERFORM mlops_internal.check_relation(target, ARRAY[col], owner_oid, 'the relation of a foreign key');
            ELSIF rule ->> 'expression' ~ '\[' THEN
                SELECT array_agg(DISTINCT m[1]) INTO names
                FROM regexp_matches(rule ->> 'expression', '\[([^]]*)\]', 'g') AS m;
                PERFORM mlops_internal.arithmetic(rule ->> 'expression', names,
                    array_fill(1::float8, ARRAY[cardinality(names)]));
            ELSE
                columns := mlops_internal.parse_aggregate(def.relation, rule ->> 'expression', owner_oid);
                PERFORM mlops_internal.check_relation(def.relation, columns, owner_oid, 'relation');
                SELECT c INTO col FROM unnest(columns) AS c
                WHERE c ~ '^([cskq][0-9]+|[ldpq]|grp|probs|known|decided|numbers|labelled|invalid|present)$';
                IF FOUND THEN
                    RAISE EXCEPTION USING ERRCODE = 'reserved_name',
                        MESSAGE = format('column "%s" in expression "%s" has a name that the statement of a window '
                            'needs', col, rule ->> 'expression'),
                        HINT = 'Monitor a view that gives it another name.';
                END IF;
            END IF;
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.check_quality(mlops.monitor_version, oid) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_quality(mlops.monitor_version, oid) IS
    'raise when the expression of a check is none over the relation, or what a foreign key points to does not exist '
    'or may not be read by the owner';
