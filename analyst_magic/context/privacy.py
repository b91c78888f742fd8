"""Privacy levels: how much of a frame's profile, and of a failure's text, a model may see."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ..turn import ColumnCard, FrameCard, Privacy

SHARED_BY = 5
"""A value is told at ``stats`` only where at least this many rows have it, so that none points at one row."""

_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]*`|“[^”\n]*”")
_WORD = re.compile(r"[^\W_]+(?:[.,:/@+-][^\W_]+)*", re.UNICODE)


def restrict(card: FrameCard, level: Privacy, hidden: frozenset[str] = frozenset()) -> FrameCard:
    """Cut a profile down to what a level allows.

    Args:
        card: All that is known of a frame.
        level: ``schema``: names and types. ``stats``: also aggregates and quantiles, and values that at least five rows
            share. ``masked``: also sample rows whose every letter and digit is masked. ``rows``: also sample rows.
        hidden: Columns to leave out at every level, as ``frame.column``.
    """
    keep = [i for i, column in enumerate(card.columns) if f"{card.name}.{column.name}" not in hidden]
    columns = tuple(_column(card.columns[i], level) for i in keep)
    sample = tuple(tuple(row[i] for i in keep) for row in card.sample) if level in {"masked", "rows"} else ()
    if level == "masked":
        sample = tuple(tuple(mask(value) for value in row) for row in sample)
    gone = sum(1 for i in range(card.index) if i not in keep)
    return replace(card, columns=columns, sample=sample, index=card.index - gone)


def mask(value: Any) -> str | None:
    """A value's shape: letters become ``x`` or ``X``, digits ``9``."""
    if value is None:
        return None
    return "".join("9" if c.isdigit() else ("X" if c.isupper() else "x") if c.isalpha() else c for c in str(value)[:60])


def redact(text: str, allowed: Iterable[str], level: Privacy) -> str:
    """A failure's text for a model: below ``rows``, only words that the model knows already stay.

    A value of the data can stand anywhere in an exception's text, so what is not in ``allowed`` and is not a plain word
    of such texts becomes ``…``.

    Args:
        text: The exception's text.
        allowed: The code, and what the model was told.
        level: The privacy level.
    """
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
        quantiles=column.quantiles if enough else (),
        values=shared,
    )


# Words of the messages of Python, pandas, DuckDB and plotly; no word here can be told from an ordinary one.
_PLAIN = frozenset("""
a an all already allowed ambiguous and any are argument arguments array arrays as at attribute attributes axis be
been binder boolean but by call callable cannot can't catalog cast changed character code column columns conversion
convert converting could couldn't data dataframe date dates datetime decimal decode did didn't dimension dimensions
division do does doesn't don't dtype duplicate duplicated during element elements empty encountered entry error exist
exists expected exception expression failed failure field file first float format found frame from function get give
given got group had handle has have if implemented in incompatible index indexer inferred input instance int integer
invalid is it item iterable key keys keyword label labels last length level levels like line list literal local many
match matching may member memory merge method mismatch missing mode module more multiple must name named names nan
nearest need needed negative no non none not null number numeric object of on one only operand operands operation
operator or out overflow parameter parse parser parsed passed permitted position positional possible properties property
range read received reference referenced reindex required result return returned returns row rows same scalar sequence
series set shape should single size slice specified statement str string strings struct subscriptable supported syntax
table takes than that the there this time timedelta timestamp timezone to too truth tuple two type types unable
undefined unexpected unhashable unicode unique unknown unmatched unrecognized unsupported use used using valid value
values variable variables was were when which while with within without wrong your zero
candidate bindings clause did you mean near end of input
typeerror valueerror keyerror indexerror attributeerror nameerror zerodivisionerror syntaxerror importerror
""".split())  # fmt: skip
