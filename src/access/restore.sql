/*
 * Foreign keys and restores.
 *
 * pg_dump knows that the tables of an extension refer to each other and writes
 * their rows in an order that fits, but the archive does not keep why: several
 * processes of pg_restore -j load the largest table first, and each COPY that
 * comes before the rows it refers to would fail.  So the half of each foreign
 * key that looks at inserted rows is switched off.  What inserts rows are this
 * extension's own functions, nobody else may; they find, and lock, the row that
 * they refer to.  The other half stays on: deleting a row deletes or keeps what
 * refers to it as its constraint says.
 */
DO $$
    DECLARE
        t record;
    BEGIN
        FOR t IN SELECT g.tgrelid::pg_catalog.regclass AS relation, g.tgname
                 FROM pg_catalog.pg_trigger AS g
                     JOIN pg_catalog.pg_constraint AS c ON c.oid OPERATOR(pg_catalog.=) g.tgconstraint
                 WHERE g.tgfoid IN ('pg_catalog."RI_FKey_check_ins"'::pg_catalog.regproc,
                                    'pg_catalog."RI_FKey_check_upd"'::pg_catalog.regproc)
                   AND c.connamespace OPERATOR(pg_catalog.=) ANY ('{mlops,mlops_internal}'::pg_catalog.regnamespace[])
        LOOP
            EXECUTE pg_catalog.format('ALTER TABLE %s DISABLE TRIGGER %I', t.relation, t.tgname);
        END LOOP;
    END
$$;
