-- names and values that want to be markup: a model with nothing, and a monitor of another with one window
SELECT mlops.create_model('"><img src=x onerror=1>', 'regression', '</title><script>');
SELECT mlops.create_model('</main><script>', 'regression');
SELECT mlops.register_version('</main><script>', params => '{"<i>": "</script>"}', metrics => '{"<u>": 1}', description => '<p>');
SELECT mlops.create_endpoint('<h1>');
SELECT mlops.deploy('</main><script>', 1, '<h1>', reason => '</dd><script>alert(1)</script>');
CREATE SCHEMA hostile;
CREATE TABLE hostile."<b>&'" (at timestamptz, "<script>alert(1)</script>" float8, "]]>-->" text, y float8, p float8);
INSERT INTO hostile."<b>&'" SELECT timestamptz '2019-01-07Z' + i * interval '30 minutes', i % 7 + CASE WHEN i > 336 THEN 3 ELSE 0 END,
        (ARRAY['</td><script>alert(2)</script>', '"><img src=x onerror=1>', E'\x01\u202e' || repeat('long ', 60)])[i % 3 + 1], i % 5, i % 4
    FROM generate_series(0, 671) AS i;
SELECT mlops.create_monitor('</main><script>', 'hostile."<b>&''"', 'at', model => '</main><script>', label_column => 'y', prediction_column => 'p',
    features => '{"<script>alert(1)</script>","]]>-->"}', slices => '{"]]>-->"}', granularity => '7 days', start_at => '2019-01-14Z',
    end_at => '2019-01-21Z', reference_from => '2019-01-07Z', reference_to => '2019-01-14Z', time_zone => 'UTC', min_rows => 1, schedule => '@weekly',
    checks => '[{"metric": "mae", "warning": {"above": 0.1}}, {"metric": "psi", "critical": {"above": 0.1}},
                {"metric": "max_value", "column": "<script>alert(1)</script>", "critical": {"above": 1}}]');
CALL mlops.run_due();
