"""What the offline planner writes, for the connections that hold its tables: its SQL in the dialect of their engine.

The planner writes for DuckDB. SQL over a table of a connection becomes a query there; in a program for a chart or a
document the query comes first, and the program works with its result.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from ..checks.run import frames_named
from ..errors import CheckFailed
from ..language import message
from ..query.translate import translated
from ..sources.connections.tables import ConnectedTable
from ..turn import Code
from ..turn.queries import Query, joined
from ..turn.syntax import all_nodes, parse_python

_ANSWER = re.compile(r"^--.*$", re.MULTILINE)


def as_planned(code: Code, sources: Mapping[str, object]) -> Code:
    """The planner's code with its SQL where the data is; as it was where no connection has a part in it.

    Args:
        code: The planner's code.
        sources: The sources in scope.

    Raises:
        CheckFailed: It cannot be asked there: its tables are in several places, or its SQL has no form on that engine.
    """
    tables = {name: value for name, value in sources.items() if isinstance(value, ConnectedTable)}
    named = sorted(frames_named(Code(code.text, "sql"), tables)) if tables else []
    if not named:
        return code
    place = tables[named[0]].connection_name
    others = sorted({tables[name].connection_name for name in named} - {place})
    others += sorted(frames_named(Code(code.text, "sql"), [name for name in sources if name not in tables]))
    if others:
        raise CheckFailed(
            message(
                "The offline planner asks one database at a time, and this needs {place} and {others}.",
                place=str(place),
                others=", ".join(others),
            ),
            message("Ask about the tables of one of them, or configure a model."),
        )
    try:
        if code.language == "sql":
            answers = "\n".join(_ANSWER.findall(code.text))
            return joined([Query(place, f"{_translated(_ANSWER.sub('', code.text), tables)}\n{answers}".strip())], None)
        return _program(code, place, tables)
    except (SqlglotError, ValueError) as error:
        engine = tables[named[0]].connection.engine
        raise CheckFailed(
            message(
                "What the offline planner wrote has no form on {engine}: {reason}.",
                engine=engine,
                reason=str(error).splitlines()[0].rstrip("."),
            ),
            message("Ask for other figures, write SQL after “SQL:”, or configure a model."),
        ) from error


def _program(code: Code, place: str, tables: Mapping[str, ConnectedTable]) -> Code:
    """A program with its queries in front, and their results where it asked for them."""
    queries: list[Query] = []
    pieces, end, text = list[str](), 0, code.text.encode()
    for call, sql in _queries_in(code.text, tables):
        result = f"rows_{len(queries) + 1}" if queries else "rows"
        queries.append(Query(place, _translated(sql, tables), result))
        start, stop = _span(text, call)
        whole = isinstance(call.func, ast.Attribute) and call.func.attr == "df"
        pieces += [text[end:start].decode(), result if whole else f"list({result}.itertuples(index=False))"]
        end = stop
    changed = "".join(pieces) + text[end:].decode()
    if "duckdb." not in changed:
        changed = changed.replace("import duckdb\n", "", 1)
    return joined(queries, Code(changed.lstrip("\n"), code.language, code.format)) if queries else code


def _queries_in(text: str, tables: Mapping[str, ConnectedTable]) -> Iterator[tuple[ast.Call, str]]:
    """The calls of a program that ask tables of a connection, ``duckdb.sql(...).df()``, in order, with their SQL."""
    calls = [node for node in all_nodes(parse_python(text)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"df", "fetchall"}:
            asked = call.func.value
            if isinstance(asked, ast.Call) and ast.unparse(asked.func) == "duckdb.sql":
                sql = ast.literal_eval(asked.args[0])
                if frames_named(Code(sql, "sql"), tables):
                    yield call, sql


def _span(text: bytes, node: ast.expr) -> tuple[int, int]:
    """Where a part of a program begins and ends, in bytes."""
    lines = [0, *(place + 1 for place, byte in enumerate(text) if byte == ord("\n"))]
    return lines[node.lineno - 1] + node.col_offset, lines[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)


def _translated(text: str, tables: Mapping[str, ConnectedTable]) -> str:
    """SQL of DuckDB in the dialect of the engine that its tables are on.

    Raises:
        SqlglotError: It has no such form.
    """
    tree = sqlglot.parse_one(text, read="duckdb")
    dialect, read = "", list[ConnectedTable]()
    for node in list(tree.find_all(exp.Table)):
        value = tables.get(node.name)
        if value is not None and not node.db:
            dialect = value.connection.dialect
            read.append(value)
            _put_in_place(node, value)
    return translated(tree, dialect or "duckdb", _collations(read))


def _collations(tables: Iterable[ConnectedTable]) -> dict[str, str]:
    """The collations that tell texts apart, by the names of columns; none where not all tables need the same one."""
    found: dict[str, set[str]] = {}
    for table in tables:
        for column in table.table.columns:
            found.setdefault(column.name.lower(), set()).add(column.collation)
    return {name: next(iter(all_of)) for name, all_of in found.items() if len(all_of) == 1 and all_of != {""}}


def _put_in_place(node: exp.Table, value: ConnectedTable) -> None:
    """Let a node name the table as its engine's catalogue has it."""
    called, schema = node.alias_or_name, value.table.schema
    here = value.connection.catalogue().schemas[:1] == (schema,)
    quoted = value.reference.endswith(('"', "`"))
    node.set("this", exp.to_identifier(value.table.name, quoted=quoted))
    node.set("db", None if here or not schema else exp.to_identifier(schema))
    if value.table.name != called:
        node.set("alias", exp.TableAlias(this=exp.to_identifier(called)))
