"""The query plan: what a question asks of one frame, as data.

A plan names columns by their SQL names (``ColumnCard.sql``) and says nothing about how it is computed. It is a pydantic
model, so that its JSON Schema can serve as the form of a model's structured answer.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ...turn import DocumentFormat

Operator = Literal[
    "=", "!=", "<", "<=", ">", ">=", "between", "in", "not in",
    "like", "not like", "contains", "not contains", "is null", "is not null",
]  # fmt: skip
TimeBin = Literal["hour", "day", "week", "month", "quarter", "year", "day of week", "hour of day", "month of year"]
Part = Literal["year", "quarter", "month", "day", "day of week", "hour"]
Function = Literal[
    "count", "count distinct", "sum", "mean", "median", "min", "max", "std", "share", "correlation", "ratio",
]  # fmt: skip
ChartKind = Literal["bar", "line", "scatter", "histogram", "box", "pie", "heatmap"]
Scalar = bool | int | float | str

VALUES: dict[str, int] = {"between": 2, "is null": 0, "is not null": 0}
"""How many values an operator takes, where it is not one; ``in`` and ``contains`` take one or more, of which any."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Filter(_Part):
    """A condition on one column; all filters of a plan hold together."""

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

    @model_validator(mode="after")
    def _has_its_values(self) -> Filter:
        wanted = VALUES.get(self.operator, 1)
        several = self.operator in {"in", "not in", "contains", "not contains"}
        if len(self.values) < 1 if several else len(self.values) != wanted:
            raise ValueError(f"the operator {self.operator} takes {'some' if several else wanted} values")
        return self


class Dimension(_Part):
    """What rows are grouped by: a column as it is, a bin of a time, or numeric bins of one width."""

    column: str
    time: TimeBin | None = None
    width: float | None = Field(
        default=None, gt=0, description="Width of numeric bins; a bin is named by its lower edge."
    )

    @model_validator(mode="after")
    def _is_binned_once(self) -> Dimension:
        if self.time and self.width:
            raise ValueError("a dimension has either time bins or numeric bins")
        return self


class Measure(_Part):
    """A figure computed for each group, or for all rows."""

    function: Function
    column: str | None = Field(default=None, description="None counts rows; share is then the percentage of all rows.")
    other: str | None = Field(default=None, description="The second column of a correlation or a ratio.")

    @model_validator(mode="after")
    def _has_its_column(self) -> Measure:
        if (self.function in {"correlation", "ratio"}) != (self.other is not None):
            raise ValueError("a correlation or a ratio, and nothing else, has another column")
        if self.column is None and self.function not in {"count", "share"}:
            raise ValueError(f"the function {self.function} needs a column")
        return self


class Join(_Part):
    """A second frame, joined so that each row of the first matches at most one of its rows."""

    frame: str
    key: str = Field(description="The column of the first frame.")
    other: str = Field(description="The column of the second frame that has the same values, each once.")
    brings: tuple[str, ...] = Field(default=(), description="Columns of the second frame that the plan may name.")


class Order(_Part):
    """A sort key: a dimension, a column of a plain listing, or (with a function) a measure."""

    column: str | None = None
    function: Function | None = None
    descending: bool = False


class QueryPlan(_Part):
    """A question about one frame, or about one with what another knows of its rows.

    Without groups and measures the plan lists rows, with groups alone it lists what is distinct.

    How charts read the plan: a bar, line or pie shows the first measure over the first group, and a second group by
    colour; a heatmap shows the first measure over two groups. A scatter shows ``select[1]`` against ``select[0]``, a
    histogram the values of ``select[0]``, a box plot those of ``select[0]``, one box for each group.
    """

    frame: str
    joins: tuple[Join, ...] = Field(default=(), max_length=1)
    select: tuple[str, ...] = Field(default=(), description="Columns of a listing; empty means all.")
    filters: tuple[Filter, ...] = ()
    group_by: tuple[Dimension, ...] = ()
    measures: tuple[Measure, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = Field(default=None, gt=0)
    chart: ChartKind | None = None
    pivot: bool = Field(default=False, description="A table with the second group across its columns.")
    colour: str | None = Field(default=None, description="A column that colours the points of a scatter chart.")
    document: DocumentFormat | None = None
    title: str = ""

    @model_validator(mode="after")
    def _can_be_drawn(self) -> QueryPlan:
        if self.pivot and (self.chart or self.document or len(self.group_by) != 2 or len(self.measures) != 1):
            raise ValueError("a pivot table has two groups and one figure, and no chart")
        if self.chart == "scatter" and len(self.select) != 2:
            raise ValueError("a scatter chart selects two columns")
        if self.chart in {"histogram", "box"} and len(self.select) != 1:
            raise ValueError(f"a {self.chart} chart selects one column")
        if self.rows_drawn and (self.document or self.colour):
            raise ValueError("a chart of rows as they are goes into no document")
        if self.chart in {"bar", "line", "pie"} and not (self.group_by and self.measures) and not self.rows_drawn:
            raise ValueError(f"a {self.chart} chart has a group and a measure")
        if self.chart == "heatmap" and not (len(self.group_by) == 2 and self.measures):
            raise ValueError("a heatmap has two groups and a measure")
        return self

    @property
    def rows_drawn(self) -> bool:
        """Whether a bar or line chart shows rows as they are: ``select[1]`` over ``select[0]``."""
        return self.chart in {"bar", "line"} and len(self.select) == 2 and not self.group_by and not self.measures

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the plan names, in no order of meaning."""
        named = [*self.select, self.colour, *(f.column for f in self.filters), *(d.column for d in self.group_by)]
        named += [name for m in self.measures for name in (m.column, m.other)] + [o.column for o in self.order]
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def lists_rows(self) -> bool:
        """Whether the answer consists of rows of the frame, not of groups."""
        return not self.group_by and not self.measures
