"""Definitions written into ``analyst.yaml``: a metric or a field added, changed or taken out; a first draft of all."""

from __future__ import annotations

import contextlib
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from sqlglot import exp

from ..errors import InputError
from ..language import message
from ..storage.files import SHARED, write_atomic
from ..turn import FrameCard
from ..turn.definitions import DIALECT, DatasetDefinition, Definitions, Expression, FieldDefinition, MetricDefinition
from .content import load, yaml
from .formula import FormulaError, field_formula, formula_of, parse
from .ossie import VERSION, read_ossie
from .scope import columns_of, is_source

_DEFINITION = re.compile(r"^\s*(?P<name>[^\W\d]\w*)\s*=(?!=)\s*(?P<formula>.+?)\s*(?:\s--\s*(?P<about>.*))?$", re.S)
_ALSO = re.compile(r"\(\s*also:?\s+(?P<words>[^)]*)\)\s*$", re.I)
NUMBERS = frozenset({"integer", "float", "decimal"})


@dataclass(frozen=True, slots=True)
class WrittenDefinition:
    """What was written.

    Attributes:
        kind: ``metric`` or ``field``.
        name: Its name, of a field with the dataset.
        before: Its formula until now; empty where it is new.
        formula: The formula that it has now.
    """

    kind: str
    name: str
    before: str
    formula: str


def define(path: Path, text: str, cards: Sequence[FrameCard], known: Definitions) -> WrittenDefinition:
    """Write a definition: ``revenue = sum(quantity * unit_price) -- net of discounts (also: turnover, net sales)``.

    A figure over rows is a metric; a formula for each row is a field of the dataset that has its columns.

    Args:
        path: The file of definitions; it is made where there is none.
        text: The definition.
        cards: The sources in scope, by which the columns are found.
        known: All definitions of the folder, those of other files with it.

    Raises:
        InputError: The text is no definition, or a column of it is not there.
        DefinitionError: The file cannot be read as it is.
    """
    found = _DEFINITION.match(text) or _DEFINITION.match(unicodedata.normalize("NFC", text))
    if found is None:
        raise InputError(
            message("A definition has a name and a formula."),
            message("Its name has letters, digits and _: define revenue = sum(quantity * unit_price)"),
        )
    name, formula, about = found["name"], found["formula"].strip().rstrip(";"), (found["about"] or "").strip()
    also = _ALSO.search(about)
    synonyms = tuple(word.strip() for word in also["words"].split(",") if word.strip()) if also else ()
    about = _ALSO.sub("", about).strip()
    tree = parse(formula)
    content = load(path) if path.is_file() else None
    content = content if content is not None else {"version": VERSION, "semantic_model": []}
    own = read_ossie(content, path.name)
    everything = _with_sources(known, own, cards)
    model = _model(content, path)
    if any(True for _ in tree.find_all(exp.AggFunc)) or _names_metrics(tree, everything):
        return _metric(path, content, model, MetricDefinition(name, _expression(formula), about, synonyms), everything,
                       cards)  # fmt: skip
    return _field(path, content, model, FieldDefinition(name, _expression(formula), "", about, synonyms), everything,
                  cards)  # fmt: skip


def _names_metrics(tree: exp.Expression, definitions: Definitions) -> bool:
    return any(not column.table and definitions.metric(column.name) for column in tree.find_all(exp.Column))


def _with_sources(known: Definitions, own: Definitions, cards: Sequence[FrameCard]) -> Definitions:
    """The definitions with a dataset for each source in scope that has none."""
    datasets = {dataset.name.casefold(): dataset for dataset in (*own.datasets, *known.datasets)}
    for card in cards:
        if not any(is_source(dataset, card.name) for dataset in datasets.values()):
            name = card.name.rpartition(".")[2]
            datasets.setdefault(name.casefold(), DatasetDefinition(name, card.name))
    metrics = {metric.name.casefold(): metric for metric in (*own.metrics, *known.metrics)}
    return replace(known, datasets=tuple(datasets.values()), metrics=tuple(metrics.values()))


def _metric(
    path: Path, content: Any, model: Any, metric: MetricDefinition, known: Definitions, cards: Sequence[FrameCard]
) -> WrittenDefinition:
    others = tuple(entry for entry in known.metrics if entry.name.casefold() != metric.name.casefold())
    before = known.metric(metric.name)
    known = replace(known, metrics=(*others, metric))
    formula = formula_of(metric, known, columns_of(known, cards))
    _require_datasets(model, sorted(formula.datasets), known)
    _put(model.setdefault("metrics", []), _entry(metric))
    _save(path, content)
    return WrittenDefinition(
        "metric", metric.name, before.expression.text() if before else "", metric.expression.text()
    )


def _field(
    path: Path, content: Any, model: Any, field: FieldDefinition, known: Definitions, cards: Sequence[FrameCard]
) -> WrittenDefinition:
    columns = columns_of(known, cards)
    tree = parse(field.expression.text())
    dataset = _dataset_of(tree, known, columns)
    for column in tree.find_all(exp.Column):
        column.set("table", None)
    field = replace(field, expression=_expression(tree.sql(dialect="duckdb")))
    others = (one for one in dataset.fields if one.name.casefold() != field.name.casefold())
    changed = replace(dataset, fields=(*others, field))
    checked = replace(known, datasets=tuple(changed if d is dataset else d for d in known.datasets))
    field_formula(changed, field.name, checked, columns)
    _require_datasets(model, [dataset.name], known)
    entry = next(part for part in model["datasets"] if part["name"].casefold() == dataset.name.casefold())
    _put(entry.setdefault("fields", []), _entry(field))
    _save(path, content)
    before = dataset.field(field.name)
    return WrittenDefinition("field", f"{dataset.name}.{field.name}", before.expression.text() if before else "",
                   field.expression.text())  # fmt: skip


def _dataset_of(tree: exp.Expression, known: Definitions, columns: Mapping[str, Collection[str]]) -> DatasetDefinition:
    """The one dataset that has the columns of a formula.

    Raises:
        InputError: There is none, or more than one.
    """
    tables = {column.table.casefold() for column in tree.find_all(exp.Column) if column.table}
    wanted = {column.name.casefold() for column in tree.find_all(exp.Column)}
    fitting = [
        dataset
        for dataset in known.datasets
        if (not tables or tables == {dataset.name.casefold()})
        and wanted
        <= {name.casefold() for name in columns.get(dataset.name.casefold(), ())}
        | {other.name.casefold() for other in dataset.fields}
    ]
    if len(fitting) != 1 or not wanted:
        named = ", ".join(sorted(wanted)) or "(none)"
        raise InputError(
            message(
                "Both {one} and {other} have the columns {wanted}.",
                one=fitting[0].name,
                other=fitting[1].name,
                wanted=named,
            )
            if len(fitting) > 1
            else message("No single source has the columns {wanted}.", wanted=named),
            message("Write the source before the column, as order_lines.quantity."),
        )
    return fitting[0]


def forget(path: Path, name: str) -> str:
    """Take a metric or a field (``dataset.field``) out of a file, and return what it was.

    Raises:
        InputError: The file defines nothing of that name.
        DefinitionError: The file cannot be read.
    """
    content = load(path) if path.is_file() else None
    dataset, _, field = name.rpartition(".")
    for model in (content or {}).get("semantic_model") or ():
        lists = [model.get("metrics") or []] if not dataset else []
        lists += [part.get("fields") or [] for part in model["datasets"] if dataset in {"", part["name"]}]
        for entries in lists:
            for index, entry in enumerate(entries):
                if entry["name"].casefold() == field.casefold():
                    del entries[index]
                    _save(path, content)
                    return str(entry["expression"]["dialects"][0]["expression"])
    raise InputError(
        message("{file} defines no {name}.", file=path.name, name=name),
        message("See what is defined: definitions list"),
    )


def draft(cards: Sequence[FrameCard], joins: Sequence[tuple[str, tuple[str, ...], str, tuple[str, ...], str]]) -> str:
    """A first semantic model of the sources in scope, as YAML to edit and commit.

    Args:
        cards: The sources in scope, with their figures.
        joins: Each the many side with its columns, the one side with its columns, and what was found on the data.
    """
    names = _dataset_names(cards)
    datasets = [_drafted(card, names[card.name]) for card in cards]
    model: dict[str, Any] = {"name": "draft", "datasets": datasets}
    relationships = [
        {
            "name": f"{names[many]}_to_{names[one]}" + (f"_by_{many_columns[0]}" if number else ""),
            "from": names[many],
            "to": names[one],
            "from_columns": list(many_columns),
            "to_columns": list(one_columns),
            "ai_context": about,
        }
        for number, (many, many_columns, one, one_columns, about) in _numbered(joins)
    ]
    if relationships:
        model["relationships"] = relationships
    stream = io.StringIO()
    yaml().dump({"version": VERSION, "semantic_model": [model]}, stream)
    return stream.getvalue()


def _dataset_names(cards: Sequence[FrameCard]) -> dict[str, str]:
    """A name for each source: the last part of its own, or all of it where another source has the same."""
    last = Counter(card.name.rpartition(".")[2].casefold() for card in cards)
    names = dict[str, str]()
    for card in cards:
        name = card.name.rpartition(".")[2]
        name = name if last[name.casefold()] == 1 else card.name.replace(".", "_")
        taken = {known.casefold() for known in names.values()}
        names[card.name] = next(n for k in count(1) if (n := name if k == 1 else f"{name}_{k}").casefold() not in taken)
    return names


def _numbered(joins: Sequence[tuple[str, tuple[str, ...], str, tuple[str, ...], str]]) -> list[tuple[int, Any]]:
    """Joins with how many came before over the same two sources."""
    seen: dict[tuple[str, str], int] = {}
    found = []
    for join in joins:
        pair = (join[0], join[2])
        found.append((seen.get(pair, 0), join))
        seen[pair] = seen.get(pair, 0) + 1
    return found


def _drafted(card: FrameCard, name: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": name, "source": card.name}
    keys = [column.sql for column in card.columns[card.index :] if column.unique and card.exact]
    key = [keys[0]] if keys else list(card.key)
    if key:
        entry["primary_key"] = key
    entry["fields"] = [
        {
            "name": column.sql,
            "expression": {"dialects": [{"dialect": DIALECT, "expression": _quoted(column.sql)}]},
            **({"label": label} if (label := _label(column.sql)) else {}),
            **({"dimension": {"is_time": True}} if column.type in {"date", "timestamp", "time"} else {}),
        }
        for column in card.columns[card.index :]
    ]
    return entry


def _label(name: str) -> str:
    """A column's name as a heading, where that is another."""
    label = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").strip()
    label = label[:1].upper() + label[1:]
    return label if label.casefold() != name.casefold() else ""


def _quoted(name: str) -> str:
    """A column's name as a formula, in quotes where it is no plain name or means something else in SQL."""
    plain = re.fullmatch(r"[a-z_][a-z0-9_]*", name) is not None
    with contextlib.suppress(FormulaError):
        if plain and isinstance(parse(name), exp.Column):
            return name
    return str(exp.to_identifier(name, quoted=True).sql())


def _expression(formula: str) -> Expression:
    return Expression({DIALECT: formula})


def _entry(defined: MetricDefinition | FieldDefinition) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": defined.name,
        "expression": {"dialects": [{"dialect": DIALECT, "expression": defined.expression.text()}]},
    }
    if defined.description:
        entry["description"] = defined.description
    if defined.synonyms:
        entry["ai_context"] = {"synonyms": list(defined.synonyms)}
    return entry


def _put(entries: Any, entry: Mapping[str, Any]) -> None:
    """Put an entry in place of the one of its name, whose other parts stay, or at the end."""
    for known in entries:
        if known["name"].casefold() == str(entry["name"]).casefold():
            known.update(entry)
            return
    entries.append(entry)


def _model(content: Any, path: Path) -> Any:
    """The first semantic model of a file; one is begun where there is none."""
    models = content["semantic_model"]
    if not models:
        models.append({"name": path.parent.resolve().name or "notebook", "datasets": []})
    return models[0]


def _require_datasets(model: Any, names: Sequence[str], known: Definitions) -> None:
    """Name the datasets that a formula reads in the file, unless it does already."""
    there = {entry["name"].casefold() for entry in model["datasets"]}
    for name in names:
        dataset = known.dataset(name)
        if dataset is not None and name.casefold() not in there and dataset not in _defined_elsewhere(known):
            model["datasets"].append({"name": dataset.name, "source": dataset.source})


def _defined_elsewhere(known: Definitions) -> list[DatasetDefinition]:
    return [dataset for dataset in known.datasets if known.place("dataset", dataset.name)]


def _save(path: Path, content: Any) -> None:
    """Write a file, once what is to be written can be read again.

    Raises:
        DefinitionError: It cannot; the file is as it was.
        InputError: It cannot be written.
    """
    stream = io.StringIO()
    yaml().dump(content, stream)
    text = stream.getvalue()
    read_ossie(yaml().load(io.StringIO(text)), path.name)
    try:
        write_atomic(path, text, mode=SHARED)
    except OSError as error:
        raise InputError(
            message("{file} cannot be written: {reason}.", file=path.name, reason=error.strerror),
            message("Free or unlock the folder."),
        ) from None
