"""``define`` and ``definitions``: the metrics and fields that the notebooks of a folder share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ..context.choose import outline
from ..context.joins import Join, join_candidates
from ..engine.verified import stale_questions, verified_of
from ..errors import AnalystError, InputError
from ..language import message
from ..semantics import write
from ..semantics.check import check_definitions
from ..semantics.content import Problem
from ..semantics.files import DRAFT, NAME, LoadedDefinitions, read_definitions
from ..semantics.formula import FormulaError, formula_of
from ..semantics.scope import columns_of
from ..semantics.verified import write_verified
from ..sources.kinds import source_of
from ..storage.files import SHARED, write_atomic
from ..turn import FrameCard, Turn
from ..wording import count
from .listing import Listing
from .table import wrong_arguments

MAX_DRAFTED = 200
"""Sources that a draft describes."""


def define(text: str, folder: Path, setting: str, scope: Mapping[str, object]) -> str:
    """Write a metric or a field into ``analyst.yaml``: ``revenue = sum(quantity * unit_price)``.

    Args:
        text: The definition.
        folder: The notebook's folder.
        setting: The setting ``definitions``; where it names a file, that one is written.
        scope: The sources in scope.

    Raises:
        InputError: It is no definition, names a column that is not there, or the file cannot be read or written.
    """
    path = _file(folder, setting)
    written = write.define(path, text, _outlines(scope), read_definitions(folder, setting).definitions)
    before = f" It was {written.before}." if written.before and written.before != written.formula else ""
    return f"The {written.kind} {written.name} is {written.formula}, in {path.name}.{before}"


def definitions(action: str, words: Sequence[str], folder: Path, setting: str, scope: Mapping[str, object]) -> str:
    """List, show, check, draft or forget definitions.

    Args:
        action: ``list``, ``show``, ``check``, ``draft`` or ``forget``.
        words: What follows it.
        folder, setting, scope: As for ``define``.

    Raises:
        InputError: There is no such definition, or a file cannot be read or written.
        UnknownOption: The action needs something else after it.
    """
    match action, list(words):
        case "list", []:
            return _listed(read_definitions(folder, setting), scope)
        case "show", [name]:
            return _shown(name, read_definitions(folder, setting), scope)
        case "check", []:
            found = read_definitions(folder, setting)
            wrong = problems(found, scope)
            return "\n".join(map(str, wrong)) or _all_right(found)
        case "draft", []:
            return _drafted(_file(folder, setting), scope)
        case "forget", [name]:
            path = _file(folder, setting)
            return message("{name} is not defined any more; it was {path}.", name=name, path=write.forget(path, name))
    raise wrong_arguments("definitions", action)


def problems(found: LoadedDefinitions, scope: Mapping[str, object]) -> tuple[Problem, ...]:
    """All that is wrong with definitions: what cannot be read, and what does not fit the sources in scope."""
    cards = _outlines(scope)
    stale = [
        Problem(
            one.place,
            message(
                "The verified question {one} is stale: {reason}. Ask it again, and verify it anew.",
                one=one.name,
                reason=reason,
            ),
        )
        for one, reason in stale_questions(found, cards, scope)
    ]
    return (*found.problems, *check_definitions(found.definitions, cards), *stale)


def verify(text: str, turn: Turn | None, folder: Path, setting: str, scope: Mapping[str, object]) -> str:
    """Write the last answer as a verified question: ``"revenue by year" checked with finance``.

    Args:
        text: Its name, in quotes where it has blanks, and a note.
        turn: The answer.
        folder, setting, scope: As for ``define``.

    Raises:
        InputError: There is no answer, it cannot be verified, or the file cannot be written.
    """
    found = re.match(r'\s*(?:"(?P<quoted>[^"]*)"|(?P<word>\S+))\s*(?P<note>.*)', text, re.S)
    if found is None:
        raise InputError(
            message("A verified question has a name."), message('Write: verify "revenue by year" checked with finance')
        )
    if turn is None:
        raise InputError(message("There is no answer to verify."), message("Ask a question first."))
    known = read_definitions(folder, setting)
    name = found["quoted"] or found["word"] or ""
    one = verified_of(turn, name, found["note"], scope, known.definitions, _outlines(scope))
    path = write_verified(folder, setting, one)
    others = f" It also answers other values of {' and '.join(one.parameters)}." if one.parameters else ""
    return f"“{one.question}” is verified as {one.name}, in {path.name}.{others}"


def _all_right(found: LoadedDefinitions) -> str:
    known = found.definitions
    if not found.files:
        return message("Nothing is defined. Begin with: define NAME = FORMULA, which writes {name}.", name=NAME)
    return message(
        "{metrics}, {datasets} and {relationships} in {files} are as they should be.",
        metrics=count(len(known.metrics), "metric"),
        datasets=count(len(known.datasets), "dataset"),
        relationships=count(len(known.relationships), "relationship"),
        files=count(len(found.files), "file"),
    )


def defined(found: LoadedDefinitions) -> list[dict[str, str]]:
    """Each metric, and each field that is computed or has other names: ``name``, ``formula``, ``also``, ``where``."""
    known = found.definitions
    rows = [
        (metric.name, metric.expression.text(), ", ".join(metric.synonyms), known.place("metric", metric.name))
        for metric in known.metrics
    ]
    rows += [
        (
            f"{dataset.name}.{field.name}",
            field.expression.text(),
            ", ".join(filter(None, (field.label, *field.synonyms))),
            known.place("field", f"{dataset.name}.{field.name}"),
        )
        for dataset in known.datasets
        for field in dataset.fields
        if field.expression.text().strip('"') != field.name or field.synonyms
    ]
    return [dict(zip(("name", "formula", "also", "where"), row, strict=True)) for row in rows]


def _listed(found: LoadedDefinitions, scope: Mapping[str, object]) -> str:
    rows = [tuple(row.values()) for row in defined(found)]
    wrong = len(problems(found, scope))
    if not rows:
        return _all_right(found) if not wrong else f"{count(wrong, 'problem')}: see definitions check"
    title = f"{count(wrong, 'problem')}: see definitions check" if wrong else ""
    return Listing.of(rows, ("name", "formula", "also called", "where"), title=title)


def _shown(name: str, found: LoadedDefinitions, scope: Mapping[str, object]) -> str:
    known = found.definitions
    metric = known.metric(name)
    if metric is None:
        dataset, _, field = name.rpartition(".")
        having = [d for d in known.datasets if dataset.casefold() in {"", d.name.casefold()} and d.field(field)]
        if not having:
            names = ", ".join(m.name for m in known.metrics[:30]) or "none"
            raise InputError(
                message("Nothing is defined as {name}.", name=name), message("Metrics: {names}.", names=names)
            )
        shown = having[0].field(field)
        assert shown is not None
        lines = [f"{having[0].name}.{shown.name} = {shown.expression.text()}", shown.description]
        also = tuple(filter(None, (shown.label, *shown.synonyms)))
        place = known.place("field", f"{having[0].name}.{shown.name}")
    else:
        lines = [f"{metric.name} = {metric.expression.text()}", metric.description]
        try:
            formula = formula_of(metric, known, columns_of(known, _outlines(scope)))
            lines.append(f"computed as {formula.sql()}")
        except FormulaError as error:
            lines.append(str(error))
        also, place = metric.synonyms, known.place("metric", metric.name)
    words = ", ".join(also)
    return "\n".join([*filter(None, lines), *([f"also called {words}"] if words else []), *([place] if place else [])])


def _drafted(path: Path, scope: Mapping[str, object]) -> str:
    """Write a first draft of the sources in scope, to be edited and committed."""
    cards, unread = _readable(list(scope.items())[:MAX_DRAFTED])
    if not cards:
        raise InputError(
            " ".join([message("There is no data in scope to draft definitions of."), *unread]),
            message("Load a frame first, or name one."),
        )
    joins = [
        (join.left, join.left_columns, join.right, join.right_columns,
         f"{'' if join.exact else 'About '}{join.match:.1%} of the rows of {join.left} have a partner.")
        for join in _evident([join for join in join_candidates(cards) if join.unique], cards)
    ]  # fmt: skip
    home = path.name
    path = path if not path.exists() else path.with_name(DRAFT)
    text = write.draft(cards, joins)
    try:
        if path.exists() and path.read_text(encoding="utf-8", errors="replace") != text:
            raise InputError(
                message("{file} holds an earlier draft, or what you made of it.", file=path.name),
                message("Move what you need to {home} and delete {file}, then draft again.", home=home, file=path.name),
            )
        write_atomic(path, text, mode=SHARED)
    except OSError as error:
        raise InputError(
            message("{file} cannot be written: {reason}.", file=path.name, reason=error.strerror),
            message("Free or unlock the folder."),
        ) from None
    read = "" if path.name == home else f" It is not read before its content is in {home}."
    left = len(scope) - len(cards) - len(unread)
    read += "".join(f" {line}" for line in unread)
    read += f" {count(left, 'source')} of {len(scope)} are not in it: name those that you need." if left else ""
    return (
        f"{path.name} describes {count(len(cards), 'dataset')} and {count(len(joins), 'relationship')}: read it, edit "
        f"it and commit it.{read}"
    )


def _readable(sources: Sequence[tuple[str, object]]) -> tuple[list[FrameCard], list[str]]:
    """The descriptions of sources, and a sentence for each that cannot be described."""
    cards, unread = [], []
    for name, value in sources:
        try:
            cards.append(source_of(name, value).card())
        except AnalystError as error:
            unread.append(f"{name} is not in it: {error.message}")
    return cards, unread


def _evident(joins: Sequence[Join], cards: Sequence[FrameCard]) -> list[Join]:
    """The joins from many rows to one; that of two keys, which may be alike by chance, where there is no other."""
    keys = {(card.name, column.sql) for card in cards for column in card.columns if column.unique}
    from_key = [join for join in joins if all((join.left, name) in keys for name in join.left_columns)]
    others = [join for join in joins if join not in from_key]
    joined = {frozenset((join.left, join.right)) for join in others}
    for join in sorted(from_key, key=lambda join: -join.match):
        if (pair := frozenset((join.left, join.right))) not in joined:
            joined.add(pair)
            others.append(join)
    return others


def _outlines(scope: Mapping[str, object]) -> list[FrameCard]:
    return list(_outlined(scope))


def _outlined(scope: Mapping[str, object]) -> Iterator[FrameCard]:
    for name, value in scope.items():
        try:
            yield outline(name, value)
        except AnalystError:
            continue


def _file(folder: Path, setting: str) -> Path:
    """The file that definitions are written to."""
    path = folder / Path(setting).expanduser() if setting else folder / NAME
    return path / NAME if path.is_dir() else path
