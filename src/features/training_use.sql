/*
 * features: who uses them.
 *
 * A version of a model uses the features of the training sets that its training run
 * has logged, as they were.
 */
CREATE VIEW mlops.feature_use WITH (security_invoker = true) AS
    SELECT v.name AS feature_view, d.version, f.name AS feature, v.role, d.version = v.last_version AS is_present,
           (SELECT count(*) FROM mlops.training_set_view AS u
            WHERE u.feature_view_version_id = d.feature_view_version_id AND f.name = ANY (u.features))
               AS n_training_sets,
           ARRAY(SELECT t.name FROM mlops.training_set_view AS u JOIN mlops.training_set AS t USING (training_set_id)
                 WHERE u.feature_view_version_id = d.feature_view_version_id AND f.name = ANY (u.features)
                 ORDER BY t.training_set_id) AS training_sets,
           ARRAY(SELECT format('%s %s', m.name, mv.version) FROM mlops.model AS m
                     JOIN mlops.version AS mv USING (model_id)
                 WHERE mv.run_id IN (
                     SELECT e.run_id FROM mlops.training_set_view AS u
                         JOIN mlops.training_set AS t USING (training_set_id)
                         JOIN mlops.artifact AS a ON a.place = t.relation AND a.digest = t.fingerprint
                         JOIN mlops.edge AS e ON e.artifact_id = a.artifact_id AND e.direction = 'input'
                     WHERE u.feature_view_version_id = d.feature_view_version_id AND f.name = ANY (u.features))
                 ORDER BY m.name, mv.version) AS model_versions,
           EXISTS (SELECT FROM mlops.version AS mv
                   WHERE mv.stage = 'deployed' AND mv.run_id IN (
                     SELECT e.run_id FROM mlops.training_set_view AS u
                         JOIN mlops.training_set AS t USING (training_set_id)
                         JOIN mlops.artifact AS a ON a.place = t.relation AND a.digest = t.fingerprint
                         JOIN mlops.edge AS e ON e.artifact_id = a.artifact_id AND e.direction = 'input'
                     WHERE u.feature_view_version_id = d.feature_view_version_id AND f.name = ANY (u.features)))
               AS is_live,
           EXISTS (SELECT FROM mlops.feature_online AS o
                   WHERE o.feature_view_version_id = d.feature_view_version_id) AS is_online,
           ARRAY(SELECT format('%s.%I', t.key, c.name)
                 FROM jsonb_each(d.columns_read -> f.name::text) AS t, jsonb_array_elements_text(t.value) AS c (name)
                 ORDER BY 1) AS columns
    FROM mlops.feature_view AS v JOIN mlops.feature_view_version AS d USING (feature_view_id)
        CROSS JOIN unnest(d.features) AS f (name);
COMMENT ON VIEW mlops.feature_use IS
    'the features of all versions of feature views, and which training sets and versions of models were made of them';
COMMENT ON COLUMN mlops.feature_use.feature_view IS 'the view that defines it';
COMMENT ON COLUMN mlops.feature_use.version IS 'version of the view';
COMMENT ON COLUMN mlops.feature_use.feature IS 'the feature';
COMMENT ON COLUMN mlops.feature_use.role IS 'feature or label';
COMMENT ON COLUMN mlops.feature_use.is_present IS 'is it the present version of the view?';
COMMENT ON COLUMN mlops.feature_use.n_training_sets IS 'number of training sets it is in; 0: nobody uses it';
COMMENT ON COLUMN mlops.feature_use.training_sets IS 'their names';
COMMENT ON COLUMN mlops.feature_use.model_versions IS 'models and versions whose training run read one of these';
COMMENT ON COLUMN mlops.feature_use.is_live IS 'is one of these deployed?';
COMMENT ON COLUMN mlops.feature_use.is_online IS 'is the version materialized for predictions?';
COMMENT ON COLUMN mlops.feature_use.columns IS
    'columns of tables that it comes from, or that find its rows, as SCHEMA.TABLE.COLUMN; of when the version was made';
GRANT SELECT ON mlops.feature_use TO PUBLIC;
