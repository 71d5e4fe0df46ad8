-- mlops.help: topics, what is in them, words, examples
\set VERBOSITY terse
SET client_min_messages = warning;
SELECT topic, kind, name, call, meaning FROM mlops.help();
-- views before functions before tables, each with how it is called
SELECT * FROM mlops.help('alert');
SELECT kind, name FROM mlops.help('views');
SELECT kind, name, example FROM mlops.help('registry') WHERE name IN ('model_overview', 'deploy', 'deployed_at', 'model');
-- of a name in several topics, each shows its own
SELECT h.topic, h.kind, h.call, h.example FROM mlops.help() AS t, mlops.help(t.topic) AS h
    WHERE h.name IN ('f1_score', 'roc_curve', 'cusum', 'run_due', 'rmse') ORDER BY h.name, h.topic;
-- a word
SELECT topic, kind, name, call FROM mlops.help('Kolmogorov');
SELECT topic, kind, name, call FROM mlops.help('epps_singleton_test') LIMIT 1;
SELECT * FROM mlops.help('no such thing');
-- everybody may ask, whatever the search path
CREATE ROLE regress_help;
SET ROLE regress_help;
SET search_path = '';
SELECT count(*) > 5 AS found FROM mlops.help('monitor');
RESET ROLE;
RESET search_path;
DROP ROLE regress_help;

-- no topic is empty, nothing is without comment, call and example
SELECT t.topic FROM mlops.help() AS t WHERE NOT EXISTS (SELECT FROM mlops_internal.help_index(t.topic));
SELECT * FROM mlops_internal.help_index() WHERE num_nulls(place, topic, kind, name, call, comment, example) > 0;

-- each example is a statement, over a table of numbers, of texts or of booleans and arrays; CALL has no plan
CREATE SCHEMA help_of_numbers
    CREATE TABLE my_table (label integer, predicted integer, value float8);
CREATE SCHEMA help_of_texts
    CREATE TABLE my_table (label text, predicted text, value text);
CREATE SCHEMA help_of_arrays
    CREATE TABLE my_table (label boolean, predicted boolean, value real[]);
DO $$
DECLARE
    home text;
BEGIN
    FOREACH home IN ARRAY '{help_of_numbers,help_of_texts,help_of_arrays}'::text[] LOOP
        EXECUTE format('ALTER TABLE %I.my_table ADD at timestamptz, ADD x integer, ADD y integer, ADD query text, ADD summary mlops.summary,
            ADD group_name text, ADD score float8, ADD score_a float8, ADD score_b float8, ADD prob float8, ADD probability float8,
            ADD weight float8, ADD actual float8, ADD predicted_a integer, ADD predicted_b integer, ADD correct_a boolean,
            ADD correct_b boolean, ADD predicted_loss float8, ADD loss float8, ADD relevance float8, ADD label_index integer,
            ADD probs float8[], ADD flag boolean, ADD is_current boolean, ADD values float8[], ADD features float8[],
            ADD profile mlops.profile, ADD confusion mlops.confusion, ADD counts mlops.class_confusion,
            ADD groups mlops.group_confusion, ADD scores mlops.scores, ADD errors mlops.errors,
            ADD calibration mlops.calibration, ADD list mlops.ranked_list,
            ADD losses mlops.loss_means, ADD cbpe mlops.cbpe, ADD categories mlops.categories, ADD comoments mlops.comoments,
            ADD pca mlops.pca, ADD profiles mlops.column_profile[], ADD chunks mlops.profile[], ADD bins jsonb, ADD bin_scores mlops.bin_scores, ADD reference mlops.vector_profile[],
            ADD current mlops.vector_profile[]', home);
    END LOOP;
END $$;
CREATE FUNCTION pg_temp.refusal(example text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    home text;
    reason text;
BEGIN
    FOREACH home IN ARRAY '{help_of_numbers,help_of_texts,help_of_arrays}'::text[] LOOP
        BEGIN
            PERFORM set_config('search_path', home, true);
            EXECUTE 'EXPLAIN ' || example;
            RETURN NULL;
        EXCEPTION WHEN others THEN
            reason := coalesce(reason, SQLERRM);
        END;
    END LOOP;
    RETURN reason;
END $$;
CREATE ROLE ml_team;
SELECT e.topic, e.name, e.example, r.refusal
    FROM (SELECT topic, name, example FROM mlops_internal.help_index()
          UNION ALL SELECT topic, name, example FROM mlops.help()) AS e, pg_temp.refusal(e.example) AS r (refusal)
    WHERE e.example NOT LIKE 'CALL %' AND r.refusal IS NOT NULL ORDER BY 1, 2;
DROP ROLE ml_team;
DROP SCHEMA help_of_numbers, help_of_texts, help_of_arrays CASCADE;
