"""The columns of a plan's answer as a sentence speaks of them: their words, formats, units and placeholders."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...turn import ColumnCard, FrameCard
from .describe import FUNCTIONS, rows_noun
from .schema import Dimension, Measure, QueryPlan
from .sql import dimensions, is_time, measured
from .words import name_parts, plural, singular, spoken, unit_of

MONEY = frozenset(
    {"price", "cost", "revenue", "amount", "salary", "sales", "profit", "income", "fee", "fare", "payment", "wage",
     "budget", "turnover", "spend", "tax", "balance", "freight", "charge", "charges", "expense", "expenses", "costs"}
)  # fmt: skip
YEARS = frozenset({"year", "yr"})
BINS: dict[str, tuple[str, str]] = {
    "hour": ("at ", "%Y-%m-%d %H:%M"), "day": ("on ", "%Y-%m-%d"), "week": ("in the week of ", "%Y-%m-%d"),
    "month": ("in ", "%B %Y"), "quarter": ("in the quarter from ", "%B %Y"), "year": ("in ", "%Y"),
}  # fmt: skip
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
    """*is* or *are*, by the last word, but for the number of something."""
    last = words.split()[-1] if words else ""
    several = plural(last) == last and singular(last) != last
    return "are" if several and not words.startswith(("number ", "share ")) else "is"


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


def find(card: FrameCard, name: str) -> ColumnCard:
    return next(column for column in card.columns if column.sql == name)


def measure_words(measure: Measure, plan: QueryPlan, card: FrameCard) -> str:
    if measure.column is None:
        return f"{'share' if measure.function == 'share' else 'number'} of {rows_noun(plan.frame)}"
    name = literal(spoken(measure.column))
    if measure.other is not None:
        if measure.function == "ratio":
            return f"total {name} over the total {literal(spoken(measure.other))}"
        return f"correlation of {name} and {literal(spoken(measure.other))}"
    if measure.function == "count":
        return f"number of {rows_noun(plan.frame)} with a known {name}"
    if measure.function == "count distinct":
        return f"number of different {plural(name)}"
    column = next((column for column in card.columns if column.sql == measure.column), None)
    if measure.function in {"min", "max"} and column is not None and is_time(column):
        return f"{'earliest' if measure.function == 'min' else 'latest'} {name}"
    return f"{FUNCTIONS[measure.function]} {name}"


def of_measures(plan: QueryPlan, card: FrameCard) -> list[Shown]:
    return [
        of_measure(measure, reference(column.name), plan, card)
        for measure, column in zip(plan.measures, measured(plan, card), strict=True)
    ]


def of_measure(measure: Measure, name: str, plan: QueryPlan, card: FrameCard) -> Shown:
    words = measure_words(measure, plan, card)
    if measure.function in _NEVER_NULL:
        many = rows_noun(plan.frame)
        top = (f"the most {many}", f"the fewest {many}") if measure.column is None else ("", "")
        return Shown(name, words, ":,.0f", nullable=False, top=top)
    if measure.function == "share":
        return Shown(name, words, unit="%", nullable=measure.column is not None)
    column = find(card, measure.column or "")
    if measure.other is not None:
        return Shown(name, words)
    whole = column.type == "integer" and measure.function in {"sum", "min", "max"}
    always = column.nulls == 0 and measure.function != "std" and not plan.joins
    what = literal(spoken(column.sql))
    top = (f"the highest {what}", "") if measure.function == "max" and not is_time(column) else ("", "")
    top = ("", f"the lowest {what}") if measure.function == "min" and not is_time(column) else top
    nullable = not always or not plan.group_by
    return Shown(name, words, _form(column, whole), _unit(column), nullable=nullable, top=top)


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
    if column.type == "boolean":
        return "", "", f"{literal(spoken(column.sql))} "
    if column.type in {"integer", "float", "decimal"}:
        return ":plain", "", "" if years else f"{literal(spoken(column.sql))} "
    return "", "", ""


def _form(column: ColumnCard, whole: bool) -> str:
    parts = name_parts(column.sql)
    if YEARS.intersection(parts) and whole:
        return ":plain"
    if whole:
        return ":,.0f"
    sizes = [abs(float(value)) for value in column.quantiles if isinstance(value, int | float)]
    small = bool(sizes) and max(sizes) < 1
    return ":,.2f" if MONEY.intersection(parts) and column.type in {"integer", "float", "decimal"} and not small else ""


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
    if dimension.time in BINS:
        return Shown(names[0], words, f":{BINS[dimension.time][1]}")
    if dimension.time == "hour of day":
        return Shown(names[0], words, ":plain", before="hour ")
    if dimension.width:
        return Shown(names[0], words, before=f"{literal(spoken(dimension.column))} from ")
    return Shown(names[0], words, *(("", "", "") if dimension.time else _labelled(column)))


def dimension_words(dimension: Dimension) -> str:
    if dimension.time:
        return {"day of week": "weekday", "hour of day": "hour", "month of year": "month"}.get(
            dimension.time, dimension.time
        )
    return literal(spoken(dimension.column))
