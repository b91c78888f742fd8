"""The numbers of results, each with the names that it stands beside: what a sentence about them is held against."""

from __future__ import annotations

import bisect
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa

from ..turn import Attempt, Output
from .times import times_named

MAX_VALUES = 2_000_000
"""Cells of a table whose numbers are looked at."""
MAX_NAMED_ROWS = 20_000
"""Rows of a table whose names are looked at."""
MAX_TIMES = 2_000
"""Rows of a table whose dates are names of them."""
MAX_TEXT = 100_000
MAX_NAME = 80
MAX_LINE_WORDS = 4
NUMBER_IN_TEXT = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?")
TOTAL = re.compile(
    r"(?:grand )?total|all|overall|sum|everything|gesamt|summe|insgesamt|alle|ensemble|tout|todos?|tutti|totaal", re.I
)
"""Names of rows that hold the whole, with which any part may be compared."""
# Words that stand in sentences anyway: as a value of a column they name no row.
_WORDS = frozenset(
    "a an and are as at be by for from he high i if in into is it its low me more most my no none nan not null of off"
    " on or other others she so that the there they this to true false unknown was we were with yes you der die das und"
    " ja nein le la les et oui non el los y si".split()
)


@dataclass(frozen=True, slots=True)
class Column:
    """The numbers of one column.

    Attributes:
        label: Its name, as words in small letters.
        values: One for each row; None where there is none.
        key: Whether its numbers name the rows (hours, months, ranks) instead of measuring something.
        ordered: The values with their rows, by size.
    """

    label: str
    values: Sequence[float | None]
    key: bool = False
    ordered: Sequence[tuple[float, int]] = field(init=False, repr=False, default=())

    def __post_init__(self) -> None:
        pairs = sorted((value, row) for row, value in enumerate(self.values) if value is not None)
        object.__setattr__(self, "ordered", pairs)

    def rows_near(self, low: float, high: float, most: int = 100) -> list[int]:
        """Rows whose value is between two numbers."""
        at, rows = bisect.bisect_left(self.ordered, (low, -1)), list[int]()
        while at < len(self.ordered) and self.ordered[at][0] <= high and len(rows) < most:
            rows.append(self.ordered[at][1])
            at += 1
        return rows

    @property
    def total(self) -> float:
        """The sum of all rows."""
        return math.fsum(value for value, _ in self.ordered)

    @property
    def ends(self) -> list[int]:
        """The rows that a sentence means without their names: the first, the last, the highest and the lowest."""
        ends = [0, len(self.values) - 1, self.ordered[0][1], self.ordered[-1][1]] if self.ordered else []
        return [row for row in dict.fromkeys(ends) if self.values[row] is not None]


@dataclass(frozen=True)
class Grid:
    """The numbers of one result by rows and columns.

    Attributes:
        columns: The columns of numbers.
        rows: Number of rows.
        names: The rows that have a text as a value of a column, by that text.
        groups: For each column of texts, the text of each row.
        labels: The name of each such column, as words in small letters.
        dates: Texts of dates and times.
        width: Number of columns, also of those without numbers.
        rounded: Whether a model may have been told its numbers to three digits only, as those of aggregates are.
    """

    columns: tuple[Column, ...]
    rows: int
    names: dict[str, frozenset[int]] = field(default_factory=dict)
    groups: tuple[tuple[str | None, ...], ...] = ()
    labels: tuple[str, ...] = ()
    dates: frozenset[str] = frozenset()
    width: int = 0
    rounded: bool = False

    @cached_property
    def parts(self) -> frozenset[float]:
        """The numbers that stand in its dates and texts."""
        texts = {*self.dates, *(text for group in self.groups for text in group if text)}
        return frozenset(abs(number) for text in texts for number in numbers_in(text.replace("-", " ")))

    def is_total(self, row: int) -> bool:
        """Whether a row holds the whole."""
        return any(group[row] is not None and TOTAL.fullmatch(group[row] or "") for group in self.groups)


def computed(attempts: Iterable[Attempt]) -> list[Output]:
    """What attempts computed that a sentence may be about: tables, texts and answer lines; no tool's answer is."""
    ran = [attempt for attempt in attempts if attempt.execution is not None and attempt.code.format != "tool"]
    outputs = [o for attempt in ran if attempt.execution is not None for o in attempt.execution.outputs]
    return [o for o in outputs if o.kind in {"table", "text", "answer"} and o.stream not in {"stderr", "warnings"}]


def grids(outputs: Iterable[Output]) -> list[Grid]:
    """The numbers of tables and texts."""
    tables = []
    for output in outputs:
        if output.kind in {"text", "answer"}:
            tables.append(_of_text(str(output.data)))
        elif output.kind == "table" and output.data.num_rows * max(1, output.data.num_columns) <= MAX_VALUES:
            tables.append(_of_table(output))
    return tables


def numbers_in(text: str) -> list[float]:
    """The numbers that stand in a text."""
    return [float(number.replace(",", "")) for number in NUMBER_IN_TEXT.findall(text[:MAX_TEXT])]


def words_of(label: Any) -> str:
    """A label as words in small letters: ``mean_delay`` is mean delay."""
    return re.sub(r"[\W_]+", " ", str(label)).strip().casefold()


def _of_table(output: Output) -> Grid:
    table: pa.Table = output.data
    labels = output.labels if len(output.labels) == table.num_columns else table.column_names
    columns, dates = list[Column](), set[str]()
    groups, of_groups, times = list[tuple[str | None, ...]](), list[str](), list[Sequence[str | None]]()
    for label, column in zip(labels, table.columns, strict=True):
        if _is_number(column.type):
            values = [v if v is not None and math.isfinite(v) else None for v in _floats(column)]
            columns.append(Column(words_of(label), values, _is_key(column.type, values)))
            if columns[-1].key and re.search(r"\byears?\b", columns[-1].label):
                times.append([f"{value:.0f}" if value is not None else None for value in values])
        elif pa.types.is_temporal(column.type):
            shown = column.cast(pa.string()).to_pylist()
            dates |= set(shown) - {None}
            times.append(shown)
        elif table.num_rows <= MAX_NAMED_ROWS and (texts := _texts(column)) is not None:
            groups.append(texts)
            of_groups.append(words_of(label))
            if any(text is not None and re.fullmatch(r"\d{1,9}", text) for text in texts):  # numbers written as text
                keys = [float(t) if t is not None and re.fullmatch(r"\d{1,9}", t) else None for t in texts]
                columns.append(Column(words_of(label), keys, key=True))
    if len(columns) == 1 and not groups:  # numbers alone measure something
        columns = [Column(columns[0].label, columns[0].values)]
    names = {**(times_named([*times, *groups]) if table.num_rows <= MAX_TIMES else {}), **_names(groups)}
    texts_of = names, tuple(groups), tuple(of_groups)
    return Grid(tuple(columns), table.num_rows, *texts_of, frozenset(dates), table.num_columns, bool(output.behind))


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _floats(column: pa.ChunkedArray) -> list[float | None]:
    return list(column.cast(pa.float64(), safe=False).to_pylist())


def _is_key(kind: pa.DataType, values: Sequence[float | None]) -> bool:
    """Whether whole numbers follow each other, each once, as hours, months, years and ranks do."""
    known = [value for value in values if value is not None]
    if not pa.types.is_integer(kind) or len(known) < 3 or len(set(known)) < len(values):
        return False
    return max(known) - min(known) < 2 * len(known)


def _texts(column: pa.ChunkedArray) -> tuple[str | None, ...] | None:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return None
    return tuple(column.to_pylist())


def _names(groups: Sequence[Sequence[str | None]]) -> dict[str, frozenset[int]]:
    rows: dict[str, set[int]] = {}
    for group in groups:
        for row, text in enumerate(group):
            for name in _called(text) if text else ():
                rows.setdefault(name, set()).add(row)
    return {name: frozenset(rows_of) for name, rows_of in rows.items()}


def _called(text: str) -> Iterator[str]:
    """What a row is called in a sentence: its text, where that is no ordinary word and no number."""
    name = text.strip()
    if 1 < len(name) <= MAX_NAME and name.casefold() not in _WORDS and not re.fullmatch(r"[\d\W_]+", name):
        yield name


def _of_text(text: str) -> Grid:
    """The numbers of a text; a line with one number calls it by the words before it."""
    values, names = list[float | None](), dict[str, set[int]]()
    for line in text[:MAX_TEXT].splitlines():
        matches = list(NUMBER_IN_TEXT.finditer(line))
        if len(matches) == 1:
            name = line[: matches[0].start()].strip(" \t:=-|")
            if len(name.split()) <= MAX_LINE_WORDS:
                for called in _called(name):
                    names.setdefault(called, set()).add(len(values))
        values += [float(match[0].replace(",", "")) for match in matches]
    column = Column("", values)
    return Grid((column,) if values else (), len(values), {n: frozenset(rows) for n, rows in names.items()})
