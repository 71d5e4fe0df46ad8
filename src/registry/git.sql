/*
 * registry: the commits behind a version, and what Git tags say of versions.
 */
CREATE VIEW mlops.version_source WITH (security_invoker = true) AS
    SELECT v.version_id, m.name AS model, v.version, s.part, s.name, s.git_repo, s.git_commit, s.git_path, s.git_dirty,
           mlops.git_link(s.git_repo, s.git_commit) AS commit_url,
           mlops.git_link(s.git_repo, s.git_commit, s.git_path) AS file_url, s.as_of
    FROM mlops.version AS v JOIN mlops.model AS m USING (model_id),
        LATERAL (
            SELECT 'code' AS part, NULL::text AS name, v.git_repo, v.git_commit, v.git_path, v.git_dirty,
                   NULL::text AS as_of
            WHERE num_nonnulls(v.git_repo, v.git_commit, v.git_path) > 0
            UNION ALL
            SELECT CASE WHEN a.type LIKE 'label%' THEN 'labels' WHEN a.type LIKE 'feature%' THEN 'features'
                       ELSE 'data' END,
                   a.name, a.properties ->> 'git_repo', a.properties ->> 'git_commit', a.properties ->> 'git_path',
                   a.properties -> 'git_dirty' = 'true', a.properties ->> 'as_of'
            FROM mlops.edge AS e JOIN mlops.artifact AS a USING (artifact_id)
            WHERE e.run_id = v.run_id AND e.direction = 'input' AND a.properties ? 'git_commit') AS s;
COMMENT ON VIEW mlops.version_source IS
    'the commits that made a version: of the code, and of the features and labels that its training run read, as far '
    'as these artifacts have git_repo, git_commit and git_path in their properties';
COMMENT ON COLUMN mlops.version_source.version_id IS 'number of the version, among those of all models';
COMMENT ON COLUMN mlops.version_source.model IS 'name of the model';
COMMENT ON COLUMN mlops.version_source.version IS 'number of the version';
COMMENT ON COLUMN mlops.version_source.part IS 'code, features, labels, or data of another type';
COMMENT ON COLUMN mlops.version_source.name IS 'name of the artifact that was read; NULL for the code';
COMMENT ON COLUMN mlops.version_source.git_repo IS 'repository';
COMMENT ON COLUMN mlops.version_source.git_commit IS 'commit';
COMMENT ON COLUMN mlops.version_source.git_path IS 'path inside the repository';
COMMENT ON COLUMN mlops.version_source.git_dirty IS 'true when the working tree differed from the commit';
COMMENT ON COLUMN mlops.version_source.commit_url IS 'page of the commit; NULL when the host is not known';
COMMENT ON COLUMN mlops.version_source.file_url IS 'page of the file at that commit; NULL when the host is not known';
COMMENT ON COLUMN mlops.version_source.as_of IS 'of labels: the time up to which what was known of them counts';
GRANT SELECT ON mlops.version_source TO PUBLIC;

/*
 * GTO keeps a registry in Git tags.  Each tag that was understood and carried out is
 * noted, so that the same list may be imported again.
 */
CREATE TABLE mlops.gto_tag (
    model_id bigint NOT NULL,
    git_repo text NOT NULL,
    tag text NOT NULL,
    git_commit text NOT NULL,
    action text NOT NULL,
    version_id bigint,
    semver text,
    stage text,
    number integer,
    tagger text,
    tagged_at timestamptz,
    message text,
    imported_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    imported_by name NOT NULL,
    CONSTRAINT gto_tag_pkey PRIMARY KEY (model_id, git_repo, tag),
    CONSTRAINT gto_tag_model_fkey FOREIGN KEY (model_id) REFERENCES mlops.model ON DELETE CASCADE,
    CONSTRAINT gto_tag_version_fkey FOREIGN KEY (version_id) REFERENCES mlops.version ON DELETE CASCADE
);
CREATE UNIQUE INDEX gto_tag_semver_key ON mlops.gto_tag (model_id, semver) WHERE action = 'register';
COMMENT ON TABLE mlops.gto_tag IS 'Git tags that mlops.import_gto has carried out';
COMMENT ON COLUMN mlops.gto_tag.action IS
    'register, deregister, assign, unassign, deprecate, create, or superseded: a newer tag of the stage was known';
COMMENT ON COLUMN mlops.gto_tag.version_id IS 'the version that it registered, retired or gave the stage to';
COMMENT ON COLUMN mlops.gto_tag.semver IS 'semantic version, as 1.2.0';
COMMENT ON COLUMN mlops.gto_tag.stage IS 'stage, which became an alias';
COMMENT ON COLUMN mlops.gto_tag.number IS 'number of the tag among those of the stage';
SELECT pg_catalog.pg_extension_config_dump('mlops.gto_tag', '');
ALTER TABLE mlops.gto_tag ENABLE ROW LEVEL SECURITY;
CREATE POLICY gto_tag_read ON mlops.gto_tag FOR SELECT
    USING (model_id IN (SELECT m.model_id FROM mlops.model AS m));
COMMENT ON POLICY gto_tag_read ON mlops.gto_tag IS 'who sees the model sees the row';
GRANT SELECT ON mlops.gto_tag TO PUBLIC;

CREATE FUNCTION mlops_internal.note_gto_tag(
    model text, version integer, git_repo text, tag jsonb, parsed jsonb, action text,
    caller mlops_internal.caller DEFAULT mlops_internal.caller()) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        m mlops.model := mlops_internal.own_model(model, caller);
    BEGIN
        PERFORM FROM mlops.model AS x WHERE x.model_id = m.model_id FOR KEY SHARE;
        INSERT INTO mlops.gto_tag (model_id, git_repo, tag, git_commit, action, version_id, semver, stage, number,
                tagger, tagged_at, message, imported_by)
            VALUES (m.model_id, git_repo, tag ->> 'tag', tag ->> 'commit', action,
                (SELECT v.version_id FROM mlops.version AS v
                 WHERE v.model_id = m.model_id AND v.version = note_gto_tag.version),
                parsed ->> 'semver', parsed ->> 'stage', (parsed ->> 'number')::integer, left(tag ->> 'tagger', 500),
                (tag ->> 'at')::timestamptz, left(tag ->> 'message', 4000), mlops_internal.caller_name(caller));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.note_gto_tag IS 'keep that a tag was carried out, on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.note_gto_tag FROM PUBLIC;

CREATE FUNCTION mlops_internal.parse_gto_tag(tag text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        artifact CONSTANT text := '^(?:([a-z0-9_./-]+)=)?([a-z0-9](?:[a-z0-9/-]*[a-z0-9])?)';
        semver CONSTANT text := '(?:0|[1-9]\d{0,8})\.(?:0|[1-9]\d{0,8})\.(?:0|[1-9]\d{0,8})'
            '(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?';
        m text[];
        action text;
    BEGIN
        m := regexp_match(tag COLLATE "C", artifact || '@v(' || semver || ')(!?)$');
        IF m IS NOT NULL THEN
            action := CASE m[4] WHEN '!' THEN 'deregister' ELSE 'register' END;
            RETURN jsonb_build_object('action', action, 'name', concat_ws(':', m[1], m[2]), 'semver', m[3]);
        END IF;
        m := regexp_match(tag COLLATE "C", artifact || '#([a-z0-9](?:[a-z0-9/-]*[a-z0-9])?)(!?)(?:#(\d{1,9}))?$');
        IF m IS NOT NULL THEN
            action := CASE m[4] WHEN '!' THEN 'unassign' ELSE 'assign' END;
            RETURN jsonb_build_object('action', action, 'name', concat_ws(':', m[1], m[2]), 'stage',
                CASE m[3] WHEN 'production' THEN 'prod' ELSE m[3] END, 'number', m[5]);
        END IF;
        m := regexp_match(tag COLLATE "C", artifact || '@(deprecated|created)$');
        IF m IS NOT NULL THEN
            RETURN jsonb_build_object('action', left(m[3], -1), 'name', concat_ws(':', m[1], m[2]));
        END IF;
        RETURN NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.parse_gto_tag(text) IS
    'what a tag says: action, name, semver, stage, number; NULL when it is none of GTO''s';

CREATE FUNCTION mlops_internal.try_time(value text) RETURNS timestamptz
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RETURN value::timestamptz;
    EXCEPTION WHEN data_exception THEN
        RETURN NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.try_time(text) IS 'a text as a time; NULL when it is none';

/* Runs as its caller: what a tag asks for is done by the functions that people call, and they say who may. */
CREATE FUNCTION mlops_internal.apply_gto_tag(
    model text, repo text, entry jsonb, parsed jsonb, map jsonb, OUT action text, OUT version integer, OUT note text)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    DECLARE
        of_model CONSTANT bigint := mlops.model_id(model);
        reason CONSTANT text := 'Git tag ' || (entry ->> 'tag');
        of_stage CONSTANT text := parsed ->> 'stage';
        present integer := (SELECT v.version FROM mlops.alias AS a JOIN mlops.version AS v USING (version_id)
                            WHERE a.model_id = of_model AND a.alias = of_stage AND a.until IS NULL);
        newer text := (SELECT g.tag FROM mlops.gto_tag AS g
                       WHERE g.model_id = of_model AND g.git_repo = repo AND g.stage = of_stage
                         AND CASE WHEN parsed ->> 'number' IS NOT NULL AND g.number IS NOT NULL
                             THEN g.number > (parsed ->> 'number')::integer
                             ELSE g.tagged_at > (entry ->> 'at')::timestamptz END
                       ORDER BY g.number DESC NULLS LAST, g.tagged_at DESC LIMIT 1);
    BEGIN
        action := parsed ->> 'action';
        version := CASE WHEN parsed ? 'semver' THEN
            (SELECT v.version FROM mlops.gto_tag AS g JOIN mlops.version AS v USING (version_id)
             WHERE g.model_id = of_model AND g.action = 'register' AND g.semver = parsed ->> 'semver') END;
        IF action = 'register' AND version IS NOT NULL THEN
            action := 'skipped';
            note := format('%s is version %s already', parsed ->> 'semver', version);
            RETURN;
        ELSIF action = 'deregister' AND version IS NULL THEN
            action := 'skipped';
            note := format('no version %s is registered', parsed ->> 'semver');
            RETURN;
        ELSIF version IS NULL THEN
            version := (SELECT max(v.version) FROM mlops.version AS v
                        WHERE v.model_id = of_model AND v.git_repo = repo AND v.git_commit = entry ->> 'commit'
                          AND (action <> 'register' OR NOT EXISTS (
                              SELECT FROM mlops.gto_tag AS g
                              WHERE g.version_id = v.version_id AND g.action = 'register')));
        END IF;
        IF action = 'register' AND version IS NULL THEN
            version := mlops.register_version(model, git_repo => repo, git_commit => entry ->> 'commit',
                description => coalesce(entry ->> 'message', reason));
        ELSIF action = 'deregister' THEN
            PERFORM mlops.set_stage(model, version, 'retired', reason);
        ELSIF action IN ('assign', 'unassign') AND newer IS NOT NULL THEN
            action := 'superseded';
            note := format('%s is newer', newer);
        ELSIF action = 'assign' AND version IS NULL THEN
            action := 'skipped';
            note := 'no version is registered at this commit';
            RETURN;
        ELSIF action = 'assign' THEN
            PERFORM mlops.set_alias(model, of_stage, version);
            IF map ? of_stage THEN
                PERFORM mlops.deploy(model, version, map ->> of_stage, reason => reason);
            END IF;
        ELSIF action = 'unassign' AND present IS NULL THEN
            note := format('no version is %s', of_stage);
        ELSIF action = 'unassign' AND present <> version THEN
            action := 'superseded';
            note := format('%s is version %s', of_stage, present);
        ELSIF action = 'unassign' THEN
            version := present;
            PERFORM mlops.delete_alias(model, of_stage);
            IF map ? of_stage THEN
                PERFORM mlops.undeploy(map ->> of_stage, reason => reason);
            END IF;
        END IF;
        PERFORM mlops_internal.note_gto_tag(model, version, repo, entry, parsed, action);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.apply_gto_tag(text, text, jsonb, jsonb, jsonb) IS
    'carry out one tag, as its caller, and note it; tells what was done to which version, and why not';
REVOKE ALL ON FUNCTION mlops_internal.apply_gto_tag(text, text, jsonb, jsonb, jsonb) FROM PUBLIC;

CREATE FUNCTION mlops.import_gto(repo text, tags jsonb, task text DEFAULT NULL, map jsonb DEFAULT '{}')
    RETURNS TABLE (tag text, action text, model text, version integer, note text)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_variable
    DECLARE
        git_repo CONSTANT text := mlops_internal.canonical_repo(repo);
        entry jsonb;
        parsed jsonb;
    BEGIN
        IF jsonb_typeof(tags) IS DISTINCT FROM 'array' OR jsonb_typeof(map) IS DISTINCT FROM 'object'
            OR git_repo IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'repo must be an address, tags a JSON array, and map a JSON object',
                HINT = 'A tag is {"tag": "churn@v1.2.0", "commit": "...", "at": "2026-01-31T12:00:00Z", '
                    '"tagger": "...", "message": "..."}; map names the endpoint of a stage: {"prod": "churn-api"}.';
        END IF;
        FOR entry IN SELECT t.value
                     FROM jsonb_array_elements(mlops_internal.without_credentials(tags)) WITH ORDINALITY
                         AS t (value, place)
                     ORDER BY mlops_internal.try_time(t.value ->> 'at') NULLS FIRST, t.place
        LOOP
            tag := entry ->> 'tag';
            parsed := mlops_internal.parse_gto_tag(tag);
            model := parsed ->> 'name';
            version := NULL;
            note := CASE WHEN parsed IS NULL THEN 'no tag of GTO''s grammar'
                WHEN coalesce(entry ->> 'commit', '') !~* '^([0-9a-f]{40}|[0-9a-f]{64})$'
                    THEN 'commit must be 40 or 64 hexadecimal digits'
                WHEN entry ->> 'at' IS NOT NULL AND mlops_internal.try_time(entry ->> 'at') IS NULL
                    THEN 'at is no time' END;
            entry := entry || jsonb_build_object('commit', lower(entry ->> 'commit'));
            IF note IS NOT NULL THEN
                action := 'not understood';
            ELSIF EXISTS (SELECT FROM mlops.gto_tag AS g JOIN mlops.model AS m USING (model_id)
                          WHERE m.name = model AND g.git_repo = git_repo AND g.tag = tag) THEN
                action := 'known';
            ELSIF task IS NULL AND NOT EXISTS (SELECT FROM mlops.model AS m WHERE m.name = model) THEN
                action := 'skipped';
                note := format('model "%s" does not exist; give task to have it made', model);
            ELSE
                BEGIN
                    IF NOT EXISTS (SELECT FROM mlops.model AS m WHERE m.name = model) THEN
                        PERFORM mlops.create_model(model, task);
                    END IF;
                    SELECT a.action, a.version, a.note INTO action, version, note
                        FROM mlops_internal.apply_gto_tag(model, git_repo, entry, parsed, map) AS a;
                -- a gate that refuses a move (check_violation), or whoever is in the way otherwise
                EXCEPTION WHEN data_exception OR integrity_constraint_violation
                    OR object_not_in_prerequisite_state OR program_limit_exceeded
                    OR syntax_error_or_access_rule_violation THEN
                    action := 'refused';
                    note := SQLERRM;
                END;
            END IF;
            RETURN NEXT;
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops.import_gto(text, jsonb, text, jsonb) IS
    'carry out a repository''s GTO tags in the order of time: versions are registered, stages become aliases, and '
    'deployments where map has an endpoint; tells what was done; tags that are known are left alone';
REVOKE ALL ON FUNCTION mlops.import_gto(text, jsonb, text, jsonb) FROM PUBLIC;
