\echo '--- which version is live where, and since when?'
SELECT endpoint, role, model, version, since IS NOT NULL AS since_known, live FROM mlops.deployed_version ORDER BY since;
\echo '--- which parameters and data made it?'
SELECT version, stage, aliases, jsonb_pretty(params) AS params, metrics ->> 'roc_auc' AS roc_auc, git_commit FROM mlops.model_overview WHERE version = 2;
\echo '--- where do these predictions come from? what depends on the training data?'
SELECT depth, node_kind, type, name FROM mlops.ancestors('flights.prediction'::regclass);
SELECT depth, node_kind, type, name FROM mlops.descendants('flights.training'::regclass);
\echo '--- metrics by month'
SELECT to_char(departure_time AT TIME ZONE 'America/New_York', 'MM') AS month, count(*) AS flights,
       round(mlops.accuracy(delayed, predicted)::numeric, 3) AS accuracy, round(mlops.precision_score(delayed, predicted)::numeric, 3) AS precision,
       round(mlops.recall_score(delayed, predicted)::numeric, 3) AS recall, round(mlops.f1_score(delayed, predicted)::numeric, 3) AS f1,
       round(mlops.roc_auc(delayed, score)::numeric, 3) AS roc_auc, round(mlops.average_precision(delayed, score)::numeric, 3) AS ap,
       round(mlops.log_loss(delayed, score)::numeric, 3) AS log_loss, round(mlops.brier_score(delayed, score)::numeric, 3) AS brier,
       round(mlops.mae(arrival_delay, predicted_delay)::numeric, 1) AS mae, round(mlops.mse(arrival_delay, predicted_delay)::numeric) AS mse,
       round(mlops.rmse(arrival_delay, predicted_delay)::numeric, 1) AS rmse, round(mlops.r2_score(arrival_delay, predicted_delay)::numeric, 3) AS r2
  FROM flights.prediction GROUP BY 1 ORDER BY 1;
\echo '--- and by carrier'
SELECT carrier, count(*) AS flights, round(mlops.roc_auc(delayed, score)::numeric, 3) AS roc_auc, round(mlops.f1_score(delayed, predicted)::numeric, 3) AS f1,
       round(mlops.rmse(arrival_delay, predicted_delay)::numeric, 1) AS rmse
  FROM flights.prediction GROUP BY 1 ORDER BY 2 DESC LIMIT 6;
\echo '--- drift of April to December against January to March'
WITH long AS (
    SELECT departure_time >= '2013-04-01 America/New_York' AS is_current, x.name, x.value
      FROM flights.prediction, LATERAL (VALUES ('temp', temp), ('wind_speed', wind_speed), ('visib', visib), ('humid', humid), ('distance', distance::float8), ('score', score)) AS x(name, value))
SELECT name, round(mlops.psi(value, is_current)::numeric, 4) AS psi, round(mlops.js_distance(value, is_current)::numeric, 4) AS js_distance,
       round(mlops.ks_statistic(value, is_current)::numeric, 4) AS ks, mlops.ks_pvalue(value, is_current)::numeric(6, 4) AS p_value
  FROM long GROUP BY name ORDER BY 2 DESC;
WITH long AS (
    SELECT departure_time >= '2013-04-01 America/New_York' AS is_current, x.name, x.value
      FROM flights.prediction, LATERAL (VALUES ('carrier', carrier), ('origin', origin), ('dest', dest)) AS x(name, value))
SELECT name, round(mlops.psi(value, is_current)::numeric, 4) AS psi, round(mlops.js_distance(value, is_current)::numeric, 4) AS js_distance,
       (mlops.chi_square_test(value, is_current)).p_value::numeric(6, 4) AS chi_square_p
  FROM long GROUP BY name ORDER BY 2 DESC;
\echo '--- descriptive statistics, and correlation (OpenBLAS)'
SELECT x.name, d.min, d.max, round(d.mean::numeric, 2) AS mean, round(d.median::numeric, 2) AS median, d.n_distinct, d.n_null
  FROM (SELECT mlops.profile(temp) AS t, mlops.profile(humid) AS h, mlops.profile(distance) AS d, mlops.profile(score) AS s, mlops.profile(carrier) AS c, mlops.profile(departure_time) AS at FROM flights.prediction) AS p,
       LATERAL (VALUES ('temp', t), ('humid', h), ('distance', d), ('score', s), ('carrier', c), ('departure_time', at)) AS x(name, profile), LATERAL mlops.describe(x.profile) AS d;
SELECT column_x, column_y, round(correlation::numeric, 3) AS correlation, n
  FROM mlops.correlation_matrix('flights.prediction', '{temp,humid,visib,wind_speed,score}') WHERE column_x < column_y ORDER BY abs(correlation) DESC LIMIT 5;
