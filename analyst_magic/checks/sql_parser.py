"""SQL as DuckDB itself reads it: the tree of its own parser, so that nothing is checked that is not what runs.

``json_serialize_sql`` gives the tree of what selects; ``extract_statements`` says what else a text holds.
Source: https://duckdb.org/docs/stable/data/json/sql_to_and_from_json
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

import duckdb

MAX_TEXT = 100_000
"""Characters of a text."""
MAX_DEPTH = 300
"""Brackets within brackets, as DuckDB's parser takes the square of their number where one is missing."""
_END_OF_PIVOT = frozenset({"using", "group", "order", "limit", "offset", "union", "intersect", "except"})
_BEFORE_COLUMN = frozenset("( , select as by where and or on having distinct when then else".split())
_AFTER_COLUMN = frozenset(
    """) , ; from as asc desc nulls group order limit where having then else when end and or is in not between like
    ilike union""".split()
) | {""}
_VALUES = frozenset({"null", "true", "false", "default"})
"""Words of SQL that stand where a column could and are none."""
_lock = threading.Lock()
_connection: duckdb.DuckDBPyConnection | None = None

Node = dict[str, Any]
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


class SqlError(Exception):
    """A text that DuckDB cannot read; the message is DuckDB's own."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a text.

    Attributes:
        kind: What it does, in one upper-case word: ``SELECT``, ``CREATE``, ``MULTI`` for a PIVOT without its values.
        text: Its text.
    """

    kind: str
    text: str


def depth(text: str) -> int:
    """How deep brackets stand in brackets, those in quotes as well."""
    return max(accumulate(_BRACKETS.get(character, 0) for character in text), default=0)


def statements(text: str) -> list[Statement]:
    """The statements of a text, none of which is run.

    Raises:
        SqlError: DuckDB cannot read it.
    """
    try:
        with _lock:
            parsed = _parser().extract_statements(text)
    except (duckdb.Error, UnicodeError, RuntimeError) as error:
        raise SqlError(str(error).strip().splitlines()[0][:200] if str(error).strip() else "it is too deep") from None
    if len(parsed) > 1 and "pivot" in text.lower() and _is_one(with_values(text)):
        return [Statement("MULTI", text)]  # DuckDB 1 has one statement more for each PIVOT
    return [Statement(_type_of(statement), statement.query) for statement in parsed]


def _type_of(statement: Any) -> str:
    """The type of a statement in capitals; ``UNKNOWN`` where DuckDB's Python has no name for it."""
    try:
        return str(statement.type).rpartition(".")[2].upper().removesuffix("_STATEMENT")
    except ValueError:  # UPDATE EXTENSIONS, in DuckDB 2.0
        return "UNKNOWN"


def _is_one(text: str) -> bool:
    try:
        return len(trees(text)) == 1
    except SqlError:
        return False


def trees(text: str) -> list[Node]:
    """The trees of statements that all select.

    Raises:
        SqlError: DuckDB cannot read the text, or a statement does something else.
    """
    try:
        with _lock:
            ((row,),) = _parser().execute("SELECT json_serialize_sql(?::VARCHAR)", [text]).fetchall()
        document = json.loads(row)
    except (duckdb.Error, UnicodeError, RuntimeError, RecursionError, ValueError) as error:
        raise SqlError(str(error).strip().splitlines()[0][:200]) from None
    if document.get("error"):
        raise SqlError(str(document.get("error_message") or "it cannot be read").splitlines()[0][:200])
    return [statement["node"] for statement in document["statements"]]


def text_of(node: Node) -> str:
    """A tree as SQL, which DuckDB reads as that tree again.

    Raises:
        SqlError: DuckDB cannot write it, or reads what it has written as another tree.
    """
    whole = json.dumps({"error": False, "statements": [{"node": node, "named_param_map": []}]})
    try:
        with _lock:
            row = _parser().execute("SELECT json_deserialize_sql(?::JSON)", [whole]).fetchone()
    except (duckdb.Error, UnicodeError, RuntimeError) as error:
        raise SqlError(str(error).strip().splitlines()[0][:200]) from None
    text = str(row[0]) if row else ""
    if [without_places(tree) for tree in trees(text)] != [without_places(node)]:
        raise SqlError("it cannot be written anew without a change of its meaning")
    return text


def without_places(node: Any) -> Any:
    """A tree without where its parts stand in the text."""
    if isinstance(node, dict):
        return {name: without_places(value) for name, value in node.items() if not name.startswith("query_location")}
    return [without_places(value) for value in node] if isinstance(node, list) else node


def nodes(tree: Any) -> Iterator[Node]:
    """Every object of a tree, the outer before the inner."""
    rest = [tree]
    while rest:
        item = rest.pop()
        if isinstance(item, dict):
            yield item
            rest.extend(reversed(item.values()))
        elif isinstance(item, list):
            rest.extend(reversed(item))


def arguments(function: Node) -> list[Node]:
    """The arguments of a function."""
    given = function.get("arguments") or function.get("children") or []  # the second up to DuckDB 1.5
    return [argument.get("expression", argument) for argument in given]


def with_values(text: str) -> str:
    """A text whose PIVOTs have values to look for, so that DuckDB's parser gives its tree; for reading, not to be run.

    ``PIVOT t ON n USING sum(x)`` becomes ``PIVOT t ON n IN ('x') USING sum(x)``: what names tables and functions stays
    as it is.
    """
    pivots, depth, pieces, done = list[_Pivot](), 0, list[bytes](), 0
    data = text.encode()
    for start, word in [*_words(data), (len(data), ";")]:
        pivot = pivots[-1] if pivots and pivots[-1].depth == depth else None
        if pivot is not None and pivot.on and (word in _END_OF_PIVOT or word in {",", ")", ";"}):
            if not pivot.has_values:
                pieces += [data[done:start], b"\n IN ('x') "]
                done = start
            pivot.has_values = False
            pivot.on = word == ","
        elif pivot is not None:
            pivot.has_values = pivot.has_values or (pivot.on and word == "in")
            pivot.on = pivot.on or word == "on"
        if word in {"pivot", "pivot_wider"}:
            pivots.append(_Pivot(depth))
        depth += (word == "(") - (word == ")")
        while pivots and pivots[-1].depth > depth:
            pivots.pop()
    return b"".join([*pieces, data[done:]]).decode()


def with_quotes(text: str, names: Collection[str]) -> str:
    """A text in which tables whose names are words of SQL stand in quotes, as in ``FROM cast``.

    Args:
        text: What DuckDB cannot read as it is.
        names: The names of tables, in lower case.
    """
    data = text.encode()
    words = [(0, ""), *_words(data), (len(data), "")]
    pieces, done = list[bytes](), 0
    for (_, before), (start, word), (_, after) in zip(words, words[1:], words[2:], strict=False):
        if word in names and before in {"from", "join", ","} and after != "(":
            pieces += [data[done:start], b'"', data[start : start + len(word)], b'"']
            done = start + len(word)
    return b"".join([*pieces, data[done:]]).decode()


def with_quoted_columns(text: str) -> str:
    """A text in which words of SQL that stand where a column has to stand are in quotes, as in ``max(at)``.

    Args:
        text: What DuckDB cannot read as it is.
    """
    data = text.encode()
    tokens = [(start, str(kind).rpartition(".")[2]) for start, kind in duckdb.tokenize(text)]
    spans = zip(tokens, [*tokens[1:], (len(data), "")], strict=True)
    words = [(start, data[start:end].decode().strip(), kind) for (start, kind), (end, _) in spans]
    around = [(0, "", ""), *words, (len(data), "", "")]
    pieces, done = list[bytes](), 0
    for (_, before, before_kind), (start, word, kind), (_, after, after_kind) in zip(
        around, around[1:], around[2:], strict=False
    ):
        begins = before.lower() in _BEFORE_COLUMN or before[-1:] == "." or _is_operator(before, before_kind)
        ends = after.lower() in _AFTER_COLUMN or _is_operator(after, after_kind)
        if kind == "keyword" and word.lower() not in _VALUES and begins and ends:
            pieces += [data[done:start], b'"', word.encode(), b'"']
            done = start + len(word.encode())
    return b"".join([*pieces, data[done:]]).decode()


def _is_operator(piece: str, kind: str) -> bool:
    return kind == "operator" and piece not in {"(", ")", ",", ";", "[", "]", "{", "}"}


@dataclass(slots=True)
class _Pivot:
    """A PIVOT that is being read."""

    depth: int
    on: bool = field(default=False)
    has_values: bool = field(default=False)


def _words(data: bytes) -> Iterator[tuple[int, str]]:
    """Keywords in lower case, and each parenthesis, comma and semicolon, with where they stand."""
    tokens = [(start, str(kind).rpartition(".")[2]) for start, kind in duckdb.tokenize(data.decode())]
    for (start, kind), (end, _) in zip(tokens, [*tokens[1:], (len(data), "")], strict=True):
        piece = data[start:end]
        if kind == "operator":
            yield from ((start + i, chr(c)) for i, c in enumerate(piece) if chr(c) in "(),;")
        elif kind in {"keyword", "identifier"} and (word := re.match(rb"[A-Za-z_]+", piece)):
            yield start, word[0].decode().lower()


def _parser() -> duckdb.DuckDBPyConnection:
    """A connection that only parses."""
    global _connection
    if _connection is None:
        _connection = duckdb.connect(":memory:", config={"threads": 1})
        _connection.execute("SET enable_external_access = false")
        _connection.execute("SET lock_configuration = true")
    return _connection
