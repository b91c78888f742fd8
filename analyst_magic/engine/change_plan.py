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
_DAY = dt.timedelta(days=1)
MAX_DISTINCT = 60
"""Groups of such a column."""
_WHY = re.compile(r"\bwhy\b|\bwhat (?:explains?|caused?|causes|drove|drives|is behind)\b|\breasons? for\b", re.I)
_ALL = "'all'"
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
        measure: The column that is summed or averaged; None where rows are counted.
        date: The column of dates.
        before, after: The two periods.
        where: A condition on all rows; empty where there is none.
        fixed: The columns that the condition is about.
        mean: Whether the mean of the measure is asked about, not its total.
        whole: Whether the data reach over both periods, so that totals per day can be compared.
    """

    card: FrameCard
    measure: ColumnCard | None
    date: ColumnCard
    before: _Period
    after: _Period
    where: str = ""
    fixed: frozenset[str] = frozenset()
    mean: bool = False
    whole: bool = False

    @property
    def what(self) -> str:
        """What is summed, averaged or counted, in words."""
        if self.measure is None:
            return f"number of {self.card.name}"
        return f"{'mean ' if self.mean else ''}{self.measure.name.replace('_', ' ')}"

    @property
    def methods(self) -> tuple[str, str]:
        """How the whole change is found, and how the part of each group."""
        if self.measure is None:
            return "number of rows in both periods", "contribution of each group"
        if self.mean:
            return (
                "mean of both periods",
                "contribution of each group, by mix (its share of the rows) and by rate (its own mean)",
            )
        return (
            "totals of both periods, the change by number of rows and by mean per row",
            "contribution of each group, by size (number of rows) and by rate (mean per row)",
        )


def plan_change(question: str, cards: Sequence[FrameCard], today: str = "") -> Plan:
    """The steps that explain a change, without a model.

    Args:
        question: In plain words.
        cards: What is known of the frames, in full.
        today: The date, as 2026-01-31.

    Raises:
        Abstained: The question asks for something else, or the data has no such column or period.

    Example:
        >>> from analyst_magic.turn import ColumnCard, FrameCard
        >>> day = ColumnCard("day", "day", "day", type="date", maximum=dt.date(2026, 3, 31))
        >>> price = ColumnCard("price", "price", "price", type="float")
        >>> sales = FrameCard("sales", "pandas.DataFrame", 90, (day, price))
        >>> plan_change("Why did the mean price fall in March?", [sales]).steps[0].question
        'How mean price changed from February 2026 to March 2026'
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
    mean = bool(measures) and _function(found) == "mean"
    whole = date.minimum is not None and _day(date.minimum) <= before.start and _day(date.maximum) >= after.end - _DAY
    return _Change(card, measures[0] if measures else None, date, before, after, conditions, fixed, mean, whole)


def _function(found: Sequence[Tag]) -> str:
    """``sum`` or ``mean``, as the question says it; a sum where it says nothing.

    Raises:
        Abstained: It asks for another one, such as the median.
    """
    named = [str(tag.meaning) for tag in found if tag.kind == "function"]
    others = [name for name in named if name not in {"sum", "mean", "count"}]
    if others:
        raise Abstained(
            message(
                "Without a model, only changes of totals, means and counts can be investigated, not of a {figure}.",
                figure=others[0],
            ),
            message("Configure a model (`%analyst models`), or ask about the mean."),
        )
    return "mean" if "mean" in named else "sum"


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
        change.methods[0],
        f"{what} is lower or higher in {after}",
        f"{what} is the same",
        Code(_total_sql(change), "sql"),
    )
    for column in _groups(change):
        group = column.name.replace("_", " ")
        yield Step(
            f"How {what} changed from {before} to {after}, by {group}",
            name,
            change.methods[1],
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
    if change.measure is not None and not change.mean:
        parts += ", of it {by_size:,.2f} by the number of rows and {by_rate:,.2f} by the mean per row"
    head = f"{change.what[:1].upper()}{change.what[1:]}"
    lines = [
        *_by_day(change, f"{head} **fell** {span}{parts}.", f"{head} **rose** {span}{parts}."),
        f"-- answer if {{change}} < 0: {head} **fell** {span}{parts}.",
        f"-- answer if {{change}} > 0: {head} **rose** {span}{parts}.",
        f"-- answer if {{change}} = null: No {change.what} is known for one of {change.before.label} and "
        f"{change.after.label}.",
        f"-- answer: {head} did not change {span}.",
    ]
    return "\n".join([*lines, (_mean_sql if change.mean else _sql)(change, _ALL, "part")])


def _by_day(change: _Change, fell: str, rose: str) -> list[str]:
    """Answers for totals that fell, or rose, only as one period has fewer days than the other."""
    if not _days_differ(change):
        return []
    days = f"{change.after.label} has {_days(change.after)} days, {change.before.label} {_days(change.before)}"
    a_day = "from {per_day_before:,.2f} to {per_day_after:,.2f}"
    return [
        f"-- answer if {{against}} > 0: {fell} But {days}: per day it **rose** {a_day}.",
        f"-- answer if {{against}} < 0: {rose} But {days}: per day it **fell** {a_day}.",
    ]


def _days(period: _Period) -> int:
    return (period.end - period.start).days


def _days_differ(change: _Change) -> bool:
    return change.whole and not change.mean and _days(change.before) != _days(change.after)


def _groups_sql(change: _Change, column: ColumnCard) -> str:
    group, what = _alias(column.sql), column.name.replace("_", " ")
    number = ",.2f" if change.measure is not None else ","
    parts = " ({by_size:,.2f} by the number of rows, {by_rate:,.2f} by the mean per row)" if change.measure else ""
    parts = " ({by_mix:z,.2f} by its share of the rows, {by_rate:z,.2f} by its own mean)" if change.mean else parts
    line = (
        f"-- answer: Of the change, **{{{group}}}** accounts for most among {what}: "
        f"{{change:{number}}} of {{total_change:{number}}}{parts}."
    )
    none = "coalesce(CAST({} AS VARCHAR), '(none)')"
    return f"{line}\n{(_mean_sql if change.mean else _sql)(change, none.format(_name(column.sql)), group)}"


def _sql(change: _Change, group: str, alias: str) -> str:
    """Both periods of each group, the change, and its parts by size and by rate."""
    total = _per_day(change) if group == _ALL else ", sum(after - before) OVER () AS total_change"
    return f"""\
{_periods_sql(change, group, alias)}
SELECT {alias}, before, after, after - before AS change{_SPLIT if change.measure else ""},
  rows_before, rows_after{total}
FROM periods
WHERE rows_before + rows_after > 0
ORDER BY (after - before) * sign(sum(after - before) OVER ()) DESC, abs(after - before) DESC, {alias}"""  # noqa: S608 - names and values are quoted


def _per_day(change: _Change) -> str:
    """Totals per day where the periods differ in length, and whether they changed the other way."""
    if not _days_differ(change):
        return ""
    before, after = f"before / {_days(change.before)}", f"after / {_days(change.after)}"
    return f""",
  {before} AS per_day_before, {after} AS per_day_after,
  CASE WHEN after < before AND {after} > {before} THEN 1
    WHEN after > before AND {after} < {before} THEN -1 ELSE 0 END AS against"""


def _mean_sql(change: _Change, group: str, alias: str) -> str:
    """The mean of each group in both periods, and its part in the change of the mean of all, by mix and by rate.

    A group changes the mean of all by having another share of the rows, as far as it is above or below the mean, and by
    having another mean itself. The parts of all groups sum to the change.
    """
    if group == _ALL:
        rest = "mean_after - mean_before AS change, rows_before, rows_after\nFROM means"
    else:
        rest = f"""by_mix + by_rate AS change, by_mix, by_rate, rows_before, rows_after, total_change
FROM parts
ORDER BY (by_mix + by_rate) * sign(total_change) DESC, abs(by_mix + by_rate) DESC, {alias}"""
    parts = "" if group == _ALL else _PARTS
    return f"""\
{_periods_sql(change, group, alias)},
means AS (
  SELECT {alias}, rows_before, rows_after,
    before / nullif(rows_before, 0) AS mean_before,
    after / nullif(rows_after, 0) AS mean_after,
    rows_before / nullif(sum(rows_before) OVER (), 0) AS share_before,
    rows_after / nullif(sum(rows_after) OVER (), 0) AS share_after,
    sum(before) OVER () / nullif(sum(rows_before) OVER (), 0) AS all_before,
    sum(after) OVER () / nullif(sum(rows_after) OVER (), 0) AS all_after
  FROM periods
  WHERE rows_before + rows_after > 0
){parts}
SELECT {alias}, mean_before AS before, mean_after AS after, {rest}"""  # noqa: S608 - names and values are quoted


def _periods_sql(change: _Change, group: str, alias: str) -> str:
    """Rows and totals of each group in both periods, as a table *periods*."""
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
)"""  # noqa: S608 - names and values are quoted


_SPLIT = """,
  CASE WHEN rows_before = 0 OR rows_after = 0 THEN after - before
    ELSE (rows_after - rows_before) * (before / rows_before + after / rows_after) / 2 END AS by_size,
  CASE WHEN rows_before = 0 OR rows_after = 0 THEN 0
    ELSE (after / rows_after - before / rows_before) * (rows_before + rows_after) / 2 END AS by_rate"""
_PARTS = """,
parts AS (
  SELECT *, all_after - all_before AS total_change,
    (share_after - share_before)
      * ((coalesce(mean_before, mean_after) + coalesce(mean_after, mean_before)) / 2 - (all_before + all_after) / 2)
      AS by_mix,
    coalesce((mean_after - mean_before) * (share_before + share_after) / 2, 0) AS by_rate
  FROM means
)"""


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
