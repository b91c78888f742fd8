"""Questions for a statistic, by name: what explains a change, a significant difference, a forecast, clusters and more.

Each form is a sentence with gaps; a gap that is no column of the frame leaves the question to the grammar. The answer
is a program that calls ``analyst_statistics`` in the sandbox, which checks its assumptions and gives the sentence.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..turn import NUMBER_TYPES, Code, ColumnCard, FrameCard

FRAMES = frozenset({"pandas", "polars", "arrow", "duckdb", "file"})
TIMES = frozenset({"date", "timestamp"})
CATEGORIES = frozenset({"text", "category", "boolean"})
MAX_SEGMENTS = 50
MAX_DIMENSIONS = 5
MAX_AHEAD = 60
MAX_CLUSTERS = 20
MAX_CLASSES = 20
STEPS = {"hour": "h", "day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
MONTHS = ("january february march april may june july august september october november december").split()
_MOVED = r"(?:change|drop|fall|rise|increase|decrease|growth|decline|difference)"
_DID = r"(?:fall|drop|decline|decrease|rise|increase|grow|change)"
_SPAN = r"(?:between|from)\s+(?P<before>.+?)\s+(?:and|to)\s+(?P<after>.+?)(?:\s+by\s+(?P<by>.+))?"


@dataclass(frozen=True, slots=True)
class Analysis:
    """A statistic that answers a question.

    Attributes:
        reading: How the question was understood, in one sentence.
        code: The program.
    """

    reading: str
    code: Code


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form is read with: the words in its gaps, and the frame."""

    gaps: dict[str, str]
    card: FrameCard

    def column(self, gap: str, types: frozenset[str] | None = None) -> ColumnCard | None:
        """The column that a gap names; None where it names none of these types."""
        words = _plain(self.gaps.get(gap) or "")
        for column in _columns(self.card):
            if words and words in (_plain(str(column.label)), _plain(str(column.label)) + "s"):
                return column if types is None or column.type in types else None
            if words and _plain(str(column.label)) == words + "s":
                return column if types is None or column.type in types else None
        return None

    def columns(self, gap: str, types: frozenset[str] | None = None) -> list[ColumnCard]:
        """The columns that a gap lists (``price, discount and region``); empty where one of them is none of these."""
        names = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", self.gaps.get(gap) or "")
        found = [Asked({"one": name}, self.card).column("one", types) for name in names]
        columns = [column for column in found if column is not None]
        return columns if len(columns) == len(found) == len({str(column.label) for column in columns}) else []

    def time(self) -> ColumnCard | None:
        """The one column of dates; None where there is none, or several."""
        times = [column for column in _columns(self.card) if column.type in TIMES]
        return times[0] if len(times) == 1 else None


def find_analysis(text: str, frames: Sequence[FrameCard]) -> Analysis | None:
    """The statistic that a question asks for; None where it asks for none, or for what no one frame has.

    Args:
        text: The question.
        frames: The cards of the frames in scope.
    """
    plain = re.sub(r"\s+", " ", text.strip()).rstrip(" ?.!")
    found = []
    for pattern, read in FORMS:
        match = pattern.fullmatch(plain)
        if match is None:
            continue
        gaps = {name: re.sub(r"^(?:the|total|overall)\s+", "", words or "", flags=re.I)
                for name, words in match.groupdict().items()}  # fmt: skip
        for card in frames:
            analysis = read(Asked(gaps, card)) if card.kind in FRAMES else None
            if analysis is not None:
                found.append(analysis)
        if found:
            break
    return found[0] if len(found) == 1 else None


def _columns(card: FrameCard) -> list[ColumnCard]:
    return [column for column in card.columns[card.index :] if isinstance(column.label, str)]


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _program(function: str, card: FrameCard, *arguments: object) -> Code:
    """A call of the statistic, whose sentence is the answer."""
    given = ", ".join([card.name, *(json.dumps(argument, ensure_ascii=False) for argument in arguments)])
    text = (
        f"from analyst_statistics import {function}\n\nresult = {function}({given})\nanswer(result.sentence)\nresult\n"
    )
    return Code(text)


def _explained_ratio(asked: Asked) -> Analysis | None:
    """One sum by another: whether the rates of the segments changed, or their mix."""
    top, bottom, time = asked.column("top", NUMBER_TYPES), asked.column("bottom", NUMBER_TYPES), asked.time()
    whole = Asked({"one": f"{asked.gaps['top']} per {asked.gaps['bottom']}"}, asked.card).column("one")
    if top is None or bottom is None or time is None or top == bottom or whole is not None:
        return None
    before, after = _period(asked.gaps["before"], time), _period(asked.gaps["after"], time)
    segments = [asked.column("by")] if asked.gaps.get("by") else _dimensions(asked.card)
    if before is None or after is None or len(segments) != 1 or segments[0] is None:
        return None
    by = segments[0].label
    code = _program("explain_ratio", asked.card, top.label, bottom.label, by, time.label, before, after)
    reading = f"What explains the change of {top.label} per {bottom.label} from {before} to {after}, by {by}."
    return Analysis(reading, code)


def _explained(asked: Asked) -> Analysis | None:
    value, time = asked.column("value", NUMBER_TYPES), asked.time()
    if value is None or time is None:
        return None
    before, after = _period(asked.gaps["before"], time), _period(asked.gaps["after"], time)
    named = asked.column("by") if asked.gaps.get("by") else None
    if before is None or after is None or (asked.gaps.get("by") and named is None):
        return None
    segments = [named] if named is not None else _dimensions(asked.card)
    if not segments:
        return None
    labels = [str(column.label) for column in segments]
    code = _program("explain_change", asked.card, value.label, labels, time.label, before, after)
    reading = f"What explains the change of total {value.label} from {before} to {after}, by {', '.join(labels)}."
    return Analysis(reading, code)


def _dimensions(card: FrameCard) -> list[ColumnCard]:
    """Columns that may explain a change: of few categories."""
    usable = [
        column for column in _columns(card)
        if column.type in CATEGORIES and 2 <= (column.distinct or 0) <= MAX_SEGMENTS
    ]  # fmt: skip
    return usable[:MAX_DIMENSIONS]


def _period(words: str, time: ColumnCard) -> str | None:
    """A month, year or day as ISO text; a month without a year is of the latest year that the data reaches."""
    text = words.strip().casefold()
    if re.fullmatch(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", text):
        return text
    match = re.fullmatch(r"([a-z]+)(?: (?:of )?(\d{4}))?", text)
    months = [n for n, name in enumerate(MONTHS, 1) if match and len(match[1]) >= 3 and name.startswith(match[1])]
    if match is None or len(months) != 1:
        return None
    if match[2]:
        return f"{match[2]}-{months[0]:02d}"
    last = time.maximum
    if not isinstance(last, dt.date):
        return None
    year = last.year if months[0] <= last.month else last.year - 1
    return f"{year}-{months[0]:02d}"


def _compared(asked: Asked) -> Analysis | None:
    value, by = asked.column("value"), asked.column("by")
    if value is None or by is None or value == by or value.type in TIMES or not 2 <= (by.distinct or 0) <= MAX_SEGMENTS:
        return None
    code = _program("compare_groups", asked.card, value.label, by.label)
    return Analysis(f"Whether {value.label} differs significantly between the groups of {by.label}.", code)


def _forecast(asked: Asked) -> Analysis | None:
    value, time = asked.column("value", NUMBER_TYPES), asked.time()
    number = int(asked.gaps.get("number") or 1)
    if value is None or time is None or not 1 <= number <= MAX_AHEAD:
        return None
    unit = asked.gaps["unit"].casefold()
    code = _program("forecast", asked.card, time.label, value.label, number, STEPS[unit])
    noun = unit if number == 1 else f"{number} {unit}s"
    return Analysis(f"Total {value.label} by {unit}, forecast for the next {noun}.", code)


def _clusters(asked: Asked) -> Analysis | None:
    columns, number = asked.columns("columns", NUMBER_TYPES), int(asked.gaps.get("number") or 0)
    if not columns or number == 1 or number > MAX_CLUSTERS or _plain(asked.gaps.get("rows") or "rows") not in (
        "rows", _plain(asked.card.name)
    ):  # fmt: skip
        return None
    labels = [column.label for column in columns]
    code = _program("cluster", asked.card, labels, *([number] if number else []))
    return Analysis(f"Groups of similar rows of {asked.card.name}, by {', '.join(map(str, labels))}.", code)


def _modelled(asked: Asked) -> Analysis | None:
    """A regression of a number, a classification of a category."""
    target, features = asked.column("target"), asked.columns("features")
    if target is None or not features or target in features or any(column.type in TIMES for column in features):
        return None
    labels, few = [column.label for column in features], 2 <= (target.distinct or 0) <= MAX_CLASSES
    if target.type in NUMBER_TYPES:
        function, what = "regress", f"How well {', '.join(map(str, labels))} explain {target.label}, by a regression."
    elif target.type in CATEGORIES and few:
        function, what = "classify", f"How well {', '.join(map(str, labels))} tell {target.label}, by a classification."
    else:
        return None
    return Analysis(what, _program(function, asked.card, target.label, labels))


def _outliers(asked: Asked) -> Analysis | None:
    value = asked.column("value", NUMBER_TYPES)
    if value is None:
        return None
    return Analysis(f"The outliers among the values of {value.label}.", _program("outliers", asked.card, value.label))


def _seasons(asked: Asked) -> Analysis | None:
    return _of_series(asked, "seasonality", "How strongly {value} repeats itself over time.")


def _jumps(asked: Asked) -> Analysis | None:
    return _of_series(asked, "change_points", "Where the level of {value} jumps over time.")


def _of_series(asked: Asked, function: str, reading: str) -> Analysis | None:
    value, time = asked.column("value", NUMBER_TYPES), asked.time()
    if value is None or time is None:
        return None
    return Analysis(reading.format(value=value.label), _program(function, asked.card, time.label, value.label))


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(" ", r"\s+"), re.I)


_AMONG = r"(?:between|across|by|among)"
_SHOW = r"(?:(?:show|find|list|are there|is there|what are|which are|how strong is) )?(?:the |any )?"
_VALUE = r"(?P<value>.+?)"
_RATIO = r"(?P<top>\S+(?: \S+)?) (?:per|divided by) (?P<bottom>\S+(?: \S+)?)"
_COLUMNS = r"(?P<columns>.+?)"
_INTO = r"(?: (?:in|into) (?P<number>\d+) (?:clusters|groups))?"
FORMS: tuple[tuple[re.Pattern[str], Callable[[Asked], Analysis | None]], ...] = (
    (
        _form(rf"what (?:explains|explained|drives|drove|caused) the {_MOVED} (?:in|of) {_RATIO} {_SPAN}"),
        _explained_ratio,
    ),
    (_form(rf"why did {_RATIO} {_DID} {_SPAN}"), _explained_ratio),
    (_form(rf"what (?:explains|explained|drives|drove|caused) the {_MOVED} (?:in|of) {_VALUE} {_SPAN}"), _explained),
    (_form(rf"why did {_VALUE} {_DID} {_SPAN}"), _explained),
    (_form(rf"is the difference (?:in|of) {_VALUE} {_AMONG} (?P<by>.+?)(?: statistically)? significant"), _compared),
    (_form(rf"(?:does|do) {_VALUE} differ significantly {_AMONG} (?P<by>.+)"), _compared),
    (
        _form(
            rf"(?:forecast|predict|project) {_VALUE} (?:for|over|in) the next (?:(?P<number>\d+) )?"
            rf"(?P<unit>{'|'.join(STEPS)})s?"
        ),
        _forecast,
    ),
    (_form(rf"{_SHOW}(?:outliers|anomalies) (?:in|of|among) {_VALUE}"), _outliers),
    (_form(rf"cluster (?P<rows>\S+) by {_COLUMNS}{_INTO}"), _clusters),
    (_form(rf"{_SHOW}(?:(?P<number>\d+) )?clusters (?:of|by|in) {_COLUMNS}"), _clusters),
    (_form(r"(?:regress|linear regression of|regression of) (?P<target>.+?) on (?P<features>.+)"), _modelled),
    (_form(r"how well (?:do|does) (?P<features>.+?) (?:explain|predict) (?P<target>.+)"), _modelled),
    (_form(r"(?:classify|predict) (?P<target>.+?) (?:by|from) (?P<features>.+)"), _modelled),
    (_form(rf"{_SHOW}seasonality (?:in|of) {_VALUE}"), _seasons),
    (_form(rf"{_SHOW}(?:change points|changepoints|level shifts) (?:in|of) {_VALUE}"), _jumps),
)
"""The forms, each with what reads it."""
