"""lifetimes on the synthetic set of value.md B8: fit, then expected purchases of everybody in 39 weeks.

Arguments: model (bg_nbd or pareto_nbd), customers, how (plain, or grouped: equal histories once, with
weights, as the library's own users do by hand). Prints processor seconds and parameters.
"""

import json
import resource
import sys
import time
import warnings

import numpy
import pandas
from lifetimes import BetaGeoFitter, ParetoNBDFitter

warnings.filterwarnings("ignore")
HORIZON_WEEKS = 39


def purchases(customers):
    """BG/NBD truth r .25, alpha 4.5, a .8, b 2.4; T 189 to 280 days, times rounded up to days; in weeks."""
    draws = numpy.random.default_rng(20261122)
    rate = draws.gamma(0.25, 1 / 4.5, customers)
    drop = draws.beta(0.8, 2.4, customers)
    total = draws.integers(189, 281, customers) / 7.0
    count, last = numpy.zeros(customers), numpy.zeros(customers)
    now, alive = numpy.zeros(customers), numpy.ones(customers, dtype=bool)
    while alive.any():
        place = numpy.flatnonzero(alive)
        now[place] += draws.exponential(1.0, len(place)) / rate[place]
        inside = place[now[place] < total[place]]
        # Two purchases on one day are one occasion.
        day = numpy.minimum(numpy.ceil(now[inside] * 7), total[inside] * 7) / 7
        count[inside] += day > last[inside]
        last[inside] = day
        alive[:] = False
        alive[inside[draws.random(len(inside)) >= drop[inside]]] = True
    return pandas.DataFrame({"x": count, "t_x": last, "T": total})


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def timed(work):
    cpu_before, wall_before = cpu(), time.perf_counter()
    result = work()
    return result, cpu() - cpu_before, time.perf_counter() - wall_before


model, customers, how = sys.argv[1], int(sys.argv[2]), sys.argv[3]
data = purchases(customers)
before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
fitter = BetaGeoFitter() if model == "bg_nbd" else ParetoNBDFitter()


def fit():
    if how == "plain":
        return fitter.fit(data.x, data.t_x, data["T"])
    cells = data.groupby(["x", "t_x", "T"], as_index=False).size()
    return fitter.fit(cells.x, cells.t_x, cells["T"], weights=cells["size"])


def predict():
    return float(numpy.sum(fitter.conditional_expected_number_of_purchases_up_to_time(HORIZON_WEEKS, data.x, data.t_x, data["T"])))


_, fit_cpu, fit_wall = timed(fit)
expected, predict_cpu, predict_wall = timed(predict)
print(json.dumps({
    "fit_cpu_s": fit_cpu, "fit_wall_s": fit_wall, "predict_cpu_s": predict_cpu, "predict_wall_s": predict_wall,
    "parameters": {name: float(value) for name, value in fitter.params_.items()}, "expected": expected,
    "cells": int(data.drop_duplicates().shape[0]), "before_mb": before_mb,
}))
