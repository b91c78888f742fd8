"""The colours of a styled table on a page of any theme, as CSS and for our grid."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ..turn import CellStyle, TableStyle

_BLACK, _WHITE = "#000000", "#ffffff"
_DARK = "#1e1e1e"
"""The ground of a dark theme."""
MIN_CONTRAST = 3.0
"""Contrast at which a text of one colour can be read, after WCAG 2.2 (1.4.11)."""


@lru_cache(4096)
def colours(style: CellStyle) -> tuple[str, str]:
    """The colours of a cell's text and of its ground; empty for those of the page, which can be light or dark.

    A ground without a colour for its text gets black or white, whichever is read better. A text that would vanish in a
    dark theme has a white ground; one that is black or grey has the page's own colour.
    """
    if style.background:
        black, white = (contrast(style.background, ink) for ink in (_BLACK, _WHITE))
        return style.color or (_BLACK if black >= white else _WHITE), style.background
    if not style.color or contrast(style.color, _DARK) >= MIN_CONTRAST:
        return style.color, ""
    return ("", "") if _is_grey(style.color) else (style.color, _WHITE)


@lru_cache(4096)
def css(style: CellStyle) -> str:
    """Declarations for a cell, each with its semicolon in front."""
    color, background = colours(style)
    return "".join((
        f";color:{color}" if color else "",
        f";background-color:{background}" if background else "",
        ";font-weight:bold" if style.bold else "",
        ";font-style:italic" if style.italic else "",
    ))  # fmt: skip


def for_page(style: TableStyle) -> dict[str, Any]:
    """A table's look as our grid reads it."""
    looks = []
    for look in style.styles:
        color, background = colours(look)
        looks.append({"color": color, "background": background, "bold": look.bold, "italic": look.italic})
    return {
        "styles": looks,
        "cells": [list(column) for column in style.cells],
        "texts": [list(column) for column in style.texts],
        "hidden": sorted(style.hidden),
        "caption": style.caption,
    }


def contrast(first: str, second: str) -> float:
    """The contrast of two colours, from 1 to 21. Source: WCAG 2.2, relative luminance."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    shares = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _is_grey(colour: str) -> bool:
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return max(parts) - min(parts) <= 24
