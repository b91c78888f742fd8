"""Metrics in SQL: ``MEASURE(revenue)`` becomes the metric's own formula, so that nobody types it anew.

The word is that of Databricks and of Ossie's converters (``MEASURE``); ``METRIC`` and Snowflake's ``AGG`` are read as
well where they name a metric.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType

from ..language import message
from ..turn import Code, Finding
from ..turn.definitions import DatasetDefinition, Definitions
from .formula import Columns, Formula, FormulaError, formula_of
from .joining import AddedJoin, added_joins, end_of_from, require_clear

WORDS = frozenset({"MEASURE", "METRIC", "AGG"})
_PLACE = "metric_in_place_"
_MARK = re.compile(r"^(?:--|#) definition (?P<name>\S+) (?P<digest>[0-9a-f]{8})[ \t]*$", re.M)


@dataclass(frozen=True, slots=True)
class MetricCall:
    """A metric that SQL names.

    Attributes:
        name: What stands between the brackets.
        word: ``MEASURE``, ``METRIC`` or ``AGG``.
        start, end: Where the call begins and ends in the text.
    """

    name: str
    word: str
    start: int
    end: int


def named_metrics(sql: str, dialect: str = "duckdb") -> tuple[MetricCall, ...]:
    """The metrics that a statement names, in the order of its text.

    >>> [named.name for named in named_metrics("SELECT region, MEASURE(revenue) FROM sales GROUP BY 1")]
    ['revenue']
    """
    try:
        tokens = sqlglot.tokenize(sql, read=dialect)
    except SqlglotError:
        return ()
    return tuple(_named(tokens))


def _named(tokens: Sequence[Token]) -> Iterator[MetricCall]:
    for before, opening, name, closing in zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False):
        is_call = opening.token_type == TokenType.L_PAREN and closing.token_type == TokenType.R_PAREN
        if is_call and before.text.upper() in WORDS and name.text:
            yield MetricCall(name.text, before.text.upper(), before.start, closing.end + 1)


def expanded(
    code: Code,
    definitions: Definitions,
    columns: Columns,
    dialect: str = "duckdb",
    sources: Mapping[str, str] | None = None,
) -> tuple[Code, tuple[Finding, ...]]:
    """SQL with the formulas of the metrics that it names, and a comment for each that says which definition it was.

    A dataset that a formula needs and the SELECT does not read is joined, where relationships lead to it from many rows
    to one.

    Args:
        code: What a model wrote; code in Python stays as it is.
        definitions: What is defined.
        columns: The columns of the datasets at hand, by the dataset's name in small letters.
        dialect: The dialect of the SQL.
        sources: What SQL calls the sources of the datasets that it may join, by the dataset's name in small letters.

    Returns:
        The code, and what stands against running it: a metric that is not defined or whose formula does not fit.
    """
    if code.language != "sql" or not definitions:
        return code, ()
    calls = named_metrics(code.text, dialect)
    edits, findings, used = list[tuple[int, int, str]](), list[Finding](), dict[str, str]()
    selects = _selects_of_calls(code.text, calls, dialect)
    joins: dict[int, list[AddedJoin]] = {}
    for call, select in zip(calls, selects, strict=True):
        metric = definitions.metric(call.name)
        if metric is None:
            if call.word != "AGG":
                findings.append(_undefined(call.name, definitions))
            continue
        try:
            formula = formula_of(metric, definitions, columns, dialect)
            more = joins.setdefault(id(select), [])
            called = _called(formula, definitions, select, more)
            added = _missing(formula, called, definitions, columns, select, sources or {}, dialect)
            names = {**called, **{join.dataset: join.called for join in added}}
            at = end_of_from(sqlglot.tokenize(code.text, read=dialect), call.start) if added else 0
            if at < 0:
                raise FormulaError(f"it is computed from {added[0].dataset}, which cannot be joined there.",
                                   f"Read {added[0].dataset} in the SELECT that names it.")  # fmt: skip
            edits += [(at, at, f" {join.sql}") for join in added]
            more += added
            edits.append((call.start, call.end, _sql(formula, dialect, names)))
        except FormulaError as error:
            findings.append(_unusable(metric.name, error))
            continue
        used[metric.name] = formula.digest
    text = _edited(code.text, edits)
    marks = [f"-- definition {name} {digest}" for name, digest in sorted(used.items())]
    return replace(code, text="\n".join([text, *marks]) if marks else text), tuple(dict.fromkeys(findings))


def _undefined(name: str, definitions: Definitions) -> Finding:
    defined = [known.name for known in definitions.metrics[:20]] or message("none")
    return Finding("metric", message("No metric {name} is defined; defined are: {names}.", name=name, names=defined))


def _unusable(name: str, error: FormulaError) -> Finding:
    said = message("The metric {metric} cannot be used here: {error}", metric=name, error=str(error))
    return Finding("metric", said)


def _edited(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """A text with parts replaced; of several at one place the first comes first."""
    in_order = sorted(edits, key=lambda edit: edit[0])
    for start, end, new in reversed(in_order):
        text = f"{text[:start]}{new}{text[end:]}"
    return text


def _sql(formula: Formula, dialect: str, names: Mapping[str, str]) -> str:
    """The formula as one operand."""
    text = formula.sql(dialect, names)
    return f"({text})" if isinstance(formula.tree, exp.Binary) else text


def definitions_used(text: str) -> dict[str, str]:
    """The metrics whose formulas stand in code, with the digest of each as it was.

    >>> definitions_used("SELECT SUM(a) FROM t\\n-- definition revenue 0123abcd")
    {'revenue': '0123abcd'}
    """
    return {found["name"]: found["digest"] for found in _MARK.finditer(text)}


def without_marks(text: str) -> tuple[str, dict[str, str]]:
    """Code without the comments that say which definitions are in it, and what these say."""
    return _MARK.sub("", text).rstrip("\n"), definitions_used(text)


def changed_since(text: str, definitions: Definitions, columns: Columns, dialect: str = "duckdb") -> list[str]:
    """The metrics in code whose formula is another today, or gone."""
    changed = []
    for name, digest in definitions_used(text).items():
        metric = definitions.metric(name)
        try:
            now = formula_of(metric, definitions, columns, dialect).digest if metric is not None else ""
        except FormulaError:
            now = ""
        changed += [name] if now != digest else []
    return changed


def _selects_of_calls(sql: str, calls: Sequence[MetricCall], dialect: str) -> list[exp.Select | None]:
    """The SELECT around each call."""
    text = sql
    for number, call in reversed(list(enumerate(calls))):
        text = f"{text[: call.start]}MEASURE({_PLACE}{number}){text[call.end :]}"
    found: list[exp.Select | None] = [None for _ in calls]
    try:
        tree = sqlglot.parse_one(text, read=dialect)
    except SqlglotError:
        return found
    for column in tree.find_all(exp.Column):
        if column.name.startswith(_PLACE) and isinstance(select := column.parent_select, exp.Select):
            found[int(column.name.removeprefix(_PLACE))] = select
    return found


def _called(
    formula: Formula, definitions: Definitions, select: exp.Select | None, joins: Sequence[AddedJoin]
) -> dict[str, str]:
    """What a SELECT calls the datasets that it reads, those of joins that it gets among them.

    Raises:
        FormulaError: It reads one of a formula twice.
    """
    tables = list(tables_read(select)) if select is not None else []
    names = {join.dataset: join.called for join in joins}
    for definition in definitions.datasets:
        found = [table for table in tables if reads(table, definition)]
        if len(found) > 1 and definition.name in formula.datasets:
            raise FormulaError(
                f"it is computed from {definition.name}, which the SELECT that names it reads twice.",
                f"Read {definition.source} there, once.",
            )
        if len(found) == 1:
            names[definition.name] = found[0].alias_or_name
    return names


def _missing(
    formula: Formula,
    called: Mapping[str, str],
    definitions: Definitions,
    columns: Columns,
    select: exp.Select | None,
    sources: Mapping[str, str],
    dialect: str,
) -> list[AddedJoin]:
    """The joins by which a SELECT reads all datasets of a formula.

    Raises:
        FormulaError: One of them cannot be joined, or not without mistaking a column of another.
    """
    names, found = dict(called), list[AddedJoin]()
    for dataset in sorted(formula.datasets - set(called)):
        for join in added_joins(dataset, names, definitions, columns, sources, dialect):
            if select is not None:
                require_clear(select, join.dataset, columns, list(names))
            names[join.dataset] = join.called
            found.append(join)
    return found


def reads(table: exp.Table, dataset: DatasetDefinition) -> bool:
    """Whether a table of a statement is the source of a dataset."""
    parts = [part.casefold() for part in dataset.source.split(".")]
    own = [part.name.casefold() for part in table.parts]
    common = min(len(own), len(parts))
    return own[-common:] == parts[-common:] or own == [dataset.name.casefold()]


def tables_read(select: exp.Select) -> Iterator[exp.Table]:
    """The tables that a SELECT reads itself; a name of WITH is none."""
    named = {cte.alias.casefold() for cte in select.root().find_all(exp.CTE)}
    sources = [select.args.get("from_") or select.args.get("from"), *(select.args.get("joins") or [])]
    for source in sources:
        table = source.this if source is not None else None
        if isinstance(table, exp.Table) and (table.db or table.name.casefold() not in named):
            yield table
