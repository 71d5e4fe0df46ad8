"""Eight weeks of a few columns with faults of several kinds, for test/t/050_year.pl: DSN, then a line for each finding.

What monitor_model chooses lives them.  They are shorter than a year's: judged from the sixth week on, and no label
takes longer than five days.

"rows: ...", "score: ...", "rival ...", and for each fault what the monitors said.
"""
import sys

import numpy as np

import drive
import generate
import rivals
import score
from generate import Fault

generate.REFERENCE_DAYS, generate.MAX_LABEL_AGE, DAYS, ROWS = 35, 5, 54, 300
FEATURES = ["signal", "noise", "height", "balance", "plan", "comment", "last_seen"]
FAULTS = [Fault(f.name, start, days, f.columns, f.causes, f.within, f.metric, generate.MAX_LABEL_AGE if f.wait else 0, f.also) for name, start, days in [
    ("labels lost", 36, 2), ("height in inches", 40, 1), ("no rows", 43, 1), ("60 points of balance NULL", 46, 1), ("plan basic renamed", 49, 1), ("a tenth loaded twice", 52, 1),
] for f in generate.FAULTS if f.name == name]


def incident(i, fault, **change):
    """as it would be told on the first day of a fault"""
    columns = [] if fault.columns == ["*"] else fault.columns
    return {**dict(id=i, cause=fault.causes[0], columns=columns, onset=fault.start, seen=fault.start + fault.wait, severity="critical", title="", notices=2, alerts=3, open=set()), **change}


def check_score():
    """the score of what was made up"""
    right = [incident(i, f) for i, f in enumerate(FAULTS)]
    for name, told in [("nothing", []), ("all", right), ("all, nine days late", [dict(i, seen=i["seen"] + 9) for i in right]),
                       ("on a quiet day", [incident(0, FAULTS[1], onset=FAULTS[1].start - 2, open={FAULTS[1].start - 2, FAULTS[1].start - 1})]),
                       ("of another column", [incident(0, FAULTS[1], columns=["noise"], cause="input")]),
                       ("of a consequence", [incident(0, FAULTS[1], columns=["score"], cause="prediction")]),
                       ("of a wrong cause", [incident(0, FAULTS[1], cause="volume")])]:
        table, false = score.score(FAULTS, told)
        s = score.summary(table, false, 30.4)
        print(f"score: {name}: {s['found']} found, {s['false']} false, {s['red']:.0f} red, {s['notices']} notices, {s['most_notices']} at most")


def main():
    year = generate.Year(1, DAYS, ROWS, FAULTS)
    check_score()
    for name, red in rivals.red(year, FEATURES, generate.REFERENCE_DAYS).items():
        judged = rivals.judge(year, red, generate.REFERENCE_DAYS)
        print(f"rival {name}: found {judged['found']}, red {judged['red']:.0f}")
    run = drive.Run(sys.argv[1], year, drive.default_policy, FEATURES)
    incidents = run.live()
    table, false = score.score(year.faults, [i for i in incidents if i["onset"] < year.days])     # afterwards no rows come any more
    n, labelled, ahead, auc, calibration = run.rows("""
        SELECT count(*), count(label), count(*) FILTER (WHERE label_at < predicted_at), mlops.roc_auc(label, score), avg(score) - avg(label::int)
        FROM year.prediction WHERE predicted_at < %s AND label IS NOT NULL OR predicted_at < %s""", *[drive.midnight(generate.REFERENCE_DAYS)] * 2)[0]
    lag, = run.rows("SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM label_at - predicted_at) / 86400) FROM year.prediction WHERE label IS NOT NULL AND predicted_at < %s", drive.midnight(generate.REFERENCE_DAYS))[0]
    weekend, = run.rows("SELECT avg((extract(isodow FROM predicted_at) >= 6)::int) FROM year.prediction")[0]
    print(f"rows: labelled {labelled / n:.2f}, before the prediction {ahead}, median days {float(lag):.0f}, weekend {float(weekend):.1f}, AUC {auc:.1f}, score too high by {abs(calibration):.1f}")
    for t in table:
        print(f"{t['fault'].name}: {'found' if t['found'] else 'missed'}")
    print(f"false: {len(false)}", *(f"told for nothing: {i['title']}" for i in false), sep="\n")
    print(f"notices of a cause: {score.summary(table, false, DAYS - generate.REFERENCE_DAYS)['most_notices']} at most")
    run.close()


if __name__ == "__main__":
    main()
