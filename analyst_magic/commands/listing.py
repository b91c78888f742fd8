"""A list that a command shows: aligned text in a terminal, a table in a notebook."""

from __future__ import annotations

import html
from collections.abc import Sequence

from ..language import localize

_CELL = "text-align:left;padding:2px 14px 2px 0;vertical-align:top;white-space:pre-wrap"
_HEAD = "font-weight:600;opacity:.75"
MAX_WIDTH = 60
"""Letters of a column that is not the last; longer texts are cut."""


class Listing(str):
    """The text of a list, which knows its rows.

    Attributes:
        page: The list as HTML; everything in it is escaped.

    Example:
        >>> print(Listing.of([("sales", "3 rows"), ("costs", "12 rows")], ("frame", "size")))
        frame  size
        sales  3 rows
        costs  12 rows
    """

    page: str = ""

    @classmethod
    def of(
        cls, rows: Sequence[Sequence[str]], heads: Sequence[str] = (), *, title: str = "", text: str = ""
    ) -> Listing:
        """A list of rows.

        Args:
            rows: The texts of each row, all of the same number.
            heads: What stands above the columns; empty for none.
            title: A line above all.
            text: What a terminal shows, where it is not the rows one below the other.
        """
        heads, title = [localize(head) for head in heads], localize(title)
        rows = [[localize(cell) for cell in row] for row in rows]
        made = cls(text or "\n".join([*([title] if title else []), *_aligned([*([heads] if heads else []), *rows])]))
        head = _row(heads, "th", f"{_CELL};{_HEAD}") if heads else ""
        body = "".join(_row(row, "td", _CELL) for row in rows)
        above = f"<div>{html.escape(title)}</div>" if title else ""
        made.page = (
            f'<div class="mathjax_ignore tex2jax_ignore">{above}<div style="overflow-x:auto">'
            f'<table style="border-collapse:collapse;margin:4px 0"><thead>{head}</thead><tbody>{body}</tbody></table>'
            "</div></div>"
        )
        return made


def _row(texts: Sequence[str], tag: str, style: str) -> str:
    cells = "".join(f'<{tag} align="left" style="{style}">{html.escape(text)}</{tag}>' for text in texts)
    return f"<tr>{cells}</tr>"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    cut = [[*(_short(text) for text in row[:-1]), row[-1]] for row in rows]
    widths = [max(len(row[place]) for row in cut) for place in range(len(cut[0]) - 1)]
    return [
        "  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in cut
    ]


def _short(text: str) -> str:
    return text if len(text) <= MAX_WIDTH else text[: MAX_WIDTH - 1] + "…"
