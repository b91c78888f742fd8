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

from typing import Any, Literal

from pydantic import Field, model_validator

from ...turn import DocumentFormat
from .kinds import (
    PAIRED,
    SORTED,
    VALUES,
    About,
    ChartKind,
    Function,
    Name,
    Operator,
    Part,
    PlanPart,
    Scalar,
    TimeBin,
    WindowFunction,
)
from .terms import (
    AllOf,
    AnyOf,
    Calculation,
    Choice,
    Condition,
    Derived,
    Dimension,
    Extract,
    Filter,
    Measure,
    Not,
    Operand,
    Outlier,
    Period,
    Related,
    Rows,
    Window,
    columns_of,
    names_in,
    walk,
)

__all__ = [
    "PAIRED", "SORTED", "VALUES", "About", "AllOf", "AnyOf", "Calculation", "ChartKind", "Choice", "Condition",
    "Derived", "Dimension", "Extract", "Filter", "Function", "Join", "Look", "Measure", "Name", "Not", "Operand",
    "Operator", "Order", "Outlier", "Part", "Period", "PlanPart", "QueryPlan", "Related", "Rows", "Scalar", "TimeBin",
    "Window", "WindowFunction", "columns_of", "frames_of", "names_in", "walk",
]  # fmt: skip


class Join(PlanPart):
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


class Order(PlanPart):
    """A sort key: a column of the answer or of a plain listing by name, or (with a function) a measure."""

    column: str | None = Field(default=None, description="Without a function, None is the order that the rows have.")
    function: Function | None = None
    descending: bool = False


class Look(PlanPart):
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


class QueryPlan(PlanPart):
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
    colour: str | None = Field(
        default=None, description="A column that colours the points of a scatter chart, or the parts of a histogram."
    )
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


def frames_of(plan: QueryPlan) -> frozenset[str]:
    """The frames that a plan reads."""
    inner = [join.plan for join in plan.joins if join.plan is not None] + ([plan.source] if plan.source else [])
    conditions = [*plan.filters, *plan.having, *plan.qualify, *(c for m in plan.measures for c in m.where)]
    related = {c.frame for c in walk(tuple(conditions)) if isinstance(c, Related)}
    own = {plan.frame, *(join.frame for join in plan.joins)} | related
    return frozenset(own.union(*map(frames_of, inner)))


Join.model_rebuild()
QueryPlan.model_rebuild()
