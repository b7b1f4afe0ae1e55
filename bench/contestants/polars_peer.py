"""Polars, with its own threads.

polars_peer.py WORKLOAD PARAMETERS
"""

import polars as pl

from serve import parameters, serve


def group_mean(given):
    def work():
        groups = pl.scan_csv(given["csv"]).group_by("name").agg(pl.col("x").mean()).sort("name")
        return groups.collect()["x"].to_list()

    return work


def filter_sum(given):
    def work():
        return pl.scan_csv(given["csv"]).filter(pl.col("x") > 0).select(pl.col("y").sum()).collect().item()

    return work


WORKLOADS = {"csv-group-mean": group_mean, "csv-filter-sum": filter_sum}

workload, given = parameters()
serve(WORKLOADS[workload](given))
