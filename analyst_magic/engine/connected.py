"""Programs whose data lies on connections: their queries are checked and run there, and their results are frames."""

from __future__ import annotations

import ast
import asyncio
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from ..checks.run import frames_named
from ..errors import AnalystError, CodeFailed, RunTimeout, Stopped
from ..language import message, messages, sentences
from ..query import policy
from ..sources.connections.connection import Caps, Connection, QueryFailed, QueryStopped, Rows, Stop
from ..sources.connections.tables import ConnectedTable
from ..sources.frames import Frame, to_frame
from ..turn import Code, Finding
from ..turn.queries import Query, joined, split
from ..turn.syntax import all_nodes, parse_python
from .job import Job

EXACT_DIGITS = 15
"""Digits of a decimal up to which a float holds it, for code that reckons with the result."""


@dataclass(frozen=True, slots=True)
class Connected:
    """A connection in scope with its tables.

    Attributes:
        connection: The database.
        tables: Its tables in scope, by the names of the sources.
    """

    connection: Connection
    tables: Mapping[str, ConnectedTable]

    def scope(self, hidden: Collection[str]) -> policy.Scope:
        """What a statement may read.

        Args:
            hidden: Columns that it may not, as ``source.column``.
        """
        found = self.connection.catalogue()
        named = {name: (table.table.schema, table.table.name) for name, table in self.tables.items()}
        out_of_sight: dict[policy.TableName, set[str]] = {}
        for source, _, column in (entry.partition(".") for entry in hidden):
            if source in named:
                out_of_sight.setdefault(named[source], set()).add(column)
        return policy.Scope(frozenset(named.values()), found.schemas, found.database, out_of_sight)


def connected(sources: Mapping[str, object]) -> dict[str, Connected]:
    """The connections in scope, by name."""
    found: dict[str, dict[str, ConnectedTable]] = {}
    for name, value in sources.items():
        if isinstance(value, ConnectedTable):
            found.setdefault(value.connection_name, {})[name] = value
    return {name: Connected(next(iter(tables.values())).connection, tables) for name, tables in found.items()}


def tables_named(code: Code, sources: Mapping[str, object]) -> set[str]:
    """The sources that are tables of connections and that the queries of a program read."""
    connections, found = connected(sources), set[str]()
    for query in split(code)[0]:
        if (place := connections.get(query.connection)) is not None:
            scope = place.scope(())
            read = policy.tables_in_scope(query.text, place.connection.dialect, scope)
            found |= {name for name, t in place.tables.items() if (t.table.schema, t.table.name) in read}
    return found


def program_of(code: Code, sources: Mapping[str, object]) -> Code:
    """A program with the connection written into it that SQL without one surely means.

    SQL means a connection where it reads tables of that one and no frame, or where there is nothing else in scope.
    """
    connections = connected(sources)
    queries, body = split(code)
    only = next(iter(connections), "") if len(connections) == 1 else ""
    if any(query.connection not in connections for query in queries) and only:
        generic = {"default", "database", "db", "connection"}
        queries = tuple(replace(query, connection=only) if query.connection in generic else query for query in queries)
        code = joined(queries, body)
    if queries or code.language != "sql" or not connections:
        return code
    meant = [name for name, place in connections.items() if _reads(code, place)]
    frames = [name for name, value in sources.items() if not isinstance(value, ConnectedTable)]
    if not meant and only and not frames:
        meant = [only]
    if len(meant) != 1 or frames_named(code, frames):
        return code
    return joined([Query(meant[0], code.text)], None)


def _reads(code: Code, place: Connected) -> bool:
    return bool(policy.tables_in_scope(code.text, place.connection.dialect, place.scope(())))


def misplaced(code: Code, sources: Mapping[str, object]) -> list[Finding]:
    """What is wrong with code that names tables of connections where only frames can be."""
    tables = {name: value for name, value in sources.items() if isinstance(value, ConnectedTable)}
    named = sorted(_used(code, tables)) if tables else []
    if not named:
        return []
    place = tables[named[0]].connection_name
    said = messages(
        "{tables} is a table of {place}, not in the sandbox: ask it in a block ```sql connection={place} result=NAME, "
        "and use the frame NAME.",
        "{tables} are tables of {place}, not in the sandbox: ask it in a block ```sql connection={place} result=NAME, "
        "and use the frame NAME.",
        len(named), tables=named, place=place,
    )  # fmt: skip
    return [Finding("connection", said)]


def _used(code: Code, names: Collection[str]) -> set[str]:
    """The names that code uses as variables, or as tables of a text of SQL."""
    if code.language == "sql":
        return {name for name in names if _is_table_in(name, code.text)}
    try:
        nodes = list(all_nodes(parse_python(code.text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    given = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    used = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)} - given
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return {name for name in names if name in used or any(_is_table_in(name, text) for text in texts)}


def _is_table_in(name: str, text: str) -> bool:
    return bool(re.search(rf"\b(?:from|join)\s+\"?{re.escape(name)}\b", text, re.IGNORECASE))


def findings(queries: Sequence[Query], connections: Mapping[str, Connected], hidden: Collection[str]) -> list[Finding]:
    """What is wrong with the queries of a program before they run."""
    found: list[Finding] = []
    for query in queries:
        place = connections.get(query.connection)
        if place is None:
            known = message("Connections: {names}.", names=list(connections) or message("none"))
            said = message("There is no connection {name} in scope.", name=query.connection)
            found.append(Finding("connection", sentences([said, known])))
        else:
            found += policy.check(query.text, place.connection.dialect, place.scope(hidden))
    return found


async def run_query(job: Job, query: Query, place: Connected, *, seconds: float | None = None) -> Rows:
    """Run a checked query on its connection, in a thread; ending the turn cancels it on the server.

    Args:
        job: The question.
        query: The query.
        place: Its connection.
        seconds: How long it may take; None for as long as the question's code may.

    Raises:
        CodeFailed: The engine refuses it.
        RunTimeout: It took too long.
        Stopped: The user stopped it.
    """
    limits = job.session.sandbox.limits
    caps = Caps(limits.max_rows, limits.max_frame_bytes, job.options.timeout if seconds is None else seconds)
    text, stop = policy.statement(query.text, place.connection.dialect), Stop()
    work = asyncio.ensure_future(
        asyncio.to_thread(_guarded, place.connection, text, caps, stop, limits.max_planned_rows)
    )
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.to_thread(stop.set)
        await asyncio.wait({work}, timeout=10)
        work.cancelled() or work.exception()
        raise
    except (QueryFailed, QueryStopped) as error:
        raise _failure(query.connection, place.connection.engine, error, stop) from error


def _guarded(connection: Connection, text: str, caps: Caps, stop: Stop, most: int) -> Rows:
    """Run a statement unless the engine's planner takes it to be too much work."""
    try:
        planned = connection.estimate(text)
    except (QueryFailed, QueryStopped):
        planned = None  # the statement itself meets what is wrong, and says it better
    if planned is not None and planned > most:
        raise QueryFailed(
            f"it would work through about {planned:,.0f} rows by the engine's own estimate, and max_planned_rows is "
            f"{most:,}: add conditions, join on keys, or raise max_planned_rows to allow it"
        )
    return connection.run(text, caps, stop)


def _failure(name: str, engine: str, error: Exception, stop: Stop) -> AnalystError:
    reason = str(error).rstrip(".")
    if isinstance(error, QueryFailed):
        return CodeFailed(
            message("The SQL failed on {name} ({engine}): {reason}.", name=name, engine=engine, reason=reason),
            message("Correct it, or ask again in other words."),
            name="ProgrammingError",
            value=reason,
        )
    if stop.set_by_user:
        return Stopped(message("The SQL was stopped, on the server too."), message("Ask again."))
    return RunTimeout(
        message("The SQL was stopped on {name} ({engine}): {reason}.", name=name, engine=engine, reason=reason),
        message("Ask for less, or raise the timeout."),
    )


def remarks(query: Query, rows: Rows) -> list[str]:
    """What a user should know of a result."""
    what = query.result or "The result"
    cut = (
        [
            message(
                "{what} was cut at {counted}: it has more.",
                what=what,
                counted=messages("{number} row", "{number} rows", rows.table.num_rows),
            )
        ]
        if rows.cut
        else []
    )
    return [*cut, *rows.notes]


def as_frame(name: str, table: pa.Table) -> Frame:
    """A result as code in the sandbox gets it: a pandas frame whose numbers can be reckoned with."""
    import pandas as pd

    fields = []
    for field, values in zip(table.schema, table.columns, strict=True):
        kind = field.type
        short = pa.types.is_decimal(kind) and _is_short(values)
        fields.append(pa.field(field.name, pa.float64() if short else pa.string() if pa.types.is_null(kind) else kind))
    plain = table.cast(pa.schema(fields))
    nullable = {pa.int64(): pd.Int64Dtype(), pa.int32(): pd.Int32Dtype(), pa.int16(): pd.Int16Dtype()}
    missing = {field.type for field, column in zip(plain.schema, plain.columns, strict=True) if column.null_count}
    mapped = {kind: dtype for kind, dtype in nullable.items() if kind in missing}
    return replace(to_frame(name, plain.to_pandas(date_as_object=False, types_mapper=mapped.get)), name=name)


def _is_short(values: pa.ChunkedArray) -> bool:
    """Whether floats hold decimals with all their digits, as far as these values have them."""
    if values.type.precision <= EXACT_DIGITS or values.null_count == len(values):
        return True
    ends = pc.min_max(values).as_py()
    most: Decimal = max(abs(ends["min"]), abs(ends["max"]))
    return bool(most < Decimal(10) ** (EXACT_DIGITS - values.type.scale))
