"""Writes what NumPy (and of `coarsen` Dask) answers for functions of positions.

    python3 -m venv oracle && oracle/bin/pip install numpy && oracle/bin/python __test__/oracle/make_places.py

The answers go to `__test__/oracle/data/places.json` and are committed, so that tests need no Python. They are written as
those of `make_linear.py`.
"""

import numpy as np

from make_arrays import write
from make_linear import add, arrays, cases


def numbers(rng):
    flat = rng.integers(0, 24, (3, 4))
    for order in ["C", "F"]:
        positions = [index.astype("int64") for index in np.unravel_index(flat, (2, 3, 4), order)]
        add("unravelIndex", [flat], positions, order=order)
        add("ravelMultiIndex", positions, np.ravel_multi_index(positions, (2, 3, 4), order=order), order=order)
    far = [rng.integers(-9, 9, 7), rng.integers(-9, 9, 7)]
    for mode in ["clip", "wrap"]:
        add("ravelMultiIndex", far, np.ravel_multi_index(far, (3, 4), mode=mode), mode=mode)


def choices(rng):
    which = rng.integers(0, 3, (4, 5))
    a, b, c = rng.normal(size=(4, 5)), rng.integers(0, 9, 5), rng.normal(size=(4, 1)).astype("float32")
    add("choose", [which, a, b, c], np.choose(which, [a, b, c]))
    far = rng.integers(-5, 6, 9)
    for mode in ["clip", "wrap"]:
        add("choose", [far, np.int64(7) + np.arange(9), np.zeros(1)], np.choose(far, [7 + np.arange(9), np.zeros(1)], mode=mode), mode=mode)


def boxes(rng):
    x = rng.integers(0, 100, (7, 9))
    add("coarsen", [x], x[:6, :8].reshape(3, 2, 2, 4).sum((1, 3)), "sum", {"0": 2, "1": 4}, trimExcess=True)
    add("coarsen", [x], x.reshape(7, 3, 3).max(2), "max", {"1": 3})
    add("coarsen", [x.astype("float64")], x[:6].reshape(2, 3, 9).mean(1), "mean", {"0": 3}, trimExcess=True)


def triangles():
    for k in [-2, 0, 1, 7]:
        add("trilIndices", [], list(np.tril_indices(4, k, 6)), 4, k=k, columns=6)
        add("triuIndices", [], list(np.triu_indices(4, k, 6)), 4, k=k, columns=6)
    x = np.zeros((3, 5))
    add("trilIndicesFrom", [x], list(np.tril_indices_from(x)))
    add("triuIndicesFrom", [x], list(np.triu_indices_from(x)))


def repeats(rng):
    x = rng.normal(size=(3, 4))
    add("repeatEach", [x], np.repeat(x, [2, 0, 3], 0), [2, 0, 3], axis=0)
    add("repeatEach", [x], np.repeat(x, [0, 1, 2, 3], 1), [0, 1, 2, 3], axis=1)
    add("repeatEach", [x], np.repeat(x, np.arange(12)), list(range(12)))


if __name__ == "__main__":
    rng = np.random.default_rng(11)
    numbers(rng)
    choices(rng)
    boxes(rng)
    triangles()
    repeats(rng)
    write("places.json", {"arrays": arrays, "cases": cases})
