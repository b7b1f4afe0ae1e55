"""Writes what NumPy and Dask answer for statistics.

    python3 -m venv oracle && oracle/bin/pip install numpy dask && oracle/bin/python __test__/oracle/make_statistics.py

The answers go to `__test__/oracle/data/statistics.json` and are committed, so that tests need no Python.

    {"arrays": [{"dtype", "shape", "values"}],
     "cases": [{"call", "array", "args", "options", "part", "result", "shape", "values"}]}

`array` is a number of `arrays`, `part` that of an answer which is a list. Values are written as in `arrays-*.json`;
floats may differ from ours in the last digits. Positions that depend on the order of equal elements are not asked for.
"""

import json

import dask.array as da
import numpy as np

from make_arrays import as_json, elements, write

METHODS = [
    "linear", "lower", "higher", "midpoint", "nearest", "hazen", "weibull", "median_unbiased", "normal_unbiased",
    "interpolated_inverted_cdf",
]
arrays, cases = [], []


def add_array(array):
    arrays.append({"dtype": array.dtype.name, "shape": list(array.shape), "values": as_json(array)})
    return len(arrays) - 1


def add(call, number, answer, *args, **options):
    parts = list(answer) if isinstance(answer, (list, tuple)) else [answer]
    for part, value in enumerate(parts):
        value = np.asarray(value)
        cases.append({
            "call": call,
            "array": number,
            "args": list(args),
            "options": {key: entry for key, entry in options.items() if entry is not None},
            "part": part if len(parts) > 1 else None,
            "result": value.dtype.name,
            "shape": list(value.shape),
            "values": as_json(value),
        })


def axes_of(array):
    return [None, *range(array.ndim), -1]


def scans(array, number):
    calls = ["cumsum", "cumprod"] + (["nancumsum", "nancumprod"] if array.dtype.kind == "f" else [])
    for call in calls:
        for axis in axes_of(array):
            add(call, number, getattr(np, call)(array, axis=axis), axis=axis)


def spreads(array, number):
    kinds = ["var", "std"] + (["nanvar", "nanstd"] if array.dtype.kind == "f" else [])
    for call in kinds:
        for axis in axes_of(array):
            for ddof in [1, 1.5]:
                add(call, number, getattr(np, call)(array, axis=axis, ddof=ddof), axis=axis, ddof=ddof)


def means(array, number):
    for axis in axes_of(array):
        add("nanmean", number, np.nanmean(array, axis=axis), axis=axis)
        add("ptp", number, np.ptp(array, axis=axis), axis=axis)
        weights = np.arange(1.0, array.size + 1).reshape(array.shape)
        add("average", number, np.average(array, axis=axis, weights=weights), axis=axis, weights=weights.tolist())
        for order in [0, 1, 2, 3]:
            moment = da.from_array(array, chunks=-1).astype("f8" if array.dtype.kind != "f" else array.dtype)
            moment = ((moment - moment.mean(axis=axis, keepdims=True)) ** order).mean(axis=axis).compute()
            add("moment", number, moment.astype("f4" if array.dtype == "f4" else "f8"), order, axis=axis)
    add("average", number, np.average(array, axis=0, weights=range(1, len(array) + 1)), axis=0,
        weights=list(range(1, len(array) + 1)))


def differences(array, number):
    for axis in range(array.ndim):
        for n in [0, 1, 2]:
            add("diff", number, np.diff(array, n=n, axis=axis), n=n, axis=axis)


def orders(array, number):
    for axis in [*axes_of(array), list(range(array.ndim))]:
        where = tuple(axis) if isinstance(axis, list) else axis
        for call in ["median"] + (["nanmedian"] if array.dtype.kind == "f" else []):
            add(call, number, getattr(np, call)(array, axis=where), axis=axis)
            add(call, number, getattr(np, call)(array, axis=where, keepdims=True), axis=axis, keepdims=True)
        # Between infinite elements NumPy finds NaN, ours the element.
        if np.isinf(array).any():
            continue
        for method in METHODS if axis == 0 and array.dtype == "float64" else ["linear"]:
            for call in ["quantile"] + (["nanquantile"] if array.dtype.kind == "f" else []):
                lists = [[0.0, 0.25, 0.9, 1.0]] if method != "linear" or axis else [[index / 12 for index in range(13)]]
                for q in [0.3, *lists]:
                    found = getattr(np, call)(array, np.asarray(q, "f8"), axis=where, method=method)
                    found = found.astype("f4" if array.dtype == "f4" else "f8")
                    add(call, number, found, q, axis=axis, method=method)
    if not np.isinf(array).any():
        found = np.percentile(array, np.asarray([5.0, 50.0]), axis=0)
        add("percentile", number, found.astype("f4" if array.dtype == "f4" else "f8"), [5, 50], axis=0)


def tops(array, number):
    for axis in range(array.ndim):
        for k in [1, 3, -2, 1000]:
            add("topk", number, da.topk(da.from_array(array, chunks=-1), k, axis=axis).compute(), k, axis=axis)
            if len(np.unique(array)) == array.size:
                add("argtopk", number, da.argtopk(da.from_array(array, chunks=-1), k, axis=axis).compute().astype("i8"), k, axis=axis)


def histograms(array, number):
    # NumPy has edges in single precision for such elements.
    array = array.astype("f8")
    finite = not np.isnan(array).any()
    ranges = [(-3, 4.5), (2, 2)] + ([None] if finite else [])
    for limits in ranges:
        for bins in [1, 7, 10]:
            answer = np.histogram(array, bins=bins, range=limits)
            add("histogram", number, answer, bins=bins, range=None if limits is None else list(limits))
    edges = [-2, -1.5, 0, 0, 3, 5.25]
    add("histogram", number, np.histogram(array, bins=np.array(edges, "f8")), bins=edges)
    add("histogram", number, np.histogram(array, bins=8, range=(-3, 6), density=True), bins=8, range=[-3, 6], density=True)
    weights = np.arange(array.size, dtype="f8").reshape(array.shape) / 4
    add("histogram", number, np.histogram(array, bins=4, range=(-3, 6), weights=weights), bins=4, range=[-3, 6],
        weights=weights.tolist())


def counts():
    for values in [[], [3], [1, 4, 1, 0, 4, 4, 9, 2, 2, 2, 5]]:
        array = np.array(values, "int32")
        number = add_array(array)
        for minlength in [None, 3, 20]:
            add("bincount", number, np.bincount(array, minlength=minlength or 0), minlength=minlength)
        if values:
            weights = np.arange(len(values)) / 2
            add("bincount", number, np.bincount(array, weights=weights), weights=weights.tolist())


def main():
    np.seterr(all="ignore")
    rng = np.random.default_rng(7)
    for dtype in ["float64", "float32", "int64", "uint8"]:
        for shape in [(11,), (4, 6), (2, 3, 5), (40, 3)] if dtype == "float64" else [(4, 6)]:
            array = elements(dtype, shape, [])
            if dtype.startswith("int"):
                array = np.where(array > 1000, 17, np.where(array < -1000, -17, array)).astype(dtype)
            number = add_array(array)
            scans(array, number)
            differences(array, number)
            if shape != (40, 3):
                spreads(array, number)
                means(array, number)
                orders(array, number)
                tops(array, number)
                histograms(array, number)
    for special in [[np.nan], [np.inf], [np.nan, np.inf, -np.inf]]:
        array = elements("float64", (4, 6), special)
        number = add_array(array)
        scans(array, number)
        spreads(array, number)
        orders(array, number)
    distinct = rng.permutation(60).reshape(5, 12).astype("float64")
    number = add_array(distinct)
    tops(distinct, number)
    for rowvar in [True, False]:
        add("cov", number, np.cov(distinct, rowvar=rowvar), rowvar=rowvar)
        add("cov", number, np.cov(distinct, rowvar=rowvar, bias=True), rowvar=rowvar, bias=True)
        add("corrcoef", number, np.corrcoef(distinct, rowvar=rowvar), rowvar=rowvar)
    counts()
    write("statistics.json", {"arrays": arrays, "cases": cases})


main()
