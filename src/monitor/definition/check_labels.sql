/*
 * Labels from another relation.  A definition with one has as label_column the name
 * of that relation's column: everywhere else the label is a column like others.
 */
CREATE FUNCTION mlops_internal.column_type(def mlops.monitor_version, relation regclass, column_name name) RETURNS oid
    LANGUAGE sql STABLE
    RETURN mlops_internal.column_type(CASE WHEN column_name = (def).label_column
        THEN coalesce((def).label_relation, relation) ELSE relation END, column_name);
COMMENT ON FUNCTION mlops_internal.column_type(mlops.monitor_version, regclass, name) IS
    'type of a column of the rows, or of the label, wherever it stands';

CREATE FUNCTION mlops_internal.check_labels(def mlops.monitor_version, owner_oid oid) RETURNS mlops.monitor_version
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        reason text;
        hint text;
        pair record;
    BEGIN
        IF array_position(def.row_key, NULL) IS NOT NULL OR array_position(def.label_key, NULL) IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed',
                MESSAGE = 'row_key and label_key must not contain NULL',
                HINT = 'Use ''{}'' for no row_key.';
        ELSIF def.label_relation IS NULL AND num_nonnulls(def.label_value, def.label_key, def.label_horizon) > 0 THEN
            reason := 'label_key, label_value and label_horizon need label_relation';
            hint := 'They name columns of the relation that holds the labels.';
        ELSIF def.label_relation IS NOT NULL AND (def.label_value IS NULL OR def.row_key = '{}'
            OR cardinality(def.label_key) IS DISTINCT FROM cardinality(def.row_key)) THEN
            reason := 'label_relation needs label_value, row_key and as many columns in label_key';
            hint := 'Rows get the label whose key is theirs.';
        ELSIF def.label_relation IS NOT NULL AND def.label_column IS NOT NULL THEN
            reason := 'label_relation and label_column exclude each other';
            hint := 'Labels come from one place.';
        ELSIF def.label_horizon IS NOT NULL AND def.label_time_column IS NULL THEN
            reason := 'label_horizon needs label_time_column';
            hint := 'It is counted from the time of the row to that of the label.';
        ELSIF def.label_value = ANY (def.features || ARRAY[def.prediction_column, def.score_column]) THEN
            reason := format('label_value "%s" has the name of another column that is followed', def.label_value);
            hint := 'Make a view of the labels in which it has another name.';
        END IF;
        IF reason IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = reason, HINT = hint;
        ELSIF def.label_relation IS NULL THEN
            RETURN def;
        END IF;
        PERFORM mlops_internal.check_relation(def.label_relation, array_remove(def.label_key || def.label_value
            || def.label_time_column, NULL), owner_oid, 'label_relation');
        PERFORM mlops_internal.check_relation(def.relation, def.row_key, owner_oid, 'relation');
        IF def.reference_relation IS NOT NULL THEN
            PERFORM mlops_internal.check_relation(def.reference_relation, def.row_key, owner_oid,
                'reference_relation');
        END IF;
        FOR pair IN
            SELECT k.row_column, k.label_column, mlops_internal.column_type(def.relation, k.row_column) AS row_type,
                   mlops_internal.column_type(def.label_relation, k.label_column) AS label_type
            FROM unnest(def.row_key, def.label_key) AS k(row_column, label_column)
        LOOP
            IF pair.row_type <> pair.label_type AND mlops_internal.column_kind(pair.row_type)
                IS DISTINCT FROM coalesce(mlops_internal.column_kind(pair.label_type), '') THEN
                RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch',
                    MESSAGE = format('row_key "%s" is of type %s, label_key "%s" of type %s', pair.row_column,
                        format_type(pair.row_type, NULL), pair.label_column, format_type(pair.label_type, NULL)),
                    HINT = 'Keys are compared as they are: a view can cast one of them.';
            END IF;
        END LOOP;
        SELECT mlops_internal.relation_name(c.oid), pg_get_userbyid(c.relowner) INTO def.label_relation_name,
            def.label_relation_owner
        FROM pg_class AS c WHERE c.oid = def.label_relation;
        def.label_column := def.label_value;
        RETURN def;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.check_labels(mlops.monitor_version, oid) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_labels(mlops.monitor_version, oid) IS
    'a definition whose label_column is that of label_relation, if it has one; raises when columns of keys and labels '
    'do not exist, are not readable by the owner or do not fit';
