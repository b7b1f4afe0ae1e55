"""Writes what NumPy answers for searches, different elements and slopes.

    python3 -m venv oracle && oracle/bin/pip install numpy && oracle/bin/python __test__/oracle/make_search.py

The answers go to `__test__/oracle/data/search.json` and are committed, so that tests need no Python. They are written as
those of `make_linear.py`.
"""

import numpy as np

from make_arrays import write
from make_linear import add, arrays, cases


def searches(rng):
    for dtype in ["float64", "float32", "int64", "uint8"]:
        among = np.sort(rng.integers(0, 20, 9).astype(dtype))
        x = rng.integers(0, 22, (4, 5)).astype(dtype)
        for side in ["left", "right"]:
            add("searchsorted", [among, x], np.searchsorted(among, x, side), side=side)
        add("isin", [x, among], np.isin(x, among))
        add("isin", [x, among], np.isin(x, among, invert=True), invert=True)
        add("union1d", [x, among], np.union1d(x, among))
    strange = np.array([np.nan, 1.0, -0.0, np.inf, np.nan, 2.5, 0.0, -np.inf])
    add("searchsorted", [np.sort(strange), strange], np.searchsorted(np.sort(strange), strange))
    add("isin", [strange, strange], np.isin(strange, strange))
    add("isin", [strange, np.zeros(0)], np.isin(strange, np.zeros(0)))
    x = rng.normal(size=(5, 4))
    add("digitize", [x, np.array([-1.0, 0.0, 0.5])], np.digitize(x, [-1.0, 0.0, 0.5]))
    for bins in [[-1.0, 0.0, 0.5], [2.0, 0.25, 0.25, -1.0], [0.0]]:
        for right in [False, True]:
            values = np.concatenate([x.ravel(), bins])
            add("digitize_list", [values], np.digitize(values, bins, right), bins, right=right)


def different(rng):
    strange = np.array([np.nan, 1.0, 3.0, np.inf, np.nan, 3.0, 0.0, -np.inf])
    whole = [rng.integers(0, 6, (3, 7)), rng.integers(0, 6, 11).astype("uint8"), rng.random(9) < 0.5, np.zeros((0, 2))]
    for x in [*whole, strange, strange.astype("float32").reshape(2, 4)]:
        add("unique", [x], np.unique(x))
        values, index, inverse, counts = np.unique(x, True, True, True)
        options = {"returnIndex": True, "returnInverse": True, "returnCounts": True}
        add("unique", [x], [values, index, inverse, counts], **options)
        add("unique", [x], [values, counts], returnCounts=True)


def boxes(rng):
    x, y = rng.normal(size=40), np.round(rng.normal(size=40), 1)
    weights = rng.random(40)
    answers = [
        {"bins": 4}, {"bins": [3, 5], "range": [[-1.0, 1.0], [-2.0, 2.0]]},
        {"bins": [[-1.0, 0.0, 0.5, 2.0], [-0.5, 0.1]]}, {"bins": [2, [-1.0, 0.5, 0.7]], "density": True},
    ]
    for options in answers:
        counts, edges = np.histogramdd([x, y], **options)
        integers = counts if options.get("density") else counts.astype("int64")
        add("histogram2d", [x, y], [integers, *edges], **options)
        weighted, _ = np.histogramdd([x, y], **options, weights=weights)
        add("histogram2d", [x, y], [weighted], **options, weights=list(weights))


def slopes(rng):
    x = rng.normal(size=(7, 6))
    for options in [{}, {"spacing": 0.5}, {"spacing": [2.0, 0.25]}, {"edgeOrder": 2}]:
        spacing = options.get("spacing", 1)
        distances = spacing if isinstance(spacing, list) else [spacing]
        add("gradient", [x], list(np.gradient(x, *distances, edge_order=options.get("edgeOrder", 1))), **options)
    add("gradient", [x], np.gradient(x, axis=1), axis=1)
    add("gradient", [x[:2].astype("float32")], np.gradient(x[:2].astype("float32"), axis=0), axis=0)
    add("gradient", [np.arange(5) ** 2], np.gradient(np.arange(5) ** 2, axis=-1), axis=-1)
    add("ediff1d", [x], np.ediff1d(x))
    add("ediff1d", [np.arange(6) ** 3], np.ediff1d(np.arange(6) ** 3, 7, -1), toEnd=7, toBegin=-1)


def lines(rng):
    x = np.append(rng.uniform(-3, 9, 17), [np.nan, np.inf, -np.inf]).reshape(4, 5)
    xp, fp = np.sort(rng.uniform(-1, 7, 6)), rng.normal(size=6)
    add("interp", [x, xp, fp], np.interp(x, xp, fp))
    add("interp", [x, xp, fp], np.interp(x, xp, fp, -1, 99), left=-1, right=99)
    add("interp", [x, xp[::-1], fp], np.interp(x, xp[::-1], fp, period=2.5), period=2.5)
    add("interp", [xp, xp, fp], np.interp(xp, xp, fp))
    steps, heights = np.array([0.0, 1.0, 1.0, 3.0, 4.0]), np.array([0.0, 2.0, np.inf, np.inf, np.nan])
    places = np.arange(-1, 10) / 2
    add("interp", [places, steps, heights], np.interp(places, steps, heights))
    for dtype in ["int64", "uint8", "float32", "bool"]:
        few = np.arange(2).astype(dtype)
        add("interp", [few, steps[:2] * 4, fp[:2]], np.interp(few, steps[:2] * 4, fp[:2]))
    add("interp", [x, xp[:1], fp[:1]], np.interp(x, xp[:1], fp[:1]))


if __name__ == "__main__":
    rng = np.random.default_rng(5)
    searches(rng)
    different(rng)
    slopes(rng)
    boxes(rng)
    lines(rng)
    write("search.json", {"arrays": arrays, "cases": cases})
