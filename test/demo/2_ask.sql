-- Whatever is asked about models, predictions and data is asked in SQL.
SET TimeZone = 'America/New_York';

\echo '--- which version is live where, and since when?'
SELECT endpoint, role, model, version, since, until, live, reason FROM mlops.deployed_version ORDER BY since;
\echo '--- versions with their stage and names, and how they came there'
SELECT version, stage, aliases, live_at, metrics ->> 'roc_auc' AS training_auc, git_commit FROM mlops.model_overview WHERE model = 'flight_delay' ORDER BY version;
SELECT v.version, c.from_stage, c.to_stage, c.reason, c.changed_by
  FROM mlops.stage_change AS c JOIN mlops.version AS v USING (version_id) ORDER BY c.stage_change_id;
\echo '--- which parameters and data made version 2?'
SELECT p.key AS parameter, p.value FROM mlops.model_overview AS m, jsonb_each(m.params) AS p WHERE m.model = 'flight_delay' AND m.version = 2;
SELECT a.name AS dataset, a.relation, a.properties ->> 'rows' AS rows, jsonb_array_length(a.properties -> 'columns') AS columns, a.digest
  FROM mlops.model_overview AS m JOIN mlops.edge AS e ON e.run_id = m.training_run AND e.direction = 'input' JOIN mlops.artifact AS a USING (artifact_id)
 WHERE m.model = 'flight_delay' AND m.version = 2;
\echo '--- what did the training data look like? (kept with the version; the rows are not read)'
SELECT p.column_name, p.column_type, d.min, d.max, round(d.mean::numeric, 2) AS mean, d.median, d.n_null, pg_size_pretty(pg_column_size(p.profile)::bigint) AS kept
  FROM mlops.training_profiles('flight_delay', 2) AS p, mlops.describe(p.profile) AS d
 WHERE p.column_name IN ('carrier', 'distance', 'temp', 'humid', 'visib', 'wind_speed');
\echo '--- where do these predictions come from? what depends on the training data?'
SELECT depth, node_kind, type, name FROM mlops.ancestors('flights.prediction'::regclass);
SELECT depth, node_kind, type, name FROM mlops.descendants('flights.training_set'::regclass);

\echo '--- from the live version to the features it was made of, and the commits that define them; which features does a live version use?'
SELECT n.depth, n.type, n.name, coalesce(a.properties ->> 'git_commit', r.git_commit) AS git_commit
  FROM mlops.ancestors('models:/flight_delay/' || mlops.live_version('departures-board')) AS n LEFT JOIN mlops.artifact AS a ON n.node_kind = 'artifact' AND a.artifact_id = n.node_id
       LEFT JOIN mlops.run AS r ON n.node_kind = 'run' AND r.run_id = n.node_id
 WHERE n.type IN ('training', 'training_set', 'feature_view', 'table') ORDER BY 1, 2, 3;
SELECT feature_view, version, string_agg(feature, ', ' ORDER BY feature) AS features, training_sets, model_versions FROM mlops.feature_use WHERE is_live GROUP BY 1, 2, 4, 5 ORDER BY 1;
\echo '--- what was known at departure: no feature is newer than its row, and the weather is what the models saw'
SELECT count(*) AS flights, count(*) FILTER (WHERE t.weather__at > t.departure_time OR t.airport_delay__at > t.departure_time) AS from_the_future, count(t.mean_delay) AS with_delay,
       count(*) FILTER (WHERE (t.temp, t.wind_speed, t.visib, t.precip, t.humid, t.pressure) IS DISTINCT FROM (p.temp, p.wind_speed, p.visib, p.precip, p.humid, p.pressure)) AS other_weather,
       round(mlops.roc_auc(t.delayed, t.late_share)::numeric, 3) AS auc_of_late_share_alone
  FROM flights.training_set AS t JOIN flights.prediction AS p USING (flight_id);

\echo '--- metrics by month (January to March: scores of folds that the model had not seen)'
SELECT to_char(departure_time, 'MM') AS month, count(*) AS flights,
       round(mlops.accuracy(delayed, predicted)::numeric, 3) AS accuracy, round(mlops.precision_score(delayed, predicted)::numeric, 3) AS precision,
       round(mlops.recall_score(delayed, predicted)::numeric, 3) AS recall, round(mlops.f1_score(delayed, predicted)::numeric, 3) AS f1,
       round(mlops.roc_auc(delayed, score)::numeric, 3) AS roc_auc, round(mlops.average_precision(delayed, score)::numeric, 3) AS ap,
       round(mlops.log_loss(delayed, score)::numeric, 3) AS log_loss, round(mlops.brier_score(delayed, score)::numeric, 3) AS brier,
       round(mlops.mae(arrival_delay, predicted_delay)::numeric, 1) AS mae, round(mlops.mse(arrival_delay, predicted_delay)::numeric) AS mse,
       round(mlops.rmse(arrival_delay, predicted_delay)::numeric, 1) AS rmse, round(mlops.r2_score(arrival_delay, predicted_delay)::numeric, 3) AS r2
  FROM flights.prediction GROUP BY 1 ORDER BY 1;
\echo '--- and by carrier'
SELECT carrier, count(*) AS flights,
       round(mlops.accuracy(delayed, predicted)::numeric, 3) AS accuracy, round(mlops.precision_score(delayed, predicted)::numeric, 3) AS precision,
       round(mlops.recall_score(delayed, predicted)::numeric, 3) AS recall, round(mlops.f1_score(delayed, predicted)::numeric, 3) AS f1,
       round(mlops.roc_auc(delayed, score)::numeric, 3) AS roc_auc, round(mlops.average_precision(delayed, score)::numeric, 3) AS ap,
       round(mlops.log_loss(delayed, score)::numeric, 3) AS log_loss, round(mlops.brier_score(delayed, score)::numeric, 3) AS brier,
       round(mlops.mae(arrival_delay, predicted_delay)::numeric, 1) AS mae, round(mlops.mse(arrival_delay, predicted_delay)::numeric) AS mse,
       round(mlops.rmse(arrival_delay, predicted_delay)::numeric, 1) AS rmse, round(mlops.r2_score(arrival_delay, predicted_delay)::numeric, 3) AS r2
  FROM flights.prediction GROUP BY 1 ORDER BY 2 DESC;
\echo '--- by month and carrier: where the ranking is worst, with at least 1,000 flights'
SELECT to_char(departure_time, 'MM') AS month, carrier, count(*) AS flights, round(avg(delayed::int), 3) AS late,
       round(mlops.roc_auc(delayed, score)::numeric, 3) AS roc_auc, round(mlops.f1_score(delayed, predicted)::numeric, 3) AS f1,
       round(mlops.brier_score(delayed, score)::numeric, 3) AS brier, round(mlops.rmse(arrival_delay, predicted_delay)::numeric, 1) AS rmse
  FROM flights.prediction GROUP BY 1, 2 HAVING count(*) >= 1000 ORDER BY mlops.roc_auc(delayed, score) LIMIT 6;

\echo '--- drift of April to December against January to March: numbers and the score'
WITH long AS (
    SELECT departure_time >= '2013-04-01' AS is_current, x.name, x.value
      FROM flights.prediction, LATERAL (VALUES ('temp', temp), ('wind_speed', wind_speed), ('visib', visib), ('humid', humid), ('distance', distance::float8), ('score', score)) AS x(name, value))
SELECT name, round(mlops.psi(value, is_current)::numeric, 4) AS psi, round(mlops.js_distance(value, is_current)::numeric, 4) AS js_distance,
       round(mlops.ks_statistic(value, is_current)::numeric, 4) AS ks, to_char((mlops.ks_test(value, is_current)).p_value, '9.9EEEE') AS ks_p_value
  FROM long GROUP BY name ORDER BY 2 DESC;
\echo '--- categories'
WITH long AS (
    SELECT departure_time >= '2013-04-01' AS is_current, x.name, x.value
      FROM flights.prediction, LATERAL (VALUES ('carrier', carrier), ('origin', origin), ('dest', dest)) AS x(name, value))
SELECT name, round(mlops.psi(value, is_current)::numeric, 4) AS psi, round(mlops.js_distance(value, is_current)::numeric, 4) AS js_distance,
       round((mlops.chi_square_test(value, is_current)).statistic) AS chi_square, to_char((mlops.chi_square_test(value, is_current)).p_value, '9.9EEEE') AS p_value,
       mlops.new_categories(mlops.categories(value, is_current)) AS new
  FROM long GROUP BY name ORDER BY 2 DESC;
\echo '--- the same without the rows of January to March: December against the profiles that were kept with version 2'
WITH december AS (
    SELECT mlops.profile(temp) AS temp, mlops.profile(humid) AS humid, mlops.profile(carrier) AS carrier
      FROM flights.prediction WHERE departure_time >= '2013-12-01')
SELECT t.column_name, round(mlops.psi(t.profile, now.profile)::numeric, 4) AS psi, round(mlops.js_distance(t.profile, now.profile)::numeric, 4) AS js_distance,
       round(mlops.ks_statistic(t.profile, now.profile)::numeric, 4) AS ks
  FROM mlops.training_profiles('flight_delay', 2) AS t, december,
       LATERAL (VALUES ('temp', temp), ('humid', humid), ('carrier', carrier)) AS now(name, profile) WHERE now.name = t.column_name ORDER BY 2 DESC;

\echo '--- descriptive statistics'
SELECT x.name, d.min, d.max, CASE WHEN x.name = 'departure_time' THEN to_timestamp(d.mean)::timestamptz(0)::text ELSE round(d.mean::numeric, 2)::text END AS mean,
       CASE WHEN x.name = 'departure_time' THEN to_timestamp(d.median)::timestamptz(0)::text ELSE round(d.median::numeric, 2)::text END AS median,
       CASE WHEN NOT d.is_exact THEN 'about ' ELSE '' END || round(d.n_distinct) AS "distinct", d.n_null AS nulls
  FROM (SELECT mlops.profile(temp) AS t, mlops.profile(humid) AS h, mlops.profile(distance) AS d, mlops.profile(score) AS s, mlops.profile(carrier) AS c, mlops.profile(departure_time) AS at FROM flights.prediction) AS p,
       LATERAL (VALUES ('temp', t), ('humid', h), ('distance', d), ('score', s), ('carrier', c), ('departure_time', at)) AS x(name, profile), LATERAL mlops.describe(x.profile) AS d;
\echo '--- correlation matrix (OpenBLAS)'
SELECT column_x AS correlation, max(r) FILTER (WHERE column_y = 'temp') AS temp, max(r) FILTER (WHERE column_y = 'humid') AS humid, max(r) FILTER (WHERE column_y = 'visib') AS visib,
       max(r) FILTER (WHERE column_y = 'wind_speed') AS wind_speed, max(r) FILTER (WHERE column_y = 'score') AS score, max(r) FILTER (WHERE column_y = 'arrival_delay') AS arrival_delay
  FROM (SELECT column_x, column_y, round(correlation::numeric, 3) AS r FROM mlops.correlation_matrix('flights.prediction', '{temp,humid,visib,wind_speed,score,arrival_delay}')) AS m
 GROUP BY 1 ORDER BY array_position('{temp,humid,visib,wind_speed,score,arrival_delay}', column_x);
