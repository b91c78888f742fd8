"""A reading sorted by what its parts are for; the forms of a plan (``compose``) take from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from ..errors import Abstained
from ..language import message
from ..turn import ColumnCard, DocumentFormat
from .column_choice import is_number, one_column
from .filters import check_filters
from .groups import dimension_at, whole_day
from .lexicon import Lexicon
from .linking import Tag
from .parser import Reading
from .parts import (
    About,
    Chart,
    Colour,
    Common,
    Document,
    Extreme,
    Figure,
    Filler,
    Groups,
    Having,
    Limit,
    Looks,
    Named,
    Nested,
    Offset,
    Or,
    RankBy,
    Rows,
    Seek,
    SetOf,
    Sort,
    Times,
    Versus,
    Where,
)  # fmt: skip
from .plan.schema import AllOf, AnyOf, Condition, Dimension, Filter, Look, Measure, Order
from .tokens import canonical

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a reading asks for.

    Attributes:
        subject: The group that is picked from: ``which carrier has the highest ...``, ``top 5 carriers``.
        single: Whether one is picked.
        columns: Columns named without a function, but the subject.
        chart: A kind of chart, an empty string for any chart, or None.
    """

    words: Lexicon
    filters: tuple[Condition, ...]
    measures: tuple[Measure, ...]
    counted: ColumnCard | None
    sets: tuple[SetOf, ...]
    having: tuple[Having, ...]
    offset: int
    about: About | None
    within: tuple[Dimension, ...]
    groups: tuple[Dimension, ...]
    subject: tuple[Dimension, ...]
    single: bool
    columns: tuple[ColumnCard, ...]
    distinct: bool
    extreme: Extreme | None
    common: Common | None
    nested: Nested | None
    rank_by: RankBy | None
    limit: int | None
    top: bool | None
    last: bool
    attributes: tuple[ColumnCard, ...] = ()
    each: tuple[str, ...] = ()
    sorts: tuple[Sort | Order, ...]
    chart: str | None
    look: Look
    document: DocumentFormat | None
    colour: str | None
    versus: bool
    seeks: frozenset[str]
    rows: tuple[Rows, ...]
    parts: tuple[object, ...]

    @property
    def frame(self) -> str:
        """The name of the frame."""
        return self.words.card.name


def request_of(reading: Reading, words: Lexicon) -> Request:
    """Sort the parts of a reading.

    Raises:
        Abstained: Two parts contradict each other.
    """
    parts, filters = _checked(_flat(reading))
    figures, colours, limit = _of(parts, Figure), _of(parts, Colour), _only(_of(parts, Limit), "numbers of rows")
    place = _subject(parts, words)
    subject, single = ((), False) if place is None else _picked(parts, place, words)
    named = [part for index, part in enumerate(parts) if isinstance(part, Named) and index != place]
    return Request(
        words=words,
        filters=filters,
        measures=tuple(dict.fromkeys(measure for figure in figures for measure in figure.measures)),
        counted=next((figure.counted for figure in figures if figure.counted), None),
        sets=tuple(_of(parts, SetOf)),
        having=tuple(_of(parts, Having)),
        offset=sum(part.count for part in _of(parts, Offset)),
        about=_only(_of(parts, About), "questions about the data"),
        within=tuple(d for part in _of(parts, Groups) if part.within for d in part.dimensions),
        groups=_groups([d for part in _of(parts, Groups) for d in part.dimensions] + _side_by_side(parts, words)),
        subject=subject,
        single=single,
        columns=tuple({c.sql: c for c in (_column(part, words) for part in named)}.values()),
        distinct=any(part.distinct for part in named),
        extreme=_only(_of(parts, Extreme), "superlatives"),
        common=_only(_of(parts, Common), "superlatives"),
        nested=_only(_of(parts, Nested), "figures of figures"),
        rank_by=_only(_of(parts, RankBy), "figures to rank by"),
        limit=limit.count if limit else None,
        top=limit.descending if limit else None,
        last=bool(limit and limit.last),
        sorts=tuple(_of(parts, Sort)),
        chart=_chart(_of(parts, Chart)),
        look=Look(**dict(change for look in _of(parts, Looks) for change in look.changes)),
        document=_document(parts),
        colour=colours[0].column if colours else None,
        versus=bool(_of(parts, Versus)),
        seeks=frozenset(seek.kind for seek in _of(parts, Seek)),
        rows=tuple(_of(parts, Rows)),
        parts=tuple(parts),
    )


def _checked(parts: list[object]) -> tuple[list[object], tuple[Condition, ...]]:
    """The parts of a reading with their conditions, where no two contradict each other."""
    filters = _conditions(parts)
    check_filters(filters)
    _refuse_chain(parts)
    return parts, filters


def _document(parts: list[object]) -> DocumentFormat | None:
    """The kind of document that is asked for.

    Raises:
        Abstained: There are two.
    """
    formats = {part.format for part in _of(parts, Document)}
    if len(formats) > 1:
        raise Abstained(
            message("The question asks for more than one kind of document."), message("Ask for one at a time.")
        )
    return next(iter(formats), None)


def _refuse_chain(parts: list[object]) -> None:
    """Abstain where a column is named again of what is named: ``states that border states that border Texas``."""
    named = [part.tag for part in parts if isinstance(part, Named)]
    again = [tag.text for place, tag in enumerate(named) if tag.meaning in [one.meaning for one in named[:place]]]
    if again and any(isinstance(part, Where) for part in parts):
        raise Abstained(
            message("“{again}” is named more than once.", again=again[0]), message("Ask for one step at a time.")
        )


def _conditions(parts: list[object]) -> tuple[Condition, ...]:
    """The conditions; ``a and b or c`` is one of which either the first two hold or the last."""
    found: list[Condition] = []
    chain: list[list[Condition]] = []
    joined = ""
    for part in [*parts, None]:
        if isinstance(part, Or):
            if not chain:
                raise Abstained(
                    message("“or” does not stand between two conditions."),
                    message("Write “where x is ... or y is ...”."),
                )
            joined = "or"
        elif isinstance(part, Filler) and part.text.lower() in {"and", ",", "where", "is", "only", "with", "that have"}:
            joined = joined or "and"
        elif isinstance(part, Where):
            if joined == "or":
                chain.append([*part.conditions])
            elif chain and joined == "and":
                chain[-1] += part.conditions
            else:
                found += _either(chain)
                chain = [[*part.conditions]]
            joined = ""
        else:
            if joined == "or":
                raise Abstained(
                    message("“or” does not stand between two conditions."),
                    message("Write “where x is ... or y is ...”."),
                )
            found += _either(chain)
            chain, joined = [], ""
    return tuple(dict.fromkeys(found))


def _either(chain: list[list[Condition]]) -> list[Condition]:
    if len(chain) < 2:
        return chain[0] if chain else []
    return [AnyOf(any_of=tuple(one[0] if len(one) == 1 else AllOf(all_of=tuple(one)) for one in chain))]


def _side_by_side(parts: list[object], words: Lexicon) -> list[Dimension]:
    """``for Desk and Chair``: a figure of each, where no other group is named."""
    figures = _of(parts, Figure)
    compared = any(chart.compares for chart in _of(parts, Chart))
    grouped = any(isinstance(part, Groups) for part in parts) and not compared
    if not figures or any(f.combined for f in figures):
        return []
    each = [c for part in parts if isinstance(part, Where) and part.each for c in part.conditions]
    if grouped:  # "boys and girls in each class": all values are named, which leaves out nothing
        each = [c for c in each if isinstance(c, Filter) and words.column(c.column).distinct == len(c.values)]
    bins = {"year": "year", "month": "month of year", "day of week": "day of week"}
    found = [c for c in each if isinstance(c, Filter) and c.operator == "in"]
    return [Dimension(column=c.column, time=bins[c.part] if c.part else None) for c in found]  # type: ignore[arg-type]


def _groups(found: list[Dimension]) -> tuple[Dimension, ...]:
    """The groups, each once; a column that is binned is not a group as it is too."""
    binned = {d.column for d in found if d.time}
    return tuple(dict.fromkeys(d for d in found if d.time or d.column not in binned))


def _flat(reading: Reading) -> list[object]:
    return [one for part in reading.parts for one in (part if isinstance(part, tuple) else (part,))]


def _of(parts: list[object], kind: type[T]) -> list[T]:
    return [part for part in parts if isinstance(part, kind)]


def _only(found: list[T], what: str) -> T | None:
    if len(found) > 1:
        raise Abstained(message("The question has two {what}.", what=what), message("Ask for one at a time."))
    return found[0] if found else None


def _chart(charts: list[Chart]) -> str | None:
    firm = {chart.kind for chart in charts if chart.kind and not chart.loose}
    if len(firm) > 1:
        raise Abstained(
            message("The question asks for more than one kind of chart."), message("Ask for one at a time.")
        )
    loose = [chart.kind for chart in charts if chart.kind and chart.loose]
    return firm.pop() if firm else loose[0] if loose else "" if charts else None


def _column(part: Named, words: Lexicon) -> ColumnCard:
    return one_column(part.tag, words)


def _subject(parts: list[object], words: Lexicon) -> int | None:
    """Where the group stands that is picked from: before the superlative, or after *top 5*."""
    marks = [i for i, part in enumerate(parts) if isinstance(part, Extreme | RankBy)]
    limits = [i for i, part in enumerate(parts) if isinstance(part, Limit) and part.descending is not None]
    if any(isinstance(part, Groups) for part in parts):
        return None
    if limits and not marks:
        marks = [len(parts)]
    if not marks:
        return None
    for index in range(marks[0]):
        part = parts[index]
        if isinstance(part, Figure):
            return None
        if isinstance(part, Times):
            return index
        if isinstance(part, Named):
            before = parts[index - 1] if index else None
            asked = (isinstance(before, Seek) and before.kind == "which") or isinstance(before, Limit)
            if asked or any(not is_number(words.column(name)) for name in part.tag.meaning):
                return index
    return None


def _picked(parts: list[object], place: int, words: Lexicon) -> tuple[tuple[Dimension, ...], bool]:
    part = parts[place]
    tag = part.tag  # type: ignore[attr-defined]
    dimension, _ = dimension_at((tag,), 0, words)
    return (tuple(whole_day(tag, dimension, words)) if dimension else ()), not is_plural(tag)


def is_plural(tag: Tag) -> bool:
    """Whether a word names several things."""
    low = tag.text.lower()
    return low != canonical(low) and low.endswith("s") and low not in {"species", "series"} and not low.endswith("ss")


def is_key(column: ColumnCard, words: Lexicon) -> bool:
    """Whether a column is different in every row."""
    return column.distinct is not None and column.distinct == words.card.rows and not column.nulls


def speaks_of_rows(request: Request) -> bool:
    """Whether the rows were named."""
    extreme = request.extreme
    return bool(request.rows) or bool(extreme and extreme.rows)
