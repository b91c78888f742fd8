"""The lists of what an answer can be and how much a model may see: every other part reads them here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["python", "sql", "document"]
"""What code is written in. ``document`` is Python that writes one file to ``OUTPUT_PATH``."""

Privacy = Literal["schema", "stats", "masked", "rows"]
"""How much of the data a model may see, from least to most."""

PRIVACY_LEVELS: tuple[Privacy, ...] = ("schema", "stats", "masked", "rows")
"""The levels that ``Privacy`` names, in the same order."""

Wants = Literal["figure", "table", "dashboard", "xlsx", "docx", "pdf", "pptx"]
"""The form that a question asks its answer in."""

FORMS: tuple[str, ...] = ("figure", "table", "dashboard", "xlsx", "docx", "pdf", "pptx")
"""The forms that ``Wants`` names."""

DOCUMENT_FORMATS: tuple[str, ...] = ("xlsx", "docx", "pdf", "pptx")


@dataclass(frozen=True, slots=True)
class Retention:
    """How long earlier versions of documents are kept; those that a notebook shows always are.

    Attributes:
        days: After how many days they go; 0 for never.
        versions: How many of each document stay.
        size: Bytes of all together beyond which the oldest go.
    """

    days: float = 0.0
    versions: int = 20
    size: int = 2_000_000_000
