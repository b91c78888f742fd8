"""Which definitions belong to the data at hand, and which of them a question needs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from ..turn import FrameCard
from ..turn.definitions import DatasetDefinition, Definitions, MetricDefinition
from .formula import Columns, Formula, FormulaError, formula_of

MAX_DESCRIBED = 40
"""Metrics and fields that a model is told in full; of the others it is told the names."""


def is_source(dataset: DatasetDefinition, name: str) -> bool:
    """Whether a frame, a file or a table is the source of a dataset.

    >>> is_source(DatasetDefinition("lines", "shop.public.order_lines"), "shop.order_lines")
    True
    """
    own, wanted = name.casefold().split("."), dataset.source.casefold().split(".")
    if own == [dataset.name.casefold()] and len(wanted) == 1:
        return own == wanted or wanted == [dataset.name.casefold()]
    return own[-1] == wanted[-1] and (len(wanted) == 1 or set(own[:-1]) <= set(wanted[:-1]))


def card_of(dataset: DatasetDefinition, cards: Iterable[FrameCard]) -> FrameCard | None:
    """The card of a dataset's source: the one of that very name, else one that has it as a part."""
    found = [card for card in cards if is_source(dataset, card.name)]
    return next((card for card in found if card.name == dataset.source), found[0] if found else None)


def columns_of(definitions: Definitions, cards: Sequence[FrameCard]) -> Columns:
    """The columns of the datasets whose sources are at hand, by the dataset's name in small letters."""
    found = {dataset.name.casefold(): card_of(dataset, cards) for dataset in definitions.datasets}
    return {
        name: frozenset(column.sql for column in card.columns) for name, card in found.items() if card and card.columns
    }


def formulas(definitions: Definitions, columns: Columns) -> dict[str, Formula]:
    """The formulas of the metrics whose datasets are all at hand, by the metric's name."""
    found = {}
    for metric in definitions.metrics:
        try:
            formula = formula_of(metric, definitions, columns)
        except FormulaError:
            continue
        if {name.casefold() for name in formula.datasets} <= set(columns):
            found[metric.name] = formula
    return found


def without_hidden(definitions: Definitions, cards: Sequence[FrameCard], hidden: Collection[str]) -> Definitions:
    """The definitions that name no column which is hidden.

    Args:
        definitions: All of them.
        cards: The cards of the sources, in full.
        hidden: Columns as ``frame.column``.
    """
    if not hidden or not definitions:
        return definitions
    gone = {}
    for dataset in definitions.datasets:
        card = card_of(dataset, cards)
        if card is not None:
            gone[dataset.name] = {c.partition(".")[2] for c in hidden if c.partition(".")[0] == card.name}
    names = {name.casefold() for columns in gone.values() for name in columns}
    if not names:
        return definitions

    def speaks(text: str) -> bool:
        return bool(names & {word.casefold() for word in re.findall(r"\w+", text)})

    datasets = tuple(
        replace(dataset, fields=tuple(f for f in dataset.fields if not speaks(f"{f.name} {f.expression.text()}")))
        for dataset in definitions.datasets
    )
    metrics = tuple(metric for metric in definitions.metrics if not speaks(metric.expression.text()))
    return replace(definitions, datasets=datasets, metrics=metrics)


def words_of(text: str) -> str:
    """A text as words in small letters with one blank between, for a look whether another stands in it."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def spoken_of(text: str, names: Iterable[str]) -> str:
    """The longest of some names that stands in a text, one or several of it; empty where none does.

    >>> spoken_of("Total revenues by region", ["revenue"])
    'revenue'
    """
    asked = f" {words_of(text)} "
    plural = f" {' '.join(word.removesuffix('s') for word in asked.split())} "
    found = [
        name
        for name in names
        if (words := words_of(name))
        and (f" {words} " in asked or f" {' '.join(w.removesuffix('s') for w in words.split())} " in plural)
    ]
    return max(found, key=len, default="")


def needed(question: str, definitions: Definitions) -> tuple[MetricDefinition, ...]:
    """The metrics of which a question speaks, by their names and synonyms."""
    return tuple(metric for metric in definitions.metrics if spoken_of(question, (metric.name, *metric.synonyms)))


def describe_definitions(question: str, definitions: Definitions, cards: Sequence[FrameCard]) -> str:
    """The definitions that a question needs, for a model: all of a few, the names of the others.

    Args:
        question: The question, with those before it.
        definitions: What is defined, without what is hidden.
        cards: The cards that the model is told of.
    """
    columns = columns_of(definitions, cards)
    usable = formulas(definitions, columns)
    if not usable and not any(dataset.name.casefold() in columns for dataset in definitions.datasets):
        return ""
    asked = {metric.name for metric in needed(question, definitions)}
    metrics = [metric for metric in definitions.metrics if metric.name in usable]
    first = [metric for metric in metrics if metric.name in asked]
    first = first or (metrics if len(metrics) <= MAX_DESCRIBED // 4 else [])
    lines = [_metric(metric, usable[metric.name], definitions, cards) for metric in first[:MAX_DESCRIBED]]
    names = [metric.name for metric in metrics if metric not in first[:MAX_DESCRIBED]]
    lines += [f"other metrics: {', '.join(names[:100])}"] if names else []
    lines += _fields(question, definitions, cards, MAX_DESCRIBED - len(lines))
    lines += _relationships(definitions, cards)
    lines += [text.strip() for text in definitions.instructions]
    return "\n".join(lines)


def _metric(metric: MetricDefinition, formula: Formula, definitions: Definitions, cards: Sequence[FrameCard]) -> str:
    names = {}
    for name in formula.datasets:
        dataset = definitions.dataset(name)
        card = card_of(dataset, cards) if dataset is not None else None
        names[name] = card.name.rpartition(".")[2] if card is not None else name
    also = f" (also: {', '.join(metric.synonyms)})" if metric.synonyms else ""
    about = f": {' '.join(metric.description.split())}" if metric.description else ""
    return f"metric {metric.name} = {formula.sql(names=names)}{also}{about}"


def _fields(question: str, definitions: Definitions, cards: Sequence[FrameCard], most: int) -> list[str]:
    """Fields that are computed or that the question calls by another name than their column's."""
    lines = []
    for dataset in definitions.datasets:
        card = card_of(dataset, cards)
        if card is None:
            continue
        columns = {column.sql.casefold() for column in card.columns}
        for field in dataset.fields:
            text = field.expression.text()
            is_column = text.casefold() in columns and text.casefold() == field.name.casefold()
            if is_column and not spoken_of(question, (field.label, *field.synonyms)):
                continue
            also = f" (also: {', '.join(filter(None, (field.label, *field.synonyms)))})"
            about = f": {' '.join(field.description.split())}" if field.description else ""
            equals = "" if is_column else f" = {text}"
            lines.append(f"field {card.name}.{field.name}{equals}{also if also != ' (also: )' else ''}{about}")
    return lines[: max(0, most)]


def _relationships(definitions: Definitions, cards: Sequence[FrameCard]) -> list[str]:
    lines = []
    for known in definitions.relationships:
        sides = [definitions.dataset(name) for name in (known.many, known.one)]
        found = [card_of(side, cards) if side is not None else None for side in sides]
        if found[0] is not None and found[1] is not None:
            pairs = zip(known.many_columns, known.one_columns, strict=False)
            on = " and ".join(f"{found[0].name}.{a} = {found[1].name}.{b}" for a, b in pairs)
            lines.append(f"many {found[0].name} to one {found[1].name}: {on}")
    return lines
