"""Python source, piece by piece: literals that cannot break out, and the lines every generated program starts with."""

from __future__ import annotations

from collections.abc import Sequence

from ...turn import FrameCard
from ...turn.program import text_call
from .cards import base_card


def quoted(text: str) -> str:
    """A string literal: in double quotes where nothing needs an escape, else as Python writes it."""
    return f'"{text}"' if text.isprintable() and '"' not in text and "\\" not in text else repr(text)


def query_lines(sql: str, variable: str = "data") -> list[str]:
    """``data = duckdb.sql(...).df()``, in triple quotes where the SQL holds nothing that would break them."""
    *lines, last = text_call(f"{variable} = duckdb.sql", sql)
    return [*lines, f"{last}.df()"]


def call(target: str, function: str, arguments: Sequence[str]) -> list[str]:
    """An assignment of a call, one argument a line."""
    return [f"{target} = {function}(", *(f"    {argument}," for argument in arguments), ")"]


def answer_comment(template: Sequence[str]) -> list[str]:
    """The lines of an answer's template as comments of SQL."""
    return [f"-- answer {line}" if line.startswith("if ") else f"-- answer: {line}" for line in template]


def answer_call(template: Sequence[str], rows: str = "data") -> list[str]:
    """The call that says an answer: its template, one sentence a line, over the rows in a variable."""
    if not template:
        return []
    texts = [quoted(line) for line in template]
    texts = [f"{text[:-1]}\\n{text[-1]}" for text in texts[:-1]] + texts[-1:]
    return ["answer(", *(f"    {text}" for text in texts[:-1]), f"    {texts[-1]},", f"    rows={rows},", ")"]


SERIES = frozenset({"series", "polars series"})
"""Kinds of frame that are one column."""


def needs_flat_copy(card: FrameCard) -> bool:
    """Whether DuckDB would misread it: it knows no series, no index, and wants unique text as labels."""
    labels = [column.label for column in card.columns]
    if card.kind in SERIES:
        return True
    if card.kind != "pandas":
        return False
    unique = len({str(label).lower() for label in labels}) == len(labels)
    return card.index > 0 or not unique or not all(isinstance(label, str) for label in labels)


def flat_copy(card: FrameCard) -> tuple[str, list[str]]:
    """The name of the table to query and the lines that make it; no lines where the frame serves as it is."""
    card = base_card(card)
    if not needs_flat_copy(card):
        return card.name, []
    name = f"{card.name}_table"
    names = ", ".join(quoted(column.sql) for column in card.columns)
    if card.kind == "polars series":
        return name, [f"{name} = {card.name}.to_frame({names})"]
    whole = f"{card.name}.to_frame()" if card.kind == "series" else card.name
    flat = f"{card.name}.reset_index(allow_duplicates=True)" if card.index else whole
    return name, [f"{name} = {flat}.set_axis([{names}], axis=1)"]
