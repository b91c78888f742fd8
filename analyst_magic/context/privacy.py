"""Privacy levels: how much of a frame's profile, and of a failure's text, a model may see."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from ..sources.shapes import masked
from ..turn import ColumnCard, FrameCard, Privacy
from .rounding import code_range, date_range, number_range, rounded, rounded_quantiles, rounding_step

SHARED_BY = 5
"""A value is told at ``stats`` only where at least this many rows have it, so that none points at one row."""

ROWS_OF_A_RANGE = 4 * SHARED_BY
"""Rows that a range has to have, as its ends are single values, though rounded."""
MAX_CODES = 50
_IDENTIFIER = re.compile(
    r"(?i:(?:^|[^a-z])(?:id|key|code|zip|postcode|phone|nr|number|no)s?)$|[a-z](?:I[dD]|Key|Code)s?$"
)
_WORD = re.compile(r"[^\W_]+(?:[.,:/@+-][^\W_]+)*", re.UNICODE)
_JOINT = re.compile(r"[.,:/@+-]")
MAX_WORDS = 16
"""Words of a failure's text that are looked at: each one that passes carries up to about 13 bits."""
MAX_LETTERS = 2
"""Words of one letter that pass, as more could spell a value."""
_CAPITALS = ("DataFrame", "NoneType", "MultiIndex", "DatetimeIndex", "RangeIndex", "DataFrameGroupBy", "SeriesGroupBy",
             "AttributeError", "ImportError", "IndexError", "KeyError", "NameError", "SyntaxError", "TypeError",
             "ValueError", "ZeroDivisionError", "NumpyExtensionArray", "TimedeltaIndex")  # fmt: skip
_SEPARATORS = frozenset(
    [" ", "'", " '", "' ", "', '", "': '", '"', ' "', '" ', '", "', "(", ")", " (", ") ", "()", "() ", "[", "]", " [",
     "] ", "['", "']", " ['", "'] ", "_", ":", ": ", ": '", ': "', ": [", ",", ", ", ".", ". ", "'. ", '". ', "!", "! ",
     "?", "? ", "; ", "=", " = ", " <", "> ", "<", ">", "<'", " <'", "'>", "'> ", "('", "')", "='", ", '", "',", "(['",
     "'], ", "')] ", ")'. ", ")'", ").", "'.", "' (", "'; "]
    + [f" {sign}: '" for sign in ("+", "-", "*", "/", "//", "%", "**", "&", "|", "<", ">", "<=", ">=")]
)  # fmt: skip


def restrict(card: FrameCard, level: Privacy, hidden: frozenset[str] = frozenset()) -> FrameCard:
    """Cut a profile down to what a level allows.

    Args:
        card: All that is known of a frame.
        level: ``schema``: names and types. ``stats``: also aggregates, ranges rounded
            outward, and values and shapes of texts that at least five rows share. ``masked``: also sample rows whose
            every letter and digit is masked. ``rows``: also sample rows.
        hidden: Columns to leave out at every level, as ``frame.column``.
    """
    keep = [
        i for i, column in enumerate(card.columns) if hidden.isdisjoint({f"{card.name}.{n}" for n in _names(column)})
    ]
    columns = tuple(_column(card.columns[i], level) for i in keep)
    sample = tuple(tuple(row[i] for i in keep) for row in card.sample) if level in {"masked", "rows"} else ()
    if level == "masked":
        sample = tuple(tuple(mask(value) for value in row) for row in sample)
    gone = sum(1 for i in range(card.index) if i not in keep)
    key = card.key if {column.sql for column in columns} >= set(card.key) and level != "schema" else ()
    total = card.total if {column.sql for column in columns} >= set(card.total[:1]) and level != "schema" else ()
    return replace(card, columns=columns, sample=sample, index=card.index - gone, key=key, total=total)


def mask(value: Any) -> str | None:
    """A value's shape: letters become ``x`` or ``X``, digits ``9``, other signs beyond ASCII ``?``."""
    if value is None:
        return None
    if isinstance(value, bool):  # the two words differ in length
        return "Xxxx"
    return masked(str(value)[:60])


def redact(text: str, allowed: Iterable[str], level: Privacy, hidden: Iterable[str] = ()) -> str:
    """A failure's text for a model: below ``rows``, only words that the model knows already stay.

    A value of the data can stand anywhere in an exception's text, so what is not in ``allowed`` and is not a plain word
    of such texts becomes ``…``. Code can also put known words into an order that means something. So no more than
    ``MAX_WORDS`` are looked at, each passes once, their case is that of the model's own text, and what stands between
    them is one of a few separators.

    Args:
        text: The exception's text.
        allowed: The code, and what the model was told.
        level: The privacy level.
        hidden: Columns whose names vanish at every level, as ``frame.column``.
    """
    for name in sorted((entry.partition(".")[2] for entry in hidden), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", text) if name else text
    if level == "rows":
        return text
    known = _known_words(allowed)
    parts: list[str] = []
    seen: set[str] = set()
    end = 0
    for count, match in enumerate(_WORD.finditer(text[:2000])):
        parts.append(_separator(text[end : match.start()], " " if parts else ""))
        if count == MAX_WORDS or len(seen) >= MAX_WORDS:
            return "".join([*parts, "…"])
        parts.append(_known_form(match.group(), known, seen))
        end = match.end()
    return "".join([*parts, _separator(text[end:2000], "")])


def _known_words(allowed: Iterable[str]) -> dict[str, frozenset[str]]:
    """Words that may stay, in lower case, each with the ways in which the model's own text writes it."""
    forms: dict[str, set[str]] = {word.lower(): {word} for word in _CAPITALS}
    for part in allowed:
        for word in (*_WORD.findall(part), *re.findall(r"[^\W\d_]+", part)):
            forms.setdefault(word.lower(), set()).add(word)
    return {**dict.fromkeys(_PLAIN, frozenset()), **{word: frozenset(ways) for word, ways in forms.items()}}


def _known_form(word: str, known: dict[str, frozenset[str]], seen: set[str]) -> str:
    """A word, or words joined as in ``non-int``, as it may stay, else ``…``; a number counts only as a whole."""
    lower = word.lower()
    parts = [lower] if lower in known else _JOINT.split(lower)
    if lower not in known and not all(part.isalpha() and part in known for part in parts):
        return "…"
    letters = sum(len(part) == 1 for part in (*seen, *parts))
    if not seen.isdisjoint(parts) or len(set(parts)) < len(parts) or letters > MAX_LETTERS:
        return "…"
    seen.update(parts)
    if len(parts) > 1 or word in known[lower] or word in {lower, lower.capitalize(), lower.upper()}:
        return word if len(parts) == 1 else lower
    return min(known[lower], default=lower)


def _separator(text: str, other: str) -> str:
    """What stands between two words, where it is usual in such texts; else ``other``."""
    text = re.sub(r"\s+", " ", text)
    return text if text in _SEPARATORS else other


def _column(column: ColumnCard, level: Privacy) -> ColumnCard:
    bare = ColumnCard(column.name, column.label, column.sql, column.type, column.zone, dtype=column.dtype)
    if level == "schema":
        return bare
    if level == "rows":
        return column
    rows = column.rows - (column.nulls or 0)
    values = tuple((value, count) for value, count in column.values if count >= SHARED_BY)
    same = rows if column.minimum == column.maximum else 0  # all rows have the one value
    ends = zip((column.minimum, column.maximum), (max(count, same) for count in column.extremes), strict=True)
    often = (value for value, count in (*values, *ends) if count >= SHARED_BY)
    shared = frozenset(value for value in often if isinstance(value, int | float))
    low, high = _range(column, rows, shared) or (None, None)
    step = rounding_step(_spread(column), rows)
    return replace(
        bare,
        rows=column.rows,
        nulls=column.nulls,
        distinct=column.distinct,
        minimum=low,
        maximum=high,
        mean=None if column.mean is None or rows < SHARED_BY or no_quantity(column) else rounded(column.mean, step),
        quantiles=_quantiles(column, rows, shared),
        values=values,
        code=column.code,
        shapes=tuple((shape, count) for shape, count in column.shapes if count >= SHARED_BY),
        sketch=column.sketch,
        withheld=max(0, len(column.values) - len(values)),
    )


def _range(column: ColumnCard, rows: int, shared: frozenset[Any]) -> tuple[Any, Any] | None:
    """The range as it may be told, which contains the data; of few rows none is."""
    low, high = column.minimum, column.maximum
    if low is None or rows < ROWS_OF_A_RANGE:
        return None
    if column.code:
        return code_range(column.code, low, high)
    return number_range(low, high, shared) if isinstance(low, int | float | Decimal) else date_range(low, high)


def _quantiles(column: ColumnCard, rows: int, shared: frozenset[Any]) -> tuple[Any, ...]:
    """A 5 per cent quantile of a hundred rows has five rows beyond it; below that none is told."""
    numbers = column.minimum, column.maximum
    if not column.quantiles or rows < 20 * SHARED_BY or no_quantity(column):
        return ()
    if not all(isinstance(n, int | float) and math.isfinite(n) for n in (*numbers, *column.quantiles)):
        return ()
    equal = {low for low, high in pairwise(column.quantiles) if low == high}  # of a sixth of the rows or more
    return rounded_quantiles(column.quantiles, *numbers, rows, shared | equal)


def _spread(column: ColumnCard) -> float:
    """How far the data reaches, without its outermost rows where those are what makes it reach."""
    ends = (column.quantiles[0], column.quantiles[-1]) if column.quantiles else (None, None)
    reach, full = (
        high - low if isinstance(low, int | float) and isinstance(high, int | float) else 0.0
        for low, high in (ends, (column.minimum, column.maximum))
    )
    spread = float(reach or full)
    return spread if math.isfinite(spread) else 0.0


def no_quantity(column: ColumnCard) -> bool:
    """Whether a column of numbers holds names of things or moments, of which no mean says anything."""
    if column.code or (_IDENTIFIER.search(column.name) and (column.distinct or 0) > MAX_CODES):
        return True
    low, high = column.minimum, column.maximum
    dense = isinstance(low, int) and isinstance(high, int) and high - low + 1 == column.rows
    return column.unique and dense


def _names(column: ColumnCard) -> set[str]:
    return {column.name, column.sql}


# Words of the messages of Python, pandas, DuckDB and plotly; no word here can be told from an ordinary one.
_PLAIN = frozenset("""
a abbreviation accessor according add after aggregate aggregation alias align aligned all allowed already also
ambiguous an and another any appear are argument arguments array arrays as ascii assign assigned assignment at
attribute attributeerror attributes aware axes axis b base be because been before between bigint bin binder bindings
bins bme boolean booleans both boundaries bounds bqe broadcast buffer but by byte bytes call callable called calling
can can't candidate candidates cannot cast casted casting casts catalog categorical categories category changed char
character class classes clause code codec color colour column columns compare comparison complex concat concatenate
conflict conflicts consider contains conversion convert converted converting copy could couldn count current custom d
data dataframe dataframegroupby dataframes dataset datasets datatype date dates datetime datetime64 datetimelike day
days decimal decode decoded decrease decreasing default delimiter dependencies dependency depth destination dict did
didn different dimension dimensional dimensions divide dividing division do documentation does doesn don double dt
dtype duckdb duplicate duplicated duplicates during e edges either element elements else empty encode encoded
encountered end enough entries entry equal equals error estimator exceeded exceeds exception exist exists expected
expecting explicit expression failed failure feature features few field figure file finite first fit fitted float
float32 float64 floating for format formats found frame freq frequency from function functions g generator get getitem
give given got greater group groupby h had handle has hash hashable have having hour hours however hugeint if
implemented implicit importerror in incompatible inconsistent increase increasing index indexer indexerror indexes
indices inf inferred infinity inplace input inside install installed instance instead int int16 int32 int64 int8
integer integers interval into invalid is isn it item items iterable iteration iterator its join json key keyerror
keys keyword label labels lambda large last layout least left length less level levels like limit limits line list
literal local localize longer macro macros malformed many match matching matrix max maximum may me mean median member
members memory merge method might min minimum minute minutes mismatch missing mixed mode module modules modulo
monotonic monotonically month months more most ms multiindex multiple multiply must na naive name named nameerror
names nan ndarray near nearest need needed negative neither new next no non none nonetype nonfinite nor not ns null
number numbers numeric numpy numpyextensionarray o object objects of offset offsets old on one only operand operands
operation operator optional or order ordered other out output outside overflow overlap overlapping package packages
pandas parameter parse parsed parser passed per perform perhaps period periods permitted please plotly point polars
populated position positional possible precision previous properties property python qe qualified quantile queries
query range rank read readonly received recursion reduction reference referenced reindex reindexing relation remove
replace required resample reshape result return returned returns right rolling row rows s safely same sample samples
scalar scale second seconds see select separator sequence series seriesgroupby set setitem sets setting shape shapes
should side similar since single singular size sizes slice slicing small so sort sorted source specified specifier
statement statements std still str string strings struct subqueries subquery subscriptable subset subtract such sum
superset supported supports surrogate syntax syntaxerror t table tables takes template templates test than that the
them then there these they this those time timedelta timedelta64 timestamp timezone to together too trace train truth
try tuple two type typeerror types tz uint16 uint32 uint64 uint8 unable undefined underflow unexpected unhashable
unicode union unique unit unknown unmatched unpack unpacking unrecognized unsupported until us use used using utc utf8
valid value valueerror values var varchar variable variables view w was we were when where whether which while window
with within without would write wrong ye year years you your zero zerodivisionerror
""".split())  # fmt: skip
