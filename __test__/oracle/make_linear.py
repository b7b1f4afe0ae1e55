"""Writes what NumPy answers for products of arrays and for linear algebra.

    python3 -m venv oracle && oracle/bin/pip install numpy && oracle/bin/python __test__/oracle/make_linear.py

The answers go to `__test__/oracle/data/linear.json` and are committed, so that tests need no Python.

    {"arrays": [{"dtype", "shape", "values"}],
     "cases": [{"call", "before", "arrays", "options", "part", "result", "shape", "values"}]}

`before` are arguments in front of the arrays, `arrays` numbers of `arrays`, `part` that of an answer which is a list. Values are written as in `arrays-*.json`;
floats may differ from ours in the last digits.
"""

import numpy as np

from make_arrays import as_json, write

arrays, cases = [], []


def add_array(array):
    arrays.append({"dtype": array.dtype.name, "shape": list(array.shape), "values": as_json(array)})
    return len(arrays) - 1


def add(call, operands, answer, *before, **options):
    numbers = [add_array(operand) for operand in operands]
    parts = list(answer) if isinstance(answer, (list, tuple)) else [answer]
    for part, value in enumerate(map(np.asarray, parts)):
        cases.append({
            "call": call,
            "before": list(before),
            "arrays": numbers,
            "options": options,
            "part": part if isinstance(answer, (list, tuple)) else None,
            "result": value.dtype.name,
            "shape": list(value.shape),
            "values": as_json(value),
        })


def draw(rng, shape, dtype):
    if dtype == "bool":
        return rng.random(shape) < 0.4
    if np.dtype(dtype).kind == "f":
        return rng.normal(size=shape).astype(dtype)
    limits = np.iinfo(dtype)
    return rng.integers(limits.min, limits.max, shape, dtype=dtype, endpoint=True)


SHAPES = [
    ((5,), (5,)), ((3, 5), (5,)), ((5,), (5, 2)), ((2, 3, 4), (4, 5)), ((2, 3, 4), (2, 4, 5)), ((1, 3, 4), (6, 4, 2)),
    ((7, 1, 3, 4), (2, 4, 2)), ((4,), (3, 4, 2)), ((0, 3), (3, 2)), ((2, 0), (0, 3)), ((1, 1), (1, 9)),
]
EINSTEIN = [
    ("ij,jk->ik", (3, 4), (4, 5)), ("ij,jk", (3, 4), (4, 5)), ("ij,kj->ki", (3, 4), (5, 4)), ("i,i->", (6,), (6,)),
    ("i,j->ij", (3,), (4,)), ("ij,ij->i", (3, 4), (3, 4)), ("ij->ji", (3, 4)), ("ij->", (3, 4)), ("ii->i", (4, 4)),
    ("ii", (4, 4)), ("iij->j", (3, 3, 4)), ("ij,jk,kl->il", (3, 4), (4, 2), (2, 5)), ("abc,cd->abd", (2, 3, 4), (4, 2)),
    ("...ij,...jk->...ik", (2, 3, 4), (2, 4, 5)), ("...ij,jk->...ik", (6, 2, 3, 4), (4, 5)), ("i...->...", (3, 4, 2)),
    ("bij,bkj->bik", (2, 3, 4), (2, 5, 4)), ("ij,k->ij", (3, 4), (5,)), ("ijk,jil->kl", (3, 4, 5), (4, 3, 2)),
    ("ij,j,i->", (3, 4), (4,), (3,)), ("ba,a->b", (0, 3), (3,)),
]


def of_dtypes(rng):
    for dtype in ["float64", "float32", "int64", "int32", "int8", "uint8", "uint32", "uint64", "bool"]:
        a, b = draw(rng, (5, 7), dtype), draw(rng, (7, 4), dtype)
        add("matmul", [a, b], a @ b)
        add("dot", [a[0], b], np.dot(a[0], b))
        add("vdot", [a, a], np.vdot(a, a))
        add("outer", [a[0], b[0]], np.outer(a[0], b[0]))
        add("trace", [a], np.trace(a))
        add("einsum", [a, b], np.einsum("ij,jk->ki", a, b), "ij,jk->ki")
    a, b = draw(rng, (3, 4), "float32"), draw(rng, (4, 2), "int16")
    add("matmul", [a, b], a @ b)


def of_shapes(rng):
    for left, right in SHAPES:
        a, b = draw(rng, left, "float64"), draw(rng, right, "float64")
        add("matmul", [a, b], a @ b)
    a, b, c = draw(rng, (2, 3, 4), "float64"), draw(rng, (5, 4, 3), "float64"), draw(rng, (6, 4), "float64")
    add("dot", [a, c.T], np.dot(a, c.T))
    add("dot", [a, b.transpose(0, 2, 1)[:, :, :].reshape(5, 4, 3)], np.dot(a, b.transpose(0, 2, 1).reshape(5, 4, 3)))
    add("inner", [a, c], np.inner(a, c))
    add("outer", [a, c[0]], np.outer(a, c[0]))
    for axes in [[[1, 2], [2, 1]], [2, 1], 0, [[2], [1]]]:
        add("tensordot", [a, b], np.tensordot(a, b, axes=axes), axes=axes)
    add("tensordot", [c, c], np.tensordot(c, c))
    add("kron", [c[:2, :3], c[2:, 1:]], np.kron(c[:2, :3], c[2:, 1:]))
    add("kron", [c[0], a], np.kron(c[0], a))
    for options in [{"offset": 1}, {"axis1": 0, "axis2": 2}, {"offset": -1, "axis1": 2, "axis2": 1}]:
        add("trace", [a], np.trace(a, **options), **options)
    for subscripts, *shapes in EINSTEIN:
        operands = [draw(rng, shape, "float64") for shape in shapes]
        add("einsum", operands, np.einsum(subscripts, *operands), subscripts)


def norms(rng):
    matrix, stack, vector = draw(rng, (5, 7), "float64"), draw(rng, (3, 4, 5), "float32"), draw(rng, (9,), "int32") % 5
    for ord in [None, "fro", "nuc", 1, -1, 2, -2]:
        add("norm", [matrix], np.linalg.norm(matrix, ord), **({} if ord is None else {"ord": ord}))
        for axis in [[0, 1], [1, 0]]:
            options = {"axis": axis} if ord is None else {"axis": axis, "ord": ord}
            add("norm", [matrix], np.linalg.norm(matrix, ord, tuple(axis)), **options)
    for ord in [0, 1, 2, 3, -1, 0.5]:
        add("norm", [vector], np.linalg.norm(vector, ord), ord=ord)
        add("norm", [matrix], np.linalg.norm(matrix, ord, 0, True), ord=ord, axis=0, keepdims=True)
    add("norm", [stack], np.linalg.norm(stack))
    for axis in [[0, 2], [2, 1]]:
        for ord in ["fro", 1, -1]:
            add("norm", [stack], np.linalg.norm(stack, ord, tuple(axis)), ord=ord, axis=axis)


def determinants(rng):
    for dtype in ["float64", "float32", "int64"]:
        for size in [1, 2, 5, 7]:
            x = rng.integers(-9, 9, (size, size)).astype(dtype)
            add("det", [x], np.linalg.det(x))
            add("slogdet", [x], list(np.linalg.slogdet(x)))
    for x in [np.zeros((0, 0)), np.eye(6)[::-1], np.eye(6)[[2, 0, 1, 5, 3, 4]], np.ones((4, 4)), np.zeros((3, 3))]:
        add("det", [x], np.linalg.det(x))
        add("slogdet", [x], list(np.linalg.slogdet(x)))
    add("slogdet", [np.eye(9) * 1e-200], list(np.linalg.slogdet(np.eye(9) * 1e-200)))


def stacks(rng):
    for shape in [(4, 3, 3), (2, 3, 2, 2), (5, 1, 1), (2, 20, 20), (3, 0, 0), (0, 3, 3)]:
        x = draw(rng, shape, "float64")
        add("det", [x], np.linalg.det(x))
        add("slogdet", [x], list(np.linalg.slogdet(x)))
        add("inv", [x], np.linalg.inv(x))
        for sides in [draw(rng, (*shape[:-1], 2), "float64"), draw(rng, shape[-1:], "float64")]:
            add("solve", [x, sides], np.linalg.solve(x, sides))
    singular = np.stack([np.ones((3, 3)), np.eye(3), np.zeros((3, 3)), [[1, np.nan, 0], [0, 1, 0], [0, 0, 0]]])
    add("det", [singular], np.linalg.det(singular))
    add("slogdet", [singular[:3]], list(np.linalg.slogdet(singular[:3])))


if __name__ == "__main__":
    rng = np.random.default_rng(4)
    of_dtypes(rng)
    of_shapes(rng)
    norms(rng)
    determinants(rng)
    stacks(rng)
    write("linear.json", {"arrays": arrays, "cases": cases})
