"""Numbers in a model's prose, held against what was computed: one that no result holds is marked.

A number beside a name has to be in a row of that name: where EWR has 15.1 and LGA 10.3, "LGA 15.1" is wrong though
both numbers are there. What follows from two results passes too: differences, ratios, per cents, sums, shares and
counts. With so many ways a small number agrees with something by chance, so what is tried is bounded: rows that the
sentence names or whose numbers it cites, else the first, the last, the highest and the lowest; and a number of one or
two digits needs words that say how it follows ("more than", "times", "in all").
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ..context.aggregates import DIGITS
from ..turn import Output
from .derived import _ENDS, MAX_OPERANDS, SMALL_TEXT, Derivation, across, counted_in, is_bound, of_column
from .values import Column, Grid, grids, numbers_in
from .words import Number, Reading, Sentence, sentences

MARK = " [not found in a result]"
UNCHECKED = " [not checked]"
"""The mark where nothing was computed for the question, so that there is nothing to find a number in."""

_COLUMNS = re.compile(r"\b(?:columns?|fields?|variables?|spalten|colonnes?|columnas?|colonne|kolommen)\b", re.I)
# What stands before or after the number of an hour, a month or a rank.
_AT = re.compile(
    r"(?:\b(?:at|in|on|until|till|from|between|and|or|to|hours?|months?|years?|weeks?|days?|quarters?|rank|number|no|um|"
    r"bis|von|zwischen|und|à|de|a las|y|alle)\.?|[#–-])\s*[*_`(]*$",
    re.I,
)
_MONTH = re.compile(r"\b(?:jan|feb|mar|mär|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])", re.I)

_EXTREME = re.compile(
    r"\b(?:(?P<high>highest|largest|biggest|maximum|max|peaks?|peaked)|lowest|smallest|minimum|min|trough)\b", re.I
)
_NO_END = re.compile(
    r"\b(?:second|third|fourth|next|\d(?:nd|rd|th)|among|per|fall|falls|fell|drop\w*|loss\w*|declin\w*|negative|early|"
    r"average|mean|median|of the|top|than|with)\b",
    re.I,
)
"""Words with which the highest or lowest is another one than that of the column."""
MIN_ROWS_OF_ENDS = 3

Cell = tuple[int, int, int]
"""A grid, a column and a row."""


def traced(text: str, outputs: Iterable[Output], given: str = "", *, mark: str = MARK) -> tuple[str, int]:
    """Prose with a mark behind each number that no result holds, to the digits that it is written with.

    Args:
        text: The prose.
        outputs: What was computed.
        given: What numbers may come from besides: the question, and the code that the prose stands beside.
        mark: What is put behind such a number.

    Returns:
        The prose, and how many numbers were marked.
    """
    unknown = unknown_ends(text, tuple(grids(outputs)), given)
    for end in reversed(unknown):
        text = text[:end] + mark + text[end:]
    return text, len(unknown)


def unknown_ends(text: str, computed: Sequence[Grid], given: str = "") -> list[int]:
    """Where the numbers of a prose end that no result holds, in its order.

    Args:
        text: The prose.
        computed: What was computed, as ``values.grids`` gives it.
        given: What numbers may come from besides.
    """
    source = _Source(tuple(computed), given)
    unknown, cited = list[int](), list[tuple[Reading, Cell | None]]()
    for sentence in sentences(text, source.grids):
        earlier, cited = cited[-MAX_OPERANDS:], []
        unmatched = list[Number]()
        for number in sentence.numbers:
            cells, known = source.direct(sentence, number)
            if known:
                cited += [(number.readings[0], cell) for cell in _few(cells)] if number.readings else []
            else:
                unmatched.append(number)
        for number in unmatched:
            if not source.follows(sentence, number, [*earlier, *cited][-2 * MAX_OPERANDS :]):
                unknown.append(sentence.start + number.end)
    return unknown


@dataclass(frozen=True)
class _Source:
    """What numbers may come from."""

    grids: tuple[Grid, ...]
    given: str
    numbers: tuple[float, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "numbers", tuple(set(numbers_in(self.given))))

    def direct(self, sentence: Sentence, number: Number) -> tuple[list[Cell], bool]:
        """The cells that a number is, and whether it is known: by them, as a date, or as given."""
        if number.date:
            dates = (date for grid in self.grids for date in grid.dates)
            texts = (text for grid in self.grids for group in grid.groups for text in group if text)
            return [], number.date in self.given or any(number.date in text for text in itertools.chain(dates, texts))
        cells = [cell for reading in number.readings for cell in self._cells(sentence, number, reading)]
        if cells:
            return cells, True
        return [], any(
            self._is_given(reading) or self._is_count(sentence, reading) or self._is_part(sentence, number, reading)
            for reading in number.readings
        )

    def _is_given(self, reading: Reading) -> bool:
        if reading.weak:
            return any(abs(value) == reading.value for value in self.numbers)
        return any(reading.fits(value) or (reading.percent and reading.fits(100 * value)) for value in self.numbers)

    def _is_count(self, sentence: Sentence, reading: Reading) -> bool:
        """Whether it is a number of rows, of columns, or of different texts."""
        counts = set[int]()
        for index, grid in enumerate(self.grids):
            different = {len(set(group) - {None}): label for group, label in zip(grid.groups, grid.labels, strict=True)}
            counts |= {grid.rows, *(n for n, label in different.items() if label and label in sentence.text.casefold())}
            counts |= {len(name.rows[index]) for name in sentence.names if index in name.rows}
            counts |= {grid.width} if _COLUMNS.search(sentence.text) else set()
        return not reading.percent and reading.step == 1 and reading.value in counts - {0, 1}

    def _is_part(self, sentence: Sentence, number: Number, reading: Reading) -> bool:
        """Whether it is a part of a date or a text that a result holds: a year, or a day beside its month."""
        around = sentence.text[max(0, number.start - 12) : number.end + 12]
        if reading.step != 1 or not (reading.value >= 1000 or _MONTH.search(around)):
            return False
        return any(reading.value in grid.parts for grid in self.grids)

    def _cells(self, sentence: Sentence, number: Number, reading: Reading) -> Iterator[Cell]:
        """The cells that hold a number, but for those of rows and columns other than the ones named beside it."""
        name = sentence.name_of(number)
        for index, grid in enumerate(self.grids):
            beside = sentence.columns_of(number, index)
            rows = name.rows.get(index) if name is not None else None
            for position, column in enumerate(grid.columns):
                if beside and position not in beside and not column.key:
                    continue
                for row in _rows(column, _as_rounded(reading) if grid.rounded else reading):
                    if column.key:
                        if self._is_key(sentence, number, reading, (index, position, row)):
                            yield index, position, row
                    elif (
                        (rows is None or row in rows or grid.is_total(row))
                        and _is_close(sentence, sentence.rows_named(index), grid, column, row, reading)
                        and (sentence.names or _may_be_end(sentence.text[: number.start], column, row))
                    ):
                        yield index, position, row

    def _is_key(self, sentence: Sentence, number: Number, reading: Reading, cell: Cell) -> bool:
        """Whether the number of an hour, a month or a rank stands as such, and does not count something else."""
        index, position, row = cell
        if not reading.weak:
            return True
        before, after = sentence.text[: number.start], sentence.text[number.end :]
        label = self.grids[index].columns[position].label
        counts = re.match(r"[\s*_`]+\w{3,}s\b", after)
        if (_AT.search(before) and not counts) or (label and before.rstrip(" *_:`").casefold().endswith(label)):
            return True
        if not re.match(r"\s*[*_`]*\w", after):
            return True
        others = [c.values[row] for i, c in enumerate(self.grids[index].columns) if i != position]
        cited = [r for other in sentence.numbers if other is not number for r in other.readings if not r.weak]
        return any(value is not None and reading.fits(value) for value in others for reading in cited)

    # -- what follows from results -------------------------------------------------------------------------------------

    def follows(self, sentence: Sentence, number: Number, cited: Sequence[tuple[Reading, Cell | None]]) -> bool:
        """Whether a number follows from results that the sentence, or the one before it, names or cites."""
        others = [reading for other in sentence.numbers if other is not number for reading in other.readings]
        before = sentence.text[: number.start]
        if any(is_bound(Derivation(sentence.text, r), self.grids, before, others) for r in number.readings):
            return True
        return any(
            reading.fits(value)
            for reading in number.readings
            for value in self._derived(sentence, Derivation(sentence.text, reading, self._is_elsewhere(reading)), cited)
        )

    def _is_elsewhere(self, reading: Reading) -> bool:
        """Whether a number is a result, though not of the row or column that it stands beside."""
        return not reading.weak and any(
            _rows(column, reading) for grid in self.grids for column in grid.columns if not column.key
        )

    def _derived(
        self, sentence: Sentence, tried: Derivation, cited: Sequence[tuple[Reading, Cell | None]]
    ) -> Iterator[float]:
        reading = tried.reading
        for one, other in itertools.permutations([r for r, _ in cited[-MAX_OPERANDS:]], 2):
            yield from tried.pair(one.value, other.value)
        if reading.percent:
            yield from (100 - r.value for r, _ in cited if r.percent)
        for index, grid in enumerate(self.grids):
            named = sentence.rows_named(index)
            here = [cell for _, cell in cited if cell is not None and cell[0] == index]
            for position, column in enumerate(grid.columns):
                if not column.key and column.ordered:
                    rows = [*named, *(row for _, at, row in here if at == position)]
                    yield from of_column(tried, grid, column, list(dict.fromkeys(rows)), sorted(named))
                    yield from counted_in(tried, column, sentence)
            labels = {column for _, _, at, column in sentence.labels if at == index}
            yield from across(tried, grid, [*named, *(row for _, _, row in here)], labels)


def _as_rounded(reading: Reading) -> Reading:
    """A whole number as one of three digits, where it may be one: 328,521 is told as 329,000."""
    unit = 10.0 ** (len(str(int(reading.value))) - DIGITS) if reading.step == 1 else 1.0
    return replace(reading, step=unit) if unit > 1 and reading.value % unit == 0 else reading


def _few(cells: Sequence[Cell]) -> list[Cell | None]:
    """Some of the cells that a number is, to go on from; none of them where it was given."""
    return list(cells[:3]) or [None]


def _rows(column: Column, reading: Reading) -> list[int]:
    """The rows of a column whose number is written so."""
    ends = [(reading.low, reading.high), (-reading.high, -reading.low)]
    if reading.percent:  # a share may be computed as a fraction
        ends += [(low / 100, high / 100) for low, high in ends[:2]]
    return list(dict.fromkeys(row for low, high in ends for row in column.rows_near(low, high)))


def _may_be_end(before: str, column: Column, row: int) -> bool:
    """Whether a cell may stand behind words: behind "the highest is" only the highest of its column may."""
    found = list(_EXTREME.finditer(before))
    if not found or _NO_END.search(before) or len(column.ordered) < MIN_ROWS_OF_ENDS:
        return True
    end = column.ordered[-1 if found[-1]["high"] else 0][0]
    return column.values[row] == end


def _is_close(
    sentence: Sentence, named: frozenset[int], grid: Grid, column: Column, row: int, reading: Reading
) -> bool:
    """Whether a cell is the number: one or two digits are enough for it where the sentence points at the row."""
    value = abs(column.values[row] or 0.0)
    if not reading.weak or reading.value == value or reading.step < 1:
        return True
    if grid.rows <= SMALL_TEXT:
        return True
    return row in named if named else row in column.ends and bool(_ENDS.search(sentence.text))
