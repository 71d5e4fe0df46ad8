/*
 * The state of a window by its labels, and what its numbers may say then.
 *
 *     open         less than half of what is expected, or too few to judge: no_data
 *     provisional  not all yet: at most a warning, and nothing when those that are
 *                  labelled have other scores than those that are not
 *     final        95 % of what is expected, or old enough: the full verdict
 *     corrected    final, and a number has changed since
 */
CREATE FUNCTION mlops_internal.label_state(coverage double precision, n_labelled bigint, expected double precision,
    is_old boolean, min_rows integer) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN is_old OR coverage >= 0.95 * expected THEN 'final'
                    WHEN coverage < 0.5 * expected OR n_labelled < min_rows OR coverage IS NULL THEN 'open'
                    ELSE 'provisional' END
    $$;
COMMENT ON FUNCTION mlops_internal.label_state(double precision, bigint, double precision, boolean, integer) IS
    'state of a window with that share of labels, those that come at all being the expected share';

/*
 * A window was counted: keep it, and note when it is counted again.  That is at
 * the next of the ages until nearly all labels are there, and once when no more
 * are waited for.
 */
CREATE FUNCTION mlops_internal.note_labels(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz,
    counts mlops_internal.label_counts, now timestamptz) RETURNS mlops.label_window
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        limit_age CONSTANT interval := mlops_internal.label_limit(def);
        all_ages CONSTANT interval[] := mlops_internal.label_ages(def);
        coverage CONSTANT double precision := counts.n_labelled / nullif(counts.n_labellable, 0)::float8;
        had mlops.label_window;
        w mlops.label_window;
        e record;
    BEGIN
        SELECT * INTO e FROM mlops_internal.label_expected(def, now);
        SELECT * INTO had FROM mlops.label_window AS x
        WHERE x.monitor_id = def.monitor_id AND x.window_lo = note_labels.window_lo
            AND x.window_hi = note_labels.window_hi;
        w.monitor_id := def.monitor_id;
        w.window_lo := window_lo;
        w.window_hi := window_hi;
        w.evaluated_at := now;
        w.n_labellable := counts.n_labellable;
        w.n_labelled := counts.n_labelled;
        w.expected := coalesce(e.expected, 1);
        w.state := mlops_internal.label_state(coverage, counts.n_labelled, w.expected, window_hi + limit_age <= now,
            def.min_rows);
        IF had.state = 'corrected' OR had.state = 'final' AND w.state <> 'final' THEN
            w.state := had.state;
        END IF;
        w.bias := counts.bias;
        w.n_early := counts.n_early;
        w.n_duplicates := counts.n_duplicates;
        w.n_orphans := counts.n_orphans;
        w.last_label_at := greatest(had.last_label_at, counts.last_label_at);
        w.n_recent := had.n_recent;
        w.ages := coalesce((SELECT array_agg(a ORDER BY a) FROM unnest(all_ages) AS a
                            WHERE window_hi + a <= now), '{}');
        w.labelled := counts.labelled;
        IF def.label_time_column IS NULL THEN
            -- the first count at an age is the one that was nearest to it
            w.ages := w.ages[cardinality(w.ages):];
            IF w.ages = '{}' THEN
                w.labelled := '{}';
            END IF;
            IF w.ages <@ had.ages THEN
                w.ages := had.ages;
                w.labelled := had.labelled;
            ELSE
                w.ages := had.ages || w.ages;
                w.labelled := had.labelled || w.labelled;
            END IF;
        END IF;
        IF window_hi + limit_age > now THEN
            w.next_at := window_hi + CASE WHEN w.n_labelled < w.n_labellable
                THEN coalesce((SELECT min(a) FROM unnest(all_ages) AS a
                    WHERE window_hi + a > now AND a <= coalesce(e.final_age, limit_age)), limit_age)
                -- all are there: that none was lost is said in its turn
                WHEN def.checks @> '[{"metric": "label_coverage"}]' THEN limit_age END;
        END IF;
        DELETE FROM mlops.label_window AS x
        WHERE x.monitor_id = w.monitor_id AND x.window_lo = w.window_lo AND x.window_hi = w.window_hi;
        INSERT INTO mlops.label_window SELECT w.*;
        RETURN w;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.note_labels(mlops.monitor_version, timestamptz, timestamptz,
    mlops_internal.label_counts, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.note_labels(mlops.monitor_version, timestamptz, timestamptz,
        mlops_internal.label_counts, timestamptz) IS
    'keep how far the labels of a window have come and when it is evaluated again';

/* What a metric of labels says as long as they are not all there. */
CREATE FUNCTION mlops_internal.label_verdict(w mlops.label_window, INOUT verdict text, INOUT message text)
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        so_far CONSTANT text := format('%s of about %s labels expected', w.n_labelled,
            round(w.n_labellable * w.expected));
        share CONSTANT text := coalesce(format(' (%s %%)', round((100 * w.n_labelled
            / nullif(w.n_labellable * w.expected, 0))::numeric)), '');
    BEGIN
        IF verdict IS NULL OR verdict = 'error' OR w.state IN ('final', 'corrected') THEN
            RETURN;
        ELSIF w.state = 'open' THEN
            verdict := 'no_data';
            message := so_far || share;
        ELSIF w.bias >= 0.1 THEN
            verdict := 'no_data';
            message := format('%s%s, and their scores are not like those without label: size %s', so_far, share,
                round(w.bias::numeric, 3));
        ELSIF verdict IN ('warning', 'critical') THEN
            verdict := 'warning';
            message := format('%s; provisional: %s%s', message, so_far, share);
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.label_verdict(mlops.label_window, text, text) IS
    'verdict and message of a metric that needs labels, by the state of the window''s labels';

/*
 * Labels that are lost are not late: judged when the window waits for no more, so that
 * windows are judged in their order, whatever came early.
 */
CREATE FUNCTION mlops_internal.coverage_verdict(w mlops.label_window, is_old boolean, rule jsonb, INOUT verdict text,
    INOUT message text)
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        share CONSTANT double precision := w.n_labelled / nullif(w.n_labellable * w.expected, 0);
    BEGIN
        IF verdict = 'error' OR verdict = 'no_data' THEN
            RETURN;
        ELSIF NOT is_old AND (verdict IS NOT NULL OR share < 0.8) THEN
            verdict := 'no_data';
            message := format(CASE WHEN w.n_labelled < w.n_labellable THEN '%s of %s labels so far: more may come'
                ELSE 'all %s labels are there: judged when those of the windows before are' END, w.n_labelled,
                w.n_labellable);
        ELSIF NOT rule ?| '{warning,critical}' AND share < 0.8 THEN
            verdict := CASE WHEN share < 0.5 THEN 'critical' ELSE 'warning' END;
            message := format('label_coverage is %s, %s below %s times %s, the share that comes otherwise',
                mlops_internal.rounded(w.n_labelled / nullif(w.n_labellable, 0)::float8, 3), verdict,
                CASE WHEN share < 0.5 THEN 0.5 ELSE 0.8 END, mlops_internal.rounded(w.expected, 3));
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.coverage_verdict(mlops.label_window, boolean, jsonb, text, text) IS
    'verdict and message of a check of label_coverage, whose default limits are shares of what is expected';

/* The stored verdicts of a window, held against its labels; without a row of label_window only their history. */
CREATE FUNCTION mlops_internal.judge_labels(def mlops.monitor_version, w mlops.label_window, of_labels text[],
    window_lo timestamptz, window_hi timestamptz, now timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF of_labels = '{}' THEN
            RETURN;
        ELSIF w.monitor_id IS NOT NULL THEN
            IF w.state = 'final' AND mlops_internal.was_final(def.monitor_id, window_lo, window_hi, of_labels) THEN
                w.state := 'corrected';
                UPDATE mlops.label_window AS x SET state = w.state
                WHERE x.monitor_id = w.monitor_id AND x.window_lo = w.window_lo AND x.window_hi = w.window_hi;
            END IF;
            UPDATE mlops.observation AS o
            SET label_state = w.state, coverage = w.n_labelled / nullif(w.n_labellable, 0)::float8,
                verdict = v.verdict, message = v.message,
                detail = CASE WHEN w.bias >= 0.1 AND w.state = 'provisional'
                    THEN coalesce(o.detail, '{}') || jsonb_build_object('biased', true, 'bias', w.bias)
                    ELSE nullif(o.detail - '{biased,bias}'::text[], '{}') END
            FROM mlops.observation AS x, LATERAL mlops_internal.label_verdict(w, x.verdict, x.message) AS v
            WHERE x.monitor_id = def.monitor_id AND x.window_lo = judge_labels.window_lo
              AND x.window_hi = judge_labels.window_hi AND array_position(of_labels, x.metric) > 0
              AND o.observation_id = x.observation_id;
            UPDATE mlops.observation AS o
            SET label_state = w.state, coverage = o.value, verdict = v.verdict, message = v.message, lower = i.lower,
                upper = i.upper, n = w.n_labellable
            FROM mlops.observation AS x,
                 LATERAL mlops_internal.coverage_verdict(w, w.window_hi + mlops_internal.label_limit(def)
                     <= judge_labels.now, x.rule, x.verdict, x.message) AS v,
                 LATERAL mlops.proportion_ci(w.n_labelled, w.n_labellable) AS i
            WHERE x.monitor_id = def.monitor_id AND x.window_lo = judge_labels.window_lo
              AND x.window_hi = judge_labels.window_hi AND x.metric = 'label_coverage' AND x.slice_column IS NULL
              AND o.observation_id = x.observation_id;
        END IF;
        PERFORM mlops_internal.write_history(def.monitor_id, window_lo, window_hi, of_labels, now);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.judge_labels(mlops.monitor_version, mlops.label_window, text[], timestamptz,
    timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.judge_labels(mlops.monitor_version, mlops.label_window, text[], timestamptz,
        timestamptz, timestamptz) IS
    'give the observations of a window the state of its labels and the verdicts that this allows, and keep what '
    'changed';

/* n_label_early, n_label_duplicates, n_label_orphans, as they were counted with the labels. */
CREATE FUNCTION mlops_internal.measure_labels(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz,
    wanted text[]) RETURNS TABLE (metric text, value double precision, n bigint)
    LANGUAGE plpgsql STABLE ROWS 3 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY SELECT v.metric, v.value::float8, w.n_labellable
        FROM mlops.label_window AS w, LATERAL (VALUES ('n_label_early', w.n_early),
            ('n_label_duplicates', w.n_duplicates), ('n_label_orphans', w.n_orphans)) AS v(metric, value)
        WHERE w.monitor_id = def.monitor_id AND w.window_lo = measure_labels.window_lo
          AND w.window_hi = measure_labels.window_hi AND v.metric = ANY (wanted);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.measure_labels(mlops.monitor_version, timestamptz, timestamptz, text[]) IS
    'what is wrong with the labels of a stored window';
