"""Drift of many columns together, with numpy, scipy and scikit-learn.

The order in which rows are dealt out to folds is that of their hashes, which is
computed here as in src/drift/multivariate/row_sample.c.
"""
import math
import struct

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from datasets import f
from harness import check, copy_text, cursor, load, rows

D = 4
NAMES = [f"x{j}" for j in range(D)]


def make(ds):
    rng = np.random.default_rng(1000 + ds)
    n = int([8, 30, 120, 600][ds % 4])
    x = rng.normal(0, 1, (n, D)) @ rng.normal(0, 1, (D, D))
    current = rng.random(n) < 0.45
    current[:4] = [True, True, False, False]
    kind = ds // 4
    if kind == 1:
        x[current] += [0.8, 0, 0, 0]
    elif kind == 2:
        x[current, 1] *= 3
    elif kind == 3:
        x = np.round(x)
    elif kind == 4:
        x[:, 2] = 7.5
        x = x * [1, 1000, 1, 0.001] + [0, 1e6, 0, 5]
    missing = (rng.random((n, D)) < 0.1) & (kind == 5)
    missing[0] = False
    return x, missing, current


sets = {ds: make(ds) for ds in range(24)}
frames = []
for ds, (x, missing, current) in sets.items():
    columns = {name: copy_text(x[:, j].tolist(), missing[:, j]) for j, name in enumerate(NAMES)}
    frames.append(pd.DataFrame({"ds": ds, "current": current, **columns}))
load("oracle_rows", "ds int, current boolean, " + ", ".join(f"{n} float8" for n in NAMES), pd.concat(frames))
ARRAY = "ARRAY[" + ", ".join(NAMES) + "]"


def imputed(x, missing, means=None):
    x = np.where(missing, np.nan, x)
    return np.where(missing, np.nanmean(x, axis=0) if means is None else means, x)


# -- principal components, distances, Hotelling's test

def compare_pca(ds, x, missing, current):
    r = imputed(x[~current], missing[~current])
    c = imputed(x[current], missing[current], np.nanmean(np.where(missing[~current], np.nan, x[~current]), axis=0))
    scaler = StandardScaler().fit(r)
    for share in (0.65, 0.9):
        model = PCA(share, svd_solver="full").fit(scaler.transform(r))
        back = model.inverse_transform(model.transform(scaler.transform(c)))
        want = np.linalg.norm(scaler.transform(c) - back, axis=1)
        got = rows(f"SELECT (SELECT count(c.loadings) FROM mlops.components(p) AS c), avg(mlops.pca_error(p, {ARRAY})), max(mlops.pca_error(p, {ARRAY})) FROM oracle_rows, "
                   f"(SELECT mlops.pca_fit(mlops.comoments({ARRAY}), {share}) AS p FROM oracle_rows WHERE ds = {ds} AND NOT current) AS fit WHERE ds = {ds} AND current GROUP BY 1")[0]
        check("pca_fit", f"components {ds} {share}", got[0], model.n_components_)
        check("pca_error", f"mean {ds} {share}", got[1], want.mean())
        check("pca_error", f"greatest {ds} {share}", got[2], want.max())
        for k, (ratio, loadings) in enumerate(rows(
                f"SELECT variance_ratio, loadings FROM mlops.components((SELECT mlops.pca_fit(mlops.comoments({ARRAY}), {share}) FROM oracle_rows WHERE ds = {ds} AND NOT current))")[:model.n_components_]):
            check("components", f"ratio {ds} {k}", ratio, model.explained_variance_ratio_[k], 1e-9)
            check("components", f"direction {ds} {k}", abs(np.dot(loadings, model.components_[k])), 1.0)
    if np.ptp(r, axis=0).min() > 0 and len(r) > D:
        inverse = np.linalg.inv(np.cov(r.T))
        want = np.sqrt(np.einsum("ij,jk,ik->i", c - r.mean(0), inverse, c - r.mean(0)))
        got = rows(f"SELECT avg(mlops.mahalanobis_distance(p, {ARRAY})) FROM oracle_rows, "
                   f"(SELECT mlops.pca_fit(mlops.comoments({ARRAY}), 1) AS p FROM oracle_rows WHERE ds = {ds} AND NOT current) AS fit WHERE ds = {ds} AND current")[0][0]
        check("mahalanobis_distance", str(ds), got, want.mean(), 1e-8)
    if not missing.any():
        (statistic, p), = rows(f"SELECT (t).statistic, (t).p_value FROM (SELECT mlops.hotelling_test(mlops.comoments({ARRAY}) FILTER (WHERE NOT current), "
                               f"mlops.comoments({ARRAY}) FILTER (WHERE current)) AS t FROM oracle_rows WHERE ds = {ds}) AS t")
        vary = np.ptp(x, axis=0) > 0
        a, b, d = x[~current][:, vary], x[current][:, vary], vary.sum()
        n = len(a) + len(b)
        pooled = ((len(a) - 1) * np.cov(a.T) + (len(b) - 1) * np.cov(b.T)) / (n - 2)
        delta = b.mean(0) - a.mean(0)
        t2 = delta @ np.linalg.solve(pooled, delta) * len(a) * len(b) / n
        check("hotelling_test", f"T2 {ds}", statistic, t2, 1e-8)
        check("hotelling_test", f"p {ds}", p, stats.f.sf(t2 * (n - d - 1) / ((n - 2) * d), d, n - d - 1), 1e-7)


# -- the domain classifier

def row_hash(row, missing):
    mask = (1 << 64) - 1
    h = 8 * len(row)
    for value, gap in zip(row, missing):
        bits = 0x7ff8000000000000 if gap else struct.unpack("<Q", struct.pack("<d", value + 0.0))[0]
        h = ((h ^ bits) + 0x9e3779b97f4a7c15) & mask
        h = ((h ^ (h >> 30)) * 0xbf58476d1ce4e5b9) & mask
        h = ((h ^ (h >> 27)) * 0x94d049bb133111eb) & mask
        h ^= h >> 31
    return h


def standardised(v):
    s = v.std()
    return (v - v.mean()) / s if s > 0 else None


def design(x, missing, squares):
    values = []
    for j in range(x.shape[1]):
        present = ~missing[:, j]
        column = np.zeros(len(x))
        # the mean of what is there, spread over all rows
        column[present] = x[present, j] - x[present, j].mean()
        s = math.sqrt((column**2).mean())
        values.append(column / s if s > 1e-14 * abs(x[present, j]).max() else None)
    columns = [(j, "value", v) for j, v in enumerate(values) if v is not None]
    if squares:
        columns += [(j, "square", standardised(v**2)) for j, v in enumerate(values) if v is not None and np.ptp(v**2) > 1e-12]
    columns += [(j, "missing", standardised(missing[:, j].astype(float))) for j in range(x.shape[1]) if missing[:, j].any()]
    return [c[:2] for c in columns], np.column_stack([c[2] for c in columns])


def fit(z, y, l2):
    return LogisticRegression(C=1 / l2, solver="newton-cholesky", tol=1e-12, max_iter=1000).fit(z, y)


def compare_classifier(ds, x, missing, current, squares, l2, folds):
    order = sorted(range(len(x)), key=lambda i: row_hash(x[i], missing[i]))
    x, missing, current = x[order], missing[order], current[order]
    terms, z = design(x, missing, squares)
    folds = int(min(folds, current.sum(), (~current).sum()))
    fold = np.empty(len(x), int)
    for side in (False, True):
        fold[current == side] = np.arange((current == side).sum()) % folds
    scores = np.empty(len(x))
    for k in range(folds):
        scores[fold == k] = z[fold == k] @ fit(z[fold != k], current[fold != k], l2).coef_[0]
    options = f"folds => {folds}, l2 => {l2}, squares => {squares}, n_permutations => 0"
    source = f"(SELECT mlops.labelled_rows({ARRAY}, current) AS s FROM oracle_rows WHERE ds = {ds}) AS t"
    (auc, p, n), = rows(f"SELECT (t).statistic, (t).p_value, (t).n_current FROM (SELECT mlops.domain_classifier_test(s, {options}) AS t FROM {source}) AS t")
    n1, n2 = (~current).sum(), current.sum()
    want = roc_auc_score(current, scores)
    # scores that differ in their last digits may change places
    check("domain_classifier_test", f"area {ds} {options}: {auc} and {want}", 1.0 if abs(auc - want) <= 2.5 / (n1 * n2) else 0.0, 1.0)
    _, ties = np.unique(scores.round(9), return_counts=True)
    sigma = math.sqrt((len(x) + 1 - (ties.astype(float)**3 - ties).sum() / (len(x) * (len(x) - 1))) / 12 / n1 / n2)
    sigma *= 1.33 - 0.55 / max(len(terms), 1)       # folds are not independent of each other: see docs/reference/multivariate.md
    check("domain_classifier_test", f"p {ds}", p, stats.norm.sf((auc - 0.5) / sigma), 1e-6)
    check("domain_classifier_test", f"n {ds}", n, n2)
    got = {(i - 1, term): c for i, term, c in rows(f"SELECT i, term, coefficient FROM {source}, mlops.domain_classifier_importance(s, l2 => {l2}, squares => {squares})")}
    for term, coefficient in zip(terms, fit(z, current, l2).coef_[0]):
        check("domain_classifier_importance", f"{ds} {term}", round(got[term], 6), round(coefficient, 6), 1e-4 if abs(coefficient) > 1e-2 else 1.0)
    if folds == 5 and l2 == 1 and squares:
        direct, = rows(f"SELECT mlops.domain_classifier_auc({ARRAY}, current) FROM oracle_rows WHERE ds = {ds}")[0]
        check("domain_classifier_auc", str(ds), direct, auc)


# -- maximum mean discrepancy

def mmd(x, current, sigma=None):
    d2 = ((x[:, None, :] - x[None, :, :])**2).sum(-1)
    if sigma is None:
        sigma = math.sqrt(np.median(d2[np.triu_indices(len(x), 1)]) / 2) or 1.0
    k = np.exp(-d2 / (2 * sigma**2))
    a, b = ~current, current
    n1, n2 = a.sum(), b.sum()
    return ((k[np.ix_(a, a)].sum() - n1) / (n1 * (n1 - 1)) + (k[np.ix_(b, b)].sum() - n2) / (n2 * (n2 - 1)) - 2 * k[np.ix_(a, b)].mean())


def compare_mmd(ds, x, missing, current):
    x = imputed(x, missing)
    z = np.column_stack([v for v in (standardised(x[:, j]) for j in range(D)) if v is not None])
    source = f"(SELECT mlops.labelled_rows({ARRAY}, current) AS s FROM oracle_rows WHERE ds = {ds}) AS t"
    got, = rows(f"SELECT (mlops.mmd_test(s)).statistic, (mlops.mmd_test(s, sigma => 1.5)).statistic, (mlops.mmd_test(s, standardise => true)).statistic, "
                f"(mlops.mmd_test(s, standardise => true, method => 'rff')).statistic, mlops.mmd(s) FROM {source}")
    check("mmd_test", f"median {ds}", got[0], mmd(x, current), None)
    check("mmd_test", f"sigma {ds}", round(got[1], 11), round(mmd(x, current, 1.5), 11))
    check("mmd_test", f"standardised {ds}", round(got[2], 11), round(mmd(z, current), 11))
    check("mmd_test", f"Fourier {ds}: {got[3]} and {got[2]}", 1.0 if abs(got[3] - got[2]) < 0.05 / math.sqrt(min(1000, len(x)) / 8) else 0.0, 1.0)
    check("mmd", f"state {ds}", got[4], got[0])
    check("mmd", f"aggregate {ds}", rows(f"SELECT mlops.mmd({ARRAY}, current) FROM oracle_rows WHERE ds = {ds}")[0][0], got[0])


for ds, (x, missing, current) in sets.items():
    compare_pca(ds, x, missing, current)
    compare_classifier(ds, x, missing, current, True, 1.0, 5)
    compare_classifier(ds, x, missing, current, False, 4.0, 3)
    compare_mmd(ds, x, missing, current)

# random labellings: of a feature with two values the number of ones among the current
# rows decides, and it is hypergeometric; with few copies of a row and with many
for n, k, m, seen in ((40, 15, 12, 8), (400, 150, 120, 60)):
    low, high = max(0, k - (n - m)), min(k, m)
    counts = np.arange(low, high + 1)

    def statistic(ones):
        x = np.concatenate([np.r_[np.ones(ones), np.zeros(k - ones)], np.r_[np.ones(m - ones), np.zeros(n - k - m + ones)]])
        return mmd(x[:, None], np.arange(n) < k, 1.0)

    extreme = [c for c in counts if statistic(c) >= statistic(seen) - 1e-12]
    p = stats.hypergeom.pmf(extreme, n, m, k).sum()
    got, = rows("SELECT (mlops.mmd_test(mlops.labelled_rows(ARRAY[v], c), sigma => 1, n_permutations => 20000)).p_value FROM "
                f"(SELECT 1::float8 AS v, i <= {seen} AS c FROM generate_series(1, {m}) AS i UNION ALL SELECT 0, i <= {k - seen} FROM generate_series(1, {n - m}) AS i) AS t")[0]
    check("mmd_test", f"permutations {n}: {got} and {p}", 1.0 if abs(got - p) < 4 * math.sqrt(p * (1 - p) / 20000) + 1e-4 else 0.0, 1.0)

# -- the flights: text by its share in the reference, missing values by the mean

g = f[["distance", "temp", "score", "carrier", "current"]]
r, c = g[~g["current"]], g[g["current"]]
share = r["carrier"].value_counts(normalize=True)


def encoded(t):
    return np.column_stack([t[n].fillna(r[n].mean()).to_numpy(float) for n in ("distance", "temp", "score")] + [t["carrier"].map(share).fillna(0).to_numpy(float)])


scaler = StandardScaler().fit(encoded(r))
model = PCA(0.65, svd_solver="full").fit(scaler.transform(encoded(r)))
errors = [np.linalg.norm(z - model.inverse_transform(model.transform(z)), axis=1) for z in (scaler.transform(encoded(r)), scaler.transform(encoded(c)))]
(statistic, reference, error, p, n1, n2, components, held_out_mean), = rows(
    "SELECT statistic, reference_value, std_error, p_value, n_reference, n_current, (details ->> 'n_components')::int, (details ->> 'held_out_reference')::float8 FROM mlops.multivariate_drift("
    "'SELECT * FROM oracle_flight WHERE NOT current', 'SELECT * FROM oracle_flight WHERE current', '{distance,temp,score,carrier}')")
check("multivariate_drift", "error", statistic, errors[1].mean(), 1e-9)
check("multivariate_drift", "of the reference", reference, errors[0].mean(), 1e-9)
check("multivariate_drift", "standard error", error, errors[1].std(ddof=1) / math.sqrt(len(c)), 1e-9)
check("multivariate_drift", "rows", n1 + n2, len(g))
check("multivariate_drift", "components", components, model.n_components_)
# the p-value: current rows and one half of the reference, scored by a fit to the other half
half = np.array(rows("""
    SELECT (((hash_array_extended(f, 0) >> 1) + row_number() OVER (PARTITION BY hash_array_extended(f, 0))) & 1)::int, coalesce(f[2], %s), coalesce(f[3], %s), coalesce(f[4], %s), f[1]
    FROM (SELECT ARRAY[share, distance, temp, score] AS f FROM oracle_flight JOIN (
              SELECT carrier, count(*)::float8 / (SELECT count(*) FROM oracle_flight WHERE NOT current) AS share FROM oracle_flight WHERE NOT current GROUP BY 1) AS s USING (carrier)
          WHERE NOT current) AS r""", *[float(r[n].mean()) for n in ("distance", "temp", "score")]), float)
for column, name in ((2, "temp"), (3, "score")):
    gap = half[:, column] == r[name].mean()
    half[gap, column] = half[(half[:, 0] == 0) & ~gap, column].mean()
fitted, held_out = half[half[:, 0] == 0, 1:], half[half[:, 0] == 1, 1:]
scaler = StandardScaler().fit(fitted)
model = PCA(0.65, svd_solver="full").fit(scaler.transform(fitted))
fresh = np.column_stack([c[n].fillna(fitted[:, i].mean()).to_numpy(float) for i, n in enumerate(("distance", "temp", "score"))] + [c["carrier"].map(share).fillna(0).to_numpy(float)])
errors = [np.linalg.norm(z - model.inverse_transform(model.transform(z)), axis=1) for z in (scaler.transform(held_out), scaler.transform(fresh))]
check("multivariate_drift", "held out", held_out_mean, errors[0].mean(), 1e-9)
check("multivariate_drift", "p", p, stats.ttest_ind(errors[0], errors[1], equal_var=False).pvalue, 1e-6)
cursor.execute("CREATE OR REPLACE VIEW oracle_airline AS SELECT * FROM oracle_flight WHERE carrier IN ('AS', 'F9', 'HA', 'YV')")
q = f[f["carrier"].isin(["AS", "F9", "HA", "YV"])]
for method in ("spearman", "kendall", "pearson"):
    want = q[["distance", "temp", "score", "actual"]].corr(method=method)
    for a, b, value in rows(f"SELECT column_x, column_y, correlation FROM mlops.correlation_matrix('oracle_airline', '{{distance,temp,score,actual}}', '{method}')"):
        check("correlation_matrix", f"{method} {a} {b}", value, want.loc[a, b])
