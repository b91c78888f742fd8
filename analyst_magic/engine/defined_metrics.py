"""Definitions in a turn: their formulas put into SQL, sums over multiplied rows found, changed ones noticed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from ..context.choose import outline
from ..errors import AnalystError
from ..language import message
from ..semantics.double_counting import double_counting
from ..semantics.expand import changed_since, definitions_used, expanded
from ..semantics.expand_python import expanded_python
from ..semantics.formula import Columns
from ..semantics.scope import columns_of, is_source, without_hidden
from ..sources.connections.tables import ConnectedTable
from ..turn import Code, Finding, FrameCard
from ..turn.definitions import DatasetDefinition, Definitions, Relationship
from ..turn.queries import joined, split
from .connected import connected, tables_named
from .job import Job


def with_formulas(job: Job, code: Code, *, by_model: bool) -> tuple[Code, tuple[Finding, ...]]:
    """A program whose SQL has the formula of each metric that it names, and what stands against running it.

    Args:
        job: The question and what answers it.
        code: The program, with the queries on connections in it.
        by_model: Whether a model wrote it just now: then figures of multiplied rows are no answer. In other code they
            are a remark.
    """
    definitions = job.options.definitions.definitions
    places, found = connected(job.sources), list[Finding]()
    queries, body = split(code)
    if not definitions and not (queries and places):
        return code, ()
    columns = columns_at_hand(job, definitions) if definitions else {}
    sources = _sources_in_sql(job, definitions)
    keys = _with_keys(definitions, code, job.sources) if queries else definitions
    key_columns = columns_of(keys, outlines(job, tables_named(code, job.sources))) if queries else columns
    written = []
    for query in queries:
        dialect = places[query.connection].connection.dialect if query.connection in places else "duckdb"
        tables = {dataset: text for dataset, (place, text) in sources.items() if place == query.connection}
        sql, wrong = expanded(Code(query.text, "sql"), definitions, columns, dialect, tables)
        found += [*wrong, *double_counting(sql.text, keys, key_columns, dialect)]
        written.append(replace(query, text=sql.text))
    if body is not None:
        frames = {dataset: text for dataset, (place, text) in sources.items() if not place}
        expand = expanded if body.language == "sql" else expanded_python
        body, wrong = expand(body, definitions, columns, sources=frames)
        found += [*wrong, *(double_counting(body.text, definitions, columns) if body.language == "sql" else ())]
    if not by_model:
        found = [replace(entry, stops=False) if entry.rule == "double counting" else entry for entry in found]
    code = joined(written, body) if queries else body or code
    places_of = [
        f"{name} ({place})" for name in definitions_used(code.text) if (place := definitions.place("metric", name))
    ]
    if places_of:
        found.append(
            Finding("definition", message("Computed as defined: {names}.", names=list(places_of)), stops=False)
        )
    return code, tuple(found)


def _sources_in_sql(job: Job, definitions: Definitions) -> dict[str, tuple[str, str]]:
    """What SQL calls the source of each dataset at hand, after its connection; a frame has none."""
    found = {}
    for dataset in definitions.datasets:
        name = next((name for name in job.sources if is_source(dataset, name)), None)
        value = job.sources[name] if name is not None else None
        if isinstance(value, ConnectedTable):
            found[dataset.name.casefold()] = (value.connection_name, value.reference)
        elif name is not None:
            found[dataset.name.casefold()] = ("", exp.to_identifier(name).sql("duckdb"))
    return found


def pin_changes(job: Job, code: Code) -> str:
    """Why pinned code fits no more: a metric in it is defined otherwise today; empty where none is."""
    if not definitions_used(code.text):
        return ""
    definitions = job.options.definitions.definitions
    names = changed_since(code.text, definitions, columns_at_hand(job, definitions))
    return f"the definition of {' and '.join(names)} is another now" if names else ""


def columns_at_hand(job: Job, definitions: Definitions) -> Columns:
    """The columns of the datasets whose sources are in scope."""
    return columns_of(definitions, outlines(job))


def _with_keys(definitions: Definitions, code: Code, sources: Mapping[str, object]) -> Definitions:
    """The definitions with the keys that databases declare for the tables that a program reads, the lowest in rank."""
    tables = {name: sources[name] for name in tables_named(code, sources)}
    known = {name: value.table for name, value in tables.items() if isinstance(value, ConnectedTable)}
    ours = {(table.schema, table.name): name for name, table in known.items()}
    defined = {name: d.name for name in known for d in definitions.datasets if is_source(d, name)}
    datasets = [DatasetDefinition(name, name, table.key) for name, table in known.items() if name not in defined]
    relationships = [
        Relationship(
            f"{name} to {ours[other]}", defined.get(name, name), defined.get(ours[other], ours[other]), mine, theirs
        )
        for name, table in known.items()
        for mine, other, theirs in table.references
        if other in ours and other != (table.schema, table.name)
    ]
    return replace(
        definitions,
        datasets=(*definitions.datasets, *datasets),
        relationships=(*definitions.relationships, *relationships),
    )


def outlines(job: Job, only: Collection[str] | None = None) -> list[FrameCard]:
    """The sources in scope with the names of their columns; one that cannot be read has none.

    Args:
        job: The question.
        only: The names of the sources; None for all.
    """
    found = []
    for name, value in job.sources.items():
        if only is not None and name not in only:
            continue
        try:
            found.append(outline(name, value))
        except AnalystError:
            continue
    return found


def seen_by_model(job: Job, cards: Sequence[FrameCard]) -> Definitions:
    """The definitions without what names hidden columns."""
    return without_hidden(job.options.definitions.definitions, cards, job.options.hidden)
