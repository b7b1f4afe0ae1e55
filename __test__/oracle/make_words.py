"""Writes what NumPy, Dask and SciPy answer for functions that no other script here asks for.

    python3 -m venv oracle && oracle/bin/pip install numpy 'dask[array]' scipy && oracle/bin/python __test__/oracle/make_words.py

The answers go to `__test__/oracle/data/words.json` and are committed, so that tests need no Python. They are written as
those of `make_linear.py`; slices among arguments as `{"slice": [start, stop, step]}`. Where a sign is free, as those of the
columns of QR factors, sizes are written.
"""

import dask.array as da
import numpy as np
import scipy.linalg

import make_linear
from make_arrays import write
from make_linear import add, arrays, cases

# `make_linear` keeps what it was given; here it only lends its format.
arrays.clear()
cases.clear()

NAN, INF = float("nan"), float("inf")
STRANGE = np.array([NAN, INF, -INF, 0.0, -0.0, 1.5, -2.5, 1e300])


def of_one(rng):
    x = rng.normal(size=(4, 5)) * 3
    for values in [STRANGE, STRANGE.astype("float32")]:
        for name, function in [("isposinf", np.isposinf), ("isneginf", np.isneginf), ("isnull", np.isnan)]:
            add(name, [values], function(values))
        add("notnull", [values], ~np.isnan(values))
        add("nanToNum", [values], np.nan_to_num(values))
        add("nanToNum", [values], np.nan_to_num(values, nan=1, posinf=2, neginf=3), nan=1, posinf=2, neginf=3)
        add("modf", [values], list(np.modf(values)))
    finite = STRANGE[3:]
    mantissa, exponent = np.frexp(finite)
    add("frexp", [finite], [mantissa, exponent.astype("int32")])
    for values in [x, x.astype("float32"), np.arange(-3, 4)]:
        add("deg2rad", [values], np.deg2rad(values))
        add("radians", [values], np.radians(values))
        add("rad2deg", [values], np.rad2deg(values))
        add("degrees", [values], np.degrees(values))
    add("sinc", [np.append(x, [0.0, 1.0, -2.5])], np.sinc(np.append(x, [0.0, 1.0, -2.5])))
    add("fix", [x], np.fix(x))
    add("fabs", [x], np.fabs(x))
    for decimals in [0, 1, 3, -1]:
        add("round", [x * 7], np.round(x * 7, decimals), decimals)
        add("round", [np.array([15, 25, -14, 99, 250])], np.round([15, 25, -14, 99, 250], decimals), decimals)
    add("ones", [], np.ones((2, 3)), [2, 3])
    add("ones", [], np.ones(4, "int8"), 4, dtype="int8")
    add("zeros", [], np.zeros((2, 0, 3), "uint16"), [2, 0, 3], dtype="uint16")
    add("full", [], np.full((3, 2), 2.5), [3, 2], 2.5)
    add("full", [], np.full((3,), 7, "int16"), 3, 7, dtype="int16")
    add("arange", [], np.arange(9.0), 9)
    add("arange", [], np.arange(2.0, 7.0), 2, 7)
    add("arange", [], np.arange(5, -4, -1.5), 5, -4, -1.5)
    add("arange", [], np.arange(3, 40, 7, "int32"), 3, 40, 7, dtype="int32")
    add("asArray", [], np.asarray([[1.0, 2.0], [3.0, 4.0]]), [[1, 2], [3, 4]])
    add("fromArray", [], np.asarray([[1.5, 2], [3, 4]]), [[1.5, 2], [3, 4]])
    add("fromFunction", [], np.fromfunction(lambda i, j: i * 10 + j, (3, 4)), [3, 4])


def of_two(rng):
    a, b = rng.normal(size=(4, 5)), np.round(rng.normal(size=5), 1)
    for left, right in [(a, b), (np.arange(-7, 8), np.array(3)), (np.arange(-7, 8, dtype="int8"), np.array(-4, "int8"))]:
        add("divmod", [left, right], list(np.divmod(left, right)))
        add("floatPower", [np.abs(left), right], np.float_power(np.abs(left).astype("float64"), right))
    add("ldexp", [a, np.arange(-2, 3)], np.ldexp(a, np.arange(-2, 3)))
    near = a * (1 + rng.choice([1e-9, 1e-4], a.shape))
    for options in [{}, {"rtol": 1e-3}, {"atol": 1e-3, "rtol": 0}]:
        add("isclose", [a, near], np.isclose(a, near, **options), **options)
        add("allclose", [a, near], np.allclose(a, near, **options), **options)
    add("isclose", [STRANGE, STRANGE], np.isclose(STRANGE, STRANGE))
    add("isclose", [STRANGE, STRANGE], np.isclose(STRANGE, STRANGE, equal_nan=True), equalNan=True)
    add("clip", [a, np.array(-1.0), b + 2], np.clip(a, -1, b + 2))
    add("clip", [STRANGE, np.array(-1.0), np.array(1.0)], np.clip(STRANGE, -1, 1))
    integers = np.arange(-5, 6, dtype="int16")
    add("clip", [integers, np.array(-2, "int16"), np.array(3, "int16")], np.clip(integers, -2, 3))
    for arguments in [(a > 0, a, b), (np.array([True, False]), np.arange(4).reshape(2, 2), np.array([0.5, 1.5]))]:
        add("where", list(arguments), np.where(*arguments))
    add("nonzeroWhere", [(a > 0)], [axis.astype("int64") for axis in np.where(a > 0)])
    add("select", [a > 1, a > 0, a, -a], np.select([a > 1, a > 0], [a, -a], 42), 42)
    add("piecewise", [a, a < -1, a > 1], np.piecewise(a, [a < -1, a > 1], [lambda x: -x, 7, lambda x: x * x]))
    add("broadcastArrays", [a, b, np.zeros((2, 1, 1))], [np.array(x) for x in np.broadcast_arrays(a, b, np.zeros((2, 1, 1)))])
    add("resultType", [a.astype("float32"), np.arange(3, dtype="int16")], np.zeros(1, np.result_type("float32", "int16")))


def of_places(rng):
    x = rng.integers(0, 9, (4, 6))
    line = rng.normal(size=11)
    mask = np.array([True, False, True, True])
    add("compress", [x, mask], np.compress(mask, x, 0), axis=0)
    add("compress", [x, np.array([False, True])], np.compress([False, True], x, 1), axis=1)
    add("extract", [x, x % 2 == 0], np.extract(x % 2 == 0, x))
    add("argwhere", [x], np.argwhere(x % 3 == 0), 3)
    add("flatnonzero", [x], np.flatnonzero(x))
    add("nonzero", [x], [axis.astype("int64") for axis in np.nonzero(x)])
    for indices, axis in [([3, 0, -1, 0], 0), ([5, 5, 2], 1), ([], 1)]:
        add("take", [x], np.take(x, np.array(indices, "int64"), axis), indices, axis=axis)
    add("takeLazy", [x, np.array([3, 1, 1])], np.take(x, [3, 1, 1], 0), axis=0)
    groups = [[5, 0], [2, 3, 3], [-2]]
    add("shuffle", [x], np.concatenate([x[:, group] for group in groups], 1), groups, 1)
    full = {"slice": [None, None, None]}
    cube = rng.integers(-9, 9, (3, 4, 5))
    s = slice
    SLICES = [
        [2], [-1, -2], [s(1, 3)], [s(None, None, -1)], [s(3, None, -2), s(None, 4)], ["...", 0], [None, 1, "...", None],
        [s(9, 2)], [s(-100, 100, 3), s(None), s(4, 0, -2)], [0, "...", s(None, None, 2)], [s(2, 2), None], [1, 2, 3],
    ]
    for entries in SLICES:
        add("slice", [cube], cube[tuple(... if e == "..." else e for e in entries)], [written(e) for e in entries])
    for entries in [[[2, 0, 2]], [s(None), [3, -1]], [1, "...", [0, 4, 4, 1]]]:
        # Integers beside a list: Dask leaves axes in their order, which NumPy does not.
        index = tuple(... if isinstance(e, str) else e for e in entries)
        add("slice", [cube], da.from_array(cube)[index].compute(), [written(e) for e in entries])
    add("sliceMask", [x, x > 4], x[x > 4])
    add("sliceMask", [x, mask], x[mask])
    for entries in [[[0, 1, 2], [3, 0, 1]], [[0, 2], s(None), [1, -1]], [[[0, 1], [2, 0]], [1, 2]]]:
        index = tuple(np.array(e) if isinstance(e, list) else e for e in entries)
        answer = cube[index]
        add("vindex", [cube], answer, [":" if e == s(None) else e for e in entries])
    for entries, value in [
        ([2], np.array(7)), ([s(None), s(1, 3)], np.array(-1)), ([0, "...", s(None, None, 2)], np.arange(3)),
        ([s(None, None, -1), 2], np.arange(15).reshape(3, 5)), ([[2, 0]], np.array(5)), ([s(None), [3, 1]], np.arange(5)),
        ([1, 1, 1], np.array(99)), ([s(2, 2)], np.array(1)),
    ]:
        changed = cube.copy()
        changed[tuple(... if isinstance(e, str) else e for e in entries)] = value
        add("setItem", [cube, value], changed, [written(e) for e in entries])
    changed = cube.copy()
    changed[cube > 3] = 0
    add("setMask", [cube, cube > 3, np.array(0)], changed)
    add("push", [np.array([NAN, 1, NAN, NAN, 2, NAN])], np.array([NAN, 1, 1, 1, 2, 2]))
    add("line", [line], line[::-1])


def written(entry):
    if isinstance(entry, slice):
        return {"slice": [entry.start, entry.stop, entry.step]}
    return entry


def of_blocks(rng):
    x = rng.normal(size=(6, 8))
    cut = da.from_array(x, chunks=(2, 3))
    add("mapBlocks", [x], x * 2 + 1)
    a, b = rng.normal(size=4), rng.normal(size=6)
    add("blockwise", [a, b], np.multiply.outer(a, b))
    for axis in [0, 1]:
        add("reduction", [x], (x * x).sum(axis), axis=axis)
        add("reduction", [x], (x * x).sum(axis, keepdims=True), axis=axis, keepdims=True)
        add("applyAlongAxis", [x], np.apply_along_axis(np.ptp, axis, x), axis)
    add("applyOverAxes", [x], np.apply_over_axes(np.sum, x, [0, 1]), [0, 1])
    add("applyGufunc", [x], x.max(-1) - x.min(-1))
    for depth, boundary in [(1, "none"), (1, "reflect"), (2, "periodic"), (1, "nearest"), (1, 7)]:
        over = da.overlap.overlap(cut, depth=depth, boundary=boundary)
        add("overlap", [x], over.compute(), depth=depth, boundary=boundary)
        add("trimInternal", [x], da.overlap.trim_internal(over, {0: depth, 1: depth}, boundary=boundary).compute(), depth=depth, boundary=boundary)
        # The differences of neighbours along both axes, from the blocks with their borders.
        differences = lambda block: block - np.roll(block, 1, 0) + np.roll(block, 1, 1)
        if boundary != "none":
            add("mapOverlap", [x], cut.map_overlap(differences, depth=depth, boundary=boundary).compute(), depth=depth, boundary=boundary)
    for window, axis in [(3, 1), ([2, 4], [0, 1])]:
        views = np.lib.stride_tricks.sliding_window_view(x, window, axis if not isinstance(axis, list) else tuple(axis))
        add("slidingWindowView", [x], views, window, axis=axis)
    add("rechunk", [x], x)
    add("astype", [x], x.astype("int32"), "int32")
    add("fromDelayed", [x], x)
    add("unifyChunks", [x, x[0]], [x, x[0]])
    add("blocks", [x], cut.blocks[1, ::2].compute(), 1, {"slice": [None, None, 2]})


def of_statistics(rng):
    x = rng.normal(size=(5, 6))
    x[1, 2], x[3] = NAN, NAN
    for q in [30, [5, 50, 100]]:
        for axis in [None, 0, 1]:
            options = {} if axis is None else {"axis": axis}
            add("nanpercentile", [x], np.nanpercentile(x, q, axis=axis), q, **options)
    points = rng.normal(size=(30, 3))
    for options in [{"bins": 3}, {"bins": [2, 3, 4], "range": [[-2, 2], [-1, 1], [-3, 0.5]]}]:
        counts, edges = np.histogramdd(points, **options)
        add("histogramdd", [points], [counts.astype("int64"), *edges], **options)
    weights = rng.random(30)
    counts, _ = np.histogramdd(points, bins=2, weights=weights)
    add("histogramddWeights", [points, weights], counts, bins=2)


def of_matrices(rng):
    for shape in [(6, 6), (9, 4), (4, 9), (1, 1), (5, 1)]:
        for dtype in DTYPES:
            x = numbers(rng, shape, dtype)
            q, r = np.linalg.qr(x)
            add("qrSizes", [x], [np.abs(q), np.abs(r)])
            add("qrProduct", [x], x)
            if shape[0] >= shape[1]:
                add("tsqrProduct", [x], x)
            u, s, vt = np.linalg.svd(x, full_matrices=False)
            add("svdSizes", [x], [np.abs(u), s, np.abs(vt)])
            add("svdProduct", [x], x)
    low = numbers(rng, (9, 2), "float64") @ numbers(rng, (2, 7), "float64")
    add("svdCompressedValues", [low], np.linalg.svd(low)[1][:2], 2)
    for dtype in DTYPES:
        for size in [1, 2, 7]:
            x = numbers(rng, (size, size), dtype)
            definite = x @ x.conj().T + size * np.eye(size, dtype=dtype)
            lower = np.linalg.cholesky(definite)
            add("cholesky", [definite], lower, lower=True)
            add("cholesky", [definite], lower.conj().T)
            add("luProduct", [x], x)
            add("luWhole", [x], [part.astype(dtype) for part in scipy.linalg.lu(x)])
            for sides in [numbers(rng, (size,), dtype), numbers(rng, (size, 3), dtype)]:
                add("solve", [x, sides], np.linalg.solve(x, sides).astype(dtype))
                add("solve", [definite, sides], np.linalg.solve(definite, sides).astype(dtype), assumeA="pos")
                for is_lower in [True, False]:
                    for unit in [True, False]:
                        triangle = x / 4 + np.eye(size, dtype=dtype)
                        answer = scipy.linalg.solve_triangular(triangle, sides, lower=is_lower, unit_diagonal=unit)
                        add("solveTriangular", [triangle, sides], answer.astype(dtype), lower=is_lower, unitDiagonal=unit)
            add("inv", [x], np.linalg.inv(x))
            add("det", [x], np.linalg.det(x))
            add("slogdet", [x], list(np.linalg.slogdet(x)))
        for sides in [numbers(rng, (8,), dtype), numbers(rng, (8, 2), dtype)]:
            x = numbers(rng, (8, 3), dtype)
            answer, residuals, rank, values = np.linalg.lstsq(x, sides, rcond=None)
            add("lstsq", [x, sides], [answer, residuals, np.int64(rank), values])


DTYPES = ["float64", "float32", "complex128", "complex64"]


def numbers(rng, shape, dtype):
    values = rng.normal(size=shape)
    if dtype.startswith("complex"):
        values = values + 1j * rng.normal(size=shape)
    return values.astype(dtype)


def of_complex(rng):
    """Complex numbers in NumPy's order, some of them equal in their real parts, some equal."""
    x = (rng.integers(-2, 3, (5, 7)) + 1j * rng.integers(-2, 3, (5, 7))).astype("complex128")
    few = (rng.integers(-1, 2, 6) + 1j * rng.integers(-1, 2, 6)).astype("complex128")
    for values in [x, x.astype("complex64")]:
        add("unique", [values], np.unique(values))
        parts = np.unique(values, True, True, True)
        options = {"returnIndex": True, "returnInverse": True, "returnCounts": True}
        add("unique", [values], [part.astype("int64") if number else part for number, part in enumerate(parts)], **options)
        add("isin", [values, few], np.isin(values, few))
        add("isin", [values, few], np.isin(values, few, invert=True), invert=True)
        add("union1d", [values, few], np.union1d(values, few))
        for side in ["left", "right"]:
            add("searchsorted", [np.sort(few), values], np.searchsorted(np.sort(few), values, side), side=side)
        for axis in [0, 1]:
            for k in [1, 3, -2]:
                add("topk", [values], da.topk(da.from_array(values, chunks=-1), k, axis=axis).compute(), k, axis=axis)
        for axis in [None, 0, 1]:
            options = {} if axis is None else {"axis": axis}
            add("median", [values], np.median(values, axis=axis), **options)
    distinct = (rng.permutation(35).reshape(5, 7) // 3 + 1j * rng.permutation(35).reshape(5, 7)).astype("complex128")
    for axis in [0, 1]:
        for k in [1, 4, -3]:
            answer = da.argtopk(da.from_array(distinct, chunks=-1), k, axis=axis).compute()
            add("argtopk", [distinct], answer.astype("int64"), k, axis=axis)
    holed = distinct.copy()
    holed[0, 0], holed[2, 3] = complex(NAN, NAN), complex(NAN, NAN)
    for axis in [0, 1]:
        add("median", [holed], np.median(holed, axis=axis), axis=axis)
    add("unique", [holed], np.unique(holed))
    z = numbers(rng, (3, 8), "complex128")
    add("cov", [z], np.cov(z))
    add("corrcoef", [z], np.corrcoef(z))
    add("average", [z], np.average(z, axis=0), axis=0)
    for n in [1, 2]:
        add("diff", [z], np.diff(z, n), n=n)


def main():
    np.seterr(all="ignore")
    rng = np.random.default_rng(29)
    of_one(rng)
    of_two(rng)
    of_places(rng)
    of_blocks(rng)
    of_statistics(rng)
    of_matrices(rng)
    of_complex(rng)
    write("words.json", {"arrays": arrays, "cases": cases})


main()
