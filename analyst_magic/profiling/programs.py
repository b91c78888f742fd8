"""The programs that look at data in the sandbox: which source goes there, and how a table of a database is counted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import InputError
from ..language import message
from ..packages import PROFILER
from ..sources.connections.tables import ConnectedTable
from ..sources.frames import frame_kind
from ..sources.kinds import source_of
from ..turn import Code
from ..turn.queries import Query, joined

PROFILE = f"{PROFILER}.program"
"""The module in the sandbox whose functions look at data."""
MAX_OTHERS = 8
"""Other sources whose keys are matched."""
SAMPLE_ROWS = 50_000
"""Rows of a table of a database that are fetched."""
COUNTED_HERE = frozenset({"pandas", "polars", "arrow"})
"""Kinds of frames that lie in this process with all of their rows."""
MAX_COUNTED = 60
"""Columns of such a table that are counted over all rows."""


@dataclass(frozen=True, slots=True)
class Program:
    """Code that looks at data.

    Attributes:
        code: The code.
        sources: The sources that it reads, by name.
        notes: What was left out.
    """

    code: Code
    sources: Mapping[str, object] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def find_source(name: str, scope: Mapping[str, object]) -> str:
    """The name in scope that a user means: a frame, or a table of a connection also by ``table`` or ``schema.table``.

    Raises:
        InputError: There is none, or there are several.
    """
    if name in scope:
        return name
    tables = {key: value for key, value in scope.items() if isinstance(value, ConnectedTable)}
    meant = [
        key for key, value in tables.items()
        if name in (value.table.name, value.reference, f"{value.connection_name}.{value.table.name}")
    ]  # fmt: skip
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise InputError(
            message("{name} may be {meant}.", name=name, meant=" or ".join(meant)), message("Name one of them.")
        )
    known = ", ".join(scope) or "none"
    raise InputError(
        message("There is no data {name} in scope.", name=name), message("In scope: {known}.", known=known)
    )


def profile_program(name: str, scope: Mapping[str, object], baseline: str = "") -> Program:
    """The program that looks at a source.

    Args:
        name: Its name in scope.
        scope: All sources in scope.
        baseline: The name of an earlier state of it; empty for none.

    Raises:
        InputError: A table of a database cannot be compared.
    """
    value = scope[name]
    if isinstance(value, ConnectedTable):
        if baseline:
            raise InputError(message("A table of a database is not compared."), message("Fetch both as frames first."))
        return _of_table(name, value)
    if isinstance(scope.get(baseline), ConnectedTable):
        raise InputError(
            message("{baseline} is a table of a database, and is not compared.", baseline=baseline),
            message("Fetch it as a frame first."),
        )
    others, left_out = _joinable(name, scope, baseline)
    pairs = ", ".join(f"{json.dumps(other)}: {other}" for other in others)
    data, facts = _at_hand(scope[name])
    sources = {name: data, **{other: scope[other] for other in others}}
    more = f", facts={facts!r}" if facts else ""
    if baseline:
        sources[baseline], facts = _at_hand(scope[baseline])
        more = f", baseline=({json.dumps(baseline)}, {baseline}{f', {facts!r}' if facts else ''}){more}"
    text = f"import {PROFILE}\n\n{PROFILE}.show({json.dumps(name)}, {name}, {{{pairs}}}{more})\n"
    notes = (message("Keys were not matched with {left_out}.", left_out=", ".join(left_out)),) if left_out else ()
    return Program(Code(text), sources, notes)


def _at_hand(data: object) -> tuple[object, str]:
    """What the sandbox gets of data, and what was counted here: of a large frame a sample, else all and nothing."""
    from ..facts.counts import count_rows  # loads NumPy
    from ..facts.source import EXACT_ROWS

    if frame_kind(data) not in COUNTED_HERE or not hasattr(data, "__len__") or len(data) <= EXACT_ROWS:
        return data, ""
    return count_rows(data)


def check_program(name: str, scope: Mapping[str, object], expectations: Mapping[str, Any]) -> Program:
    """The program that holds expectations against a source.

    Raises:
        InputError: It is a table of a database.
    """
    if isinstance(scope[name], ConnectedTable):
        raise InputError(
            message("{name} is a table of a database; expectations are held against frames and files.", name=name),
            message("Fetch it first: a cell with a ```sql block gives a frame."),
        )
    schema = json.dumps(expectations, ensure_ascii=True)
    text = f"import {PROFILE}\n\n{PROFILE}.check({name}, {schema!r})\n"
    return Program(Code(text), {name: scope[name]})


def _joinable(name: str, scope: Mapping[str, object], baseline: str) -> tuple[list[str], list[str]]:
    """The other sources that share a column's name, or have one that a column here names; and those left out."""
    own = {label.casefold() for label in source_of(name, scope[name]).labels}
    found = []
    for other, value in scope.items():
        if other in (name, baseline) or isinstance(value, ConnectedTable):
            continue
        labels = {label.casefold() for label in source_of(other, value).labels}
        stem = other.casefold().removesuffix("s")
        if own & labels or any(f"{stem}_{label}" in own or f"{stem}{label}" in own for label in labels):
            found.append(other)
    return found[:MAX_OTHERS], found[MAX_OTHERS:]


def _of_table(name: str, value: ConnectedTable) -> Program:
    """Some rows of the table, and what its database counts over all of them."""
    reference, quoted = value.reference, value.connection.quoted
    kinds = dict(source_of(name, value).column_kinds())
    parts = ["count(*) AS row_count"]
    for position, (column, kind) in enumerate(list(kinds.items())[:MAX_COUNTED]):
        if kind in ("binary", "other"):
            continue
        parts.append(f"count({quoted(column)}) AS n{position}")
        if kind in ("number", "text", "date", "moment"):
            parts.append(f"count(DISTINCT {quoted(column)}) AS d{position}")
        if kind in ("number", "date", "moment"):
            parts += [f"min({quoted(column)}) AS a{position}", f"max({quoted(column)}) AS z{position}"]
    queries = (
        Query(value.connection_name, f"SELECT * FROM {reference} LIMIT {SAMPLE_ROWS}", "_profile_rows"),  # noqa: S608 - names are quoted
        Query(value.connection_name, f"SELECT {', '.join(parts)} FROM {reference}", "_profile_counts"),  # noqa: S608
    )
    body = f"import {PROFILE}\n\n{PROFILE}.show({json.dumps(name)}, _profile_rows, facts=_profile_counts)\n"
    left = len(kinds) - MAX_COUNTED
    notes = (
        (
            message(
                "Only the first {most_counted} of {kinds} columns were counted by the database.",
                most_counted=MAX_COUNTED,
                kinds=len(kinds),
            ),
        )
        if left > 0
        else ()
    )
    return Program(joined(queries, Code(body)), {name: value}, notes)
