/*
 * scheduler: which windows are due, who evaluates them, and what came of it.
 *
 * A window has one row in monitor_run, whatever happens:
 *
 *                  +------- retry -------+
 *                  v                     |
 *     (due) --> started --failure--> waiting
 *                  |  \
 *                  |   +--no attempt left--> failed
 *                  +-----------------------> succeeded
 *
 * A failed window is taken up once more by itself after a later one succeeded,
 * when nothing else of the monitor is due.  Windows that the misfire policy
 * leaves out make one row, missed, for all that follow each other.  A window that
 * succeeded is started again when its labels have come, or may have (restate.sql).
 *
 * A claim (attempt + 1, started, holder) is committed before work begins.  The
 * end of a run is an update that matches run, attempt and state, in the
 * transaction of the observations: whoever was given up meanwhile matches
 * nothing and is rolled back.  A run whose holder is gone is settled like a
 * failure.
 *
 * The windows of a monitor are taken one at a time and oldest first: one that
 * waits for its next attempt holds back those after it, so alerts see windows
 * in order.  Monitors take turns.
 */
CREATE TABLE mlops.monitor_run (
    run_id bigint GENERATED ALWAYS AS IDENTITY,
    monitor_id bigint NOT NULL,
    window_lo timestamptz NOT NULL,
    window_hi timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    state text NOT NULL,
    attempt integer NOT NULL,
    crashes integer NOT NULL DEFAULT 0,
    owner_oid oid NOT NULL,
    owner_name name NOT NULL,
    holder_pid integer,
    holder_start timestamptz,
    claimed_at timestamptz NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    retry_at timestamptz,
    n_observations bigint,
    error_code text,
    error_message text,
    n_windows bigint NOT NULL DEFAULT 1,
    past_attempts integer NOT NULL DEFAULT 0,
    CONSTRAINT monitor_run_pkey PRIMARY KEY (run_id),
    CONSTRAINT monitor_run_window_key UNIQUE (monitor_id, window_lo),
    CONSTRAINT monitor_run_monitor_fkey FOREIGN KEY (monitor_id) REFERENCES mlops.monitor ON DELETE CASCADE,
    CONSTRAINT monitor_run_state_check CHECK (state IN ('started', 'waiting', 'succeeded', 'failed', 'missed')),
    CONSTRAINT monitor_run_attempt_check CHECK (attempt >= 1 OR state = 'missed'),
    CONSTRAINT monitor_run_retry_check CHECK (state <> 'waiting' OR retry_at IS NOT NULL)
);
COMMENT ON TABLE mlops.monitor_run IS
    'one row for each window of a monitor that was taken up: attempts, outcome, error';
COMMENT ON COLUMN mlops.monitor_run.window_lo IS 'start of the window, inclusive';
COMMENT ON COLUMN mlops.monitor_run.window_hi IS 'end of the window, exclusive';
COMMENT ON COLUMN mlops.monitor_run.due_at IS 'when the window was due';
COMMENT ON COLUMN mlops.monitor_run.state IS
    'started, waiting (for the next attempt), succeeded, failed (no attempt left) or missed (left out by misfire)';
COMMENT ON COLUMN mlops.monitor_run.attempt IS 'number of the latest attempt, from 1; 0 of missed windows';
COMMENT ON COLUMN mlops.monitor_run.crashes IS 'attempts whose process ended without recording an outcome';
COMMENT ON COLUMN mlops.monitor_run.owner_oid IS 'role that the latest attempt ran as';
COMMENT ON COLUMN mlops.monitor_run.owner_name IS 'name of that role';
COMMENT ON COLUMN mlops.monitor_run.holder_pid IS 'process that is responsible for a started run';
COMMENT ON COLUMN mlops.monitor_run.holder_start IS 'start of that process: together they are never given twice';
COMMENT ON COLUMN mlops.monitor_run.claimed_at IS 'the scheduler''s "now" when the latest attempt was claimed';
COMMENT ON COLUMN mlops.monitor_run.started_at IS 'when the latest attempt began';
COMMENT ON COLUMN mlops.monitor_run.finished_at IS 'when the latest attempt ended; NULL while it runs';
COMMENT ON COLUMN mlops.monitor_run.retry_at IS
    'when a waiting run is due again, or a failed one is tried once more by itself';
COMMENT ON COLUMN mlops.monitor_run.past_attempts IS
    'attempts up to the latest success, after which the window was taken up again because of its labels; 0 before';
COMMENT ON COLUMN mlops.monitor_run.n_windows IS 'windows that the row stands for: more than 1 only of missed ones';
COMMENT ON COLUMN mlops.monitor_run.n_observations IS 'observations that the successful attempt stored';
COMMENT ON COLUMN mlops.monitor_run.error_code IS 'SQLSTATE of the latest failure';
COMMENT ON COLUMN mlops.monitor_run.error_message IS 'message of the latest failure, its first 1000 characters';

CREATE INDEX monitor_run_end_idx ON mlops.monitor_run (monitor_id, window_hi);
COMMENT ON INDEX mlops.monitor_run_end_idx IS 'how far a monitor has come';
CREATE INDEX monitor_run_open_idx ON mlops.monitor_run (monitor_id, window_lo) WHERE state IN ('started', 'waiting');
COMMENT ON INDEX mlops.monitor_run_open_idx IS 'runs that are not at their end';
CREATE INDEX monitor_run_failed_idx ON mlops.monitor_run (monitor_id, window_lo) WHERE state = 'failed';
COMMENT ON INDEX mlops.monitor_run_failed_idx IS 'windows that were given up';
CREATE INDEX monitor_run_error_idx ON mlops.monitor_run (monitor_id, finished_at) WHERE error_code IS NOT NULL;
COMMENT ON INDEX mlops.monitor_run_error_idx IS 'the latest failure of a monitor';

CREATE TABLE mlops_internal.monitor_due (
    monitor_id bigint NOT NULL,
    next_due timestamptz,
    stale boolean NOT NULL DEFAULT false,
    served_at timestamptz,
    run_id bigint,
    pause_reason text,
    succeeded bigint NOT NULL DEFAULT 0,
    missed bigint NOT NULL DEFAULT 0,
    finished_at timestamptz,
    pruned_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    merged_upto timestamptz,
    CONSTRAINT monitor_due_pkey PRIMARY KEY (monitor_id),
    CONSTRAINT monitor_due_monitor_fkey FOREIGN KEY (monitor_id) REFERENCES mlops.monitor ON DELETE CASCADE
);
COMMENT ON TABLE mlops_internal.monitor_due IS 'the scheduler''s note on each monitor: when it is due next';
COMMENT ON COLUMN mlops_internal.monitor_due.next_due IS
    'when the next window, or the next attempt, is due; NULL = no window is left';
COMMENT ON COLUMN mlops_internal.monitor_due.stale IS
    'true when the definition changed and next_due must be computed again';
COMMENT ON COLUMN mlops_internal.monitor_due.served_at IS 'when a run was last claimed: the one longest ago is next';
COMMENT ON COLUMN mlops_internal.monitor_due.run_id IS 'the run that is going on; NULL when none is';
COMMENT ON COLUMN mlops_internal.monitor_due.pause_reason IS 'why the monitor was paused';
COMMENT ON COLUMN mlops_internal.monitor_due.succeeded IS
    'runs that succeeded, those that are not kept any more included';
COMMENT ON COLUMN mlops_internal.monitor_due.missed IS 'windows that the misfire policy left out';
COMMENT ON COLUMN mlops_internal.monitor_due.finished_at IS 'when a run last ended';
COMMENT ON COLUMN mlops_internal.monitor_due.pruned_at IS 'when all that was too old had been removed';
COMMENT ON COLUMN mlops_internal.monitor_due.merged_upto IS 'summaries of windows that start before it were merged';

CREATE INDEX monitor_due_turn_idx ON mlops_internal.monitor_due (served_at NULLS FIRST, next_due, monitor_id)
    WHERE run_id IS NULL;
COMMENT ON INDEX mlops_internal.monitor_due_turn_idx IS 'whose turn it is';
CREATE INDEX monitor_due_next_idx ON mlops_internal.monitor_due (next_due) WHERE run_id IS NULL;
COMMENT ON INDEX mlops_internal.monitor_due_next_idx IS 'which is due next';
CREATE INDEX monitor_due_unknown_idx ON mlops_internal.monitor_due (monitor_id)
    WHERE stale OR next_due IS NULL OR NOT isfinite(next_due);
COMMENT ON INDEX mlops_internal.monitor_due_unknown_idx IS 'notes to be looked at again';
CREATE INDEX monitor_due_run_idx ON mlops_internal.monitor_due (run_id) WHERE run_id IS NOT NULL;
COMMENT ON INDEX mlops_internal.monitor_due_run_idx IS 'runs that are going on';
CREATE INDEX monitor_due_prune_idx ON mlops_internal.monitor_due (pruned_at);
COMMENT ON INDEX mlops_internal.monitor_due_prune_idx IS 'whose old rows are removed next';

CREATE TABLE mlops_internal.scheduler_switch (
    only_row boolean NOT NULL DEFAULT true,
    database_oid oid NOT NULL,
    system_identifier bigint NOT NULL DEFAULT (pg_catalog.pg_control_system()).system_identifier,
    enabled_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    enabled_by name NOT NULL,
    CONSTRAINT scheduler_switch_pkey PRIMARY KEY (only_row),
    CONSTRAINT scheduler_switch_only_check CHECK (only_row)
);
COMMENT ON TABLE mlops_internal.scheduler_switch IS
    'holds a row when monitors run by themselves in this database; its row is not dumped';
COMMENT ON COLUMN mlops_internal.scheduler_switch.database_oid IS
    'the database in which it was switched on: a copy of the database is another one, and off';
COMMENT ON COLUMN mlops_internal.scheduler_switch.system_identifier IS
    'and the cluster: a logical subscriber is another one, and off';

SELECT pg_catalog.pg_extension_config_dump('mlops.monitor_run', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.monitor_run_run_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops_internal.monitor_due', '');
-- registered, so that nobody takes it for forgotten, but never dumped
SELECT pg_catalog.pg_extension_config_dump('mlops_internal.scheduler_switch', 'WHERE false');

GRANT SELECT ON mlops.monitor_run, mlops_internal.monitor_due, mlops_internal.scheduler_switch TO PUBLIC;
ALTER TABLE mlops.monitor_run ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops_internal.monitor_due ENABLE ROW LEVEL SECURITY;
CREATE POLICY monitor_run_owner ON mlops.monitor_run FOR SELECT
    USING (monitor_id IN (SELECT m.monitor_id FROM mlops.monitor AS m));
COMMENT ON POLICY monitor_run_owner ON mlops.monitor_run IS 'who sees the monitor sees the row';
CREATE POLICY monitor_due_owner ON mlops_internal.monitor_due FOR SELECT
    USING (monitor_id IN (SELECT m.monitor_id FROM mlops.monitor AS m));
COMMENT ON POLICY monitor_due_owner ON mlops_internal.monitor_due IS 'who sees the monitor sees the row';

CREATE TYPE mlops_internal.claimed_run AS (
    run_id bigint,
    attempt integer,
    monitor_id bigint,
    window_lo timestamptz,
    window_hi timestamptz,
    owner_oid oid
);
COMMENT ON TYPE mlops_internal.claimed_run IS
    'a window that was claimed for evaluation, with the attempt that must finish it';

/*
 * Wake the launcher when something changes that decides when a monitor runs, or
 * a notice waits to be sent.
 */
CREATE FUNCTION mlops_internal.wake_scheduler(notice boolean DEFAULT false) RETURNS void
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mlops_wake_scheduler';
REVOKE ALL ON FUNCTION mlops_internal.wake_scheduler(boolean) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.wake_scheduler(boolean) IS
    'have the scheduler look into this database when the transaction commits; from a run process only for a notice';

CREATE FUNCTION mlops_internal.notice_written() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.wake_scheduler(true);
        RETURN NULL;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.notice_written() FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.notice_written() IS
    'trigger that has the scheduler send a notice as soon as it is committed';

CREATE TRIGGER notice_written AFTER INSERT ON mlops_internal.outbox
    FOR EACH STATEMENT EXECUTE FUNCTION mlops_internal.notice_written();
COMMENT ON TRIGGER notice_written ON mlops_internal.outbox IS 'the scheduler sends notices';

CREATE FUNCTION mlops_internal.monitor_changed() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        -- a new monitor has no note yet; a restored one has, and it is right
        IF TG_OP = 'UPDATE' THEN
            UPDATE mlops_internal.monitor_due AS d SET stale = true WHERE d.monitor_id = NEW.monitor_id;
        END IF;
        PERFORM mlops_internal.wake_scheduler();
        RETURN NULL;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.monitor_changed() FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.monitor_changed() IS 'trigger that makes the scheduler look again at a monitor';

CREATE TRIGGER monitor_changed AFTER INSERT OR UPDATE ON mlops.monitor
    FOR EACH ROW EXECUTE FUNCTION mlops_internal.monitor_changed();
COMMENT ON TRIGGER monitor_changed ON mlops.monitor IS 'the scheduler must know of new and changed monitors';
