"""The functions that SQL may call, and those of them that could make a value too large."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

import duckdb

from ..language import message
from ..turn import Finding
from .sql_parser import Node, arguments, nodes

CALLS_TABLES = frozenset({"range", "generate_series", "unnest", "json_each", "json_tree"})

MAX_REPEATED = 10_000
"""Characters or elements that a function may be told to make of one value."""
# Functions of the engine that tell of it, wait, keep state, run text as SQL, or read what is no frame.
_NEVER = re.compile(
    r"read_|.*_scan$|.*scan_dumb$|glob$|sniff_|parquet_|getenv|getvariable|duckdb_|pragma_|query|current_setting"
    r"|.*sleep|nextval|setval|currval|json_(?:de)?serialize|json_execute|write_log|which_secret|parse_duckdb|in_search"
    r"|pg_|inet_|has_.*_privilege|txid_|current_(?:query|connection|transaction)|stats$|vector_type|cast_to_type"
    r"|get_block_size|__|.*_external_|st_geomfrom|create_sort_key|finalize|combine|aggregate$|invoke$"
)
_WINDOWS = frozenset(
    "row_number rank dense_rank rank_dense lag lead ntile first_value last_value nth_value percent_rank cume_dist fill"
    "".split()
)
_MULTIPLIES = {"repeat": 1, "lpad": 1, "rpad": 1, "list_resize": 1, "array_resize": 1, "bar": 3}
"""Functions that make much of little, and which argument says how much."""
_COUNTS = frozenset(
    """+ - * / // % abs round floor ceil ceiling trunc greatest least length strlen len coalesce ifnull count
    count_star sum avg min max rank row_number""".split()
)
"""Functions that the number of repetitions may be computed with."""


def functions_called(tree_nodes: list[Node], macros: Collection[str]) -> Iterator[Finding]:
    """Every function only computes."""
    allowed = functions_allowed() | frozenset(macros)
    tables = {id(node["function"]) for node in tree_nodes if node.get("type") == "TABLE_FUNCTION"}
    for node in tree_nodes:
        if node.get("class") not in {"FUNCTION", "WINDOW"} or id(node) in tables:
            continue
        if name_called(node) not in allowed:
            name = name_called(node)
            said = message("The SQL calls {name}, which is not among the functions that only compute.", name=name)
            yield Finding("function", said)


def bombs(tree_nodes: list[Node]) -> Iterator[Finding]:
    """Functions that make much of little take a small number, or one from the data, and none of the others' results."""
    for node in tree_nodes:
        if _pads(node) and re.search(r"\d{5}", literal_of(arguments(node)[0])):
            yield Finding(
                "size",
                message("The SQL calls {name} with a width of more than 9,999 characters.", name=name_called(node)),
            )
        if not _multiplies(node):
            continue
        given, at = arguments(node), _MULTIPLIES[name_called(node)]
        nested = any(_multiplies(inner) for value in given for inner in nodes(value))
        pads = name_called(node) in {"lpad", "rpad"}
        if (len(given) > at and not _small(given[at])) or (nested and not pads):
            said = message(
                "The SQL calls {name}; its length must be a number up to {most}, and it may not be repeated again.",
                name=name_called(node), most=MAX_REPEATED,
            )  # fmt: skip
            yield Finding("size", said)


def _pads(node: Node) -> bool:
    """Whether a function pads numbers to a width that its first argument, written out, says."""
    return node.get("class") == "FUNCTION" and name_called(node) in {"printf", "format"} and bool(arguments(node))


def _multiplies(node: Node) -> bool:
    return node.get("class") == "FUNCTION" and name_called(node) in _MULTIPLIES


def _small(count: Node) -> bool:
    """Whether a number of repetitions is written small, or comes from the data and is not made large."""
    product = 1.0
    for node in nodes(count):
        if node.get("class") in {"FUNCTION", "WINDOW"} and name_called(node) not in _COUNTS:
            return False
        if node.get("class") in {"SUBQUERY", "LAMBDA"}:
            return False
        if node.get("class") == "CONSTANT":
            try:
                product *= max(1.0, abs(float(literal_of(node) or 1)))
            except ValueError:
                return False
    return product <= MAX_REPEATED


@cache
def functions_known() -> frozenset[str]:
    """Every function of DuckDB."""
    with duckdb.connect() as connection:
        rows = connection.execute("SELECT DISTINCT lower(function_name) FROM duckdb_functions()").fetchall()
    return frozenset(name for (name,) in rows)


def functions_allowed() -> frozenset[str]:
    """The functions of DuckDB that a query may call: those that only compute."""
    return _computing() | CALLS_TABLES


@cache
def _computing() -> frozenset[str]:
    """Those that only compute: scalars, aggregates and macros without the ones that must never run, and windows."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT DISTINCT lower(function_name) FROM duckdb_functions() "
            "WHERE function_type IN ('scalar', 'aggregate', 'macro')"
        ).fetchall()
    return frozenset(name for (name,) in rows if not _NEVER.match(name)) | _WINDOWS


def literal_of(node: Node) -> str:
    """A constant as text: DuckDB 2 has it as it was written, DuckDB 1 as a value."""
    given: Any = node.get("literal") or node.get("value") or {}
    value = given.get("text", given.get("value"))
    return "" if value is None else str(value)


def name_called(function: Node) -> str:
    return str(function.get("function_name") or "").lower()
