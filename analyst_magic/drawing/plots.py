"""What is drawn: a figure, and the picture of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its bytes, ``png``, ``jpeg``, ``gif`` or ``svg+xml``, what it shows in words, and how wide it is shown
    as HTML has it, in pixels or as a part of the text's width; empty where nothing is said."""

    data: bytes
    kind: str
    alt: str
    width: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """An interactive figure.

    Attributes:
        json: What is drawn.
        library: What draws it: ``plotly``, ``vega`` or ``bokeh``.
        traces: The types of its traces, or the parts of the library that it needs.
        alt: What it shows in words.
        height: Its height in pixels.
        saved: The picture that the notebook holds of it.
        note: What was changed so that it can be drawn.
    """

    json: str
    library: str
    traces: tuple[str, ...]
    alt: str
    height: int
    saved: Picture | None = None
    note: str = ""
