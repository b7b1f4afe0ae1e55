"""Dask with its threads.

dask_peer.py WORKLOAD PARAMETERS
"""

import dask
import dask.array as da
import h5py
import numpy as np
from dask.callbacks import Callback

from serve import parameters, sample, serve


def sum_of_file(given):
    data = h5py.File(given["file"], "r")["/data"]
    return lambda: float(da.from_array(data, chunks=given["chunks"]).sum().compute())


def expression_of_file(given):
    data = h5py.File(given["file"], "r")["/data"]
    return lambda: expression(da.from_array(data, chunks=given["chunks"]))


def expression_of_memory(given):
    data = (np.arange(np.prod(given["shape"])) % 1000 / 8).reshape(given["shape"])
    return lambda: expression(da.from_array(data, chunks=given["chunks"]))


def expression(a):
    return sample(((a * 2 + 1) ** 2).mean(axis=0).compute())


def memory(given):
    return (np.arange(np.prod(given["shape"])) % 1000 / 8).reshape(given["shape"])


def reductions(given):
    data, axis = memory(given), given["axis"]

    def work():
        x = da.from_array(data, chunks=given["chunks"])
        answers = [getattr(x, name)(axis=axis).compute() for name in ["sum", "mean", "var", "max"]]
        return [float(answer) for answer in answers] if axis is None else [v for a in answers for v in sample(a)]

    return work


def std(given):
    data = memory(given)
    return lambda: sample(da.from_array(data, chunks=given["chunks"]).std(axis=0).compute())


def sum_of_ones(given):
    return lambda: float(da.ones(given["length"], chunks=given["chunks"]).sum().compute())


class Started(Exception):
    """A task is about to run."""


class StopAtFirstTask(Callback):
    def _pretask(self, key, dsk, state):
        raise Started


def graph_start(given):
    def work():
        x = (da.ones(given["length"], chunks=1) + 1).sum()
        try:
            with StopAtFirstTask():
                x.compute()
        except Started:
            pass

    return work


def transfer(given):
    return lambda: sample(da.arange(given["length"], chunks=given["chunks"], dtype="f8").compute())


WORKLOADS = {
    "hdf5-sum": sum_of_file,
    "gzip-sum": sum_of_file,
    "hdf5-expression": expression_of_file,
    "memory-expression": expression_of_memory,
    "reductions-all": reductions,
    "reductions-0": reductions,
    "reductions-1": reductions,
    "std": std,
    "ones-sum": sum_of_ones,
    "task-overhead": sum_of_ones,
    "graph-start": graph_start,
    "transfer": transfer,
}

workload, given = parameters()
with dask.config.set(scheduler="threads", num_workers=given["cores"]):
    serve(WORKLOADS[workload](given))
