"""Dask with its threads.

dask_peer.py WORKLOAD PARAMETERS
"""

import pathlib
import time

import dask
import dask.array as da
import dask.bag as db
import h5py
import numpy as np
from dask.callbacks import Callback

from serve import parameters, sample, start
from small_tables import small_tables


def sum_of_file(given):
    data = h5py.File(given["file"], "r")["/data"]
    return lambda: float(da.from_array(data, chunks=given["chunks"]).sum().compute())


def write_gzip(given):
    data = h5py.File(given["file"], "r")["/data"]

    def work():
        pathlib.Path(given["out"]).unlink(missing_ok=True)
        x = da.from_array(data, chunks=given["chunks"])
        x.to_hdf5(given["out"], "/data", compression="gzip", compression_opts=4, shuffle=True)
        return list(data.shape)

    return work


def expression_of_file(given):
    data = h5py.File(given["file"], "r")["/data"]
    return lambda: expression(da.from_array(data, chunks=given["chunks"]))


def deviation_of_file(given):
    data = h5py.File(given["file"], "r")["/data"]

    def work():
        x = da.from_array(data, chunks=given["chunks"])
        return sample((x - x.mean(axis=0)).std(axis=0).compute())

    return work


def columns_of_file(given):
    data = h5py.File(given["file"], "r")["/data"]

    def work():
        sums = da.from_array(data, chunks=given["chunks"]).cumsum(axis=1)
        return sample(sums.rechunk(given["to"]).max(axis=1).compute())

    return work


def symmetry_of_file(given):
    data, side = h5py.File(given["file"], "r")["/data"], given["side"]

    def work():
        x = da.from_array(data, chunks=given["chunks"])[:side, :side]
        return sample((x + x.T).max(axis=0).compute())

    return work


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


def transpose_add(given):
    data = memory(given)

    def work():
        a = da.from_array(data, chunks=given["chunks"])
        return sample((a + a.T).compute().ravel())

    return work


def product(given):
    data = (memory(given) % 4).astype(given["dtype"])

    def work():
        a = da.from_array(data, chunks=given["chunks"])
        return sample((a @ a).compute().ravel())

    return work


def rechunk(make):
    def prepare(given):
        data = memory(given)
        return lambda: sample(
            make(da.from_array(data, chunks=given["chunks"])).rechunk(given["to"]).compute().ravel()
        )

    return prepare


def sum_of_function(given):
    data = np.arange(given["length"]) % 1000 / 64 + 0.1
    return lambda: float(getattr(da, given["name"])(da.from_array(data, chunks=given["chunks"])).sum().compute())


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


def inc(x):
    return x + 1


def add(a, b):
    return a + b


def scheduler_of(given):
    # A cluster is the default while there is one.
    return {"sync": "synchronous", "distributed": None}.get(given["scheduler"], given["scheduler"])


def tree_of_functions(given):
    def work():
        level = [dask.delayed(inc)(leaf) for leaf in range(given["leaves"])]
        while len(level) > 1:
            level = [dask.delayed(add)(*level[pair : pair + 2]) for pair in range(0, len(level), 2)]
        return float(level[0].compute(scheduler=scheduler_of(given), num_workers=given["cores"]))

    return work


def tree_by_hand(given):
    leaves = given["leaves"]

    def work():
        graph = {f"t{task}": (add, f"t{2 * task}", f"t{2 * task + 1}") for task in range(1, leaves)}
        graph.update({f"t{leaves + leaf}": (inc, leaf) for leaf in range(leaves)})
        return float(dask.get(graph, "t1"))

    return work


def block_to_function(given):
    data = da.from_array(np.arange(given["length"]) % 1000 / 8, chunks=-1)
    return lambda: sample(data.map_blocks(identity, dtype="f8").compute(scheduler=scheduler_of(given)))


def identity(block):
    return block


def count_words(given):
    def work():
        words = db.read_text(given["file"], blocksize=given["blocksize"]).map(str.split).flatten()
        top = words.frequencies().topk(10, key=second)
        counted = top.compute(scheduler=scheduler_of(given), num_workers=given["cores"])
        return [count for _, count in counted]

    return work


def second(pair):
    return pair[1]


def sum_of_bag(given):
    def work():
        numbers = db.range(given["count"], npartitions=given["npartitions"])
        return float(numbers.map(inc).filter(is_even).sum().compute(scheduler=scheduler_of(given)))

    return work


def is_even(x):
    return x % 2 == 0


def start_pool(given):
    def work():
        return db.from_sequence([1]).map(inc).compute(scheduler=scheduler_of(given), num_workers=given["cores"])

    return work


def on_cluster(make):
    """Does the same on a cluster of this machine, which ends with this process."""

    def prepare(given):
        from dask.distributed import Client, LocalCluster

        # However busy the machine is.
        dask.config.set({"distributed.comm.timeouts.connect": "300s"})
        cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
        Client(cluster).wait_for_workers(2)
        return make(given)

    return prepare


def tree_of_ones(given):
    return lambda: float(da.ones(given["leaves"], chunks=1).sum(split_every=2).compute())


def submits(given):
    from dask.distributed import get_client

    def work():
        client = get_client()
        return float(sum(client.gather([client.submit(inc, number) for number in range(given["count"])])))

    return work


def copy_between(given):
    """Results of one worker go to the other; `before` makes new ones, for those that it has it does not ask for again."""
    from dask.distributed import get_client, wait

    client = get_client()
    first = next(iter(client.scheduler_info()["workers"]))
    held = []

    def before():
        held.clear()
        made = [
            client.submit(np.full, given["length"], float(number), pure=False, workers=[first])
            for number in range(given["blocks"])
        ]
        wait(made)
        held.extend(made)

    def work():
        client.replicate(held, n=2)

    work.before = before
    return work


def nap(seconds):
    time.sleep(seconds)
    return 1


def take_naps(given):
    def work():
        naps = [dask.delayed(nap)(given["milliseconds"] / 1000) for _ in range(given["count"])]
        return dask.delayed(sum)(naps).compute()

    return work


def transfer(given):
    return lambda: sample(da.arange(given["length"], chunks=given["chunks"], dtype="f8").compute())


def group_mean(given):
    import dask.dataframe as dd

    def work():
        means = dd.read_csv(given["csv"]).groupby("name")["x"].mean().compute()
        return [float(mean) for mean in means.sort_index()]

    return work


def filter_sum(given):
    import dask.dataframe as dd

    def work():
        frame = dd.read_csv(given["csv"])
        return float(frame[frame["x"] > 0]["y"].sum().compute())

    return work


def table(given, which="table"):
    import dask.dataframe as dd

    return dd.read_parquet(given[which], split_row_groups=True)


def table_filter(given):
    def work():
        frame = table(given)
        return float(frame[frame["key"] < given["rows"] / 1000]["x"].sum().compute())

    return work


def table_join(given):
    def work():
        joined = table(given).merge(table(given, "keys"), on="key")
        return float((joined["x"] * joined["value"]).sum().compute())

    return work


def table_groups(given):
    return lambda: float(table(given).groupby("key")["x"].sum().max().compute())


def table_sort(given):
    return lambda: float(table(given).sort_values("x")["y"].diff().abs().sum().compute())


def small(query):
    """A query about tables in memory."""

    def prepare(given):
        import dask.dataframe as dd
        import pandas as pd

        rows, keys = (pd.DataFrame(columns) for columns in small_tables(given))
        tables = dd.from_pandas(rows, npartitions=given["cores"]), dd.from_pandas(keys, npartitions=1)
        return lambda: query(*tables)

    return prepare


def question(given):
    # It brings pandas, which arrays do without.
    from dask_h2oai import h2oai

    return h2oai(given["question"], given)


def small_filter(rows, _):
    return float(rows[(rows["x"] > 0.5) & (rows["y"] < 0.5)]["y"].sum().compute())


def small_derive(rows, _):
    return float(rows.assign(z=(rows["x"] * 2 + rows["y"]) * rows["x"])["z"].sum().compute())


def small_groups(rows, _):
    most = rows.groupby("key").agg({"x": "sum", "y": "mean"}).max().compute()
    return [float(most["x"]), float(most["y"])]


def small_join(rows, keys):
    joined = rows.merge(keys, on="key")
    return float((joined["x"] * joined["value"]).sum().compute())


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
    "rechunk": rechunk(lambda a: a),
    "rechunk-computed": rechunk(lambda a: a - a.mean(axis=1, keepdims=True)),
    **dict.fromkeys(["exp", "sin", "log"], sum_of_function),
    "ones-sum": sum_of_ones,
    "task-overhead": sum_of_ones,
    "graph-start": graph_start,
    "transfer": transfer,
    "delayed-sync": tree_of_functions,
    "delayed-threads": tree_of_functions,
    "delayed-processes": tree_of_functions,
    "delayed-large": tree_of_functions,
    "graph-by-hand": tree_by_hand,
    "cluster-merge": on_cluster(sum_of_ones),
    "cluster-functions": on_cluster(tree_of_functions),
    "cluster-hdf5-sum": on_cluster(sum_of_file),
    "cluster-tree": on_cluster(tree_of_ones),
    "cluster-submits": on_cluster(submits),
    "cluster-copy": on_cluster(copy_between),
    "cluster-naps": on_cluster(take_naps),
    "block-to-thread": block_to_function,
    "block-to-process": block_to_function,
    "csv-group-mean": group_mean,
    "csv-filter-sum": filter_sum,
    "table-filter": table_filter,
    "table-join": table_join,
    "table-groups": table_groups,
    "table-sort": table_sort,
    "cluster-table-filter": on_cluster(table_filter),
    "cluster-table-join": on_cluster(table_join),
    "cluster-table-groups": on_cluster(table_groups),
    "cluster-table-sort": on_cluster(table_sort),
    "small-filter": small(small_filter),
    "small-derive": small(small_derive),
    "small-groups": small(small_groups),
    "small-join": small(small_join),
    "h2oai": question,
    "bag-words": count_words,
    "bag-numbers": sum_of_bag,
    "pool-start": start_pool,
}

if __name__ == "__main__":
    workload, given = parameters()
    with dask.config.set(scheduler="threads", num_workers=given["cores"]):
        start(WORKLOADS[workload](given))
