/*
 * lineage: where code is.
 *
 * One repository is written in one way, https://HOST/OWNER/NAME, whatever address it
 * was cloned by.  What an address carries beyond that, users, passwords, tokens, is
 * never kept.
 */
CREATE FUNCTION mlops_internal.canonical_repo(repo text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        address text := btrim(repo);
        m text[];
    BEGIN
        IF repo IS NULL THEN
            RETURN NULL;
        ELSIF address ~ '[[:cntrl:]]' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'git_repo contains a control character',
                HINT = 'Write it as https://HOST/OWNER/NAME.';
        END IF;
        m := regexp_match(address, '^(?:([^/@:\s]+)@)?([A-Za-z0-9.-]+):(?!//)/*([^\s]+)$');
        IF m IS NOT NULL AND (m[1] IS NOT NULL OR m[2] ~ '\.') THEN
            address := format('ssh://%s/%s', m[2], m[3]);       -- as scp writes it
        END IF;
        m := regexp_match(address, '^(https?|ssh|git|git\+ssh|git\+https|ssh\+git)://'
            '(?:([^/@\s]*)@)?([^/@:\s]+)(:\d+)?/+([^\s?#]+)([?#].*)?$', 'i');
        IF m IS NULL THEN
            IF address ~ '://[^/]*@' THEN
                RAISE EXCEPTION USING
                    ERRCODE = 'invalid_parameter_value',
                    MESSAGE = 'git_repo is no address of a repository that can be kept without its credentials',
                    HINT = 'Write it as https://HOST/OWNER/NAME.';
            END IF;
            RETURN address;
        END IF;
        IF m[2] ~ ':' OR m[2] IS NOT NULL AND m[1] ~* '^(git\+)?https?$' OR m[6] IS NOT NULL THEN
            RAISE WARNING USING
                MESSAGE = format('credentials in the address of the repository at %s were not kept', lower(m[3])),
                HINT = 'They may be in the server''s log all the same: have them replaced, and leave them out.';
        END IF;
        RETURN format('%s://%s%s/%s', CASE WHEN lower(m[1]) = 'http' THEN 'http' ELSE 'https' END, lower(m[3]),
            CASE WHEN m[1] ~* 'https?$' THEN m[4] END,
            regexp_replace(regexp_replace(regexp_replace(m[5], '/+', '/', 'g'), '/$', ''), '\.git$', ''));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.canonical_repo(text) IS
    'the repository as https://HOST/OWNER/NAME, without credentials, of which a WARNING tells; what is no such address '
    'stays as it is';

CREATE FUNCTION mlops_internal.imported_repo(repo text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RETURN mlops_internal.canonical_repo(mlops_internal.without_credentials(repo));
    EXCEPTION WHEN invalid_parameter_value THEN
        RETURN NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.imported_repo(text) IS
    'the repository as mlops_internal.canonical_repo writes it; NULL for what that refuses';

/*
 * Links into the pages of hosts.
 */
CREATE TABLE mlops.host_pattern (
    host text NOT NULL,
    commit_url text,
    file_url text,
    CONSTRAINT host_pattern_pkey PRIMARY KEY (host)
);
COMMENT ON TABLE mlops.host_pattern IS
    'how hosts of repositories show commits and files, by mlops.set_host_pattern; before what mlops.git_link knows '
    'itself';
COMMENT ON COLUMN mlops.host_pattern.host IS 'name of the host, in lower case';
COMMENT ON COLUMN mlops.host_pattern.commit_url IS 'address of a commit, with {repo} and {c} for the commit';
COMMENT ON COLUMN mlops.host_pattern.file_url IS 'address of a file, with {repo}, {c} and {p} for its path';
SELECT pg_catalog.pg_extension_config_dump('mlops.host_pattern', '');
ALTER TABLE mlops.host_pattern ENABLE ROW LEVEL SECURITY;
CREATE POLICY host_pattern_read ON mlops.host_pattern FOR SELECT USING (true);
COMMENT ON POLICY host_pattern_read ON mlops.host_pattern IS 'all see them';
GRANT SELECT ON mlops.host_pattern TO PUBLIC;

CREATE FUNCTION mlops_internal.set_host_pattern(
    host text, commit_url text, file_url text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF pg_has_role(mlops_internal.caller_oid(caller),
            (SELECT x.extowner FROM pg_extension AS x WHERE x.extname = 'mlops'), 'USAGE') IS NOT TRUE THEN
            RAISE EXCEPTION USING
                ERRCODE = 'insufficient_privilege',
                MESSAGE = 'must be owner of extension mlops',
                HINT = 'Ask the role that installed the extension.';
        ELSIF host IS NULL OR host !~ '^[a-z0-9.-]+(:\d+)?$' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('host %s is not the name of a host', coalesce('"' || host || '"', 'NULL')),
                HINT = 'Write it in lower case, with a port if it has one: git.example.org:8443.';
        ELSIF commit_url !~ '^\{repo\}[^[:space:]"<>]*$' OR file_url !~ '^\{repo\}[^[:space:]"<>]*$' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'commit_url and file_url must begin with {repo}',
                HINT = 'Of a host of its own GitLab''s are "{repo}/-/commit/{c}" and "{repo}/-/blob/{c}/{p}".';
        END IF;
        INSERT INTO mlops.host_pattern AS h (host, commit_url, file_url)
            VALUES (set_host_pattern.host, set_host_pattern.commit_url, set_host_pattern.file_url)
            ON CONFLICT ON CONSTRAINT host_pattern_pkey DO UPDATE
                SET commit_url = EXCLUDED.commit_url, file_url = EXCLUDED.file_url;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.set_host_pattern IS 'mlops.set_host_pattern on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.set_host_pattern FROM PUBLIC;

CREATE FUNCTION mlops.set_host_pattern(host text, commit_url text, file_url text) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.set_host_pattern(host, commit_url, file_url, mlops_internal.caller());
COMMENT ON FUNCTION mlops.set_host_pattern IS
    'say how a host of Git repositories shows commits and files, for the links in views: addresses with repo, c (the '
    'commit) and p (a path) in braces; NULL for no link; only by the extension''s owner';
REVOKE ALL ON FUNCTION mlops.set_host_pattern FROM PUBLIC;

/* Not rows of the table: a subscriber, whose extension had brought them too, could not take them in. */
CREATE FUNCTION mlops_internal.known_hosts() RETURNS SETOF mlops.host_pattern
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 6 SET search_path = pg_catalog, pg_temp
    AS $$
        VALUES ('github.com', '{repo}/commit/{c}', '{repo}/blob/{c}/{p}'),
            ('gitlab.com', '{repo}/-/commit/{c}', '{repo}/-/blob/{c}/{p}'),
            ('bitbucket.org', '{repo}/commits/{c}', '{repo}/src/{c}/{p}'),
            ('gitea.com', '{repo}/commit/{c}', '{repo}/src/commit/{c}/{p}'),
            ('codeberg.org', '{repo}/commit/{c}', '{repo}/src/commit/{c}/{p}'),
            ('dev.azure.com', '{repo}/commit/{c}', '{repo}?path=/{p}&version=GC{c}')
    $$;
COMMENT ON FUNCTION mlops_internal.known_hosts() IS 'hosts of repositories that mlops.git_link knows by itself';

CREATE FUNCTION mlops_internal.url_path(path text) RETURNS text
    LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(string_agg(CASE WHEN c COLLATE "C" ~ '^[A-Za-z0-9._~/-]$' THEN c ELSE
            upper(regexp_replace(encode(convert_to(c, 'UTF8'), 'hex'), '(..)', '%\1', 'g')) END, '' ORDER BY n), '')
        FROM regexp_split_to_table(ltrim(path, '/'), '') WITH ORDINALITY AS t (c, n) WHERE c <> ''
    $$;
COMMENT ON FUNCTION mlops_internal.url_path(text) IS 'a path as part of an address: percent-encoded, slashes left';

CREATE FUNCTION mlops.git_link(git_repo text, git_commit text, git_path text DEFAULT NULL) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT replace(replace(replace(CASE WHEN git_path IS NULL THEN h.commit_url ELSE h.file_url END,
            '{p}', coalesce(mlops_internal.url_path(git_path), '')), '{c}', git_commit), '{repo}', git_repo)
        FROM (SELECT 1 AS place, o.* FROM mlops.host_pattern AS o
              UNION ALL SELECT 2, k.* FROM mlops_internal.known_hosts() AS k) AS h
        WHERE h.host = substring(git_repo FROM '^https://([^/[:space:]"<>]+)/[^[:space:]"<>]+$')
          AND git_commit ~ '^[0-9a-f]{7,64}$'
        ORDER BY h.place LIMIT 1
    $$;
COMMENT ON FUNCTION mlops.git_link(text, text, text) IS
    'address of the page of a commit, or of a file at that commit; NULL when the host is not known (set_host_pattern) '
    'or the repository has no https address';
