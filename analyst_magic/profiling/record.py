"""The profile of data as typed records: what the sandbox sends is checked against them, and hostile until then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ..errors import FirewallError
from ..language import message
from ..results.html import visible

MAX_RECORDS = 100_000
Text = Annotated[str, StringConstraints(max_length=10_000)]
Value = Text | int | float | bool | None
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Histogram(_Record):
    """Rows by stretches of values.

    Attributes:
        edges: The ends of the stretches; where ``discrete``, the values themselves.
        counts: The rows of each.
        discrete: Whether each bar is one value.
    """

    edges: tuple[Value, ...] = Field(max_length=200)
    counts: tuple[Count, ...] = Field(max_length=200)
    discrete: bool = False


class Outliers(_Record):
    """Values far from the others.

    Attributes:
        count: How many there are.
        low, high: The least and the greatest value that is none; None where there is no such bound.
        values: The farthest of them.
    """

    count: Count
    low: float | None = None
    high: float | None = None
    values: tuple[float, ...] = ()


class Gap(_Record):
    """Days, weekdays or months without rows, between two that have some."""

    after: Text
    before: Text
    missing: Count


class ColumnProfile(_Record):
    """The facts of one column.

    Attributes:
        name, type: Its name, and its type in Arrow's words.
        kind: ``integer``, ``number``, ``text``, ``date``, ``moment``, ``boolean`` or ``other``.
        rows, missing: Rows of the data, and how many of them have no value.
        distinct: Number of distinct values; of a sample where not ``distinct_is_exact``.
        unique: Whether no value comes twice.
        minimum, maximum, mean, deviation: Of numbers; of dates the first two, as ISO text.
        quantiles: The values below which 5, 25, 50, 75 and 95 per cent of the numbers lie.
        zeros, negative, infinite: Numbers of such values.
        histogram: The distribution; None where there is none.
        outliers: Values far from the others; None where there are none.
        top: The commonest values, each with its rows.
        shortest, longest, mean_length: Lengths of texts.
        step: How regular dates are: ``day``, ``weekday`` or ``month``; empty where they are not.
        gaps: The longest gaps of regular dates.
        personal: What personal data it seems to hold; empty where none.
    """

    name: Text
    type: Text
    kind: Literal["integer", "number", "text", "date", "moment", "boolean", "other"]
    rows: Count
    missing: Count
    distinct: Count
    distinct_is_exact: bool = True
    unique: bool = False
    minimum: Value = None
    maximum: Value = None
    mean: float | None = None
    deviation: float | None = None
    quantiles: tuple[float, ...] = ()
    zeros: Count = 0
    negative: Count = 0
    infinite: Count = 0
    histogram: Histogram | None = None
    outliers: Outliers | None = None
    top: tuple[tuple[Value, Count], ...] = ()
    shortest: Count | None = None
    longest: Count | None = None
    mean_length: float | None = None
    step: Text = ""
    gaps: tuple[Gap, ...] = ()
    personal: Text = ""

    @property
    def missing_share(self) -> float:
        """The share of the rows that have no value."""
        return self.missing / self.rows if self.rows else 0.0


class Pair(_Record):
    """Two columns that depend on each other.

    Attributes:
        a, b: The columns; of ``equals`` the first is a formula.
        relation: ``same``, ``determines``, ``correlation``, ``rank correlation`` or ``equals``.
        strength: A coefficient, or the share of the rows that it holds in.
    """

    a: Text
    b: Text
    relation: Literal["same", "determines", "correlation", "rank correlation", "equals"]
    strength: float

    def __str__(self) -> str:
        if self.relation in ("correlation", "rank correlation"):
            return f"{self.a} and {self.b}: {self.relation} {self.strength:.2f}"
        verb = {"same": "is the same as", "determines": "determines", "equals": "equals"}[self.relation]
        where = "" if self.strength == 1 else f" in {self.strength:.1%} of the rows"
        return f"{self.a} {verb} {self.b}{where}"


class Join(_Record):
    """A key that leads to another source.

    Attributes:
        column, source, other: The column, the other source and its column.
        unique: Whether each value comes once there, so that a join repeats no row.
        matched_values, distinct: Distinct values with a match, and all of them.
        matched_rows, rows: Rows with a match, and all that have a value.
    """

    column: Text
    source: Text
    other: Text
    unique: bool
    matched_values: Count
    distinct: Count
    matched_rows: Count
    rows: Count

    def __str__(self) -> str:
        rate = self.matched_rows / self.rows if self.rows else 0.0
        repeated = "" if self.unique else f"; {self.other} repeats there"
        return f"{self.column} → {self.source}.{self.other}: {rate:.1%} of the rows match{repeated}"


class Drift(_Record):
    """How one column has moved from an earlier state.

    Attributes:
        column: Its name.
        status: ``same``, ``some``, ``much``, ``added``, ``removed`` or ``type``.
        message: One sentence; empty where nothing has moved.
        missing_before, missing_now: Shares of missing values.
        measure, statistic, p_value: The test of numbers and dates.
        psi: The population stability index; over 0.1 some, over 0.25 much has moved.
        new_values, lost_values: Categories that came and went.
    """

    column: Text
    status: Literal["same", "some", "much", "added", "removed", "type"]
    message: Text = ""
    missing_before: Share | None = None
    missing_now: Share | None = None
    measure: Text = ""
    statistic: float | None = None
    p_value: float | None = None
    psi: float | None = None
    new_values: tuple[Text, ...] = ()
    lost_values: tuple[Text, ...] = ()


class Finding(_Record):
    """Something that deserves a look.

    Attributes:
        column: The column that it is about; empty for the whole.
        kind: What it is, in a word or two.
        message: One sentence.
        severity: 1 is wrong or dangerous for figures, 2 doubtful, 3 good to know.
        share: The share of the rows that it concerns.
    """

    column: Text
    kind: Text
    message: Text
    severity: Annotated[int, Field(ge=1, le=3)]
    share: Share = 0.0


class ProfileRecord(_Record):
    """All that a look at data found; ``Profile`` says what each part is, and shows them."""

    name: Text
    rows: Count
    duplicates: Count | None = None
    sampled: Count | None = None
    bytes: Count | None = None
    keys: tuple[Text, ...] = ()
    baseline: Text | None = None
    notes: tuple[Text, ...] = ()
    columns: tuple[ColumnProfile, ...] = ()
    pairs: tuple[Pair, ...] = ()
    joins: tuple[Join, ...] = ()
    drift: tuple[Drift, ...] = ()
    findings: tuple[Finding, ...] = ()


def records(table: pa.Table) -> Iterator[dict[str, Any]]:
    """The records that the sandbox sent, each a JSON object with its ``part``.

    Raises:
        FirewallError: They are none, or too many.
    """
    if table.column_names != ["record"] or table.num_rows > MAX_RECORDS:
        raise FirewallError(message("The sandbox sent something else than a profile."), message("Run it again."))
    for text in table.column(0).to_pylist():
        try:
            record = json.loads(text)
        except (TypeError, ValueError, RecursionError):
            record = None
        if not isinstance(record, dict):
            raise FirewallError(message("The sandbox sent a record that cannot be read."), message("Run it again."))
        yield {key: _clean(value) for key, value in record.items()}


def _clean(value: Any) -> Any:
    """A value with control characters and direction marks of its texts made visible."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, list):
        return [_clean(part) for part in value]
    return {key: _clean(part) for key, part in value.items()} if isinstance(value, dict) else value
