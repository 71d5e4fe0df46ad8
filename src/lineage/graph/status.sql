/*
 * lineage: which runs are alive, and runs as they stand now.
 */
/*
 * A run that promised heart-beats and gave none for three times as
 * long is shown as lost (mlops.run_detail); mlops.end_lost_runs writes that down.  Whoever
 * holds the run, logging, is alive: such a run is passed over.
 */
CREATE FUNCTION mlops_internal.heartbeat(run bigint, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        r mlops.run;
    BEGIN
        SELECT * INTO r FROM mlops.run AS x WHERE x.run_id = run;
        PERFORM mlops_internal.require_owner(r.owner_oid, r.owner_name, 'run', run::text, caller);
        SELECT * INTO r FROM mlops.run AS x WHERE x.run_id = run FOR NO KEY UPDATE SKIP LOCKED;
        IF NOT FOUND THEN
            RETURN;             -- somebody is logging to it
        ELSIF r.status NOT IN ('running', 'lost') THEN
            RAISE EXCEPTION USING
                ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('run %s is %s', run, r.status),
                HINT = 'A run that has ended needs no heart-beat.';
        END IF;
        UPDATE mlops.run AS x
            SET heartbeat_at = clock_timestamp(), status = 'running', ended_at = NULL,
                error = CASE WHEN x.status <> 'lost' THEN x.error END
            WHERE x.run_id = run;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.heartbeat IS 'mlops.heartbeat on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.heartbeat FROM PUBLIC;

CREATE FUNCTION mlops.heartbeat(run bigint) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.heartbeat(run, mlops_internal.caller());
COMMENT ON FUNCTION mlops.heartbeat IS
    'say that a run is alive; one that was taken for lost runs again; error 55000 when it has finished or failed';
REVOKE ALL ON FUNCTION mlops.heartbeat FROM PUBLIC;

CREATE FUNCTION mlops_internal.is_lost(r mlops.run, at timestamptz) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT r.status = 'running' AND coalesce(r.heartbeat_at, r.started_at)
            + 3 * least(r.heartbeat, interval '1 year') < at IS TRUE
    $$;
COMMENT ON FUNCTION mlops_internal.is_lost(mlops.run, timestamptz) IS
    'has a running run kept none of its last three promises of a heart-beat?';

CREATE FUNCTION mlops_internal.end_lost_runs(caller mlops_internal.caller) RETURNS SETOF bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        run bigint;
    BEGIN
        FOR run IN
            UPDATE mlops.run AS r SET status = 'lost', ended_at = clock_timestamp(),
                error = format('no heart-beat since %s', coalesce(r.heartbeat_at, r.started_at))
            WHERE r.run_id IN (SELECT x.run_id FROM mlops.run AS x
                               WHERE x.status = 'running' AND x.heartbeat IS NOT NULL
                                 AND mlops_internal.is_lost(x, clock_timestamp())
                                 AND mlops_internal.owned_by(x.owner_oid, x.owner_name, who)
                               ORDER BY x.run_id FOR NO KEY UPDATE SKIP LOCKED)
            RETURNING r.run_id
        LOOP
            PERFORM mlops_internal.drop_uploads(run);
            RETURN NEXT run;
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.end_lost_runs IS 'mlops.end_lost_runs on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.end_lost_runs FROM PUBLIC;

CREATE FUNCTION mlops.end_lost_runs() RETURNS SETOF bigint
    LANGUAGE sql VOLATILE
    BEGIN ATOMIC
        SELECT * FROM mlops_internal.end_lost_runs(mlops_internal.caller());
    END;
COMMENT ON FUNCTION mlops.end_lost_runs IS
    'give the status lost to your runs that promised heart-beats and gave none for three times that long; returns '
    'their run_ids';
REVOKE ALL ON FUNCTION mlops.end_lost_runs FROM PUBLIC;

CREATE FUNCTION mlops_internal.set_run_tags(run bigint, tags jsonb, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        r mlops.run;
    BEGIN
        SELECT * INTO r FROM mlops.run AS x WHERE x.run_id = run FOR NO KEY UPDATE;
        PERFORM mlops_internal.require_owner(r.owner_oid, r.owner_name, 'run', run::text, caller);
        UPDATE mlops.run AS x
            SET tags = jsonb_strip_nulls(x.tags || mlops_internal.check_object(set_run_tags.tags, 'tags'))
            WHERE x.run_id = run;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.set_run_tags IS 'mlops.set_run_tags on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.set_run_tags FROM PUBLIC;

CREATE FUNCTION mlops.set_run_tags(run bigint, tags jsonb) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.set_run_tags(run, tags, mlops_internal.caller());
COMMENT ON FUNCTION mlops.set_run_tags IS
    'set tags of a run, of one that has ended too: a JSON object that is laid over what there is; null takes one away';
REVOKE ALL ON FUNCTION mlops.set_run_tags FROM PUBLIC;

CREATE VIEW mlops.run_detail WITH (security_invoker = true) AS
    SELECT r.run_id, r.kind, r.name, r.experiment, r.parent_run_id,
           CASE WHEN mlops_internal.is_lost(r, now()) THEN 'lost' ELSE r.status END AS status,
           r.started_at, r.ended_at, r.ended_at - r.started_at AS took, r.heartbeat_at, r.error,
           r.tags,
           r.git_repo, CASE WHEN length(r.git_commit) >= 40 THEN r.git_commit END AS git_commit,
           CASE WHEN length(r.git_commit) < 40 THEN r.git_commit END AS git_commit_short,
           r.git_path, r.git_branch, r.git_tag, r.git_dirty, r.git_diff_digest,
           mlops.git_link(r.git_repo, r.git_commit) AS commit_url,
           mlops.git_link(r.git_repo, r.git_commit, r.git_path) AS file_url,
           r.started_by, r.owner_name AS owner
    FROM mlops.run AS r;
COMMENT ON VIEW mlops.run_detail IS
    'runs as they stand now: of which experiment and run, lost when their heart-beats ceased, with links to their code';
COMMENT ON COLUMN mlops.run_detail.run_id IS 'number of the run';
COMMENT ON COLUMN mlops.run_detail.kind IS
    'training, evaluation, batch_prediction, materialization, monitoring or deployment';
COMMENT ON COLUMN mlops.run_detail.name IS 'its name';
COMMENT ON COLUMN mlops.run_detail.experiment IS 'what it belongs to, together with other runs';
COMMENT ON COLUMN mlops.run_detail.parent_run_id IS 'the run that it is a part of';
COMMENT ON COLUMN mlops.run_detail.status IS
    'running, finished, failed, or lost: running, and without a heart-beat for three times as long as it promised';
COMMENT ON COLUMN mlops.run_detail.started_at IS 'when it began';
COMMENT ON COLUMN mlops.run_detail.ended_at IS 'when it ended; NULL while it runs';
COMMENT ON COLUMN mlops.run_detail.took IS 'how long it took; NULL while it runs';
COMMENT ON COLUMN mlops.run_detail.heartbeat_at IS 'its last heart-beat';
COMMENT ON COLUMN mlops.run_detail.error IS 'why it failed';
COMMENT ON COLUMN mlops.run_detail.tags IS 'its tags';
COMMENT ON COLUMN mlops.run_detail.git_repo IS 'repository of the code';
COMMENT ON COLUMN mlops.run_detail.git_commit IS 'commit of the code, in full; NULL when only its beginning is known';
COMMENT ON COLUMN mlops.run_detail.git_commit_short IS 'beginning of the commit when no more is known';
COMMENT ON COLUMN mlops.run_detail.git_path IS 'path of the code inside the repository';
COMMENT ON COLUMN mlops.run_detail.git_branch IS 'branch that was checked out';
COMMENT ON COLUMN mlops.run_detail.git_tag IS 'tag of the commit';
COMMENT ON COLUMN mlops.run_detail.git_dirty IS 'true when the working tree differed from the commit';
COMMENT ON COLUMN mlops.run_detail.git_diff_digest IS 'checksum of what differed';
COMMENT ON COLUMN mlops.run_detail.commit_url IS 'page of the commit; NULL when the host is not known';
COMMENT ON COLUMN mlops.run_detail.file_url IS 'page of the code at that commit; NULL when the host is not known';
COMMENT ON COLUMN mlops.run_detail.started_by IS 'the role that started it';
COMMENT ON COLUMN mlops.run_detail.owner IS 'the role that it belongs to';
GRANT SELECT ON mlops.run_detail TO PUBLIC;
