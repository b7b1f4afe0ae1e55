"""Writes data/blocks.json: what Dask makes of arrays whose blocks are reshaped one by one.

Run it with a Python that has Dask and NumPy 2.
"""

import json
from pathlib import Path

import dask.array
import numpy

FILE = Path(__file__).parent / "data" / "blocks.json"

# Chunks of an array, and the shapes that it gets.
COLLAPSED = [
    ([[2, 2], [3, 3]], [[24], [1, 24], [24, 1]]),
    ([[2, 2], [3, 1]], [[16]]),
    ([[3, 1], [2, 2]], [[16]]),
    ([[3, 1], [2, 1]], [[12]]),
    ([[2, 1, 3], [2, 1, 1], [3, 2]], [[120], [6, 20], [24, 5]]),
    ([[3], [2, 1], [2, 1]], [[3, 9], [27], [9, 3]]),
    ([[4], [2, 1, 2]], [[20]]),
    ([[1, 1, 1], [5], [2]], [[15, 2], [3, 10]]),
    ([[2, 2], [1], [3, 2]], [[20], [4, 5], [1, 20]]),
    ([[2, 3], [2, 2], [1, 2], [2, 1]], [[20, 9], [5, 12, 3], [5, 4, 9]]),
]


def main():
    cases = []
    for chunks, shapes in COLLAPSED:
        x = made(chunks)
        for shape in shapes:
            flat = dask.array.reshape_blockwise(x, tuple(shape))
            cases.append(case(x, flat, False))
            if len(shape) < x.ndim:
                # And back, into the chunks that it had.
                cases.append(case(flat, dask.array.reshape_blockwise(flat, x.shape, chunks=x.chunks), True))
    FILE.write_text(json.dumps({"cases": cases}, separators=(",", ":")) + "\n")


def made(chunks):
    shape = [sum(lengths) for lengths in chunks]
    values = numpy.arange(numpy.prod(shape), dtype="int32").reshape(shape)
    return dask.array.from_array(values, chunks=tuple(tuple(lengths) for lengths in chunks))


def case(x, result, has_chunks):
    return {
        "function": "reshape_blockwise",
        "values": x.compute().ravel().tolist(),
        "chunks": x.chunks,
        "shape": result.shape,
        "given": has_chunks,
        "result": {"chunks": result.chunks, "values": result.compute().ravel().tolist()},
    }


if __name__ == "__main__":
    main()
