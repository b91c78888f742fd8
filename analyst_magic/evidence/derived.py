"""Numbers that follow from results: differences, ratios, per cents, sums, shares and counts."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from .values import MAX_NAMED_ROWS, Column, Grid
from .words import Reading, Sentence

MAX_OPERANDS = 12
SMALL_TEXT = 3
"""Numbers of a text, or rows of a table, up to which a number may be rounded to one or two digits anywhere."""
_ENDS = re.compile(
    r"\b(?:\w+est|most|least|first|last|top|bottom|max\w*|min(?:imum)?|worst|best|peak\w*|range\w*|average\w*|mean|overall|"
    r"total|all|höchst\w*|niedrigst\w*|meist\w*|durchschnitt\w*|mittel\w*|insgesamt|maximal\w*|minimal\w*|moyenne|media|"
    r"promedio)\b",
    re.I,
)
"""Words for the rows at the ends of a table, by which a sentence means them without their names."""

_MORE = re.compile(
    r"\b(?:more|less|fewer|differ\w*|gaps?|high\w*|low\w*|long\w*|short\w*|young\w*|old\w*|rose|fell|fall\w*|rise\w*|"
    r"increas\w*|decreas\w*|drop\w*|grew|grow\w*|ahead|behind|above|below|than|margin|apart|larg\w*|small\w*|"
    r"great\w*|late\w*|earl\w*|fast\w*|slow\w*|better|worse|change\w*|away|gain\w*|lost|points?|"
    r"spread|range\w*|trail\w*|beat\w*|exceed\w*|surpass\w*|outpace\w*|lag\w*|lead\w* by|"
    r"mehr|weniger|höher\w*|niedriger\w*|unterschied\w*|länger\w*|kürzer\w*|gestiegen|gefallen|plus|moins|différence|écart|"
    r"más|menos|diferencia|più|meno|differenza|meer|minder|verschil)\b",
    re.I,
)
_TIMES = re.compile(
    r"\b(?:times|fold|factor|ratio|mal|fache\w*|fois|veces|volte|keer|for every|for each|per)\b|-fold", re.I
)
_SUM = re.compile(
    r"\b(?:total\w*|sum\w*|together|combined|in all|altogether|overall|all|both|insgesamt|zusammen|summe|gesamt|"
    r"ensemble|en tout|juntos|suma|en total|somma|insieme|samen)\b",
    re.I,
)
_MEAN = re.compile(r"\b(?:average\w*|mean|durchschnitt\w*|mittel\w*|moyenne|media|promedio|gemiddeld\w*)\b", re.I)
_OF = re.compile(
    r"\b(?:of|as|share|rate|ratio|per|makes?|accounts?|von|de|des|du|del|di|van|anteil|quote)\b|,|\(", re.I
)
_REST = re.compile(r"\b(?:others?|rest|remaining|remainder|übrigen?|anderen?|autres|resto|otros)\b", re.I)
_POINTS = re.compile(r"\b(?:points?|pp|prozentpunkte?)\b", re.I)
_LIMIT = re.compile(
    r"\b(?:above|below|over|under|more than|less than|fewer than|at least|at most|exceed\w*|beyond|up to|über|unter|"
    r"mehr als|weniger als|mindestens|höchstens)\s+(?:\$|€)?$",
    re.I,
)
_COUNT = re.compile(
    r"\b(?:of|above|below|over|under|more|less|fewer|least|most|exceed\w*|negative|positive|no|missing|null|zero|only|"
    r"von|über|unter|mehr|weniger|de|plus|moins|más|menos)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Derivation:
    """Which ways to get at a number are tried: those that its unit, its digits and the words around it allow."""

    text: str
    reading: Reading
    elsewhere: bool = False

    @property
    def strong(self) -> bool:
        """Whether a number cannot well agree with something by chance, nor is the result of something else."""
        return not (self.reading.weak or self.elsewhere)

    def pair(self, a: float, b: float) -> Iterator[float]:
        """What follows from two results of a kind."""
        reading, strong = self.reading, self.strong
        if reading.percent:
            yield from self._percent(a, b)
            return
        if (strong or reading.times or _TIMES.search(self.text)) and b:
            yield a / b
        if not reading.times and (strong or _MORE.search(self.text)):
            yield a - b
        if _POINTS.search(self.text):
            yield 100 * (a - b)

    def _percent(self, a: float, b: float) -> Iterator[float]:
        """The per cents that follow from two results; the result of another row follows from a comparison alone."""
        compared = bool(_MORE.search(self.text))
        if self.elsewhere and not compared:
            return
        if b and _OF.search(self.text):
            yield 100 * a / b
        if compared:
            yield from (100 * (a - b) / b,) if b else ()
            yield from (a - b, 100 * (a - b))

    def share(self, a: float, whole: float) -> Iterator[float]:
        """The part that a result is of a whole."""
        if whole and self.reading.percent and (not self.elsewhere or _SUM.search(self.text)):
            yield from (100 * a / whole, 100 - 100 * a / whole)
        elif whole and self.strong and self.reading.value < 1:
            yield a / whole

    @property
    def sums(self) -> bool:
        """Whether sums are tried."""
        return not self.reading.percent and bool(self.strong or _SUM.search(self.text))


def of_column(
    tried: Derivation, grid: Grid, column: Column, rows: Sequence[int], named: Sequence[int]
) -> Iterator[float]:
    """What follows from results of one column: of some rows, and of the rows next to them and at its ends."""
    ends = column.ends if tried.strong or rows or _ENDS.search(tried.text) else []
    nearby = [row + step for row in rows[:MAX_OPERANDS] for step in (-1, 1) if 0 <= row + step < grid.rows]
    first = [row for row in (rows or ends)[:MAX_OPERANDS] if column.values[row] is not None]
    strong = tried.strong
    others = dict.fromkeys([*first, *(nearby if strong else ()), *ends]) if strong or not rows else first
    for a, b in itertools.product(first, others):
        one, other = column.values[a], column.values[b]
        if a != b and one is not None and other is not None:
            yield from tried.pair(one, other)
            yield from tried.pair(other, one)
    wholes = list(_wholes(grid, column, first))
    for row in first:
        for whole in wholes:
            yield from tried.share(column.values[row] or 0.0, whole)
    together = math.fsum(column.values[row] or 0.0 for row in named)
    if tried.sums:
        yield from wholes
        yield from _rests(tried, column, named)
        yield from [together] if len(named) > 1 else []
        yield from [math.fsum(column.values[row] or 0.0 for row in first)] if len(rows) > 1 else []
    if len(named) > 1:
        for whole in wholes:
            yield from tried.share(together, whole)
    if _MEAN.search(tried.text) and not tried.reading.percent and strong:
        yield column.total / len(column.ordered)


def _rests(tried: Derivation, column: Column, named: Sequence[int]) -> Iterator[float]:
    """What is left of a column without some rows: those that the sentence names, else one at an end."""
    if _REST.search(tried.text):
        yield column.total - math.fsum(column.values[row] or 0.0 for row in named)
        yield from (column.total - (column.values[row] or 0.0) for row in named or column.ends)


def _wholes(grid: Grid, column: Column, rows: Sequence[int]) -> Iterator[float]:
    """What rows of a column may be shares of: all of it, its rows of the same group, and rows that are totals."""
    if len(column.ordered) > 1:
        yield column.total
    totals = [row for row in range(min(grid.rows, 1000)) if grid.is_total(row)]
    yield from (column.values[row] or 0.0 for row in totals[:MAX_OPERANDS])
    if totals:
        yield column.total - math.fsum(column.values[row] or 0.0 for row in totals)
    for group in grid.groups if len(grid.groups) > 1 else ():
        for text in dict.fromkeys(group[row] for row in rows):
            if group.count(text) > 1:
                yield math.fsum(column.values[row] or 0.0 for row in range(grid.rows) if group[row] == text)


def across(tried: Derivation, grid: Grid, rows: Sequence[int], labels: Collection[int]) -> Iterator[float]:
    """What follows from two columns of one row: cancelled flights of all flights."""
    columns = [(at, column) for at, column in enumerate(grid.columns[:8]) if not column.key]
    loose = tried.reading.percent or tried.strong or bool(_TIMES.search(tried.text))
    for row in dict.fromkeys(rows or (range(grid.rows) if grid.rows <= SMALL_TEXT else ())):
        for (i, one), (j, other) in itertools.permutations(columns, 2):
            a, b = one.values[row], other.values[row]
            if a is not None and b and (loose or {i, j} <= set(labels)):
                yield from tried.pair(a, b)


def is_bound(tried: Derivation, grids: Sequence[Grid], before: str, others: Sequence[Reading]) -> bool:
    """Whether a number is a limit that the sentence sets itself: another number counts the rows on one side of it.

    >>> from .values import Column, Grid
    >>> grid, said = Grid((Column("x", [1.0, 2.0, 9.0]),), 3), "2 rows are below "
    >>> is_bound(Derivation(f"{said}5", Reading(5.0, 1.0, 1)), [grid], said, [Reading(2.0, 1.0, 1)])
    True
    """
    if not _LIMIT.search(before):
        return False
    value = tried.reading.value
    for column in (column for grid in grids for column in grid.columns if len(column.values) <= MAX_NAMED_ROWS):
        above, below = sum(v > value for v, _ in column.ordered), sum(v < value for v, _ in column.ordered)
        sides = {above, below, len(column.ordered) - above, len(column.ordered) - below}
        if any(other.step == 1 and not other.percent and other.value in sides for other in others):
            return True
    return False


def counted_in(tried: Derivation, column: Column, sentence: Sentence) -> Iterator[float]:
    """How many rows are above or below a number that the sentence names, negative, or missing."""
    if len(column.values) > MAX_NAMED_ROWS or tried.reading.step != 1 or tried.reading.percent:
        return
    if not _COUNT.search(tried.text):
        return
    bounds = {0.0, *(r.value for n in sentence.numbers for r in n.readings if r.value != tried.reading.value)}
    values = [value for value, _ in column.ordered]
    for bound in list(bounds)[:MAX_OPERANDS]:
        above, below = sum(v > bound for v in values), sum(v < bound for v in values)
        yield from (above, below, len(values) - above, len(values) - below)
    yield len(column.values) - len(values)
