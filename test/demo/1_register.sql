-- 1. What is the model, which data and parameters made it, where does it run?
SELECT mlops.create_model('flight_delay', 'binary', 'arrives more than 15 minutes late', tags => '{"team": "operations"}');

-- the training run reads the training set: schema, number of rows, fingerprint and a profile of each column are kept (the models of the
-- archive leave the delays of the airport aside: they are for the next version)
SELECT mlops.start_run('training', 'logistic regression', :'params_v1', git_repo => 'https://example.org/flights.git',
                       git_commit => '3f1c2ab', git_path => 'test/data/train_flights.py') AS run \gset
SELECT mlops.log_dataset(:run, 'flights.training_set') AS training_data \gset
SELECT mlops.log_metrics(:run, :'metrics_v1');
SELECT mlops.finish_run(:run);
SELECT mlops.register_version('flight_delay', :run, description => 'baseline') AS version \gset
SELECT mlops.set_stage('flight_delay', 1, 'staged', 'calibrated, beats the rule of thumb');

SELECT mlops.start_run('training', 'gradient boosting', :'params_v2', git_repo => 'https://example.org/flights.git',
                       git_commit => '9d04be1', git_path => 'test/data/train_flights.py') AS run \gset
SELECT mlops.log_dataset(:run, 'flights.training_set');
SELECT mlops.log_metrics(:run, :'metrics_v2');
SELECT mlops.finish_run(:run);
SELECT mlops.register_version('flight_delay', :run, description => 'trees');
SELECT mlops.set_stage('flight_delay', 2, 'staged', 'AUC 0.696 against 0.687');

SELECT mlops.create_endpoint('departures-board', 'scores at the time of scheduled departure');
SELECT mlops.deploy('flight_delay', 1, 'departures-board', reason => 'first release');
-- version 1 has to go: it becomes retired
SELECT mlops.deploy('flight_delay', 2, 'departures-board', reason => 'better on all carriers');
SELECT mlops.set_alias('flight_delay', 'champion', 2), mlops.set_alias('flight_delay', 'challenger', 1);

-- the batch predictions are a run, too: lineage leads from the version to the very predictions
SELECT mlops.record_predictions('flight_delay', 2, 'flights.prediction', name => 'scores of 2013') AS batch \gset
