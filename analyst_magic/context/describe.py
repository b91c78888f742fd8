"""A frame's card as text for a model, in few words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..sources.frames import variables
from ..turn import ColumnCard, FrameCard
from ..turn.tokens import estimate_tokens
from .compact import compact_names, numbered
from .match import frame_score, shared, value_score, words
from .text import json_text, label_code, plain_value, quoted, type_text, value_text
from .units import unit

LEGEND = (
    "A column without a word on nulls has none. low..high is rounded outward; q: 5/25/50/75/95% quantiles, rounded. "
    "Lists of values are complete unless they say how many more there are. In shapes x, X and 9 stand for any letter "
    "and digit."
)
"""How the lines of columns are to be read; stands once above all frames."""
MAX_VALUES = 20
MAX_VALUES_TEXT = 240
"""Characters that the values of one column take."""
FEW_VALUES = 6
"""Values that are told where there are many more."""
MAX_SHAPES = 3
MIN_SHARE = 0.01
"""Share of the rows that a value, or a shape, must have to be told where there are many."""
WIDE = 60
"""Columns from which a frame tells details of some of them alone, and of the others the names."""
WIDE_DETAILS = 20
MAX_LISTING_TOKENS = 1_000
_LONGEST_COLUMN = 200
"""Tokens that one column may take beyond the budget, so that a narrow budget still shows something."""


def describe(card: FrameCard) -> str:
    """One heading line and one line for each column."""
    (variable,) = variables([card.name]).values()
    head = [
        f"{quoted(card.name)}: {_KINDS.get(card.kind, card.kind)}",
        *([f"{card.rows:,} rows"] if card.rows or card.columns or not card.names else []),
        *([] if card.exact else ["figures from a sample"]),
        *([f"in Python {variable}"] if variable != card.name else []),
        *([f"one row per {', '.join(map(quoted, card.key))}"] if card.key else []),
    ]
    lines = [", ".join(head)]
    lines += [f"columns: {card.names}"] if card.names else []
    lines += ["of these:"] if card.names and card.columns else []
    names = frozenset(column.name for column in card.columns)
    lines += [_column(column, i < card.index, names, exact=card.exact) for i, column in enumerate(card.columns)]
    if card.sample:
        lines.append("sample rows:")
        lines += [json_text([plain_value(value) for value in row]) for row in card.sample]
    return "\n".join(lines)


def fit(question: str, cards: Sequence[FrameCard], budget: int) -> tuple[tuple[FrameCard, ...], tuple[str, ...]]:
    """Cut cards down to a number of tokens. The card that the question speaks of most comes first
    and gets the largest share of them; where all fit, their order stays.

    Every frame keeps the names of all its columns, in a compact form, as far as those fit. Details stay for the columns
    that share words with the question, and then for others.

    Returns:
        The cards, their columns in their own order, and a line for each that lost names of columns.
    """
    if sum(_tokens(card) for card in cards) <= budget and all(len(card.columns) <= WIDE for card in cards):
        return tuple(cards), ()
    asked = words(question)
    cards = sorted(cards, key=lambda card: -_score(question, asked, card))
    listings = [_listed(card, budget // (2 * len(cards))) for card in cards]
    left = budget - sum(_tokens(listed) for listed, _ in listings)
    fitted, notes = [], []
    for position, (card, (listed, missing)) in enumerate(zip(cards, listings, strict=True)):
        share = left // 2 if position < len(cards) - 1 else left
        chosen = _detailed(card, listed, asked, share)
        left -= _tokens(chosen) - _tokens(listed)
        fitted.append(chosen)
        lost = missing - _told_in_detail(listed, chosen)
        if lost > 0 and chosen is not card:
            notes.append(f"{card.name}: {lost:,} more columns are not listed.")
    return tuple(fitted), tuple(notes)


def outlines(cards: Sequence[FrameCard], budget: int) -> tuple[list[FrameCard], list[str]]:
    """Frames that are not described: each with the names of its columns, as far as they fit in the order given.

    Returns:
        The frames with names, and the names of those that had no room.
    """
    found, rest = [], []
    for card in cards:
        listed, missing = _listed(card, budget)
        listed = replace(
            listed, names=f"{listed.names}, {missing:,} more" if missing and listed.names else listed.names
        )
        cost = _tokens(listed)
        if cost > budget or not listed.names:
            rest.append(card.name)
            continue
        budget -= cost
        found.append(listed)
    return found, rest


def _score(question: str, asked: frozenset[str], card: FrameCard) -> int:
    """How much a question speaks of a frame, by its names and values."""
    return frame_score(asked, card.name, [column.name for column in card.columns]) + value_score(question, card)


def _told_in_detail(listed: FrameCard, chosen: FrameCard) -> int:
    """Columns of a cut card whose names its list left out."""
    return sum(label_code(column.label, column.name) not in listed.names for column in chosen.columns)


def _listed(card: FrameCard, budget: int) -> tuple[FrameCard, int]:
    """A card with the names of its columns alone, and how many had no room."""
    names, missing = compact_names(card.columns, min(budget, MAX_LISTING_TOKENS))
    return replace(card, columns=(), sample=(), index=0, names=names), missing


def _detailed(card: FrameCard, listed: FrameCard, asked: frozenset[str], budget: int) -> FrameCard:
    """A card with as many columns as a budget beyond the list of their names allows."""
    if len(card.columns) <= WIDE and _tokens(card) - _tokens(listed) <= budget:
        return card
    scores = [shared(asked, column.name) for column in card.columns]
    order = sorted(range(len(card.columns)), key=lambda i: (-scores[i], i))
    if len(card.columns) > WIDE:
        alike = {id(column) for group in numbered(card.columns) for column in group[1:]}
        order = [i for i in order if scores[i] or id(card.columns[i]) not in alike]
        order = order[: max(WIDE_DETAILS, sum(map(bool, scores)))]
    names = frozenset(column.name for column in card.columns)
    keep: set[int] = set()
    used = 0
    for i in order:
        cost = estimate_tokens(_column(card.columns[i], False, names)) + 1
        if used + cost > budget and (keep or cost > _LONGEST_COLUMN or budget < 0):
            continue
        used += cost
        keep.add(i)
    index = sum(1 for i in range(card.index) if i in keep)
    return replace(listed, columns=tuple(card.columns[i] for i in sorted(keep)), index=index)


def _tokens(card: FrameCard) -> int:
    return estimate_tokens(describe(card))


def _column(column: ColumnCard, index: bool, names: frozenset[str] = frozenset(), *, exact: bool = True) -> str:
    facts = [f"- {label_code(column.label, column.name)} {type_text(column)}"]
    facts += ["is the index"] if index else []
    facts += [f"in SQL {quoted(column.sql)}"] if column.sql != column.name else []
    facts += [f"{column.nulls:,} nulls"] if column.nulls else []
    if column.unique and exact and column.type not in {"float", "decimal"}:
        facts.append("unique")
    facts += [found] if (found := unit(column.name, names)) and column.type in {"integer", "float", "decimal"} else []
    facts += [column.code] if column.code else []
    values = _values(column)
    complete = bool(values) and column.distinct == len(column.values)
    if column.distinct is not None and not column.unique and not complete and not column.quantiles:
        facts.append(f"{column.distinct:,} distinct")
    if column.minimum is not None and not complete:
        facts.append(f"{_bound(column.minimum)}..{_bound(column.maximum)}")
    if column.quantiles and not complete:
        facts.append("q " + " ".join(value_text(value) for value in column.quantiles))
    if column.mean is not None and not complete:
        facts.append(f"mean {value_text(column.mean)}")
    return ", ".join([*facts, *values, *_shapes(column)])


def _bound(value: Any) -> str:
    """An end of a range: numbers with all their digits, and months and years, which hold no more than digits."""
    text = str(value)
    if isinstance(value, int | float | Decimal):
        return text
    return text if text.replace("-", "").replace(":", "").removesuffix("s").isdecimal() else value_text(value)


def _values(column: ColumnCard) -> list[str]:
    """The values that are told, and how many more there are."""
    values = [value for value, _ in column.values]
    distinct, withheld = column.distinct or 0, column.withheld or 0
    if not values:
        return [f"{withheld:,} values withheld for privacy"] if withheld and distinct == withheld else []
    if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        text = ", ".join(_runs(sorted(values)))
        listed = len(values)
    else:
        if distinct > len(values) + withheld:
            common = [value for value, count in column.values if count >= MIN_SHARE * max(1, column.rows)]
            values = [] if _structured(column) else common[:FEW_VALUES]
        texts = _that_fit([value_text(value) for value in values])
        text, listed = ", ".join(texts), len(texts)
    more = distinct - listed - withheld
    ends = [f"{more:,} more"] if more > 0 else []
    ends += [f"{withheld:,} more withheld for privacy"] if withheld else []
    return [f"values {text}" + "".join(f", … {end}" for end in ends)] if listed else []


def _that_fit(texts: Sequence[str]) -> list[str]:
    fitting: list[str] = []
    left = MAX_VALUES_TEXT
    for text in texts[:MAX_VALUES]:
        left -= len(text) + 2
        if left < 0 and fitting:
            break
        fitting.append(text)
    return fitting


def _runs(numbers: Sequence[int]) -> list[str]:
    """Whole numbers in order, those that follow each other as ``1..12``."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return [part for run in found for part in ([f"{run[0]}..{run[-1]}"] if len(run) > 2 else map(str, run))]


def _structured(column: ColumnCard) -> bool:
    """Whether texts are all written in one way with digits in it, as moments and identifiers are."""
    return bool(column.shapes) and column.shapes[0][0].count("9") >= 3


def _shapes(column: ColumnCard) -> list[str]:
    """How texts are written, with the share of the rows; not where all values are told."""
    seen = int(column.sketch.counts.sum()) if column.sketch is not None else column.rows - (column.nulls or 0)
    complete = column.distinct is not None and column.distinct <= min(len(column.values), MAX_VALUES)
    if not column.shapes or complete or seen <= 0:
        return []
    texts = [
        f"{json_text(shape)} {max(1, round(100 * count / seen))}%"
        for shape, count in column.shapes[:MAX_SHAPES]
        if count >= MIN_SHARE * seen
    ]
    return ["shapes " + ", ".join(texts)] if texts else []


_KINDS = {
    "pandas": "pandas.DataFrame",
    "series": "pandas.Series (SQL sees a table with its index and its values as columns)",
    "polars": "polars.DataFrame",
    "polars series": "polars.Series (SQL sees a table with its values as the one column)",
    "arrow": "pyarrow.Table",
    "duckdb": "DuckDB relation",
    "file": "file, as a DuckDB relation (NAME.df() gives pandas; it may be larger than memory)",
}
