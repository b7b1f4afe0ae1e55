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


def table_filter(given):
    few = pl.scan_parquet(given["table"]).filter(pl.col("key") < given["rows"] / 1000)
    return lambda: few.select(pl.col("x").sum()).collect().item()


def table_join(given):
    joined = pl.scan_parquet(given["table"]).join(pl.scan_parquet(given["keys"]), on="key")
    return lambda: joined.select((pl.col("x") * pl.col("value")).sum()).collect().item()


def table_groups(given):
    groups = pl.scan_parquet(given["table"]).group_by("key").agg(pl.col("x").sum())
    return lambda: groups.select(pl.col("x").max()).collect().item()


def table_sort(given):
    rows = pl.scan_parquet(given["table"]).sort("x")
    return lambda: rows.select(pl.col("y").diff().abs().sum()).collect().item()


WORKLOADS = {
    "csv-group-mean": group_mean,
    "csv-filter-sum": filter_sum,
    "table-filter": table_filter,
    "table-join": table_join,
    "table-groups": table_groups,
    "table-sort": table_sort,
}

workload, given = parameters()
serve(WORKLOADS[workload](given))
