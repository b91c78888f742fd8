"""The terms of a plan: expressions, conditions, groups, figures, and figures over other rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from .kinds import PAIRED, SORTED, VALUES, Function, Name, Operator, Part, PlanPart, Scalar, TimeBin, WindowFunction


class Calculation(PlanPart):
    """Arithmetic, or the time from ``left`` to ``right`` in whole units."""

    operator: Literal["+", "-", "*", "/", "minutes", "hours", "days", "weeks", "months", "years"]
    left: Operand
    right: Operand


class Extract(PlanPart):
    """A part of a time or a text: its year, its length."""

    part: Part | Literal["length", "lower", "upper", "first word", "absolute", "rounded", "logarithm"]
    of: Operand


class Choice(PlanPart):
    """One value where a condition holds, another where it does not."""

    when: Condition
    then: Scalar
    otherwise: Scalar | None = None


Operand = Name | int | float | Calculation | Extract | Choice
"""A column by its name, a number, or an expression."""


class Derived(PlanPart):
    """A column computed for each row: ``revenue`` as ``quantity * unit_price``."""

    name: Name
    value: Operand
    unit: str = Field(default="", description="What stands behind its values, such as % or days.")


class Filter(PlanPart):
    """A condition on one column."""

    column: str
    operator: Operator
    values: tuple[Scalar, ...] = Field(
        default=(),
        description="Two for between, none for is null, one or more for in and contains, else one. Times as ISO text.",
    )
    part: Part | None = Field(
        default=None,
        description="Compare this part of a date or time instead: month 1 to 12, day of week 1 (Monday) to 7.",
    )
    other: Name | Measure | None = Field(
        default=None,
        description="Compare with another column, or with a figure over all rows (of the plan's source), not a value.",
    )
    label: str = Field(default="", description="What the values were called, where that says more: last month.")

    @model_validator(mode="after")
    def _has_its_values(self) -> Filter:
        if self.other is not None:
            if self.values or self.operator not in {"=", "!=", "<", "<=", ">", ">="}:
                raise ValueError("a column is compared with another by =, !=, <, <=, > or >=, without values")
            return self
        wanted = VALUES.get(self.operator, 1)
        several = self.operator in {"in", "not in", "contains", "not contains"}
        if len(self.values) < 1 if several else len(self.values) != wanted:
            raise ValueError(f"the operator {self.operator} takes {'some' if several else wanted} values")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the condition names."""
        return (self.column, self.other) if isinstance(self.other, str) else (self.column,)


class Period(PlanPart):
    """A stretch of time: from ``start`` on, before ``end``; either may be open. Both are ISO text."""

    column: str
    start: str | None = None
    end: str | None = None
    label: str = Field(default="", description="What it was called, such as last month.")

    @model_validator(mode="after")
    def _has_an_end(self) -> Period:
        if self.start is None and self.end is None:
            raise ValueError("a period has a start or an end")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the condition names."""
        return (self.column,)


class Outlier(PlanPart):
    """Values far from the others: beyond the quartiles by ``factor`` interquartile ranges, or from the mean by so many
    standard deviations."""

    column: str
    method: Literal["interquartile range", "standard deviation"] = "interquartile range"
    factor: float = Field(default=1.5, gt=0)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the condition names."""
        return (self.column,)


class Related(PlanPart):
    """Rows that have (or, with ``none``, have not) a row of another frame with the same key."""

    frame: str
    key: str
    other: str
    where: tuple[Condition, ...] = ()
    none: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the first frame that the condition names."""
        return (self.key,)


class Rows(PlanPart):
    """A condition on a group by its rows: some of them, none of them or all of them are so. For ``having`` alone."""

    which: Literal["some", "no", "all"]
    where: tuple[Condition, ...] = Field(min_length=1)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the condition names."""
        return columns_of(self.where)


class AllOf(PlanPart):
    """All of these hold."""

    all_of: tuple[Condition, ...] = Field(min_length=1)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the condition names."""
        return columns_of(self.all_of)


class AnyOf(PlanPart):
    """One of these holds, or several."""

    any_of: tuple[Condition, ...] = Field(min_length=1)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the condition names."""
        return columns_of(self.any_of)


class Not(PlanPart):
    """The contrary: a row where that cannot be told, as a value is missing, is one of these."""

    negated: Condition

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the condition names."""
        return self.negated.columns


Condition = Filter | Period | Outlier | Related | Rows | AllOf | AnyOf | Not


def columns_of(conditions: tuple[Condition, ...]) -> tuple[str, ...]:
    """The columns that conditions name, each once."""
    return tuple(dict.fromkeys(name for condition in conditions for name in condition.columns))


class Dimension(PlanPart):
    """What rows are grouped by: a column as it is, a bin of a time, or numeric bins."""

    column: str
    time: TimeBin | None = None
    width: float | None = Field(
        default=None, gt=0, description="Width of numeric bins; a bin is named by its lower edge."
    )
    edges: tuple[float, ...] = Field(default=(), description="Edges of numeric bands: 18, 65 make three of them.")
    fiscal: int = Field(default=1, ge=1, le=12, description="The month in which years and quarters begin.")
    name: Name | None = None

    @model_validator(mode="after")
    def _is_binned_once(self) -> Dimension:
        if sum(map(bool, (self.time, self.width, self.edges))) > 1:
            raise ValueError("a dimension has either time bins or numeric bins")
        if list(self.edges) != sorted(set(self.edges)):
            raise ValueError("the edges of bands rise")
        if self.fiscal != 1 and self.time not in {"year", "quarter", "quarter of year"}:
            raise ValueError("a fiscal calendar has years and quarters")
        return self


class Measure(PlanPart):
    """A figure computed for each group, or for all rows."""

    function: Function
    column: str | None = Field(default=None, description="None counts rows; share is then the percentage of all rows.")
    other: str | None = Field(
        default=None,
        description="The second column: of a correlation, a ratio (the denominator), a weighted mean (the weight), a "
        "regression (what runs across), of distinct pairs; of first and last what sorts the rows.",
    )
    fraction: float | None = Field(default=None, ge=0, le=1, description="Of a quantile: 0.9 is the 90th percentile.")
    where: tuple[Condition, ...] = Field(
        default=(),
        description="Only these rows of the group count; a share is then the percentage of the group's rows.",
    )
    within: tuple[Name, ...] = Field(
        default=(), description="Of a share: names of groups that add up to 100 each, in place of all rows."
    )
    name: Name | None = None

    @model_validator(mode="after")
    def _has_its_column(self) -> Measure:
        if self.function in PAIRED and self.other is None:
            raise ValueError(f"the function {self.function} needs another column")
        if self.other is not None and self.function not in PAIRED | SORTED | {"count distinct"}:
            raise ValueError("a correlation or a ratio, and nothing else, has another column")
        if self.column is None and self.function not in {"count", "share"}:
            raise ValueError(f"the function {self.function} needs a column")
        if (self.fraction is not None) != (self.function == "quantile"):
            raise ValueError("a quantile, and nothing else, has a fraction")
        if self.within and self.function != "share":
            raise ValueError("a share alone is within something")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the figure names."""
        named = (self.column, self.other, *columns_of(self.where))
        return tuple(dict.fromkeys(name for name in named if name))


class Window(PlanPart):
    """A figure computed from other rows of the answer: a running total, the rank, the growth over the month before.

    Without groups and measures it is computed from rows of the frame.
    """

    name: Name
    function: WindowFunction
    of: Name | None = Field(default=None, description="The column that it is of; a rank by it. None for row number.")
    along: Name | None = Field(
        default=None, description="The column along which rows run. None: the first group of time, else their order."
    )
    within: tuple[Name, ...] = Field(default=(), description="It begins anew for each value of these columns.")
    size: int | None = Field(default=None, gt=0, description="Rows of a moving figure, tiles of a tile.")
    steps: int = Field(default=1, gt=0, description="How many periods before (previous, difference, growth) or after.")
    period: Literal["year", "quarter", "month", "week", "day"] | None = Field(
        default=None, description="The period of the steps, where it is not that of the group: year over year."
    )
    descending: bool = Field(default=True, description="Of a rank: whether 1 is the highest.")

    @model_validator(mode="after")
    def _has_its_size(self) -> Window:
        if (self.size is not None) != (self.function in {"moving mean", "moving total", "tile"}):
            raise ValueError("a moving figure or a tile, and nothing else, has a size")
        if self.of is None and self.function != "row number":
            raise ValueError(f"the function {self.function} is of a column")
        return self


def walk(conditions: tuple[Condition, ...]) -> Iterator[Condition]:
    """Conditions with all that stand inside them."""
    for condition in conditions:
        yield condition
        match condition:
            case AllOf(all_of=inner) | AnyOf(any_of=inner):
                yield from walk(inner)
            case Not(negated=one):
                yield from walk((one,))


def names_in(part: Operand | Derived | Window) -> tuple[str, ...]:
    """The columns that an expression or a window names."""
    match part:
        case str():
            return (part,)
        case Derived(value=value):
            return names_in(value)
        case Calculation(left=left, right=right):
            return (*names_in(left), *names_in(right))
        case Extract(of=inner):
            return names_in(inner)
        case Choice(when=condition):
            return condition.columns
        case Window(of=name, along=along, within=within):
            return tuple(name for name in (name, along, *within) if name)
    return ()


for _model in (Calculation, Extract, Choice, Derived, Filter, Related, Rows, AllOf, AnyOf, Not, Measure):
    _model.model_rebuild()
