"""A sentence as it is checked: its numbers, the names of rows and columns in it, and which of them belong together."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from .values import Grid

_SCALE = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "billion": 1e9}
_DATE = r"\d{4}-\d{2}(?:-\d{2})?(?!\d)"
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?!\d)"
_UNIT = r"(?:\s?(?P<unit>%|[x×](?!\w)|(?:per cent|percent|Prozent|thousand|million|billion|[kKmM])\b))?"
# The decimal point or the decimal comma, with the signs between thousands that go with either.
_DIGITS = (
    r"\d{1,3}(?:[.’\u202f\xa0]\d{3})+(?:,\d+)?(?!\d)|\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+,\d{1,2}(?!\d|,\d)|"
    r"\d+(?:\.\d+)?"
)
_TOKEN = re.compile(
    rf"(?<![\w.])(?:(?P<date>{_DATE})|(?P<time>{_TIME})|[-−]?(?P<digits>{_DIGITS})(?P<power>e[+-]?\d+\b)?{_UNIT})"
)
_COUNTED = re.compile(r"(?:top|first|last|next|past|step|steps|bottom)\s+$", re.I)
_LISTED = re.compile(r"(?:^|\n)[ \t]*\Z")
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")
_ROUGHLY = re.compile(
    r"(?:\b(?:about|around|approximately|roughly|nearly|almost|over|some|more than|less than|under|ca|rund|etwa|fast|"
    r"gut|knapp|über|environ|près de|casi|cerca de|circa|quasi)\.?|[~≈>])\s*$",
    re.I,
)
_APART = re.compile(
    r"[,;/]|\s[–—-]\s|\)|\b(?:and|or|but|while|whereas|where|however|und|oder|aber|während|et|ou|mais|y|pero|mientras|"
    r"e|ma|en|maar)\b",
    re.I,
)
_BRACKET = re.compile(r"\s?(?:%|\w{1,10})?[*_]*\s?[(\[]")
_SEPARATOR = re.compile(
    r"[\s*_`]*(?:%|\w{1,12})?[\s*_`]*(?:[,;/&]|\b(?:and|und|et|y|e|en)\b)[\s*_`]*(?:and\b)?[\s*_`]*", re.I
)
_TO = re.compile(r"[\s*_`]*(?:%|\w{1,12})?[\s*_`]*\b(?:to|until|through|bis|à|a)\b[\s*_`]*", re.I)
_AND = re.compile(r"[\s*_`]*(?:and|und|et|y|e)[\s*_`]*", re.I)
_BETWEEN = re.compile(r"\b(?:between|zwischen|entre|tra)[\s*_`]*$", re.I)
_COMPARED = re.compile(
    r"\b(?:than|behind|ahead|against|versus|vs|compared|after|before|next|second|follow\w*|beat\w*|over|below|above|under|"
    r"between|exceed\w*|trail\w*|from|per|by|as|als|hinter|vor|gegen|über|unter|zwischen|que|qu|di|sur|entre|contre)\b",
    re.I,
)
_OTHERS = re.compile(
    r"\b(?:but|while|whereas|however|others?|rest|average|mean|median|total|overall|all|each|both|\w{2,}est|most|least|"
    r"top|best|worst|leads?|leader|peak\w*|range\w*|aber|während|andere\w*|übrige\w*|mais|autres|pero|otros|resto)\b|[–—;]",
    re.I,
)
"""What stands in a sentence that speaks of more than the one name in it."""
_NEAR = 60
"""Characters between a name and the number that belongs to it."""
_LINK = re.compile(
    r"(?:[\s:=(*_`~≈–-]|\b(?:is|was|are|were|of|at|with|has|had|a|an|the|about|around|only|just|reaches|equals)\b)*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A number as it may be meant.

    Attributes:
        value: Its size.
        step: What its last digit stands for.
        digits: How many digits of it count.
        percent: Whether it is a number of hundredths.
        times: Whether it says how many times.
    """

    value: float
    step: float
    digits: int
    percent: bool = False
    times: bool = False

    @property
    def weak(self) -> bool:
        """Whether so few digits may agree with something by chance."""
        return self.digits <= 2

    @property
    def low(self) -> float:
        """The least number that is written so."""
        return self.value - 0.5 * self.step * 1.0000001

    @property
    def high(self) -> float:
        """The greatest number that is written so."""
        return self.value + 0.5 * self.step * 1.0000001

    def fits(self, number: float) -> bool:
        """Whether a number, or its opposite (fell by 3), is written so."""
        return self.low <= abs(number) <= self.high


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a sentence; ``date`` is the text of a whole date."""

    start: int
    end: int
    readings: tuple[Reading, ...] = ()
    date: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """One or several names next to each other, and the rows that they stand for: in each grid where there are any."""

    start: int
    end: int
    rows: Mapping[int, frozenset[int]]


@dataclass(frozen=True)
class Sentence:
    """A sentence with what was found in it.

    Attributes:
        text: The sentence.
        start: Where it begins in the whole text.
        numbers: Those that are to be checked.
        names: Names of rows.
        labels: Names of columns: where they stand, the grid and the column.
    """

    text: str
    start: int
    numbers: tuple[Number, ...]
    names: tuple[Name, ...]
    labels: tuple[tuple[int, int, int, int], ...] = field(default=())

    def rows_named(self, grid: int) -> frozenset[int]:
        """The rows of a grid that the sentence names."""
        return frozenset().union(*(name.rows.get(grid, frozenset()) for name in self.names))

    def name_of(self, number: Number) -> Name | None:
        """The name that a number surely belongs to; None where it may be another one or none."""
        order, at = self._order, self._order.index(number)
        following = order[at + 1] if at + 1 < len(order) else None
        if isinstance(following, Name) and _BRACKET.fullmatch(self.text, number.end, following.start):
            return following  # from 3.8 (US) to 20.2 (F9)
        run = self._run(at)
        before, after = self._run(run[0] - 1), self._run(run[1])
        for names in (before, after):
            if not names[1] - names[0] == run[1] - run[0] > 1:
                continue
            listed = self._is_list(names) and self._is_list(run)  # EWR and JFK have 15.1 and 12.1
            if listed or (self._is_range(names) and self._is_range(run)):  # from May to June it fell from 9.1 to 7.3
                name = order[names[0] + at - run[0]]
                return name if isinstance(name, Name) else None
        left = order[at - 1] if at == run[0] and before[1] - before[0] == 1 else None
        right = order[at + 1] if at == run[1] - 1 and after[1] - after[0] == 1 else None
        left = left if isinstance(left, Name) and self._joined(self._closed(left.end), number.start) else None
        right = right if isinstance(right, Name) and self._joined(number.end, right.start) else None
        if left and right:
            return left if isinstance(order[0], Name) else right
        return left or right or self._only_name

    def columns_of(self, number: Number, grid: int) -> set[int]:
        """The columns of a grid whose name stands right beside a number."""
        labels = [
            label
            for label in self.labels
            if label[2] == grid
            and (
                (label[1] <= number.start and _LINK.fullmatch(self._without_names(label[1], number.start)))
                or (number.end <= label[0] and not self.text[number.end : label[0]].strip(" *_`("))
            )
        ]
        beside = [
            other
            for other in self.labels
            for label in labels
            if other[2] == grid and other[1] <= label[0] and not self.text[other[1] : label[0]].strip(" *_`")
        ]
        return {label[3] for label in (*labels, *beside)}

    def _without_names(self, start: int, end: int) -> str:
        """What stands between two places, but for names of rows."""
        text = self.text[start:end]
        for name in reversed(self.names):
            if start <= name.start and name.end <= end:
                text = f"{text[: name.start - start]}{text[name.end - start :]}"
        return text

    @cached_property
    def _order(self) -> list[Number | Name]:
        return sorted((*self.numbers, *self.names), key=lambda part: part.start)

    @cached_property
    def _only_name(self) -> Name | None:
        """The name of a sentence that is about that name alone: it has one, and compares nothing."""
        if len(self.names) != 1 or _COMPARED.search(self.text) or _OTHERS.search(self.text):
            return None
        return self.names[0]

    def _run(self, at: int) -> tuple[int, int]:
        """Where the numbers, or the names, around a place in the order begin and end; outside of it nothing does."""
        order = self._order
        if not 0 <= at < len(order):
            return at, at
        first = last = at
        while first > 0 and type(order[first - 1]) is type(order[at]):
            first -= 1
        while last + 1 < len(order) and type(order[last + 1]) is type(order[at]):
            last += 1
        return first, last + 1

    def _is_list(self, run: tuple[int, int]) -> bool:
        """Whether only separators and units stand between the parts of a run."""
        parts = self._order[slice(*run)]
        gaps = [self.text[one.end : other.start] for one, other in itertools.pairwise(parts)]
        return all(_SEPARATOR.fullmatch(gap) for gap in gaps)

    def _is_range(self, run: tuple[int, int]) -> bool:
        """Whether a run leads from its first part to its second: ``from 3 to 5``, ``between May and June``."""
        if run[1] - run[0] != 2:
            return False
        one, other = self._order[slice(*run)]
        gap = self.text[one.end : other.start]
        return bool(_TO.fullmatch(gap) or (_AND.fullmatch(gap) and _BETWEEN.search(self.text[: one.start])))

    def _closed(self, end: int) -> int:
        """Where a name ends that stands in brackets: behind them."""
        return end + 1 if self.text[end : end + 1] in {")", "]"} else end

    def _joined(self, start: int, end: int) -> bool:
        gap = self.text[start:end]
        return len(gap) <= _NEAR and not _APART.search(gap) and not _COMPARED.search(gap)


def sentences(text: str, grids: Sequence[Grid]) -> Iterator[Sentence]:
    """The sentences of a text that have numbers, with what the grids call their rows and columns."""
    names = _names(grids)
    labels = _labels(grids)
    start = 0
    for end, following in [*((m.start(), m.end()) for m in _SENTENCE_END.finditer(text)), (len(text), len(text))]:
        part = text[start:end]
        if re.search(r"\d", part):
            names_in = tuple(_found_names(part, names))
            spans = [(name.start, name.end) for name in names_in]
            numbers = tuple(n for n in _numbers(part) if not any(a <= n.start and n.end <= b for a, b in spans))
            yield Sentence(part, start, numbers, names_in, tuple(_found_labels(part, labels)))
        start = following


def _numbers(text: str) -> Iterator[Number]:
    for match in _TOKEN.finditer(text):
        after = text[match.end() : match.end() + 1]
        if match["date"]:
            yield Number(match.start(), match.end(), date=match["date"])
        elif match["digits"] and not after.isalpha() and not _COUNTED.search(text[: match.start()]):
            if after in {".", ")"} and _LISTED.search(text[: match.start()]):  # 1. of a list
                continue
            rough = bool(_ROUGHLY.search(text[: match.start()]))
            end = match.end() - (len(match[0]) - len(match[0].rstrip()))
            yield Number(match.start(), end, tuple(_readings(match, rough)))


def _readings(match: re.Match[str], rough: bool) -> Iterator[Reading]:
    digits, power, unit = match["digits"], match["power"] or "", (match["unit"] or "").lower()
    texts = []
    if re.search(r"[.’\u202f\xa0]\d{3}|,\d{1,2}$", digits) and not re.search(r",\d{3}", digits):
        texts.append(re.sub(r"[.’\u202f\xa0]", "", digits).replace(",", "."))
    if re.fullmatch(r"[\d,]+(?:\.\d+)?", digits) and not re.search(r",\d{1,2}$", digits):
        texts.append(digits.replace(",", ""))
    scale = _SCALE.get(unit, 1.0)
    for text in texts:
        value, decimals = float(text + power), len(text.partition(".")[2])
        exponent = float(f"1{power}") if power else 1.0
        zeros = len(text) - len(text.rstrip("0")) if rough and not decimals and value >= 100 else 0
        counted = len(text.replace(".", "").lstrip("0")) - zeros
        step = 10.0 ** (zeros - decimals) * exponent * (2 if zeros else 1)  # more than 58,000 may be 58,665
        percent = unit in {"%", "per cent", "percent", "prozent"}
        yield Reading(value * scale, step * scale, max(counted, 1), percent, times=unit in {"x", "×"})


def _names(grids: Sequence[Grid]) -> dict[str, dict[int, frozenset[int]]]:
    names: dict[str, dict[int, frozenset[int]]] = {}
    for index, grid in enumerate(grids):
        for name, rows in grid.names.items():
            names.setdefault(name, {})[index] = rows
    return names


def _found_names(text: str, names: Mapping[str, Mapping[int, frozenset[int]]]) -> Iterator[Name]:
    """The names in a sentence, the longer one where two overlap; those of one row side by side are one."""
    small, spans = text.casefold(), list[Name]()
    for name, rows in names.items():
        exact = len(name) <= 3  # UA is a name, and ua is none
        if (name in text) if exact else (name.casefold() in small):
            pattern = rf"(?<!\w){re.escape(name)}(?!\w)"
            spans += [Name(m.start(), m.end(), rows) for m in re.finditer(pattern, text, 0 if exact else re.I)]
    chosen = list[Name]()
    for span in sorted(spans, key=lambda span: span.start - span.end):
        same = next((i for i, c in enumerate(chosen) if (c.start, c.end) == (span.start, span.end)), None)
        if same is not None:
            both = {*chosen[same].rows, *span.rows}
            rows = {g: chosen[same].rows.get(g, frozenset()) | span.rows.get(g, frozenset()) for g in both}
            chosen[same] = Name(span.start, span.end, rows)
        elif all(span.end <= c.start or c.end <= span.start for c in chosen):
            chosen.append(span)
    yield from _merged(text, sorted(chosen, key=lambda name: name.start))


def _merged(text: str, names: Sequence[Name]) -> list[Name]:
    """Names of the same rows side by side as one: Envoy Air (MQ), Adelie on Biscoe."""
    merged = list[Name]()
    for name in names:
        last = merged[-1] if merged else Name(0, 0, {})
        common = {g: rows & name.rows[g] for g, rows in last.rows.items() if g in name.rows}
        gap = text[last.end : name.start]
        if any(common.values()) and len(gap) <= _NEAR and not re.search(r"[\d,;]|\band\b", gap):
            merged[-1] = Name(last.start, name.end, {g: rows for g, rows in common.items() if rows})
        else:
            merged.append(name)
    return merged


def _labels(grids: Sequence[Grid]) -> list[tuple[re.Pattern[str], int, int]]:
    patterns = []
    for index, grid in enumerate(grids):
        for position, column in enumerate(grid.columns[:100]):
            if len(column.label) > 1 and not column.key:
                words = r"[\W_]+".join(map(re.escape, column.label.split()))
                patterns.append((re.compile(rf"(?<!\w){words}(?!\w)", re.I), index, position))
    return patterns


def _found_labels(text: str, labels: Sequence[tuple[re.Pattern[str], int, int]]) -> Iterator[tuple[int, int, int, int]]:
    """Names of columns in a sentence; the longer one where one holds another."""
    places = [(m.start(), m.end(), grid, column) for p, grid, column in labels for m in p.finditer(text)]
    for start, end, grid, column in places:
        longer = any(a <= start and end <= b and b - a > end - start and g == grid for a, b, g, _ in places)
        if not longer:
            yield start, end, grid, column
