"""The plan of the offline planner for "why did revenue fall in March": which groups explain a change, by size and rate.

The rules are those of ``explain_change`` in ``sandbox_image/analyst_statistics``, written in SQL so that they run on
the engine of a database too: a test holds both to the same figures.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from ..errors import Abstained
from ..language import message
from ..planner.lexicon import Lexicon, lexicon
from ..planner.linking import Tag, tags
from ..planner.plan.nodes import moment
from ..planner.plan.periods import beginning, later
from ..planner.tokens import tokens
from ..turn import NUMBER_TYPES, Code, ColumnCard, FrameCard
from ..turn.investigation import Plan, Step

MAX_GROUPS = 6
"""Columns by which a change is explained."""
MAX_DISTINCT = 60
"""Groups of such a column."""
_WHY = re.compile(r"\bwhy\b|\bwhat (?:explains?|caused?|causes|drove|drives|is behind)\b|\breasons? for\b", re.I)
_CATEGORIES = {"text", "category", "boolean"}


@dataclass(frozen=True, slots=True)
class _Period:
    """A month, a quarter or a year."""

    start: dt.date
    end: dt.date
    label: str


@dataclass(frozen=True, slots=True)
class _Change:
    """What changed, and between which periods.

    Attributes:
        card: The frame.
        measure: The column that is summed; None where rows are counted.
        date: The column of dates.
        before, after: The two periods.
        where: A condition on all rows; empty where there is none.
        fixed: The columns that the condition is about.
    """

    card: FrameCard
    measure: ColumnCard | None
    date: ColumnCard
    before: _Period
    after: _Period
    where: str = ""
    fixed: frozenset[str] = frozenset()

    @property
    def what(self) -> str:
        """What is summed or counted, in words."""
        return self.measure.name.replace("_", " ") if self.measure is not None else f"number of {self.card.name}"


def plan_change(question: str, cards: Sequence[FrameCard], today: str = "") -> Plan:
    """The steps that explain a change, without a model.

    Args:
        question: In plain words.
        cards: What is known of the frames, in full.
        today: The date, as 2026-01-31.

    Raises:
        Abstained: The question asks for something else, or the data has no such column or period.
    """
    needs_model = "Configure a model (`%analyst models`), or ask: why did REVENUE fall in MONTH."
    if not _WHY.search(question):
        raise Abstained(message("Without a model, only a change between two periods can be investigated."), needs_model)
    for card in cards:
        change = _change_in(question, card, today)
        if change is not None:
            return Plan(tuple(_steps(change)))
    raise Abstained(
        message(
            "Without a model, an investigation needs a frame with a column of dates, the name of a measure, "
            "and a month, "
            "quarter or year that its dates reach."
        ),
        needs_model,
    )


def _change_in(question: str, card: FrameCard, today: str) -> _Change | None:
    words = lexicon(card, today)
    found = tags(tokens(question), words)
    named = [words.column(name) for tag in found if tag.kind == "column" for name in tag.meaning]
    measures = [column for column in named if column.type in NUMBER_TYPES]
    dates = [column for column in (*named, *card.columns) if column.type in {"date", "timestamp"} and column.maximum]
    counts = any(tag.kind == "frame" for tag in found)
    if not dates or not (measures or counts):
        return None
    date = next((column for column in dates if column.sql == words.default_time), dates[0])
    periods = list(_periods(found, date, words))
    if not periods:
        return None
    if len(periods) == 1:
        periods = [_previous(periods[0]), periods[0]]
    before, after = sorted(periods[:2], key=lambda period: period.start)
    conditions, fixed = _conditions(found)
    return _Change(card, measures[0] if measures else None, date, before, after, conditions, fixed)


def _conditions(found: Sequence[Tag]) -> tuple[str, frozenset[str]]:
    """A condition for each value that the question names."""
    pairs = [tag.meaning[0] for tag in found if tag.kind == "value" and tag.meaning]
    return " AND ".join(f"{_name(column)} = {_value(value)}" for column, value in pairs), frozenset(c for c, _ in pairs)


def _periods(found: Sequence[Tag], date: ColumnCard, words: Lexicon) -> Iterator[_Period]:
    """The periods that a question names; without a year, the last ones of the data."""
    last = _day(date.maximum)
    years = [tag.meaning for tag in found if tag.kind == "number" and _is_year(tag.meaning)]
    used = False
    for place, tag in enumerate(found):
        if tag.kind not in {"month", "quarter"}:
            continue
        following = found[place + 1].meaning if place + 1 < len(found) else None
        year = following if _is_year(following) else years[-1] if years else None
        used = True
        length = 1 if tag.kind == "month" else 3
        number = tag.meaning if tag.kind == "month" else 3 * tag.meaning - 2
        start = dt.date(year or last.year, number, 1)
        start = start if year or start <= last else dt.date(last.year - 1, number, 1)
        yield _period(start, length)
    if not used:
        yield from (_period(dt.date(year, 1, 1), 12) for year in years)
        for one, other in itertools.pairwise(found):
            if one.kind == "relative" and other.kind == "time" and other.meaning in {"month", "quarter", "year"}:
                start = beginning(words.date, other.meaning)
                yield _previous(_period(start, {"month": 1, "quarter": 3, "year": 12}[other.meaning]))


def _period(start: dt.date, months: int) -> _Period:
    label = {1: f"{start:%B %Y}", 3: f"Q{(start.month + 2) // 3} {start.year}"}.get(months, str(start.year))
    return _Period(start, later(start, "month", months), label)


def _previous(period: _Period) -> _Period:
    months = 12 * (period.end.year - period.start.year) + period.end.month - period.start.month
    return _period(later(period.start, "month", -months), months)


def _is_year(value: object) -> bool:
    return isinstance(value, int) and 1900 <= value <= 2200


def _day(value: object) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value if isinstance(value, dt.date) else dt.date.today()


def _steps(change: _Change) -> Iterator[Step]:
    """Whether it changed at all, then how much each group has to do with it."""
    before, after, what, name = change.before.label, change.after.label, change.what, (change.card.name,)
    yield Step(
        f"How {what} changed from {before} to {after}",
        name,
        "totals of both periods, the change by number of rows and by mean per row",
        f"{what} is lower or higher in {after}",
        f"{what} is the same",
        Code(_total_sql(change), "sql"),
    )
    for column in _groups(change):
        group = column.name.replace("_", " ")
        yield Step(
            f"How {what} changed from {before} to {after}, by {group}",
            name,
            "contribution of each group, by size (number of rows) and by rate (mean per row)",
            f"one {group} stands out",
            f"all of {group} change alike",
            Code(_groups_sql(change, column), "sql"),
        )


def _groups(change: _Change) -> list[ColumnCard]:
    fits = [
        column
        for column in change.card.columns
        if column.type in _CATEGORIES and 2 <= (column.distinct or 0) <= MAX_DISTINCT and column.sql not in change.fixed
    ]
    return fits[:MAX_GROUPS]


def _total_sql(change: _Change) -> str:
    number = ",.2f" if change.measure is not None else ","
    span = f"from {{before:{number}}} in {change.before.label} to {{after:{number}}} in {change.after.label}"
    parts = f": {{change:{number}}}"
    if change.measure is not None:
        parts += ", of it {by_size:,.2f} by the number of rows and {by_rate:,.2f} by the mean per row"
    head = f"{change.what[:1].upper()}{change.what[1:]}"
    lines = [
        f"-- answer if {{change}} < 0: {head} **fell** {span}{parts}.",
        f"-- answer if {{change}} > 0: {head} **rose** {span}{parts}.",
        f"-- answer: {head} did not change {span}.",
    ]
    return "\n".join([*lines, _sql(change, "'all'", "part")])


def _groups_sql(change: _Change, column: ColumnCard) -> str:
    group, what = _alias(column.sql), column.name.replace("_", " ")
    number = ",.2f" if change.measure is not None else ","
    parts = " ({by_size:,.2f} by the number of rows, {by_rate:,.2f} by the mean per row)" if change.measure else ""
    line = (
        f"-- answer: Of the change, **{{{group}}}** accounts for most among {what}: "
        f"{{change:{number}}} of {{total_change:{number}}}{parts}."
    )
    none = "coalesce(CAST({} AS VARCHAR), '(none)')"
    return f"{line}\n{_sql(change, none.format(_name(column.sql)), group)}"


def _sql(change: _Change, group: str, alias: str) -> str:
    """Both periods of each group, the change, and its parts by size and by rate."""
    date = moment(change.date, exp.column(change.date.sql, quoted=True)).sql("duckdb")
    both = (change.before, change.after)
    spans = [f"{date} >= DATE '{period.start}' AND {date} < DATE '{period.end}'" for period in both]
    rows = [f"count(*) FILTER (WHERE {span})" for span in spans]
    totals = rows
    if change.measure is not None:
        column = _name(change.measure.sql)
        rows = [f"count({column}) FILTER (WHERE {span})" for span in spans]  # a mean is of the rows that have a value
        totals = [f"coalesce(sum({column}) FILTER (WHERE {span}), 0)" for span in spans]
    where = f"\n  WHERE {change.where}" if change.where else ""
    return f"""\
WITH periods AS (
  SELECT {group} AS {alias},
    {rows[0]} AS rows_before,
    {rows[1]} AS rows_after,
    {totals[0]} AS before,
    {totals[1]} AS after
  FROM {_name(change.card.name)}{where}
  GROUP BY 1
)
SELECT {alias}, before, after, after - before AS change, sum(after - before) OVER () AS total_change,
  rows_before, rows_after{_SPLIT if change.measure else ""}
FROM periods
WHERE rows_before + rows_after > 0
ORDER BY (after - before) * sign(sum(after - before) OVER ()) DESC, abs(after - before) DESC, {alias}"""  # noqa: S608 - names and values are quoted


_SPLIT = """,
  CASE WHEN rows_before = 0 OR rows_after = 0 THEN after - before
    ELSE (rows_after - rows_before) * (before / rows_before + after / rows_after) / 2 END AS by_size,
  CASE WHEN rows_before = 0 OR rows_after = 0 THEN 0
    ELSE (after / rows_after - before / rows_before) * (rows_before + rows_after) / 2 END AS by_rate"""


def _alias(name: str) -> str:
    """A name for a group that an answer line can use."""
    plain = re.sub(r"\W+", "_", name).strip("_") or "part"
    return plain if plain.isidentifier() and plain not in {"before", "after", "change"} else "part"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _value(value: object) -> str:
    if isinstance(value, bool | int | float):
        return str(value).upper() if isinstance(value, bool) else str(value)
    return "'" + str(value).replace("'", "''") + "'"
