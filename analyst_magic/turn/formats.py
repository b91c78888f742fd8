"""The lists of what an answer can be and how much a model may see: every other part reads them here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

Language = Literal["python", "sql", "document"]
"""What code is written in. ``document`` is Python that writes one file to ``OUTPUT_PATH``."""

Privacy = Literal["schema", "stats", "masked", "rows"]
"""How much of the data a model may see, from least to most."""

PRIVACY_LEVELS: tuple[Privacy, ...] = get_args(Privacy)
"""The levels that ``Privacy`` names, in the same order."""

PRIVACY_WORDS: dict[Privacy, tuple[str, str]] = {
    "schema": ("names and types", "the columns' names and types, and nothing of what is in them"),
    "stats": ("names and statistics", "also ranges, counts, and values that at least five rows share"),
    "masked": ("masked sample rows", "also a few rows in which each value is masked"),
    "rows": ("sample rows", "also a few rows as they are"),
}
"""Of each privacy level a name and what a model may see."""

DocumentFormat = Literal["xlsx", "docx", "pdf", "pptx"]
"""The formats of documents, which are also the extensions of their files."""

AnswerKind = Literal["result", "refusal", "question", "explanation"]
"""What an answer is: a result that code computed, or prose that says why there is none, asks back, or explains."""

Wants = Literal["figure", "table", "dashboard", DocumentFormat]
"""The form that a question asks its answer in."""


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """A form that a question can ask its answer in.

    Attributes:
        name: Its name in options, pins and settings; of a document also its extension.
        label: What people call it, as in "an Excel file".
        language: What code that makes it is written in; empty where both Python and SQL do.
        libraries: The libraries that a model is asked to write a document with.
        is_office: Whether the document is a package of XML parts, which a template can be made of.
    """

    name: Wants
    label: str
    language: Language | Literal[""] = ""
    libraries: str = ""
    is_office: bool = False


ANSWER_FORMS: tuple[AnswerForm, ...] = (
    AnswerForm("figure", "a figure", "python"),
    AnswerForm("table", "a table"),
    AnswerForm("dashboard", "a dashboard", "python"),
    AnswerForm("xlsx", "an Excel file", "document", "openpyxl or XlsxWriter", is_office=True),
    AnswerForm("docx", "a Word document", "document", "python-docx", is_office=True),
    AnswerForm("pdf", "a PDF", "document", "reportlab"),
    AnswerForm("pptx", "a PowerPoint presentation", "document", "python-pptx", is_office=True),
)
"""THE list of the forms of answers: the command line, the magic, the planner, the prompt and the documents read it."""

FORMS: tuple[Wants, ...] = tuple(form.name for form in ANSWER_FORMS)
"""The names of the forms."""

DOCUMENTS: dict[DocumentFormat, AnswerForm] = {
    cast(DocumentFormat, form.name): form for form in ANSWER_FORMS if form.language == "document"
}
"""The forms that are documents, by their format."""

DOCUMENT_FORMATS: tuple[DocumentFormat, ...] = tuple(DOCUMENTS)
OFFICE_FORMATS: tuple[DocumentFormat, ...] = tuple(name for name, form in DOCUMENTS.items() if form.is_office)
"""The formats of Office."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long earlier versions of documents stay; those that a notebook shows always do.

    Attributes:
        days: After how many days they go; 0 for never.
        versions: How many of each document stay.
        size: Bytes of all together beyond which the oldest go.
    """

    days: float = 0.0
    versions: int = 20
    size: int = 2_000_000_000
