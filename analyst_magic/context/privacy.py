"""Privacy levels: how much of a frame's profile, and of a failure's text, a model may see."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ..turn import ColumnCard, FrameCard, Privacy

SHARED_BY = 5
"""A value is told at ``stats`` only where at least this many rows have it, so that none points at one row."""

_WORD = re.compile(r"[^\W_]+(?:[.,:/@+-][^\W_]+)*", re.UNICODE)


def restrict(card: FrameCard, level: Privacy, hidden: frozenset[str] = frozenset()) -> FrameCard:
    """Cut a profile down to what a level allows.

    Args:
        card: All that is known of a frame.
        level: ``schema``: names and types. ``stats``: also aggregates and quantiles, and values that at least five rows
            share. ``masked``: also sample rows whose every letter and digit is masked. ``rows``: also sample rows.
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
    return replace(card, columns=columns, sample=sample, index=card.index - gone)


def mask(value: Any) -> str | None:
    """A value's shape: letters become ``x`` or ``X``, digits ``9``, other signs beyond ASCII ``?``."""
    if value is None:
        return None
    if isinstance(value, bool):  # the two words differ in length
        return "Xxxx"
    return "".join(_masked(character) for character in str(value)[:60])


def _masked(character: str) -> str:
    if character.isnumeric():
        return "9"
    if character.isalpha():
        return "X" if character.isupper() else "x"
    return character if character.isascii() else "?"


def redact(text: str, allowed: Iterable[str], level: Privacy, hidden: Iterable[str] = ()) -> str:
    """A failure's text for a model: below ``rows``, only words that the model knows already stay.

    A value of the data can stand anywhere in an exception's text, so what is not in ``allowed`` and is not a plain word
    of such texts becomes ``…``.

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
    known = {word.lower() for part in allowed for word in _WORD.findall(part)} | _PLAIN
    known |= {piece for part in allowed for piece in re.findall(r"[^\W\d_]+", part.lower())}
    return _WORD.sub(lambda found: found.group() if found.group().lower() in known else "…", text[:2000])


def _column(column: ColumnCard, level: Privacy) -> ColumnCard:
    bare = ColumnCard(column.name, column.label, column.sql, column.type, column.zone)
    if level == "schema":
        return bare
    if level == "rows":
        return column
    shared = tuple((value, count) for value, count in column.values if count >= SHARED_BY)
    enough = column.rows - (column.nulls or 0) >= 20 * SHARED_BY  # a 5 per cent quantile then has five rows beyond it
    return replace(
        bare,
        rows=column.rows,
        nulls=column.nulls,
        distinct=column.distinct,
        mean=column.mean if column.rows - (column.nulls or 0) >= SHARED_BY else None,
        quantiles=tuple(_rounded(value, shared) for value in column.quantiles) if enough else (),
        values=shared,
    )


def _names(column: ColumnCard) -> set[str]:
    return {column.name, column.sql}


def _rounded(value: Any, shared: tuple[tuple[Any, int], ...]) -> Any:
    """A quantile to three digits: it can be the very number of one row, such as that of an account."""
    if not isinstance(value, int | float) or any(value == known for known, _ in shared):
        return value
    return float(f"{value:.3g}")


# Words of the messages of Python, pandas, DuckDB and plotly; no word here can be told from an ordinary one.
_PLAIN = frozenset("""
a an all already allowed ambiguous and any are argument arguments array arrays as at attribute attributes axis be been
binder boolean but by call callable cannot can't catalog cast changed character code column columns conversion convert
converting could couldn't data dataframe date dates datetime decimal decode did didn't dimension dimensions division
do does doesn't don't dtype duplicate duplicated during element elements empty encountered entry error exist exists
expected exception expression failed failure field file first float format found frame from function get give given
got group had handle has have if implemented in incompatible index indexer inferred input instance int integer invalid
is it item iterable key keys keyword label labels last length level levels like line list literal local many match
matching may member memory merge method mismatch missing mode module more multiple must name named names nan nearest
need needed negative no non none not null number numeric object of on one only operand operands operation operator or
out overflow parameter parse parser parsed passed permitted position positional possible properties property range
read received reference referenced reindex required result return returned returns row rows same scalar sequence
series set shape should single size slice specified statement str string strings struct subscriptable supported syntax
table takes than that the there this time timedelta timestamp timezone to too truth tuple two type types unable
undefined unexpected unhashable unicode unique unknown unmatched unrecognized unsupported use used using valid value
values variable variables was were when which while with within without wrong your zero candidate bindings clause you
mean near end t s doesn didn couldn don isn int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64
datetime64 timedelta64 ns us ms utc nonetype varchar bigint double hugeint utf8 dict pandas numpy polars duckdb plotly
python lambda numpyextensionarray dataframegroupby seriesgroupby groupby ndarray please instead longer reduction
perform casting casts casted safely duplicates explicit source reindexing datatype objects least both typeerror
valueerror keyerror indexerror attributeerror nameerror zerodivisionerror syntaxerror importerror
""".split())  # fmt: skip
