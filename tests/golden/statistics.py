"""
Writes statistics.json: t quantiles, tails, intervals and paired tests as SciPy computes them, and p values corrected by
Holm's method as its definition says.

  python3 tests/golden/statistics.py > tests/golden/statistics.json

SciPy 1.10's quantile (t.isf) is right to 1e-9 only: with one degree of freedom it is 1 / tan(pi tail / 2), which for a tail
of 0.001 is 636.6192487687196, where SciPy gives 636.6192494. Quantiles, and the intervals made of them, are therefore mpmath's
with 40 digits; SciPy's stand beside them as "scipy".
"""
import json
from functools import lru_cache

import mpmath
import numpy as np
import scipy
from scipy import stats

FREEDOM = [1, 2, 3, 4, 5, 9, 10, 19, 29, 99, 100, 999, 9999]
TAILS = [0.5, 0.2, 0.1, 0.05, 0.01, 0.001, 1e-6]
T = [1e-9, 1e-3, 0.1, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 50.0, 1000.0]
SAMPLES = [
    [0.9678, 0.9674, 0.9677, 0.9681, 0.9675],
    [0.5522, 0.4984, 0.3737, 0.5332, 0.4142],
    [9.395, 9.812],
    [1e6, 1e6 + 1, 1e6 - 1, 1e6 + 2],
    [-3.0, 0.0, 3.0],
    list(np.random.default_rng(7).normal(2.5, 0.75, 100)),
]
PAIRS = [
    ([0.9205, 0.8201, 0.9190, 0.8312, 0.9187], [0.9678, 0.9674, 0.9677, 0.9681, 0.9675]),
    ([0.5522, 0.4984, 0.3737, 0.5332, 0.4142], [0.5512, 0.5003, 0.3801, 0.5290, 0.4200]),
    ([1.0, 2.0], [1.5, 1.75]),
    (SAMPLES[5][:50], SAMPLES[5][50:]),
]
P = [[0.01, 0.04, 0.03, 0.005], [0.5], [0.2, 0.9, 0.5], [0.02, 0.02, 1.0]]


@lru_cache
def quantile(tail, freedom):
    """The t that |T| exceeds with probability `tail`."""
    with mpmath.workdps(40):
        tail_of = lambda t: mpmath.betainc(mpmath.mpf(freedom) / 2, 0.5, 0, freedom / (freedom + t * t), regularized=True)
        near = mpmath.mpf(float(stats.t.isf(tail / 2, freedom)))
        t = mpmath.findroot(lambda t: mpmath.log(tail_of(t) / mpmath.mpf(tail)), (near * 0.99999, near * 1.00001))
        return float(t)


def interval(values):
    half = quantile(0.05, len(values) - 1) * stats.sem(values)
    return [float(np.mean(values) - half), float(np.mean(values) + half)]


def scipy_interval(values):
    return [float(end) for end in stats.t.interval(0.95, len(values) - 1, loc=np.mean(values), scale=stats.sem(values))]


def paired(a, b):
    differences = np.subtract(b, a)
    return {"a": a, "b": b, "difference": float(differences.mean()), "interval": interval(differences),
            "p": float(stats.ttest_rel(b, a).pvalue)}


def holm(p):
    adjusted, largest = [0.0] * len(p), 0.0
    for rank, i in enumerate(np.argsort(p, kind="stable")):
        largest = max(largest, min(1.0, (len(p) - rank) * p[i]))
        adjusted[i] = largest
    return adjusted


print(json.dumps({
    "source": f"SciPy {scipy.__version__} (stats.t.sf, t.isf, t.interval, ttest_rel) and mpmath {mpmath.__version__} (quantiles), "
              "by tests/golden/statistics.py",
    "quantiles": [{"freedom": n, "tail": q, "t": quantile(q, n), "scipy": float(stats.t.isf(q / 2, n))}
                  for n in FREEDOM for q in TAILS],
    "tails": [{"freedom": n, "t": t, "tail": float(2 * stats.t.sf(t, n))} for n in FREEDOM for t in T],
    "samples": [{"values": v, "mean": float(np.mean(v)), "std": float(np.std(v, ddof=1)), "interval": interval(v),
                 "scipy_interval": scipy_interval(v)}
                for v in SAMPLES],
    "paired": [paired(a, b) for a, b in PAIRS],
    "holm": [{"p": p, "adjusted": holm(p)} for p in P],
}, indent=1))
