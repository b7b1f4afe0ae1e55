"""Writes tables of the TPC-H benchmark at a small scale, and what DuckDB answers to six of its queries.

    python3 -m venv oracle && oracle/bin/pip install duckdb tpchgen-cli && oracle/bin/python __test__/oracle/make_tpch.py

The columns that the queries read go to `__test__/oracle/data/tpch/*.parquet`, the answers to `answers.json` beside them as
lists of rows; both are committed, so that tests need no Python. Prices are floats, not decimals. Parameters are those
with which queries are validated (TPC Benchmark H, revision 3.0.1), but for those that no row of so few would meet.
"""

import datetime
import json
import pathlib
import subprocess
import sys
import tempfile

import duckdb

SCALE = "0.002"
TABLES = {
    "lineitem": "l_orderkey, l_partkey, l_suppkey, l_quantity::double l_quantity,"
    " l_extendedprice::double l_extendedprice, l_discount::double l_discount, l_tax::double l_tax, l_returnflag,"
    " l_linestatus, l_shipdate",
    "orders": "o_orderkey, o_custkey, o_orderdate, o_shippriority, o_totalprice::double o_totalprice",
    "customer": "c_custkey, c_name, c_nationkey, c_mktsegment",
    "supplier": "s_suppkey, s_nationkey",
    "nation": "n_nationkey, n_name, n_regionkey",
    "region": "r_regionkey, r_name",
    "part": "p_partkey, p_name",
    "partsupp": "ps_partkey, ps_suppkey, ps_supplycost::double ps_supplycost",
}
QUERIES = {
    "1": """
        select l_returnflag, l_linestatus, sum(l_quantity), sum(l_extendedprice),
            sum(l_extendedprice * (1 - l_discount)), sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)),
            avg(l_quantity), avg(l_extendedprice), avg(l_discount), count(*)
        from lineitem where l_shipdate <= date '1998-12-01' - interval 90 day
        group by l_returnflag, l_linestatus order by l_returnflag, l_linestatus""",
    "3": """
        select l_orderkey, sum(l_extendedprice * (1 - l_discount)) revenue, o_orderdate, o_shippriority
        from customer, orders, lineitem
        where c_mktsegment = 'BUILDING' and c_custkey = o_custkey and l_orderkey = o_orderkey
            and o_orderdate < date '1995-03-15' and l_shipdate > date '1995-03-15'
        group by l_orderkey, o_orderdate, o_shippriority order by revenue desc, o_orderdate limit 10""",
    "5": """
        select n_name, sum(l_extendedprice * (1 - l_discount)) revenue
        from customer, orders, lineitem, supplier, nation, region
        where c_custkey = o_custkey and l_orderkey = o_orderkey and l_suppkey = s_suppkey
            and c_nationkey = s_nationkey and s_nationkey = n_nationkey and n_regionkey = r_regionkey
            and r_name = 'ASIA' and o_orderdate >= date '1994-01-01'
            and o_orderdate < date '1994-01-01' + interval 1 year
        group by n_name order by revenue desc""",
    "6": """
        select sum(l_extendedprice * l_discount) from lineitem
        where l_shipdate >= date '1994-01-01' and l_shipdate < date '1994-01-01' + interval 1 year
            and l_discount between 0.0499 and 0.0701 and l_quantity < 24""",
    "9": """
        select n_name as nation, year(o_orderdate) as o_year,
            sum(l_extendedprice * (1 - l_discount) - ps_supplycost * l_quantity)
        from part, supplier, lineitem, partsupp, orders, nation
        where s_suppkey = l_suppkey and ps_suppkey = l_suppkey and ps_partkey = l_partkey and p_partkey = l_partkey
            and o_orderkey = l_orderkey and s_nationkey = n_nationkey and p_name like '%green%'
        group by n_name, o_year order by n_name, o_year desc""",
    "18": """
        select c_name, c_custkey, o_orderkey, o_orderdate, o_totalprice, sum(l_quantity)
        from customer, orders, lineitem
        where o_orderkey in (select l_orderkey from lineitem group by l_orderkey having sum(l_quantity) > 240)
            and c_custkey = o_custkey and o_orderkey = l_orderkey
        group by c_name, c_custkey, o_orderkey, o_orderdate, o_totalprice
        order by o_totalprice desc, o_orderdate limit 100""",
}


def plain(value):
    return value.isoformat() if isinstance(value, datetime.date) else value


with tempfile.TemporaryDirectory() as folder:
    generator = pathlib.Path(sys.executable).parent / "tpchgen-cli"
    subprocess.run([generator, "parquet", "-s", SCALE, "--output-dir", folder], check=True)
    target = pathlib.Path(__file__).parent / "data" / "tpch"
    target.mkdir(exist_ok=True)
    database = duckdb.connect()
    for table, columns in TABLES.items():
        path = target / f"{table}.parquet"
        database.execute(
            f"copy (select {columns} from '{folder}/{table}.parquet') to '{path}' (format parquet, compression zstd)"
        )
        database.execute(f"create view {table} as select * from '{path}'")
    answers = {
        name: [[plain(value) for value in row] for row in database.execute(query).fetchall()]
        for name, query in QUERIES.items()
    }
(target / "answers.json").write_text(json.dumps(answers, separators=(",", ":")) + "\n")
