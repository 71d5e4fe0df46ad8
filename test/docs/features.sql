-- whoever reads the page is no superuser: a monitor belongs to a role that may log in
CREATE ROLE docs_features LOGIN;
SELECT mlops.grant_use('docs_features');
SELECT format('GRANT CREATE ON DATABASE %I TO docs_features', current_database()) \gexec
\c - docs_features
