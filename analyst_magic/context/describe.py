"""A frame's card as text for a model, in few words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..sources.frames import variables
from ..turn import NUMBER_TYPES, ColumnCard, FrameCard
from ..turn.tokens import estimate_tokens
from .compact import compact_names, numbered
from .match import frame_score, shared, value_score, words
from .privacy import no_quantity
from .text import json_text, label_code, plain_value, quoted, type_text, value_text
from .units import unit

LEGEND = (
    ("", "Columns with nulls say how many."),
    ("..", "low..high is rounded outward."),
    (", q ", "q: 5/25/50/75/95% quantiles."),
    ("values ", "Values are all there are unless more are counted."),
    ("shapes ", "In shapes x, X, 9 are any letter or digit."),
)
"""How the lines of columns are to be read, each with the word that it explains; stands once above all frames."""
MAX_VALUES = 20
MAX_VALUES_TEXT = 240
"""Characters that the values of one column take."""
FEW_VALUES = 6
"""Values that are told where there are many more."""
NEARLY_ALL = 0.9
"""Share of the rows from which the values that they have stand for the column."""
MAX_RUNS = 12
"""Whole numbers, or runs of them, that are told one by one; of more than these the figures say enough."""
MAX_SHAPES = 3
MIN_SHARE = 0.01
"""Share of the rows that a value, or a shape, must have to be told where there are many."""
WIDE = 60
"""Columns from which a frame tells details of some of them alone, and of the others the names."""
WIDE_DETAILS = 20
MAX_ALIKE = 3
"""Columns whose names differ in a number alone that are described, where the question fits several of them as well."""
MAX_LISTING_TOKENS = 1_000
SHORT = 80
"""Tokens of a frame that is described in full whatever the question is, as its names alone are hardly fewer."""
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
        *(
            [f"with rows of totals, the sums of those above them, named by {quoted(card.total[0])}"]
            if card.total
            else []
        ),
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


def legend(text: str) -> str:
    """What explains the words that some descriptions use.

    >>> legend('- "year" int64, 1990..2020')
    'Columns with nulls say how many. low..high is rounded outward.'
    """
    return " ".join(sentence for word, sentence in LEGEND if word in text)


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
        lost = missing - _described_in_detail(listed, chosen)
        if lost > 0 and chosen is not card:
            notes.append(f"{card.name}: {lost:,} more columns are not listed.")
    return tuple(fitted), tuple(notes)


def spoken_of(question: str, cards: Sequence[FrameCard]) -> tuple[list[FrameCard], list[FrameCard]]:
    """The frames of which a question speaks, by names, columns or values, and the others; short ones are no others.

    Where it speaks of none, it may mean each.
    """
    asked = words(question)
    scores = [_score(question, asked, card) for card in cards]
    if not any(scores):
        return list(cards), []
    full = [card for card, score in zip(cards, scores, strict=True) if score or _tokens(card) <= SHORT]
    return full, [card for card in cards if card not in full]


def outlines(cards: Sequence[FrameCard], budget: int) -> tuple[list[FrameCard], list[str]]:
    """Frames that are not described: each with the names of its columns, as far as they fit in the order given.

    Returns:
        The frames with names, and the names of those that had no room.
    """
    described, rest = [], []
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
        described.append(listed)
    return described, rest


def _score(question: str, asked: frozenset[str], card: FrameCard) -> int:
    """How much a question speaks of a frame, by its names and values."""
    return frame_score(asked, card.name, [column.name for column in card.columns]) + value_score(question, card)


def _described_in_detail(listed: FrameCard, chosen: FrameCard) -> int:
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
    if len(card.columns) > WIDE:
        order = _first_of_many(card.columns, scores)
    else:
        order = sorted(range(len(card.columns)), key=lambda i: (-scores[i], i))
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


def _first_of_many(columns: Sequence[ColumnCard], scores: Sequence[int]) -> list[int]:
    """Which columns of a wide frame are described, the most telling first.

    Of columns whose names differ in a number alone, those that the question fits best, or the first; the others by how
    much the question speaks of them, then texts and times before numbers, as their forms are harder to guess.
    """
    score_of = {id(column): score for column, score in zip(columns, scores, strict=True)}
    left_out: set[int] = set()
    for group in numbered(columns):
        best = max(score_of[id(column)] for column in group)
        fitting = [column for column in group if score_of[id(column)] == best]
        first = fitting if len(fitting) <= MAX_ALIKE else fitting[:1]
        left_out |= {id(column) for column in group} - {id(column) for column in first}
    places = [i for i, column in enumerate(columns) if id(column) not in left_out]
    places.sort(key=lambda i: (-scores[i], columns[i].type in NUMBER_TYPES, i))
    return places[: max(WIDE_DETAILS, sum(scores[i] > 0 for i in places))]


def _tokens(card: FrameCard) -> int:
    return estimate_tokens(describe(card))


def _column(column: ColumnCard, index: bool, names: frozenset[str] = frozenset(), *, exact: bool = True) -> str:
    facts = [f"- {label_code(column.label, column.name)} {type_text(column)}"]
    facts += ["is the index"] if index else []
    facts += [f"in SQL {quoted(column.sql)}"] if column.sql != column.name else []
    facts += [f"{column.nulls:,} nulls"] if column.nulls else []
    if column.unique and exact and column.type not in {"float", "decimal"}:
        facts.append("unique")
    facts += [measure] if (measure := unit(column.name, names)) and column.type in NUMBER_TYPES else []
    facts += [column.code] if column.code else []
    values = _values(column)
    if column.distinct is not None and not (column.unique or values or column.quantiles or column.code):
        facts.append(f"{column.distinct:,} distinct")
    if not _covered(column):
        facts += _figures(column)
    return ", ".join([*facts, *values, *_shapes(column, listed=bool(values))])


def _figures(column: ColumnCard) -> list[str]:
    """The range, and of quantities the quantiles and the mean; of such as are nearly always the same, that value."""
    facts = [f"{_bound(column.minimum)}..{_bound(column.maximum)}"] if column.minimum is not None else []
    if no_quantity(column):
        return facts
    if column.quantiles and column.quantiles[0] == column.quantiles[-1]:
        return [*facts, f"mostly {value_text(column.quantiles[0])}"]
    facts += ["q " + " ".join(map(value_text, column.quantiles))] if column.quantiles else []
    return [*facts, *([f"mean {value_text(column.mean)}"] if column.mean is not None else [])]


def _covered(column: ColumnCard) -> bool:
    """Whether the values that are told are all, or those of nearly all rows: then figures say nothing more."""
    values = _listed_values(column)
    filled = column.rows - (column.nulls or 0)
    if not values or column.distinct == len(values):
        return bool(values)
    counts = dict(column.values)
    return sum(int(counts[value]) for value in values) >= NEARLY_ALL * filled


def _bound(value: Any) -> str:
    """An end of a range: numbers with all their digits, and months and years, which hold no more than digits."""
    text = str(value)
    if isinstance(value, int | float | Decimal):
        return text.removesuffix(".0")
    return text if text.replace("-", "").replace(":", "").removesuffix("s").isdecimal() else value_text(value)


def _values(column: ColumnCard) -> list[str]:
    """The values that are told, and how many more there are."""
    values = _listed_values(column)
    distinct, withheld = column.distinct or 0, column.withheld or 0
    if not column.values:
        return [f"{withheld:,} values withheld for privacy"] if withheld and distinct == withheld else []
    if not values:
        return []
    more = distinct - len(values) - withheld
    ends = [f"{more:,} more"] if more > 0 else []
    ends += [f"{withheld:,} more withheld for privacy"] if withheld else []
    texts = _runs(sorted(values)) if _whole(values) else map(value_text, values)
    return ["values " + ", ".join(texts) + "".join(f", … {end}" for end in ends)]


def _listed_values(column: ColumnCard) -> list[Any]:
    """The values to list: all that may be shared, or the commonest of many; of many numbers none."""
    values = [value for value, _ in column.values]
    if _whole(values):
        return values if len(_runs(sorted(values))) <= MAX_RUNS else []
    if (column.distinct or 0) > len(values) + (column.withheld or 0):
        common = [value for value, count in column.values if count >= MIN_SHARE * max(1, column.rows)]
        values = [] if _structured(column) else common[:FEW_VALUES]
    return values[: len(_that_fit(list(map(value_text, values))))]


def _whole(values: Sequence[Any]) -> bool:
    return bool(values) and all(isinstance(value, int) and not isinstance(value, bool) for value in values)


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
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [part for run in runs for part in ([f"{run[0]}..{run[-1]}"] if len(run) > 2 else map(str, run))]


def _structured(column: ColumnCard) -> bool:
    """Whether texts are all written in one way with digits in it, as moments and identifiers are."""
    return bool(column.shapes) and column.shapes[0][0].count("9") >= 3


def _shapes(column: ColumnCard, *, listed: bool) -> list[str]:
    """How texts are written, with the share of the rows: all ways of those with digits in them, of words the first.

    Args:
        column: The column.
        listed: Whether values of it are told, which show how words are written.
    """
    seen = int(column.sketch.counts.sum()) if column.sketch is not None else column.rows - (column.nulls or 0)
    complete = column.distinct is not None and column.distinct <= min(len(column.values), MAX_VALUES)
    if not column.shapes or complete or seen <= 0 or (listed and "9" not in column.shapes[0][0]):
        return []
    texts = [
        f"{json_text(shape)} {max(1, round(100 * count / seen))}%"
        for shape, count in column.shapes[: MAX_SHAPES if _structured(column) else 1]
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
