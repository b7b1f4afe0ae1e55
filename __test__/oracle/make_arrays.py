"""Writes what NumPy answers for operations and reductions on edge values.

    python3 -m venv oracle && oracle/bin/pip install numpy && oracle/bin/python __test__/oracle/make_arrays.py

The answers go to `__test__/oracle/data/arrays-*.json` and are committed, so that tests need no Python.

`arrays-elementwise.json`:

    {"edges": {dtype: values},
     "unary": [{"op", "dtype", "result", "values"}],                      of the edges
     "binary": [{"op", "dtype", "result", "values"}],                     of all pairs of edges, as a matrix
     "casts": [{"from", "to", "values"}]}                                 of the edges

`arrays-reductions.json`:

    {"arrays": [{"dtype", "shape", "values"}],
     "cases": [{"op", "array", "axis", "keepdims", "result", "shape", "values"}]}   of an array by its number

Truth values are a string of 0 and 1. Floats are the hexadecimal digits of their bits, integers of 64 bits are strings. `null` stands where our documented
answer is not NumPy's:

- float to integer out of range, and NaN to integer: undefined in C, hence in NumPy; ours saturate, NaN gives 0.
- the greater or lesser of 0 and -0: NumPy may give either; ours are ordered.
- a negative power of an integer is an error.
- `i0` of infinity: NumPy divides infinity by infinity; ours is infinite.

Integers become float64 before operations that have floats only; NumPy makes float16 and float32 of small ones.
"""

import json
import pathlib

import numpy

FOLDER = pathlib.Path(__file__).parent / "data"
INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
FLOATS = ["float32", "float64"]
DTYPES = ["bool", *INTEGERS, *FLOATS]
# Enough for operations that make float64 of every integer.
SOME = ["bool", "int32", "uint64", *FLOATS]

FLOAT_UNARY = [
    "exp", "log", "sin", "cos", "sqrt", "reciprocal", "rint", "arccos", "arccosh", "arcsin", "arcsinh", "arctan",
    "arctanh", "cbrt", "cosh", "exp2", "expm1", "i0", "log10", "log1p", "log2", "signbit", "sinh", "spacing", "tan",
    "tanh",
]
UNARY = [
    "absolute", "ceil", "floor", "trunc", "invert", "isfinite", "isinf", "isnan", "logical_not", "negative",
    "positive", "sign", "square", "bitwise_count", *FLOAT_UNARY,
]
FLOAT_BINARY = ["arctan2", "copysign", "heaviside", "hypot", "logaddexp", "logaddexp2", "nextafter"]
BINARY = [
    "add", "subtract", "multiply", "divide", "floor_divide", "remainder", "power", "maximum", "minimum", "equal",
    "not_equal", "less", "less_equal", "greater", "greater_equal", "logical_and", "logical_or", "logical_xor",
    "bitwise_and", "bitwise_or", "bitwise_xor", "fmax", "fmin", "fmod", "gcd", "lcm", "left_shift", "right_shift",
    *FLOAT_BINARY,
]
REDUCTIONS = ["sum", "prod", "mean", "min", "max", "any", "all", "var", "std", "count_nonzero"]
NAN_REDUCTIONS = ["nansum", "nanprod", "nanmax", "nanmin", "nanvar", "nanstd", "nanargmax", "nanargmin"]
POSITIONS = ["argmax", "argmin", "nanargmax", "nanargmin"]


def edges(dtype):
    if dtype == "bool":
        return numpy.array([False, True])
    if dtype in FLOATS:
        info = numpy.finfo(dtype)
        values = [
            0.0, -0.0, 1.0, -1.0, 0.5, 2.5, -2.5, 3.0, -7.0, 0.1, -127.9, float(info.max),
            float(info.smallest_subnormal), numpy.inf, -numpy.inf, numpy.nan,
        ]
        return numpy.array(values, dtype)
    info = numpy.iinfo(dtype)
    values = [0, 1, 2, 3, 10, int(info.max) - 1, int(info.max), int(info.max) // 3]
    if info.min < 0:
        values += [-1, -2, -7, int(info.min)]
    return numpy.array(values, dtype)


def as_json(array):
    """Values in row-major order, exactly."""
    flat = numpy.ascontiguousarray(array).reshape(-1)
    if flat.dtype.kind == "c":
        flat = flat.view(f"f{flat.dtype.itemsize // 2}")
    if flat.dtype == bool:
        return "".join("01"[int(value)] for value in flat)
    if flat.dtype.kind == "f":
        size = flat.dtype.itemsize
        return [f"{bits:0{2 * size}x}" for bits in flat.view(f"u{size}").tolist()]
    if flat.dtype.itemsize == 8:
        return [str(value) for value in flat.tolist()]
    return flat.tolist()


def without(values, left_out):
    """Values with `null` where something is true."""
    if not numpy.any(left_out):
        return values
    return [None if skip else value for value, skip in zip(values, numpy.asarray(left_out).reshape(-1))]


def unary(op, dtype):
    if op in FLOAT_UNARY and dtype not in SOME:
        return []
    values = edges(dtype)
    if op in FLOAT_UNARY and dtype not in FLOATS:
        values = values.astype("float64")
    try:
        answer = getattr(numpy, op)(values)
    except TypeError:
        return []
    left_out = numpy.isinf(values) if op == "i0" else numpy.zeros(len(values), bool)
    return [{"op": op, "dtype": dtype, "result": answer.dtype.name, "values": without(as_json(answer), left_out)}]


def binary(op, dtype):
    if op in FLOAT_BINARY and dtype not in SOME:
        return []
    column = edges(dtype)
    if op in FLOAT_BINARY and dtype not in FLOATS:
        column = column.astype("float64")
    a, b = column[:, None], column[None, :]
    left_out = numpy.zeros((len(column), len(column)), bool)
    if op == "power" and dtype in INTEGERS:
        left_out |= b < 0
        b = numpy.where(b < 0, 0, b).astype(dtype)
    if op in ["maximum", "minimum", "fmax", "fmin"]:
        left_out |= (a == 0) & (b == 0) & (dtype in FLOATS)
    try:
        answer = getattr(numpy, op)(a, b)
    except TypeError:
        return []
    return [{"op": op, "dtype": dtype, "result": answer.dtype.name, "values": without(as_json(answer), left_out)}]


def cast(source, target):
    values = edges(source)
    left_out = numpy.zeros(len(values), bool)
    if source in FLOATS and target in INTEGERS:
        info = numpy.iinfo(target)
        whole = numpy.trunc(values.astype("float64"))
        left_out = ~((whole >= float(info.min)) & (whole < float(info.max)))
    return {"from": source, "to": target, "values": without(as_json(values.astype(target)), left_out)}


def elements(dtype, shape, special):
    """Values whose sums and products are exact in any order."""
    count = int(numpy.prod(shape))
    if dtype == "bool":
        flat = [index % 3 != 1 for index in range(count)]
    elif dtype in FLOATS:
        flat = [(index * 7 % 23 - 9) / 4 for index in range(count)]
        for place, value in zip(range(0, count, 7), special):
            flat[place] = value
    else:
        info = numpy.iinfo(dtype)
        flat = [index * 7 % 23 - (9 if info.min < 0 else 0) for index in range(count)]
        for place, value in zip(range(2, count, 9), [int(info.max), int(info.min), int(info.max)]):
            flat[place] = value
    return numpy.array(flat, dtype).reshape(shape)


def small(dtype, shape):
    """Values whose products are exact: few are other than 1."""
    count = int(numpy.prod(shape))
    factors = {1: 2, 4: 3, 6: 1 if dtype == "bool" or dtype.startswith("u") else -1}
    return numpy.array([factors.get(index % 11, 1) for index in range(count)], dtype).reshape(shape)


def reductions():
    shapes = [
        ((), [None]), ((5,), [None]), ((0,), [None]), ((1, 1), [None, 0]), ((4, 5), [None, 0, 1]),
        ((2, 3, 4), [None, 1, (0, 2), (1, 2)]), ((3, 0, 2), [0, 1, (0, 2)]), ((40, 3), [0]), ((3, 40), [1]),
    ]
    arrays, cases = [], []
    for shape, axes in shapes:
        dtypes = DTYPES if len(shape) < 2 or shape == (2, 3, 4) else ["int32", "uint64", "float32", "float64"]
        for dtype in dtypes:
            specials = [[], [numpy.nan], [numpy.inf], [numpy.inf, -numpy.inf]]
            for special in specials if shape == (4, 5) and dtype in FLOATS else [[]]:
                array = elements(dtype, shape, special)
                ops = [op for op in REDUCTIONS if op != "prod"] + ["argmax", "argmin"]
                if dtype in FLOATS:
                    ops += [op for op in NAN_REDUCTIONS if op != "nanprod"]
                reduce_all(ops, array, axes, arrays, cases)
            reduce_all(["prod", "nanprod"], small(dtype, shape), axes, arrays, cases)
    return {"arrays": arrays, "cases": cases}


def reduce_all(ops, array, axes, arrays, cases):
    number = len(arrays)
    arrays.append({"dtype": array.dtype.name, "shape": list(array.shape), "values": as_json(array)})
    for op in ops:
        for turn, axis in enumerate(axes):
            cases += reduction(op, array, number, axis, keepdims=bool((turn + len(op)) % 2))


def reduction(op, array, number, axis, keepdims):
    if op in POSITIONS and isinstance(axis, tuple):
        return []
    try:
        answer = numpy.asarray(getattr(numpy, op)(array, axis=axis, keepdims=keepdims))
    except ValueError:
        # The least and the greatest of nothing.
        return []
    return [{
        "op": op,
        "array": number,
        "axis": None if axis is None else list(axis) if isinstance(axis, tuple) else [axis],
        "keepdims": keepdims,
        "result": answer.dtype.name,
        "shape": list(answer.shape),
        "values": as_json(answer),
    }]


def write(name, content):
    """A line for each case."""
    parts = []
    for key, value in content.items():
        if isinstance(value, list):
            lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in value)
            parts.append(f"{json.dumps(key)}: [\n{lines}\n]")
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}")
    (FOLDER / name).write_text("{\n" + ",\n".join(parts) + "\n}\n")


def main():
    numpy.seterr(all="ignore")
    write("arrays-elementwise.json", {
        "edges": {dtype: as_json(edges(dtype)) for dtype in DTYPES},
        "unary": [entry for op in UNARY for dtype in DTYPES for entry in unary(op, dtype)],
        "binary": [entry for op in BINARY for dtype in DTYPES for entry in binary(op, dtype)],
        "casts": [cast(source, target) for source in DTYPES for target in DTYPES],
    })
    write("arrays-reductions.json", reductions())


if __name__ == "__main__":
    main()
