"""What people were told, against what was wrong.

An incident belongs to a fault when its onset lies in the fault, or in the window after it, and it names one of the
fault's columns or causes, or a consequence.  A fault is found when such an incident, of a right column or cause, was
told within its windows.  An incident that belongs to none is false.
"""
import statistics


def names(incident, fault):
    """does it name the fault itself?"""
    if fault.columns == ["*"] or not incident["columns"]:
        return incident["cause"] in fault.causes
    return bool(set(incident["columns"]) & set(fault.columns)) and incident["cause"] in fault.causes


def belongs(incident, fault):
    if not fault.start <= incident["onset"] < fault.end + 1:
        return False
    return names(incident, fault) or "*" in fault.columns + fault.also or bool(set(incident["columns"]) & set(fault.columns + fault.also))


def score(faults, incidents):
    """{fault, delay, incidents, notices, alerts} per fault, and the incidents that are false"""
    table, claimed = [], set()
    for f in faults:
        mine = [i for i in incidents if belongs(i, f)]
        claimed |= {i["id"] for i in mine}
        right = [i for i in mine if names(i, f) and i["onset"] < f.end]
        first = min((i["seen"] for i in right), default=None)
        delay = None if first is None else first - f.start + 1 - f.wait
        table.append(dict(fault=f, delay=delay, found=delay is not None and delay <= f.within, incidents=len(mine),
                          notices=sum(i["notices"] for i in mine), alerts=sum(i["alerts"] for i in mine),
                          severity=min((i["severity"] for i in right), default=None)))
    return table, [i for i in incidents if i["id"] not in claimed]


def summary(table, false, days):
    """of a year of `days` judged days"""
    told = [t["notices"] for t in table if t["incidents"]]
    red = set().union(*(i["open"] for i in false)) if false else set()
    return dict(found=sum(t["found"] for t in table), faults=len(table), false=len(false), red=len(red) / (days / 30.4),
                notices=sum(t["notices"] for t in table) + sum(i["notices"] for i in false),
                alerts=sum(t["alerts"] for t in table) + sum(i["alerts"] for i in false),
                median_notices=statistics.median(told) if told else 0, most_notices=max(told, default=0))


def words(table):
    """a line for each fault"""
    for t in table:
        f = t["fault"]
        after = "" if t["delay"] is None else f"after {t['delay']}"
        how = "found" if t["found"] else "missed" if t["delay"] is None else "late"
        yield (f"{f.name:25} day {f.start:3} + {f.days:2}  {f.metric:16} within {f.within:2}: {how:6} {after:9} {t['severity'] or '':8}"
               f" {t['incidents']:3} incidents {t['notices']:3} notices {t['alerts']:3} alerts")
