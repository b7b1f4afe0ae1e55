"""Writes what NumPy answers for complex numbers.

    python3 -m venv oracle && oracle/bin/pip install numpy && oracle/bin/python __test__/oracle/make_complex.py

The answers go to `__test__/oracle/data/complex.json` and are committed, so that tests need no Python. The format is that of
`linear.json`; a complex number is written as its parts. `promote` has the common dtypes of pairs of which one is complex.
"""

import numpy as np

import make_linear
from make_arrays import write

DTYPES = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64 complex64 complex128".split()

# `make_linear` keeps what it was given; here it only lends its format.
make_linear.arrays.clear()
make_linear.cases.clear()
add = make_linear.add
rng = np.random.default_rng(5)


def numbers(shape, dtype="complex128"):
    return (rng.uniform(-4, 4, shape) + 1j * rng.uniform(-4, 4, shape)).astype(dtype)


def special(dtype):
    parts = np.array([0.0, 1.0, -1.0, 0.5, -2.5, 3.0])
    return (parts[:, None] + 1j * parts[None, :]).astype(dtype)


UNARY = {
    **{name: getattr(np, name) for name in "absolute square negative positive reciprocal sign sqrt".split()},
    **{name: getattr(np, name) for name in "exp exp2 expm1 log log2 log10 log1p".split()},
    **{name: getattr(np, name) for name in "sin cos tan sinh cosh tanh".split()},
    **{name: getattr(np, name) for name in "isnan isinf isfinite logical_not".split()},
    "rint": np.rint,
    **{name: getattr(np, name) for name in "real imag conj angle iscomplex isreal".split()},
}
BINARY = "add subtract multiply divide power equal not_equal logical_and logical_or logical_xor".split()
ORDER = "less less_equal greater greater_equal maximum minimum fmax fmin".split()
REDUCTIONS = "sum prod mean var std any all".split()
EXTREMA = "max min argmax argmin".split()
SKIPPING = "nansum nanprod nanmean nanvar nanstd nanmax nanmin nanargmax nanargmin".split()

for dtype in ["complex64", "complex128"]:
    edges = special(dtype)
    away = edges + np.asarray(0.25 + 0.125j, dtype)
    for name, function in UNARY.items():
        values = numbers((4, 5), dtype)
        add(name, [values], function(values))
        with np.errstate(all="ignore"):
            answer = function(edges)
        add(name, [edges if np.all(np.isfinite(answer)) else away],
            answer if np.all(np.isfinite(answer)) else function(away))
    for name in BINARY:
        function = getattr(np, name)
        a, b = numbers((4, 5), dtype), numbers((5,), dtype)
        add(name, [a, b], function(a, b))
        add(name, [edges, np.roll(away, 1)], function(edges, np.roll(away, 1)))
        real = rng.uniform(0.5, 2, (4, 1)).astype("float32")
        add(name, [a, real], function(a, real))
    for name in REDUCTIONS:
        a = numbers((4, 5), dtype)
        add(name, [a], getattr(np, name)(a))
        add(name, [a], getattr(np, name)(a, axis=0), axis=0)
        add(name, [a], getattr(np, name)(a, axis=1, keepdims=True), axis=1, keepdims=True)
    # Few different parts, so that the imaginary ones decide often; NumPy takes the first of several NaNs, whatever its parts are.
    few = (rng.integers(-1, 2, (5, 7)) + 1j * rng.integers(-1, 2, (5, 7))).astype(dtype)
    holed = few.copy()
    holed[[0, 1, 3], [2, 0, 6]] = complex("nan+nanj")
    for name in ORDER:
        add(name, [few, few[::-1, ::-1]], getattr(np, name)(few, few[::-1, ::-1]))
        add(name, [holed, few[::-1]], getattr(np, name)(holed, few[::-1]))
    for name in EXTREMA:
        for x in [few, holed]:
            add(name, [x], np.asarray(getattr(np, name)(x)))
            add(name, [x], getattr(np, name)(x, axis=0), axis=0)
            add(name, [x], getattr(np, name)(x, axis=1, keepdims=True), axis=1, keepdims=True)
    holed[4, 4] = complex("nan+1j")
    holed[2, 3] = complex("1+nanj")
    for name in SKIPPING:
        add(name, [holed], np.asarray(getattr(np, name)(holed)))
        add(name, [holed], getattr(np, name)(holed, axis=1), axis=1)
    a = numbers((4, 5), dtype)
    add("ptp", [few], np.ptp(few, axis=1), axis=1)
    add("prod", [a], np.prod(a, axis=(0, 1), keepdims=True), axis=[0, 1], keepdims=True)
    add("prod", [a[:, :0]], np.prod(a[:, :0], axis=1), axis=1)
    for axis in [0, 1]:
        add("cumprod", [a], np.cumprod(a, axis=axis), axis=axis)
    add("cumprod", [a], np.cumprod(a))
    add("nancumprod", [holed], np.nancumprod(holed, axis=0), axis=0)
    add("cumsum", [a], np.cumsum(a, axis=1), axis=1)
    add("count_nonzero", [edges], np.asarray(np.count_nonzero(edges)))
    a, b = numbers((4, 3), dtype), numbers((3, 5), dtype)
    add("matmul", [a, b], a @ b)
    add("dot", [a, b], np.dot(a, b))
    add("vdot", [a, np.conj(a) * 2], np.vdot(a, np.conj(a) * 2))
    add("tensordot", [a, a], np.tensordot(a, a, axes=2))
    add("einsum", [a, b], np.einsum("ij,jk->ki", a, b), "ij,jk->ki")
    add("outer", [a[0], b[0]], np.outer(a[0], b[0]))
    add("norm", [a], np.linalg.norm(a))
    add("norm", [a], np.linalg.norm(a, axis=1), axis=1)
    add("norm", [a], np.linalg.norm(a, 1), ord=1)
    add("transpose", [a], a.T)
    add("where", [a.real > 0, a, a.real], np.where(a.real > 0, a, a.real))
    add("from_parts", [a.real, b[:, :1].real.T[0]], a.real + 1j * b[:, :1].real.T[0])

if __name__ == "__main__":
    promote = {a: {b: np.promote_types(a, b).name for b in DTYPES} for a in DTYPES}
    printed = []
    for values in [np.array([1 + 2j, -3.25 - 1e-3j, 0, 100.5j]), np.array([complex("nan+infj"), 1 + 2j]),
                   np.array([1e10 + 1j, 1j]), np.array([[1 + 2j, 2.125 - 3j]], "complex64"),
                   np.array([complex(-0.0, -0.0)]), numbers((3, 4)), numbers(1500)]:
        printed.append({"dtype": values.dtype.name, "shape": list(values.shape),
                        "values": make_linear.as_json(values), "text": str(values)})
    write("complex.json", {"arrays": make_linear.arrays, "cases": make_linear.cases, "promote": promote, "printed": printed})
