"""k-means of scikit-learn on the customers of crates/domain/examples/cluster_speed.rs: Lloyd's algorithm from one start of k-means++.

Arguments: customers, features, smallest and largest number of clusters. Prints the sum of squared distances, rounds,
milliseconds and processor time of each number.
"""

import json
import resource
import sys
import time

import numpy
import sklearn
from sklearn.cluster import KMeans

people, features, least, most = map(int, sys.argv[1:5])
GROUPS, UNIFORMS_A_NORMAL = 6, 12


def uniforms(start, count):
    """SplitMix64 from seed 20: those numbers of its sequence, between 0 and 1."""
    with numpy.errstate(over="ignore"):
        mixed = numpy.uint64(20) + numpy.arange(start + 1, start + count + 1, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return ((mixed ^ (mixed >> numpy.uint64(31))) >> numpy.uint64(11)) / float(1 << 53)


def customers():
    """Six groups that overlap, of different sizes; every third feature is skewed; standardised."""
    middles = 3.0 * uniforms(0, GROUPS * features).reshape(GROUPS, features)
    each = 2 + UNIFORMS_A_NORMAL * features
    drawn = uniforms(GROUPS * features, people * each).reshape(people, each)
    group = (GROUPS * drawn[:, 0] * drawn[:, 1]).astype(int)
    points = middles[group] + drawn[:, 2:].reshape(people, features, UNIFORMS_A_NORMAL).sum(axis=2) - 6.0
    points[:, 2::3] = numpy.exp(points[:, 2::3])
    return (points - points.mean(axis=0)) / points.std(axis=0)


points = customers()
answers = {}
for count in range(least, most + 1):
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    found = KMeans(n_clusters=count, n_init=1, random_state=1).fit(points)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
    answers[count] = {"cpu_s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, "wall_s": wall,
                      "inertia": float(found.inertia_), "rounds": int(found.n_iter_)}
print(json.dumps({"version": sklearn.__version__, "answers": answers}))
