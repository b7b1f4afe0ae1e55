"""Polars, with its own threads.

polars_peer.py WORKLOAD PARAMETERS
"""

import polars as pl

from polars_h2oai import h2oai
from serve import parameters, start
from small_tables import small_tables


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


def small(query):
    """A query of one row about tables in memory."""

    def prepare(given):
        tables = [pl.DataFrame(columns) for columns in small_tables(given)]
        return lambda: list(query(*(table.lazy() for table in tables)).collect().row(0))

    return prepare


def small_filter(rows, _):
    return rows.filter((pl.col("x") > 0.5) & (pl.col("y") < 0.5)).select(pl.col("y").sum())


def small_derive(rows, _):
    return rows.with_columns(z=(pl.col("x") * 2 + pl.col("y")) * pl.col("x")).select(pl.col("z").sum())


def small_groups(rows, _):
    return rows.group_by("key").agg(pl.col("x").sum(), pl.col("y").mean()).select(pl.col("x", "y").max())


def small_join(rows, keys):
    return rows.join(keys, on="key").select((pl.col("x") * pl.col("value")).sum())


WORKLOADS = {
    "csv-group-mean": group_mean,
    "csv-filter-sum": filter_sum,
    "table-filter": table_filter,
    "table-join": table_join,
    "table-groups": table_groups,
    "table-sort": table_sort,
    "small-filter": small(small_filter),
    "small-derive": small(small_derive),
    "small-groups": small(small_groups),
    "small-join": small(small_join),
    "h2oai": lambda given: h2oai(given["question"], given),
}

workload, given = parameters()
start(WORKLOADS[workload](given))
