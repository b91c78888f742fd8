"""Reads what a question asks for beside its conditions and groups, and abstains by naming the words it does not know.

Nothing is guessed: every word must be accounted for, and every figure must have been asked for by name.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from ..errors import Abstained
from ..turn import ColumnCard, FrameCard
from .conditions import is_number, is_text, one_column
from .grammar import COUNTABLE, ParsedQuestion, Sort, dimension_at
from .linking import Lexicon, Tag, canonical, main_synonym
from .phrases import KINDS, RELATED, SUPERLATIVES, WORSE_HIGH, WORSE_LOW
from .plan.schema import Dimension, Function, Measure, Order
from .plan.sql import is_time
from .plan.words import name_parts, spoken

NEXT_STEP = "Rephrase with the names of columns, write SQL after “SQL:”, or configure a model."
SILENT = frozenset({"gap", "comma", "and", "which", "list", "where", "from", "to", "is", "rows", "frame", "distinct"})
"""Tags that need not have been used: they say nothing that would change the answer."""

COUNT = Measure(function="count")


@dataclass(frozen=True, slots=True)
class Core:
    """What the words between conditions, groups and forms ask for.

    Attributes:
        columns: Columns named without a function.
        counts_rows: Whether the frame's rows are spoken of.
        ranks: For ``highest`` or ``most`` True, for ``lowest`` or ``fewest`` False.
        picks: Groups that a superlative picks from: ``which carrier has the highest ...``.
        single: Whether it picks one.
    """

    measures: tuple[Measure, ...] = ()
    columns: tuple[ColumnCard, ...] = ()
    counts_rows: bool = False
    versus: bool = False
    ranks: bool | None = None
    picks: tuple[Dimension, ...] = ()
    single: bool = False


def read_core(asked: ParsedQuestion, lexicon: Lexicon) -> Core:
    """Read the columns and functions that are left after conditions, groups and forms.

    Raises:
        Abstained: Words are left over, or a function does not fit its column.
    """
    rest = list(asked.rest)
    check_words(rest, lexicon)
    ranks, hint = _superlative(rest)
    picks, single, rest = _picked(rest, lexicon, asked, ranks)
    _check_times(rest)
    measures, columns = _paired(*_measures(rest, lexicon, hint))
    kinds = {tag.kind for tag in rest}
    if asked.groups and "superlative" in kinds and "function" not in kinds:
        ranks = None  # the highest of each group: a maximum, not an order
    if ranks is None and "rank" in kinds:
        ranks = asked.top if asked.top is not None else asked.descending is not False
    if _speaks_of_rows(rest) and not picks and not asked.groups and len(measures) == 1:
        columns = (lexicon.column(measures[0].column or ""),)
        measures = ()
    return Core(
        measures=measures,
        columns=columns,
        counts_rows=bool(kinds & COUNTABLE),
        versus="versus" in kinds,
        ranks=ranks if ranks is not None else asked.top,
        picks=picks,
        single=single,
    )


def _speaks_of_rows(rest: list[Tag]) -> bool:
    """``the flight with the longest distance`` is a row; ``the longest distance of a flight`` is a figure."""
    kinds = [tag.kind for tag in rest]
    if "superlative" not in kinds or "function" in kinds or "column" not in kinds:
        return False
    return any(kind in COUNTABLE for kind in kinds[: kinds.index("superlative")])


def _paired(
    measures: tuple[Measure, ...], columns: tuple[ColumnCard, ...]
) -> tuple[tuple[Measure, ...], tuple[ColumnCard, ...]]:
    """A correlation and a ratio take two columns of numbers: those that follow them."""
    single = [m for m in measures if m.function in _OF_TWO]
    if not single:
        return measures, columns
    names = [m.column or "" for m in single] + [c.sql for c in columns]
    if len(names) != 2 or len(measures) > len(single) or not all(is_number(c) for c in columns):
        name = single[0].function
        raise Abstained(f"A {name} is of two columns of numbers.", f"Say “{name} of x {_OF_TWO[name]} y”.")
    return (Measure(function=single[0].function, column=names[0], other=names[1]),), ()


_OF_TWO = {"correlation": "and", "ratio": "to"}


_CORE = SILENT | {"column", "function", "superlative", "most", "fewest", "versus", "rank", "time"}


def check_words(rest: Iterable[Tag], lexicon: Lexicon) -> None:
    """Abstain where a word of the question has no part in the answer."""
    left = [tag.text for tag in rest if tag.kind not in _CORE]
    if not left:
        return
    words = ", ".join(f"“{word}”" for word in dict.fromkeys(left))
    near = nearest(left, lexicon.card)
    hint = f" Columns with a similar name: {', '.join(near)}." if near else ""
    raise Abstained(
        f"The offline planner cannot place {words} in a question about {lexicon.card.name}.{hint}", NEXT_STEP
    )


def _check_times(rest: list[Tag]) -> None:
    left = [tag.text for tag in rest if tag.kind == "time"]
    if left:
        raise Abstained(f"It is not clear what “{left[0]}” is to do here.", f"Say “by {left[0]}” to group by it.")


def nearest(words: Iterable[str], card: FrameCard) -> list[str]:
    """Columns whose names are close to some words."""
    by_part: dict[str, list[str]] = {}
    for column in card.columns:
        for part in {spoken(column.sql), *spoken(column.sql).split(), *name_parts(column.sql)}:
            by_part.setdefault(part, []).append(column.sql)
    close = [hit for word in words for hit in difflib.get_close_matches(word.lower(), by_part, n=3, cutoff=0.75)]
    return list(dict.fromkeys(name for part in close for name in by_part[part]))[:6]


def _superlative(rest: list[Tag]) -> tuple[bool | None, str]:
    for tag in rest:
        if tag.kind == "superlative":
            return bool(tag.meaning[0]), str(tag.meaning[1])
        if tag.kind in {"most", "fewest"}:
            return tag.kind == "most", ""
    return None, ""


def _picked(
    rest: list[Tag], lexicon: Lexicon, asked: ParsedQuestion, ranks: bool | None
) -> tuple[tuple[Dimension, ...], bool, list[Tag]]:
    """The groups that are ranked: the column or time named before the superlative, or after *top*."""
    place = next((i for i, tag in enumerate(rest) if tag.kind in {"superlative", "most", "fewest", "rank"}), None)
    if asked.groups or (ranks is None and asked.top is None and not any(tag.kind == "rank" for tag in rest)):
        return (), False, rest
    if place is None:
        place = len(rest)
    for start in range(place):
        tag = rest[start]
        if tag.kind == "function":
            break
        named = tag.kind == "time" or (tag.kind == "column" and _can_group(tag, lexicon, rest, start))
        if named:
            role = next((t.kind for t in rest[start + 1 : start + 2] if t.kind in {"from", "to"}), "")
            dimension, length = dimension_at(rest, start, lexicon, role)
            if dimension is not None:
                plural = (
                    tag.text.lower() != canonical(tag.text) and tag.text.lower().endswith("s") and not _series(tag.text)
                )
                return (dimension,), not plural, [*rest[:start], *rest[start + length :]]
    return (), False, rest


def _series(text: str) -> bool:
    return text.lower() in {"species", "series"} or text.lower().endswith("ss")


def _can_group(tag: Tag, lexicon: Lexicon, rest: list[Tag], place: int) -> bool:
    """Names group by nature; numbers only where *which* asks for them, as in ``which month``."""
    columns = [lexicon.column(name) for name in tag.meaning]
    if any(not is_number(column) for column in columns):
        return True
    return place > 0 and rest[place - 1].kind == "which"


def _measures(rest: list[Tag], lexicon: Lexicon, hint: str) -> tuple[tuple[Measure, ...], tuple[ColumnCard, ...]]:
    """Pair functions with the columns that follow them; functions at the end go with the columns before."""
    measures: list[Measure] = []
    columns: list[ColumnCard] = []
    pending: list[tuple[Function, str]] = []
    distinct = used = False
    for place, tag in enumerate(rest):
        if tag.kind == "function":
            pending = [] if used else pending
            used = False
            pending.append((cast(Function, tag.meaning), tag.text))
        elif tag.kind == "distinct":
            distinct = True
        elif tag.kind in {"superlative"}:
            pending = [] if used else pending
            used = False
            pending.append(("max" if tag.meaning[0] else "min", tag.text))
        elif tag.kind in {"most", "fewest"}:
            pending, used = [("count", tag.text)], False
        elif tag.kind in COUNTABLE and pending and not used:
            measures += _counted(pending, tag)
            used = bool(measures)
        elif tag.kind == "column":
            if not pending or (used and rest[place - 1].kind not in {"and", "comma"}):
                columns.append(one_column(tag, lexicon, is_number if rest[0].kind != "list" else None))
                continue
            functions = _without_superlative(pending)
            measures += [_measure(f, text, tag, lexicon, distinct) for f, text in functions]
            used, distinct = True, False
    if distinct and (measures or pending):
        raise Abstained("It is not clear what is to be different.", "Say “number of different ...” with a column.")
    return _closed(measures, columns, pending, used, hint, lexicon)


def _without_superlative(pending: list[tuple[Function, str]]) -> list[tuple[Function, str]]:
    """``the highest average delay`` is an average; the superlative then only ranks."""
    plain = [(f, text) for f, text in pending if text.lower() not in _SUPERLATIVE_WORDS]
    return plain or pending


_SUPERLATIVE_WORDS = frozenset(SUPERLATIVES)
_AMOUNTS = frozenset(KINDS["most"] + KINDS["fewest"])


def _counted(pending: list[tuple[Function, str]], tag: Tag) -> list[Measure]:
    """Functions of rows: their number or share; the average row is none."""
    found = [Measure(function=f) for f, _ in _without_superlative(pending) if f in {"count", "share"}]
    if not found and any(f == "sum" for f, _ in pending):
        return [COUNT]  # the total flights are their number
    return found


def _closed(
    measures: list[Measure],
    columns: list[ColumnCard],
    pending: list[tuple[Function, str]],
    used: bool,
    hint: str,
    lexicon: Lexicon,
) -> tuple[tuple[Measure, ...], tuple[ColumnCard, ...]]:
    if pending and not used:
        functions = _without_superlative(pending)
        if columns and all(is_number(column) for column in columns):
            measures += [
                Measure(function=f, column=c.sql, other=c.sql if f in _OF_TWO else None)
                for f, _ in functions
                for c in columns
            ]
            columns = []
        elif all(f in {"count", "share"} and text.lower() not in _AMOUNTS for f, text in functions):
            measures += [Measure(function=f) for f, _ in functions]
        elif hint and (column := _hinted(hint, lexicon)) is not None:
            columns = [*columns, column]  # the heaviest penguin is a row, not a figure
        else:
            words = " ".join(text for _, text in functions)
            raise Abstained(
                f"“{words}” of what? No column to compute it of is named.",
                f"Name a column of {lexicon.card.name}: " + ", ".join(c.sql for c in lexicon.card.columns[:12]) + ".",
            )
    return tuple(dict.fromkeys(measures)), tuple(dict.fromkeys(columns))


def _hinted(hint: str, lexicon: Lexicon) -> ColumnCard | None:
    """The one numeric column that a word such as *heaviest* or *longest* points at."""
    wanted = {hint, *RELATED.get(hint, ())}
    found = [
        column
        for column in lexicon.card.columns
        if is_number(column) and wanted & {main_synonym(canonical(part)) for part in name_parts(column.sql)}
    ]
    return found[0] if len(found) == 1 else None


def _measure(function: Function, text: str, tag: Tag, lexicon: Lexicon, distinct: bool) -> Measure:
    if function == "count":
        column = one_column(tag, lexicon, is_text)
        if not distinct and (tag.partial or column.type == "boolean"):
            raise Abstained(
                f"It is not clear what “{text} {tag.text}” is to count.",
                f"Say “number of different {column.sql}”, or “where {column.sql} is ...”.",
            )
        if distinct or not is_number(column):
            return Measure(function="count distinct", column=column.sql)
        raise Abstained(
            f"“{text} {tag.text}” could be the total of {column.sql}, or how many different ones there are.",
            f"Say “total {column.sql}” or “number of different {column.sql}”.",
        )
    if function == "share" and not is_number(one_column(tag, lexicon, is_number)):
        raise Abstained(
            f"“{text} {tag.text}”: {tag.text} holds no numbers to share out.", "Say “share of rows by ...”."
        )
    column = one_column(tag, lexicon, is_number)
    if not is_number(column) and not (function in {"min", "max"} and (is_time(column) or column.type == "duration")):
        raise Abstained(f"“{text} {tag.text}” cannot be computed: {column.sql} is {_kind(column)}.", NEXT_STEP)
    other = column.sql if function in _OF_TWO else None  # until its partner is known
    return Measure(function=function, column=column.sql, other=other)


def _kind(column: ColumnCard) -> str:
    return "text" if column.type in {"text", "category"} else f"of type {column.type}"


def sort_order(
    sort: Sort, descending: bool, lexicon: Lexicon, groups: tuple[Dimension, ...], measures: tuple[Measure, ...]
) -> Order:
    """``sorted by ...`` as a sort key; a measure is meant where there is one of that column."""
    functions = [tag for tag in sort.key if tag.kind == "function"]
    column_tags = [tag for tag in sort.key if tag.kind == "column"]
    if not column_tags:
        return Order(function="count", descending=descending)
    column = (
        one_column(column_tags[-1], lexicon, None).sql
        if len(column_tags[-1].meaning) == 1
        else _meant(column_tags[-1], lexicon, groups, measures)
    )
    if functions:
        measure = _measure(functions[0].meaning, functions[0].text, Tag("column", column, (column,)), lexicon, False)
        return Order(column=measure.column, function=measure.function, descending=descending)
    same_column = [measure for measure in measures if measure.column == column]
    if same_column:
        return Order(column=column, function=same_column[0].function, descending=descending)
    if (groups or measures) and column not in {dimension.column for dimension in groups}:
        raise Abstained(f"The answer has no {column} to sort by.", "Sort by one of its groups or figures.")
    return Order(column=column, descending=descending)


def _meant(tag: Tag, lexicon: Lexicon, groups: tuple[Dimension, ...], measures: tuple[Measure, ...]) -> str:
    """Of the columns that a sort key could mean, the one that the answer has."""
    shown = {dimension.column for dimension in groups} | {measure.column for measure in measures}
    found = [name for name in tag.meaning if name in shown]
    return found[0] if len(found) == 1 else one_column(tag, lexicon).sql


def worse_is_high(words: str) -> bool | None:
    """Whether high figures of something are bad, as far as its name tells."""
    parts = {canonical(part) for part in name_parts(words)}
    if parts & {canonical(word) for word in WORSE_HIGH}:
        return True
    return False if parts & {canonical(word) for word in WORSE_LOW} else None
