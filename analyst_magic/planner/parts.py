"""The parts of a reading: what the rules make of a question's words, before they are put together to a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..turn import ColumnCard, DocumentFormat
from .linking import Tag
from .plan.schema import Condition, Dimension, Filter, Function, Measure


@dataclass(frozen=True, slots=True)
class Filler:
    """Words that change nothing: *and*, *is*, *please*."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Seek:
    """*show*, *list*, *which*, *different*: that something is wanted, and how it was said."""

    kind: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The frame's rows by a name; ``assumed`` where the word is neither the frame's name nor a word for rows."""

    tag: Tag
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A column that was named without a function; ``distinct`` for *different carriers*."""

    tag: Tag
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Times:
    """A unit of time that was named alone, as in *which month*."""

    tag: Tag


@dataclass(frozen=True, slots=True)
class Figure:
    """Figures that are asked for.

    Attributes:
        counted: The column whose entries are counted, where *different* was not said: ``number of carriers``.
        combined: Whether it is of all together: *combined population of Germany and France*.
    """

    measures: tuple[Measure, ...]
    counted: ColumnCard | None = None
    combined: bool = False


@dataclass(frozen=True, slots=True)
class Nested:
    """A figure of figures: the mean of the number of flights for each day."""

    outer: str
    inner: Measure
    unit: tuple[Dimension, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """What follows *by*, *per*, *for each*; ``within`` for *within each*, of which shares are."""

    dimensions: tuple[Dimension, ...]
    within: bool = False


@dataclass(frozen=True, slots=True)
class EachOne:
    """*for each* without a name behind it: of what was named before."""


@dataclass(frozen=True, slots=True)
class Extreme:
    """*the highest average delay*, *the most flights*, *the heaviest penguins*.

    Attributes:
        measure: The figure, where one was named.
        tag: The column, where one was named without a function.
        rows: The noun of the rows, where it follows.
        hint: What column the word points at where none was named.
    """

    descending: bool
    measure: Measure | None = None
    tag: Tag | None = None
    rows: Tag | None = None
    hint: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Common:
    """*the most common destination*: the value that most rows have."""

    column: ColumnCard
    descending: bool


@dataclass(frozen=True, slots=True)
class RankBy:
    """*top 5 carriers by number of flights*: what is ranked by."""

    measure: Measure | None = None
    tag: Tag | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """How many; ``descending`` for *top* and *bottom*."""

    count: int | None
    descending: bool | None = None
    last: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """A sort key: an axis, a column or a figure; all empty where none was named."""

    axis: str = ""
    tag: Tag | None = None
    measure: Measure | None = None


@dataclass(frozen=True, slots=True)
class Sort:
    """*sorted by ...*, *highest first*, *x axis in ascending order*."""

    keys: tuple[Key, ...]
    descending: bool | None
    worst: bool | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions on rows.

    Attributes:
        about: Whether they directly say more of what the rows are: *flights that are late*.
        each: Whether they name several values side by side, each of which has a figure: *for Desk and Chair*.
    """

    conditions: tuple[Condition, ...]
    about: bool = False
    each: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A kind of chart, an empty one for any chart.

    Attributes:
        kind: The kind, or an empty text.
        loose: Whether it was named by a word such as *distribution* that others override.
        compares: Whether values that are named side by side are to be compared.
    """

    kind: str
    loose: bool = False
    compares: bool = False


@dataclass(frozen=True, slots=True)
class Looks:
    """How the chart looks: *stacked*, *horizontal*."""

    changes: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is asked for."""

    format: DocumentFormat


@dataclass(frozen=True, slots=True)
class Colour:
    """*coloured by species*."""

    column: str


@dataclass(frozen=True, slots=True)
class Versus:
    """*against*, *vs*."""

    text: str


@dataclass(frozen=True, slots=True)
class Or:
    """*or* between two conditions."""


@dataclass(frozen=True, slots=True)
class SetOf:
    """*both A and B*, *only A*, *never A*: a condition on all rows of a group together."""

    kind: str
    condition: Filter


@dataclass(frozen=True, slots=True)
class Having:
    """*with more than 1,000 flights*: a condition on a figure of each group."""

    measure: Measure
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class Offset:
    """*second highest*: how many ranks are passed over."""

    count: int


@dataclass(frozen=True, slots=True)
class About:
    """A question about the data itself: what is missing, what columns there are."""

    what: str


@dataclass(frozen=True, slots=True)
class OtherFunction:
    """*the median instead*: a function in place of that of the question before."""

    function: Function
