/*
 * A monitor follows the name that it was given: a load may build a table anew
 * and rename it into place.  A relation that only was renamed is followed, too,
 * as long as its old name is free.  What stands under the name runs as the
 * monitor's owner, so not everybody may put something there.
 */
CREATE FUNCTION mlops_internal.present_relation(relation regclass, name text, owner name, what text, monitor_owner oid)
    RETURNS regclass
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        found regclass := mlops_internal.relation_named(name);
        c record;
    BEGIN
        IF found IS NULL AND EXISTS (SELECT FROM pg_class WHERE oid = relation) THEN
            RETURN relation;
        ELSIF found IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_table',
                MESSAGE = format('relation %s of %s does not exist any more', name, what),
                HINT = 'Name another one by mlops.alter_monitor.';
        ELSIF found = relation THEN
            RETURN relation;
        END IF;
        SELECT r.rolname, x.relkind,
               r.rolsuper OR r.rolname = owner OR r.oid = n.nspowner
                   OR pg_has_role(monitor_owner, r.oid, 'MEMBER') AS trusted INTO c
        FROM pg_class AS x JOIN pg_namespace AS n ON n.oid = x.relnamespace JOIN pg_roles AS r ON r.oid = x.relowner
        WHERE x.oid = found;
        IF c.relkind NOT IN ('r', 'p', 'v', 'm', 'f') THEN
            RAISE EXCEPTION USING
                ERRCODE = 'wrong_object_type',
                MESSAGE = format('relation %s of %s is not a table or view any more', name, what),
                HINT = 'Name another one by mlops.alter_monitor.';
        ELSIF c.trusted IS NOT TRUE THEN
            RAISE EXCEPTION USING
                ERRCODE = 'insufficient_privilege',
                MESSAGE = format('relation %s of %s was replaced by one of role "%s"', name, what, c.rolname),
                DETAIL = format('The one before belonged to role "%s".', owner),
                HINT = 'If that is meant, name it again by mlops.alter_monitor.';
        END IF;
        RETURN found;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.present_relation(regclass, text, name, text, oid) IS
    'the relation that has the name now, else the one of old under its new name; raises 42P01 when both are gone, '
    '42501 when it came from a role other than the owner of before, of the schema, or one that the monitor''s owner is';

/*
 * A monitor is evaluated as its owner, who is no superuser, in a session from
 * which the owner's code cannot become one: SET ROLE would not do, because a view
 * may RESET it.
 */
CREATE FUNCTION mlops_internal.require_own_session(m mlops.monitor) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        me record;
    BEGIN
        SELECT r.oid, r.rolsuper INTO me FROM pg_roles AS r WHERE r.rolname = current_user;
        IF mlops_internal.present_owner(m.owner_oid, m.owner_name) IS DISTINCT FROM me.oid OR me.rolsuper THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                MESSAGE = format('monitor "%s" is evaluated as its owner only, a role without superuser rights',
                    m.name),
                HINT = 'Connect as the owner, or let the scheduler run it.';
        ELSIF mlops_internal.untrusted_session() THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                MESSAGE = format('monitor "%s" is not evaluated in a session of a superuser', m.name),
                DETAIL = 'Its relation may be a view with code of the owner, which could RESET ROLE.',
                HINT = 'Connect as the owner, or let the scheduler run it.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.require_own_session(mlops.monitor) IS
    'raise 42501 unless the current role is the monitor''s owner and no superuser logged in; called by mlops.evaluate '
    'and mlops.run_now';
