/*
 * access: limits, see limits.c.
 */
CREATE FUNCTION mlops_internal.check_size() RETURNS trigger
    LANGUAGE C VOLATILE AS 'MODULE_PATHNAME', 'mlops_check_size';
REVOKE ALL ON FUNCTION mlops_internal.check_size() FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_size() IS 'trigger that refuses rows above mlops.max_object_size (54000)';

DO $$
    DECLARE
        relation text;
    BEGIN
        FOREACH relation IN ARRAY '{run,artifact,param,model,version,feature_view,
                                    feature_view_version,training_set,stage_change,endpoint,deployment,monitor_version,
                                    alert_event,route,gate,approval,gate_result,model_change}'::pg_catalog.text[] LOOP
            EXECUTE pg_catalog.format('CREATE TRIGGER check_size BEFORE INSERT OR UPDATE ON mlops.%I FOR EACH ROW '
                'EXECUTE FUNCTION mlops_internal.check_size()', relation);
            EXECUTE pg_catalog.format('COMMENT ON TRIGGER check_size ON mlops.%I IS ''what users say has a limit''',
                relation);
        END LOOP;
    END
$$;
