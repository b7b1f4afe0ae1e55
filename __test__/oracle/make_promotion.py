"""Writes data/promotion.json: the dtypes that NumPy gives. Run it with a Python that has NumPy 2."""

import json
from pathlib import Path

import numpy as np

DTYPES = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64".split()
WEAK = {"false": True, "int": 1, "float": 0.5}
BINARY = "add divide floor_divide multiply remainder equal logical_and maximum".split()
REDUCTIONS = "all any max mean min prod sum".split()


def one(dtype):
    return np.ones(1, dtype)


def pairs(function):
    return {a: {b: function(one(a), one(b)).dtype.name for b in DTYPES} for a in DTYPES}


def weak(function):
    return {a: {kind: function(one(a), value).dtype.name for kind, value in WEAK.items()} for a in DTYPES}


# Results that only NumPy's float16 could hold are of no use to a library without it.
tables = {
    "numpy": np.__version__,
    "promote": {a: {b: np.promote_types(a, b).name for b in DTYPES} for a in DTYPES},
    "binary": {name: pairs(getattr(np, name)) for name in BINARY},
    "weak": {name: weak(getattr(np, name)) for name in BINARY},
    "reductions": {
        name: {dtype: getattr(np, name)(one(dtype)).dtype.name for dtype in DTYPES} for name in REDUCTIONS
    },
}
path = Path(__file__).parent / "data" / "promotion.json"
path.write_text(json.dumps(tables, separators=(",", ":")) + "\n")
