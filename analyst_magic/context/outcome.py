"""What a model is told of a step's result: as much as the privacy level lets it know of any frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..errors import FrameError
from ..frames import to_frame
from ..turn import Output, Privacy
from .describe import describe
from .privacy import redact, restrict
from .profile import profile

MOST_ROWS = 30
"""Rows of a small result that are told whole, at the level ``rows`` alone."""
MOST_TEXT = 4_000


def outcome(outputs: Sequence[Output], known: Iterable[str], level: Privacy) -> str:
    """The results of a step as text.

    Args:
        outputs: What came through the firewall.
        known: What the model has been told or has written; other words of printed text go below ``rows``.
        level: The privacy level.
    """
    parts = [_told(output, tuple(known), level) for output in outputs]
    return "\n\n".join(parts)[: 5 * MOST_TEXT] or "It ran, and showed nothing."


def _told(output: Output, known: tuple[str, ...], level: Privacy) -> str:
    if output.kind == "table":
        try:
            frame = to_frame("result", output.data)
        except FrameError:
            return "A table that cannot be described."
        card = restrict(profile(frame), level)
        if level == "rows" and frame.rows <= MOST_ROWS:
            rows = tuple(zip(*(column.to_pylist() for column in frame.table.columns), strict=True))
            card = replace(card, sample=rows)
        return describe(card)
    if output.kind == "text":
        text = str(output.data)[: MOST_TEXT if output.stream != "described" else None]
        told = level == "rows" or output.stream == "described"  # by us, at the level already
        return text if told else redact(text, known, level)
    return f"It showed {'a figure' if output.kind == 'figure' else 'an image' if output.kind == 'image' else 'a file'}."
