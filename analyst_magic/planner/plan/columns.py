"""The columns of a plan's answer as a sentence speaks of them: their words, formats, units and placeholders."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...column_format import column_format
from ...turn import NUMBER_TYPES, ColumnCard, FrameCard
from .cards import answer_card, find, is_time, row_card
from .nouns import PERCENT, dimension_noun, figure_words, noun, window_words
from .schema import Derived, Dimension, Measure, QueryPlan, Window
from .sql import dimensions, measured
from .words import name_parts, plural, singular, spoken, unit_of

MONEY = frozenset(
    {"price", "cost", "revenue", "amount", "salary", "sales", "profit", "income", "fee", "fare", "payment", "wage",
     "budget", "turnover", "spend", "tax", "balance", "freight", "charge", "charges", "expense", "expenses", "costs"}
)  # fmt: skip
YEARS = frozenset({"year", "yr"})
BINS: dict[str, tuple[str, str]] = {
    "minute": ("at ", "%Y-%m-%d %H:%M"), "hour": ("at ", "%Y-%m-%d %H:%M"), "day": ("on ", "%Y-%m-%d"),
    "week": ("in the week of ", "%Y-%m-%d"),
    "month": ("in ", "%B %Y"), "quarter": ("in the quarter from ", "%B %Y"), "year": ("in ", "%Y"),
}  # fmt: skip
_UNITLESS = frozenset({"correlation", "ratio", "covariance", "slope", "intercept", "r squared", "variance", "skewness",
                       "kurtosis"})  # fmt: skip
_WHOLE = frozenset({"sum", "min", "max", "mode", "range", "first", "last"})
_ALWAYS = frozenset({"sum", "mean", "median", "min", "max", "mode", "quantile", "range", "interquartile range"})
_OF_RATES = frozenset({"mean", "median", "min", "max", "quantile"})
_AFTER_HEAD = re.compile(r" (?:of|weighted by|where|per|over|with|within|by|in) ")
_NEVER_NULL = frozenset({"count", "count distinct"})
_MARKDOWN = re.compile(r"([\\`*\[\]<>]|(?<!\w)_|_(?!\w))")


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of the answer as a sentence speaks of it.

    Attributes:
        name: How a placeholder names it.
        words: What it is: ``mean departure delay``.
        form: The format of its values.
        unit: What stands behind a value, such as `` km``.
        before: What stands before a value, such as ``month ``.
        nullable: Whether a value can be missing.
        top: What the highest and the lowest of it are called, where that is not "the highest" and "the lowest" of it.
    """

    name: str
    words: str
    form: str = ""
    unit: str = ""
    before: str = ""
    nullable: bool = True
    top: tuple[str, str] = ("", "")

    @property
    def is_(self) -> str:
        """*is* or *are*, by the last word."""
        return verb(self.words)

    def best(self, high: bool = True) -> str:
        """``the highest mean delay``, ``the fewest flights``."""
        return self.top[0 if high else 1] or f"the {'highest' if high else 'lowest'} {self.words}"

    def at(self, which: str = "", first: bool = False) -> str:
        """The placeholder of its value in some row; ``first`` where a sentence begins with it."""
        before = capitalised(self.before) if first else self.before
        return f"{before}{{{self.name}{f'[{which}]' if which else ''}{self.form}}}{self.unit}"

    def bare(self, which: str) -> str:
        """The placeholder of a condition."""
        return f"{{{self.name}[{which}]}}"

    def verb(self, which: str) -> str:
        """*has* or *have*, by how many are named."""
        return f"{{{self.name}[{which}]:has|have}}"


def verb(words: str) -> str:
    """*is* or *are*, by the noun that others only say more of: the number of flights *is*."""
    head = _AFTER_HEAD.split(words)[0].split()
    last = head[-1] if head else ""
    several = plural(last) == last and singular(last) != last
    return "are" if several else "is"


def capitalised(words: str) -> str:
    """The words with a capital at the beginning."""
    return words[:1].upper() + words[1:]


def literal(text: str) -> str:
    """Text that a template and Markdown show as it is."""
    text = _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
    return text.replace("{", "{{").replace("}", "}}")


def can_be_named(name: str) -> bool:
    """Whether a placeholder can hold a column's name."""
    return not any(sign in name for sign in "{}\r\n")


def reference(name: str) -> str:
    """A column's name as a placeholder has it."""
    return name if re.fullmatch(r"[^\W\d]\w*", name) else '"' + name.replace('"', '""') + '"'


def measure_words(measure: Measure, plan: QueryPlan, card: FrameCard) -> str:
    """A figure in words that Markdown shows as they are; of times the minimum is the earliest."""
    words = figure_words(measure, plan)
    if measure.function in {"min", "max"} and is_time(find(card, measure.column or "")):
        words = words.replace("minimum ", "earliest ", 1).replace("maximum ", "latest ", 1)
    return literal(words)


def of_measures(plan: QueryPlan, card: FrameCard) -> list[Shown]:
    return [
        of_measure(measure, reference(column.name), plan, card)
        for measure, column in zip(plan.measures, measured(plan, card), strict=True)
    ]


def of_computed(plan: QueryPlan, card: FrameCard) -> list[Shown]:
    """What is computed from the answer."""
    known = {column.sql: column for column in answer_card(plan, row_card(plan, card)).columns}
    return [_computed(part, plan, known[part.name]) for part in plan.computed]


def _computed(part: Window | Derived, plan: QueryPlan, column: ColumnCard) -> Shown:
    name = reference(part.name)
    if isinstance(part, Derived):
        unit = part.unit if part.unit == "%" else f" {part.unit}" if part.unit else ""
        return Shown(name, literal(spoken(part.name)), "", unit)
    unit = "%" if part.function in PERCENT else ""
    whole = column.type == "integer" and not unit
    return Shown(name, literal(window_words(part, plan)), ":,.0f" if whole else "", unit)


def of_measure(measure: Measure, name: str, plan: QueryPlan, card: FrameCard) -> Shown:
    words = measure_words(measure, plan, card)
    if measure.function in _NEVER_NULL:
        many = literal(noun(plan))
        plain = measure.column is None and not measure.where
        top = (f"the most {many}", f"the fewest {many}") if plain else ("", "")
        return Shown(name, words, ":,.0f", nullable=False, top=top)
    if measure.function == "share":
        return Shown(name, words, unit="%", nullable=measure.column is not None or bool(measure.where))
    column = find(card, measure.column or "")
    if measure.function in _UNITLESS:
        return Shown(name, words)
    whole = column.type == "integer" and measure.function in _WHOLE
    always = column.nulls == 0 and measure.function in _ALWAYS and not plan.joins and not measure.where
    what = literal(spoken(column.sql))
    top = (f"the highest {what}", "") if measure.function == "max" and not is_time(column) else ("", "")
    top = ("", f"the lowest {what}") if measure.function == "min" and not is_time(column) else top
    nullable = not always or not plan.group_by
    form = ":.1%" if measure.function in _OF_RATES and _is_rate(column) else _form(column, whole)
    return Shown(name, words, form, _unit(column), nullable=nullable, top=top)


def of_column(name: str, card: FrameCard, label: bool = False) -> Shown:
    """A column of rows as they are: a figure, or what names the row."""
    column, words = find(card, name), literal(spoken(name))
    if label:
        return Shown(reference(name), words, *_labelled(column))
    whole = column.type == "integer"
    return Shown(reference(name), words, _form(column, whole), _unit(column), nullable=column.nulls != 0)


def _labelled(column: ColumnCard) -> tuple[str, str, str]:
    """Format, unit and prefix of a value that names something."""
    years = bool(YEARS.intersection(name_parts(column.sql)))
    if is_month_number(column):
        return ":month", "", ""
    if column.type == "boolean":
        return "", "", f"{literal(spoken(column.sql))} "
    if column.type in NUMBER_TYPES:
        return ":plain", "", "" if years else f"{literal(spoken(column.sql))} "
    return "", "", ""


def is_month_number(column: ColumnCard) -> bool:
    """Whether a column holds months as numbers, which a sentence calls by their names."""
    if column.type != "integer" or name_parts(column.sql)[-1:] != ("month",):
        return False
    ends = (column.minimum, column.maximum)
    if ends[0] is None and len(column.quantiles) == 5:
        ends = (column.quantiles[0], column.quantiles[4])
    return ends[0] is not None and 1 <= ends[0] <= ends[1] <= 12


def _is_rate(column: ColumnCard) -> bool:
    """Whether fractions of a column are shares, which tables show as per cent: a VAT rate of 0.19."""
    values = [value for value in column.quantiles if isinstance(value, float)]
    return column.type in NUMBER_TYPES and column_format(column.sql, values).kind == "percent"


def _form(column: ColumnCard, whole: bool) -> str:
    parts = name_parts(column.sql)
    if YEARS.intersection(parts) and whole:
        return ":plain"
    if whole:
        return ":,.0f"
    sizes = [abs(float(value)) for value in column.quantiles if isinstance(value, int | float)]
    small = bool(sizes) and max(sizes) < 1
    return ":,.2f" if MONEY.intersection(parts) and column.type in NUMBER_TYPES and not small else ""


def _unit(column: ColumnCard) -> str:
    unit = unit_of(column.sql)
    return unit if unit == "%" else f" {unit}" if unit else ""


def of_groups(plan: QueryPlan, card: FrameCard) -> Shown:
    """What names a group; several columns stand side by side."""
    names = [reference(column.name) for column in dimensions(plan, card)]
    words = " and ".join(dimension_words(d) for d in plan.group_by)
    if len(names) > 1:
        return Shown(", ".join(names), words)
    (dimension,) = plan.group_by
    column = find(card, dimension.column)
    if dimension.time in BINS and column_is_dated(dimension):
        return Shown(names[0], words, f":{BINS[dimension.time or ''][1]}")
    if dimension.time in _NUMBERED or dimension.fiscal > 1:
        before = _NUMBERED.get(dimension.time or "", "fiscal year " if dimension.time == "year" else "")
        return Shown(names[0], words, ":plain", before=before)
    if dimension.width:
        return Shown(names[0], words, before=f"{literal(spoken(dimension.column))} from ")
    plain = not dimension.time and not dimension.edges
    return Shown(names[0], words, *(_labelled(column) if plain else ("", "", "")))


_NUMBERED = {"hour of day": "hour ", "week of year": "week ", "day of month": "day ", "decade": "the decade from "}


def column_is_dated(dimension: Dimension) -> bool:
    """Whether the bins of a time are dates or moments: fiscal years are numbers."""
    return dimension.fiscal == 1 or dimension.time == "quarter"


def dimension_words(dimension: Dimension) -> str:
    """What one group is called, as Markdown shows it."""
    return literal(dimension_noun(dimension))
