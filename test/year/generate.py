"""A year of predictions with faults of known time and column.

A shop's model says each day who will leave.  What moves without anything being wrong: weeks (Saturdays and Sundays
have half the rows and another mix), the year, holidays, a random effect of each day, columns that follow themselves
(AR(1)), a second version of the model from day 180 on, labels that come days later.  What is wrong is in FAULTS.

The truth is logistic in what the world is (z); the score is what the model makes of what was recorded (x), so a broken
record moves the score and not the truth, and before any fault the score is calibrated.

    python3 generate.py --seed 1 --days 365 --rows 500 --output DIRECTORY      prediction.csv and fault.json
"""
import argparse
import csv
import datetime
import json
import os
from dataclasses import dataclass, field

import numpy as np

START = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)     # a Monday
REFERENCE_DAYS = 90
NEW_VERSION = 180
MAX_LABEL_AGE = 21
HOLIDAYS = {0: "New Year", 88: "Good Friday", 91: "Easter Monday", 121: "Labour Day", 129: "Ascension", 140: "Whit Monday", 276: "Unity Day",
            305: "All Saints", 359: "Christmas Eve", 360: "Christmas", 361: "Second Christmas"}
LOW = {0, 88, 91, 359, 360, 361}                                        # those of few rows


def logit(p):
    return np.log(p / (1 - p))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def erf(x):
    """Abramowitz and Stegun 7.1.26, more than good enough to make shares of"""
    t = 1 / (1 + 0.3275911 * np.abs(x))
    y = 1 - ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * np.exp(-x * x)
    return np.sign(x) * y


def phi(z):
    return (1 + erf(z / np.sqrt(2))) / 2


@dataclass
class Number:
    """a column of numbers: to() makes the record of a standard normal z, back() what the model takes it for"""
    name: str
    type: str
    to: object
    back: object
    weekly: float = 0.0
    yearly: float = 0.0
    ar: float = 0.0
    nulls: float = 0.0


@dataclass
class Category:
    name: str
    values: list
    shares: list
    weekly: float = 0.0
    yearly: float = 0.0


def normal(mean, sd, digits=2):
    return (lambda z: np.round(mean + sd * z, digits)), (lambda x: (x - mean) / sd)


def lognormal(mu, sigma):
    return (lambda z: np.round(np.exp(mu + sigma * z), 2)), (lambda x: (np.log(np.maximum(x, 1e-9)) - mu) / sigma)


def count(mean, shape=0.5):
    """whole numbers, lognormal in the large and many at the least value in the small"""
    return (lambda z: np.floor(mean * np.exp(shape * z))), (lambda x: np.log(np.maximum(x, 0.5) / mean) / shape)


def zero_inflated(share, mu, sigma):
    """share of zeros below, lognormal above"""
    edge = np.interp(share, phi(np.linspace(-5, 5, 2001)), np.linspace(-5, 5, 2001))
    return (lambda z: np.where(z < edge, 0, np.round(np.exp(mu + sigma * (z - edge)), 2))), (lambda x: np.where(x <= 0, edge - 0.6, edge + (np.log(np.maximum(x, 1e-9)) - mu) / sigma))


def bounded():
    return (lambda z: np.round(phi(z), 4)), (lambda x: 1.6 * logit(np.clip(x, 1e-3, 1 - 1e-3)) / 2.7)


def whole(mean, sd, least, most):
    return (lambda z: np.clip(np.round(mean + sd * z), least, most)), (lambda x: (x - mean) / sd)


NUMBERS = [
    Number("signal", "float8", *normal(0, 1, 4)),                       # the most important, still
    Number("signal2", "float8", *normal(50, 8), yearly=0.3),
    Number("age", "integer", *whole(42, 13, 18, 95)),
    Number("tenure", "integer", *count(24, 0.9)),
    Number("income", "float8", *lognormal(8, 0.6), nulls=0.01),
    Number("balance", "float8", *normal(500, 400), ar=0.12),
    Number("spend", "float8", *zero_inflated(0.4, 3, 1), weekly=0.2),
    Number("visits", "integer", *count(5, 0.8), weekly=0.4),
    Number("tickets", "integer", *count(1, 0.7)),
    Number("usage", "float8", *lognormal(2, 0.7), yearly=0.5),
    Number("temperature", "float8", *normal(12, 6, 1), yearly=1.2),
    Number("height", "float8", *normal(172, 10, 1), nulls=0.02),
    Number("discount", "float8", *bounded(), yearly=0.3, weekly=0.2),
    Number("rate", "numeric(8,2)", *normal(20, 3)),
    Number("latency", "float8", *lognormal(4, 0.5), ar=0.12),
    Number("noise", "float8", *normal(0, 1, 4)),                        # means nothing to the model
    Number("bandwidth", "float8", *normal(80, 15), weekly=0.3, yearly=0.4),
    Number("items", "integer", *count(3, 0.7), weekly=-0.3),
    Number("distance", "float8", *lognormal(2.5, 0.9)),
    Number("amount", "text", *lognormal(4, 0.8)),                       # a number, kept as text
]
CATEGORIES = [
    Category("region", ["north", "south", "east", "west", "centre"], [.35, .25, .2, .12, .08]),
    Category("plan", ["basic", "plus", "gold", "trial"], [.45, .3, .15, .1]),
    Category("device", ["phone", "web", "tablet"], [.55, .35, .1], weekly=0.5),
    Category("browser", ["chrome", "safari", "firefox", "edge", "other"], [.5, .25, .12, .1, .03]),
    Category("city", [f"city {i}" for i in range(40)], [1 / (i + 1) for i in range(40)]),
    Category("channel", ["mail", "search", "social", "direct", "shop", "fair"], [.3, .25, .2, .15, .07, .03], weekly=0.2, yearly=0.4),
]
OTHERS = [("member", "boolean"), ("comment", "text"), ("customer", "text"), ("last_seen", "timestamptz")]
FEATURES = [n.name for n in NUMBERS] + [c.name for c in CATEGORIES] + [n for n, _ in OTHERS]
TYPES = {**{n.name: n.type for n in NUMBERS}, **{c.name: "text" for c in CATEGORIES}, **dict(OTHERS)}
COLUMNS = ["id", "predicted_at", "model_version", *FEATURES, "score", "predicted"]
WORDS = "late order again support phone never answered very happy with the new app price too high moved house thanks slow delivery".split()
# what the world makes of z; version 1 does not see signal2
WEIGHTS = {"signal": 0.9, "signal2": 0.35, "age": -0.2, "tenure": -0.35, "balance": -0.15, "spend": -0.2, "visits": -0.25, "usage": -0.25,
           "height": 0.3, "tickets": 0.3, "income": -0.25, "bandwidth": 0.2, "latency": 0.2, "amount": -0.25}
EFFECTS = {"plan": {"basic": 0.3, "plus": 0, "gold": -0.5, "trial": 0.7}, "region": {"north": 0, "south": 0.15, "east": -0.1, "west": 0.2, "centre": 0}}
INTERCEPT = -1.4
HIDDEN = 0.8                                                            # sd of what no column knows
THRESHOLD = 0.4


@dataclass
class Fault:
    """
    What goes wrong from day `start` for `days` days.  `causes` are those that name it rightly, `within` the windows
    in which it is to be found, the first bad one counted, after `wait` windows for labels.
    """
    name: str
    start: int
    days: int
    columns: list
    causes: list
    within: int
    metric: str
    wait: int = 0
    also: list = field(default_factory=list)                            # columns that show it in consequence

    @property
    def end(self):
        return self.start + self.days

    def on(self, day):
        return self.start <= day < self.end


MODEL = ["score", "predicted"]
ALL = ["*"]
FAULTS = [
    Fault("height in inches", 98, 7, ["height"], ["quality", "input"], 1, "unit_change", also=MODEL),
    Fault("signal +0.5 sd", 112, 8, ["signal"], ["input", "performance"], 3, "drift", also=MODEL + ["label"]),
    Fault("noise +0.5 sd", 127, 8, ["noise"], ["input"], 3, "drift"),
    Fault("5 points of income NULL", 142, 6, ["income"], ["quality"], 3, "null_rate", also=MODEL),
    Fault("60 points of balance NULL", 156, 4, ["balance"], ["quality"], 1, "null_rate", also=MODEL),
    Fault("a new channel floods", 168, 6, ["channel"], ["quality", "input"], 1, "unseen_category"),
    Fault("plan basic renamed", 192, 6, ["plan"], ["quality", "input"], 1, "unseen_category", also=MODEL),
    Fault("half the rows", 206, 3, ALL, ["volume"], 2, "volume"),
    Fault("no rows", 219, 2, ALL, ["volume"], 1, "volume"),
    Fault("a tenth loaded twice", 230, 1, ["id"], ["quality"], 1, "duplicate_rows"),
    Fault("bandwidth constant", 240, 6, ["bandwidth"], ["quality", "input"], 1, "constant_column", also=MODEL),
    Fault("latency -1 in 5 %", 253, 5, ["latency"], ["quality", "input"], 1, "out_of_range", also=MODEL),
    Fault("labels lost", 263, 7, ["label"], ["quality", "performance"], 3, "label_coverage", wait=MAX_LABEL_AGE),
    Fault("the world changes", 282, 28, ["label"], ["performance"], 7, "roc_auc", wait=MAX_LABEL_AGE),
    Fault("score constant", 316, 3, ["score"], ["prediction", "quality", "performance"], 1, "constant_column", also=MODEL + ["label"]),
    Fault("amount does not parse", 326, 4, ["amount"], ["quality", "input"], 1, "type_parse", also=MODEL),
    Fault("west is silent", 335, 4, ["region"], ["volume", "quality", "input"], 2, "volume", also=MODEL),
    Fault("last_seen in the future", 345, 3, ["last_seen"], ["quality", "input"], 1, "clock"),
    Fault("discount renamed", 353, 2, ["discount"], ["schema", "evaluation"], 1, "schema", also=ALL),
]


class Year:
    """The rows of each day, and when their labels come.  Everything of a day is drawn from (seed, day), whatever the faults."""

    def __init__(self, seed=1, days=365, rows=500, faults=True):
        self.seed, self.days, self.rows = seed, days, rows
        jitter = np.random.default_rng([seed, 1]).integers(-2, 3, len(FAULTS))
        self.faults = [Fault(**{**f.__dict__, "start": f.start + int(j)}) for f, j in zip(FAULTS, jitter)] if faults is True else list(faults or [])
        self.faults = [f for f in self.faults if f.end + max(f.wait, 1) + f.within <= days or f.end <= days and not f.wait]
        rng = np.random.default_rng([seed, 2])
        d = np.arange(days)
        phase = rng.uniform(-0.3, 0.3, len(NUMBERS) + len(CATEGORIES))
        self.move = {}
        for i, c in enumerate(NUMBERS + CATEGORIES):
            move = c.weekly * self.weekend(d) - c.yearly * np.cos(2 * np.pi * (d - 20) / 365.25 + phase[i]) + rng.normal(0, 0.03, days)
            noise = rng.normal(0, 1, days)
            if isinstance(c, Number) and c.ar:
                state = np.zeros(days)
                for k in range(1, days):
                    state[k] = 0.8 * state[k - 1] + 0.6 * c.ar * noise[k]
                move = move + state
            self.move[c.name] = move

    @staticmethod
    def weekend(day):
        return ((np.asarray(day) % 7 >= 5) | np.isin(day, list(HOLIDAYS))).astype(float)

    def active(self, name, day):
        return any(f.name == name and f.on(day) for f in self.faults)

    def volume(self, day):
        """expected rows; by the day of the week a little, at holidays much"""
        share = (1, 1.02, 1.0, 0.98, 1.03, 0.55, 0.5)[day % 7] * (0.4 if day in LOW else 1)
        return self.rows * share * (1 + 0.1 * np.sin(2 * np.pi * day / 365.25)) * float(np.exp(0.04 * np.random.default_rng([self.seed, 3, day]).normal()))

    def day(self, day):
        """({column: array of what is stored}, labels, days after the prediction at which they come, infinite: never)"""
        rng = np.random.default_rng([self.seed, 4, day])
        n = int(rng.poisson(self.volume(day)))
        hour = np.clip(rng.normal(14, 4, n), 0, 23.99)
        z = {}
        for c in NUMBERS:
            z[c.name] = rng.normal(0, 1, n) + self.move[c.name][day]
        u = {c.name: rng.random(n) for c in CATEGORIES}
        missing = {c.name: rng.random(n) for c in NUMBERS}
        member, luck, hidden, delay, never, broken = rng.random(n), rng.random(n), rng.normal(0, HIDDEN, n), rng.normal(0, 1, n), rng.random(n), rng.random(n)
        words, seen = rng.integers(0, len(WORDS), (n, 8)), rng.exponential(3, n)
        # the world
        for name in ("signal", "noise"):
            if self.active(f"{name} +0.5 sd", day):
                z[name] = z[name] + 0.5
        x, true = {}, {}
        for c in NUMBERS:
            x[c.name] = c.to(z[c.name]).astype(float)
            true[c.name] = c.back(x[c.name])
        for c in CATEGORIES:
            tilt = np.linspace(-1, 1, len(c.values)) * self.move[c.name][day]
            share = np.array(c.shares) * np.exp(tilt)
            x[c.name] = np.array(c.values, object)[np.searchsorted(np.cumsum(share / share.sum())[:-1], u[c.name], side="right")]
        weights = dict(WEIGHTS)
        if self.active("the world changes", day):
            weights.update(signal=0.5, visits=0.05)
        eta = INTERCEPT + sum(w * true[k] for k, w in weights.items()) + sum(np.array([e[v] for v in x[k]], float) for k, e in EFFECTS.items() if n)
        label = luck < sigmoid(eta + hidden)
        # median 3 days, 21 at most; 2 % never
        late = np.where(never < 0.02, np.inf, np.minimum(3 * np.exp(0.8 * delay), MAX_LABEL_AGE))
        if self.active("labels lost", day):
            late[:] = np.inf
        # the record
        if self.active("height in inches", day):
            x["height"] = np.round(x["height"] / 2.54, 1)
        extra = {"income": 0.05 if self.active("5 points of income NULL", day) else 0, "balance": 0.6 if self.active("60 points of balance NULL", day) else 0}
        for c in NUMBERS:
            x[c.name][missing[c.name] < c.nulls + extra.get(c.name, 0)] = np.nan
        if self.active("bandwidth constant", day):
            x["bandwidth"][:] = 100
        if self.active("latency -1 in 5 %", day):
            x["latency"][broken < 0.05] = -1
        unparsed = (broken < 0.3) & self.active("amount does not parse", day)
        if self.active("a new channel floods", day):
            x["channel"][broken < 0.15] = "partner"
        if self.active("plan basic renamed", day):
            x["plan"][x["plan"] == "basic"] = "BASIC"
        # the model
        version = 1 if day < NEW_VERSION else 2
        blind = {k: w for k, w in WEIGHTS.items() if version == 2 or k != "signal2"}
        unseen = HIDDEN ** 2 + sum(w * w for k, w in WEIGHTS.items() if k not in blind)
        felt = INTERCEPT + sum(np.array([e.get(v, 0) for v in x[k]], float) for k, e in EFFECTS.items() if n)
        numbers = {c.name: c for c in NUMBERS}
        for k, w in blind.items():
            value = np.where(unparsed, np.nan, x[k]) if k == "amount" else x[k]
            felt = felt + w * np.nan_to_num(numbers[k].back(value))
        score = np.round(sigmoid(felt / np.sqrt(1 + np.pi * unseen / 8)), 6)
        if self.active("score constant", day):
            score[:] = 0.25
        x["amount"] = np.array([None if np.isnan(v) else f"{v:.2f}".replace(".", ",") if bad else f"{v:.2f}" for v, bad in zip(x["amount"], unparsed)], object)
        x["member"] = member < 0.6
        x["comment"] = np.array([" ".join(WORDS[i] for i in w) + f" {k}" for k, w in enumerate(words)], object)
        identity = 100000 * day + np.arange(n)
        x["customer"] = np.array([f"c-{(i * 2654435761) % 4294967296:08x}" for i in identity.tolist()], object)
        at = day * 86400 + np.floor(hour * 3600)
        x["last_seen"] = at - np.floor(seen * 86400)
        if self.active("last_seen in the future", day):
            x["last_seen"][broken < 0.03] = at[broken < 0.03] + 400 * 86400
        x.update(id=identity, predicted_at=at, model_version=np.full(n, version), score=score, predicted=score >= THRESHOLD)
        keep = np.ones(n, bool)
        if self.active("half the rows", day):
            keep = broken < 0.5
        if self.active("no rows", day):
            keep[:] = False
        if self.active("west is silent", day):
            keep &= x["region"] != "west"
        index = np.flatnonzero(keep)
        if self.active("a tenth loaded twice", day):
            index = np.concatenate([index, index[broken[index] < 0.1]])
        return {k: v[index] for k, v in x.items()}, label[index], late[index]


def instant(seconds):
    return (START + datetime.timedelta(seconds=int(seconds))).strftime("%Y-%m-%d %H:%M:%S+00")


def text(column, values):
    """as COPY takes them, NULL an empty string"""
    kind = TYPES.get(column, "")
    if column in ("predicted_at", "last_seen"):
        return [instant(v) for v in values]
    if kind == "integer":
        return ["" if np.isnan(v) else str(int(v)) for v in values]
    if kind.startswith(("float8", "numeric")):
        return ["" if np.isnan(v) else repr(float(v)) for v in values]
    if values.dtype == bool:
        return ["t" if v else "f" for v in values]
    return ["" if v is None else str(v) for v in values]


def ddl(table="year.prediction", features=FEATURES):
    columns = ",\n    ".join(f"{name} {TYPES[name]}" for name in features)
    return f"""CREATE TABLE {table} (
    id bigint NOT NULL,
    predicted_at timestamptz NOT NULL,
    model_version integer NOT NULL,
    {columns},
    score float8,
    predicted boolean,
    label boolean,
    label_at timestamptz
)"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--output", default=".")
    options = parser.parse_args()
    year = Year(options.seed, options.days, options.rows)
    with open(os.path.join(options.output, "prediction.csv"), "w", newline="") as file:
        out = csv.writer(file)
        out.writerow([*COLUMNS, "label", "label_at"])
        for day in range(options.days):
            x, label, late = year.day(day)
            due = ["" if np.isinf(a) else instant(t + a * 86400) for t, a in zip(x["predicted_at"], late)]
            out.writerows(zip(*(text(c, x[c]) for c in COLUMNS), ["" if not a else "t" if v else "f" for v, a in zip(label, due)], due))
    with open(os.path.join(options.output, "fault.json"), "w") as file:
        json.dump([f.__dict__ for f in year.faults], file, indent=1)


if __name__ == "__main__":
    main()
