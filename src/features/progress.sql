/*
 * features: how far the joins are that run now.
 */
CREATE FUNCTION mlops_internal.join_progress(OUT pid integer, OUT role oid, OUT started_at timestamptz, OUT phase text,
    OUT feature_view text, OUT n_begun integer, OUT n_views integer, OUT n_rows bigint, OUT expected_rows float8,
    OUT n_parts integer, OUT n_parts_done integer) RETURNS SETOF record
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED ROWS 10 AS 'MODULE_PATHNAME', 'mlops_join_progress';
COMMENT ON FUNCTION mlops_internal.join_progress() IS
    'the joins of mlops.point_in_time that run in this database, of roles whose rights the caller has, or all for '
    'members of pg_read_all_stats';

CREATE VIEW mlops.join_progress WITH (security_invoker = true) AS
    SELECT j.pid, pg_get_userbyid(j.role) AS role_name, j.started_at, j.phase, j.feature_view, j.n_begun, j.n_views,
           j.n_rows, j.expected_rows::bigint AS expected_rows, j.n_parts, j.n_parts_done
    FROM mlops_internal.join_progress() AS j;
COMMENT ON VIEW mlops.join_progress IS
    'how far mlops.point_in_time is, also in mlops.training_set, mlops.reproduce and mlops.check_online, where it runs '
    'now; empty unless the library is in shared_preload_libraries';
COMMENT ON COLUMN mlops.join_progress.pid IS 'the server process, as in pg_stat_activity';
COMMENT ON COLUMN mlops.join_progress.role_name IS 'the role with whose rights it reads';
COMMENT ON COLUMN mlops.join_progress.started_at IS 'when the join began';
COMMENT ON COLUMN mlops.join_progress.phase IS
    'planning, reading spine, reading view, joining parts (in temporary files) or writing result';
COMMENT ON COLUMN mlops.join_progress.feature_view IS 'the view that is read or joined now';
COMMENT ON COLUMN mlops.join_progress.n_begun IS 'number of views that were begun';
COMMENT ON COLUMN mlops.join_progress.n_views IS 'number of views of the join';
COMMENT ON COLUMN mlops.join_progress.n_rows IS 'rows that have passed in this phase';
COMMENT ON COLUMN mlops.join_progress.expected_rows IS 'number of rows that there will be, as the planner estimates';
COMMENT ON COLUMN mlops.join_progress.n_parts IS
    'number of parts into which both sides are divided on disk; 1: all in memory';
COMMENT ON COLUMN mlops.join_progress.n_parts_done IS 'number of these that are joined';
GRANT SELECT ON mlops.join_progress TO PUBLIC;
