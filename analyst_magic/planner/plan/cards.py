"""The columns that the parts of a plan see: those of its rows, and those of its answer, with their types.

A plan's conditions and groups see the columns of its frame (or of its source's answer), those that joins bring and
those that it derives; what comes after its figures sees the columns of the answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise

from ...errors import CheckFailed
from ...language import message
from ...turn import ColumnCard, FrameCard
from .schema import (
    Calculation,
    Choice,
    Derived,
    Dimension,
    Extract,
    Join,
    Measure,
    Operand,
    QueryPlan,
    Window,
    names_in,
)
from .text_numbers import as_number
from .words import written_parts

PREFIXES = {
    "sum": "total", "count distinct": "distinct", "share": "share_of", "weighted mean": "weighted_mean",
    "interquartile range": "iqr", "quantile": "p",
}  # fmt: skip
PAIRS = {"correlation": "correlation", "covariance": "covariance", "slope": "slope", "intercept": "intercept",
         "r squared": "r_squared"}  # fmt: skip
ROW_POSITION = "row_position"
_WHOLE = frozenset({"rank", "dense rank", "row number", "tile"})
_SAME = frozenset({"previous", "next", "running maximum", "minimum", "maximum"})
_SUMMED = frozenset({"running total", "moving total", "total", "difference"})
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")


@dataclass(frozen=True, slots=True)
class RowCard(FrameCard):
    """The card of a plan's rows.

    Attributes:
        base: The card of the frame, before the plan.
        others: The cards of other frames that the plan may name.
    """

    base: FrameCard | None = None
    others: tuple[FrameCard, ...] = ()


def row_card(plan: QueryPlan, card: FrameCard, others: Sequence[FrameCard] = ()) -> RowCard:
    """The columns that the rows of a plan have.

    Args:
        plan: What is asked.
        card: The frame that it is asked of, perhaps with the columns that joins bring; or a card made here.
        others: The other frames that it may name.

    Raises:
        CheckFailed: The plan names a frame or a column that is not there.
    """
    if isinstance(card, RowCard):
        return card
    base = answer_card(plan.source, row_card(plan.source, card, others)) if plan.source else card
    columns = [as_number(column) if column.sql in plan.numbers else column for column in base.columns]
    for join in plan.joins:
        taken = {column.sql for column in columns}
        if not taken.issuperset(join.brings):
            columns += [c for c in _brought(join, others) if c.sql in join.brings and c.sql not in taken]
    for derived in plan.derived:
        known = _finder(columns, card.name)
        columns.append(_made(derived.name, operand_type(derived.value, known)))
    sample = () if plan.source or plan.joins or plan.derived or plan.numbers else base.sample
    known_fields = {field.name: getattr(base, field.name) for field in fields(FrameCard)}
    known_fields |= {"columns": tuple(columns), "sample": sample}
    return RowCard(**known_fields, base=card, others=tuple(others))


def base_card(card: FrameCard) -> FrameCard:
    """The card of the frame itself, without what a plan adds to its columns."""
    return card.base if isinstance(card, RowCard) and card.base is not None else card


def _brought(join: Join, others: Sequence[FrameCard]) -> tuple[ColumnCard, ...]:
    other = next((other for other in others if other.name == join.frame), None)
    if other is None:
        raise CheckFailed(
            message("There is no frame {frame}.", frame=join.frame),
            message("Frames: {names}.", names=[o.name for o in others] or message("none")),
        )
    return answer_card(join.plan, row_card(join.plan, other, others)).columns if join.plan else other.columns


def find(card: FrameCard, name: str) -> ColumnCard:
    """The card of a column.

    Raises:
        CheckFailed: There is none.
    """
    return _finder(card.columns, card.name)(name)


def _finder(columns: Iterable[ColumnCard], frame: str) -> Callable[[str], ColumnCard]:
    known = {column.sql: column for column in columns}

    def found(name: str) -> ColumnCard:
        if name in known:
            return known[name]
        raise CheckFailed(
            message("The frame {frame} has no column {name}.", frame=frame, name=name),
            message("Its columns: {columns}", columns=[*known][:30]),
        )

    return found


def answer_card(plan: QueryPlan, rows: FrameCard) -> FrameCard:
    """The columns of a plan's answer, as the rows of a plan over it have them."""
    taken = {column.sql.lower() for column in rows.columns}
    columns: list[ColumnCard] = []
    if plan.lists_rows:
        columns += [find(rows, name) for name in plan.select or [column.sql for column in rows.columns]]
    for dimension, name in zip(plan.group_by, dimension_names(plan, taken), strict=True):
        columns.append(_group(dimension, name, find(rows, dimension.column)))
    for measure, name in zip(plan.measures, measure_names(plan, taken), strict=True):
        columns.append(_made(name, measure_type(measure, rows), nulls=0 if measure.function == "count" else None))
    for computed in plan.computed:
        known = _finder([*rows.columns, *columns] if plan.lists_rows else columns, plan.frame)
        columns.append(_made(computed.name, _computed_type(computed, known)))
    return replace(FrameCard(rows.name, "duckdb", rows.rows, tuple(columns)), exact=False)


def _group(dimension: Dimension, name: str, column: ColumnCard) -> ColumnCard:
    kind = dimension_type(dimension, column)
    if kind == column.type and not dimension.time and not dimension.width:
        return replace(column, sql=name, name=name, label=name)
    return replace(_made(name, kind), nulls=column.nulls)


def _made(name: str, kind: str, nulls: int | None = None) -> ColumnCard:
    return ColumnCard(name, name, name, kind, nulls=nulls)


def dimension_type(dimension: Dimension, column: ColumnCard) -> str:
    """The type of what names a group."""
    if dimension.edges or dimension.time in {"day of week", "month of year", "quarter of year", "weekend"}:
        return "text"
    if dimension.width:
        return "float"
    if dimension.time in {"hour of day", "week of year", "day of month", "decade"} or dimension.fiscal > 1:
        return "date" if dimension.time == "quarter" else "integer"
    if dimension.time:
        return "timestamp" if dimension.time in {"hour", "minute"} else "date"
    return column.type


def measure_type(measure: Measure, rows: FrameCard) -> str:
    """The type of a figure."""
    if measure.function in {"count", "count distinct"}:
        return "integer"
    if measure.column is not None and measure.function in {"sum", "min", "max", "mode", "first", "last", "range"}:
        return find(rows, measure.column).type
    return "float"


def _computed_type(computed: Window | Derived, known: Callable[[str], ColumnCard]) -> str:
    if isinstance(computed, Derived):
        return operand_type(computed.value, known)
    if computed.function in _WHOLE:
        return "integer"
    return known(computed.of or "").type if computed.function in _SAME | _SUMMED else "float"


def operand_type(operand: Operand, known: Callable[[str], ColumnCard]) -> str:
    """The type of an expression."""
    match operand:
        case str():
            return known(operand).type
        case int() | float():
            return "integer" if isinstance(operand, int) else "float"
        case Calculation(operator="+" | "-" | "*", left=left, right=right):
            kinds = {operand_type(left, known), operand_type(right, known)}
            return next((kind for kind in ("timestamp", "date", "float", "decimal") if kind in kinds), "integer")
        case Calculation(operator="months" | "years"):
            return "integer"
        case Calculation(operator="days", left=left, right=right):
            return "integer" if {operand_type(left, known), operand_type(right, known)} == {"date"} else "float"
        case Calculation():
            return "float"
        case Extract(part=part, of=inner):
            texts = {"lower": "text", "upper": "text", "first word": "text", "date": "date", "logarithm": "float"}
            return texts.get(part) or (operand_type(inner, known) if part == "absolute" else "integer")
        case Choice(then=value):
            kinds_of = {bool: "boolean", int: "integer", float: "float", str: "text"}
            return kinds_of[type(value)]
    raise CheckFailed(message("The plan has an expression of an unknown kind."))


def is_time(column: ColumnCard) -> bool:
    """Whether a column holds dates or moments, be it as ISO text: how a date comes out of most CSV files."""
    if column.type in {"date", "timestamp"}:
        return True
    texts = [value for value, _ in column.values if isinstance(value, str)]
    return column.type == "text" and bool(texts) and all(_ISO.fullmatch(text) for text in texts)


_NAMED_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL = {"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
         "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "sept", "tues",
         "thur", "thurs", *_NAMED_MONTHS, *_NAMED_DAYS}  # fmt: skip
_DATED: tuple[tuple[str, str], ...] = (
    (r"[A-Za-z]{3}[- ']\d\d", "%b-%y"), (r"[A-Za-z]{3}[- ]\d{4}", "%b-%Y"), (r"[A-Za-z]{4,9} \d{4}", "%B %Y"),
    (r"\d\d?/\d\d?/\d{4}", "%d/%m/%Y"), (r"\d\d?\.\d\d?\.\d{4}", "%d.%m.%Y"), (r"\d\d?-[A-Za-z]{3}-\d{4}", "%d-%b-%Y"),
)  # fmt: skip


def calendar(column: ColumnCard) -> str | None:
    """How the texts of a column run on the calendar: ``months``, ``days``, or the format of their dates.

    Dates such as 02/03/2024 are day first where one of them cannot be month first, and month first where one cannot be
    day first; where all can be both they are left as text.
    """
    texts = [value.strip() for value, _ in column.values if isinstance(value, str)]
    if column.type not in {"text", "category"} or len(texts) < 2:
        return None
    words = [text.lower().rstrip(".") for text in texts]
    for kind, names in (("months", _NAMED_MONTHS), ("days", _NAMED_DAYS)):
        if all(word in _FULL and word[:3] in names for word in words):
            return kind
    for pattern, form in _DATED:
        if all(re.fullmatch(pattern, text) for text in texts):
            return _day_or_month_first(texts) if form == "%d/%m/%Y" else form
    return None


def _day_or_month_first(texts: Sequence[str]) -> str | None:
    first, second = (max(int(text.split("/")[place]) for text in texts) for place in (0, 1))
    if first > 12 >= second:
        return "%d/%m/%Y"
    return "%m/%d/%Y" if second > 12 >= first else None


def is_iso(text: str) -> bool:
    """Whether a text is a date or a moment in ISO form."""
    return _ISO.fullmatch(text) is not None


def repeated_by_joins(plan: QueryPlan) -> dict[Measure, tuple[str, ...]]:
    """The measures of values that a join repeats, each with the columns that tell the joined rows apart.

    An order's freight stands beside each of its items; a figure of it counts each order once in each group.
    """
    brought = {name: join for join in plan.joins for name in join.brings}
    found: dict[Measure, tuple[str, ...]] = {}
    for measure in plan.measures:
        named = [name for name in (measure.column, measure.other) if name]
        named = [inner for name in named for inner in _sources_of(name, plan)]
        joins = {brought.get(name) for name in named}
        if named and None not in joins and measure.function not in {"min", "max", "count distinct"}:
            keys = [key for join in plan.joins if join in joins for key in (join.key, *(mine for mine, _ in join.more))]
            found[measure] = tuple(dict.fromkeys(keys))
    return found


def _sources_of(name: str, plan: QueryPlan) -> tuple[str, ...]:
    """The columns that a derived column is made of; any other is made of itself."""
    derived = next((d for d in plan.derived if d.name == name), None)
    return tuple(inner for n in names_in(derived) for inner in _sources_of(n, plan)) if derived else (name,)


# Names ----------------------------------------------------------------------------------------------------------------


def dimension_name(dimension: Dimension) -> str:
    """The name of a group's column, before it is made unique: ``order_date_month``, ``Order Date month``."""
    if dimension.name:
        return dimension.name
    if dimension.width:
        return _joined(dimension.column, "from")
    if dimension.edges:
        return _joined(dimension.column, "band")
    if not dimension.time:
        return dimension.column
    return _joined(dimension.column, *["fiscal"] * (dimension.fiscal > 1), *dimension.time.split())


def _joined(*parts: str) -> str:
    """Parts of a name as the columns in it are written: with spaces between them where these have some."""
    spaced = any(" " in part.strip() for part in parts)
    return (" " if spaced else "_").join(parts)


def measure_name(measure: Measure) -> str:
    """The name of a measure's column, before it is made unique: ``total_revenue``, ``total Net revenue``."""
    if measure.name:
        return measure.name
    if measure.column is None:
        return "share_percent" if measure.function == "share" else "count"
    if measure.other is not None and measure.function in PAIRS:
        return PAIRS[measure.function]
    spaced = " " in measure.column.strip() or " " in (measure.other or "").strip()
    return _plain_measure_name(measure, measure.column).replace("_", " " if spaced else "_")


def _plain_measure_name(measure: Measure, column: str) -> str:
    name = "_".join(written_parts(column)) or "value"
    if measure.function == "ratio":
        return f"{name}_per_{'_'.join(written_parts(measure.other or ''))}"
    if measure.function == "quantile":
        return f"p{round((measure.fraction or 0) * 100, 3):g}_{name}".replace(".", "_")
    return f"{PREFIXES.get(measure.function, measure.function)}_{name}"


def dimension_names(plan: QueryPlan, taken: Iterable[str]) -> list[str]:
    """The names of the groups' columns; a plain column keeps its own.

    Args:
        plan: The plan.
        taken: The names of the rows' columns, in small letters.
    """
    names: list[str] = []
    for dimension in plan.group_by:
        plain = not (dimension.time or dimension.width or dimension.edges or dimension.name)
        own = {*taken, *map(str.lower, names)} - ({dimension.name.lower()} if dimension.name else set())
        names.append(dimension.column if plain else free_name(dimension_name(dimension), own))
    return names


def measure_names(plan: QueryPlan, taken: Iterable[str]) -> list[str]:
    """The names of the measures' columns; a given name stays as it is."""
    used = set(taken) | {name.lower() for name in dimension_names(plan, taken)}
    given = {measure.name.lower() for measure in plan.measures if measure.name}
    names: list[str] = []
    for measure in plan.measures:
        names.append(measure.name or free_name(measure_name(measure), used | given))
        used.add(names[-1].lower())
    return names


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name, or with a number behind it where it is taken."""
    used, free, count = set(taken), name, 1
    while free.lower() in used:
        count += 1
        free = f"{name}_{count}"
    return free


def band_names(edges: tuple[float, ...]) -> list[str]:
    """``under 18``, ``18 to under 65``, ``65 and over``."""
    between = [f"{low:g} to under {high:g}" for low, high in pairwise(edges)]
    return [f"under {edges[0]:g}", *between, f"{edges[-1]:g} and over"]
