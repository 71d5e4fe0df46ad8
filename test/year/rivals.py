"""The default rules of others on the same year, each day against the first 90 days.

Numbers and categories of the table, score and decision; not the free text, the key, the clock and the number in text,
which their users leave out.  Evidently: DataDriftPreset, which beyond 1,000 reference rows takes the Wasserstein distance in
standard deviations, or the Jensen-Shannon distance to base e, at 0.1; a data set at half of the columns.  NannyML:
Jensen-Shannon distance, missing and unseen values, rows, estimated (CBPE, calibrated on the reference) and realised AUC of
daily chunks beyond mean +- 3 standard deviations of the reference's chunks.  A column that is gone is an error in
each of them, and counts as found.
"""
import numpy as np

import generate

LEFT_OUT = ("comment", "customer", "last_seen", "amount")
ROWS, AUC = "*", "label"


def js(p, q, base):
    m = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        v = (np.nansum(np.where(p > 0, p * np.log(p / m), 0)) + np.nansum(np.where(q > 0, q * np.log(q / m), 0))) / 2
    return np.sqrt(max(v, 0) / np.log(base))


def wasserstein(a, b):
    """of two sorted samples"""
    both = np.concatenate([a, b])
    both.sort(kind="mergesort")
    at = both[:-1]
    return float(np.sum(np.diff(both) * np.abs(np.searchsorted(a, at, "right") / len(a) - np.searchsorted(b, at, "right") / len(b))))


def psi(r, q):
    r, q = (r + 0.5) / (r.sum() + 0.5 * len(r)), (q + 0.5) / (q.sum() + 0.5 * len(q))
    return float(np.sum((q - r) * np.log(q / r)))


def auc(score, label):
    if label.all() or not label.any():
        return np.nan
    values, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    n1 = label.sum()
    return (rank[label].sum() - n1 * (n1 + 1) / 2) / (n1 * (len(label) - n1))


def expected_auc(score):
    """CBPE's: each row is positive with the probability that it states"""
    values, inverse = np.unique(score, return_inverse=True)
    pos, neg = np.bincount(inverse, score), np.bincount(inverse, 1 - score)
    return float(np.sum(pos * (np.cumsum(neg) - neg / 2)) / (pos.sum() * neg.sum()))


def isotonic(score, label):
    """the non-decreasing function of the score that is nearest to the labels"""
    values, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    blocks = []                                                         # (mean, rows, values)
    for mean, weight in zip(np.bincount(inverse, label) / counts, counts):
        size = 1
        while blocks and blocks[-1][0] >= mean:
            m, w, k = blocks.pop()
            mean, weight, size = (mean * weight + m * w) / (weight + w), weight + w, size + k
        blocks.append((mean, weight, size))
    fitted = np.repeat([b[0] for b in blocks], [b[2] for b in blocks])
    return lambda v: np.interp(v, values, fitted)


class Column:
    """distances of each day from the reference; NULLs aside"""

    def __init__(self, days, ref):
        self.numeric = days[0].dtype.kind == "f"
        good = [d[~np.isnan(d)] for d in days] if self.numeric else [d.astype(str) for d in days]
        self.n, self.missing = np.array([len(d) for d in days]), np.array([1 - len(g) / max(len(d), 1) for d, g in zip(days, good)])
        reference = np.sort(np.concatenate(good[:ref]))
        none = np.full(len(days), np.nan)
        self.psi, self.evidently, self.nannyml, self.unseen = none.copy(), none.copy(), none.copy(), np.zeros(len(days))
        if self.numeric:
            edges = np.unique(np.quantile(reference, np.arange(1, 10) / 10))
            counts = lambda v: np.bincount(np.searchsorted(edges, v, "left"), minlength=len(edges) + 1).astype(float)
            doane = np.histogram_bin_edges(reference, "doane")
            binned = lambda v: np.append(np.histogram(v, doane)[0], 0).astype(float)
            sd = max(reference.std(), 0.001)
        else:
            known = np.unique(reference)
            counts = binned = lambda v: np.append(np.sum(v[:, None] == known[None, :], 0), 0).astype(float)
        r, rb = counts(reference), binned(reference) / len(reference)
        for i, v in enumerate(good):
            if not len(v):
                continue
            c, b = counts(v), binned(v) / len(v)
            b[-1] = max(1 - b[:-1].sum(), 0)
            if not self.numeric:
                self.unseen[i] = b[-1]
                c[-1] = round(b[-1] * len(v))
            self.psi[i] = psi(r, c) if c[-1] or self.numeric else psi(r[:-1], c[:-1])
            self.nannyml[i] = js(rb, b, 2)
            self.evidently[i] = wasserstein(reference, np.sort(v)) / sd if self.numeric else js(rb, b, np.e)


def beyond(values, ref, low=True):
    mean, sd = np.nanmean(values[:ref]), np.nanstd(values[:ref])
    with np.errstate(invalid="ignore"):
        return (values > mean + 3 * sd) | (low & (values < mean - 3 * sd))


def performance(live, ref):
    """estimated and realised AUC of each day"""
    known = [(x["score"][np.isfinite(late)], y[np.isfinite(late)]) for x, y, late in live]
    calibrate = isotonic(np.concatenate([k[0] for k in known[:ref]]), np.concatenate([k[1] for k in known[:ref]]))
    return (np.array([expected_auc(calibrate(x["score"])) if len(x["score"]) else np.nan for x, _, _ in live]),
            np.array([auc(*k) if len(k[0]) else np.nan for k in known]))


def red(year, features=generate.FEATURES, ref=generate.REFERENCE_DAYS):
    """{rule: {column: days that it shows red}}"""
    live = [year.day(d) for d in range(year.days)]
    names = [f for f in features if f not in LEFT_OUT] + ["score", "predicted"]
    columns = {name: Column([x[name] for x, _, _ in live], ref) for name in names}
    gone = np.zeros((len(names), year.days), bool)
    for f in year.faults:
        if f.metric == "schema":
            gone[names.index(f.columns[0]), f.start:f.end] = True
    with np.errstate(invalid="ignore"):
        each = lambda rule: {name: rule(c) | gone[i] for i, (name, c) in enumerate(columns.items())}
        evidently = each(lambda c: c.evidently >= 0.1)
        nannyml = each(lambda c: beyond(c.nannyml, ref, False) | beyond(c.missing, ref) | beyond(c.unseen, ref))
        rows = np.array([len(x["score"]) for x, _, _ in live], float)
        nannyml[ROWS] = beyond(rows, ref)
        estimated, realised = performance(live, ref)
        mean, sd = np.nanmean(realised[:ref]), np.nanstd(realised[:ref])
        nannyml[AUC] = (np.abs(estimated - mean) > 3 * sd) | beyond(realised, ref)
        share = np.mean(list(evidently.values()), 0)
        return {"PSI > 0.1": each(lambda c: c.psi > 0.1), "PSI > 0.25": each(lambda c: c.psi > 0.25), "Evidently, a column": evidently,
                "Evidently, half of them": {"half": share >= 0.5}, "NannyML": nannyml}


def episodes(days, gap=3):
    """runs of red days, those at most `gap` apart taken together: [(first, last)]"""
    runs = []
    for d in np.flatnonzero(days):
        if runs and d - runs[-1][1] <= gap:
            runs[-1] = (runs[-1][0], d)
        else:
            runs.append((d, d))
    return runs


def judge(year, rule, ref=generate.REFERENCE_DAYS):
    """found: a right column turns red within the fault's windows, which was not red the day before"""
    found, alarms, false, quiet = 0, [], 0, np.ones(year.days, bool)
    explained = np.zeros((len(rule), year.days), bool)
    for f in year.faults:
        mine = 0
        right = False
        for i, (column, days) in enumerate(rule.items()):
            anywhere = column == "half" or ROWS in f.columns + f.also
            if anywhere or column in f.columns + f.also:
                explained[i, f.start:f.end + 1] = True
                starts = [a for a, _ in episodes(days) if f.start <= a <= f.end]
                mine += len(starts)
                if (column == "half" or column in f.columns) and any(a < f.start + f.within for a in starts):
                    right = True
        found += right
        alarms.append(mine)
    unexplained = np.array(list(rule.values())) & ~explained
    unexplained[:, :ref] = False
    for i, days in enumerate(rule.values()):
        false += sum(a >= ref and unexplained[i, a] for a, _ in episodes(days & (np.arange(year.days) >= ref)))
    months = (year.days - ref) / 30.4
    told = [a for a in alarms if a]
    return dict(found=found, faults=len(year.faults), false=false, red=unexplained.any(0).sum() / months,
                median_notices=float(np.median(told)) if told else 0, most_notices=max(told, default=0))
