/*
 * access: other owners.
 *
 * What makes one thing with an object goes with it: a model's versions as
 * artifacts, an endpoint's deployments, a run's artifacts.  An artifact that other
 * runs of the old owner name as well is there for both afterwards.
 */
CREATE FUNCTION mlops_internal.give_artifacts(run bigint, new_oid oid, new_name name) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        a mlops.artifact;
        shared boolean;
        same bigint;
    BEGIN
        FOR a IN
            SELECT x.* FROM mlops.artifact AS x
            WHERE x.type NOT IN ('model_version', 'endpoint', 'feature_view')
              AND (x.owner_oid, x.owner_name) IS DISTINCT
                FROM (new_oid, new_name)
              AND x.artifact_id IN (SELECT e.artifact_id FROM mlops.edge AS e WHERE e.run_id = run)
            ORDER BY x.artifact_id FOR UPDATE
        LOOP
            shared := EXISTS (SELECT FROM mlops.edge AS e JOIN mlops.run AS r USING (run_id)
                              WHERE e.artifact_id = a.artifact_id AND r.run_id <> run
                                AND (r.owner_oid, r.owner_name) IS DISTINCT FROM (new_oid, new_name));
            same := (SELECT x.artifact_id FROM mlops.artifact AS x
                     WHERE x.identity = a.identity AND x.owner_oid = new_oid AND x.owner_name = new_name);
            IF same IS NULL AND NOT shared THEN
                UPDATE mlops.artifact AS x SET owner_oid = new_oid, owner_name = new_name
                    WHERE x.artifact_id = a.artifact_id;
                CONTINUE;
            ELSIF same IS NULL THEN
                INSERT INTO mlops.artifact (type, name, relation, uri, digest, properties, identity, owner_oid,
                    owner_name, created_at)
                    VALUES (a.type, a.name, a.relation, a.uri, a.digest, a.properties, a.identity, new_oid, new_name,
                        a.created_at)
                    RETURNING artifact_id INTO same;
                INSERT INTO mlops_internal.artifact_chunk (artifact_id, place, sender, digest, size)
                    SELECT same, c.place, c.sender, c.digest, c.size FROM mlops_internal.artifact_chunk AS c
                    WHERE c.artifact_id = a.artifact_id;
                UPDATE mlops.artifact AS x SET size = a.size WHERE x.artifact_id = same;
                INSERT INTO mlops_internal.dataset_profile (artifact_id, place, column_name, column_type, profile, note)
                    SELECT same, p.place, p.column_name, p.column_type, p.profile, p.note
                    FROM mlops_internal.dataset_profile AS p WHERE p.artifact_id = a.artifact_id;
            END IF;
            INSERT INTO mlops.edge (run_id, artifact_id, direction, at, place_key, write_mode, columns)
                SELECT e.run_id, same, e.direction, e.at, e.place_key, e.write_mode, e.columns FROM mlops.edge AS e
                WHERE e.artifact_id = a.artifact_id AND (e.run_id = run OR NOT shared)
                ON CONFLICT ON CONSTRAINT edge_pkey DO NOTHING;
            DELETE FROM mlops.edge AS e WHERE e.artifact_id = a.artifact_id AND (e.run_id = run OR NOT shared);
            UPDATE mlops.training_set AS t SET artifact_id = same
                WHERE t.artifact_id = a.artifact_id AND (t.run_id = run OR NOT shared);
            DELETE FROM mlops.artifact AS x WHERE x.artifact_id = a.artifact_id AND NOT shared;
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.give_artifacts(bigint, oid, name) IS
    'the artifacts of a run, which has the new owner already, belong to that owner; those that runs of others name '
    'are copied';
REVOKE ALL ON FUNCTION mlops_internal.give_artifacts(bigint, oid, name) FROM PUBLIC;

CREATE FUNCTION mlops_internal.give_models(ids bigint[], new_oid oid, new_name name) RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        UPDATE mlops.model AS m SET owner_oid = new_oid, owner_name = new_name WHERE m.model_id = ANY (ids);
        UPDATE mlops.artifact AS a SET owner_oid = new_oid, owner_name = new_name
            WHERE a.artifact_id IN (SELECT v.artifact_id FROM mlops.version AS v WHERE v.model_id = ANY (ids));
    $$;
COMMENT ON FUNCTION mlops_internal.give_models(bigint[], oid, name) IS
    'models and their versions as artifacts belong to another role';
REVOKE ALL ON FUNCTION mlops_internal.give_models(bigint[], oid, name) FROM PUBLIC;

CREATE FUNCTION mlops_internal.give_endpoints(ids bigint[], new_oid oid, new_name name) RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        UPDATE mlops.endpoint AS e SET owner_oid = new_oid, owner_name = new_name WHERE e.endpoint_id = ANY (ids);
        UPDATE mlops.run AS r SET owner_oid = new_oid, owner_name = new_name
            WHERE r.run_id IN (SELECT d.run_id FROM mlops.deployment AS d WHERE d.endpoint_id = ANY (ids));
        UPDATE mlops.artifact AS a SET owner_oid = new_oid, owner_name = new_name
            WHERE a.type = 'endpoint' AND a.artifact_id IN (
                SELECT x.artifact_id FROM mlops.edge AS x JOIN mlops.deployment AS d USING (run_id)
                WHERE d.endpoint_id = ANY (ids) AND x.direction = 'output');
    $$;
COMMENT ON FUNCTION mlops_internal.give_endpoints(bigint[], oid, name) IS
    'endpoints and their deployments as runs belong to another role';
REVOKE ALL ON FUNCTION mlops_internal.give_endpoints(bigint[], oid, name) FROM PUBLIC;

CREATE FUNCTION mlops_internal.give_runs(ids bigint[], new_oid oid, new_name name) RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        UPDATE mlops.run AS r SET owner_oid = new_oid, owner_name = new_name WHERE r.run_id = ANY (ids);
        SELECT mlops_internal.give_artifacts(i, new_oid, new_name) FROM unnest(ids) AS i;
    $$;
COMMENT ON FUNCTION mlops_internal.give_runs(bigint[], oid, name) IS 'runs and their artifacts belong to another role';
REVOKE ALL ON FUNCTION mlops_internal.give_runs(bigint[], oid, name) FROM PUBLIC;

CREATE FUNCTION mlops_internal.give_feature_views(ids bigint[], new_oid oid, new_name name) RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        UPDATE mlops.feature_view AS v SET owner_oid = new_oid, owner_name = new_name
            WHERE v.feature_view_id = ANY (ids);
        -- where the new owner has the same artifact already, as a reader of the view, that stays with the old one
        UPDATE mlops.artifact AS a SET owner_oid = new_oid, owner_name = new_name
            WHERE a.artifact_id IN (SELECT d.artifact_id FROM mlops.feature_view_version AS d
                                    WHERE d.feature_view_id = ANY (ids))
              AND NOT EXISTS (SELECT FROM mlops.artifact AS o
                              WHERE o.identity = a.identity AND o.owner_oid = new_oid AND o.owner_name = new_name);
    $$;
COMMENT ON FUNCTION mlops_internal.give_feature_views(bigint[], oid, name) IS
    'feature views and their versions as artifacts belong to another role';
REVOKE ALL ON FUNCTION mlops_internal.give_feature_views(bigint[], oid, name) FROM PUBLIC;

CREATE FUNCTION mlops_internal.give_training_sets(ids bigint[], new_oid oid, new_name name) RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        UPDATE mlops.training_set AS t SET owner_oid = new_oid, owner_name = new_name
            WHERE t.training_set_id = ANY (ids);
    $$;
COMMENT ON FUNCTION mlops_internal.give_training_sets(bigint[], oid, name) IS
    'training sets belong to another role; what the lineage has of them goes with their runs';
REVOKE ALL ON FUNCTION mlops_internal.give_training_sets(bigint[], oid, name) FROM PUBLIC;

/* The same rights as for ALTER ... OWNER TO. */
CREATE FUNCTION mlops_internal.alter_owner(
    kind text, name text, owner regrole, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        m mlops.monitor;
        def mlops.monitor_version;
        new_name name := mlops_internal.note_owner(owner);
    BEGIN
        IF kind IS NULL OR kind NOT IN ('model', 'endpoint', 'run', 'monitor', 'feature view', 'training set') THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('kind "%s" does not exist', kind),
                HINT = 'Kinds are model, endpoint, run (by its number), monitor, feature view and training set.';
        ELSIF new_name IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_object',
                MESSAGE = format('the role that should own the %s does not exist', kind),
                HINT = 'Name a role that exists.';
        ELSIF mlops_internal.may_become(mlops_internal.caller_oid(caller), owner) IS NOT TRUE THEN
            RAISE EXCEPTION USING
                ERRCODE = 'insufficient_privilege',
                MESSAGE = format('must be able to SET ROLE "%s" to make it owner of the %s', new_name, kind),
                HINT = 'Ask a member of both roles.';
        END IF;
        IF kind = 'model' THEN
            PERFORM mlops_internal.give_models(ARRAY[(mlops_internal.own_model(name, caller, 'owner')).model_id], owner,
                new_name);
        ELSIF kind = 'endpoint' THEN
            PERFORM mlops_internal.give_endpoints(ARRAY[(mlops_internal.own_endpoint(name, caller)).endpoint_id], owner,
                new_name);
        ELSIF kind = 'feature view' THEN
            PERFORM mlops_internal.give_feature_views(ARRAY[(mlops_internal.own_feature_view(name, caller))
                .feature_view_id], owner, new_name);
        ELSIF kind = 'training set' THEN
            PERFORM mlops_internal.give_training_sets(ARRAY[mlops_internal.own_training_set(name, caller)], owner,
                new_name);
        ELSIF kind = 'run' THEN
            IF name IS NULL OR name !~ '^\d{1,18}$' THEN
                PERFORM mlops_internal.no_such('run', name);
            END IF;
            PERFORM mlops_internal.give_runs(ARRAY[(mlops_internal.own_run(name::bigint, caller)).run_id], owner,
                new_name);
        ELSE
            m := mlops_internal.own_monitor(name, caller);
            PERFORM mlops_internal.check_monitor_owner(owner, caller);
            SELECT * INTO def FROM mlops.monitor_version AS v
                WHERE v.monitor_id = m.monitor_id AND v.version = m.version;
            PERFORM mlops_internal.check_columns(def, owner);
            UPDATE mlops.monitor AS x SET owner_oid = owner, owner_name = new_name WHERE x.monitor_id = m.monitor_id;
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.alter_owner IS 'mlops.alter_owner on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.alter_owner FROM PUBLIC;

CREATE FUNCTION mlops.alter_owner(kind text, name text, owner regrole) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.alter_owner(kind, name, owner, mlops_internal.caller());
COMMENT ON FUNCTION mlops.alter_owner IS
    'make another role the owner of a model, endpoint, run (name is its number), monitor, feature view or '
    'training set, as ALTER ... OWNER TO does; the caller must own it and be able to become the new owner';
REVOKE ALL ON FUNCTION mlops.alter_owner FROM PUBLIC;

/*
 * REASSIGN OWNED and DROP OWNED: called for the objects in this database by the
 * hook in owners.c, after the server has checked the rights.
 */
CREATE FUNCTION mlops_internal.owned_ids(kind text, owners oid[]) RETURNS bigint[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(array_agg(o.id ORDER BY o.id), '{}')
        FROM (SELECT 'model', m.model_id, m.owner_oid, m.owner_name FROM mlops.model AS m
              UNION ALL SELECT 'endpoint', e.endpoint_id, e.owner_oid, e.owner_name FROM mlops.endpoint AS e
              UNION ALL SELECT 'run', r.run_id, r.owner_oid, r.owner_name FROM mlops.run AS r
              UNION ALL SELECT 'artifact', a.artifact_id, a.owner_oid, a.owner_name FROM mlops.artifact AS a
              UNION ALL SELECT 'feature view', v.feature_view_id, v.owner_oid, v.owner_name
                  FROM mlops.feature_view AS v
              UNION ALL SELECT 'training set', t.training_set_id, t.owner_oid, t.owner_name
                  FROM mlops.training_set AS t
              UNION ALL SELECT 'monitor', m.monitor_id, m.owner_oid, m.owner_name
                  FROM mlops.monitor AS m) AS o (kind, id, owner_oid, owner_name)
        WHERE o.kind = owned_ids.kind AND o.owner_oid = ANY (owners)
            AND mlops_internal.present_owner(o.owner_oid, o.owner_name) IS NOT NULL
    $$;
COMMENT ON FUNCTION mlops_internal.owned_ids(text, oid[]) IS
    'numbers of the models, endpoints, runs, artifacts, feature views, training sets or monitors of these roles';
REVOKE ALL ON FUNCTION mlops_internal.owned_ids(text, oid[]) FROM PUBLIC;

CREATE FUNCTION mlops_internal.reassign_owned(owners oid[], owner oid) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        new_name name := mlops_internal.note_owner(owner);
    BEGIN
        PERFORM mlops_internal.give_models(mlops_internal.owned_ids('model', owners), owner, new_name);
        PERFORM mlops_internal.give_endpoints(mlops_internal.owned_ids('endpoint', owners), owner, new_name);
        PERFORM mlops_internal.give_runs(mlops_internal.owned_ids('run', owners), owner, new_name);
        PERFORM mlops_internal.give_feature_views(mlops_internal.owned_ids('feature view', owners), owner, new_name);
        PERFORM mlops_internal.give_training_sets(mlops_internal.owned_ids('training set', owners), owner, new_name);
        UPDATE mlops.artifact AS a SET owner_oid = owner, owner_name = new_name
            WHERE a.artifact_id = ANY (mlops_internal.owned_ids('artifact', owners))
              AND NOT EXISTS (SELECT FROM mlops.artifact AS o
                              WHERE o.identity = a.identity AND o.owner_oid = owner AND o.owner_name = new_name);
        UPDATE mlops.monitor AS m SET owner_oid = owner, owner_name = new_name
            WHERE m.monitor_id = ANY (mlops_internal.owned_ids('monitor', owners));
        UPDATE mlops.holiday AS h SET owner_oid = owner, owner_name = new_name
            WHERE h.owner_oid = ANY (owners) AND mlops_internal.present_owner(h.owner_oid, h.owner_name) IS NOT NULL
              AND NOT EXISTS (SELECT FROM mlops.holiday AS o
                              WHERE o.calendar = h.calendar AND o.day = h.day AND o.owner_oid = owner
                                AND o.owner_name = new_name);
        UPDATE mlops.import_source AS i SET owner_oid = owner, owner_name = new_name
            WHERE i.owner_oid = ANY (owners) AND mlops_internal.present_owner(i.owner_oid, i.owner_name) IS NOT NULL
              AND NOT EXISTS (SELECT FROM mlops.import_source AS o
                              WHERE o.kind = i.kind AND o.name = i.name AND o.owner_oid = owner
                                AND o.owner_name = new_name);
        -- what is left of monitors that were dropped
        UPDATE mlops.alert AS a SET owner_oid = owner, owner_name = new_name
            WHERE a.owner_oid = ANY (owners) AND mlops_internal.present_owner(a.owner_oid, a.owner_name) IS NOT NULL;
        UPDATE mlops.incident AS i SET owner_oid = owner, owner_name = new_name
            WHERE i.owner_oid = ANY (owners) AND mlops_internal.present_owner(i.owner_oid, i.owner_name) IS NOT NULL;
        UPDATE mlops.silence AS s SET owner_oid = owner, owner_name = new_name
            WHERE s.owner_oid = ANY (owners) AND mlops_internal.present_owner(s.owner_oid, s.owner_name) IS NOT NULL;
        UPDATE mlops.inhibition AS i SET owner_oid = owner, owner_name = new_name
            WHERE i.owner_oid = ANY (owners) AND mlops_internal.present_owner(i.owner_oid, i.owner_name) IS NOT NULL;
        UPDATE mlops.route AS r SET owner_oid = owner, owner_name = new_name
            WHERE r.owner_oid = ANY (owners) AND mlops_internal.present_owner(r.owner_oid, r.owner_name) IS NOT NULL;
        UPDATE mlops.notice AS n SET owner_oid = owner, owner_name = new_name
            WHERE n.owner_oid = ANY (owners) AND mlops_internal.present_owner(n.owner_oid, n.owner_name) IS NOT NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.reassign_owned(oid[], oid) IS
    'all objects of these roles belong to another role; a monitor whose new owner cannot run it is paused at its next '
    'window';
REVOKE ALL ON FUNCTION mlops_internal.reassign_owned(oid[], oid) FROM PUBLIC;

CREATE FUNCTION mlops_internal.drop_owned(owners oid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        models CONSTANT bigint[] := mlops_internal.owned_ids('model', owners);
        endpoints CONSTANT bigint[] := mlops_internal.owned_ids('endpoint', owners);
        runs CONSTANT bigint[] := mlops_internal.owned_ids('run', owners);
        live CONSTANT bigint[] := ARRAY(SELECT d.version_id FROM mlops.deployment AS d
            WHERE d.endpoint_id = ANY (endpoints) AND d.until IS NULL);
        views CONSTANT bigint[] := mlops_internal.owned_ids('feature view', owners);
        sets CONSTANT bigint[] := mlops_internal.owned_ids('training set', owners);
        elsewhere record;
    BEGIN
        SELECT m.name AS model, e.name AS endpoint INTO elsewhere
            FROM mlops.deployment AS d JOIN mlops.version AS v USING (version_id)
                JOIN mlops.model AS m USING (model_id) JOIN mlops.endpoint AS e USING (endpoint_id)
            WHERE m.model_id = ANY (models) AND e.endpoint_id <> ALL (endpoints) ORDER BY d.deployment_id LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION USING
                ERRCODE = 'dependent_objects_still_exist',
                MESSAGE = format('model "%s" is in the history of an endpoint that belongs to others', elsewhere.model),
                HINT = 'Give the models to another role first: REASSIGN OWNED, or mlops.alter_owner.';
        END IF;
        IF EXISTS (SELECT FROM mlops.training_set_view AS u JOIN mlops.feature_view_version AS d
                       USING (feature_view_version_id)
                   WHERE d.feature_view_id = ANY (views) AND u.training_set_id <> ALL (sets))
           OR EXISTS (SELECT FROM mlops.training_set AS t WHERE t.run_id = ANY (runs)
                          AND t.training_set_id <> ALL (sets)) THEN
            RAISE EXCEPTION USING
                ERRCODE = 'dependent_objects_still_exist',
                MESSAGE = 'training sets of others were made of feature views, or by runs, that are to be dropped',
                HINT = 'Give these to another role first: REASSIGN OWNED, or mlops.alter_owner.';
        END IF;
        DELETE FROM mlops.training_set AS t WHERE t.training_set_id = ANY (sets);
        DELETE FROM mlops.feature_view_version AS d WHERE d.feature_view_id = ANY (views);
        DELETE FROM mlops.feature_view AS v WHERE v.feature_view_id = ANY (views);
        DELETE FROM mlops.monitor AS m WHERE m.monitor_id = ANY (mlops_internal.owned_ids('monitor', owners));
        PERFORM mlops_internal.lock_versions(live);
        DELETE FROM mlops.deployment AS d WHERE d.endpoint_id = ANY (endpoints);
        -- models of others that were live there alone
        PERFORM mlops_internal.move_stage(v.version_id, 'retired', 'the endpoint was dropped with its owner',
                mlops_internal.caller())
            FROM mlops.version AS v
            WHERE v.version_id = ANY (live) AND v.stage = 'deployed'
              AND NOT EXISTS (SELECT FROM mlops.deployment AS d WHERE d.version_id = v.version_id AND d.until IS NULL);
        DELETE FROM mlops.endpoint AS e WHERE e.endpoint_id = ANY (endpoints);
        DELETE FROM mlops.alias AS a WHERE a.model_id = ANY (models);
        DELETE FROM mlops.stage_change AS c USING mlops.version AS v
            WHERE v.version_id = c.version_id AND v.model_id = ANY (models);
        DELETE FROM mlops.version AS v WHERE v.model_id = ANY (models);
        DELETE FROM mlops.model AS m WHERE m.model_id = ANY (models);
        UPDATE mlops.version AS v SET run_id = NULL WHERE v.run_id = ANY (runs);
        DELETE FROM mlops.edge AS e WHERE e.run_id = ANY (runs);
        DELETE FROM mlops.param AS p WHERE p.run_id = ANY (runs);
        DELETE FROM mlops.metric AS m WHERE m.run_id = ANY (runs);
        -- deployments at endpoints of others keep theirs
        DELETE FROM mlops.run AS r WHERE r.run_id = ANY (runs)
            AND NOT EXISTS (SELECT FROM mlops.deployment AS d WHERE d.run_id = r.run_id);
        DELETE FROM mlops.artifact AS a WHERE a.artifact_id = ANY (mlops_internal.owned_ids('artifact', owners))
            AND NOT EXISTS (SELECT FROM mlops.edge AS e WHERE e.artifact_id = a.artifact_id)
            AND NOT EXISTS (SELECT FROM mlops.version AS v WHERE v.artifact_id = a.artifact_id)
            AND NOT EXISTS (SELECT FROM mlops.training_set AS t WHERE t.artifact_id = a.artifact_id)
            AND NOT EXISTS (SELECT FROM mlops.feature_view_version AS d WHERE d.artifact_id = a.artifact_id);
        DELETE FROM mlops_internal.chunk AS c
            WHERE (c.sender, c.digest) IN (
                SELECT x.sender, x.digest FROM mlops_internal.chunk AS x
                WHERE NOT EXISTS (SELECT FROM mlops_internal.artifact_chunk AS a
                                  WHERE a.sender = x.sender AND a.digest = x.digest)
                FOR UPDATE SKIP LOCKED);
        DELETE FROM mlops.silence AS s WHERE s.owner_oid = ANY (owners);
        DELETE FROM mlops.inhibition AS i WHERE i.owner_oid = ANY (owners);
        DELETE FROM mlops.import_source AS i
            WHERE i.owner_oid = ANY (owners) AND mlops_internal.present_owner(i.owner_oid, i.owner_name) IS NOT NULL;
        DELETE FROM mlops.holiday AS h
            WHERE h.owner_oid = ANY (owners) AND mlops_internal.present_owner(h.owner_oid, h.owner_name) IS NOT NULL;
        DELETE FROM mlops.reader AS r WHERE r.reader_oid = ANY (owners) OR r.owner_oid = ANY (owners);
        DELETE FROM mlops.model_grant AS g WHERE g.reader_oid = ANY (owners);
        DELETE FROM mlops.route AS r WHERE r.owner_oid = ANY (owners);
        DELETE FROM mlops.notice AS n WHERE n.owner_oid = ANY (owners);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.drop_owned(oid[]) IS
    'remove all objects of these roles; error 2BP01 when a model of theirs is in the history of another role''s '
    'endpoint';
REVOKE ALL ON FUNCTION mlops_internal.drop_owned(oid[]) FROM PUBLIC;
