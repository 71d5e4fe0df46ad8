/*
 * One call: a monitor of a version of a feature view, made of what the view says.
 *
 * A monitor reads a relation.  Of a view that is a query one is made, a view of the
 * caller that reads with the rights of whoever reads it, which is the monitor's owner.
 */
CREATE FUNCTION mlops_internal.watched_relation(feature_view text, def mlops.feature_view_version,
    relation text, path text) RETURNS text
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        -- a view of the same name may have had another query before
        words CONSTANT text := format('rows of version %s of feature view "%s", for monitors, in search path %s: %s',
            def.version, feature_view, def.search_path, def.source);
        name text;
    BEGIN
        IF NOT mlops_internal.is_query(def.source) THEN
            IF relation IS NOT NULL THEN
                PERFORM mlops_internal.refuse_definition(format('feature view "%s" is over relation %s',
                    feature_view, def.source), 'Only of a view that is a query a relation is made: leave it out.');
            END IF;
            RETURN def.source;
        END IF;
        name := mlops_internal.new_relation_name(coalesce(relation,
            quote_ident(format('%s_rows_%s', feature_view, def.version))), path);
        IF EXISTS (SELECT FROM pg_class AS c WHERE c.oid = to_regclass(name) AND c.relkind = 'v'
                       AND c.relowner = quote_ident(current_user)::regrole
                       AND obj_description(c.oid, 'pg_class') = words) THEN
            RETURN name;
        END IF;
        PERFORM set_config('search_path', def.search_path, true);
        EXECUTE 'CREATE VIEW ' OPERATOR(pg_catalog.||) name OPERATOR(pg_catalog.||)
            ' WITH (security_invoker = true) AS SELECT * FROM ' OPERATOR(pg_catalog.||)
            mlops_internal.source_item(def.source);
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        EXECUTE format('COMMENT ON VIEW %s IS %L', name, words);
        RAISE NOTICE USING MESSAGE = format('view %s was made of the query, for the monitor', name);
        RETURN name;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.watched_relation(text, mlops.feature_view_version, text, text) IS
    'the relation with the rows of a version of a feature view; of a query a view of the caller, made when it is not '
    'there';
REVOKE ALL ON FUNCTION mlops_internal.watched_relation FROM PUBLIC;

/* What create_monitor is called with, apart from what was given. */
CREATE FUNCTION mlops_internal.feature_monitor(feature_view text, def mlops.feature_view_version, features name[],
    materialize boolean, given jsonb) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT jsonb_build_object(
            'name', format('%s@%s', feature_view, def.version), 'timestamp_column', def.timestamp_column,
            'features', to_jsonb(features),
            'row_key', to_jsonb(array_remove(def.entity_columns || def.timestamp_column || def.created_at_column
                || def.valid_to_column || def.tie_breaker, NULL)),
            'time_zone', def.time_zone, 'granularity', CASE WHEN materialize THEN '1 hour' ELSE '1 day' END,
            'checks', '[{"metric": "quality"}]'::jsonb
                || CASE WHEN def.ttl IS NULL THEN '[]'::jsonb ELSE jsonb_build_array(jsonb_build_object('metric',
                    'freshness', 'critical', jsonb_build_object('above', extract(epoch FROM def.ttl)::float8))) END
                || CASE WHEN given ?| '{reference,reference_relation,reference_from,reference_to}'
                    THEN '[{"metric": "drift"}]'::jsonb ELSE '[]' END)
    $$;
COMMENT ON FUNCTION mlops_internal.feature_monitor(text, mlops.feature_view_version, name[], boolean, jsonb) IS
    'arguments of mlops.create_monitor for a version of a feature view, without its relation';

CREATE FUNCTION mlops_internal.watch_feature_view(monitor text, feature_view text, materialize boolean,
    caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor := mlops_internal.own_monitor(monitor, caller);
        f record;
    BEGIN
        IF materialize THEN
            SELECT * INTO f FROM mlops_internal.feature_reference(feature_view);
            PERFORM mlops_internal.own_feature_view(f.name, caller),
                mlops_internal.check_online_view(f.role, f.name, f.def);
        END IF;
        UPDATE mlops.monitor_version AS v
        SET feature_view = watch_feature_view.feature_view, materialize = watch_feature_view.materialize
        WHERE v.monitor_id = m.monitor_id AND v.version = m.version;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.watch_feature_view(text, text, boolean, mlops_internal.caller) IS
    'note which version of a feature view a monitor watches, and whether its runs materialize it';
REVOKE ALL ON FUNCTION mlops_internal.watch_feature_view FROM PUBLIC;

CREATE FUNCTION mlops_internal.check_feature_monitor(given jsonb) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        known CONSTANT text[] := (SELECT array_remove(array_remove(p.proargnames, 'model'), 'owner') FROM pg_proc AS p
            WHERE p.proname = 'create_monitor' AND p.pronamespace = 'mlops'::regnamespace);
        key text;
    BEGIN
        IF (SELECT r.rolsuper FROM pg_roles AS r WHERE r.rolname = current_user) THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                MESSAGE = 'a monitor of a feature view is not made by a superuser',
                HINT = 'Connect as the role that shall own the monitor: it reads the view as that role.';
        END IF;
        SELECT k INTO key FROM jsonb_object_keys(mlops_internal.object_argument(given, 'given')) AS k
            WHERE k <> ALL (known) LIMIT 1;
        IF FOUND THEN
            PERFORM mlops_internal.refuse_definition(format('given has no argument "%s"', key),
                format('Arguments are: %s.', array_to_string(known, ', ')));
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_feature_monitor(jsonb) IS
    'errors about who calls mlops.monitor_feature_view, and what is given';

CREATE FUNCTION mlops_internal.followed_features(def mlops.feature_view_version, feature name) RETURNS name[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        c record;
    BEGIN
        SELECT array_agg(u.name ORDER BY u.i) FILTER (WHERE t.kind IS NOT NULL) AS followed,
            string_agg(format('%s (%s)', u.name, def.column_types ->> u.name::text), ', ' ORDER BY u.i)
                FILTER (WHERE t.kind IS NULL) AS others
            INTO c
            FROM unnest(def.features) WITH ORDINALITY AS u (name, i)
                CROSS JOIN LATERAL mlops_internal.followed_kind((def.column_types ->> u.name::text)::regtype)
                    AS t (kind)
            WHERE feature IS NULL OR u.name = feature;
        IF c.others IS NOT NULL THEN
            RAISE NOTICE USING MESSAGE = format('not followed, because of their types: %s', c.others),
                HINT = 'Convert them to numbers or text in the query of the view.';
        END IF;
        RETURN coalesce(c.followed, '{}');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.followed_features(mlops.feature_view_version, name) IS
    'the features of a version, or the one that is named, that a monitor can follow; a notice names the others';

CREATE FUNCTION mlops_internal.monitor_feature_view(feature_view text, materialize boolean, given jsonb, path text)
    RETURNS text
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        f record;
        reference text;
        arguments jsonb;
        made text;
        run bigint;
    BEGIN
        SELECT * INTO f FROM mlops_internal.feature_reference(feature_view);
        PERFORM mlops_internal.check_feature_monitor(given);
        PERFORM * FROM mlops_internal.present_columns(f.def, f.name);
        reference := format('%s@%s', f.name, (f.def).version);
        arguments := mlops_internal.feature_monitor(f.name, f.def,
                mlops_internal.followed_features(f.def, f.feature), materialize, given)
            || given || jsonb_build_object('relation',
                mlops_internal.watched_relation(f.name, f.def, given ->> 'relation', path));
        IF materialize AND NOT EXISTS (SELECT FROM mlops.feature_online AS o
                WHERE o.feature_view_version_id = (f.def).feature_view_version_id) THEN
            PERFORM mlops_internal.materialize(reference, now(), NULL, NULL, path);
        END IF;
        made := mlops_internal.create_suggested(NULL, arguments, NULL);
        PERFORM mlops_internal.watch_feature_view(made, reference, materialize, mlops_internal.caller());
        run := mlops.start_run('monitoring', format('monitor %s', made));
        PERFORM mlops_internal.log_view_version(run, f.name, f.def), mlops.finish_run(run);
        IF NOT mlops_internal.scheduler_enabled() THEN
            RAISE NOTICE USING
                MESSAGE = format('monitor "%s" does not run by itself: the scheduler is off', made),
                HINT = 'SELECT mlops.enable_scheduler(), as the database''s owner, or CALL mlops.run_due() regularly.';
        END IF;
        RETURN made;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.monitor_feature_view(text, boolean, jsonb, text) IS
    'mlops.monitor_feature_view, "path" being the search path of who called it';
REVOKE ALL ON FUNCTION mlops_internal.monitor_feature_view FROM PUBLIC;

CREATE FUNCTION mlops.monitor_feature_view(feature_view text, materialize boolean DEFAULT false,
    given jsonb DEFAULT '{}') RETURNS text
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.monitor_feature_view(feature_view, materialize, given,
        pg_catalog.current_setting('search_path'));
COMMENT ON FUNCTION mlops.monitor_feature_view(text, boolean, jsonb) IS
    'watch a version of a feature view: make a monitor of its features, keys and age and return its name; materialize: '
    'each run brings its table up to date first; given has other arguments of mlops.create_monitor';
REVOKE ALL ON FUNCTION mlops.monitor_feature_view(text, boolean, jsonb) FROM PUBLIC;
