"""Writes random numbers of NumPy's Philox, and moments of distributions by SciPy.

    python3 -m venv oracle && oracle/bin/pip install numpy scipy && oracle/bin/python __test__/oracle/make_random.py

`random.json` holds for some seeds what the first two calls of a generator give, and for each distribution its
arguments, mean and variance. Floats are written in full, so that readers get every bit.
"""

import json
import pathlib

import numpy
from scipy import stats

FILE = pathlib.Path(__file__).parent / "data" / "random.json"
SEEDS = [0, 1, 42, 2**32, 2**53 - 1, 12345678901234567890123456789012345678901234567890]

DISTRIBUTIONS = [
    ("uniform", [-1, 3], stats.uniform(-1, 4)),
    ("normal", [5, 2], stats.norm(5, 2)),
    ("lognormal", [0, 0.5], stats.lognorm(0.5)),
    ("exponential", [3], stats.expon(scale=3)),
    ("laplace", [1, 2], stats.laplace(1, 2)),
    ("logistic", [1, 2], stats.logistic(1, 2)),
    ("gumbel", [1, 2], stats.gumbel_r(1, 2)),
    ("weibull", [1.5], stats.weibull_min(1.5)),
    ("pareto", [5], stats.lomax(5)),
    ("rayleigh", [2], stats.rayleigh(scale=2)),
    ("power", [3], stats.powerlaw(3)),
    ("triangular", [0, 1, 4], stats.triang(0.25, 0, 4)),
    ("gamma", [2.5, 2], stats.gamma(2.5, scale=2)),
    ("gamma", [0.3, 1], stats.gamma(0.3)),
    ("beta", [2, 3], stats.beta(2, 3)),
    ("chisquare", [4], stats.chi2(4)),
    ("f", [5, 12], stats.f(5, 12)),
    ("standardT", [10], stats.t(10)),
    ("poisson", [4], stats.poisson(4)),
    ("poisson", [40], stats.poisson(40)),
    ("binomial", [10, 0.3], stats.binom(10, 0.3)),
    ("binomial", [100, 0.7], stats.binom(100, 0.7)),
    ("negativeBinomial", [5, 0.4], stats.nbinom(5, 0.4)),
    ("geometric", [0.25], stats.geom(0.25)),
    ("integers", [-3, 9], stats.randint(-3, 9)),
    ("logseries", [0.7], stats.logser(0.7)),
    ("noncentralChisquare", [3, 2.5], stats.ncx2(3, 2.5)),
    ("noncentralChisquare", [0.5, 4], stats.ncx2(0.5, 4)),
    ("noncentralF", [5, 14, 2], stats.ncf(5, 14, 2)),
    ("standardExponential", [], stats.expon()),
    ("standardGamma", [2.5], stats.gamma(2.5)),
    ("standardNormal", [], stats.norm()),
    ("vonmises", [0, 0.5], stats.vonmises(0.5)),
    ("vonmises", [0.3, 6], stats.vonmises(6, loc=0.3)),
    ("zipf", [6], stats.zipf(6)),
    ("hypergeometric", [15, 5, 10], stats.hypergeom(20, 15, 10)),
    ("hypergeometric", [300, 500, 600], stats.hypergeom(800, 300, 600)),
    ("wald", [2, 5], stats.invgauss(2 / 5, scale=5)),
]


def sequence(seed):
    doubles, singles = (numpy.random.Generator(numpy.random.Philox(child)) for child in numpy.random.SeedSequence(seed).spawn(2))
    return {
        "seed": str(seed),
        "doubles": doubles.random(9).tolist(),
        "singles": singles.random(9, dtype=numpy.float32).tolist(),
    }


answers = {
    "sequences": [sequence(seed) for seed in SEEDS],
    "distributions": [
        {"name": name, "args": args, "mean": float(given.mean()), "variance": float(given.var())}
        for name, args, given in DISTRIBUTIONS
    ],
}
FILE.write_text(json.dumps(answers, indent=1) + "\n")
