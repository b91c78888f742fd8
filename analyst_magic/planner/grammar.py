"""The shape of a question: what form its answer takes, what it groups by, and how it is sorted and cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from ..errors import Abstained
from ..turn import ColumnCard, DocumentFormat
from .conditions import is_number, is_text, one_column, read_conditions, time_column
from .linking import GAP, Lexicon, Tag
from .plan.schema import ChartKind, Dimension, Filter, TimeBin
from .plan.sql import is_time

RANK = Tag("rank", "")
COUNTABLE = frozenset({"rows", "frame"})


@dataclass(frozen=True, slots=True)
class Sort:
    """``sorted by ...``: the tags of its key, and the direction where one was said."""

    key: tuple[Tag, ...]
    descending: bool | None


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """What the grammar read of a question, and the tags that it did not use.

    Attributes:
        chart: A kind of chart, an empty string for any chart, or None.
        descending: The direction asked for without a key.
        worst: For ``worst first`` True, for ``best first`` False.
        limit: How many rows were asked for.
        top: Whether the highest (True) or lowest (False) were asked for by ``top`` or ``bottom``.
        rest: Measures, columns and whatever was not understood.
    """

    chart: ChartKind | str | None
    document: DocumentFormat | None
    filters: tuple[Filter, ...]
    groups: tuple[Dimension, ...]
    sort: Sort | None
    descending: bool | None
    worst: bool | None
    limit: int | None
    top: bool | None
    colour: str | None
    rest: tuple[Tag, ...]


def read(tags: list[Tag], lexicon: Lexicon) -> ParsedQuestion:
    """Read a question's tags in steps; each step leaves gaps in place of the tags that it used."""
    tags = [tag for tag in tags if tag.kind != "stop"]
    document, tags = _document(tags)
    colour, tags = _colour(tags, lexicon)
    chart, tags = _chart(tags)
    sort, tags = _sort(tags)
    descending, tags = _one(tags, "direction")
    worst, tags = _one(tags, "judged")
    top, limit, tags = _limit(tags)
    tags = _ranked(tags, lexicon, limit is not None or top is not None)
    filters, tags = read_conditions(tags, lexicon)
    groups, tags = _groups(tags, lexicon)
    rest = tuple(tag for tag in tags if tag.kind != "gap")
    return ParsedQuestion(chart, document, filters, groups, sort, descending, worst, limit, top, colour, rest)


def _document(tags: list[Tag]) -> tuple[DocumentFormat | None, list[Tag]]:
    found = {tag.meaning for tag in tags if tag.kind == "document"}
    if len(found) > 1:
        raise Abstained("The question asks for more than one kind of document.", "Ask for one at a time.")
    if not found:
        return None, tags
    rest = [GAP if tag.kind in {"document", "file"} else tag for tag in tags]
    return cast(DocumentFormat, found.pop()), rest


def _chart(tags: list[Tag]) -> tuple[str | None, list[Tag]]:
    charts = [tag for tag in tags if tag.kind == "chart"]
    kinds = {tag.meaning for tag in charts if tag.meaning}
    if len(kinds) > 1:
        raise Abstained("The question asks for more than one kind of chart.", "Ask for one at a time.")
    rest = [GAP if tag.kind == "chart" else tag for tag in tags]
    return (kinds.pop() if kinds else "" if charts else None), rest


def _colour(tags: list[Tag], lexicon: Lexicon) -> tuple[str | None, list[Tag]]:
    for place, tag in enumerate(tags[:-1]):
        if tag.kind == "colour":
            after = place + 1 + (tags[place + 1].kind == "by")
            if after < len(tags) and tags[after].kind == "column":
                name = one_column(tags[after], lexicon, is_text).sql
                return name, [*tags[:place], GAP, *tags[after + 1 :]]
    return None, tags


def _sort(tags: list[Tag]) -> tuple[Sort | None, list[Tag]]:
    for place, tag in enumerate(tags):
        if tag.kind != "sort":
            continue
        end = place + 1
        while end < len(tags) and tags[end].kind in {"by", "function", "column", "rows", "frame", "distinct"}:
            end += 1
            if tags[end - 1].kind in {"column", "rows", "frame"}:
                break
        key = tuple(t for t in tags[place + 1 : end] if t.kind != "by")
        direction = tags[end].meaning if end < len(tags) and tags[end].kind == "direction" else None
        end += direction is not None
        return (Sort(key, direction) if key else None), [*tags[:place], GAP, *tags[end:]]
    return None, tags


def _one(tags: list[Tag], kind: str) -> tuple[bool | None, list[Tag]]:
    found = {tag.meaning for tag in tags if tag.kind == kind}
    if len(found) > 1:
        raise Abstained("The question asks for two orders that contradict each other.", "Ask for one order.")
    return (found.pop() if found else None), [GAP if tag.kind == kind else tag for tag in tags]


def _limit(tags: list[Tag]) -> tuple[bool | None, int | None, list[Tag]]:
    """``top 5``, ``first 10 rows``, ``which 5``, ``show 10 rows``, ``the 5 carriers with the highest ...``."""
    ranks = any(tag.kind in {"superlative", "most", "fewest"} for tag in tags)
    for place, tag in enumerate(tags):
        number = tags[place + 1] if place + 1 < len(tags) else None
        counted = number is not None and number.kind == "number" and _is_count(number)
        if tag.kind in {"top", "bottom"}:
            top = tag.kind == "top"
            return (
                top,
                number.meaning if counted and number else None,
                [*tags[:place], GAP, *tags[place + 1 + counted :]],
            )
        if tag.kind in {"first", "which"} and counted and number:
            return None, number.meaning, [*tags[:place], tag if tag.kind == "which" else GAP, *tags[place + 2 :]]
        if tag.kind == "first" and number is not None and number.kind in COUNTABLE:
            return None, 1, [*tags[:place], GAP, *tags[place + 1 :]]
        before = tags[place - 1].kind if place else ""
        ahead = number.kind if number else ""
        if tag.kind == "number" and _is_count(tag) and before not in {"operator", "between", "and", "column", "is"}:
            follows = (
                ahead in {"superlative", "most"}
                or (ahead in COUNTABLE and not ranks)
                or (ahead in {"column", *COUNTABLE} and ranks)
            )
            if follows:
                return None, tag.meaning, [*tags[:place], GAP, *tags[place + 1 :]]
    return None, None, tags


def _is_count(tag: Tag) -> bool:
    return isinstance(tag.meaning, int) and tag.meaning > 0 and "%" not in tag.text and "$" not in tag.text


def _ranked(tags: list[Tag], lexicon: Lexicon, cut: bool) -> list[Tag]:
    """``top 5 destinations by number of flights``, where *by* names the measure to rank by, not a group."""
    for place, tag in enumerate(tags[:-1]):
        if tag.kind != "by":
            continue
        after = tags[place + 1]
        numeric = after.kind == "column" and all(is_number(lexicon.column(name)) for name in after.meaning)
        if after.kind in {"function", "most", *COUNTABLE} or (cut and numeric):
            return [*tags[:place], RANK, *tags[place + 1 :]]
    return tags


def _groups(tags: list[Tag], lexicon: Lexicon) -> tuple[tuple[Dimension, ...], list[Tag]]:
    groups: list[Dimension] = []
    rest: list[Tag] = []
    place = 0
    while place < len(tags):
        tag = tags[place]
        if tag.kind == "every":
            groups.append(_every(tag, lexicon))
            place += 1
        elif tag.kind == "by":
            found, place = _items(tags, place, lexicon)
            groups += found
            if not found:
                rest.append(tag)
                place += 1
        else:
            rest.append(tag)
            place += 1
    return tuple(dict.fromkeys(groups)), rest


def _items(tags: list[Tag], place: int, lexicon: Lexicon) -> tuple[list[Dimension], int]:
    """The dimensions after a *by*, and where they end; ``place`` itself where there are none."""
    role = tags[place - 1].kind if place and tags[place - 1].kind in {"from", "to"} else ""
    groups: list[Dimension] = []
    start, end = place + 1, place
    while True:
        while start < len(tags) and tags[start].kind in {"by", "distinct", "from", "to"}:
            role = tags[start].kind if tags[start].kind in {"from", "to"} else role
            start += 1
        dimension, length = dimension_at(tags, start, lexicon, role)
        if dimension is None:
            return groups, end
        groups.append(dimension)
        end = start = start + length
        while start < len(tags) and tags[start].kind in {"and", "comma"}:
            start += 1
        if start == end or start >= len(tags) or tags[start].kind not in {"column", "time", "by"}:
            return groups, end


def dimension_at(tags: list[Tag], place: int, lexicon: Lexicon, role: str = "") -> tuple[Dimension | None, int]:
    """The dimension that the tags at ``place`` name, and how many tags it takes."""
    if place >= len(tags):
        return None, 0
    tag, after = tags[place], tags[place + 1] if place + 1 < len(tags) else GAP
    if tag.kind == "time":
        if after.kind == "column" and (column := _time_among(after, lexicon)) is not None:
            return Dimension(column=column.sql, time=tag.meaning), 2
        return _time_dimension(tag.meaning, tag.text, lexicon), 1
    if tag.kind != "column":
        return None, 0
    if after.kind in {"time", "column"} and after.text.lower() in _BINS and (column := _time_among(tag, lexicon)):
        return Dimension(column=column.sql, time=_BINS[after.text.lower()]), 2
    if after.kind == "column" and tag.text.lower() in _BINS and (column := _time_among(after, lexicon)):
        return Dimension(column=column.sql, time=_BINS[tag.text.lower()]), 2
    column = one_column(tag, lexicon, lambda c: not is_number(c) or (c.distinct or 0) <= 50, role)
    return Dimension(column=column.sql), 1


_BINS: dict[str, TimeBin] = {
    "hour": "hour", "day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year",
    "weekday": "day of week",
}  # fmt: skip


def _time_among(tag: Tag, lexicon: Lexicon) -> ColumnCard | None:
    found = [lexicon.column(name) for name in tag.meaning if is_time(lexicon.column(name))]
    return found[0] if len(found) == 1 else None


def _time_dimension(bin: TimeBin, text: str, lexicon: Lexicon) -> Dimension:
    own = lexicon.exact.get(bin.removesuffix(" of day").removesuffix(" of year"))
    if own is not None and bin in {"hour of day", "month of year"} and is_number(lexicon.column(own)):
        return Dimension(column=own)
    column = time_column(lexicon, text)
    if column.type == "date" and bin in {"hour", "hour of day"}:
        raise Abstained(f"{column.sql} holds dates without a time of day.", "Ask by day, week, month or year.")
    return Dimension(column=column.sql, time=bin)


def _every(tag: Tag, lexicon: Lexicon) -> Dimension:
    """``monthly``, ``over time``: a column of that name where one stands for it, else the column of dates."""
    bin: str = tag.meaning
    own = lexicon.exact.get(bin)
    years = lexicon.exact.get("year")
    one_year = years is None or (lexicon.column(years).distinct or 0) <= 1
    if own is not None and is_number(lexicon.column(own)) and (bin == "year" or (bin == "month" and one_year)):
        return Dimension(column=own)
    if bin:
        return _time_dimension(cast(TimeBin, bin), tag.text, lexicon)
    times = [column for column in lexicon.card.columns if is_time(column)]
    if not times and years is not None and not one_year:
        return Dimension(column=years)
    column = time_column(lexicon, tag.text)
    return Dimension(column=column.sql, time=_fitting_bin(column))


def _fitting_bin(column: ColumnCard) -> TimeBin:
    """Bins that give a line some twenty to a hundred points; months where the range is not known."""
    try:
        days = (column.maximum - column.minimum).days
    except (TypeError, AttributeError):
        return "month"
    for bin, least in (("year", 365 * 15), ("month", 200), ("week", 90), ("day", 4)):
        if days >= least:
            return cast(TimeBin, bin)
    return "day" if column.type == "date" else "hour"
