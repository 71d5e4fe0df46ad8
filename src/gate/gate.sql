/*
 * gate: what must be true before a version moves.
 *
 * A gate is a rule on a transition of a model's versions.  It is judged in the
 * transaction of the move, after the locks: model, endpoint, versions by id, gates.
 * Whatever is evidence, a gate, an approval, an evaluation, takes the model's lock
 * too, which writes the row: all of these wait for each other, and a move whose
 * snapshot is older than the evidence fails with 40001.
 *
 * Everything here reads with the rights of whoever asks.  In the move that is the
 * role that keeps the books for all; in check_gate and in the view gate_violation
 * it is the reader.
 */
CREATE TABLE mlops.gate (
    gate_id bigint GENERATED ALWAYS AS IDENTITY,
    model_id bigint NOT NULL,
    name text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    transition text NOT NULL,
    rule jsonb NOT NULL,
    override_role name,
    enabled boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    created_by name NOT NULL,
    dropped_at timestamptz,
    dropped_by name,
    CONSTRAINT gate_pkey PRIMARY KEY (gate_id),
    CONSTRAINT gate_model_fkey FOREIGN KEY (model_id) REFERENCES mlops.model ON DELETE CASCADE
);
CREATE UNIQUE INDEX gate_name_key ON mlops.gate (model_id, name) WHERE dropped_at IS NULL;
COMMENT ON TABLE mlops.gate IS 'rules that versions of a model must fulfil before they move';
COMMENT ON COLUMN mlops.gate.name IS 'one of its kind among the gates of the model that are not dropped';
COMMENT ON COLUMN mlops.gate.version IS 'number of the present definition, see mlops.gate_version';
COMMENT ON COLUMN mlops.gate.transition IS
    'which moves: FROM>TO (stages), deploy:ROLE, alias:NAME; FROM, ROLE and NAME may be *';
COMMENT ON COLUMN mlops.gate.rule IS 'what must be true, see docs/reference/gates.md';
COMMENT ON COLUMN mlops.gate.override_role IS 'role whose members may overrule it with a reason; NULL = nobody may';
COMMENT ON COLUMN mlops.gate.enabled IS 'false = it is not asked';
COMMENT ON COLUMN mlops.gate.dropped_at IS 'when it was dropped; NULL = it is there';

CREATE TABLE mlops.gate_version (
    gate_id bigint NOT NULL,
    version integer NOT NULL,
    transition text NOT NULL,
    rule jsonb NOT NULL,
    override_role name,
    enabled boolean NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    changed_by name NOT NULL,
    CONSTRAINT gate_version_pkey PRIMARY KEY (gate_id, version),
    CONSTRAINT gate_version_gate_fkey FOREIGN KEY (gate_id) REFERENCES mlops.gate ON DELETE CASCADE
);
COMMENT ON TABLE mlops.gate_version IS 'every definition that a gate has had; rows are only added';

CREATE TABLE mlops.approval (
    approval_id bigint GENERATED ALWAYS AS IDENTITY,
    version_id bigint NOT NULL,
    transition text NOT NULL,
    endpoint_id bigint,
    comment text NOT NULL,
    evidence_digest bytea NOT NULL,
    approved_by name NOT NULL,
    session_name name NOT NULL,
    approved_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    valid_until timestamptz,
    revoked_at timestamptz,
    revoked_by name,
    CONSTRAINT approval_pkey PRIMARY KEY (approval_id),
    CONSTRAINT approval_version_fkey FOREIGN KEY (version_id) REFERENCES mlops.version ON DELETE CASCADE,
    CONSTRAINT approval_endpoint_fkey FOREIGN KEY (endpoint_id) REFERENCES mlops.endpoint ON DELETE CASCADE
);
CREATE INDEX approval_endpoint_idx ON mlops.approval (endpoint_id) WHERE endpoint_id IS NOT NULL;
CREATE INDEX approval_version_idx ON mlops.approval (version_id, transition);
COMMENT ON TABLE mlops.approval IS 'who said that a version may move, on what evidence';
COMMENT ON COLUMN mlops.approval.transition IS 'the move that was approved: FROM>TO, deploy:ROLE or alias:NAME';
COMMENT ON COLUMN mlops.approval.endpoint_id IS 'endpoint that was meant; NULL = wherever the evidence is the same';
COMMENT ON COLUMN mlops.approval.evidence_digest IS
    'SHA-256 of gates, evaluations and compared versions of then: with others of them it is stale and does not count';
COMMENT ON COLUMN mlops.approval.approved_by IS 'role that approved';
COMMENT ON COLUMN mlops.approval.session_name IS 'role that had logged in';
COMMENT ON COLUMN mlops.approval.valid_until IS 'when it ends by itself; NULL = never';
COMMENT ON COLUMN mlops.approval.revoked_at IS 'when it was taken back; NULL = it was not';

CREATE TABLE mlops.gate_result (
    gate_result_id bigint GENERATED ALWAYS AS IDENTITY,
    version_id bigint NOT NULL,
    transition text NOT NULL,
    endpoint_id bigint,
    gate_id bigint NOT NULL,
    gate_version integer NOT NULL,
    rule jsonb NOT NULL,
    outcome text NOT NULL,
    leaves jsonb NOT NULL,
    evidence_digest bytea,
    asked_by name NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    moved boolean,
    override_reason text,
    CONSTRAINT gate_result_pkey PRIMARY KEY (gate_result_id),
    CONSTRAINT gate_result_outcome_check CHECK (outcome IN ('pass', 'fail', 'missing', 'exempt')),
    CONSTRAINT gate_result_version_fkey FOREIGN KEY (version_id) REFERENCES mlops.version ON DELETE CASCADE,
    CONSTRAINT gate_result_endpoint_fkey FOREIGN KEY (endpoint_id) REFERENCES mlops.endpoint ON DELETE SET NULL,
    CONSTRAINT gate_result_gate_fkey FOREIGN KEY (gate_id) REFERENCES mlops.gate ON DELETE CASCADE
);
CREATE INDEX gate_result_version_idx ON mlops.gate_result (version_id, gate_result_id);
CREATE INDEX gate_result_gate_idx ON mlops.gate_result (gate_id);
CREATE INDEX gate_result_endpoint_idx ON mlops.gate_result (endpoint_id) WHERE endpoint_id IS NOT NULL;
COMMENT ON TABLE mlops.gate_result IS
    'what a gate said when a version was to move: one row for each gate and move, also for moves that mlops.promote '
    'was refused; rows are only added';
COMMENT ON COLUMN mlops.gate_result.transition IS 'the move: FROM>TO, deploy:ROLE, alias:NAME or rollback:ROLE';
COMMENT ON COLUMN mlops.gate_result.outcome IS
    'pass, fail, missing (no evidence, which counts as fail), or exempt: a way back, which the gate does not bar';
COMMENT ON COLUMN mlops.gate_result.leaves IS
    'a list with path, leaf, outcome, observed, needed and reason of each condition';
COMMENT ON COLUMN mlops.gate_result.evidence_digest IS 'what approvals were compared with';
COMMENT ON COLUMN mlops.gate_result.asked_at IS 'when the move was asked for: the same for all gates of one move';
COMMENT ON COLUMN mlops.gate_result.moved IS 'whether the version moved';
COMMENT ON COLUMN mlops.gate_result.override_reason IS 'why the gate was overruled; NULL = it was not';

SELECT pg_catalog.pg_extension_config_dump('mlops.gate', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.gate_gate_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.gate_version', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.approval', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.approval_approval_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.gate_result', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.gate_result_gate_result_id_seq', '');

ALTER TABLE mlops.gate ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.gate_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.approval ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.gate_result ENABLE ROW LEVEL SECURITY;
CREATE POLICY gate_read ON mlops.gate FOR SELECT
    USING (model_id IN (SELECT m.model_id FROM mlops.model AS m));
COMMENT ON POLICY gate_read ON mlops.gate IS 'who sees the model sees the row';
CREATE POLICY gate_version_read ON mlops.gate_version FOR SELECT
    USING (gate_id IN (SELECT g.gate_id FROM mlops.gate AS g));
COMMENT ON POLICY gate_version_read ON mlops.gate_version IS 'who sees the model sees the row';
CREATE POLICY approval_read ON mlops.approval FOR SELECT
    USING (EXISTS (SELECT FROM mlops.version AS v WHERE v.version_id = approval.version_id));
COMMENT ON POLICY approval_read ON mlops.approval IS 'who sees the model sees the row';
CREATE POLICY gate_result_read ON mlops.gate_result FOR SELECT
    USING (EXISTS (SELECT FROM mlops.version AS v WHERE v.version_id = gate_result.version_id));
COMMENT ON POLICY gate_result_read ON mlops.gate_result IS 'who sees the model sees the row';
GRANT SELECT ON mlops.gate, mlops.gate_version, mlops.approval, mlops.gate_result TO PUBLIC;

/* An evaluation is evidence from its end on. */
CREATE FUNCTION mlops_internal.evaluation_ended() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.lock_model(x.model_id)
            FROM (SELECT DISTINCT v.model_id FROM mlops.edge AS e JOIN mlops.version AS v USING (artifact_id)
                  WHERE e.run_id = new.run_id AND e.direction = 'input' ORDER BY v.model_id) AS x;
        RETURN NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.evaluation_ended() IS 'trigger: models whose versions a finished run evaluated';
REVOKE ALL ON FUNCTION mlops_internal.evaluation_ended() FROM PUBLIC;
CREATE TRIGGER evaluation_ended AFTER UPDATE OF status ON mlops.run
    FOR EACH ROW WHEN (new.kind = 'evaluation' AND (new.status = 'finished') <> (old.status = 'finished'))
    EXECUTE FUNCTION mlops_internal.evaluation_ended();
COMMENT ON TRIGGER evaluation_ended ON mlops.run IS 'a finished evaluation is evidence for gates';

/*
 * One move that is asked for, and what a condition says of it.
 */
CREATE TYPE mlops_internal.gate_case AS (
    version_id bigint,
    version integer,
    model_id bigint,
    model text,
    task text,
    owner_oid oid,
    owner_name name,
    transition text,
    endpoint_id bigint,
    requester name,
    requester_session name,
    evidence_digest bytea,
    live boolean
);
COMMENT ON TYPE mlops_internal.gate_case IS
    'a version and where it is to go, who asks, on what evidence; live = it is there already';

CREATE TYPE mlops_internal.gate_leaf AS (
    path text,
    leaf text,
    outcome text,
    observed text,
    needed text,
    reason text,
    hint text
);
COMMENT ON TYPE mlops_internal.gate_leaf IS 'what a condition of a rule found, in words';
