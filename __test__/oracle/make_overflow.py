"""Writes what NumPy answers where integers run over, for all of their dtypes.

    python3 -m venv oracle && oracle/bin/pip install numpy && oracle/bin/python __test__/oracle/make_overflow.py

The answers go to `__test__/oracle/data/overflow.json` and are committed, so that tests need no Python. The format is that of
`linear.json`. Operations of one element and casts are in `arrays-elementwise.json`.
"""

import warnings

import numpy as np

import make_linear
from make_arrays import INTEGERS, write

# `make_linear` keeps what it was given; here it only lends its format.
make_linear.arrays.clear()
make_linear.cases.clear()
add = make_linear.add
rng = np.random.default_rng(9)


def extremes(dtype):
    """Four rows of six: both limits, their neighbours and their halves, and whatever lies between them."""
    limits = np.iinfo(dtype)
    edges = [limits.max, limits.min, limits.max - 1, limits.min + 1, limits.max // 2 + 1, 3]
    drawn = rng.integers(limits.min, limits.max, (3, 6), dtype=dtype, endpoint=True)
    return np.concatenate([np.array([edges], dtype), drawn | np.array(1, dtype)])


def of_one(dtype):
    a = extremes(dtype)
    for axis in [None, 0, 1, [0, 1]]:
        chosen = {} if axis is None else {"axis": axis}
        axes = tuple(axis) if isinstance(axis, list) else axis
        for name in ["sum", "prod", "ptp", "mean", "nansum", "nanprod"]:
            add(name, [a], getattr(np, name)(a, axes), **chosen)
    for name in ["cumsum", "cumprod", "diff"]:
        add(name, [a], getattr(np, name)(a, axis=1), axis=1)
    add("ediff1d", [a[0]], np.ediff1d(a[0]))
    add("trace", [a], np.trace(a))
    for name in ["absolute", "negative", "square"]:
        add(name, [a], getattr(np, name)(a))
    add("clip", [a, a[1], a[2]], np.clip(a, a[1], a[2]))


def of_two(left, right):
    a, b = extremes(left), extremes(right)
    for name in ["add", "subtract", "multiply"]:
        add(name, [a, b], getattr(np, name)(a, b))
    add("matmul", [a, b.T], a @ b.T)
    add("dot", [a[0], b[0]], np.dot(a[0], b[0]))
    add("vdot", [a, b], np.vdot(a, b))
    add("outer", [a[0], b[0]], np.outer(a[0], b[0]))
    add("einsum", [a, b], np.einsum("ij,kj->ki", a, b), "ij,kj->ki")


def main():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        for dtype in INTEGERS:
            of_one(dtype)
            of_two(dtype, dtype)
        for left, right in zip(INTEGERS, [*INTEGERS[4:], *INTEGERS[:4]]):
            of_two(left, right)
    write("overflow.json", {"arrays": make_linear.arrays, "cases": make_linear.cases})


if __name__ == "__main__":
    main()
