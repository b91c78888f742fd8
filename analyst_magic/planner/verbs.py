"""Verbs: those that say no more than the column or value beside them, and the columns that are named by a verb."""

from __future__ import annotations

from ..turn import ColumnCard
from .flags import is_flag_column
from .lexicon import Lexicon
from .linking import Tag
from .parts import Filler, Where
from .plan.schema import Filter
from .plan.sql import is_time
from .rules import Grammar, Span
from .year_columns import is_year_column

RULES = Grammar()
_BETWEEN = frozenset({"most", "fewest", "superlative", "number", "operator", "function", "distinct", "not", "ordinal"})
_SAYS_WHEN = frozenset({"month", "date", "quarter", "relative", "today", "weekday", "weekend"})


@RULES.rule("verb", cost=0.3)
def light_verb(span: Span) -> Filler | None:
    """``won the most medals``, ``released in 1998``, ``plays for Rovers``: what is meant is named beside it."""
    meaning = span.own[0].meaning
    said = _gains_amount(span) if meaning in {"gain", "relate"} else _says_when(span) if meaning == "happen" else False
    said = said or (meaning in {"gain", "relate"} and _of_amount(span))
    said = said or (meaning == "done" and span.after.kind in {"end", "by", "month", "relative"})
    if meaning == "relate" or (meaning == "happen" and not said):
        said = any(tag.kind == "value" or (meaning == "relate" and tag.kind == "number") for tag in span.tags)
    said = said or (meaning == "relate" and span.after.kind == "column" and _is_flag(span.after, span.words))
    most = span.tags[span.end : span.end + 2]
    said = said or [tag.kind for tag in most] in (["most", "frame"], ["fewest", "frame"])
    said = said or (meaning == "relate" and span.after.kind in _SAYS_WHEN | {"operator"} and _says_when(span))
    return Filler(span.own[0].text) if said else None


def _is_flag(tag: Tag, words: Lexicon) -> bool:
    """Whether a word is a column of yes and no: ``work remotely``."""
    return len(tag.meaning) == 1 and is_flag_column(tag.meaning[0], words)


def _gains_amount(span: Span) -> bool:
    """Whether what is won, scored or received is a column of numbers: the verb's object, or asked for before it."""
    place = span.end
    while place < len(span.tags) and span.tags[place].kind in _BETWEEN:
        place += 1
    after = span.tags[place] if place < len(span.tags) else Tag("end", "")
    if _is_amount(after, span.words):
        return True
    pairs = zip(span.tags[: span.start], span.tags[1 : span.start], strict=False)
    return any(one.kind in {"function", "most", "fewest"} and _is_amount(two, span.words) for one, two in pairs)


def _of_amount(span: Span) -> bool:
    """``hours spent in meetings``: the amount stands before the verb, and what it is of behind."""
    return _is_amount(span.before, span.words) and span.after.kind in {"value", "by", "month", "column", "to", "from"}


def _is_amount(tag: Tag, words: Lexicon) -> bool:
    if tag.kind != "column":
        return False
    columns = [words.column(name) for name in tag.meaning]
    return any(column.type in {"integer", "float", "decimal"} and not is_year_column(column) for column in columns)


def _says_when(span: Span) -> bool:
    """Whether the question names a time, and the frame has one column that says when."""
    numbers = [tag for tag in span.tags if tag.kind == "number" and isinstance(tag.meaning, int)]
    dated = any(tag.kind in _SAYS_WHEN for tag in span.tags) or any(
        1000 <= n.meaning <= 2100 and n.text.isdigit() for n in numbers
    )
    named = any(tag.kind == "column" and _is_when(tag, span.words) for tag in span.tags)
    return named or (dated and len([c for c in span.words.card.columns if _tells_time(c)]) == 1)


def _is_when(tag: Tag, words: Lexicon) -> bool:
    return any(_tells_time(words.column(name)) for name in tag.meaning)


def _tells_time(column: ColumnCard) -> bool:
    return is_time(column) or is_year_column(column)


@RULES.rule("column number", cost=0.7)
def in_its_year(span: Span) -> Where | None:
    """``opened in 1975``, ``season 2008``, ``player number 8``: a number behind the column that holds such."""
    tag, number = span.own
    columns = [span.words.column(name) for name in tag.meaning]
    if len(columns) != 1 or not isinstance(number.meaning, int) or not number.text.isdigit():
        return None
    if span.after.kind in {"rows", "frame", "unit", "column"} or span.before.kind in {"by", "function", "superlative"}:
        return None
    (column,) = columns
    year = is_year_column(column) and 1000 <= number.meaning <= 2100
    if not year and not (column.type == "integer" and _numbers_things(column)):
        return None
    return Where((Filter(column=column.sql, operator="=", values=(number.meaning,)),))


_LABELS = frozenset(
    "no number num nr rank ranking position place pos season week round episode stage game match zone district heat "
    "lane".split()
)


def _numbers_things(column: ColumnCard) -> bool:
    """Whether the numbers of a column say which one, not how much."""
    return column.sql.lower().strip(" .#") in _LABELS or column.sql.strip() == "#"


@RULES.rule("verb by", cost=0.4)
def done_by(span: Span) -> Filler | None:
    """``scored by forwards``: who it was follows."""
    return Filler(span.own[0].text) if span.after.kind == "value" and span.own[1].text.lower() == "by" else None


@RULES.rule("not verb column", cost=0.6)
def none_of(span: Span) -> Where | None:
    """``nations that did not win any gold medals``."""
    if not _is_amount(span.own[-1], span.words) or len(span.own[-1].meaning) != 1:
        return None
    return Where((Filter(column=span.own[-1].meaning[0], operator="=", values=(0,), label="none"),))


@RULES.rule("(from|to)", cost=0.4)
def left_behind(span: Span) -> Filler | None:
    """``which party is she from``: what it belongs to was named before."""
    return (
        Filler(span.own[0].text)
        if span.after.kind == "end" and any(t.kind in {"value", "number"} for t in span.tags)
        else None
    )
