/*
 * access: hand over.  The last statements of the script give everything that
 * writes, and what is written, to the extension's owner role.  They go by the
 * catalog, so they are complete; sql/contract.sql holds it.
 *
 * Functions that run with their caller's rights stay with the role that installs:
 * whoever owns such a function could make it do what its caller may do.  The owner
 * role may call those that are closed to PUBLIC.
 */
DO $$
    DECLARE
        command text;
    BEGIN
        FOR command IN
            SELECT CASE WHEN c.oid IS NOT NULL THEN pg_catalog.format('ALTER TABLE %s OWNER TO mlops_owner',
                c.oid::pg_catalog.regclass)
                        WHEN p.prosecdef THEN pg_catalog.format('ALTER ROUTINE %s OWNER TO mlops_owner',
                            p.oid::pg_catalog.regprocedure)
                        ELSE pg_catalog.format('GRANT EXECUTE ON ROUTINE %s TO mlops_owner',
                            p.oid::pg_catalog.regprocedure) END
            FROM pg_catalog.pg_depend AS d
                JOIN pg_catalog.pg_extension AS x ON x.oid OPERATOR(pg_catalog.=) d.refobjid
                    AND x.extname OPERATOR(pg_catalog.=) 'mlops'::pg_catalog.name
                LEFT JOIN pg_catalog.pg_class AS c ON d.classid OPERATOR(
                    pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
                    AND c.oid OPERATOR(pg_catalog.=) d.objid AND c.relkind OPERATOR(pg_catalog.=) 'r'::pg_catalog."char"
                LEFT JOIN pg_catalog.pg_proc AS p ON d.classid OPERATOR(
                    pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass
                    AND p.oid OPERATOR(pg_catalog.=) d.objid
            WHERE d.deptype OPERATOR(pg_catalog.=) 'e'::pg_catalog."char"
              AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass
              AND (c.oid IS NOT NULL OR p.prosecdef OR NOT EXISTS (
                       SELECT FROM pg_catalog.aclexplode(p.proacl) AS a
                       WHERE a.grantee OPERATOR(pg_catalog.=) 0::pg_catalog.oid) AND p.proacl IS NOT NULL)
            ORDER BY c.oid, p.oid
        LOOP
            EXECUTE command;
        END LOOP;
    END
$$;
