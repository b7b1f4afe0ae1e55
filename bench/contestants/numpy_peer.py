"""NumPy, with h5py for files; everything at once and in one thread.

numpy_peer.py WORKLOAD PARAMETERS
"""

import h5py
import numpy as np

from serve import parameters, sample, serve


def sum_of_file(given):
    data = h5py.File(given["file"], "r")["/data"]
    return lambda: float(data[...].sum())


def write_gzip(given):
    data = h5py.File(given["file"], "r")["/data"]
    options = {"chunks": tuple(given["chunks"]), "compression": "gzip", "compression_opts": 4, "shuffle": True}

    def work():
        with h5py.File(given["out"], "w") as file:
            file.create_dataset("/data", data=data[...], **options)
        return list(data.shape)

    return work


def expression_of_file(given):
    data = h5py.File(given["file"], "r")["/data"]
    return lambda: expression(data[...])


def deviation_of_file(given):
    data = h5py.File(given["file"], "r")["/data"]

    def work():
        x = data[...]
        return sample((x - x.mean(axis=0)).std(axis=0))

    return work


def columns_of_file(given):
    data = h5py.File(given["file"], "r")["/data"]
    return lambda: sample(data[...].cumsum(axis=1).max(axis=1))


def symmetry_of_file(given):
    data, side = h5py.File(given["file"], "r")["/data"], given["side"]

    def work():
        x = data[:side, :side]
        return sample((x + x.T).max(axis=0))

    return work


def expression_of_memory(given):
    data = (np.arange(np.prod(given["shape"])) % 1000 / 8).reshape(given["shape"])
    return lambda: expression(data)


def expression(a):
    return sample(((a * 2 + 1) ** 2).mean(axis=0))


def memory(given):
    return (np.arange(np.prod(given["shape"])) % 1000 / 8).reshape(given["shape"])


def reductions(given):
    data, axis = memory(given), given["axis"]

    def work():
        answers = [getattr(data, name)(axis=axis) for name in ["sum", "mean", "var", "max"]]
        return [float(answer) for answer in answers] if axis is None else [v for a in answers for v in sample(a)]

    return work


def std(given):
    data = memory(given)
    return lambda: sample(data.std(axis=0))


def transpose_add(given):
    data = memory(given)
    return lambda: sample((data + data.T).ravel())


def product(given):
    data = (memory(given) % 4).astype(given["dtype"])
    return lambda: sample((data @ data).ravel())


def copy(given):
    data = memory(given)
    return lambda: sample(data.copy().ravel())


def centred(given):
    data = memory(given)
    return lambda: sample((data - data.mean(axis=1, keepdims=True)).ravel())


def sum_of_function(given):
    data = np.arange(given["length"]) % 1000 / 64 + 0.1
    return lambda: float(getattr(np, given["name"])(data).sum())


def sum_of_ones(given):
    return lambda: float(np.ones(given["length"]).sum())


def open_file(given):
    def work():
        with h5py.File(given["file"], "r") as file:
            data = file["/data"]
            filters = sum([data.compression is not None, data.shuffle])
            return [*data.shape, *data.chunks, len(data.dtype.name), filters]

    return work


def transfer(given):
    return lambda: sample(np.arange(given["length"], dtype="f8"))


WORKLOADS = {
    "hdf5-sum": sum_of_file,
    "gzip-sum": sum_of_file,
    "gzip-write": write_gzip,
    "hdf5-expression": expression_of_file,
    "out-of-core": deviation_of_file,
    "out-of-core-rechunk": columns_of_file,
    "out-of-core-transpose": symmetry_of_file,
    "memory-expression": expression_of_memory,
    "reductions-all": reductions,
    "reductions-0": reductions,
    "reductions-1": reductions,
    "std": std,
    "transpose-add": transpose_add,
    "matmul-float64": product,
    "matmul-float32": product,
    "rechunk": copy,
    "rechunk-computed": centred,
    **dict.fromkeys(["exp", "sin", "log"], sum_of_function),
    "ones-sum": sum_of_ones,
    "open-hdf5": open_file,
    "transfer": transfer,
}

workload, given = parameters()
serve(WORKLOADS[workload](given))
