"""Writes what NumPy answers for Fourier transforms.

    python3 -m venv oracle && oracle/bin/pip install numpy && oracle/bin/python __test__/oracle/make_fourier.py

The answers go to `__test__/oracle/data/fourier.json` and are committed, so that tests need no Python. The format is that of
`complex.json`.
"""

import numpy as np

import make_linear
from make_arrays import write

make_linear.arrays.clear()
make_linear.cases.clear()
add = make_linear.add
rng = np.random.default_rng(11)


def real(*shape):
    return rng.uniform(-2, 2, shape)


def numbers(*shape):
    return real(*shape) + 1j * real(*shape)


def of_one(name, values, **options):
    add(name, [values], getattr(np.fft, name)(values, **options), **options)


ONE = {"fft": numbers, "ifft": numbers, "rfft": real, "irfft": numbers, "hfft": numbers, "ihfft": real}
MANY = {"fftn": numbers, "ifftn": numbers, "rfftn": real, "irfftn": numbers}
TWO = {"fft2": numbers, "ifft2": numbers, "rfft2": real, "irfft2": numbers}

for name, make in ONE.items():
    for length in [2, 3, 5, 8, 13, 30]:
        of_one(name, make(2, length))
    of_one(name, make(6))
    of_one(name, make(6, 4), axis=0)
    of_one(name, make(2, 6, 3), axis=1, n=4, norm="ortho")
    of_one(name, make(3, 7), n=12, norm="forward")
    of_one(name, make(3, 7), n=5)
    of_one(name, make(4, 6).astype("complex64" if make is numbers else "float32"))
for name in ["fft", "ifft", "irfft", "hfft"]:
    of_one(name, real(3, 6))
    of_one(name, rng.integers(-9, 9, (2, 5)))
for name, make in MANY.items():
    of_one(name, make(4, 6))
    of_one(name, make(3, 4, 5), axes=[0, 2])
    of_one(name, make(3, 4, 5), axes=[2, 1], norm="ortho")
    of_one(name, make(4, 5), s=[3, 6], axes=[0, 1], norm="forward")
for name, make in TWO.items():
    of_one(name, make(3, 4, 5))
    of_one(name, make(3, 4, 5), axes=[0, 1])
for length in [6, 7]:
    of_one("fftshift", real(length, 3))
    of_one("ifftshift", real(length, 3))
    of_one("fftshift", numbers(2, length), axes=1)
    of_one("ifftshift", numbers(2, length), axes=[1])
for n in [1, 7, 8]:
    add("fftfreq", [], np.fft.fftfreq(n, d=0.1), n, d=0.1)
    add("rfftfreq", [], np.fft.rfftfreq(n, d=0.1), n, d=0.1)

if __name__ == "__main__":
    write("fourier.json", {"arrays": make_linear.arrays, "cases": make_linear.cases})
