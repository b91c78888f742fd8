"""The query plan: what a question asks of the data, as data.

A plan is a pipeline in the order of SQL: rows of a frame (or the answer of another plan), with columns that joins bring
and columns derived from others; conditions; groups; figures; conditions on groups; figures computed from the answer,
such as a running total; conditions on those; order and limit. Every part may be left out.

Columns have their SQL names (``ColumnCard.sql``). What a plan makes itself has the ``name`` that it is given; a measure
or a group without one has the name that :func:`.sql.measure_name` and :func:`.sql.dimension_name` give. Later parts of
the plan refer to earlier ones by name. A plan says nothing about how it is computed. It is a pydantic model, so that
its JSON Schema can serve as the form of a model's structured answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ...turn import DocumentFormat

Operator = Literal[
    "=", "!=", "<", "<=", ">", ">=", "between", "in", "not in",
    "like", "not like", "contains", "not contains", "is null", "is not null",
]  # fmt: skip
TimeBin = Literal[
    "minute", "hour", "day", "week", "month", "quarter", "year", "decade",
    "day of week", "hour of day", "month of year", "quarter of year", "week of year", "day of month", "weekend",
]  # fmt: skip
Part = Literal[
    "year", "quarter", "month", "week", "day", "day of year", "day of week", "hour", "minute", "date",
]  # fmt: skip
Function = Literal[
    "count", "count distinct", "sum", "mean", "median", "min", "max", "std", "share", "correlation", "ratio",
    "variance", "quantile", "mode", "range", "interquartile range", "skewness", "kurtosis", "weighted mean",
    "covariance", "slope", "intercept", "r squared", "first", "last",
]  # fmt: skip
WindowFunction = Literal[
    "running total", "running mean", "running maximum", "moving mean", "moving total", "rank", "dense rank",
    "row number", "previous", "next", "difference", "growth", "share", "running share", "mean", "total", "minimum",
    "maximum", "tile",
]  # fmt: skip
ChartKind = Literal["bar", "line", "scatter", "histogram", "box", "pie", "heatmap", "area", "violin", "treemap", "map"]
About = Literal["columns", "missing", "summary", "duplicates", "correlations"]
Scalar = bool | int | float | str
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]

VALUES: dict[str, int] = {"between": 2, "is null": 0, "is not null": 0}
"""How many values an operator takes, where it is not one; ``in`` and ``contains`` take one or more, of which any."""
PAIRED = frozenset({"correlation", "ratio", "weighted mean", "covariance", "slope", "intercept", "r squared"})
"""Functions of two columns: ``other`` is the weight, the denominator, or what runs across."""
SORTED = frozenset({"first", "last"})
"""Functions that take ``other`` as what sorts the rows; without it their own order does."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# Expressions ----------------------------------------------------------------------------------------------------------


class Calculation(_Part):
    """Arithmetic, or the time from ``left`` to ``right`` in whole units."""

    operator: Literal["+", "-", "*", "/", "minutes", "hours", "days", "weeks", "months", "years"]
    left: Operand
    right: Operand


class Extract(_Part):
    """A part of a time or a text: its year, its length."""

    part: Part | Literal["length", "lower", "upper", "first word", "absolute", "rounded", "logarithm"]
    of: Operand


class Choice(_Part):
    """One value where a condition holds, another where it does not."""

    when: Condition
    then: Scalar
    otherwise: Scalar | None = None


Operand = Name | int | float | Calculation | Extract | Choice
"""A column by its name, a number, or an expression."""


class Derived(_Part):
    """A column computed for each row: ``revenue`` as ``quantity * unit_price``."""

    name: Name
    value: Operand
    unit: str = Field(default="", description="What stands behind its values, such as % or days.")


# Conditions -----------------------------------------------------------------------------------------------------------


class Filter(_Part):
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


class Period(_Part):
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


class Outlier(_Part):
    """Values far from the others: beyond the quartiles by ``factor`` interquartile ranges, or from the mean by so many
    standard deviations."""

    column: str
    method: Literal["interquartile range", "standard deviation"] = "interquartile range"
    factor: float = Field(default=1.5, gt=0)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the condition names."""
        return (self.column,)


class Related(_Part):
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


class Rows(_Part):
    """A condition on a group by its rows: some of them, none of them or all of them are so. For ``having`` alone."""

    which: Literal["some", "no", "all"]
    where: tuple[Condition, ...] = Field(min_length=1)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the condition names."""
        return columns_of(self.where)


class AllOf(_Part):
    """All of these hold."""

    all_of: tuple[Condition, ...] = Field(min_length=1)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the condition names."""
        return columns_of(self.all_of)


class AnyOf(_Part):
    """One of these holds, or several."""

    any_of: tuple[Condition, ...] = Field(min_length=1)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the condition names."""
        return columns_of(self.any_of)


class Not(_Part):
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


# Groups and figures ---------------------------------------------------------------------------------------------------


class Dimension(_Part):
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


class Measure(_Part):
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


class Window(_Part):
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


class Join(_Part):
    """Another frame, joined so that each row of what stands before matches at most one of its rows."""

    frame: str
    key: str = Field(description="The column of the first frame, or of one joined before.")
    other: str = Field(description="The column of the second frame that has the same values, each once.")
    more: tuple[tuple[str, str], ...] = Field(default=(), description="More pairs of columns, where one is no key.")
    brings: tuple[str, ...] = Field(default=(), description="Columns of the second frame that the plan may name.")
    plan: QueryPlan | None = Field(
        default=None, description="A plan over the second frame, grouped by the key, whose answer is joined instead."
    )
    inner: bool = Field(default=False, description="Leave out rows that match none.")


class Order(_Part):
    """A sort key: a column of the answer or of a plain listing by name, or (with a function) a measure."""

    column: str | None = Field(default=None, description="Without a function, None is the order that the rows have.")
    function: Function | None = None
    descending: bool = False


class Look(_Part):
    """How a chart looks, where it was asked for."""

    stacked: bool = False
    percent: bool = Field(default=False, description="Stacked to a hundred per cent.")
    horizontal: bool | None = None
    log: tuple[Literal["x", "y"], ...] = ()
    lines: tuple[Name, ...] = Field(default=(), description="Figures drawn as lines over bars.")
    right: tuple[Name, ...] = Field(default=(), description="Figures on an axis of their own at the right.")
    facet: Name | None = Field(default=None, description="The group with a small chart for each of its values.")
    trend: bool = Field(default=False, description="A regression line through the points.")
    size: Name | None = Field(default=None, description="The column that is the size of the points.")


class QueryPlan(_Part):
    """A question about one frame, or about one with what others know of its rows.

    Without groups and measures the plan lists rows, with groups alone it lists what is distinct.

    How charts read the plan: a bar, line, area, pie or treemap shows the first measure over the first group, and a
    second group by colour; with several figures and one group, each has a colour. A heatmap shows the first measure
    over two groups. A scatter shows ``select[1]`` against ``select[0]``, a histogram the values of ``select[0]``, a box
    plot or a violin those of ``select[0]``, one for each group. A map colours the places of its group by the first
    measure, or shows a point at ``select[0]`` (latitude) and ``select[1]`` (longitude) for each row.
    """

    version: Literal[1, 2] = Field(default=2, description="Plans of version 1 are read as they are.")
    frame: str
    source: QueryPlan | None = Field(
        default=None, description="A plan over the frame whose answer stands in place of its rows: a mean of counts."
    )
    joins: tuple[Join, ...] = Field(default=(), max_length=8)
    numbers: tuple[Name, ...] = Field(
        default=(), description="Columns of text that stand for the numbers in it: 1,182,000 or 48,210 (est.)."
    )
    derived: tuple[Derived, ...] = Field(default=(), description="Columns computed for each row, in their order.")
    select: tuple[str, ...] = Field(default=(), description="Columns of a listing; empty means all.")
    filters: tuple[Condition, ...] = Field(default=(), description="Conditions on rows; all hold.")
    group_by: tuple[Dimension, ...] = ()
    measures: tuple[Measure, ...] = ()
    having: tuple[Condition, ...] = Field(default=(), description="Conditions on groups, by the names of measures.")
    computed: tuple[Window | Derived, ...] = Field(
        default=(), description="Columns computed from the answer, in their order; they name columns of the answer."
    )
    qualify: tuple[Condition, ...] = Field(
        default=(), description="Conditions on the answer, also on what is computed."
    )
    order: tuple[Order, ...] = ()
    limit: int | None = Field(default=None, gt=0)
    offset: int = Field(default=0, ge=0, description="How many ranks are passed over: 1 for the second highest.")
    each: tuple[Name, ...] = Field(default=(), description="The limit is for each value of these columns.")
    ties: bool | None = Field(default=None, description="Whether what is equal to the last one is kept too.")
    claim: Condition | None = Field(
        default=None, description="What a yes-or-no question claims of the answer; yes where it holds for a row."
    )
    wanted: tuple[Name, ...] = Field(
        default=(), description="The columns that the question asks for, where others only say whose they are."
    )
    about: About | None = Field(default=None, description="A question about the data's quality, not its content.")
    chart: ChartKind | None = None
    look: Look = Look()
    pivot: bool = Field(default=False, description="A table with the second group across its columns.")
    colour: str | None = Field(default=None, description="A column that colours the points of a scatter chart.")
    document: DocumentFormat | None = None
    title: str = ""

    @classmethod
    def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:
        """The schema with the plan's own properties at its top, where readers of a schema look for them."""
        schema = super().model_json_schema(*args, **options)
        root = schema.get("$ref", "").rpartition("/")[2]
        return {**schema["$defs"][root], "$defs": schema["$defs"]} if root else schema

    @model_validator(mode="after")
    def _can_be_drawn(self) -> QueryPlan:
        if self.pivot and (self.chart or self.document or len(self.group_by) != 2 or len(self.measures) != 1):
            raise ValueError("a pivot table has two groups and one figure, and no chart")
        if self.chart == "scatter" and len(self.select) != 2:
            raise ValueError("a scatter chart selects two columns")
        if self.chart in {"histogram", "box", "violin"} and len(self.select) != 1:
            raise ValueError(f"a {self.chart} chart selects one column")
        if self.rows_drawn and self.colour:
            raise ValueError("a chart of rows as they are has no colours")
        if self.chart in {"bar", "line", "area", "pie", "treemap"} and not self._has_figures and not self.rows_drawn:
            raise ValueError(f"a {self.chart} chart has a group and a measure")
        if self.chart == "map" and not (len(self.group_by) == 1 and self.measures) and len(self.select) != 2:
            raise ValueError("a map has a group of places and a measure, or selects latitude and longitude")
        if self.chart == "heatmap" and not (len(self.group_by) == 2 and self.measures):
            raise ValueError("a heatmap has two groups and a measure")
        return self

    @model_validator(mode="after")
    def _makes_a_whole(self) -> QueryPlan:
        if self.having and not self.group_by:
            raise ValueError("conditions on groups need groups")
        one = bool(self.measures) and not self.group_by
        if one and (self.qualify or any(isinstance(part, Window) for part in self.computed)):
            raise ValueError("a figure over other rows of the answer, or a condition on it, needs groups")
        if (self.each or self.offset) and not self.limit:
            raise ValueError("a limit for each group, or after some ranks, is a limit")
        if self.source is not None and self.source.frame != self.frame:
            raise ValueError("a plan and its source are about the same frame")
        if any(isinstance(c, Rows) for c in walk((*self.filters, *self.qualify))):
            raise ValueError("a condition on a group's rows belongs to having")
        return self

    @property
    def _has_figures(self) -> bool:
        return bool(self.group_by and self.measures)

    @property
    def rows_drawn(self) -> bool:
        """Whether a bar or line chart shows rows as they are: ``select[1]`` over ``select[0]``."""
        drawn = self.chart in {"bar", "line", "area"} and len(self.select) == 2
        return drawn and not self.group_by and not self.measures

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the plan names, in no order of meaning; also those that it makes itself."""
        named: list[str | None] = [*self.select, self.colour, self.look.size, *columns_of(self.filters)]
        named += [d.column for d in self.group_by] + [name for m in self.measures for name in m.columns]
        named += [name for condition in self.having for name in condition.columns]
        named += [name for made in (*self.derived, *self.computed) for name in names_in(made)]
        named += [*columns_of(self.qualify), *(o.column for o in self.order), *self.each, *self.wanted]
        named += [join.key for join in self.joins] + [mine for join in self.joins for mine, _ in join.more]
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def lists_rows(self) -> bool:
        """Whether the answer consists of rows of the frame, not of groups."""
        return not self.group_by and not self.measures


def walk(conditions: tuple[Condition, ...]) -> Iterator[Condition]:
    """Conditions with all that stand inside them."""
    for condition in conditions:
        yield condition
        match condition:
            case AllOf(all_of=inner) | AnyOf(any_of=inner):
                yield from walk(inner)
            case Not(negated=one):
                yield from walk((one,))


def frames_of(plan: QueryPlan) -> frozenset[str]:
    """The frames that a plan reads."""
    inner = [join.plan for join in plan.joins if join.plan is not None] + ([plan.source] if plan.source else [])
    conditions = [*plan.filters, *plan.having, *plan.qualify, *(c for m in plan.measures for c in m.where)]
    related = {c.frame for c in walk(tuple(conditions)) if isinstance(c, Related)}
    own = {plan.frame, *(join.frame for join in plan.joins)} | related
    return frozenset(own.union(*map(frames_of, inner)))


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


for _model in (Calculation, Extract, Choice, Derived, Filter, Related, Rows, AllOf, AnyOf, Not, Measure, Join):
    _model.model_rebuild()
QueryPlan.model_rebuild()
