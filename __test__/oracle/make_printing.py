"""Writes data/printing.json: arrays and what NumPy prints of them. Run it with a Python that has NumPy 2."""

import json
from pathlib import Path

import numpy as np

rng = np.random.default_rng(7)

CASES = [
    np.array([1.0, 2.5, -3.25]),
    np.array([1.0, 2.0, 3.0]),
    np.array([0.0, -0.0]),
    np.array([1 / 3, 2 / 3, 1.0]),
    np.array([1e-5, 1.0]),
    np.array([1e8, 1.0]),
    np.array([1e10]),
    np.array([1e300, -1e-300]),
    np.array([np.nan, 1.0, np.inf, -np.inf]),
    np.array([np.nan, np.inf]),
    np.array([np.nan]),
    np.array([2.0**-9, 3 * 2.0**-9, 5 * 2.0**-9]),
    np.array([2.0**-20, 2.0**-21]),
    np.array([0.1 + 0.2, 100.125]),
    np.array([999.9999999999, 1.0]),
    np.array([9.999999999999e9, 1.0]),
    np.array([0.1, 0.2, 1e-3], np.float32),
    np.array([16777216.0, 0.1], np.float32),
    np.array([1 / 3], np.float32),
    np.array([True, False]),
    np.array([True, True]),
    np.array([1, -20, 300]),
    np.array([2**63 - 1, -(2**63)]),
    np.array([2**64 - 1, 0], np.uint64),
    np.arange(24).reshape(2, 3, 4),
    np.arange(12.0).reshape(3, 4) / 7,
    np.arange(40.0),
    np.arange(60) * 1000,
    np.arange(2000),
    np.arange(2000.0).reshape(2, 1000) / 7,
    np.arange(4096).reshape(16, 16, 16),
    rng.normal(size=(3, 5)),
    rng.normal(size=30) * 10.0 ** rng.integers(-3, 4, 30),
    rng.normal(size=30).astype(np.float32),
    rng.integers(-128, 128, (4, 6)).astype(np.int8),
    np.zeros((0, 3)),
    np.zeros((2, 0)),
    np.ones((1, 1, 1)),
    np.arange(1001.0).reshape(7, 143),
    np.ones((2, 2), bool),
]


def encode(array):
    items = [repr(item) if array.dtype.kind == "f" else str(int(item)) for item in array.ravel().tolist()]
    separated = np.array2string(array, separator=", ", prefix="NDArray(")
    return {
        "dtype": array.dtype.name,
        "shape": array.shape,
        "items": items,
        "str": str(array),
        "separated": separated,
    }


path = Path(__file__).parent / "data" / "printing.json"
path.write_text(json.dumps([encode(array) for array in CASES], separators=(",", ":")) + "\n")
