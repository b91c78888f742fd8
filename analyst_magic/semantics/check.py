"""What is wrong with definitions: no formula, a column that is not there, a word that means two things."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..turn import FrameCard
from ..turn.definitions import DatasetDefinition, Definitions
from .content import Problem
from .double_counting import repeated_in
from .formula import Columns, Formula, FormulaError, UnknownName, field_formula, formula_of
from .joining import leads
from .scope import columns_of, words_of


def check_definitions(definitions: Definitions, cards: Sequence[FrameCard] = ()) -> tuple[Problem, ...]:
    """What of the definitions cannot be as it is.

    Args:
        definitions: All that the files say.
        cards: The sources in scope with their columns; of a dataset whose source is not among them no column is
            checked.

    Example:
        >>> from ..turn.definitions import Expression, MetricDefinition
        >>> wrong = MetricDefinition("a", Expression({"ANSI_SQL": "SUM("}))
        >>> found = check_definitions(Definitions(metrics=(wrong,), places={"metric a": "analyst.yaml:3"}))
        >>> [problem.place for problem in found]
        ['analyst.yaml:3']
    """
    columns = columns_of(definitions, cards)
    found = [
        *_sources(definitions),
        *_formulas(definitions, columns),
        *_keys(definitions, columns),
        *_relationships(definitions, columns),
        *_words(definitions),
    ]
    return tuple(dict.fromkeys(found))


def _formulas(definitions: Definitions, columns: Columns) -> Iterator[Problem]:
    all_known = all(dataset.name.casefold() in columns for dataset in definitions.datasets)
    for metric in definitions.metrics:
        place = definitions.place("metric", metric.name)
        try:
            formula = formula_of(metric, definitions, columns)
            if not formula.columns and len(definitions.datasets) > 1:
                example = f"COUNT({definitions.datasets[0].name}.{(definitions.datasets[0].primary_key or ('id',))[0]})"
                yield Problem(place, f"The metric {metric.name} says not whose rows it counts: write {example} or so.")
            if wrong := _not_joined(formula, definitions):
                yield Problem(place, f"The metric {metric.name} {wrong}")
        except UnknownName as error:
            if all_known:
                yield Problem(place, f"The metric {metric.name}: {error}")
        except FormulaError as error:
            yield Problem(place, f"The metric {metric.name}: {error}")
    for dataset in definitions.datasets:
        for field in dataset.fields:
            try:
                formula = field_formula(dataset, field.name, definitions, columns)
            except FormulaError as error:
                place = definitions.place("field", f"{dataset.name}.{field.name}")
                yield Problem(place, f"The field {dataset.name}.{field.name}: {error}")
                continue
            if formula.aggregates:
                place = definitions.place("field", f"{dataset.name}.{field.name}")
                yield Problem(place, f"The field {dataset.name}.{field.name} has a figure over rows: it is a metric.")


def _not_joined(formula: Formula, definitions: Definitions) -> str:
    """Why no SELECT can compute a metric over several datasets at once; empty where one can."""
    names = sorted(formula.datasets)
    if len(names) < 2:
        return ""
    if not any(all(leads(many, one, definitions) for one in names) for many in names):
        return f"is computed from {' and '.join(names)}, which no relationships join from many rows to one."
    figure, dataset, many = repeated_in(formula, definitions)
    return f"has {figure}, whose rows of {dataset} a join with {many} repeats: define it apart." if figure else ""


def _sources(definitions: Definitions) -> Iterator[Problem]:
    """Datasets whose source is a query, which nothing in scope can be."""
    for dataset in definitions.datasets:
        if re.match(r"\s*(?:\(|(?:select|with|from)\s)", dataset.source, re.I):
            place = definitions.place("dataset", dataset.name)
            yield Problem(place, f"The source of {dataset.name} is a query, and is not used: name a frame, a file or a "
                                 "table, such as a view of that query.")  # fmt: skip


def _keys(definitions: Definitions, columns: Columns) -> Iterator[Problem]:
    for dataset in definitions.datasets:
        for column in sorted({column for key in dataset.keys for column in key}):
            if wrong := _missing(dataset, column, columns):
                yield Problem(definitions.place("dataset", dataset.name), f"A key of {dataset.name}: {wrong}")


def _relationships(definitions: Definitions, columns: Columns) -> Iterator[Problem]:
    for known in definitions.relationships:
        place = definitions.place("relationship", known.name)
        if len(known.many_columns) != len(known.one_columns):
            yield Problem(place, f"{known.name} has {len(known.many_columns)} columns on one side and "
                                 f"{len(known.one_columns)} on the other.")  # fmt: skip
        for name, wanted in ((known.many, known.many_columns), (known.one, known.one_columns)):
            dataset = definitions.dataset(name)
            if dataset is None:
                yield Problem(place, f"{known.name} names {name}, which is no dataset.")
                continue
            for column in wanted:
                if wrong := _missing(dataset, column, columns):
                    yield Problem(place, f"{known.name}: {wrong}")
        one = definitions.dataset(known.one)
        if one is not None and one.keys and not any(key <= set(known.one_columns) for key in one.keys):
            yield Problem(
                place,
                f"{known.name}: {', '.join(known.one_columns)} is no key of {one.name}, the side that has one row.",
            )


def _words(definitions: Definitions) -> Iterator[Problem]:
    """Words that name two metrics, or two fields of a dataset."""
    yield from _twice(
        [(f"metric {m.name}", m.name, definitions.place("metric", m.name), m.synonyms) for m in definitions.metrics]
    )
    for dataset in definitions.datasets:
        yield from _twice(
            [
                (f"field {dataset.name}.{f.name}", f.name, definitions.place("field", f"{dataset.name}.{f.name}"),
                 f.synonyms)
                for f in dataset.fields
            ]
        )  # fmt: skip


def _twice(entries: Sequence[tuple[str, str, str, tuple[str, ...]]]) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for label, name, place, synonyms in entries:
        for word in dict.fromkeys(words_of(text.replace("_", " ")) for text in (name, *synonyms)):
            first = owners.setdefault(word, label)
            if first != label:
                yield Problem(place, f"“{word}” means the {first} and the {label}: leave it at one of them.")


def _missing(dataset: DatasetDefinition, column: str, columns: Columns) -> str:
    """That a dataset has no column of a name; empty where it has, or where nothing is known of it."""
    known = columns.get(dataset.name.casefold())
    if known is None or column.casefold() in {name.casefold() for name in known} or dataset.field(column) is not None:
        return ""
    return f"{dataset.name} has no column {column}."
